"""Blocks of the document made of words: cover, synthesis, sections, gaps, provenance."""

from collections import defaultdict

from markupsafe import Markup

from diag360._version import __version__
from diag360.documents import text
from diag360.documents.figures.diagnosis.lines import Line, indicator_lines
from diag360.documents.figures.diagnosis.maps import outline
from diag360.documents.figures.diagnosis.sentences import profile_sentence, strengths_and_weaknesses
from diag360.documents.figures.fragments import Fragment, render, say
from diag360.documents.figures.hazards.lines import ORIGINS, Effects, effects_of, is_prior
from diag360.documents.figures.hazards.sentences import short_sentences
from diag360.documents.figures.notes.beside import contested_mark, folded, objections_mark
from diag360.documents.notes_shown import Notes
from diag360.scoring.scores import Scores
from diag360.scoring.tiers import MOST_GAP
from diag360.territories.perimeter import Territory
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.matrices import hazards_of
from diag360.vulnerability.prepare import Ratings


def cover(place: Territory, *, campaign: str) -> Fragment:
    """Say whose diagnostic this is: name, perimeter, population, outline, campaign."""
    return render("cover", place=place, campaign=campaign, map=outline(place).html)


def synthesis(
    scores: Scores,
    *,
    territory: str,
    found: Vulnerabilities | None = None,
    ratings: Ratings | None = None,
    notes: Notes | None = None,
) -> Fragment:
    """Say on half a page what is strong, weak or contested, what threatens, what is unknown."""
    strengths, weaknesses, by_need = strengths_and_weaknesses(scores, territory=territory)
    lines = indicator_lines(scores, territory=territory)
    scored = [line for line in lines if line.weight > 0]
    needs = scores.needs.of(territory)
    far = ratings.without_object if ratings else ()
    effects = effects_of(found, territory=territory, without_object=far) if found else None
    return render(
        "synthesis",
        sentence=profile_sentence(scores, territory=territory),
        strengths=strengths,
        weaknesses=weaknesses,
        contested={
            point.anchor: contested_mark(
                notes,
                need=point.anchor if by_need else "",
                indicator=point.indicator,
                territory=territory,
            )
            for point in (*strengths, *weaknesses)
        },
        by_need=by_need,
        known=sum(line.known for line in scored),
        total=sum(line.status != "sans objet" for line in scored),
        undetermined=sum(need.applicable and not need.determined for need in needs.values()),
        empty=[need.label for need in scores.framework.needs if needs[need.id].coverage == 0],
        floor=scores.catalogue.settings.coverage_floor,
        ask=_whom_to_ask(scored)[:3],
        systemic=found is not None,
        threats=_threats(effects, ratings),
        rated=bool(effects and effects.hazards),
        unrated=len(effects.unrated) if effects else 0,
    )


def _threats(effects: Effects | None, ratings: Ratings | None) -> list[tuple[str, bool]]:
    """Short sentences of the heaviest hazards, and whether each exposure is a prior."""
    if effects is None:
        return []
    given = ratings.ratings if ratings else {}
    return [
        (sentence, is_prior(hazard, ratings=given)) for hazard, sentence in short_sentences(effects)
    ]


def needs(scores: Scores, *, territory: str, notes: Notes | None = None) -> Fragment:
    """Detail every need with its indicators: value, thresholds, score, source, year, quality.

    What the tier does not ask for is shown when it is known, and counted when it is not. Notes
    of experts are folded beside what they are about.
    """
    lines: dict[str, list[Line]] = defaultdict(list)
    beyond: dict[str, int] = defaultdict(int)
    for line in indicator_lines(scores, territory=territory):
        if line.asked or line.known:
            lines[line.need].append(line)
        else:
            beyond[line.need] += 1
    for group in lines.values():
        group.sort(key=lambda line: not line.known)
    return render(
        "needs",
        framework=scores.framework,
        lines=lines,
        beyond=beyond,
        tier=scores.tier,
        needs=scores.needs.of(territory),
        etat=scores.etat.of(territory),
        action=scores.action.of(territory),
        objectives=scores.catalogue.objectives,
        **_annotated(scores, lines, territory=territory, notes=notes),
    )


def _annotated(
    scores: Scores, lines: dict[str, list[Line]], *, territory: str, notes: Notes | None
) -> dict[str, dict[str, Markup]]:
    """Notes beside each indicator shown; beside each need, the others, and open objections."""
    notes = notes or Notes()
    beside, of_need, objections = {}, {}, {}
    for need in scores.framework.needs:
        placed = set()
        for line in lines.get(need.id, []):
            own = notes.of_indicator(line.indicator.id, territory=territory)
            beside[line.indicator.id] = folded(own)
            placed |= {one.id for one in own}
        every = notes.of_need(need.id)
        others = [one for one in every if one.id not in placed]
        of_need[need.id] = folded(others, label=True, about="sur ce besoin")
        objections[need.id] = objections_mark(every)
    return {"beside": beside, "of_need": of_need, "objections": objections}


def gaps(scores: Scores, *, territory: str) -> Fragment:
    """Show what is known of each need, and whom to ask for the rest."""
    lines = indicator_lines(scores, territory=territory)
    scored = [line for line in lines if line.weight > 0]
    counts = {
        need.id: (
            sum(line.known for line in scored if line.need == need.id),
            sum(line.need == need.id and line.status != "sans objet" for line in scored),
        )
        for need in scores.framework.needs
    }
    proxies: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.known and line.quality == "proxy":
            proxies[line.source, line.year, line.source_note].append(line)
    return render(
        "gaps",
        framework=scores.framework,
        counts=counts,
        needs=scores.needs.of(territory),
        ask=_whom_to_ask(scored),
        proxies=sorted(proxies.items()),
        secret=[line for line in lines if line.status == "secret statistique"],
    )


def _whom_to_ask(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Missing indicators by the service or the source that has them, most useful first."""
    missing: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if not line.known and line.status != "sans objet":
            missing[line.ask].append(line)
    return sorted(missing.items(), key=lambda item: (-len(item[1]), item[0]))


def tier_note(scores: Scores) -> Fragment:
    """Say what the score of a need rests on, and how far it may be from the whole catalogue."""
    asked, held = int(scores.asked.sum()), len(scores.asked)
    if asked == held:
        return say(f"Niveau {scores.tier} : tous les indicateurs du cadre sont demandés.")
    return say(
        f"Niveau {scores.tier} : {asked} indicateurs sur {held} sont demandés, choisis par une "
        "règle pour tenir lieu de tous. Entre le score d’un besoin à ce niveau et celui que "
        "donnerait tout le catalogue, l’écart attendu est d’au plus "
        f"{text.number(100 * MOST_GAP)} sur 100 : deux besoins plus proches que cela sont à "
        "égalité."
    )


def provenance(
    scores: Scores,
    *,
    territory: str,
    campaign: str,
    values: str,
    ratings: Ratings | None = None,
    pack: str = "fondateur",
    played: bool = False,
) -> Fragment:
    """Say with what the document was made: versions, weights, years and sources of the data."""
    lines = [line for line in indicator_lines(scores, territory=territory) if line.known]
    years = sorted({line.year for line in lines if line.year})
    sources = {line.source: line.source_url for line in lines if line.source}
    return render(
        "provenance",
        code=__version__,
        settings=scores.catalogue.settings,
        framework=scores.framework,
        scheme=scores.scheme,
        tier=scores.tier,
        asked=int(scores.asked.sum()),
        held=len(scores.asked),
        unasked=sum(not line.asked for line in lines),
        campaign=campaign,
        values=values,
        years=years,
        undated=sum(not line.year for line in lines),
        sources=sorted(sources.items()),
        rated=_rated(scores, ratings, pack=pack),
        played=played,
    )


def _rated(scores: Scores, ratings: Ratings | None, *, pack: str) -> dict[str, list[str]]:
    """Labels of the rated hazards of a pack by where their rating comes from."""
    found: dict[str, list[str]] = defaultdict(list)
    if ratings is not None:
        for hazard in hazards_of(scores.catalogue, pack=pack):
            if hazard.id in ratings.ratings:
                found[ORIGINS[ratings.ratings[hazard.id].origin]].append(hazard.label)
    return found
