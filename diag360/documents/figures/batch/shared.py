"""Vulnerabilities that territories share: how many feel each hazard strongly on each need."""

import textwrap

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import rc_context
from matplotlib.figure import Figure

from diag360.documents import text
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.batch.results.nation import same_for_all
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, say

STRONG = ("fort", "très fort")
_WIDE, _ROW, _FOOT, _HEAD, _LEFT = 6.4, 0.26, 0.12, 1.75, 2.0  # inches
_LABEL = 31  # characters of the name of a hazard on one line
_SHOWN = 12  # pairs in the table


def shared_effects(batch: Batch) -> pd.DataFrame:
    """Share of the territories, among those where the hazard is rated, where its effect is strong.

    Parameters
    ----------
    batch : Batch
        Of one framework.

    Returns
    -------
    DataFrame
        Hazards by needs, in [0, 1]; only hazards rated somewhere. First those that the territories
        themselves or a statistic rate, then those whose rating is the same for all; the most
        shared first.
    """
    rated = batch.tables["aleas"]
    count = rated[rated["status"] == "cote"].groupby("hazard").size()
    effects = batch.tables["vulnerabilites"]
    strong = effects[effects["class"].isin(STRONG)]
    pairs = strong.groupby(["hazard", "need"]).size()
    needs = [need.id for need in batch.framework.needs]
    names = [name for name in batch.catalogue.hazards if name in count.index]
    numbers = [
        [int(pairs.get((name, need), 0)) / int(count[name]) for need in needs] for name in names
    ]
    table = pd.DataFrame(numbers, index=names, columns=needs, dtype=float)
    prior = priors(batch)
    total = table.sum(axis=1)
    return table.loc[sorted(names, key=lambda name: (name in prior, -total[name]))]


def priors(batch: Batch) -> set[str]:
    """Hazards rated the same everywhere: by the catalogue, and by no territory of the batch."""
    rated = batch.tables["aleas"]
    own = set(rated.loc[rated["origin"].isin(["declaree", "importee"]), "hazard"])
    return {
        name for name, one in batch.catalogue.hazards.items()
        if same_for_all(one) and name not in own
    }  # fmt: skip


def shared_vulnerabilities(batch: Batch) -> Fragment:
    """Draw which hazards would weigh strongly on which needs, and in how many territories.

    Parameters
    ----------
    batch : Batch
        Of one framework.

    Returns
    -------
    Fragment
        Image with its text alternative and the most shared pairs; a sentence when nothing is
        rated.
    """
    shares = shared_effects(batch)
    if shares.empty:
        return say("Aucun aléa n’est coté dans ces territoires.")
    prior = priors(batch)
    labels = [
        f"{batch.catalogue.hazards[str(name)].label}{' °' if name in prior else ''}"
        for name in shares.index
    ]
    height = _HEAD + _ROW * len(shares) + _FOOT
    words = np.array([[_cell(one) for one in row] for row in shares.to_numpy(dtype=float)])
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(_WIDE, height))
        axes = figure.add_axes(
            (_LEFT / _WIDE, _FOOT / height, 1 - (_LEFT + 0.05) / _WIDE,
             _ROW * len(shares) / height)
        )  # fmt: skip
        sns.heatmap(
            shares, ax=axes, vmin=0, vmax=1, cmap="Oranges", annot=words, fmt="", cbar=False,
            linewidths=1.0, linecolor="white", annot_kws={"fontsize": 7},
        )  # fmt: skip
        own = len([name for name in shares.index if name not in prior])
        if 0 < own < len(shares):
            axes.axhline(own, color=drawing.INK, linewidth=1.2)
        axes.xaxis.tick_top()
        needs = [textwrap.fill(need.label, 26) for need in batch.framework.needs]
        axes.set_xticklabels(needs, rotation=90, fontsize=7.5, linespacing=1.0)
        axes.set_yticklabels([textwrap.fill(label, _LABEL) for label in labels], rotation=0,
                             fontsize=7.5, linespacing=1.0)  # fmt: skip
        axes.tick_params(length=0)
        axes.set_xlabel("")
        axes.set_ylabel("")
    return drawing.as_image(
        figure, alt=_alt(batch, shares, prior), caption=_caption(bool(prior & set(shares.index))),
        table=_table(batch, shares, prior), wide=True,
    )  # fmt: skip


def _cell(share: float) -> str:
    word = text.score(share)
    return "" if word == "0" else word


def most_shared(batch: Batch, *, own: bool, count: int) -> list[tuple[str, str, float]]:
    """Name the pairs of hazard and need that most territories share.

    Parameters
    ----------
    batch : Batch
        Of one framework.
    own : bool
        Whether hazards whose rating is the same everywhere are left out.
    count : int
        Pairs named, at most.

    Returns
    -------
    list of (str, str, float)
        Ids of hazard and need, share of the territories in ]0, 1].
    """
    shares, prior = shared_effects(batch), priors(batch)
    kept = shares[[name not in prior for name in shares.index]] if own else shares
    pairs = [
        (str(hazard), str(need), float(share))
        for hazard, row in kept.iterrows()
        for need, share in row.items()
        if share > 0
    ]
    return sorted(pairs, key=lambda pair: -pair[2])[:count]


def _alt(batch: Batch, shares: pd.DataFrame, prior: set[str]) -> str:
    nouns = {need.id: need.noun or need.label for need in batch.framework.needs}
    said = [
        f"{batch.catalogue.hazards[hazard].label} sur {nouns[need]} ({text.share(share)})"
        for hazard, need, share in most_shared(batch, own=True, count=3)
    ]
    named = f" Hors cotations communes, les plus partagés : {text.enumerate_words(said)}."
    kinds = text.count(len(shares), "aléa coté", "aléas cotés")
    same = text.count(len(prior & set(shares.index)), "à cotation commune", "à cotation commune")
    return (
        f"Part des territoires où l’effet est fort, pour {kinds}, dont {same}.{named}"
        if said
        else f"Part des territoires où l’effet est fort, pour {kinds} : aucun effet fort."
    )


def _caption(prior: bool) -> str:
    said = (
        "Sur 100 territoires où l’aléa est coté, combien en subiraient un effet fort ou très fort, "
        "ricochets compris, chaque aléa à la durée de sa sorte. Case vide : moins de 0,5."
    )
    if prior:
        said += (
            " « ° » : la cotation proposée est la même partout, si bien que seules les différences "
            "de sensibilité y jouent ; ce n’est pas une exposition mesurée."
        )
    return said + " La force des aléas et les dépendances sont des a priori."


def _table(batch: Batch, shares: pd.DataFrame, prior: set[str]) -> pd.DataFrame:
    labels = {need.id: need.label for need in batch.framework.needs}
    rows = [
        {
            "Aléa": batch.catalogue.hazards[hazard].label,
            "Besoin": labels[need],
            "Territoires où l’effet est fort": text.share(share),
            "Cotation": "la même partout" if hazard in prior else "propre au territoire",
        }
        for own in (True, False)
        for hazard, need, share in most_shared(batch, own=own, count=_SHOWN)
        if own or hazard in prior
    ]
    columns = ["Aléa", "Besoin", "Territoires où l’effet est fort", "Cotation"]
    return pd.DataFrame(rows, columns=columns)
