"""The year of a value: in the future, old, or beyond the life of the indicator."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from diag360.catalogue.model import Indicator
from diag360.territories.guard import limits
from diag360.territories.guard.finding import Finding, found


def judge_year(row: Mapping[str, Any], *, indicator: Indicator, today: date) -> Finding | None:
    """Judge the year of a value.

    Parameters
    ----------
    row : mapping
        A row of values; ``year`` is the year observed.
    indicator : Indicator
        Its ``valid_until`` is the end of its life.
    today : date
        Day of the check.

    Returns
    -------
    Finding or None
        ``alerte`` for the future, ``info`` for an old year or an indicator past its life.
    """
    if not row["value"]:
        return None
    end = indicator.valid_until
    year = row.get("year")
    if year is None or pd.isna(year):
        year = None
    if year is not None and year > today.year:
        said = (
            f"année {int(year)} : elle n’est pas encore venue ; l’année d’observation est attendue"
        )
        return found(row, "annee", "alerte", said)
    if end is not None and (today > end or (year is not None and year > end.year)):
        said = f"l’indicateur n’est plus valable depuis le {end:%d/%m/%Y}"
        return found(row, "annee", "info", said)
    if year is not None and today.year - year > limits.OLD_YEARS:
        said = f"année {int(year)} : la valeur a plus de {limits.OLD_YEARS} ans"
        return found(row, "annee", "info", said)
    return None
