"""Workers that go on from one call to the next: what they keep, and what they must not."""

import gc
import os
import random
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from torture import NAME, notebook_of, outputs_of, ran

from diag360.documents.engine import pool, workers
from diag360.documents.engine.calls import Call, Outcome
from diag360.documents.engine.child import can_fork
from diag360.documents.engine.pool import run_forked

pytestmark = pytest.mark.skipif(not can_fork(), reason="needs a fork")

HEAVY = {"lourd": [0] * 100}


def outcomes_of(*works: Any, **options: Any) -> list[Outcome]:
    calls = [Call(str(at), work) for at, work in enumerate(works)]
    return list(run_forked(calls, **({"jobs": 1, "timeout": 30.0} | options)))


def values_of(*works: Any, **options: Any) -> list[Any]:
    outcomes = outcomes_of(*works, **options)
    assert [one.error for one in outcomes] == [None] * len(works)
    return [one.value for one in outcomes]


def test_one_worker_does_call_after_call() -> None:
    assert len(set(values_of(*[os.getpid] * 5))) == 1
    assert len(set(values_of(*[partial(slow, 0.1)] * 6, jobs=2))) == 2


def slow(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_it_is_replaced_after_a_number_of_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST", 3)
    first = values_of(*[os.getpid] * 7)
    assert [first.index(one) for one in first] == [0, 0, 0, 3, 3, 3, 6]


def test_a_call_that_cannot_be_written_has_a_worker_born_with_it() -> None:
    here = os.getpid()
    values = values_of(os.getpid, lambda: (os.getpid(), here), os.getpid)
    assert values[1][0] == values[2] != values[0]
    assert values[1][1] == here


def weight(one: Any) -> bool:
    return one is HEAVY


def test_what_is_shared_is_the_very_one_it_was_born_with() -> None:
    assert values_of(*[partial(weight, HEAVY)] * 3, shared=[HEAVY]) == [True, True, True]
    assert values_of(*[partial(weight, HEAVY)] * 2) == [True, False]


def die(code: int) -> None:
    os._exit(code)


def test_a_death_costs_one_call() -> None:
    outcomes = outcomes_of(os.getpid, partial(die, 3), os.getpid)
    assert [one.error and one.error.kind for one in outcomes] == [None, "mort", None]
    assert outcomes[2].value != outcomes[0].value


def test_a_worker_that_dies_with_nothing_to_do_costs_nothing() -> None:
    run = run_forked([Call("a", os.getpid), Call("b", os.getpid)], jobs=1, timeout=30)
    first = next(run).value
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    (second,) = run
    assert second.error is None
    assert second.value != first


def test_one_that_was_late_is_not_trusted_again() -> None:
    first, second = outcomes_of(partial(time.sleep, 20), os.getpid, timeout=0.5)
    assert first.error is not None
    assert first.error.kind == "delai"
    assert second.error is None


def spoil() -> int:
    os.chdir("/")
    os.environ["MINE_LEFT"] = "x"
    os.environ.pop("PATH", None)
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    random.seed(1)
    sys.stdout = sys.stdin
    return os.getpid()


def look() -> dict[str, Any]:
    return {
        "folder": Path.cwd(),
        "environment": dict(os.environ),
        "below": os.environ.get("MINE_LEFT"),
        "filters": [str(one) for one in warnings.filters],
        "signals": [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)],
        "stream": sys.stdout.fileno(),
        "worker": os.getpid(),
    }


def test_what_a_call_changes_is_put_back() -> None:
    before, worker, after = values_of(look, spoil, look)
    assert before == after
    assert worker == after["worker"]
    drawn = values_of(spoil, draw, spoil, draw)
    assert drawn[1] != drawn[3]


def draw() -> float:
    return random.random()


def leave() -> tuple[int, int]:
    child = subprocess.Popen(["sleep", "300"], start_new_session=True)
    shell = "sleep 300 >/dev/null & echo $!"
    run = subprocess.run(["sh", "-c", shell], stdout=subprocess.PIPE, check=True)
    child.returncode = 0  # nobody is told that it lives
    return child.pid, int(run.stdout)


def test_what_a_call_leaves_running_is_killed_before_the_next() -> None:
    left, alive, _ = values_of(leave, partial(time.sleep, 0), os.getpid)
    assert alive is None
    for process in left:
        assert not Path(f"/proc/{process}").exists()


def test_what_is_printed_goes_to_the_log_of_its_call(tmp_path: Path) -> None:
    logs = [tmp_path / f"{at}.log" for at in range(3)]
    calls = [Call(str(at), partial(speak, at), log) for at, log in enumerate(logs)]
    list(run_forked([*calls, Call("nulle part", partial(speak, 9))], jobs=1, timeout=30))
    assert [log.read_text(encoding="utf-8") for log in logs] == [
        f"{at}\n{at} dessous\n" for at in range(3)
    ]


def speak(word: int) -> None:
    sys.stdout.write(f"{word}\n")
    os.write(2, f"{word} dessous\n".encode())


def spend(seconds: float, megabytes: int) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    bytearray(b"x") * (megabytes * 1_000_000)


def test_each_call_is_told_its_own_time_and_memory() -> None:
    big, small = outcomes_of(partial(spend, 0.3, 150), partial(spend, 0.0, 1))
    assert big.cpu_seconds >= 0.3 > small.cpu_seconds
    assert big.memory_mb > small.memory_mb + 100


def test_each_call_is_refused_memory_beyond_what_it_finds() -> None:
    works = [partial(spend, 0.0, size) for size in (30, 400, 30, 400)]
    outcomes = outcomes_of(*works, memory_mb=200)
    assert [one.error and one.error.kind for one in outcomes] == [None, "memoire"] * 2


def test_workers_end_with_the_run() -> None:
    run = run_forked([Call(str(at), os.getpid) for at in range(3)], jobs=1, timeout=30)
    process = next(run).value
    assert Path(f"/proc/{process}").exists()
    run.close()
    assert not Path(f"/proc/{process}").exists()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    order = workers.written(Call("a", partial(weight, HEAVY), tmp_path), shared=[HEAVY])
    assert order is not None
    assert b"lourd" not in order
    assert workers.written(Call("a", lambda: None), shared=[]) is None


# Kernels of a worker.


@pytest.fixture
def _own_streams(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
    return


def kernels_of(folder: Path, *codes: str, **options: Any) -> list[Outcome]:
    """Run notebooks one after the other in a worker, for the last output of each."""
    works = [partial(last_of, notebook_of(code), folder / str(at)) for at, code in enumerate(codes)]
    return outcomes_of(*works, **options)


def last_of(notebook: Any, folder: Path) -> Any:
    made, raised = ran(notebook, NAME, folder)
    if raised is not None:
        raise raised
    output = outputs_of(made)[-1][-1]
    return output.get("text") or output["data"]["text/plain"]


@pytest.mark.documents
def test_kernels_of_a_worker_have_one_parent_and_own_ids(tmp_path: Path) -> None:
    code = (
        "import os, random; k = get_ipython().kernel\n"
        "os.getppid(), os.getpid(), k.session.session, k.session.pid == os.getpid(), "
        "random.random(), os.getcwd(), os.getpgid(0)"
    )
    first, second = (eval(one.value) for one in kernels_of(tmp_path, code, code))
    assert first[0] == second[0]
    assert first[3] is second[3] is True
    assert not {first[1], *first[2:3], *first[4:6]} & {second[1], *second[2:3], *second[4:6]}
    assert second[5] == str(tmp_path / "1")
    assert first[6] == second[6] != second[1]  # killed with their worker


@pytest.mark.documents
def test_a_kernel_of_a_worker_is_refused_memory_and_measured(tmp_path: Path) -> None:
    codes = ["held = bytearray(b'x') * 100_000_000; 1", "bytearray(600_000_000)", "1"]
    works = [
        partial(last_of, notebook_of(code), tmp_path / str(at)) for at, code in enumerate(codes)
    ]
    big, refused, small = outcomes_of(*works, memory_mb=400)
    assert refused.error is not None
    assert refused.error.kind == "memoire"
    assert big.memory_mb > small.memory_mb + 80
    assert small.cpu_seconds > 0.005


@pytest.mark.documents
def test_a_kernel_of_a_worker_that_dies_is_told(tmp_path: Path) -> None:
    _, dead, after = kernels_of(tmp_path, "1", "import os; os.kill(os.getpid(), 11)", "2")
    assert dead.error is not None
    assert dead.error.kind == "mort"
    assert "SIGSEGV" in dead.error.message
    assert after.value == "2"


@pytest.mark.documents
def test_without_what_holds_kernels_ready_they_start_by_themselves(tmp_path: Path) -> None:
    fatal = "import os; os.kill(os.getppid(), 9); import time; time.sleep(9)"
    _, fallen, after = kernels_of(tmp_path, "1", fatal, "2")
    assert fallen.error is not None
    assert after.value == "2"


class _Loud:
    """A piece of garbage that speaks when it is thrown away."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        sys.stderr.write("garbage of the parent\n")


@pytest.mark.documents
@pytest.mark.usefixtures("_own_streams")
def test_garbage_of_the_parent_is_not_thrown_away_in_a_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = _Loud()
    gc.collect()  # among the old, which are looked at only when asked
    gc.disable()
    try:
        del loud
        made, _ = ran(notebook_of("import gc; gc.collect(); None"), NAME, tmp_path)
        assert outputs_of(made)[-1] == []
    finally:
        gc.enable()
        gc.collect()
    assert "garbage of the parent" in capsys.readouterr().err  # it was there to be thrown away
