"""What is readable but cannot be true: physical range of the units, codes of no territory."""

import numpy as np
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.catalogue.units import Unit, outside_range
from diag360.errors import Fault
from diag360.territories.perimeter import load_epci


def physical_range(values: pd.DataFrame, *, catalogue: Catalogue) -> list[Fault]:
    """Name every value that is impossible in its unit, such as a share of 13.2.

    Parameters
    ----------
    values : DataFrame
        Rows from :func:`diag360.read_values`.
    catalogue : Catalogue
        Gives the unit of each indicator.

    Returns
    -------
    list of Fault
        One alert per value; such a value is still scored, at one end of its scale.
    """
    alerts = []
    for name, group in values.dropna(subset=["number"]).groupby("indicator", sort=False):
        unit = catalogue.unit(str(name))
        if unit is None:
            continue
        numbers = group["number"].to_numpy(dtype=float)
        for at in np.flatnonzero(outside_range(numbers, unit=unit)):
            place = f"{group['territory'].iloc[at]}, {name}"
            problem = f"« {group['value'].iloc[at]} » est impossible ({unit.label})"
            alerts.append(Fault("valeurs", place, problem, _remedy(float(numbers[at]), unit)))
    return alerts


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


def _remedy(value: float, unit: Unit) -> str:
    as_fraction = value / unit.factor
    if unit.factor == 100 and not outside_range(np.array([as_fraction]), unit=unit)[0]:
        return f"un pour cent écrit tel quel ? une part s’écrit en fraction : {as_fraction:.6g}"
    return f"attendu : de {_bound(unit.minimum)} à {_bound(unit.maximum)}"


def _bound(value: float | None) -> str:
    return "l’infini" if value is None else f"{value:g}"
