"""Trends of population and employment, weight of large establishments (INSEE).

Layout: the communes of 2024 with their populations of 2015 and 2021, 0 where unknown (Mayotte);
a JSON list of records by EPCI of metropolitan France, percents and percents a year. The
establishments called large are, from the national share printed in the file (41.5 %), those of
100 employees or more, public ones included.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources import insee_economy
from diag360.territories.sources._common import (
    by_siren,
    check_columns,
    numbers,
    read_json,
    read_text_table,
    shares,
)
from diag360.territories.sources._geography import POSTCODES, epci_of
from diag360.territories.sources.exposure_rows import proxy_rows

FILES: tuple[str, ...] = (POSTCODES, insee_economy.FILE)
FIRST, LAST = 2015, 2021
_LARGE, _TREND = "eco_eff_grandes_pct_23", "eco_emp_vtcam_1622"


def population_trend(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    """Mean annual rate of change of the population from 2015 to 2021 [fraction/year]."""
    columns = [f"population_{year}" for year in (FIRST, LAST)]
    keys = ["insee_com", "commune_type"]
    frame = read_text_table(folder, name=POSTCODES, columns=[*keys, *columns])
    frame = frame[frame["commune_type"] != "COMD"].drop_duplicates("insee_com")
    people = pd.DataFrame({name: numbers(frame[name], file=POSTCODES) for name in columns})
    known = people.gt(0).all(axis=1)
    owner = epci_of(frame["insee_com"], communes=communes)
    before, after = (people[name][known].groupby(owner[known]).sum() for name in columns)
    return (after / before) ** (1 / (LAST - FIRST)) - 1


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Shares of jobs [fraction] and annual rates of change [fraction/year] by EPCI."""
    file = insee_economy.FILE
    frame = pd.DataFrame(read_json(folder, name=file))
    check_columns(frame, ["code", _LARGE, _TREND], file)
    table = by_siren(frame, code="code", communes=communes)
    large = shares(numbers(table[_LARGE], file=file), file=file, percent=True)
    jobs = numbers(table[_TREND], file=file) / 100
    people = population_trend(folder, communes=communes)
    source = insee_economy.ID
    return pd.concat(
        [
            proxy_rows(large, proxy="share_jobs_large", year=2023, source=source),
            proxy_rows(jobs, proxy="employment_trend", year=2022, source=source),
            proxy_rows(
                people,
                proxy="population_trend",
                year=LAST,
                source="communes_codes_postaux_2024",
                level="commune",
            ),
        ],
        ignore_index=True,
    )
