"""Which territories exist: intercommunalités on 1 January 2025, their communes and outlines."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from diag360.catalogue.remembered import Remembered
from diag360.errors import Fault, Refusal
from diag360.paths import data_dir

_TITLE = "Territoire refusé :"
_RARE, _ALIKE, _SHOWN = 8, 0.8, 5  # names with a word; likeness of two words; names proposed
_SHIPPED: Remembered[pd.DataFrame] = Remembered()


@dataclass(frozen=True, slots=True)
class Territory:
    """A perimeter and who lives in it.

    Parameters
    ----------
    siren : str
        Nine digits.
    name : str
        Name as published by the DGCL.
    nature : str
        CC, CA, CU, METRO or MET69.
    population : int
        Municipal population [inhabitants].
    communes : int
        Number of member communes.
    department, region : str
        Of the seat, by name.
    area : float
        Area [km²]; NaN when it is not known.
    members : tuple of str
        What a group is made of; empty for an intercommunalité.
    """

    siren: str
    name: str
    nature: str
    population: int
    communes: int
    department: str
    region: str
    area: float
    members: tuple[str, ...] = ()


def load_epci() -> pd.DataFrame:
    """Read every intercommunalité, one row each, indexed by siren."""
    path = data_dir() / "territories" / "epci.csv"
    return _SHIPPED.of(path, make=lambda: _read_epci(path)).copy(deep=False)


def _read_epci(path: Path) -> pd.DataFrame:
    text = {"siren": "str", "department": "str", "region": "str"}
    return pd.read_csv(path, dtype=text).set_index("siren")


def find_territory(query: str, *, epci: pd.DataFrame | None = None) -> Territory:
    """Find an intercommunalité by siren or by name, whatever the case and the accents.

    Parameters
    ----------
    query : str
        Siren, full name, or words of the name that only one territory has.
    epci : DataFrame, optional
        From :func:`load_epci`, when it is already at hand.

    Returns
    -------
    Territory
        The only one that answers to the query.

    Raises
    ------
    Refusal
        When none does, or several do; lists the nearest.
    """
    table = load_epci() if epci is None else epci
    if query.strip() in table.index:
        return _territory(query.strip(), table)
    names = table["name"].map(plain)
    wanted = plain(query)
    found = table.index[names == wanted] if wanted else table.index[:0]
    if len(found) == 0 and wanted:
        # Without its nature (« CC », « CA »…) a name is still unique for most territories.
        found = table.index[names.str.split(" ", n=1).str[1] == wanted]
    if len(found) == 0 and wanted:
        words = wanted.split()
        hit = np.array([all(word in name.split() for word in words) for name in names])
        found = table.index[hit]
    if len(found) == 1:
        return _territory(str(found[0]), table)
    if len(found) > 1:
        raise Refusal(_TITLE, [_fault(query, "désigne plusieurs territoires", found, table)])
    near = _near_names(wanted, list(names.unique()))
    near_codes = [str(code) for name in near for code in names.index[names == name]]
    near_codes = near_codes or _near_codes(query, table)
    raise Refusal(_TITLE, [_fault(query, "est inconnu", near_codes, table)])


def keep_territories(values: pd.DataFrame, *, asked: Sequence[str]) -> pd.DataFrame:
    """Keep the rows of some territories, given by code or by name.

    Parameters
    ----------
    values : DataFrame
        Rows with a ``territory`` column.
    asked : sequence of str
        Codes found in the rows, sirens or names.

    Returns
    -------
    DataFrame
        Rows of these territories, in their order.

    Raises
    ------
    Refusal
        When one is unknown, ambiguous or has no row; all of them are named.
    """
    epci = load_epci()
    present = set(values["territory"])
    codes: list[str] = []
    faults: list[Fault] = []
    for query in asked:
        if query in present:
            codes.append(query)
            continue
        try:
            place = find_territory(query, epci=epci)
        except Refusal as refusal:
            faults += refusal.faults
            continue
        codes.append(place.siren)
        if place.siren not in present:
            problem = f"aucune valeur pour {place.name} ({place.siren})"
            faults.append(Fault(f"« {query} »", "", problem, "ajouter ses lignes au fichier"))
    if faults:
        raise Refusal(_TITLE, faults)
    return values[values["territory"].isin(codes)]


def _near_names(wanted: str, names: list[str]) -> list[str]:
    """Names that have a rare word of what is looked for, or nearly; then those that look like it.

    As a whole, « cc de rennes » looks like « cc de yenne » more than « rennes metropole ».
    """
    holders: dict[str, list[str]] = {}
    for name in names:
        for word in set(name.split()):
            holders.setdefault(word, []).append(name)
    rare = [word for word, those in holders.items() if len(those) <= _RARE]
    points: dict[str, float] = dict.fromkeys(names, 0.0)
    telling = {
        word for word in wanted.split() if len(word) > 3 and len(holders.get(word, ())) <= _RARE
    }
    for word in telling:
        for near in get_close_matches(word, rare, n=3, cutoff=_ALIKE):
            for name in holders[near]:
                points[name] += SequenceMatcher(None, near, word).ratio()
    best = [name for name in sorted(names, key=lambda name: -points[name]) if points[name]]
    alike = get_close_matches(wanted, names, n=_SHOWN, cutoff=0.5)
    return list(dict.fromkeys([*best, *alike]))[:_SHOWN]


def _near_codes(query: str, table: pd.DataFrame) -> list[str]:
    return get_close_matches(query.strip(), [str(code) for code in table.index], n=3)


def _fault(query: str, problem: str, codes: Any, table: pd.DataFrame) -> Fault:
    listed = " ; ".join(f"{table.loc[code, 'name']} ({code})" for code in list(codes)[:8])
    more = f" ; et {len(codes) - 8} autres" if len(codes) > 8 else ""
    remedy = (
        f"donner un de ces Siren : {listed}{more}" if listed else "voir : diag360 list territories"
    )
    return Fault(f"« {query} »", "", problem, remedy)


def plain(text: str) -> str:
    """Return a name without case, accents or punctuation, for comparing."""
    text = text.casefold().replace("œ", "oe").replace("æ", "ae")
    letters = unicodedata.normalize("NFKD", text)
    kept = (c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def _territory(siren: str, table: pd.DataFrame) -> Territory:
    row = table.loc[siren].to_dict()
    return Territory(
        siren=siren,
        name=str(row["name"]),
        nature=str(row["nature"]),
        population=int(row["population"]),
        communes=int(row["communes"]),
        department=str(row["department_name"]),
        region=str(row["region_name"]),
        area=float(row["area_km2"]),
    )
