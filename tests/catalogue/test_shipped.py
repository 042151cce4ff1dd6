"""The shipped catalogue: its counts, and its agreement with the published tool it comes from."""

import csv
import re
import unicodedata
from collections import Counter
from decimal import Decimal

import pytest

from diag360.catalogue.load import load_catalogue
from diag360.paths import data_dir
from diag360.territories.values import open_data_path

FRAMEWORKS = {"besoins-2021": 18, "diag360-1.3": 11}
REFERENCE = data_dir().parent.parent / "shared" / "reference" / "diag360-v1.3.5-indicators.csv"
# Labels whose wording was changed on purpose: the correction, not the typography, differs.
RELABELLED = {
    "be2_i07": "Taux de participation aux élections municipales",
    "be2_i11": "Nombre de structures de l’animation de la vie sociale agréées par la CAF (Centre "
    "social ou Espace de vie sociale) à l’échelle intercommunale pour 100 000 habitants",
    "be3_i01": "Identification d’un agent-référent",
    "bi3_i08": "Nombre de bornes de recharge de véhicules électriques pour 1 000 habitants",
    "bv2_i13": "Quantité annuelle d’achats de substances actives, rapportée à la SAU du territoire",
    "bv4_i08": "Accessibilité potentielle localisée (APL) aux chirurgiens-dentistes de 65 ans et "
    "moins",
    "bv4_i09": "Accessibilité potentielle localisée (APL) aux masseurs-kinésithérapeutes de 65 ans "
    "et moins",
    "bv4_i07": "Accessibilité potentielle localisée (APL) aux sages-femmes de 65 ans et moins",
}
# Public files that the table and the outlines of territories were built from: they hold no value.
TERRITORY_FILES = {"communes_codes_postaux_2024", "dgcl_epci_2025", "ign_epci_2025",
                   "clc_artificialisation_2018"}  # fmt: skip
# Left blank in the published tool.
BASIS_CHOSEN = {"bi2_i04": "absolu"}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def proven(catalogue):
    """The indicators taken over from the published tool."""
    return {name: i for name, i in catalogue.indicators.items() if i.status == "eprouve"}


@pytest.fixture(scope="module")
def proposed(catalogue):
    """The indicators added since, told by their id."""
    ids = (name for name in catalogue.indicators if re.fullmatch(r"[a-z]+_p\d{2}", name))
    return {name: catalogue.indicators[name] for name in ids}


def test_counts(catalogue, proven, proposed):
    assert len(catalogue.indicators) == 151
    assert (len(proven), len(proposed)) == (124, 27)
    assert set(proven) | set(proposed) == set(catalogue.indicators)
    assert {f.id: len(f.needs) for f in catalogue.frameworks.values()} == FRAMEWORKS
    assert set(catalogue.weights) == {"egal", "criteres"}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_need_has_an_indicator_that_counts(catalogue, framework):
    needs = [need.id for need in catalogue.frameworks[framework].needs]
    counted = [
        i.needs[framework].primary
        for i in catalogue.indicators.values()
        if framework in i.needs and i.needs[framework].use == "score"
    ]
    assert set(counted) == set(needs)


def test_a_need_of_the_founding_framework_never_rests_on_one_kind_of_answer(catalogue):
    for need in catalogue.frameworks["besoins-2021"].needs:
        memberships = ((i, i.needs["besoins-2021"]) for i in catalogue.indicators.values())
        counted = [i for i, m in memberships if m.primary == need.id and m.use == "score"]
        assert len(counted) >= 4, need.id
        assert {i.kind for i in counted} == {"etat", "action"}, need.id
        assert len({i.objective for i in counted}) >= 2, need.id


def test_both_frameworks_hold_every_published_indicator(proven):
    for indicator in proven.values():
        assert set(indicator.needs) == set(FRAMEWORKS), indicator.id


def test_proposed_indicators_stay_out_of_the_published_framework(proposed):
    for indicator in proposed.values():
        assert indicator.status == "propose", indicator.id
        assert set(indicator.needs) == {"besoins-2021"}, indicator.id


def test_proposed_indicators_say_when_they_came_and_what_they_rest_on(proposed):
    for indicator in proposed.values():
        assert [line.version for line in indicator.history] == ["2026.2"], indicator.id
        # Something one can go and read: a public source, or else a reference.
        assert set(indicator.sources) - {"interne"} or indicator.references, indicator.id


def test_secondary_needs_are_said_only_in_the_founding_framework(proven):
    twice = [i.id for i in proven.values() if i.needs["diag360-1.3"].also]
    assert twice == []


def test_flash_indicators_are_those_with_open_data(catalogue):
    with open_data_path().open(encoding="utf-8", newline="") as stream:
        given = {row["indicator"] for row in csv.DictReader(stream) if row["value"]}
    assert {i.id for i in catalogue.indicators.values() if i.tier == "flash"} == given


def test_flash_and_standard_fit_in_one_questionnaire(catalogue):
    tiers = [i.tier for i in catalogue.indicators.values()]
    assert tiers.count("flash") + tiers.count("standard") <= 60
    assert {"flash", "standard", "expert"} == set(tiers)


def test_exposure_is_kept_out_of_the_score_of_the_founding_framework_only(catalogue):
    exposed = {
        (i.id, framework)
        for i in catalogue.indicators.values()
        for framework, membership in i.needs.items()
        if membership.use == "exposition"
    }
    assert exposed == {("bv5_i04", "besoins-2021"), ("bv1_i09", "besoins-2021")}


def test_what_indicators_name_exists_and_nothing_is_left_unused(catalogue):
    named = {name for i in catalogue.indicators.values() for name in i.sources}
    of_proxies = {name for proxy in catalogue.proxies.values() for name in proxy.sources}
    assert of_proxies >= TERRITORY_FILES
    assert named | of_proxies <= set(catalogue.sources)
    # A source no indicator names is a public file that shipped figures were computed from.
    with open_data_path().open(encoding="utf-8", newline="") as stream:
        given = {row["source"] for row in csv.DictReader(stream)}
    assert set(catalogue.sources) - named - given == TERRITORY_FILES
    for name in set(catalogue.sources) - named:
        assert catalogue.sources[name].raw_file, name
        assert re.fullmatch(r"[0-9a-f]{64}", catalogue.sources[name].sha256 or ""), name
    services = {i.collection.service for i in catalogue.indicators.values()}
    assert services <= set(catalogue.services)
    assert {i.objective for i in catalogue.indicators.values()} == set(catalogue.objectives)
    units = {i.response.unit for i in catalogue.indicators.values()} - {None}
    units |= {proxy.unit for proxy in catalogue.proxies.values()}
    assert units == set(catalogue.units)
    cited = {name for i in catalogue.indicators.values() for name in i.references}
    cited |= {name for hazard in catalogue.hazards.values() for name in hazard.references}
    assert cited == set(catalogue.references)
    needs = catalogue.frameworks["besoins-2021"].needs
    assert {goal for need in needs for goal in need.goals} == set(catalogue.goals)
    # The head of the thesaurus names its own shelves; every other word is that of a need.
    words = {tag for need in needs for tag in need.tags}
    assert words == {tag.id for tag in catalogue.tags.values() if tag.theme != "Général"}


def test_sources_of_open_data_are_known(catalogue):
    with open_data_path().open(encoding="utf-8", newline="") as stream:
        given = {row["source"] for row in csv.DictReader(stream)}
    assert given <= set(catalogue.sources)
    assert all(catalogue.sources[name].licence for name in given)


def test_order_is_that_of_ids_and_of_the_framework_files(catalogue):
    ids = list(catalogue.indicators)
    assert ids == sorted(ids)
    assert list(load_catalogue().indicators) == ids
    assert list(catalogue.frameworks) == sorted(FRAMEWORKS)
    needs = " ".join(need.id for need in catalogue.frameworks["diag360-1.3"].needs)
    assert needs == "bv1 bv2 bv3 bv4 bv5 be1 be2 be3 bi1 bi2 bi3"


def test_every_indicator_tells_its_history(catalogue):
    for indicator in catalogue.indicators.values():
        assert indicator.history, indicator.id
        assert indicator.history[-1].version <= catalogue.version, indicator.id


def test_published_indicators_were_there_from_the_first_version(proven):
    assert {i.history[0].version for i in proven.values()} == {"2026.1"}


def test_units_print_shares_in_percent(catalogue):
    part = catalogue.units["part"]
    assert (part.factor, part.minimum, part.maximum, part.symbol) == (100, 0, 1, "%")
    for unit in catalogue.units.values():
        assert unit.symbol.startswith("%") == (unit.factor == 100), unit.id
        if unit.minimum is not None and unit.maximum is not None:
            assert unit.minimum < unit.maximum, unit.id


# --- Against the published tool --------------------------------------------------------------


@pytest.fixture(scope="module")
def published():
    if not REFERENCE.is_file():
        pytest.skip("the table of the published tool is not beside the project")
    with REFERENCE.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def plain(text):
    """Text without typography: case, accents, apostrophes, quotes, dashes, spaces, dots."""
    text = re.sub(r"(?<=\d)[.\s](?=\d{3}\b)", "", text.casefold().replace("œ", "oe"))
    letters = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in letters if not unicodedata.combining(c))
    text = re.sub(r"[’'`«»\"“”]", " ", text).replace("−", "-")
    text = re.sub(r"\.{2,}", "…", text)
    text = re.sub(r"\s*([,;.:%()])\s*", r"\1", text)
    return " ".join(text.split())


def test_the_normaliser_forgives_typography_and_nothing_else():
    assert plain("L’été « à » 100 000 hab., −50 %") == plain('L\'ete "À" 100.000 hab.,-50%')
    assert plain("Œuvre") == plain("oeuvre")
    assert plain("1.5") != plain("15")
    assert plain("part des logements") != plain("parts des logements")


@pytest.mark.shared
def test_ids_and_facts_are_those_published(proven, published):
    assert set(proven) == set(published)
    assert len(published) == 124
    for indicator in proven.values():
        row = published[indicator.id]
        assert indicator.kind == row["type"], indicator.id
        assert indicator.objective == row["objective"], indicator.id
        assert indicator.needs["diag360-1.3"].primary == row["need"], indicator.id
        assert indicator.maturity == (row["maturity"] or "non_precisee"), indicator.id
        assert (indicator.response.unit is None) == (row["kind"] == "ordinal"), indicator.id


@pytest.mark.shared
def test_bases_are_those_published(proven, published):
    blank = {i.id: i.scale.basis for i in proven.values()}
    for name, row in published.items():
        if row["bound_type"]:
            assert blank.pop(name) == row["bound_type"], name
    assert blank == BASIS_CHOSEN


@pytest.mark.shared
def test_labels_are_those_published_up_to_typography(proven, published):
    other = {
        i.id: re.sub(r"\s", " ", i.label)
        for i in proven.values()
        if plain(i.label) != plain(published[i.id]["label"])
    }
    assert other == RELABELLED


@pytest.mark.shared
def test_answers_are_those_published_in_order(proven, published):
    assert Counter(row["kind"] for row in published.values())["ordinal"] == 38
    for indicator in proven.values():
        row = published[indicator.id]
        if row["kind"] == "ordinal":
            words = [row[key] for key in ("at_0", "at_0_5", "at_1") if row[key]]
            assert [plain(w) for w in indicator.response.choices] == [plain(w) for w in words]
            scores = [0.0, 0.5, 1.0] if len(words) == 3 else [0.0, 1.0]
            assert [a.score for a in indicator.scale.anchors] == scores, indicator.id


def converted(row):
    """Published thresholds in our units: fractions for percents, per 1 000 for charging points."""
    thresholds = {key: Decimal(row[key]) for key in ("at_0", "at_0_5", "at_1") if row[key]}
    factor = Decimal(1)
    if row["unit"] == "%" and any(abs(value) > 1 for value in thresholds.values()):
        factor = Decimal("0.01")
    if row["id"] == "bi3_i08":
        factor = Decimal(1000)
    return {key: float(value * factor) for key, value in thresholds.items()}


@pytest.mark.shared
def test_thresholds_are_those_published_in_our_units(proven, published):
    seen = 0
    for indicator in proven.values():
        row = published[indicator.id]
        if row["kind"] == "quantitative":
            scale = indicator.scale
            ours = {"at_0": scale.at(0.0), "at_0_5": scale.at(0.5), "at_1": scale.at(1.0)}
            assert {k: v for k, v in ours.items() if v is not None} == converted(row), indicator.id
            assert indicator.scale.direction == (
                "hausse" if float(row["at_0"]) < float(row["at_1"]) else "baisse"
            ), indicator.id
            seen += 1
    assert seen == 86


@pytest.mark.shared
def test_percents_are_stored_under_a_unit_printed_in_percent(catalogue, proven, published):
    for indicator in proven.values():
        unit = catalogue.unit(indicator.id)
        if unit is not None:
            assert (unit.factor == 100) == (published[indicator.id]["unit"] == "%"), indicator.id


@pytest.mark.shared
def test_fewer_major_risks_is_better_as_in_the_workbook(catalogue, published):
    assert published["bv5_i04"]["at_0"] == "13.0"
    assert catalogue.indicators["bv5_i04"].scale.direction == "baisse"
