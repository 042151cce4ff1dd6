"""What a forked kernel undoes of its parent, to start as a new Python would."""

import atexit
import builtins
import importlib
import inspect
import json
import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ipykernel import ipkernel
from traitlets.config import SingletonConfigurable

_INLINE = "matplotlib_inline.backend_inline"
_BUILTINS = dict(vars(builtins))
_PANDAS = {"display.encoding": "UTF-8", "display.max_columns": 20}
_LAUNCHER = "ipykernel_launcher.py"
_DEPTH = 1000  # calls within calls, before Python refuses: its own default
_known: set[str] = set()  # modules that every new Python finds at the same place
_filters: list[Any] = []  # set by the libraries as they were loaded


@cache
def clean_path() -> tuple[str, ...]:
    """Give the folders where a new Python looks for modules, after its own folder.

    Asked of a new Python once, by the parent: nothing else knows what was added since.
    """
    code = "import json, sys; print(json.dumps(sys.path[1:]))"
    asked = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60
    )
    return tuple(json.loads(asked.stdout))


def keep_filters() -> None:
    """Take the filters of warnings now set as those that come with the libraries."""
    _filters[:] = warnings.filters


def be_fresh() -> None:
    """Forget what the parent has set, loaded from its own folder, or left to do at its end."""
    atexit._clear()
    _singletons(SingletonConfigurable)
    ipkernel._comm_manager = None
    _builtins()
    _modules()
    sys.path[:] = clean_path()
    sys.argv[:] = [_LAUNCHER]
    sys.displayhook, sys.excepthook = sys.__displayhook__, sys.__excepthook__
    sys.unraisablehook, threading.excepthook = sys.__unraisablehook__, threading.__excepthook__
    deepen()
    _logging()
    with_defaults(keep=_filters)
    _options()


def deepen() -> None:
    """Go as deep as in a new Python, above what the parent was doing when it forked."""
    sys.setrecursionlimit(_DEPTH + _depth())


def _depth() -> int:
    """Count the calls that are under way."""
    count, frame = 0, inspect.currentframe()
    while frame is not None:
        count, frame = count + 1, frame.f_back
    return count


def _singletons(kind: Any) -> None:
    """Forget the applications and shells of the parent: there is one of each."""
    for one in kind.__subclasses__():
        one._instance = None
        _singletons(one)


def _builtins() -> None:
    """Put the functions of Python back."""
    for name in set(vars(builtins)) - set(_BUILTINS):
        delattr(builtins, name)
    vars(builtins).update(_BUILTINS)


def _modules() -> None:
    """Forget the modules that a new Python would not find."""
    _forget(foreign_modules({name for name in sys.modules if "." not in name} - _known))


def hide_modules() -> None:
    """Forget the modules that a new Python would find in its own folder instead."""
    here = f"{Path.cwd()}{os.sep}"
    with os.scandir(here) as places:
        nearer = {place.name.partition(".")[0] for place in places}
    names = (nearer & sys.modules.keys()) - sys.stdlib_module_names
    _forget(
        name
        for name in names
        if not str(getattr(sys.modules[name], "__file__", here)).startswith(here)
    )


def _forget(names: Iterable[str]) -> None:
    """Forget modules, and those inside them."""
    gone = set(names) - {"__main__"}  # the kernel has its own
    if gone:
        for name in [name for name in sys.modules if name.partition(".")[0] in gone]:
            del sys.modules[name]


def know_modules() -> None:
    """Look now at the modules loaded, for children to look only at those that come later."""
    loaded = {name for name in sys.modules if "." not in name}
    _known.update(loaded - foreign_modules(loaded))


def foreign_modules(names: Iterable[str]) -> set[str]:
    """Name the modules, among some, that come from a folder where a new Python does not look."""
    known = tuple(place + os.sep for place in clean_path())
    places = {name: getattr(sys.modules[name], "__file__", None) for name in names}
    return {name for name, place in places.items() if place and not place.startswith(known)}


def _logging() -> None:
    """Log nowhere, until the notebook says where."""
    logging.disable(logging.NOTSET)
    logging.captureWarnings(False)
    logging.root.setLevel(logging.WARNING)
    logging.root.handlers.clear()
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            kept = [one for one in logger.handlers if isinstance(one, logging.NullHandler)]
            logger.handlers[:] = kept


def with_defaults(*, keep: list[Any] | None = None) -> None:
    """Set the filters of warnings that a new Python has.

    Parameters
    ----------
    keep : list, optional
        The whole list of filters, when it was taken in a process that began with the defaults.
    """
    module: Any = warnings
    if not str(getattr(module._showwarnmsg_impl, "__module__", "")).endswith("warnings"):
        importlib.reload(warnings)  # something kept warnings for itself
    module.resetwarnings()
    if keep:
        module.filters[:] = keep
        return
    for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", kind, append=True)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
    if asked := os.environ.get("PYTHONWARNINGS"):
        module._processoptions(asked.split(","))


def _options() -> None:
    """Put the options of pandas back; those of numpy and of decimals go with the context."""
    if (pandas := sys.modules.get("pandas")) is None:
        return
    options = pandas._config.config._registered_options
    for key, word in _PANDAS.items():  # defaults of a pandas that is imported by a kernel
        options[key] = options[key]._replace(defval=word)
    with warnings.catch_warnings(action="ignore"):
        for key, one in options.items():
            if pandas.get_option(key) != one.defval:
                pandas.set_option(key, one.defval)


def import_figures_anew() -> None:
    """Give figures to the notebook, as the first import of matplotlib in a kernel does."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is None:
        return
    matplotlib.rcParams._update_raw(matplotlib.rcParamsOrig)
    if asked := os.environ.get("MPLBACKEND"):
        matplotlib.rcParams["backend"] = asked
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    sys.modules.pop(_INLINE, None)
    pyplot._backend_mod = None
    pyplot._REPL_DISPLAYHOOK = pyplot._ReplDisplayHook.NONE
    pyplot.install_repl_displayhook()
    if matplotlib.rcParams._get("backend") == f"module://{_INLINE}":
        importlib.import_module(_INLINE)  # it plugs itself into the kernel as it is loaded
