"""What single broken lines of the figures of hazards and stress tests got away with."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from diag360 import choose_scenario, cross, find_place, prepare_ratings, score, stress_test
from diag360.catalogue.model import Catalogue
from diag360.documents import figures, text
from diag360.documents.effect_words import BASES, CLASSES
from diag360.documents.figures.hazards import sentences as told
from diag360.documents.figures.hazards.cascade_sentences import causes
from diag360.documents.figures.hazards.lines import Effects, effects_of
from diag360.documents.figures.stress import sentences
from diag360.documents.figures.stress.sheet import workshop_steps
from diag360.documents.figures.stress.timeline import ranked
from diag360.scoring.scores import Scores
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.cascade import spectral_radius
from diag360.vulnerability.graph import dematel
from diag360.vulnerability.matrices import settings_of, strength_matrix

LANNION = "200065928"


@pytest.fixture(scope="module")
def found(catalogue: Catalogue, open_scores: Scores) -> Vulnerabilities:
    ratings = prepare_ratings(place=find_place(LANNION), catalogue=catalogue)
    return cross(open_scores, ratings=ratings)


@pytest.fixture(scope="module")
def effects(found: Vulnerabilities) -> Effects:
    return effects_of(found, territory=LANNION)


def played(scores: Scores, *, scenario: str = "", hazards: str = ""):
    chosen = choose_scenario(scores.catalogue, scenario=scenario, hazards=hazards)
    return stress_test(scores, territory=LANNION, hazards=chosen.hazards), chosen


# --- Hazards -----------------------------------------------------------------------------------


def test_a_hazard_without_one_moderate_effect_is_not_told(effects: Effects) -> None:
    weak, moderate = effects.borders[:2]
    faint = replace(effects, total=np.full_like(effects.total, (weak + moderate) / 2))
    assert told.told(faint) == []
    assert told.told(replace(effects, total=np.full_like(effects.total, moderate)))


def causes_with(effects: Effects, scores: Scores, *, unknown: float) -> str:
    """Why the first hazard weighs, when a share of its direct effect has an unknown cause."""
    direct, basis = np.zeros_like(effects.direct), np.zeros_like(effects.basis)
    direct[0, 0], direct[0, 1] = 1.0 - unknown, unknown
    basis[0, 1] = BASES.index("inconnue")
    made = replace(effects, direct=direct, basis=basis, total=direct,
                   etat=np.full_like(direct, 0.3), action=np.full_like(direct, 0.1))  # fmt: skip
    return told.vulnerabilities(made, scores=scores)[0].why


def test_causes_are_shared_out_when_half_of_the_effect_has_a_known_one(
    effects: Effects, full_scores: Scores
) -> None:
    said = causes_with(effects, full_scores, unknown=0.45)
    assert "pour 75\u00a0% à l’état hérité et pour 25\u00a0% à l’action" in said
    noun = effects.framework.needs[1].noun
    assert f"Sur {noun}, on sait trop peu" in said
    said = causes_with(effects, full_scores, unknown=0.55)
    assert said.startswith(f"Trop peu d’indicateurs sont connus sur {noun} pour dire pourquoi")


def test_one_known_action_is_enough_to_speak_of_action_unless_it_weighs_nothing(
    effects: Effects, full_scores: Scores
) -> None:
    need = effects.framework.needs[0].id
    kinds = full_scores.catalogue.indicators
    asked = (full_scores.need_of == need) & (full_scores.weights > 0)
    actions = [name for name in full_scores.need_of.index[asked] if kinds[name].kind == "action"]
    assert len(actions) > 1
    values = full_scores.indicator_scores.copy()
    values[actions[1:]] = np.nan
    one = replace(full_scores, indicator_scores=values)
    scores = replace(score(one.observations, catalogue=one.catalogue, framework=one.framework.id),
                     indicator_scores=values)  # fmt: skip
    assert values[actions[0]].notna().all()
    assert "à l’action encore à engager" in causes_with(effects, scores, unknown=0.1)
    weights = scores.weights.copy()
    weights[actions] = 0.0
    silent = replace(scores, weights=weights)
    assert "aucune des actions" in causes_with(effects, silent, unknown=0.1)


def test_the_most_exposed_comes_first_before_what_hazards_bring(
    found: Vulnerabilities, catalogue: Catalogue
) -> None:
    ratings = prepare_ratings(place=find_place(LANNION), catalogue=catalogue)
    row, central = found.row(LANNION), found.bound("central")
    rated = [found.hazards.index(name) for name in found.rated(LANNION)]
    # The least exposed alone would be the most exposed once others bring it.
    linked = found.linked.copy()
    least = min(rated, key=lambda at: found.exposure[central, row, at])
    linked[:, row, least] = 1.0
    turned = replace(found, linked=linked)
    html = figures.exposure_table(turned, ratings=ratings, place=find_place(LANNION)).html
    shown = re.findall(r'<th scope="row">([^<]+?)\s*<', html)[: len(rated)]
    label = {one.label: found.hazards.index(name) for name, one in catalogue.hazards.items()
             if name in found.hazards}  # fmt: skip
    alone = [float(found.exposure[central, row, label[unescape(name)]]) for name in shown]
    assert len(alone) == len(rated)
    assert alone == sorted(alone, reverse=True)
    assert alone[0] > alone[-1]


def test_the_confidence_of_what_was_imported_is_shown(
    catalogue: Catalogue, open_scores: Scores, tmp_path: Path
) -> None:
    file = tmp_path / "cotations.yaml"
    file.write_text(
        f'territory: "{LANNION}"\nratings:\n'
        "  A3: {likelihood: 3, intensity: 3, confidence: moyenne, origin: importee}\n",
        encoding="utf-8",
    )
    place = find_place(LANNION)
    ratings = prepare_ratings(file, place=place, catalogue=catalogue)
    own = cross(open_scores, ratings=ratings)
    html = figures.exposure_table(own, ratings=ratings, place=place).html
    assert html.count("confiance moyenne") == 1
    assert "confiance faible" not in html


@pytest.mark.parametrize("framework", ["besoins-2021", "diag360-1.3"])
def test_the_needs_that_bear_most_come_most_bearing_first(
    catalogue: Catalogue, framework: str
) -> None:
    relation = dematel(strength_matrix(catalogue, framework=framework)[0]).relation
    needs = [need.id for need in catalogue.frameworks[framework].needs]
    first, last = causes(catalogue, framework=framework)
    assert [relation[needs.index(name)] for name in first] == sorted(relation, reverse=True)[:2]
    assert [relation[needs.index(name)] for name in last] == sorted(relation)[:2]


# --- Stress tests ------------------------------------------------------------------------------


def test_the_intensity_played_is_told_in_the_words_of_its_level(open_scores: Scores) -> None:
    guide = open_scores.catalogue.hazards["A4"].guide
    assert guide is not None
    for level in (1, 2, 3, 4):
        found, scenario = played(open_scores, hazards=f"A4={level}")
        html = unescape(figures.stress_head(found, scenario=scenario).html)
        assert [word in html for word in guide.intensity] == [n == level for n in (1, 2, 3, 4)]


def test_what_hits_at_once_is_what_passes_the_border_directly(open_scores: Scores) -> None:
    found, _ = played(open_scores, scenario="black_out")
    border = settings_of(open_scores.catalogue).classes[sentences.followed_class(found) - 1]
    needs = found.scores.framework.needs
    weak = [n for n in range(len(needs)) if 0 < found.direct[1, n] < border]
    late = [n for n in weak if found.total[1, :, n].max() >= border]
    assert late  # touched a little directly, and passing the border through others
    bodies = [body for _, body in sentences.failing_sentences(found)]
    for n in late:
        body = next(one for one in bodies if f"{needs[n].noun} (" in one.lower())
        assert "ar ricochet, " in body
        assert body.lower().index("par ricochet, ") < body.lower().index(f"{needs[n].noun} (")


@pytest.mark.parametrize(("effect", "lost"), [(0.91, True), (0.89, False)])
def test_half_of_the_needs_lost_from_nine_tenths_on(
    open_scores: Scores, effect: float, lost: bool
) -> None:
    found, scenario = played(open_scores, scenario="black_out")
    total = np.zeros_like(found.total)
    total[:, :, : len(found.needs) // 2] = effect
    made = replace(found, total=total)
    said = " ".join(sentences.unknown_sentences(made, duration=scenario.duration))
    assert ("la moitié des besoins au moins sont perdus" in said) is lost


def test_the_widest_interval_is_not_that_of_the_highest_end(open_scores: Scores) -> None:
    found, scenario = played(open_scores, scenario="black_out")
    total = np.zeros_like(found.total)
    total[:, :, 0] = np.array([0.8, 0.85, 0.9])[:, np.newaxis]
    total[:, :, 1] = np.array([0.1, 0.3, 0.6])[:, np.newaxis]
    said = sentences.unknown_sentences(replace(found, total=total), duration=scenario.duration)
    line = next(one for one in said if one.startswith("L’intervalle le plus large"))
    assert found.scores.framework.needs[1].label in line
    assert text.interval(0.1, 0.6) in line


def test_saturation_is_judged_at_the_central_estimate(
    catalogue: Catalogue, open_scores: Scores
) -> None:
    found, scenario = played(open_scores, scenario="black_out")
    limit = settings_of(catalogue).saturation
    influence = found.influence.copy()
    at = sentences.place_of(found, scenario.duration)
    influence[1, at] *= 1.05 * limit / spectral_radius(influence[1, at])
    said = sentences.unknown_sentences(
        replace(found, influence=influence), duration=scenario.duration
    )
    assert said[0].startswith("Attention : avec de telles dépendances")
    influence[1, at] /= 1.2
    said = sentences.unknown_sentences(
        replace(found, influence=influence), duration=scenario.duration
    )
    assert not any(one.startswith("Attention") for one in said)


def test_the_grid_speaks_of_durations_that_end(open_scores: Scores) -> None:
    found, scenario = played(open_scores, scenario="black_out")
    total = np.zeros_like(found.total)
    endless = [one.days is None for one in found.durations]
    assert any(endless)
    total[:, endless] = 0.95
    html = figures.stress_sheet(replace(found, total=total), scenario=scenario).html
    grid = unescape(html.split('class="grid"')[1].split("</table>")[0])
    assert grid.count(CLASSES[0]) == len(found.needs)
    assert CLASSES[4] not in grid


def test_guests_come_from_the_services_of_the_needs_hit_hardest(open_scores: Scores) -> None:
    found, scenario = played(open_scores, hazards="C1=3")
    html = unescape(figures.stress_sheet(found, scenario=scenario).html)
    hardest = {found.needs[n] for n in ranked(found, scenario=scenario)[:6]}
    scores, catalogue = found.scores, found.scores.catalogue
    counts: dict[str, int] = {}
    for name, need in scores.need_of.items():
        if need in hardest:
            service = catalogue.indicators[str(name)].collection.service
            counts[service] = counts.get(service, 0) + 1
    most = max(counts, key=lambda name: counts[name])
    labels = {name: one.label for name, one in catalogue.services.items()}
    assert labels[most] in html
    assert len(counts) < len(labels)
    strangers = [labels[name] for name in labels if name not in counts]
    assert not any(f">{label}<" in html or f"{label} ;" in html for label in strangers)


def test_the_last_inject_of_a_made_scenario_is_not_the_endless_one(open_scores: Scores) -> None:
    found, scenario = played(open_scores, hazards="A4=4")
    titles = [step.title for step in workshop_steps(found, scenario=scenario)]
    assert not any("si cela dure" in title for title in titles)
