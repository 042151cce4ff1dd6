"""Build the committed figures of the territories from the raw public files.

Six files: the EPCI, their communes, outlines and denominators, the tidy values, and the open
statistics that stand for exposure. Two runs on the same raw files write the same bytes.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from diag360.errors import Fault, Refusal
from diag360.files import write_texts
from diag360.territories._regions import DEPARTMENTS, REGIONS
from diag360.territories.sources import (
    SOURCES,
    denominators,
    dgcl_perimeter,
    exposure_proxies,
    ign_outlines,
)
from diag360.territories.sources._common import (
    COLUMNS,
    TITLE,
    decimal_text,
    missing_files,
    need_package,
)

EPCI = "territories/epci.csv"
COMMUNES = "territories/communes.csv"
OUTLINES = "territories/epci.topojson"
DENOMINATORS = "territories/denominators.csv"
VALUES = "values/open-data.csv"
PROXIES = "exposure/proxies.csv"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote.

    Parameters
    ----------
    files : tuple of Path
        Files written.
    epci, communes, values, indicators, proxies : int
        Number of EPCI, of member communes, of rows of values, of indicators with a value, of
        statistics of exposure.
    """

    files: tuple[Path, ...]
    epci: int
    communes: int
    values: int
    indicators: int
    proxies: int


def raw_files() -> tuple[str, ...]:
    """Names of every raw file a build reads."""
    shapes = (dgcl_perimeter.FILES, ign_outlines.FILES, denominators.FILES)
    needed = [*shapes, *(source.FILES for source in SOURCES), exposure_proxies.FILES]
    return tuple(dict.fromkeys(name for files in needed for name in files))


def _check_raw(raw: Path) -> None:
    if not raw.is_dir():
        fault = Fault(str(raw), "", "dossier introuvable", "donner le dossier des fichiers publics")
        raise Refusal(TITLE, [fault])
    if faults := missing_files(raw, raw_files()):
        raise Refusal(TITLE, faults)
    need_package("pyarrow", "*.parquet")
    need_package("rdata", "*.Rdata")


def _epci_table(raw: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    table = dgcl_perimeter.read_epci(raw, communes=communes).reset_index()
    region = table["department"].map(lambda code: DEPARTMENTS[code][0])
    return pd.DataFrame(
        {
            "siren": table["siren"],
            "name": table["name"],
            "nature": table["nature"],
            "population": table["population"],
            "communes": table["communes"],
            "department": table["department"],
            "department_name": table["department"].map(lambda code: DEPARTMENTS[code][1]),
            "region": region,
            "region_name": region.map(REGIONS),
            "area_km2": table["area_km2"].map(decimal_text),
        }
    )


def _values_table(raw: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    parts = [source.read(raw, communes=communes) for source in SOURCES]
    table = pd.concat(parts, ignore_index=True)[list(COLUMNS)]
    table = table.sort_values(["territory", "indicator"], kind="stable", ignore_index=True)
    twice = table[table.duplicated(["territory", "indicator"])]
    if len(twice):
        row = twice.iloc[0]
        problem = f"deux valeurs de « {row['indicator']} » pour « {row['territory']} »"
        fault = Fault(VALUES, "", problem, "ne garder qu’une source par indicateur")
        raise Refusal(TITLE, [fault])
    return table


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def build(raw: Path, *, output: Path) -> Built:
    """Read the raw public files and write the figures of every EPCI.

    Parameters
    ----------
    raw : Path
        Folder of the raw files, under the names ``sources.yaml`` gives (``raw_file``).
    output : Path
        Data folder to write in: ``territories/epci.csv`` (population [inhabitants], land-register
        area [km²]), ``territories/communes.csv``, ``territories/epci.topojson`` (metropolitan
        France), ``territories/denominators.csv`` (what rates are divided by),
        ``values/open-data.csv`` (shares as fractions in [0, 1], rates ≥ 0) and
        ``exposure/proxies.csv`` (shares in [0, 1], trends as fractions a year).

    Returns
    -------
    Built
        Files written and how much they hold.

    Raises
    ------
    Refusal
        When files are missing (all are named), a reader is not installed, a column is missing
        or a value is outside its range. Nothing is written then.
    """
    _check_raw(raw)
    communes = dgcl_perimeter.read_communes(raw)
    epci = _epci_table(raw, communes=communes)
    values = _values_table(raw, communes=communes)
    proxies = exposure_proxies.read(raw, communes=communes, values=values)
    outlines = ign_outlines.read_outlines(raw, sirens=epci["siren"])
    texts = {
        EPCI: _csv(epci),
        COMMUNES: _csv(communes),
        DENOMINATORS: _csv(denominators.read(raw, communes=communes)),
        OUTLINES: json.dumps(outlines, separators=(",", ":")) + "\n",
        VALUES: _csv(values),
        PROXIES: _csv(proxies),
    }
    files = tuple(write_texts(output, texts))
    return Built(
        files,
        len(epci),
        len(communes),
        len(values),
        int(values["indicator"].nunique()),
        int(proxies["proxy"].nunique()),
    )
