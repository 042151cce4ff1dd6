"""Pairs of values that cannot both hold."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diag360.territories.guard.finding import Finding, found


@dataclass(frozen=True, slots=True)
class Pair:
    """Two indicators, the test that both values fail together, and why.

    Parameters
    ----------
    first, second : str
        Indicators answered by a number.
    impossible : callable
        Takes both numbers [unit of each indicator], tells whether they exclude each other.
    reason : str
        In French.
    """

    first: str
    second: str
    impossible: Callable[[float, float], bool]
    reason: str


def _over_one(first: float, second: float) -> bool:
    # One point of rounding is left to each of the two shares.
    return first + second > 1.02


PAIRS = (
    Pair(
        "bv3_i06",
        "bv3_i08",
        _over_one,
        "un logement est soit secondaire, soit vacant : ensemble, ces parts ne dépassent pas 100 %",
    ),
    Pair(
        "bv3_i06",
        "bv3_i07",
        _over_one,
        "un logement social n’est pas une résidence secondaire : ensemble, ces parts ne dépassent "
        "pas 100 %",
    ),
    Pair(
        "be2_i05",
        "be2_i13",
        lambda poverty, ratio: poverty > 0.6 and ratio < 2,
        "avec plus de 60 % de pauvres, le niveau de vie des 10 % les plus aisés ne peut guère "
        "rester sous le double de celui des 10 % les plus modestes",
    ),
)


def judge_pairs(rows: Mapping[tuple[str, str], Mapping[str, Any]]) -> Iterator[Finding]:
    """Name both values of each pair that cannot hold.

    Parameters
    ----------
    rows : mapping of (territory, indicator) to mapping
        Rows with a number, those already doubtful left out.

    Yields
    ------
    Finding
        One ``alerte`` per value: which of the two is wrong is not known.
    """
    for pair in PAIRS:
        for (territory, indicator), row in rows.items():
            if indicator != pair.first or (other := rows.get((territory, pair.second))) is None:
                continue
            if not pair.impossible(float(row["number"]), float(other["number"])):
                continue
            for one, against in ((row, other), (other, row)):
                said = f"« {one['value']} » avec « {against['value']} » pour {against['indicator']}"
                yield found(one, "incompatible", "alerte", f"{said} : {pair.reason}")
