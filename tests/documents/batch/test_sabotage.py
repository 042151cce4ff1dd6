"""A broken territory neither stops the batch nor vanishes from it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from diag360.documents.batch.running.receipts import Receipt, read_receipts, sha256_of
from diag360.documents.engine.pool import can_fork

pytestmark = [
    pytest.mark.documents,
    pytest.mark.skipif(not can_fork(), reason="ce système ne sait pas dédoubler un processus"),
]
NUMBER = 8
BROKEN = 5


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    folder = tmp_path_factory.mktemp("sabotage")
    script = Path(__file__).with_name("sabotaged.py")
    command = [sys.executable, str(script), str(folder), str(NUMBER)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.stdout, done.stderr
    return folder / "lot", done.returncode, done.stdout.replace("\xa0", " ")


@pytest.fixture(scope="module")
def failures(ran: tuple[Path, int, str]) -> list[Receipt]:
    receipts = read_receipts(ran[0])
    assert len(receipts) == NUMBER
    return [one for one in sorted(receipts.values(), key=lambda one: one.code) if not one.made]


def test_the_others_are_made_whole(ran: tuple[Path, int, str], failures: list[Receipt]) -> None:
    folder, code, out = ran
    assert code == 1
    assert f"{NUMBER - BROKEN} documents produits, {BROKEN} échecs" in out
    made = [one for one in read_receipts(folder).values() if one.made]
    assert len(made) == NUMBER - BROKEN
    for receipt in made:
        assert len(receipt.files) == 2
        assert all(sha256_of(folder / name) == sha for name, sha in receipt.files.items())


def test_each_failure_is_told_for_what_it_is(failures: list[Receipt]) -> None:
    kinds = [one.error.kind for one in failures if one.error]
    assert kinds == ["valeurs", "valeurs", "cellule", "delai", "memoire"]
    told = [one.error.message for one in failures if one.error]
    assert "absent.csv" in told[0]
    assert "cerise" in told[1]
    assert "mûre" in told[2]
    assert "délai dépassé (20 s)" in told[3]


def test_what_was_run_of_the_notebook_is_kept(
    ran: tuple[Path, int, str], failures: list[Receipt]
) -> None:
    folder, _, out = ran
    for receipt in failures[2:]:
        assert receipt.error is not None
        kept = folder / receipt.error.notebook
        assert receipt.error.notebook.endswith("diagnostic.echec.ipynb")
        assert str(kept) in out
        cells = json.loads(kept.read_text(encoding="utf-8"))["cells"]
        assert any(cell.get("execution_count") for cell in cells)
        assert receipt.error.traceback
    for receipt in failures:
        assert receipt.name in out
        assert not (folder / receipt.code / "diagnostic.html").exists()


def test_nothing_half_made_is_left(ran: tuple[Path, int, str]) -> None:
    left = [path for path in ran[0].rglob(".*") if path.name != ".lot"]
    assert left == []
