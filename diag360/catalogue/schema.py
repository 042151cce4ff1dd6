"""JSON Schemas of the catalogue's files, so that an editor guides whoever writes them.

Keys, types and limits come from the records; advice from the field guide; the ids one may name
(units, sources, needs …) from the catalogue itself; those of the vulnerability room are in
:mod:`diag360.catalogue.schema_hazards`. ``tests`` compare the shipped schemas with
what this module makes.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any

from diag360.catalogue.guide import FILES, is_table, load_guide
from diag360.catalogue.model import Catalogue, Framework
from diag360.catalogue.schema_hazards import propose_hazards

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def make_schemas(catalogue: Catalogue) -> dict[str, str]:
    """Write out the schema of every kind of file of the catalogue.

    Parameters
    ----------
    catalogue : Catalogue
        Its ids become the words an editor proposes.

    Returns
    -------
    dict of str to str
        File name (``indicator.schema.json``, ``sources.schema.json`` …) → JSON text.
    """
    made = {}
    for file, model in FILES.items():
        schema = model.model_json_schema()
        for definition in (schema, *schema.get("$defs", {}).values()):
            _advise(definition)
        if is_table(file) and not file.endswith("/"):
            schema = _as_table(schema)
        _propose(schema, catalogue, kind=model.__name__)
        name = file.removesuffix(".yaml") if not file.endswith("/") else file[:-1].removesuffix("s")
        schema = {"$schema": _DRAFT, **schema, "title": f"diag360 · {file}"}
        made[f"{name}.schema.json"] = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    return made


def _advise(definition: dict[str, Any]) -> None:
    """Put the advice of the guide on each key; docstrings are for programmers."""
    definition.pop("description", None)
    for key, body in definition.get("properties", {}).items():
        advice = load_guide().get((definition.get("title", ""), key))
        body.pop("title", None)
        if advice is None:
            continue
        body["description"] = advice.sentence()
        if advice.bad:
            wrong = "".join(f"\n- {example}" for example in advice.bad)
            body["markdownDescription"] = (
                f"**{advice.requirement}** {advice.guidance}\n\nÀ éviter\u00a0:{wrong}"
            )


def _as_table(record: dict[str, Any]) -> dict[str, Any]:
    """Make the schema of a file of records keyed by id."""
    definitions = record.pop("$defs", {})
    record["properties"].pop("id")
    record["required"] = [key for key in record["required"] if key != "id"]
    return {"type": "object", "additionalProperties": record, "$defs": definitions}


def _propose(schema: dict[str, Any], catalogue: Catalogue, *, kind: str) -> None:
    """List the ids an editor may propose and must accept."""
    within = {definition: body["properties"] for definition, body in _records(schema).items()}
    match kind:
        case "Indicator":
            own = schema["properties"]
            own["sources"]["items"] = {"enum": [*catalogue.sources]}
            own["references"]["items"] = {"enum": [*catalogue.references]}
            own["needs"] = {
                "type": "object",
                "description": own["needs"].get("description", ""),
                "additionalProperties": False,
                "properties": {
                    framework.id: _membership(schema["$defs"]["Membership"], framework)
                    for framework in catalogue.frameworks.values()
                },
            }
            within["Collection"]["service"]["enum"] = [*catalogue.services]
            within["Response"]["unit"] = {
                **within["Response"]["unit"],
                "anyOf": [{"enum": [*catalogue.units]}, {"type": "null"}],
            }
        case "Framework":
            within["Need"]["goals"]["items"] = {"enum": [*catalogue.goals]}
            within["Need"]["tags"]["items"] = {"enum": [*catalogue.tags]}
        case "Settings":
            schema["properties"]["default_framework"]["enum"] = [*catalogue.frameworks]
            schema["properties"]["default_weights"]["enum"] = [*catalogue.weights]
        case "WeightScheme":
            schema["properties"]["indicators"]["propertyNames"] = {"enum": [*catalogue.indicators]}
    propose_hazards(schema, within, catalogue, kind=kind)


def _records(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body for name, body in schema.get("$defs", {}).items() if "properties" in body}


def _membership(record: dict[str, Any], framework: Framework) -> dict[str, Any]:
    needs = [need.id for need in framework.needs]
    own = copy.deepcopy(record)
    own["properties"]["primary"]["enum"] = needs
    own["properties"]["also"]["items"] = {"enum": needs}
    return own
