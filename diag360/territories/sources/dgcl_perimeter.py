"""EPCI and their member communes on 1 January 2025 (DGCL, Banatic).

Layout: one row per member commune, comma separated. The établissements publics territoriaux
of the Métropole du Grand Paris (``EPT``) and a row for Paris alone (``Commune``) repeat communes
the Métropole already lists. ``superficie_hectare`` is that of one former commune where communes
merged, so areas come from the communes of 2024 instead: land-register area, which leaves out
large lakes, estuaries and glaciers.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import numbers, read_text_table
from diag360.territories.sources._geography import (
    POSTCODES,
    department,
    epci_of,
    fold,
    read_postcodes,
)

FILE = "epci_membres_2025.csv"
FILES: tuple[str, ...] = (FILE, POSTCODES)
_DOUBLES = ("EPT", "Commune")


def _members(folder: Path) -> pd.DataFrame:
    columns = [
        "code_insee",
        "nom",
        "pop_mun_commune",
        "siren",
        "epci_nom",
        "epci_type",
        "superficie_hectare",
        "dept_epci",
    ]
    return read_text_table(folder, name=FILE, columns=columns)


def read_communes(folder: Path) -> pd.DataFrame:
    """Member communes: code, name, siren, population [inhabitants], department; sorted by code."""
    members = _members(folder)
    kept = members[~members["epci_type"].isin(_DOUBLES)].drop_duplicates("code_insee")
    frame = pd.DataFrame(
        {
            "code": kept["code_insee"],
            "name": kept["nom"],
            "siren": kept["siren"],
            "population": numbers(kept["pop_mun_commune"], file=FILE).astype(int),
            "department": department(kept["code_insee"]),
        }
    )
    return frame.sort_values("code", ignore_index=True)


def read_paris_territories(folder: Path) -> pd.Series:
    """Population of the territories of the Métropole du Grand Paris (EPT and Paris) by code."""
    members = _members(folder)
    kept = members[members["epci_type"].isin(_DOUBLES)]
    return numbers(kept["pop_mun_commune"], file=FILE).groupby(kept["siren"]).sum()


def read_areas(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    """Land-register area of each EPCI [km²]."""
    places = read_postcodes(folder).drop_duplicates("insee_com")
    places = places.dropna(subset=["superficie_km2"])
    owner = epci_of(places["insee_com"], communes=communes)
    areas = places["superficie_km2"].groupby(owner).sum()
    # Mayotte has no area in the communes of 2024 and no merged commune: its members' list is right.
    members = _members(folder)
    hectares = numbers(members["superficie_hectare"], file=FILE)
    lacking = ~members["code_insee"].isin(fold(places["insee_com"]))
    overseas = members["code_insee"].str.startswith("97") & lacking
    mayotte = hectares[overseas].groupby(members["siren"][overseas]).sum() / 100
    return areas.add(mayotte, fill_value=0.0)


def read_epci(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Every EPCI: siren, name, nature, population, communes, department, area_km2."""
    members = _members(folder)
    heads = members[~members["epci_type"].isin(_DOUBLES)].drop_duplicates("siren")
    heads = heads.set_index("siren").sort_index()
    groups = communes.groupby("siren")
    return pd.DataFrame(
        {
            "name": heads["epci_nom"],
            "nature": heads["epci_type"],
            "population": groups["population"].sum(),
            "communes": groups["code"].count(),
            "department": heads["dept_epci"],
            "area_km2": read_areas(folder, communes=communes).round(2),
        }
    ).rename_axis("siren")
