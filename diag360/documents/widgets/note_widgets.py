"""The widgets of the form of a note: what stands where, and nothing of what they do."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from diag360.documents.annotation_words import KINDS
from diag360.documents.variant_words import ROLES
from diag360.documents.widgets import note_choices
from diag360.documents.widgets.form_widgets import button, dropdown, look, paragraphs, text_field
from diag360.territories.perimeter import load_epci

_HINTED = ("territory", "about", "text", "evidence", "changes", "day", "folder")


class NoteWidgets:
    """Widgets as attributes, so that a test drives them without a browser.

    Parameters
    ----------
    territory : str
        Siren or name proposed.
    day : date
        Day proposed.
    folder : Path
        Folder proposed.
    """

    def __init__(self, territory: str, *, day: datetime.date, folder: Path) -> None:
        self.subject = dropdown("Parler de", options=_options(note_choices.KINDS))
        self.territory = _combobox("Territoire", "commencer à taper son nom, puis choisir")
        self.territory.options = tuple(load_epci()["name"].drop_duplicates())
        self.territory.value = territory
        self.about = _combobox("Précisément", "commencer à taper, puis choisir")
        kinds = [(label.capitalize(), name) for name, label in KINDS.items()]
        self.kind = dropdown("Sorte", options=kinds)
        self.text = _area("Texte", "ce qui ne va pas, pourquoi, ce que vous avez vu")
        self.evidence = _area("Preuves", "une par ligne : une adresse, ou un titre, page 12", 2)
        self.changes = _area("Changement", "facultatif : ce que vous changeriez, en YAML", 3)
        self.preview = widgets.HTML()
        self.name = text_field("Nom", "Jeanne Roux")
        self.role = dropdown("Rôle", options=[("–", ""), *_options(ROLES)])
        self.day = widgets.DatePicker(description="Date", value=day, **look())
        visibilities = [("publique", "public"), ("équipe seulement", "equipe")]
        self.visibility = dropdown("Visibilité", options=visibilities)
        self.folder = text_field("Dossier")
        self.folder.value = str(folder)
        # Sent when one leaves the field: sent at each key, the last ones come after the click.
        self.name.continuous_update = self.folder.continuous_update = False
        self.write = button("Écrire la note")
        self.fresh = button("Nouvelle note")
        self.message = widgets.HTML()
        self.cell = _area("À coller", rows=8)
        self.cell.layout.display = "none"
        self.hints = {name: widgets.HTML() for name in _HINTED}
        fields = []
        for name in (
            "subject", "territory", "about", "kind", "text", "evidence", "changes", "preview",
            "name", "role", "day", "visibility", "folder",
        ):  # fmt: skip
            fields.append(getattr(self, name))
            if name in self.hints:
                fields.append(self.hints[name])
        buttons = widgets.HBox([self.write, self.fresh])
        self.box = widgets.VBox([*fields, buttons, self.message, self.cell])

    def _repr_mimebundle_(self, **more: Any) -> Any:
        return self.box._repr_mimebundle_(**more)

    def hint(self, field: str, *lines: str) -> None:
        """Say what is wrong with a field, next to it."""
        said = paragraphs([f"⚠ {line}" for line in lines])
        self.hints[field].value = f'<div role="alert">{said}</div>'


def _combobox(description: str, example: str) -> Any:
    return widgets.Combobox(
        description=description, placeholder=example, continuous_update=False, **look()
    )


def _area(description: str, example: str = "", rows: int = 5) -> Any:
    return widgets.Textarea(
        description=description, placeholder=example, rows=rows, continuous_update=False, **look()
    )


def _options(labels: Mapping[Any, str]) -> list[tuple[str, Any]]:
    return [(label, name) for name, label in labels.items()]
