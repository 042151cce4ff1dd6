"""Weights chosen in the explorer, whatever shows them."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from diag360.catalogue.model import Coefficients, WeightScheme
from diag360.challenge.reweigh.needs import worth_of_needs
from diag360.challenge.reweigh.variant import full_coefficients
from diag360.challenge.reweigh.weigh import Bench, raw_weights

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """Weights chosen.

    Parameters
    ----------
    coefficients : Coefficients
        All of them written out.
    exceptions : dict of str to float
        Weights of the indicators set one by one.
    values : dict of str to float
        What needs are worth, 1 when left out.
    """

    coefficients: Coefficients
    exceptions: dict[str, float] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)

    def weights(self, bench: Bench) -> Array:
        """Weight of each indicator, whatever the tier."""
        return raw_weights(bench, coefficients=self.coefficients, exceptions=self.exceptions)

    def worth(self, bench: Bench) -> Array:
        """What each need is worth beside the others."""
        values = np.array([self.values.get(need, 1.0) for need in bench.needs])
        return worth_of_needs(bench, coefficients=self.coefficients, values=values)


def choice_of(scheme: WeightScheme, *, values: dict[str, float] | None = None) -> Choice:
    """Read a scheme as a choice; it says nothing of what needs are worth."""
    return Choice(
        full_coefficients(scheme.coefficients), dict(scheme.indicators), dict(values or {})
    )
