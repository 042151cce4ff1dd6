"""The stress test document: true to the numbers, readable, printable, for every scenario."""

import re
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest

from diag360 import choose_scenario, score, stress_test
from diag360.documents import figures, text
from diag360.documents.effect_words import CLASSES
from diag360.documents.figures.stress import sentences
from diag360.documents.figures.stress.sheet import workshop_steps
from diag360.documents.figures.stress.timeline import ranked
from diag360.documents.stress import make_stress_test
from diag360.errors import Refusal
from diag360.paths import notebooks_dir, templates_dir
from diag360.scoring.scores import Scores
from diag360.vulnerability.stress_actions import rank_stress_actions

LANNION = "200065928"
SCENARIOS = ["canicule_extreme", "black_out", "rupture_alimentaire", "choc_petrolier",
             "inondation_majeure", "cyberattaque"]  # fmt: skip
BLOCKS = [
    figures.stress_head,
    figures.stress_timeline,
    figures.stress_table,
    figures.stress_failing,
    figures.stress_prepare,
    figures.stress_unknown,
    figures.stress_sheet,
]


def words(html: str) -> str:
    body = unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(body.split())


def play(scores: Scores, *, scenario: str = "", hazards: str = ""):
    chosen = choose_scenario(scores.catalogue, scenario=scenario, hazards=hazards)
    return stress_test(scores, territory=LANNION, hazards=chosen.hazards), chosen


@pytest.fixture(scope="module", params=["besoins-2021", "diag360-1.3"])
def scores(request, catalogue, open_scores: Scores) -> Scores:
    return score(open_scores.observations, catalogue=catalogue, framework=request.param)


def test_the_six_scenarios_are_shipped(catalogue) -> None:
    assert set(SCENARIOS) <= set(catalogue.scenarios)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_is_told_without_a_hole(name: str, scores: Scores) -> None:
    found, scenario = play(scores, scenario=name)
    for block in BLOCKS:
        html = block(found, scenario=scenario).html
        said = words(html)
        assert said
        for unwanted in (" nan", "None", "Traceback", "[]", "()", " .", ",,"):
            assert unwanted not in said, (block.__name__, unwanted)
    lead = sentences.lead_sentence(found, scenario=scenario)
    assert lead.startswith(scenario.phrase[0].upper() + scenario.phrase[1:] + " toucherait ")
    assert lead.endswith(".")


def test_what_is_hit_first_is_hit_hardest(open_scores: Scores) -> None:
    found, scenario = play(open_scores, scenario="black_out")
    lead = sentences.lead_sentence(found, scenario=scenario)
    first, after = lead.split(", puis par ricochet ")
    direct = found.direct[1]
    at = [one.id for one in found.durations].index(scenario.duration)
    indirect = found.total[1, at] - direct
    nouns = [need.noun for need in found.scores.framework.needs]
    hit = [n for n, noun in enumerate(nouns) if noun in first]
    then = [n for n, noun in enumerate(nouns) if noun in after]
    assert 1 <= len(hit) <= 3
    assert 1 <= len(then) <= 3
    assert min(direct[hit]) >= max(np.delete(direct, hit))
    assert all(indirect[n] >= direct[n] and indirect[n] >= 0.05 for n in then)
    assert not set(hit) & set(then)


def test_each_need_gives_way_once_and_at_the_right_time(scores: Scores) -> None:
    for name in SCENARIOS:
        found, _ = play(scores, scenario=name)
        level = sentences.followed_class(found)
        assert level == 3  # strong, in all six
        told = sentences.failing_sentences(found)
        assert [when for when, _ in told] == [sentences.when(one) for one in found.durations]
        total, direct = found.total[1], found.direct[1]
        for n, need in enumerate(found.scores.framework.needs):
            reached = np.flatnonzero(total[:, n] >= 0.30)
            for at, (_, body) in enumerate(told):
                named = f"{need.noun} ({text.score(total[at, n])})"
                if not len(reached) or at != reached[0]:
                    assert named not in body
                elif "autre" not in body:
                    assert named in body
                    side = body.split("par ricochet")
                    by_ricochet = len(side) > 1 and named in side[-1]
                    assert by_ricochet == (direct[n] < 0.30)


def test_one_need_that_joins_agrees_with_its_verb(scores: Scores) -> None:
    seen = set()
    for name in SCENARIOS:
        for _, body in sentences.failing_sentences(play(scores, scenario=name)[0]):
            if not body.startswith("S’y"):
                continue
            several = len(re.findall(r"\(\d+\)", body)) > 1
            plural = several or ", les " in body
            assert body.startswith("S’y ajoutent" if plural else "S’y ajoute,"), body
            seen.add(several)
    assert seen == {True, False}


def test_small_effects_lower_the_level_followed_and_none_is_said(open_scores: Scores) -> None:
    found, scenario = play(open_scores, scenario="canicule_extreme")
    for scale, level in ((0.5, 2), (0.15, 1), (0.01, 0)):
        peak = found.total[1].max()
        small = replace(
            found, total=found.total * scale * 0.5 / peak, direct=found.direct * scale * 0.5 / peak
        )
        assert sentences.followed_class(small) == level
        said = words(figures.stress_failing(small, scenario=scenario).html)
        if level:
            assert f"le niveau {CLASSES[level]} " in said
        else:
            assert said.startswith("Tous les effets restent négligeables")
            assert "négligeables" in sentences.lead_sentence(small, scenario=scenario)
            assert sentences.failing_sentences(small) == []


def test_the_table_holds_every_effect_with_its_class(scores: Scores) -> None:
    found, scenario = play(scores, scenario="inondation_majeure")
    html = figures.stress_table(found, scenario=scenario).html
    rows = html.split("<tbody>")[1].split("</tr>")[:-1]
    order = ranked(found, scenario=scenario)
    assert len(rows) == len(found.needs)
    at = [one.id for one in found.durations].index(scenario.duration)
    assert (np.diff(found.total[1, at, order]) <= 0).all()
    borders = scores.catalogue.cascade.classes
    for row, n in zip(rows, order, strict=True):
        cells = re.findall(r'effect-(\d)"><b>(\d+)</b> ([^<]+)<', row)
        for (place, number, word), effect in zip(cells, found.total[1, :, n], strict=True):
            assert number == text.score(effect)
            assert int(place) == sum(effect >= border for border in borders)
            assert word == CLASSES[int(place)]
        low, high = found.total[0, at, n], found.total[2, at, n]
        assert f"<td>{text.short_interval(low, high)}</td>" in row
        assert found.scores.framework.needs[n].label in unescape(row)


def test_what_a_sensitivity_rests_on_is_said(open_scores: Scores, full_scores: Scores) -> None:
    found, scenario = play(open_scores, scenario="black_out")
    assert "trop peu de données" in figures.stress_table(found, scenario=scenario).html
    unknown = sentences.undetermined(found)
    assert unknown
    said = " ".join(sentences.unknown_sentences(found, duration=scenario.duration))
    for n in unknown:
        assert found.scores.framework.needs[n].noun in said
    full, scenario = play(full_scores, scenario="black_out")
    html = figures.stress_table(full, scenario=scenario).html
    assert "trop peu de données" not in html
    assert "indicateurs de l’aléa" in html
    untouched = int((full.single[2] == 0).all(axis=0).sum())
    assert untouched
    assert html.count("pas touché directement") == untouched
    said = " ".join(sentences.unknown_sentences(full, duration=scenario.duration))
    assert "trop peu d’indicateurs" not in said


def test_priors_are_said_wherever_they_show(open_scores: Scores) -> None:
    found, scenario = play(open_scores, scenario="black_out")
    for block in BLOCKS[1:3] + BLOCKS[4:]:
        assert "a priori" in words(block(found, scenario=scenario).html), block.__name__
    gamma = open_scores.catalogue.cascade.gamma
    said = words(figures.stress_unknown(found, scenario=scenario).html)
    assert f"de {100 * gamma.low:.0f} à {100 * gamma.high:.0f} %" in said


def test_a_collapse_says_that_it_tells_nothing_apart(open_scores: Scores) -> None:
    found, scenario = play(open_scores, hazards="X0=4")
    assert len(found.hazards) == 23
    said = " ".join(sentences.unknown_sentences(found, duration=scenario.duration))
    assert "il ne dit plus ce qui lâche d’abord" in said
    found, scenario = play(open_scores, scenario="black_out")
    said = " ".join(sentences.unknown_sentences(found, duration=scenario.duration))
    assert "ne dit plus" not in said


def test_the_figure_has_an_alternative_and_all_its_numbers(scores: Scores) -> None:
    found, scenario = play(scores, scenario="choc_petrolier")
    html = figures.stress_timeline(found, scenario=scenario).html
    alt = unescape(re.search(r'alt="([^"]*)"', html)[1])
    assert sentences.lead_sentence(found, scenario=scenario) in alt
    body = html.split("<tbody>")[1]
    assert body.count("<tr>") == len(found.needs)
    left = len(found.needs) - 12
    assert ("autres besoins sont dans le tableau" in html) == (left > 1)
    again = figures.stress_timeline(found, scenario=scenario).html
    assert again == html


def test_what_to_prepare_lists_the_scenario_then_the_actions(open_scores: Scores) -> None:
    found, scenario = play(open_scores, scenario="canicule_extreme")
    html = figures.stress_prepare(found, scenario=scenario).html
    said = words(html)
    for one in scenario.prepare:
        assert " ".join(one.replace("\u00a0", " ").replace("\u202f", " ").split()) in said
    table = rank_stress_actions(found, duration=scenario.duration)
    known, unknown = table[table["known"]], table[~table["known"]]
    listed = re.findall(r'<span class="code">(\w+)</span>', html)
    assert listed == [*known["indicator"][:5], *unknown["indicator"][:5]]
    assert "D’abord contre" not in html


# --- Facilitation sheet ----------------------------------------------------------------------


def test_an_action_that_says_nothing_of_the_hazards_is_marked(open_scores: Scores) -> None:
    found, scenario = play(open_scores, scenario="black_out")
    html = figures.stress_prepare(found, scenario=scenario).html
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', html, re.S)
    marked = 0
    for row in rows:
        code = re.search(r'<span class="code">(\w+)</span>', row)
        assert code is not None
        loose = "R1" not in open_scores.catalogue.indicators[code.group(1)].hazards
        assert ("lien indirect" in row) == loose
        marked += loose
    assert 0 < marked < len(rows)
    assert "« Lien indirect »" in words(html)


def test_the_exposure_is_not_said_unrated_where_it_does_not_serve(open_scores: Scores) -> None:
    asked = {"territory": LANNION, "campaign": "2026", "values": "données ouvertes"}
    fixed = words(figures.provenance(open_scores, **asked, played=True).html)
    assert "Exposition sans objet : les aléas et leur intensité sont fixés d’avance" in fixed
    assert "A priori forces des aléas" in fixed
    unrated = words(figures.provenance(open_scores, **asked).html)
    assert "Exposition non cotée" in unrated
    assert "A priori" not in unrated


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_workshop_runs_without_a_gap(name: str, open_scores: Scores) -> None:
    found, scenario = play(open_scores, scenario=name)
    steps = workshop_steps(found, scenario=scenario)
    assert steps[0].start == 0
    for one, after in pairwise(steps):
        assert after.start == one.start + one.minutes
    assert steps[-1].start + steps[-1].minutes == 120
    injects = [step for step in steps if step.title.startswith("Annonce")]
    lasting = [one for one in found.durations if one.days is not None]
    assert [step.said for step in injects] == [scenario.story[one.id] for one in lasting]


def test_the_sheet_says_who_what_and_leaves_room_to_write(scores: Scores) -> None:
    found, scenario = play(scores, scenario="canicule_extreme")
    html = figures.stress_sheet(found, scenario=scenario).html
    said = words(html)
    for part in (*scenario.roles, *scenario.questions):
        assert " ".join(part.replace("\u00a0", " ").replace("\u202f", " ").split()) in said
    grid = html.split('class="grid"')[1].split("</table>")[0]
    for need in scores.framework.needs:
        assert f'<th scope="row">{need.label}</th>' in unescape(grid)
    assert grid.count("<td></td>") == 3 * len(scores.framework.needs)
    assert html.count('<section class="workshop">') == 3
    css = (templates_dir() / "nbconvert" / "diag360" / "static" / "blocks.css").read_text("utf-8")
    assert re.search(r"@media print \{\s*\.workshop \{ break-before: page; \}", css)


def test_a_scenario_put_together_has_its_sheet_too(open_scores: Scores) -> None:
    found, scenario = play(open_scores, hazards="A4=4, C1=3")
    html = figures.stress_sheet(found, scenario=scenario).html
    said = words(html)
    steps = workshop_steps(found, scenario=scenario)
    injects = [step.said for step in steps if step.title.startswith("Annonce")]
    assert injects == [body for _, body in sentences.failing_sentences(found)][:3]
    services = [one.label for one in open_scores.catalogue.services.values()]
    assert 3 <= sum(label in said for label in services) <= 7
    assert "Qui décide" in said
    assert "L’histoire" not in figures.stress_head(found, scenario=scenario).html


def test_no_text_of_a_scenario_becomes_markup(open_scores: Scores) -> None:
    found, scenario = play(open_scores, scenario="black_out")
    evil = "<script>x</script>"
    bad = scenario.model_copy(
        update={"label": evil, "phrase": evil, "description": evil, "prepare": (evil,),
                "roles": (evil,), "questions": (evil,), "story": {"un_jour": evil}}
    )  # fmt: skip
    for block in BLOCKS:
        assert "<script" not in block(found, scenario=bad).html


# --- The document ----------------------------------------------------------------------------


@pytest.mark.documents
def test_the_document_is_whole_and_holds_its_sheet(tmp_path: Path) -> None:
    made = make_stress_test("Lannion-Trégor Communauté", output=tmp_path)
    assert made.html == tmp_path / LANNION / "stress-test-canicule_extreme.html"
    html = made.html.read_text("utf-8")
    for title in ("Stress test", "L’histoire", "Jour après jour", "Ce qui lâche d’abord",
                  "Ce qu’il faut préparer", "Ce que ce test ne sait pas", "Fiche d’animation",
                  "Les désaccords à garder", "Provenance"):  # fmt: skip
        assert title in html
    for unwanted in ("<script", "Traceback", ">nan<", "None", "found.", 'http-equiv="refresh'):
        assert unwanted not in html
    assert not list(tmp_path.rglob("*.echec.ipynb"))


@pytest.mark.documents
def test_a_scenario_put_together_gets_its_own_file(tmp_path: Path, full_values: Path) -> None:
    made = make_stress_test(
        LANNION, output=tmp_path, hazards="C1=3, A4=4", values=str(full_values), tier="expert",
        framework="diag360-1.3", weights="criteres", campaign="2031", alone=True,
    )  # fmt: skip
    assert made.html.name == "stress-test-a4-c1.html"
    executed = nbformat.read(made.notebook, as_version=4)
    assert executed.metadata["diag360"]["parameters"] == {
        "territory": LANNION, "values": str(full_values), "complete": "non", "tier": "expert",
        "framework": "diag360-1.3", "weights": "criteres", "campaign": "2031", "scenario": "",
        "hazards": "C1=3, A4=4",
    }  # fmt: skip
    html = made.html.read_text("utf-8")
    assert "campagne 2031" in html
    assert "fichier complet.csv" in html
    assert "Se nourrir" in html
    assert "alert(1)</script>" not in html


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scenario": "canicule"}, "« canicule »"),
        ({"hazards": "A4=7"}, "« A4=7 »"),
        ({"tier": "moyen"}, "« moyen »"),
        ({"framework": "x"}, "« x »"),
        ({"values": "absent.csv"}, "absent.csv"),
    ],
)
def test_what_is_refused_writes_nothing(tmp_path: Path, given, said) -> None:
    with pytest.raises(Refusal) as stop:
        make_stress_test(LANNION, output=tmp_path / "sortie", **given)
    assert said in str(stop.value)
    assert not (tmp_path / "sortie").exists()


def test_the_notebook_holds_stable_ids_and_its_parameters() -> None:
    notebook = nbformat.read(notebooks_dir() / "32_stress_test.ipynb", as_version=4)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]+", name) for name in ids)
    tagged = {cell.id: cell.metadata.get("tags", []) for cell in notebook.cells}
    assert tagged["parametres"] == ["parameters"]
    assert tagged["charger"] == tagged["jouer"] == ["remove-cell"]
    assert ids[-1] == "fiche"


def test_a_need_that_nothing_hits_is_not_called_unknown(scores: Scores) -> None:
    left = 0
    for name in SCENARIOS:
        found, _ = play(scores, scenario=name)
        told = {found.needs[n] for n in sentences.undetermined(found)}
        unknown = (found.sensitivity.basis[0] == 2).any(axis=0)
        for need, lacking in zip(found.needs, unknown, strict=True):
            rows = [scores.catalogue.hazards[h].effects[scores.framework.id] for h in found.hazards]
            hit = any(row.get(need, 0) > 0 for row in rows)
            left += lacking and not hit
            if not (lacking and hit):
                assert need not in told
            elif len(found.hazards) == 1:
                assert need in told
    assert left
