"""The words of a header: kinds, roles, visibilities and dates, however they are typed."""

import re
from datetime import date
from typing import TypeVar

from rapidfuzz import fuzz, process

from diag360.challenge.annotations.model import Kind, Visibility
from diag360.challenge.variants.model import Role
from diag360.territories.perimeter import plain

KIND_WORDS: dict[Kind, str] = {
    "objection": "objection",
    "precision": "précision",
    "source": "source",
    "proposition": "proposition",
    "question": "question",
}
ROLE_WORDS: dict[Role, str] = {
    "terrain": "terrain",
    "thematique": "thématique",
    "porteur": "porteur",
    "collectivite": "collectivité",
    "equipe": "équipe",
}
VISIBILITY_WORDS: dict[Visibility, str] = {"public": "public", "equipe": "équipe"}
# « @note » says no more than « here is a note »: a precision, unless a kind follows.
ANY_NOTE = ("note", "remarque", "commentaire")
_KINDS: dict[str, Kind] = {
    **{plain(word): kind for kind, word in KIND_WORDS.items()},
    **{f"{plain(word)}s": kind for kind, word in KIND_WORDS.items()},
}
_ROLES: dict[str, Role] = {
    **{plain(word): role for role, word in ROLE_WORDS.items()},
    "expert de terrain": "terrain",
    "experte de terrain": "terrain",
    "expert du terrain": "terrain",
    "experte du terrain": "terrain",
    "expert thematique": "thematique",
    "experte thematique": "thematique",
    "porteuse": "porteur",
    "porteur de projet": "porteur",
    "porteuse de projet": "porteur",
    "porteur du projet": "porteur",
    "porteuse du projet": "porteur",
    "collectivite territoriale": "collectivite",
    "collectivite locale": "collectivite",
    "elu": "collectivite",
    "elue": "collectivite",
    "equipe diag": "equipe",
    "equipe diag360": "equipe",
    "equipe diag 360": "equipe",
    "equipe projet": "equipe",
}
_VISIBILITIES: dict[str, Visibility] = {
    "public": "public",
    "publique": "public",
    "equipe": "equipe",
    "equipe seulement": "equipe",
    "prive": "equipe",
    "privee": "equipe",
}
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
Word = TypeVar("Word", Kind, Role)
_ISO = re.compile(r"(?:le\s+)?(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.IGNORECASE)
_FRENCH = re.compile(r"(?:le\s+)?(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})", re.IGNORECASE)
_SPELLED = re.compile(rf"(?:le )?(\d{{1,2}})(?:er)? ({'|'.join(_MONTHS)}) (\d{{4}})")
_TYPO = 87  # likeness from which a mistyped kind or role is still that one
_SHORTEST = 6  # letters under which a typo could be another word


def kind_of(word: str, *, typos: bool = True) -> Kind | None:
    """Kind of note a word names; ``@note`` is a precision, None when the word is no kind."""
    told = plain(word)
    if told in ANY_NOTE:
        return "precision"
    return _KINDS.get(told) or (_near(told, _KINDS) if typos else None)


def role_of(words: str) -> Role | None:
    """Role that words name (« experte thématique »), None when they name none."""
    told = plain(words)
    return _ROLES.get(told) or _near(told, _ROLES)


def visibility_of(words: str) -> Visibility | None:
    """Visibility that words name, None when they name none."""
    return _VISIBILITIES.get(plain(words))


def day_of(words: str) -> tuple[bool, date | None]:
    """Read a date: whether the words have the shape of one, and the day when it exists."""
    if read := _ISO.fullmatch(words):
        year, month, day = (int(part) for part in read.groups())
    elif read := _FRENCH.fullmatch(words):
        day, month, year = (int(part) for part in read.groups())
    elif read := _SPELLED.fullmatch(plain(words)):
        day, month, year = int(read[1]), _MONTHS.index(read[2]) + 1, int(read[3])
    else:
        return False, None
    try:
        return True, date(year, month, day)
    except ValueError:
        return True, None


def _near(told: str, known: dict[str, Word]) -> Word | None:
    if len(told) < _SHORTEST:
        return None
    found = process.extractOne(told, list(known), scorer=fuzz.ratio, score_cutoff=_TYPO)
    return None if found is None else known[found[0]]
