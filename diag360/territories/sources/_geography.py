"""Which EPCI a published commune code belongs to today.

Public files carry the communes of their own year: the arrondissements of Paris, Lyon and
Marseille, and communes merged since. Both are brought to the perimeter of 1 January 2025. Four
islands (Bréhat, Sein, Ouessant, Yeu) belong to no EPCI and are left out.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import numbers, read_text_table
from diag360.territories.sources._merged import EPCI_OF_GONE

POSTCODES = "communes_codes_postaux_2024.csv"


def fold(codes: pd.Series) -> pd.Series:
    """Replace the municipal arrondissements by their commune (Paris, Marseille, Lyon)."""
    return codes.replace(
        {r"^751\d\d$": "75056", r"^132\d\d$": "13055", r"^6938\d$": "69123"}, regex=True
    )


def department(codes: pd.Series) -> pd.Series:
    """Département of commune codes: two characters, three overseas."""
    return codes.str[:2].where(codes.str[:2] != "97", codes.str[:3])


def read_postcodes(folder: Path) -> pd.DataFrame:
    """Communes and arrondissements of 2024 with postcode, area [km²], population.

    A commune appears once per postcode. Delegated communes are left out: they have no figures
    of their own.
    """
    columns = [
        "insee_com",
        "code_postal",
        "commune_type",
        "superficie_km2",
        "population_2021",
    ]
    frame = read_text_table(folder, name=POSTCODES, columns=columns)
    frame = frame[frame["commune_type"] != "COMD"]
    figures = {name: numbers(frame[name], file=POSTCODES) for name in columns[3:]}
    return frame[columns[:3]].assign(**figures)


def epci_of(codes: pd.Series, *, communes: pd.DataFrame) -> pd.Series:
    """EPCI of each published commune code, absent when the code belongs to none.

    Parameters
    ----------
    codes : Series of str
        Commune or arrondissement codes, of 2022 to today.
    communes : DataFrame
        Communes of today with ``code`` and ``siren``.
    """
    today: dict[str, str] = dict(zip(communes["code"], communes["siren"], strict=True))
    sirens = set(today.values())
    gone = {code: siren for code, siren in EPCI_OF_GONE.items() if siren in sirens}
    return fold(codes).map(gone | today)


def commune_populations(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    """Population of 2024's communes and arrondissements, by code [inhabitants]."""
    places = read_postcodes(folder).drop_duplicates("insee_com").set_index("insee_com")
    return places["population_2021"].combine_first(communes.set_index("code")["population"])
