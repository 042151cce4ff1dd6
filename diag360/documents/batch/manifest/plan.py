"""From a manifest to its tasks: everything that can be refused is refused before anything runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diag360.catalogue.french import space
from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.documents.batch.manifest.model import Wishes
from diag360.documents.batch.manifest.options import (
    CODE,
    brand_of,
    missing_options,
    option_faults,
    option_remarks,
    own_path,
    variant_name,
)
from diag360.documents.batch.manifest.places import Directory, Target, find_targets
from diag360.documents.batch.manifest.reader import TITLE, Manifest
from diag360.documents.batch.task import ALWAYS, BETWEEN, DOCUMENTS, FORMATS, YES, Task
from diag360.documents.notes import NONE, SHIPPED
from diag360.documents.runs import OPEN_DATA
from diag360.errors import Fault, Refusal
from diag360.territories.perimeter import Territory

# What a document is made with when nothing is said: it is not said to the maker either.
_DEFAULTS = {"values": OPEN_DATA, "exposure": OPEN_DATA, "pack": "fondateur",
             "annotations": SHIPPED}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch is to make.

    Parameters
    ----------
    manifest : Manifest
        What was asked for.
    tasks : tuple of Task
        One per document of a territory, territory after territory.
    places : tuple of Territory
        Whose documents they are, in the same order.
    remarks : tuple of str
        What is worth knowing before running, in French.
    shared : tuple of str
        Absolute paths of the files that all territories share; the others are of one territory,
        and a fault in one of them stops that one alone.
    output : Path or None
        Folder the manifest names.
    """

    manifest: Manifest
    tasks: tuple[Task, ...]
    places: tuple[Territory, ...]
    remarks: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    output: Path | None = None


def plan_tasks(manifest: Manifest, *, catalogue: Catalogue | None = None) -> Plan:
    """Turn a manifest into tasks.

    Parameters
    ----------
    manifest : Manifest
        From :func:`diag360.documents.batch.manifest.reader.read_manifest`.
    catalogue : Catalogue, optional
        The shipped one by default.

    Returns
    -------
    Plan
        Every task, in the order of the manifest.

    Raises
    ------
    Refusal
        With every fault: unknown territory, framework, weights, hazard, scenario or variant,
        shared file missing, logo that is not an image or too heavy, colour too pale, PDF asked
        for without a browser, override of a territory that is not in the list.
    """
    catalogue = catalogue or load_catalogue()
    directory, body = Directory(), manifest.body
    found = find_targets(manifest, directory=directory)
    faults = [*found.faults, *option_faults(body, manifest=manifest, catalogue=catalogue),
              *missing_options(body, manifest=manifest)]  # fmt: skip
    overrides = _overrides(manifest, found.targets, directory=directory, faults=faults)
    general = option_remarks(body)
    remarks = [*found.remarks, *general]
    for key, own in overrides.values():
        place = f"overrides.{key}"
        faults += option_faults(own, manifest=manifest, catalogue=catalogue, under=place)
        whole = merged(body, own)
        if {"documents", "variants"} & own.model_fields_set:
            faults += missing_options(whole, manifest=manifest, under=place)
        news = [one for one in option_remarks(whole) if one not in general]
        remarks += [f"{key} : {one}" for one in news]
    if faults:
        # The same browser may be missing for several.
        raise Refusal(TITLE, dict.fromkeys(faults))
    tasks = [
        task
        for target in found.targets
        for task in _tasks(target, wishes_of(target, body, overrides), manifest=manifest)
    ]
    shared = [
        own_path(given, code="", manifest=manifest)
        for given in (body.values, body.exposure)
        if given not in (None, OPEN_DATA, NONE) and CODE not in str(given)
    ]
    return Plan(
        manifest=manifest,
        tasks=tuple(tasks),
        places=tuple(target.place for target in found.targets),
        remarks=tuple(space(one) for one in dict.fromkeys(remarks)),
        shared=tuple(shared),
        output=None if body.output is None else manifest.resolve(body.output),
    )


def merged(general: Wishes, own: Wishes) -> Wishes:
    """What is asked for of one territory: what is said of it alone wins, key by key."""
    fields: dict[str, Any] = {
        name: getattr(source, name)
        for source in (general, own)
        for name in Wishes.model_fields
        if name in source.model_fields_set
    }
    return Wishes(**fields)


def wishes_of(target: Target, body: Wishes, overrides: dict[str, tuple[str, Wishes]]) -> Wishes:
    """Give what is asked for of a territory."""
    code = target.place.siren
    return merged(body, overrides[code][1]) if code in overrides else body


def _overrides(
    manifest: Manifest, targets: tuple[Target, ...], *, directory: Directory, faults: list[Fault]
) -> dict[str, tuple[str, Wishes]]:
    """Overrides by code of territory, with the key they were written under."""
    asked = {target.place.siren: target.place.name for target in targets}
    made: dict[str, tuple[str, Wishes]] = {}
    for key, own in manifest.body.overrides.items():
        place = f"overrides.{key}"
        code = key if key in asked else ""
        if not code:
            try:
                code = directory.find(key).place.siren
            except Refusal as refusal:
                faults += [
                    manifest.fault(place, f"{one.file} {one.problem}", one.remedy)
                    for one in refusal.faults
                ]
                continue
        if code in made:
            problem = f"« {key} » et « {made[code][0]} » sont le même territoire"
            faults.append(manifest.fault(place, problem, "n’en garder qu’un"))
        elif code not in asked:
            problem = f"« {key} » n’est pas dans la liste des territoires"
            faults.append(manifest.fault(place, problem, "l’ajouter à « territories », ou l’ôter"))
        else:
            made[code] = (key, own)
    return made


def _tasks(target: Target, wishes: Wishes, *, manifest: Manifest) -> list[Task]:
    code = target.place.siren
    said = _options(wishes, code=code, manifest=manifest)
    formats = tuple(one for one in FORMATS if one in (*ALWAYS, *wishes.formats))
    brand = brand_of(wishes, manifest=manifest)
    names = list(dict.fromkeys(wishes.documents))
    # One workbook of results per territory, made with the document that reads all its options.
    bearer = next((name for name in names if "alone" in DOCUMENTS[name].options), names[0])
    return [
        Task(
            code=code,
            territory=target.territory,
            name=target.place.name,
            document=name,
            options=tuple(
                (key, said[key]) for key in sorted(said) if key in DOCUMENTS[name].options
            ),
            formats=tuple(one for one in formats if one != "xlsx" or name == bearer),
            brand=brand,
        )
        for name in names
    ]


def _options(wishes: Wishes, *, code: str, manifest: Manifest) -> dict[str, str]:
    """Texts of the options that are said and differ from the defaults of the makers."""
    plain = ("framework", "weights", "tier", "campaign", "pack", "hazard", "scenario", "draws",
             "seed")  # fmt: skip
    said = {key: str(one) for key in plain if (one := getattr(wishes, key)) is not None}
    for key in ("values", "exposure"):
        if (given := getattr(wishes, key)) is not None:
            said[key] = own_path(given, code=code, manifest=manifest)
    if wishes.annotations is not None:
        named = wishes.annotations in (SHIPPED, NONE)
        said["annotations"] = (
            wishes.annotations if named else str(manifest.resolve(wishes.annotations))
        )
    if wishes.alone:
        said["alone"] = YES
    if wishes.variants:
        names = dict.fromkeys(variant_name(one, manifest=manifest) for one in wishes.variants)
        said["variants"] = BETWEEN.join(names)
    return {key: text for key, text in said.items() if _DEFAULTS.get(key) != text}
