"""What a target is called, and whether the catalogue still has it."""

from collections.abc import Mapping

from diag360.catalogue.french import space
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.target import Target


def known_target(
    target: Target, *, catalogue: Catalogue, cells: Mapping[str, frozenset[str]] | None
) -> bool:
    """Tell whether what a note speaks of still exists.

    Parameters
    ----------
    target : Target
        Of the note.
    catalogue : Catalogue
        Today's.
    cells : mapping of str to frozenset of str, or None
        Ids of the cells of each notebook, by its name without ending; None leaves paragraphs
        unchecked.

    Returns
    -------
    bool
        Of a dependency, whether both needs exist: a note may ask for one that nobody drew.
    """
    first = target.parts[0]
    match target.kind:
        case "indicateur" | "seuil" | "poids" | "valeur":
            return first in catalogue.indicators
        case "alea" | "cotation":
            return first in catalogue.hazards
        case "besoin":
            return any(first in _needs(catalogue, frame) for frame in catalogue.frameworks)
        case "dependance":
            return {*target.parts[1:]} <= _needs(catalogue, first).keys()
        case "paragraphe":
            return cells is None or target.parts[1] in cells.get(first, ())
        case _:
            return False


def target_label(target: Target, *, catalogue: Catalogue) -> str:
    """Say in French what a note speaks of; ids stand for what is gone.

    Parameters
    ----------
    target : Target
        Of the note.
    catalogue : Catalogue
        Where labels are.

    Returns
    -------
    str
        « Taux de pauvreté, seuil », « Boire s’appuie sur Avoir accès à l’énergie ».
    """
    first, *others = target.parts
    match target.kind:
        case "indicateur":
            return _indicator_label(first, catalogue)
        case "seuil" | "poids":
            return f"{_indicator_label(first, catalogue)}, {target.kind}"
        case "valeur":
            return f"{_indicator_label(first, catalogue)}, valeur pour {others[0]}"
        case "besoin":
            labels = [_needs(catalogue, frame).get(first, "") for frame in catalogue.frameworks]
            return next((label for label in labels if label), first)
        case "alea" | "cotation":
            label = catalogue.hazards[first].label if first in catalogue.hazards else first
            return label if target.kind == "alea" else f"{label}, cotation pour {others[0]}"
        case "dependance":
            needs = _needs(catalogue, first)
            need, on = (needs.get(part, part) for part in others)
            return f"{need} s’appuie sur {on}"
        case "paragraphe":
            only = f", pour {others[1]}" if len(others) > 1 else ""
            return space(f"paragraphe « {others[0]} » de {first}{only}")
        case _:
            return first


def _needs(catalogue: Catalogue, framework: str) -> dict[str, str]:
    """Labels of the needs of a framework, by id; empty when there is no such framework."""
    frame = catalogue.frameworks.get(framework)
    return {need.id: need.label for need in frame.needs} if frame else {}


def _indicator_label(name: str, catalogue: Catalogue) -> str:
    """Label of an indicator, with its need when others have the same label."""
    indicator = catalogue.indicators.get(name)
    if indicator is None:
        return name
    if sum(other.label == indicator.label for other in catalogue.indicators.values()) == 1:
        return indicator.label
    default = catalogue.settings.default_framework
    for frame in sorted(indicator.needs, key=lambda frame: frame != default):
        need = indicator.needs[frame].primary
        return f"{indicator.label} ({_needs(catalogue, frame).get(need, need)})"
    return indicator.label
