"""What a unit allows, in words; codes of no territory."""

import pandas as pd

from diag360.catalogue.units import Unit
from diag360.errors import Fault
from diag360.territories.perimeter import load_epci


def unknown_territories(values: pd.DataFrame) -> list[Fault]:
    """Name every code that is not an intercommunalité of the shipped perimeter.

    Parameters
    ----------
    values : DataFrame
        Rows from :func:`diag360.read_values`.

    Returns
    -------
    list of Fault
        One alert per code: it may be another perimeter, or a slip of the keyboard.
    """
    known = load_epci().index
    remedy = "vérifier le Siren ; un autre périmètre n’aura ni population ni contour"
    return [
        Fault(
            "valeurs",
            "territory",
            f"« {code} » n’est pas une intercommunalité au 1ᵉʳ janvier 2025",
            remedy,
        )
        for code in values["territory"].unique()
        if code not in known
    ]


def expected(unit: Unit) -> str:
    """Say which values a unit allows, as they are stored: « de 0 à 13 »."""
    return f"de {_bound(unit.minimum)} à {_bound(unit.maximum)}"


def _bound(value: float | None) -> str:
    return "l’infini" if value is None else f"{value:g}"
