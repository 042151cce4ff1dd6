"""Two catalogues compared: in folders, in git revisions, key by key."""

import dataclasses
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from diag360.catalogue import revisions
from diag360.catalogue.diff import VULNERABLE, KeyChange, compare_catalogues
from diag360.catalogue.hazards import Common, Duration, Scenario
from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.catalogue.record import Record
from diag360.catalogue.revisions import open_revision
from diag360.errors import Refusal
from diag360.paths import data_dir

POVERTY = "indicators/etre_solidaire/be2_i05.yaml"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(data_dir() / "catalogue", tmp_path / "data" / "catalogue")


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_catalogue_does_not_differ_from_itself() -> None:
    found = compare_catalogues(load_catalogue(), load_catalogue())
    assert found.empty
    assert (found.added, found.retired, found.changed, found.rules) == ((), (), {}, {})
    assert (found.came, found.gone) == ({}, {})


def test_a_threshold_is_a_change_of_score_and_a_word_is_not(folder: Path) -> None:
    rewrite(folder / POVERTY, "value: 0.26", "value: 0.3")
    rewrite(folder / POVERTY, "definition: >-\n", "definition: >-\n  Mot ajouté.\n")
    changed = compare_catalogues(load_catalogue(), load_catalogue(folder)).changed
    assert list(changed) == ["be2_i05"]
    assert {(c.place, c.scored) for c in changed["be2_i05"]} == {
        ("scale.anchors.0.value", True),
        ("definition", False),
    }
    moved = next(c for c in changed["be2_i05"] if c.scored)
    assert (moved.before, moved.after) == (0.26, 0.3)


def test_the_words_of_a_justification_move_no_score(folder: Path) -> None:
    rewrite(folder / POVERTY, "  justification: >-\n", "  justification: >-\n    Mot ajouté.\n")
    changed = compare_catalogues(load_catalogue(), load_catalogue(folder)).changed
    assert [(c.place, c.scored) for c in changed["be2_i05"]] == [("scale.justification", False)]


def test_what_comes_and_what_goes(folder: Path) -> None:
    (folder / POVERTY).unlink()
    before, after = load_catalogue(), load_catalogue(folder)
    assert compare_catalogues(before, after).retired == ("be2_i05",)
    assert compare_catalogues(after, before).added == ("be2_i05",)


def test_rules_are_told_by_file(folder: Path) -> None:
    rewrite(folder / "catalogue.yaml", "coverage_floor: 0.65", "coverage_floor: 0.5")
    rewrite(folder / "weights" / "criteres.yaml", "vital: 1.5", "vital: 2")
    rules = compare_catalogues(load_catalogue(), load_catalogue(folder)).rules
    assert {(file, c.place) for file, found in rules.items() for c in found} == {
        ("catalogue.yaml", "coverage_floor"),
        ("weights/criteres.yaml", "coefficients.category.vital"),
    }


def told(before: Catalogue, after: Catalogue) -> dict[str, dict[str, KeyChange]]:
    """Changes of the rules, by file and place."""
    rules = compare_catalogues(before, after).rules
    return {file: {c.place: c for c in found} for file, found in rules.items()}


def with_record(catalogue: Catalogue, kind: str, name: str, **update: object) -> Catalogue:
    """The catalogue with some keys of one record changed."""
    records: Any = getattr(catalogue, kind)
    record = records[name].model_copy(update=update)
    return dataclasses.replace(catalogue, **{kind: {**records, name: record}})


def test_every_kind_of_record_is_compared(catalogue: Catalogue) -> None:
    lookups = {"units", "sources", "services", "references", "goals", "tags", "objectives"}
    compared = {"settings", "indicators", "frameworks", "weights", *VULNERABLE}
    assert {field.name for field in dataclasses.fields(Catalogue)} == lookups | compared


def test_an_effect_moves_vulnerabilities_and_a_word_does_not(catalogue: Catalogue) -> None:
    effects = {**catalogue.hazards["A3"].effects}
    effects["besoins-2021"] = {**effects["besoins-2021"], "boire": 1}
    changed = with_record(catalogue, "hazards", "A3", effects=effects, phrase="une autre phrase")
    found = told(catalogue, changed)
    assert list(found) == ["hazards/A3.yaml"]
    effect = found["hazards/A3.yaml"].pop("effects.besoins-2021.boire")
    assert (effect.before, effect.after, effect.vulnerable, effect.scored) == (3, 1, True, False)
    phrase = found["hazards/A3.yaml"].pop("phrase")
    assert (phrase.after, phrase.vulnerable, phrase.scored) == ("une autre phrase", False, False)
    assert found == {"hazards/A3.yaml": {}}


def test_a_default_range_is_told_whole_and_its_justification_is_a_word(
    catalogue: Catalogue,
) -> None:
    default = catalogue.hazards["C4"].default
    assert default is not None
    was = default.intensity.level
    intensity = default.intensity.model_copy(update={"level": (1, 1, 4)})
    new = default.model_copy(update={"intensity": intensity, "justification": "Autre."})
    found = told(catalogue, with_record(catalogue, "hazards", "C4", default=new))
    assert {
        (c.place, c.before, c.after, c.vulnerable) for c in found["hazards/C4.yaml"].values()
    } == {
        ("default.intensity.level", was, (1, 1, 4), True),
        ("default.justification", default.justification, "Autre.", False),
    }


def test_a_link_is_told_in_its_file(catalogue: Catalogue) -> None:
    changed = with_record(catalogue, "links", "A1-A3", strength=0.5, why="Autre.")
    found = told(catalogue, changed)
    assert {place: c.vulnerable for place, c in found["links.yaml"].items()} == {
        "A1-A3.strength": True,
        "A1-A3.why": False,
    }


@pytest.mark.parametrize("name", ["besoins-2021", "diag360-1.3"])
def test_one_edge_less_does_not_shift_the_others(catalogue: Catalogue, name: str) -> None:
    first, second, *others = catalogue.graphs[name].edges
    edges = (second.model_copy(update={"delay": 99.0, "why": "Autre."}), *others)
    found = told(catalogue, with_record(catalogue, "graphs", name, edges=edges))
    place = f"edges.{second.need}.{second.on}"
    gone = f"edges.{first.need}.{first.on}"
    moved = {p: c.after for p, c in found[f"graphs/{name}.yaml"].items() if c.vulnerable}
    assert moved.pop(f"{place}.delay") == 99.0
    assert {f"{gone}.strength", f"{gone}.delay"} <= moved.keys()
    assert all(p.startswith(gone) and after is None for p, after in moved.items())
    assert not found[f"graphs/{name}.yaml"][f"{place}.why"].vulnerable


def test_the_cascade_is_one_record_with_named_durations(catalogue: Catalogue) -> None:
    cascade = catalogue.cascade
    assert cascade is not None
    first, *others = cascade.durations
    hour = Duration(id="une_heure", label="une heure", days=0.04)
    longer = first.model_copy(update={"days": 2.0, "label": "deux jours"})
    update: dict[str, Any] = {
        "gamma": cascade.gamma.model_copy(update={"central": 0.15}),
        "durations": (hour, longer, *others),
        "saturation": 0.7,
    }
    changed = dataclasses.replace(catalogue, cascade=cascade.model_copy(update=update))
    assert {p: c.vulnerable for p, c in told(catalogue, changed)["cascade.yaml"].items()} == {
        "gamma.central": True,
        "durations.une_heure.days": True,
        "durations.une_heure.label": False,
        f"durations.{first.id}.days": True,
        f"durations.{first.id}.label": False,
        "saturation": False,
    }


def test_a_scenario_moves_stress_tests_and_a_commons_moves_nothing(catalogue: Catalogue) -> None:
    scenario = Scenario(
        id="essai", label="Essai", phrase="un essai", hazards={"A3": 4}, duration="un_mois",
        description="…", story={}, prepare=(), questions=(),
    )  # fmt: skip
    common = Common(
        id="essai", label="Essai", kind="outil", what="…", start="…", licence="…", hazards=("A3",)
    )
    before = dataclasses.replace(
        catalogue, scenarios={"essai": scenario}, commons={"essai": common}
    )
    after = with_record(before, "scenarios", "essai", hazards={"A3": 3}, description="Autre.")
    after = with_record(after, "commons", "essai", hazards=("A3", "S5"))
    found = told(before, after)
    assert {p: c.vulnerable for p, c in found["scenarios.yaml"].items()} == {
        "essai.hazards.A3": True,
        "essai.description": False,
    }
    (change,) = found["commons.yaml"].values()
    assert (change.place, change.before, change.after, change.vulnerable) == (
        "essai.hazards", ("A3",), ("A3", "S5"), False,
    )  # fmt: skip


def test_a_tag_moves_vulnerabilities_and_no_score(folder: Path) -> None:
    catalogue = load_catalogue()
    tags = catalogue.indicators["be2_i05"].hazards
    rewrite(folder / POVERTY, f"hazards: [{', '.join(tags)}]", "hazards: [A3]")
    (change,) = compare_catalogues(catalogue, load_catalogue(folder)).changed["be2_i05"]
    assert (change.place, change.before, change.after) == ("hazards", tags, ("A3",))
    assert (change.vulnerable, change.scored) == (True, False)


def test_an_effort_moves_neither(catalogue: Catalogue) -> None:
    after = with_record(catalogue, "indicators", "bv1_i15", effort="investir")
    (change,) = compare_catalogues(catalogue, after).changed["bv1_i15"]
    assert (change.before, change.after) == ("decider", "investir")
    assert (change.vulnerable, change.scored) == (False, False)


def test_a_catalogue_that_knew_no_hazard_gains_them_by_kind(catalogue: Catalogue) -> None:
    nothing: dict[str, Any] = {kind: {} for kind in VULNERABLE} | {"cascade": None}
    old = dataclasses.replace(catalogue, **nothing)
    found = compare_catalogues(old, catalogue)
    held = {kind: getattr(catalogue, kind) for kind in VULNERABLE}
    assert found.came == {
        kind: (kind,) if isinstance(records, Record) else tuple(records)
        for kind, records in held.items()
        if records
    }
    assert len(found.came["hazards"]) == 33
    assert found.came["cascade"] == ("cascade",)
    assert (found.gone, found.rules, found.changed) == ({}, {}, {})
    assert not found.empty
    back = compare_catalogues(catalogue, old)
    assert (back.gone, back.came, back.rules) == (found.came, {}, {})
    assert not back.empty


def test_a_folder_or_a_checkout_is_a_revision(folder: Path) -> None:
    assert open_revision(str(folder)) == load_catalogue()
    assert open_revision(str(folder.parent.parent)) == load_catalogue()


def git(at: Path, *words: str) -> None:
    who = ("-c", "user.name=essai", "-c", "user.email=essai@exemple.fr")
    subprocess.run(["git", "-C", str(at), *who, *words], check=True, capture_output=True)


def test_a_git_revision_is_read_as_it_stood(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder.parent.parent
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "un")
    rewrite(folder / POVERTY, "value: 0.26", "value: 0.3")
    git(project, "commit", "-q", "-a", "-m", "deux")
    monkeypatch.setattr(revisions, "data_dir", lambda: project / "data")
    changed = compare_catalogues(open_revision("HEAD~1"), open_revision("HEAD")).changed
    assert [c.after for c in changed["be2_i05"]] == [0.3]


def test_what_is_neither_is_refused_with_its_name() -> None:
    with pytest.raises(Refusal, match="« nulle-part » n’est ni un dossier de catalogue"):
        open_revision("nulle-part")
