import re
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import diag360
from diag360.challenge.assumptions import Assumptions
from diag360.challenge.flip_report import Comparison, Flip, FlipReport, flip_report
from diag360.challenge.importance import importance
from diag360.challenge.leave_one_out import leave_one_out
from diag360.challenge.redundancy import redundancy, repeated_questions
from diag360.challenge.sensitivity import Decisive, sensitivity_of_profile
from diag360.challenge.sensitivity_of_need import sensitivity_of_need
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.laboratory.flip_blocks import (
    flip_table,
    levelling_table,
    redundancy_table,
    repeated_table,
    withdrawal_nation,
    withdrawal_table,
)
from diag360.documents.figures.laboratory.importance_chart import importance_chart
from diag360.documents.figures.laboratory.sensitivity_blocks import (
    decisive_assumption,
    need_levers,
    sensitivity_bars,
    sensitivity_matrix,
)
from diag360.documents.figures.laboratory.sensitivity_sentences import (
    NO_WEIGHT,
    conclusion_sentence,
    flip_sentence,
    flip_words,
    hazard_sentence,
    importance_sentence,
    redundancy_sentence,
    repeated_sentence,
)

LANNION = "200065928"
MOVING = Assumptions(moving=("poids", "jeu_de_poids", "bornes", "manquants", "agregation"))


@pytest.fixture(scope="module")
def everyone(catalogue):
    return diag360.score(diag360.read_values(catalogue=catalogue), catalogue=catalogue)


@pytest.fixture(scope="module")
def found(open_scores, catalogue):
    ratings = diag360.prepare_ratings(place=diag360.find_place(LANNION), catalogue=catalogue)
    return diag360.cross(open_scores, ratings=ratings)


@pytest.fixture(scope="module")
def told(open_scores, found):
    assumptions = replace(MOVING, moving=(*MOVING.moving, "cotations", "cascade"))
    return sensitivity_of_profile(
        open_scores, assumptions=assumptions, found=found, generator=np.random.default_rng(1),
        power=6, resamples=20,
    )  # fmt: skip


@pytest.fixture(scope="module")
def of_need(open_scores):
    return sensitivity_of_need(
        open_scores, need="me_soigner", assumptions=MOVING, generator=np.random.default_rng(1),
        power=5, resamples=10,
    )  # fmt: skip


@pytest.fixture(scope="module")
def images(told, of_need, open_scores, everyone):
    return {
        "conclusion": lambda: sensitivity_bars(told),
        "aléa": lambda: sensitivity_bars(told, output="premier", name=told.first_hazard),
        "matrice": lambda: sensitivity_matrix(told, scores=open_scores),
        "besoin": lambda: need_levers(of_need, scores=open_scores),
        "importance": lambda: importance_chart(importance(everyone), scores=everyone),
    }


NAMES = ["conclusion", "aléa", "matrice", "besoin", "importance"]


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_or_overlaps_in_a_figure(name, images, monkeypatch):
    drawn: list[Figure] = []
    monkeypatch.setattr(
        drawing, "as_image", lambda figure, **_: drawn.append(figure) or Fragment("")
    )
    images[name]()
    canvas = FigureCanvasAgg(drawn[0])
    canvas.draw()
    page = drawn[0].bbox
    for artist in drawn[0].findobj(mpl.text.Text):
        if artist.get_visible() and artist.get_text().strip():
            box = artist.get_window_extent(canvas.get_renderer())
            assert page.x0 <= box.x0, artist.get_text()
            assert box.x1 <= page.x1, artist.get_text()
            assert page.y0 <= box.y0, artist.get_text()
            assert box.y1 <= page.y1, artist.get_text()
    for axis in ("get_xticklabels", "get_yticklabels"):
        for axes in drawn[0].axes:
            boxes = [
                label.get_window_extent(canvas.get_renderer())
                for label in getattr(axes, axis)() if label.get_text().strip()
            ]  # fmt: skip
            for at, box in enumerate(boxes):
                assert not box.count_overlaps(boxes[at + 1 :]), (name, axis, at)


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_the_same_twice_and_says_what_it_shows(name, images):
    html = images[name]().html
    assert html == images[name]().html
    alt = re.search(r'alt="([^"]+)"', html)
    assert alt is not None
    assert len(alt[1]) > 40
    assert "<figcaption>" in html
    assert "Les chiffres de cette figure" in html
    assert "nan" not in re.sub(r"base64,[^\"]+", "", html)


def test_bars_print_every_factor_with_its_interval(told):
    html = sensitivity_bars(told).html
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td><td>', html)
    assert len(rows) == 7
    best = told.of("conclusion").iloc[0]
    assert rows[0][1] == text.share(min(best["total"], 1.0))
    low, high = (min(max(best[end], 0.0), 1.0) for end in ("total_low", "total_high"))
    assert rows[0][2] == text.interval(low, high)


def test_exposure_has_no_column_in_the_matrix_of_needs(told, open_scores):
    html = sensitivity_matrix(told, scores=open_scores).html
    assert "Valeurs manquantes" in html
    assert "Cotation des aléas" not in html


# --- sentences


def test_the_decisive_sentence_names_the_conclusion_the_factor_and_its_interval(told, open_scores):
    label = {need.id: need.label for need in open_scores.framework.needs}
    said = conclusion_sentence(told, scores=open_scores)
    for need in told.weakest:
        assert label[need] in said
    assert text.share(told.kept) in said
    assert "11\u00a0besoins trop peu connus y sont comparés aussi, tirés au sort." in said
    best = replace(told, table=told.table)
    assert best.decisive().factor in {"manquants", "agregation", "bornes"}
    assert decisive_assumption(told, scores=open_scores).html.count("<p>") == 1
    hazard = open_scores.catalogue.hazards[told.first_hazard].label
    assert hazard in hazard_sentence(told, catalogue=open_scores.catalogue)
    assert hazard_sentence(replace(told, first_hazard=""), catalogue=open_scores.catalogue) == ""


def indices(told, totals, *, half=0.02):
    """The same profile, with other total indices on the conclusion."""
    rows = [
        ("conclusion", "", factor, 1.0, total, total, total, total, total - half, total + half)
        for factor, total in totals.items()
    ]
    columns = ["output", "name", "factor", "variance", "first", "first_low", "first_high",
               "total", "total_low", "total_high"]  # fmt: skip
    return replace(told, table=pd.DataFrame(rows, columns=columns))


def test_rivals_are_named_and_shares_stay_within_bounds(told, open_scores):
    close = indices(told, {"bornes": 1.02, "poids": 0.99, "manquants": 0.1})
    assert close.decisive() == Decisive("bornes", 1.02, 1.0, 1.04, ("poids",))
    said = conclusion_sentence(close, scores=open_scores)
    assert "la place des seuils : toutes les autres tranchées, il resterait 100\u00a0%" in said
    assert "ne la départagent pas de : le poids de chaque indicateur." in said
    alone = conclusion_sentence(
        indices(told, {"bornes": 0.5, "manquants": 0.1}), scores=open_scores
    )
    assert "départagent" not in alone
    assert "(entre 48 et 52\u00a0%)" in alone
    wide = indices(told, {"bornes": 0.5, "manquants": 0.1}, half=0.056)
    said = conclusion_sentence(wide, scores=open_scores)
    assert "(entre 44 et 56\u00a0%)" in said, "rounded outwards, as in the table"
    assert "<td>entre 44 et 56</td>" in sensitivity_bars(wide).html
    still = conclusion_sentence(indices(told, {"bornes": np.nan}), scores=open_scores)
    assert "Aucune des hypothèses qui bougent n’y change rien." in still
    few = conclusion_sentence(
        replace(told, compared=told.weakest), scores=open_scores
    )  # fmt: skip
    assert "Trop peu de besoins sont déterminés" in few


def test_an_output_that_does_not_vary_is_said_and_not_drawn(told):
    html = sensitivity_bars(indices(told, {"bornes": np.nan})).html
    assert "<img" not in html
    assert "Aucune des hypothèses" in html


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (1.4, "multiplier par 1,40 le poids de «\u00a0{}\u00a0»"),
        (0.5, "diviser par 2,0 le poids de «\u00a0{}\u00a0»"),
        (3.26, "multiplier par 3,3 le poids de «\u00a0{}\u00a0»"),
        (1.004, "changer de moins de 1\u00a0% le poids de «\u00a0{}\u00a0»"),
    ],
)
def test_a_weight_is_multiplied_or_divided(then, words, open_scores):
    flip = Flip("bv2_i07", "me_nourrir", "poids", 1.0, then, abs(then - 1))
    label = open_scores.catalogue.indicators["bv2_i07"].label
    assert flip_words(flip, scores=open_scores, none="") == words.format(label)
    assert flip_words(None, scores=open_scores, none=NO_WEIGHT) == "aucun poids seul n’y suffit"


def test_an_anchor_is_placed_in_its_unit(open_scores):
    flip = Flip("bv2_i07", "me_nourrir", "seuil_1", 1.0, 0.938, 0.062)
    said = flip_words(flip, scores=open_scores, none="")
    assert said.startswith(
        "placer à 93,8\u00a0%, au lieu de 100,0\u00a0%, le seuil qui vaut 100 pour"
    )
    barely = flip_words(replace(flip, then=0.99999), scores=open_scores, none="")
    assert barely.startswith("déplacer à peine (100,0\u00a0%) le seuil qui vaut 100")


def reported(*changes):
    """A report with one comparison per change; None for one that nothing turns over."""
    flips = [None if c is None else Flip("i", "boire", "poids", 1.0, 1 + c, c) for c in changes]
    return FlipReport("t", tuple(
        Comparison("classe", "boire", "", 0.2, 0.1, 0.2, by_weight=flip, by_anchor=None)
        for flip in flips
    ), ())  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((0.1, 0.2, 0.3, None, None), "2\u00a0se retournent en changeant un seul poids de moins "
         "d’un quart ; 2\u00a0ne se retournent par aucun poids seul."),
        ((0.1, None), "1\u00a0se retourne en changeant un seul poids de moins d’un quart ; "
         "1\u00a0ne se retourne par aucun poids seul."),
        ((0.25, 0.5), "aucune ne se retourne en changeant un seul poids de moins d’un quart ; "
         "chacune se retourne par un poids au moins."),
        ((), "Aucun besoin n’est assez connu"),
    ],
)  # fmt: skip
def test_fragile_comparisons_are_counted(changes, words):
    assert words in flip_sentence(reported(*changes))


# --- tables


def test_the_flip_table_says_what_holds_and_what_turns_it_over(everyone):
    report = flip_report(everyone, territory=LANNION)
    html = flip_table(report, scores=everyone).html
    assert html.count("<tr>") == 13
    more = len(report.comparisons) - 12
    assert f"{more}\u00a0autres comparaisons tiennent mieux." in html
    label = {need.id: need.label for need in everyone.framework.needs}
    first = report.comparisons[0]
    assert label[first.need] in html.split("</tr>")[1]
    whole = flip_table(report, scores=everyone, shown=99).html
    assert "Aucun poids seul n’y suffit" in whole
    assert "autres comparaisons" not in whole
    named = flip_table(replace(report, left_out=("boire",)), scores=everyone).html
    assert "sans seuil : Boire." in named


def test_what_is_below_the_floor_prints_no_number(everyone):
    taken = leave_one_out(everyone)
    html = withdrawal_table(taken, scores=everyone, territory=LANNION).html
    own = taken.of(LANNION)
    assert own["lost"].any()
    assert own["gained"].any()
    for name in own.index[own["lost"]]:
        label = everyone.catalogue.indicators[name].label
        row = next(r for r in html.split("<tr>") if f'<th scope="row">{label}</th>' in r)
        assert "→ indéterminé" in row
    for name in own.index[own["gained"]]:
        label = everyone.catalogue.indicators[name].label
        row = next(r for r in html.split("<tr>") if f'<th scope="row">{label}</th>' in r)
        assert "indéterminé →" in row
    trio = text.count(int(own["weakest"].sum()), "fois", "fois")
    assert f"les plus faibles {trio}" in html.replace(
        "besoins les plus faibles", "les plus faibles"
    )


def test_withdrawals_that_change_nothing_are_said_in_words(everyone):
    taken = leave_one_out(everyone)
    still = {
        name: getattr(taken, name) & False
        for name in ("gained", "lost", "order", "weakest", "level")
    }
    html = withdrawal_table(replace(taken, **still), scores=everyone, territory=LANNION).html
    assert "ne change rien à l’ordre" in html
    assert "<table>" not in html
    still["order"] = taken.order
    html = withdrawal_table(replace(taken, **still), scores=everyone, territory=LANNION).html
    times = text.count(int(taken.order.loc[LANNION].sum()), "fois", "fois")
    assert "ne change jamais la liste des besoins les plus faibles" in html
    assert f"change quelque chose {times} en tout" in html


def test_the_nation_is_sorted_by_mean_change(everyone):
    taken = leave_one_out(everyone)
    html = withdrawal_nation(taken, scores=everyone, shown=5).html
    means = [
        float(cell.replace(",", "."))
        for cell in re.findall(r"</th><td>[^<]*</td><td>([\d,]+)</td>", html)
    ]
    assert len(means) == 5
    assert means == sorted(means, reverse=True)
    told = taken.summary().sort_values("mean", ascending=False, kind="stable").iloc[0]
    assert "N’est plus déterminé" in html
    assert f"<td>{text.share(told['lost'] / len(taken.change))}</td></tr>" in html


def test_levelling_says_when_no_weight_alone_is_enough(everyone):
    html = levelling_table((), scores=everyone, need="boire", names=("Ici", "<b>Là</b>")).html
    assert "Aucun poids seul ne met Ici et &lt;b&gt;Là&lt;/b&gt; à égalité pour « Boire »" in html
    flip = Flip("bv2_i07", "me_nourrir", "poids", 1.0, 1.5, 0.5)
    html = levelling_table((flip,), scores=everyone, need="me_nourrir", names=("Ici", "Là")).html
    assert "Multiplier par 1,50 le poids" in html


def test_redundancy_says_on_how_many_territories_it_rests(everyone):
    seen = redundancy(everyone)
    said = redundancy_sentence(seen, asked=58)
    assert f"{len(seen.judged)}\u00a0indicateurs sur 58" in said
    assert "au moins 100 territoires communs" in said
    assert "aucun quasi-doublon" in said
    html = redundancy_table(seen, scores=everyone, shown=4).html
    assert html.count("sans lien net</td>") == 4
    twin = replace(seen, clusters=((seen.judged[0], seen.judged[1]),))
    labels = [everyone.catalogue.indicators[name].label for name in seen.judged[:2]]
    noted = redundancy_table(twin, scores=everyone).html
    assert f"Groupes de quasi-doublons : « {labels[0]} » ; « {labels[1]} »." in noted


def test_the_eleven_referent_agents_are_told(catalogue):
    rows = diag360.read_values(catalogue=catalogue)
    scores = diag360.score(
        rows[rows["territory"] == LANNION], catalogue=catalogue, framework="diag360-1.3",
        tier="expert",
    )  # fmt: skip
    again = repeated_questions(scores)
    said = repeated_sentence(again)
    assert "est posée 11 fois, pour 11\u00a0besoins : 9\u00a0% des indicateurs demandés" in said
    assert "de 6 à 14\u00a0% du poids" in said
    assert "Identification d’un agent-référent" in repeated_table(again, scores=scores).html
    assert repeated_sentence(()) == "Aucune question n’est posée deux fois mot pour mot."


def test_importance_names_the_farthest_from_their_weight(everyone):
    seen = importance(everyone)
    gap = (seen.table["share"] - seen.table["weight"]).dropna()
    said = importance_sentence(seen, catalogue=everyone.catalogue)
    first, last = (
        said.index(everyone.catalogue.indicators[name].label)
        for name in (gap.idxmax(), gap.idxmin())
    )
    assert first < last
    empty = replace(seen, table=seen.table.iloc[:0])
    assert "ne peut pas être estimée" in importance_chart(empty, scores=everyone).html
