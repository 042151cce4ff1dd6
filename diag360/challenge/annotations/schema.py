"""JSON Schema of a note, so that an editor guides whoever opens its file."""

import json

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Note
from diag360.challenge.variants.schema import propose_changes

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def note_schema(catalogue: Catalogue) -> str:
    """Write out the schema of the files of ``data/annotations/``.

    Parameters
    ----------
    catalogue : Catalogue
        Its ids become the words an editor proposes in what a proposition changes.

    Returns
    -------
    str
        JSON text.
    """
    schema = Note.model_json_schema(by_alias=True)
    for definition in (schema, *schema["$defs"].values()):
        # Docstrings are for programmers; each key has its own advice.
        definition.pop("description", None)
        for body in definition.get("properties", {}).values():
            body.pop("title", None)
    propose_changes(schema["$defs"], catalogue=catalogue)
    schema = {"$schema": _DRAFT, **schema, "title": "diag360 · annotations/"}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
