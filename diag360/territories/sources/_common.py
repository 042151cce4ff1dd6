"""What every reader of a public file needs: strict reading, weighted means, tidy rows.

Codes are text from the first byte to the last. A missing file or column, or a text where a
number is expected, is refused with its name; nothing is coerced in silence.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from diag360.errors import Fault, Refusal

COLUMNS = ("territory", "indicator", "value", "status", "year", "level", "quality", "source")
TITLE = "Lecture des fichiers publics refusée."
_ABSENT = frozenset({"", "NA", "NaN", "N/A - résultat non disponible", "ND", "ns"})
_SHOWN = 3


class Source(Protocol):
    """One public source: the raw files it needs and the reader of its figures."""

    FILES: tuple[str, ...]

    def read(self, folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
        """Tidy observations of every EPCI the source covers."""
        ...


def refuse(file: str, place: str, problem: str, remedy: str) -> Refusal:
    """Build the refusal of one raw file."""
    return Refusal(TITLE, [Fault(file, place, problem, remedy)])


def missing_files(folder: Path, names: Iterable[str]) -> list[Fault]:
    """List a fault for each raw file absent from the folder."""
    return [
        Fault(name, "", f"fichier absent de « {folder} »", "le télécharger (voir sources.yaml)")
        for name in dict.fromkeys(names)
        if not (folder / name).is_file()
    ]


def need_package(package: str, file: str) -> None:
    """Refuse, naming what to install, when an optional reader is missing.

    Raises
    ------
    Refusal
        When the package cannot be imported.
    """
    if find_spec(package) is None:
        raise refuse(
            file,
            "",
            f"le paquet « {package} » est nécessaire pour le lire",
            'installer les lecteurs : pip install "diag360[data]"',
        )


def check_columns(frame: pd.DataFrame, columns: Iterable[str], file: str) -> None:
    """Refuse a table lacking a column, naming every missing one.

    Raises
    ------
    Refusal
        When at least one column is missing.
    """
    faults = [
        Fault(file, "", f"colonne « {name} » absente", "vérifier le millésime du fichier")
        for name in columns
        if name not in frame.columns
    ]
    if faults:
        raise Refusal(TITLE, faults)


def _any_column(_: str) -> bool:
    return True


def read_text_table(
    folder: Path,
    *,
    name: str,
    columns: Iterable[str],
    sep: str = ",",
    skip: int = 0,
    quotes: bool = True,
) -> pd.DataFrame:
    """Read a delimited file, every cell as text, and check its columns.

    ``quotes=False`` splits on every separator and drops the quotes, for files that misquote.
    """
    path = folder / name
    if faults := missing_files(folder, [name]):
        raise Refusal(TITLE, faults)
    try:
        frame = pd.read_csv(
            path,
            sep=sep,
            skiprows=skip,
            dtype=str,
            encoding="utf-8-sig",
            keep_default_na=False,
            quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
            # A misquoted line may end with one cell too many: columns of the header only.
            usecols=None if quotes else _any_column,
            index_col=None if quotes else False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise refuse(
            name, "", f"table illisible ({error})", "télécharger à nouveau le fichier"
        ) from error
    if not quotes:
        frame = frame.apply(lambda column: column.str.replace('"', ""))
        frame.columns = frame.columns.str.replace('"', "")
    check_columns(frame, columns, name)
    return frame


def read_parquet(folder: Path, *, name: str, columns: Iterable[str]) -> pd.DataFrame:
    """Read the asked columns of a parquet file."""
    need_package("pyarrow", name)
    if faults := missing_files(folder, [name]):
        raise Refusal(TITLE, faults)
    frame = pd.read_parquet(folder / name)
    check_columns(frame, columns, name)
    return frame[list(columns)]


def read_json(folder: Path, *, name: str) -> Any:
    """Read a JSON file of any shape."""
    if faults := missing_files(folder, [name]):
        raise Refusal(TITLE, faults)
    try:
        return json.loads((folder / name).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise refuse(
            name, f"ligne {error.lineno}", "JSON illisible", "télécharger à nouveau le fichier"
        ) from error


def read_keyed_json(folder: Path, *, name: str, columns: Iterable[str]) -> pd.DataFrame:
    """Read a JSON object of records keyed by code; the key becomes column ``code``."""
    loaded: Mapping[str, Mapping[str, Any]] = read_json(folder, name=name)
    frame = pd.DataFrame([{"code": code, **record} for code, record in loaded.items()])
    check_columns(frame, ["code", *columns], name)
    return frame


def numbers(texts: pd.Series, *, file: str) -> pd.Series:
    """Turn published text (decimal comma or point, marks of absence) into floats.

    Raises
    ------
    Refusal
        When a text is neither a number nor a known mark of absence.
    """
    if pd.api.types.is_numeric_dtype(texts):
        return texts.astype(float)
    bare = texts.astype(object).where(texts.notna(), "").astype(str).str.strip()
    absent = bare.isin(_ABSENT)
    parsed = pd.to_numeric(bare.str.replace(",", ".").where(~absent), errors="coerce")
    wrong = bare[parsed.isna() & ~absent]
    if len(wrong):
        shown = ", ".join(f"« {text} »" for text in wrong.unique()[:_SHOWN])
        raise refuse(
            file,
            f"colonne « {texts.name} »",
            f"texte au lieu d’un nombre : {shown}",
            "corriger le fichier ou en vérifier le millésime",
        )
    return parsed.astype(float)


def shares(values: pd.Series, *, file: str, percent: bool = False) -> pd.Series:
    """Express shares as fractions in [0, 1].

    Parameters
    ----------
    values : Series of float
        Published shares, by territory.
    file : str
        File they come from, for the refusal.
    percent : bool
        Whether the publisher prints 13.2 for 0.132.

    Raises
    ------
    Refusal
        When a share leaves [0, 1] by more than one thousandth, the play of published roundings.
    """
    fractions = values / 100 if percent else values
    wrong = fractions[(fractions < 0) | (fractions > 1.001)]
    if len(wrong):
        shown = ", ".join(f"{code} : {values[code]}" for code in wrong.index[:_SHOWN])
        raise refuse(
            file,
            f"colonne « {values.name} »",
            f"part hors de [0 ; 1] ({shown})",
            "vérifier l’unité de la colonne (pourcentage ou fraction)",
        )
    return fractions.clip(upper=1.0)


def sirens(codes: pd.Series) -> pd.Series:
    """Repair sirens a spreadsheet stored as floats; anything else than 9 digits becomes absent."""
    bare = codes.astype("string").str.strip().str.replace(r"\.0+$", "", regex=True)
    return bare.where(bare.str.fullmatch(r"\d{9}"))


def by_siren(frame: pd.DataFrame, *, code: str, communes: pd.DataFrame) -> pd.DataFrame:
    """Index a table by siren, keeping only the EPCI of today's perimeter."""
    keyed = frame.assign(**{code: sirens(frame[code])}).dropna(subset=[code])
    return keyed[keyed[code].isin(communes["siren"])].set_index(code)


def ratio(numerators: pd.Series, denominators: pd.Series, *, by: pd.Series) -> pd.Series:
    """Sum of numerators over sum of denominators in each group; absent where that is 0."""
    whole = numerators.notna() & denominators.notna() & by.notna()
    keys = by[whole].astype(str)
    top = numerators[whole].groupby(keys).sum()
    bottom = denominators[whole].groupby(keys).sum()
    return (top / bottom).where(bottom > 0)


def weighted_mean(values: pd.Series, *, weights: pd.Series, by: pd.Series) -> pd.Series:
    """Mean of values by group, weighted; rows lacking a value or a weight are left out."""
    return ratio(values * weights, weights.where(values.notna()), by=by)


def population(communes: pd.DataFrame) -> pd.Series:
    """Municipal population of each EPCI [inhabitants]."""
    return communes.groupby("siren")["population"].sum()


def decimal_text(value: float) -> str:
    """Write a number with at most 7 significant digits, without exponent or noise."""
    text: str = np.format_float_positional(
        value + 0.0, precision=7, unique=False, fractional=False, trim="-"
    )
    return text


def observations(
    values: pd.Series,
    *,
    indicator: str,
    year: int,
    source: str,
    level: str = "epci",
    quality: str | pd.Series = "exact",
    status: str = "observe",
) -> pd.DataFrame:
    """Tidy rows of one indicator.

    Parameters
    ----------
    values : Series of float or str
        Values by siren; absent ones give no row.
    indicator, source : str
        Ids in the catalogue.
    year : int
        Year observed.
    level : str
        Level of the observation the value was taken from.
    quality : str or Series of str
        ``exact`` or ``proxy``, for all or by siren.
    status : str
        ``observe``, ``estime`` or ``secret`` (then the values are empty texts).
    """
    known = values.dropna()
    texts = [value if isinstance(value, str) else decimal_text(float(value)) for value in known]
    return pd.DataFrame(
        {
            "territory": known.index.astype(str),
            "indicator": indicator,
            "value": texts,
            "status": status,
            "year": year,
            "level": level,
            "quality": quality
            if isinstance(quality, str)
            else quality.reindex(known.index).to_numpy(),
            "source": source,
        },
        columns=list(COLUMNS),
    )
