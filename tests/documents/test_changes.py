"""What ``diag360 catalogue diff`` tells, and the changelog entry it drafts."""

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest

from diag360.catalogue.diff import VULNERABLE, compare_catalogues
from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.changes import draft_entry, tell_changes
from diag360.paths import data_dir
from diag360.scoring.compare import moved_needs, score_both
from diag360.scoring.scores import Scores

pytestmark = pytest.mark.documents  # slow: with the documents


@pytest.fixture
def told(tmp_path: Path) -> tuple[list[str], str]:
    """Poverty scores 0 at 30 %, one indicator retired, the floor lowered, a word changed."""
    folder = shutil.copytree(data_dir() / "catalogue", tmp_path / "catalogue")
    for file, old, new in (
        ("indicators/etre_solidaire/be2_i05.yaml", "value: 0.26", "value: 0.3"),
        ("indicators/boire/bv1_i01.yaml", "limits: >-\n", "limits: >-\n  Mot ajouté.\n"),
        ("catalogue.yaml", "coverage_floor: 0.65", "coverage_floor: 0.6"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    (folder / "indicators/me_soigner/bv4_i11.yaml").unlink()
    before, after = load_catalogue(), load_catalogue(folder)
    diff = compare_catalogues(before, after)
    was, now = score_both(before, after)
    return tell_changes(diff, before=was, after=now), draft_entry(diff, before=was, after=now)


def test_everything_that_changed_is_told(told: tuple[list[str], str]) -> None:
    lines = told[0]
    assert "0 indicateur ajouté, 1 retiré, 2 modifiés." in lines[0].replace("\u00a0", " ")
    for said in (
        "  be2_i05, scale.anchors.0.value : « 0,26 » → « 0,3 »",
        "  catalogue.yaml, coverage_floor : « 0,65 » → « 0,6 »",
        "Textes, sources et efforts seuls : bv1_i01.",
    ):
        assert said in lines, said
    assert any(line.startswith("  bv4_i11, Présence d’une structure") for line in lines)
    assert any(line.startswith("  be2_i05 : 1\u202f230\u00a0territoires") for line in lines)
    assert any(line.startswith("  Me soigner : ") for line in lines)


def test_the_draft_asks_why(told: tuple[list[str], str]) -> None:
    entry = told[1]
    assert entry.startswith(f"## Catalogue {load_catalogue().version}")
    assert (
        "- Modifié : `be2_i05`, `scale.anchors.0.value` (« 0,26 » → « 0,3 »). **Pourquoi :** …"
        in entry
    )
    assert "- Retiré : `bv4_i11`" in entry
    assert "- Règle modifiée : catalogue.yaml, coverage_floor" in entry
    assert "- be2_i05 : 1\u202f230\u00a0territoires" in entry


def test_nothing_around_hazards_is_said_when_nothing_moves(told: tuple[list[str], str]) -> None:
    assert not any("ulnérabilité" in line for line in (*told[0], told[1]))


@pytest.fixture(scope="module")
def scores() -> Scores:
    """Scores of the shipped catalogue: what is around hazards moves none of them."""
    catalogue = load_catalogue()
    return score_both(catalogue, catalogue)[0]


HEAD = "Autour des vulnérabilités (aucun score de besoin n’en bouge) :"


def around(before: Catalogue, after: Catalogue, *, scores: Scores) -> tuple[list[str], str, str]:
    """Lines told around hazards, then the last line of words, then the draft."""
    diff = compare_catalogues(before, after)
    lines = tell_changes(diff, before=scores, after=scores)
    told = lines[lines.index(HEAD) + 1 :] if HEAD in lines else [""]
    words = [line for line in lines if line.startswith("Textes, ")]
    return told[: told.index("")], "".join(words), draft_entry(diff, before=scores, after=scores)


def test_what_moves_vulnerabilities_is_told_apart_from_words(scores: Scores) -> None:
    before = scores.catalogue
    effects = {k: {**row} for k, row in before.hazards["A3"].effects.items()}
    effects["besoins-2021"]["boire"] = 1
    hazards = {
        **before.hazards,
        "A3": before.hazards["A3"].model_copy(update={"effects": effects}),
        "A4": before.hazards["A4"].model_copy(update={"description": "Autre."}),
    }
    poverty = before.indicators["be2_i05"].model_copy(update={"hazards": ("C2", "A3")})
    tariff = before.indicators["bv1_i15"].model_copy(update={"effort": "investir"})
    indicators = {**before.indicators, "be2_i05": poverty, "bv1_i15": tariff}
    links = {k: v for k, v in before.links.items() if k != "A1-A3"}
    cascade = before.cascade
    assert cascade is not None
    classes = cascade.model_copy(update={"classes": (0.1, 0.2, 0.3, 0.5)})
    after = dataclasses.replace(
        before, hazards=hazards, indicators=indicators, links=links, cascade=classes
    )
    told, words, entry = around(before, after, scores=scores)
    was = " ; ".join(before.indicators["be2_i05"].hazards)
    assert told == [
        "  liens entre aléas en moins : A1-A3",
        f"  be2_i05, hazards : « {was} » → « C2 ; A3 »",
        "  hazards/A3.yaml, effects.besoins-2021.boire : « 3 » → « 1 »",
        "  cascade.yaml, classes : « 0,05 ; 0,15 ; 0,3 ; 0,5 » → « 0,1 ; 0,2 ; 0,3 ; 0,5 »",
    ]
    assert words == "Textes, sources et efforts seuls : bv1_i15, hazards/A4.yaml."
    for line in told:
        assert f"- Vulnérabilités : {line.strip()}. **Pourquoi :** …" in entry
    assert "- Textes, sources et efforts revus : 1\u00a0indicateur." in entry
    assert "- Textes revus : `hazards/A4.yaml`." in entry
    assert "Règle modifiée" not in entry


def test_what_a_catalogue_without_hazards_gains_is_told_in_one_line_a_kind(scores: Scores) -> None:
    after = scores.catalogue
    untagged = {
        name: i.model_copy(update={"hazards": (), "effort": None})
        for name, i in after.indicators.items()
    }
    nothing: dict[str, Any] = {kind: {} for kind in VULNERABLE} | {"cascade": None}
    before = dataclasses.replace(after, indicators=untagged, **nothing)
    told, words, _ = around(before, after, scores=scores)
    held = [kind for kind in VULNERABLE if getattr(after, kind)]
    assert len(told) == len(held) + 1
    assert told[0].startswith("  aléas en plus : A1, A2, ")
    assert told[0].endswith(" et 21 autres")
    assert "  réglages de la cascade en plus : cascade" in told
    tagged = sum(bool(i.hazards) for i in after.indicators.values())
    assert told[-1].startswith("  indicateurs rattachés à des aléas pour la première fois : appro_")
    assert told[-1].endswith(f" et {tagged - 12} autres")
    assert words == "Textes, sources et efforts seuls : bv1_i09."


def test_a_noun_is_a_word_of_a_framework(scores: Scores) -> None:
    before = scores.catalogue
    frame = before.frameworks["besoins-2021"]
    needs = (frame.needs[0].model_copy(update={"noun": "un autre nom"}), *frame.needs[1:])
    frames = {**before.frameworks, "besoins-2021": frame.model_copy(update={"needs": needs})}
    diff = compare_catalogues(before, dataclasses.replace(before, frameworks=frames))
    assert [c.place for c in diff.rules["frameworks/besoins-2021.yaml"]] == ["needs.0.noun"]
    lines = tell_changes(diff, before=scores, after=scores)
    assert "Règles modifiées :" not in lines
    assert "Textes, sources et efforts seuls : frameworks/besoins-2021.yaml." in lines


def test_no_difference_is_said_so() -> None:
    catalogue = load_catalogue()
    was, now = score_both(catalogue, catalogue)
    diff = compare_catalogues(catalogue, catalogue)
    assert tell_changes(diff, before=was, after=now) == [
        "Aucune différence : mêmes indicateurs, mêmes règles, mêmes textes."
    ]


def test_needs_that_become_determined_are_counted_both_ways() -> None:
    catalogue = load_catalogue()
    settings = catalogue.settings.model_copy(update={"coverage_floor": 0.3})
    wider = dataclasses.replace(catalogue, settings=settings)
    was, now = score_both(catalogue, wider)
    gained = int(moved_needs(was, now).loc["avoir_une_voix", "gained"])
    assert gained > 1000
    count = text.number(gained)
    lines = tell_changes(compare_catalogues(catalogue, wider), before=was, after=now)
    said = f"  Avoir une voix dans la cité : déterminé dans {count}\u00a0territoires de plus"
    assert said in lines
    back = tell_changes(compare_catalogues(wider, catalogue), before=now, after=was)
    assert said.replace("de plus", "de moins") in back
