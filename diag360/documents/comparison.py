"""Variants against the catalogue: prepared, written as tables, made into a page."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from diag360.catalogue.load import load_catalogue
from diag360.challenge.annotations.model import Note
from diag360.challenge.comparison.compare import Comparison, compare_variants
from diag360.challenge.comparison.tables import (
    action_table,
    hazard_table,
    movers,
    need_table,
    step_table,
)
from diag360.challenge.variants.files import read_variant
from diag360.documents.brand import Brand
from diag360.documents.notebook import KERNEL
from diag360.documents.runs import OPEN_DATA, Report, parameter_of, run_document
from diag360.errors import Fault, Refusal
from diag360.files import write_texts
from diag360.territories.perimeter import Territory, load_epci
from diag360.territories.places import find_place
from diag360.territories.prepare import prepare_values
from diag360.vulnerability.prepare import prepare_ratings

SEPARATOR = " ; "  # between names, in the parameters of the notebook


def prepare_comparison(
    territories: Sequence[str],
    variants: Sequence[str],
    *,
    values: str = OPEN_DATA,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    alone: bool = False,
) -> tuple[Comparison, tuple[Territory, ...]]:
    """Gather territories, values, ratings and variants, then compare.

    Parameters
    ----------
    territories : sequence of str
        Sirens or names, or what names a group.
    variants : sequence of str
        Ids of shipped variants, or files.
    values : str
        ``open-data``, or the path of a file that answers for these territories.
    framework, weights, tier : str, optional
        The defaults of the catalogue when left out.
    alone : bool
        Whether the open data is left out of what a file does not answer.

    Returns
    -------
    comparison : Comparison
        With every intermediate.
    places : tuple of Territory
        Those looked at.

    Raises
    ------
    Refusal
        When anything given is refused.
    """
    catalogue = load_catalogue()
    chosen = [read_variant(name) for name in variants]
    places = tuple({p.siren: p for p in map(find_place, territories)}.values())
    path = None if values == OPEN_DATA else Path(values).resolve()
    own, ratings = {}, {}
    for place in places:
        ready = prepare_values(path, place=place, catalogue=catalogue, alone=alone)
        rows = ready.rows[ready.rows["territory"] == place.siren]
        if rows.empty:
            title, problem = "Comparaison refusée :", f"aucune valeur pour {place.name}"
            remedy = "ajouter ses lignes au fichier"
            raise Refusal(title, [Fault(values, "", problem, remedy)])
        own[place.siren] = rows
        ratings[place.siren] = prepare_ratings(place=place, catalogue=catalogue)
    comparison = compare_variants(
        catalogue, chosen, own=own, ratings=ratings, framework=framework, weights=weights,
        tier=tier,
    )  # fmt: skip
    return comparison, places


def comparison_tables(comparison: Comparison) -> dict[str, str]:
    """CSV texts by file name: needs, hazards, actions and steps looked at, movers among all."""
    tables = {"besoins": need_table, "aleas": hazard_table, "actions": action_table,
              "etapes": step_table}  # fmt: skip
    made = {}
    for name, table in tables.items():
        parts = {code: table(comparison, territory=code) for code in comparison.territories}
        made[f"{name}.csv"] = _csv(pd.concat(parts, names=["territory", ""]).reset_index(0))
    names = load_epci()["name"]
    for case in comparison.cases:
        moved = movers(comparison, case)
        moved.insert(0, "name", names.reindex(moved.index).fillna(""))
        state = "+".join(variant.id for variant in case.variants)
        made[f"territoires-{state}.csv"] = _csv(moved.reset_index())
    return made


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def make_comparison(
    territories: Sequence[str],
    variants: Sequence[str],
    *,
    output: Path,
    values: str = OPEN_DATA,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    alone: bool = False,
    store: Mapping[str, Note] | None = None,
    engine: str = KERNEL,
    brand: Brand | None = None,
) -> tuple[Comparison, tuple[Territory, ...], Report, list[Path]]:
    """Compare, then write the page, the executed notebook and the tables.

    Parameters
    ----------
    territories, variants, values, framework, weights, tier, alone
        As for :func:`prepare_comparison`; the page tells them all, the first territory first.
    output : Path
        Folder; everything goes to ``<output>/<siren of the first>/variantes/``.
    store : mapping of str to Note, optional
        Notes of experts, when they are already read: those of a batch are read once.
    engine : {"noyau", "fourche"}
        What runs the notebook (:func:`diag360.documents.notebook.run_notebook`).
    brand : Brand, optional
        Whose page it is.

    Returns
    -------
    comparison, places
        As :func:`prepare_comparison` gives them.
    report : Report
        Page and executed notebook.
    tables : list of Path
        CSV files.

    Raises
    ------
    Refusal
        When anything given is refused; nothing is written then.
    """
    comparison, places = prepare_comparison(
        territories, variants, values=values, framework=framework, weights=weights, tier=tier,
        alone=alone,
    )  # fmt: skip
    scores = comparison.reference.scores
    folder = output / places[0].siren / "variantes"
    asked = {find_place(name).siren: name for name in territories}
    parameters = {
        "territories": SEPARATOR.join(
            parameter_of(name, place=find_place(name)) for name in asked.values()
        ),
        "variants": SEPARATOR.join(
            str(Path(name).resolve()) if Path(name).suffix else name for name in variants
        ),
        "values": OPEN_DATA if values == OPEN_DATA else str(Path(values).resolve()),
        "complete": "non" if alone else "oui",
        "framework": scores.framework.id,
        "weights": scores.scheme.id,
        "tier": scores.tier,
    }
    written = run_document(
        "14_variantes",
        parameters=parameters,
        folder=folder,
        stem="variantes",
        title=f"{places[0].name} · Variantes comparées",
        store=store,
        engine=engine,
        brand=brand,
    )
    tables = write_texts(folder, comparison_tables(comparison))
    report = Report(html=written.html, notebook=written.notebook, findings=(), notes=written.notes)
    return comparison, places, report, tables
