"""Territories made of several: a pays, a PETR, a département, a list of communes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from diag360.catalogue.strict_yaml import read_yaml
from diag360.errors import Fault, Refusal
from diag360.territories.csv_rows import read_rows
from diag360.territories.denominators import load_communes
from diag360.territories.perimeter import find_territory, load_epci, plain

_TITLE = "Périmètre refusé :"
_KEYS = ("code", "name", "members")
_COMMUNE = re.compile(r"(?:\d\d|2[AB])\d{3}", re.ASCII)
_LONGEST = 64  # signs of a code: a disk takes 255 bytes, and some of our names hold more
_CODE = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Group:
    """A perimeter made of others.

    Parameters
    ----------
    code : str
        Siren of its own (a PETR has one), or a word such as ``departement-22``.
    name : str
        French name.
    members : tuple of str
        Sirens of intercommunalités and codes of communes; no place is in it twice.
    """

    code: str
    name: str
    members: tuple[str, ...]


def read_group(path: Path | str) -> Group:
    """Read a perimeter from a small file.

    Parameters
    ----------
    path : Path or str
        YAML with the keys ``code``, ``name`` and ``members`` (a list), or CSV with the columns
        ``code, name, member`` and one line per member. A member is the siren or the name of an
        intercommunalité, or the code of a commune.

    Returns
    -------
    Group
        Members in the order of the file.

    Raises
    ------
    Refusal
        With every fault: unknown or ambiguous member, member given twice, commune of an
        intercommunalité that is also a member, no member, code that is another territory's.
    """
    file = Path(path)
    read = _read_csv if file.suffix.lower() == ".csv" else _read_yaml
    code, name, members, faults = read(file)
    if faults:
        raise Refusal(_TITLE, faults)
    return make_group(code, name=name, members=members, file=file.name)


def make_group(
    code: str,
    *,
    name: str,
    members: Sequence[tuple[str, str]] | Sequence[str],
    file: str = "groupe",
) -> Group:
    """Check a perimeter and name its members by their codes.

    Parameters
    ----------
    code, name : str
        Of the perimeter.
    members : sequence of str, or of (str, str)
        Sirens, names of intercommunalités or codes of communes; with the place each stands at.
    file : str
        How the perimeter is named in a refusal.

    Returns
    -------
    Group
        Members in their order.

    Raises
    ------
    Refusal
        As for :func:`read_group`.
    """
    placed = [("", one) if isinstance(one, str) else one for one in members]
    epci, communes = load_epci(), load_communes()
    faults = list(_head_faults(code, name, file=file, taken=[*epci.index, *communes.index]))
    if not placed:
        remedy = "lister des Siren d’intercommunalités ou des codes de communes"
        faults.append(Fault(file, "members", "aucun membre", remedy))
    codes: dict[str, str] = {}
    for place, text in placed:
        found, problems = _find(text.strip(), epci=epci, communes=communes)
        faults += [Fault(file, place, fault.problem, fault.remedy) for fault in problems]
        if found in codes:
            problem = f"« {text} » figure deux fois"
            faults.append(Fault(file, place, problem, "ne l’écrire qu’une fois"))
        elif found:
            codes[found] = place
    owners = dict(zip(communes.index, communes["siren"], strict=True))
    for one, place in codes.items():
        owner = owners.get(one, "")
        if owner in codes:
            problem = f"la commune « {one} » est déjà dans {epci['name'][owner]} ({owner})"
            remedy = "garder l’intercommunalité, ou la liste de ses communes"
            faults.append(Fault(file, place, problem, remedy))
    if faults:
        raise Refusal(_TITLE, faults)
    return Group(code=code, name=name.strip(), members=tuple(codes))


def group_of_department(query: str) -> Group:
    """Gather the intercommunalités whose seat is in a département.

    Some of them spread over a neighbour and some communes belong to a neighbour's: the perimeter
    is close to the département, not equal to it.

    Parameters
    ----------
    query : str
        Code (``"22"``, ``"2A"``, ``"974"``) or name, whatever the case and the accents.

    Returns
    -------
    Group
        With the code ``departement-22``.

    Raises
    ------
    Refusal
        When there is no such département.
    """
    epci = load_epci()
    wanted = query.strip().upper()
    wanted = wanted.zfill(2) if wanted.isdigit() else wanted
    kept = epci[epci["department"] == wanted]
    if kept.empty:
        kept = epci[epci["department_name"].map(plain) == plain(query)]
    if kept.empty:
        fault = Fault(
            f"« {query} »",
            "",
            "aucun département de ce code ou de ce nom",
            "donner un code (22, 2A, 974) ou un nom (Côtes-d’Armor)",
        )
        raise Refusal(_TITLE, [fault])
    code, label = str(kept["department"].iloc[0]), str(kept["department_name"].iloc[0])
    name = f"{label} (intercommunalités qui y ont leur siège)"
    return Group(code=f"departement-{code}", name=name, members=tuple(map(str, kept.index)))


Read = tuple[str, str, list[tuple[str, str]], list[Fault]]


def _read_yaml(file: Path) -> Read:
    data, fault = read_yaml(file, name=file.name)
    if fault:
        return "", "", [], [fault]
    body: dict[str, Any] = data
    faults = [
        Fault(file.name, "", f"clé inconnue « {key} »", f"choisir parmi : {', '.join(_KEYS)}")
        for key in body
        if key not in _KEYS
    ]
    faults += [
        Fault(file.name, "", f"la clé « {key} » manque", f"attendu : {', '.join(_KEYS)}")
        for key in _KEYS
        if key not in body
    ]
    members = body.get("members", [])
    if not isinstance(members, list):
        problem = f"liste attendue, lu « {members} »"
        return "", "", [], [*faults, Fault(file.name, "members", problem, "écrire [un, deux]")]
    # Only what is written as a number without a leading zero is read as one: no digit is lost.
    listed = [(f"members[{at}]", str(one)) for at, one in enumerate(members, start=1)]
    return str(body.get("code", "")), str(body.get("name", "")), listed, faults


def _read_csv(file: Path) -> Read:
    rows, lines = read_rows(file, required=("code", "name", "member"), optional=(), title=_TITLE)
    table = pd.DataFrame(rows[1:], columns=rows[0], dtype="str")
    faults: list[Fault] = []
    head: list[str] = []
    for column in ("code", "name"):
        texts = [text.strip() for text in table[column] if text.strip()]
        head.append(texts[0] if texts else "")
        if others := sorted(set(texts) - set(head[-1:])):
            problem = f"un autre périmètre : « {others[0]} » après « {head[-1]} »"
            faults.append(Fault(file.name, column, problem, "un fichier par périmètre"))
    placed = [(f"ligne {line}", text) for line, text in zip(lines, table["member"], strict=True)]
    return head[0], head[1], placed, faults


def _head_faults(code: str, name: str, *, file: str, taken: Iterable[str]) -> Iterable[Fault]:
    if not name.strip():
        yield Fault(file, "name", "le nom du périmètre manque", "l’écrire")
    elif name.strip()[0] in "=+-@":
        problem = f"« {name.strip()[:30]} » serait une formule dans un tableur"
        yield Fault(file, "name", problem, "commencer par une lettre ou un chiffre")
    if code in set(taken):
        problem = f"« {code} » est le code d’un autre territoire"
        yield Fault(file, "code", problem, "donner son propre Siren, ou un mot")
    elif len(code) > _LONGEST:
        problem = f"un code de {len(code)} signes : il nomme un dossier"
        yield Fault(file, "code", problem, f"{_LONGEST} signes au plus")
    elif not _CODE.fullmatch(code) or (code.isdigit() and len(code) != 9):
        yield Fault(
            file,
            "code",
            f"« {code} » ne peut pas servir de code",
            "écrire un Siren à 9 chiffres, ou un mot de lettres, chiffres et tirets",
        )


def _find(text: str, *, epci: pd.DataFrame, communes: pd.DataFrame) -> tuple[str, Sequence[Fault]]:
    """Code of a member; empty, with the faults, when there is none."""
    if text in epci.index or text in communes.index:
        return text, ()
    if _COMMUNE.fullmatch(text):
        problem = f"« {text} » n’est pas une commune membre d’une intercommunalité en 2025"
        return "", [Fault("", "", problem, "vérifier le code Insee (5 caractères)")]
    if not text:
        return "", [Fault("", "", "un membre est vide", "l’écrire ou ôter la ligne")]
    try:
        return find_territory(text, epci=epci).siren, ()
    except Refusal as refusal:
        return "", [
            Fault("", "", f"{fault.file} {fault.problem}", fault.remedy) for fault in refusal.faults
        ]
