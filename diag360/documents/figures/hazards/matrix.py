"""Hazards × needs drawn: the class of every effect, with its number, worst hazard first."""

import textwrap

import numpy as np
import pandas as pd

from diag360.documents import text
from diag360.documents.effect_words import BASES, CLASSES
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.hazards.lines import Effects, effects_of
from diag360.documents.figures.picture import Picture
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.prepare import Ratings

WIDE = 6.4 * 72  # points, as every length below: the image scrolls on a phone
# One hue that darkens: told apart in grey, and by readers who do not see red or green.
SHADES = ("#f6f5f3", "#fde0c2", "#fbb36d", "#e2711d", "#8f3a04")
_ROW, _FOOT, _HEAD, _LEFT = 18.7, 28.8, 126.0, 140.4
_LABEL = 31  # characters of the name of a hazard on one line
_UNKNOWN = BASES.index("inconnue")
_INKS = (drawing.INK, drawing.INK, drawing.INK, drawing.INK, "#fff")  # what is read on each shade


def hazard_matrix(
    found: Vulnerabilities, *, territory: str, ratings: Ratings | None = None
) -> Fragment:
    """Draw the total effect of each hazard on each need, each at the duration of its kind.

    Parameters
    ----------
    found : Vulnerabilities
        Crossed with its three bounds.
    territory : str
        Code.
    ratings : Ratings, optional
        Say which hazards are without object there: these are not counted as missing.

    Returns
    -------
    Fragment
        Image with its text alternative and the table of intervals; nothing when no hazard is
        rated.
    """
    far = ratings.without_object if ratings else ()
    effects = effects_of(found, territory=territory, without_object=far)
    if not effects.hazards:
        return Fragment("")
    page = Picture(WIDE, _HEAD + _ROW * len(effects.hazards) + _FOOT)
    width = (WIDE - 3.6 - _LEFT) / len(effects.framework.needs)
    for n, need in enumerate(effects.framework.needs):
        name = textwrap.fill(need.label, 26)
        x = _LEFT + width * (n + 0.5)
        page.write(x, _HEAD - 4, name, size=7.5, turned=True, leading=1.05)
    for at in range(len(effects.hazards)):
        _draw_row(page, effects, at, y=_HEAD + _ROW * at, width=width)
    _draw_legend(page)
    drawn = drawing.as_image(
        page, alt=_alt(effects), caption=_caption(effects), table=_table(effects), wide=True
    )
    return Fragment(f"<h3>Tous les aléas, tous les besoins</h3>\n{drawn.html}")


def _draw_row(page: Picture, effects: Effects, at: int, *, y: float, width: float) -> None:
    label = textwrap.fill(_label(effects, at), _LABEL)
    page.write(_LEFT - 4, y + _ROW / 2, label, size=7.5, anchor="end", leading=1.05)
    unknown = (effects.basis[at] == _UNKNOWN) & (effects.direct[at] > 0)
    for n, place in enumerate(effects.classes(effects.total[at])):
        x = _LEFT + width * n
        if place < 0:  # not known
            continue
        page.rectangle(x + 0.6, y + 0.6, width - 1.2, _ROW - 1.2, fill=SHADES[int(place)])
        if word := _cell(float(effects.total[at, n]), known=not unknown[n]):
            page.write(
                x + width / 2, y + _ROW / 2, word, size=7.5, anchor="middle",
                colour=_INKS[int(place)],
            )  # fmt: skip


def _draw_legend(page: Picture) -> None:
    taken = [28 + 4.7 * len(name) for name in CLASSES]
    x, y = (WIDE - sum(taken)) / 2 + 4, page.height - 11
    for shade, name, width in zip(SHADES, CLASSES, taken, strict=True):
        page.rectangle(x, y - 2.8, 9.6, 5.6, fill=shade, edge=drawing.GREY, line=0.4)
        page.write(x + 14, y, name, size=8)
        x += width


def _cell(total: float, *, known: bool) -> str:
    word = text.score(total)
    return "" if word == "0" else word if known else f"~{word}"


def _label(effects: Effects, at: int) -> str:
    return effects.catalogue.hazards[effects.hazards[at]].label


def _alt(effects: Effects) -> str:
    order = np.argsort(-effects.total, axis=None, kind="stable")[:3]
    cells = [np.unravel_index(int(at), effects.total.shape) for at in order]
    named = [
        f"{_label(effects, int(h))} sur {effects.framework.needs[int(n)].noun} "
        f"({text.score(float(effects.total[h, n]))} sur 100)"
        for h, n in cells
    ]
    rated = text.count(len(effects.hazards), "aléa coté", "aléas cotés")
    return (
        f"Effet de {rated} sur {len(effects.framework.needs)} besoins. Les plus grands : "
        f"{text.enumerate_words(named)}."
    )


def _caption(effects: Effects) -> str:
    first = effects.durations[effects.hazards.index(effects.hazards[0])]
    lengths = {
        effects.catalogue.hazards[name].kind: one.label
        for name, one in zip(effects.hazards, effects.durations, strict=True)
    }
    read = " et ".join(
        f"{'les chocs après' if kind == 'choc' else 'les stress en régime'} {label}"
        for kind, label in sorted(lengths.items())
    )
    absent = len(effects.unrated)
    missing = (
        f" {text.count(absent, 'aléa non coté n’y figure', 'aléas non cotés n’y figurent')} pas."
        if absent
        else ""
    )
    return (
        f"Effet sur 100, ricochets compris ({read or first.label}), de l’aléa le plus lourd en "
        "haut au plus léger en bas, tous besoins additionnés. Case vide : moins de 0,5. « ~ » : "
        f"trop peu d’indicateurs connus, le milieu de ce qui est possible est pris.{missing} "
        "La force des aléas et les dépendances sont des a priori ; les intervalles, souvent "
        "larges, sont dans le tableau."
    )


def _table(effects: Effects) -> pd.DataFrame:
    """Cells that are at least weak, row by row, the largest first."""
    lines = []
    for at in range(len(effects.hazards)):
        for n in np.argsort(-effects.total[at], kind="stable"):
            total = float(effects.total[at, n])
            if total < effects.borders[0]:
                break
            lines.append(
                {
                    "Aléa": _label(effects, at),
                    "Besoin": effects.framework.needs[int(n)].label,
                    "Effet": f"{text.score(total)} ({effects.word(total)})",
                    "Intervalle": text.interval(
                        float(effects.total_low[at, n]), float(effects.total_high[at, n])
                    ),
                    "Dont direct": text.score(float(effects.direct[at, n])),
                    "Sensibilité": BASES[int(effects.basis[at, n])],
                }
            )
    columns = ["Aléa", "Besoin", "Effet", "Intervalle", "Dont direct", "Sensibilité"]
    return pd.DataFrame(lines, columns=columns)
