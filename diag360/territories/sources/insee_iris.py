"""One-person households, social housing, leaky dwellings, dependency, by EPCI.

Census of 2022 (INSEE) and energy certificates of 2024 (ADEME) at IRIS level, already summed by
EPCI with their own denominators (households, main homes, certified dwellings). Metropolitan
France only. The columns carry the workbook's drifting numbers: ``bv3_i06`` is social housing and
``bv3_i10`` the F and G certificates. ``be2_i04`` is in percent, the other two in fractions.
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

ID = "insee_iris_2022"
FILE = "iris2022_agrege_epci.csv"
FILES: tuple[str, ...] = (FILE,)
# indicator, published column, percent, year
_SHARES = (
    ("be2_i04", "be2_i04", True, 2022),
    ("bv3_i07", "bv3_i06", False, 2022),
    ("bv3_i11", "bv3_i10", False, 2024),
)
_DEPENDENCY = "bi1_i07~"


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of be2_i04, bv3_i07, bv3_i11 [fractions] and bi1_i07 [per 100], a proxy."""
    columns = ["siren", _DEPENDENCY, *(column for _, column, _, _ in _SHARES)]
    frame = read_text_table(folder, name=FILE, columns=columns)
    table = by_siren(frame, code="siren", communes=communes)
    parts = [
        observations(
            shares(numbers(table[column], file=FILE), file=FILE, percent=percent),
            indicator=indicator,
            year=year,
            source=ID,
        )
        for indicator, column, percent, year in _SHARES
    ]
    dependency = numbers(table[_DEPENDENCY], file=FILE)
    parts.append(
        observations(dependency, indicator="bi1_i07", year=2022, source=ID, quality="proxy")
    )
    return pd.concat(parts, ignore_index=True)
