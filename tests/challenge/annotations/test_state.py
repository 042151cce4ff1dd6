"""What a target is, and the sentence that says it has changed since."""

from dataclasses import replace
from datetime import date

import pytest

from diag360 import load_catalogue
from diag360.challenge.annotations.model import Note, State
from diag360.challenge.annotations.stale import stale_sentence
from diag360.challenge.annotations.state import FACETS, state_of, state_seen
from diag360.challenge.annotations.target import KINDS, parse_target

CATALOGUE = load_catalogue()
VERSION = CATALOGUE.version
THRESHOLD = "0,26 = 0 ; 0,129 = 0,5 ; 0 = 1"


def said(address, catalogue=CATALOGUE, **seen):
    return state_of(parse_target(address), catalogue=catalogue, **seen).said


def with_indicator(name="be2_i05", *, version="2027.1", **fields):
    """The catalogue with one indicator changed."""
    record = CATALOGUE.indicators[name]
    scale = record.scale.model_copy(update=fields.pop("scale", {}))
    changed = record.model_copy(update={**fields, "scale": scale})
    settings = CATALOGUE.settings.model_copy(update={"version": version})
    return replace(CATALOGUE, settings=settings, indicators={**CATALOGUE.indicators, name: changed})


def anchors(*pairs):
    kind = type(CATALOGUE.indicators["be2_i05"].scale.anchors[0])
    return tuple(kind(value=value, score=score) for value, score in pairs)


def note(address, told, version="2026.1"):
    return Note(
        id="n-0000000001", motivation="objection", target=address, created=date(2026, 11, 20),
        state=State(version=version, said=told),
    )  # fmt: skip


def sentence(address, told, now=None):
    """What a note written when its target was ``told`` says today, in plain spaces."""
    state = State(version="2026.4", said=now) if isinstance(now, dict) else now
    return plain(stale_sentence(note(address, told), now=state))


def plain(words):
    return words.replace("\u202f", " ").replace("\u00a0", " ")


# -- states


def test_every_kind_of_target_has_its_facets():
    assert set(FACETS) == set(KINDS)


def test_an_indicator_is_its_definition_and_its_thresholds():
    told = said("indicateur/be2_i05")
    assert told["seuil"] == THRESHOLD
    assert len(told["définition"]) == 8
    again = with_indicator(definition=CATALOGUE.indicators["be2_i05"].definition + "  ")
    assert said("indicateur/be2_i05", again) == told
    other = said("indicateur/be2_i05", with_indicator(definition="Autre chose."))
    assert (other["seuil"], other["définition"] == told["définition"]) == (THRESHOLD, False)


def test_thresholds_tell_how_they_are_joined():
    assert said("seuil/be2_i05") == {"seuil": THRESHOLD}
    bent = with_indicator(scale={"interpolation": "piecewise"})
    assert said("seuil/be2_i05", bent) == {"seuil": f"{THRESHOLD} ; piecewise"}
    worded = next(n for n, one in CATALOGUE.indicators.items() if one.response.choices)
    first = CATALOGUE.indicators[worded].scale.anchors[0]
    assert said(f"seuil/{worded}")["seuil"].startswith(f"{first.value} = ")


def test_a_weight_is_that_of_the_default_scheme():
    assert said("poids/be2_i05") == {"poids": "1"}
    heavy = CATALOGUE.weights["egal"].model_copy(update={"indicators": {"be2_i05": 2.5}})
    heavier = replace(CATALOGUE, weights={**CATALOGUE.weights, "egal": heavy})
    assert said("poids/be2_i05", heavier) == {"poids": "2,5"}
    exposed = (
        CATALOGUE.indicators["be2_i05"]
        .needs["besoins-2021"]
        .model_copy(update={"use": "exposition"})
    )
    needs = {**CATALOGUE.indicators["be2_i05"].needs, "besoins-2021": exposed}
    assert said("poids/be2_i05", with_indicator(needs=needs)) == {
        "poids": "besoins-2021 : 0 ; diag360-1.3 : 1"
    }


def test_values_and_ratings_are_those_that_are_seen():
    assert said("valeur/be2_i05/200065928") == {}
    assert said("valeur/be2_i05/200065928", values={"be2_i05": "13,2 %"}) == {"valeur": "13,2 %"}
    assert said("cotation/C2/200065928", ratings={"C2": "1–2–3 et 2–3–4"}) == {
        "cotation": "1–2–3 et 2–3–4"
    }


def test_needs_hazards_dependencies_and_paragraphs():
    need = CATALOGUE.frameworks["besoins-2021"].needs[1]
    told = said(f"besoin/{need.id}")
    assert (told["libellé"], told["agrégation"]) == (need.label, "arithmetic")
    assert set(said("alea/C2")) == {"définition"}
    edge = CATALOGUE.graphs["besoins-2021"].edges[0]
    assert said(f"dependance/besoins-2021/{edge.need}/{edge.on}") == {
        "force": str(edge.strength), "délai": f"{edge.delay:g} j".replace(".", ","),
    }  # fmt: skip
    cells = {"titre": "# Titre"}
    here = said("paragraphe/30_diagnostic/titre", cells=cells)
    assert len(here["texte"]) == 8
    assert said("paragraphe/30_diagnostic/titre") == {}


@pytest.mark.parametrize(
    "address",
    ["indicateur/nul_i01", "seuil/nul_i01", "poids/nul_i01", "besoin/nul", "alea/Z9",
     "dependance/besoins-2021/boire/nul", "dependance/nul/boire/me_nourrir", "inconnu/rien"],
)  # fmt: skip
def test_what_is_gone_says_nothing(address):
    assert state_of(parse_target(address), catalogue=CATALOGUE) == State(version=VERSION)


def test_a_document_of_another_version_tells_only_what_it_printed():
    seen = {"valeur/be2_i05": "13,2 %", "cotation/C2": "1 et 2"}
    target = parse_target("valeur/be2_i05/200065928")
    told = State(version="2025.1", said={"valeur": "13,2 %"})
    assert state_seen(target, catalogue=CATALOGUE, said=seen, version="2025.1") == told
    threshold = parse_target("seuil/be2_i05")
    assert state_seen(threshold, catalogue=CATALOGUE, said=seen, version="2025.1").said == {}
    assert state_seen(threshold, catalogue=CATALOGUE, said=seen, version=VERSION).said
    assert state_seen(threshold, catalogue=CATALOGUE, said={}).version == VERSION


# -- sentences


def test_a_threshold_that_moved_is_told_without_the_scores_that_stay():
    changed = with_indicator(
        version="2026.4", scale={"anchors": anchors((0.26, 0), (0.14, 0.5), (0, 1))}
    )
    now = state_of(parse_target("seuil/be2_i05"), catalogue=changed)
    written = note("seuil/be2_i05", {"seuil": THRESHOLD})
    assert stale_sentence(written, now=now) == (
        "écrite sur la version 2026.1\u202f; le seuil a changé depuis (0,129 → 0,14)"
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("1 = 0 ; 2 = 1", "1 = 0 ; 3 = 1", " (2 → 3)"),
        ("1 = 0 ; 2 = 1", "0,5 = 0 ; 3 = 1", " (1 et 2 → 0,5 et 3)"),
        ("1 = 0 ; 2 = 1", "1 = 0,2 ; 2 = 1", " (1 = 0 ; 2 = 1 → 1 = 0,2 ; 2 = 1)"),
        ("1 = 0 ; 2 = 1", "1 = 0 ; 2 = 1 ; piecewise",
         " (1 = 0 ; 2 = 1 → 1 = 0 ; 2 = 1 ; piecewise)"),
        ("1 = 0 ; 2 = 0 ; 3 = 1", "1 = 0 ; 5 = 0 ; 3 = 1",
         " (1 = 0 ; 2 = 0 ; 3 = 1 → 1 = 0 ; 5 = 0 ; 3 = 1)"),
        ("long " * 20 + "= 0", "court = 1", ""),
    ],
)  # fmt: skip
def test_how_a_threshold_is_told(before, after, told):
    found = sentence("seuil/x", {"seuil": before}, {"seuil": after})
    assert found == f"écrite sur la version 2026.1 ; le seuil a changé depuis{told}"


def test_only_what_a_note_speaks_of_makes_it_stale():
    before = {"seuil": "1 = 0", "définition": "aaaaaaaa", "poids": "1"}
    after = {"seuil": "1 = 0", "définition": "bbbbbbbb", "poids": "2"}
    assert sentence("seuil/x", before, after) == ""
    assert sentence("poids/x", before, after) == (
        "écrite sur la version 2026.1 ; le poids a changé depuis (1 → 2)"
    )
    assert sentence("indicateur/x", before, after) == (
        "écrite sur la version 2026.1 ; la définition a changé depuis"
    )


def test_several_changes_agree():
    before, after = {"force": "2", "délai": "3 j"}, {"force": "3", "délai": "7 j"}
    assert sentence("dependance/a/b/c", before, after) == (
        "écrite sur la version 2026.1 ; la force et le délai ont changé depuis (2 → 3 ; 3 j → 7 j)"
    )


def test_a_value_that_is_not_shown_here_has_not_changed():
    told = {"valeur": "13,2 %"}
    assert sentence("valeur/x/1", told, {}) == ""
    assert sentence("valeur/x/1", told, {"valeur": "14 %"}) == (
        "écrite sur la version 2026.1 ; la valeur a changé depuis (13,2 % → 14 %)"
    )


def test_what_no_longer_exists_is_told():
    gone = "ce dont elle parle n’existe plus dans la version 2026.4"
    told = {"seuil": "1 = 0"}
    assert sentence("seuil/x", told, {}) == f"écrite sur la version 2026.1 ; {gone}"
    words = stale_sentence(note("seuil/x", told), now=None, version="2026.4")
    assert plain(words) == f"écrite sur la version 2026.1 ; {gone}"
    bare = note("seuil/x", told).model_copy(update={"state": None})
    assert stale_sentence(bare, now=None, version="2026.4") == gone
    assert stale_sentence(bare, now=None).endswith("n’existe plus dans le catalogue")
    assert stale_sentence(bare, now=State(version="2026.4", said=told)) == ""


def test_nothing_changed_nothing_said():
    for address, one in (("seuil/be2_i05", "seuil"), ("inconnu/rien", "x")):
        assert sentence(address, {one: "1 = 0"}, {one: "1 = 0"}) == ""
