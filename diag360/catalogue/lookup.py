"""What indicators and needs point to: services, sources, references, goals, words."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from diag360.catalogue.record import Record, Text


class Service(Record):
    """A local service that knows values."""

    id: str
    label: str


class Source(Record):
    """Who publishes a value; for a public file used here, which file exactly.

    ``checked_against`` says on what the entry was verified; left out, it is "à vérifier".
    """

    id: str
    label: str
    producer: str
    url: str | None = None
    licence: str | None = None
    raw_file: str | None = None
    sha256: str | None = None
    note: str = ""
    checked_against: Text | None = None


class Reference(Record):
    """A law, a standard, a study or a statistic that a definition or a threshold rests on.

    ``states`` says in our words what is used of it. ``checked_against`` says on what it was
    checked, and ``reading`` whether that was the text itself or a page that reports it; without
    them the reference is printed "à vérifier".
    """

    id: str
    label: Text
    kind: Literal["loi", "reglement", "norme", "etude", "statistique"]
    states: Text
    url: str | None = None
    doi: str | None = None
    reading: Literal["directe", "indirecte"] | None = None
    checked_against: Text | None = None

    @model_validator(mode="after")
    def _reading_says_on_what(self) -> "Reference":
        if (self.reading is None) != (self.checked_against is None):
            msg = "« reading » et « checked_against » vont ensemble"
            raise ValueError(msg)
        return self


class Goal(Record):
    """A Sustainable Development Goal of the United Nations."""

    id: str
    number: Annotated[int, Field(strict=True, ge=1, le=17)]
    label: Text


class Tag(Record):
    """A word of the thesaurus of the founding wiki."""

    id: str
    label: Text
    theme: Text
