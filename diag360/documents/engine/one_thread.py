"""Linear algebra on one core: as many processes as cores would wait for one another."""

import ctypes
from pathlib import Path

_MAPS = Path("/proc/self/maps")
_LIBRARY = "openblas"
_SETTERS = (
    "scipy_openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "openblas_set_num_threads",
)


def compute_on_one_core() -> None:
    """Ask each OpenBLAS loaded in this process (numpy and scipy have one each) for one thread.

    Those forked from it inherit that. Another library of linear algebra is left as it is.
    """
    lines = _MAPS.read_text(encoding="utf-8", errors="replace").splitlines()
    for path in {line.split()[-1] for line in lines if _LIBRARY in line.rpartition("/")[2]}:
        library = ctypes.CDLL(path)
        for name in _SETTERS:
            if (setter := getattr(library, name, None)) is not None:
                setter(ctypes.c_int(1))
