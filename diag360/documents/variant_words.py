"""Variants in plain French: what each step changes, who signs, what became of it."""

from typing import cast

from diag360.catalogue.hazards import Gamma
from diag360.catalogue.model import Catalogue, Coefficients
from diag360.challenge.variants.model import EdgeChange, Mean, Variant
from diag360.challenge.variants.steps import ScaleChange, Step
from diag360.documents import text

ROLES = {
    "terrain": "expert de terrain",
    "thematique": "expert thématique",
    "porteur": "porteur du commun",
    "collectivite": "collectivité",
    "equipe": "équipe diag360",
}
STATUSES = {"ouverte": "ouverte", "acceptee": "acceptée", "rejetee": "rejetée"}
CLASSES = ("très faible", "faible", "moyenne", "bonne", "très bonne")
_MEANS = {
    "arithmetic": "moyenne arithmétique",
    "geometric": "moyenne géométrique",
    "power": "moyenne de puissance",
    "mpi": "moyenne pénalisée par le déséquilibre",
}
_BENDS = {
    "endpoints": "d’un bout à l’autre",
    "piecewise": "de seuil en seuil",
    "exponential": "exponentielle",
}
_CRITERIA = {"category": "catégorie", "kind": "sorte", "response": "réponse", "basis": "bornage"}


def step_words(step: Step, *, catalogue: Catalogue) -> str:
    """Say in a few words what a step changes.

    Parameters
    ----------
    step : Step
        One change.
    catalogue : Catalogue
        Reference: gives labels, and what stood there before.

    Returns
    -------
    str
        Without a final stop.
    """
    match step.kind:
        case "scheme":
            return f"Coefficients des poids : {_coefficients(cast(Coefficients, step.value))}"
        case "weight":
            weight = _plain(cast(float, step.value))
            return f"Poids {weight} pour {_indicator(catalogue, step.key[0])}"
        case "scale":
            return _scale(cast(ScaleChange, step.value), step.key[0], catalogue)
        case "out":
            return f"Sans {_indicator(catalogue, step.key[0])}"
        case "in":
            return f"Demandé en plus : {_indicator(catalogue, step.key[0])}"
        case "aggregation":
            mean = cast(Mean, step.value)
            bent = "" if mean.exponent is None else f" {_plain(mean.exponent)}"
            return (
                f"{_MEANS[mean.kind].capitalize()}{bent} pour « {_need(catalogue, step.key[0])} »"
            )
        case "effect":
            hazard, _, need = step.key
            force = f"effet {step.value} sur 3"
            return f"{catalogue.hazards[hazard].label}, {force} sur « {_need(catalogue, need)} »"
        case "link":
            cause, effect = (catalogue.hazards[end].label for end in step.key[0].split("-"))
            return f"Lien de « {cause} » vers « {effect} » : {_plain(cast(float, step.value))}"
        case "edge":
            return _edge(cast(EdgeChange, step.value), catalogue)
        case "gamma":
            gamma = cast(Gamma, step.value)
            return (
                f"Part transmise entre besoins : {_plain(gamma.central)} "
                f"({_plain(gamma.low)} à {_plain(gamma.high)})"
            )


def signature(variant: Variant) -> str:
    """Who proposes, from where, and when."""
    role = ROLES[variant.role]
    said = "" if variant.author.lower() == role else f" ({role})"
    return f"{variant.author}{said}, {day(variant.date)}"


def day(date: object) -> str:
    """Print a date the French way, in digits."""
    year, month, number = str(date).split("-")
    return f"{number}/{month}/{year}"


def fate(variant: Variant) -> str:
    """Status of a variant, with who decided and why."""
    if variant.decision is None:
        return "Ouverte au débat : personne n’a encore tranché."
    decision = variant.decision
    word = STATUSES[variant.status].capitalize()
    return f"{word} le {day(decision.date)} par {decision.by} : {decision.reason}"


def _scale(change: ScaleChange, name: str, catalogue: Catalogue) -> str:
    indicator, unit = catalogue.indicators[name], catalogue.unit(name)
    said = []
    if change.anchors and unit is not None:
        points = [
            f"{text.threshold(float(anchor.value), unit)} vaut {text.score(anchor.score)}"
            for anchor in change.anchors
            if not isinstance(anchor.value, str)
        ]
        said.append(", ".join(points))
    said += [f"« {word} » vaut {text.score(score)}" for word, score in change.choices]
    if change.bend is not None:
        bent = "" if change.bend.k is None else f" ({_plain(change.bend.k)})"
        said.append(f"échelle {_BENDS[change.bend.kind]}{bent}")
    if change.direction is not None:
        said.append(f"sens : {change.direction}")
    return f"Seuils de « {indicator.label} » : {', '.join(said)}"


def _edge(edge: EdgeChange, catalogue: Catalogue) -> str:
    ends = f"« {_need(catalogue, edge.need)} » de « {_need(catalogue, edge.on)} »"
    if edge.strength == 0:
        return f"Plus de dépendance de {ends}"
    delay = "" if edge.delay is None else f", délai de {_plain(edge.delay)} j"
    return f"Dépendance de {ends} : {edge.strength} sur 3{delay}"


def _coefficients(coefficients: Coefficients) -> str:
    said = [
        f"{_CRITERIA[criterion]} ({', '.join(f'{n} {_plain(f)}' for n, f in factors.items())})"
        for criterion, factors in coefficients.model_dump().items()
        if factors
    ]
    return " ; ".join(said) or "tous à 1"


def _indicator(catalogue: Catalogue, name: str) -> str:
    return f"« {catalogue.indicators[name].label} » ({name})"


def _need(catalogue: Catalogue, name: str) -> str:
    labels = {n.id: n.label for frame in catalogue.frameworks.values() for n in frame.needs}
    return labels[name]


def _plain(value: float) -> str:
    """Print a parameter with the decimals it has, four at most."""
    decimals = next((d for d in range(4) if abs(round(value, d) - value) < 1e-9), 4)
    return text.number(value, decimals=decimals)
