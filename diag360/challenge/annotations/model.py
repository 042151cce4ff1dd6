"""A note: what its expert wrote, what became of it; the words follow W3C Web Annotation."""

import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field, model_validator

from diag360.catalogue.record import Day, Record
from diag360.challenge.variants.model import Changes, Decision, Role, Status

Kind = Literal["objection", "precision", "source", "proposition", "question"]
Visibility = Literal["public", "equipe"]
Action = Literal[
    "creee", "modifiee", "deplacee", "concurrente", "retiree", "remise", "reponse", "decidee"
]
NOTE_ID = r"^n-[0-9a-f]{10}$"


class Creator(Record):
    """Who wrote, and where from (R31: experts of the ground, experts of a theme)."""

    name: Annotated[str, Field(description="Qui écrit ; vide quand la note n’est pas signée.")] = ""
    role: Annotated[
        Role | None,
        Field(description="terrain, thematique, porteur, collectivite ou equipe."),
    ] = None


class Evidence(Record):
    """What a note rests on: an address, or a document and its page; one of the two at least."""

    url: Annotated[str, Field(description="Adresse http(s).")] = ""
    document: Annotated[str, Field(description="Titre du document.")] = ""
    page: Annotated[str, Field(description="Page, ou place dans le document.")] = ""

    @model_validator(mode="after")
    def _something(self) -> "Evidence":
        if not (self.url or self.document):
            msg = "une preuve a une adresse (url) ou un document"
            raise ValueError(msg)
        return self


class Content(Record):
    """What an expert writes, and may edit."""

    motivation: Annotated[Kind, Field(description="objection, precision, source, …")]
    target: Annotated[str, Field(description="Adresse de ce dont la note parle.", min_length=3)]
    creator: Annotated[Creator, Field(description="Qui écrit, et d’où.")] = Creator()
    created: Annotated[Day, Field(description="Quand, AAAA-MM-JJ.")]
    visibility: Annotated[Visibility, Field(description="public, ou equipe seulement.")] = "public"
    evidence: Annotated[tuple[Evidence, ...], Field(description="Preuves.")] = ()
    changes: Annotated[
        Changes | None,
        Field(description="Ce qu’une proposition changerait, comme dans une variante."),
    ] = None
    body: Annotated[str, Field(description="Le texte, en Markdown.")] = ""

    @property
    def revision(self) -> str:
        """Fingerprint of what is written, 12 hexadecimal digits; the same words, the same one."""
        told = json.dumps(self._told(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def _told(self) -> dict[str, object]:
        return self.model_dump(mode="json", by_alias=True, include=set(Content.model_fields))


class State(Record):
    """What a target was when a note was written: enough to say later what has changed."""

    version: Annotated[str, Field(description="Version du catalogue.")]
    said: Annotated[
        dict[str, str],
        Field(description="Par facette (définition, seuil, poids, valeur…), ce qu’elle valait."),
    ] = Field(default_factory=dict)


class Reply(Record):
    """An answer to a note."""

    creator: Annotated[Creator, Field(description="Qui répond.")]
    created: Annotated[Day, Field(description="Quand.")]
    body: Annotated[str, Field(min_length=1, description="La réponse.")]


class Revision(Record):
    """One event in the life of a note; nothing an expert wrote is ever thrown away."""

    date: Annotated[Day, Field(description="Quand.")]
    action: Annotated[Action, Field(description="Ce qui s’est passé.")]
    origin: Annotated[str, Field(description="D’où : carnet et cellule, classeur et case.")] = ""
    content: Annotated[
        Content | None,
        Field(description="Ce qui était écrit avant (modifiee), ou à côté (concurrente)."),
    ] = None


class Impact(Record):
    """What a proposition would do, computed once and shown under it."""

    version: Annotated[str, Field(description="Version du catalogue du calcul.")]
    revision: Annotated[str, Field(description="Empreinte de la note calculée.")]
    date: Annotated[Day, Field(description="Date du calcul.")]
    lines: Annotated[tuple[str, ...], Field(description="Ce qui bouge, en phrases.")]


class Note(Content):
    """A note in its file, ``<id>.yaml``."""

    id: Annotated[str, Field(pattern=NOTE_ID, description="Le nom du fichier, sans .yaml.")]
    state: Annotated[State | None, Field(description="La cible quand la note a été écrite.")] = None
    status: Annotated[Status, Field(description="ouverte, acceptee ou rejetee.")] = "ouverte"
    decision: Annotated[Decision | None, Field(description="Par qui, quand, pourquoi.")] = None
    replies: Annotated[tuple[Reply, ...], Field(description="Réponses.")] = ()
    impact: Annotated[Impact | None, Field(description="Ce que la proposition changerait.")] = None
    withdrawn: Annotated[bool, Field(description="Retirée par son auteur, gardée ici.")] = False
    history: Annotated[tuple[Revision, ...], Field(description="Sa vie.")] = ()

    @model_validator(mode="after")
    def _decided_or_open(self) -> "Note":
        if (self.status == "ouverte") != (self.decision is None):
            msg = f"« decision » va avec « acceptee » ou « rejetee » (lu : « {self.status} »)"
            raise ValueError(msg)
        return self

    @property
    def content(self) -> Content:
        """What is written, without what became of it."""
        return Content.model_validate({k: getattr(self, k) for k in Content.model_fields})

    @property
    def file(self) -> str:
        """Name of its file, in messages."""
        return f"{self.id}.yaml"


def with_content(note: Note, content: Content) -> Note:
    """Put other words in a note; its fate and its history stay."""
    return note.model_copy(update={name: getattr(content, name) for name in Content.model_fields})
