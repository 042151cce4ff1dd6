"""The widgets of the weight explorer: what stands where, and nothing of what they do."""

from collections.abc import Sequence
from typing import Any, get_args

import ipywidgets as widgets

from diag360.catalogue.model import Framework
from diag360.challenge.reweigh.weigh import CRITERIA
from diag360.challenge.variants.model import Role
from diag360.documents.figures.fragments import render

OWN = "territoire"
_TITLES = {
    "category": "Catégorie du besoin",
    "kind": "Sorte d’indicateur",
    "basis": "Type de seuils",
    "response": "Sorte de réponse",
}
_NAMES = {
    "vital": "Vital",
    "essentiel": "Essentiel",
    "induit": "Induit",
    "etat": "État",
    "action": "Action",
    "absolu": "Absolus",
    "mixte": "Mixtes",
    "relatif": "Relatifs",
    "quantitatif": "Chiffrée",
    "declare": "Déclarée",
}
_ROLES = {
    "terrain": "terrain",
    "thematique": "thématique",
    "porteur": "porteur du commun",
    "collectivite": "collectivité",
    "equipe": "équipe diag360",
}
_CATEGORY_NOTE = (
    "Tous les indicateurs d’un besoin ont sa catégorie : la catégorie ne déplace aucun score de "
    "besoin. Elle ne joue, avec la valeur du besoin, que sur la moyenne facultative et sur l’ordre "
    "des actions."
)
_VALUES_NOTE = (
    "Ce que vaut un besoin à côté des autres. Aucun score de besoin n’en dépend : un territoire "
    "est un profil. Ces valeurs n’entrent que dans la moyenne facultative et l’ordre des actions, "
    "et ne s’enregistrent pas dans la variante."
)


class ExplorerWidgets:
    """Widgets as attributes, so that a test drives them without a browser.

    Parameters
    ----------
    framework : Framework
        Its needs are offered.
    presets : sequence of (str, str)
        Label and id of weight schemes.
    day : str
        Date proposed for a variant, AAAA-MM-JJ.
    """

    def __init__(
        self, framework: Framework, *, presets: Sequence[tuple[str, str]], day: str
    ) -> None:
        self.preset = _dropdown("Jeu de poids", options=[*presets, ("Territoire (réglé ici)", OWN)])
        self.reset = _button("Revenir à la référence")
        self.coefficients: dict[tuple[str, str], Any] = {
            (criterion, value): slider(_NAMES[value], lowest=0.1, highest=3.0)
            for criterion, values in CRITERIA.items()
            for value in values
        }
        self.need = _dropdown(
            "Besoin détaillé", options=[(need.label, need.id) for need in framework.needs]
        )
        self.indicators = widgets.VBox()
        self.free = _button("Rendre ces poids aux coefficients")
        self.worth = {need.id: slider(need.label, wide=True) for need in framework.needs}
        self.label = _text("Titre", "Moins de poids aux réponses déclarées")
        self.author = _text("Nom", "prénom, nom, organisme")
        self.role = _dropdown(
            "Rôle", options=[("– choisir –", ""), *((_ROLES[r], r) for r in get_args(Role))]
        )
        self.date = _text("Date", "AAAA-MM-JJ")
        self.date.value = day
        self.why = widgets.Textarea(description="Justification", rows=4, **_look())
        self.file = _text("Nom du fichier", "poids-declares")
        self.save = _button("Enregistrer")
        self.saved_files = _dropdown("Variante", options=[])
        self.load = _button("Recharger")
        self.message = widgets.HTML()
        self.result = widgets.HTML()
        self.result.add_class("x-result")
        self.box = self._arranged()

    def _arranged(self) -> Any:
        groups = []
        for criterion, values in CRITERIA.items():
            title = widgets.HTML(f"<b>{_TITLES[criterion]}</b>")
            groups += [title, *(self.coefficients[criterion, value] for value in values)]
            if criterion == "category":
                groups.append(_note(_CATEGORY_NOTE))
        signed = [self.label, self.author, self.role, self.date, self.why, self.file, self.save]
        parts = {
            "Coefficients": groups,
            "Indicateurs du besoin": [self.need, self.indicators, self.free],
            "Valeur des besoins": [_note(_VALUES_NOTE), *self.worth.values()],
            "Enregistrer, recharger": [*signed, self.saved_files, self.load, self.message],
        }
        folds = widgets.Accordion([widgets.VBox(held) for held in parts.values()])
        for at, title in enumerate(parts):
            folds.set_title(at, title)
        folds.selected_index = 0
        controls = widgets.VBox([self.preset, self.reset, folds])
        controls.add_class("x-controls")
        app = widgets.Box([controls, self.result])
        app.add_class("x-app")
        style = widgets.HTML(render("explorer_style").html)
        style.add_class("x-style")
        outer = widgets.VBox([style, app])
        outer.add_class("x-outer")
        return outer

    def _repr_mimebundle_(self, **more: Any) -> Any:
        return self.box._repr_mimebundle_(**more)


def slider(
    description: str, *, lowest: float = 0.0, highest: float = 4.0, wide: bool = False
) -> Any:
    """Make a slider of weight; a long description goes above it."""
    made = widgets.FloatSlider(
        value=1.0,
        min=lowest,
        max=highest,
        step=0.05,
        description=description,
        description_allow_html=False,
        readout_format=".2f",
        layout=widgets.Layout(width="100%", max_width="32rem"),
        style={"description_width": "auto" if wide else "6rem"},
    )
    if wide:
        made.add_class("x-indicator")
    return made


def place(one: Any, value: float) -> None:
    """Put a slider at a value, making room for it first.

    A slider that follows the hand tells every move back, those it is given too: told late, an old
    one would pass for a move of the hand. It is deaf while it is moved.
    """
    if one.value == value:
        return
    with one.hold_sync():
        one.continuous_update = False
        one.max = max(one.max, value)
        one.min = min(one.min, value)
        one.value = value
    one.continuous_update = True


def _note(words: str) -> Any:
    made = widgets.HTML(f'<p class="x-note">{words}</p>')
    made.add_class("x360")
    return made


def _look() -> dict[str, Any]:
    layout = widgets.Layout(width="100%", max_width="32rem")
    return {"layout": layout, "style": {"description_width": "7rem"}}


def _text(description: str, example: str) -> Any:
    return widgets.Text(description=description, placeholder=example, **_look())


def _dropdown(description: str, *, options: Any) -> Any:
    return widgets.Dropdown(description=description, options=options, **_look())


def _button(description: str) -> Any:
    return widgets.Button(description=description, layout=widgets.Layout(width="auto"))
