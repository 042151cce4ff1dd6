"""Plain French about what decides: assumptions, thresholds, withdrawals, duplicates, weights."""

from collections.abc import Sequence

from diag360.catalogue.model import Catalogue
from diag360.challenge.assumptions import Factor
from diag360.challenge.flip_report import Comparison, Flip, FlipReport
from diag360.challenge.importance import Importance
from diag360.challenge.redundancy import Redundancy, Repeated
from diag360.challenge.sensitivity import Decisive, ProfileSensitivity
from diag360.documents import text
from diag360.scoring.scores import Scores

FRAGILE = 0.25  # relative change of one weight below which a comparison is called fragile
NOUNS: dict[Factor, str] = {
    "poids": "le poids de chaque indicateur",
    "jeu_de_poids": "le choix du jeu de poids",
    "panel": "le désaccord entre experts du panel",
    "bornes": "la place des seuils",
    "manquants": "ce que valent les indicateurs manquants",
    "agregation": "la façon d’agréger",
    "cotations": "la cotation des aléas",
    "cascade": "la force des dépendances entre besoins",
}
NO_WEIGHT = "aucun poids seul n’y suffit"
NO_ANCHOR = "aucun seuil seul n’y suffit"


def capital(sentence: str) -> str:
    """Begin a sentence with a capital."""
    return f"{sentence[:1].upper()}{sentence[1:]}"


def quoted(words: str) -> str:
    """Put words between French quotation marks."""
    return f"«{text.NBSP}{words}{text.NBSP}»"


def labels_of(scores: Scores) -> dict[str, str]:
    """Label of every need of the framework, by id."""
    return {need.id: need.label for need in scores.framework.needs}


def conclusion_sentence(told: ProfileSensitivity, *, scores: Scores) -> str:
    """Say which assumption decides which needs are the weakest.

    Parameters
    ----------
    told : ProfileSensitivity
        Indices of the territory.
    scores : Scores
        Labels of needs.
    """
    if len(told.compared) <= len(told.weakest) or not told.weakest:
        return (
            "Trop peu de besoins sont déterminés pour qu’il y ait une conclusion à éprouver : "
            "il en faut plus que ceux que l’on dit les plus faibles."
        )
    label = labels_of(scores)
    named = text.enumerate_words([quoted(label[need]) for need in told.weakest])
    count = len(told.weakest)
    which = f"les {count} plus faibles sont" if count > 1 else "le plus faible est"
    printed = scores.determined.loc[told.territory]
    also = sum(not printed[need] for need in told.compared)
    drawn = text.count(
        also,
        "besoin trop peu connu y est comparé aussi, tiré au sort",
        "besoins trop peu connus y sont comparés aussi, tirés au sort",
    )
    return (
        f"Parmi les besoins déterminés, {which} {named}. {_decided(told.decisive())} Cette "
        f"conclusion se retrouve à l’identique dans {text.share(told.kept)} des tirages."
        + (f" {capital(drawn)}." if also else "")
    )


def hazard_sentence(told: ProfileSensitivity, *, catalogue: Catalogue) -> str:
    """Say which assumption decides which hazard comes first; empty without ratings."""
    if not told.first_hazard:
        return ""
    label = catalogue.hazards[told.first_hazard].label
    best = told.decisive("premier", told.first_hazard)
    return (
        f"L’aléa au plus grand effet est {quoted(label)}. {_decided(best)} Il reste le premier "
        f"dans {text.share(told.hazard_kept)} des tirages."
    )


def _decided(best: Decisive | None) -> str:
    if best is None:
        return "Aucune des hypothèses qui bougent n’y change rien."
    words = (
        f"L’hypothèse qui en décide le plus est {NOUNS[best.factor]} : toutes les autres "
        f"tranchées, il resterait {_part(best.total)} de l’incertitude "
        f"({_between(best.low, best.high)})."
    )
    if best.rivals:
        others = text.enumerate_words([NOUNS[name] for name in best.rivals])
        words += f" Ces tirages ne la départagent pas de : {others}."
    return words


def _part(value: float) -> str:
    return text.share(min(max(value, 0.0), 1.0))


def _between(low: float, high: float) -> str:
    first, last = (min(max(end, 0.0), 1.0) for end in (low, high))
    return f"{text.interval(first, last)}{text.NBSP}%"


# --- thresholds


def comparison_words(one: Comparison, *, scores: Scores) -> str:
    """Say what a comparison holds for true today."""
    label = labels_of(scores)
    own = f"{quoted(label[one.need])} ({text.score(one.score)})"
    if one.kind == "ordre":
        return f"{own} est plus faible que {quoted(label[one.other])} ({text.score(one.goal)})"
    side = "n’atteint pas" if one.score < one.border else "atteint"
    return f"{own} {side} {text.score(one.border)}"


def flip_words(flip: Flip | None, *, scores: Scores, none: str) -> str:
    """Say the least that turns a comparison over, or that nothing does."""
    if flip is None:
        return none
    label = quoted(scores.catalogue.indicators[flip.indicator].label)
    if flip.lever == "poids":
        if flip.change < 0.005:
            return f"changer de moins de 1{text.NBSP}% le poids de {label}"
        rises = flip.factor >= 1
        times = flip.factor if rises else 1 / flip.factor
        shown = text.number(times, decimals=2 if times < 2 else 1)
        verb = "multiplier" if rises else "diviser"
        return f"{verb} par {shown} le poids de {label}"
    worth = "0" if flip.lever == "seuil_0" else "100"
    unit = scores.catalogue.unit(flip.indicator)
    if unit is None:  # pragma: no cover - only scales of numbers have anchors to move
        return none
    today, then = (text.with_unit(value, unit) for value in (flip.today, flip.then))
    if today == then:
        return f"déplacer à peine ({today}) le seuil qui vaut {worth} pour {label}"
    return f"placer à {then}, au lieu de {today}, le seuil qui vaut {worth} pour {label}"


def flip_sentence(report: FlipReport) -> str:
    """Say how many comparisons are fragile, and how many no weight turns over."""
    total = len(report.comparisons)
    if not total:
        return "Aucun besoin n’est assez connu pour être comparé à un autre ou à une classe."
    held = sum(one.by_weight is None for one in report.comparisons)
    fragile = sum(
        one.by_weight is not None and one.by_weight.change < FRAGILE for one in report.comparisons
    )
    easy, never = "aucune ne se retourne", "chacune se retourne par un poids au moins"
    if fragile:
        easy = text.count(fragile, "se retourne", "se retournent")
    if held:
        never = f"{text.count(held, 'ne se retourne', 'ne se retournent')} par aucun poids seul"
    return (
        f"Sur {text.count(total, 'comparaison')} (ordre de deux besoins qui se suivent, bord d’une "
        f"classe), {easy} en changeant un seul poids de moins d’un quart ; {never}."
    )


# --- duplicates and weights


def redundancy_sentence(found: Redundancy, *, asked: int) -> str:
    """Say what could be judged, and what was found."""
    judged = len(found.judged)
    said = (
        f"{text.count(judged, 'indicateur')} sur {text.number(asked)} "
        f"{'peut être comparé' if judged < 2 else 'peuvent être comparés'} à un autre : une "
        f"corrélation n’est calculée que sur au moins {text.number(found.least)} territoires "
        "communs."
    )
    flags = found.pairs["flag"].value_counts()
    parts = [
        _some(int(flags.get(flag, 0)), *words)
        for flag, words in (
            ("doublon", ("un", "quasi-doublon", "quasi-doublons")),
            ("contraire", ("une", "paire qui se contredit", "paires qui se contredisent")),
            ("etranger", ("une", "paire sans lien net", "paires sans lien net")),
        )
    ]
    strays = int(found.fit["strays"].sum())
    return (
        f"{said} Signalés : {text.enumerate_words(parts)} dans un même besoin ; "
        f"{_some(strays, 'un', 'indicateur va', 'indicateurs vont')} mieux avec un autre besoin "
        "qu’avec le sien."
    )


def _some(count: int, article: str, singular: str, plural: str) -> str:
    """Count in words a reader would say: none rather than zero."""
    return text.count(count, singular, plural) if count else f"auc{article} {singular}"


def repeated_sentence(repeated: Sequence[Repeated]) -> str:
    """Say which question is asked most often, and what it weighs; empty when none is repeated."""
    if not repeated:
        return "Aucune question n’est posée deux fois mot pour mot."
    one = repeated[0]
    low, high = float(one.weights.min()), float(one.weights.max())
    weight = text.share(low) if high - low < 0.005 else (
        f"de {text.number(100 * low)} à {text.share(high)}"
    )  # fmt: skip
    return (
        f"La même question, {quoted(one.label)}, est posée "
        f"{text.number(len(one.indicators))} fois, pour {text.count(one.needs, 'besoin')} : "
        f"{text.share(one.share)} des indicateurs demandés, et {weight} du poids de chacun de ces "
        "besoins. Une seule réponse bouge donc d’un coup presque tout le profil."
    )


def importance_sentence(found: Importance, *, catalogue: Catalogue) -> str:
    """Say which indicator does much more than its weight, and which much less."""
    table = found.table.dropna(subset=["share"])
    if table.empty:
        return (
            f"Aucun besoin n’a deux indicateurs connus ensemble dans {text.number(found.least)} "
            "territoires : l’importance ne peut pas être estimée."
        )
    gap = table["share"] - table["weight"]
    most, least = str(gap.idxmax()), str(gap.idxmin())

    def told(name: str) -> str:
        weight, part = (float(table[column].loc[name]) for column in ("weight", "share"))
        return (
            f"{quoted(catalogue.indicators[name].label)} (poids {text.share(weight)}, "
            f"importance {text.share(part)})"
        )

    return (
        f"L’indicateur qui fait le plus au-delà de son poids est {told(most)} ; celui qui fait le "
        f"moins est {told(least)}. Un poids dit ce que l’on veut ; l’importance dit ce qui "
        "distingue en effet les territoires."
    )
