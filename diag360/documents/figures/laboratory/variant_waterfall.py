"""Where the change of a score comes from: one bar for each change of a variant."""

import textwrap

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diag360.challenge.comparison.compare import Case, Comparison
from diag360.documents import text
from diag360.documents.comparison_words import letters
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, say
from diag360.documents.variant_words import step_words

Array = npt.NDArray[np.float64]
SHOWN = 4  # needs drawn, those that move most
MOST = 8  # steps drawn by need; the others make one bar together
_SMALL = 1e-9
_ROW = 0.34  # inches


def variant_waterfall(comparison: Comparison, *, territory: str, case: int = 0) -> Fragment:
    """Draw how each change of a variant moves the needs of a territory that move most.

    Parameters
    ----------
    comparison : Comparison
        Holding the territory.
    territory : str
        Code.
    case : int
        Which variant, from 0; the last one is all together when they are.

    Returns
    -------
    Fragment
        One waterfall a need, from the reference to the variant; its bars sum to the change. A
        sentence when nothing moves.
    """
    one = comparison.cases[case]
    letter = letters(comparison)[case]
    at = comparison.territories.index(territory)
    parts = one.score_parts[:, at]
    before = comparison.reference.scores.needs.score.loc[territory].to_numpy(dtype=float)
    sizes = np.nan_to_num(np.abs(parts).max(axis=0))
    # Scores too little known to be printed are not drawn: the table of needs says so.
    determined = _printed(comparison, one, territory)
    order = [int(n) for n in np.argsort(-sizes, kind="stable")
             if sizes[n] > _SMALL and determined[n]]  # fmt: skip
    if not order:
        return say(f"{letter} · {one.label} : aucun score imprimé ne bouge ici.")
    words = [step_words(step, catalogue=comparison.reference.catalogue) for step in one.steps]
    needs = [need.label for need in comparison.reference.scores.framework.needs]
    bars = {n: _bars(words, parts[:, n]) for n in order[:SHOWN]}
    with rc_context(drawing.STYLE):
        heights = [len(rows) + 2 for rows in bars.values()]
        total = _ROW * (sum(heights) + 1.3 * len(heights)) + 0.2
        figure = Figure(figsize=(drawing.WIDTH, total))
        top = total - 0.1
        for (n, rows), height in zip(bars.items(), heights, strict=True):
            top -= _ROW * 1.3
            place = (0.5, (top - _ROW * height) / total, 0.47, _ROW * height / total)
            _draw(figure.add_axes(place), rows, start=float(before[n]), title=needs[n])
            top -= _ROW * height
    return drawing.as_image(
        figure,
        alt=_alt(letter, one, order, needs, parts),
        caption=(
            f"{letter} · {one.label}. De la référence à la variante, ce que chaque changement "
            "apporte au score, dans l’ordre où ils sont pris ; les barres s’additionnent "
            "exactement. "
            + ("L’autre colonne du tableau fait la moyenne de tous les ordres possibles."
               if one.fair_parts is not None else
               "Plus de six changements touchent les scores : un seul ordre est calculé.")
        ),
        table=_table(one, at, order, needs, words),
    )  # fmt: skip


def _printed(comparison: Comparison, case: Case, territory: str) -> npt.NDArray[np.bool_]:
    was, now = (
        np.array([need.determined for need in state.scores.needs.of(territory).values()], bool)
        for state in (comparison.reference, case.state)
    )
    both: npt.NDArray[np.bool_] = np.logical_and(was, now)
    return both


def _bars(words: list[str], parts: Array) -> list[tuple[str, float]]:
    """Steps that move a need, in order; beyond eight, the smallest are taken together."""
    moving = [at for at in range(len(words)) if abs(parts[at]) > _SMALL]
    if len(moving) <= MOST:
        return [(words[at], float(parts[at])) for at in moving]
    kept = sorted(sorted(moving, key=lambda at: -abs(parts[at]))[: MOST - 1])
    rest = [at for at in moving if at not in kept]
    together = (f"{len(rest)} autres changements", float(parts[rest].sum()))
    return [*((words[at], float(parts[at])) for at in kept), together]


def _draw(axes: Axes, rows: list[tuple[str, float]], *, start: float, title: str) -> None:
    level, names = start, ["Référence"]
    axes.barh(0, 100 * start, color=drawing.PALE_GREY, height=0.6)
    axes.text(100 * start + 2, 0, text.number(100 * start, decimals=1), va="center", fontsize=8)
    for at, (name, part) in enumerate(rows, start=1):
        colour = drawing.BLUE if part > 0 else drawing.ORANGE
        axes.barh(at, 100 * part, left=100 * level, color=colour, height=0.6)
        axes.plot([100 * level] * 2, [at - 1, at], color=drawing.GREY, linewidth=0.6)
        level += part
        edge = 100 * max(level, level - part)
        said = text.number(100 * part, decimals=1, signed=True)
        axes.text(edge + 2, at, said, va="center", fontsize=8, color=colour)
        names.append(textwrap.fill(textwrap.shorten(name, 64, placeholder="…"), 34))
    axes.barh(len(rows) + 1, 100 * level, color=drawing.PALE_BLUE, height=0.6)
    axes.text(
        100 * level + 2, len(rows) + 1, text.number(100 * level, decimals=1), va="center",
        fontsize=8, fontweight="bold",
    )  # fmt: skip
    axes.set_yticks(range(len(rows) + 2), [*names, "Variante"], fontsize=7.2)
    axes.set(xlim=(0, 118), ylim=(len(rows) + 1.6, -0.6))
    axes.set_xticks([0, 50, 100])
    axes.tick_params(axis="x", labelsize=7)
    axes.set_title(title, fontsize=9.5, fontweight="bold", loc="right", pad=3)


def _alt(letter: str, case: Case, order: list[int], needs: list[str], parts: Array) -> str:
    told = [
        f"{needs[n]} {text.number(100 * float(parts[:, n].sum()), decimals=1, signed=True)}"
        for n in order[:SHOWN]
    ]
    return (
        f"Décomposition de la variante {letter} ({case.label}), en points sur 100 : "
        f"{text.enumerate_words(told)} ; détail dans le tableau qui suit."
    )


def _table(
    case: Case, at: int, order: list[int], needs: list[str], words: list[str]
) -> pd.DataFrame:
    rows = []
    for n in order:
        for step, name in enumerate(words):
            part = float(case.score_parts[step, at, n])
            fair = np.nan if case.fair_parts is None else float(case.fair_parts[step, at, n])
            if abs(part) > _SMALL or abs(np.nan_to_num(fair)) > _SMALL:
                rows.append((needs[n], name, _points(part), _points(fair)))
        whole = float(case.score_parts[:, at, n].sum())
        rows.append((needs[n], "Ensemble", _points(whole), _points(whole)))
    return pd.DataFrame(
        rows, columns=["Besoin", "Changement", "Dans l’ordre", "Tous ordres confondus"]
    )


def _points(part: float) -> str:
    return "–" if np.isnan(part) else text.number(100 * part, decimals=2, signed=True)
