"""The numbers of a batch as a Frictionless data package: CSV files and what their columns mean."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from diag360._version import __version__
from diag360.catalogue.model import Catalogue
from diag360.catalogue.units import Unit
from diag360.documents.batch.handover.index_words import sources_of, title_sentence
from diag360.documents.batch.results.fields import FIELDS, Field
from diag360.documents.batch.results.gathered import Batch
from diag360.files import write_texts

FOLDER = "donnees"
DESCRIPTOR = "datapackage.json"
# Primary key of each table; foreign keys are its columns named as those of a list.
KEYS = {
    "territoires": ("territory",),
    "besoins": ("territory", "need"),
    "indicateurs": ("territory", "indicator"),
    "aleas": ("territory", "hazard"),
    "vulnerabilites": ("territory", "hazard", "need"),
    "actions": ("territory", "rank"),
}
LISTS = {"need": "liste-besoins", "indicator": "liste-indicateurs", "hazard": "liste-aleas"}
_TITLES = {
    "territoires": "Territoires regardés",
    "besoins": "Score de chaque besoin, avec ses bornes",
    "indicateurs": "Valeur et score des indicateurs demandés ou connus",
    "aleas": "Cotation et exposition de chaque aléa",
    "vulnerabilites": "Effets des aléas sur les besoins, à partir de « modéré »",
    "actions": "Les cinq actions qui éviteraient le plus dans chaque territoire",
    "liste-besoins": "Besoins, par cadre",
    "liste-indicateurs": "Indicateurs",
    "liste-aleas": "Aléas",
}
_NAMES = {"id": "Identifiant", "label": "Libellé", "category": "Catégorie", "framework": "Cadre",
          "kind": "Sorte", "objective": "Objectif", "unit": "Unité de « number »",
          "definition": "Définition", "pack": "Liste", "scope": "Portée"}  # fmt: skip
# Of the figures shipped, and of the words of the catalogue (README).
_LICENCES = (
    {"name": "etalab-2.0", "title": "Licence Ouverte 2.0 (chiffres publics)"},
    {
        "name": "CC-BY-SA-4.0",
        "title": "Creative Commons Attribution - Partage dans les mêmes conditions 4.0 (libellés)",
        "path": "https://creativecommons.org/licenses/by-sa/4.0/",
    },
)


def make_package(output: Path, batch: Batch, *, title: str = "") -> Path:
    """Write the numbers of a batch as a data package.

    Parameters
    ----------
    output : Path
        Folder of the batch; the package goes to ``donnees/``.
    batch : Batch
        What was made.
    title : str
        Of the package; how many territories there are when left out.

    Returns
    -------
    Path
        ``donnees/datapackage.json``; the same batch gives the same bytes.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    files = package_files(batch, title=title)
    places = write_texts(output / FOLDER, files)
    return places[list(files).index(DESCRIPTOR)]


def package_files(batch: Batch, *, title: str = "") -> dict[str, str]:
    """Give the files of the package, by name: CSV files, then what describes them.

    Parameters
    ----------
    batch : Batch
        What was made. A table without rows is left out.
    title : str
        Of the package.

    Returns
    -------
    dict of str to str
        A missing value is an empty cell; numbers are not rounded.
    """
    lists = _lists(batch.catalogue)
    kept = {name: table for name, table in batch.tables.items() if len(table)}
    files = {f"{name}.csv": _csv(table) for name, table in {**kept, **lists}.items()}
    resources = [_resource(name, FIELDS[name], KEYS[name], files) for name in kept]
    resources += [
        _resource(name, [_listed(str(column)) for column in table], ("id",), files)
        for name, table in lists.items()
    ]
    words = {
        "profile": "tabular-data-package",
        "name": "diag360-lot",
        "title": title or title_sentence(batch),
        "description": (
            "Scores du Diagnostic 360° de résilience. Une cellule vide est une valeur manquante, "
            "jamais un zéro. Le score d’un besoin trop peu connu manque ; ses bornes restent. Les "
            "effets des aléas reposent sur des a priori. Les réponses d’un territoire "
            "restent sous la licence qu’il choisit."
        ),
        "version": batch.catalogue.version,
        "generator": f"diag360 {__version__}",
        "sources": sources_of(batch),
        "licenses": list(_LICENCES),
        "resources": resources,
    }
    files[DESCRIPTOR] = json.dumps(words, ensure_ascii=False, indent=1) + "\n"
    return files


def _lists(catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """Give the lists that the tables point to, one row by id."""
    needs = [
        {"id": need.id, "label": need.label, "category": framework.categories[need.category],
         "framework": framework.id}
        for framework in catalogue.frameworks.values() for need in framework.needs
    ]  # fmt: skip
    units = {name: catalogue.unit(name) for name in catalogue.indicators}
    indicators = [
        {"id": one.id, "label": one.label, "kind": one.kind, "objective": one.objective,
         "unit": _symbol(units[one.id]), "definition": one.definition}
        for one in catalogue.indicators.values()
    ]  # fmt: skip
    hazards = [
        {"id": one.id, "label": one.label, "kind": one.kind, "scope": one.scope, "pack": one.pack}
        for one in catalogue.hazards.values() if not one.composed_of
    ]  # fmt: skip
    made = zip(LISTS.values(), (needs, indicators, hazards), strict=True)
    return {name: pd.DataFrame(rows) for name, rows in made}


def _symbol(unit: Unit | None) -> str:
    """Say in what a number is stored: a share of 0.13 is printed « 13 % »."""
    if unit is None:
        return ""
    return "part, de 0 à 1" if unit.symbol == "%" else unit.symbol


def _csv(table: pd.DataFrame) -> str:
    """Write a table; a truth value is a word the specification knows."""
    flags = table.select_dtypes("bool").columns
    shown = table.assign(**{name: table[name].map({True: "true", False: "false"})
                            for name in flags})  # fmt: skip
    return shown.to_csv(index=False, lineterminator="\n")


def _listed(column: str) -> Field:
    return Field(column, "string", _NAMES[column], required=column in ("id", "label"))


def _resource(
    name: str, fields: Iterable[Field], key: tuple[str, ...], files: dict[str, str]
) -> dict[str, Any]:
    content = files[f"{name}.csv"].encode()
    columns = list(fields)
    schema: dict[str, Any] = {
        "fields": [_described(field, alone=key == (field.name,)) for field in columns],
        "missingValues": [""],
        "primaryKey": list(key),
    }
    targets = {**({} if name in LISTS.values() else LISTS), "territory": "territoires"}
    pointed = [(field.name, targets[field.name]) for field in columns
               if targets.get(field.name, name) != name]  # fmt: skip
    if pointed:
        schema["foreignKeys"] = [
            {"fields": column, "reference": {"resource": target,
             "fields": "territory" if column == "territory" else "id"}}
            for column, target in pointed
        ]  # fmt: skip
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": _TITLES[name],
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "doubleQuote": True, "lineTerminator": "\n"},
        "schema": schema,
    }


def _described(field: Field, *, alone: bool) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if field.required:
        limits["required"] = True
    if alone:
        limits["unique"] = True
    if field.least is not None:
        limits["minimum"] = _limit(field, field.least)
    if field.most is not None:
        limits["maximum"] = _limit(field, field.most)
    if field.allowed:
        limits["enum"] = list(field.allowed)
    said: dict[str, Any] = {"name": field.name, "type": field.kind, "title": field.title}
    return {**said, "constraints": limits} if limits else said


def _limit(field: Field, value: float) -> float | int:
    return int(value) if field.kind == "integer" else value
