"""Packs of several services become one set of values; no answer is lost, none chosen silently.

Two answers to one question are the same when their numbers or their words are. An unknown
(``non_collecte``) yields to any answer; « sans objet » and « secret » do not: against a value they
are a conflict, for somebody to decide.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import PurePath
from typing import Any, Literal, get_args

import pandas as pd

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.errors import Fault, Refusal
from diag360.territories.perimeter import plain
from diag360.territories.values import OPTIONAL, REQUIRED

Rule = Literal["refuser", "dernier", "service", "premier"]
RULES: tuple[Rule, ...] = get_args(Rule)
# What of an answer is told in the comment when another one is kept.
_DETAILS = {"status": "statut", "level": "niveau", "quality": "qualité", "source": "source"}
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
# Where a cell may begin, for a spreadsheet that reads « ; » or a tabulation as its end.
_RISKY = re.compile(r"(^|[\n\r\t;])(?=[=+\-@])")
_TITLE = "Fusion refusée :"
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """One set of values made of several.

    Parameters
    ----------
    rows : DataFrame
        As given by :func:`diag360.read_values`, one row per territory and indicator, in order of
        appearance. Columns of any part (``cell``, ``date``…) are kept.
    conflicts : DataFrame
        One row per answer to a question that got different ones: territory, indicator, file,
        value, status, year, date, author, comment, kept (bool) and why (French, how it was
        decided). Empty when the parts agree.
    """

    rows: pd.DataFrame
    conflicts: pd.DataFrame


def merge_values(
    parts: Sequence[tuple[str, pd.DataFrame]],
    *,
    rule: Rule = "refuser",
    catalogue: Catalogue | None = None,
) -> Merged:
    """Merge the answers of several files.

    Parameters
    ----------
    parts : sequence of (str, DataFrame)
        File name and rows of each; an optional column ``date`` (« 2026-03-31 » or « 31/03/2026 »)
        says when it was filled, an optional column ``service`` by which service.
    rule : {"refuser", "dernier", "service", "premier"}
        How a conflict is settled: not at all; the latest year, then the latest date, then the
        last file; the answer of the service that knows the indicator, recognised in its
        ``service``, its author or the name of its file; the first file.
    catalogue : Catalogue, optional
        Says which service knows an indicator; the shipped one by default.

    Returns
    -------
    Merged
        Rows and conflicts. What is not kept stays readable in the comment of what is.

    Raises
    ------
    Refusal
        With every conflict the rule does not settle; or when the rule or the parts are missing.
    """
    if rule not in RULES:
        fault = Fault("--rule", "", f"« {rule} » inconnu", f"choisir parmi : {', '.join(RULES)}")
        raise Refusal(_TITLE, [fault])
    if not parts:
        raise Refusal(_TITLE, [Fault("FICHIERS", "", "aucun fichier", "en donner au moins un")])
    catalogue = catalogue or load_catalogue()
    stacked = _stack(parts)
    keys = ["territory", "indicator"]
    distinct = stacked[keys][~stacked.duplicated(stacked.columns.difference(["_file"]))]
    several = pd.MultiIndex.from_frame(distinct[distinct.duplicated(keys)])
    repeated = pd.MultiIndex.from_frame(stacked[keys]).isin(several)
    settled: dict[int, dict[str, Any]] = {}
    conflicts: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for _, group in stacked[repeated].groupby(keys, sort=False):
        answers = [
            {"_at": at, **{str(name): cell for name, cell in row.items()}}
            for at, row in enumerate(group.to_dict("records"))
        ]
        known = [a for a in answers if _key(a) is not None] or answers
        differ = len({_key(a) for a in known}) > 1
        # Equal answers lend their year and source from the latest one, or from the first.
        calm: Rule = "premier" if rule == "premier" else "dernier"
        kept, why = _choose(known, rule if differ else calm, catalogue)
        if kept is None:
            faults.append(_refuse(known, why))
            continue
        if differ:
            conflicts += [_told(a, kept=_key(a) == _key(kept), why=why) for a in known]
        settled[int(group.index[0])] = _join(kept, answers)
    if faults:
        raise Refusal(_TITLE, faults)
    rows = stacked.drop_duplicates(keys)
    if settled:
        changed = pd.DataFrame.from_dict(settled, orient="index")
        for name in rows.columns.difference(["_file", *keys]):
            column = pd.Series(
                changed[name].to_list(), index=changed.index, dtype=rows.dtypes[name]
            )
            rows.loc[changed.index, name] = column
    return Merged(
        rows=rows.drop(columns="_file").reset_index(drop=True),
        conflicts=pd.DataFrame(conflicts, columns=_COLUMNS),
    )


_IDENTITY = ["territory", "indicator", "file", "value", "status", "year", "date", "author"]
_COLUMNS = [*_IDENTITY, "comment", "kept", "why"]


def tidy_csv(rows: pd.DataFrame) -> str:
    """Write rows as the text of a tidy CSV, which :func:`diag360.read_values` reads back.

    Parameters
    ----------
    rows : DataFrame
        Columns of a value; others (``number``, ``cell``…) are left out.

    Returns
    -------
    str
        Header and rows, Unix line ends. Wherever a spreadsheet would run a text as a formula, a
        space stands before it, which makes it words: at its start, where the reader takes the
        space away, at the start of a line, and after what may cut cells for a French spreadsheet.
    """
    table = rows.reindex(columns=[*REQUIRED, *OPTIONAL]).astype("str").fillna("")
    table["year"] = rows["year"].astype("Int64").astype("str").fillna("")
    for name in ("source", "comment", "evidence", "author"):
        table[name] = table[name].str.replace(_RISKY, r"\1 ", regex=True)
    return table.to_csv(index=False, lineterminator="\n")


def _stack(parts: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """All rows one after the other, each knowing its file."""
    frames = []
    for name, rows in parts:
        rows = rows.assign(_file=PurePath(name).name)
        if "cell" in rows and len(parts) > 1:
            # An address alone does not say in which workbook it is.
            filled = rows["cell"].fillna("") != ""
            rows["cell"] = rows["cell"].where(~filled, rows["_file"] + ", " + rows["cell"])
        frames.append(rows)
    stacked = pd.concat(frames, ignore_index=True)
    # A column one part lacks is empty there, unless it holds numbers.
    texts = stacked.select_dtypes(["object", "str"]).columns
    stacked[texts] = stacked[texts].astype("str").fillna("")
    return stacked


def _key(answer: Answer) -> tuple[str, object] | None:
    """What an answer says; None when it says nothing."""
    if pd.notna(answer["number"]):
        return "nombre", float(answer["number"])
    if answer["value"] != "":
        return "mot", answer["value"]
    return None if answer["status"] == "non_collecte" else ("statut", answer["status"])


def _choose(answers: list[dict[str, Any]], rule: Rule, catalogue: Catalogue) -> tuple[Any, str]:
    """Answer kept, None when the rule does not say; and why, in French."""
    match rule:
        case "premier":
            return answers[0], "premier fichier donné"
        case "dernier":
            latest = max(answers, key=_age)
            others = [a for a in answers if _key(a) != _key(latest)]
            ranks = [_age(a) for a in others] or [_age(latest)]
            if _age(latest)[0] > max(rank[0] for rank in ranks):
                return latest, f"année la plus récente ({latest['year']})"
            if _age(latest)[:2] > max(rank[:2] for rank in ranks):
                return latest, f"rempli en dernier ({latest['date']})"
            return latest, "dernier fichier donné, à année et date égales"
        case "service":
            name = catalogue.indicators[answers[0]["indicator"]].collection.service
            label = catalogue.services[name].label
            own = [a for a in answers if _comes_from(a, name, label)]
            if len({_key(a) for a in own}) == 1:
                return max(own, key=_age), f"réponse du service « {label} »"
            if own:
                return None, f"le service « {label} » a donné plusieurs réponses"
            return None, f"aucune réponse ne dit venir du service « {label} »"
        case _:
            return None, ""


def _age(answer: Answer) -> tuple[int, str, int]:
    """Rank in time: year observed, day filled, then order of the files."""
    year: int = 0 if pd.isna(answer["year"]) else int(answer["year"])
    return year, _day(str(answer.get("date", ""))), int(answer["_at"])


def _day(written: str) -> str:
    """ISO day, "" when unreadable: such an answer is older than any dated one."""
    if found := _SLASHED.fullmatch(written.strip()):
        written = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    try:
        return date.fromisoformat(written.strip()[:10]).isoformat()
    except ValueError:
        return ""


def _comes_from(answer: Answer, service: str, label: str) -> bool:
    """Whether the service column, the author or else the name of the file names a service."""
    wanted = {plain(service), plain(label)}
    said = str(answer.get("service", ""))
    places = [said] if said.strip() else [str(answer["author"]), PurePath(answer["_file"]).stem]
    return any(f" {name} " in f" {plain(place)} " for name in wanted for place in places)


def _join(kept: Answer, answers: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer kept, with all that the others said in its comment, evidence and author."""
    joined = dict(kept)
    others = [answer for answer in answers if answer is not kept]
    same = [answer for answer in others if _key(answer) == _key(kept)]
    for name in ("evidence", "author"):
        joined[name] = _unique([kept[name], *(answer[name] for answer in same)])
    for answer, name in product(same, ("year", "level", "source")):
        if _empty(joined[name]):
            joined[name] = answer[name]
    notes = []
    for answer in others:
        told = _differences(answer, joined)
        if _key(answer) == _key(kept):
            notes += [f"même réponse {told}"] if told else []
        elif _key(answer) is not None:
            said = [f"{_said(answer)} {told or f'({_who(answer)})'}", answer["comment"]]
            notes.append(f"autre réponse : {', '.join(filter(None, [*said, answer['evidence']]))}")
        elif answer["comment"]:
            notes.append(f"sans réponse ({_who(answer)}) : {answer['comment']}")
    joined["comment"] = _unique([kept["comment"], *(a["comment"] for a in same), *notes])
    return joined


def _differences(answer: Answer, joined: Answer) -> str:
    """Who answered, and what of the answer is not already told by the row kept; "" if nothing."""
    told = [
        f"{label} {answer[name]}"
        for name, label in _DETAILS.items()
        if not _empty(answer[name]) and answer[name] != joined[name]
    ]
    if not told and (_empty(answer["year"]) or answer["year"] == joined["year"]):
        return ""
    return ", ".join([f"({_who(answer)})", *told])


def _unique(texts: Sequence[str]) -> str:
    return " ; ".join(dict.fromkeys(text for text in texts if text))


def _empty(cell: Any) -> bool:
    return bool(pd.isna(cell)) or cell == ""


def _said(answer: Answer) -> str:
    return f"« {answer['value'] or answer['status'].replace('_', ' ')} »"


def _who(answer: Answer) -> str:
    when = [] if _empty(answer["year"]) else [str(answer["year"])]
    day = [f"rempli le {answer['date']}"] if answer.get("date") else []
    return ", ".join([answer["_file"], *filter(None, [answer["author"]]), *when, *day])


def _refuse(answers: list[dict[str, Any]], why: str) -> Fault:
    files = " et ".join(dict.fromkeys(a["_file"] for a in answers))
    listed = " ; ".join(
        f"{_said(a)} ({_who(a)})" + (f", « {a['comment']} »" if a["comment"] else "")
        for a in answers
    )
    problem = f"réponses différentes : {listed}" + (f" ; {why}" if why else "")
    remedy = "corriger un fichier, ou choisir une autre règle (--rule) : " + ", ".join(RULES[1:])
    return Fault(files, f"{answers[0]['territory']}, {answers[0]['indicator']}", problem, remedy)


def _told(answer: Answer, *, kept: bool, why: str) -> dict[str, Any]:
    line = {name: answer.get(name, "") for name in _COLUMNS}
    return {**line, "file": answer["_file"], "kept": kept, "why": why}
