"""Rows of ``diag360 list``, as text."""

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.territories.perimeter import load_epci

Rows = list[tuple[str, ...]]


def listing(what: str) -> Rows:
    """List territories, indicators, needs or weights, one tuple of texts a line.

    Parameters
    ----------
    what : {"territories", "indicators", "needs", "weights"}
        What to list.

    Returns
    -------
    list of tuple of str
        Id first.

    Raises
    ------
    KeyError
        For anything else.
    """
    if what == "territories":
        table = load_epci().sort_values("name")
        return [
            (str(siren), str(row["name"]), str(row["department"]), str(row["population"]))
            for siren, row in table.iterrows()
        ]
    return {"indicators": _indicators, "needs": _needs, "weights": _weights}[what](load_catalogue())


def _indicators(catalogue: Catalogue) -> Rows:
    default = catalogue.settings.default_framework
    return [
        (
            indicator.id,
            text.LABELS[indicator.kind],
            indicator.needs[default].primary if default in indicator.needs else "",
            indicator.tier,
            indicator.label,
        )
        for indicator in catalogue.indicators.values()
    ]


def _needs(catalogue: Catalogue) -> Rows:
    return [
        (need.id, framework.id, framework.categories[need.category], need.label)
        for framework in catalogue.frameworks.values()
        for need in framework.needs
    ]


def _weights(catalogue: Catalogue) -> Rows:
    return [
        (scheme.id, scheme.label, f"{scheme.author}, {scheme.date}", scheme.justification.strip())
        for scheme in catalogue.weights.values()
    ]
