"""Share of jobs serving the people present, by EPCI (INSEE, employment of 2023).

Layout: a JSON list of records, one per EPCI of metropolitan France, plus France and the
territories of the Métropole du Grand Paris, which the perimeter leaves out. Percents.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    by_siren,
    check_columns,
    numbers,
    observations,
    read_json,
    shares,
)

ID = "insee_emploi_2023"
FILE = "economie_epci.json"
FILES: tuple[str, ...] = (FILE,)
_COLUMN = "eco_emp_pres_pct_23"


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bi1_i05 [fraction]."""
    frame = pd.DataFrame(read_json(folder, name=FILE))
    check_columns(frame, ["code", _COLUMN], FILE)
    table = by_siren(frame, code="code", communes=communes)
    present = shares(numbers(table[_COLUMN], file=FILE), file=FILE, percent=True)
    return observations(present, indicator="bi1_i05", year=2023, source=ID)
