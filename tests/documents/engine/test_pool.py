"""Calls in forked processes: what they give, how they fail, and what is left behind."""

import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill import PapermillExecutionError

from diag360.documents.engine import pool
from diag360.documents.engine.calls import Call, Outcome, failure_of
from diag360.documents.engine.child import can_fork, is_worker
from diag360.documents.engine.pool import run_forked
from diag360.documents.engine.spawned import run_spawned
from diag360.errors import Fault, Refusal

pytestmark = pytest.mark.skipif(not can_fork(), reason="needs a fork")


def outcome_of(work: Callable[[], Any], **options: Any) -> Outcome:
    given: dict[str, Any] = {"jobs": 1, "timeout": 30.0} | options
    log = given.pop("log", None)
    (outcome,) = run_forked([Call("une", work, log)], **given)
    return outcome


def failed(work: Callable[[], Any], **options: Any) -> tuple[str, str]:
    outcome = outcome_of(work, **options)
    assert outcome.error is not None
    assert outcome.value is None
    return outcome.error.kind, outcome.error.message


def test_a_value_comes_back_whatever_its_size() -> None:
    outcome = outcome_of(lambda: {"é": b"x" * 5_000_000})
    assert outcome.key == "une"
    assert outcome.error is None
    assert len(outcome.value["é"]) == 5_000_000


def test_work_is_done_elsewhere_and_is_told_so() -> None:
    value = outcome_of(lambda: (os.getpid(), os.getppid(), is_worker(), os.getpgid(0))).value
    assert value[0] != os.getpid()
    assert value[1:3] == (os.getpid(), True)
    assert value[3] == value[0]
    assert not is_worker()


def test_its_time_and_memory_are_told() -> None:
    def work() -> int:
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass
        return int(bytearray(120_000_000)[0])

    outcome = outcome_of(work)
    assert 0.3 <= outcome.cpu_seconds < 5
    assert outcome.seconds >= 0.3
    assert outcome.memory_mb > 120


def test_an_exception_comes_with_its_traceback() -> None:
    def work() -> None:
        raise KeyError("mûre")

    error = outcome_of(work).error
    assert error is not None
    assert (error.kind, error.message) == ("exception", "KeyError : 'mûre'")
    assert "test_pool.py" in error.traceback


def test_a_refusal_is_told_in_its_own_words() -> None:
    def work() -> None:
        raise Refusal("Refusé :", [Fault("a.csv", "ligne 3", "« x » de trop", "l’ôter")])

    assert failed(work)[1] == "Refusé :\n  - a.csv, ligne 3 : « x » de trop → l’ôter"


def test_what_cannot_be_sent_back_is_an_exception() -> None:
    kind, message = failed(lambda: lambda: None)
    assert kind == "exception"
    assert "pickle" in message.lower()


def test_leaving_python_is_an_exception() -> None:
    assert failed(lambda: sys.exit(3)) == ("exception", "SystemExit : 3")


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (lambda: os._exit(3), "code 3"),
        (lambda: ctypes.string_at(0), "SIGSEGV"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "SIGKILL : mémoire épuisée, ou arrêt"),
    ],
)
def test_a_sudden_death_is_told_with_its_cause(work: Callable[[], Any], told: str) -> None:
    kind, message = failed(work)
    assert kind == "mort"
    assert told in message


def test_a_death_leaves_its_trace_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "journal" / "une.log"
    failed(lambda: ctypes.string_at(0), log=log)
    assert "Segmentation fault" in log.read_text(encoding="utf-8")


def test_all_that_is_printed_goes_to_the_log(tmp_path: Path) -> None:
    log = tmp_path / "journal" / "une.log"

    def work() -> None:
        sys.stdout.write("de Python é\n")
        sys.stderr.write("faute\n")
        os.write(1, b"du dessous\n")
        subprocess.run(["echo", "d’ailleurs"], check=True)

    outcome_of(work, log=log)
    kept = log.read_text(encoding="utf-8").splitlines()
    assert set(kept) == {"d’ailleurs", "de Python é", "du dessous", "faute"}


def test_nothing_is_read_from_the_terminal() -> None:
    assert outcome_of(lambda: sys.stdin.read()).value == ""


def test_too_long_is_interrupted_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "GRACE", 20.0)
    began = time.monotonic()
    kind, message = failed(lambda: time.sleep(60), timeout=0.5)
    assert (kind, message) == ("delai", "délai dépassé (0,5 s)")
    assert time.monotonic() - began < 10


def test_what_does_not_mind_is_killed_with_what_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pool, "GRACE", 0.5)
    place = tmp_path / "enfant"

    def work() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        child = subprocess.Popen(["sleep", "300"])
        place.write_text(str(child.pid))
        time.sleep(60)

    assert failed(work, timeout=1.0) == ("delai", "délai dépassé (1 s)")
    assert gone(int(place.read_text()))


def gone(process: int, *, patience: float = 5.0) -> bool:
    """Tell whether a process has ended, or soon does."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            status = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            return True
        if status.rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_what_is_ready_in_spite_of_the_interrupt_is_taken() -> None:
    def work() -> str:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            return "prêt"
        return "jamais"

    outcome = outcome_of(work, timeout=0.5)
    assert (outcome.value, outcome.error) == ("prêt", None)


def test_a_limit_of_memory_is_told_from_other_failures() -> None:
    assert outcome_of(lambda: len(bytearray(30_000_000)), memory_mb=200).error is None
    kind, _ = failed(lambda: len(bytearray(400_000_000)), memory_mb=200)
    assert kind == "memoire"
    kind, _ = failed(lambda: np.ones(50_000_000).sum(), memory_mb=200)
    assert kind == "memoire"


def test_the_kind_is_found_behind_what_is_told() -> None:
    def refusal(cause: BaseException) -> BaseException:
        try:
            try:
                raise cause
            except BaseException as error:
                raise Refusal("Arrêté :", []) from error
        except Refusal as told:
            try:
                raise Refusal("Autre :", []) from None
            except Refusal as last:
                last.__context__ = told
                return last

    memory = PapermillExecutionError(1, 2, "", "_ArrayMemoryError", "Unable to allocate", [])
    assert failure_of(refusal(memory)).kind == "memoire"
    assert failure_of(refusal(DeadKernelError("mort"))).kind == "mort"
    assert failure_of(refusal(CellTimeoutError("long"))).kind == "delai"
    assert failure_of(refusal(ValueError("x"))).kind == "exception"


def test_no_more_run_than_asked_and_all_are_done() -> None:

    def work(number: int) -> tuple[int, float, float]:
        start = time.monotonic()
        time.sleep(0.15)
        return number, start, time.monotonic()

    calls = [Call(str(i), partial(work, i)) for i in range(7)]
    outcomes = list(run_forked(calls, jobs=2, timeout=30))
    assert {one.key: one.value[0] for one in outcomes} == {str(i): i for i in range(7)}
    marks = sorted(mark for one in outcomes for mark in ((one.value[1], 1), (one.value[2], -1)))
    running = np.cumsum([step for _, step in marks])
    assert running.max() == 2


def test_a_call_is_taken_only_when_there_is_room() -> None:
    taken: list[int] = []

    def calls() -> Any:
        for number in range(3):
            taken.append(number)
            yield Call(str(number), lambda: None)

    run = run_forked(calls(), jobs=1, timeout=30)
    next(run)
    assert taken == [0]
    run.close()


def test_once_told_to_stop_those_in_flight_are_finished() -> None:
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    calls = [Call(str(i), partial(time.sleep, 0.5)) for i in range(5)]
    outcomes = list(run_forked(calls, jobs=1, timeout=30, stop=stop))
    assert [one.key for one in outcomes] == ["0"]
    assert outcomes[0].error is None


def test_giving_up_kills_what_runs(tmp_path: Path) -> None:
    place = tmp_path / "numéro"

    def work() -> None:
        place.write_text(str(os.getpid()))
        time.sleep(60)

    calls = [Call("courte", lambda: time.sleep(0.7)), Call("longue", work)]
    run = run_forked(calls, jobs=2, timeout=30)
    assert next(run).key == "courte"
    run.close()
    assert gone(int(place.read_text()))


def test_children_die_with_their_parent(tmp_path: Path) -> None:
    place = tmp_path / "numéro"
    code = (
        "import os, time, pathlib\n"
        "from diag360.documents.engine.pool import Call, run_forked\n"
        f"place = pathlib.Path({str(place)!r})\n"
        "def work():\n"
        "    place.with_suffix('.part').write_text(str(os.getpid()))\n"
        "    place.with_suffix('.part').rename(place)\n"
        "    time.sleep(60)\n"
        "list(run_forked([Call('a', work)], jobs=1, timeout=60))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    while not place.exists():
        time.sleep(0.02)
    parent.kill()
    parent.wait()
    assert gone(int(place.read_text()))


def test_no_two_draw_the_same() -> None:
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    calls = [Call(str(i), lambda: (random.random(), np.random.rand())) for i in range(3)]  # noqa: NPY002
    drawn = [one.value for one in run_forked(calls, jobs=2, timeout=30)]
    assert len({value for pair in drawn for value in pair}) == 6


def test_nothing_stays_open(tmp_path: Path) -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = opened()
    list(run_forked([Call(str(i), lambda: 1) for i in range(4)], jobs=2, timeout=30))
    assert opened() == before


def twice(number: int) -> int:
    sys.stdout.write(f"dit {number}\n")
    if number == 2:
        os._exit(9)
    if number == 3:
        time.sleep(60)
    return 2 * number


@pytest.mark.documents  # each process loads all by itself
def test_ordinary_processes_give_the_same_where_there_is_no_fork(tmp_path: Path) -> None:
    log = tmp_path / "journal" / "a.log"
    calls = [Call(str(i), partial(twice, i), log) for i in range(5)]
    outcomes = {one.key: one for one in run_spawned(calls, jobs=2, timeout=20)}
    assert [outcomes[key].value for key in "014"] == [0, 2, 8]
    told = {key: outcomes[key].error for key in "23"}
    assert (told["2"].kind, told["2"].message) == (
        "mort",
        "le processus s’est arrêté net (code 9)",
    )
    assert (told["3"].kind, told["3"].message) == ("delai", "délai dépassé (20 s)")
    assert sorted(log.read_text(encoding="utf-8").splitlines()) == [f"dit {i}" for i in range(5)]
