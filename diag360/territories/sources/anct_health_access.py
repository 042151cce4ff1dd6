"""Share of each commune's people far from everyday care in 2023 (ANCT).

Layout: a JSON object keyed by commune, percents, null where unknown (Mayotte, a few very small
communes). The EPCI share weighs its communes by population.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    numbers,
    observations,
    read_keyed_json,
    shares,
    weighted_mean,
)
from diag360.territories.sources._geography import epci_of, fold

ID = "anct_acces_soins_2023"
FILE = "acces_soins_communes_2023.json"
FILES: tuple[str, ...] = (FILE,)
_COLUMN = "healthDistantSharePercent"


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bv4_i04 [fraction]."""
    frame = read_keyed_json(folder, name=FILE, columns=[_COLUMN])
    people = fold(frame["code"]).map(communes.set_index("code")["population"])
    owner = epci_of(frame["code"], communes=communes)
    distant = weighted_mean(numbers(frame[_COLUMN], file=FILE), weights=people, by=owner)
    far = shares(distant.rename(_COLUMN), file=FILE, percent=True)
    return observations(far, indicator="bv4_i04", year=2023, source=ID)
