"""One French sentence for every check of an audit; nothing is judged here."""

from diag360.catalogue.french import typeset_text
from diag360.challenge.assumptions import LABELS
from diag360.challenge.audit.checks import Check
from diag360.challenge.audit.rules import RULES, Unit
from diag360.documents import text
from diag360.scoring.scores import Scores

REASONS = {
    "interne": "la donnée est demandée à la collectivité : aucune valeur nationale à auditer",
    "aucune_valeur": "aucune valeur n’est livrée",
    "peu_de_territoires": "trop peu de territoires le connaissent",
    "un_seul": "rien de connu, et qui varie, à quoi le comparer",
    "deux_seuls": "deux colonnes seulement : cette mesure en demande trois",
    "mots": "la réponse est un mot : ses bouts d’échelle sont des réponses",
    "ne_varie_pas": "ce qui est connu ne varie pas d’un territoire à l’autre",
    "deux_sens": "son bornage monte puis descend",
    "indetermine": "trop peu est connu pour qu’un score soit imprimé",
    "complet": "rien ne manque",
    "sans_population": "la population des territoires n’est pas donnée",
    "pas_livre": "la donnée qu’il faudrait n’est pas livrée",
    "pas_demande": "rien n’est demandé ici à ce niveau",
    "sans_objet": "sans objet dans cette version du catalogue",
}
PARTS = {
    "effets": "Effets des aléas sur les besoins",
    "liens": "Liens entre aléas",
    "graphe": "Dépendances entre besoins",
    "cascade": "Réglages de la cascade",
}
# By rule: what is said when it passes, and when it warns. {v} is the value, {t} the threshold.
_SAID: dict[str, tuple[str, str]] = {
    "definition": ("sa définition est écrite", "{v} seulement de sa définition est écrite"),
    "fiche": ("sa fiche est complète", "{v} seulement de sa fiche est écrite"),
    "etat": ("{v} d’état", "aucun indicateur d’état n’est demandé"),
    "action": ("{v} d’action", "aucun indicateur d’action n’est demandé"),
    "eprouve": ("{v} du poids vient d’indicateurs éprouvés",
                "{v} du poids vient d’indicateurs éprouvés, le reste est proposé (seuil {t})"),
    "couverture": ("{v} est connu", "{v} seulement est connu, pour un seuil de {t}"),
    "couverture_territoires": ("tous les territoires passent le seuil",
                               "{v} des territoires passent le seuil de 65 %"),
    "auditables": ("{v} des indicateurs demandés ont une valeur quelque part",
                   "{v} seulement des indicateurs demandés ont une valeur : le reste de l’indice "
                   "échappe à cet audit"),
    "age": ("l’année médiane a {v}", "l’année médiane a {v}, pour un seuil de {t}"),
    "approximation": ("{v} de ses valeurs sont des approximations",
                      "{v} de ses valeurs mesurent une chose voisine"),
    "echelle": ("ses valeurs sont à l’échelle du territoire",
                "{v} de ses valeurs viennent d’un échelon plus large, qui ne distingue pas des "
                "voisins"),
    "remplissage": ("{v} des cases sont connues", "{v} des cases seulement sont connues"),
    "hasard": ("le manque ne suit pas la population (corrélation {v})",
               "le manque suit la population (corrélation {v}) : il n’est pas dû au hasard"),
    "intervalle": ("les manques laissent {v} d’incertitude",
                   "les manques laissent {v} d’incertitude, plus d’une classe"),
    "classe_incertaine": ("{v} des scores imprimés pourraient changer de classe",
                          "{v} des scores imprimés pourraient changer de classe si tout était "
                          "connu"),
    "coherence": ("va avec le reste de son besoin (corrélation {v})",
                  "ne va guère avec le reste de son besoin (corrélation {v}, seuil {t})"),
    "contraire": ("ne contredit aucun voisin (au plus bas {v}, avec {o})",
                  "contredit {o} dans le même besoin (corrélation {v})"),
    "doublon": ("n’est le double de personne (au plus haut {v}, avec {o})",
                "dit presque la même chose que {o} (corrélation {v})"),
    "ailleurs": ("est plus proche de son besoin que des autres",
                 "est plus proche du besoin « {o} » que du sien (écart de {v})"),
    "alpha": ("alpha de {v}", "alpha de {v}, sous {t} : ses parties ne forment pas une seule "
                              "échelle"),
    "premiere_composante": ("la première composante porte {v} de la variance",
                            "la première composante ne porte que {v} de la variance"),
    "dimensions": ("une seule dimension", "{v} dimensions et non une"),
    "signes": ("toutes ses parties tirent du même côté",
               "{v} de ses parties à contresens des autres"),
    "besoins_confondus": ("se distingue des autres besoins (au plus {v}, avec {o})",
                          "se confond avec {o} (corrélation {v})"),
    "besoins_opposes": ("ne s’oppose à aucun besoin (au plus bas {v}, avec {o})",
                        "s’oppose à {o} (corrélation {v}) : une moyenne les cacherait tous deux"),
    "constante": ("ses scores s’étendent sur {v}", "ses scores ne varient pas : il ne dit rien"),
    "plancher": ("{v} des territoires sont au score 0",
                 "{v} des territoires sont au score 0 : l’échelle n’y distingue plus rien"),
    "plafond": ("{v} des territoires sont au score 100",
                "{v} des territoires sont au score 100 : l’échelle n’y distingue plus rien"),
    "etirement": ("distribution sans excès (asymétrie {v})",
                  "distribution très étirée (asymétrie {v}) ; les bornes coupent l’effet des "
                  "extrêmes"),
    "sens": ("le score suit le sens des bornes", "le score va contre le sens des bornes ({v})"),
    "importance": ("pèse ce que dit son poids (rapport {v})",
                   "son importance vaut {v} fois son poids"),
    "dominant": ("aucun indicateur ne porte plus de la moitié du score",
                 "{o} porte {v} du poids connu"),
    "compensation": ("la moyenne géométrique déplace peu de rangs ({v})",
                     "la moyenne géométrique déplace les rangs de {v} en moyenne : ses forces "
                     "cachent ses faiblesses"),
    "compensation_conclusion": ("les trois besoins les plus faibles tiennent dans {v} des "
                                "territoires",
                                "les trois besoins les plus faibles ne tiennent que dans {v} des "
                                "territoires si la moyenne devient géométrique"),
    "repetition": ("{v} des indicateurs répètent une question",
                   "{v} des indicateurs répètent mot pour mot une question posée ailleurs"),
    "poids_incertains": ("des poids changés de 25 % déplacent le score de {v}",
                         "des poids changés de 25 % déplacent le score de {v}, plus d’une classe"),
    "conclusion": ("{v} des besoins dits les plus faibles le restent quand les poids bougent",
                   "{v} seulement des besoins dits les plus faibles le restent quand les poids "
                   "bougent"),
    "rangs": ("l’intervalle de rang, poids seuls tirés, couvre {v} des territoires",
              "l’intervalle de rang couvre {v} des territoires : un classement ne tiendrait pas"),
    "hypothese": ("aucune hypothèse ne décide seule de la conclusion ({v}, « {o} »)",
                  "une hypothèse pèse sur la conclusion plus que les autres : « {o} » ({v})"),
    "moteur": ("l’écart entre extrêmes vient de plusieurs indicateurs ({v} pour {o})",
               "{v} de l’écart entre extrêmes vient de {o}"),
    "densite": ("ne redit pas la densité de population ({v})",
                "redit la densité de population ({v})"),
    "population": ("ne redit pas la population ({v})", "redit la population ({v})"),
    "resultat": ("suit une épreuve vécue ({v})", "ne suit pas une épreuve vécue ({v})"),
    "note_globale": ("aucune note globale n’est imprimée", "une note globale est appelée {v} fois"),
    "intervalles_imprimes": ("chaque besoin est imprimé avec son intervalle",
                             "{v} seulement des besoins sont imprimés avec leur intervalle"),
    "indetermines": ("un besoin trop peu connu est imprimé sans score",
                     "des besoins trop peu connus sont imprimés avec un score"),
    "alternatives": ("chaque figure a son texte de remplacement",
                     "{v} seulement des figures ont un texte de remplacement"),
    "sources": ("chaque valeur a une source avec producteur, licence et adresse",
                "{v} seulement des valeurs ont une source avec producteur, licence et adresse"),
    "annees": ("chaque valeur est datée", "{v} seulement des valeurs sont datées"),
    "a_priori": ("{v} des réglages sont posés a priori",
                 "{v} des réglages sont posés a priori, sans mesure ni panel"),
    "etiquettes": ("{v} des indicateurs sont reliés à un aléa",
                   "{v} seulement des indicateurs sont reliés à un aléa"),
    "touches": ("{v} des besoins touchés ont un indicateur qui lui est relié",
                "{v} seulement des besoins touchés ont un indicateur qui lui est relié"),
    "statistiques": ("{v} des aléas locaux sont lus sur une statistique ouverte",
                     "{v} seulement des aléas locaux sont lus sur une statistique ouverte"),
    "efforts": ("l’effort de chaque action est dit", "{v} seulement des actions disent l’effort"),
    "rayon": ("rayon spectral de {v}, au plus haut de ce qui est exploré",
              "rayon spectral de {v} : tous les besoins montent ensemble"),
}  # fmt: skip


def node_name(one: Check, scores: Scores) -> str:
    """Name of a node as a reader knows it."""
    catalogue = scores.catalogue
    match one.kind:
        case "indicator":
            return catalogue.indicators[one.node].label
        case "need":
            return _need(one.node, scores)
        case "objective":
            return f"Objectif {catalogue.objectives[one.node].label}"
        case "category":
            return scores.framework.categories[one.node]  # type: ignore[index]
        case "hazard":
            return catalogue.hazards[one.node].label
        case "document":
            durations = catalogue.cascade.durations if catalogue.cascade else ()
            spans = {span.id: f"Dépendances, {span.label}" for span in durations}
            return PARTS.get(one.node) or spans.get(one.node) or "Documents"
        case _:
            return "L’ensemble"


def value_words(value: float, *, unit: Unit, decimals: int = 0) -> str:
    """Print a value in its unit."""
    match unit:
        case "share":
            return f"{text.number(100 * value, decimals=decimals)}{text.NBSP}%"
        case "points":
            written = text.number(100 * value, decimals=decimals)
            return f"{written}{text.NBSP}point{'s' if abs(100 * value) >= 2 else ''}"
        case "years":
            decimals = decimals or int(not float(value).is_integer())
            written = text.number(value, decimals=decimals)
            return f"{written}{text.NBSP}an{'s' if value >= 2 else ''}"
        case "count":
            return text.number(value)
        case _:
            return text.number(value, decimals=decimals + 2)


def numbers(one: Check) -> tuple[str, str]:
    """Value and threshold, with as many decimals as it takes to tell a warning from its limit."""
    unit = one.of.unit
    for decimals in range(4):
        words = value_words(one.value, unit=unit, decimals=decimals)
        limit = value_words(one.threshold, unit=unit, decimals=0)
        padded = value_words(one.threshold, unit=unit, decimals=decimals)
        if words != padded or one.verdict == "pass":
            return words, limit
    return words, limit


def predicate(one: Check, scores: Scores) -> str:
    """What is said of a node, without its name or a final point."""
    if one.verdict == "not_applicable":
        return REASONS[one.reason]
    value, limit = numbers(one)
    if one.rule in ("etat", "action"):
        value = text.count(int(one.value), "indicateur")
    other = str(one.details.get("other", ""))
    said = _SAID[one.rule][one.verdict == "warn"]
    return said.format(v=value, t=limit, o=_other(other, scores))


def sentence(one: Check, scores: Scores) -> str:
    """Say what a check found, in one French sentence that stands alone."""
    return typeset_text(f"{node_name(one, scores)} : {predicate(one, scores)}.")


def threshold_words(rule: str) -> str:
    """Print the threshold of a rule and the side it bounds."""
    one = RULES[rule]
    decimals = 0
    words = value_words(one.threshold, unit=one.unit, decimals=decimals)
    if one.side == "factor":
        return "entre la moitié et le double"
    return f"au moins {words}" if one.side == "min" else f"au plus {words}"


def _other(name: str, scores: Scores) -> str:
    if name in scores.catalogue.indicators:
        return f"« {scores.catalogue.indicators[name].label} »"
    labels = {str(factor): words for factor, words in LABELS.items()}
    return labels.get(name) or _need(name, scores)


def _need(name: str, scores: Scores) -> str:
    return next((need.label for need in scores.framework.needs if need.id == name), name)
