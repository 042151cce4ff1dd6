"""The head of the synthesis of a batch: which territories, looked at how, and what stands out."""

from diag360._version import __version__
from diag360.documents import text
from diag360.documents.batch.handover.index_words import (
    LICENCES,
    natures_sentence,
    sources_of,
    title_sentence,
)
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.figures.batch.distributions import MANY
from diag360.documents.figures.batch.lists import MOSTLY, count_actions
from diag360.documents.figures.batch.maps import BORDERS, printed
from diag360.documents.figures.batch.shared import most_shared, told_pair
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.runs import OPEN_DATA

_NAMED = 3
_OFTEN = 0.25  # share of the territories from which a need is said to be often low
_WEAK = BORDERS[1]  # score under which a need is low: the two lowest of the five classes


def batch_cover(batch: Batch, *, title: str = "") -> Fragment:
    """Say which territories these are.

    Parameters
    ----------
    batch : Batch
        Of one framework.
    title : str
        Of the document; how many territories there are when left out.

    Returns
    -------
    Fragment
        Title and facts.
    """
    places = batch.places
    settings = batch.catalogue
    facts = {
        "Départements des sièges": text.number(places["department"].nunique()),
        "Cadre": batch.framework.label,
        "Niveau": ", ".join(dict.fromkeys(places["tier"])),
        "Poids": ", ".join(settings.weights[one].label for one in dict.fromkeys(places["weights"])),
        "Campagne": ", ".join(dict.fromkeys(places["campaign"])),
        "Catalogue": f"{settings.version}, diag360 {__version__}",
    }
    if not (places["nature"] == "GROUPE").any():
        facts["Population"] = f"{text.number(int(places['population'].sum()))} habitants"
    return render(
        "batch_cover",
        title=title or title_sentence(batch),
        natures=natures_sentence(batch),
        facts=facts,
    )


def batch_summary(batch: Batch) -> Fragment:
    """Say in a few sentences what the territories share and where they differ.

    Parameters
    ----------
    batch : Batch
        Of one framework.

    Returns
    -------
    Fragment
        A list of sentences made by rule from numbers shown further down.
    """
    said = [
        _known(batch),
        *_twice(batch),
        *_low(batch),
        *_apart(batch),
        *_threats(batch),
        *_acts(batch),
    ]
    if batch.left_out:
        one, many = "territoire regardé autrement", "territoires regardés autrement"
        verb = "n’y figure pas" if batch.left_out == 1 else "n’y figurent pas"
        said.append(f"{text.count(batch.left_out, one, many)} (cadre, poids ou niveau) {verb}.")
    if batch.failed:
        lost = text.count(len(batch.failed), "document n’a", "documents n’ont")
        said.append(f"{lost} pas pu être faits : la page d’accueil du lot dit pourquoi.")
    return render("batch_summary", sentences=said)


def _known(batch: Batch) -> str:
    places = batch.places
    determined = places["determined"].astype(float)
    coverage = places["coverage"].astype(float)
    middle = float(determined.median())
    verb = "sont assez connus" if middle >= 2 else "est assez connu"
    count = text.number(middle, decimals=0 if middle.is_integer() else 1)
    return (
        f"Dans le territoire du milieu, {count} des "
        f"{len(batch.framework.needs)} besoins {verb} pour un score, et "
        f"{text.share(float(coverage.median()))} de ce qui est demandé est connu. Le reste "
        "est dit indéterminé, jamais compté comme un zéro."
    )


def _twice(batch: Batch) -> list[str]:
    """Warn when territories stand beside a group that may hold them: they would weigh twice."""
    nature = batch.places["nature"]
    groups = int((nature == "GROUPE").sum())
    if groups in (0, len(nature)):
        return []
    one = text.count(groups, "périmètre composé figure", "périmètres composés figurent")
    return [
        f"{one} à côté d’intercommunalités : celles qui en sont membres comptent deux fois dans "
        "les médianes, les parts et les groupes."
    ]


def _low(batch: Batch) -> list[str]:
    """Needs that are low in most of the territories that know them."""
    score = batch.wide("score")
    known = score.notna().sum()
    labels = {need.id: need.label for need in batch.framework.needs}
    share = (
        (score.apply(printed) < _WEAK).sum() / known.where(known >= max(1, len(score) / 2))
    ).dropna()
    ordered = share.sort_values(ascending=False, kind="stable")
    ranked = [name for name in ordered.index if share[name] >= _OFTEN]
    if not ranked:
        return []
    named = [
        f"« {labels[str(name)]} » ({text.share(float(share[name]))})" for name in ranked[:_NAMED]
    ]
    return [
        "Parmi les besoins connus dans la moitié des territoires au moins, ceux qui sont le plus "
        "souvent sous 40 sur 100 (dans un quart au moins des territoires où ils sont connus) : "
        f"{text.enumerate_words(named)}."
    ]


def _apart(batch: Batch) -> list[str]:
    """The need on which territories differ most, when there are enough of them."""
    score = batch.wide("score")
    spread = (score.quantile(0.75) - score.quantile(0.25)).where(score.notna().sum() >= MANY)
    if spread.dropna().empty:
        return []
    labels = {need.id: need.label for need in batch.framework.needs}
    name = str(spread.idxmax())
    first, last = (float(score[name].quantile(part)) for part in (0.25, 0.75))
    return [
        f"C’est sur « {labels[name]} » qu’ils diffèrent le plus : la moitié d’entre eux va de "
        f"{text.score(first)} à {text.score(last)}."
    ]


def _threats(batch: Batch) -> list[str]:
    nouns = {need.id: need.noun or need.label for need in batch.framework.needs}
    pairs = most_shared(batch, own=True, count=_NAMED, known=True)
    if not pairs:
        return []
    named = [
        f"« {batch.catalogue.hazards[hazard].label} » sur {nouns[need]} "
        f"({told_pair(batch, hazard, need)})"
        for hazard, need, _ in pairs
    ]
    return [
        "Vulnérabilités fortes les plus partagées, parmi les territoires où l’aléa est coté et "
        f"hors des besoins dont rien n’est connu : {text.enumerate_words(named)}. Ce sont des "
        "estimations centrales, sur des a priori."
    ]


def _acts(batch: Batch) -> list[str]:
    counted = count_actions(batch)
    if counted.empty:
        return []
    first = counted.iloc[0]
    label = batch.catalogue.indicators[str(first["indicator"])].label
    return [
        f"L’action qui revient le plus souvent parmi les premières : « {label} », dans "
        f"{text.count(int(first['count']), 'territoire')}"
        f"{', presque toujours à vérifier' if first['unknown'] >= MOSTLY else ''}."
    ]


def batch_provenance(batch: Batch) -> Fragment:
    """Say with what the synthesis was made: versions, years, sources, licences.

    Parameters
    ----------
    batch : Batch
        Of one framework.

    Returns
    -------
    Fragment
        Facts, sources with their addresses, licences.
    """
    places, values = batch.places, batch.tables["indicateurs"]
    own = int((places["values"] != OPEN_DATA).sum())
    files = text.count(own, "territoire avec ses réponses", "territoires avec leurs réponses")
    facts = {
        "Valeurs": f"données ouvertes ; {files}" if own else "données ouvertes",
        "Cadre": f"{batch.framework.label} ({batch.framework.id})",
        "Catalogue": f"version {batch.catalogue.version}",
        "Logiciel": f"diag360 {__version__}",
    }
    known = values.loc[values["value"].notna()]
    years = known["year"].dropna()
    if len(years):
        first, last = int(years.min()), int(years.max())
        facts["Millésimes"] = str(first) if first == last else f"{first} à {last}"
    near = int((known["quality"] == "proxy").sum())
    if near:
        facts["Valeurs approchées"] = f"{text.number(near)} sur {text.number(len(known))}"
    return render("batch_provenance", facts=facts, sources=sources_of(batch), licences=LICENCES)
