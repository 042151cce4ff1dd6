"""Values and ratings of a territory in a few words: what a note speaks of, seen on its day."""

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.vulnerability.prepare import Ratings


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
