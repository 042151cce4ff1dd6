"""The schemas editors read: up to date, true of every file, and able to say no."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import pytest

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.schema import make_schemas
from diag360.catalogue.strict_yaml import read_yaml
from diag360.paths import data_dir

ROOT = data_dir() / "catalogue"
SCHEMAS = ROOT / "schema"
KINDS = {
    "indicators/*/*.yaml": "indicator",
    "frameworks/*.yaml": "framework",
    "weights/*.yaml": "weight",
    "hazards/*.yaml": "hazard",
    "graphs/*.yaml": "graph",
    **{f"{name}.yaml": name for name in ("catalogue", "sources", "references", "objectives",
                                         "services", "goals", "tags", "units", "cascade", "links",
                                         "proxies", "scenarios", "commons")},
}  # fmt: skip


def as_json(body: Any) -> Any:
    """What an editor sees: dates are texts."""
    if isinstance(body, dict):
        return {key: as_json(inner) for key, inner in body.items()}
    if isinstance(body, list):
        return [as_json(inner) for inner in body]
    return body.isoformat() if isinstance(body, date) else body


def validator(name: str) -> Any:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def read(path: Any) -> Any:
    body, fault = read_yaml(path, name=path.name)
    assert fault is None, fault
    return as_json(body)


def test_shipped_schemas_are_those_the_catalogue_makes() -> None:
    made = make_schemas(load_catalogue())
    shipped = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.json")}
    assert shipped == made, "run: diag360 catalogue schema"


@pytest.mark.parametrize(("pattern", "name"), KINDS.items())
def test_every_file_obeys_its_schema_and_names_it(pattern: str, name: str) -> None:
    checker = validator(name)
    paths = sorted(ROOT.glob(pattern))
    assert paths
    for path in paths:
        assert [error.message for error in checker.iter_errors(read(path))] == [], path.name
        first = path.read_text(encoding="utf-8").splitlines()[0]
        depth = "../" * (len(path.relative_to(ROOT).parts) - 1)
        named = f"# yaml-language-server: $schema={depth}schema/{name}.schema.json"
        assert first == named, path.name


@pytest.mark.parametrize(
    ("keys", "content", "said"),
    [
        (("kind",), "état", "'état' is not one of"),
        (("sources",), ["insse"], "'insse' is not one of"),
        (("collection", "service"), "mairie", "'mairie' is not one of"),
        (("scale", "anchors", 0, "score"), 50, "50 is greater than the maximum"),
        (("needs", "besoins-2021", "primary"), "manger", "'manger' is not one of"),
        (("colour",), "bleu", "'colour' was unexpected"),
        (("response",), {"unit": "pourcentage"}, "is not valid under any of"),
        (("hazards",), ["P0"], "'P0' is not one of"),
        (("effort",), "voter", "'voter' is not valid under any"),
    ],
)
def test_a_wrong_entry_is_underlined(keys: tuple[Any, ...], content: Any, said: str) -> None:
    messages = faults_with(read(ROOT / "indicators/boire/bv1_i04.yaml"), "indicator", keys, content)
    assert any(said in message for message in messages), messages


def faults_with(body: Any, schema: str, keys: tuple[Any, ...], content: Any) -> list[str]:
    """What a schema says of a file where one entry was changed."""
    inner = body
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = content
    return [error.message for error in validator(schema).iter_errors(body)]


@pytest.mark.parametrize(
    ("file", "keys", "content", "said"),
    [
        ("hazards/A3.yaml", ("spheres",), ["climat"], "'climat' is not one of"),
        ("hazards/A3.yaml", ("effects", "besoins-2021", "manger"), 2, "'manger' is not one of"),
        ("hazards/A3.yaml", ("effects", "besoins-2021", "boire"), 4, "4 is greater than"),
        ("hazards/A3.yaml", ("effects", "besoins"), {"boire": 1}, "'besoins' was unexpected"),
        ("hazards/A3.yaml", ("references",), ["meteo"], "'meteo' is not one of"),
        ("hazards/A3.yaml", ("default",), {"likelihood": {"proxy": "pluie"}},
         "{'proxy': 'pluie'}" ),
        ("hazards/X0.yaml", ("composed_of",), ["P0"], "'P0' is not one of"),
        ("graphs/besoins-2021.yaml", ("id",), "besoins", "'besoins' is not one of"),
        ("graphs/besoins-2021.yaml", ("edges", 0, "on"), "pain", "'pain' is not one of"),
        ("graphs/besoins-2021.yaml", ("edges", 0, "strength"), 0, "0 is less than the minimum"),
        ("graphs/besoins-2021.yaml", ("edges", 0, "buffer"),
         {"indicator": "bv1_i01", "days_per_unit": 1}, "'bv1_i01'"),
        ("cascade.yaml", ("shock_duration",), "un_an", "'un_an' is not one of"),
        ("cascade.yaml", ("gamma", "central"), 20, "20 is greater than the maximum"),
        ("links.yaml", ("A1-Z9",), {"strength": 0.2, "why": "x"}, "'A1-Z9' does not match"),
        ("proxies.yaml", ("share_people_flood", "unit"), "pourcent", "'pourcent' is not one of"),
        ("proxies.yaml", ("share_people_flood", "sources"), ["gaspard"], "'gaspard' is not one"),
        ("scenarios.yaml", ("black_out", "hazards"), {"R9": 4}, "'R9' is not one of"),
        ("scenarios.yaml", ("black_out", "duration"), "un_an", "'un_an' is not one of"),
        ("scenarios.yaml", ("black_out", "story", "un_an"), "x", "'un_an' is not one of"),
        ("commons.yaml", ("crater", "needs", "diag360-1.3"), ["bv9"], "'bv9' is not one of"),
        ("commons.yaml", ("crater", "hazards"), ["Z9"], "'Z9' is not one of"),
    ],
)  # fmt: skip
def test_a_wrong_entry_of_the_vulnerability_room_is_underlined(
    file: str, keys: tuple[Any, ...], content: Any, said: str
) -> None:
    name = next(schema for pattern, schema in KINDS.items() if (ROOT / file).match(pattern))
    messages = faults_with(read(ROOT / file), name, keys, content)
    assert any(said in message for message in messages), messages


def test_one_number_stands_for_a_range_of_levels() -> None:
    one, wide = {"level": 2}, {"level": [1, 2, 4]}
    default = {"confidence": "faible", "justification": "x", "likelihood": one, "intensity": wide}
    keys = ("default",)
    assert faults_with(read(ROOT / "hazards/A3.yaml"), "hazard", keys, default) == []
    default["likelihood"] = {"level": 5}
    assert faults_with(read(ROOT / "hazards/A3.yaml"), "hazard", keys, default) != []


def test_a_catalogue_without_hazards_still_has_its_schemas() -> None:
    old = replace(load_catalogue(), hazards={}, links={}, graphs={}, proxies={}, scenarios={},
                  commons={}, cascade=None)  # fmt: skip
    made = make_schemas(old)
    assert set(made) == set(make_schemas(load_catalogue()))
    for body in made.values():
        jsonschema.Draft202012Validator.check_schema(json.loads(body))


def test_an_editor_shows_what_is_expected_and_what_is_not() -> None:
    for path in SCHEMAS.glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        record = schema if "properties" in schema else schema["additionalProperties"]
        for one in (record, *schema.get("$defs", {}).values()):
            for key, body in one.get("properties", {}).items():
                assert body.get("description"), (path.name, key)
    schema = json.loads((SCHEMAS / "indicator.schema.json").read_text(encoding="utf-8"))
    assert "À éviter" in schema["properties"]["definition"]["markdownDescription"]
