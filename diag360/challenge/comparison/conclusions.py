"""Pure: what one concludes from a profile and from hazards, and whether it changes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
BORDERS = (0.2, 0.4, 0.6, 0.8)  # of the classes of a score
KEPT = 3  # weakest needs, heaviest hazards
_PLAY = 1e-12  # a score one rounding step below a border has reached it
_SAME = 1e-6  # effects closer than this are as heavy: the cascade stops there


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What is concluded for t territories.

    Parameters
    ----------
    classes : ndarray of int, shape (t, n)
        Class of each need from 0 (weakest) to 4; −1 where it is undetermined.
    weakest : ndarray of bool, shape (t, n)
        Whether a need is among the three weakest of those determined.
    heaviest : ndarray of bool, shape (t, h)
        Whether a hazard is among the three whose effects sum to most.
    """

    classes: npt.NDArray[np.int_]
    weakest: Mask
    heaviest: Mask


def conclude(scores: Array, *, determined: Mask, effects: Array) -> Conclusions:
    """Draw the conclusions of territories.

    Parameters
    ----------
    scores : ndarray, shape (t, n)
        Scores of needs in [0, 1], NaN where unknown.
    determined : ndarray of bool, shape (t, n)
        Whether they may be printed.
    effects : ndarray, shape (t, h)
        Sum over needs of the effects of each hazard; NaN where it is not rated.

    Returns
    -------
    Conclusions
        With at most three weakest needs and three heaviest hazards by territory; ties go to the
        first in order.
    """
    classes = np.digitize(np.nan_to_num(scores) + _PLAY, BORDERS)
    known = np.where(determined, scores, np.nan)
    return Conclusions(
        classes=np.where(determined, classes, -1),
        weakest=_first(np.round(known / _PLAY) * _PLAY),
        heaviest=_first(-np.round(effects / _SAME) * _SAME),
    )


def _first(values: Array) -> Mask:
    """Whether each value is among the lowest of its row; an unknown one never is."""
    order = np.argsort(values, axis=1, kind="stable")[:, :KEPT]
    chosen = np.zeros(values.shape, dtype=bool)
    np.put_along_axis(chosen, order, True, axis=1)
    return chosen & ~np.isnan(values)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which conclusions change, for t territories; arrays of bool, shape (t,).

    Parameters
    ----------
    weakest : ndarray
        The set of the three weakest determined needs changes.
    classes : ndarray
        A need changes class, becomes determined, or ceases to be.
    heaviest : ndarray
        The set of the three heaviest hazards changes.
    """

    weakest: Mask
    classes: Mask
    heaviest: Mask

    @property
    def changes(self) -> Mask:
        """Whether one conclusion at least changes."""
        return self.weakest | self.classes | self.heaviest


def judge(before: Conclusions, after: Conclusions) -> Verdict:
    """Compare the conclusions of the same territories."""
    return Verdict(
        weakest=(before.weakest != after.weakest).any(axis=1),
        classes=(before.classes != after.classes).any(axis=1),
        heaviest=(before.heaviest != after.heaviest).any(axis=1),
    )
