"""Which assumption decides what is said of a territory: indices by factor, with intervals."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.challenge.assumptions import LABELS, Assumptions, Factor
from diag360.challenge.draws.profile_model import ProfileModel, profile_model
from diag360.challenge.sensitivity_outputs import (
    Output,
    index_table,
    leading,
    line_up,
    run_in_blocks,
    weakest_needs,
)
from diag360.challenge.sobol import Design, inactive, sobol_design
from diag360.errors import Fault, Refusal
from diag360.scoring.scores import Scores
from diag360.vulnerability.assess import Vulnerabilities

Array = npt.NDArray[np.float64]
_TRIAL = 32  # points of the dry run


@dataclass(frozen=True, slots=True)
class Decisive:
    """The assumption that weighs most on an output.

    Parameters
    ----------
    factor : str
        The one with the largest total index.
    total, low, high : float
        Its total index, and the interval of it.
    rivals : tuple of str
        Other factors whose interval overlaps its own: runs do not tell them apart.
    """

    factor: Factor
    total: float
    low: float
    high: float
    rivals: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class ProfileSensitivity:
    """What each assumption does to the needs, the conclusion and the hazards of a territory.

    Parameters
    ----------
    territory : str
        Code.
    factors : tuple of str
        Assumptions that moved.
    table : DataFrame
        One row per output and factor: output (``besoin``, score of a need; ``faible``, whether it
        is among the weakest; ``conclusion``, share of the weakest of today found again; ``alea``,
        Σ q of a hazard; ``premier``, whether it is the first), name, factor, first and total
        [share of the variance] with their ``_low`` and ``_high``, variance.
    weakest : tuple of str
        Needs that are the weakest today, the weakest first.
    compared : tuple of str
        Needs among which they are looked for.
    first_hazard : str
        The one with the largest Σ q today; empty without ratings.
    kept, hazard_kept : float
        Share of the independent runs in which the weakest needs, and the first hazard, are those
        of today, in [0, 1]; NaN when nothing is compared.
    runs : int
        Runs of the model.
    level : float
        Level of the intervals.
    """

    territory: str
    factors: tuple[Factor, ...]
    table: pd.DataFrame
    weakest: tuple[str, ...]
    compared: tuple[str, ...]
    first_hazard: str
    kept: float
    hazard_kept: float
    runs: int
    level: float

    def of(self, output: Output, name: str = "") -> pd.DataFrame:
        """Rows of one output, largest total index first."""
        rows = self.table[(self.table["output"] == output) & (self.table["name"] == name)]
        return rows.sort_values("total", ascending=False, kind="stable")

    def decisive(self, output: Output = "conclusion", name: str = "") -> Decisive | None:
        """Assumption that weighs most on an output; none when nothing makes it vary."""
        rows = self.of(output, name)
        rows = rows[rows["total"].notna()]
        if rows.empty:
            return None
        best = rows.iloc[0]
        near = rows.iloc[1:]
        near = near[near["total_high"] >= best["total_low"]]
        return Decisive(
            factor=best["factor"],
            total=float(best["total"]),
            low=float(best["total_low"]),
            high=float(best["total_high"]),
            rivals=tuple(near["factor"]),
        )


def sensitivity_of_profile(
    scores: Scores,
    *,
    assumptions: Assumptions,
    generator: np.random.Generator,
    found: Vulnerabilities | None = None,
    peers: Array | None = None,
    weakest: int = 3,
    known_only: bool = False,
    power: int = 10,
    resamples: int = 200,
    level: float = 0.9,
) -> ProfileSensitivity:
    """Split the variance of what is said of a territory among the assumptions.

    Parameters
    ----------
    scores : Scores
        Of one territory alone.
    assumptions : Assumptions
        Which move, how far.
    generator : numpy.random.Generator
        Where the points and the resamples come from.
    found : Vulnerabilities, optional
        Of the same territory; without it hazards are left aside.
    peers : ndarray, shape (m, i), optional
        As for :func:`diag360.challenge.draws.profile_model.profile_model`.
    weakest : int
        k of « the k weakest needs ». Those of today are looked for among the determined needs;
        those of a run among them and, when missing values move, among the others too.
    known_only : bool
        Whether those of a run are looked for among the needs determined today whatever moves.
    power : int
        N = 2^power; the model is run N (d + 2) times for d factors. Below 10, the hundreds of
        columns of the points are not told apart well: errors of 0.05 at 8, 0.02 at 10.
    resamples : int
        For the intervals.
    level : float
        Level of the intervals, in (0, 1).

    Returns
    -------
    ProfileSensitivity
        Indices of every output, from one set of runs.

    Raises
    ------
    Refusal
        Naming every factor that is said to move and changed nothing.
    """
    model = profile_model(scores, assumptions=assumptions, found=found, peers=peers)
    still = profile_model(
        scores, assumptions=replace(assumptions, moving=()), found=found, peers=peers
    )
    today = still.run(np.zeros((1, 0)))
    printed = scores.determined.to_numpy(dtype=bool)[0]
    sizes = [model.layout.sizes[factor] for factor in model.layout.moving]
    _refuse(set(idle_factors(model, generator=generator)) | (set(assumptions.moving)
            - set(model.layout.moving)), scores)  # fmt: skip
    design = sobol_design(sizes=sizes, power=power, generator=generator)
    outcome = run_in_blocks(model, design.points())
    nominal = weakest_needs(today.needs, among=printed, k=weakest)[0]
    drawn = bool(model.layout.sizes["manquants"]) and not known_only
    among = (printed | drawn) & ~np.isnan(outcome.needs).any(axis=0)
    names, outputs = line_up(model, outcome, nominal=nominal, among=among, k=weakest)
    table = index_table(
        design, outputs, names=names, factors=model.layout.moving,
        resamples=resamples, level=level, generator=generator,
    )  # fmt: skip
    order = [n for n in np.argsort(today.needs[0], kind="stable") if nominal[n]]
    ahead = leading(today.effects)
    both = 2 * len(design.a)
    same = weakest_needs(outcome.needs[:both], among=among, k=weakest) == nominal
    return ProfileSensitivity(
        territory=str(scores.indicator_scores.index[0]),
        factors=model.layout.moving,
        table=table,
        weakest=tuple(model.needs[n] for n in order),
        compared=tuple(need for need, here in zip(model.needs, among, strict=True) if here),
        first_hazard=model.hazards[int(ahead[0].argmax())] if model.hazards else "",
        kept=float(same.all(axis=1).mean()) if among.any() else np.nan,
        hazard_kept=float((leading(outcome.effects[:both]) & ahead).any(axis=1).mean())
        if model.hazards
        else np.nan,
        runs=len(outcome.needs),
        level=level,
    )


def idle_factors(model: ProfileModel, *, generator: np.random.Generator) -> tuple[Factor, ...]:
    """Run a small design dry, and tell which factors change no output at all.

    Parameters
    ----------
    model : ProfileModel
        Territory ready to run.
    generator : numpy.random.Generator
        Where the points come from.

    Returns
    -------
    tuple of str
        Factors to leave out: there is nothing here for them to move.
    """
    moving = model.layout.moving
    if not moving:
        return ()
    # Plain random points: few Sobol' points may by chance leave a category as it is.
    a, b = generator.random((2, _TRIAL, model.layout.width))
    ab = np.repeat(a[np.newaxis], len(moving), axis=0)
    for factor, mixed in zip(moving, ab, strict=True):
        columns = model.layout.columns(factor)
        mixed[:, columns] = b[:, columns]
    design = Design(a=a, b=b, ab=ab)
    found = run_in_blocks(model, design.points())
    lined = np.concatenate([found.needs, found.effects.reshape(len(found.needs), -1)], axis=1)
    before, _, after = design.split(lined)
    idle = inactive(before, ab=after)
    return tuple(name for name, out in zip(moving, idle, strict=True) if out)


def _refuse(idle: set[Factor], scores: Scores) -> None:
    if idle:
        title = "Analyse de sensibilité refusée :"
        where = str(scores.indicator_scores.index[0])
        remedy = "la retirer de celles qui bougent : il n’y a rien ici qu’elle puisse changer"
        raise Refusal(title, [
            Fault("hypothèses", where, f"« {LABELS[name]} » ({name}) ne change aucun résultat",
                  remedy)
            for name in LABELS if name in idle
        ])  # fmt: skip
