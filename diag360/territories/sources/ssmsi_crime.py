"""Recorded crime by département in 2025 (SSMSI, Ministère de l'Intérieur).

Layout: a JSON object whose ``records`` hold one row per département, year and kind of offence.
Physical violence is two kinds, inside and outside the family. An EPCI inherits the rate of its
département; over several, that of its member communes weighted by population.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    check_columns,
    numbers,
    observations,
    read_json,
    refuse,
    weighted_mean,
)

ID = "ssmsi_delinquance_2025"
FILE = "delinquance_departements_2016_2025.json"
FILES: tuple[str, ...] = (FILE,)
YEAR = 2025
KINDS = ("Violences physiques intrafamiliales", "Violences physiques hors cadre familial")


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bv5_i03 [victims/1,000 inhabitants]."""
    frame = pd.DataFrame(read_json(folder, name=FILE)["records"])
    check_columns(frame, ["codeDepartement", "annee", "indicateur", "nombre", "inseePop"], FILE)
    rows = frame[(frame["annee"] == YEAR) & frame["indicateur"].isin(KINDS)]
    absent = sorted(set(KINDS) - set(rows["indicateur"]))
    if absent:
        raise refuse(
            FILE,
            f"année {YEAR}",
            f"indicateur absent : « {absent[0]} »",
            "vérifier le millésime du fichier",
        )
    groups = rows.groupby("codeDepartement")
    victims = numbers(rows["nombre"], file=FILE).groupby(rows["codeDepartement"]).sum()
    rates = victims / groups["inseePop"].first() * 1000
    mean = weighted_mean(
        communes["department"].map(rates), weights=communes["population"], by=communes["siren"]
    )
    return observations(mean, indicator="bv5_i03", year=YEAR, source=ID, level="departement")
