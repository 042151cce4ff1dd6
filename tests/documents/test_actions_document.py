"""Actions and commons in the documents: every line, in order, true to the numbers, safe."""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from diag360 import rank_actions, score
from diag360.documents import text
from diag360.documents.action_lines import UNKNOWN, action_lines, gain_sentence, gain_text
from diag360.documents.figures import actions_summary, actions_table, commons_routing
from diag360.documents.figures.hazards.actions import SHOWN, why_sentence
from diag360.scoring.scores import Scores
from diag360.vulnerability.assess import assess
from diag360.vulnerability.matrices import hazards_of
from diag360.vulnerability.routing import route

LANNION = "200065928"


def words(html: str) -> str:
    body = unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(body.split())


def cross_all(scores: Scores, *, level: float | None = None):
    """Effects under drawn levels, or the same level for every hazard."""
    names = [hazard.id for hazard in hazards_of(scores.catalogue)]
    draw = np.random.default_rng(4)
    levels = np.sort(draw.integers(1, 5, (3, 1, len(names))).astype(float), axis=0)
    if level is not None:
        levels = np.full_like(levels, level)
    return assess(scores, likelihood=levels, intensity=levels, hazards=names)


@pytest.fixture(scope="module")
def found(open_scores: Scores):
    return cross_all(open_scores)


@pytest.fixture(scope="module")
def full_found(full_scores: Scores):
    return cross_all(full_scores)


def listed(html: str) -> list[str]:
    return re.findall(r'<span class="code">(\w+)</span>', html)


def test_the_table_holds_every_action_by_service_and_the_unknown_apart(found) -> None:
    actions = rank_actions(found, territory=LANNION)
    html = actions_table(actions, found=found).html
    table = actions.table
    assert sorted(listed(html)) == sorted(table["indicator"])
    known = table[table["known"]]
    groups = [group for _, group in known.groupby("service", sort=False)]
    expected = [name for group in groups for name in group["indicator"]]
    unknown = list(table.loc[~table["known"], "indicator"])
    assert len(expected) > 2
    assert len(unknown) > 2
    assert listed(html) == expected + unknown
    said = words(html)
    for group in groups:
        label = found.catalogue.services[group["service"].iloc[0]].label
        assert f"{label} {len(group)} Action" in said
    minutes = int(table.loc[~table["known"], "minutes"].sum())
    total = text.duration(minutes).replace("\u00a0", " ")
    assert f"Trouver toutes ces valeurs prendrait {total}." in said


def test_a_service_with_several_actions_shows_its_best_first(full_scores: Scores) -> None:
    rows = full_scores.observations
    full_found = cross_all(score(rows, catalogue=full_scores.catalogue, tier="expert"))
    actions = rank_actions(full_found, territory=LANNION)
    html = actions_table(actions, found=full_found).html
    assert actions.table["known"].all()
    assert "À vérifier d’abord" not in html
    sections = html.split("<h3>")[1:]
    gains = dict(zip(actions.table["indicator"], actions.table["gain"], strict=True))
    tops = [gains[listed(section)[0]] for section in sections]
    assert tops == sorted(tops, reverse=True)
    assert max(len(listed(section)) for section in sections) > 3
    for section in sections:
        own = [gains[name] for name in listed(section)]
        assert own == sorted(own, reverse=True)


def test_every_cell_says_what_was_computed(found) -> None:
    actions = rank_actions(found, territory=LANNION)
    lines = action_lines(actions, scores=found.scores)
    said = words(actions_table(actions, found=found).html)
    labels = {h: found.catalogue.hazards[h].label for h in actions.hazards}
    for at, (line, row) in enumerate(zip(lines, actions.table.to_dict("records"), strict=True)):
        assert (line.indicator, line.gain, line.reach) == (
            row["indicator"], row["gain"], row["reach"]
        )  # fmt: skip
        assert line.ricochet == pytest.approx(1 - row["own"])
        best = np.argsort(-np.nan_to_num(actions.by_hazard[at]), kind="stable")[:2]
        assert line.against == tuple(labels[actions.hazards[h]] for h in best)
        assert line.label in said.replace("  ", " ") or "\u00a0" in line.label
        if not row["known"]:
            assert line.state == UNKNOWN
            continue
        value = found.scores.number.loc[LANNION, row["indicator"]]
        unit = found.catalogue.unit(row["indicator"])
        assert unit is not None
        assert line.state == f"{text.with_unit(value, unit)} ({text.score(row['score'])} sur 100)"
        reach = text.count(line.reach, "besoin")
        shown = f"{gain_text(row['gain'])} {line.effort} {line.state} {reach}, "
        shown += f"{text.share(1 - row['own'])} par ricochet"
        assert shown.replace("\u00a0", " ").replace("\u202f", " ") in said


def test_an_answer_in_words_is_shown_as_it_was_given(full_found) -> None:
    actions = rank_actions(full_found, territory=LANNION)
    rows = full_found.scores.observations.set_index("indicator")["value"]
    answered = [
        line
        for line in action_lines(actions, scores=full_found.scores)
        if full_found.catalogue.unit(line.indicator) is None
    ]
    assert len(answered) > 5
    for line in answered:
        assert line.state.startswith(rows[line.indicator].replace("'", "’") + " (")


def test_the_summary_keeps_the_best_of_each_and_says_how_many_are_left(found) -> None:
    actions = rank_actions(found, territory=LANNION)
    html = actions_summary(actions, found=found).html
    table = actions.table
    known = list(table.loc[table["known"], "indicator"])
    unknown = list(table.loc[~table["known"], "indicator"])
    assert listed(html) == known[:SHOWN] + unknown[:SHOWN]
    more = len(table) - len(known[:SHOWN]) - len(unknown[:SHOWN])
    assert more > 1
    assert f"les {more} actions suivantes" in words(html)
    assert "a priori" in words(html)


def test_the_summary_of_a_full_collection_is_short(full_scores: Scores) -> None:
    rows = full_scores.observations
    found = cross_all(score(rows, catalogue=full_scores.catalogue, tier="expert"))
    actions = rank_actions(found, territory=LANNION)
    html = actions_summary(actions, found=found).html
    assert len(actions.table) > 2 * SHOWN
    assert listed(html) == list(actions.table["indicator"][:SHOWN])
    assert "À vérifier d’abord" not in html


def test_the_sentence_says_over_how_many_hazards(found) -> None:
    assert "en moyenne sur les 23 aléas cotés" in gain_sentence(len(found.rated(LANNION)))
    assert "sur le seul aléa coté" in gain_sentence(1)


@pytest.mark.parametrize(
    ("gain", "shown"),
    [(0.1234, "12,3"), (0.001, "0,1"), (0.00099, "moins de 0,1"), (0.0, "0,0"), (1.5, "150,0")],
)
def test_a_gain_is_never_rounded_to_nothing(gain: float, shown: str) -> None:
    assert gain_text(gain) == shown


def test_without_rating_it_is_said_how_to_rate(open_scores: Scores) -> None:
    found = cross_all(open_scores, level=np.nan)
    actions = rank_actions(found, territory=LANNION)
    for block in (actions_summary, actions_table):
        said = words(block(actions, found=found).html)
        assert said.startswith("Aucun aléa n’est coté pour ce territoire")
        assert "diag360 exposure write" in said
        assert "nan" not in said


def test_with_nothing_left_to_do_it_is_said(found) -> None:
    actions = rank_actions(found, territory=LANNION)
    empty = replace(
        actions, table=actions.table.iloc[:0], by_need=actions.by_need[:0],
        by_hazard=actions.by_hazard[:0],
    )  # fmt: skip
    for block in (actions_summary, actions_table):
        assert words(block(empty, found=found).html).startswith("Aucune action demandée")


def test_an_action_almost_at_its_target_is_not_advised_first(found) -> None:
    actions = rank_actions(found, territory=LANNION)
    table = actions.table.copy()
    known = table.index[table["known"]]
    table.loc[known[-1], "gain"] = 0.0009
    label = words(found.scores.catalogue.indicators[table.loc[known[-1], "indicator"]].label)
    summary = words(actions_summary(replace(actions, table=table), found=found).html)
    assert label not in summary
    assert label in words(actions_table(replace(actions, table=table), found=found).html)
    hidden = int((~table["known"]).sum()) - 5 + 1
    assert f"les {hidden} actions suivantes" in summary
    table.loc[known, "gain"] = 0.0009
    none = words(actions_summary(replace(actions, table=table), found=found).html)
    assert "leur gain serait presque nul" in none
    assert "Les actions qui éviteraient le plus" not in none


def test_when_all_is_unknown_checking_comes_first(catalogue, open_scores: Scores) -> None:
    actions_only = [i.id for i in catalogue.indicators.values() if i.kind == "action"]
    rows = open_scores.observations
    scores = score(rows[~rows["indicator"].isin(actions_only)], catalogue=catalogue)
    found = cross_all(scores)
    actions = rank_actions(found, territory=LANNION)
    assert not actions.table["known"].any()
    summary = words(actions_summary(actions, found=found).html)
    assert "Aucune action n’a encore de valeur connue" in summary
    assert "Les actions qui éviteraient le plus" not in summary
    assert "Aucune action n’a encore de valeur connue" in words(
        actions_table(actions, found=found).html
    )


def test_no_text_of_the_catalogue_becomes_markup(full_values, catalogue) -> None:
    evil = "<script>alert(1)</script>"
    indicators = {
        name: one.model_copy(update={"label": evil}) for name, one in catalogue.indicators.items()
    }
    commons = {
        name: one.model_copy(update={"label": evil, "what": evil, "start": evil, "licence": evil})
        for name, one in catalogue.commons.items()
    }
    bad = replace(catalogue, indicators=indicators, commons=commons)
    from diag360 import read_values

    found = cross_all(score(read_values(full_values, catalogue=catalogue), catalogue=bad))
    actions = rank_actions(found, territory=LANNION)
    for fragment in (
        actions_summary(actions, found=found),
        actions_table(actions, found=found),
        commons_routing(found, territory=LANNION),
    ):
        assert "<script" not in fragment.html
        assert "&lt;script" in fragment.html


# --- Commons ---------------------------------------------------------------------------------


def test_a_card_says_why_what_how_and_where(found) -> None:
    routes = route(found, territory=LANNION)
    html = commons_routing(found, territory=LANNION).html
    cards = html.split('<section class="route">')[1:]
    assert len(cards) == len(routes) == 5
    for card, one in zip(cards, routes, strict=True):
        said = words(card)
        for part in (one.common.label, one.common.what, one.common.start, one.common.licence,
                     why_sentence(one, found=found)):  # fmt: skip
            assert " ".join(part.replace("\u00a0", " ").replace("\u202f", " ").split()) in said
        assert ("à vérifier</span>" in card) == (one.common.checked_against is None)
        assert (one.common.url is not None) == ("<a href=" in card)


def test_the_reasons_are_the_numbers_of_the_territory(found) -> None:
    needs = {need.id: need for need in found.scores.framework.needs}
    for one in route(found, territory=LANNION, most=20):
        said = why_sentence(one, found=found)
        assert said[0] == said[0].upper()
        for weak in one.needs[:3]:
            label = f"« {needs[weak.need].label} »"
            assert label in said
            if not np.isnan(weak.score):
                assert f"{label} a {text.score(weak.score)} sur 100" in said
        for hit in one.hazards[:2]:
            phrase = found.catalogue.hazards[hit.hazard].phrase
            assert phrase.lower() in said.lower()
            assert f"{needs[hit.need].noun} ({text.score(hit.weight)} sur 100)" in said
        assert ("est indéterminé" in said or "sont indéterminés" in said) == any(
            np.isnan(weak.score) for weak in one.needs[:3]
        )


def test_nothing_weak_calls_for_no_commons(found) -> None:
    none = replace(found.catalogue, commons={})
    bare = replace(found, scores=replace(found.scores, catalogue=none))
    assert words(commons_routing(bare, territory=LANNION).html).startswith("Aucun besoin")
