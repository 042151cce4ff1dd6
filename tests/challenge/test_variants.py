"""Variants: what a file may say, what each change does, and every refusal that names its cause."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from diag360 import load_catalogue
from diag360.catalogue.diff import compare_catalogues
from diag360.catalogue.model import Catalogue
from diag360.challenge.variants.accept import accept_variant, next_version, write_acceptance
from diag360.challenge.variants.apply import apply_variant, apply_variants
from diag360.challenge.variants.files import (
    read_variant,
    shipped_variants,
    variant_text,
    variants_dir,
)
from diag360.challenge.variants.model import Variant
from diag360.challenge.variants.schema import variant_schema
from diag360.challenge.variants.steps import conflicts, steps_of
from diag360.challenge.variants.yaml_edit import YamlText
from diag360.errors import Refusal
from diag360.paths import data_dir

HEAD = {
    "id": "essai",
    "label": "Un essai",
    "author": "Jeanne",
    "role": "terrain",
    "date": date(2026, 11, 23),
    "justification": "Une raison assez longue pour être lue par quelqu’un.",
    "status": "ouverte",
}
DECIDED = {"by": "Le panel", "date": date(2026, 12, 1), "reason": "Parce que c’est mesuré."}
FRAME = "besoins-2021"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def variant(changes: dict, **head: object) -> Variant:
    return Variant.model_validate({**HEAD, **head, "changes": changes})


# One change of each kind, and the only place of the catalogue it may move.
EDGE = {"framework": FRAME, "need": "me_soigner", "on": "boire"}
NEW_EDGE = {"framework": FRAME, "need": "boire", "on": "penser_l_avenir", "strength": 1, "delay": 9}
POVERTY = [{"value": 0.429, "score": 0}, {"value": 0.05, "score": 1}]
MOVES = {
    "scheme": ({"scheme": {"kind": {"action": 2.0}}}, {"weights/egal.yaml"}),
    "weights": ({"weights": {"be2_i05": 2.0}}, {"weights/egal.yaml"}),
    "anchors": ({"anchors": {"be2_i05": POVERTY}}, {"be2_i05"}),
    "choices": ({"choices": {"bv1_i01": {"En cours": 0.25}}}, {"bv1_i01"}),
    "interpolation": ({"interpolation": {"be2_i05": {"kind": "piecewise"}}}, {"be2_i05"}),
    "out": ({"indicators": {"out": ["bv1_i03"]}}, {"-bv1_i03"}),
    "in": ({"indicators": {"in": ["voix_p01"]}}, {"voix_p01"}),
    "aggregation": (
        {"aggregation": {"boire": {"kind": "power", "exponent": 0.5}}},
        {f"frameworks/{FRAME}.yaml"},
    ),
    "effects": ({"effects": {"A3": {FRAME: {"boire": 1}}}}, {"hazards/A3.yaml"}),
    "effect out": ({"effects": {"A3": {FRAME: {"boire": 0}}}}, {"hazards/A3.yaml"}),
    "links": ({"links": {"A1-A3": 0.5}}, {"links.yaml"}),
    "link made": ({"links": {"A1-C8": 0.5}}, {"+A1-C8"}),
    "edge": ({"edges": [EDGE | {"strength": 1}]}, {f"graphs/{FRAME}.yaml"}),
    "edge cut": ({"edges": [EDGE | {"strength": 0}]}, {f"graphs/{FRAME}.yaml"}),
    "edge made": ({"edges": [NEW_EDGE]}, {f"graphs/{FRAME}.yaml"}),
    "gamma": ({"gamma": {"low": 0.1, "central": 0.22, "high": 0.25}}, {"cascade.yaml"}),
}


def moved(before: Catalogue, after: Catalogue) -> set[str]:
    """Everything that differs, by file or by indicator; + what came, - what left."""
    diff = compare_catalogues(before, after)
    rules = {
        name
        for name, found in diff.rules.items()
        if any(name != "catalogue.yaml" or c.place not in ("version", "date") for c in found)
    }
    came = {f"+{name}" for names in diff.came.values() for name in names}
    gone = {f"-{name}" for names in diff.gone.values() for name in names}
    gone |= {f"-{name}" for name in diff.retired}
    return {*diff.added, *diff.changed, *rules, *came, *gone}


# --- What each change does ---------------------------------------------------------------------


@pytest.mark.parametrize("name", MOVES)
def test_each_change_moves_what_it_says_and_nothing_else(catalogue: Catalogue, name: str) -> None:
    changes, places = MOVES[name]
    after = apply_variant(catalogue, variant(changes))
    assert moved(catalogue, after) == places
    assert after.version == f"{catalogue.version}+essai"


def test_what_is_put_in_place_is_what_was_asked(catalogue: Catalogue) -> None:
    changes: dict = {}
    for name in ("weights", "anchors", "choices", "in", "aggregation", "effects", "edge", "gamma"):
        changes |= MOVES[name][0]
    changes["interpolation"] = {"be2_i05": {"kind": "exponential", "k": 2.0}}
    after = apply_variant(catalogue, variant(changes))
    assert after.weights["egal"].indicators == {"be2_i05": 2.0}
    scale = after.indicators["be2_i05"].scale
    assert [(a.value, a.score) for a in scale.anchors] == [(0.429, 0), (0.05, 1)]
    assert (scale.interpolation, scale.k, scale.direction) == ("exponential", 2.0, "baisse")
    score_of = {a.value: a.score for a in after.indicators["bv1_i01"].scale.anchors}
    assert score_of == {"Non": 0, "En cours": 0.25, "Oui": 1}
    assert after.indicators["voix_p01"].tier == "standard"
    need = next(n for n in after.frameworks[FRAME].needs if n.id == "boire")
    assert (need.aggregation, need.exponent) == ("power", 0.5)
    assert after.hazards["A3"].effects[FRAME]["boire"] == 1
    was, now = (
        next(e for e in one.graphs[FRAME].edges if (e.need, e.on) == ("me_soigner", "boire"))
        for one in (catalogue, after)
    )
    assert (now.strength, now.delay, now.why) == (1, was.delay, was.why)
    assert after.cascade is not None
    assert after.cascade.gamma.central == 0.22
    assert catalogue.weights["egal"].indicators == {}, "the reference was changed"


def test_weights_and_coefficients_go_to_the_scheme_in_use(catalogue: Catalogue) -> None:
    changes = {"weights": {"be2_i05": 2.0}, "scheme": {"kind": {"action": 3.0}}}
    after = apply_variant(catalogue, variant(changes), weights="criteres")
    assert moved(catalogue, after) == {"weights/criteres.yaml"}
    assert after.weights["criteres"].id == "criteres"
    assert after.weights["criteres"].coefficients.kind == {"action": 3.0}
    assert after.weights["criteres"].coefficients.category == {}
    assert after.weights["criteres"].indicators == {"be2_i05": 2.0}


def test_an_indicator_leaves_with_its_weight_and_its_buffer(catalogue: Catalogue) -> None:
    buffered = next(
        edge.buffer.indicator for edge in catalogue.graphs[FRAME].edges if edge.buffer is not None
    )
    weighed = apply_variant(catalogue, variant({"weights": {buffered: 2.0}}))
    after = apply_variant(weighed, variant({"indicators": {"out": [buffered]}}))
    assert buffered not in after.indicators
    assert after.weights["egal"].indicators == {}
    for graph in after.graphs.values():
        assert all(e.buffer is None or e.buffer.indicator != buffered for e in graph.edges)
    assert len(after.graphs[FRAME].edges) == len(catalogue.graphs[FRAME].edges)


# --- What is refused ---------------------------------------------------------------------------

REFUSED = {
    "unknown indicator": (
        {"weights": {"be2_i0": 2.0}},
        r"changes\.weights\.be2_i0 : indicateur « be2_i0 » inconnu.*be2_i10",
    ),
    "same weight": ({"weights": {"be2_i05": 1.0}}, "« be2_i05 » ne change rien"),
    "same coefficients": (
        {"scheme": {"kind": {"action": 1.0}}},
        r"changes\.scheme : « scheme » ne change rien",
    ),
    "same answer": ({"choices": {"bv1_i01": {"Oui": 1.0}}}, "« Oui » vaut déjà 1"),
    "unknown answer": (
        {"choices": {"bv1_i01": {"Peut-être": 1.0}}},
        r"changes\.choices\.bv1_i01 : « Peut-être » n’est pas une",
    ),
    "word for a number": ({"choices": {"be2_i05": {"Oui": 1.0}}}, "« be2_i05 » se répond par un n"),
    "number for a word": ({"anchors": {"bv1_i01": POVERTY}}, "« bv1_i01 » se répond par un mot"),
    "wrong way": (
        {"anchors": {"be2_i05": [{"value": 0.1, "score": 0}, {"value": 0.4, "score": 1}]}},
        "« direction » dit « baisse », les ancres disent « hausse »",
    ),
    "out of the unit": (
        {"anchors": {"be2_i05": [{"value": 42.9, "score": 0}, {"value": 0.05, "score": 1}]}},
        "« 42.9 » est impossible dans l’unité « part »",
    ),
    "not under endpoints": (
        {"anchors": {"be2_i05": [{"value": 0.4, "score": 0.2}, {"value": 0.05, "score": 1}]}},
        r"lu : 0\.2 ; 1",
    ),
    "already asked": ({"indicators": {"in": ["be2_i05"]}}, "« be2_i05 » ne change rien : il est"),
    "unknown out": ({"indicators": {"out": ["rien"]}}, "indicateur « rien » inconnu"),
    "unknown need": ({"aggregation": {"manger": {"kind": "mpi"}}}, "besoin « manger » inconnu"),
    "same mean": ({"aggregation": {"boire": {"kind": "arithmetic"}}}, "« boire » ne change rien"),
    "exponent alone": (
        {"aggregation": {"boire": {"kind": "mpi", "exponent": 2.0}}},
        "« exponent » va avec",
    ),
    "umbrella": ({"effects": {"P0": {FRAME: {"boire": 1}}}}, "« P0 » est fait d’autres aléas"),
    "same effect": ({"effects": {"A3": {FRAME: {"boire": 3}}}}, "l’effet vaut déjà 3"),
    "unknown frame": ({"effects": {"A3": {"autre": {"boire": 1}}}}, "cadre « autre » inconnu"),
    "same link": ({"links": {"A1-A3": 0.2}}, "« A1-A3 » ne change rien"),
    "nothing to cut": ({"links": {"A1-C8": 0.0}}, "ce lien n’existe pas"),
    "unknown ends": ({"links": {"A1-Z9": 0.2}}, "aléa « Z9 » inconnu"),
    "link to itself": ({"links": {"A1-A1": 0.2}}, "« A1 » s’aggraverait lui-même"),
    "edge of an unknown frame": (
        {"edges": [EDGE | {"framework": "autre", "strength": 1}]},
        r"changes\.edges\.0 : cadre « autre » inconnu",
    ),
    "no delay": (
        {"edges": [{k: v for k, v in NEW_EDGE.items() if k != "delay"}]},
        "« boire » ne dépend pas encore de « penser_l_avenir » : « delay » manque",
    ),
    "same edge": ({"edges": [EDGE | {"strength": 3}]}, "« besoins-2021, me_soigner, boire » ne ch"),
    "edge not there": ({"edges": [NEW_EDGE | {"strength": 0}]}, "cette dépendance n’existe pas"),
    "on itself": ({"edges": [NEW_EDGE | {"on": "boire"}]}, "« boire » dépendrait de lui-même"),
    "same gamma": ({"gamma": {"low": 0.1, "central": 0.2, "high": 0.25}}, "« gamma » ne change"),
    "gamma not rising": (
        {"gamma": {"low": 0.3, "central": 0.2, "high": 0.25}},
        r"0\.3 ≤ 0\.2 ≤ 0\.25 n’est pas vrai",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_change_that_does_not_fit_is_refused_by_name(catalogue: Catalogue, name: str) -> None:
    changes, said = REFUSED[name]
    with pytest.raises(Refusal, match=said) as refusal:
        apply_variant(catalogue, variant(changes))
    assert len(refusal.value.faults) == 1
    assert refusal.value.faults[0].file == "essai.yaml"


def test_all_faults_are_said_at_once(catalogue: Catalogue) -> None:
    changes = {
        "weights": {"rien": 2.0, "be2_i05": 1.0},
        "aggregation": {"manger": {"kind": "mpi"}},
        "links": {"A1-A3": 0.2},
    }
    with pytest.raises(Refusal) as refusal:
        apply_variant(catalogue, variant(changes, references=["pas_une_reference"]))
    assert [fault.place for fault in refusal.value.faults] == [
        "references.0", "changes.weights.rien", "changes.weights.be2_i05",
        "changes.aggregation.manger", "changes.links.A1-A3",
    ]  # fmt: skip
    assert "« pas_une_reference »" in str(refusal.value)


def test_an_answer_is_refused_where_it_is_written(catalogue: Catalogue) -> None:
    changes = {"anchors": {"bv1_i01": POVERTY}, "choices": {"bv1_i01": {"Peut-être": 1.0}}}
    with pytest.raises(Refusal, match="« Peut-être » n’est pas une réponse") as refusal:
        apply_variant(catalogue, variant(changes))
    places = [fault.place for fault in refusal.value.faults]
    assert places == ["changes.anchors.bv1_i01", "changes.choices.bv1_i01"]


def test_an_unknown_scheme_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(Refusal, match="« autre » inconnu → choisir parmi : criteres, egal"):
        apply_variant(catalogue, variant({"weights": {"be2_i05": 2.0}}), weights="autre")


# --- The file ----------------------------------------------------------------------------------


def written(folder: Path, body: dict, name: str = "essai") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    return path


BROKEN = {
    "no change": ({"changes": {}}, r"essai\.yaml, changes : « changes » ne change rien"),
    "empty parts": ({"changes": {"weights": {}}}, "« changes » ne change rien"),
    "unknown key": ({"changes": {"poids": {"a": 1}}}, "clé inconnue « poids »"),
    "unknown role": ({"role": "chef"}, "« chef » n’est pas admis"),
    "wrong name": ({"id": "autre"}, "« autre » n’est pas le nom du fichier"),
    "decided without saying": ({"status": "rejetee"}, "« rejetee »"),
    "open and decided": ({"decision": DECIDED}, "« ouverte »"),
    "too strong": ({"changes": {"edges": [NEW_EDGE | {"strength": 4}]}}, "« 4 » hors limite"),
    "negative": ({"changes": {"weights": {"be2_i05": -1}}}, "« -1 » hors limite"),
    "out and changed": (
        {"changes": {"weights": {"bv1_i03": 2}, "indicators": {"out": ["bv1_i03"]}}},
        "« bv1_i03 » est retiré",
    ),
    "twice": ({"changes": {"edges": [NEW_EDGE, NEW_EDGE]}}, "boire sur penser_l_avenir » deux f"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    body, said = BROKEN[name]
    path = written(tmp_path, {**HEAD, "changes": {"weights": {"be2_i05": 2}}, **body})
    with pytest.raises(Refusal, match=said):
        read_variant(path)


def test_an_unknown_name_lists_the_shipped_ones() -> None:
    with pytest.raises(Refusal, match=r"« rien » n’est ni un fichier.*vital-geometrique"):
        read_variant("rien")
    with pytest.raises(Refusal, match=r"absent\.yaml : le fichier n’existe pas"):
        read_variant("absent.yaml")


def test_a_variant_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    changes: dict = {"scheme": {"category": {"vital": 2.0}}}
    for part, _ in MOVES.values():
        changes |= part
    changes["indicators"] = {"out": ["bv1_i03"], "in": ["voix_p01"]}
    words = "Trois lignes : des « guillemets », 12 %, # et - et {accolades}."
    one = variant(changes, status="rejetee", decision=DECIDED, references=["2026", "doi:10/x : y"],
                  justification=words)  # fmt: skip
    path = tmp_path / "essai.yaml"
    path.write_text(variant_text(one), encoding="utf-8")
    assert read_variant(path) == one


def test_shipped_variants_are_sound_signed_and_open(catalogue: Catalogue) -> None:
    assert len(shipped_variants()) >= 4
    for name in shipped_variants():
        one = read_variant(name)
        after = apply_variant(catalogue, one)
        assert moved(catalogue, after), name
        assert one.status == "ouverte"
        assert "Exercice" in one.justification


def test_the_shipped_schema_is_up_to_date(catalogue: Catalogue) -> None:
    made = variant_schema(catalogue)
    shipped = variants_dir() / "schema" / "variant.schema.json"
    assert shipped.read_text(encoding="utf-8") == made
    body = json.loads(made)
    keys = body["$defs"]["Changes"]["properties"]
    assert "be2_i05" in keys["anchors"]["propertyNames"]["enum"]
    assert "bv1_i01" not in keys["anchors"]["propertyNames"]["enum"]
    assert set(body["$defs"]["InOut"]["properties"]) == {"in", "out"}
    for name, definition in body["$defs"].items():
        if name in ("Changes", "Decision", "EdgeChange", "InOut", "Mean", "Bend"):
            for key, advice in definition["properties"].items():
                assert advice["description"], f"{name}.{key}"


# --- Several variants --------------------------------------------------------------------------


def test_two_variants_add_up(catalogue: Catalogue) -> None:
    one = variant({"weights": {"be2_i05": 2.0}}, id="un")
    two = variant({"links": {"A1-A3": 0.5}}, id="deux")
    after = apply_variants(catalogue, [one, two])
    assert after.version == f"{catalogue.version}+un+deux"
    assert moved(catalogue, after) == {"weights/egal.yaml", "links.yaml"}


@pytest.mark.parametrize(
    ("second", "name"),
    [
        ({"weights": {"be2_i05": 3.0}}, "be2_i05"),
        ({"indicators": {"out": ["be2_i05"]}}, "be2_i05"),
    ],
)
def test_a_conflict_names_both(catalogue: Catalogue, second: dict, name: str) -> None:
    one, two = variant({"weights": {"be2_i05": 2.0}}, id="un"), variant(second, id="deux")
    said = rf"deux\.yaml, .* : « {name} » est déjà changé par « un » \(changes\.weights\.be2_i05\)"
    with pytest.raises(Refusal, match=said):
        apply_variants(catalogue, [one, two])
    assert len(conflicts([one, two])) == 1


def test_a_weight_and_a_scale_of_one_indicator_do_not_conflict() -> None:
    one = variant({"weights": {"be2_i05": 2.0}}, id="un")
    assert conflicts([one, variant({"anchors": {"be2_i05": POVERTY}}, id="deux")]) == []


def test_anchors_and_interpolation_are_one_step() -> None:
    changes = MOVES["anchors"][0] | MOVES["interpolation"][0] | MOVES["weights"][0]
    steps = steps_of(variant(changes))
    assert [(step.kind, step.key) for step in steps] == [
        ("weight", ("be2_i05",)), ("scale", ("be2_i05",)),
    ]  # fmt: skip


# --- Accepting ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MOVES)
def test_accepting_edits_what_the_variant_says(catalogue: Catalogue, name: str) -> None:
    one = variant(MOVES[name][0], status="acceptee", decision=DECIDED)
    source = data_dir() / "catalogue"
    accepted = accept_variant(source, one)
    assert moved(catalogue, accepted.after) == MOVES[name][1]
    assert moved(apply_variant(catalogue, one), accepted.after) == set()
    assert accepted.after.version == next_version(catalogue.version)
    assert accepted.after.settings.date == DECIDED["date"]
    for file, content in accepted.edited.items():
        was = (source / file).read_text(encoding="utf-8")
        kept = [line for line in was.splitlines() if line.startswith("#")]
        assert [line for line in content.splitlines() if line.startswith("#")] == kept
        lost = set(was.splitlines()) - set(content.splitlines())
        assert len(lost) <= 8, f"{file} was rewritten"


def test_all_changes_at_once_are_accepted(catalogue: Catalogue, tmp_path: Path) -> None:
    changes: dict = {}
    for part, _ in MOVES.values():
        changes |= part
    changes["indicators"] = {"out": ["bv1_i03"], "in": ["voix_p01"]}
    changes["links"] = {"A1-A3": 0.5, "A1-C8": 0.5}
    changes["edges"] = [EDGE | {"strength": 0}, NEW_EDGE]
    one = variant(changes, status="acceptee", decision=DECIDED)
    source = data_dir() / "catalogue"
    accepted = accept_variant(source, one, version="2027.1")
    write_acceptance(source, tmp_path / "c", edited=accepted.edited, removed=accepted.removed)
    assert load_catalogue(tmp_path / "c").version == "2027.1"
    assert not (tmp_path / "c" / "indicators" / "boire" / "bv1_i03.yaml").exists()
    assert moved(apply_variant(catalogue, one), accepted.after) == set()
    history = accepted.after.indicators["be2_i05"].history[-1]
    assert history.version == "2027.1"
    assert "« essai »" in history.change.replace("\u00a0", " ").replace("\u202f", " ")


def test_an_exponent_goes_with_the_mean_it_belonged_to(tmp_path: Path) -> None:
    power = variant({"aggregation": {"boire": {"kind": "power", "exponent": 0.5}}},
                    status="acceptee", decision=DECIDED)  # fmt: skip
    source, made = data_dir() / "catalogue", tmp_path / "puissance"
    accepted = accept_variant(source, power)
    write_acceptance(source, made, edited=accepted.edited, removed=accepted.removed)
    plain = variant({"aggregation": {"boire": {"kind": "geometric"}}},
                    status="acceptee", decision=DECIDED)  # fmt: skip
    needs = accept_variant(made, plain).after.frameworks[FRAME].needs
    assert [(n.aggregation, n.exponent) for n in needs if n.id == "boire"] == [("geometric", None)]


@pytest.mark.parametrize("status", ["ouverte", "rejetee"])
def test_only_an_accepted_variant_enters(status: str) -> None:
    decided = {} if status == "ouverte" else {"decision": DECIDED}
    one = variant(MOVES["weights"][0], status=status, **decided)
    with pytest.raises(Refusal, match=f"« {status} » : seule une variante acceptée"):
        accept_variant(data_dir() / "catalogue", one)


def test_a_version_is_never_dated_before_the_one_it_follows(catalogue: Catalogue) -> None:
    day = catalogue.settings.date
    for decided, dated in ((date(2020, 1, 1), day), (date(2099, 1, 1), date(2099, 1, 1))):
        one = variant(MOVES["weights"][0], status="acceptee", decision={**DECIDED, "date": decided})
        assert accept_variant(data_dir() / "catalogue", one).after.settings.date == dated


@pytest.mark.parametrize(
    ("version", "following"),
    [("2026.3", "2026.4"), ("2026.9", "2026.10"), ("7", "8"), ("v", "v.1")],
)
def test_versions_follow(version: str, following: str) -> None:
    assert next_version(version) == following


# --- Editing a text ----------------------------------------------------------------------------

TEXT = """\
# head
one: 1  # kept
flow: {a: 1, b: 2}
block:
  # inside
  a: 1
  b: >-
    long
    text

# between
items:
  - {name: x, v: 1}
  - name: y
    v: 2  # two
last: [1, 2]
"""


def edited(*calls: tuple) -> str:
    text = YamlText(TEXT)
    for name, *arguments in calls:
        getattr(text, name)(*arguments)
    return text.text


def test_a_scalar_changes_alone() -> None:
    assert edited(("set", ("one",), "5")) == TEXT.replace("one: 1 ", "one: 5 ")
    assert edited(("set", ("items", 1, "v"), "9")) == TEXT.replace("v: 2 ", "v: 9 ")
    assert edited(("set", ("flow", "b"), "9")) == TEXT.replace("b: 2", "b: 9")


def test_keys_and_items_are_added_where_they_belong() -> None:
    assert edited(("set", ("flow", "c"), "3")) == TEXT.replace("b: 2}", "b: 2, c: 3}")
    assert edited(("set", ("block", "c"), "3")) == TEXT.replace("    text\n", "    text\n  c: 3\n")
    assert edited(("set", ("new",), "3")) == TEXT + "new: 3\n"
    assert edited(("append", ("last",), "3")) == TEXT.replace("[1, 2]", "[1, 2, 3]")
    grown = TEXT.replace("v: 2  # two\n", "v: 2  # two\n  - {name: z}\n")
    assert edited(("append", ("items",), "{name: z}")) == grown
    assert edited(("append", ("new",), "{name: z}")) == TEXT + "new:\n  - {name: z}\n"


def test_what_is_taken_out_leaves_the_rest() -> None:
    assert edited(("remove", ("flow", "a"))) == TEXT.replace("{a: 1, b: 2}", "{b: 2}")
    assert edited(("remove", ("one",))) == TEXT.replace("one: 1  # kept\n", "")
    assert edited(("remove", ("items", 0))) == TEXT.replace("  - {name: x, v: 1}\n", "")
    alone = TEXT.replace("items:\n  - {name: x, v: 1}\n  - name: y\n    v: 2  # two", "items: []")
    assert edited(("remove", ("items", 1)), ("remove", ("items", 0))) == alone
    block = TEXT.replace("  b: >-\n    long\n    text\n", "")
    assert edited(("remove", ("block", "b"))) == block


def test_a_list_is_replaced_line_by_line() -> None:
    found = yaml.safe_load(edited(("set_list", ("items",), ["{v: 7}", "{v: 8}"])))
    assert found["items"] == [{"v": 7}, {"v": 8}]
    assert found["last"] == [1, 2]
    flow = edited(("set_list", ("last",), ["7", "8"]))
    assert flow.endswith("last:\n  - 7\n  - 8\n")


def test_positions_are_found_by_fields() -> None:
    text = YamlText(TEXT)
    assert text.index(("items",), name="y", v="2") == 1
    assert text.index(("items",), name="z") is None
    assert text.get(("block", "z")) is None
