"""Kill a batch of true documents at random moments, resume it, compare with an undisturbed one.

``python tests/bench/bench_kill_batch.py [DOCUMENTS] [KILLS] [SEED]``: 60, 10 and 8 by default; some
minutes. Each kill is a ``kill -9`` of the parent; what it leaves is then looked at: no living
process, no receipt of a document that is not whole. The same with fake documents of 50 ms is a test
(``tests/documents/batch/test_kill.py``).
"""
# ruff: noqa: T201

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from diag360.documents.batch.running.receipts import FOLDER, read_receipts, sha256_of

SCRIPT = Path(__file__).parents[1] / "documents" / "batch" / "fake_batch.py"


def start(folder: Path, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), str(folder), str(number), "0", "real"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "parti\n"
    return process


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and FOLDER not in path.parts and "journal" not in path.parts
    }


def holders(folder: Path) -> list[str]:
    """Processes that hold a file of the batch open, a moment after the kill."""
    time.sleep(0.3)
    found = []
    for entry in Path("/proc").iterdir():
        try:
            links = [str(one.readlink()) for one in (entry / "fd").iterdir()]
        except OSError:
            continue
        if entry.name.isdigit() and any(link.startswith(f"{folder}/") for link in links):
            found.append(entry.name)
    return found


def main(number: int = 60, kills: int = 10, seed: int = 8) -> int:
    draw = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory(prefix="diag360-") as place:
        whole, killed = Path(place) / "whole", Path(place) / "killed"
        process = start(whole, number)
        begun = time.monotonic()
        process.communicate()
        seconds = time.monotonic() - begun
        print(f"undisturbed: {number} documents in {seconds:.0f} s, code {process.returncode}")
        wanted = tree(whole)
        orphans = broken = 0
        for at in range(kills):
            process = start(killed, number)
            while not list(killed.rglob(".en-cours-*")):  # the libraries are loaded first
                time.sleep(0.02)
            time.sleep(draw.uniform(0, 1.8 * seconds / (kills + 1)))
            process.kill()
            process.communicate()
            left = len(holders(killed))
            receipts = read_receipts(killed)
            torn = sum(
                sha256_of(killed / name) != sha
                for one in receipts.values()
                for name, sha in one.files.items()
            )
            aside = len(list(killed.rglob(".en-cours-*")))
            print(f"kill {at + 1}: {len(receipts)} made, {aside} half made, "
                  f"{left} processes left, {torn} files torn")  # fmt: skip
            orphans, broken = orphans + left, broken + torn
        process = start(killed, number)
        print(process.communicate()[0].strip())
        made = tree(killed)
        same = sum(made.get(name) == sha for name, sha in wanted.items())
        more = sorted(set(made) - set(wanted))
        left = len(list(killed.rglob(".en-cours-*")))
        print(f"{same} of {len(wanted)} files byte-identical; {len(more)} more {more[:3]}; "
              f"{left} left aside; code {process.returncode}")  # fmt: skip
        good = same == len(wanted) == 2 * number and not (more or left or orphans or broken)
        print("PASS" if good else "FAIL")
        return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
