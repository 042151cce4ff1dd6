"""What a panel may weigh: needs, categories of needs, or the indicators of one need."""

from dataclasses import dataclass

from diag360.catalogue.model import Catalogue, Indicator, Tier
from diag360.errors import Fault
from diag360.scoring.matrices import asked_for

NEEDS, CATEGORIES, INDICATORS = "needs", "categories", "indicators:"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to weigh.

    Parameters
    ----------
    id : str
        In the catalogue.
    label, definition : str
        What an expert reads.
    """

    id: str
    label: str
    definition: str


def need_of_subject(subject: str) -> str:
    """Need whose indicators are weighed, or ``""``."""
    return subject.removeprefix(INDICATORS) if subject.startswith(INDICATORS) else ""


def check_subject(subject: str, *, framework: str, catalogue: Catalogue, file: str) -> list[Fault]:
    """Faults of what is asked to be weighed: unknown framework, subject or need."""
    if framework not in catalogue.frameworks:
        problem = f"cadre « {framework} » inconnu"
        remedy = f"choisir parmi : {', '.join(catalogue.frameworks)}"
        return [Fault(file, "framework", problem, remedy)]
    needs = [need.id for need in catalogue.frameworks[framework].needs]
    if need := need_of_subject(subject):
        if need in needs:
            return []
        problem = f"besoin « {need} » inconnu du cadre {framework}"
        return [Fault(file, "subject", problem, f"choisir parmi : {', '.join(needs)}")]
    if subject in (NEEDS, CATEGORIES):
        return []
    remedy = f"écrire needs, categories, ou indicators: suivi de l’un de : {', '.join(needs)}"
    return [Fault(file, "subject", f"« {subject} » ne se pèse pas", remedy)]


def subject_words(subject: str, *, framework: str, catalogue: Catalogue) -> str:
    """Say what is weighed."""
    frame = catalogue.frameworks[framework]
    if subject == NEEDS:
        return "les besoins"
    if subject == CATEGORIES:
        return "les catégories de besoins"
    label = next(n.label for n in frame.needs if n.id == need_of_subject(subject))
    return f"les indicateurs du besoin « {label} »"


def items_of(
    subject: str, *, framework: str, catalogue: Catalogue, tier: Tier | None = None
) -> list[Item]:
    """List what is to be weighed, in the order of the catalogue.

    Parameters
    ----------
    subject : str
        ``needs``, ``categories`` or ``indicators:<need>``; checked beforehand.
    framework : str
        Id.
    catalogue : Catalogue
        Needs and indicators.
    tier : {"flash", "standard", "expert"}, optional
        Which indicators; those the framework asks for when left out.

    Returns
    -------
    list of Item
        Indicators of exposure are left out: they have no weight in the need.
    """
    frame = catalogue.frameworks[framework]
    if subject == NEEDS:
        return [Item(need.id, need.label, need.description) for need in frame.needs]
    if subject == CATEGORIES:
        return [
            Item(
                name,
                label,
                ", ".join(need.label for need in frame.needs if need.category == name),
            )
            for name, label in frame.categories.items()
        ]
    need = need_of_subject(subject)
    kept = [one for one in catalogue.indicators.values() if _counts(one, framework, need)]
    asked = asked_for(kept, tier=tier or frame.default_tier)
    return [Item(one.id, one.label, one.definition) for one in kept if asked[one.id]]


def _counts(indicator: Indicator, framework: str, need: str) -> bool:
    place = indicator.needs.get(framework)
    return place is not None and place.primary == need and place.use == "score"
