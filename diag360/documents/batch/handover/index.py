"""The index of a batch: one page, no server; a plain list that a small script makes searchable."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from diag360.documents import text
from diag360.documents.batch.handover.index_words import (
    LICENCES,
    SORTING,
    head_sentences,
    lost,
    nature_of,
    title_sentence,
)
from diag360.documents.batch.results.gathered import Batch, gather
from diag360.documents.batch.results.pages import Failed, Page, sort_name
from diag360.documents.brand import Brand, brand_css, brand_html
from diag360.documents.figures.fragments import render
from diag360.documents.typography import typeset
from diag360.files import write_texts
from diag360.paths import templates_dir
from diag360.territories.perimeter import load_epci

INDEX = "index.html"
_STATIC = ("variables.css", "blocks.css", "page.css")
_SCRIPTS = "<!--scripts-->"  # put after French spaces, which would change them


@dataclass(frozen=True, slots=True)
class Line:
    """A territory of the index.

    Parameters
    ----------
    code, name, nature, department : str
        Who it is; nature and department as they are printed.
    known, coverage : str
        « 7 sur 18 » and « 52 % »; empty when nothing was scored.
    share : int or None
        Coverage [percent], for the order.
    pages : tuple of Page
        Its documents.
    failed : tuple of Failed
        Those that were not made.
    needs : list
        By need of the framework: ``[score, low, high]`` on 100, the score None when it is
        undetermined; ``[]`` when no indicator applies; None instead of the list when the
        territory was not scored in this framework.
    """

    code: str
    name: str
    nature: str
    department: str
    known: str
    coverage: str
    share: int | None
    pages: tuple[Page, ...]
    failed: tuple[Failed, ...]
    needs: list[list[int | None]] | None


def make_index(
    output: Path, receipts: Mapping[str, Mapping[str, Any]], *, title: str = "",
    keys: Iterable[str] | None = None, brand: Brand | None = None, extras: Sequence[Page] = (),
    missing: int = 0,
) -> Path:  # fmt: skip
    """Write the index of a batch from its receipts.

    Parameters
    ----------
    output : Path
        Folder of the batch; the page is ``index.html``.
    receipts : mapping of str to mapping
        By key, as they are written.
    title : str
        Of the page; how many territories there are when left out.
    keys : iterable of str, optional
        What the manifest asks for; every receipt when left out.
    brand : Brand, optional
        Whose page it is.
    extras : sequence of Page
        What concerns all territories: synthesis, spreadsheet, data.
    missing : int
        Documents that a run stopped on its way has not tried.

    Returns
    -------
    Path
        The page; the same receipts give the same bytes.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    batch = gather(receipts, keys=keys, folder=output)
    page = index_html(batch, title=title, brand=brand, extras=extras, missing=missing)
    return write_texts(output, {INDEX: page})[0]


def index_html(
    batch: Batch, *, title: str = "", brand: Brand | None = None, extras: Sequence[Page] = (),
    missing: int = 0,
) -> str:  # fmt: skip
    """Give the page of a batch, as :func:`make_index` writes it."""
    lines = index_lines(batch)
    needs = batch.framework.needs
    data = {
        "needs": [need.label for need in needs],
        "rows": [[line.share, line.needs] for line in lines],
    }
    script = (templates_dir() / "document" / "batch_index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    static = templates_dir() / "nbconvert" / "diag360" / "static"
    parts = [(static / name).read_text(encoding="utf-8") for name in _STATIC]
    parts[0] = f":root {{\n{parts[0]}}}\n"
    parts.append((templates_dir() / "document" / "batch_index.css").read_text(encoding="utf-8"))
    categories = {
        batch.framework.categories[category]: [
            (at, need.label) for at, need in enumerate(needs) if need.category == category
        ]
        for category in dict.fromkeys(need.category for need in needs)
    }
    page = render(
        "batch_index",
        title=title or title_sentence(batch),
        sentences=head_sentences(batch, missing=missing),
        sorting=SORTING,
        licences=LICENCES,
        style="".join(parts) + brand_css(brand),
        brand=brand_html(brand),
        extras=extras,
        lines=lines,
        natures=sorted({line.nature for line in lines if line.nature}),
        departments=sorted({line.department for line in lines if line.department}, key=sort_name),
        categories=categories,
        failed=batch.failed,
        catalogue=batch.catalogue,
        digest=digest,
    ).html
    # What ends a script is the same in a text of JSON.
    words = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    scripts = (
        f'<script type="application/json" id="donnees">{words}</script>\n<script>{script}</script>'
    )
    return typeset(page).replace(_SCRIPTS, scripts)


def index_lines(batch: Batch) -> list[Line]:
    """Give the lines of the index, in the order of the names."""
    wide = {name: batch.wide(name) for name in ("score", "low", "high")}
    failed: dict[str, list[Failed]] = {}
    for one in batch.failed:
        failed.setdefault(one.code, []).append(one)
    lines = []
    for code, place in batch.places.iterrows():
        own = str(code)
        here = place["framework"] == batch.framework.id
        numbers = [wide[name].loc[own] for name in wide] if here else []
        share = None if pd.isna(place["coverage"]) else int(text.score(float(place["coverage"])))
        lines.append(
            Line(
                code=own,
                name=str(place["name"]),
                nature=nature_of(str(place["nature"])),
                department=str(place["department"]),
                known=f"{place['determined']} sur {place['needs']}",
                coverage="" if share is None else text.share(float(place["coverage"])),
                share=share,
                pages=batch.pages.get(own, ()),
                failed=tuple(failed.get(own, ())),
                needs=[_need(*three) for three in zip(*numbers, strict=True)] if here else None,
            )
        )
    epci = load_epci()
    for code, name in lost(batch).items():
        listed = code in epci.index
        lines.append(
            Line(
                code=code,
                name=name,
                nature=nature_of(str(epci.loc[code, "nature"])) if listed else "",
                department=str(epci.loc[code, "department_name"]) if listed else "",
                known="",
                coverage="",
                share=None,
                pages=(),
                failed=tuple(failed[code]),
                needs=None,
            )
        )
    return sorted(lines, key=lambda line: sort_name(line.name))


def _need(score: float, low: float, high: float) -> list[int | None]:
    if pd.isna(low):
        return []
    first, last = text.short_interval(low, high).split("–")
    return [None if pd.isna(score) else int(text.score(score)), int(first), int(last)]
