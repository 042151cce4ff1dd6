"""What is told, kept and said of documents made, of failures, of a full disk, of a stop."""

import errno
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_world import World, make_world

from diag360.documents.batch.running.failed import kind_of
from diag360.documents.batch.running.inputs import PARTS
from diag360.documents.batch.running.limits import Limits
from diag360.documents.batch.running.progress import Follow, lasting
from diag360.documents.batch.running.receipts import read_receipts
from diag360.documents.batch.running.record import record_of, write_record
from diag360.documents.batch.running.work import Made
from diag360.documents.batch.task import Task
from diag360.documents.batch.words import tell_run, tell_todo
from diag360.documents.engine.calls import Failure, failure_of
from diag360.errors import Fault, Refusal


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return make_world(tmp_path, monkeypatch)


def refusal(title: str, problem: str = "« mûre » est inconnu") -> Refusal:
    return Refusal(title, [Fault("f.csv", "", problem, "corriger")])


def test_a_failure_stops_no_other_and_is_kept(world: World) -> None:
    world.fail["2/diagnostic"] = refusal("Valeurs refusées :")
    ran = world.run(*(world.task(code) for code in "123"))
    assert (ran.made, ran.stopped, ran.missing) == (2, False, ())
    (failed,) = ran.failed
    assert failed.error is not None
    assert failed.error.kind == "valeurs"
    assert "« mûre »" in failed.error.message
    assert "raise" in failed.error.traceback
    told = "\n".join(tell_run(ran, output=world.output)).replace("\xa0", " ")
    assert "2 documents produits, 1 échec." in told
    assert "CC 2, diagnostic : Valeurs refusées : f.csv : « mûre » est inconnu" in told


def test_a_failure_of_before_is_not_forgotten_by_a_run_that_is_stopped(world: World) -> None:
    world.fail["2/diagnostic"] = ValueError("mûre")
    world.run(world.task("2"))
    ran = world.run(world.task("1"), world.task("2"), stop=lambda: True)
    assert ran.stopped
    assert ran.missing == ("1/diagnostic", "2/diagnostic")
    assert [one.key for one in ran.failed] == ["2/diagnostic"]
    assert "relancer la même commande" in tell_run(ran, output=world.output)[-1]


def test_what_a_document_made_again_no_longer_has_is_removed(world: World) -> None:
    names = ("diagnostic.pdf", "diagnostic-b.pdf", "ancien.ipynb", "1.xlsx")
    world.others = names
    world.run(world.task("1", formats=("html", "ipynb", "pdf")))
    folder = world.output / "1"
    assert all((folder / name).is_file() for name in names)
    world.others, world.value = ("1.xlsx",), "plus tard"
    (folder / "diagnostic-b.pdf").write_text("annoté", encoding="utf-8")
    (folder / "mes notes.docx").write_text("à moi", encoding="utf-8")
    world.run(world.task("1"))
    assert {path.name for path in folder.iterdir()} == {
        "1.xlsx", "ancien.ipynb", "diagnostic-b.pdf", "diagnostic.html", "diagnostic.ipynb",
        "mes notes.docx",
    }  # fmt: skip


def test_a_file_that_another_document_now_bears_is_kept(world: World) -> None:
    world.others = ("1.xlsx",)
    world.run(world.task("1", document="vulnerabilites"))
    make = world.make

    def bearer(task: Task, **given: Any) -> Made:
        world.others = ("1.xlsx",) if task.document == "diagnostic" else ()
        return make(task, **given)

    world.make = bearer  # type: ignore[method-assign]
    world.run(world.task("1"), world.task("1", document="vulnerabilites", formats=("html",)))
    assert (world.output / "1" / "1.xlsx").is_file()


def test_a_stop_leaves_what_is_done_and_says_what_remains(world: World) -> None:
    ran = world.run(*(world.task(code) for code in "1234"), stop=lambda: len(world.made) >= 2)
    assert ran.stopped
    assert ran.missing == ("3/diagnostic", "4/diagnostic")
    assert set(read_receipts(world.output)) == {"1/diagnostic", "2/diagnostic"}
    assert world.run(*(world.task(code) for code in "1234")).made == 2


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_full_disk_stops_the_batch_and_says_so(world: World, code: int) -> None:
    world.fail["2/diagnostic"] = OSError(code, "No space left on device")
    with pytest.raises(Refusal, match="faute de pouvoir écrire") as caught:
        world.run(*(world.task(code) for code in "123"))
    assert str(world.output) in str(caught.value)
    assert "ne sera pas refait" in str(caught.value)
    assert world.made == ["1/diagnostic", "2/diagnostic"]
    world.fail.clear()
    assert world.run(*(world.task(code) for code in "123")).made == 2


def test_a_disk_too_full_for_a_receipt_stops_the_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, texts: object) -> None:
        raise refusal("Écriture refusée :", "impossible d’y écrire (le disque est plein)")

    monkeypatch.setattr("diag360.documents.batch.running.receipts.write_texts", full)
    with pytest.raises(Refusal, match="le disque est plein"):
        world.run(world.task("1"), world.task("2"))
    assert world.made == ["1/diagnostic"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal("Valeurs refusées :"), "valeurs"),
        (refusal("Le carnet s’est arrêté :"), "cellule"),
        (refusal("Écriture refusée :"), "ecriture"),
        (OSError(errno.ENOSPC, "x"), "ecriture"),
        (ValueError("x"), "exception"),
        (MemoryError(), "memoire"),
    ],
)
def test_a_failure_is_of_a_kind_one_can_act_on(error: Exception, kind: str) -> None:
    with pytest.raises(type(error)) as caught:
        raise error
    assert kind_of(failure_of(caught.value)) == kind


def test_the_kinds_of_the_engine_are_kept() -> None:
    assert kind_of(Failure("delai", "Valeurs refusées :", "")) == "delai"
    assert kind_of(Failure("mort", "signal SIGSEGV", "")) == "mort"


def test_the_notebook_of_a_killed_process_is_found_and_that_of_another_run_is_not(
    world: World,
) -> None:
    folder = world.output / "1"
    (folder / ".en-cours-99999999-abc").mkdir(parents=True)
    former = folder / "diagnostic.echec.ipynb"
    former.write_text("ancien", encoding="utf-8")

    def die(task: object, **how: object) -> None:
        aside = folder / ".en-cours-99999999-def"
        aside.mkdir()
        (aside / "diagnostic.ipynb").write_text("neuf", encoding="utf-8")
        raise ValueError

    world.make = die  # type: ignore[method-assign, assignment]
    (failed,) = world.run(world.task("1")).failed
    assert failed.error is not None
    assert failed.error.notebook == "1/diagnostic.echec.ipynb"
    assert former.read_text(encoding="utf-8") == "neuf"
    world.fail["1/diagnostic"] = ValueError("mûre")
    world.make = World.make.__get__(world)  # type: ignore[method-assign]
    (failed,) = world.run(world.task("1")).failed
    assert failed.error is not None
    assert failed.error.notebook == ""


def test_why_documents_are_made_is_counted(world: World) -> None:
    world.run(world.task("1"), world.task("2"), world.task("3"))
    world.change("data/values/open-data.csv", "territory,indicator,value\n1,a,9\n2,a,9\n")
    told = tell_todo(world.run(*(world.task(code) for code in "1234")).todo)
    assert [line.replace("\xa0", " ") for line in told] == [
        "1 document déjà fait et à jour",
        f"2 documents à produire : {PARTS['values']}",
        "1 document à produire : jamais produit",
    ]


def test_the_record_says_with_what_and_how_long(world: World) -> None:
    world.fail["2/diagnostic"] = refusal("Valeurs refusées :")
    ran = world.run(world.task("1"), world.task("2"))
    start = datetime(2026, 11, 23, 12, tzinfo=UTC)
    record = record_of(
        ran, output=world.output, limits=Limits(jobs=3), started=start,
        ended=start + timedelta(seconds=90), manifest={"name": "lot.yaml", "sha256": "ab"},
    )  # fmt: skip
    path = write_record(record, output=world.output)
    body = json.loads(path.read_text(encoding="utf-8"))
    assert body["seconds"] == 90
    assert body["manifest"] == {"name": "lot.yaml", "sha256": "ab"}
    assert body["limits"]["jobs"] == 3
    assert body["counts"] == {"made": 1, "kept": 0, "failed": 1, "missing": 0}
    assert [one["key"] for one in body["documents"]] == ["1/diagnostic", "2/diagnostic"]
    assert body["documents"][0]["seconds"] == 1.5
    assert set(body["documents"][0]["parts"]) == set(PARTS)
    (failure,) = body["failures"]
    assert "« mûre »" in failure["message"]
    assert failure["receipt"] == ".lot/2.diagnostic.json"


@pytest.mark.parametrize(
    ("given", "offender"),
    [
        ({"jobs": -1}, "« -1 »"),
        ({"timeout": 0}, "« 0 »"),
        ({"timeout": float("nan")}, "« nan »"),
        ({"memory_mb": 0}, "« 0 »"),
        ({"engine": "vapeur"}, "« vapeur »"),
    ],
)
def test_a_limit_without_a_sense_is_refused(given: dict[str, float], offender: str) -> None:
    with pytest.raises(Refusal, match=offender):
        Limits(**given)


def test_progress_is_told_in_plain_lines_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("diag360.documents.batch.running.progress.EVERY", 0)
    stream = io.StringIO()
    with Follow(3, kept=2, stream=stream) as follow:
        follow.done("CC Un")
        follow.done("CC Deux", failed="« mûre » est inconnu")
        follow.done("CC Trois")
    lines = stream.getvalue().replace("\xa0", " ").splitlines()
    assert "Échec : CC Deux : « mûre » est inconnu" in lines
    assert lines[-1].startswith("3/3, 1 échec, 2 déjà faits, ")
    assert "\x1b" not in stream.getvalue()


def test_a_reader_that_is_gone_stops_nothing() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with Follow(1, stream=Gone()) as follow:
        follow.done("CC Un", failed="x")
    assert follow.failed == 1


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "1 s"), (59.4, "59 s"), (90, "2 min"), (3900, "1 h 05")]
)
def test_a_duration_is_told_in_words(seconds: float, told: str) -> None:
    assert lasting(seconds) == told
