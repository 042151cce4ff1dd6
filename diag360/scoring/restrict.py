"""Scores of some territories out of many, without scoring again."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from diag360.scoring.profile import Profile
from diag360.scoring.scores import Scores


def restrict(scores: Scores, *, territories: Sequence[str]) -> Scores:
    """Keep some territories.

    Parameters
    ----------
    scores : Scores
        Scores that hold them.
    territories : sequence of str
        Codes, in the order wanted.

    Returns
    -------
    Scores
        The same scores, for these alone.
    """
    kept = list(territories)
    return replace(
        scores,
        observations=scores.observations[scores.observations["territory"].isin(kept)],
        number=_rows(scores.number, kept),
        indicator_scores=_rows(scores.indicator_scores, kept),
        applicable=_rows(scores.applicable, kept),
        needs=_keep(scores.needs, kept),
        etat=_keep(scores.etat, kept),
        action=_keep(scores.action, kept),
        objectives={name: _keep(profile, kept) for name, profile in scores.objectives.items()},
    )


def _keep(profile: Profile, kept: list[str]) -> Profile:
    return Profile(
        score=_rows(profile.score, kept),
        low=_rows(profile.low, kept),
        high=_rows(profile.high, kept),
        coverage=_rows(profile.coverage, kept),
        arithmetic=_rows(profile.arithmetic, kept),
        floor=profile.floor,
    )


def _rows(frame: pd.DataFrame, kept: list[str]) -> pd.DataFrame:
    """Rows of some territories; those of one alone are most often asked of one alone."""
    if frame.index.size == len(kept) and list(frame.index) == kept:
        return frame.copy(deep=False)
    return frame.loc[kept]
