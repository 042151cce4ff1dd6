"""No run leaves anything to the next, to its neighbour or to the parent, nor takes from it."""

import builtins
import decimal
import logging
import os
import random
import sys
import textwrap
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from torture import NAME, notebook_of, ran

from diag360.documents.engine.pool import Call, run_forked

pytestmark = pytest.mark.documents

# What a careless notebook leaves behind it, and what shows that it was left.
LEAKS = {
    "globals": ("left = 1", "'left' in globals()"),
    "rcParams": ("plt.rcParams['font.size'] = 33", "plt.rcParams['font.size']"),
    "style": ("plt.style.use('dark_background')", "plt.rcParams['axes.facecolor']"),
    "palette": ("sns.set_theme(palette='husl')", "sns.color_palette().as_hex()[:2]"),
    "pandas": ("pd.set_option('display.precision', 1)", "pd.get_option('display.precision')"),
    "numpy": ("np.set_printoptions(precision=1)", "np.get_printoptions()['precision']"),
    "numpy errors": ("np.seterr(all='raise')", "np.geterr()['divide']"),
    "environment": ("os.environ['MINE_LEFT'] = 'x'", "'MINE_LEFT' in os.environ"),
    "path": ("sys.path.insert(0, '/mine')", "'/mine' in sys.path"),
    "arguments": ("sys.argv.append('mine')", "'mine' in sys.argv"),
    "modules": ("sys.modules['mine'] = sys", "'mine' in sys.modules"),
    "builtins": ("import builtins; builtins.mine = 1", "hasattr(__builtins__, 'mine')"),
    "monkeypatch": ("pd.DataFrame.mean = lambda *a: 'mine'", "pd.DataFrame({'a': [1]}).mean()"),
    "attribute": ("os.path.join = lambda *a: 'mine'", "os.path.join('a', 'b')"),
    "decimals": ("decimal.getcontext().prec = 3", "decimal.getcontext().prec"),
    "filters": ("warnings.simplefilter('error')", "warnings.filters[0][0] == 'error'"),
    "threads": (
        "t = threading.Thread(target=threading.Event().wait, name='mine', daemon=True); t.start()",
        "any(t.name == 'mine' for t in threading.enumerate())",
    ),
    "figures": (
        "%config InlineBackend.close_figures = False\nplt.figure(77)",
        "plt.get_fignums()",
    ),
    "logging": ("logging.basicConfig(level=10)", "logging.root.level"),
    "signal": (
        "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN)",
        "signal.getsignal(signal.SIGUSR1)",
    ),
    "recursion": ("sys.setrecursionlimit(5000)", "sys.getrecursionlimit() == 5000"),
    "mask": ("os.umask(0o077)", "os.umask(0o022)"),
    "ours": ("diag360.left = 1", "hasattr(diag360, 'left')"),
    "folder": (
        "os.makedirs('ailleurs', exist_ok=True); os.chdir('ailleurs')",
        "os.path.basename(os.getcwd()) == 'ailleurs'",
    ),
}
OPENING = (
    "import os, sys, threading, decimal, warnings, logging, signal\n"
    "import numpy as np, pandas as pd, matplotlib.pyplot as plt, seaborn as sns\n"
    "import diag360"
)


def careless() -> Any:
    return notebook_of(OPENING, *[leak for leak, _ in LEAKS.values()])


def careful() -> Any:
    return notebook_of(OPENING, *[textwrap.dedent(probe) for _, probe in LEAKS.values()])


def seen(notebook: Any) -> dict[str, str]:
    """Give what each probe showed."""
    results = [
        [out.data["text/plain"] for out in cell.outputs if out.output_type == "execute_result"]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    return {name: found for name, (found,) in zip(LEAKS, results[-len(LEAKS) :], strict=True)}


def run(notebook: Any, folder: Path) -> Any:
    made, raised = ran(notebook, NAME, folder)
    if raised is not None:
        raise raised
    return made


@pytest.fixture
def clean(tmp_path: Path) -> dict[str, str]:
    """What the probes show when nothing went before."""
    return seen(run(careful(), tmp_path / "avant"))


def test_each_probe_shows_what_it_is_made_for(tmp_path: Path, clean: dict[str, str]) -> None:
    both = [code for pair in LEAKS.values() for code in pair]
    made = run(notebook_of(OPENING, *both), tmp_path / "tout")
    last = [cell.outputs[-1:] for cell in made.cells if cell.cell_type == "code"][-len(both) :]
    found = {name: out[0].data["text/plain"] for name, out in zip(LEAKS, last[1::2], strict=True)}
    assert [name for name in LEAKS if found[name] == clean[name]] == []


def test_nothing_is_left_to_the_next_run_of_the_same_parent(
    tmp_path: Path, clean: dict[str, str]
) -> None:
    for number in range(2):
        run(careless(), tmp_path / f"sale-{number}")
    assert seen(run(careful(), tmp_path / "après")) == clean


def test_nothing_reaches_a_neighbour(tmp_path: Path, clean: dict[str, str]) -> None:
    kinds = {"sale": careless(), "propre": careful()}
    calls = [
        Call(f"{kind}-{number}", partial(run, notebook, tmp_path / f"{kind}-{number}"))
        for number in range(3)
        for kind, notebook in kinds.items()
    ]
    outcomes = {one.key: one for one in run_forked(calls, jobs=2, timeout=200)}
    assert [one.error for one in outcomes.values()] == [None] * 6
    for number in range(3):
        assert seen(outcomes[f"propre-{number}"].value) == clean


def test_the_parent_is_as_before(tmp_path: Path) -> None:
    def state() -> dict[str, Any]:
        return {
            "rc": dict(mpl.rcParams),
            "pandas": pd.get_option("display.precision"),
            "modules": set(sys.modules),
            "path": list(sys.path),
            "environment": dict(os.environ),
            "folder": Path.cwd(),
            "filters": list(warnings.filters),
            "builtins": set(vars(builtins)),
            "decimals": decimal.getcontext().prec,
            "random": random.getstate(),
            "numpy": repr(np.random.get_state()),  # noqa: NPY002
            "handlers": list(logging.root.handlers),
            "streams": (sys.stdout, sys.stderr),
        }

    run(careless(), tmp_path / "d’abord")  # what is loaded once is loaded
    before = state()
    run(careless(), tmp_path / "sale")
    assert state() == before


def test_what_the_parent_has_set_does_not_reach_a_run(
    tmp_path: Path, clean: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend("/mine")
    monkeypatch.setattr(builtins, "mine", 1, raising=False)
    monkeypatch.setattr(sys, "argv", ["mine"])
    monkeypatch.setitem(sys.modules, "mine", _module_of(tmp_path))
    with (
        pd.option_context("display.precision", 1),
        np.printoptions(precision=1),
        np.errstate(all="raise"),
        decimal.localcontext(prec=3),
        mpl.rc_context({"font.size": 33, "axes.facecolor": "black"}),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        logging.root.setLevel(10)
        plt.figure(77)
        try:
            found = seen(run(careful(), tmp_path / "ici"))
        finally:
            plt.close("all")
            logging.root.setLevel(logging.WARNING)
    assert found == clean


def _module_of(folder: Path) -> Any:
    """Load a module that only this process knows."""
    import importlib.util

    place = folder / "mine.py"
    place.write_text("", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("mine", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_notebook_finds_the_module_beside_it_and_not_the_parents(tmp_path: Path) -> None:
    folder = tmp_path / "ici"
    folder.mkdir()
    (folder / "torture.py").write_text("word = 'à côté'", encoding="utf-8")
    made = run(notebook_of("import torture\ntorture.word"), folder)
    assert made.cells[-1].outputs[0].data["text/plain"] == "'à côté'"


def test_no_two_runs_draw_the_same(tmp_path: Path) -> None:
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    notebook = notebook_of("import random, numpy\nrandom.random(), numpy.random.rand()")
    drawn = {
        run(notebook, tmp_path / str(number)).cells[-1].outputs[0].data["text/plain"]
        for number in range(3)
    }
    assert len(drawn) == 3


def test_what_a_notebook_leaves_to_its_end_is_done_once(tmp_path: Path) -> None:
    code = "import atexit\natexit.register(lambda: open('sorti', 'a').write('x'))"
    run(notebook_of(code), tmp_path)
    assert (tmp_path / "sorti").read_text() == "x"
