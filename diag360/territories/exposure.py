"""Open statistics that stand for the exposure of territories: reading and checking."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.catalogue.remembered import Remembered
from diag360.errors import Fault, Refusal
from diag360.paths import data_dir
from diag360.territories.csv_rows import read_rows
from diag360.territories.denominators import load_communes
from diag360.territories.perimeter import load_epci

COLUMNS = ("territory", "proxy", "value", "year", "level", "quality", "source")
_TITLE = "Statistiques d’exposition refusées :"
_SHIPPED: Remembered[pd.DataFrame] = Remembered()


def exposure_dir() -> Path:
    """Folder of the shipped statistics of exposure and of the rating files of territories."""
    return data_dir() / "exposure"


def read_proxies(path: Path | str | None = None, *, catalogue: Catalogue) -> pd.DataFrame:
    """Read the statistics of exposure and refuse them whole when anything in them is wrong.

    Parameters
    ----------
    path : Path or str, optional
        UTF-8 file with commas and the columns ``territory, proxy, value, year, level, quality,
        source``; the shipped one by default.
    catalogue : Catalogue
        Proxies, units and sources to check against.

    Returns
    -------
    DataFrame
        One row per territory and proxy; ``value`` is a float [unit of the proxy], ``year`` an
        integer, the rest text. A statistic nobody published has no row.

    Raises
    ------
    Refusal
        With every fault: unknown proxy or source, text instead of a number, value outside the
        range of the unit, two rows of one territory and proxy.
    """
    if path is not None:
        return _read(Path(path), catalogue)
    shipped = exposure_dir() / "proxies.csv"
    read = _SHIPPED.of(shipped, make=lambda: _read(shipped, catalogue), basis=catalogue)
    return read.copy(deep=False)  # one's own: pandas copies what is written to, and only then


def _read(file: Path, catalogue: Catalogue) -> pd.DataFrame:
    rows, lines = read_rows(file, required=COLUMNS, optional=(), title=_TITLE)
    frame = pd.DataFrame(rows[1:], columns=rows[0], dtype="str")[list(COLUMNS)]
    frame = frame.apply(lambda column: column.str.strip())
    value = pd.to_numeric(frame["value"], errors="coerce").where(_plain(frame["value"]))
    year = pd.to_numeric(frame["year"].where(frame["year"].str.fullmatch(r"\d{4}")))
    known = frame["proxy"].isin(list(catalogue.proxies))
    units = {name: catalogue.units[one.unit] for name, one in catalogue.proxies.items()}
    low, high = (
        frame["proxy"].map({n: np.nan if (end := getattr(u, side)) is None else end
                            for n, u in units.items()}).astype(float)
        for side in ("minimum", "maximum")
    )  # fmt: skip
    wrong = {
        "proxy": (~known, "statistique inconnue", "choisir un id de proxies.yaml"),
        "source": (
            ~frame["source"].isin(list(catalogue.sources)),
            "source inconnue",
            "choisir un id de sources.yaml",
        ),
        "value": (
            value.isna() | (value < low) | (value > high),
            "valeur impossible",
            "écrire un nombre dans les limites de l’unité, avec un point décimal",
        ),
        "year": (year.isna(), "année illisible", "l’écrire en quatre chiffres"),
        "territory": (
            frame.duplicated(["territory", "proxy"]),
            "une deuxième ligne pour la même statistique",
            "n’en garder qu’une",
        ),
    }
    faults = [
        (
            lines[at],
            Fault(
                file.name,
                f"ligne {lines[at]}, {column}",
                f"« {frame[column].iloc[at]} » : {problem}",
                remedy,
            ),
        )
        for column, (bad, problem, remedy) in wrong.items()
        for at in map(int, np.flatnonzero(bad))
    ]
    if faults:
        raise Refusal(_TITLE, [fault for _, fault in sorted(faults, key=lambda found: found[0])])
    return pd.DataFrame(frame.assign(value=value, year=year.astype(int)))


def _plain(texts: pd.Series) -> pd.Series:
    return texts.str.fullmatch(r"-?\d+(?:\.\d+)?")


def proxy_table(proxies: pd.DataFrame, *, names: Sequence[str]) -> pd.DataFrame:
    """Lay statistics in columns.

    Parameters
    ----------
    proxies : DataFrame
        From :func:`read_proxies`.
    names : sequence of str
        Proxies to lay, in order.

    Returns
    -------
    DataFrame
        Indexed by territory, floats [unit of each proxy], NaN where nothing is known.
    """
    table = proxies.set_index(["territory", "proxy"])["value"].unstack("proxy")  # noqa: PD010
    return pd.DataFrame(table.reindex(columns=list(names)))


def group_row(table: pd.DataFrame, *, members: Sequence[str]) -> pd.Series:
    """Statistics of a perimeter made of others: means of its members by population.

    Parameters
    ----------
    table : DataFrame
        From :func:`proxy_table`.
    members : sequence of str
        Sirens of intercommunalités and codes of communes.

    Returns
    -------
    Series
        By proxy; NaN when a member's is unknown (that of a lone commune always is).
    """
    people = pd.concat([load_epci()["population"], load_communes()["population"]])
    weights = people.reindex(list(members)).to_numpy(float)
    values = table.reindex(list(members)).to_numpy(float)
    means = (values * weights[:, None]).sum(axis=0) / weights.sum()
    return pd.Series(means, index=table.columns)
