"""What an audit looks at, in the ten headings of the Handbook: rules, thresholds, where from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

Verdict = Literal["pass", "warn", "not_applicable"]
Side = Literal["min", "max", "factor"]
Unit = Literal["share", "number", "count", "years", "points"]

HANDBOOK = "OCDE et JRC (2008), Handbook on Constructing Composite Indicators"
# Titles of the ten steps, in French, then what the Handbook does not know.
HEADINGS: Mapping[int, str] = {
    1: "Cadre théorique",
    2: "Choix des données",
    3: "Données manquantes",
    4: "Analyse multivariée",
    5: "Normalisation",
    6: "Poids et agrégation",
    7: "Incertitude et sensibilité",
    8: "Retour aux données",
    9: "Liens avec d’autres variables",
    10: "Présentation et diffusion",
    11: "Hors manuel : aléas et dépendances",
}
_STEP = {
    1: f"{HANDBOOK}, étape 1, p. 22-23",
    2: f"{HANDBOOK}, étape 2, p. 20 et 23",
    3: f"{HANDBOOK}, étape 3, p. 20",
    4: f"{HANDBOOK}, étape 4, p. 20",
    5: f"{HANDBOOK}, étape 5, p. 20",
    6: f"{HANDBOOK}, étape 6, p. 21",
    7: f"{HANDBOOK}, étape 7, p. 21",
    8: f"{HANDBOOK}, étape 8, p. 21",
    9: f"{HANDBOOK}, étape 9, p. 21",
    10: f"{HANDBOOK}, étape 10, p. 21",
    11: "Méthode de diag360",
}
_JRC = "Commission européenne, JRC, foire aux questions sur les indicateurs composites : 65 %"
_COINR = "Bibliothèque COINr (Becker et al., 2022, doi:10.21105/joss.04567)"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing looked at.

    Parameters
    ----------
    id : str
        Name, part of the id of its checks.
    heading : int
        Among ``HEADINGS``.
    statistic : str
        What is measured, in French.
    side : {"min", "max", "factor"}
        Whether the value must be at least, at most, or within a factor of 1 of the threshold.
    threshold : float
        In `unit`.
    unit : {"share", "number", "count", "years", "points"}
        Of the value: a share and points of score are in [0, 1].
    source : str
        Where the question comes from, in French.
    ours : bool
        Whether the threshold is a convention of diag360, that a reader may dispute.
    """

    id: str
    heading: int
    statistic: str
    side: Side
    threshold: float
    unit: Unit
    source: str
    ours: bool = True

    def judge(self, value: float) -> Verdict:
        """Compare a value with the threshold; NaN is not applicable."""
        if np.isnan(value):
            return "not_applicable"
        close = 1e-12  # 13/20 is not under 0.65 because of the order of a sum
        match self.side:
            case "min":
                good = value >= self.threshold - close
            case "max":
                good = value <= self.threshold + close
            case "factor":
                good = 1 / self.threshold - close <= value <= self.threshold + close
        return "pass" if good else "warn"


def _rule(
    heading: int, name: str, statistic: str, side: Side, threshold: float, unit: Unit,
    source: str = "",
) -> Rule:  # fmt: skip
    return Rule(
        id=name, heading=heading, statistic=statistic, side=side, threshold=threshold, unit=unit,
        source=source or _STEP[heading], ours=not source,
    )  # fmt: skip


_ALL = [
    _rule(1, "definition", "part des textes qui définissent le nœud", "min", 1.0, "share"),
    _rule(1, "fiche", "part des textes de la fiche qui sont écrits", "min", 1.0, "share"),
    _rule(1, "etat", "indicateurs d’état demandés", "min", 1, "count"),
    _rule(1, "action", "indicateurs d’action demandés", "min", 1, "count"),
    _rule(1, "eprouve", "part du poids portée par des indicateurs éprouvés", "min", 0.5, "share"),
    _rule(2, "couverture", "part du poids, ou des territoires, qui est connue", "min", 0.65,
          "share", _JRC),
    _rule(2, "couverture_territoires", "part des territoires connus à 65 % au moins", "min", 1.0,
          "share", _JRC),
    _rule(2, "auditables", "part des indicateurs demandés qui ont une valeur quelque part", "min",
          0.65, "share"),
    _rule(2, "age", "âge de l’année médiane des valeurs", "max", 5, "years"),
    _rule(2, "approximation", "part des valeurs qui mesurent une chose voisine", "max", 0.5,
          "share"),
    _rule(2, "echelle", "part des valeurs d’un échelon plus large que le territoire", "max", 0.0,
          "share"),
    _rule(3, "remplissage", "part des cases connues parmi celles qui ont un sens", "min", 0.65,
          "share", _JRC),
    _rule(3, "hasard", "corrélation entre le manque et la population", "max", 0.3, "number"),
    _rule(3, "intervalle", "largeur médiane de l’intervalle dû aux manques", "max", 0.2, "points"),
    _rule(3, "classe_incertaine",
          "part des scores imprimés qui changeraient peut-être de classe si tout était connu",
          "max", 0.5, "share"),
    _rule(4, "coherence", "corrélation avec le reste de son besoin", "min", 0.3, "number", _COINR),
    _rule(4, "contraire", "plus faible corrélation avec un indicateur du même besoin", "min", -0.4,
          "number", _COINR),
    _rule(4, "doublon", "plus forte corrélation avec un autre indicateur", "max", 0.92, "number",
          _COINR),
    _rule(4, "ailleurs", "corrélation avec son besoin, moins celle avec le besoin le plus proche",
          "min", 0.0, "number"),
    _rule(4, "alpha", "alpha de Cronbach", "min", 0.7, "number",
          f"Nunnally (1978), cité par {HANDBOOK}, p. 72"),
    _rule(4, "premiere_composante", "part de variance de la première composante", "min", 0.65,
          "share", "COINr, branche de développement, fonction get_combinations"),
    _rule(4, "dimensions", "valeurs propres supérieures à 1", "max", 1, "count",
          f"Critère de Kaiser, {HANDBOOK}, encadré 6, p. 70"),
    _rule(4, "signes", "indicateurs de signe contraire sur la première composante", "max", 0,
          "count"),
    _rule(4, "besoins_confondus", "plus forte corrélation avec un autre besoin", "max", 0.92,
          "number", _COINR),
    _rule(4, "besoins_opposes", "plus faible corrélation avec un autre besoin", "min", -0.4,
          "number", _COINR),
    _rule(5, "constante", "étendue des scores", "min", 0.01, "points"),
    _rule(5, "plancher", "part des territoires au score 0", "max", 0.15, "share",
          "Terwee et al. (2007), doi:10.1016/j.jclinepi.2006.03.012, règle née des questionnaires"),
    _rule(5, "plafond", "part des territoires au score 100", "max", 0.15, "share",
          "Terwee et al. (2007), doi:10.1016/j.jclinepi.2006.03.012, règle née des questionnaires"),
    _rule(5, "etirement", "asymétrie des valeurs, quand l’aplatissement passe 3,5", "max", 2.0,
          "number", f"{_COINR}, fonction check_SkewKurt"),
    _rule(5, "sens", "corrélation de rang entre valeur et score, dans le sens des bornes", "min",
          0.0, "number"),
    _rule(6, "importance", "importance d’un indicateur rapportée à son poids", "factor", 2.0,
          "number"),
    _rule(6, "dominant", "poids du premier indicateur parmi ceux qui sont connus", "max", 0.5,
          "share"),
    _rule(6, "compensation", "changement moyen de rang sous la moyenne géométrique", "max", 0.1,
          "share"),
    _rule(6, "compensation_conclusion",
          "part des territoires dont les trois besoins les plus faibles restent les mêmes", "min",
          0.66, "share"),
    _rule(6, "repetition", "part des indicateurs qui répètent mot pour mot une question", "max",
          0.05, "share"),
    _rule(7, "poids_incertains", "largeur médiane de l’intervalle à 90 % quand les poids bougent",
          "max", 0.2, "points"),
    _rule(7, "conclusion", "part des « trois plus faibles » retrouvés dans deux tirages sur trois",
          "min", 0.66, "share"),
    _rule(7, "rangs", "largeur médiane de l’intervalle de rang, rapportée aux territoires", "max",
          0.1, "share"),
    _rule(7, "hypothese", "plus grand indice total moyen d’une hypothèse sur la conclusion", "max",
          0.5, "share"),
    _rule(8, "moteur", "part du premier indicateur dans l’écart entre déciles extrêmes", "max",
          0.5, "share"),
    _rule(9, "densite", "corrélation de rang avec la densité de population", "max", 0.7, "number"),
    _rule(9, "population", "corrélation de rang avec la population", "max", 0.7, "number"),
    _rule(9, "resultat", "corrélation avec une épreuve vécue", "min", 0.0, "number"),
    _rule(10, "note_globale", "appels à une note globale dans les carnets", "max", 0, "count"),
    _rule(10, "intervalles_imprimes", "part des besoins imprimés avec leur intervalle", "min", 1.0,
          "share"),
    _rule(10, "indetermines", "part des besoins trop peu connus imprimés sans score", "min", 1.0,
          "share"),
    _rule(10, "alternatives", "part des figures qui ont un texte de remplacement", "min", 1.0,
          "share"),
    _rule(10, "sources", "part des valeurs dont la source a producteur, licence et adresse", "min",
          1.0, "share"),
    _rule(10, "annees", "part des valeurs datées", "min", 1.0, "share"),
    _rule(11, "a_priori", "part des réglages posés sans mesure ni panel", "max", 0.5, "share"),
    _rule(11, "etiquettes", "part des indicateurs reliés à un aléa au moins", "min", 0.5, "share"),
    _rule(11, "touches", "part des besoins touchés qui ont un indicateur relié à l’aléa", "min",
          0.5, "share"),
    _rule(11, "statistiques", "part des aléas locaux dont une statistique donne l’exposition",
          "min", 0.5, "share"),
    _rule(11, "efforts", "part des indicateurs d’action dont l’effort est dit", "min", 1.0,
          "share"),
    _rule(11, "rayon", "rayon spectral du graphe des besoins", "max", 0.75, "number"),
]  # fmt: skip
RULES: Mapping[str, Rule] = {rule.id: rule for rule in _ALL}
