"""Sheets, curves, crosswalk, questions and references: what they say and what they escape."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diag360 import read_values, score
from diag360.catalogue.crosswalk import crosswalk
from diag360.catalogue.lookup import Reference
from diag360.catalogue.model import Catalogue
from diag360.documents import figures
from diag360.documents.figures import drawing
from diag360.documents.figures.catalogue.curves import bornage, indicator_curve
from diag360.documents.figures.fragments import Fragment
from diag360.scoring.matrices import score_of
from diag360.scoring.tiers import choose_standard

FOUNDING, PUBLISHED = "besoins-2021", "diag360-1.3"


@pytest.fixture(scope="module")
def values(catalogue: Catalogue) -> pd.DataFrame:
    return read_values(catalogue=catalogue)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_a_sheet_says_everything_the_file_says(catalogue: Catalogue, values: pd.DataFrame) -> None:
    one = catalogue.indicators["be2_i05"]
    html = figures.indicator_sheet(one, catalogue=catalogue, values=values).html
    said = words(html)
    for body in (one.label, one.definition, one.rationale, one.limits, one.scale.justification,
                 one.collection.how, one.example.text if one.example else "", *one.questions,
                 *(cited.source for cited in one.cited), one.history[0].change):  # fmt: skip
        assert words(body) in said, body
    assert "<img" in html
    assert "1 232 intercommunalités" in said.replace("\u202f", " ")


def test_a_sheet_answered_by_a_word_shows_its_answers(
    catalogue: Catalogue, values: pd.DataFrame
) -> None:
    one = catalogue.indicators["bv1_i01"]
    html = figures.indicator_sheet(one, catalogue=catalogue, values=values).html
    assert "<img" not in html
    assert "En cours : 50" in words(html)
    with pytest.raises(ValueError, match="bv1_i01: answered by a word"):
        indicator_curve(one, catalogue=catalogue, values=np.array([]))


@pytest.mark.parametrize("name", ["be2_i05", "be2_i14", "bv1_i12", "bv2_i03", "bi3_i08"])
def test_a_curve_says_its_thresholds_without_sight(catalogue: Catalogue, name: str) -> None:
    one = catalogue.indicators[name]
    html = indicator_curve(one, catalogue=catalogue, values=np.array([]), marked=None).html
    alt = re.search(r'alt="([^"]+)"', html)
    assert alt is not None
    assert alt[1].count(" vaut ") == len(one.scale.anchors)
    assert "Aucune valeur nationale" in html
    assert "Losange" not in html


def test_a_curve_counts_what_the_scale_no_longer_tells_apart(catalogue: Catalogue) -> None:
    one = catalogue.indicators["be2_i05"]  # 26 % scores 0, 0 % scores 100
    values = np.array([0.3, 0.3, 0.13, 0.0])
    html = words(indicator_curve(one, catalogue=catalogue, values=values).html)
    assert "50 % sont au score 0 et 25 % au score 100" in html
    assert "4 intercommunalités" in html


def test_bornage_prints_the_three_closed_forms() -> None:
    at_0, at_half, at_1, k, value = 30.0, 12.0, 4.0, 2.0, 20.0
    html = words(bornage(at_0=at_0, at_half=at_half, at_1=at_1, k=k, value=value).html)
    step = (value - at_0) / (at_1 - at_0)
    expected = [
        100 * step,
        100 * np.interp(value, [at_1, at_half, at_0], [1, 0.5, 0]),
        100 * np.expm1(k * step) / np.expm1(k),
    ]
    for form, number in zip(("endpoints", "piecewise", "exponential"), expected, strict=True):
        found = re.search(form + r" : [^0-9]*(?:0 à 100|k = [\d,]+|ancres) (\d+)", html)
        assert found is not None, (form, html)
        assert int(found[1]) == int(np.floor(number + 0.5))


def test_the_crosswalk_counts_every_shared_indicator_once(catalogue: Catalogue) -> None:
    counts = crosswalk(catalogue, rows=FOUNDING, columns=PUBLISHED)
    assert len(counts) == 18 * 11
    shared = [i for i in catalogue.indicators.values() if {FOUNDING, PUBLISHED} <= set(i.needs)]
    assert sum(counts.values()) == len(shared) == 124
    assert counts["boire", "bv1"] == 16
    assert counts["acceder_energie", "bi2"] == 6
    back = crosswalk(catalogue, rows=PUBLISHED, columns=FOUNDING)
    assert {(b, a): n for (a, b), n in counts.items()} == back


def test_the_crosswalk_figure_names_the_needs_without_a_home(catalogue: Catalogue) -> None:
    html = figures.crosswalk_figure(catalogue, rows=FOUNDING, columns=PUBLISHED).html
    alt = re.search(r'alt="([^"]+)"', html)
    assert alt is not None
    for need in ("Penser l’avenir", "Respecter la biocapacité de la Terre"):
        assert need in alt[1]
    assert "Boire" not in alt[1]


@pytest.mark.documents
def test_every_need_has_a_sheet_with_all_its_indicators(
    catalogue: Catalogue, values: pd.DataFrame
) -> None:
    none = values.iloc[:0]
    for frame in catalogue.frameworks.values():
        seen = []
        for need in frame.needs:
            html = figures.need_sheet(catalogue, framework=frame.id, need=need.id, values=none).html
            assert words(need.description) in words(html)
            seen += re.findall(r'<details class="sheet" id="(\w+)"', html)
        own = [i.id for i in catalogue.indicators.values() if frame.id in i.needs]
        assert sorted(seen) == sorted(own)


def test_a_need_without_indicator_says_it_is_blind(catalogue: Catalogue) -> None:
    empty = replace(catalogue, indicators={})
    none = pd.DataFrame({"indicator": [], "number": []})
    html = figures.need_sheet(empty, framework=FOUNDING, need="boire", values=none).html
    assert "Aucun indicateur : ce besoin est aveugle." in html


def test_questions_are_those_of_the_files(catalogue: Catalogue) -> None:
    said = words(figures.open_questions(catalogue).html)
    asked = [question for i in catalogue.indicators.values() for question in i.questions]
    assert len(asked) >= 40
    for question in asked:
        assert words(question) in said
    none = {n: i.model_copy(update={"questions": ()}) for n, i in catalogue.indicators.items()}
    silent = figures.open_questions(replace(catalogue, indicators=none)).html
    assert "Aucune question ouverte." in silent


def test_references_say_what_is_checked_and_what_is_not(catalogue: Catalogue) -> None:
    evil = Reference(id="x", label="<script>alert(1)</script>", kind="loi", states="Rien.")
    known = next(iter(catalogue.references.values())).model_copy(
        update={"id": "y", "checked_against": "journal lu", "reading": "indirecte"}
    )
    few = replace(catalogue, references={"x": evil, "y": known}, indicators={}, sources={})
    html = figures.references(few).html
    assert "<script>" not in html
    assert html.count("à vérifier") == 1
    assert "Rapporté</span><br>journal lu" in html


def test_every_reference_and_source_has_its_line(catalogue: Catalogue) -> None:
    html = figures.references(catalogue).html
    for name in catalogue.references:
        assert f'<tr id="{name}">' in html
    for name in catalogue.sources:
        assert f'<tr id="source-{name}">' in html


def test_tiers_are_told_with_their_time(catalogue: Catalogue, values: pd.DataFrame) -> None:
    every = score(values, catalogue=catalogue, tier="expert")
    choices = choose_standard(every)
    said = words(figures.tier_table(choices, catalogue=catalogue, framework=FOUNDING).html)
    assert re.search(r"flash 32 aucun", said)
    assert re.search(r"standard \d+ environ \d+ heures", said)
    for choice in choices:
        assert f"{len(choice.chosen)} sur {choice.of}" in said


@pytest.mark.parametrize("name", ["be2_i05", "be2_i13", "be2_i14"])
def test_the_curve_drawn_is_that_of_the_scoring(
    catalogue: Catalogue, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, drawn = catalogue.indicators[name], []
    unit = catalogue.unit(name)
    assert unit is not None
    monkeypatch.setattr(
        drawing, "as_image", lambda figure, **_: drawn.append(figure) or Fragment("")
    )
    indicator_curve(one, catalogue=catalogue, values=np.array([]))
    x, y = drawn[0].axes[0].lines[0].get_data()
    expected = [100 * score_of(one, float(value) / unit.factor) for value in x]
    assert y == pytest.approx(expected)
    assert {round(min(y)), round(max(y))} == {0, 100}
