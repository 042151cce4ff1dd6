"""The head of the synthesis of a batch: which territories, looked at how, and what stands out."""

from diag360._version import __version__
from diag360.documents import text
from diag360.documents.batch.handover.index_words import natures_sentence, title_sentence
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.figures.batch.distributions import MANY
from diag360.documents.figures.batch.lists import MOSTLY, count_actions
from diag360.documents.figures.batch.shared import most_shared
from diag360.documents.figures.fragments import Fragment, render

_NAMED = 3
_WEAK = 0.4  # score under which a need is low: the two lowest of the five classes


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
    said = [_known(batch), *_low(batch), *_apart(batch), *_threats(batch), *_acts(batch)]
    if batch.left_out:
        other = text.count(batch.left_out, "territoire, regardé", "territoires, regardés")
        said.append(f"{other} autrement (cadre, poids ou niveau), n’y figurent pas.")
    if batch.failed:
        lost = text.count(len(batch.failed), "document n’a", "documents n’ont")
        said.append(f"{lost} pas pu être faits : la page d’accueil du lot dit pourquoi.")
    return render("batch_summary", sentences=said)


def _known(batch: Batch) -> str:
    places = batch.places
    determined = places["determined"].astype(float)
    coverage = places["coverage"].astype(float)
    return (
        f"Dans le territoire du milieu, {text.number(determined.median())} des "
        f"{len(batch.framework.needs)} besoins sont assez connus pour un score, et "
        f"{text.share(float(coverage.median()))} de ce qui est demandé est connu. Le reste "
        "est dit indéterminé, jamais compté comme un zéro."
    )


def _low(batch: Batch) -> list[str]:
    """Needs that are low in most of the territories that know them."""
    score = batch.wide("score")
    known = score.notna().sum()
    labels = {need.id: need.label for need in batch.framework.needs}
    share = ((score < _WEAK).sum() / known.where(known >= max(1, len(score) / 2))).dropna()
    ranked = [name for name in share.sort_values(ascending=False).index if share[name] > 0]
    if not ranked:
        return []
    named = [
        f"« {labels[str(name)]} » ({text.share(float(share[name]))})" for name in ranked[:_NAMED]
    ]
    return [
        "Parmi les besoins connus dans la moitié des territoires au moins, ceux qui sont le plus "
        "souvent sous 40 sur 100, en part des territoires où ils sont connus : "
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
    pairs = most_shared(batch, own=True, count=_NAMED)
    if not pairs:
        return []
    named = [
        f"« {batch.catalogue.hazards[hazard].label} » sur {nouns[need]} ({text.share(share)})"
        for hazard, need, share in pairs
    ]
    return [
        "Vulnérabilités fortes les plus partagées, en part des territoires où l’aléa est coté : "
        f"{text.enumerate_words(named)}."
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
