"""Catalogue + values + weights → :class:`Scores`, with every intermediate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.model import Catalogue, Framework, Objective, Tier, WeightScheme
from diag360.errors import Fault, Refusal
from diag360.scoring.aggregate import Aggregate, aggregate
from diag360.scoring.matrices import asked_for, scheme_weights, score_values
from diag360.scoring.profile import Profile
from diag360.scoring.weights import effective_weights

TIERS = get_args(Tier)
Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of territories, and all that is needed to trace a printed number back.

    Parameters
    ----------
    catalogue, framework, scheme, tier
        What the scores were computed with.
    observations : DataFrame
        The rows that were scored, as read.
    number : DataFrame, shape (t, n)
        Values [unit of each indicator]; NaN for a word or a missing value.
    indicator_scores : DataFrame, shape (t, n)
        Scores in [0, 1], NaN where missing.
    applicable : DataFrame of bool, shape (t, n)
        False where the indicator has no meaning for the territory.
    weights : Series, shape (n,)
        Weight of each indicator; 0 for those kept out of the score (exposure, other tier).
    asked : Series of bool, shape (n,)
        Whether the tier asks for the indicator.
    need_of : Series, shape (n,)
        Primary need of each indicator in the framework.
    needs, etat, action : Profile
        Scores by need: of all indicators, of those of state, of those of action.
    objectives : mapping of str to Profile
        Scores by need and objective.
    kept : dict
        What readers work out of these scores once, by name; never part of other scores, even
        when they are made from these.
    """

    catalogue: Catalogue
    framework: Framework
    scheme: WeightScheme
    tier: Tier
    observations: pd.DataFrame
    number: pd.DataFrame
    indicator_scores: pd.DataFrame
    applicable: pd.DataFrame
    weights: pd.Series
    asked: pd.Series
    need_of: pd.Series
    needs: Profile
    etat: Profile
    action: Profile
    objectives: Mapping[str, Profile]
    kept: dict[object, Any] = field(init=False, default_factory=dict, repr=False, compare=False)

    @property
    def determined(self) -> pd.DataFrame:
        """Whether the score of each need may be printed."""
        return self.needs.determined

    def contributions(self, territory: str) -> pd.DataFrame:
        """Share of each indicator in the score of its need.

        Parameters
        ----------
        territory : str
            Code of a scored territory.

        Returns
        -------
        DataFrame
            One row per indicator with a weight: need, value, score, weight, share (in [0, 1],
            of the known weight of the need; NaN when missing) and contribution (share x score).
            Contributions sum to ``needs.arithmetic`` for each need.
        """
        table = pd.DataFrame(
            {
                "need": self.need_of,
                "value": self.number.loc[territory],
                "score": self.indicator_scores.loc[territory],
                "weight": self.weights,
            }
        )
        table = table[table["weight"] > 0]
        known = table["weight"].where(table["score"].notna())
        table["share"] = known / known.groupby(table["need"]).transform("sum")
        table["contribution"] = table["share"] * table["score"]
        return table

    def effective_weights(self) -> pd.Series:
        """Share of each indicator in its need when every value is known, in [0, 1]."""
        groups = _groups(self.need_of, [need.id for need in self.framework.needs])
        shares = effective_weights(self.weights.to_numpy(), groups=groups)
        return pd.Series(shares.sum(axis=1), index=self.weights.index, name="share")

    def global_mean(self) -> pd.DataFrame:
        """Plain mean over needs, with its bounds; an option that is never printed alone.

        Returns
        -------
        DataFrame
            By territory: score (mean of the needs that have one), low, high (all needs, an
            unknown one counting for its bounds), determined (number of needs, out of needs).
        """
        return pd.DataFrame(
            {
                "score": self.needs.score.mean(axis=1),
                "low": self.needs.low.mean(axis=1),
                "high": self.needs.high.mean(axis=1),
                "determined": self.determined.sum(axis=1),
                "needs": self.needs.low.notna().sum(axis=1),
            }
        )

    def indicator_table(self) -> pd.DataFrame:
        """Tidy scores of indicators: territory, indicator, need, value, score, status, weight.

        Every indicator of the framework stands for every territory; what nobody gave has the
        status ``non_collecte`` and an empty value.
        """
        shape = self.indicator_scores.shape
        index = pd.MultiIndex.from_product(
            [self.indicator_scores.index, self.indicator_scores.columns],
            names=["territory", "indicator"],
        )
        table = pd.DataFrame(
            {
                "need": np.tile(self.need_of.to_numpy(), shape[0]),
                "score": self.indicator_scores.to_numpy().ravel(),
                "weight": np.tile(self.weights.to_numpy(), shape[0]),
            },
            index=index,
        )
        given = self.observations.set_index(["territory", "indicator"])[["value", "status"]]
        table = table.join(given)
        table["value"] = table["value"].replace("", np.nan)
        table["status"] = table["status"].fillna("non_collecte")
        return table.reset_index()[
            ["territory", "indicator", "need", "value", "score", "status", "weight"]
        ]

    def need_table(self) -> pd.DataFrame:
        """Tidy scores of needs, unrounded.

        Columns: territory, need, score, low, high, coverage, etat, action, determined.
        """
        columns = {
            "score": self.needs.score,
            "low": self.needs.low,
            "high": self.needs.high,
            "coverage": self.needs.coverage,
            "etat": self.etat.score,
            "action": self.action.score,
            "determined": self.determined,
        }
        index = pd.MultiIndex.from_product(
            [self.needs.score.index, self.needs.score.columns], names=["territory", "need"]
        )
        data = {name: frame.to_numpy().ravel() for name, frame in columns.items()}
        return pd.DataFrame(data, index=index).reset_index()


def score(
    values: pd.DataFrame,
    *,
    catalogue: Catalogue,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
) -> Scores:
    """Score every territory found in a table of values.

    Parameters
    ----------
    values : DataFrame
        Rows from :func:`diag360.read_values`, or some of them.
    catalogue : Catalogue
        Indicators, scales, frameworks and weight schemes.
    framework, weights : str, optional
        Ids; the defaults of the catalogue when left out.
    tier : {"flash", "standard", "expert"}, optional
        Which indicators are asked for; the default of the framework when left out. ``flash`` is
        the ``standard`` set answered by open data alone, so that what is still unknown of it
        stays in the coverage and in the bounds.

    Returns
    -------
    Scores
        Scores with every intermediate, territories in their order of appearance.

    Raises
    ------
    Refusal
        When the framework, the weight scheme or the tier does not exist.
    """
    settings = catalogue.settings
    framework = settings.default_framework if framework is None else framework
    weights = settings.default_weights if weights is None else weights
    chosen, scheme = catalogue.frameworks.get(framework), catalogue.weights.get(weights)
    if chosen is None or scheme is None or tier not in (None, *TIERS):
        title = "Calcul refusé :"
        raise Refusal(title, _unknown(catalogue, framework=framework, weights=weights, tier=tier))
    level: Tier = chosen.default_tier if tier is None else cast(Tier, tier)
    indicators = [i for i in catalogue.indicators.values() if chosen.id in i.needs]
    asked = asked_for(indicators, tier=level)
    number, scores, applicable = score_values(values, indicators=indicators, framework=chosen)
    if level == "flash":
        left_out = [i.id for i in indicators if i.tier != "flash"]
        number[left_out] = scores[left_out] = np.nan
        values = values[~values["indicator"].isin(left_out)]
    need_of = pd.Series(
        {i.id: i.needs[chosen.id].primary for i in indicators}, name="need", dtype="str"
    )
    weight = scheme_weights(scheme, indicators=indicators, framework=chosen).where(asked, 0.0)

    floor = catalogue.settings.coverage_floor

    def profile(kept: list[bool] | None = None) -> Profile:
        return _profile(scores, applicable, weight, need_of, chosen, floor, kept)

    return Scores(
        catalogue=catalogue,
        framework=chosen,
        scheme=scheme,
        tier=level,
        observations=values[values["indicator"].isin(need_of.index)],
        number=number,
        indicator_scores=scores,
        applicable=applicable,
        weights=weight,
        asked=asked,
        need_of=need_of,
        needs=profile(),
        etat=profile([i.kind == "etat" for i in indicators]),
        action=profile([i.kind == "action" for i in indicators]),
        objectives={
            name: profile([i.objective == name for i in indicators]) for name in get_args(Objective)
        },
    )


def _unknown(
    catalogue: Catalogue, *, framework: str, weights: str, tier: str | None
) -> list[Fault]:
    asked: list[tuple[str, str, Iterable[str]]] = [
        ("cadre", framework, catalogue.frameworks),
        ("poids", weights, catalogue.weights),
        ("niveau", tier or TIERS[0], TIERS),
    ]
    return [
        Fault(what, "", f"« {name} » inconnu", f"choisir parmi : {', '.join(table)}")
        for what, name, table in asked
        if name not in table
    ]


def _groups(need_of: pd.Series, needs: list[str]) -> Mask:
    return np.array([[own == need for need in needs] for own in need_of])


def _profile(
    scores: pd.DataFrame,
    applicable: pd.DataFrame,
    weights: pd.Series,
    need_of: pd.Series,
    framework: Framework,
    floor: float,
    kept: list[bool] | None,
) -> Profile:
    needs = [need.id for need in framework.needs]
    weight = weights.to_numpy() if kept is None else np.where(kept, weights.to_numpy(), 0.0)
    groups = _groups(need_of, needs)
    parts: dict[str, Array] = {}
    kinds = {(need.aggregation, need.exponent) for need in framework.needs}
    for kind, exponent in sorted(kinds, key=str):
        found: Aggregate = aggregate(
            scores.to_numpy(), weights=weight, groups=groups,
            applicable=applicable.to_numpy(), kind=kind, exponent=exponent,
        )  # fmt: skip
        here = [(n.aggregation, n.exponent) == (kind, exponent) for n in framework.needs]
        for name in ("score", "low", "high", "coverage", "arithmetic"):
            array = parts.setdefault(name, np.full(found.score.shape, np.nan))
            array[:, here] = getattr(found, name)[:, here]
    columns = pd.Index(needs, name="need")
    frames = {
        name: pd.DataFrame(array, index=scores.index, columns=columns)
        for name, array in parts.items()
    }
    return Profile(**frames, floor=floor)
