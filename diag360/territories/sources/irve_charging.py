"""Public charging stations for electric vehicles in 2026 (IRVE, Ministère des Transports).

Layout: a JSON object keyed by commune, or by postcode where the operator typed one. Its count of
charging points mixes sessions and sockets and cannot be used: stations are counted instead,
hence a proxy. A postcode is read as such only when no commune bears that number and all its
communes lie in one EPCI. The base is declared by operators: no station is not a 0.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    numbers,
    observations,
    population,
    read_keyed_json,
)
from diag360.territories.sources._geography import POSTCODES, epci_of, read_postcodes

ID = "irve_2026"
FILE = "irve_communes_2026.json"
FILES: tuple[str, ...] = (FILE, POSTCODES)


def _single_epci_postcodes(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    places = read_postcodes(folder)
    owner = epci_of(places["insee_com"], communes=communes)
    groups = owner.groupby(places["code_postal"])
    return groups.min().where(groups.min() == groups.max()).dropna()


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bi3_i08 [stations/1,000 inhabitants]."""
    frame = read_keyed_json(folder, name=FILE, columns=["stations"])
    owner = epci_of(frame["code"], communes=communes)
    by_postcode = _single_epci_postcodes(folder, communes=communes)
    owner = owner.where(owner.notna(), frame["code"].map(by_postcode))
    stations = numbers(frame["stations"], file=FILE).groupby(owner).sum()
    density = stations / population(communes).reindex(stations.index) * 1000
    return observations(density, indicator="bi3_i08", year=2026, source=ID, quality="proxy")
