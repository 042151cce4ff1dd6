"""Overcrowded dwellings by EPCI in 2021 (Observatoire des territoires, ANCT).

Layout: two lines of title before the header, semicolons, percents rounded to the unit, a phrase
where there is no result (Mayotte). The Métropole du Grand Paris is only published by territory:
its share is estimated from them, weighted by population.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    by_siren,
    numbers,
    observations,
    read_text_table,
    shares,
    weighted_mean,
)
from diag360.territories.sources.dgcl_perimeter import FILE as MEMBERS
from diag360.territories.sources.dgcl_perimeter import read_paris_territories

ID = "obs_territoires_suroccupation_2021"
FILE = "suroccupation_epci_2021.csv"
FILES: tuple[str, ...] = (FILE, MEMBERS)
PARIS = "200054781"
_COLUMN = "Part des logements sur-occupés hors studios d'une seule personne 2021"


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bv3_i04 [fraction]."""
    frame = read_text_table(folder, name=FILE, columns=["Code", _COLUMN], sep=";", skip=2)
    frame = frame.assign(share=numbers(frame[_COLUMN], file=FILE))
    table = by_siren(frame, code="Code", communes=communes)
    published = shares(table["share"], file=FILE, percent=True)
    parts = [observations(published, indicator="bv3_i04", year=2021, source=ID)]

    people = read_paris_territories(folder)
    territories = frame.set_index("Code")["share"].reindex(people.index)
    if PARIS not in published.index and not territories.dropna().empty:
        everyone = pd.Series(PARIS, index=people.index)
        mean = weighted_mean(territories, weights=people, by=everyone)
        estimate = shares(mean, file=FILE, percent=True)
        parts.append(
            observations(estimate, indicator="bv3_i04", year=2021, source=ID, status="estime")
        )
    return pd.concat(parts, ignore_index=True)
