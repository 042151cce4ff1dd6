"""What goes to another machine and comes back, without one; and batches put at an address."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from diag360.documents.batch.cluster import connection, url
from diag360.documents.batch.cluster.given import ABSENT, FILE, FOLDER, Placed, take
from diag360.documents.batch.cluster.host import Maker
from diag360.documents.batch.cluster.orders import Parcel, is_inside, moved, named, order_of
from diag360.documents.batch.cluster.runner import put_in_place
from diag360.documents.batch.running.failed import kind_of
from diag360.documents.batch.running.inputs import Inputs
from diag360.documents.batch.running.limits import Limits
from diag360.documents.batch.running.receipts import FOLDER as HIDDEN
from diag360.documents.batch.running.work import Job, Made, make_one
from diag360.documents.batch.task import Task
from diag360.documents.brand import Brand
from diag360.documents.engine.calls import Call, Outcome
from diag360.errors import Refusal

TASK = Task("200065928", "200065928", "Lannion-Trégor Communauté", "diagnostic")
VALUES = "territory;indicator;year;value\n"


def task_with(tmp_path: Path) -> Task:
    logo = tmp_path / "logo.png"
    options = (
        ("annotations", str(tmp_path / "notes")),
        ("values", str(tmp_path / "é.csv")),
        ("variants", f"base ; {tmp_path / 'v.yaml'}"),
    )
    return Task("g", str(tmp_path / "g.csv"), "G", "comparaison", options, brand=Brand("A", logo))


def job_of(task: Task, output: Path) -> Job:
    return Job(make_one, task, output, store=None, engine="noyau", parts={"code": "x"})


def test_every_file_a_task_names_is_found_and_moved(tmp_path: Path) -> None:
    task = task_with(tmp_path)
    paths = named(task)
    assert [Path(one).name for one in paths] == ["g.csv", "notes", "é.csv", "v.yaml", "logo.png"]
    there = moved(task, {one: f"/ailleurs/{Path(one).name}" for one in paths})
    assert named(there) == tuple(f"/ailleurs/{Path(one).name}" for one in paths)
    assert dict(there.options)["variants"] == "base ; /ailleurs/v.yaml"
    assert (there.code, there.name, there.document) == (task.code, task.name, task.document)
    assert named(TASK) == ()


def test_a_file_that_is_not_there_is_put_there_and_told_as_the_caller_says(tmp_path: Path) -> None:
    ours = tmp_path / "ici"
    (ours / "notes" / "b").mkdir(parents=True)
    (ours / "é.csv").write_text(VALUES)
    (ours / "notes" / "b" / "n.yaml").write_text("n")
    given = [take(str(ours / name)) for name in ("é.csv", "notes", "rien.csv")]
    assert [one.kind for one in given] == [FILE, FOLDER, ABSENT]
    # On a disk that machines share, everything is read where it is.
    assert Placed(given, folder=tmp_path / "poste").places == {}
    ours.rename(tmp_path / "parti")
    placed = Placed(given, folder=tmp_path / "poste")
    assert list(placed.places) == [str(ours / "é.csv"), str(ours / "notes")]
    here = placed.places[str(ours / "é.csv")]
    assert Path(here).read_text() == VALUES
    assert Path(placed.places[str(ours / "notes")], "b", "n.yaml").read_text() == "n"
    assert placed.text(f"{here}, ligne 2") == f"{ours}/é.csv, ligne 2"
    assert placed.content("d.html", f"<p>{here}".encode()) == f"<p>{ours}/é.csv".encode()
    assert placed.content("d.pdf", here.encode()) == here.encode()
    assert placed.value({"a": (here, None, 0.5)}) == {"a": (f"{ours}/é.csv", None, 0.5)}


def test_a_file_that_is_there_with_another_content_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    path.write_text("avant")
    given = take(str(path))
    path.write_text("après")
    placed = Placed([given], folder=tmp_path / "poste")
    assert Path(placed.places[str(path)]).read_text() == "avant"


@pytest.mark.parametrize("odd", ["a&b", 'a"b', "a<b", "l'an"])
def test_a_folder_that_pages_write_otherwise_is_refused_by_name(tmp_path: Path, odd: str) -> None:
    path = tmp_path / odd / "v.csv"
    path.parent.mkdir()
    path.write_text("x")
    given = take(str(path))
    path.unlink()
    with pytest.raises(Refusal, match=f"« {tmp_path}/{odd} »"):
        Placed([given], folder=tmp_path / "poste")


def test_files_too_large_to_be_sent_are_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diag360.documents.batch.cluster.orders.LARGEST", 3_000_000)
    path = tmp_path / "v.csv"
    path.write_bytes(b"x" * 4_000_000)
    task = Task("1", "1", "A", "diagnostic", options=(("values", str(path)),))
    with pytest.raises(Refusal, match=f"4 Mo à envoyer.*« {path} »"):
        order_of(job_of(task, tmp_path), limits=Limits())


def test_notebooks_already_there_go_along_but_not_those_half_made(tmp_path: Path) -> None:
    folder = tmp_path / TASK.code
    (folder / ".en-cours-1-x").mkdir(parents=True)
    (folder / "diagnostic.ipynb").write_text("{}")
    (folder / ".en-cours-1-x" / "diagnostic.ipynb").write_text("{")
    order = order_of(job_of(TASK, tmp_path), limits=Limits(timeout=7, memory_mb=900))
    assert order.there == {f"{TASK.code}/diagnostic.ipynb": b"{}"}
    assert (order.timeout, order.memory_mb, order.engine) == (7, 900, "fourche")


def test_a_machine_says_what_it_has_otherwise(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    order = order_of(job_of(TASK, tmp_path / "lot"), limits=Limits())
    assert maker.make(order).unfit == "le code de diag360 : autre contenu"
    parts = Inputs().parts_of(TASK)
    versions = order.versions | {"pandas": "0.1", "Python": "2.7.18"}
    parcel = maker.make(replace(order, parts=parts | {"libraries": "x"}, versions=versions))
    here = order.versions
    assert parcel.unfit == (
        f"Python {here['Python']} au lieu de 2.7.18, pandas {here['pandas']} au lieu de 0.1"
    )
    assert parcel.outcome is None
    assert list(tmp_path.iterdir()) == [], "nothing is left there"


def test_a_file_changed_on_the_way_fails_its_document_and_refuses_nobody(tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    path.write_text("avant")
    task = replace(TASK, options=(("values", str(path)),))
    parts = Inputs().parts_of(task)
    path.write_text("après")
    job = Job(make_one, task, tmp_path / "lot", store=None, engine="noyau", parts=parts)
    parcel = Maker(tmp_path).make(order_of(job, limits=Limits()))
    assert parcel.unfit == ""
    assert parcel.outcome is not None
    assert parcel.outcome.error is not None
    assert "les valeurs : autre contenu" in parcel.outcome.error.message
    assert kind_of(parcel.outcome.error) == "valeurs"


@pytest.mark.parametrize("name", ["../x.html", "/etc/x", "autre/x.html", "200065928/../x", "x"])
def test_a_file_that_comes_back_for_another_folder_is_not_written(
    tmp_path: Path, name: str
) -> None:
    assert not is_inside(name, task=TASK)
    outcome = Outcome(TASK.key, Made({name: "0"}), None, 1.0, 1.0, 1.0)
    call = Call(TASK.key, job_of(TASK, tmp_path / "lot"))
    came = put_in_place(Parcel(outcome, {name: b"x"}), call)
    assert came.error is not None
    assert name in came.error.message
    assert not (tmp_path / "lot").exists()


def test_what_comes_back_is_put_in_place_with_its_log(tmp_path: Path) -> None:
    name = f"{TASK.code}/variantes/variantes.html"
    outcome = Outcome(TASK.key, Made({name: hashlib.sha256(b"x").hexdigest()}), None, 1.0, 1.0, 1.0)
    call = Call(TASK.key, job_of(TASK, tmp_path), tmp_path / "journal" / "a.log")
    assert put_in_place(Parcel(outcome, {name: b"x"}, "dit\n"), call) == outcome
    assert (tmp_path / name).read_bytes() == b"x"
    assert (tmp_path / "journal" / "a.log").read_text() == "dit\n"


def test_a_folder_that_cannot_be_written_in_is_told_as_here(tmp_path: Path) -> None:
    (tmp_path / TASK.code).write_text("un fichier")
    outcome = Outcome(TASK.key, Made({}), None, 1.0, 1.0, 1.0)
    came = put_in_place(
        Parcel(outcome, {f"{TASK.code}/d.html": b"x"}), Call(TASK.key, job_of(TASK, tmp_path))
    )
    assert came.error is not None
    assert came.error.message.startswith("Écriture refusée :")
    assert str(tmp_path) in came.error.message


@pytest.mark.parametrize("address", ["machine:8786", "http://machine", ""])
def test_what_is_no_address_is_refused_by_name(address: str) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(Refusal, match=f"« {address} » n’est pas l’adresse"):
        connection.check_cluster(address)


def test_without_dask_what_to_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "find_spec", lambda name: None)
    with pytest.raises(Refusal, match=r'pip install "diag360\[cluster\]"'):
        connection.check_cluster("local")


def batch_in(folder: Path) -> Path:
    for name in ("1/d.html", "1/d.echec.ipynb", "2/d.html", "index.html", "journal/1.log",
                 f"{HIDDEN}/1.json", "2/.d.html.tmp"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_a_batch_is_put_at_an_address_and_only_what_changed_again(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    output, address = batch_in(tmp_path / "lot"), f"memory://lot-{tmp_path.name}"
    assert url.publish(output, address) == 3
    system, root = fsspec.core.url_to_fs(address)
    names = sorted(one.removeprefix(f"{root}/") for one in system.find(root))
    assert names == ["1/d.html", "2/d.html", "index.html"]
    assert system.cat(f"{root}/2/d.html") == b"2/d.html"
    assert url.publish(output, address) == 0
    (output / "2/d.html").write_text("autre")
    assert url.publish(output, address) == 1
    assert system.cat(f"{root}/2/d.html") == b"autre"
    assert url.publish(output, f"file://{tmp_path}/ailleurs") == 3, "each address has its own"
    assert (tmp_path / "ailleurs" / "index.html").read_text() == "index.html"


def test_an_address_that_fails_on_the_way_is_told_and_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsspec = pytest.importorskip("fsspec")
    output, address = batch_in(tmp_path / "lot"), f"memory://coupe-{tmp_path.name}"
    system, root = fsspec.core.url_to_fs(address)
    pipe = type(system).pipe_file

    def cut(self: object, path: str, value: bytes, **rest: object) -> None:
        if path.endswith("2/d.html"):
            raise PermissionError(path)
        pipe(self, path, value, **rest)

    with monkeypatch.context() as patch:
        patch.setattr(type(system), "pipe_file", cut)
        with pytest.raises(Refusal, match=address):
            url.publish(output, address)
    assert not system.exists(f"{root}/index.html"), "an index leads to no absent document"
    assert url.publish(output, address) == 2
    assert system.exists(f"{root}/index.html")


def test_an_address_of_an_unknown_kind_is_refused_by_name() -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(Refusal, match="nimporte://x"):
        url.check_url("nimporte://x")
    assert not url.is_url("/un/dossier")
    assert url.is_url("s3://seau/lot")


def test_without_fsspec_what_to_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url, "find_spec", lambda name: None)
    with pytest.raises(Refusal, match=r"« s3://x ».*pip install"):
        url.check_url("s3://x")


def test_a_worker_and_its_process_speak_in_whole_messages() -> None:
    code = (
        "import sys; from diag360.documents.batch.cluster.worker import receive, send; "
        "send(sys.stdout.buffer, receive(sys.stdin.buffer) * 2); receive(sys.stdin.buffer)"
    )
    from diag360.documents.batch.cluster.worker import receive, send

    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        send(other.stdin, b"ab" * 300_000)
        assert receive(other.stdout) == b"ab" * 600_000
        other.stdin.close()
        with pytest.raises(EOFError):
            receive(other.stdout)
