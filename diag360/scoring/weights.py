"""Pure: weights of indicators, from a scheme to the share each one really has."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def product_of_coefficients(*coefficients: Array) -> Array:
    """Weight of each indicator as the product of its coefficients.

    Parameters
    ----------
    *coefficients : ndarray, shape (n,)
        One array per criterion, each value ≥ 0.

    Returns
    -------
    ndarray, shape (n,)
        Weights ≥ 0, up to a common factor that no score depends on.
    """
    return np.asarray(np.prod(np.stack(coefficients), axis=0))


def effective_weights(weights: Array, *, groups: npt.NDArray[np.bool_]) -> Array:
    """Share of each indicator in the score of its group when every value is known.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Weights ≥ 0.
    groups : ndarray of bool, shape (n, g)
        Membership of indicators in groups.

    Returns
    -------
    ndarray, shape (n, g)
        Shares in [0, 1]; each column with some weight sums to 1, others are 0.

    Notes
    -----
    A share is not an importance: see Paruolo, Saisana & Saltelli (2013),
    doi:10.1111/j.1467-985X.2012.01059.x.
    """
    inside = groups * weights[:, np.newaxis]
    total = inside.sum(axis=0)
    return np.asarray(np.divide(inside, total, out=np.zeros_like(inside), where=total > 0))
