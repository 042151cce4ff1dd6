"""What a group is made of: each value beside those of its members."""

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.documents.figures.diagnosis.collection import printed
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
    of_group = {
        str(name): (str(value), str(comment))
        for name, value, comment in zip(
            rows["indicator"], rows["value"], rows["comment"], strict=True
        )
    }
    lines = []
    for indicator, group in detail[detail["value"] != ""].groupby("indicator", sort=False):
        name = str(indicator)
        own = {
            str(code): printed(name, str(value), catalogue=catalogue)
            for code, value in zip(group["member"], group["value"], strict=True)
        }
        value, comment = of_group.get(name, ("", ""))
        lines.append(
            {
                "label": catalogue.indicators[name].label,
                "whole": printed(name, value, catalogue=catalogue) or "non recombinable",
                "comment": comment,
                "parts": [own.get(code, "") for code in names],
            }
        )
    return render("members", names=list(names.values()), lines=lines)
