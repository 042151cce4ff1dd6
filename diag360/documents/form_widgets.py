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
        self.need = _dropdown("Besoin", options=needs)
        self.indicator = _dropdown("Indicateur")
        self.sheet = widgets.HTML()
        self.number = _text("Valeur")
        self.word = _dropdown("Réponse")
        self.status = _dropdown("Statut", options=statuses)
        self.year = _text("Année", "celle que la valeur décrit")
        self.source = _text("Source", "rapport annuel du service")
        self.evidence = _text("Preuve", "fichier ou lien, page")
        self.comment = widgets.Textarea(description="Commentaire", **_look())
        self.author = _text("Rempli par", "nom, service")
        self.preview = widgets.HTML()
        self.enter = _button("Retenir cette réponse")
        self.path = _text("Fichier")
        self.path.value = path
        self.save = _button("Écrire le fichier")
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


def _look() -> dict[str, Any]:
    layout = widgets.Layout(width="100%", max_width="46rem")
    return {"layout": layout, "style": {"description_width": "9rem"}}


def _text(description: str, example: str = "") -> Any:
    return widgets.Text(description=description, placeholder=example, **_look())


def _dropdown(description: str, options: Any = ()) -> Any:
    return widgets.Dropdown(description=description, options=options, **_look())


def _button(description: str) -> Any:
    return widgets.Button(description=description, layout=widgets.Layout(width="14rem"))
