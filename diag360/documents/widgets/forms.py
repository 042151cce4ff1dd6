"""A form to enter or correct a value in a notebook, and see the score move at once.

The form holds no arithmetic: it reads what is typed (:mod:`.answers`), scores the rows with and
without it, and writes a tidy CSV.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from diag360.catalogue.model import Catalogue, Indicator
from diag360.documents import text
from diag360.documents.figures.diagnosis.collection import printed
from diag360.documents.figures.fragments import render
from diag360.documents.widgets.answers import (
    Answer,
    Unreadable,
    read_answer,
    same_answer,
    typed_text,
    with_answer,
)
from diag360.documents.widgets.form_widgets import ALL, TEXTS, FormWidgets, paragraphs
from diag360.errors import Refusal
from diag360.files import write_texts
from diag360.scoring.next_questions import next_questions
from diag360.scoring.scores import Scores, score
from diag360.territories.guard import check_values, withhold
from diag360.territories.merge import tidy_csv


class AnswerForm(FormWidgets):
    """Widgets that show an indicator, take an answer, and write the values.

    Parameters
    ----------
    catalogue : Catalogue
        Indicators, units and scales.
    rows : DataFrame
        Rows from :func:`diag360.read_values`; never changed in place. All are written back.
    territory : str
        Code of the territory to answer for.
    framework, weights, tier : str, optional
        As for :func:`diag360.score`.
    reference : DataFrame, optional
        Open data of all territories, for the guard.
    today : date, optional
        Day of the checks; without it the guard is not asked.
    output : Path, optional
        CSV to write; ``reponses-<territory>.csv`` here by default.
    replace : bool
        Whether a file already standing there may be replaced: it is the one the rows come from.

    Attributes
    ----------
    rows : DataFrame
        Rows with the answers entered so far.
    saved : Path or None
        Last file written.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        rows: pd.DataFrame,
        territory: str,
        framework: str | None = None,
        weights: str | None = None,
        tier: str | None = None,
        reference: pd.DataFrame | None = None,
        today: date | None = None,
        output: Path | None = None,
        replace: bool = False,
    ) -> None:
        self.rows = rows
        self.saved: Path | None = None
        self._catalogue, self._territory = catalogue, territory
        self._frame = {"framework": framework, "weights": weights, "tier": tier}
        self._reference, self._today = reference, today
        self._output = output or Path(f"reponses-{territory}.csv")
        self._own = {self._output.resolve()} if replace else set()
        self._busy = False
        self._scores, _ = self._score(rows)
        super().__init__(self._scores.framework, path=str(self._output))
        self._listen()
        self._fill_indicators()

    # --- What a reader sees ------------------------------------------------------------------

    def _listen(self) -> None:
        self.need.observe(lambda _: self._fill_indicators(), names="value")
        self.indicator.observe(lambda _: self._when_idle(self._show_indicator), names="value")
        for typed in (self.number, self.word, self.status, self.year, self.source):
            typed.observe(lambda _: self._when_idle(self._preview), names="value")
        self.enter.on_click(lambda _: self._enter())
        self.save.on_click(lambda _: self._save())

    def _when_idle(self, act: Callable[[], None]) -> None:
        if not self._busy:
            act()

    def _fill_indicators(self) -> None:
        """Offer the indicators of the need: what is worth asking first, then what is known."""
        first = list(next_questions(self._scores, territory=self._territory)["indicator"])
        names = [*first, *(str(n) for n in self._scores.need_of.index if n not in set(first))]
        if self.need.value != ALL:
            names = [n for n in names if self._scores.need_of[n] == self.need.value]
        known = self._scores.indicator_scores.loc[self._territory].notna()
        chosen = self.indicator.value
        self._busy = True  # the list passes through states that nobody should see
        self.indicator.options = [
            (f"{self._catalogue.indicators[n].label} ({n}){' · connu' if known[n] else ''}", n)
            for n in names
        ]
        self.indicator.value = chosen if chosen in names else next(iter(names), None)
        self._show_indicator()

    def _show_indicator(self) -> None:
        """Show what the chosen indicator asks, and what is already known of it."""
        one = self._chosen
        unit = self._catalogue.unit(one.id)
        self._busy = True
        self.number.layout.display = "none" if unit is None else None
        self.word.layout.display = None if unit is None else "none"
        self.word.options = [("–", ""), *((w.replace("'", "’"), w) for w in one.response.choices)]
        given = self._given
        known = given["value"] and self._told(given)
        self.sheet.value = render("collection_sheet", indicator=one, unit=unit, known=known).html
        self.number.description = f"Valeur ({unit.symbol})" if unit and unit.symbol else "Valeur"
        self.number.value = "" if unit is None else typed_text(given["value"], unit=unit)
        self.word.value = given["value"] if one.response.choices else ""
        self.status.value = given["status"] if given["value"] or given["status"] in (
            "secret", "sans_objet"
        ) else "declare"  # fmt: skip
        self.year.value = "" if pd.isna(given["year"]) else str(given["year"])
        for name in TEXTS:
            getattr(self, name).value = given[name]
        self.message.value = ""
        self._busy = False
        self._preview()

    def _preview(self) -> None:
        """Say how the score of the indicator and of its need would move."""
        try:
            answer = self._answer()
        except Unreadable as error:
            self.preview.value = paragraphs([str(error)])
            return
        after, remarks = self._score(self._with(answer), about=self._chosen.id)
        said = [*self._moves(after, answer), *self._left_over(answer), *remarks]
        self.preview.value = paragraphs(said)

    def _moves(self, after: Scores, answer: Answer) -> list[str]:
        name, place = self._chosen.id, self._territory
        need = str(after.need_of[name])
        label = next(n.label for n in after.framework.needs if n.id == need)
        reading = printed(name, answer.value, catalogue=self._catalogue) if answer.value else ""
        scores, own = [], []
        for one in (self._scores, after):
            own.append(text.score(one.indicator_scores.loc[[place], name].to_numpy(float)[0]))
            found = one.needs.of(place)[need]
            scores.append(text.need_score(
                found.score, low=found.low, high=found.high, determined=found.determined
            ))  # fmt: skip
        said = [f"Lu : {reading or text.LABELS[answer.status]}.",
                f"Indicateur : {own[0]} → {own[1]} sur 100.",
                f"{label} : {scores[0]} → {scores[1]}."]  # fmt: skip
        if after.weights[name] == 0:
            said.append("Cet indicateur ne compte pas dans le score à ce niveau.")
        return said

    def _left_over(self, answer: Answer) -> list[str]:
        """What still belongs to the former value."""
        given = self._given
        if not (answer.value and given["value"] and given["source"]):
            return []
        same = same_answer(answer, value=given["value"], number=given["number"])
        if same or self.source.value != given["source"]:
            return []
        return ["La source est encore celle de l’ancienne valeur."]

    def _told(self, given: dict[str, Any]) -> str:
        """The value already known, with its source and year."""
        source = self._catalogue.sources.get(given["source"])
        told = [source.label if source else given["source"]]
        told += [] if pd.isna(given["year"]) else [str(given["year"])]
        shown = printed(self._chosen.id, given["value"], catalogue=self._catalogue)
        return f"{shown} ({', '.join(filter(None, told))})" if any(told) else shown

    # --- What it does ------------------------------------------------------------------------

    def _enter(self) -> None:
        try:
            answer = self._answer()
        except Unreadable as error:
            self.message.value = paragraphs([f"Réponse non retenue : {error}"])
            return
        name = self._chosen.id
        self.rows = self._with(answer)
        self._scores, _ = self._score(self.rows)
        self._fill_indicators()
        self.message.value = paragraphs(
            [f"Réponse retenue pour {name} ; le fichier reste à écrire."]
        )

    def _save(self) -> None:
        path = Path(self.path.value.strip()).expanduser()
        if path.suffix.lower() != ".csv":
            self.message.value = paragraphs([f"« {path} » : donner un nom qui finit par .csv"])
            return
        if path.exists() and path.resolve() not in self._own:
            self.message.value = paragraphs([f"« {path} » existe déjà : choisir un autre nom"])
            return
        try:
            (self.saved,) = write_texts(path.parent, {path.name: tidy_csv(self.rows)})
        except Refusal as refusal:
            self.message.value = paragraphs(str(refusal).splitlines())
            return
        self._own.add(path.resolve())
        lines = text.count(len(self.rows), "valeur écrite", "valeurs écrites")
        self.message.value = paragraphs([f"{lines} dans {path}."])

    # --- Between the widgets and the rows ----------------------------------------------------

    @property
    def _chosen(self) -> Indicator:
        return self._catalogue.indicators[self.indicator.value]

    @property
    def _given(self) -> dict[str, Any]:
        here = (self.rows["territory"] == self._territory) & (
            self.rows["indicator"] == self.indicator.value
        )
        found = self.rows[here].to_dict("records")
        none: dict[str, Any] = dict.fromkeys(("value", *TEXTS), "")
        none |= {"status": "", "year": pd.NA, "number": float("nan")}
        return {str(k): v for k, v in found[0].items()} if found else none

    def _answer(self) -> Answer:
        unit = self._catalogue.unit(self._chosen.id)
        return read_answer(
            self.word.value or "" if unit is None else self.number.value,
            indicator=self._chosen, unit=unit, status=self.status.value, year=self.year.value,
        )  # fmt: skip

    def _with(self, answer: Answer) -> pd.DataFrame:
        texts = {n: getattr(self, n).value for n in TEXTS}
        return with_answer(
            self.rows, answer, territory=self._territory, indicator=self._chosen.id, texts=texts
        )

    def _score(self, rows: pd.DataFrame, *, about: str = "") -> tuple[Scores, list[str]]:
        """Scores of the territory without what the guard withholds, and what it says of it."""
        own = rows[rows["territory"] == self._territory]
        if own.empty:
            # A territory that starts from nothing has one indicator nobody answered.
            nothing = Answer("", float("nan"), "non_collecte", None)
            name = next(iter(self._catalogue.indicators))
            own = with_answer(own, nothing, territory=self._territory, indicator=name, texts={})
        remarks = []
        if self._today is not None:
            findings = check_values(
                own, catalogue=self._catalogue, reference=self._reference, today=self._today
            )
            own = withhold(own, findings)
            remarks = [
                f"{finding.severity.capitalize()} : {finding.problem}"
                for finding in findings
                if finding.indicator == about
            ]
        return score(own, catalogue=self._catalogue, **self._frame), remarks


def answer_form(
    catalogue: Catalogue, *, rows: pd.DataFrame, territory: str, **more: Any
) -> AnswerForm:
    """Make the form; see :class:`AnswerForm` for what else it takes.

    Returns
    -------
    AnswerForm
        Displayed by a notebook as it is.
    """
    return AnswerForm(catalogue, rows=rows, territory=territory, **more)
