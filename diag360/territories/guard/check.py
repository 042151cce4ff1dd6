"""Every rule of the guard, on every value."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.territories.guard.contradiction import contradicting_answer
from diag360.territories.guard.finding import Finding
from diag360.territories.guard.known import Known
from diag360.territories.guard.pairs import judge_pairs
from diag360.territories.guard.plausible import Plausible, plausible_sizes
from diag360.territories.guard.readings import Place
from diag360.territories.guard.slips import judge_number
from diag360.territories.guard.words import judge_word
from diag360.territories.guard.years import judge_year
from diag360.territories.perimeter import load_epci

Row = Mapping[str, Any]
_COLUMNS = ("territory", "indicator", "value", "number", "year", "comment", "cell", "line")


def check_values(
    rows: pd.DataFrame, *, catalogue: Catalogue, reference: pd.DataFrame | None, today: date
) -> list[Finding]:
    """Check values before they are scored.

    Parameters
    ----------
    rows : DataFrame
        Rows from :func:`diag360.read_values`; a column ``cell`` or ``line``, if any, is the place
        a finding names.
    catalogue : Catalogue
        Gives units, anchors and vocabularies.
    reference : DataFrame or None
        Open data of all territories, in the same shape: the distribution of each indicator, and
        the value of the same territory. Without it, the anchors speak alone.
    today : date
        Day of the check, for years.

    Returns
    -------
    list of Finding
        In the order of the rows, pairs last. A right value, even bad, has at most an ``info``.
    """
    judge = Judge(catalogue, reference, today, territories=set(rows["territory"]))
    findings: list[Finding] = []
    numbers: dict[tuple[str, str], Row] = {}
    columns = [name for name in _COLUMNS if name in rows]
    for cells in zip(*(rows[name].tolist() for name in columns), strict=True):
        row = dict(zip(columns, cells, strict=True))
        if row["indicator"] not in catalogue.indicators:
            continue
        on_value = judge.value(row)
        findings += on_value
        findings += judge.year(row)
        if not pd.isna(row["number"]) and all(f.severity == "info" for f in on_value):
            numbers[row["territory"], row["indicator"]] = row
    return [*findings, *judge_pairs(numbers)]


class Judge:
    """What rows are judged against, prepared once for some territories.

    Parameters
    ----------
    catalogue, reference, today
        As for :func:`check_values`.
    territories : set of str
        Those whose own open-data values are kept.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        reference: pd.DataFrame | None,
        today: date,
        *,
        territories: set[str],
    ) -> None:
        self._catalogue = catalogue
        self._today = today
        self._own: dict[tuple[str, str], tuple[str, float, Any]] = {}
        self._numbers: dict[str, np.ndarray[Any, np.dtype[np.float64]]] = {}
        if reference is not None:
            names = ["territory", "indicator", "value", "number", "year"]
            here = reference.loc[reference["territory"].isin(territories), names]
            for territory, indicator, value, number, year in here.itertuples(index=False):
                if value:
                    self._own[territory, indicator] = (value, number, year)
            given = reference.dropna(subset=["number"])
            self._numbers = {
                str(name): group.to_numpy(dtype=float)
                for name, group in given.groupby("indicator")["number"]
            }
        epci = load_epci()
        self._places = {
            str(siren): Place(float(population), int(communes))
            for siren, population, communes in zip(
                epci.index, epci["population"], epci["communes"], strict=True
            )
        }
        self._sizes: dict[str, Plausible] = {}

    def value(self, row: Row) -> list[Finding]:
        """What is to say of a value, at most one finding."""
        indicator = self._catalogue.indicators[row["indicator"]]
        unit = self._catalogue.unit(indicator.id)
        if finding := judge_word(row, indicator=indicator, unit=unit):
            return [finding]
        if not row["value"]:
            return []
        own = self._own.get((row["territory"], indicator.id))
        year = None if own is None or pd.isna(own[2]) else int(own[2])
        if unit is None:
            said = own and contradicting_answer(row, own=own[0], year=year)
            return [said] if said else []
        if indicator.id not in self._sizes:
            seen = self._numbers.get(indicator.id, np.array([]))
            self._sizes[indicator.id] = plausible_sizes(indicator, unit=unit, reference=seen)
        known = Known(
            indicator=indicator,
            unit=unit,
            plausible=self._sizes[indicator.id],
            place=self._places.get(row["territory"], Place()),
            own=None if own is None else own[1],
            own_year=year,
        )
        finding = judge_number(row, known=known)
        return [finding] if finding else []

    def year(self, row: Row) -> list[Finding]:
        """What is to say of a year, at most one finding."""
        indicator = self._catalogue.indicators[row["indicator"]]
        finding = judge_year(row, indicator=indicator, today=self._today)
        return [finding] if finding else []
