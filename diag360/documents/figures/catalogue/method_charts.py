"""Figures of the method notebook: the share passed on calibrated, and effects drawn at random."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.hazards.lines import effects_of
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.draws import Draws

Array = npt.NDArray[np.float64]


def calibration(
    gammas: Sequence[float], effects: Array, *, radii: Array, chosen: float, saturation: float,
    noun: str,
) -> Fragment:  # fmt: skip
    """Draw what a need undergoes as the share passed on by dependencies grows.

    Parameters
    ----------
    gammas : sequence of float
        γ: share passed on by the strongest dependency, in [0, 1].
    effects : ndarray
        Effect on the need followed, in [0, 1], for each γ.
    radii : ndarray
        Spectral radius of the dependencies, for each γ.
    chosen : float
        γ that the catalogue keeps.
    saturation : float
        Radius above which needs are no longer told apart.
    noun : str
        The need followed, inside a sentence.

    Returns
    -------
    Fragment
        Image with its text alternative and the table of its points.
    """
    x, y = np.asarray(gammas, dtype=float), 100 * np.asarray(effects, dtype=float)
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(drawing.WIDTH, 3.0))
        axes = figure.add_axes((0.13, 0.17, 0.83, 0.78))
        axes.plot(x, y, color=drawing.BLUE, marker="o")
        limit = float(np.interp(saturation, radii, x))
        axes.axvspan(limit, float(x.max()) * 1.06, color=drawing.PALE_ORANGE, zorder=0)
        axes.text(
            (limit + x.max() * 1.06) / 2, 6, "tout monte\nensemble", ha="center", fontsize=8.5
        )
        axes.axvline(chosen, color=drawing.GREY, linewidth=0.8, linestyle="--")
        axes.text(chosen, 96, " valeur retenue", fontsize=8.5, va="top", ha="left")
        for at, effect in zip(x, y, strict=True):
            axes.annotate(text.number(effect), (at, effect), xytext=(-5, 6),
                          textcoords="offset points", ha="right", fontsize=9)  # fmt: skip
        axes.set(xlim=(0, float(x.max()) * 1.06), ylim=(0, 100))
        axes.set_xlabel("part transmise par la dépendance la plus forte, γ", fontsize=8.5)
        axes.set_ylabel(f"effet sur {noun}, sur 100", fontsize=8.5)
        axes.xaxis.set_major_formatter(lambda value, _: text.number(value, decimals=1))
        axes.grid(color=drawing.PALE_GREY, linewidth=0.6)
    points = " ; ".join(
        f"{text.number(at, decimals=2)} donne {text.number(effect)}"
        for at, effect in zip(x, y, strict=True)
    )
    return drawing.as_image(
        figure,
        alt=f"Effet sur {noun} selon la part transmise γ : {points}.",
        caption=(
            f"Au-delà de {text.number(limit, decimals=2)}, le rayon spectral dépasse "
            f"{text.number(saturation, decimals=2)} : tous les besoins montent ensemble."
        ),
        table=pd.DataFrame(
            {
                "γ": [text.number(at, decimals=2) for at in x],
                "Effet, sur 100": [text.number(effect) for effect in y],
                "Rayon spectral": [text.number(float(one), decimals=2) for one in radii],
            }
        ),
    )


def drawn_effects(found: Vulnerabilities, draws: Draws, *, territory: str, hazard: str) -> Fragment:
    """Draw the effects of a hazard on each need: nine draws out of ten, within the bounds.

    Parameters
    ----------
    found : Vulnerabilities
        Crossed with its three bounds.
    draws : Draws
        Of that territory.
    territory : str
        Code.
    hazard : str
        Id of a rated hazard.

    Returns
    -------
    Fragment
        Image with its text alternative and the table of its numbers.
    """
    effects = effects_of(found, territory=territory)
    at, place = effects.hazards.index(hazard), draws.hazards.index(hazard)
    sample = draws.total[:, place, found.duration_of(hazard)]
    low, middle, high = np.quantile(sample, [0.05, 0.5, 0.95], axis=1)
    order = np.argsort(-effects.total[at], kind="stable")
    needs = effects.framework.needs
    rows = np.arange(len(needs))
    with rc_context(drawing.STYLE):
        height = 0.25 * len(needs) + 0.9
        figure = Figure(figsize=(drawing.WIDTH, height))
        axes = figure.add_axes((0.5, 0.42 / height, 0.47, (height - 0.8) / height))
        axes.hlines(rows, 100 * effects.total_low[at][order], 100 * effects.total_high[at][order],
                    color=drawing.PALE_BLUE, linewidth=7, label="bornes")  # fmt: skip
        axes.hlines(rows, 100 * low[order], 100 * high[order], color=drawing.BLUE, linewidth=2.5,
                    label="neuf tirages sur dix")  # fmt: skip
        axes.scatter(100 * effects.total[at][order], rows, color=drawing.INK, s=14, zorder=4,
                     label="central")  # fmt: skip
        axes.set(xlim=(0, 100), ylim=(len(needs) - 0.4, -0.6), yticks=rows)
        axes.set_yticklabels([needs[int(n)].label for n in order], fontsize=7.5)
        axes.set_xlabel("effet, de 0 à 100", fontsize=8.5, labelpad=1)
        axes.grid(axis="x", color=drawing.PALE_GREY, linewidth=0.8)
        axes.set_axisbelow(True)
        figure.legend(loc="upper center", ncols=3, frameon=False, fontsize=8.5)
    widest = int((high - low).argmax())
    label = effects.catalogue.hazards[hazard].label
    count = text.number(sample.shape[1])
    return drawing.as_image(
        figure,
        alt=(
            f"« {label} » : {count} tirages. L’effet le moins sûr porte sur "
            f"{needs[widest].noun}, {text.interval(float(low[widest]), float(high[widest]))} "
            "neuf fois sur dix."
        ),
        caption=(
            f"{count} tirages des cotations, des valeurs manquantes, de γ et des dépendances. Les "
            "bornes ajoutent le pire au pire ; les tirages disent ce qui est commun."
        ),
        table=pd.DataFrame(
            {
                "Besoin": [needs[int(n)].label for n in order],
                "Central": [text.score(float(effects.total[at, n])) for n in order],
                "Médiane": [text.score(float(middle[n])) for n in order],
                "Neuf sur dix": [text.interval(float(low[n]), float(high[n])) for n in order],
                "Bornes": [
                    text.interval(float(effects.total_low[at, n]), float(effects.total_high[at, n]))
                    for n in order
                ],
            }
        ),
    )
