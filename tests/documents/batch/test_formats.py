"""Other formats: a PDF that is whole, the same twice and has no network; a workbook."""

import http.server
import os
import stat
import threading
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from diag360.catalogue.model import Catalogue
from diag360.documents.batch.running.work import _other_formats
from diag360.documents.batch.task import Task
from diag360.documents.formats import chromium_fault, find_chromium, pdf_of, xlsx_of
from diag360.documents.runs import ask
from diag360.errors import Refusal

browser = pytest.mark.skipif(find_chromium() is None, reason="no Chromium here")
LANNION = "200065928"


def page(folder: Path, body: str = "<h1>Été</h1>") -> Path:
    path = folder / "essai.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8><title>Essai</title>{body}", "utf-8")
    return path


@browser
def test_a_page_is_printed_the_same_twice(tmp_path: Path) -> None:
    html = page(tmp_path)
    first = pdf_of(html).read_bytes()
    assert first.startswith(b"%PDF")
    assert first.rstrip().endswith(b"%%EOF")
    second = pdf_of(html, day=date(2026, 11, 23))
    assert second == tmp_path / "essai.pdf"
    assert b"D:20261123000000" in second.read_bytes()
    assert first == pdf_of(html).read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["essai.html", "essai.pdf"]


@browser
def test_printing_reaches_no_network(tmp_path: Path) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            del args

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        pdf_of(page(tmp_path, f'<img src="http://127.0.0.1:{server.server_port}/vu.png">'))
        server.shutdown()
    assert asked == []


def test_without_a_browser_one_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diag360.documents.formats.find_chromium", lambda: None)
    fault = chromium_fault()
    assert fault is not None
    assert "apt install chromium" in fault.remedy
    with pytest.raises(Refusal, match="« pdf »"):
        pdf_of(page(tmp_path))


@pytest.mark.skipif(os.name == "nt", reason="a script stands for the browser")
@pytest.mark.parametrize(
    ("script", "words"),
    [("echo cassé >&2; exit 1", "cassé"), ("sleep 5", "0.3 s"), ("exit 0", "a échoué")],
)
def test_a_browser_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    fake = tmp_path / "navigateur"
    fake.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    fake.chmod(fake.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setattr("diag360.documents.formats.find_chromium", lambda: fake)
    with pytest.raises(Refusal, match=words):
        pdf_of(page(tmp_path), timeout=0.3 if "sleep" in script else 20)
    assert not (tmp_path / "essai.pdf").exists()


def test_the_workbook_holds_the_results_of_the_territory(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    asked = ask(LANNION)
    path = xlsx_of(asked.ready.rows, territory=LANNION, catalogue=catalogue, output=tmp_path)
    book = openpyxl.load_workbook(path)
    assert "Lannion-Trégor" in str(book.worksheets[0]["I1"].value)
    again = xlsx_of(asked.ready.rows, territory=LANNION, catalogue=catalogue, output=tmp_path / "b")
    assert again.read_bytes() == path.read_bytes()


def test_public_notes_go_into_the_workbook_of_a_batch_and_those_of_the_team_do_not(
    tmp_path: Path,
) -> None:
    store = tmp_path / "notes"
    store.mkdir()
    for end, visibility in (("1", "public"), ("2", "equipe")):
        (store / f"n-aaaaaaaaa{end}.yaml").write_text(
            f"id: n-aaaaaaaaa{end}\nmotivation: precision\ntarget: valeur/be2_i05/{LANNION}\n"
            "creator: {name: Jeanne Roux, role: thematique}\ncreated: 2026-11-01\n"
            f"visibility: {visibility}\nbody: Note {visibility} du lot.\n",
            encoding="utf-8",
        )
    options = (("annotations", str(store)), ("tier", "flash"))
    task = Task(LANNION, LANNION, "Lannion", "diagnostic", options, formats=("html", "xlsx"))
    asked = ask(LANNION, tier="flash")
    (path,) = _other_formats(task, tmp_path / "diagnostic.html", asked=asked, output=tmp_path)
    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Note public du lot" in content
    assert b"Note equipe" not in content
