"""Tables of a batch: the actions that come first most often, and what is known."""

import pandas as pd

from diag360.documents import text
from diag360.documents.action_lines import EFFORTS, gain_text
from diag360.documents.batch.results.fields import FIRST
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.figures.fragments import Fragment, say, table

MOSTLY = 0.9  # share from which an action is said to be almost always unknown
_SHOWN = 10
_IGNORED = (
    "Presque aucun territoire n’a encore dit où il en est de ces actions : la liste dit autant ce "
    "que l’on ignore que ce qu’il faut faire. Les vérifier est la première des actions."
)


def first_actions(batch: Batch) -> Fragment:
    """Count in how many territories each action is among the first ones.

    Parameters
    ----------
    batch : Batch
        Of one framework.

    Returns
    -------
    Fragment
        Table, the most frequent first; a sentence when no hazard is rated.
    """
    counted = count_actions(batch)
    if counted.empty:
        return say("Aucun aléa n’est coté : les actions ne peuvent pas être rangées.")
    catalogue, total = batch.catalogue, len(batch.places)
    labels = {need.id: need.label for need in batch.framework.needs}
    rows = [
        {
            "Action": catalogue.indicators[name].label,
            "Besoin": labels[need],
            f"Parmi les {FIRST} premières": f"{text.number(count)} sur {text.number(total)}",
            "À vérifier": text.share(unknown),
            "Gain médian": gain_text(gain),
            "Effort": EFFORTS[effort],
        }
        for name, need, effort, count, unknown, gain in counted.head(_SHOWN).itertuples(
            index=False, name=None
        )
    ]
    caption = (
        f"Actions le plus souvent parmi les {FIRST} qui éviteraient le plus. « À vérifier » : le "
        "territoire n’a pas dit où il en est, et le gain est alors un maximum. Gain en points "
        "d’effet : 100, c’est un besoin entier qui tient au lieu d’être perdu."
    )
    shown = table(pd.DataFrame(rows), caption=caption)
    if counted["unknown"].head(FIRST).median() >= MOSTLY:
        return Fragment(say(_IGNORED).html + shown.html)
    return shown


def count_actions(batch: Batch) -> pd.DataFrame:
    """Count the territories where each action is among the first, the most frequent first.

    Returns
    -------
    DataFrame
        Columns indicator, need, effort, count, unknown (share of these territories that
        do not say where they stand) and gain (median).
    """
    listed = batch.tables["actions"].assign(effort=lambda rows: rows["effort"].fillna(""))
    made = listed.groupby(["indicator", "need", "effort"], as_index=False).agg(
        count=("territory", "size"),
        unknown=("known", lambda known: 1.0 - known.astype(float).mean()),
        gain=("gain", "median"),
    )
    return made.sort_values(["count", "gain"], ascending=False, kind="stable", ignore_index=True)


def batch_coverage(batch: Batch) -> Fragment:
    """Say need by need in how many territories enough is known, the least known first.

    Parameters
    ----------
    batch : Batch
        Of one framework.

    Returns
    -------
    Fragment
        Table.
    """
    score, coverage = batch.wide("score"), batch.wide("coverage")
    known = score.notna().sum()
    median = coverage.median()
    needs = sorted(batch.framework.needs, key=lambda need: (known[need.id], median[need.id]))
    rows = [
        {
            "Besoin": need.label,
            "Territoires assez connus": f"{text.number(int(known[need.id]))} sur "
            f"{text.number(len(score))}",
            "Part connue (médiane)": text.share(float(median[need.id])),
            "Du moins au plus connu": _range(coverage[need.id]),
        }
        for need in needs
    ]
    floor = text.share(batch.catalogue.settings.coverage_floor)
    caption = f"Part connue du poids de chaque besoin ; il en faut {floor} pour un score."
    return table(pd.DataFrame(rows), caption=caption)


def _range(shares: pd.Series) -> str:
    low, high = (text.share(float(end)) for end in (shares.min(), shares.max()))
    return f"{low} partout" if low == high else f"de {low} à {high}"
