"""Two catalogues compared: in folders, in git revisions, key by key."""

import shutil
import subprocess
from pathlib import Path

import pytest

from diag360.catalogue import revisions
from diag360.catalogue.diff import compare_catalogues
from diag360.catalogue.load import load_catalogue
from diag360.catalogue.revisions import open_revision
from diag360.errors import Refusal
from diag360.paths import data_dir

POVERTY = "indicators/etre_solidaire/be2_i05.yaml"


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
