"""Turnout at the municipal elections of 2026, first round (Ministère de l'Intérieur).

Layout: one row per commune; Paris, Lyon and Marseille appear once as a commune and again as
sectors, each sector repeated for every arrondissement it holds. Only rows without a sector count.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    numbers,
    observations,
    ratio,
    read_text_table,
    shares,
)
from diag360.territories.sources._geography import epci_of

ID = "interieur_municipales_2026"
FILE = "participation_municipales_2026_communes.csv"
FILES: tuple[str, ...] = (FILE,)


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of be2_i07 [fraction of registered voters]."""
    columns = ["code_commune", "secteur", "inscrits", "votants"]
    frame = read_text_table(folder, name=FILE, columns=columns)
    frame = frame[frame["secteur"] == ""]
    owner = epci_of(frame["code_commune"], communes=communes)
    voters = numbers(frame["votants"], file=FILE)
    turnout = ratio(voters, numbers(frame["inscrits"], file=FILE), by=owner).rename("votants")
    return observations(shares(turnout, file=FILE), indicator="be2_i07", year=2026, source=ID)
