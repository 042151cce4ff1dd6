"""What the weight explorer shows: profile against its ghost, what moved, effective weights.

Everything is HTML and SVG made by one template: nothing is drawn pixel by pixel, so that it comes
back before the hand has left the slider.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from diag360.catalogue.model import Need
from diag360.challenge.comparison.conclusions import BORDERS
from diag360.challenge.reweigh.needs import mean_over_needs
from diag360.challenge.reweigh.weigh import Bench, Reweighed
from diag360.documents import text
from diag360.documents.figures.fragments import render
from diag360.documents.typography import typeset
from diag360.scoring.scores import Scores
from diag360.vulnerability.actions import Actions

Array = npt.NDArray[np.float64]
_LIMITS = (0.0, *BORDERS, 1.0)
CLASSES = tuple(
    f"{text.number(100 * low)} à {text.number(100 * high)}" for low, high in pairwise(_LIMITS)
)
_SAME = 1e-9  # a score that moves by less has not moved: sums are rounded
_SHOWN = 5  # actions


@dataclass(frozen=True, slots=True)
class View:
    """All a page of the explorer is made from.

    Parameters
    ----------
    scores : Scores
        Reference, holding the territory.
    bench : Bench
        The territory.
    before, after : Reweighed
        Under the reference, and under the weights chosen.
    worth_before, worth_after : ndarray, shape (n,)
        What each need is worth.
    need : str
        Need whose indicators are detailed.
    by_hand : frozenset of str
        Indicators weighed one by one.
    names : tuple of str
        What the reference and the weights chosen are called.
    actions : Actions, optional
        Gains of actions under the reference.
    """

    scores: Scores
    bench: Bench
    before: Reweighed
    after: Reweighed
    worth_before: Array
    worth_after: Array
    need: str
    by_hand: frozenset[str]
    names: tuple[str, str]
    actions: Actions | None


def explorer_page(view: View) -> str:
    """Make the page.

    Returns
    -------
    str
        HTML, escaped.
    """
    needs = view.scores.framework.needs
    means = [
        mean_over_needs(found, worth=worth)
        for found, worth in (
            (view.before, view.worth_before),
            (view.after, view.worth_after),
        )
    ]
    html = render(
        "explorer",
        conclusion=conclusion(needs, before=view.before, after=view.after),
        changes=bool((view.before.conclusions.weakest != view.after.conclusions.weakest).any()),
        names=view.names,
        rows=[_row(view, at) for at in range(len(needs))],
        borders=[100 * border for border in BORDERS],
        moved=_moved(view),
        classes=_class_changes(view),
        means=[
            (*(_one(score) for score in mean[:1]), text.interval(*mean[1:]))
            if not np.isnan(mean).any()
            else ("–", "")
            for mean in means
        ],
        known=int((~np.isnan(view.after.score)).sum()),
        applicable=int((~np.isnan(view.after.low)).sum()),
        need=needs[view.bench.needs.index(view.need)].label,
        indicators=_indicators(view),
        actions=_actions(view),
    ).html
    return typeset(html)


def conclusion(needs: Sequence[Need], *, before: Reweighed, after: Reweighed) -> str:
    """Say whether the three weakest determined needs are still the same.

    Parameters
    ----------
    needs : sequence of Need
        In the order of the framework.
    before, after : Reweighed
        Under the reference, and under the weights chosen.

    Returns
    -------
    str
        One or two sentences.
    """
    old, new = before.conclusions.weakest[0], after.conclusions.weakest[0]
    order = sorted((int(at) for at in np.flatnonzero(new)), key=lambda at: int(after.ranks[at]))
    names = [f"« {needs[at].label} »" for at in order]
    determined = text.count(int(after.determined.sum()), "besoin déterminé", "besoins déterminés")
    if not names:
        state = "Aucun besoin n’est déterminé : il n’y a rien à conclure de ces poids."
    elif len(names) == 1:
        state = f"Un seul besoin est déterminé : {names[0]}."
    else:
        state = f"Les plus faibles, sur {determined} : {text.enumerate_words(names)}."
    if (old == new).all():
        return f"La conclusion ne change pas. {state}"
    came, left = (
        [f"« {need.label} »" for need, one in zip(needs, here, strict=True) if one]
        for here in (new & ~old, old & ~new & after.determined)
    )
    parts = []
    if came:
        verb = "entrent" if len(came) > 1 else "entre"
        parts.append(f"{text.enumerate_words(came)} {verb} parmi les plus faibles")
    if left:
        verb = "sortent" if len(left) > 1 else "sort"
        parts.append(
            f"{text.enumerate_words(left)} en {verb}"
            if came
            else f"{text.enumerate_words(left)} {verb} des plus faibles"
        )
    lost = [
        f"« {need.label} »"
        for need, here in zip(needs, old & ~after.determined, strict=True)
        if here
    ]
    if lost:
        one = "n’est" if len(lost) == 1 else "ne sont"
        known = "déterminé" if len(lost) == 1 else "déterminés"
        parts.append(f"{text.enumerate_words(lost)} {one} plus {known}")
    return f"La conclusion change : {', '.join(parts)}. {state}"


def _one(value: float) -> str:
    """Print a score with one decimal: moves are often small."""
    return text.number(100 * value, decimals=1)


def _printed(found: Reweighed, at: int) -> str:
    if np.isnan(found.low[at]):
        return text.NOT_APPLICABLE
    return _one(float(found.score[at])) if found.determined[at] else text.UNDETERMINED


def _row(view: View, at: int) -> dict[str, object]:
    """One need of the profile: positions in percent of the width, and words."""
    need, found, ghost = view.scores.framework.needs[at], view.after, view.before
    applies = not np.isnan(found.low[at])
    words = _printed(found, at)
    bounds = text.short_interval(float(found.low[at]), float(found.high[at]))
    return {
        "label": need.label,
        "category": need.category,
        "first": not at or view.scores.framework.needs[at - 1].category != need.category,
        "score": 100 * float(found.score[at]) if found.determined[at] else None,
        "ghost": 100 * float(ghost.score[at]) if ghost.determined[at] else None,
        "low": 100 * float(found.low[at]) if applies else None,
        "width": 100 * float(found.high[at] - found.low[at]) if applies else None,
        "words": words,
        "bounds": bounds,
        "coverage": text.share(float(found.coverage[at])),
        "moved": _has_moved(ghost, found, at),
        "chosen": need.id == view.need,
        "alt": f"{need.label} : {words}, avant {_printed(ghost, at)} ; "
        + (f"entre {bounds.replace('–', ' et ')}" if bounds else "rien ne s’applique"),
    }


def _has_moved(before: Reweighed, after: Reweighed, at: int) -> bool:
    if before.determined[at] != after.determined[at]:
        return True
    return bool(after.determined[at] and abs(after.score[at] - before.score[at]) > _SAME)


def _moved(view: View) -> list[dict[str, str]]:
    """List needs whose score, place or class moves, the largest move first."""
    before, after = view.before, view.after
    ranks = before.ranks, after.ranks
    classes = before.conclusions.classes[0], after.conclusions.classes[0]
    lines = []
    for at, need in enumerate(view.scores.framework.needs):
        if not _has_moved(before, after, at) and ranks[0][at] == ranks[1][at]:
            continue
        known = bool(before.determined[at] and after.determined[at])
        move = float(after.score[at] - before.score[at]) if known else float("nan")
        lines.append(
            (
                -abs(move) if known else -np.inf,
                {
                    "need": need.label,
                    "scores": f"{_printed(before, at)} → {_printed(after, at)}",
                    "move": _move(move),
                    "places": _arrow(*(_place(int(r[at])) for r in ranks)),
                    "classes": _arrow(*(_class(int(c[at])) for c in classes)),
                },
            )
        )
    return [line for _, line in sorted(lines, key=lambda one: one[0])]


def _move(move: float) -> str:
    if np.isnan(move):
        return "–"
    printed = text.number(100 * move, decimals=1, signed=True)
    return "moins de 0,1" if abs(move) > _SAME and not printed.strip("0,") else printed


def _arrow(old: str, new: str) -> str:
    return old if old == new else f"{old} → {new}"


def _place(rank: int) -> str:
    return "–" if rank == 0 else f"{rank}{'er' if rank == 1 else 'e'}"


def _class(value: int) -> str:
    return text.UNDETERMINED if value < 0 else CLASSES[value]


def _class_changes(view: View) -> str:
    old, new = (found.conclusions.classes[0] for found in (view.before, view.after))
    count = int((old != new).sum())
    if not count:
        return "Aucun besoin ne change de classe."
    return f"{text.count(count, 'besoin change', 'besoins changent')} de classe."


def _indicators(view: View) -> list[dict[str, object]]:
    """Effective weights of the chosen need, before and after."""
    catalogue = view.scores.catalogue
    return [
        {
            "label": catalogue.indicators[view.bench.indicators[at]].label,
            "id": view.bench.indicators[at],
            "weight": text.number(float(view.after.weights[at]), decimals=2),
            "by_hand": view.bench.indicators[at] in view.by_hand,
            "share": 100 * float(view.after.shares[at]),
            "shares": _arrow(
                *(text.share(float(found.shares[at])) for found in (view.before, view.after))
            ),
            "known": text.share(float(view.after.known_shares[at])),
            "score": "sans objet"
            if not view.bench.applicable[at]
            else text.score(float(view.bench.scores[at])),
        }
        for at in view.bench.of_need(view.need)
    ]


def _actions(view: View) -> list[dict[str, str]] | None:
    """The first actions once needs are worth what was chosen; none when hazards are not crossed."""
    if view.actions is None or view.actions.table.empty:
        return None
    positions = [view.bench.needs.index(need) for need in view.actions.needs]
    old, new = (
        np.argsort(-(view.actions.by_need @ worth[positions]), kind="stable")
        for worth in (view.worth_before, view.worth_after)
    )
    rank_of = {int(at): rank for rank, at in enumerate(old, start=1)}
    names = view.actions.table["indicator"].to_numpy()
    return [
        {
            "label": view.scores.catalogue.indicators[str(names[at])].label,
            "places": _arrow(_place(rank_of[int(at)]), _place(rank)),
        }
        for rank, at in enumerate(new[:_SHOWN], start=1)
    ]
