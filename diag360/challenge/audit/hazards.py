"""Beyond the Handbook: how much of the crossing with hazards is measured, and how much is posed."""

from collections.abc import Iterator

from diag360.challenge.audit.checks import Check, check, counted, needs_of, not_applicable
from diag360.scoring.scores import Scores
from diag360.vulnerability.cascade import influence, spectral_radius
from diag360.vulnerability.matrices import hazards_of, settings_of, strength_matrix

A_PRIORI = "a_priori"


def hazard_checks(scores: Scores) -> Iterator[Check]:
    """Heading 11: a priori inputs, tags, efforts, exposure statistics, radius of the graph."""
    catalogue, framework = scores.catalogue, scores.framework.id
    if catalogue.cascade is None or framework not in catalogue.graphs:
        yield not_applicable("rayon", "whole", framework, "sans_objet")
        return
    hazards = hazards_of(catalogue)
    graph = catalogue.graphs[framework]
    inputs = {
        "effets": [one.basis for one in hazards],
        "liens": [one.basis for one in catalogue.links.values()],
        "graphe": [graph.basis] * len(graph.edges),
        "cascade": [settings_of(catalogue).basis],
    }
    for node, bases in inputs.items():
        if not bases:
            yield not_applicable("a_priori", "document", node, "sans_objet")
            continue
        share = sum(basis == A_PRIORI for basis in bases) / len(bases)
        yield check("a_priori", "document", node, share, details={"items": len(bases)})
    records = catalogue.indicators
    names = counted(scores)
    tagged = [bool(records[name].hazards) for name in names]
    yield check("etiquettes", "whole", framework, sum(tagged) / max(1, len(tagged)),
                details={"items": len(tagged)})  # fmt: skip
    own = needs_of(scores)
    for hazard in hazards:
        hit = [need for need, effect in hazard.effects.get(framework, {}).items() if effect]
        if not hit:
            yield not_applicable("touches", "hazard", hazard.id, "sans_objet")
            continue
        told = [any(hazard.id in records[name].hazards for name in own[need]) for need in hit]
        yield check("touches", "hazard", hazard.id, sum(told) / len(hit),
                    details={"items": len(hit), "told": sum(told)})  # fmt: skip
    local = [one.default for one in hazards if one.scope == "local" and one.default]
    read = sum(one.likelihood.proxy is not None or one.intensity.proxy is not None for one in local)
    if local:
        yield check("statistiques", "whole", framework, read / len(local),
                    details={"items": len(local)})  # fmt: skip
    actions = [records[name] for name in names if records[name].kind == "action"]
    if actions:
        yield check("efforts", "whole", framework,
                    sum(one.effort is not None for one in actions) / len(actions),
                    details={"items": len(actions)})  # fmt: skip
    else:
        yield not_applicable("efforts", "whole", framework, "pas_demande")
    yield from _radius(scores)


def _radius(scores: Scores) -> Iterator[Check]:
    settings = settings_of(scores.catalogue)
    strength, delay = strength_matrix(scores.catalogue, framework=scores.framework.id)
    for duration in settings.durations:
        worst = influence(strength, delay=delay, gamma=settings.gamma.high, days=duration.days)
        usual = influence(strength, delay=delay, gamma=settings.gamma.central, days=duration.days)
        yield check("rayon", "document", duration.id, spectral_radius(worst),
                    threshold=settings.saturation,
                    details={"central": spectral_radius(usual)})  # fmt: skip
