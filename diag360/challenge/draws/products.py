"""Pure: matrix products cut so small that the linear algebra library keeps to one thread.

Threads of OpenBLAS wait for one another by spinning: on products this thin they gain nothing, and
beside our own threads or another program they make a run several times longer.
"""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

_SMALL = 2**18  # rows x inner x columns under which OpenBLAS starts no thread
Real = TypeVar("Real", np.float32, np.float64)


def product(left: npt.NDArray[Real], right: npt.NDArray[Real]) -> npt.NDArray[Real]:
    """Multiply, a few rows of the left matrix at a time.

    Parameters
    ----------
    left : ndarray, shape (r, k)
        Finite.
    right : ndarray, shape (k, c)
        Finite.

    Returns
    -------
    ndarray, shape (r, c)
        The product.
    """
    made = np.empty((len(left), right.shape[1]), dtype=left.dtype)
    step = max(1, _SMALL // max(1, right.size))
    for at in range(0, len(left), step):
        np.matmul(left[at : at + step], right, out=made[at : at + step])
    return made


def small_columns(left: npt.NDArray[Real]) -> int:
    """Columns of the right matrix, ≥ 1, that a matrix may be multiplied by at once."""
    return max(1, _SMALL // max(1, left.size))
