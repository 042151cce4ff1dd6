"""What ``diag360 catalogue diff`` tells, and the changelog entry it drafts."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from diag360.catalogue.diff import compare_catalogues
from diag360.catalogue.load import load_catalogue
from diag360.documents import text
from diag360.documents.changes import draft_entry, tell_changes
from diag360.paths import data_dir
from diag360.scoring.compare import moved_needs, score_both

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
        "Textes et sources seuls : bv1_i01.",
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
