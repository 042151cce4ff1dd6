"""Tidy observations of territories: reading, checking, and what each column may hold.

One row is one value of one indicator for one territory. A missing value is an empty cell with a
status that says why, or no row at all; it is never 0.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.catalogue.remembered import Remembered
from diag360.errors import Fault, Refusal
from diag360.paths import data_dir
from diag360.territories.csv_rows import read_rows

REQUIRED = ("territory", "indicator", "value")
OPTIONAL = ("status", "year", "level", "quality", "source", "comment", "evidence", "author")
WITHOUT_VALUE = ("non_collecte", "secret", "sans_objet")
# The old .xls is among them so that its refusal says what it is.
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".ods", ".xls")
VOCABULARY = {
    "status": ("observe", "estime", "declare", *WITHOUT_VALUE),
    "level": ("iris", "commune", "epci", "departement", "region", "france"),
    "quality": ("exact", "proxy"),
}
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_COMMA_NUMBER = re.compile(r"[-+]?\d+,\d+\s*%?")
_MANGLED_CODE = re.compile(r"\d+[.,]\d*|\d+(?:[.,]\d+)?[eE][-+]?\d+")
_TITLE = "Valeurs refusées :"
_SHIPPED: Remembered[pd.DataFrame] = Remembered()


def open_data_path() -> Path:
    """Shipped figures, computed from public statistics."""
    return data_dir() / "values" / "open-data.csv"


def read_values(
    path: Path | str | None = None,
    *,
    catalogue: Catalogue | None = None,
    territory: str | None = None,
) -> pd.DataFrame:
    """Read a tidy CSV of values and refuse it whole when anything in it is wrong.

    A workbook (.xlsx, .xlsm, .ods) goes through the tolerant reader of
    :mod:`diag360.territories.workbook`, whose remarks are then lost: call it directly for them.

    Parameters
    ----------
    path : Path or str, optional
        UTF-8 file with commas, decimal points and a header; the shipped open data by default.
        Columns ``territory, indicator, value`` and, optionally, ``status, year, level, quality,
        source, comment, evidence, author``.
    catalogue : Catalogue, optional
        Indicators and vocabularies to check against; the shipped one by default.
    territory : str, optional
        Siren or name, for a workbook that does not say it; a CSV names its territories itself.

    Returns
    -------
    pandas.DataFrame
        One row per value, every column as text but ``number`` [unit of the indicator, float,
        NaN for a word or a missing value] and ``year`` (nullable integer). Shares are fractions.

    Raises
    ------
    Refusal
        With every fault: unknown indicator or answer, duplicate key, code read as a number,
        decimal comma, wrong encoding, empty file, status that contradicts the value; for a
        workbook, see :func:`diag360.territories.workbook.read_workbook`.
    """
    known = catalogue or load_catalogue()
    if path is None:
        shipped = open_data_path()
        rows = _SHIPPED.of(shipped, make=lambda: _read_csv(shipped, known)[0], basis=known)
        # One's own: pandas copies what is written to, and only then.
        return rows.copy(deep=False)
    file = Path(path)
    if file.suffix.lower() in WORKBOOK_SUFFIXES:
        return _workbook_rows(file, known, territory)
    return _read_csv(file, known)[0]


def read_numbered(file: Path, *, catalogue: Catalogue) -> pd.DataFrame:
    """Read a tidy CSV like :func:`read_values`, with the ``line`` of the file of each row.

    Raises
    ------
    Refusal
        As :func:`read_values`.
    """
    frame, lines = _read_csv(file, catalogue)
    return frame.assign(line=lines)


def _read_csv(file: Path, catalogue: Catalogue) -> tuple[pd.DataFrame, list[int]]:
    rows, lines = read_rows(file, required=REQUIRED, optional=OPTIONAL, title=_TITLE)
    frame = pd.DataFrame(rows, columns=rows.pop(0), dtype="str")
    for column in OPTIONAL:
        if column not in frame:
            frame[column] = ""
    frame = pd.DataFrame({name: frame[name].str.strip() for name in (*REQUIRED, *OPTIONAL)})
    frame["value"] = _same_apostrophes(frame, catalogue)
    filled = frame["value"] != ""
    frame["status"] = frame["status"].where(
        frame["status"] != "", filled.map({True: "observe", False: "non_collecte"})
    )
    frame["quality"] = frame["quality"].where(frame["quality"] != "", "exact")
    faults = [*_check_keys(frame, catalogue, lines), *_check_cells(frame, catalogue)]
    if faults:
        faults.sort(key=lambda fault: fault[0])
        named = [
            Fault(file.name, f"ligne {lines[row]}, {column}", problem, remedy)
            for row, column, problem, remedy in faults
        ]
        raise Refusal(_TITLE, named)
    numeric = frame["indicator"].isin(_numeric_ids(catalogue))
    year = pd.to_numeric(frame["year"].replace("", pd.NA)).astype("Int64")
    frame["number"] = _numbers(frame["value"]).where(numeric)
    frame["year"] = year
    return frame, lines


def _workbook_rows(file: Path, catalogue: Catalogue, territory: str | None) -> pd.DataFrame:
    # The reader of workbooks builds on this module.
    from diag360.territories.workbook import read_workbook

    read = read_workbook(file, catalogue=catalogue, territory=territory)
    if read.rows.empty:
        problem = f"aucune valeur n’est remplie ({read.lines} lignes d’indicateurs lues)"
        raise Refusal(_TITLE, [Fault(file.name, "", problem, "remplir la colonne des valeurs")])
    return read.rows


def _numbers(column: pd.Series) -> pd.Series:
    """Floats nearest to what is written, NaN for words; pandas may miss the last bit."""
    written = column.where(column.str.fullmatch(_NUMBER))
    return written.map(float, na_action="ignore").astype(float)


Found = tuple[int, str, str, str]


def _numeric_ids(catalogue: Catalogue) -> list[str]:
    return [i.id for i in catalogue.indicators.values() if i.response.unit is not None]


def _same_apostrophes(frame: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Answers with the apostrophe of the vocabulary: a word processor changes it silently."""
    words = {w for i in catalogue.indicators.values() for w in i.response.choices}
    plain = {word.replace("’", "'"): word for word in words}
    return frame["value"].map(lambda cell: plain.get(cell.replace("’", "'"), cell))


def _check_keys(frame: pd.DataFrame, catalogue: Catalogue, lines: list[int]) -> list[Found]:
    faults: list[Found] = []
    territories = frame["territory"]
    for code in territories.unique():
        if fault := _code_fault(code):
            faults += [(row, "territory", *fault) for row in frame.index[territories == code]]
    known = list(catalogue.indicators)
    for name in sorted(set(frame["indicator"].unique()) - set(known)):
        near = get_close_matches(name, known, n=3)
        remedy = f"peut-être {' ou '.join(near)} ?" if near else "voir : diag360 list indicators"
        problem = f"indicateur inconnu « {name} »" if name else "l’indicateur manque"
        faults += [
            (row, "indicator", problem, remedy) for row in frame.index[frame["indicator"] == name]
        ]
    first: dict[tuple[str, str], int] = {}
    repeated = np.flatnonzero(frame.duplicated(["territory", "indicator"], keep=False))
    for row in map(int, repeated):
        key = (str(territories.iloc[row]), str(frame["indicator"].iloc[row]))
        if (line := lines[first.setdefault(key, row)]) != lines[row]:
            problem = f"« {key[1]} » a déjà une valeur pour « {key[0]} », ligne {line}"
            faults.append((row, "indicator", problem, "n’en garder qu’une"))
    return faults


def _code_fault(code: str) -> tuple[str, str] | None:
    if not code:
        return "le code du territoire manque", "écrire son numéro Siren"
    if _MANGLED_CODE.fullmatch(code):
        return (
            f"le code « {code} » a été lu comme un nombre",
            "mettre la colonne au format texte, puis recopier le Siren à 9 chiffres",
        )
    if code.isdigit() and len(code) not in (5, 9):
        return (
            f"le code « {code} » a {len(code)} chiffre(s) : un zéro initial a pu être perdu",
            "écrire un Siren (9 chiffres) ou un code commune (5 chiffres), en texte",
        )
    return None


def _check_cells(frame: pd.DataFrame, catalogue: Catalogue) -> list[Found]:
    faults: list[Found] = []
    filled = frame["value"] != ""
    faults += _rows(
        frame.index[filled & frame["status"].isin(WITHOUT_VALUE)],
        frame,
        "status",
        "« {status} » dit qu’il n’y a pas de valeur, or « {value} » est donné",
        "vider la valeur ou changer le statut",
    )
    faults += _rows(
        frame.index[~filled & ~frame["status"].isin(WITHOUT_VALUE)],
        frame,
        "value",
        "valeur vide de {indicator} avec le statut « {status} »",
        f"donner la valeur ou un statut parmi : {', '.join(WITHOUT_VALUE)}",
    )
    for column, words in VOCABULARY.items():
        wrong = ~frame[column].isin([*words, ""])
        faults += _rows(
            frame.index[wrong],
            frame,
            column,
            "« {" + column + "} » inconnu",
            f"choisir parmi : {', '.join(words)}",
        )
    wrong = (frame["year"] != "") & ~frame["year"].str.fullmatch(r"(?:19|20)[0-9]{2}")
    faults += _rows(
        frame.index[wrong], frame, "year", "année illisible « {year} »", "écrire quatre chiffres"
    )
    numeric = frame["indicator"].isin(_numeric_ids(catalogue))
    wrong = filled & numeric & ~np.isfinite(_numbers(frame["value"]))
    for row in frame.index[wrong]:
        faults.append((row, "value", *_number_fault(frame.loc[row], catalogue)))
    for indicator, group in frame[filled & ~numeric].groupby("indicator"):
        if str(indicator) in catalogue.indicators:
            words = catalogue.indicators[str(indicator)].response.choices
            faults += _rows(
                group.index[~group["value"].isin(words)],
                frame,
                "value",
                "réponse inconnue « {value} » pour {indicator}",
                f"choisir parmi : {' ; '.join(words)}",
            )
    return faults


def _rows(
    rows: Iterable[int], frame: pd.DataFrame, column: str, problem: str, remedy: str
) -> list[Found]:
    return [(row, column, problem.format(**frame.loc[row]), remedy) for row in rows]


def _number_fault(row: pd.Series, catalogue: Catalogue) -> tuple[str, str]:
    value, indicator = row["value"], row["indicator"]
    unit = catalogue.unit(indicator)
    example = "0.132 pour 13,2 %" if unit is not None and unit.factor == 100 else "13.2"
    if _COMMA_NUMBER.fullmatch(value) and not value.endswith("%"):
        remedy = f"écrire un point : {value.replace(',', '.')}"
        return f"virgule décimale dans « {value} » ({indicator})", remedy
    return f"« {value} » n’est pas un nombre ({indicator})", f"écrire un nombre seul : {example}"
