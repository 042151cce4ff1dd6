"""Inhabitants of the communes on the sea, found from outlines, land cover and centres.

No list of coastal communes is among the raw files, so this is an estimate. An EPCI lies on the
sea when its land cover of 2018 holds salt marshes, tidal flats, lagoons, estuaries or sea. The
shore is the outer line of those EPCI, land borders left out, and the outline of islands. A
commune of theirs is coastal when its centre lies within ``REACH`` times the radius of the disc of
its area: 1.7 finds 890 communes in metropolitan France; the act on the coast (loi Littoral) lists
885 by the sea, though not all the same. Overseas has neither outlines nor land cover.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from diag360.territories.silhouette import flat_arcs
from diag360.territories.sources import clc_land_cover, ign_outlines
from diag360.territories.sources._common import (
    by_siren,
    numbers,
    population,
    read_text_table,
    shares,
)
from diag360.territories.sources._geography import POSTCODES, epci_of
from diag360.territories.sources.exposure_rows import proxy_rows

FILES: tuple[str, ...] = (POSTCODES, clc_land_cover.FILE, ign_outlines.FILE)
PROXY = "share_people_coastal"
REACH = 1.7
EARTH = 6371.0
STEP = 0.5
_MARINE = ("421", "423", "521", "522", "523")
# Made since the land cover of 2018, and on the sea: Le Havre Seine, Grand Calais.
_SINCE = ("200084952", "200090751")
# Borders with Belgium, Spain (twice) and Italy: west, south, east, north [degrees].
_LAND = (
    (2.54, 50.50, 2.70, 51.080),
    (-2.0, 42.50, -0.5, 43.345),
    (2.50, 42.30, 3.15, 42.475),
    (7.30, 43.795, 7.8, 44.500),
)
_COLUMNS = ("superficie_km2", "population_2021", "lat", "lng")


def marine_epci(folder: Path, *, communes: pd.DataFrame) -> set[str]:
    """Sirens of the EPCI of metropolitan France that lie on the sea."""
    frame = read_text_table(folder, name=clc_land_cover.FILE, columns=["siren", *_MARINE])
    table = by_siren(frame, code="siren", communes=communes)
    wet = [numbers(table[name], file=clc_land_cover.FILE).fillna(0.0) for name in _MARINE]
    found = pd.concat(wet, axis=1).sum(axis=1)
    return {*found.index[found > 0].astype(str), *_SINCE} & set(communes["siren"])


def _rings(arcs: list[Any]) -> Iterator[list[int]]:
    for part in arcs:
        if part and isinstance(part[0], list):
            yield from _rings(part)
        else:
            yield part


def shore(outlines: dict[str, Any], *, marine: set[str]) -> np.ndarray:
    """Points of the shore, at most ``STEP`` km apart, shape (p, 2): longitude, latitude [°]."""
    drawn = outlines["objects"]
    outer = {arc for line in drawn["country"]["arcs"] for arc in line}
    uses: dict[int, int] = {}
    for geometry in drawn["epci"]["geometries"]:
        for arc in flat_arcs(geometry["arcs"]):
            uses[arc] = uses.get(arc, 0) + 1
    kept: set[int] = set()
    for geometry in drawn["epci"]["geometries"]:
        if geometry["id"] not in marine:
            continue
        kept |= outer & set(flat_arcs(geometry["arcs"]))
        for ring in _rings(geometry["arcs"]):
            forward = set(flat_arcs(ring))
            # A ring shared with no neighbour is an island.
            kept |= forward if all(uses[arc] == 1 for arc in forward) else set()
    scale, origin = (np.array(outlines["transform"][name]) for name in ("scale", "translate"))
    lines = [
        _dense(np.cumsum(outlines["arcs"][arc], axis=0) * scale + origin) for arc in sorted(kept)
    ]
    points = np.concatenate([np.empty((0, 2)), *lines])
    for west, south, east, north in _LAND:
        low, high = np.array([west, south]), np.array([east, north])
        points = points[~((points > low) & (points < high)).all(axis=1)]
    return points


def _dense(line: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(np.diff(_place(line), axis=0), axis=1)
    cuts = np.maximum(1, np.ceil(length / STEP).astype(int))
    pieces = [
        start + (stop - start) * np.linspace(0, 1, cut, endpoint=False)[:, None]
        for start, stop, cut in zip(line[:-1], line[1:], cuts, strict=True)
    ]
    return np.concatenate([*pieces, line[-1:]])


def _place(points: np.ndarray) -> np.ndarray:
    longitude, latitude = np.radians(points).T
    flat = np.cos(latitude)
    return EARTH * np.stack(
        [flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1
    )


def distances(points: np.ndarray, *, to: np.ndarray) -> np.ndarray:
    """Distance [km] of each point (longitude, latitude [°]) to the nearest of others."""
    there = _place(to)
    return np.array([np.sqrt(((there - here) ** 2).sum(axis=1).min()) for here in _place(points)])


def coastal_communes(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Communes of the EPCI on the sea: ``siren``, ``people``, ``coastal``, by code."""
    frame = read_text_table(
        folder, name=POSTCODES, columns=["insee_com", "commune_type", *_COLUMNS]
    )
    frame = frame[frame["commune_type"] != "COMD"].drop_duplicates("insee_com")
    for name in _COLUMNS:
        frame[name] = numbers(frame[name], file=POSTCODES)
    frame = frame.assign(siren=epci_of(frame["insee_com"], communes=communes))
    marine = marine_epci(folder, communes=communes)
    near = frame[frame["siren"].isin(marine)].dropna(subset=["lat", "lng"]).set_index("insee_com")
    outlines = ign_outlines.read_outlines(folder, sirens=communes["siren"].unique())
    points = shore(outlines, marine=marine)
    if not len(near) or not len(points):
        return pd.DataFrame({"siren": [], "people": [], "coastal": []})
    away = distances(near[["lng", "lat"]].to_numpy(), to=points)
    radius = np.sqrt(near["superficie_km2"].to_numpy() / np.pi)
    return pd.DataFrame(
        {
            "siren": near["siren"],
            "people": near["population_2021"],
            "coastal": away <= REACH * radius,
        }
    )


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Share of inhabitants [fraction] living in a commune on the sea, a proxy."""
    table = coastal_communes(folder, communes=communes)
    people = table["people"].where(table["coastal"], 0.0).groupby(table["siren"]).sum()
    share = people / table["people"].groupby(table["siren"]).sum()
    metropolitan = communes.loc[communes["department"].str.len() == 2, "siren"].unique()
    whole = population(communes[communes["siren"].isin(metropolitan)])
    marine = marine_epci(folder, communes=communes)
    inland = whole.index.difference(sorted(marine))
    shown = pd.concat([share, pd.Series(0.0, index=inland)]).rename(PROXY).sort_index()
    return proxy_rows(
        shares(shown, file=POSTCODES),
        proxy=PROXY,
        year=2021,
        source="communes_codes_postaux_2024",
        level="commune",
        quality="proxy",
    )
