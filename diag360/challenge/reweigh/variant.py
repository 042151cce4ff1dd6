"""Weights chosen by hand ↔ the part of a variant that says the same."""

from collections.abc import Mapping

import numpy as np

from diag360.catalogue.model import Catalogue, Coefficients, WeightScheme
from diag360.challenge.reweigh.weigh import CRITERIA, Bench, raw_weights
from diag360.challenge.variants.apply import apply_variant
from diag360.challenge.variants.model import Variant
from diag360.errors import Fault, Refusal

_OWN = ("scheme", "weights")


def full_coefficients(coefficients: Coefficients) -> Coefficients:
    """Write every coefficient out, those that are 1 too."""
    return Coefficients.model_validate(
        {
            name: {value: getattr(coefficients, name).get(value, 1.0) for value in values}
            for name, values in CRITERIA.items()
        }
    )


def changes_of_weights(
    bench: Bench,
    *,
    reference: WeightScheme,
    coefficients: Coefficients,
    exceptions: Mapping[str, float],
) -> dict[str, object]:
    """Say as changes to a scheme what weights were chosen.

    Parameters
    ----------
    bench : Bench
        Gives the indicators; those of other frameworks are left as they are.
    reference : WeightScheme
        What is changed.
    coefficients : Coefficients
        Chosen.
    exceptions : mapping of str to float
        Weights given to indicators one by one.

    Returns
    -------
    dict
        ``scheme`` when a coefficient differs, ``weights`` for the indicators whose weight
        coefficients alone do not give; empty when nothing changes.
    """
    chosen, own = full_coefficients(coefficients), full_coefficients(reference.coefficients)
    changes: dict[str, object] = {}
    if chosen != own:
        changes["scheme"] = chosen.model_dump()
    wanted = raw_weights(bench, coefficients=chosen, exceptions=exceptions)
    given = raw_weights(bench, coefficients=chosen, exceptions=reference.indicators)
    weights = {bench.indicators[at]: float(wanted[at]) for at in np.flatnonzero(wanted != given)}
    if weights:
        changes["weights"] = weights
    return changes


def weights_of_variant(catalogue: Catalogue, variant: Variant, *, reference: str) -> WeightScheme:
    """Read the weights a variant asks for.

    Parameters
    ----------
    catalogue : Catalogue
        What the variant changes.
    variant : Variant
        Read from a file.
    reference : str
        Id of the scheme its weights and coefficients change.

    Returns
    -------
    WeightScheme
        The scheme once changed.

    Raises
    ------
    Refusal
        When the variant does not fit the catalogue, or changes no weight.
    """
    if not any(getattr(variant.changes, name) for name in _OWN):
        title = "Variante refusée :"
        problem = "cette variante ne change aucun poids"
        remedy = "la lire avec « diag360 compare », qui montre tout ce qu’elle change"
        raise Refusal(title, [Fault(variant.file, "changes", problem, remedy)])
    return apply_variant(catalogue, variant, weights=reference).weights[reference]


def left_aside(variant: Variant) -> tuple[str, ...]:
    """Keys of a variant that are not about weights."""
    changes = variant.changes
    return tuple(
        name
        for name in type(changes).model_fields
        if name not in _OWN and getattr(changes, name) not in (None, {}, ())
    )
