"""The weight explorer: move a weight, see at once what it changes, sign it as a variant.

It holds no arithmetic: weights become scores in :mod:`diag360.challenge.reweigh.weigh`, a page is
made by :mod:`.explorer_page`, files by :mod:`.explorer_files`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from diag360.catalogue.model import Coefficients
from diag360.challenge.reweigh.variant import (
    changes_of_weights,
    left_aside,
    weights_of_variant,
)
from diag360.challenge.reweigh.weigh import Reweighed, lay_out, reweigh
from diag360.challenge.variants.files import read_variant
from diag360.documents import text
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.widgets.explorer_choice import Choice, choice_of
from diag360.documents.widgets.explorer_files import default_folder, listed, write_signed
from diag360.documents.widgets.explorer_page import View, explorer_page
from diag360.documents.widgets.explorer_widgets import OWN, ExplorerWidgets, place, slider
from diag360.documents.widgets.form_widgets import paragraphs
from diag360.errors import Refusal
from diag360.scoring.scores import Scores
from diag360.vulnerability.actions import Actions


class WeightExplorer(ExplorerWidgets):
    """Sliders on one side, what they change on the other.

    Parameters
    ----------
    scores : Scores
        Reference: the territory scored with the scheme everything is compared to.
    territory : str
        Its code.
    actions : Actions, optional
        Gains of its actions, to be ranked by what needs are worth.
    folder : Path, optional
        Where variants are written and read; :func:`default_folder` when left out.
    today : date, optional
        Day proposed for the signature.

    Attributes
    ----------
    choice : Choice
        Weights shown.
    before, after : Reweighed
        What the reference and the choice make of the territory.
    saved : Path or None
        Last variant written.

    Raises
    ------
    KeyError
        When the territory was not scored.
    """

    def __init__(
        self,
        scores: Scores,
        *,
        territory: str,
        actions: Actions | None = None,
        folder: Path | None = None,
        today: date | None = None,
    ) -> None:
        self._scores, self._actions = scores, actions
        self._schemes = scores.catalogue.weights
        self._bench = lay_out(scores, territory=territory)
        self._folder = folder or default_folder()
        self._busy = False
        self._sliders: dict[str, dict[str, Any]] = {}
        self.saved: Path | None = None
        self._reference = choice_of(scores.scheme)
        self.choice = self._own = self._reference
        self.before = self.after = self._reweighed(self._reference)
        super().__init__(
            scores.framework,
            presets=[(scheme.label, name) for name, scheme in self._schemes.items()],
            day="" if today is None else today.isoformat(),
        )
        self.preset.value = scores.scheme.id
        self.need.value = self._first_need()
        self._list_files()
        self._show_need()
        self._listen()
        self._redraw()

    # --- What a hand moves -------------------------------------------------------------------

    def _listen(self) -> None:
        self.preset.observe(lambda _: self._when_idle(self._choose_preset), names="value")
        for key, one in self.coefficients.items():
            one.observe(partial(self._moved, self._set_coefficient, key), names="value")
        for need, one in self.worth.items():
            one.observe(partial(self._moved, self._set_value, need), names="value")
        self.need.observe(lambda _: self._when_idle(self._choose_need), names="value")
        self.reset.on_click(lambda _: self._show(self._reference, called=self._scores.scheme.id))
        self.free.on_click(lambda _: self._free_need())
        self.save.on_click(lambda _: self._save())
        self.load.on_click(lambda _: self._load())

    def _when_idle(self, act: Callable[[], None]) -> None:
        if not self._busy:
            act()

    def _moved(self, act: Callable[[Any, float], None], key: Any, change: Any) -> None:
        """Take what a slider says, unless it is only following."""
        if self._busy:
            return
        act(key, float(change["new"]))
        self._own = self.choice
        self._busy = True
        self.preset.value = OWN
        self._busy = False
        self._redraw()

    def _set_coefficient(self, key: tuple[str, str], value: float) -> None:
        body = self.choice.coefficients.model_dump()
        body[key[0]][key[1]] = value
        self.choice = replace(self.choice, coefficients=Coefficients.model_validate(body))
        self._follow_need()

    def _set_indicator(self, name: str, value: float) -> None:
        self.choice = replace(self.choice, exceptions={**self.choice.exceptions, name: value})

    def _set_value(self, need: str, value: float) -> None:
        self.choice = replace(self.choice, values={**self.choice.values, need: value})

    def _choose_preset(self) -> None:
        name = self.preset.value
        chosen = self._own if name == OWN else choice_of(self._schemes[name])
        # Needs keep what they are worth: a scheme says nothing of it.
        self._show(replace(chosen, values=self.choice.values), called=name)

    def _choose_need(self) -> None:
        self._show_need()
        self._redraw()

    def _free_need(self) -> None:
        names = {self._bench.indicators[at] for at in self._bench.of_need(self.need.value)}
        kept = {name: w for name, w in self.choice.exceptions.items() if name not in names}
        self._own = replace(self.choice, exceptions=kept)
        self._show(self._own, called=OWN)

    # --- What it shows -----------------------------------------------------------------------

    def _show(self, choice: Choice, *, called: str) -> None:
        """Put every slider where a choice says, then redraw once."""
        self.choice = choice
        self._busy = True
        self.preset.value = called
        for (criterion, value), one in self.coefficients.items():
            place(one, getattr(choice.coefficients, criterion)[value])
        for need, one in self.worth.items():
            place(one, choice.values.get(need, 1.0))
        self._busy = False
        self._follow_need()
        self._redraw()

    def _show_need(self) -> None:
        """Bring in the sliders of the indicators of a need, made the first time it is shown."""
        need = self.need.value
        if need not in self._sliders:
            made = {}
            for at in self._bench.of_need(need):
                name = self._bench.indicators[at]
                made[name] = slider(self._scores.catalogue.indicators[name].label, wide=True)
                made[name].observe(partial(self._moved, self._set_indicator, name), names="value")
            self._sliders[need] = made
        self._follow_need()
        self.indicators.children = tuple(self._sliders[need].values())

    def _follow_need(self) -> None:
        """Put the sliders of the need shown where the weights are."""
        weights = self.choice.weights(self._bench)
        self._busy = True
        for name, one in self._sliders.get(self.need.value, {}).items():
            place(one, float(weights[self._bench.indicators.index(name)]))
        self._busy = False

    def _redraw(self) -> None:
        self.after = self._reweighed(self.choice)
        called = self.preset.value
        scheme = self._scores.scheme
        self.result.value = explorer_page(
            View(
                scores=self._scores,
                bench=self._bench,
                before=self.before,
                after=self.after,
                worth_before=self._reference.worth(self._bench),
                worth_after=self.choice.worth(self._bench),
                need=self.need.value,
                by_hand=frozenset(self.choice.exceptions),
                names=(
                    scheme.label,
                    "poids réglés ici" if called == OWN else self._schemes[called].label,
                ),
                actions=self._actions,
            )
        )

    def still(self) -> Fragment:
        """Show the page alone, for a document nobody will move anything in."""
        return Fragment(render("explorer_style").html + self.result.value)

    # --- Files -------------------------------------------------------------------------------

    def _save(self) -> None:
        changes = changes_of_weights(
            self._bench, reference=self._scores.scheme,
            coefficients=self.choice.coefficients, exceptions=self.choice.exceptions,
        )  # fmt: skip
        try:
            self.saved = write_signed(
                self._folder, name=self.file.value.strip(), label=self.label.value.strip(),
                author=self.author.value.strip(), role=self.role.value,
                day=self.date.value.strip(), why=self.why.value.strip(), changes=changes,
                catalogue=self._scores.catalogue, reference=self._scores.scheme.id,
            )  # fmt: skip
        except Refusal as refusal:
            self._say(str(refusal).splitlines())
            return
        self._list_files()
        self.saved_files.value = self.saved.name
        said = [f"Variante écrite : {self.saved}."]
        reference = self._scores.scheme
        if reference.id != self._scores.catalogue.settings.default_weights:
            said.append(
                f"Elle change le jeu « {reference.label} » : la comparer avec "
                f"« --weights {reference.id} »."
            )
        self._say(said)

    def _load(self) -> None:
        name = self.saved_files.value
        if not name:
            found = text.count(len(listed(self._folder)), "variante")
            self._say([f"Choisir d’abord une variante ({found} dans {self._folder})."])
            return
        try:
            variant = read_variant(self._folder / name)
            scheme = weights_of_variant(
                self._scores.catalogue, variant, reference=self._scores.scheme.id
            )
        except Refusal as refusal:
            self._say(str(refusal).splitlines())
            return
        self._own = choice_of(scheme, values=self.choice.values)
        self._show(self._own, called=OWN)
        said = [f"« {variant.label} » appliquée ({variant.author}, {variant.date.isoformat()})."]
        rest = left_aside(variant)
        if rest:
            said.append(
                f"Seuls ses poids sont montrés ici ; elle change aussi : "
                f"{text.enumerate_words(rest)}. « diag360 compare » montre tout."
            )
        self._say(said)

    def _list_files(self) -> None:
        names = listed(self._folder)
        self.saved_files.options = [("– choisir –", ""), *((name, name) for name in names)]
        self.saved_files.value = ""

    def _say(self, lines: list[str]) -> None:
        self.message.value = paragraphs(lines)

    # --- Between sliders and arrays ----------------------------------------------------------

    def _reweighed(self, choice: Choice) -> Reweighed:
        return reweigh(self._bench, weights=choice.weights(self._bench))

    def _first_need(self) -> str:
        """The weakest determined need: where one would look first."""
        ranks = self.before.ranks
        at = int(np.argmax(ranks == 1)) if (ranks == 1).any() else 0
        return self._bench.needs[at]


def weight_explorer(scores: Scores, *, territory: str, **more: Any) -> WeightExplorer:
    """Make the explorer; see :class:`WeightExplorer` for what else it takes.

    Returns
    -------
    WeightExplorer
        Displayed by a notebook as it is.
    """
    return WeightExplorer(scores, territory=territory, **more)
