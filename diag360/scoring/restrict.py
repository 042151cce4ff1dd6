"""Scores of some territories out of many, without scoring again."""

from collections.abc import Sequence
from dataclasses import replace

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
        number=scores.number.loc[kept],
        indicator_scores=scores.indicator_scores.loc[kept],
        applicable=scores.applicable.loc[kept],
        needs=_keep(scores.needs, kept),
        etat=_keep(scores.etat, kept),
        action=_keep(scores.action, kept),
        objectives={name: _keep(profile, kept) for name, profile in scores.objectives.items()},
    )


def _keep(profile: Profile, kept: list[str]) -> Profile:
    return Profile(
        score=profile.score.loc[kept],
        low=profile.low.loc[kept],
        high=profile.high.loc[kept],
        coverage=profile.coverage.loc[kept],
        arithmetic=profile.arithmetic.loc[kept],
        floor=profile.floor,
    )
