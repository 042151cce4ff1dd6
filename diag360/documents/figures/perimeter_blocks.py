"""What a group is made of: each value beside those of its members."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.figures.fragments import Fragment, render


def members(detail: pd.DataFrame | None, *, rows: pd.DataFrame, catalogue: Catalogue) -> Fragment:
    """Show the values of a group beside those of its members, by indicator.

    Parameters
    ----------
    detail : DataFrame or None
        From :class:`diag360.territories.prepare.Prepared`; None for an intercommunalité.
    rows : DataFrame
        Rows of the group.
    catalogue : Catalogue
        Labels and units.

    Returns
    -------
    Fragment
        Folded table, one column per member; nothing for an intercommunalité.
    """
    if detail is None:
        return Fragment("")
    names = dict(zip(detail["member"], detail["name"], strict=True))
    of_group = {str(row["indicator"]): row for row in rows.to_dict("records")}
    lines = []
    for indicator, group in detail[detail["value"] != ""].groupby("indicator", sort=False):
        own = {str(row["member"]): row for row in group.to_dict("records")}
        shown = of_group.get(str(indicator), {})
        lines.append(
            {
                "label": catalogue.indicators[str(indicator)].label,
                "whole": _printed(str(indicator), shown, catalogue) or "non recombinable",
                "comment": str(shown.get("comment", "")),
                "parts": [_printed(str(indicator), own.get(code, {}), catalogue) for code in names],
            }
        )
    return render("members", names=list(names.values()), lines=lines)


def _printed(indicator: str, row: Mapping[Hashable, Any], catalogue: Catalogue) -> str:
    raw = str(row.get("value", ""))
    if not raw:
        return ""
    return text.value_text(
        catalogue.indicators[indicator],
        raw=raw,
        amount=float(str(row.get("number", "nan"))),
        unit=catalogue.unit(indicator),
    )
