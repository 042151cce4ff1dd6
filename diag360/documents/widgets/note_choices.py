"""What a note may be about, by label, and the change a proposition starts from."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from rapidfuzz import fuzz, process

from diag360.catalogue.french import typeset_text
from diag360.catalogue.hazards import Edge
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.resolve import target_label
from diag360.challenge.annotations.target import Target, TargetKind
from diag360.documents import text
from diag360.territories.perimeter import plain

KINDS: dict[TargetKind, str] = {
    "seuil": "les seuils d’un indicateur",
    "poids": "le poids d’un indicateur",
    "valeur": "la valeur d’un indicateur, ici",
    "indicateur": "un indicateur (définition, source, limites)",
    "besoin": "un besoin",
    "alea": "un aléa",
    "cotation": "la cotation d’un aléa, ici",
    "dependance": "une dépendance entre deux besoins",
}
LOCAL: tuple[TargetKind, ...] = ("valeur", "cotation")  # said of one territory
# The subject already says which part of it: the list gives the names alone.
_SHOWN: dict[TargetKind, TargetKind] = {
    "seuil": "indicateur",
    "poids": "indicateur",
    "valeur": "indicateur",
    "cotation": "alea",
}
_OFFERED = 4  # names that may have been meant
_ALIKE = 55.0


def choices(kind: TargetKind, *, catalogue: Catalogue, territory: str = "") -> dict[str, str]:
    """List what a note of a kind may be about.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    catalogue : Catalogue
        What there is.
    territory : str
        Code, for a value or a rating; without it there is none of these.

    Returns
    -------
    dict of str to str
        Address by label, in the order of the catalogue; two things of the same label carry what
        tells them apart.
    """
    if kind in LOCAL and not territory:
        return {}
    own = (territory,) if kind in LOCAL else ()
    targets = [
        (
            Target(kind, (*parts, *own)),
            _label(Target(_SHOWN.get(kind, kind), parts), catalogue),
            one,
        )
        for parts, one in _parts(kind, catalogue)
    ]
    labels = [label for _, label, _ in targets]
    times = Counter(labels)
    return {
        label if times[label] == 1 else f"{label} ({apart})": str(target)
        for target, label, apart in targets
    }


def find_choice(words: str, choices: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Find what was chosen, or typed without care for case and accents.

    Parameters
    ----------
    words : str
        What the field holds.
    choices : mapping of str to str
        From :func:`choices`.

    Returns
    -------
    label : str
        One of the choices; ``""`` when none, or several, answer.
    nearest : tuple of str
        Those that may have been meant.
    """
    told = plain(words)
    if not told:
        return "", ()
    names = {label: plain(label) for label in choices}
    # The whole name, then whole words of it, then any part of it.
    having: list[str] = []
    for holds in (told.__eq__, lambda name: f" {told} " in f" {name} ", lambda name: told in name):
        having = having or [label for label, name in names.items() if holds(name)]
    if len(having) == 1:
        return having[0], ()
    if not having:
        scored = process.extract(
            told, names, scorer=fuzz.token_set_ratio, limit=_OFFERED, score_cutoff=_ALIKE
        )
        having = [label for _, _, label in scored]
    return "", tuple(having[:_OFFERED])


def _label(target: Target, catalogue: Catalogue) -> str:
    """One line without unbreakable spaces: it is typed by a reader who has none."""
    return " ".join(target_label(target, catalogue=catalogue).split())


def _parts(kind: TargetKind, catalogue: Catalogue) -> Iterator[tuple[tuple[str, ...], str]]:
    """Parts of every address of a kind, and what tells apart two of the same label."""
    if kind == "dependance":
        for frame, graph in catalogue.graphs.items():
            for edge in graph.edges:
                yield (frame, edge.need, edge.on), frame
    elif kind == "besoin":
        for frame, one in catalogue.frameworks.items():
            for need in one.needs:
                yield (need.id,), frame
    elif kind in ("alea", "cotation"):
        for name, hazard in catalogue.hazards.items():
            if kind == "alea" or not hazard.composed_of:
                yield (name,), name
    else:
        for name in catalogue.indicators:
            yield (name,), name


def start_of(target: Target, *, catalogue: Catalogue) -> str:
    """Write the change a proposition may start from: what stands today, ids included.

    Parameters
    ----------
    target : Target
        What the note is about.
    catalogue : Catalogue
        What stands today.

    Returns
    -------
    str
        YAML with its ids, and a line that says what to change; ``""`` when no change of the
        method answers (a value, a rating: a file of values changes them).
    """
    match target.kind:
        case "seuil":
            return _scale(target.parts[0], catalogue)
        case "poids":
            name = target.parts[0]
            scheme = catalogue.weights[catalogue.settings.default_weights]
            weight = scheme.indicators.get(name, 1.0)
            return _lines(
                "poids d’aujourd’hui ; 0 l’écarte", f"weights: {{{name}: {_plain(weight)}}}"
            )
        case "indicateur":
            name = target.parts[0]
            return _lines(
                "retirer le # de la ligne qui convient : le retirer, ou le demander à tous",
                f"# indicators: {{out: [{name}]}}\n# indicators: {{in: [{name}]}}",
            )
        case "besoin":
            frames = catalogue.frameworks.values()
            known = {one.id: one.aggregation for frame in frames for one in frame.needs}
            name = target.parts[0]
            return _lines(
                "moyenne d’aujourd’hui ; on peut écrire arithmetic, geometric ou mpi",
                f"aggregation: {{{name}: {{kind: {known[name]}}}}}",
            )
        case "alea":
            return _effects(target.parts[0], catalogue)
        case "dependance":
            frame, need, on = target.parts
            edges = catalogue.graphs[frame].edges
            one = next(edge for edge in edges if (edge.need, edge.on) == (need, on))
            return _edge(frame, one)
        case _:
            return ""


def _scale(name: str, catalogue: Catalogue) -> str:
    indicator, unit = catalogue.indicators[name], catalogue.unit(name)
    anchors = indicator.scale.anchors
    if indicator.response.choices:
        words = ", ".join(
            f"{json.dumps(a.value, ensure_ascii=False)}: {_plain(a.score)}" for a in anchors
        )
        return _lines(
            "scores d’aujourd’hui, de 0 à 1, par réponse", f"choices: {{{name}: {{{words}}}}}"
        )
    rows = ", ".join(
        f"{{value: {_plain(float(a.value))}, score: {_plain(a.score)}}}" for a in anchors
    )
    said = "seuils d’aujourd’hui ; les scores vont de 0 à 1"
    if unit is not None and unit.factor != 1:
        first = float(anchors[0].value)
        said += f" ; {_plain(first)} se lit {text.with_unit(first, unit)}"
    return _lines(said, f"anchors: {{{name}: [{rows}]}}")


def _effects(name: str, catalogue: Catalogue) -> str:
    frame = catalogue.settings.default_framework
    row = catalogue.hazards[name].effects.get(frame, {})
    known = ", ".join(f"{need}: {force}" for need, force in row.items())
    return _lines(
        "force d’aujourd’hui sur chaque besoin, de 0 à 3",
        f"effects: {{{name}: {{{frame}: {{{known}}}}}}}" if known else "",
    )


def _edge(frame: str, edge: Edge) -> str:
    return _lines(
        "dépendance d’aujourd’hui : force de 1 (gêné) à 3 (arrêté), 0 la retire ; délai en jours",
        f"edges: [{{framework: {frame}, need: {edge.need}, on: {edge.on}, "
        f"strength: {edge.strength}, delay: {_plain(edge.delay)}}}]",
    )


def _lines(said: str, change: str) -> str:
    return f"# {typeset_text(said)}\n{change}" if change else ""


def _plain(value: float) -> str:
    """Write a number as the strict reader takes it."""
    return repr(int(value)) if float(value).is_integer() else repr(float(value))
