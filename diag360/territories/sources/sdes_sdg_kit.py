"""Sustainable development indicators by EPCI, kit of 2018 (INSEE and SDES).

Layout: semicolons, ``NA``, percents, perimeter of 2018, one line misquoted. Each column has its
own year. Natura 2000 sites are one kind of protected area among others, and the weight of the
social economy is counted in salaried jobs, not in all jobs: both are proxies.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    by_siren,
    numbers,
    observations,
    read_text_table,
    shares,
)

ID = "insee_sdes_odd_2018"
FILE = "odd_epci_2018.csv"
FILES: tuple[str, ...] = (FILE,)
# indicator, published column, year observed, quality
_COLUMNS = (
    ("bi3_i07", "I_23_02_2", 2014, "exact"),
    ("bi1_i08", "I_13_01_1", 2015, "proxy"),
    ("be3_i04", "I_22_04_3", 2017, "proxy"),
)


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bi3_i07, bi1_i08 and be3_i04 [fractions]."""
    columns = ["CodeZone", *(column for _, column, _, _ in _COLUMNS)]
    frame = read_text_table(folder, name=FILE, columns=columns, sep=";", quotes=False)
    table = by_siren(frame, code="CodeZone", communes=communes)
    parts = [
        observations(
            shares(numbers(table[column], file=FILE), file=FILE, percent=True),
            indicator=indicator,
            year=year,
            source=ID,
            quality=quality,
        )
        for indicator, column, year, quality in _COLUMNS
    ]
    return pd.concat(parts, ignore_index=True)
