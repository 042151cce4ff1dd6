"""What is kept of each document, and what is swept of runs that were killed."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag360.documents.batch.running.lock import locked, sweep
from diag360.documents.batch.running.receipts import (
    FOLDER,
    Receipt,
    Told,
    read_receipts,
    receipt_path,
    write_receipt,
)
from diag360.errors import Refusal

RECEIPT = Receipt("1/diagnostic", "1", "CC Un", "diagnostic", "fait", "abc")
texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=20)


@given(
    name=texts,
    remarks=st.lists(texts, max_size=3).map(tuple),
    error=st.none() | st.builds(Told, kind=texts, message=texts, traceback=texts, notebook=texts),
)
def test_a_receipt_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    remarks: tuple[str, ...],
    error: Told | None,
) -> None:
    folder = tmp_path_factory.mktemp("lot")
    one = Receipt("1/d", "1", name, "d", "fait", "x", {"a": "b"}, {"c": "d"}, 1.0, 2.0, 3.0,
                  remarks=remarks, error=error)  # fmt: skip
    write_receipt(one, output=folder)
    assert read_receipts(folder) == {"1/d": one}


def test_the_rows_for_the_tables_are_kept_in_the_file_alone(tmp_path: Path) -> None:
    rows = {"territoires": [{"territory": "1", "score": None}]}
    write_receipt(Receipt(**{**asdict(RECEIPT), "results": rows}), output=tmp_path)
    body = json.loads(receipt_path(tmp_path, "1/diagnostic").read_text(encoding="utf-8"))
    assert body["results"] == rows
    assert read_receipts(tmp_path)["1/diagnostic"].results == {}


def test_a_receipt_under_the_name_of_another_is_not_read(tmp_path: Path) -> None:
    write_receipt(RECEIPT, output=tmp_path)
    receipt_path(tmp_path, "1/diagnostic").rename(tmp_path / FOLDER / "2.diagnostic.json")
    assert read_receipts(tmp_path) == {}


def test_a_number_that_json_does_not_know_is_not_written(tmp_path: Path) -> None:
    rows = {"territoires": [{"score": float("nan")}]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_receipt(Receipt(**{**asdict(RECEIPT), "results": rows}), output=tmp_path)
    assert read_receipts(tmp_path) == {}


def test_what_dead_runs_left_is_swept_and_what_living_ones_do_is_not(tmp_path: Path) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], check=True,
                          capture_output=True, text=True)  # fmt: skip
    dead = tmp_path / "1" / f".en-cours-{int(gone.stdout)}-abc"
    mine = tmp_path / "1" / "variantes" / f".en-cours-{os.getpid()}-abc"
    recent = tmp_path / "1" / ".en-cours-abcd1234"
    for folder in (dead, mine, recent):
        folder.mkdir(parents=True)
        (folder / "diagnostic.ipynb").write_text("{}", encoding="utf-8")
    half = tmp_path / "1" / ".diagnostic.html.tmp"
    kept = tmp_path / "1" / "diagnostic.html"
    half.write_text("a", encoding="utf-8")
    kept.write_text("a", encoding="utf-8")
    assert sweep(tmp_path) == 2
    assert not dead.exists()
    assert not half.exists()
    assert mine.exists()
    assert recent.exists()
    assert kept.exists()


def test_a_folder_is_locked_once_then_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diag360.documents.batch.running.lock.PATIENCE", 0.05)
    with (
        locked(tmp_path / "lot"),
        pytest.raises(Refusal, match=f"processus {os.getpid()}"),
        locked(tmp_path / "lot"),
    ):
        pass
    with locked(tmp_path / "lot"):
        pass


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lot").write_text("", encoding="utf-8")
    with pytest.raises(Refusal, match="Écriture refusée") as caught, locked(tmp_path / "lot"):
        pass
    assert str(tmp_path / "lot") in str(caught.value)
