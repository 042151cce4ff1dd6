"""Values of several territories become those of the territory they make together.

Rates go through their denominators, never through a mean of scores. What cannot be recombined
(answers that differ, too few members known) stays empty and says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.territories import ratios
from diag360.territories.combination import Combination, Members
from diag360.territories.denominators import Denominators, load_communes, load_denominators
from diag360.territories.groups import Group
from diag360.territories.values import OPTIONAL, REQUIRED

DETAIL = (
    *("territory", "member", "name", "indicator", "value", "number", "status", "year", "level"),
    *("quality", "source", "comment", "inherited", "denominator", "weight", "share"),
)


@dataclass(frozen=True, slots=True)
class Recombined:
    """Values of a group, and what they were made of.

    Parameters
    ----------
    rows : DataFrame
        As :func:`diag360.read_values` gives them, the group as territory; ``comment`` says over
        what each value was recombined and what lacks.
    detail : DataFrame
        One row per member and indicator that has a row: ``territory`` (the group), ``member``,
        ``name``, ``indicator``, ``value``, ``number`` [unit of the indicator], ``status``,
        ``year``, ``level``, ``quality``, ``source``, ``comment``, ``inherited`` (value of the
        intercommunalité, taken for one of its communes), ``denominator`` (id, empty where none
        was used), ``weight`` (its count) and ``share`` (of the known counts, in [0, 1]).
    """

    rows: pd.DataFrame
    detail: pd.DataFrame


def recombine(
    rows: pd.DataFrame,
    *,
    group: Group,
    catalogue: Catalogue,
    denominators: Denominators | None = None,
) -> Recombined:
    """Recombine the values of the members of a group.

    Parameters
    ----------
    rows : DataFrame
        Rows from :func:`diag360.read_values`, of the members and of any other territory. A
        commune that has no row of its own for a rate or an answer takes that of its
        intercommunalité, as a proxy; communes that make a whole intercommunalité and have no row
        of their own are that intercommunalité.
    group : Group
        Members of the territory.
    catalogue : Catalogue
        Indicators of the rows.
    denominators : Denominators, optional
        Counts of every member and rules; read from the shipped files when left out.

    Returns
    -------
    Recombined
        One row per indicator that at least one member has a row for.

    Raises
    ------
    ValueError
        When a member has no row in the denominators.
    """
    members = _whole_epci(group.members, with_rows=set(rows["territory"].unique()))
    if denominators is None:
        communes = [code for code in members if len(code) == 5]
        denominators = load_denominators(communes=communes)
    if absent := [code for code in members if code not in denominators.table.index]:
        msg = f"no denominator for {', '.join(absent)}"
        raise ValueError(msg)
    own = rows[rows["territory"].isin(members)].assign(inherited=False)
    inherited = _inherited(rows, own, members=members, denominators=denominators)
    known = pd.concat([own, inherited], ignore_index=True) if len(inherited) else own
    made: list[dict[str, object]] = []
    used_by = np.full(len(known), "", dtype=object)
    weights, shares = np.full((2, len(known)), np.nan)
    at = pd.Index(members).get_indexer(pd.Index(known["territory"]))
    cells = {name: known[name].to_numpy(dtype=object) for name in known.columns}
    everyone = _members(members, denominators)
    for name, rows_of in known.groupby("indicator", sort=False).indices.items():
        indicator = str(name)
        one = Combination(
            indicator,
            cells={column: values[rows_of] for column, values in cells.items()},
            at=at[rows_of],
            members=everyone,
            unit=catalogue.unit(indicator),
        )
        made.append({"territory": group.code, "indicator": indicator, **one.row()})
        if one.by:
            counted = one.weights[at[rows_of]]
            used_by[rows_of], weights[rows_of] = one.by, counted
            shares[rows_of[one.used]] = ratios.shares(counted[one.used])
    table = pd.DataFrame(made, columns=[*REQUIRED, *OPTIONAL, "number"])
    table["year"] = table["year"].astype("Int64")
    table["number"] = table["number"].astype(float)
    names = denominators.names
    detail = known.assign(
        member=known["territory"],
        territory=group.code,
        name=[names.get(code, code) for code in known["territory"]],
        denominator=used_by,
        weight=weights,
        share=shares,
    )
    order = pd.factorize(detail["indicator"])[0].argsort(kind="stable")
    return Recombined(table, detail[list(DETAIL)].iloc[order].reset_index(drop=True))


def _members(codes: Sequence[str], denominators: Denominators) -> Members:
    counts = denominators.table.loc[list(codes)]
    return Members(
        names=[denominators.names.get(code, code) for code in codes],
        counts={str(name): counts[name].to_numpy(dtype=np.float64) for name in counts.columns},
        shared_out=np.array([code in denominators.shared_out for code in codes], dtype=bool),
        denominators=denominators,
    )


def _whole_epci(members: Sequence[str], *, with_rows: set[str]) -> tuple[str, ...]:
    """Put an intercommunalité in the place of its communes when all are there, without rows."""
    listed = [code for code in members if len(code) == 5 and code not in with_rows]
    if not listed:
        return tuple(members)
    communes = load_communes()
    size = communes.groupby("siren").size()
    owner = communes["siren"].reindex(listed).dropna()
    counts = owner.value_counts()
    whole = set(counts.index[counts == size.reindex(counts.index)])
    swapped = {code: siren for code, siren in owner.items() if siren in whole}
    return tuple(dict.fromkeys(swapped.get(code, code) for code in members))


def _inherited(
    rows: pd.DataFrame,
    own: pd.DataFrame,
    *,
    members: Sequence[str],
    denominators: Denominators,
) -> pd.DataFrame:
    """Rows of the intercommunalité of each commune that has none; never a count."""
    listed = [code for code in members if len(code) == 5]
    if not listed:
        return rows.iloc[:0]
    owner = load_communes()["siren"].reindex(listed).dropna().rename("owner")
    ratio = [name for name, rule in denominators.rules.items() if rule.rule != "ratio"]
    above = rows[rows["territory"].isin(owner) & ~rows["indicator"].isin(ratio)]
    pairs = owner.rename_axis("commune").reset_index()
    taken = pairs.merge(above, left_on="owner", right_on="territory")
    keys = pd.MultiIndex.from_frame(own[["territory", "indicator"]])
    here = pd.MultiIndex.from_frame(taken[["commune", "indicator"]])
    taken = taken[~here.isin(keys)]
    valued = taken["value"] != ""
    names = taken["owner"].map(denominators.names).fillna(taken["owner"])
    return taken.assign(
        territory=taken["commune"],
        status=taken["status"].where(~valued, "estime"),
        quality="proxy",
        comment="valeur de " + names,
        inherited=True,
    )[[*own.columns]]
