"""Tables of what turns over: thresholds, withdrawals, duplicates, repeated questions."""

from collections.abc import Sequence

import pandas as pd

from diag360.challenge.flip_report import Flip, FlipReport
from diag360.challenge.leave_one_out import LeaveOneOut
from diag360.challenge.redundancy import Redundancy, Repeated
from diag360.documents import text
from diag360.documents.figures.fragments import Fragment, render, say, table
from diag360.documents.figures.laboratory.sensitivity_sentences import (
    NO_ANCHOR,
    NO_WEIGHT,
    capital,
    comparison_words,
    flip_sentence,
    flip_words,
    labels_of,
    redundancy_sentence,
    repeated_sentence,
)
from diag360.scoring.profile import NeedScore
from diag360.scoring.scores import Scores

SHOWN = 12  # rows printed
_FLAGS = {
    "doublon": "quasi-doublon",
    "contraire": "se contredisent",
    "etranger": "sans lien net",
}
_DONE = {
    "weakest": "les besoins les plus faibles ne sont plus les mêmes",
    "order": "l’ordre des besoins change",
    "level": "le besoin change de classe",
    "lost": "le besoin n’est plus déterminé",
    "gained": "le besoin devient déterminé",
}


def flip_table(report: FlipReport, *, scores: Scores, shown: int = SHOWN) -> Fragment:
    """Show what would turn over each comparison, the easiest first.

    Parameters
    ----------
    report : FlipReport
        Thresholds of a territory.
    scores : Scores
        Labels and units.
    shown : int
        Comparisons printed.

    Returns
    -------
    Fragment
        A sentence, then a table.
    """
    rows = [
        (
            capital(comparison_words(one, scores=scores)),
            capital(flip_words(one.by_weight, scores=scores, none=NO_WEIGHT)),
            capital(flip_words(one.by_anchor, scores=scores, none=NO_ANCHOR)),
        )
        for one in report.comparisons[:shown]
    ]
    left = [labels_of(scores)[need] for need in report.left_out]
    more = len(report.comparisons) - len(rows)
    notes = [
        f"{text.count(more, 'autre comparaison tient', 'autres comparaisons tiennent')} mieux."
        if more > 0
        else "",
        f"Sans moyenne arithmétique, donc sans seuil : {text.enumerate_words(left)}."
        if left
        else "",
    ]
    return render(
        "flips",
        sentence=flip_sentence(report),
        table=pd.DataFrame(
            rows,
            columns=["Ce qui se dit", "Il suffirait, pour un poids, de…", "Ou, pour un seuil, de…"],
        ),
        caption="Le plus petit changement d’un seul poids, ou d’un seul seuil, qui retourne "
        "chaque comparaison, arrondi ; le plus facile d’abord.",
        note=" ".join(note for note in notes if note),
    )


def levelling_table(
    flips: Sequence[Flip], *, scores: Scores, need: str, names: tuple[str, str]
) -> Fragment:
    """Show which weights would put two territories level on a need.

    Parameters
    ----------
    flips : sequence of Flip
        From :func:`diag360.challenge.flip_report.weights_levelling`.
    scores : Scores
        Labels.
    need : str
        Id.
    names : tuple of two str
        Names of the territories.

    Returns
    -------
    Fragment
        A table; a sentence when no weight alone does.
    """
    label = labels_of(scores)[need]
    if not flips:
        return say(
            f"Aucun poids seul ne met {names[0]} et {names[1]} à égalité pour « {label} » : leur "
            "ordre ne tient pas à la pondération d’un indicateur."
        )
    rows = [(capital(flip_words(one, scores=scores, none=NO_WEIGHT)),) for one in flips]
    return table(
        pd.DataFrame(rows, columns=["Il suffirait de…"]),
        caption=f"Ce qui mettrait {names[0]} et {names[1]} à égalité pour « {label} ».",
    )


def withdrawal_table(found: LeaveOneOut, *, scores: Scores, territory: str) -> Fragment:
    """Show which withdrawals change what is said of a territory.

    Parameters
    ----------
    found : LeaveOneOut
        Holding the territory.
    scores : Scores
        Labels and scores of today.
    territory : str
        Code.

    Returns
    -------
    Fragment
        A sentence, then a table of the withdrawals that change something.
    """
    own = found.of(territory)
    touched = own[own[list(_DONE)].any(axis=1)]
    order = touched["change"].abs().sort_values(ascending=False, kind="stable").index
    label = labels_of(scores)
    today = scores.needs.of(territory)
    rows = []
    for name in order:
        row = touched.loc[name]
        need = str(row["need"])
        said = [words for flag, words in _DONE.items() if row[flag]]
        kept = row["gained"] or (today[need].determined and not row["lost"])
        after = text.score(float(row["score"])) if kept else text.UNDETERMINED
        rows.append((
            scores.catalogue.indicators[str(name)].label, label[need],
            f"{_score(today[need])} → {after}",
            capital(" ; ".join(said)),
        ))  # fmt: skip
    count, trio = len(own), int(own["weakest"].sum())
    each = f"Retirer un indicateur parmi {text.number(count)}, chacun à son tour, "
    sentence = f"{each}ne change rien à l’ordre, aux classes ni à ce que l’on peut dire."
    if rows:
        listed = (
            f"change la liste des besoins les plus faibles {text.count(trio, 'fois', 'fois')}"
            if trio
            else "ne change jamais la liste des besoins les plus faibles"
        )
        times = text.count(len(rows), "fois", "fois")
        sentence = f"{each}{listed}, et change quelque chose {times} en tout."
    return render(
        "flips", sentence=sentence, note="",
        caption="Ce que dirait le profil sans un indicateur.",
        table=pd.DataFrame(
            rows, columns=["Indicateur retiré", "Besoin", "Score du besoin", "Ce qui change"]
        ),
    )  # fmt: skip


def _score(need: NeedScore) -> str:
    return text.score(need.score) if need.determined else text.UNDETERMINED


def withdrawal_nation(found: LeaveOneOut, *, scores: Scores, shown: int = SHOWN) -> Fragment:
    """Show the indicators whose withdrawal moves most over all territories."""
    told = found.summary()
    told = told[told["known"] > 0].sort_values("mean", ascending=False, kind="stable")
    label = labels_of(scores)
    total = len(found.change)
    return table(
        pd.DataFrame(
            [
                (
                    scores.catalogue.indicators[str(name)].label,
                    label[str(row["need"])],
                    text.number(100 * float(row["mean"]), decimals=1),
                    text.share(float(row["weakest"]) / total),
                    text.share(float(row["level"]) / total),
                    text.share(float(row["lost"]) / total),
                )
                for name, row in told.iloc[:shown].iterrows()
            ],
            columns=[
                "Indicateur retiré", "Besoin", "Écart moyen du score",
                "Les plus faibles changent", "La classe change", "N’est plus déterminé",
            ],
        ),
        caption=f"Sur {text.count(total, 'territoire')} : ce que fait le retrait de chaque "
        "indicateur, du plus fort au moins fort ; parts des territoires.",
    )  # fmt: skip


def redundancy_table(found: Redundancy, *, scores: Scores, shown: int = SHOWN) -> Fragment:
    """Show the pairs of indicators that are flagged, near-duplicates and contraries first.

    Parameters
    ----------
    found : Redundancy
        Correlations over territories.
    scores : Scores
        Labels.
    shown : int
        Pairs printed.

    Returns
    -------
    Fragment
        A sentence, then a table.
    """
    asked = int((scores.weights > 0).sum())
    label = {name: one.label for name, one in scores.catalogue.indicators.items()}
    need = labels_of(scores)
    first = found.pairs["flag"].map(list(_FLAGS).index)
    # What goes together comes from the closest; what does not, from the most apart.
    closeness = found.pairs["correlation"].abs()
    told = closeness.where(found.pairs["flag"] == "etranger", -closeness)
    pairs = found.pairs.assign(first_rank=first, told=told).sort_values(
        ["first_rank", "told"], kind="stable"
    )
    rows = [
        (
            label[row["first"]], label[row["second"]],
            need[scores.need_of[row["first"]]] if row["same_need"] else "deux besoins",
            text.number(float(row["correlation"]), decimals=2, signed=True),
            text.number(int(row["common"])), _FLAGS[row["flag"]],
        )
        for _, row in pairs.iloc[:shown].iterrows()
    ]  # fmt: skip
    groups = [" ; ".join(f"« {label[name]} »" for name in cluster) for cluster in found.clusters]
    return render(
        "flips",
        sentence=redundancy_sentence(found, asked=asked),
        table=pd.DataFrame(
            rows,
            columns=["Indicateur", "Avec", "Besoin", "Corrélation", "Territoires", "Lecture"],
        ),
        caption="Paires signalées : au-dessus de 0,92, presque le même signal ; sous −0,4 dans un "
        "même besoin, deux signaux qui s’annulent ; entre −0,4 et 0,3, deux choses différentes "
        "sous un même nom.",
        note=f"Groupes de quasi-doublons : {' / '.join(groups)}." if groups else "",
    )


def repeated_table(repeated: Sequence[Repeated], *, scores: Scores) -> Fragment:
    """Show the questions asked word for word in several needs."""
    rows = [
        (
            one.label,
            text.number(len(one.indicators)),
            text.number(one.needs),
            text.share(one.share),
            f"{text.share(float(one.weights.min()))} à {text.share(float(one.weights.max()))}",
        )
        for one in repeated
    ]
    return render(
        "flips",
        sentence=repeated_sentence(repeated),
        table=pd.DataFrame(
            rows,
            columns=["Question", "Fois", "Besoins", "Part des indicateurs", "Poids dans un besoin"],
        ),
        caption=f"Questions posées plusieurs fois mot pour mot, cadre {scores.framework.label}.",
        note="",
    )
