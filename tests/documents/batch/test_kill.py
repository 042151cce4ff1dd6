"""Whatever the moment at which a batch is killed, the next run ends it, as if nothing had been."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from diag360.documents.batch.running.lock import locked
from diag360.documents.batch.running.receipts import FOLDER, read_receipts, sha256_of
from diag360.documents.engine.pool import can_fork
from diag360.errors import Refusal

pytestmark = [
    pytest.mark.documents,
    pytest.mark.skipif(not can_fork(), reason="ce système ne sait pas dédoubler un processus"),
]
SCRIPT = Path(__file__).with_name("fake_batch.py")
DOCUMENTS = 60
SECONDS = 0.05
KILLS = 10


class Batch:
    """A batch running in a process of its own."""

    def __init__(self, server: subprocess.Popen[str], folder: Path, seconds: float) -> None:
        self._server, self.folder = server, folder
        self._ask(f"{folder} {DOCUMENTS} {seconds} fake")
        self.pid = int(self._answer())
        end = time.monotonic() + 30
        while "parti" not in self.out:
            assert time.monotonic() < end
            time.sleep(0.005)

    @property
    def out(self) -> str:
        path = Path(f"{self.folder}.out")
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self) -> int:
        self._ask("")
        return int(self._answer())

    def _ask(self, line: str) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(f"{line}\n")
        self._server.stdin.flush()

    def _answer(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline()


Start = Callable[..., Batch]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    server = subprocess.Popen(
        [sys.executable, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def begin(folder: Path, *, seconds: float = SECONDS) -> Batch:
        Path(f"{folder}.out").unlink(missing_ok=True)
        return Batch(server, folder, seconds)

    with server:
        yield begin
        assert server.stdin is not None
        server.stdin.close()


def living(folder: Path) -> list[int]:
    """Processes that hold a file of a batch open: its journals, or its lock."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                links = [str(one.readlink()) for one in (entry / "fd").iterdir()]
                if any(link.startswith(f"{folder}/") for link in links):
                    found.append(int(entry.name))
    return found


def tree(folder: Path) -> dict[str, str]:
    """Sha-256 of every document; whatever else is there is of no document."""
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and FOLDER not in path.parts and "journal" not in path.parts
    }


@pytest.fixture(scope="module")
def undisturbed(start: Start, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("lot")
    assert start(folder).wait() == 0
    made = tree(folder)
    assert len(made) == 2 * DOCUMENTS
    return made


def test_a_batch_killed_ten_times_ends_as_if_it_had_not_been(
    tmp_path: Path, start: Start, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "lot"
    draw = np.random.default_rng(8)
    made: list[int] = []
    for _ in range(KILLS):
        batch = start(folder)
        time.sleep(draw.uniform(0, DOCUMENTS * SECONDS / (KILLS + 1)))
        batch.signal(signal.SIGKILL)
        assert batch.wait() == -signal.SIGKILL
        time.sleep(0.2)
        assert living(folder) == []
        receipts = read_receipts(folder)
        made.append(len(receipts))
        # Half a document is never taken for a whole one.
        for receipt in receipts.values():
            assert all(sha256_of(folder / name) == sha for name, sha in receipt.files.items())
    assert 0 < made[-1] < DOCUMENTS, "the kills came too early or too late to say anything"
    assert made == sorted(made), "what is made is not made again"
    batch = start(folder)
    assert batch.wait() == 0
    told = f"{DOCUMENTS - made[-1]} documents produits, {made[-1]} déjà faits"
    assert told in batch.out.replace("\xa0", " ")
    assert tree(folder) == undisturbed
    assert len(read_receipts(folder)) == DOCUMENTS


def test_ctrl_c_ends_what_is_under_way_and_says_how_to_go_on(
    tmp_path: Path, start: Start, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "lot"
    batch = start(folder, seconds=0.3)
    time.sleep(0.5)
    batch.signal(signal.SIGINT)
    assert batch.wait() == 130
    assert "arrêt demandé" in batch.out
    assert "relancer la même commande" in batch.out
    made = read_receipts(folder)
    assert 2 <= len(made) <= 6
    assert set(tree(folder)) == {name for one in made.values() for name in one.files}
    assert start(folder).wait() == 0
    assert tree(folder) == undisturbed


def test_a_request_to_end_is_as_ctrl_c(tmp_path: Path, start: Start) -> None:
    folder = tmp_path / "lot"
    batch = start(folder, seconds=0.3)
    batch.signal(signal.SIGTERM)
    assert batch.wait() == 130
    assert 0 < len(read_receipts(folder)) <= 4


def test_ctrl_c_twice_stops_at_once(tmp_path: Path, start: Start) -> None:
    folder = tmp_path / "lot"
    batch = start(folder, seconds=30)
    began = time.monotonic()
    batch.signal(signal.SIGINT)
    time.sleep(0.5)
    batch.signal(signal.SIGINT)
    assert batch.wait() != 0
    assert time.monotonic() - began < 10
    assert living(folder) == []
    assert read_receipts(folder) == {}


def test_a_second_batch_in_the_same_folder_is_refused_by_name(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diag360.documents.batch.running.lock.PATIENCE", 0.1)
    folder = tmp_path / "lot"
    batch = start(folder, seconds=30)
    try:
        with pytest.raises(Refusal, match=f"processus {batch.pid}"), locked(folder):
            pass
    finally:
        batch.signal(signal.SIGKILL)
        batch.wait()
    with locked(folder):
        pass
