"""Notes as W3C Web Annotations, in JSON-LD, for other tools to read.

Web Annotation Data Model, W3C Recommendation of 23 February 2017. What it has no word for stands
under the prefix ``diag360:``.
"""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from diag360.catalogue.model import Catalogue
from diag360.catalogue.record import Day
from diag360.challenge.annotations.model import Creator, Evidence, Kind, Note, Visibility
from diag360.challenge.annotations.resolve import target_label
from diag360.challenge.annotations.target import parse_target, unknown

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
# The context the W3C publishes long lacked « assessing » (w3c/web-annotation, issue 444): said
# again here, it means the same to readers who keep an old copy.
OWN_CONTEXT = {
    "diag360": "urn:diag360:vocabulaire#",
    "assessing": "http://www.w3.org/ns/oa#assessing",
}
MOTIVATIONS: dict[Kind, str] = {
    "objection": "assessing",
    "precision": "describing",
    "source": "linking",
    "proposition": "editing",
    "question": "questioning",
}
COLLECTION = "urn:diag360:notes"
_REWRITTEN = ("modifiee", "deplacee", "remise")
# What may stand in an address as it is (RFC 3986); the rest is percent-encoded.
_ADDRESS = ":/?#@!$&'()*+,;=%~"

Json = dict[str, Any]


def to_jsonld(notes: Iterable[Note], *, catalogue: Catalogue) -> Json:
    """Write notes as a collection of Web Annotations.

    Parameters
    ----------
    notes : iterable of Note
        In the order wanted; those withdrawn by their author are left out. The caller chooses by
        visibility: ``audience`` says it, and keeps nothing secret.
    catalogue : Catalogue
        Gives the words for what notes speak of.

    Returns
    -------
    dict
        JSON-LD: an ``AnnotationCollection`` with its only page. Each note is followed by its
        replies (``replying``) and by the decision made on it (``moderating``), which are
        annotations of the note.
    """
    items = [
        item
        for note in notes
        if not note.withdrawn
        for item in _annotations(note, catalogue=catalogue)
    ]
    page = f"{COLLECTION}:page:1"
    collection: Json = {
        "@context": [CONTEXT, OWN_CONTEXT],
        "id": COLLECTION,
        "type": "AnnotationCollection",
        "label": "Notes d’experts sur le Diagnostic 360°",
        "diag360:catalogueVersion": catalogue.version,
        "total": len(items),
    }
    if items:  # a page holds one annotation at least
        collection["first"] = {
            "id": page,
            "type": "AnnotationPage",
            "partOf": COLLECTION,
            "startIndex": 0,
            "items": items,
        }
        collection["last"] = page
    return collection


def _annotations(note: Note, *, catalogue: Catalogue) -> list[Json]:
    """Give a note, its replies and the decision made on it."""
    head = _annotation(
        f"urn:diag360:note:{note.id}",
        motivation=MOTIVATIONS[note.motivation],
        creator=note.creator,
        created=note.created,
        visibility=note.visibility,
    )
    rewritten = [event.date for event in note.history if event.action in _REWRITTEN]
    if rewritten:
        head["modified"] = _moment(max(rewritten))
    body = [_textual(note.body)] if note.body else []
    body += [_proof(one) for one in note.evidence]
    if note.changes is not None:
        told = note.changes.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        words = json.dumps(told, ensure_ascii=False, sort_keys=True)
        body.append(
            {
                "type": "TextualBody",
                "value": words,
                "format": "application/json",
                "purpose": "editing",
            }
        )
    if body:
        head["body"] = body
    head["target"] = _target(note, catalogue=catalogue)
    head["diag360:kind"] = note.motivation
    head["diag360:status"] = note.status
    if note.impact is not None:
        head["diag360:impact"] = list(note.impact.lines)
    found = [head]
    for number, reply in enumerate(note.replies, start=1):
        found.append(
            _about(
                head["id"],
                f"reponse:{number}",
                motivation="replying",
                creator=reply.creator,
                created=reply.created,
                visibility=note.visibility,
                body=reply.body,
            )
        )
    if note.decision is not None:
        made = note.decision
        decision = _about(
            head["id"],
            "decision",
            motivation="moderating",
            creator=Creator(name=made.by),
            created=made.date,
            visibility=note.visibility,
            body=made.reason,
        )
        found.append({**decision, "diag360:status": note.status})
    return found


def _about(note: str, part: str, *, body: str, **told: Any) -> Json:
    """Annotate a note."""
    return {**_annotation(f"{note}:{part}", **told), "body": [_textual(body)], "target": note}


def _annotation(
    name: str, *, motivation: str, creator: Creator, created: Day, visibility: Visibility
) -> Json:
    made: Json = {"id": name, "type": "Annotation", "motivation": motivation}
    if creator.name or creator.role:
        person: Json = {"type": "Person"}
        if creator.name:
            person["name"] = creator.name
        if creator.role:
            person["diag360:role"] = creator.role
        made["creator"] = person
    made["created"] = _moment(created)
    made["audience"] = {
        "id": f"urn:diag360:audience:{visibility}",
        "type": "schema:Audience",
        "schema:audienceType": visibility,
    }
    return made


def _textual(words: str) -> Json:
    return {
        "type": "TextualBody",
        "value": words,
        "format": "text/markdown",
        "language": "fr",
        "textDirection": "auto",
    }


def _target(note: Note, *, catalogue: Catalogue) -> Json:
    """Give what a note speaks of, and what it was when the note was written."""
    target = parse_target(note.target) or unknown(note.target)
    made: Json = {
        "type": "SpecificResource",
        "source": f"urn:diag360:{quote(str(target), safe='/')}",
        "label": target_label(target, catalogue=catalogue),
    }
    if note.state is not None:
        made["state"] = {
            "type": "TimeState",
            "sourceDate": _moment(note.created),
            "diag360:catalogueVersion": note.state.version,
            "diag360:said": [
                {"diag360:facet": facet, "value": said}
                for facet, said in sorted(note.state.said.items())
            ],
        }
    return made


def _proof(evidence: Evidence) -> Json:
    """Give an address to follow, or the words that name a document."""
    if _leads_somewhere(evidence.url):
        made: Json = {
            "type": "SpecificResource",
            "source": quote(evidence.url, safe=_ADDRESS),
            "purpose": "linking",
        }
        if evidence.document:
            made["label"] = evidence.document
        if evidence.page:
            made["diag360:page"] = evidence.page
        return made
    words = ", ".join(filter(None, (evidence.document, evidence.url, evidence.page)))
    return {
        "type": "TextualBody",
        "value": words,
        "format": "text/plain",
        "language": "fr",
        "purpose": "linking",
    }


def _leads_somewhere(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and address.isprintable()


def _moment(day: Day) -> str:
    """Write a day as the model wants moments: a date and a time, in UTC."""
    return f"{day.isoformat()}T00:00:00Z"
