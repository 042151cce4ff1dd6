"""What a batch made, gathered from its receipts: tables, pages, failures."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue, Framework
from diag360.documents.batch.results.fields import FIELDS, Columns, columns, frame
from diag360.documents.batch.results.pages import Failed, Page, failed_of, pages_of, sort_name
from diag360.documents.batch.task import DOCUMENTS
from diag360.errors import Fault, Refusal

__all__ = ["FRANCE", "HERE", "Batch", "Page", "find_batch", "gather", "read_receipts_of"]
RECEIPTS, RECORD = ".lot", "run.json"
_HEAD = {"key", "code", "document", "status"}
DONE = "fait"
HERE = "ici"  # the batch whose folder, or a folder above it, is the working one
FRANCE = "france"


@dataclass(frozen=True, slots=True)
class Batch:
    """Territories scored together.

    Parameters
    ----------
    catalogue : Catalogue
        With which they were.
    tables : mapping of str to DataFrame
        By name in ``FIELDS``.
    pages : mapping of str to tuple of Page
        Documents of each territory.
    failed : tuple of Failed
        What was not made.
    whole : bool
        Whether it is the whole of France, computed without any document.
    left_out : int
        Territories looked at otherwise than those kept.
    """

    catalogue: Catalogue
    tables: Mapping[str, pd.DataFrame]
    pages: Mapping[str, tuple[Page, ...]]
    failed: tuple[Failed, ...] = ()
    whole: bool = False
    left_out: int = 0

    @property
    def places(self) -> pd.DataFrame:
        """Territories, by code, in the order of their names."""
        return self.tables["territoires"].set_index("territory")

    @property
    def framework(self) -> Framework:
        """Framework of most of its territories; the default one of an empty batch."""
        found = self.tables["territoires"]["framework"]
        settings = self.catalogue.settings
        name = settings.default_framework if found.empty else found.value_counts().index[0]
        return self.catalogue.frameworks[str(name)]

    def where(self, column: str, value: str) -> "Batch":
        """Keep the territories that have a value in a column of ``territoires``."""
        places = self.tables["territoires"]
        kept = set(places.loc[places[column] == value, "territory"])
        tables = {
            name: table[table["territory"].isin(kept)].reset_index(drop=True)
            for name, table in self.tables.items()
        }
        left = self.left_out + len(places) - len(kept)
        return replace(self, tables=tables, left_out=left)

    def wide(self, column: str) -> pd.DataFrame:
        """Give a column of the needs, territories by needs of the framework, NaN where missing."""
        table = self.tables["besoins"]
        made = table.pivot_table(index="territory", columns="need", values=column, aggfunc="first")
        return made.reindex(
            index=list(self.places.index), columns=[need.id for need in self.framework.needs]
        )


def read_receipts_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Read the receipts of a batch as plain values, by key, in the order of their names.

    Those of documents that the last run was not asked for are left out, as ``run.json`` tells; so
    are those that cannot be read. Their results are columns, not rows: those of all of France
    would take half a gigabyte.

    Raises
    ------
    Refusal
        When the folder is not that of a batch.
    """
    asked, texts = _asked(folder), dict[Any, Any]()
    found = (_json(place) for place in sorted((folder / RECEIPTS).glob("*.json")))
    receipts = {
        str(one["key"]): _light(one, texts)
        for one in found
        if one.keys() >= _HEAD and (asked is None or one["key"] in asked)
    }
    if not receipts:
        title = "Lot refusé :"
        problem = "aucun document de lot dans ce dossier"
        remedy = "donner le dossier qu’a rempli diag360 batch"
        raise Refusal(title, [Fault(str(folder), "", problem, remedy)])
    return receipts


def _asked(folder: Path) -> set[str] | None:
    """Keys of the last run; None when it did not say."""
    listed = _json(folder / RECORD).get("documents")
    return {str(one.get("key")) for one in listed} if listed else None


def _columns(name: str, rows: Any) -> Columns:
    """Columns of a table, whether they were already made or not."""
    return rows if isinstance(rows, dict) else columns(name, rows)


def _light(receipt: dict[str, Any], known: dict[Any, Any]) -> dict[str, Any]:
    """Turn the results of a receipt into columns, each text kept once for all receipts."""
    results = receipt.get("results") or {}
    receipt["results"] = {
        name: {
            column: [known.setdefault(value, value) if isinstance(value, str) else value
                     for value in part]
            for column, part in columns(name, results[name]).items()
        }
        for name in FIELDS if name in results
    }  # fmt: skip
    return receipt


def _json(path: Path) -> dict[str, Any]:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return body if isinstance(body, dict) else {}


def gather(
    receipts: Mapping[str, Mapping[str, Any]], *, catalogue: Catalogue | None = None,
    keys: Iterable[str] | None = None, folder: Path | None = None,
) -> Batch:  # fmt: skip
    """Gather what a batch made.

    Parameters
    ----------
    receipts : mapping of str to mapping
        By key, as they are written.
    catalogue : Catalogue, optional
        The shipped one by default.
    keys : iterable of str, optional
        Those of the manifest: receipts of what it no longer asks for are left out. All when left
        out.
    folder : Path, optional
        Of the batch: a partial notebook named by its whole path is found in it.

    Returns
    -------
    Batch
        Territories in the order of their names. One whose documents are several gives its
        numbers once, from the first document of ``DOCUMENTS`` that it has.
    """
    rank = {name: at for at, name in enumerate(DOCUMENTS)}
    wanted = receipts.keys() if keys is None else [key for key in keys if key in receipts]
    kept = sorted(
        (receipts[key] for key in wanted),
        key=lambda one: (str(one["code"]), rank.get(str(one["document"]), len(rank))),
    )
    results: dict[str, Mapping[str, Any]] = {}
    pages: dict[str, list[Page]] = {}
    failed = []
    for one in kept:
        code = str(one["code"])
        if one["status"] != DONE:
            failed.append(failed_of(one, folder=folder))
            continue
        pages.setdefault(code, []).extend(pages_of(one))
        if one.get("results") and code not in results:
            results[code] = one["results"]
    tables = {
        name: frame(name, (_columns(name, one.get(name, [])) for one in results.values()))
        for name in FIELDS
    }
    places = tables["territoires"]
    tables["territoires"] = places.iloc[_by_name(places["name"])].reset_index(drop=True)
    return Batch(
        catalogue=catalogue or load_catalogue(),
        tables=tables,
        pages={code: tuple(found) for code, found in pages.items()},
        failed=tuple(sorted(failed, key=lambda one: (sort_name(one.name), one.document))),
    )


def find_batch(start: Path) -> Path:
    """Find the folder of the batch that a folder is in.

    Raises
    ------
    Refusal
        When there is none.
    """
    for folder in (start, *start.parents):
        if (folder / RECEIPTS).is_dir():
            return folder
    title = "Lot refusé :"
    problem = "ni ce dossier ni ceux qui le contiennent ne viennent d’un lot"
    raise Refusal(title, [Fault(str(start), "", problem, "donner le dossier du lot")])


def _by_name(names: pd.Series) -> list[int]:
    ranked = [(sort_name(str(name)), at) for at, name in enumerate(names)]
    return [at for _, at in sorted(ranked)]
