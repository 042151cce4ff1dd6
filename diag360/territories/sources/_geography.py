"""Which EPCI a published commune code belongs to today.

Public files carry the communes of their own year: the arrondissements of Paris, Lyon and
Marseille, and communes merged since. Both are brought to the perimeter of 1 January 2025.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from diag360.territories.sources._common import numbers, read_text_table

POSTCODES = "communes_codes_postaux_2024.csv"
# Communes of no EPCI: Bréhat, Sein, Ouessant, Yeu. They must not be lent to a neighbour.
ISLANDS = frozenset({"22016", "29083", "29155", "85113"})


def fold(codes: pd.Series) -> pd.Series:
    """Replace the municipal arrondissements by their commune (Paris, Marseille, Lyon)."""
    return codes.replace(
        {r"^751\d\d$": "75056", r"^132\d\d$": "13055", r"^6938\d$": "69123"}, regex=True
    )


def department(codes: pd.Series) -> pd.Series:
    """Département of commune codes: two characters, three overseas."""
    return codes.str[:2].where(codes.str[:2] != "97", codes.str[:3])


def read_postcodes(folder: Path) -> pd.DataFrame:
    """Communes and arrondissements of 2024 with postcode, position [°], area [km²], population.

    A commune appears once per postcode. Delegated communes are left out: they have no figures
    of their own.
    """
    columns = [
        "insee_com",
        "code_postal",
        "commune_type",
        "lat",
        "lng",
        "superficie_km2",
        "population_2021",
    ]
    frame = read_text_table(folder, name=POSTCODES, columns=columns)
    frame = frame[frame["commune_type"] != "COMD"]
    figures = {name: numbers(frame[name], file=POSTCODES) for name in columns[3:]}
    return frame[columns[:3]].assign(**figures)


def _successors(gone: list[str], *, postcodes: pd.DataFrame, today: pd.Series) -> dict[str, str]:
    # A merged commune went to a neighbour, nearly always of its own EPCI: take the nearest
    # living commune of the same postcode, or else of the same département.
    places = postcodes.drop_duplicates("insee_com").set_index("insee_com")
    living = postcodes[postcodes["insee_com"].isin(today.index)].dropna(subset=["lat", "lng"])
    found: dict[str, str] = {}
    for code in sorted(set(gone) & set(places.index) - ISLANDS):
        place = places.loc[code]
        near = living[living["code_postal"] == place["code_postal"]]
        if near.empty:
            near = living[living["insee_com"].str[:2] == code[:2]]
        if near.empty or pd.isna(place["lat"]):
            continue
        across = (near["lng"] - place["lng"]) * np.cos(np.radians(place["lat"]))
        distance = (near["lat"] - place["lat"]) ** 2 + across**2
        found[code] = str(today[near.loc[distance.idxmin(), "insee_com"]])
    return found


def epci_of(codes: pd.Series, *, folder: Path, communes: pd.DataFrame) -> pd.Series:
    """EPCI of each published commune code, absent when the code belongs to none.

    Parameters
    ----------
    codes : Series of str
        Commune or arrondissement codes of any recent year.
    folder : Path
        Folder of the raw files (the postcodes locate the communes gone since).
    communes : DataFrame
        Communes of today with ``code`` and ``siren``.
    """
    today = communes.set_index("code")["siren"]
    folded = fold(codes)
    known = folded.map(today)
    gone = folded[known.isna()].dropna().unique().tolist()
    if not gone:
        return known
    lent = _successors(gone, postcodes=read_postcodes(folder), today=today)
    return known.fillna(folded.map(lent))


def commune_populations(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    """Population of 2024's communes and arrondissements, by code [inhabitants]."""
    places = read_postcodes(folder).drop_duplicates("insee_com").set_index("insee_com")
    return places["population_2021"].combine_first(communes.set_index("code")["population"])
