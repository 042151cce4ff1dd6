"""Figures of an audit: correlations of indicators by need, coverage, principal components."""

import textwrap

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from diag360.challenge.audit.checks import needs_of
from diag360.challenge.audit.run import Audit
from diag360.challenge.audit.statistics import Components
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, say

_WIDE = 6.4  # inches: the image scrolls on a phone
_SQUARE = 0.16  # inches per indicator
_LIMIT = 0.65
_CHART = 1.6  # inches by row of small charts


def audit_correlations(found: Audit) -> Fragment:
    """Draw the correlations of indicators, need by need.

    Parameters
    ----------
    found : Audit
        Whose indicators known in enough territories are drawn.

    Returns
    -------
    Fragment
        Heat map whose blocks are needs, with its alternative and the flagged pairs; a sentence
        when fewer than two indicators can be compared.
    """
    scores, matrix = found.scores, found.redundant.correlations
    judged = list(found.redundant.judged)
    if len(judged) < 2:
        return say("Trop peu d’indicateurs sont connus ensemble pour dessiner leurs corrélations.")
    blocks = [
        (need.label, [name for name in needs_of(scores)[need.id] if name in set(judged)])
        for need in scores.framework.needs
    ]
    blocks = [(label, names) for label, names in blocks if names]
    ordered = [name for _, names in blocks for name in names]
    shown = matrix.loc[ordered, ordered].to_numpy(dtype=float)
    left, top = 2.35, 0.15
    side = max(_WIDE - left - 0.7, _SQUARE * len(ordered))
    width, height = left + side + 0.7, top + side + 0.55
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((left / width, 0.55 / height, side / width, side / height))
        bar = figure.add_axes(((left + side + 0.15) / width, 0.55 / height, 0.14 / width,
                               side / height))  # fmt: skip
        sns.heatmap(
            shown, ax=axes, vmin=-1, vmax=1, cmap="RdBu", cbar_ax=bar, square=True,
            xticklabels=ordered, yticklabels=False, linewidths=0.3, linecolor="white",
        )  # fmt: skip
        bar.set_yticks([-1, -0.5, 0, 0.5, 1])
        bar.set_yticklabels([text.number(r, decimals=1) for r in (-1, -0.5, 0, 0.5, 1)])
        bar.tick_params(labelsize=7.5, length=0)
        axes.set_facecolor(drawing.PALE_GREY)
        axes.tick_params(axis="x", labelrotation=90, labelsize=6.5, length=0)
        at = 0
        for label, names in blocks:
            size = len(names)
            axes.add_patch(_frame(at, size))
            axes.text(-0.4, at + size / 2, textwrap.shorten(label, 44, placeholder="…"),
                      ha="right", va="center", fontsize=7.5)  # fmt: skip
            at += size
    pairs = found.redundant.pairs
    inside = int(pairs["same_need"].sum()) if len(pairs) else 0
    asked = sum(len(names) for names in needs_of(scores).values())
    words = {"doublon": "presque le même", "contraire": "se contredisent",
             "etranger": "sans lien"}  # fmt: skip
    table = pd.DataFrame(
        {
            "Paire": [f"{a} et {b}" for a, b in zip(pairs["first"], pairs["second"], strict=True)],
            "Même besoin": ["oui" if same else "non" for same in pairs["same_need"]],
            "Corrélation": [text.number(r, decimals=2) for r in pairs["correlation"]],
            "Territoires": [text.number(n) for n in pairs["common"]],
            "Lecture": [words[flag] for flag in pairs["flag"]],
        }
    )
    known = np.tril(np.isfinite(shown), -1).sum()
    return drawing.as_image(
        figure,
        alt=(
            f"Corrélations de {text.count(len(ordered), 'indicateur')} sur {asked} demandés, "
            f"{text.count(int(known), 'paire')}, dont {text.number(inside)} à signaler dans un "
            "même besoin ; détail dans le tableau qui suit."
        ),
        caption=(
            "Bleu : les scores montent ensemble. Rouge : l’un monte quand l’autre descend. Gris : "
            "trop peu de territoires en commun. Un cadre noir entoure les indicateurs d’un même "
            "besoin : dans l’idéal d’une échelle unique, il serait bleu partout."
        ),
        table=table,
        wide=True,
    )


def _frame(at: int, size: int) -> Rectangle:
    return Rectangle((at, at), size, size, fill=False, edgecolor=drawing.INK, linewidth=1.1)


def audit_coverage(found: Audit) -> Fragment:
    """Draw, need by need, the share known in the median territory, and the spread of territories.

    Parameters
    ----------
    found : Audit
        Its scores give the coverage.

    Returns
    -------
    Fragment
        Bars with the 65 % limit.
    """
    scores = found.scores
    cover = scores.needs.coverage
    middle = cover.median()
    fifth, last = cover.quantile(0.05), cover.quantile(0.95)
    needs = [need for need in scores.framework.needs if np.isfinite(float(middle[need.id]))]
    height = 0.29 * len(needs) + 0.8
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(drawing.WIDTH, height))
        axes = figure.add_axes((0.46, 0.45 / height, 0.4, (height - 0.6) / height))
        for row, need in enumerate(needs):
            share = 100 * float(middle[need.id])
            enough = share >= 100 * _LIMIT - 1e-9
            axes.barh(row, share, height=0.6,
                      color=drawing.BLUE if enough else drawing.PALE_ORANGE,
                      hatch=None if enough else "////", edgecolor="white", linewidth=0)  # fmt: skip
            low, high = (100 * float(end[need.id]) for end in (fifth, last))
            axes.plot([low, high], [row, row], color=drawing.INK, linewidth=1.2)
            axes.text(104, row, text.share(share / 100), va="center", fontsize=8.5)
        axes.axvline(100 * _LIMIT, color=drawing.ORANGE, linewidth=1.2)
        axes.set(xlim=(0, 100), ylim=(len(needs) - 0.4, -0.6), yticks=range(len(needs)))
        axes.set_yticklabels([textwrap.fill(need.label, 28) for need in needs], fontsize=8.5,
                             linespacing=0.95)  # fmt: skip
        axes.set_xticks([0, 25, 50, 75, 100])
        axes.set_xlabel("part du poids connue, en %", fontsize=8.5, labelpad=1)
    reached = [need.label for need in needs if float(middle[need.id]) >= _LIMIT - 1e-12]
    total = len(cover)
    return drawing.as_image(
        figure,
        alt=(
            f"Couverture médiane des besoins sur {text.count(total, 'territoire')} : "
            f"{len(reached)} sur {len(needs)} atteignent 65 %"
            + (f" ({text.enumerate_words(reached)})." if reached else ".")
        ),
        caption=(
            "Barre : part du poids connue dans le territoire médian ; bleue quand elle atteint le "
            "seuil de 65 %, hachurée sinon. Trait : neuf territoires sur dix."
        ),
        table=pd.DataFrame(
            {
                "Besoin": [need.label for need in needs],
                "Médiane": [text.share(float(middle[need.id])) for need in needs],
                "5 % des territoires sous": [text.share(float(fifth[need.id])) for need in needs],
                "Déterminés": [
                    f"{text.number(int(scores.determined[need.id].sum()))} sur {text.number(total)}"
                    for need in needs
                ],
            }
        ),
    )


def audit_scree(found: Audit) -> Fragment:
    """Draw the eigenvalues of each need that has three indicators at least.

    Parameters
    ----------
    found : Audit
        Its components are drawn.

    Returns
    -------
    Fragment
        Small multiples on one scale, with the line of Kaiser's criterion.
    """
    scores = found.scores
    drawn: list[tuple[str, Components]] = [
        (need.label, found.structure.components[f"need:{need.id}"])
        for need in scores.framework.needs
        if f"need:{need.id}" in found.structure.components
    ]
    whole = found.structure.components.get(f"whole:{scores.framework.id}")
    if whole is not None:
        drawn.append(("Les besoins entre eux", whole))
    if not drawn:
        return say("Aucun besoin n’a trois indicateurs connus ensemble : pas d’analyse possible.")
    columns = 2
    rows = -(-len(drawn) // columns)
    height = _CHART * rows + 0.35
    top = max(float(one.eigenvalues[0]) for _, one in drawn)
    most = max(len(one.eigenvalues) for _, one in drawn)
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(drawing.WIDTH, height))
        for at, (label, one) in enumerate(drawn):
            row, column = divmod(at, columns)
            low = (0.35 + _CHART * (rows - 1 - row)) / height
            axes = figure.add_axes((0.08 + 0.48 * column, low, 0.41, 0.85 / height))
            ranks = np.arange(1, len(one.eigenvalues) + 1)
            above = one.eigenvalues > 1
            axes.bar(ranks[above], one.eigenvalues[above], color=drawing.BLUE, width=0.7)
            axes.bar(ranks[~above], one.eigenvalues[~above], color=drawing.PALE_BLUE, width=0.7)
            axes.axhline(1, color=drawing.ORANGE, linewidth=1)
            axes.set(xlim=(0.4, most + 0.6), ylim=(0, 1.08 * top), xticks=ranks)
            axes.tick_params(labelsize=7.5, length=0)
            axes.set_title(
                f"{textwrap.fill(label, 30)}\n{text.share(one.first_share)} sur la première",
                fontsize=7.5, pad=2, loc="left",
            )  # fmt: skip
    single = sum(one.above_one <= 1 for _, one in drawn)
    return drawing.as_image(
        figure,
        alt=(
            f"Valeurs propres de {text.count(len(drawn), 'ensemble')} : {single} "
            f"{'tient' if single < 2 else 'tiennent'} sur une seule dimension ; détail dans le "
            "tableau qui suit."
        ),
        caption=(
            "Chaque barre est la part de variance d’une composante, en nombre de colonnes. Trait "
            "orange : 1, ce que porte une colonne seule ; au-dessus, la composante compte."
        ),
        table=pd.DataFrame(
            {
                "Ensemble": [label for label, _ in drawn],
                "Colonnes": [text.number(len(one.names)) for _, one in drawn],
                "Première composante": [text.share(one.first_share) for _, one in drawn],
                "Valeurs propres": [
                    " ; ".join(text.number(v, decimals=2) for v in one.eigenvalues)
                    for _, one in drawn
                ],
            }
        ),
    )
