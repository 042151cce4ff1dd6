"""Campaigns: values of the same territories at several dates, kept side by side."""

import csv
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.errors import Fault, Refusal
from diag360.territories.csv_rows import read_rows
from diag360.territories.values import OPTIONAL, REQUIRED, read_values

CAMPAIGN = "campaign"
_TITLE = "Campagnes refusées :"
Reader = Callable[..., pd.DataFrame]


def read_campaigns(
    files: Mapping[str, Path | str] | Path | str,
    *,
    catalogue: Catalogue,
    reader: Reader = read_values,
) -> pd.DataFrame:
    """Read values of several campaigns.

    Parameters
    ----------
    files : mapping of str to Path, or Path
        One file per campaign, by its label (``"2024"``); or one tidy CSV with a column
        ``campaign`` beside those of :func:`diag360.read_values`.
    catalogue : Catalogue
        What the values are checked against.
    reader : callable, optional
        Reads the file of one campaign: ``reader(path, catalogue=…)``.

    Returns
    -------
    DataFrame
        Column ``campaign`` (text), then those of :func:`diag360.read_values`; campaigns in the
        order given, or of appearance. A territory may have one value of an indicator in each.

    Raises
    ------
    Refusal
        With the faults of every file; an empty label; no campaign at all.
    """
    if not isinstance(files, Mapping):
        return _read_one(Path(files), catalogue=catalogue)
    faults = [
        Fault(str(path), "", "une campagne n’a pas de nom", "la nommer, par exemple 2026")
        for label, path in files.items()
        if not label.strip()
    ]
    if not files:
        remedy = "donner au moins un fichier et son nom de campagne"
        faults.append(Fault("campagnes", "", "aucune campagne", remedy))
    parts: list[pd.DataFrame] = []
    for label, path in files.items():
        try:
            rows = reader(Path(path), catalogue=catalogue)
        except Refusal as refusal:
            faults += [_of_campaign(fault, label) for fault in refusal.faults]
            continue
        parts.append(_labelled(rows, label.strip()))
    if faults:
        raise Refusal(_TITLE, faults)
    return pd.concat(parts, ignore_index=True)


def campaign_rows(rows: pd.DataFrame, campaign: str) -> pd.DataFrame:
    """Rows of one campaign, as :func:`diag360.read_values` gives them.

    Raises
    ------
    Refusal
        When there is no such campaign; lists those there are.
    """
    kept = rows[rows[CAMPAIGN] == campaign]
    if kept.empty:
        known = ", ".join(str(label) for label in rows[CAMPAIGN].unique())
        problem = f"aucune campagne « {campaign} »"
        raise Refusal(_TITLE, [Fault("campagnes", "", problem, f"choisir parmi : {known}")])
    return kept.drop(columns=CAMPAIGN).reset_index(drop=True)


def side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay the campaigns in columns.

    Parameters
    ----------
    rows : DataFrame
        From :func:`read_campaigns`.

    Returns
    -------
    DataFrame
        Indexed by territory and indicator, one column of values (text as written) per campaign in
        their order; empty where there is no value, NaN where there is no row.
    """
    keys = ["territory", "indicator"]
    table = rows.pivot_table(index=keys, columns=CAMPAIGN, values="value", aggfunc="first")
    return table[list(dict.fromkeys(rows[CAMPAIGN]))]


def _labelled(rows: pd.DataFrame, label: str) -> pd.DataFrame:
    rows = rows.copy()
    rows.insert(0, CAMPAIGN, label)
    return rows


def _of_campaign(fault: Fault, label: str) -> Fault:
    place = f"campagne {label}, {fault.place}" if fault.place else f"campagne {label}"
    return Fault(fault.file, place, fault.problem, fault.remedy)


def _read_one(file: Path, *, catalogue: Catalogue) -> pd.DataFrame:
    """Split a file by campaign; each part keeps the lines of the file, the others being blank."""
    rows, lines = read_rows(file, required=(CAMPAIGN, *REQUIRED), optional=OPTIONAL, title=_TITLE)
    header = rows.pop(0)
    at = header.index(CAMPAIGN)
    labels = [row[at].strip() for row in rows]
    if "" in labels:
        faults = [
            Fault(file.name, f"ligne {line}, {CAMPAIGN}", "la campagne manque", "l’écrire")
            for line, label in zip(lines, labels, strict=True)
            if not label
        ]
        raise Refusal(_TITLE, faults)
    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, Path] = {}
        for label in dict.fromkeys(labels):
            kept = [
                (line, [*row[:at], *row[at + 1 :]])
                for line, row, own in zip(lines, rows, labels, strict=True)
                if own == label
            ]
            files[label] = Path(folder) / str(len(files)) / file.name
            files[label].parent.mkdir()
            _write_at(files[label], [*header[:at], *header[at + 1 :]], kept)
        return read_campaigns(files, catalogue=catalogue)


def _write_at(file: Path, header: list[str], rows: list[tuple[int, list[str]]]) -> None:
    """Write rows on the lines they came from, so that a fault names the line of the user's file."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        written = 1
        for line, row in rows:
            text.write("\n" * (line - 1 - written))
            writer.writerow(row)
            # A cell may hold line breaks: the row then covers several lines of the file.
            written = line + sum(cell.count("\n") for cell in row)
