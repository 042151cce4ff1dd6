import base64
import dataclasses
import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from drawn_texts import page_of, texts_of

from diag360 import read_values, score
from diag360.catalogue.model import Catalogue
from diag360.catalogue.scale import Scale
from diag360.documents import figures
from diag360.documents.figures import drawing
from diag360.documents.figures.diagnosis.lines import indicator_lines
from diag360.documents.figures.diagnosis.sentences import profile_sentence, strengths_and_weaknesses
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.picture import Picture
from diag360.scoring.scores import Scores
from diag360.territories.perimeter import find_territory

LANNION = "200065928"
CHARTS = [figures.profile, figures.etat_action, figures.objectives]


def captured(chart, scores: Scores, monkeypatch: pytest.MonkeyPatch) -> Picture:
    drawn: list[Picture] = []
    monkeypatch.setattr(
        drawing, "as_image", lambda figure, **_: drawn.append(figure) or Fragment("")
    )
    chart(scores, territory=LANNION)
    return drawn[0]


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("which", ["open_scores", "full_scores"])
def test_no_text_is_cut_in_a_figure(
    chart, which: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = captured(chart, request.getfixturevalue(which), monkeypatch)
    page, texts = page_of(figure), texts_of(figure)
    assert len(texts) > 18
    for name, box in texts:
        assert box.x0 >= page.x0, name
        assert box.x1 <= page.x1, name
        assert box.y0 >= page.y0, name
        assert box.y1 <= page.y1, name


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("framework", ["besoins-2021", "diag360-1.3"])
def test_no_text_covers_another_in_a_figure(
    chart, framework: str, catalogue: Catalogue, full_values: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = read_values(full_values, catalogue=catalogue)
    scores = score(rows, catalogue=catalogue, framework=framework)
    for (one, box), (other, beside) in combinations(
        texts_of(captured(chart, scores, monkeypatch)), 2
    ):
        assert not box.overlaps(beside), (one, other)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_figure_is_the_same_twice_and_holds_its_text_alternative(
    chart, open_scores: Scores
) -> None:
    html = chart(open_scores, territory=LANNION).html
    assert html == chart(open_scores, territory=LANNION).html
    alt = re.search(r'alt="([^"]+)"', html)
    assert alt is not None
    assert len(alt.group(1)) > 40
    assert "Me soigner" in html
    image = re.search(r"base64,([A-Za-z0-9+/=]+)", html)
    assert image is not None
    assert b"<svg" in base64.b64decode(image.group(1))


def test_figures_leave_no_setting_behind(open_scores: Scores) -> None:
    before = dict(mpl.rcParams)
    figures.objectives(open_scores, territory=LANNION)
    assert dict(mpl.rcParams) == before


def test_the_table_of_the_profile_says_undetermined(expert_scores: Scores) -> None:
    html = figures.profile(expert_scores, territory=LANNION).html
    row = re.search(r"<tr><th scope=\"row\">Me nourrir</th>(.*?)</tr>", html)
    assert row is not None
    low = expert_scores.needs.low.loc[LANNION, "me_nourrir"]
    assert f"indéterminé (entre {int(100 * low)} et " in row.group(1)


def test_the_sentence_of_the_profile_agrees_with_the_scores(
    open_scores: Scores, expert_scores: Scores, full_scores: Scores
) -> None:
    sentence = profile_sentence(expert_scores, territory=LANNION)
    value = expert_scores.needs.score.loc[LANNION, "me_soigner"]
    assert sentence.startswith("1\u00a0besoin sur 18 reçoit")
    assert f"Me soigner {round(100 * value)}" in sentence
    known = open_scores.needs.score.loc[LANNION][open_scores.determined.loc[LANNION]]
    some = profile_sentence(open_scores, territory=LANNION)
    assert some.startswith(f"{len(known)}\u00a0besoins sur 18 reçoivent")
    assert f"de {round(100 * known.max())} (" in some
    assert f"à {round(100 * known.min())} (" in some
    assert profile_sentence(full_scores, territory=LANNION).startswith("Les 18 besoins reçoivent")


def test_strengths_are_above_half_and_weaknesses_below(
    open_scores: Scores, expert_scores: Scores, full_scores: Scores
) -> None:
    for scores, expected in ((expert_scores, False), (open_scores, True), (full_scores, True)):
        strong, weak, by_need = strengths_and_weaknesses(scores, territory=LANNION)
        assert by_need is expected
        assert 0 < len(strong) <= 3
        assert 0 < len(weak) <= 3
        assert all(point.score >= 0.5 for point in strong)
        assert all(point.score < 0.5 for point in weak)
        assert [p.score for p in strong] == sorted((p.score for p in strong), reverse=True)
        assert [p.score for p in weak] == sorted(p.score for p in weak)
        assert len({p.anchor for p in strong}) == len(strong)


def test_a_strength_is_the_best_known_indicator(expert_scores: Scores) -> None:
    strong, _, _ = strengths_and_weaknesses(expert_scores, territory=LANNION)
    known = expert_scores.contributions(LANNION)["score"].dropna()
    assert strong[0].score == known.max()


def test_every_indicator_has_a_line_with_its_provenance(open_scores: Scores) -> None:
    lines = {line.indicator.id: line for line in indicator_lines(open_scores, territory=LANNION)}
    assert list(lines) == list(open_scores.need_of.index)
    assert len(lines) == 151
    poverty = lines["be2_i05"]
    assert poverty.value == "11,3\u00a0%"
    assert (poverty.year, poverty.level, poverty.quality) == ("2021", "intercommunalité", "exact")
    assert [mark.label for mark in poverty.marks] == ["26\u00a0%", "0\u00a0%"]
    assert "Filosofi" in poverty.source
    assert lines["bv1_i01"].known is False
    assert lines["bv1_i01"].ask == "Eau et assainissement"
    assert lines["bv5_i04"].weight == 0.0
    assert (lines["bv1_i10"].asked, lines["bv1_i01"].asked) == (True, False)


def test_choices_show_the_answer_kept(full_scores: Scores) -> None:
    for line in indicator_lines(full_scores, territory=LANNION):
        if line.indicator.response.choices:
            chosen = [mark for mark in line.marks if mark.chosen]
            assert len(chosen) == 1
            assert chosen[0].position == 100 * line.score


def test_the_mirrored_end_is_shown_when_an_anchor_is_missing(full_scores: Scores) -> None:
    lines = {line.indicator.id: line for line in indicator_lines(full_scores, territory=LANNION)}
    assert [mark.position for mark in lines["be2_i09"].marks] == [0.0, 100.0]


def test_untrusted_text_is_escaped(full_scores: Scores) -> None:
    html = figures.needs(full_scores, territory=LANNION).html
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "<b>" not in render("no_outline", place=type("P", (), {"region": "<b>"})()).html


def test_gaps_say_whom_to_ask(open_scores: Scores, full_scores: Scores) -> None:
    html = figures.gaps(open_scores, territory=LANNION).html
    missing = open_scores.indicator_scores.loc[LANNION].isna() & (open_scores.weights > 0)
    listed = sum(int(n) for n in re.findall(r'class="count">(\d+)<', html))
    assert listed == int(missing.sum())
    assert "Direction générale" in html
    assert "Tous les indicateurs" in figures.gaps(full_scores, territory=LANNION).html


def test_the_cover_of_an_overseas_territory_says_there_is_no_outline() -> None:
    place = find_territory("CA CAP Excellence")
    html = figures.cover(place, campaign="2026").html
    assert "ne couvre pas Guadeloupe" in html
    assert "<svg" not in html
    assert "Guadeloupe, Guadeloupe" not in html


def test_the_cover_draws_territory_and_country() -> None:
    html = figures.cover(find_territory(LANNION), campaign="2026").html
    assert html.count("<svg") == 2
    assert html.count('class="shape"') == 2
    assert "100\u202f877 habitants" in html


def test_provenance_names_versions_and_years(open_scores: Scores) -> None:
    html = figures.provenance(
        open_scores, territory=LANNION, campaign="2026", values="données ouvertes"
    ).html
    assert open_scores.catalogue.version in html
    assert "2014 à 2026" in html
    assert "Poids égaux" in html


def test_an_impossible_value_is_flagged_where_it_is_printed(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / "v.csv"
    path.write_text(
        f"territory,indicator,value\n{LANNION},be2_i05,13.2\n{LANNION},bv3_i08,0.062\n",
        encoding="utf-8",
    )
    scores = score(read_values(path, catalogue=catalogue), catalogue=catalogue)
    html = figures.needs(scores, territory=LANNION).html
    flagged = [a for a in html.split("<article")[1:] if "à vérifier" in a]
    assert len(flagged) == 1
    assert "Taux de pauvreté" in flagged[0]


def test_an_approximation_is_told_with_what_it_is_worth(open_scores: Scores) -> None:
    html = figures.gaps(open_scores, territory=LANNION).html
    listed = re.search(r'<dl class="proxies">(.*?)</dl>', html, re.S)
    assert listed is not None
    rows = open_scores.observations
    proxies = rows[(rows["quality"] == "proxy") & rows["indicator"].isin(open_scores.need_of.index)]
    for name in proxies["indicator"]:
        assert open_scores.catalogue.indicators[name].label in listed.group(1)
    assert "Les SMUR sont inconnus" in listed.group(1)


def test_contributions_printed_sum_to_the_score_of_the_need(open_scores: Scores) -> None:
    html = figures.needs(open_scores, territory=LANNION).html
    section = re.search(r'id="me_soigner">(.*?)</section>', html, re.S)
    assert section is not None
    points = re.findall(r"apporte ([\d,]+) points", section.group(1))
    assert len(points) == 8
    total = sum(float(p.replace(",", ".")) for p in points)
    assert abs(total - 100 * open_scores.needs.score.loc[LANNION, "me_soigner"]) < 0.05 * len(
        points
    )
    undetermined = re.search(r'id="boire">(.*?)</section>', html, re.S)
    assert undetermined is not None
    assert "apporte" not in undetermined.group(1)


def test_a_weight_of_zero_is_not_called_exposure(catalogue: Catalogue, full_values: Path) -> None:
    mute = catalogue.weights["egal"].model_copy(
        update={"id": "muet", "indicators": {"be2_i05": 0.0}}
    )
    changed = dataclasses.replace(catalogue, weights={**catalogue.weights, "muet": mute})
    scores = score(read_values(full_values, catalogue=changed), catalogue=changed, weights="muet")
    articles = figures.needs(scores, territory=LANNION).html.split("<article")
    (poverty,) = [a for a in articles if "Taux de pauvreté" in a]
    (risks,) = [a for a in articles if "risques majeurs" in a]
    assert "poids nul" in poverty
    assert "exposition" not in poverty
    assert "exposition" in risks


def test_a_target_in_the_middle_shows_both_its_sides(
    catalogue: Catalogue, full_values: Path
) -> None:
    density = catalogue.indicators["bv4_i05"]
    anchors = [{"value": v, "score": s} for v, s in ((1.0, 0.0), (3.0, 1.0), (5.0, 0.0))]
    scale = {"basis": "relatif", "direction": "cible", "interpolation": "piecewise"}
    target = density.model_copy(
        update={"scale": Scale.model_validate({**scale, "anchors": anchors})}
    )
    changed = dataclasses.replace(
        catalogue, indicators={**catalogue.indicators, density.id: target}
    )
    scores = score(read_values(full_values, catalogue=changed), catalogue=changed)
    (line,) = [
        line
        for line in indicator_lines(scores, territory=LANNION)
        if line.indicator.id == density.id
    ]
    assert [(m.position, m.label) for m in line.marks] == [(0.0, "1 ou 5"), (100.0, "3")]


def test_a_point_is_drawn_for_determined_needs_only(
    open_scores: Scores, full_scores: Scores, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scores in (open_scores, full_scores):
        for chart, parts in (
            (figures.profile, [scores.needs]),
            (figures.etat_action, [scores.etat, scores.action]),
        ):
            page = captured(chart, scores, monkeypatch)
            ticks = {word.text: word.x for word in page.words if word.size == 9.5}
            marks = [m for m in shapes(page) if m.get("stroke") == "#fff" and height_of(m) > 20]
            places = sorted(
                (middle_of(m) - ticks["0"]) / (ticks["100"] - ticks["0"]) for m in marks
            )
            known = [n.score for p in parts for n in p.of(LANNION).values() if n.determined]
            assert places == pytest.approx(sorted(known), abs=2e-4)


def shapes(page: Picture) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(page.svg()))


def middle_of(mark: ElementTree.Element) -> float:
    if mark.tag.endswith("circle"):
        return float(mark.get("cx", "nan"))
    return float(mark.get("x", "nan")) + float(mark.get("width", "nan")) / 2


def height_of(mark: ElementTree.Element) -> float:
    return float(mark.get("cy") or mark.get("y") or "nan")


def test_bars_go_from_bound_to_bound(full_scores: Scores, monkeypatch: pytest.MonkeyPatch) -> None:
    page = captured(figures.profile, full_scores, monkeypatch)
    ticks = {word.text: word.x for word in page.words if word.size == 9.5}
    whole = ticks["100"] - ticks["0"]
    bars = [one for one in shapes(page) if one.get("fill") == drawing.PALE_BLUE]
    ends = [
        ((float(b.attrib["x"]) - ticks["0"]) / whole, float(b.attrib["width"]) / whole)
        for b in bars
    ]
    needs = [need for need in full_scores.needs.of(LANNION).values() if need.applicable]
    for (left, width), need in zip(ends, needs, strict=True):
        assert left == pytest.approx(need.low, abs=2e-4)
        assert width == pytest.approx(max(need.high - need.low, 0.004), abs=2e-4)


def test_words_on_colours_are_read(full_scores: Scores, monkeypatch: pytest.MonkeyPatch) -> None:
    page = captured(figures.objectives, full_scores, monkeypatch)
    cells = [one for one in shapes(page)[1:] if one.tag.endswith("rect")]
    words = {one.text: one for one in shapes(page) if one.tag.endswith("text")}
    assert len(cells) == sum(
        cell.determined
        for part in full_scores.objectives.values()
        for cell in part.of(LANNION).values()
    )
    assert {"Soutenabilité", "Me nourrir"} <= set(words)
    every = np.array([[r, g, b] for r in (0, 90, 255) for g in (0, 120, 255) for b in (0, 200)])
    light = drawing.luminance(every.astype(np.uint8))
    inked = {"#fff": 1.0, drawing.INK: float(drawing.luminance(rgb(drawing.INK))[0])}
    for one, ink in zip(light, drawing.inks_on(every.astype(np.uint8)), strict=True):
        high, low = max(one, inked[ink]) + 0.05, min(one, inked[ink]) + 0.05
        assert high / low > 3.8  # WCAG 2.2 asks 3 of graphical objects and large letters


def rgb(colour: str) -> np.ndarray:
    return np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)]], dtype=np.uint8)


def test_a_picture_writes_any_words_as_words() -> None:
    page = Picture(100.0, 50.0)
    page.write(10, 20, "<script>&\n« $x_1$ »", size=9, anchor="middle")
    first, second = shapes(page)[1:]
    assert (first.text, second.text) == ("<script>&", "« $x_1$ »")
    assert float(second.attrib["y"]) - float(first.attrib["y"]) == pytest.approx(9 * 1.15, abs=0.02)
    # Both lines together are centred on the height asked for.
    middle = (float(first.attrib["y"]) + float(second.attrib["y"])) / 2
    assert middle == pytest.approx(20 + 0.36 * 9, abs=0.02)


def test_words_read_upwards_stand_left_of_their_foot() -> None:
    page = Picture(100.0, 50.0)
    page.write(30, 40, "haut", size=10, turned=True)
    ((_, box),) = texts_of(page)
    assert box.y1 == pytest.approx(40, abs=1.5)
    assert box.y0 < 25
    assert (box.x0 + box.x1) / 2 == pytest.approx(30, abs=2)
    assert "rotate(-90 33.6 40)" in page.svg()


def test_north_is_up_and_west_is_left() -> None:
    html = figures.cover(find_territory(LANNION), campaign="").html
    ring = re.search(r'cx="([\d.]+)" cy="([\d.]+)"', html)
    assert ring is not None
    west, north = map(float, ring.groups())
    assert west < 60  # Brittany, on a map of 200 by 200
    assert north < 80


def test_who_can_fill_most_is_asked_first(expert_scores: Scores) -> None:
    html = figures.gaps(expert_scores, territory=LANNION).html
    counts = [int(n) for n in re.findall(r'class="count">(\d+)<', html)]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) > 2


def test_no_weakness_is_invented(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    rows = f"territory,indicator,value\n{LANNION},be2_i05,0.05\n{LANNION},bv3_i08,0.05\n"
    path.write_text(rows, encoding="utf-8")
    scores = score(read_values(path, catalogue=catalogue), catalogue=catalogue)
    strong, weak, _ = strengths_and_weaknesses(scores, territory=LANNION)
    assert len(strong) == 2
    assert weak == []
    html = figures.synthesis(scores, territory=LANNION).html
    assert "Aucun score connu n’est inférieur à 50" in html


# --- What a tier shows -----------------------------------------------------------------------


def test_what_the_tier_does_not_ask_is_counted_not_listed(open_scores: Scores) -> None:
    html = figures.needs(open_scores, territory=LANNION).html
    drink = re.search(r'id="boire">(.*?)</section>', html, re.S)
    assert drink is not None
    own = open_scores.need_of[open_scores.need_of == "boire"].index
    beyond = int((~open_scores.asked[own]).sum())
    assert f"{beyond}\u00a0autres indicateurs existent au niveau expert." in drink.group(1)
    assert open_scores.catalogue.indicators["bv1_i01"].label not in drink.group(1)
    assert open_scores.catalogue.indicators["bv1_i10"].label in drink.group(1)


def test_an_answer_beyond_the_tier_is_shown_and_said_not_to_count(
    catalogue: Catalogue, full_values: Path
) -> None:
    rows = read_values(full_values, catalogue=catalogue)
    scores = score(rows, catalogue=catalogue, tier="standard")
    articles = figures.needs(scores, territory=LANNION).html.split("<article")
    (beyond,) = [a for a in articles if catalogue.indicators["bv1_i01"].label in a]
    assert "hors du score : le niveau standard ne le demande pas" in beyond
    html = figures.provenance(scores, territory=LANNION, campaign="", values="x").html
    unasked = int((~scores.asked).sum())
    assert f"{unasked}\u00a0valeurs connues ne comptent pas à ce niveau" in html
    whole = score(rows, catalogue=catalogue, tier="expert")
    html = figures.provenance(whole, territory=LANNION, campaign="", values="x").html
    assert "151\u00a0indicateurs demandés sur 151" in html
    assert "ne comptent pas" not in html


def test_the_note_of_the_tier_says_what_the_score_may_miss(
    open_scores: Scores, expert_scores: Scores
) -> None:
    html = figures.tier_note(open_scores).html
    assert "59" in html
    assert "151" in html
    assert "19 sur 100" in html
    assert figures.tier_note(expert_scores).html.count("écart") == 0


def test_a_need_that_rests_on_an_approximation_says_so(open_scores: Scores) -> None:
    strong, weak, by_need = strengths_and_weaknesses(open_scores, territory=LANNION)
    assert by_need
    rows = open_scores.observations
    proxies = rows[(rows["quality"] == "proxy") & rows["indicator"].map(open_scores.weights > 0)]
    touched = proxies["indicator"].map(open_scores.need_of).value_counts()
    assert len(touched) > 2
    for point in (*strong, *weak):
        expected = touched.get(point.anchor, 0)
        assert ("dont" in point.detail) == bool(expected), point
        if expected:
            assert f"dont {expected}\u00a0valeur" in point.detail


def test_lines_are_those_of_their_own_scores(open_scores: Scores) -> None:
    before = indicator_lines(open_scores, territory=LANNION)
    assert indicator_lines(open_scores, territory=LANNION) == before
    before.clear()  # a list of one's own
    assert indicator_lines(open_scores, territory=LANNION)
    other = dataclasses.replace(open_scores, indicator_scores=0 * open_scores.indicator_scores)
    known = [line.score for line in indicator_lines(other, territory=LANNION) if line.known]
    assert known
    assert not any(known)
