"""A catalogue and a variant → a new catalogue, rebuilt through the same models and checks."""

import re
from collections.abc import Callable, Mapping, Sequence

from diag360.catalogue.model import Catalogue
from diag360.challenge.variants.changes import (
    bring_in,
    change_mean,
    change_scale,
    change_scheme,
    change_weight,
    take_out,
)
from diag360.challenge.variants.draft import Draft, crossed_faults
from diag360.challenge.variants.hazards import (
    change_edge,
    change_effect,
    change_gamma,
    change_link,
)
from diag360.challenge.variants.model import Variant
from diag360.challenge.variants.steps import Step, StepKind, conflicts, steps_of
from diag360.errors import Fault, Refusal

_CHANGE: Mapping[StepKind, Callable[[Draft, Step], None]] = {
    "scheme": change_scheme,
    "weight": change_weight,
    "scale": change_scale,
    "out": take_out,
    "in": bring_in,
    "aggregation": change_mean,
    "effect": change_effect,
    "link": change_link,
    "edge": change_edge,
    "gamma": change_gamma,
}
_REFERENCE = re.compile(r"[a-z0-9_]+")
_TITLE = "Variante refusée :"


def apply_variant(
    catalogue: Catalogue, variant: Variant, *, weights: str | None = None
) -> Catalogue:
    """Apply a variant to a catalogue.

    Parameters
    ----------
    catalogue : Catalogue
        Reference, left as it is.
    variant : Variant
        What changes.
    weights : str, optional
        Id of the weight scheme that its weights and coefficients change; the default one.

    Returns
    -------
    Catalogue
        Its version is that of the reference, ``+`` and the id of the variant.

    Raises
    ------
    Refusal
        With every fault: a name the catalogue does not know, a record its model refuses, a
        contradiction between records, a change that changes nothing.
    """
    return apply_variants(catalogue, [variant], weights=weights)


def apply_variants(
    catalogue: Catalogue, variants: Sequence[Variant], *, weights: str | None = None
) -> Catalogue:
    """Apply several variants, one after the other.

    Parameters
    ----------
    catalogue : Catalogue
        Reference, left as it is.
    variants : sequence of Variant
        In the order they are applied.
    weights : str, optional
        As for :func:`apply_variant`.

    Returns
    -------
    Catalogue
        Its version names them all.

    Raises
    ------
    Refusal
        As for :func:`apply_variant`; and when two of them change the same thing.
    """
    faults = conflicts(variants)
    for variant in variants:
        faults += _unknown_references(catalogue, variant)
    steps = [step for variant in variants for step in steps_of(variant)]
    version = "+".join([catalogue.version, *(variant.id for variant in variants)])
    return _apply(catalogue, steps, weights=weights, version=version, faults=faults)


def apply_steps(
    catalogue: Catalogue, steps: Sequence[Step], *, weights: str | None = None
) -> Catalogue:
    """Apply some steps of a variant, to see what each one does.

    Raises
    ------
    Refusal
        As for :func:`apply_variant`.
    """
    version = "+".join([catalogue.version, *dict.fromkeys(step.variant for step in steps)])
    return _apply(catalogue, steps, weights=weights, version=version, faults=[])


def _apply(
    catalogue: Catalogue, steps: Sequence[Step], *, weights: str | None, version: str,
    faults: list[Fault],
) -> Catalogue:  # fmt: skip
    scheme = catalogue.settings.default_weights if weights is None else weights
    if scheme not in catalogue.weights:
        problem, remedy = f"« {scheme} » inconnu", f"choisir parmi : {', '.join(catalogue.weights)}"
        raise Refusal(_TITLE, [Fault("poids", "", problem, remedy)])
    draft = Draft(catalogue, scheme=scheme)
    for step in steps:
        _CHANGE[step.kind](draft, step)
    made = draft.finished(version=version)
    faults = [*faults, *draft.faults]
    if not faults and steps:
        faults = crossed_faults(made, file=steps[-1].file)
    if faults:
        raise Refusal(_TITLE, faults)
    return made


def _unknown_references(catalogue: Catalogue, variant: Variant) -> list[Fault]:
    """List words that look like an id of ``references.yaml`` and are none."""
    return [
        Fault(
            variant.file, f"references.{at}", f"référence « {name} » inconnue du catalogue",
            "l’ajouter à references.yaml, ou l’écrire en toutes lettres avec son DOI",
        )
        for at, name in enumerate(variant.references)
        if _REFERENCE.fullmatch(name) and name not in catalogue.references
    ]  # fmt: skip
