"""Young people neither in work nor in training, by EPCI in 2018 (Observatoire des territoires).

Layout: semicolons, decimal commas, three years a territory in rows (2008, 2013, 2018); a few
EPCI founded since are missing, as are the figures of Mayotte. Percents.
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

ID = "obs_territoires_jeunes_non_inseres_2018"
FILE = "jeunes_non_inseres_epci_2018.csv"
FILES: tuple[str, ...] = (FILE,)
YEAR = 2018


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of be2_i06 [fraction]."""
    columns = ["codgeo", "an", "part_non_inseres"]
    frame = read_text_table(folder, name=FILE, columns=columns, sep=";")
    frame = frame[frame["an"] == str(YEAR)]
    table = by_siren(frame, code="codgeo", communes=communes)
    idle = shares(numbers(table["part_non_inseres"], file=FILE), file=FILE, percent=True)
    return observations(idle, indicator="be2_i06", year=YEAR, source=ID)
