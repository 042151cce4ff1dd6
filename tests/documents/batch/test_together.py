"""What the index of a batch leads to when the batch is not whole, or a part of it failed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_lot import receipts

from diag360.documents.batch.handover import together
from diag360.documents.batch.handover.together import hand_over
from diag360.errors import Fault, Refusal

MADE = {"make_package": "donnees/datapackage.json", "make_tables": "synthese.xlsx"}


@pytest.fixture
def lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds what an earlier run, of other territories, made of them all."""
    for name in (*MADE.values(), "synthese.html", "verification.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("avant", encoding="utf-8")
    monkeypatch.setattr(together, "read_receipts_of", lambda output: receipts())

    def maker(name: str) -> Callable[..., Path]:
        return lambda output, *_, **__: output / name

    for maker_name, name in MADE.items():
        monkeypatch.setattr(together, maker_name, maker(name))
    return tmp_path


def index_of(lot: Path, *, missing: int = 0) -> tuple[str, tuple[str, ...]]:
    handed = hand_over(lot, keys=tuple(receipts()), missing=missing, engine="noyau")
    assert handed.index is not None
    page = handed.index.read_text(encoding="utf-8")
    return page.replace("\u202f", " ").replace("\xa0", " "), handed.faults


def test_a_stopped_batch_says_what_remains_and_leads_to_no_former_synthesis(lot: Path) -> None:
    page, _ = index_of(lot, missing=4)
    assert "Lot arrêté en chemin : 4 documents restent à produire ou à refaire." in page
    assert 'href="verification.html"' in page
    for name in (*MADE.values(), "synthese.html"):
        assert f'href="{name}"' not in page


def test_a_synthesis_that_fails_is_said_and_the_former_one_is_not_linked(
    lot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        title = "Écriture refusée :"
        raise Refusal(title, [Fault("lot", "", "le disque est plein", "libérer")])

    monkeypatch.setattr(together, "make_synthesis", fail)
    page, faults = index_of(lot)
    assert "le disque est plein" in faults[0]
    assert 'href="synthese.html"' not in page
    assert 'href="synthese.xlsx"' in page
    assert "restent à produire" not in page
