"""Scores → pictures of needs. Nothing is computed here but positions."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd

from diag360.catalogue.model import Category
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.diagnosis.sentences import profile_sentence
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.picture import Picture
from diag360.scoring.profile import NeedScore
from diag360.scoring.scores import Scores

_WIDTH = 72 * drawing.WIDTH  # points, as every length below
_LEFT, _RIGHT = 0.46 * _WIDTH, 0.885 * _WIDTH  # where scores of 0 and 100 stand
_TOP, _FOOT = 17.3, 30.2  # above and below the rows of needs
_HEADING = 0.95  # rows left above each category
_CELL, _HEAD, _MARGIN = 22.3, 33.0, 3.2  # of the cells of objectives: height, above, around
_TICKS = (0, 25, 50, 75, 100)


def profile(scores: Scores, *, territory: str) -> Fragment:
    """Draw the profile of needs: score when enough is known, interval always.

    Parameters
    ----------
    scores : Scores
        Scores holding the territory.
    territory : str
        Its code.

    Returns
    -------
    Fragment
        Image with text alternative and the table of its numbers.
    """
    needs = scores.needs.of(territory)
    rows = _rows(scores, height=21.6)
    _draw(rows, needs, shift=0.0, height=0.5, style=_ALL)
    for name, need in needs.items():
        words = (
            text.score(need.score) if need.determined else text.short_interval(need.low, need.high)
        )
        rows.page.write(
            rows.x(104), rows.y(rows.places[name]), words, bold=need.determined,
            size=9 if need.determined else 8,
            colour=drawing.INK if need.determined else drawing.GREY,
        )  # fmt: skip
    table = pd.DataFrame(
        {
            "Besoin": [need.label for need in scores.framework.needs],
            "Score": [_words(need) for need in needs.values()],
            "Intervalle": [
                text.interval(need.low, need.high) if need.applicable else text.NOT_APPLICABLE
                for need in needs.values()
            ],
            "Couverture": [text.share(need.coverage) for need in needs.values()],
        }
    )
    return drawing.as_image(
        rows.page,
        alt=f"Profil des besoins. {profile_sentence(scores, territory=territory)}",
        caption=(
            "Point : score du besoin, de 0 à 100, imprimé quand assez d’indicateurs sont connus. "
            "Barre claire : ce que le score pourrait être si tout était connu ; sans point, le "
            "besoin est indéterminé."
        ),
        table=table,
    )


def etat_action(scores: Scores, *, territory: str) -> Fragment:
    """Draw, for each need, what the territory is (état) against what is done (action)."""
    etat, action = scores.etat.of(territory), scores.action.of(territory)
    rows = _rows(scores, height=25.9)
    _draw(rows, etat, shift=-0.19, height=0.26, style=_ETAT)
    _draw(rows, action, shift=0.19, height=0.26, style=_ACTION)
    for x, style, name in ((_WIDTH - 92, _ETAT, "État"), (_WIDTH - 50, _ACTION, "Action")):
        _mark(rows.page, x, 11.5, style=style)
        rows.page.write(x + 8, 11.5, name, size=9)
    total = len(scores.framework.needs)
    known = [sum(need.determined for need in part.values()) for part in (etat, action)]
    return drawing.as_image(
        rows.page,
        alt=(
            f"État et action : l’état est connu pour {text.count(known[0], 'besoin')} sur {total}, "
            f"l’action pour {text.count(known[1], 'besoin')} ; détail dans le tableau qui suit."
        ),
        caption=(
            "État : ce dont le territoire hérite. Action : ce qui y est engagé. Un point quand "
            "assez d’indicateurs sont connus ; une barre seule quand il en manque trop ; rien "
            "quand aucun indicateur de cette sorte n’existe pour ce besoin."
        ),
        table=pd.DataFrame(
            {
                "Besoin": [need.label for need in scores.framework.needs],
                "État": [_words(need) for need in etat.values()],
                "Action": [_words(need) for need in action.values()],
            }
        ),
    )


def objectives(scores: Scores, *, territory: str) -> Fragment:
    """Draw the heat map of needs by objectives; a cell too little known shows no number."""
    names = [scores.catalogue.objectives[name].label for name in scores.objectives]
    needs = scores.framework.needs
    cells = [list(part.of(territory).values()) for part in scores.objectives.values()]
    words = [
        [text.score(c.score) if c.determined else "?" if c.applicable else "" for c in column]
        for column in cells
    ]
    page = Picture(_WIDTH, _HEAD + _CELL * len(needs) + _MARGIN)
    width = (_WIDTH - _MARGIN - _LEFT) / len(names)
    for row, need in enumerate(needs):
        y = _HEAD + _CELL * (row + 0.5)
        page.write(_LEFT - 4, y, _wrapped(need.label), size=9, anchor="end")
    for at, (name, column) in enumerate(zip(names, cells, strict=True)):
        middle = _LEFT + width * (at + 0.5)
        heading = name.replace("de crise", "\nde crise")
        # The last line of every heading stands at the same height.
        top = _HEAD - 8 - 4 * heading.count("\n")
        page.write(middle, top, heading, size=7, anchor="middle")
        fills, inks = _shades([cell.score if cell.determined else 0.0 for cell in column])
        for row, cell in enumerate(column):
            x, y = _LEFT + width * at, _HEAD + _CELL * row
            if cell.determined:
                page.rectangle(x + 0.75, y + 0.75, width - 1.5, _CELL - 1.5, fill=fills[row])
            ink = inks[row] if cell.determined else drawing.GREY
            if words[at][row]:
                page.write(
                    middle, y + _CELL / 2, words[at][row], size=9, anchor="middle", colour=ink
                )
    known = sum(cell.determined for column in cells for cell in column)
    exist = sum(cell.applicable for column in cells for cell in column)
    return drawing.as_image(
        page,
        alt=(
            f"Besoins par objectifs : {text.count(known, 'case connue', 'cases connues')} sur "
            f"{exist} ; détail dans le tableau qui suit."
        ),
        caption=(
            "Score de 0 (bleu sombre) à 100 (jaune). « ? » : trop peu d’indicateurs connus. "
            "Vide : aucun indicateur de ce besoin ne sert cet objectif."
        ),
        table=pd.DataFrame(
            {"Besoin": [need.label for need in needs], **dict(zip(names, words, strict=True))}
        ),
    )


_ALL = {"colour": drawing.BLUE, "pale": drawing.PALE_BLUE, "marker": "o"}
_ETAT = _ALL
_ACTION = {"colour": drawing.ORANGE, "pale": drawing.PALE_ORANGE, "marker": "s"}


def _shades(scores: list[float]) -> tuple[list[str], list[str]]:
    """Colours of cells, and of the words that are read on them.

    Cividis: Nuñez et al. (2018), doi:10.1371/journal.pone.0199239.
    """
    colours = mpl.colormaps["cividis"](np.array(scores), bytes=True)[:, :3]
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in colours], drawing.inks_on(colours)


def _wrapped(label: str) -> str:
    return textwrap.fill(label, 28)


def _words(need: NeedScore) -> str:
    return text.need_score(need.score, low=need.low, high=need.high, determined=need.determined)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A page with one row per need: where scores and rows stand on it [points]."""

    page: Picture
    places: Mapping[str, float]
    last: float

    def x(self, score: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * score / 100

    def y(self, place: float) -> float:
        return _TOP + (place - 0.3) / (self.last + 0.4) * (self.page.height - _TOP - _FOOT)


def _rows(scores: Scores, *, height: float) -> _Rows:
    """Draw what is behind the scores: a row per need, under the heading of its category."""
    needs = scores.framework.needs
    places: dict[str, float] = {}
    headings: dict[Category, float] = {}
    at = 0.0
    for need in needs:
        if need.category not in headings:
            at += _HEADING
            headings[need.category] = at + 0.15
        at += 1.0
        places[need.id] = at
    rows = _Rows(Picture(_WIDTH, height * (at + 1.0) + 32.4), places, at)
    page, foot = rows.page, rows.y(at + 0.7)
    for tick in _TICKS:
        page.segment(rows.x(tick), _TOP, rows.x(tick), foot, colour=drawing.PALE_GREY, line=0.8)
        page.segment(rows.x(tick), foot, rows.x(tick), foot + 3.5, colour=drawing.INK, line=0.8)
        page.write(rows.x(tick), foot + 10.5, str(tick), size=9.5, anchor="middle")
    page.segment(rows.x(0), foot, rows.x(100), foot, colour=drawing.GREY, line=0.8)
    page.write((_LEFT + _RIGHT) / 2, foot + 22, "score, de 0 à 100", size=8.5, anchor="middle")
    for need in needs:
        page.write(
            _LEFT - 4, rows.y(places[need.id]), _wrapped(need.label), size=9, anchor="end",
            leading=1.08,
        )  # fmt: skip
    for category, place in headings.items():
        label = scores.framework.categories[category]
        page.write(_LEFT - 4, rows.y(place), label, size=9, anchor="end", bold=True)
    return rows


def _draw(
    rows: _Rows,
    needs: Mapping[str, NeedScore],
    *,
    shift: float,
    height: float,
    style: Mapping[str, str],
) -> None:
    """Draw a bar from bound to bound, and a point where the score may be printed."""
    thick = height * (rows.y(1.0) - rows.y(0.0))
    shown = [(rows.y(rows.places[name] + shift), need) for name, need in needs.items()]
    for y, need in shown:
        if need.applicable:
            width = max(100 * (need.high - need.low), 0.4)  # a certain score still shows its bar
            left = rows.x(100 * need.low)
            rows.page.rectangle(
                left,
                y - thick / 2,
                rows.x(100 * need.low + width) - left,
                thick,
                fill=style["pale"],
            )
    for y, need in shown:
        if need.applicable and need.determined:
            _mark(rows.page, rows.x(100 * need.score), y, style=style)


def _mark(page: Picture, x: float, y: float, *, style: Mapping[str, str]) -> None:
    if style["marker"] == "o":
        page.disk(x, y, 2.9, fill=style["colour"], edge="#fff", line=0.8)
    else:
        page.rectangle(x - 2.9, y - 2.9, 5.8, 5.8, fill=style["colour"], edge="#fff", line=0.8)
