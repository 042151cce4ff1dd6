"""Heading 7: intervals when weights move, and the assumption that decides, over territories."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

from diag360.challenge.assumptions import Assumptions
from diag360.challenge.audit.checks import Check, Reason, check, not_applicable
from diag360.challenge.audit.results import WEAKEST
from diag360.challenge.audit.structure import determined_scores
from diag360.challenge.sensitivity import sensitivity_of_profile
from diag360.challenge.uncertainty import Uncertainty, uncertainty
from diag360.errors import Refusal
from diag360.scoring.restrict import restrict
from diag360.scoring.scores import Scores

POWER = 8  # of the runs of one territory: indices to about 0.05, averaged over the sample


def weights_moved(scores: Scores, *, generator: np.random.Generator, draws: int) -> Uncertainty:
    """Draw the weights alone, by ± 25 %, for every territory."""
    moving = Assumptions(moving=("poids",))
    return uncertainty(scores, assumptions=moving, generator=generator, draws=draws)


def robustness_checks(
    scores: Scores, *, found: Uncertainty, generator: np.random.Generator, sample: int
) -> Iterator[Check]:
    """Heading 7.

    Parameters
    ----------
    scores : Scores
        Of many territories.
    found : Uncertainty
        What the weights do.
    generator : numpy.random.Generator
        Where the sample and the points come from.
    sample : int
        Territories whose variance is split among assumptions; 0 for none.
    """
    table = determined_scores(scores)
    width = pd.DataFrame(found.quantiles[2] - found.quantiles[0], index=table.index,
                         columns=list(found.needs))  # fmt: skip
    for need in table.columns:
        own = width[need][table[need].notna()]
        if own.empty:
            yield not_applicable("poids_incertains", "need", str(need), "indetermine")
        elif _known_alone(scores, str(need)):
            yield not_applicable("poids_incertains", "need", str(need), "un_seul",
                                 territories=len(own))  # fmt: skip
        else:
            yield check("poids_incertains", "need", str(need), float(own.median()),
                        territories=len(own), details={"draws": found.draws})  # fmt: skip
    yield _kept_conclusion(scores, table, found)
    whole = scores.framework.id
    ranks = (found.ranks[2] - found.ranks[0])[~np.isnan(found.ranks[0])]
    if len(ranks) < 2:
        yield not_applicable("rangs", "whole", whole, "peu_de_territoires", territories=len(ranks))
    else:
        yield check("rangs", "whole", whole, float(np.median(ranks) / len(ranks)),
                    territories=len(ranks),
                    details={"width": float(np.median(ranks))})  # fmt: skip
    yield _decisive(scores, table, generator, sample)


def _known_alone(scores: Scores, need: str) -> bool:
    """Whether a single indicator of the need has values: no weight can then move its score."""
    own = scores.weights.index[(scores.need_of == need) & (scores.weights > 0)]
    return int(scores.indicator_scores[own].notna().any().sum()) < 2


def _kept_conclusion(scores: Scores, table: pd.DataFrame, found: Uncertainty) -> Check:
    rows = table.notna().sum(axis=1) > WEAKEST
    whole = scores.framework.id
    if not rows.any():
        return not_applicable("conclusion", "whole", whole, "indetermine")
    nominal = (table.rank(axis=1, method="first") <= WEAKEST).to_numpy()[rows.to_numpy()]
    firm = found.weakest[rows.to_numpy()] >= 2 / 3
    kept = float(np.mean(firm[nominal]))
    return check("conclusion", "whole", whole, kept, territories=int(rows.sum()),
                 details={"draws": found.draws, "k": WEAKEST})  # fmt: skip


def _decisive(
    scores: Scores, table: pd.DataFrame, generator: np.random.Generator, sample: int
) -> Check:
    whole = scores.framework.id
    able = table.index[table.notna().sum(axis=1) > WEAKEST]
    if not sample or not len(able):
        reason: Reason = "indetermine" if sample else "pas_demande"
        return not_applicable("hypothese", "whole", whole, reason)
    chosen = generator.choice(len(able), size=min(sample, len(able)), replace=False)
    totals: dict[str, list[float]] = defaultdict(list)
    used = 0
    for at in sorted(chosen):
        try:
            made = sensitivity_of_profile(
                restrict(scores, territories=[str(able[at])]), assumptions=Assumptions(),
                generator=generator, known_only=True, power=POWER, resamples=20,
            )  # fmt: skip
        except Refusal:  # an assumption moves nothing here: all is known, or one indicator each
            continue
        rows = made.of("conclusion").dropna(subset=["total"])
        used += not rows.empty
        for factor, total in zip(rows["factor"], rows["total"], strict=True):
            totals[str(factor)].append(float(total))
    if not used:
        return not_applicable("hypothese", "whole", whole, "ne_varie_pas")
    means = {factor: float(np.mean(np.clip(parts, 0, 1))) for factor, parts in totals.items()}
    first = max(means, key=means.__getitem__)
    return check("hypothese", "whole", whole, means[first], territories=used,
                 details={"other": first, **means})  # fmt: skip
