"""JSON Schema of a manifest, so that an editor guides whoever writes one."""

import json
from collections.abc import Iterable
from typing import Any

from diag360.catalogue.model import Catalogue
from diag360.challenge.variants.files import shipped_variants
from diag360.documents.batch.manifest.model import ALL, ManifestBody
from diag360.vulnerability.defaults import rated_hazards

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_WORD = {"type": ["string", "integer"]}


def manifest_schema(catalogue: Catalogue) -> str:
    """Write out the schema of the manifests of batches.

    Parameters
    ----------
    catalogue : Catalogue
        Its ids become the words an editor proposes.

    Returns
    -------
    str
        JSON text.
    """
    schema = ManifestBody.model_json_schema()
    definitions = schema["$defs"]
    # Read by hand, whatever the way it is written.
    definitions["Wanted"] = _wanted()
    for definition in (schema, *definitions.values()):
        # Docstrings are for programmers; each key has its own advice.
        definition.pop("description", None)
        for key, body in definition.get("properties", {}).items():
            _plain(body)
            if key == "campaign":
                definition["properties"][key] = {**_WORD, "description": body["description"]}
    for definition in (schema, definitions["Wishes"]):
        _propose(definition["properties"], catalogue)
    territories = schema["properties"]["territories"]
    said = territories.pop("description")
    schema["properties"]["territories"] = {
        "description": said,
        "anyOf": [{"const": ALL}, {"type": "array", "items": _ref("Wanted"), "minItems": 1}],
    }
    schema["properties"]["overrides"]["additionalProperties"] = _ref("Wishes")
    schema = {"$schema": _DRAFT, **schema, "title": "diag360 · lots/"}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _wanted() -> dict[str, Any]:
    said = {
        "department": "Les intercommunalités qui ont leur siège dans ce département.",
        "region": "Celles de cette région.",
        "file": "Celles que liste la première colonne d’un CSV.",
        "group": "Un seul territoire, fait de plusieurs : fichier de membres.",
    }
    one_of: list[dict[str, Any]] = [
        {
            "type": "object",
            "properties": {key: {**_WORD, "description": words}},
            "required": [key],
            "additionalProperties": False,
        }
        for key, words in said.items()
    ]
    return {"anyOf": [_WORD, *one_of]}


def _plain(body: dict[str, Any]) -> None:
    """Take out titles, and the null that a key left out stands for: it cannot be written."""
    body.pop("title", None)
    if body.get("default", 0) is None:
        del body["default"]
    kinds = [one for one in body.get("anyOf", []) if one != {"type": "null"}]
    if len(kinds) == 1:
        del body["anyOf"]
        body |= kinds[0]


def _propose(properties: dict[str, Any], catalogue: Catalogue) -> None:
    """List the ids that keys may name."""
    tables: list[tuple[str, Iterable[str]]] = [
        ("framework", catalogue.frameworks),
        ("weights", catalogue.weights),
        ("hazard", rated_hazards(catalogue)),
        ("scenario", catalogue.scenarios),
    ]
    for key, table in tables:
        properties[key]["enum"] = list(table)
    properties["variants"]["items"] = {
        "anyOf": [{"enum": list(shipped_variants())}, {"pattern": r"\.ya?ml$"}]
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}
