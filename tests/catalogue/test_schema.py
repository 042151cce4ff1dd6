"""The schemas editors read: up to date, true of every file, and able to say no."""

import json
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
    **{f"{name}.yaml": name for name in ("catalogue", "sources", "references", "objectives",
                                         "services", "goals", "tags", "units")},
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
    ],
)
def test_a_wrong_entry_is_underlined(keys: tuple[Any, ...], content: Any, said: str) -> None:
    body = read(ROOT / "indicators/boire/bv1_i04.yaml")
    inner = body
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = content
    messages = [error.message for error in validator("indicator").iter_errors(body)]
    assert any(said in message for message in messages), messages


def test_an_editor_shows_what_is_expected_and_what_is_not() -> None:
    schema = json.loads((SCHEMAS / "indicator.schema.json").read_text(encoding="utf-8"))
    for key, body in schema["properties"].items():
        assert body.get("description"), key
    assert "À éviter" in schema["properties"]["definition"]["markdownDescription"]
