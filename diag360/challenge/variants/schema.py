"""JSON Schema of a variant, so that an editor guides whoever writes one."""

import json
from collections.abc import Iterable
from typing import Any

from diag360.catalogue.model import Catalogue
from diag360.catalogue.schema_hazards import simple_hazards
from diag360.challenge.variants.model import Variant

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def variant_schema(catalogue: Catalogue) -> str:
    """Write out the schema of the files of ``data/variants/``.

    Parameters
    ----------
    catalogue : Catalogue
        Its ids become the words an editor proposes.

    Returns
    -------
    str
        JSON text.
    """
    schema = Variant.model_json_schema(by_alias=True)
    for definition in (schema, *schema["$defs"].values()):
        # Docstrings are for programmers; each key has its own advice.
        definition.pop("description", None)
        for body in definition.get("properties", {}).values():
            body.pop("title", None)
    propose_changes(schema["$defs"], catalogue=catalogue)
    schema = {"$schema": _DRAFT, **schema, "title": "diag360 · variants/"}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def propose_changes(within: dict[str, Any], *, catalogue: Catalogue) -> None:
    """List, in the definitions of a schema, the ids that changes may name."""
    changes = within["Changes"]["properties"]
    by_number = [name for name, one in catalogue.indicators.items() if one.response.unit]
    by_word = [name for name, one in catalogue.indicators.items() if one.response.choices]
    needs = [need.id for frame in catalogue.frameworks.values() for need in frame.needs]
    hazards = simple_hazards(catalogue)
    for key, names in (
        ("weights", [*catalogue.indicators]),
        ("anchors", by_number),
        ("interpolation", by_number),
        ("direction", by_number),
        ("choices", by_word),
        ("aggregation", needs),
        ("effects", hazards),
    ):
        changes[key]["propertyNames"] = _enum(names)
    one = "|".join(hazards)
    changes["links"]["propertyNames"] = {"pattern": f"^({one})-({one})$"}
    force = changes["effects"]["additionalProperties"]["additionalProperties"]
    changes["effects"]["additionalProperties"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            frame.id: {**force, "propertyNames": _enum(need.id for need in frame.needs)}
            for frame in catalogue.frameworks.values()
        },
    }
    moves = within["InOut"]["properties"]
    moves["out"]["items"] = _enum(catalogue.indicators)
    moves["in"]["items"] = _enum(n for n, i in catalogue.indicators.items() if i.tier == "expert")
    edge = within["EdgeChange"]["properties"]
    edge["framework"] |= _enum(catalogue.frameworks)
    edge["need"] |= _enum(needs)
    edge["on"] |= _enum(needs)


def _enum(names: Iterable[str]) -> dict[str, Any]:
    return {"enum": list(names)}
