"""A Dask scheduler and its workers, each a process that a test can kill."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
WHERE = os.pathsep.join(filter(None, (str(HERE), os.environ.get("PYTHONPATH", ""))))
ENVIRONMENT = {**os.environ, "PYTHONPATH": WHERE}
WORKER = "import sys; from distributed.cli.dask_worker import main; sys.exit(main())"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Cluster:
    """A scheduler and workers, each a process that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        port = free_port()
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self._start(
            "scheduler", "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
            "--port", str(port), "--no-dashboard", "--no-show",
        )  # fmt: skip
        self.workers: list[subprocess.Popen[bytes]] = []
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)

    def _start(self, name: str, *words: str, **added: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *words], stdout=log, stderr=log, env={**ENVIRONMENT, **added}
            )

    def add(self, before: str = "", **added: str) -> subprocess.Popen[bytes]:
        """Start a worker of its own process, with one thread."""
        number = len(self.workers)
        worker = self._start(
            f"worker-{number}", "-c", before + WORKER, self.address, "--no-nanny",
            "--nthreads", "1", "--no-dashboard", "--name", f"poste-{number}",
            "--local-directory", str(self.folder / f"worker-{number}"), **added,
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def end(self) -> None:
        for one in [*self.workers, self.scheduler]:
            one.kill()
            one.wait()


@contextmanager
def cluster(folder: Path, *, workers: int) -> Iterator[Cluster]:
    folder.mkdir(exist_ok=True)
    made = Cluster(folder)
    try:
        for _ in range(workers):
            made.add()
        yield made
    finally:
        made.end()
