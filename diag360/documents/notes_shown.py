"""Notes as documents print them: plain words, found by what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.target import Target, parse_target, unknown

# In a meeting the disagreements come first, then what asks for a decision, then what informs.
_ORDER = ("objection", "proposition", "question", "precision", "source")


@dataclass(frozen=True, slots=True)
class Shown:
    """One note, ready to print; plain types only, so that it goes through a JSON file.

    Parameters
    ----------
    id, kind, target : str
        Of the note; ``kind`` is its motivation.
    label : str
        What it is about, in French.
    needs : tuple of str
        Ids of the needs it concerns, in every framework.
    author, role, date : str
        Who wrote it, from where (French), when (AAAA-MM-JJ); the first two may be empty.
    visibility, status : str
        Of the note.
    html : str
        Its text, made safe by :func:`diag360.documents.note_html.safe_html`.
    evidence : tuple of (str, str)
        What it rests on, and the address when there is one that may be followed.
    stale : str
        What has changed since; ``""`` when nothing has.
    orphan : bool
        Whether what it speaks of is no longer, or was never found.
    decision : str
        Sentence; ``""`` while it is open.
    replies : tuple of (str, str)
        Who answered and when, and what, made safe.
    impact : tuple of str
        What the proposition would do, in sentences.
    changes : tuple of str
        What the proposition changes, in words.
    """

    id: str
    kind: str
    target: str
    label: str
    needs: tuple[str, ...] = ()
    author: str = ""
    role: str = ""
    date: str = ""
    visibility: str = "public"
    status: str = "ouverte"
    html: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    stale: str = ""
    orphan: bool = False
    decision: str = ""
    replies: tuple[tuple[str, str], ...] = ()
    impact: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def place(self) -> Target:
        """What it is about; an unreadable address is an orphan."""
        return parse_target(self.target) or unknown(self.target)

    @property
    def contests(self) -> bool:
        """Whether it is an objection nobody has decided on."""
        return self.kind == "objection" and self.status == "ouverte"

    @property
    def rank(self) -> tuple[object, ...]:
        """Place among others: open before decided, disagreements first, oldest first."""
        kind = _ORDER.index(self.kind) if self.kind in _ORDER else len(_ORDER)
        return (self.status != "ouverte", kind, self.date, self.id)


@dataclass(frozen=True)
class Notes:
    """Notes of a document, disagreements first; none is ``False``.

    Parameters
    ----------
    shown : tuple of Shown
        In the order of :attr:`Shown.rank`.
    unread : tuple of str
        Files of notes that could not be read, and why: a bad note stops no document.
    """

    shown: tuple[Shown, ...] = ()
    unread: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.shown)

    def __bool__(self) -> bool:
        return bool(self.shown)

    def beside(self, *addresses: str) -> tuple[Shown, ...]:
        """Notes about any of these addresses, each once, disagreements first."""
        found = [one for address in dict.fromkeys(addresses) for one in self._by_target(address)]
        return tuple(sorted(found, key=lambda one: one.rank))

    def of_indicator(self, indicator: str, *, territory: str = "") -> tuple[Shown, ...]:
        """Notes about an indicator: itself, its thresholds, its weight, its value here."""
        general = [f"{kind}/{indicator}" for kind in ("indicateur", "seuil", "poids")]
        return self.beside(*general, *([f"valeur/{indicator}/{territory}"] if territory else []))

    def of_hazard(self, hazard: str, *, territory: str = "") -> tuple[Shown, ...]:
        """Notes about a hazard: itself, and how it is rated here."""
        own = [f"cotation/{hazard}/{territory}"] if territory else []
        return self.beside(f"alea/{hazard}", *own)

    def of_need(self, need: str) -> tuple[Shown, ...]:
        """Notes that concern a need: about it, what it leans on, or one of its indicators."""
        return tuple(one for one in self.shown if need in one.needs)

    def open_objections(self, need: str) -> int:
        """How many objections on a need nobody has decided on."""
        return sum(one.contests for one in self.of_need(need))

    def contested(self, indicator: str, territory: str = "") -> bool:
        """Whether an open objection bears on an indicator, or on its value here."""
        return any(one.contests for one in self.of_indicator(indicator, territory=territory))

    def of_document(
        self, *, notebook: str, territory: str = "", framework: str = "", catalogue: Catalogue
    ) -> "Notes":
        """Keep what one document is about.

        Parameters
        ----------
        notebook : str
            Its notebook, without ending: notes on paragraphs of others are left out.
        territory : str
            Its territory; notes on values of others are left out, and on any value when empty.
        framework : str
            Its framework; notes on what only another one holds are left out.
        catalogue : Catalogue
            Needs of the frameworks.

        Returns
        -------
        notes : Notes
            Orphans are kept, but for paragraphs of other notebooks: nobody knows where else they
            would be seen.
        """
        known = catalogue.frameworks.get(framework)
        needs = {need.id for need in known.needs} if known is not None else set()
        kept = [
            one
            for one in self.shown
            if (one.place.kind != "paragraphe" or one.place.parts[0] == notebook)
            and (one.orphan or one.place.concerns(territory))
            and (not needs or not one.needs or not needs.isdisjoint(one.needs))
        ]
        return Notes(tuple(kept), self.unread)

    def _by_target(self, address: str) -> Sequence[Shown]:
        return self._targets.get(address, [])

    @cached_property
    def _targets(self) -> dict[str, list[Shown]]:
        targets: dict[str, list[Shown]] = {}
        for one in self.shown:
            targets.setdefault(one.target, []).append(one)
        return targets


def in_order(shown: Sequence[Shown], *, unread: Sequence[str] = ()) -> Notes:
    """Put notes in the order of documents."""
    return Notes(tuple(sorted(shown, key=lambda one: one.rank)), tuple(unread))
