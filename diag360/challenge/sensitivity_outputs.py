"""What is said of a territory, as numbers an index can be taken of; and the table of indices."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.challenge.draws.profile_model import Outcome, ProfileModel
from diag360.challenge.sobol import Design, bootstrap, sobol_indices

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Output = Literal["besoin", "faible", "conclusion", "alea", "premier"]
_BLOCK = 4096  # runs at once: memory stays bounded


def run_in_blocks(model: ProfileModel, points: Array) -> Outcome:
    """Run a model some points at a time."""
    parts = [model.run(points[at : at + _BLOCK]) for at in range(0, len(points), _BLOCK)]
    return Outcome(
        needs=np.concatenate([part.needs for part in parts]),
        effects=np.concatenate([part.effects for part in parts]),
    )


def weakest_needs(needs: Array, *, among: Mask, k: int) -> Mask:
    """Tell which needs are the k weakest of each run, shape (r, n); ties go to the first."""
    compared = np.where(among & ~np.isnan(needs), needs, np.inf)
    made = np.zeros(compared.shape, dtype=bool)
    first = np.argsort(compared, axis=1, kind="stable")[:, :k]
    np.put_along_axis(made, first, values=True, axis=1)
    return made & np.isfinite(compared)


def leading(effects: Array) -> Mask:
    """Tell which hazard of each run has the largest Σ q, shape (r, h)."""
    heavy = effects.sum(axis=2)
    made = np.zeros(heavy.shape, dtype=bool)
    if heavy.shape[1]:
        made[np.arange(len(heavy)), heavy.argmax(axis=1)] = True
    return made


def line_up(
    model: ProfileModel, outcome: Outcome, *, nominal: Mask, among: Mask, k: int
) -> tuple[list[tuple[Output, str]], Array]:
    """Name every output, and line them up, shape (r, outputs)."""
    weak = weakest_needs(outcome.needs, among=among, k=k)
    # How many of the weakest needs of today are found again: 1 when the conclusion holds.
    shared = (weak & nominal).sum(axis=1) / max(int(nominal.sum()), 1)
    named: list[tuple[Output, str]] = [("besoin", need) for need in model.needs]
    named += [("faible", need) for need, here in zip(model.needs, among, strict=True) if here]
    named.append(("conclusion", ""))
    named += [("alea", hazard) for hazard in model.hazards]
    named += [("premier", hazard) for hazard in model.hazards]
    columns = [
        outcome.needs, weak[:, among], shared[:, np.newaxis],
        outcome.effects.sum(axis=2), leading(outcome.effects),
    ]  # fmt: skip
    return named, np.concatenate([column.astype(float) for column in columns], axis=1)


def index_table(
    design: Design, outputs: Array, *, names: Sequence[tuple[str, str]], factors: Sequence[str],
    resamples: int, level: float, generator: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    """Take indices of every output, with their intervals.

    Parameters
    ----------
    design : Design
        What the model was run on.
    outputs : ndarray, shape (N (d + 2), o)
        Outputs, run by run.
    names : sequence of tuple of str
        Kind and name of the o outputs.
    factors : sequence of str
        Names of the d factors.
    resamples : int
        For the intervals.
    level : float
        Level of the intervals, in (0, 1).
    generator : numpy.random.Generator
        Where resamples come from.

    Returns
    -------
    DataFrame
        Columns output, name, factor, variance, first and total [share of the variance] with their
        ``_low`` and ``_high``; NaN for an output that does not vary.
    """
    a, b, ab = design.split(outputs)
    central = sobol_indices(a, b=b, ab=ab)
    low, high = bootstrap(a, b=b, ab=ab, resamples=resamples, level=level, generator=generator)
    kinds, whose = zip(*names, strict=True)
    columns = {
        "output": np.tile(kinds, len(factors)),
        "name": np.tile(whose, len(factors)),
        "factor": np.repeat(factors, len(names)),
        "variance": np.tile(central.variance, len(factors)),
    }
    for name in ("first", "total"):
        for end, one in (("", central), ("_low", low), ("_high", high)):
            columns[f"{name}{end}"] = getattr(one, name).ravel()
    return pd.DataFrame(columns)
