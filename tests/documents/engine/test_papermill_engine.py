"""The engine as papermill's users meet it: its options, its files, its refusals to fork."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine
from torture import NAME, STOCK, notebook_of, outputs_of, ran, told

from diag360.documents.engine import papermill_engine
from diag360.documents.engine.calls import Call
from diag360.documents.engine.papermill_engine import Diag360Engine, why_not
from diag360.documents.engine.pool import run_forked

pytestmark = pytest.mark.documents


@pytest.fixture(autouse=True)
def said_anew() -> None:
    papermill_engine._say_once.cache_clear()


def test_each_cell_is_marked_and_timed_as_by_papermill(tmp_path: Path) -> None:
    made, _ = ran(notebook_of("n"), NAME, tmp_path)
    for cell in made.cells:
        run = cell.metadata.papermill
        assert (run.status, run.exception) == ("completed", False)
        assert run.duration >= 0
    assert made.metadata.papermill.parameters == {"n": 2}
    assert made.metadata.papermill.duration > 0
    assert made.cells[-1].metadata.execution["iopub.status.busy"]


def test_a_run_does_not_start_another_python(tmp_path: Path) -> None:
    made, _ = ran(notebook_of("import os; os.getppid()"), NAME, tmp_path)
    assert outputs_of(made)[-1][0]["data"]["text/plain"] == str(os.getpid())


@pytest.mark.parametrize(
    ("fatal", "told_as"),
    [
        ("import os; os._exit(3)", "code 3"),
        ("import ctypes; ctypes.string_at(0)", "signal SIGSEGV"),
        ("import os; os.kill(os.getpid(), 9)", "signal SIGKILL : mémoire épuisée"),
    ],
)
def test_a_dead_kernel_is_told_with_its_cell_and_what_it_did_is_kept(
    tmp_path: Path, fatal: str, told_as: str
) -> None:
    notebook = notebook_of("'fait'", f"print('avant', flush=True)\n{fatal}", "'jamais'")
    made, raised = ran(notebook, NAME, tmp_path)
    assert isinstance(raised, DeadKernelError)
    assert "pendant la cellule 4" in str(raised)
    assert told_as in str(raised)
    outputs = outputs_of(made)
    assert outputs[2][0]["data"]["text/plain"] == "'fait'"
    assert outputs[3][0]["text"] == "avant\n"
    assert outputs[4] == []


def test_what_was_printed_a_while_before_a_death_is_kept(tmp_path: Path) -> None:
    code = "import os, time\nprint('avant'); time.sleep(0.8); os._exit(1)"
    made, _ = ran(notebook_of(code), NAME, tmp_path)
    assert outputs_of(made)[-1][0]["text"] == "avant\n"


def test_a_cell_too_long_stops_the_notebook_which_is_kept(tmp_path: Path) -> None:
    notebook = notebook_of("'fait'", "print('vu', flush=True)\nwhile True: pass")
    began = time.monotonic()
    made, raised = ran(notebook, NAME, tmp_path, execution_timeout=1)
    assert time.monotonic() - began < 20
    assert isinstance(raised, CellTimeoutError)
    assert outputs_of(made)[2][0]["data"]["text/plain"] == "'fait'"
    assert outputs_of(made)[3][0]["text"] == "vu\n"


def test_a_loop_that_minds_nothing_is_killed(tmp_path: Path) -> None:
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    _, raised = ran(
        notebook_of(code), NAME, tmp_path, execution_timeout=1, shutdown_kernel="immediate"
    )
    assert isinstance(raised, CellTimeoutError)


def test_an_interrupt_on_timeout_lets_the_notebook_go_on(tmp_path: Path) -> None:
    made, _ = ran(
        notebook_of("import time; time.sleep(60)", "'suite'"), NAME, tmp_path,
        execution_timeout=3, interrupt_on_timeout=True, allow_errors=True,
    )  # fmt: skip
    outputs = outputs_of(made)
    assert outputs[-2][0]["ename"] == "KeyboardInterrupt"
    assert outputs[-1][0]["data"]["text/plain"] == "'suite'"


def test_a_worker_out_of_time_keeps_its_notebook(tmp_path: Path) -> None:
    notebook = notebook_of("'fait'", "print('vu')\nimport time; time.sleep(60)")

    def work() -> str:
        made, raised = ran(notebook, NAME, tmp_path)
        assert raised is not None
        return str(told(made)["cells"][-1]["outputs"][-1]["ename"])

    (outcome,) = run_forked([Call("a", work)], jobs=1, timeout=4)
    assert outcome.error is None
    assert outcome.value == "KeyboardInterrupt"


def test_a_worker_short_of_memory_says_so(tmp_path: Path) -> None:
    notebook = notebook_of("held = bytearray(600_000_000)")

    def work() -> None:
        _, raised = ran(notebook, NAME, tmp_path)
        assert raised is not None
        raise raised

    (outcome,) = run_forked([Call("a", work)], jobs=1, timeout=60, memory_mb=400)
    assert outcome.error is not None
    assert outcome.error.kind == "memoire"


def test_two_workers_run_notebooks_at_once(tmp_path: Path) -> None:
    notebook = notebook_of("import time; time.sleep(0.5); n")

    def work(number: int) -> Any:
        return ran(notebook, NAME, tmp_path / str(number), parameters={"n": number})[0]

    calls = [Call(str(i), partial(work, i)) for i in range(4)]
    for outcome in run_forked(calls, jobs=2, timeout=60):
        (output,) = outputs_of(outcome.value)[-1]
        assert output["data"]["text/plain"] == outcome.key


def test_much_goes_through_both_ways(tmp_path: Path) -> None:
    many = "print('é' * 3_000_000)\nimport ipywidgets as w\nout = w.Output()\nwith out:\n"
    many += "    for i in range(60): print('x' * 20_000, flush=True)\n"
    made, raised = ran(notebook_of(many, "len(out.outputs[0]['text'])"), NAME, tmp_path)
    assert raised is None
    assert len(outputs_of(made)[-2][0]["text"]) == 3_000_001
    assert outputs_of(made)[-1][0]["data"]["text/plain"] == str(60 * 20_001)


def test_outputs_are_logged_when_asked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="papermill"):
        ran(notebook_of("print('suivi')"), NAME, tmp_path, log_output=True)
    assert any("suivi" in record.message for record in caplog.records)


def test_another_python_or_language_is_left_to_papermill(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_not("python3") == ""
    assert why_not(None) == ""
    assert "« ir »" in why_not("ir")


def test_with_several_threads_papermill_does_it_and_it_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    over = threading.Event()
    other = threading.Thread(target=over.wait, name="autre", daemon=True)
    other.start()
    try:
        made, _ = ran(notebook_of("import os; os.getppid()"), NAME, tmp_path / "un")
        ran(notebook_of("1"), NAME, tmp_path / "deux")
    finally:
        over.set()
        other.join()
    assert outputs_of(made)[-1][0]["data"]["text/plain"] == str(os.getpid())
    told_once = [one.message for one in caplog.records if "moteur ordinaire" in one.message]
    assert len(told_once) == 1
    assert "autre" in told_once[0]


def test_without_forks_papermill_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papermill_engine, "can_fork", lambda: False)
    assert "dupliquer" in why_not("python3")
    asked = []
    monkeypatch.setattr(
        NBClientEngine,
        "execute_managed_notebook",
        classmethod(lambda cls, *args, **rest: asked.append(rest)),
    )
    Diag360Engine.execute_managed_notebook(None, "python3", execution_timeout=7)
    assert asked[0]["execution_timeout"] == 7


def test_the_progress_bar_leaves_no_thread(tmp_path: Path) -> None:
    given = tmp_path / "in.ipynb"
    nbformat.write(notebook_of("1"), given)
    papermill.execute_notebook(given, tmp_path / "out.ipynb", engine_name=NAME)
    assert threading.active_count() == 1


def test_killing_papermill_kills_the_notebook(tmp_path: Path) -> None:
    place = tmp_path / "numéro"
    code = (
        "import os, time, pathlib\n"
        f"place = pathlib.Path({str(place)!r})\n"
        "place.with_suffix('.part').write_text(str(os.getpid()))\n"
        "place.with_suffix('.part').rename(place)\n"
        "time.sleep(60)"
    )
    nbformat.write(notebook_of(code), tmp_path / "in.ipynb")
    run = (
        "import papermill; from papermill.engines import papermill_engines\n"
        "from diag360.documents.engine.papermill_engine import Diag360Engine\n"
        "papermill_engines.register('diag360', Diag360Engine)\n"
        f"papermill.execute_notebook({str(tmp_path / 'in.ipynb')!r}, None, engine_name='diag360')"
    )
    parent = subprocess.Popen([sys.executable, "-c", run], stderr=subprocess.DEVNULL)
    while not place.exists():
        time.sleep(0.05)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    kernel, end = Path("/proc") / place.read_text(), time.monotonic() + 5
    while kernel.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert not kernel.exists() or ") Z " in (kernel / "stat").read_text()


def test_the_same_is_logged_by_both_engines(tmp_path: Path) -> None:
    kept = {}
    for engine in (STOCK, NAME):
        place = tmp_path / f"{engine}.txt"
        with place.open("w", encoding="utf-8") as file:
            ran(notebook_of("print('dit')\n1"), engine, tmp_path / engine, stdout_file=file)
        kept[engine] = place.read_text(encoding="utf-8")
    assert kept[NAME] == kept[STOCK] == "dit\n"


def test_a_script_of_anybody_may_run_a_notebook(tmp_path: Path) -> None:
    nbformat.write(notebook_of("__name__, __import__('__main__').n"), tmp_path / "in.ipynb")
    script = tmp_path / "script.py"
    script.write_text(
        "import papermill; from papermill.engines import papermill_engines\n"
        "from diag360.documents.engine.papermill_engine import Diag360Engine\n"
        "papermill_engines.register('diag360', Diag360Engine)\n"
        "made = papermill.execute_notebook('in.ipynb', None, engine_name='diag360')\n"
        "print(made.cells[-1].outputs[0].data['text/plain'])\n",
        encoding="utf-8",
    )
    run = subprocess.run(
        [sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout == "('__main__', 1)\n"
