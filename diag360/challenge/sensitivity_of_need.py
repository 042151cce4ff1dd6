"""Which indicator of a need decides its score: its weight, its anchors, or that it is unknown."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.challenge.assumptions import Assumptions, Factor
from diag360.challenge.draws.profile_model import ProfileModel, profile_model
from diag360.challenge.sensitivity_outputs import index_table, run_in_blocks
from diag360.challenge.sobol import Design, inactive, sobol_design
from diag360.errors import Fault, Refusal
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]
Lever = Literal["poids", "bornes", "manquants"]
_LEVERS: tuple[Lever, ...] = ("poids", "bornes", "manquants")
_SEPARATOR = "|"
_MIDDLE = 0.5  # where noise does nothing


@dataclass(frozen=True, slots=True)
class NeedSensitivity:
    """What each indicator of a need does to its score, lever by lever.

    Parameters
    ----------
    territory, need : str
        Code, id.
    table : DataFrame
        One row per lever that changes the score, largest total index first: indicator, lever
        (``poids``, ``bornes``, ``manquants``), first and total [share of the variance] with their
        ``_low`` and ``_high``, variance.
    without_effect : tuple of tuple of str
        Indicator and lever of those that move and change nothing.
    runs : int
        Runs of the model.
    level : float
        Level of the intervals.
    """

    territory: str
    need: str
    table: pd.DataFrame
    without_effect: tuple[tuple[str, Lever], ...]
    runs: int
    level: float


def sensitivity_of_need(
    scores: Scores,
    *,
    need: str,
    assumptions: Assumptions,
    generator: np.random.Generator,
    peers: Array | None = None,
    power: int = 9,
    resamples: int = 200,
    level: float = 0.9,
) -> NeedSensitivity:
    """Split the variance of the score of one need among its indicators.

    Parameters
    ----------
    scores : Scores
        Of one territory alone.
    need : str
        Id.
    assumptions : Assumptions
        How far weights, anchors and missing values move; the other assumptions stay.
    generator : numpy.random.Generator
        Where points and resamples come from.
    peers : ndarray, shape (m, i), optional
        As for :func:`diag360.challenge.draws.profile_model.profile_model`.
    power : int
        N = 2^power; the model is run N (d + 2) times for d levers.
    resamples : int
        For the intervals.
    level : float
        Level of the intervals, in (0, 1).

    Returns
    -------
    NeedSensitivity
        Weight and anchors of each indicator that is known; weight and value of the others.

    Raises
    ------
    Refusal
        When the need does not exist, or nothing changes its score.
    """
    moving: tuple[Factor, ...] = tuple(name for name in _LEVERS if name in assumptions.moving)
    model = profile_model(scores, assumptions=replace(assumptions, moving=moving), peers=peers)
    territory = str(scores.indicator_scores.index[0])
    if need not in model.needs:
        title = "Analyse de sensibilité refusée :"
        remedy = f"choisir parmi : {', '.join(model.needs)}"
        raise Refusal(title, [Fault("besoin", "", f"« {need} » inconnu", remedy)])
    own = (scores.need_of == need) & (scores.weights > 0) & scores.applicable.iloc[0]
    levers = _levers(scores, own=own, model=model)
    column = model.needs.index(need)
    design = sobol_design(
        sizes=[len(columns) for _, _, columns in levers], power=power, generator=generator
    ) if levers else None  # fmt: skip
    outputs = None if design is None else _outputs(model, design, levers)[:, [column]]
    idle = _idle(design, outputs)
    if design is None or outputs is None or idle.all():
        title = "Analyse de sensibilité refusée :"
        problem = f"rien ne change le score de « {need} »"
        remedy = "choisir un autre besoin, ou laisser bouger d’autres hypothèses"
        raise Refusal(title, [Fault("besoin", territory, problem, remedy)])
    names = [f"{indicator}{_SEPARATOR}{lever}" for indicator, lever, _ in levers]
    table = index_table(
        design, outputs, names=[("besoin", need)], factors=names,
        resamples=resamples, level=level, generator=generator,
    )  # fmt: skip
    split = table.pop("factor").str.split(_SEPARATOR, expand=True, regex=False)
    table = table.drop(columns=["output", "name"])
    table.insert(0, "indicator", split[0])
    table.insert(1, "lever", split[1])
    return NeedSensitivity(
        territory=territory,
        need=need,
        table=table[~idle].sort_values("total", ascending=False, kind="stable", ignore_index=True),
        without_effect=tuple((levers[at][0], levers[at][1]) for at in np.flatnonzero(idle)),
        runs=len(outputs),
        level=level,
    )


def _levers(
    scores: Scores, *, own: pd.Series, model: ProfileModel
) -> list[tuple[str, Lever, list[int]]]:
    """Indicator, lever and columns of the points, for what may move."""
    known = scores.indicator_scores.iloc[0].notna()
    made: list[tuple[str, Lever, list[int]]] = []
    for lever in _LEVERS:
        if not model.layout.sizes[lever]:
            continue
        start, wide = model.layout.columns(lever).start, 2 if lever == "bornes" else 1
        for at, name in enumerate(scores.need_of.index):
            if not own[name]:
                continue
            concerned = {"poids": True, "bornes": known[name], "manquants": not known[name]}
            # The weight of a value that stays missing is no lever.
            if lever == "poids" and not known[name] and not model.layout.sizes["manquants"]:
                continue
            if concerned[lever]:
                first = start + wide * at
                made.append((name, lever, list(range(first, first + wide))))
    return made


def _outputs(
    model: ProfileModel, design: Design, levers: list[tuple[str, Lever, list[int]]]
) -> Array:
    """Scores of needs at every point of the design, all other columns at their middle."""
    drawn = design.points()
    points = np.full((len(drawn), model.layout.width), _MIDDLE)
    points[:, [column for _, _, columns in levers for column in columns]] = drawn
    return run_in_blocks(model, points).needs


def _idle(
    design: Design | None, outputs: Array | None
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if design is None or outputs is None:
        return np.ones(0, dtype=bool)
    a, _, ab = design.split(outputs)
    return inactive(a, ab=ab)
