"""What a target is today, in a few words: kept with a note, to say later what has changed."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial

from diag360.catalogue.model import Catalogue, Indicator
from diag360.challenge.annotations.model import State
from diag360.challenge.annotations.target import Target, TargetKind
from diag360.scoring.matrices import scheme_weights

# What a note on each kind of target speaks of. The words are printed in sentences.
FACETS: Mapping[TargetKind, tuple[str, ...]] = {
    "indicateur": ("définition", "seuil"),
    "seuil": ("seuil",),
    "poids": ("poids",),
    "valeur": ("valeur",),
    "besoin": ("libellé", "définition", "agrégation"),
    "alea": ("définition",),
    "cotation": ("cotation",),
    "dependance": ("force", "délai"),
    "paragraphe": ("texte",),
    "inconnu": (),
}
# Facets that the document shows, and not the catalogue alone.
OF_DOCUMENTS = ("valeur", "cotation", "texte")


def state_of(
    target: Target,
    *,
    catalogue: Catalogue,
    values: Mapping[str, str] | None = None,
    ratings: Mapping[str, str] | None = None,
    cells: Mapping[str, str] | None = None,
    weights: Callable[[], Mapping[str, str]] | None = None,
) -> State:
    """Tell what a target is.

    Parameters
    ----------
    target : Target
        What a note speaks of.
    catalogue : Catalogue
        The one of today.
    values : mapping of str to str, optional
        Value of each indicator, as its territory's document prints it.
    ratings : mapping of str to str, optional
        Rating of each hazard, in words.
    cells : mapping of str to str, optional
        Source of the cells of the notebook, by id.
    weights : callable, optional
        Gives :func:`weights_said` the catalogue, when many targets are told in turn.

    Returns
    -------
    State
        Facet (« seuil », « définition »…) → what it is, as raw text with a decimal comma, or a
        fingerprint when it is long. A facet nobody knows is left out: the target is gone, or the
        value was not given.
    """
    told = {
        "valeur": lambda: (values or {}).get(target.parts[0], ""),
        "cotation": lambda: (ratings or {}).get(target.parts[0], ""),
        "texte": lambda: _sha((cells or {}).get(target.parts[1], "")),
        **_in_catalogue(target, catalogue, weights),
    }
    facets = {name: told[name]() for name in FACETS[target.kind] if name in told}
    return State(
        version=catalogue.version, said={name: text for name, text in facets.items() if text}
    )


def state_seen(
    target: Target,
    *,
    catalogue: Catalogue,
    said: Mapping[str, str],
    version: str = "",
    weights: Callable[[], Mapping[str, str]] | None = None,
) -> State:
    """Tell what a target was for whoever read a document.

    Parameters
    ----------
    target : Target
        What a note speaks of.
    catalogue : Catalogue
        The one of today.
    said : mapping of str to str
        What the document printed: ``{"valeur/be2_i13": "…", "cotation/C2": "…"}``.
    version : str
        Version of the catalogue the document was made with.
    weights : callable, optional
        As for :func:`state_of`.

    Returns
    -------
    State
        Of that version. When it is not the one of today, what the catalogue then said is unknown
        and left out.
    """
    now = state_of(target, catalogue=catalogue, values=_of(said, "valeur"),
                   ratings=_of(said, "cotation"), weights=weights)  # fmt: skip
    if version in ("", catalogue.version):
        return now
    kept = {name: text for name, text in now.said.items() if name in OF_DOCUMENTS}
    return State(version=version, said=kept)


def _of(said: Mapping[str, str], kind: str) -> dict[str, str]:
    return {key.removeprefix(f"{kind}/"): text for key, text in said.items()
            if key.startswith(f"{kind}/")}  # fmt: skip


def _in_catalogue(
    target: Target, catalogue: Catalogue, weights: Callable[[], Mapping[str, str]] | None
) -> dict[str, Callable[[], str]]:
    """How to tell the facets the catalogue knows; none when the target is gone."""
    if target.indicator:
        record = catalogue.indicators.get(target.indicator)
        if record is None:
            return {}
        return {
            "définition": lambda: _sha(record.definition or record.label),
            "seuil": lambda: _anchors(record),
            "poids": lambda: (weights or partial(weights_said, catalogue))().get(record.id, ""),
        }
    if target.kind == "alea":
        hazard = catalogue.hazards.get(target.hazard)
        return (
            {}
            if hazard is None
            else {"définition": lambda: _sha(hazard.description or hazard.label)}
        )
    if target.kind == "besoin":
        return _of_need(target.parts[0], catalogue)
    if target.kind == "dependance":
        return _of_edge(target, catalogue)
    return {}


def _of_need(name: str, catalogue: Catalogue) -> dict[str, Callable[[], str]]:
    needs = [need for frame in catalogue.frameworks.values() for need in frame.needs]
    need = next((one for one in needs if one.id == name), None)
    if need is None:
        return {}
    mean = need.aggregation if need.exponent is None else f"{need.aggregation} {need.exponent:g}"
    return {
        "libellé": lambda: need.label,
        "définition": lambda: _sha(need.description),
        "agrégation": lambda: _comma(mean),
    }


def _of_edge(target: Target, catalogue: Catalogue) -> dict[str, Callable[[], str]]:
    framework, need, on = target.parts
    graph = catalogue.graphs.get(framework)
    edges = () if graph is None else graph.edges
    edge = next((one for one in edges if (one.need, one.on) == (need, on)), None)
    if edge is None:
        return {}
    return {"force": lambda: str(edge.strength), "délai": lambda: _comma(f"{edge.delay:g} j")}


def _anchors(record: Indicator) -> str:
    """Anchors in their order, and how they are joined when it is not from end to end."""
    scale = record.scale
    told = " ; ".join(f"{_amount(one.value)} = {_amount(one.score)}" for one in scale.anchors)
    bend = scale.interpolation if scale.k is None else f"{scale.interpolation} {_amount(scale.k)}"
    return told if bend == "endpoints" else f"{told} ; {bend}"


def weights_said(catalogue: Catalogue) -> dict[str, str]:
    """Tell the weight of every indicator in the default scheme; by framework when they differ."""
    scheme = catalogue.weights[catalogue.settings.default_weights]
    found: dict[str, dict[str, float]] = {}
    for frame in catalogue.frameworks.values():
        placed = [one for one in catalogue.indicators.values() if frame.id in one.needs]
        weights = scheme_weights(scheme, indicators=placed, framework=frame)
        for name, weight in weights.items():
            found.setdefault(str(name), {})[frame.id] = float(weight)
    return {
        record.id: _one_weight({f: own[f] for f in record.needs if f in own})
        for record in catalogue.indicators.values()
        if (own := found.get(record.id))
    }


def _one_weight(by_framework: Mapping[str, float]) -> str:
    if len(set(by_framework.values())) == 1:
        return _amount(next(iter(by_framework.values())))
    return " ; ".join(f"{name} : {_amount(weight)}" for name, weight in by_framework.items())


def _amount(value: float | str) -> str:
    return value if isinstance(value, str) else _comma(f"{value:.12g}")


def _comma(text: str) -> str:
    return text.replace(".", ",")


def _sha(text: str) -> str:
    """Eight hexadecimal digits that change with the text; ``""`` for an empty one."""
    words = " ".join(text.split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:8] if words else ""
