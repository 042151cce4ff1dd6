"""Plain French sentences about scores, made by rules from numbers a reader can check."""

from collections import Counter
from dataclasses import dataclass

from diag360.documents import text
from diag360.documents.figures.diagnosis.lines import indicator_lines
from diag360.scoring.profile import NeedScore
from diag360.scoring.scores import Scores

KEPT = 3  # strengths and weaknesses named in the synthesis
ENOUGH_NEEDS = 2 * KEPT  # below, the synthesis speaks of indicators, not of needs


@dataclass(frozen=True, slots=True)
class Point:
    """One strength or weakness: what it is, its score in [0, 1], and a detail to print.

    ``indicator`` is empty when a whole need is compared.
    """

    label: str
    score: float
    detail: str
    anchor: str
    indicator: str = ""


def profile_sentence(scores: Scores, *, territory: str) -> str:
    """Say in one sentence what the profile shows."""
    label = {need.id: need.label for need in scores.framework.needs}
    known = {n: s.score for n, s in scores.needs.of(territory).items() if s.determined}
    if not known:
        return f"Aucun des {len(label)} besoins n’est assez connu pour recevoir un score."
    ordered = sorted(known, key=lambda name: -known[name])
    listed = text.enumerate_words([f"{label[name]} {text.score(known[name])}" for name in ordered])
    if len(known) > ENOUGH_NEEDS:
        first, last = ordered[0], ordered[-1]
        listed = (
            f"de {text.score(known[first])} ({label[first]}) "
            f"à {text.score(known[last])} ({label[last]})"
        )
    if len(known) == len(label):
        return f"Les {len(label)} besoins reçoivent un score sur 100 : {listed}."
    verb = "reçoit" if len(known) == 1 else "reçoivent"
    subject = f"{text.count(len(known), 'besoin')} sur {len(label)} {verb}"
    return f"{subject} un score sur 100 : {listed} ; les autres sont indéterminés."


def strengths_and_weaknesses(
    scores: Scores, *, territory: str
) -> tuple[list[Point], list[Point], bool]:
    """Pick the three highest and the three lowest, among needs or else among indicators.

    Needs are compared when at least six of them are determined; otherwise the known indicators
    are, at most one per need. A strength scores at least 0.5 and a weakness less: when there are
    fewer than three, fewer are named.

    Returns
    -------
    strengths, weaknesses : list of Point
        Best first, and worst first.
    by_need : bool
        Whether needs are compared.
    """
    determined = sum(need.determined for need in scores.needs.of(territory).values())
    by_need = determined >= ENOUGH_NEEDS
    points = _need_points(scores, territory) if by_need else _indicator_points(scores, territory)
    best = sorted(points, key=lambda point: -point.score)
    high = _distinct([point for point in best if point.score >= 0.5])
    low = _distinct([point for point in reversed(best) if point.score < 0.5])
    return high, low, by_need


def _distinct(points: list[Point]) -> list[Point]:
    kept: dict[str, Point] = {}
    for point in points:
        kept.setdefault(point.anchor, point)
    return list(kept.values())[:KEPT]


def _need_points(scores: Scores, territory: str) -> list[Point]:
    label = {need.id: need.label for need in scores.framework.needs}
    proxies = Counter(
        line.need
        for line in indicator_lines(scores, territory=territory)
        if line.known and line.weight > 0 and line.quality == "proxy"
    )
    return [
        Point(
            label=label[name],
            score=need.score,
            detail=_reserves(need, proxies[name]),
            anchor=name,
        )
        for name, need in scores.needs.of(territory).items()
        if need.determined
    ]


def _reserves(need: NeedScore, proxies: int) -> str:
    """Say how far the score may move, and whether approximations count in it."""
    said = text.reservation(need.low, need.high) or "tout est connu"
    if not proxies:
        return said
    return f"{said} ; dont {text.count(proxies, 'valeur approchée', 'valeurs approchées')}"


def _indicator_points(scores: Scores, territory: str) -> list[Point]:
    return [
        Point(
            label=line.indicator.label,
            score=line.score,
            detail=f"{line.value} (approximation)" if line.quality == "proxy" else line.value,
            anchor=line.need,
            indicator=line.indicator.id,
        )
        for line in indicator_lines(scores, territory=territory)
        if line.known and line.weight > 0
    ]
