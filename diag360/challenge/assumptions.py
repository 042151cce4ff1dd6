"""Which assumptions move, how far, and where each one stands in a point of the unit cube."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from diag360.challenge.panel.draws import PanelWeights
from diag360.errors import Fault, Refusal

Factor = Literal[
    "poids", "jeu_de_poids", "panel", "bornes", "manquants", "agregation", "cotations", "cascade"
]
# The panel moves when one is given; the others when they are named.
FACTORS: tuple[Factor, ...] = tuple(name for name in get_args(Factor) if name != "panel")
Missing = Literal["uniforme", "semblables", "absents"]
_MEANS = "arithmetic, geometric, mpi"  # those that need no exponent
LABELS: dict[Factor, str] = {
    "poids": "Poids des indicateurs",
    "jeu_de_poids": "Jeu de poids",
    "panel": "Désaccord du panel",
    "bornes": "Seuils",
    "manquants": "Valeurs manquantes",
    "agregation": "Agrégation",
    "cotations": "Cotation des aléas",
    "cascade": "Dépendances entre besoins",
}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """How far each assumption may move; a factor that is not in ``moving`` stays where it is.

    Parameters
    ----------
    moving : tuple of str
        Factors that move, among ``FACTORS``.
    weight_noise : float
        Each weight is multiplied by a factor uniform in 1 ± this, in [0, 1].
    schemes : tuple of str
        Weight schemes drawn among, with equal chances.
    anchor_noise : float
        Each anchor moves by ± this share of the range of its scale, in [0, 0.45]; an intermediate
        answer by ± this score.
    missing : {"uniforme", "semblables", "absents"}
        What stands for a score nobody gave: any score in [0, 1], one of those other territories
        have, or nothing (the mean of those present).
    aggregations : tuple of str
        Means drawn among, with equal chances: ``arithmetic``, ``geometric``, ``mpi``.
    edge_noise : float
        Each dependency is multiplied by a factor uniform in 1 ± this, in [0, 1].
    concentration : float, optional
        Given, the weights of a need follow a Dirichlet law of mean the scheme instead of taking
        ``weight_noise``; 1 makes every sharing of equal weights as likely as any other, 10 stays
        close to the scheme. At least 0.1.
    panel : PanelWeights, optional
        Weights a panel gave, its disagreement drawn (:func:`panel_weights`); it then moves too.
    """

    moving: tuple[Factor, ...] = ("poids", "bornes", "manquants", "agregation")
    weight_noise: float = 0.25
    schemes: tuple[str, ...] = ("egal", "criteres")
    anchor_noise: float = 0.1
    missing: Missing = "uniforme"
    aggregations: tuple[str, ...] = ("arithmetic", "geometric")
    edge_noise: float = 0.5
    concentration: float | None = None
    panel: PanelWeights | None = None

    def __post_init__(self) -> None:
        faults = [
            Fault("hypothèses", "moving", f"« {name} » inconnu", f"choisir parmi : {_all()}")
            for name in self.moving
            if name not in FACTORS
        ]
        for name, most in (("weight_noise", 1.0), ("anchor_noise", 0.45), ("edge_noise", 1.0)):
            value = getattr(self, name)
            if not 0 <= value <= most:
                problem = f"« {value} » hors de [0 ; {most}]"
                faults.append(Fault("hypothèses", name, problem, "écrire une part"))
        faults += [
            Fault("hypothèses", "aggregations", f"« {name} » inconnue", f"choisir parmi : {_MEANS}")
            for name in self.aggregations
            if name not in _MEANS.split(", ")
        ]
        faults += [
            Fault("hypothèses", name, "aucun choix", "en nommer au moins un")
            for name in ("schemes", "aggregations")
            if not getattr(self, name)
        ]
        if self.missing not in get_args(Missing):
            choices = f"choisir parmi : {', '.join(get_args(Missing))}"
            faults.append(Fault("hypothèses", "missing", f"« {self.missing} » inconnu", choices))
        if self.concentration is not None and not self.concentration >= 0.1:
            problem = f"« {self.concentration} » trop petite"
            faults.append(Fault("hypothèses", "concentration", problem, "au moins 0,1"))
        if self.panel is not None and "jeu_de_poids" in self.moving:
            both = "« panel » et « jeu_de_poids » donnent chacun tous les poids"
            faults.append(Fault("hypothèses", "moving", both, "n’en garder qu’un"))
        if faults:
            title = "Hypothèses refusées :"
            raise Refusal(title, faults)


def _all() -> str:
    return ", ".join(FACTORS)


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a point of the unit cube, factor by factor.

    Parameters
    ----------
    sizes : dict of str to int
        Number of columns of each factor, in order; 0 for one that does not move.
    """

    sizes: dict[Factor, int]

    @property
    def width(self) -> int:
        """Number of columns in all."""
        return sum(self.sizes.values())

    @property
    def moving(self) -> tuple[Factor, ...]:
        """Factors that have columns."""
        return tuple(name for name, size in self.sizes.items() if size)

    def columns(self, factor: Factor) -> slice:
        """Columns of a factor."""
        start = 0
        for name, size in self.sizes.items():
            if name == factor:
                return slice(start, start + size)
            start += size
        raise KeyError(factor)


def layout(assumptions: Assumptions, *, indicators: int, hazards: int, edges: int) -> Layout:
    """Give columns to the factors that move.

    Parameters
    ----------
    assumptions : Assumptions
        Which move.
    indicators, hazards, edges : int
        Numbers of indicators, of rated hazards, of dependencies; without hazards, ratings and
        cascade move nothing and get no column.

    Returns
    -------
    Layout
        Weights take a column per indicator, anchors two, missing values one; ratings two per
        hazard; the cascade one for γ and one per dependency.
    """
    full: dict[Factor, int] = {
        "poids": indicators,
        "jeu_de_poids": 1,
        "panel": 0 if assumptions.panel is None else assumptions.panel.columns,
        "bornes": 2 * indicators,
        "manquants": indicators if assumptions.missing != "absents" else 0,
        "agregation": 1,
        "cotations": 2 * hazards,
        "cascade": 1 + edges if hazards else 0,
    }
    kept: Sequence[str] = assumptions.moving
    return Layout({name: size if name in (*kept, "panel") else 0 for name, size in full.items()})
