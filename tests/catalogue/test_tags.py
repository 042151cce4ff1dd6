"""Hazards that indicators inform, effort that actions take: complete where it matters."""

from collections import defaultdict

import pytest

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue

# Needs hit as hard as can be, of which no indicator says how they would hold. Farmland, wild
# places and air have none that a nuclear fallout would find stronger: their sensitivity to it is
# read on the whole score.
BLIND = {("respecter_biocapacite", "R7"), ("preserver_communs", "R7")}
# Indicators whose open value is also the statistic that rates the exposure to a hazard.
SAME_STATISTIC = {"one_person_households": "be2_i04", "abstention": "be2_i07"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def tagged(catalogue: Catalogue, framework: str) -> dict[tuple[str, str], list[str]]:
    """List the indicators that inform each (need, hazard), as the sensitivity will read them."""
    found = defaultdict(list)
    for indicator in catalogue.indicators.values():
        place = indicator.needs.get(framework)
        if place is not None and place.use == "score":
            for hazard in indicator.hazards:
                found[place.primary, hazard].append(indicator.id)
    return dict(found)


def hit(catalogue: Catalogue, framework: str, *, least: int) -> set[tuple[str, str]]:
    """List the (need, hazard) whose effect is at least ``least``."""
    return {
        (need, hazard.id)
        for hazard in catalogue.hazards.values()
        for need, strength in hazard.effects.get(framework, {}).items()
        if strength >= least
    }


def test_exactly_the_actions_say_what_they_take(catalogue: Catalogue) -> None:
    actions = {i.id for i in catalogue.indicators.values() if i.kind == "action"}
    assert {i.id for i in catalogue.indicators.values() if i.effort is not None} == actions


def test_each_effort_is_used_and_none_is_nearly_alone(catalogue: Catalogue) -> None:
    efforts = [i.effort for i in catalogue.indicators.values() if i.effort is not None]
    shares = {e: efforts.count(e) / len(efforts) for e in ("decider", "organiser", "investir")}
    assert min(shares.values()) > 0.15, shares


def test_a_whole_is_never_a_tag(catalogue: Catalogue) -> None:
    wholes = {hazard.id for hazard in catalogue.hazards.values() if hazard.composed_of}
    assert wholes == {"P0", "X0"}
    wrong = {i.id: wholes & {*i.hazards} for i in catalogue.indicators.values()}
    assert not {name: found for name, found in wrong.items() if found}


def test_tags_come_once_and_in_one_order(catalogue: Catalogue) -> None:
    order = [f"{letter}{n}" for letter in "CSAPR" for n in range(1, 9)]
    for indicator in catalogue.indicators.values():
        assert list(indicator.hazards) == sorted({*indicator.hazards}, key=order.index), (
            indicator.id
        )


def test_what_measures_exposure_says_nothing_of_sensitivity(catalogue: Catalogue) -> None:
    kept_out = {
        i.id: i.hazards
        for i in catalogue.indicators.values()
        if i.needs["besoins-2021"].use == "exposition"
    }
    assert kept_out == {"bv1_i09": (), "bv5_i04": ()}


def test_no_statistic_counts_as_exposure_and_as_sensitivity(catalogue: Catalogue) -> None:
    rated = {
        (measure.proxy, hazard.id)
        for hazard in catalogue.hazards.values()
        if hazard.default is not None
        for measure in (hazard.default.likelihood, hazard.default.intensity)
    }
    assert any(proxy in SAME_STATISTIC for proxy, _ in rated)
    twice = {
        (name, hazard)
        for proxy, hazard in rated
        if (name := SAME_STATISTIC.get(str(proxy))) is not None
        and hazard in catalogue.indicators[name].hazards
    }
    assert not twice


@pytest.mark.parametrize("framework", ["besoins-2021", "diag360-1.3"])
def test_hard_effects_are_informed(catalogue: Catalogue, framework: str) -> None:
    pairs = hit(catalogue, framework, least=2)
    share = len(pairs & tagged(catalogue, framework).keys()) / len(pairs)
    assert share >= 0.8, f"{share:.0%} of the {len(pairs)} pairs hit at 2 or more are informed"


@pytest.mark.parametrize("framework", ["besoins-2021", "diag360-1.3"])
def test_the_hardest_effects_are_all_informed_but_those_told(
    catalogue: Catalogue, framework: str
) -> None:
    blind = hit(catalogue, framework, least=3) - tagged(catalogue, framework).keys()
    assert blind <= BLIND, sorted(blind - BLIND)


def test_every_need_leans_on_several_hazards(catalogue: Catalogue) -> None:
    """A need read through one hazard alone would answer the same to all the others."""
    informed = defaultdict(set)
    for need, hazard in tagged(catalogue, "besoins-2021"):
        informed[need].add(hazard)
    few = {need: found for need, found in informed.items() if len(found) < 8}
    assert len(informed) == 18
    assert not few
