"""Variants signed in the weight explorer: where they are, and how one is written."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from diag360.catalogue.faults import validate
from diag360.catalogue.model import Catalogue
from diag360.challenge.reweigh.variant import weights_of_variant
from diag360.challenge.variants.files import variant_text, variants_dir
from diag360.challenge.variants.model import Variant
from diag360.errors import Fault, Refusal
from diag360.files import write_texts

_TITLE = "Variante non enregistrée :"
_FIELDS = {"id": "Nom du fichier", "label": "Titre", "author": "Nom", "role": "Rôle",
           "date": "Date", "justification": "Justification"}  # fmt: skip

_FORM = "lettres minuscules sans accent, chiffres et tirets : « poids-declares »"


def default_folder() -> Path:
    """Folder of the shipped variants in a checkout; ``variantes`` here when installed."""
    shipped = variants_dir()
    checkout = (shipped.parent.parent / "pyproject.toml").is_file()
    return shipped if checkout else Path("variantes").resolve()


def listed(folder: Path) -> list[str]:
    """Name the files of a folder that may be variants, in order; none when it does not exist."""
    return sorted(path.name for path in folder.glob("*.yaml"))


def write_signed(
    folder: Path,
    *,
    name: str,
    label: str,
    author: str,
    role: str,
    day: str,
    why: str,
    changes: Mapping[str, object],
    catalogue: Catalogue,
    reference: str,
) -> Path:
    """Write weights as a signed variant, open to discussion.

    Parameters
    ----------
    folder : Path
        Where to write; made when it does not exist.
    name : str
        Of the file, without its ending: the id of the variant.
    label, author, role, why : str
        Title, who proposes, from where, and why.
    day : str
        AAAA-MM-JJ.
    changes : mapping
        From :func:`diag360.challenge.reweigh.variant.changes_of_weights`.
    catalogue : Catalogue
        What it changes.
    reference : str
        Id of the scheme it changes.

    Returns
    -------
    Path
        File written.

    Raises
    ------
    Refusal
        When nothing changes, a field is empty or wrong, or the file exists; all at once.
    """
    name = name.removesuffix(".yaml")
    given = {"id": name, "label": label, "author": author, "role": role, "justification": why}
    faults = [] if changes else [Fault("poids", "", "rien ne change", "bouger d’abord un curseur")]
    signed = _day(day)
    if signed is None:
        faults.append(Fault("Date", "", f"« {day} » n’est pas une date", "écrire AAAA-MM-JJ"))
    body = {
        **{key: words for key, words in given.items() if words},
        "date": signed or date.min,
        "status": "ouverte",
        # Whatever stands here is checked apart when nothing changes.
        "changes": dict(changes) or {"weights": {"x": 1.0}},
    }
    variant, found = validate(Variant, body, file=name)
    for fault in found:
        field = _FIELDS.get(fault.place.split(".")[0]) or _missing(fault, given)
        if field is None:
            faults.append(fault)
        elif not given.get(_key(field)):
            faults.append(Fault(field, "", "le champ est vide", "le remplir"))
        else:
            remedy = _FORM if field == _FIELDS["id"] else fault.remedy
            faults.append(Fault(field, "", fault.problem, remedy))
    path = folder / f"{name}.yaml"
    if path.name in listed(folder):
        faults.append(Fault(path.name, "", "ce fichier existe déjà", "choisir un autre nom"))
    if variant is None or faults:
        raise Refusal(_TITLE, list(dict.fromkeys(faults)))
    weights_of_variant(catalogue, variant, reference=reference)
    (written,) = write_texts(folder, {path.name: variant_text(variant)})
    return written


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _missing(fault: Fault, given: Mapping[str, str]) -> str | None:
    """Field whose key a fault says is missing."""
    return next((_FIELDS[key] for key in given if f"« {key} »" in fault.problem), None)


def _key(field: str) -> str:
    return next(key for key, words in _FIELDS.items() if words == field)
