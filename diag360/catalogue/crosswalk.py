"""How two groupings of the same indicators answer each other."""

from collections import Counter

from diag360.catalogue.model import Catalogue


def crosswalk(catalogue: Catalogue, *, rows: str, columns: str) -> dict[tuple[str, str], int]:
    """Count the indicators that stand under a need of one framework and a need of another.

    Parameters
    ----------
    catalogue : Catalogue
        Indicators and frameworks.
    rows, columns : str
        Ids of two frameworks.

    Returns
    -------
    dict of (str, str) to int
        For every pair of needs, in the order of the frameworks: how many indicators have both
        for primary need. Indicators of one framework only are in no pair.
    """
    found = Counter(
        (i.needs[rows].primary, i.needs[columns].primary)
        for i in catalogue.indicators.values()
        if rows in i.needs and columns in i.needs
    )
    return {
        (row.id, column.id): found[row.id, column.id]
        for row in catalogue.frameworks[rows].needs
        for column in catalogue.frameworks[columns].needs
    }
