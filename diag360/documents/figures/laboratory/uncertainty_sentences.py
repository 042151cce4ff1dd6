"""How firm a conclusion is, in words: shares of draws, never a precision they do not have."""

from collections.abc import Mapping

from diag360.catalogue.french import space
from diag360.challenge.assumptions import Assumptions, Factor
from diag360.challenge.robustness import Robustness
from diag360.documents import text

SOLID, LIKELY = 0.90, 0.66
FEW_DRAWS = 600  # below, a share is known to 2 points at best: « environ »
_NUMBERS = {1: "un", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six"}
RULE = space(
    "Solide : au moins 90 % des tirages ; probable : au moins 66 % ; incertaine : moins. Ce sont "
    "les seuils des mots « très probable » et « probable » du GIEC, appliqués à nos hypothèses : "
    "une part de tirages dit ce que le calcul supporte, pas la chance qu’un événement arrive."
)


def firmness_word(share: float) -> str:
    """Say how firm a conclusion is that a share of the draws gives."""
    if share >= SOLID:
        return "solide"
    return "probable" if share >= LIKELY else "incertaine"


def share_words(share: float, *, draws: int) -> str:
    """Print a share of draws; never « 100 % » of what is not certain, nor « 0 % » of what may be.

    Parameters
    ----------
    share : float
        In [0, 1].
    draws : int
        How many there were: few of them make an approximate share.

    Returns
    -------
    str
        For instance « 92 % », « plus de 99 % », « environ 40 % ».
    """
    words = text.share(share)
    if 0 < share < 1 and words == text.share(1):
        return f"plus de {text.share(0.99)}"
    if 0 < share < 1 and words == text.share(0):
        return f"moins de {text.share(0.01)}"
    return f"environ {words}" if 0 < share < 1 and draws < FEW_DRAWS else words


def labels_of(robust: Robustness) -> Mapping[str, str]:
    """Labels of needs and hazards, by id."""
    catalogue = robust.scores.catalogue
    hazards = {name: catalogue.hazards[name].label for name in robust.hazards.names}
    return {need.id: need.label for need in robust.scores.framework.needs} | hazards


def weakest_words(k: int) -> str:
    """« les trois besoins les plus faibles », whatever the number."""
    if k == 1:
        return "le besoin le plus faible"
    return f"les {_NUMBERS.get(k, text.number(k))} besoins les plus faibles"


def moved_sentence(robust: Robustness) -> str:
    """Say what moved, how far, and how many times."""
    told = [_moved(name, robust.assumptions) for name in robust.moved]
    if not told:
        return f"Calcul refait {text.number(robust.draws)} fois sans rien faire bouger."
    return (
        f"Le calcul a été refait {text.number(robust.draws)} fois en faisant bouger ensemble "
        f"{text.enumerate_words(told)}."
    )


def _moved(name: Factor, assumptions: Assumptions) -> str:
    around = f"±{text.NBSP}"
    if name == "poids":
        if assumptions.concentration is not None:
            return "le partage du poids entre les indicateurs de chaque besoin"
        return f"les poids des indicateurs ({around}{text.share(assumptions.weight_noise)})"
    if name == "jeu_de_poids":
        return "le jeu de poids"
    if name == "panel":
        return "les poids donnés par le panel, selon les experts retenus"
    if name == "bornes":
        return f"les seuils ({around}{text.share(assumptions.anchor_noise)} de leur écart)"
    if name == "manquants":
        drawn = "scores d’autres territoires" if assumptions.missing == "semblables" else ""
        return f"les valeurs manquantes ({drawn or 'n’importe quel score'})"
    if name == "agregation":
        return "la façon de faire la moyenne"
    if name == "cotations":
        return "la cotation des aléas (entre ses bornes)"
    return f"les dépendances entre besoins ({around}{text.share(assumptions.edge_noise)})"


def among_words(k: int) -> str:
    """« parmi les trois besoins les plus faibles », or the weakest alone."""
    return weakest_words(k) if k == 1 else f"parmi {weakest_words(k)}"


def need_sentences(robust: Robustness) -> list[str]:
    """Say of each of the weakest needs of today whether it stays among them."""
    labels = labels_of(robust)
    chosen = [robust.needs.names.index(name) for name in robust.conclusion.nominal]
    said = []
    for at in sorted(chosen, key=lambda one: (-robust.needs.first[one], one)):
        share = float(robust.needs.first[at])
        said.append(
            f"« {labels[robust.needs.names[at]]} » reste {among_words(robust.needs.k)} dans "
            f"{share_words(share, draws=robust.draws)} des tirages : conclusion "
            f"{firmness_word(share)}."
        )
    return [space(one) for one in said]


def set_sentence(robust: Robustness) -> str:
    """Say how often the whole list of the weakest needs is the one of today."""
    found = robust.conclusion
    if not found.nominal or robust.needs.k == 1:
        return ""
    share = share_words(found.nominal_share, draws=robust.draws)
    said = (
        f"La liste entière de ces {_NUMBERS.get(robust.needs.k, text.number(robust.needs.k))} "
        f"besoins revient telle quelle dans {share} des tirages : "
        f"{firmness_word(found.nominal_share)}."
    )
    if found.same:
        return space(f"{said} C’est la liste la plus fréquente.")
    labels = labels_of(robust)
    others = text.enumerate_words([
        f"« {labels[name]} »" for name in found.modal
    ])  # fmt: skip
    modal = share_words(found.modal_share, draws=robust.draws)
    return space(f"{said} La plus fréquente est {others} ({modal}).")


def hazard_sentence(robust: Robustness) -> str:
    """Say whether the heaviest hazard stays first; nothing without two ratings."""
    hazards = robust.hazards
    if len(hazards.names) < 2:
        return ""
    labels = labels_of(robust)
    first = hazards.names[int(hazards.nominal.argmax())]
    share = robust.first_stays
    said = (
        f"« {labels[first]} » reste l’aléa le plus lourd dans "
        f"{share_words(share, draws=robust.draws)} des tirages : conclusion "
        f"{firmness_word(share)}."
    )
    if share >= LIKELY or len(hazards.names) <= hazards.k:
        return space(said)
    top = float(hazards.first[hazards.names.index(first)])
    found = share_words(top, draws=robust.draws)
    return space(f"{said} Il est parmi les trois premiers dans {found}.")


def left_out_sentence(robust: Robustness) -> str:
    """Name the needs that could not be drawn."""
    if not robust.left_out:
        return ""
    labels = labels_of(robust)
    names = text.enumerate_words([labels[name] for name in robust.left_out])
    counted = text.count(len(robust.left_out), "besoin")
    return space(f"Laissés de côté, faute d’être assez connus ({counted}) : {names}.")


def settled_sentence(robust: Robustness) -> str:
    """Say whether more draws would change the shares."""
    if robust.settled:
        return space(
            "Ces parts sont stables : elles ont bougé de moins de deux points sur la seconde "
            "moitié des tirages."
        )
    return space(
        "Ces parts bougent encore d’au moins deux points sur la seconde moitié des tirages : les "
        "lire à quelques points près, et en faire davantage avant de conclure."
    )


def undetermined_sentence(robust: Robustness) -> str:
    """Why there is no conclusion to try; nothing when there is one."""
    if robust.conclusion.nominal:
        return ""
    known = int(robust.scores.determined.to_numpy().sum())
    verb = "a" if known < 2 else "ont"
    return space(
        f"{text.count(known, 'besoin')} sur {len(robust.scores.framework.needs)} {verb} un score : "
        f"c’est trop peu pour désigner {weakest_words(robust.needs.k)}, et donc pour éprouver ce "
        "choix."
    )
