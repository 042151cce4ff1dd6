"""A form to write a note: what it is about is found by its label, and nobody types ids."""

import datetime
from pathlib import Path

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cells import FoundNote, note_text
from diag360.challenge.annotations.clean import clean_content
from diag360.challenge.annotations.gather import Source, gather
from diag360.challenge.annotations.model import Content, Creator, Note
from diag360.challenge.annotations.store import (
    annotations_dir,
    changed_notes,
    read_store,
    write_notes,
)
from diag360.challenge.annotations.target import Target, parse_target
from diag360.documents.widgets import note_choices
from diag360.documents.widgets.form_widgets import paragraphs
from diag360.documents.widgets.note_reading import (
    Unclear,
    read_changes,
    read_evidence,
)
from diag360.documents.widgets.note_widgets import NoteWidgets
from diag360.errors import Refusal
from diag360.territories.places import find_place

_ORIGIN = "formulaire"


class NoteForm(NoteWidgets):
    """Widgets that find what a note is about, take it, write it, and show the cell to paste.

    Parameters
    ----------
    catalogue : Catalogue
        What notes speak of.
    today : date
        Day proposed.
    territory : str
        Siren or name proposed for what is said of one territory; may be empty.
    folder : Path, optional
        Where notes are kept; ``data/annotations/`` by default.

    Attributes
    ----------
    saved : Note or None
        Last note written; writing again corrects it, until « Nouvelle note ».
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        today: datetime.date,
        territory: str = "",
        folder: Path | None = None,
    ) -> None:
        self.saved: Note | None = None
        self._catalogue, self._today = catalogue, today
        self._choices: dict[str, str] = {}
        self._start = ""  # the change proposed for this object, to be left as it is or edited
        super().__init__(territory, day=today, folder=folder or annotations_dir())
        self._listen()
        self._fill()

    # --- What a reader sees ------------------------------------------------------------------

    def _listen(self) -> None:
        for one in (self.subject, self.territory):
            one.observe(lambda _: self._fill(), names="value")
        for one in (self.about, self.kind):
            one.observe(lambda _: self._begin(), names="value")
        for one in (self.changes, self.evidence):
            one.observe(lambda _: self._check(), names="value")
        self.write.on_click(lambda _: self._write())
        self.fresh.on_click(lambda _: self._fresh())

    def _fill(self) -> None:
        """Offer what a note of this subject may be about."""
        local = self.subject.value in note_choices.LOCAL
        self.territory.layout.display = None if local else "none"
        place = ""
        self.hints["territory"].value = ""
        if local and self.territory.value.strip():
            try:
                place = find_place(self.territory.value.strip()).siren
            except Refusal as refusal:
                first = refusal.faults[0]
                self.hint("territory", f"« {first.file} » {first.problem} : {first.remedy}")
        self._choices = note_choices.choices(
            self.subject.value, catalogue=self._catalogue, territory=place
        )
        self.about.options = tuple(self._choices)
        self.hints["about"].value = ""
        self._begin()

    def _begin(self) -> None:
        """Show the change a proposition starts from; what was typed there is never lost."""
        proposing = self.kind.value == "proposition"
        self.changes.layout.display = None if proposing else "none"
        target = self._target()
        start = ""
        if proposing and target is not None:
            start = note_choices.start_of(target, catalogue=self._catalogue)
        if self.changes.value in ("", self._start):
            self._start = start
            self.changes.value = start
        self._check()

    def _check(self) -> None:
        """Say at once what the change does, or what is wrong with it; same for the evidence."""
        said: list[str] = []
        for field, read in (("evidence", self._evidence_said), ("changes", self._changes_said)):
            self.hints[field].value = ""
            try:
                said += read()
            except Unclear as error:
                self.hint(field, *str(error).splitlines())
        self.preview.value = paragraphs(said)

    def _evidence_said(self) -> list[str]:
        read_evidence(self.evidence.value)
        return []

    def _changes_said(self) -> list[str]:
        if self.kind.value != "proposition" or self.changes.value == self._start:
            return []
        return read_changes(self.changes.value, catalogue=self._catalogue)[1]

    # --- What it does ------------------------------------------------------------------------

    def _write(self) -> None:
        content = self._content()
        if content is None:
            self.message.value = paragraphs(["Note non écrite : voir les champs signalés (⚠)."])
            return
        folder = Path(self.folder.value.strip()).expanduser()
        # Who writes is where it comes from: two people who edit one note are told apart.
        origin = f"{_ORIGIN} ({content.creator.name})" if content.creator.name else _ORIGIN
        found = FoundNote(
            content=content,
            note_id=self.saved.id if self.saved else "",
            base=self.saved.revision if self.saved else "",
            origin=origin,
        )
        try:
            store = read_store(folder)
            gathered = gather(
                store,
                notebooks=[Source(name=origin, notes=(found,))],
                catalogue=self._catalogue,
                today=self._today,
            )
            changed = changed_notes(store, gathered.notes)
            if changed:
                write_notes(folder, changed)
        except Refusal as refusal:
            self.hint("folder", *str(refusal).splitlines())
            self.message.value = paragraphs(["Note non écrite : voir le dossier."])
            return
        note = gathered.notes[gathered.found[0][0][0]]
        done = "écrite" if note.id not in store else "corrigée" if changed else "déjà écrite"
        said = [f"Note {note.id} {done} dans {folder}."]
        if any(event.conflict for event in gathered.events):
            said.append("Quelqu’un l’a changée entre-temps : les deux versions sont gardées.")
        self._show(note, said)

    def _show(self, note: Note, said: list[str]) -> None:
        """Say what was written, and give the cell to paste."""
        self.saved = note
        self.write.description = "Corriger la note"
        self.cell.value = note_text(note.content, note_id=note.id, catalogue=self._catalogue)
        self.cell.layout.display = None
        public = note.visibility == "public"
        self.message.value = paragraphs(
            [
                *said,
                "Les prochains documents la porteront."
                if public
                else "Elle n’ira que dans le registre de l’équipe, jamais dans un document.",
                "Pour la voir tout de suite dans un carnet, coller le texte ci-dessous dans une "
                "cellule Markdown.",
            ]
        )

    def _fresh(self) -> None:
        """Start another note by the same author."""
        self.saved = None
        self.write.description = "Écrire la note"
        for one in (self.about, self.text, self.evidence, self.changes):
            one.value = ""
        self.cell.layout.display = "none"
        self.message.value = ""
        for hint in self.hints.values():
            hint.value = ""
        self._begin()

    # --- Between the widgets and the note ----------------------------------------------------

    def _target(self) -> Target | None:
        label, _ = note_choices.find_choice(self.about.value, self._choices)
        return parse_target(self._choices[label]) if label else None

    def _content(self) -> Content | None:
        """What is written; None when something is wrong, said next to its field."""
        self._check()
        local = self.subject.value in note_choices.LOCAL
        label, nearest = note_choices.find_choice(self.about.value, self._choices)
        if local and not (self._choices or self.hints["territory"].value):
            self.hint("territory", "choisir un territoire")
        asked = {
            "about": "" if label or (local and not self._choices) else self._doubt(nearest),
            "text": "" if self.text.value.strip() else "écrire au moins une phrase",
            "day": "" if self.day.value is not None else "choisir une date",
            "folder": "" if self.folder.value.strip() else "donner un dossier",
        }
        for field, problem in asked.items():
            self.hints[field].value = ""
            if problem:
                self.hint(field, problem)
        if any(hint.value for hint in self.hints.values()):
            return None
        self.about.value = label
        changes = None
        if self.kind.value == "proposition" and self.changes.value != self._start:
            changes, _ = read_changes(self.changes.value, catalogue=self._catalogue)
        return clean_content(
            Content(
                motivation=self.kind.value,
                target=self._choices[label],
                creator=Creator(name=self.name.value, role=self.role.value or None),
                created=self.day.value,
                visibility=self.visibility.value,
                evidence=read_evidence(self.evidence.value),
                changes=changes,
                body=self.text.value,
            )
        )

    def _doubt(self, nearest: tuple[str, ...]) -> str:
        """Say what to choose, naming what may have been meant."""
        typed = self.about.value.strip()
        if not typed:
            return "choisir de quoi parle la note"
        meant = " ; ".join(f"« {label} »" for label in nearest)
        said = f"« {typed} » ne désigne pas une seule chose"
        return f"{said} ; choisir : {meant}" if meant else f"« {typed} » n’est pas dans la liste"


def note_form(
    catalogue: Catalogue,
    *,
    today: datetime.date,
    territory: str = "",
    folder: Path | None = None,
) -> NoteForm:
    """Make the form; see :class:`NoteForm`.

    Returns
    -------
    NoteForm
        Displayed by a notebook as it is.
    """
    return NoteForm(catalogue, today=today, territory=territory, folder=folder)
