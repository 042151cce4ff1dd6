"""Poverty, income ratio, vacancy and second homes by EPCI (INSEE, RP 2022 and Filosofi 2021).

Layout: one parquet row per EPCI of metropolitan France, plus France, Paris and the territories of
the Métropole du Grand Paris, which the perimeter leaves out. Percents; no row overseas.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    by_siren,
    numbers,
    observations,
    read_parquet,
    shares,
)

ID = "insee_rp_2022_filosofi_2021"
FILE = "logement_revenus_epci.parquet"
FILES: tuple[str, ...] = (FILE,)
_SHARES = (
    ("be2_i05", "rev_txpauv_21", 2021),
    ("bv3_i08", "log_vac_pct_22", 2022),
    ("bv3_i06", "log_ressec_pct_22", 2022),
)
_INCOME_RATIO = "rev_ird9d1_21"


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of be2_i05, bv3_i08, bv3_i06 [fractions] and be2_i13 [ratio]."""
    columns = ["code", _INCOME_RATIO, *(column for _, column, _ in _SHARES)]
    table = by_siren(
        read_parquet(folder, name=FILE, columns=columns), code="code", communes=communes
    )
    parts = [
        observations(
            shares(numbers(table[column], file=FILE), file=FILE, percent=True),
            indicator=indicator,
            year=year,
            source=ID,
        )
        for indicator, column, year in _SHARES
    ]
    income = numbers(table[_INCOME_RATIO], file=FILE)
    parts.append(observations(income, indicator="be2_i13", year=2021, source=ID))
    return pd.concat(parts, ignore_index=True)
