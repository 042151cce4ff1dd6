"""Inhabitants of the communes where a major risk is recorded, 2019 (GASPAR).

Layout: see :mod:`diag360.territories.sources.gaspar_risks`. Each share is that of the inhabitants
of the EPCI who live in a commune concerned, wherever in the commune; 0 says that the départemental
file of major risks records none, not that the risk is nil. A commune without result is left out of
both sides of the share. Earthquakes count from zone 3.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import numbers, read_text_table, shares, weighted_mean
from diag360.territories.sources._geography import POSTCODES, epci_of, fold, read_postcodes
from diag360.territories.sources.exposure_rows import proxy_rows
from diag360.territories.sources.gaspar_risks import FILE, ID, SEISMIC, SEISMIC_ZONE

FILES: tuple[str, ...] = (FILE, POSTCODES)
YEAR = 2019
RISKS = {
    "share_people_flood": "risque d'inondations, 2019",
    "share_people_ground_movement": "risque de mouvements de terrain, 2019",
    "share_people_avalanche": "risque d'avalanches, 2019",
    "share_people_wildfire": "risque de feux de forêt, 2019",
    "share_people_storm": "risque de lié à des phénomènes atmosphériques, 2019",
    "share_people_industrial": "risque industriel, 2019",
    "share_people_nuclear": "risque nucléaire, 2019",
    "share_people_dam": "risque de rupture de barrage, 2019",
    "share_people_hazmat": "risque lié au transport de marchandises dangereuses, 2019",
    "share_people_mining": "risque d'affaissements miniers, 2019",
    "share_people_seismic": SEISMIC,
}


def _people(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    """Inhabitants of today's communes, and of those merged since 2024."""
    places = read_postcodes(folder).drop_duplicates("insee_com").set_index("insee_com")
    return communes.set_index("code")["population"].combine_first(places["population_2021"])


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Shares of inhabitants [fraction] whose commune is concerned, one proxy per risk."""
    frame = read_text_table(folder, name=FILE, columns=["Code", *RISKS.values()], sep=";", skip=2)
    codes = frame["Code"].str.zfill(5)
    owner = epci_of(codes, communes=communes)
    people = fold(codes).map(_people(folder, communes=communes))
    parts = []
    for proxy, column in RISKS.items():
        level = numbers(frame[column], file=FILE)
        concerned = level.ge(SEISMIC_ZONE if column == SEISMIC else 1)
        share = weighted_mean(
            concerned.astype(float).where(level.notna()), weights=people, by=owner
        ).rename(column)
        parts.append(
            proxy_rows(shares(share, file=FILE), proxy=proxy, year=YEAR, source=ID, level="commune")
        )
    return pd.concat(parts, ignore_index=True)
