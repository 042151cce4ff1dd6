"""Two campaigns of a territory compared, told in French: what changed, and because of what."""

import math

from diag360.documents import text
from diag360.scoring.campaigns import ChangeSplit


def tell_campaigns(change: ChangeSplit, *, territory: str) -> list[str]:
    """Tell the change of each need, split between the territory and the method.

    Parameters
    ----------
    change : ChangeSplit
        From :func:`diag360.scoring.campaigns.split_change`.
    territory : str
        Code of a territory of both campaigns.

    Returns
    -------
    list of str
        One line per need that has a score at both dates, then those that have one at one date
        only, then the old values the new catalogue cannot score.
    """
    label = {need.id: need.label for need in change.after.framework.needs}
    table = change.table[change.table["territory"] == territory]
    needs = table[table["indicator"] == ""].to_dict("records")
    lines = ["Scores de 0 à 100 : avant → après = territoire + méthode"]
    for row in needs:
        if math.isnan(row["total"]):
            continue
        parts = " + ".join(
            f"{what} {_points(row[key])}"
            for what, key in (("territoire", "territory_changed"), ("méthode", "method_changed"))
        )
        lines.append(
            f"  {label[row['need']]} : {text.score(row['before'])} → {text.score(row['after'])} "
            f"({_points(row['total'])} = {parts})"
        )
    if len(lines) == 1:
        lines.append("  aucun besoin n’a de score aux deux dates")
    once = [
        label[row["need"]] for row in needs if math.isnan(row["before"]) != math.isnan(row["after"])
    ]
    if once:
        lines.append(f"Connus à une date seulement : {text.enumerate_words(once)}.")
    lines += [
        f"  {row['indicator']}, « {row['value']} » ne peut être rescoré : {row['reason']}"
        for row in change.not_rescored.to_dict("records")
    ]
    return lines


def _points(change: float) -> str:
    return text.number(100 * change, decimals=1, signed=True)
