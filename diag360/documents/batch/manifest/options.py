"""What a manifest asks for, checked: ids of the catalogue, files, variants, brand, formats."""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from diag360.catalogue.model import Catalogue
from diag360.challenge.variants.apply import apply_variant
from diag360.challenge.variants.files import read_variant, shipped_variants
from diag360.documents.batch.manifest.model import Wishes
from diag360.documents.batch.manifest.reader import Manifest, is_file
from diag360.documents.batch.task import BETWEEN, DOCUMENTS
from diag360.documents.brand import Brand, brand_problem
from diag360.documents.formats import chromium_fault
from diag360.documents.notes import NONE as NO_NOTES
from diag360.documents.notes import SHIPPED
from diag360.documents.runs import OPEN_DATA
from diag360.errors import Fault, Refusal
from diag360.territories.values import WORKBOOK_SUFFIXES
from diag360.vulnerability.defaults import rated_hazards
from diag360.vulnerability.prepare import NONE as NO_RATINGS

CODE = "{code}"
_COMMON = ("values", "framework", "weights", "tier", "alone", "campaign", "exposure", "pack",
           "annotations")  # fmt: skip
_VALUES = (".csv", *WORKBOOK_SUFFIXES)
_RATINGS = (".yaml", ".yml", *_VALUES)


def option_faults(
    wishes: Wishes, *, manifest: Manifest, catalogue: Catalogue, under: str = ""
) -> list[Fault]:
    """Everything wrong with what is asked for, of all territories or of one.

    Parameters
    ----------
    wishes : Wishes
        Sound in themselves.
    manifest : Manifest
        Where they stand; its folder is where paths start from.
    catalogue : Catalogue
        Ids one may name.
    under : str
        Key they stand under: ``overrides.200065928``, or ``""``.

    Returns
    -------
    list of Fault
        A file of values or of ratings of one territory is not among them: its absence stops that
        territory alone, and the pre-flight tells it.
    """
    said = wishes.model_fields_set
    faults: list[Fault] = []

    def refuse(key: str, problem: str, remedy: str) -> None:
        faults.append(manifest.fault(f"{under}.{key}" if under else key, problem, remedy))

    tables: list[tuple[str, str | None, Iterable[str]]] = [
        ("framework", wishes.framework, catalogue.frameworks),
        ("weights", wishes.weights, catalogue.weights),
        ("hazard", wishes.hazard, rated_hazards(catalogue)),
        ("scenario", wishes.scenario, catalogue.scenarios),
    ]
    for key, name, table in tables:
        if name is not None and name not in table:
            refuse(key, f"« {name} » inconnu", _near(name, table))
    for key, given, kinds in (
        ("values", wishes.values, _VALUES),
        ("exposure", wishes.exposure, _RATINGS),
    ):
        if given is not None and key in said:
            for problem, remedy in _file_problems(
                given, kinds, manifest, shared=not under, key=key
            ):
                refuse(key, problem, remedy)
    if wishes.annotations not in (None, SHIPPED, NO_NOTES):
        folder = manifest.resolve(str(wishes.annotations))
        if not os.path.isdir(folder):  # noqa: PTH112 (False where a path raises)
            problem = f"« {wishes.annotations} » : ce dossier n’existe pas"
            refuse("annotations", problem, f"« {SHIPPED} », « {NO_NOTES} », ou un dossier de notes")
    for at, name in enumerate(wishes.variants):
        faults += _variant_faults(name, at, wishes, manifest, catalogue, under)
    if (brand := brand_of(wishes, manifest=manifest)) is not None:
        for field, problem, remedy in brand_problem(brand):
            refuse(f"brand.{field}", problem, remedy)
    if "pdf" in wishes.formats and (fault := chromium_fault()):
        refuse("formats", fault.problem, fault.remedy)
    return faults


def brand_of(wishes: Wishes, *, manifest: Manifest) -> Brand | None:
    """Give the brand asked for, its logo as an absolute path."""
    body = wishes.brand
    if body is None:
        return None
    logo = None if body.logo is None else manifest.resolve(body.logo)
    return Brand(name=body.name.strip(), logo=logo, colour=body.colour.lower())


def own_path(given: str, *, code: str, manifest: Manifest) -> str:
    """Absolute path of a file of a territory; a word such as ``open-data`` stays one."""
    if given in (OPEN_DATA, NO_RATINGS):
        return given
    return str(manifest.resolve(given.replace(CODE, code)))


def variant_name(name: str, *, manifest: Manifest) -> str:
    """Absolute path of a variant, or the id of a shipped one."""
    return str(manifest.resolve(name)) if Path(name).suffix in (".yaml", ".yml") else name


def option_remarks(wishes: Wishes) -> list[str]:
    """Say which keys some of the documents asked for do not take into account."""
    every = {name for kind in DOCUMENTS.values() for name in kind.options}
    said = [key for key in type(wishes).model_fields if key in wishes.model_fields_set & every]
    remarks = []
    for name in dict.fromkeys(wishes.documents):
        unread = [key for key in said if key not in DOCUMENTS[name].options]
        # What only another document is for goes without saying.
        elsewhere = {one for kind in wishes.documents for one in DOCUMENTS[kind].options}
        unread = [key for key in unread if key in _COMMON or key not in elsewhere]
        if unread:
            keys = ", ".join(f"« {key} »" for key in unread)
            remarks.append(f"« {name} » ne tient pas compte de {keys}")
    return remarks


def missing_options(wishes: Wishes, *, manifest: Manifest, under: str = "") -> list[Fault]:
    """Faults of documents that lack what they are about."""
    place = f"{under}.documents" if under else "documents"
    if "comparaison" in wishes.documents and not wishes.variants:
        problem = "« comparaison » sans variante"
        return [manifest.fault(place, problem, "ajouter « variants: [une-variante] »")]
    return []


def _near(name: str, table: Iterable[str]) -> str:
    names = list(table)
    near = get_close_matches(name, names, n=3) or names[:12]
    more = " …" if len(near) < len(names) and near == names[:12] else ""
    return f"choisir parmi : {', '.join(near)}{more}"


def _file_problems(
    given: str, kinds: tuple[str, ...], manifest: Manifest, *, shared: bool, key: str
) -> list[tuple[str, str]]:
    words = (OPEN_DATA, NO_RATINGS) if key == "exposure" else (OPEN_DATA,)
    if given in words:
        return []
    path = manifest.resolve(given)
    if path.suffix.lower() not in kinds:
        choice = " ou ".join(f"« {word} »" for word in words)
        return [(f"« {given} » n’est ni un mot connu, ni un fichier {', '.join(kinds)}",
                 f"écrire {choice}, ou le chemin d’un fichier")]  # fmt: skip
    if shared and CODE not in given and not is_file(path):
        return [(f"« {given} » : ce fichier n’existe pas", f"chemin compris : {path}")]
    return []


def _variant_faults(
    name: str, at: int, wishes: Wishes, manifest: Manifest, catalogue: Catalogue, under: str
) -> list[Fault]:
    place = f"{under}.variants.{at}" if under else f"variants.{at}"
    found = variant_name(name, manifest=manifest)
    if BETWEEN in found:
        problem = f"« {name} » : un chemin ne peut pas contenir « {BETWEEN} »"
        return [manifest.fault(place, problem, "renommer le fichier")]
    if not Path(name).suffix and name not in shipped_variants():
        problem = f"variante « {name} » inconnue"
        return [manifest.fault(place, problem, _near(name, shipped_variants()))]
    if Path(name).suffix and not is_file(Path(found)):
        problem = f"« {name} » : ce fichier n’existe pas"
        return [manifest.fault(place, problem, f"chemin compris : {found}")]
    try:
        known = wishes.weights if wishes.weights in catalogue.weights else None
        apply_variant(catalogue, read_variant(found), weights=known)
    except Refusal as refusal:
        return [
            manifest.fault(
                place, f"« {name} », {one.place or one.file} : {one.problem}", one.remedy
            )
            for one in refusal.faults
        ]
    return []
