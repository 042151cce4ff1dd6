"""The form, driven without a browser: what it shows, what moves, what it writes."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from diag360 import read_values, score
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.widgets import forms
from diag360.scoring.next_questions import next_questions

LANNION = "200065928"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def every(catalogue: Catalogue) -> pd.DataFrame:
    return read_values(catalogue=catalogue)


@pytest.fixture(scope="module")
def reference(every: pd.DataFrame) -> pd.DataFrame:
    """Enough for the guard to judge one indicator."""
    return every[every["indicator"] == "be2_i05"]


@pytest.fixture
def rows(every: pd.DataFrame) -> pd.DataFrame:
    return every[every["territory"] == LANNION]


@pytest.fixture
def form(catalogue: Catalogue, rows: pd.DataFrame, tmp_path: Path) -> forms.AnswerForm:
    return forms.answer_form(
        catalogue, rows=rows, territory=LANNION, output=tmp_path / "reponses.csv"
    )


def said(widget) -> str:
    """Text of an HTML widget, with ordinary spaces."""
    words = unescape(re.sub(r"<[^>]+>", " ", widget.value))
    return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_the_first_indicator_is_the_first_question(form, catalogue, rows) -> None:
    first = next_questions(score(rows, catalogue=catalogue), territory=LANNION)["indicator"]
    offered = [name for _, name in form.indicator.options]
    assert offered[: len(first)] == list(first)
    assert form.indicator.value == first[0]
    assert len(offered) == len(set(offered)) == len(score(rows, catalogue=catalogue).need_of)


def test_a_need_keeps_its_own_indicators(form) -> None:
    form.need.value = "boire"
    assert {name for _, name in form.indicator.options} >= {"bv1_i01", "bv1_i16"}
    assert "be2_i05" not in {name for _, name in form.indicator.options}
    assert form.indicator.value in {name for _, name in form.indicator.options}


def test_an_indicator_shows_its_sheet_and_what_is_known(form, catalogue) -> None:
    form.indicator.value = "be2_i05"
    one = catalogue.indicators["be2_i05"]
    shown = said(form.sheet)
    for body in (one.definition, one.collection.how, one.example.text):
        assert " ".join(body.replace("\u00a0", " ").replace("\u202f", " ").split()) in shown
    assert "Déjà connu : 11,3 % (" in shown
    assert form.number.value == "11,3"
    assert form.number.description == "Valeur (%)"
    assert form.year.value == "2021"
    assert form.number.layout.display is None
    assert form.word.layout.display == "none"
    form.indicator.value = "bv1_i01"
    assert [word for _, word in form.word.options] == ["", "Non", "En cours", "Oui"]
    assert form.number.layout.display == "none"
    assert form.year.value == form.source.value == ""


def test_the_score_moves_as_one_types(form, catalogue, rows) -> None:
    form.indicator.value = "be2_i05"
    form.number.value = "20"
    before = score(rows, catalogue=catalogue)
    here = rows["indicator"] == "be2_i05"
    changed = rows.copy()
    changed.loc[here, "value"], changed.loc[here, "number"] = "0.2", 0.2
    after = score(changed, catalogue=catalogue)
    own = [text.score(float(s.indicator_scores.loc[LANNION, "be2_i05"])) for s in (before, after)]
    need = [
        text.score(float(s.needs.score.loc[LANNION, "etre_solidaire"])) for s in (before, after)
    ]
    assert own[0] != own[1]
    shown = said(form.preview)
    assert "Lu : 20,0 %." in shown
    assert f"Indicateur : {own[0]} → {own[1]} sur 100." in shown
    assert f"Être solidaire : {need[0]} → {need[1]}." in shown
    assert "La source est encore celle de l’ancienne valeur." in shown
    form.source.value = "bilan social"
    assert "ancienne valeur" not in said(form.preview)


def test_a_need_becomes_determined_under_one_s_eyes(form, catalogue) -> None:
    form.indicator.value = "bv5_i07"
    form.word.value = catalogue.indicators["bv5_i07"].response.choices[-1]
    assert re.search(r"Me sentir en sécurité : indéterminé \(entre \d+ et \d+\) → \d+\.",
                     said(form.preview))  # fmt: skip


def test_an_indicator_outside_the_tier_says_so(form) -> None:
    form.indicator.value = "bv1_i01"
    form.word.value = "Oui"
    assert "ne compte pas dans le score à ce niveau" in said(form.preview)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("132", "« 132 » est impossible"), ("douze", "« douze » n’est pas un nombre")],
)
def test_what_cannot_be_read_is_not_kept(form, typed, problem) -> None:
    form.indicator.value = "be2_i05"
    before = form.rows.copy()
    form.number.value = typed
    assert problem in said(form.preview)
    form.enter.click()
    assert f"Réponse non retenue : {problem}" in said(form.message)
    pd.testing.assert_frame_equal(form.rows, before)


def test_the_guard_speaks_as_one_types(catalogue, rows, reference) -> None:
    form = forms.answer_form(
        catalogue, rows=rows, territory=LANNION, reference=reference, today=TODAY
    )
    form.indicator.value = "be2_i05"
    assert "Alerte" not in said(form.preview)
    form.number.value = "99"
    assert re.search(r"(Alerte|Erreur) : « 0\.99 »", said(form.preview))
    form.number.value = "13"
    form.year.value = "2031"
    assert "2031" in said(form.preview)


def test_a_value_the_guard_calls_an_error_is_not_scored(catalogue, rows, reference) -> None:
    slipped = rows.copy()
    here = slipped["indicator"] == "be2_i05"
    slipped.loc[here, "value"], slipped.loc[here, "number"] = "13.2", 13.2
    form = forms.answer_form(catalogue, rows=slipped, territory=LANNION, reference=reference,
                             today=TODAY)  # fmt: skip
    form.indicator.value = "be2_i05"
    assert "· connu" not in {name: label for label, name in form.indicator.options}["be2_i05"]
    assert "« 1320 » est impossible" in said(form.preview)
    form.number.value = "13,2"
    assert "Indicateur : – → 49 sur 100." in said(form.preview)
    form.indicator.value = "be2_i06"
    assert "Erreur" not in said(form.preview)  # it is about another value


def test_answers_are_kept_then_written_and_read_back(form, catalogue, rows, tmp_path) -> None:
    form.indicator.value = "be2_i05"
    form.number.value, form.year.value, form.source.value = "13,2", "2023", "bilan social"
    form.evidence.value, form.comment.value = "bilan.pdf, p. 4", '=1+1 "cité", <b>'
    form.author.value = "Anne, solidarités"
    form.enter.click()
    assert "Réponse retenue pour be2_i05" in said(form.message)
    assert form.indicator.value == "be2_i05"
    assert "Déjà connu : 13,2 % (bilan social, 2023)" in said(form.sheet)
    form.indicator.value = "bv5_i07"
    form.word.value = "Oui"
    form.enter.click()
    assert "· connu" in {name: label for label, name in form.indicator.options}["bv5_i07"]
    assert not (tmp_path / "reponses.csv").exists()
    form.save.click()
    assert form.saved == tmp_path / "reponses.csv"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["reponses.csv"]
    again = read_values(form.saved, catalogue=catalogue)
    assert len(again) == len(rows) + 1
    row = again.set_index("indicator").loc["be2_i05"]
    assert (row["value"], row["year"], row["source"]) == ("0.132", 2023, "bilan social")
    assert row["comment"].startswith('=1+1 "cité", <b> ; réponse précédente : « 0.113 » (2021')
    assert row["evidence"] == "bilan.pdf, p. 4"
    assert "<b>" not in form.preview.value + form.message.value
    form.save.click()
    assert "33 valeurs écrites" in said(form.message)


def test_no_file_of_somebody_else_is_replaced(form, catalogue, rows, tmp_path) -> None:
    other = tmp_path / "autre.csv"
    other.write_text("précieux", encoding="utf-8")
    form.path.value = str(other)
    form.save.click()
    assert "autre.csv » existe déjà" in said(form.message)
    assert other.read_text(encoding="utf-8") == "précieux"
    form.path.value = str(tmp_path / "classeur.xlsx")
    form.save.click()
    assert "classeur.xlsx » : donner un nom qui finit par .csv" in said(form.message)
    form.path.value = str(other / "sous" / "valeurs.csv")
    form.save.click()
    assert "impossible d’y écrire" in said(form.message)
    assert form.saved is None
    own = forms.answer_form(catalogue, rows=rows, territory=LANNION, output=other, replace=True)
    own.save.click()
    assert own.saved == other
    assert len(read_values(other, catalogue=catalogue)) == len(rows)


def test_other_territories_of_the_file_are_written_too(catalogue, every, tmp_path) -> None:
    two = every[every["territory"].isin([LANNION, "200000172"])]
    form = forms.answer_form(catalogue, rows=two, territory=LANNION, output=tmp_path / "v.csv")
    form.save.click()
    pd.testing.assert_frame_equal(
        read_values(form.saved, catalogue=catalogue), two.reset_index(drop=True)
    )


def test_a_territory_may_start_from_nothing(catalogue, every) -> None:
    nothing = every[every["territory"] == "000000000"]
    form = forms.answer_form(catalogue, rows=nothing, territory=LANNION, today=TODAY)
    form.indicator.value = "be2_i05"
    form.number.value = "13"
    form.enter.click()
    assert list(form.rows["value"]) == ["0.13"]


def test_a_value_is_withdrawn_not_zeroed(form) -> None:
    form.indicator.value = "be2_i05"
    form.status.value = "secret"
    assert "Lu : secret statistique." in said(form.preview)
    assert "Indicateur : 57 → – sur 100." in said(form.preview)
    form.enter.click()
    row = form.rows.set_index("indicator").loc["be2_i05"]
    assert (row["value"], row["status"]) == ("", "secret")
    assert form.status.value == "secret"
    assert form.number.value == ""
