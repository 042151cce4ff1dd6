"""What the index of a batch says in words."""

from diag360.documents import text
from diag360.documents.batch.results.gathered import Batch
from diag360.territories.values import read_values

SORTING = (
    "Ranger par besoin aide à chercher, pas à classer : un score repose parfois sur peu "
    "d’indicateurs, et deux intervalles qui se recouvrent ne se départagent pas. Il n’y a donc ni "
    "rang ni note globale. Un besoin trop peu connu est dit indéterminé et passe après les autres."
)
_MANY = {
    "CC": "communautés de communes",
    "CA": "communautés d’agglomération",
    "CU": "communautés urbaines",
    "METRO": "métropoles",
    "GROUPE": "périmètres composés",
}
LICENCES = (
    "Chiffres sous Licence Ouverte 2.0, textes du catalogue sous CC BY-SA 4.0, logiciel libre "
    "(MIT). Les réponses d’un territoire restent sous la licence qu’il choisit."
)
TIERS = {"flash": "flash", "standard": "standard", "expert": "expert"}


def title_sentence(batch: Batch) -> str:
    """Name a batch that has no title of its own."""
    count = len(batch.places) + len(lost(batch))
    return f"Diagnostics de {text.count(count, 'territoire')}"


def lost(batch: Batch) -> dict[str, str]:
    """Territories without any number, all their documents having failed: name by code."""
    known = set(batch.places.index)
    return {one.code: one.name for one in batch.failed if one.code not in known}


def head_sentences(batch: Batch, *, missing: int = 0) -> list[str]:
    """Say what was made, with what, what was not, and how many were not even tried."""
    made = sum(not page.label.endswith(")") for pages in batch.pages.values() for page in pages)
    documents = text.count(made, "document fait", "documents faits")
    failed = len(batch.failed)
    lacking = (
        f" ; {text.count(failed, 'document manque', 'documents manquent')}, et la raison est dite "
        "au bas de la page"
        if failed
        else ""
    )
    said = [f"{documents}{lacking}."]
    if missing:
        rest = text.count(missing, "document reste", "documents restent")
        said[0] += f" Lot arrêté en chemin : {rest} à produire ou à refaire."
    places = batch.places
    if places.empty:
        return said
    framework = batch.framework
    tiers = [TIERS.get(one, one) for one in dict.fromkeys(places["tier"])]
    schemes = [batch.catalogue.weights[one].label for one in dict.fromkeys(places["weights"])]
    said.append(
        f"Cadre : {framework.label}. {_several(tiers, 'Niveau', 'Niveaux')}. "
        f"{_several(schemes, 'Poids', 'Jeux de poids')}. "
        f"Catalogue {batch.catalogue.version}."
    )
    if len(tiers) > 1 or len(schemes) > 1:
        said.append(
            "Ces territoires n’ont pas tous été regardés de la même façon : leurs scores ne se "
            "comparent pas tels quels."
        )
    others = int((places["framework"] != framework.id).sum())
    if others:
        looked = text.count(others, "territoire est regardé", "territoires sont regardés")
        said.append(f"{looked} dans un autre cadre : leurs besoins ne sont pas rangés ici.")
    return said


def _several(words: list[str], one: str, many: str) -> str:
    return f"{one if len(words) == 1 else many} : {text.enumerate_words(words)}"


def nature_of(nature: str) -> str:
    """Nature of a territory, in words."""
    return text.NATURES.get(nature, nature)


def natures_sentence(batch: Batch) -> str:
    """Count the territories by nature, the most frequent first."""
    counts = batch.places["nature"].value_counts()
    return text.enumerate_words(
        [
            text.count(int(count), nature_of(str(name)), _MANY.get(str(name)))
            for name, count in counts.items()
        ]
    )


def sources_of(batch: Batch) -> list[dict[str, str]]:
    """Name the public files the values come from, and those of exposure when hazards are rated."""
    catalogue = batch.catalogue
    used = set(batch.tables["indicateurs"]["source"].dropna())
    if batch.whole:
        used |= set(read_values(catalogue=catalogue)["source"])
    if (batch.tables["aleas"]["origin"] == "statistique").any():
        used |= {name for proxy in catalogue.proxies.values() for name in proxy.sources}
    made = []
    for name, source in catalogue.sources.items():
        if name in used:
            one = {"title": f"{source.label} ({source.producer})", "path": source.url or ""}
            made.append({key: word for key, word in one.items() if word})
    return made
