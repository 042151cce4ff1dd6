"""From a file to values ready to be scored: read, completed by open data, guarded."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.territories.groups import Group
from diag360.territories.guard import Finding, check_values, withhold
from diag360.territories.perimeter import Territory
from diag360.territories.recombine import recombine
from diag360.territories.values import WORKBOOK_SUFFIXES, read_numbered, read_values
from diag360.territories.workbook.read import read_workbook
from diag360.territories.workbook.remarks import Remark


@dataclass(frozen=True, slots=True)
class Prepared:
    """Values ready to be scored, and what to know about them.

    Parameters
    ----------
    rows : DataFrame
        As :func:`diag360.read_values` gives them; what the guard holds back has no value and the
        status ``non_collecte``, with the reason in its comment.
    given : DataFrame
        Rows of the file alone, as they were read.
    findings : tuple of Finding
        What the guard found in them.
    remarks : tuple of Remark
        Cells of a workbook corrected, not understood or left aside.
    detail : DataFrame or None
        For a group: what each value was recombined from, member by member.
    """

    rows: pd.DataFrame
    given: pd.DataFrame
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]
    detail: pd.DataFrame | None = None


def prepare_values(
    path: Path | str | None = None,
    *,
    place: Territory | None = None,
    catalogue: Catalogue | None = None,
    alone: bool = False,
    today: date | None = None,
) -> Prepared:
    """Read values, complete them with the open data, and hold back what cannot be true.

    Parameters
    ----------
    path : Path or str, optional
        CSV or workbook; the shipped open data when left out.
    place : Territory, optional
        Keeps its rows, and names the territory of a workbook that does not. The values of a
        group are recombined from its members; an answer given for the group itself wins.
    catalogue : Catalogue, optional
        The shipped one by default.
    alone : bool
        Whether the open data is left out. Otherwise an answer of the file replaces the open
        value of the same indicator, and what the file does not answer stays known.
    today : date, optional
        Day the years are judged on; the day it is by default.

    Returns
    -------
    Prepared
        Rows, findings and remarks.

    Raises
    ------
    Refusal
        When the file or the territory is refused.
    """
    catalogue = catalogue or load_catalogue()
    opened = read_values(catalogue=catalogue)
    given: pd.DataFrame = opened
    remarks: tuple[Remark, ...] = ()
    if path is not None:
        given, remarks = read_answers(
            Path(path), catalogue=catalogue, territory=place.siren if place else None
        )
    if place is not None:
        given = given[given["territory"].isin([place.siren, *place.members])]
    # The shipped figures were checked when they were built.
    found = (
        []
        if path is None
        else check_values(
            given, catalogue=catalogue, reference=opened, today=today or datetime.now(UTC).date()
        )
    )
    rows = withhold(given, found)
    if path is not None and not alone:
        places = {*given["territory"].unique(), *(place.members if place else ())}
        rows = overlay(rows, opened[opened["territory"].isin(places)])
    if place is None or not place.members:
        return Prepared(rows, given, tuple(found), remarks)
    group = Group(code=place.siren, name=place.name, members=place.members)
    made = recombine(rows, group=group, catalogue=catalogue)
    rows = overlay(rows[rows["territory"] == group.code], made.rows)
    return Prepared(rows, given, tuple(found), remarks, detail=made.detail)


def read_answers(
    path: Path, *, catalogue: Catalogue, territory: str | None = None
) -> tuple[pd.DataFrame, tuple[Remark, ...]]:
    """Read a CSV or a workbook, with the remarks of the reader of workbooks.

    Parameters
    ----------
    path : Path
        CSV, .xlsx, .xlsm or .ods.
    catalogue : Catalogue
        Indicators and vocabularies.
    territory : str, optional
        Siren or name, for a workbook that does not say it.

    Returns
    -------
    rows : DataFrame
        As :func:`diag360.read_values` gives them, and ``line`` or ``cell``.
    remarks : tuple of Remark
        Empty for a CSV.

    Raises
    ------
    Refusal
        When the file is refused.
    """
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        read = read_workbook(path, catalogue=catalogue, territory=territory)
        return read.rows, read.remarks
    return read_numbered(path, catalogue=catalogue), ()


def overlay(answers: pd.DataFrame, opened: pd.DataFrame) -> pd.DataFrame:
    """Complete answers with the open values of the questions they leave out.

    Parameters
    ----------
    answers, opened : DataFrame
        Rows as :func:`diag360.read_values` gives them.

    Returns
    -------
    DataFrame
        Answers first. A row that only says it was not collected does not hide an open value;
        its comment is carried over. So a value the guard holds back gives way to the open one,
        whose comment then says what was answered.
    """
    keys = ["territory", "indicator"]
    silent = (answers["status"] == "non_collecte") & (answers["value"] == "")
    said = answers[~silent]
    known = pd.MultiIndex.from_frame(said[keys])
    rest = opened[~pd.MultiIndex.from_frame(opened[keys]).isin(known)]
    hushed = answers[silent]
    kept = hushed[
        ~pd.MultiIndex.from_frame(hushed[keys]).isin(pd.MultiIndex.from_frame(rest[keys]))
    ]
    comments = hushed.set_index(keys)["comment"]
    carried = rest.set_index(keys)["comment"].to_frame()
    carried["said"] = comments.reindex(carried.index).fillna("")
    joined = [" ".join(filter(None, pair)) for pair in carried.itertuples(index=False, name=None)]
    rest = rest.assign(comment=joined)
    columns = list(opened.columns)
    parts = [part.reindex(columns=columns) for part in (said, kept, rest) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else answers.reindex(columns=columns)
