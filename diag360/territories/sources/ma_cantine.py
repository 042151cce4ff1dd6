"""Declarations of collective catering for 2023 (ma-cantine, Ministère de l'Agriculture).

Layout: one row per declaring canteen, comma separated, ratios in fractions. A canteen meets the
EGalim law with at least 20 % organic and, organic included, 50 % quality and sustainable
products, by value. The figure is the share of declaring canteens that meet both; under five
declarations it says little and is given as a proxy.

A canteen also names the territorial food projects (PAT) it lies in: an EPCI where one is seen is
in a PAT. Where none is seen nothing is said, for few canteens may have declared.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    numbers,
    observations,
    read_text_table,
    shares,
    sirens,
)
from diag360.territories.sources._geography import epci_of

ID = "ma_cantine_2023"
FILE = "ma_cantine_2023.csv"
FILES: tuple[str, ...] = (FILE,)
YEAR = 2023
ORGANIC = 0.20
QUALITY_PRODUCTS = 0.50
FEW = 5


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bv2_i07 [fraction of canteens] and bv2_i01 [Oui], a proxy."""
    ratios = ("teledeclaration_ratio_bio", "teledeclaration_ratio_egalim_hors_bio")
    columns = ["canteen_epci", "canteen_city_insee_code", "canteen_pat_list", *ratios]
    frame = read_text_table(folder, name=FILE, columns=columns)
    stated = sirens(frame["canteen_epci"])
    stated = stated.where(stated.isin(communes["siren"]))
    located = epci_of(frame["canteen_city_insee_code"], communes=communes)
    owner = stated.astype(object).where(stated.notna(), located)
    organic, other = (shares(numbers(frame[column], file=FILE), file=FILE) for column in ratios)
    declared = organic.notna() & other.notna()
    meets = (organic >= ORGANIC) & (organic + other >= QUALITY_PRODUCTS)
    groups = meets[declared].astype(float).groupby(owner[declared])
    quality = groups.size().lt(FEW).map({True: "proxy", False: "exact"})
    seen = owner[frame["canteen_pat_list"].str.strip() != ""].dropna().unique()
    projects = pd.Series("Oui", index=seen, dtype=object)
    parts = [
        observations(groups.mean(), indicator="bv2_i07", year=YEAR, source=ID, quality=quality),
        observations(projects, indicator="bv2_i01", year=YEAR, source=ID, quality="proxy"),
    ]
    return pd.concat(parts, ignore_index=True)
