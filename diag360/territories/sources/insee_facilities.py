"""Facilities of every commune in 2024 (INSEE, Base permanente des équipements).

Two files. One gives the number of facilities of each commune (its split by domain is wrong and
unused). The other names health facilities, but most of its labels are shifted: only
``pharmacie`` (20,725, the published count) and ``urgences`` can be trusted. The base is
exhaustive: a commune it does not list has none, so 0 is a true 0.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    numbers,
    observations,
    population,
    read_keyed_json,
    read_parquet,
)
from diag360.territories.sources._geography import epci_of

ID_TOTAL = "insee_bpe_2024_total"
ID_HEALTH = "insee_bpe_2024_sante"
TOTAL = "bpe_total_communes_2024.json"
HEALTH = "bpe_sante_communes_2024.parquet"
FILES: tuple[str, ...] = (TOTAL, HEALTH)
YEAR = 2024


def _health_counts(folder: Path, kind: str, *, communes: pd.DataFrame) -> pd.Series:
    columns = ["code_commune", "type_equipement", "nombre"]
    frame = read_parquet(folder, name=HEALTH, columns=columns)
    frame = frame[frame["type_equipement"] == kind]
    codes = frame["code_commune"].astype(str)
    owner = epci_of(codes, communes=communes)
    counts = frame["nombre"].groupby(owner).sum()
    return counts.reindex(population(communes).index, fill_value=0)


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bi1_i03 [/1,000], bv4_i05 [/10,000] and bv4_i11 [Oui, Non], a proxy."""
    people = population(communes)
    listed = read_keyed_json(folder, name=TOTAL, columns=["total"])
    owner = epci_of(listed["code"], communes=communes)
    total = numbers(listed["total"], file=TOTAL).groupby(owner).sum()
    pharmacies = _health_counts(folder, "pharmacie", communes=communes)
    emergency = _health_counts(folder, "urgences", communes=communes)
    words = emergency.gt(0).map({True: "Oui", False: "Non"})
    parts = [
        observations(total / people * 1000, indicator="bi1_i03", year=YEAR, source=ID_TOTAL),
        observations(
            pharmacies / people * 10_000, indicator="bv4_i05", year=YEAR, source=ID_HEALTH
        ),
        observations(words, indicator="bv4_i11", year=YEAR, source=ID_HEALTH, quality="proxy"),
    ]
    return pd.concat(parts, ignore_index=True)
