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
from diag360.documents.effect_words import BASES, CLASSES
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, say
from diag360.vulnerability.matrices import settings_of

STRONG = ("fort", "très fort")
_WIDE, _ROW, _FOOT, _HEAD, _LEFT = 6.4, 0.26, 0.12, 1.75, 2.0  # inches
_LABEL = 31  # characters of the name of a hazard on one line
_SHOWN = 12  # pairs in the table
_BLIND = 0.5  # share of the strong effects from which a pair is said to rest on nothing known
_FEW = 0.5  # share of the territories up to which their own ratings do not make a hazard theirs
_PALE = 1.8  # end of the scale of colours: dark words stay readable on all of it


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
    pairs = strong_pairs(batch)
    needs = [need.id for need in batch.framework.needs]
    rated = set(_among(batch).index)
    names = [name for name in batch.catalogue.hazards if name in rated]
    share = pairs["share"].to_dict()
    numbers = [[share.get((name, need), 0.0) for need in needs] for name in names]
    table = pd.DataFrame(numbers, index=names, columns=needs, dtype=float)
    prior = priors(batch)
    total = table.sum(axis=1)
    return table.loc[sorted(names, key=lambda name: (name in prior, -total[name]))]


def strong_pairs(batch: Batch) -> pd.DataFrame:
    """Count the territories where the effect of a hazard on a need is strong.

    Parameters
    ----------
    batch : Batch
        Of one framework.

    Returns
    -------
    DataFrame
        By hazard and need: ``count``, ``among`` (territories where the hazard is rated), ``share``
        in ]0, 1], ``blind`` (share of these effects whose sensitivity nothing tells: they are then
        taken at the middle of what is possible).
    """
    strong = _strong(batch)
    strong = strong.assign(blind=(strong["basis"] == BASES[-1]).astype(float))
    pairs = strong.groupby(["hazard", "need"]).agg(count=("blind", "size"), blind=("blind", "mean"))
    among = _among(batch).reindex(pairs.index.get_level_values("hazard")).to_numpy()
    return pairs.assign(among=among, share=pairs["count"] / among)


def _strong(batch: Batch) -> pd.DataFrame:
    effects = batch.tables["vulnerabilites"]
    return effects[effects["class"].isin(STRONG)]


def _among(batch: Batch) -> pd.Series:
    rated = batch.tables["aleas"]
    return rated[rated["status"] == "cote"].groupby("hazard").size()


def priors(batch: Batch) -> set[str]:
    """Hazards that the catalogue rates the same everywhere, and that few territories rate."""
    rated = batch.tables["aleas"]
    own = rated[rated["origin"].isin(["declaree", "importee"])].groupby("hazard").size()
    among = _among(batch)
    return {
        name for name, one in batch.catalogue.hazards.items()
        if same_for_all(one) and own.get(name, 0) <= _FEW * among.get(name, 0)
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
    blind = strong_pairs(batch)["blind"].to_dict()
    words = np.array(
        [[_cell(float(share), blind.get((name, need), 0.0)) for need, share in row.items()]
         for name, row in shares.iterrows()]
    )  # fmt: skip
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(_WIDE, height))
        axes = figure.add_axes(
            (_LEFT / _WIDE, _FOOT / height, 1 - (_LEFT + 0.05) / _WIDE,
             _ROW * len(shares) / height)
        )  # fmt: skip
        sns.heatmap(
            shares, ax=axes, vmin=0, vmax=_PALE, cmap="Oranges", annot=words, fmt="", cbar=False,
            linewidths=1.0, linecolor="white", annot_kws={"fontsize": 6.5, "color": drawing.INK},
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
        figure, alt=_alt(batch, shares, prior), caption=_caption(batch, shares, prior),
        table=_table(batch, prior), wide=True,
    )  # fmt: skip


def _cell(share: float, blind: float) -> str:
    word = text.score(share)
    if word == "0":
        return ""
    return f"({word})" if blind > _BLIND else word


def most_shared(
    batch: Batch, *, own: bool, count: int, known: bool = False
) -> list[tuple[str, str, float]]:
    """Name the pairs of hazard and need that most territories share.

    Parameters
    ----------
    batch : Batch
        Of one framework.
    own : bool
        Whether hazards whose rating is the same everywhere are left out.
    count : int
        Pairs named, at most.
    known : bool
        Whether pairs that rest on nothing known of the need, in most of their territories, are
        left out.

    Returns
    -------
    list of (str, str, float)
        Ids of hazard and need, share in ]0, 1] of the territories where the hazard is rated; those
        that concern most territories first.
    """
    pairs, prior = strong_pairs(batch), priors(batch)
    if own:
        pairs = pairs[[name not in prior for name in pairs.index.get_level_values("hazard")]]
    if known:
        pairs = pairs[pairs["blind"] <= _BLIND]
    first = pairs.sort_values(["count", "share"], ascending=False, kind="stable").head(count)
    return [
        (str(hazard), str(need), float(share))
        for (hazard, need), share in zip(first.index, first["share"], strict=True)
    ]


def told_pair(batch: Batch, hazard: str, need: str) -> str:
    """Say in how many territories an effect is strong: « 17 sur 25 »."""
    pairs = strong_pairs(batch)
    count, among = (pairs[name].to_dict()[hazard, need] for name in ("count", "among"))
    return f"{text.number(count)} sur {text.number(among)}"


def _alt(batch: Batch, shares: pd.DataFrame, prior: set[str]) -> str:
    nouns = {need.id: need.noun or need.label for need in batch.framework.needs}
    said = [
        f"{batch.catalogue.hazards[hazard].label} sur {nouns[need]} "
        f"({told_pair(batch, hazard, need)})"
        for hazard, need, _ in most_shared(batch, own=True, count=3, known=True)
    ]
    kinds = text.count(len(shares), "aléa coté", "aléas cotés")
    same = f"{text.number(len(prior & set(shares.index)))} à cotation commune"
    head = f"Part des territoires où l’effet est fort, pour {kinds}"
    if _strong(batch).empty:
        return f"{head} : aucun effet fort."
    if not said:
        return f"{head}, dont {same}."
    return (
        f"{head}, dont {same}. Hors cotations communes et besoins dont rien n’est connu, les plus "
        f"partagés : {text.enumerate_words(said)}."
    )


def _caption(batch: Batch, shares: pd.DataFrame, prior: set[str]) -> str:
    said = (
        "Sur 100 territoires où l’aléa est coté, combien en subiraient un effet fort ou très fort, "
        "ricochets compris, chaque aléa à la durée de sa sorte. Case vide : moins de 0,5."
    )
    if prior & set(shares.index):
        said += (
            " « ° » : la même cotation est proposée partout, et peu de territoires l’ont revue : "
            "seules les différences de sensibilité y jouent ; ce n’est pas une exposition mesurée."
        )
    strong = _strong(batch)
    blind = float((strong["basis"] == BASES[-1]).mean()) if len(strong) else 0.0
    if blind > 0:
        said += (
            " Entre parenthèses : le plus souvent, rien n’est connu du besoin, et l’effet est pris "
            f"au milieu de ce qui est possible. C’est le cas de {text.share(blind)} des effets "
            "forts."
        )
    ends = strong["total_low"].dropna()
    if len(ends):
        least = settings_of(batch.catalogue).classes[CLASSES.index(STRONG[0]) - 1]
        sure = float((ends >= least).mean())
        told = "Aucun effet n’est" if sure == 0 else f"{text.share(sure)} seulement des effets sont"
        said += f" {told} fort{'s' if sure else ''} à coup sûr, c’est-à-dire à sa borne basse."
    return said + " La force des aléas et les dépendances sont des a priori."


def _table(batch: Batch, prior: set[str]) -> pd.DataFrame:
    labels = {need.id: need.label for need in batch.framework.needs}
    blind = strong_pairs(batch)["blind"].to_dict()
    rows = [
        {
            "Aléa": batch.catalogue.hazards[hazard].label,
            "Besoin": labels[need],
            "Territoires où l’effet est fort": f"{told_pair(batch, hazard, need)} "
            f"({text.share(share)})",
            "Cotation": "la même partout" if hazard in prior else "propre au territoire",
            "Rien n’est connu du besoin": f"dans {text.share(blind[hazard, need])}",
        }
        for own in (True, False)
        for hazard, need, share in most_shared(batch, own=own, count=_SHOWN)
        if own or hazard in prior
    ]
    columns = ["Aléa", "Besoin", "Territoires où l’effet est fort", "Cotation",
               "Rien n’est connu du besoin"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
