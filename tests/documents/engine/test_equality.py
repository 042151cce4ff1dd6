"""A forked run gives what papermill's own engine gives: outputs, errors, and what is kept."""

import textwrap
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from torture import NAME, STOCK, notebook_of, ran, told, widgets_of

from diag360.documents.engine.calls import Call
from diag360.documents.engine.pool import run_forked

pytestmark = pytest.mark.documents

WELL = {
    "streams": "import sys\nprint('a'); print('b', file=sys.stderr); print('c', flush=True)",
    "slow streams": """
        import sys, time
        print('un', end=''); time.sleep(0.4); print('deux', file=sys.stderr); time.sleep(0.4)
        print('trois')""",
    "results": "n, [1, 'é'], {'a': None}",
    "memory of results": "1 + 1",
    "underscore": "_ + 1, In[-2], sorted(Out)",
    "quiet": "3;",
    "none": "None",
    "rich": """
        from IPython.display import HTML, JSON, SVG, Latex, Markdown, display
        display(HTML('<b>é</b>'), Markdown('*m*'), Latex('$x$'), JSON({'a': (1, 2), 3: None}))
        display({'application/x+json': {'k': (1,)}, 'text/plain': 'p'}, raw=True, metadata={'q': 1})
        HTML('<i>fin</i>')""",
    "order": "print('avant'); display(1); print('après'); display(2)",
    "updates": """
        from IPython.display import update_display
        held = display('un', display_id='tenu'); display('autre')
        held.update('deux')""",
    "updates from afar": "update_display('trois', display_id='tenu')",
    "cleared": """
        from IPython.display import clear_output
        print('perdu'); clear_output(); print('vu')""",
    "cleared later": "print('perdu'); clear_output(wait=True); print('vu')",
    "warnings": """
        import warnings
        warnings.warn('attention', UserWarning); warnings.warn('vieux', DeprecationWarning)
        warnings.warn('en attente', PendingDeprecationWarning)""",
    "logging": """
        import logging
        logging.getLogger('mien').warning('prévenu'); logging.info('tu')
        logging.getLogger('mien').error('fautif')""",
    "shell": "!echo bonjour; echo faute >&2\nlist = !printf 'a\\nb'\nlist",
    "bash": "%%bash\necho en bash",
    "magics": "%who_ls str\n%pwd\n%env HOME",
    "capture": "%%capture kept\nprint('pris'); display(4)",
    "captured": "kept.stdout, len(kept.outputs)",
    "system": "get_ipython().system('printf un'); get_ipython().getoutput('printf deux')",
    "await": "import asyncio\nawait asyncio.sleep(0.01, 'attendu')",
    "background": """
        async def late():
            await asyncio.sleep(0.02); print('tâche')
        task = asyncio.create_task(late())""",
    "background ended": "await task\nasyncio.get_running_loop().is_running()",
    "no second loop": """
        try:
            asyncio.run(late())
        except RuntimeError as error:
            print(error)""",
    "threads": """
        import threading
        thread = threading.Thread(target=lambda: print('fil')); thread.start(); thread.join()""",
    "figures": """
        import matplotlib.pyplot as plt
        figure, axes = plt.subplots(figsize=(2, 1)); axes.plot([1, 2])
        plt.figure(figsize=(1, 1));""",
    "figure object": "figure",
    "backend": """
        import matplotlib
        matplotlib.get_backend(), matplotlib.is_interactive(), plt.get_fignums()""",
    "svg": """
        %config InlineBackend.figure_formats = ['svg']
        import matplotlib
        matplotlib.rcParams['svg.hashsalt'] = 'sel'
        plt.figure(figsize=(1, 1)).savefig('f.svg', metadata={'Date': None})""",
    "inline": "%matplotlib inline\nplt.rcParams['figure.figsize'], plt.rcParams['figure.dpi']",
    "shown": """
        %config InlineBackend.figure_formats = ['png']
        plt.plot([3, 1]); plt.show(); print('ok')""",
    "pandas": """
        import pandas as pd
        frame = pd.DataFrame({'a': [1, 2], 'b': ['x', None]}); frame.style.format(na_rep='–')
        frame""",
    "wide pandas": "print(pd.DataFrame([range(30)])); pd.DataFrame([range(30)])",
    "pandas options": """
        from pandas._config.config import _registered_options
        with warnings.catch_warnings(action='ignore'):
            shown = {key: pd.get_option(key) for key in _registered_options}
        shown""",
    "seaborn": "import seaborn as sns\nsns.color_palette('deep', 2)",
    "widgets": """
        import ipywidgets as w
        slider = w.IntSlider(value=3, description='é'); box = w.VBox([slider, w.Button()]); box""",
    "widgets moved": "slider.value = 7; slider.observe(lambda change: None, 'value')",
    "output widget": """
        out = w.Output(); display(out)
        with out:
            print('dedans'); display(5)
        print('dehors')""",
    "output widget read": "len(out.outputs), out.outputs[0]['text']",
    "interact": "w.interact(lambda x: print('x', x), x=(0, 4));",
    "progress": "from tqdm.auto import tqdm\nsum(tqdm([1, 2], disable=True))",
    "progress bar": "from tqdm import tqdm as bar\nsum(bar([1, 2], mininterval=9))",
    "next input": "get_ipython().set_next_input('suite')\n%precision 3\n3.14159",
    "help": "len?",  # for a pager
    "printed bytes": "import sys; sys.stdout.write('\\x1b[31mrouge\\x1b[0m\\b!\\r\\n')",
    "odd characters": "print('\\u202f\\U0001f600 \\x00'); '\\ud800'.encode('utf-8', 'replace')",
    "not a number": """
        with warnings.catch_warnings(action='ignore'):
            display(JSON({'a': 1e400}))""",
    "module": """
        import pickle, __main__
        class Thing: pass
        pickle.loads(pickle.dumps(Thing())).__class__.__name__, __name__, Thing.__module__""",
    "doctest": "def f(x):\n    '''double'''\n    return 2 * x\nf.__doc__, f(n)",
    "names": "import sys, os; sys.path[0], os.path.basename(os.getcwd()), len(sys.argv) > 0",
    "path": "[place for place in sys.path]",
    "terminal": "sys.stdout.isatty(), sys.stdin.isatty(), os.environ['TERM'], os.environ['PAGER']",
    "encoding": "sys.stdout.encoding, sys.flags.dev_mode",
    "shell type": "type(get_ipython()).__name__, get_ipython().kernel is not None",
    "displayhook": "type(sys.displayhook).__name__, sys.excepthook.__name__",
    "numpy": "import numpy as np\nnp.get_printoptions()['precision'], np.geterr(), np.array([1.5])",
    "decimals": "import decimal; decimal.getcontext().prec",
    "child": """
        import multiprocessing
        def work(x): print('enfant', x, flush=True); return x
        process = multiprocessing.get_context('fork').Process(target=work, args=(1,))
        with warnings.catch_warnings(action='ignore'):
            process.start()
        process.join(); process.exitcode""",
    "subprocess": """
        import subprocess
        subprocess.run(['echo', 'capté'], capture_output=True, text=True).stdout""",
    "late figure": "plt.figure(figsize=(1, 1)); print('imprimé avant la figure')",
}  # fmt: skip

# Cells that a kernel too leaves without output.
SILENT = {"quiet", "none", "capture", "background", "updates from afar", "widgets moved", "help"}

# The error of a cell stops a notebook: one each.
BADLY = {
    "html of a result": "class Bad:\n    def _repr_html_(self): raise ValueError('mal')\nBad()",
    "data refused": "display({'application/x-mine': {'k': (1,)}}, raw=True)",
    "exception": "def f(x):\n    return 1 / x\n\nprint('avant')\nf(0)",
    "chained": "try:\n    {}['a']\nexcept KeyError as error:\n    raise ValueError('é') from error",
    "syntax": "x = (1,\ny = 2",
    "indentation": "if True:\nx = 1",
    "exit": "import sys\nprint('avant')\nsys.exit(3)",
    "exit well": "import sys\nsys.exit()",
    "quit": "print('avant'); quit()",
    "input": "name = input('nom ? ')",
    "getpass": "import getpass\ngetpass.getpass()",
    "interrupted": "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT); time.sleep(5)",
    "in a repr": "class Bad:\n    def __repr__(self): raise ValueError('mal')\nBad()",
    "recursion": "def f(): return f()\nf()",
    "await": "import asyncio\nasync def f(): raise OSError(2, 'rien')\nawait f()",
    "memory": "bytearray(1 << 60)",
    "group": "raise ExceptionGroup('ensemble', [ValueError(1), TypeError(2)])",
    "unknown magic": "%inconnue",
    "shell": "%%bash\nexit 4",
    "assertion": "assert 1 == 2, 'non'",
    "own": "class Mine(Exception):\n    def __str__(self): return 'mûre'\nraise Mine",
}


WORKER = "second of a worker"  # its kernel is forked from one that has started


@pytest.fixture(autouse=True)
def own_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let kernels watch what is printed from below Python, as they do outside of tests."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run all that goes well in one notebook, with each engine."""
    notebook = notebook_of(*[textwrap.dedent(source).strip() for source in WELL.values()])
    runs = {
        engine: ran(notebook, engine, tmp_path_factory.mktemp(engine) / "ici", log_output=False)
        for engine in (STOCK, NAME)
    }
    folders = [tmp_path_factory.mktemp(name) / "ici" for name in ("un", "deux")]
    calls = [Call(str(folder), partial(ran, notebook, NAME, folder)) for folder in folders]
    *_, second = run_forked(calls, jobs=1, timeout=200)
    assert second.error is None, second.error
    return runs | {WORKER: second.value}


def test_a_run_that_goes_well_goes_well_in_a_fork(well: dict[str, Any]) -> None:
    assert [error for _, error in well.values()] == [None, None, None]


@pytest.mark.parametrize("engine", [NAME, WORKER])
@pytest.mark.parametrize("case", list(WELL))
def test_a_cell_gives_what_a_kernel_gives(well: dict[str, Any], case: str, engine: str) -> None:
    place = list(WELL).index(case) + 3  # the heading, the parameters, and those given
    stock, ours = (told(well[one][0])["cells"][place] for one in (STOCK, engine))
    assert stock["outputs"] or case in SILENT
    assert ours == stock


@pytest.mark.parametrize("engine", [NAME, WORKER])
def test_the_metadata_hold_the_same_state_of_widgets(well: dict[str, Any], engine: str) -> None:
    stock, ours = (well[one][0] for one in (STOCK, engine))
    assert any("IntSliderModel" in state and '"value": 7' in state for state in widgets_of(ours))
    assert widgets_of(ours) == widgets_of(stock)
    assert told(ours)["metadata"] == told(stock)["metadata"]


@pytest.mark.parametrize("case", list(BADLY))
def test_an_error_is_the_same(tmp_path: Path, case: str) -> None:
    notebook = notebook_of("kept = 'vu'\nkept", BADLY[case], "print('jamais')")
    runs = [ran(notebook, engine, tmp_path / engine / "ici") for engine in (STOCK, NAME)]
    (stock, stock_error), (ours, our_error) = runs
    assert type(our_error) is type(stock_error)
    assert told(ours) == told(stock)
    assert (our_error is None) == (case in {"exit well", "quit"})


def test_an_error_that_is_expected_does_not_stop(tmp_path: Path) -> None:
    notebook = notebook_of(("1 / 0", ["raises-exception"]), "print('suite')")
    runs = [ran(notebook, engine, tmp_path / engine / "ici")[0] for engine in (STOCK, NAME)]
    assert told(runs[1]) == told(runs[0])
    assert told(runs[1])["cells"][-1]["outputs"][0]["text"] == "suite\n"


def test_errors_allowed_do_not_stop(tmp_path: Path) -> None:
    notebook = notebook_of("1 / 0", "print('suite')")
    runs = [
        ran(notebook, engine, tmp_path / engine / "ici", allow_errors=True)
        for engine in (STOCK, NAME)
    ]
    assert told(runs[1][0]) == told(runs[0][0])
    assert type(runs[1][1]) is type(runs[0][1])
