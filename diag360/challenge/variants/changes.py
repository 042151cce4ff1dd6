"""What each kind of step does to the parts of a catalogue that scores depend on."""

from typing import cast

from diag360.catalogue.model import Coefficients
from diag360.challenge.variants.draft import Draft
from diag360.challenge.variants.model import Mean
from diag360.challenge.variants.steps import ScaleChange, Step
from diag360.errors import Fault
from diag360.scoring.matrices import scheme_weights


def change_scheme(draft: Draft, step: Step) -> None:
    """Replace the coefficients of the weight scheme; its exceptions stay."""
    scheme = draft.weights[draft.scheme]
    new = cast(Coefficients, step.value)
    if _told(new) == _told(scheme.coefficients):
        draft.no_change(step, "un coefficient absent vaut 1, ceux-ci sont donc ceux du catalogue")
        return
    made = draft.rebuild(step, scheme, coefficients=new.model_dump())
    if made is not None:
        draft.weights[draft.scheme] = made


def _told(coefficients: Coefficients) -> dict[str, dict[str, float]]:
    """Coefficients that are not 1."""
    return {
        criterion: {name: factor for name, factor in factors.items() if factor != 1}
        for criterion, factors in coefficients.model_dump().items()
    }


def change_weight(draft: Draft, step: Step) -> None:
    """Give an indicator its own weight in the scheme."""
    (name,) = step.key
    if not draft.known(step, name, draft.indicators, what="indicateur"):
        return
    weight = float(cast(float, step.value))
    scheme = draft.weights[draft.scheme]
    record = draft.indicators[name]
    today = {
        float(scheme_weights(scheme, indicators=[record], framework=draft.frameworks[frame])[name])
        for frame, own in record.needs.items()
        if own.use == "score"
    }
    if today <= {weight}:
        draft.no_change(step, "c’est déjà son poids, ou il ne compte dans aucun score")
        return
    made = draft.rebuild(step, scheme, indicators={**scheme.indicators, name: weight})
    if made is not None:
        draft.weights[draft.scheme] = made


def change_scale(draft: Draft, step: Step) -> None:
    """Change how the values of an indicator become scores."""
    (name,) = step.key
    if not draft.known(step, name, draft.indicators, what="indicateur"):
        return
    record, change = draft.indicators[name], cast(ScaleChange, step.value)
    by_words, before = bool(record.response.choices), len(draft.faults)
    if change.choices and not by_words:
        problem = f"« {name} » se répond par un nombre"
        draft.refuse(step, problem, "employer « anchors »")
    if by_words and (change.anchors or change.bend or change.direction):
        problem = f"« {name} » se répond par un mot"
        draft.refuse(step, problem, "employer « choices »")
    scale = record.scale.model_dump()
    score_of = {anchor.value: anchor.score for anchor in record.scale.anchors}
    for answer, score in change.choices if by_words else ():
        if answer not in score_of:
            answers = ", ".join(record.response.choices)
            problem, remedy = f"« {answer} » n’est pas une réponse", f"choisir parmi : {answers}"
            draft.faults.append(Fault(step.file, f"changes.choices.{name}", problem, remedy))
        elif score_of[answer] == score:
            draft.no_change(step, f"« {answer} » vaut déjà {score:g}")
        score_of[answer] = score
    if len(draft.faults) > before:
        return
    if change.choices:
        scale["anchors"] = [{"value": word, "score": score} for word, score in score_of.items()]
    if change.anchors:
        scale["anchors"] = [anchor.model_dump() for anchor in change.anchors]
    if change.bend is not None:
        scale |= {"interpolation": change.bend.kind, "k": change.bend.k}
    if change.direction is not None:
        scale["direction"] = change.direction
    made = draft.rebuild(step, record, scale=scale)
    if made is not None:
        draft.indicators[name] = made


def take_out(draft: Draft, step: Step) -> None:
    """Take an indicator out, with its exceptions of weight and the buffers it gives."""
    (name,) = step.key
    if not draft.known(step, name, draft.indicators, what="indicateur"):
        return
    del draft.indicators[name]
    for key, scheme in draft.weights.items():
        if name in scheme.indicators:
            kept = {other: w for other, w in scheme.indicators.items() if other != name}
            made = draft.rebuild(step, scheme, indicators=kept)
            draft.weights[key] = made or scheme
    for key, graph in draft.graphs.items():
        if any(edge.buffer is not None and edge.buffer.indicator == name for edge in graph.edges):
            edges = [
                edge.model_dump() | ({"buffer": None} if _buffered(edge.buffer, name) else {})
                for edge in graph.edges
            ]
            draft.graphs[key] = draft.rebuild(step, graph, edges=edges) or graph


def _buffered(buffer: object, name: str) -> bool:
    return getattr(buffer, "indicator", None) == name


def bring_in(draft: Draft, step: Step) -> None:
    """Ask for an expert indicator from the standard tier on."""
    (name,) = step.key
    if not draft.known(step, name, draft.indicators, what="indicateur"):
        return
    record = draft.indicators[name]
    if record.tier != "expert":
        draft.no_change(step, f"il est déjà demandé, au niveau {record.tier}")
        return
    made = draft.rebuild(step, record, tier="standard")
    if made is not None:
        draft.indicators[name] = made


def change_mean(draft: Draft, step: Step) -> None:
    """Change the mean of a need, in every framework that has a need of that name."""
    (name,), mean = step.key, cast(Mean, step.value)
    needs = [need.id for frame in draft.frameworks.values() for need in frame.needs]
    if not draft.known(step, name, needs, what="besoin"):
        return
    for key, frame in draft.frameworks.items():
        if any(need.id == name for need in frame.needs):
            changed = {"aggregation": mean.kind, "exponent": mean.exponent}
            bodies = [
                need.model_dump() | (changed if need.id == name else {}) for need in frame.needs
            ]
            made = draft.rebuild(step, frame, needs=bodies)
            if made is not None:
                draft.frameworks[key] = made
