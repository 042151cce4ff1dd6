"""Answers out of the workbooks experts filled; columns found by their titles."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from diag360.catalogue.model import Catalogue
from diag360.challenge.panel.answers import judge
from diag360.challenge.panel.items import Item, check_subject, items_of
from diag360.challenge.panel.read import TITLE
from diag360.challenge.panel.records import ROLES, Answer, Method, PanelBody, role_named
from diag360.challenge.panel.rows import SHEET, read_rows
from diag360.errors import Fault, Refusal
from diag360.territories.perimeter import plain
from diag360.territories.workbook.book import read_sheets
from diag360.territories.workbook.cover import Cover, read_cover

# Labels of the cover, as they are written and looked for.
COVER = {
    "subject": "Objet",
    "framework": "Cadre",
    "method": "Méthode",
    "version": "Version du catalogue",
    "expert": "Nom",
    "role": "Rôle",
    "organisation": "Organisme",
    "date": "Le",
    "comment": "Remarque générale",
}
_START_AGAIN = "repartir du classeur envoyé (diag360 elicit sheet)"


@dataclass(frozen=True, slots=True)
class Filled:
    """One workbook: what it is about and what its expert answered."""

    file: str
    framework: str
    subject: str
    items: tuple[Item, ...]
    answer: Answer


def read_answer(path: Path, *, catalogue: Catalogue) -> Filled:
    """Read the workbook of one expert.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm or .ods file made by ``diag360 elicit sheet``.
    catalogue : Catalogue
        Needs and indicators.

    Returns
    -------
    Filled
        The answer, checked.

    Raises
    ------
    Refusal
        With every fault, by cell where there is one: no name, role unknown, item unknown, not a
        number, out of 1–9, points that do not sum to 100, comparison missing.
    """
    file = path.name
    sheets = read_sheets(path)
    cover = read_cover(sheets)
    faults: list[Fault] = []
    framework, subject = _get(cover, "framework"), _get(cover, "subject")
    method = _method(_get(cover, "method"))
    for key, found in (("framework", framework), ("subject", subject), ("method", method)):
        if not found:
            what = _get(cover, key)
            problem = f"« {what} » n’en est pas une" if what else f"« {COVER[key]} » manque"
            faults.append(Fault(file, COVER[key], problem, _START_AGAIN))
    if framework and subject:
        faults += check_subject(subject, framework=framework, catalogue=catalogue, file=file)
    sheet = next((one for one in sheets if plain(one.name) == plain(SHEET)), None)
    if sheet is None:
        faults.append(Fault(file, "", f"aucune feuille « {SHEET} »", _START_AGAIN))
    if faults or method is None or sheet is None:
        raise Refusal(TITLE, faults)
    identity, faults = _identity(file, cover)
    known = items_of(subject, framework=framework, catalogue=catalogue, tier="expert")
    names, given, wrong = read_rows(sheet, file=file, method=method, items=known)
    faults += wrong
    items = tuple(item for item in known if item.id in names)
    if not faults:
        answer = Answer(method=method, **identity, **given)
        labels = {item.id: item.label for item in items}
        _, found_wrong = judge(answer, labels=labels, file=file, place="")
        faults += [replace(fault, place=SHEET) for fault in found_wrong]
    if faults:
        raise Refusal(TITLE, faults)
    return Filled(file, framework, subject, items, answer)


def gather(
    paths: Sequence[Path],
    *,
    catalogue: Catalogue,
    id: str,
    label: str,
    anonymous: bool = False,
) -> list[PanelBody]:
    """Read the workbooks of several experts and put together those about the same thing.

    Parameters
    ----------
    paths : sequence of Path
        Filled workbooks.
    catalogue : Catalogue
        Needs and indicators.
    id, label : str
        Of the panel; with several subjects, the subject is added to the id.
    anonymous : bool
        Whether names and organisations are left out; roles stay.

    Returns
    -------
    list of PanelBody
        One per subject, in the order they were met.

    Raises
    ------
    Refusal
        With every fault of every file; also when an expert answered twice, or files about the same
        subject do not hold the same items.
    """
    faults: list[Fault] = []
    groups: dict[tuple[str, str], list[Filled]] = {}
    for path in paths:
        try:
            one = read_answer(path, catalogue=catalogue)
        except Refusal as refusal:
            faults += refusal.faults
            continue
        group = groups.setdefault((one.framework, one.subject), [])
        faults += _against(one, group)
        group.append(one)
    if faults:
        raise Refusal(TITLE, faults)
    experts = list(dict.fromkeys(_key(o) for group in groups.values() for o in group))
    bodies = []
    for (framework, subject), group in groups.items():
        suffix = "" if len(groups) == 1 else f"-{subject.rpartition(':')[2]}"
        answers = tuple(
            one.answer.model_copy(
                update={"expert": f"Expert {experts.index(_key(one)) + 1}", "organisation": ""}
            )
            if anonymous
            else one.answer
            for one in group
        )
        bodies.append(
            PanelBody(
                id=f"{id}{suffix}", label=label, framework=framework, subject=subject,
                items=tuple(item.id for item in group[0].items), answers=answers,
            )
        )  # fmt: skip
    return bodies


def _against(one: Filled, others: Sequence[Filled]) -> list[Fault]:
    faults = []
    for other in others:
        if _key(other) == _key(one):
            problem = f"« {one.answer.expert} » a déjà répondu dans {other.file}"
            faults.append(Fault(one.file, COVER["expert"], problem, "ne donner qu’un classeur"))
    if others:
        mine, first = ({item.id: item.label for item in o.items} for o in (one, others[0]))
        for name in sorted({*mine} ^ {*first}):
            where, label = (one.file, mine[name]) if name in mine else (others[0].file, first[name])
            problem = f"« {label} » ne figure que dans {where}"
            remedy = "faire répondre sur les mêmes éléments"
            faults.append(Fault(one.file, SHEET, problem, remedy))
    return faults


def _key(one: Filled) -> str:
    return plain(one.answer.expert)


def _identity(file: str, cover: Cover) -> tuple[dict[str, Any], list[Fault]]:
    faults = []
    name, word, day = (_get(cover, key) for key in ("expert", "role", "date"))
    role = role_named(word)
    if not plain(name):
        problem = "le nom de l’expert manque"
        faults.append(Fault(file, COVER["expert"], problem, "l’écrire, ou un pseudonyme"))
    if role is None:
        problem = f"« {word} » n’est pas un rôle" if word else "le rôle manque"
        remedy = f"choisir parmi : {', '.join(ROLES.values())}"
        faults.append(Fault(file, COVER["role"], problem, remedy))
    when = _day(day)
    if day and when is None:
        problem = f"« {day} » n’est pas une date"
        faults.append(Fault(file, COVER["date"], problem, "écrire par exemple 2026-03-14"))
    identity = {
        "expert": name,
        "role": role,
        "organisation": _get(cover, "organisation"),
        "date": when,
        "comment": _get(cover, "comment"),
    }
    return identity, faults


def _get(cover: Cover, key: str) -> str:
    return cover.get(plain(COVER[key]))


def _method(word: str) -> Method | None:
    names: Mapping[str, Method] = {plain(name): name for name in get_args(Method)}
    return names.get(plain(word))


def _day(text: str) -> datetime.date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
