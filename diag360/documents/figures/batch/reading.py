"""The batch a notebook is about: a folder of documents, or the whole of France."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from diag360.catalogue.model import Catalogue
from diag360.documents.batch.results.clusters import Clusters, find_clusters
from diag360.documents.batch.results.gathered import (
    FRANCE,
    HERE,
    Batch,
    find_batch,
    gather,
    read_receipts_of,
)
from diag360.documents.batch.results.nation import nation
from diag360.errors import Fault, Refusal
from diag360.territories.perimeter import plain


def read_batch(
    lot: str, *, framework: str, weights: str, tier: str, part: str = "",
    catalogue: Catalogue | None = None,
) -> Batch:  # fmt: skip
    """Read what a batch made, or compute it for the whole of France.

    Parameters
    ----------
    lot : str
        Folder of a batch; ``ici`` for the one the notebook stands in; ``france`` for all
        intercommunalités, straight from the open data.
    framework, weights, tier : str
        Of what is shown; for a batch, ``lot`` in place of any of them takes that of most of its
        territories. Territories looked at otherwise are left out.
    part : str
        Name of a department or of a region: its territories alone; all when left out.
    catalogue : Catalogue, optional
        The shipped one by default.

    Returns
    -------
    Batch
        Of one framework, one set of weights and one tier.

    Raises
    ------
    Refusal
        When there is no such batch, or nothing in it was looked at that way.
    """
    lot = str(lot)  # papermill reads « 29 » as a number
    if lot == FRANCE:
        asked = {"framework": framework, "weights": weights, "tier": tier}
        chosen = {name: None if value == "lot" else value for name, value in asked.items()}
        return _part(nation(catalogue=catalogue, **chosen), part, place=FRANCE)
    folder = find_batch(Path.cwd()) if lot == HERE else Path(lot)
    batch = gather(read_receipts_of(folder), catalogue=catalogue, folder=folder)
    for column, value in (("framework", framework), ("weights", weights), ("tier", tier)):
        found = batch.tables["territoires"][column]
        if found.empty:
            return batch
        kept = str(found.value_counts(sort=True).index[0]) if value == "lot" else value
        batch = batch.where(column, kept)
        if batch.places.empty:
            title = "Lot refusé :"
            problem = f"aucun territoire n’y est regardé avec « {value} »"
            remedy = f"choisir parmi : {', '.join(sorted(set(found)))}"
            raise Refusal(title, [Fault(str(folder), column, problem, remedy)])
    return _part(batch, part, place=str(folder))


def _part(batch: Batch, part: str, *, place: str) -> Batch:
    """Keep the territories of a department or of a region, named with or without accents."""
    if not part:
        return batch
    places = batch.tables["territoires"]
    for column in ("department", "region"):
        for name in sorted(set(places[column].dropna())):
            if plain(str(name)) == plain(str(part)):
                return replace(batch.where(column, str(name)), left_out=batch.left_out)
    known = ", ".join(sorted(set(places["department"].dropna()) | set(places["region"].dropna())))
    problem = f"« {part} » n’est ni un département ni une région de ces territoires"
    title = "Lot refusé :"
    raise Refusal(title, [Fault(place, "part", problem, f"choisir parmi : {known}")])


def find_groups(batch: Batch, *, generator: np.random.Generator) -> Clusters | None:
    """Look for groups of territories that look alike: see :func:`find_clusters`."""
    return find_clusters(batch.wide("score"), generator=generator)
