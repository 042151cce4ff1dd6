"""A store of notes for tests of the register, written note by note."""

import re
from datetime import date
from pathlib import Path

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Creator, Evidence, Note
from diag360.challenge.annotations.store import write_notes
from diag360.challenge.variants.model import Decision
from diag360.documents.meeting import Disagreement, Meeting
from diag360.documents.meeting_notes import read_meeting

DAY = date(2026, 11, 20)
SEUIL, LANNION, RENNES = "seuil/be2_i05", "200065928", "243500139"
DECIDED = {"decision": Decision(by="Comité", date=DAY, reason="Trop peu de territoires.")}
PROOF = (Evidence(document="Enquête"),)


class Table:
    """A store written note by note."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder, self.catalogue, self.count = folder, catalogue, 0

    def put(self, kind: str, target: str, who: str = "", **more: object) -> str:
        self.count += 1
        told = {
            "id": f"n-{self.count:010x}",
            "motivation": kind,
            "target": target,
            "creator": Creator(name=who),
            "created": DAY,
            "body": f"texte {self.count}",
        }
        write_notes(self.folder, [Note(**{**told, **more})])
        return f"n-{self.count:010x}"

    def read(self, **asked: str) -> Meeting:
        return read_meeting(str(self.folder), catalogue=self.catalogue, **asked)

    def divided(self) -> list[Disagreement]:
        return list(self.read().disagreements())


def plain(html: str) -> str:
    words = re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(words.split())


def fill(table: Table) -> Table:
    """Notes of every sort: a disagreement, a decided one, one of the team, an orphan."""
    table.put("objection", SEUIL, "Jeanne", created=date(2026, 11, 3))
    table.put("precision", SEUIL, "Anne", created=date(2026, 11, 1))
    table.put("question", "besoin/boire", "Zoé", created=date(2026, 11, 9))
    table.put("source", f"valeur/be2_i05/{LANNION}", created=date(2026, 11, 5))
    table.put("objection", "alea/A1", "Luc", status="rejetee", **DECIDED)
    table.put("objection", "poids/be2_i05", "Équipier", visibility="equipe")
    table.put("objection", "poids/be2_i06", "Parti", withdrawn=True)
    table.put("question", "seuil/disparu_i01", "Léa")
    return table
