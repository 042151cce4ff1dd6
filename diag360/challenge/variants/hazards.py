"""What each kind of step does to hazards, their links, the graph of needs and the cascade."""

from typing import Any, cast

from diag360.catalogue.faults import validate
from diag360.catalogue.hazards import Gamma, Link
from diag360.challenge.variants.draft import Draft
from diag360.challenge.variants.model import EdgeChange, source_words
from diag360.challenge.variants.steps import Step


def change_effect(draft: Draft, step: Step) -> None:
    """Change how hard a hazard hits a need; 0 takes the effect out."""
    name, frame, need = step.key
    if not draft.known(step, name, draft.hazards, what="aléa"):
        return
    hazard = draft.hazards[name]
    if hazard.composed_of:
        problem = f"« {name} » est fait d’autres aléas et n’a pas d’effet propre"
        draft.refuse(step, problem, f"changer plutôt : {', '.join(hazard.composed_of)}")
        return
    if not _known_need(draft, step, frame, need):
        return
    force = cast(int, step.value)
    row = {**hazard.effects.get(frame, {}), need: force}
    kept = {key: value for key, value in row.items() if value or key != need}
    if hazard.effects.get(frame, {}).get(need, 0) == force:
        draft.no_change(step, f"l’effet vaut déjà {force}")
        return
    made = draft.rebuild(step, hazard, effects={**hazard.effects, frame: kept})
    if made is not None:
        draft.hazards[name] = made


def change_link(draft: Draft, step: Step) -> None:
    """Change the share a threat passes to another, or make a link that did not exist."""
    (name,), share = step.key, cast(float, step.value)
    if name in draft.links:
        made = draft.rebuild(step, draft.links[name], strength=share)
    else:
        made, faults = validate(
            Link,
            {"id": name, "strength": share, "why": f"Proposé par la {source_words(step.variant)}."},
            file=step.file,
        )
        for fault in faults:
            draft.refuse(step, fault.problem, fault.remedy)
        ends = made.ends if made is not None else ()
        known = [draft.known(step, end, draft.hazards, what="aléa") for end in ends]
        if not all(known):
            return
        if made is not None and made.ends[0] == made.ends[1]:
            draft.refuse(step, f"« {made.ends[0]} » s’aggraverait lui-même", "retirer ce lien")
            return
        if made is not None and share == 0:
            draft.no_change(step, "ce lien n’existe pas")
            return
    if made is not None:
        draft.links[name] = made


def change_edge(draft: Draft, step: Step) -> None:
    """Make, change or cut a dependency between two needs."""
    change = cast(EdgeChange, step.value)
    frame, need, on = step.key
    if not draft.known(step, frame, draft.frameworks, what="cadre"):
        return
    ends = [_known_need(draft, step, frame, end) for end in (need, on)]
    if not all(ends) or not draft.known(step, frame, draft.graphs, what="graphe"):
        return
    if need == on:
        draft.refuse(step, f"« {need} » dépendrait de lui-même", "retirer cette dépendance")
        return
    graph = draft.graphs[frame]
    own = next((edge for edge in graph.edges if (edge.need, edge.on) == (need, on)), None)
    bodies = [edge.model_dump() for edge in graph.edges if edge is not own]
    if own is None and (change.strength == 0 or change.delay is None):
        if change.strength == 0:
            draft.no_change(step, "cette dépendance n’existe pas")
        else:
            problem = f"« {need} » ne dépend pas encore de « {on} » : « delay » manque"
            draft.refuse(step, problem, "donner le délai en jours")
        return
    if change.strength:
        place = len(bodies) if own is None else list(graph.edges).index(own)
        body: dict[str, Any] = {"need": need, "on": on} if own is None else own.model_dump()
        body["strength"] = change.strength
        if change.delay is not None:
            body["delay"] = change.delay
        if change.why:
            body["why"] = change.why
        bodies.insert(place, body)
    made = draft.rebuild(step, graph, edges=bodies)
    if made is not None:
        draft.graphs[frame] = made


def change_gamma(draft: Draft, step: Step) -> None:
    """Change the share of a failure that the strongest dependency passes on."""
    if draft.cascade is None:
        draft.refuse(step, "ce catalogue ne connaît pas les cascades", "retirer « gamma »")
        return
    gamma = cast(Gamma, step.value)
    made = draft.rebuild(step, draft.cascade, gamma=gamma.model_dump())
    if made is not None:
        draft.cascade = made


def _known_need(draft: Draft, step: Step, frame: str, need: str) -> bool:
    if not draft.known(step, frame, draft.frameworks, what="cadre"):
        return False
    needs = [one.id for one in draft.frameworks[frame].needs]
    return draft.known(step, need, needs, what="besoin")
