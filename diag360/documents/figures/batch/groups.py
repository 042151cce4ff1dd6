"""Groups of territories that look alike, named by what sets them apart; or why there are none."""

import math

import pandas as pd

from diag360.documents import text
from diag360.documents.batch.results.clusters import (
    CHANCE,
    CLEAR,
    FEWEST,
    HANDFUL,
    STABLE,
    Clusters,
)
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.batch.results.pages import sort_name
from diag360.documents.figures.fragments import Fragment, render, say, table

_APART = 0.5  # standard deviations from the mean of all from which a need sets a group apart
_NAMED = 2  # needs named on each side
_EXAMPLES = 6  # territories named


def profile_groups(batch: Batch, groups: Clusters | None) -> Fragment:
    """Say which groups of profiles stand out, or that none does.

    Parameters
    ----------
    batch : Batch
        Of one framework.
    groups : Clusters or None
        From ``find_groups``.

    Returns
    -------
    Fragment
        A table of groups when they are clear; a sentence otherwise.
    """
    if groups is None:
        return say(
            f"Pas de groupes : il faut au moins {FEWEST} territoires qui aient en commun deux "
            f"besoins assez connus, et des groupes d’au moins {HANDFUL} territoires. "
            "Les territoires se lisent un par un, plus haut."
        )
    if not groups.clear:
        return say(_none(groups))
    return render(
        "batch_groups",
        sentence=_found(groups),
        groups=[_group(batch, groups, at) for at in range(len(groups.centres))],
        members=_members(batch, groups),
    )


def _numbers(groups: Clusters) -> str:
    said = (
        f"silhouette moyenne {text.number(groups.silhouette, decimals=2)} (seuil "
        f"{text.number(CLEAR, decimals=2)}), accord des groupes retrouvés par rééchantillonnage "
        f"{text.number(groups.stability, decimals=2)} (indice de Rand ajusté, seuil "
        f"{text.number(STABLE, decimals=1)})"
    )
    if math.isnan(groups.chance):
        return said
    return (
        f"{said}, part des nuages sans aucun groupe où l’on en trouve d’aussi séparés "
        f"{text.share(groups.chance)} (seuil {text.share(CHANCE)})"
    )


def _none(groups: Clusters) -> str:
    needs = text.count(len(groups.kept), "besoin assez connu", "besoins assez connus")
    why = []
    if groups.silhouette < CLEAR:
        why.append("ils se touchent")
    if groups.stability < STABLE:
        why.append("ils ne se retrouvent pas quand on tire d’autres territoires")
    if groups.chance > CHANCE:
        why.append("un nuage d’un seul tenant en donne d’aussi séparés")
    return (
        f"Pas de groupes nets. Sur {needs}, le meilleur partage de "
        f"{text.count(len(groups.labels), 'territoire')} en fait {len(groups.centres)}, mais "
        f"{text.enumerate_words(why)} : {_numbers(groups)}. Rien ne montre de familles : les "
        "nommer en inventerait."
    )


def _found(groups: Clusters) -> str:
    needs = text.count(len(groups.kept), "besoin assez connu", "besoins assez connus")
    return (
        f"{text.count(len(groups.centres), 'groupe')} de profils, sur {needs} : "
        f"{_numbers(groups)}. Un groupe dit une ressemblance, pas un niveau. Les intervalles des "
        "scores n’y comptent pas : un indicateur de plus peut faire changer de groupe."
    )


def _group(batch: Batch, groups: Clusters, at: int) -> dict[str, object]:
    own = groups.labels[groups.labels == at].index
    names = [str(name) for name in batch.places["name"].reindex(own)]
    shown = text.enumerate_words(names[:_EXAMPLES])
    more = len(names) - _EXAMPLES
    return {
        "name": _name(batch, groups.centres.iloc[at]),
        "count": text.count(len(names), "territoire"),
        "examples": f"{shown}…" if more > 0 else shown,
    }


def _members(batch: Batch, groups: Clusters) -> str:
    """Say in which group each territory is, for those who look for theirs."""
    rows = pd.DataFrame(
        {
            "Territoire": batch.places["name"].reindex(groups.labels.index),
            "Groupe": [_name(batch, groups.centres.iloc[at]) for at in groups.labels],
        }
    ).sort_values("Territoire", key=lambda names: names.map(sort_name))
    return table(rows).html


def _name(batch: Batch, centre: pd.Series) -> str:
    """Name a group by the needs where it stands most apart from the mean of all."""
    labels = {need.id: need.label for need in batch.framework.needs}
    ranked = centre.sort_values()
    low = [labels[str(name)] for name in ranked.index[:_NAMED] if ranked[name] <= -_APART]
    high = [labels[str(name)] for name in ranked.index[::-1][:_NAMED] if ranked[name] >= _APART]
    said = []
    if high:
        said.append(f"plus haut que la moyenne sur {text.enumerate_words(high)}")
    if low:
        said.append(f"plus bas sur {text.enumerate_words(low)}")
    words = " ; ".join(said) or "proche de la moyenne partout"
    return words[:1].upper() + words[1:]
