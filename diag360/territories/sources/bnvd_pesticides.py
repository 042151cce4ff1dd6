"""Purchases of pesticides per hectare farmed, by postcode, 2015 to 2018 (BNVD, OFB).

Layout: an R data file; table ``INDIC_CP`` holds, per postcode and class of substance, kilograms
per hectare of farmed area each year. -888 is a statistical secret, -999 no farmed area. The
postcode is the buyer's: a head office weighs hundreds of kilograms a hectare. So the EPCI takes
the median of its postcodes weighted by area, of the mean of the four years: an estimate and a
proxy. When secret covers most of an EPCI, its value is secret.
"""

from pathlib import Path

import pandas as pd

from diag360.errors import Refusal
from diag360.territories.sources._common import (
    TITLE,
    check_columns,
    missing_files,
    need_package,
    observations,
    refuse,
)
from diag360.territories.sources._geography import POSTCODES, epci_of, read_postcodes

ID = "bnvd_2018"
FILE = "bnvd_achats_codepostal.Rdata"
FILES: tuple[str, ...] = (FILE, POSTCODES)
TABLE = "INDIC_CP"
SECRET = -888
YEARS = (2015, 2016, 2017, 2018)
_COLUMNS = [f"QTE_SUBS_SAU_{year}" for year in YEARS]


def load(path: Path) -> pd.DataFrame:
    """Read table ``INDIC_CP`` of the R file."""
    need_package("rdata", path.name)
    import rdata

    known = rdata.conversion.DEFAULT_CLASS_MAP
    # The published table has an R class of its own on top of data.frame.
    tables = rdata.read_rda(str(path), constructor_dict={**known, "cast_df": known["data.frame"]})
    if TABLE not in tables:
        raise refuse(
            path.name, "", f"table « {TABLE} » absente", "télécharger à nouveau le fichier"
        )
    table: pd.DataFrame = tables[TABLE]
    return table


def _by_postcode(table: pd.DataFrame) -> pd.DataFrame:
    check_columns(table, ["CP", "classification", *_COLUMNS], FILE)
    total = table[table["classification"] == "Total"]
    figures = total[_COLUMNS]
    return pd.DataFrame(
        {
            "amount": figures.where(figures >= 0).mean(axis=1).to_numpy(),
            "secret": (figures == SECRET).any(axis=1).to_numpy(),
        },
        index=total["CP"].astype(str),
    )


def _weighted_median(rows: pd.DataFrame) -> pd.Series:
    ordered = rows.sort_values(["siren", "amount"])
    groups = ordered.groupby("siren")["area"]
    reached = groups.cumsum() >= groups.transform("sum") / 2
    return ordered[reached].groupby("siren")["amount"].first()


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bv2_i13 [kg/ha/year]."""
    if faults := missing_files(folder, [FILE]):
        raise Refusal(TITLE, faults)
    purchases = _by_postcode(load(folder / FILE))
    places = read_postcodes(folder).drop_duplicates("insee_com").dropna(subset=["superficie_km2"])
    rows = pd.DataFrame(
        {
            "siren": epci_of(places["insee_com"], communes=communes),
            "area": places["superficie_km2"],
            "amount": places["code_postal"].map(purchases["amount"]),
            "secret": places["code_postal"].map(purchases["secret"]).eq(True),
        }
    ).dropna(subset=["siren"])
    usable = rows.dropna(subset=["amount"])
    whole = rows.groupby("siren")["area"].sum()
    seen = usable.groupby("siren")["area"].sum().reindex(whole.index, fill_value=0.0) / whole
    hidden = rows[rows["secret"] & rows["amount"].isna()].groupby("siren")["area"].sum()
    amounts = _weighted_median(usable)
    parts = [
        observations(
            amounts[seen.reindex(amounts.index) >= 0.5],
            indicator="bv2_i13",
            year=YEARS[-1],
            source=ID,
            quality="proxy",
            status="estime",
        ),
        observations(
            pd.Series("", index=hidden.index[hidden / whole.reindex(hidden.index) > 0.5]),
            indicator="bv2_i13",
            year=YEARS[-1],
            source=ID,
            quality="proxy",
            status="secret",
        ),
    ]
    return pd.concat(parts, ignore_index=True)
