"""Draws of one territory → figures and the paragraph that says how firm conclusions are."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.french import space
from diag360.challenge.draws.rank_statistics import Ranking
from diag360.challenge.robustness import BORDERS, Robustness
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, render, say
from diag360.documents.figures.laboratory import uncertainty_drawing as draw
from diag360.documents.figures.laboratory import uncertainty_sentences as words

Array = npt.NDArray[np.float64]
_NONE = "Aucun besoin n’est assez connu pour que son score soit tiré."
_NO_HAZARD = space("Aucun aléa n’est coté : il n’y a pas d’ordre à éprouver.")
SHOWN = 6  # curves of the convergence


def firmness(robust: Robustness) -> Fragment:
    """Say in plain words what of the conclusions still holds when the assumptions move.

    Parameters
    ----------
    robust : Robustness
        From :func:`diag360.challenge.robustness.robustness`.

    Returns
    -------
    Fragment
        One sentence by conclusion, the rule of the words, what was left out.
    """
    said = [
        *words.need_sentences(robust), words.set_sentence(robust), words.hazard_sentence(robust),
    ]  # fmt: skip
    return render(
        "firmness",
        moved=words.moved_sentence(robust),
        nothing=words.undetermined_sentence(robust),
        sentences=[one for one in said if one],
        left_out=words.left_out_sentence(robust),
        rule=words.RULE,
        settled=words.settled_sentence(robust),
    )


def need_fan(robust: Robustness) -> Fragment:
    """Draw the interval of each need over the draws, the weakest first, and its score of today.

    Parameters
    ----------
    robust : Robustness
        Draws of one territory.

    Returns
    -------
    Fragment
        Image with its text alternative and the table of its numbers.
    """
    needs, labels = robust.needs, words.labels_of(robust)
    if not needs.names:
        return say(_NONE)
    order = [int(at) for at in np.argsort(needs.quantiles[2], kind="stable")]
    low, _, median, _, high = needs.quantiles
    figure = draw.fan(
        [labels[needs.names[at]] for at in order],
        quantiles=needs.quantiles[:, order],
        nominal=needs.nominal[order],
    )
    among = words.among_words(needs.k)
    wide = order[int(np.argmax((high - low)[order]))]
    return drawing.as_image(
        figure,
        alt=space(
            f"Intervalle du score de {text.count(len(order), 'besoin')} sur "
            f"{text.number(robust.draws)} tirages. Le plus faible en son milieu est "
            f"« {labels[needs.names[order[0]]]} », "
            f"{text.score(float(median[order[0]]))} sur 100 ; le moins sûr est "
            f"« {labels[needs.names[wide]]} », "
            f"{text.interval(float(low[wide]), float(high[wide]))}."
        ),
        caption=space(
            "Barre claire : neuf tirages sur dix. Barre foncée : un tirage sur deux. Trait : le "
            "milieu des tirages. Rond : le score d’aujourd’hui ; sans rond, le besoin est "
            "indéterminé."
        ),
        table=pd.DataFrame(
            {
                "Besoin": [labels[needs.names[at]] for at in order],
                "Aujourd’hui": [_today(float(needs.nominal[at])) for at in order],
                "Milieu des tirages": [text.score(float(median[at])) for at in order],
                "Neuf tirages sur dix": [
                    text.interval(float(low[at]), float(high[at])) for at in order
                ],
                among[:1].upper() + among[1:]: [
                    words.share_words(float(needs.first[at]), draws=robust.draws) for at in order
                ],
            }
        ),
    )  # fmt: skip


def need_ranks(robust: Robustness) -> Fragment:
    """Draw how often each need takes each rank in the profile, rank 1 being the weakest."""
    if not robust.needs.names:
        return say(_NONE)
    return _ranks(robust, robust.needs, heading="Besoin", first="le plus faible")


def hazard_ranks(robust: Robustness) -> Fragment:
    """Draw how often each hazard takes each rank, rank 1 being the heaviest over all needs."""
    if not robust.hazards.names:
        return say(_NO_HAZARD)
    return _ranks(robust, robust.hazards, heading="Aléa", first="le plus lourd")


def class_shares(robust: Robustness) -> Fragment:
    """Draw in which class of score each need falls, over the draws."""
    needs, labels = robust.needs, words.labels_of(robust)
    if not needs.names:
        return say(_NONE)
    order = [int(at) for at in np.argsort(needs.quantiles[2], kind="stable")]
    ends = [0.0, *BORDERS, 1.0]
    names = [f"{text.score(a)} à {text.score(b)}" for a, b in pairwise(ends)]
    shares = robust.classes[order]
    figure = draw.stacked([labels[needs.names[at]] for at in order], shares=shares, names=names)
    sure = int((robust.classes.max(axis=1) >= words.SOLID).sum())
    cells = {
        name: [words.share_words(float(share), draws=robust.draws) for share in shares[:, at]]
        for at, name in enumerate(names)
    }
    return drawing.as_image(
        figure,
        alt=space(
            f"Classe de score de chaque besoin sur {text.number(robust.draws)} tirages : "
            f"{text.count(sure, 'besoin')} sur {len(order)} "
            f"{'reste' if sure < 2 else 'restent'} dans la même classe dans au moins "
            f"{text.share(words.SOLID)} des tirages."
        ),
        caption="Chaque barre partage les tirages d’un besoin entre cinq classes de score.",
        table=pd.DataFrame({"Besoin": [labels[needs.names[at]] for at in order], **cells}),
    )


def convergence(robust: Robustness) -> Fragment:
    """Draw the share of draws that put each need among the weakest, as draws add up."""
    needs, labels = robust.needs, words.labels_of(robust)
    if not needs.names:
        return say(_NONE)
    kept = [int(at) for at in np.argsort(-needs.first, kind="stable")[:SHOWN]]
    names = [labels[needs.names[at]] for at in kept]
    figure = draw.curves(
        names, at=needs.steps, running=needs.running[:, kept], error=needs.error[:, kept]
    )
    return drawing.as_image(
        figure,
        alt=space(
            f"Part des tirages où un besoin est {words.among_words(needs.k)}, à mesure "
            f"que les tirages s’ajoutent. {words.settled_sentence(robust)}"
        ),
        caption=space(
            "Bande : deux erreurs types de part et d’autre. Une courbe devenue plate n’a plus "
            "besoin de tirages."
        ),
        table=pd.DataFrame(
            {"Tirages": [text.number(float(at)) for at in needs.steps]}
            | {
                name: [text.share(float(share)) for share in needs.running[:, at]]
                for name, at in zip(names, kept, strict=True)
            }
        ),
    )


def _ranks(robust: Robustness, found: Ranking, *, heading: str, first: str) -> Fragment:
    labels = words.labels_of(robust)
    order = list(found.order)
    names = [labels[found.names[at]] for at in order]
    figure = draw.rank_map(names, shares=found.ranks[order])
    top = order[int(np.argmax(found.ranks[order, 0]))]
    share = words.share_words(float(found.ranks[top, 0]), draws=robust.draws)
    cells = {
        f"{text.number(at + 1)}": [
            words.share_words(float(found.ranks[row, at]), draws=robust.draws) for row in order
        ]
        for at in range(len(order))
    }
    return drawing.as_image(
        figure,
        alt=space(
            f"Part des tirages où chaque {heading.lower()} prend chaque rang. Le plus souvent au "
            f"premier rang ({first}) : « {labels[found.names[top]]} », dans "
            f"{share} des tirages."
        ),
        caption=space(
            f"Colonne 1 : {first}. Nombre : part des tirages, en %, à partir de 5. Une ligne "
            "ramassée dit un rang sûr, une ligne étalée un rang qui ne l’est pas."
        ),
        table=pd.DataFrame({heading: names, **cells}),
        wide=True,
    )  # fmt: skip


def _today(score: float) -> str:
    return text.UNDETERMINED if np.isnan(score) else text.score(score)
