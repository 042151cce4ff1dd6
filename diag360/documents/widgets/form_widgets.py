"""The widgets of the answer form: what stands where, and nothing of what they do."""

from html import escape
from typing import Any

import ipywidgets as widgets

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Framework
from diag360.documents import text

ALL = "tous"
STATUSES = ("declare", "observe", "estime", "non_collecte", "secret", "sans_objet")
TEXTS = ("source", "evidence", "comment", "author")


class FormWidgets:
    """Widgets as attributes, so that a test drives them without a browser.

    Parameters
    ----------
    framework : Framework
        Its needs are offered.
    path : str
        File proposed.
    """

    def __init__(self, framework: Framework, *, path: str) -> None:
        needs = [("Tous les besoins", ALL), *((need.label, need.id) for need in framework.needs)]
        statuses = [(text.LABELS[name], name) for name in STATUSES]
        self.need = dropdown("Besoin", options=needs)
        self.indicator = dropdown("Indicateur")
        self.sheet = widgets.HTML()
        self.number = text_field("Valeur")
        self.word = dropdown("Réponse")
        self.status = dropdown("Statut", options=statuses)
        self.year = text_field("Année", "celle que la valeur décrit")
        self.source = text_field("Source", "rapport annuel du service")
        self.evidence = text_field("Preuve", "fichier ou lien, page")
        self.comment = widgets.Textarea(description="Commentaire", **look())
        self.author = text_field("Rempli par", "nom, service")
        self.preview = widgets.HTML()
        self.enter = button("Retenir cette réponse")
        self.path = text_field("Fichier")
        self.path.value = path
        self.save = button("Écrire le fichier")
        self.message = widgets.HTML()
        self.box = widgets.VBox(
            [self.need, self.indicator, self.sheet, self.number, self.word, self.status, self.year,
             self.source, self.evidence, self.comment, self.author, self.preview, self.enter,
             self.path, self.save, self.message]
        )  # fmt: skip

    def _repr_mimebundle_(self, **more: Any) -> Any:
        return self.box._repr_mimebundle_(**more)


def paragraphs(lines: list[str]) -> str:
    """Make lines of text into HTML; whatever they hold is escaped."""
    return "".join(f"<p>{escape(typeset_text(line))}</p>" for line in lines)


def look() -> dict[str, Any]:
    """Width and room for the description that all widgets share."""
    layout = widgets.Layout(width="100%", max_width="46rem")
    return {"layout": layout, "style": {"description_width": "9rem"}}


def text_field(description: str, example: str = "") -> Any:
    """Make a field for a short text, with an example in grey; heard when it is left."""
    return widgets.Text(
        description=description, placeholder=example, continuous_update=False, **look()
    )


def dropdown(description: str, options: Any = ()) -> Any:
    """Make a closed list."""
    return widgets.Dropdown(description=description, options=options, **look())


def button(description: str) -> Any:
    """Make a button."""
    return widgets.Button(description=description, layout=widgets.Layout(width="14rem"))
