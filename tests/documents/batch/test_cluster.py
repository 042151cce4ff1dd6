"""Documents made on a Dask cluster are those that would be made here, whoever dies on the way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster_processes import ENVIRONMENT, WHERE, Cluster, cluster, free_port
from fake_batch import LARGE, fake_tasks, real_tasks

from diag360._version import __version__
from diag360.documents.batch.running.receipts import FOLDER, LOGS, read_receipts, sha256_of

pytest.importorskip("distributed")
pytestmark = pytest.mark.documents

HERE = Path(__file__).parent
SCRIPT = HERE / "cluster_batch.py"
LONG = 240  # seconds; a worker loads everything before its first document
# A worker where diag360 is absent, or is another one.
ABSENT = """
import sys
from importlib import metadata
sys.modules["diag360"] = None
there = metadata.version
def version(name):
    if name == "diag360":
        raise metadata.PackageNotFoundError(name)
    return there(name)
metadata.version = version
"""
OTHER = "import diag360._version as it; it.__version__ = '0.0.1'; "


def start(folder: Path, *words: object, group: bool = False) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), str(folder), *map(str, words)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT,
        start_new_session=group,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=LONG)
    return out.replace("\xa0", " ").replace("\u202f", " ")


def run(folder: Path, *words: object) -> tuple[int, str]:
    process = start(folder, *words)
    out = finish(process)
    return process.returncode, out


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {FOLDER, LOGS}.intersection(path.parts)
    }


def wait_for_receipts(folder: Path, number: int) -> None:
    end = time.monotonic() + LONG
    while len(read_receipts(folder)) < number:
        assert time.monotonic() < end, "no document came"
        time.sleep(0.05)


def hosts_of(folder: Path) -> list[int]:
    """Processes that make documents for the workers of a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode()
            except OSError:
                continue
            if "cluster.host" in words and str(folder) in words:
                found.append(int(entry.name))
    return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("grappe"), workers=2) as made:
        yield made


def test_diagnostics_made_far_are_those_made_here(shared: Cluster, tmp_path: Path) -> None:
    code, out = run(tmp_path / "loin", 4, 0, shared.address, "real")
    assert code == 0, out
    code, out = run(tmp_path / "ici", 4, 0, "ici", "real")
    assert code == 0, out
    assert tree(tmp_path / "loin") == tree(tmp_path / "ici")
    assert len(tree(tmp_path / "loin")) == 8
    far, here = read_receipts(tmp_path / "loin"), read_receipts(tmp_path / "ici")
    for key, receipt in here.items():
        assert far[key].files == receipt.files
        assert far[key].inputs == receipt.inputs
        assert far[key].cpu_seconds > 0.1
    # What is made far is known here as made.
    code, out = run(tmp_path / "loin", 4, 0, "ici", "real")
    assert "0 document produit, 4 déjà faits" in out


def test_a_worker_killed_on_the_way_costs_no_document(tmp_path: Path) -> None:
    with cluster(tmp_path / "grappe", workers=2) as made:
        process = start(tmp_path / "lot", 40, 0.3, made.address)
        wait_for_receipts(tmp_path / "lot", 6)
        made.workers[0].kill()
        out = finish(process)
        assert process.returncode == 0, out
        assert "40 documents produits, 0 échec" in out
        time.sleep(1)
        assert len(hosts_of(tmp_path)) == 1, "what the dead worker had started dies with it"
    assert len(tree(tmp_path / "lot")) == 80
    for task in fake_tasks(40):
        body = (task.code * (LARGE // 9)).encode()
        assert (tmp_path / "lot" / task.code / "diagnostic.html").read_bytes() == body
        assert (tmp_path / "lot" / task.code / "diagnostic.ipynb").read_bytes() == body[:1000]


def test_ctrl_c_ends_what_is_under_way(shared: Cluster, tmp_path: Path) -> None:
    process = start(tmp_path / "lot", 40, 0.5, shared.address)
    wait_for_receipts(tmp_path / "lot", 2)
    os.kill(process.pid, signal.SIGINT)
    out = finish(process)
    assert process.returncode == 130, out
    assert "relancer la même commande" in out
    receipts = read_receipts(tmp_path / "lot")
    assert 2 <= len(receipts) <= 10
    assert set(tree(tmp_path / "lot")) == {name for one in receipts.values() for name in one.files}
    code, out = run(tmp_path / "lot", 40, 0, "ici")
    assert code == 0
    assert f"{40 - len(receipts)} documents produits, {len(receipts)} déjà faits" in out


def test_a_scheduler_that_goes_leaves_a_batch_to_resume(tmp_path: Path) -> None:
    with cluster(tmp_path / "grappe", workers=1) as made:
        process = start(tmp_path / "lot", 40, 0.3, made.address)
        wait_for_receipts(tmp_path / "lot", 2)
        made.scheduler.kill()
        out = finish(process)
        assert process.returncode == 2, out
        assert f"{made.address} : l’ordonnanceur ne répond plus" in out
    receipts = read_receipts(tmp_path / "lot")
    assert 2 <= len(receipts) < 40
    assert set(tree(tmp_path / "lot")) == {name for one in receipts.values() for name in one.files}


def test_a_scheduler_that_does_not_answer_is_refused_by_name(tmp_path: Path) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    began = time.monotonic()
    code, out = run(tmp_path / "lot", 2, 0, address)
    assert code == 2
    assert f"{address} : l’ordonnanceur ne répond pas" in out
    assert time.monotonic() - began < 60  # mostly spent loading, on a busy machine
    assert not (tmp_path / "lot").exists()


def test_workers_that_have_another_code_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "autre").mkdir()
    (tmp_path / "autre" / "sitecustomize.py").write_text(OTHER)
    with cluster(tmp_path / "grappe", workers=0) as made:
        made.add(before=ABSENT)
        made.add(PYTHONPATH=f"{tmp_path / 'autre'}{os.pathsep}{WHERE}")
        code, out = run(tmp_path / "lot", 6, 0, made.address)
        assert code == 2, out
        assert "aucun poste n’est en état" in out
        assert out.count("poste tcp://127.0.0.1:") == 2
        assert "diag360 n’y est pas installé" in out
        assert f"diag360 0.0.1 au lieu de {__version__}" in out
        assert f'pip install "diag360[cluster]=={__version__}"' in out
        assert read_receipts(tmp_path / "lot") == {}
        # Those that can, work; the others are told all the same.
        made.add()
        code, out = run(tmp_path / "lot", 6, 0, made.address)
        assert code == 0, out
        assert "diag360 n’y est pas installé" in out
        assert "6 documents produits, 0 échec" in out


def test_files_of_the_caller_and_what_was_typed_go_along(shared: Cluster, tmp_path: Path) -> None:
    values = tmp_path / "mes réponses" / "valeurs.csv"
    values.parent.mkdir()
    values.write_text("né en 1999\n", encoding="utf-8")
    for _ in range(2):
        code, out = run(tmp_path / "loin", 2, 0, shared.address, "told", values)
        assert code == 0, out
        (tmp_path / "loin/000000002/diagnostic.html").unlink(missing_ok=True)
    page = tmp_path / "loin/000000001/diagnostic.html"
    assert page.read_text(encoding="utf-8") == f"{values}\nné en 1999\n\n"
    # The second was made again: what its notebook held went along.
    assert (tmp_path / "loin/000000001/diagnostic.ipynb").read_text(encoding="utf-8") == "+"
    assert (tmp_path / "loin/000000002/diagnostic.ipynb").read_text(encoding="utf-8") == "++"
    log = tmp_path / "loin" / LOGS / "000000001.diagnostic.log"
    assert log.read_text(encoding="utf-8") == f"journal de 000000001, {values}\n"


def test_a_refusal_names_the_files_of_the_caller(shared: Cluster, tmp_path: Path) -> None:
    values = tmp_path / "refus.csv"
    values.write_text("x\n", encoding="utf-8")
    code, out = run(tmp_path / "lot", 1, 0, shared.address, "told", values)
    assert code == 1, out
    (receipt,) = read_receipts(tmp_path / "lot").values()
    assert receipt.error is not None
    assert receipt.error.kind == "valeurs"
    assert receipt.error.message == f"Valeurs refusées dans {values}, rien dans {tmp_path}/lot :"


def test_a_diagnostic_made_where_the_values_are_not_is_the_one_made_here(tmp_path: Path) -> None:
    values = tmp_path / "mes réponses" / "valeurs été.csv"
    values.parent.mkdir()
    (task,) = real_tasks(1)
    rows = f"territory,indicator,value\n{task.code},be2_i04,0.41\n{task.code},be2_i13,2.9\n"
    values.write_text(rows, encoding="utf-8")
    for name in ("aveugle", "ici"):
        for _ in range(2):  # the second time, what was typed in the first is looked for
            code, out = run(tmp_path / name, 1, 0, name, "real", values)
            assert code == 0, out
            (tmp_path / name / task.code / "diagnostic.html").unlink()
    assert tree(tmp_path / "aveugle") == tree(tmp_path / "ici")
    (made,) = (tmp_path / "aveugle" / task.code).glob("*.ipynb")
    assert str(values) in made.read_text(encoding="utf-8")


def test_a_cluster_started_here_ends_what_is_under_way_at_ctrl_c(tmp_path: Path) -> None:
    process = start(tmp_path / "lot", 30, 0.4, "local", group=True)
    wait_for_receipts(tmp_path / "lot", 2)
    os.killpg(process.pid, signal.SIGINT)  # a terminal tells every process of the command
    out = finish(process)
    assert process.returncode == 130, out
    receipts = read_receipts(tmp_path / "lot")
    assert 2 <= len(receipts) <= 10
    assert all(one.made for one in receipts.values())
    assert set(tree(tmp_path / "lot")) == {name for one in receipts.values() for name in one.files}
    assert "Traceback" not in out, out
    assert "Warning" not in out, out
