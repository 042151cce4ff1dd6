"""A panel in a document: who answered, how far they agree, who differs on what."""

import base64
import re
from html import unescape

import pytest

from diag360.challenge.panel.agreement import Concordance
from diag360.challenge.panel.read import make_panel, read_panel
from diag360.challenge.panel.records import PanelBody
from diag360.documents.figures.laboratory.panel_blocks import (
    NOBODY,
    panel_agreement,
    panel_answers,
    panel_summary,
)
from diag360.documents.panel_words import (
    agreement_sentences,
    agreement_word,
    doubt_sentences,
    quoted,
    role_gaps,
)
from diag360.paths import data_dir

ITEMS = ("vital", "essentiel", "induit")


@pytest.fixture(scope="module")
def example(catalogue):
    return read_panel(data_dir() / "panels" / "exemple.yaml", catalogue=catalogue)


@pytest.fixture
def panel(catalogue):
    """Panel on the categories of needs: (name, role, points)."""

    def make(*answers, **keys):
        body = PanelBody.model_validate({
            "id": "essai", "label": "Essai", "framework": "besoins-2021", "subject": "categories",
            "items": ITEMS, **keys,
            "answers": [
                {"expert": name, "role": role, "method": "budget",
                 "points": dict(zip(ITEMS, map(float, points), strict=True))}
                for name, role, points in answers
            ],
        })  # fmt: skip
        return make_panel(body, catalogue=catalogue, file="essai")

    return make


def words(html: str) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", html))
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_the_example_is_told_as_fictional(example):
    told = words(panel_summary(example).html)
    assert "6 experts (2 de terrain, 2 thématiques et 2 de collectivités)" in told
    assert "exemple fictif" in told
    assert "aucun de ces experts n’existe" in told
    assert "Accord faible entre les 6 experts" in told


def test_who_differs_on_what_by_role(panel):
    made = panel(
        ("a", "terrain", (70, 20, 10)), ("b", "terrain", (60, 30, 10)),
        ("c", "thematique", (20, 30, 50)),
    )  # fmt: skip
    first = role_gaps(made)[0]
    assert (first.item, first.high, first.low) == ("Besoins vitaux", "terrain", "thematique")
    assert (first.high_weight, first.low_weight) == pytest.approx((0.65, 0.2))
    told = words(agreement_sentences(made)[-1])
    assert (
        "« Besoins vitaux », 65 % pour les experts de terrain et 20 % pour l’expert thématique"
    ) in told


def test_roles_that_agree_are_said_to(panel):
    made = panel(("a", "terrain", (50, 30, 20)), ("b", "collectivite", (52, 30, 18)))
    assert "ne s’écartent pas de plus de 5 points" in agreement_sentences(made)[-1]
    alone = panel(("a", "terrain", (50, 30, 20)), ("b", "terrain", (20, 30, 50)))
    assert "Tous les experts ont le même rôle (terrain)" in agreement_sentences(alone)[-1]


def test_one_expert_is_no_panel(panel):
    made = panel(("a", "terrain", (50, 30, 20)))
    (sentence,) = agreement_sentences(made)
    assert "Un seul expert" in sentence
    assert "W de Kendall" not in words(panel_agreement(made).html)


def test_nobody_and_experts_who_tell_nothing_apart(panel):
    for block in (panel_summary, panel_answers, panel_agreement):
        assert words(block(None).html) == words(NOBODY)
    flat = tuple([100 / 3] * 3)
    made = panel(("a", "terrain", flat), ("b", "thematique", flat))
    assert agreement_sentences(made) == [
        "Aucun expert ne distingue les éléments : l’accord ne peut pas être mesuré."
    ]
    assert "<img" in panel_agreement(made).html


@pytest.mark.parametrize(
    ("w", "word"), [(0.0, "faible"), (0.49, "faible"), (0.5, "modéré"), (0.7, "fort"), (1, "fort")]
)
def test_the_words_for_w(w, word):
    assert agreement_word(Concordance(w, 0.01)) == word


def test_an_agreement_that_chance_could_make_is_said_so(panel):
    apart = panel(("a", "terrain", (50, 30, 20)), ("b", "terrain", (20, 30, 50)))
    assert "peut n’être dû qu’au hasard (probabilité 1,00)" in agreement_sentences(apart)[0]
    many = [(f"e{n}", "terrain", (50, 30, 20)) for n in range(5)]
    assert "moins d’une chance sur vingt" in agreement_sentences(panel(*many))[0]


def test_the_figure_says_in_words_what_it_draws(example):
    html = panel_agreement(example).html
    alt = unescape(re.search(r'alt="([^"]*)"', html)[1])
    assert "6 experts" in alt
    assert "le plus lourd est « Part des communes couvertes" in alt
    assert "W de Kendall 0,31" in alt
    rows = [
        [words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", html, re.S)
    ]
    assert rows[0][:2] == ["Élément", "Ensemble"]
    assert rows[0][-3:] == ["Terrain", "Thématique", "Collectivité"]
    assert rows[1][1] == "30 %"
    shares = [int(row[1].split()[0]) for row in rows[1:]]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) == 6


def test_the_figure_is_the_same_twice(example):
    assert panel_agreement(example).html == panel_agreement(example).html
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", panel_agreement(example).html)[1])
    assert svg.startswith(b"<?xml")


def test_names_are_escaped(panel):
    hostile = "<script>alert(1)</script>"
    made = panel((hostile, "terrain", (50, 30, 20)), note=hostile)
    for block in (panel_summary, panel_answers, panel_agreement):
        assert "<script>" not in block(made).html


def test_doubts_are_said_with_names_and_numbers(panel, catalogue):
    made = panel(("Anne", "terrain", (50, 30, 18)))
    (told,) = doubt_sentences(made)
    assert told.startswith("Anne : les points font 98 ;")
    body = made.body.model_dump()
    body["answers"] = [
        {"expert": "Bob", "role": "porteur", "method": "ahp",
         "comparisons": [("vital", "essentiel", 5.0), ("essentiel", "induit", 5.0),
                         ("induit", "vital", 3.0)]},
        {"expert": "Zoé", "role": "porteur", "method": "best_worst", "best": "vital",
         "worst": "induit", "best_to_others": {"essentiel": 4.0, "induit": 8.0},
         "others_to_worst": {"essentiel": 8.0}},
    ]  # fmt: skip
    told = " ".join(doubt_sentences(
        make_panel(PanelBody.model_validate(body), catalogue=catalogue, file="x")
    ))  # fmt: skip
    assert "Bob : « Besoins induits » compte 3 fois plus que « Besoins vitaux »" in told
    assert "le contraire" in told
    assert "d’un facteur 75,0" in told
    assert (
        "Zoé : « Besoins essentiels » compte 4 fois moins que le plus important et 8 fois" in told
    )
    table = words(panel_answers(
        make_panel(PanelBody.model_validate(body), catalogue=catalogue, file="x")
    ).html)  # fmt: skip
    assert "peu cohérent" in table


def test_guillemets_inside_a_label_become_quotation_marks():
    assert quoted("de type « coups »") == "« de type “coups” »"
