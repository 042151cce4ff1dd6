"""Values and ratings of a territory in a few words: what a note speaks of, seen on its day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.target import parse_target
from diag360.documents import text
from diag360.errors import Refusal
from diag360.territories.places import find_place
from diag360.territories.values import read_values
from diag360.vulnerability.prepare import Ratings, prepare_ratings


@dataclass(frozen=True, slots=True)
class Said:
    """Values by indicator and ratings by hazard of one territory, as documents print them."""

    values: Mapping[str, str] = field(default_factory=dict)
    ratings: Mapping[str, str] = field(default_factory=dict)


def said_in_public(notes: Iterable[Note], *, catalogue: Catalogue) -> dict[str, Said]:
    """Tell what public statistics say of the territories whose values or ratings notes speak of.

    Parameters
    ----------
    notes : iterable of Note
        Those that kept no state of their target need nothing.
    catalogue : Catalogue
        Indicators and hazards.

    Returns
    -------
    dict of str to Said
        By code of territory; values are read once, ratings once by territory that needs them. One
        that nobody knows (a group made elsewhere) has neither.
    """
    needed: dict[str, set[str]] = {"valeur": set(), "cotation": set()}
    for note in notes:
        target = parse_target(note.target)
        if target and target.kind in needed and note.state and target.kind in note.state.said:
            needed[target.kind].add(target.territory)
    values = {}
    if needed["valeur"]:
        rows = read_values(catalogue=catalogue)
        asked = rows[rows["territory"].isin(needed["valeur"])]
        values = {
            str(code): said_values(own, catalogue=catalogue)
            for code, own in asked.groupby("territory")
        }
    ratings = {code: _ratings_of(code, catalogue) for code in sorted(needed["cotation"])}
    codes = dict.fromkeys([*values, *ratings])
    return {code: Said(values.get(code, {}), ratings.get(code, {})) for code in codes}


def _ratings_of(code: str, catalogue: Catalogue) -> dict[str, str]:
    try:
        return said_ratings(prepare_ratings(place=find_place(code), catalogue=catalogue))
    except Refusal:
        return {}


def said_values(rows: pd.DataFrame | None, *, catalogue: Catalogue) -> dict[str, str]:
    """Tell the values of a territory, as its document prints them.

    Parameters
    ----------
    rows : DataFrame, optional
        Values of one territory (:func:`diag360.prepare_values`).
    catalogue : Catalogue
        Units.

    Returns
    -------
    dict of str to str
        By indicator; one without value, or that the catalogue does not know, is left out.
    """
    if rows is None or rows.empty:
        return {}
    told = zip(rows["indicator"], rows["value"], rows["number"], strict=True)
    return {
        str(name): text.value_text(
            catalogue.indicators[name],
            raw=str(raw),
            amount=float(amount),
            unit=catalogue.unit(name),
        )
        for name, raw, amount in told
        if raw and name in catalogue.indicators
    }


def said_ratings(ratings: Ratings | None) -> dict[str, str]:
    """Tell the ratings of a territory, as they count.

    Parameters
    ----------
    ratings : Ratings, optional
        Of one territory (:func:`diag360.prepare_ratings`).

    Returns
    -------
    dict of str to str
        By hazard: likelihood or level, then intensity or trend, each low, central and high.
    """
    if ratings is None:
        return {}
    return {
        hazard: " et ".join("–".join(str(level) for level in levels) for levels in one.levels)
        for hazard, one in ratings.ratings.items()
    }
