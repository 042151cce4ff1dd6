"""A form to rate hazards in a notebook: the guide under one's eyes, sliders, a file written."""

import datetime
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from diag360.catalogue.french import typeset_text
from diag360.catalogue.hazards import Hazard
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.exposure_listing import (
    MEASURES,
    printed_exposure,
    printed_levels,
    rating_source,
    unrated,
)
from diag360.documents.widgets.form_widgets import button, dropdown, look, paragraphs, text_field
from diag360.errors import Refusal
from diag360.files import write_texts
from diag360.vulnerability.prepare import Ratings, with_rating
from diag360.vulnerability.ratings import CONFIDENCES, Rating, RatingFile, write_ratings

ENDS = ("bas", "central", "haut")
_OWN = ("declaree", "importee")


class RatingForm:
    """Widgets that show a hazard and its guide, take its levels, and write the rating file.

    Parameters
    ----------
    catalogue : Catalogue
        Hazards and their guides.
    ratings : Ratings
        From :func:`diag360.vulnerability.prepare.prepare_ratings`; never changed in place.
    territory : str
        Code the file is written for.
    output : Path, optional
        YAML to write; ``cotations-<territory>.yaml`` here by default.
    day : date, optional
        Date written in the file.
    replace : bool
        Whether a file already standing there may be replaced: it is the one the ratings come from.

    Attributes
    ----------
    ratings : Ratings
        Ratings with those kept so far.
    saved : Path or None
        Last file written.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        ratings: Ratings,
        territory: str,
        output: Path | None = None,
        day: datetime.date | None = None,
        replace: bool = False,
    ) -> None:
        self.ratings = ratings
        self.saved: Path | None = None
        self._catalogue, self._territory, self._day = catalogue, territory, day
        path = output or Path(f"cotations-{territory}.yaml")
        self._own = {path.resolve()} if replace else set()
        self._busy = False
        self._make(str(path))
        self._fill_hazards()

    def _make(self, path: str) -> None:
        self.hazard = dropdown("Aléa")
        self.sheet = widgets.HTML()
        self.likelihood = {end: _slider() for end in ENDS}
        self.intensity = {end: _slider() for end in ENDS}
        confidences = [(text.CONFIDENCES[name], name) for name in CONFIDENCES]
        self.confidence = dropdown("Confiance", options=confidences)
        self.aggravation = dropdown(
            "Aggravation", options=[("–", ""), ("très forte", "tres_forte")]
        )
        self.evidence = text_field("Preuve contraire", "ce qui permet de garder ces niveaux")
        self.source = text_field("Source", "PCAET 2023, p. 41")
        self.comment = widgets.Textarea(description="Commentaire", **look())
        self.author = text_field("Coté par", "nom, service")
        self.preview = widgets.HTML()
        self.enter = button("Retenir")
        self.path = text_field("Fichier")
        self.path.value = path
        self.save = button("Écrire le fichier")
        self.message = widgets.HTML()
        sliders = [*self.likelihood.values(), *self.intensity.values()]
        self.box = widgets.VBox(
            [self.hazard, self.sheet, *sliders, self.confidence, self.aggravation, self.evidence,
             self.source, self.comment, self.author, self.preview, self.enter, self.path,
             self.save, self.message]
        )  # fmt: skip
        self.hazard.observe(lambda _: self._when_idle(self._show), names="value")
        for typed in (*sliders, self.aggravation, self.evidence):
            typed.observe(lambda _: self._when_idle(self._preview), names="value")
        self.enter.on_click(lambda _: self._enter())
        self.save.on_click(lambda _: self._save())

    def _repr_mimebundle_(self, **more: Any) -> Any:
        return self.box._repr_mimebundle_(**more)

    # --- What a reader sees ------------------------------------------------------------------

    def _when_idle(self, act: Callable[[], None]) -> None:
        if not self._busy:
            act()

    def _fill_hazards(self) -> None:
        """Offer every hazard that is rated alone, with what is known of it."""
        chosen = self.hazard.value
        self._busy = True  # the list passes through states that nobody should see
        self.hazard.options = [
            (f"{one.label} ({name}) · {self._state(name)}", name)
            for name, one in self._catalogue.hazards.items()
            if not one.composed_of
        ]
        names = [name for _, name in self.hazard.options]
        self.hazard.value = chosen if chosen in names else next(iter(names), None)
        self._show()

    def _state(self, name: str) -> str:
        rating = self.ratings.ratings.get(name)
        if rating is None:
            return unrated(name, ratings=self.ratings)
        return text.ORIGINS[rating.origin]

    def _show(self) -> None:
        """Show the guide of the hazard, and put the sliders where it stands."""
        hazard, rating = self._chosen, self.ratings.ratings.get(self.hazard.value)
        self._busy = True
        for sliders, name in zip(
            (self.likelihood, self.intensity), MEASURES[hazard.kind], strict=True
        ):
            for end, slider in sliders.items():
                slider.description = f"{name.capitalize()}, {end}"
        start = Rating(hazard.id, (1, 2, 4), (1, 2, 4)) if rating is None else rating
        for sliders, levels in (
            (self.likelihood, start.likelihood),
            (self.intensity, start.intensity),
        ):
            for slider, level in zip(sliders.values(), levels, strict=True):
                slider.value = level
        self.confidence.value = start.confidence
        self.aggravation.value, self.evidence.value = start.aggravation, start.evidence
        # What a statistic says is shown, and is nobody's answer.
        own = start if start.origin in _OWN else Rating(hazard.id, (1, 2, 4), (1, 2, 4))
        self.source.value, self.comment.value = own.source, own.comment
        self.author.value = own.author or self.author.value
        self.sheet.value = self._guide(hazard) + paragraphs([self._known(rating)])
        self.message.value = ""
        self._busy = False
        self._preview()

    def _guide(self, hazard: Hazard) -> str:
        body = [f"<h4>{escape(hazard.label)}</h4>", paragraphs([hazard.description])]
        pair = (hazard.guide.likelihood, hazard.guide.intensity) if hazard.guide else ()
        for name, words in zip(MEASURES[hazard.kind], pair, strict=False):
            lines = "".join(f"<li>{escape(word)}</li>" for word in words)
            body.append(f"<p>{escape(name.capitalize())}</p><ol>{lines}</ol>")
        return "".join(body)

    def _known(self, rating: Rating | None) -> str:
        if rating is None:
            return f"Aucune cotation : {unrated(self.hazard.value, ratings=self.ratings)}."
        levels = " et ".join(map(printed_levels, rating.levels))
        told = rating_source(rating, catalogue=self._catalogue)
        return f"Déjà connu : {levels}, cotation {text.ORIGINS[rating.origin]}. {told}"

    def _preview(self) -> None:
        """Say the exposure the sliders give, or what is wrong with them."""
        wrong = self._disorder()
        if wrong:
            self.preview.value = paragraphs([wrong])
            return
        rating = self._rating()
        said = [f"Exposition : {printed_exposure(rating)} sur 100."]
        if rating.aggravated:
            said.append("Aggravation très forte, sans preuve contraire : niveaux au maximum.")
        self.preview.value = paragraphs(said)

    # --- What it does ------------------------------------------------------------------------

    def _enter(self) -> None:
        wrong = self._disorder()
        if wrong:
            self.message.value = paragraphs([f"Cotation non retenue : {wrong}"])
            return
        name = self.hazard.value
        self.ratings = with_rating(self.ratings, self._rating(), catalogue=self._catalogue)
        self._fill_hazards()
        self.message.value = paragraphs(
            [f"Cotation retenue pour {name} ; le fichier reste à écrire."]
        )

    def _save(self) -> None:
        path = Path(self.path.value.strip()).expanduser()
        own = {n: one for n, one in self.ratings.ratings.items() if one.origin in _OWN}
        problem = ""
        if path.suffix.lower() not in (".yaml", ".yml"):
            problem = f"« {path} » : donner un nom qui finit par .yaml"
        elif not own:
            problem = "Aucun aléa n’est coté : rien à écrire."
        elif path.exists() and path.resolve() not in self._own:
            problem = f"« {path} » existe déjà : choisir un autre nom"
        if problem:
            self.message.value = paragraphs([problem])
            return
        file = RatingFile(self._territory, date=self._day or self.ratings.date, ratings=own)
        try:
            (self.saved,) = write_texts(path.parent, {path.name: write_ratings(file)})
        except Refusal as refusal:
            self.message.value = paragraphs(str(refusal).splitlines())
            return
        self._own.add(path.resolve())
        lines = text.count(len(own), "cotation écrite", "cotations écrites")
        self.message.value = paragraphs([f"{lines} dans {path}."])

    # --- Between the widgets and the ratings -------------------------------------------------

    @property
    def _chosen(self) -> Hazard:
        return self._catalogue.hazards[self.hazard.value]

    def _disorder(self) -> str:
        """What is wrong with the sliders; empty when nothing is."""
        for sliders, name in zip(
            (self.likelihood, self.intensity), MEASURES[self._chosen.kind], strict=True
        ):
            levels = [slider.value for slider in sliders.values()]
            if levels != sorted(levels):
                shown = ", ".join(map(str, levels))
                return typeset_text(
                    f"{name} : « {shown} » n’est pas dans l’ordre bas, central, haut."
                )
        return ""

    def _rating(self) -> Rating:
        low, central, high = (slider.value for slider in self.likelihood.values())
        weak, middle, strong = (slider.value for slider in self.intensity.values())
        return Rating(
            hazard=self.hazard.value,
            likelihood=(low, central, high),
            intensity=(weak, middle, strong),
            confidence=self.confidence.value,
            source=self.source.value.strip(),
            comment=self.comment.value.strip(),
            author=self.author.value.strip(),
            aggravation=self.aggravation.value,
            evidence=self.evidence.value.strip(),
        )


def _slider() -> Any:
    return widgets.IntSlider(value=2, min=1, max=4, **look())


def rating_form(
    catalogue: Catalogue,
    *,
    ratings: Ratings,
    territory: str,
    output: Path | None = None,
    **more: Any,
) -> RatingForm:
    """Make the form; see :class:`RatingForm` for what else it takes.

    Returns
    -------
    RatingForm
        Displayed by a notebook as it is.
    """
    return RatingForm(catalogue, ratings=ratings, territory=territory, output=output, **more)
