"""What pydantic finds wrong, restated in French with the key, the offender and the remedy."""

from typing import Any, TypeVar

from pydantic import ValidationError

from diag360.catalogue.record import Record
from diag360.errors import Fault

Model = TypeVar("Model", bound=Record)


def _quote(value: object) -> str:
    text = str(value)
    return f"« {text if len(text) <= 60 else text[:57] + '…'} »"


def _restate(error: Any) -> tuple[str, str]:
    """Problem and remedy of one pydantic error."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    last = error["loc"][-1] if error["loc"] else ""
    match kind:
        case "missing":
            return f"la clé {_quote(last)} manque", "l’ajouter"
        case "extra_forbidden":
            return f"clé inconnue {_quote(last)}", "corriger son nom ou la retirer"
        case "literal_error":
            allowed = context["expected"].replace(" or ", ", ").replace("'", "")
            return f"{_quote(value)} n’est pas admis", f"choisir parmi : {allowed}"
        case "int_type" | "int_from_float" | "int_parsing":
            return f"nombre entier attendu, lu {_quote(value)}", "écrire un nombre sans virgule"
        case "float_type" | "float_parsing":
            return f"nombre attendu, lu {_quote(value)}", "écrire un nombre, avec un point décimal"
        case "string_type":
            return f"texte attendu, lu {_quote(value)}", "écrire le texte entre guillemets"
        case "finite_number":
            return f"nombre fini attendu, lu {_quote(value)}", "écrire un nombre"
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            sign = {"greater_than": ">", "greater_than_equal": "≥", "less_than": "<"}
            bound = next(iter(context.values()))
            return (
                f"{_quote(value)} hors limite",
                f"écrire un nombre {sign.get(kind, '≤')} {bound:g}",
            )
        case "string_pattern_mismatch":
            return (
                f"{_quote(value)} n’a pas la forme voulue",
                f"suivre le motif {context['pattern']}",
            )
        case "too_short" | "string_too_short":
            return f"{_quote(value)} est trop court", f"au moins {context['min_length']} attendu(s)"
        case "date_type":
            return f"date attendue, lu {_quote(value)}", "écrire AAAA-MM-JJ, sans guillemets"
        case "tuple_type":
            return f"liste attendue, lu {_quote(value)}", "écrire [un, deux], même pour un seul"
        case "dict_type" | "model_type":
            return f"suite de clés attendue, lu {_quote(value)}", "écrire « clé: valeur »"
        case "bool_type" | "bool_parsing":
            return f"true ou false attendu, lu {_quote(value)}", "écrire true ou false"
        case "invalid_key":
            return f"clé inconnue {_quote(last)}", "un nombre décimal s’écrit avec un point"
        case "value_error":
            return str(context["error"]), "corriger cette entrée"
        case _:
            return f"{_quote(value)} refusé ({error['msg']})", "corriger cette entrée"


def validate(
    model: type[Model], data: object, *, file: str, place: str = ""
) -> tuple[Model | None, list[Fault]]:
    """Build a record, or list every fault of its data.

    Parameters
    ----------
    model : type
        Pydantic model to build.
    data : object
        What was read from the file.
    file : str
        Name of the file in messages.
    place : str
        Key under which the record stands in the file.

    Returns
    -------
    record : BaseModel or None
        The record when there is no fault.
    faults : list of Fault
        Every fault, in the order of the keys.
    """
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        seen: dict[tuple[str, str], Fault] = {}
        for one in error.errors(include_url=False):
            keys = [str(part) for part in one["loc"] if not str(part).startswith("constrained-")]
            where = ".".join(
                [place, *_without_union_branch(keys)] if place else _without_union_branch(keys)
            )
            problem, remedy = _restate(one)
            seen.setdefault((where, problem), Fault(file, where, problem, remedy))
        return None, list(seen.values())


def _without_union_branch(keys: list[str]) -> list[str]:
    """Drop the name pydantic appends for the branch of a union (``value.float``)."""
    return keys[:-1] if keys and keys[-1] in {"float", "str", "int"} else keys
