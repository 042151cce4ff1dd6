"""Ids an editor proposes in the files of the vulnerability room (hazards, needs, durations)."""

from collections.abc import Iterable, Mapping
from typing import Any

from diag360.catalogue.model import Catalogue


def propose_hazards(
    schema: dict[str, Any], within: Mapping[str, Any], catalogue: Catalogue, *, kind: str
) -> None:
    """List the ids an editor may propose and must accept, in place.

    Parameters
    ----------
    schema : dict
        Schema of one kind of file.
    within : mapping
        Properties of the records it defines, by the name of the record.
    catalogue : Catalogue
        Where the ids are.
    kind : str
        Name of the record of the file; one that names nothing of the room is left as it is.
    """
    hazards = _enum(catalogue.hazards)
    own = schema.get("properties") or schema["additionalProperties"]["properties"]
    match kind:
        case "Indicator":
            own["hazards"]["items"] = _enum(simple_hazards(catalogue))
        case "Hazard":
            own["references"]["items"] = _enum(catalogue.references)
            own["composed_of"]["items"] = _enum(simple_hazards(catalogue))
            strength = own["effects"]["additionalProperties"]["additionalProperties"]
            own["effects"] |= _by_framework(catalogue, {"additionalProperties": strength})
            level = within["Measure"]["level"]["anyOf"]
            # One number stands for the three: the reader widens it, a schema must say so.
            level.append(level[0]["prefixItems"][0])
            within["Measure"]["proxy"]["anyOf"] = [_enum(catalogue.proxies), {"type": "null"}]
        case "Link":
            one = "|".join(catalogue.hazards)
            schema["propertyNames"] = {"pattern": f"^({one})-({one})$"}
        case "NeedGraph":
            own["id"] |= _enum(catalogue.frameworks)
            needs = [need.id for one in catalogue.frameworks.values() for need in one.needs]
            within["Edge"]["need"] |= _enum(needs)
            within["Edge"]["on"] |= _enum(needs)
            within["Buffer"]["indicator"] |= _enum(
                name for name, one in catalogue.indicators.items() if one.response.unit
            )
        case "CascadeSettings":
            own["shock_duration"] |= _enum(_durations(catalogue))
            own["stress_duration"] |= _enum(_durations(catalogue))
        case "Proxy":
            own["unit"] |= _enum(catalogue.units)
            own["sources"]["items"] = _enum(catalogue.sources)
        case "Scenario":
            own["hazards"]["propertyNames"] = hazards
            own["duration"] |= _enum(_durations(catalogue))
            own["story"]["propertyNames"] = _enum(_durations(catalogue))
        case "Common":
            own["hazards"]["items"] = hazards
            own["needs"] |= _by_framework(catalogue, {"type": "array"})


def simple_hazards(catalogue: Catalogue) -> list[str]:
    """Ids of the hazards that are rated and hit needs: those not made of others."""
    return [name for name, hazard in catalogue.hazards.items() if not hazard.composed_of]


def _durations(catalogue: Catalogue) -> list[str]:
    return [one.id for one in catalogue.cascade.durations] if catalogue.cascade else []


def _enum(ids: Iterable[str]) -> dict[str, Any]:
    """Propose these ids; when there is none, as in an old catalogue, any text."""
    found = [*ids]
    return {"enum": found} if found else {"type": "string"}


def _by_framework(catalogue: Catalogue, body: Mapping[str, Any]) -> dict[str, Any]:
    """Name the needs of each framework: as keys of an object, or as items of a list."""
    place = "items" if body.get("type") == "array" else "propertyNames"
    return {
        "additionalProperties": False,
        "properties": {
            frame.id: {"type": "object", **body, place: _enum(need.id for need in frame.needs)}
            for frame in catalogue.frameworks.values()
        },
    }
