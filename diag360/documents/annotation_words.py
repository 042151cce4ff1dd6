"""Notes of experts in plain French: what they are, who signs, what became of them."""

from collections.abc import Sequence

from diag360.challenge.annotations.model import Creator, Evidence, Note
from diag360.documents import text
from diag360.documents.note_html import one_line, safe_address
from diag360.documents.notes_shown import Shown
from diag360.documents.variant_words import ROLES, STATUSES, day

KINDS = {
    "objection": "objection",
    "proposition": "proposition",
    "question": "question",
    "precision": "précision",
    "source": "source",
}
TARGETS = {
    "indicateur": "indicateur",
    "seuil": "seuils",
    "poids": "poids",
    "valeur": "valeur",
    "besoin": "besoin",
    "alea": "aléa",
    "cotation": "cotation",
    "dependance": "dépendance",
    "paragraphe": "texte",
    "inconnu": "sans place",
}
VISIBILITIES = {"public": "publique", "equipe": "équipe seulement"}
UNSIGNED = "sans signature"


def who(creator: Creator) -> tuple[str, str]:
    """Name of an author and, in French, where he speaks from; both may be empty."""
    return one_line(creator.name, limit=80), ROLES.get(creator.role or "", "")


def signature(creator: Creator, date: object = "") -> str:
    """Who wrote, from where, and when, on one line."""
    name, role = who(creator)
    said = [f"{name} ({role})" if name and role else name or role or UNSIGNED]
    if str(date):
        said.append(day(date))
    return ", ".join(said)


def decision(note: Note) -> str:
    """Say who accepted or rejected a note, when and why; ``""`` while it is open."""
    made = note.decision
    if made is None:
        return ""
    word = STATUSES[note.status].capitalize()
    return f"{word} le {day(made.date)} par {one_line(made.by, limit=80)} : {one_line(made.reason)}"


def proof(evidence: Evidence) -> tuple[str, str]:
    """What a piece of evidence is, and its address when a reader may follow it."""
    address = safe_address(evidence.url)
    page = one_line(evidence.page)
    if page[:1].isdigit():
        page = f"page {page}"
    named = [part for part in (one_line(evidence.document), page) if part]
    if evidence.url and not (address and evidence.document):
        named.insert(0, one_line(evidence.url))
    return ", ".join(named), address


def count_notes(shown: Sequence[Shown]) -> str:
    """Count notes and, among them, the objections nobody has decided on."""
    contests = sum(one.contests for one in shown)
    all_of_them = len(shown) == contests
    if all_of_them:
        return text.count(contests, "objection ouverte", "objections ouvertes")
    said = text.count(len(shown), "note d’expert", "notes d’experts")
    if not contests:
        return said
    return f"{said}, dont {text.count(contests, 'objection ouverte', 'objections ouvertes')}"


def count_objections(count: int) -> str:
    """Count open objections; ``""`` when there is none."""
    return text.count(count, "objection ouverte", "objections ouvertes") if count else ""
