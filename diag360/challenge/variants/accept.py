"""An accepted variant becomes the next version of the catalogue: files edited, comments kept."""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from diag360.catalogue.diff import compare_catalogues
from diag360.catalogue.hazards import Gamma
from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue, Coefficients
from diag360.challenge.variants.apply import apply_variant
from diag360.challenge.variants.draft import file_of_indicator
from diag360.challenge.variants.model import EdgeChange, Mean, Variant, source_words
from diag360.challenge.variants.steps import ScaleChange, Step, steps_of
from diag360.challenge.variants.yaml_edit import YamlText
from diag360.errors import Fault, Refusal

_TITLE = "Acceptation refusée :"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an accepted variant does to the files of the catalogue.

    Parameters
    ----------
    variant : Variant
        Accepted.
    before, after : Catalogue
        Today's, and the one the edited files make.
    edited : mapping of str to str
        New content of the files that change, by path inside the folder.
    removed : tuple of str
        Files that leave.
    """

    variant: Variant
    before: Catalogue
    after: Catalogue
    edited: Mapping[str, str]
    removed: tuple[str, ...]


def accept_variant(
    folder: Path, variant: Variant, *, version: str | None = None, weights: str | None = None
) -> Acceptance:
    """Work out the files of the next version; nothing is written.

    Parameters
    ----------
    folder : Path
        Catalogue, holding ``catalogue.yaml``.
    variant : Variant
        Its status is ``acceptee``.
    version : str, optional
        Of the new catalogue; the next number when left out (2026.3 gives 2026.4).
    weights : str, optional
        Weight scheme that its weights and coefficients change; the default one.

    Returns
    -------
    Acceptance
        Edited files, read back and found to say what the variant says, and nothing else.

    Raises
    ------
    Refusal
        When the variant is not accepted, or does not fit the catalogue.
    """
    if variant.status != "acceptee" or variant.decision is None:
        problem = f"« {variant.status} » : seule une variante acceptée entre au catalogue"
        remedy = "écrire « status: acceptee » et « decision: {by, date, reason} »"
        raise Refusal(_TITLE, [Fault(variant.file, "status", problem, remedy)])
    before = load_catalogue(folder)
    wanted = apply_variant(before, variant, weights=weights)
    files = _Files(folder, before, weights or before.settings.default_weights, variant)
    files.version = version or next_version(before.version)
    for step in steps_of(variant):
        _EDIT[step.kind](files, step)
    head = files.of("catalogue.yaml")
    head.set(("version",), f'"{files.version}"')
    # A variant decided before the current version still comes after it.
    head.set(("date",), max(variant.decision.date, before.settings.date).isoformat())
    edited = {name: one.text for name, one in files.texts.items() if name not in files.removed}
    with tempfile.TemporaryDirectory(prefix="diag360-") as aside:
        copy = Path(aside) / "catalogue"
        write_acceptance(folder, copy, edited=edited, removed=files.removed)
        after = load_catalogue(copy)
    found = compare_catalogues(wanted, after)
    rules = {name for name in found.rules if name != "catalogue.yaml"}
    if found.added or found.retired or found.changed or rules or found.came or found.gone:
        msg = f"the edited files of {variant.id} do not say what the variant says: {found}"
        raise AssertionError(msg)
    return Acceptance(variant, before, after, edited, tuple(files.removed))


def write_acceptance(
    folder: Path, output: Path, *, edited: Mapping[str, str], removed: list[str] | tuple[str, ...]
) -> None:
    """Copy a catalogue, with edited files in the place of the old ones and others taken out."""
    shutil.copytree(folder, output)
    for name in removed:
        (output / name).unlink()
    for name, content in edited.items():
        (output / name).write_text(content, encoding="utf-8", newline="\n")


def next_version(version: str) -> str:
    """Next number of a version: 2026.3 gives 2026.4."""
    head, _, last = version.rpartition(".")
    if last.isdigit():
        return f"{head}.{int(last) + 1}" if head else str(int(last) + 1)
    return f"{version}.1"


class _Files:
    """Texts being edited, opened at the first need."""

    def __init__(self, folder: Path, catalogue: Catalogue, scheme: str, variant: Variant) -> None:
        self.folder, self.catalogue, self.scheme, self.variant = folder, catalogue, scheme, variant
        self.texts: dict[str, YamlText] = {}
        self.removed: list[str] = []
        self.version = ""

    def of(self, name: str) -> YamlText:
        if name not in self.texts:
            self.texts[name] = YamlText((self.folder / name).read_text(encoding="utf-8"))
        return self.texts[name]

    def indicator(self, step: Step) -> YamlText:
        """File of the indicator of a step, with a line in its history."""
        text = self.of(file_of_indicator(self.catalogue, step.key[0]))
        source = source_words(self.variant.id)
        said = f"{source[0].upper()}{source[1:]}, de {self.variant.author}, acceptée."
        line = f'{{version: "{self.version}", change: {json.dumps(said, ensure_ascii=False)}}}'
        text.append(("history",), line)
        return text


def _scheme(files: _Files, step: Step) -> None:
    factors = cast(Coefficients, step.value).model_dump()
    rows = [f"{name}: {_flow(row)}" for name, row in factors.items() if row]
    text = files.of(f"weights/{files.scheme}.yaml")
    text.set(("coefficients",), "{" + ", ".join(rows) + "}")


def _weight(files: _Files, step: Step) -> None:
    text = files.of(f"weights/{files.scheme}.yaml")
    weight = _number(cast(float, step.value))
    if text.get(("indicators",)) is None:
        text.set(("indicators",), f"{{{step.key[0]}: {weight}}}")
    else:
        text.set(("indicators", step.key[0]), weight)


def _scale(files: _Files, step: Step) -> None:
    change, text = cast(ScaleChange, step.value), files.indicator(step)
    if change.anchors:
        items = [
            f"{{value: {_scalar(one.value)}, score: {_number(one.score)}}}"
            for one in change.anchors
        ]
        text.set_list(("scale", "anchors"), items)
    anchors = files.catalogue.indicators[step.key[0]].scale.anchors
    words = [anchor.value for anchor in anchors]
    for word, score in change.choices:
        text.set(("scale", "anchors", words.index(word), "score"), _number(score))
    if change.direction is not None:
        text.set(("scale", "direction"), change.direction)
    if change.bend is not None:
        text.set(("scale", "interpolation"), change.bend.kind)
        if change.bend.k is not None:
            text.set(("scale", "k"), _number(change.bend.k))
        elif text.get(("scale", "k")) is not None:
            text.remove(("scale", "k"))


def _out(files: _Files, step: Step) -> None:
    (name,) = step.key
    files.removed.append(file_of_indicator(files.catalogue, name))
    for key, scheme in files.catalogue.weights.items():
        if name in scheme.indicators:
            files.of(f"weights/{key}.yaml").remove(("indicators", name))
    for key, graph in files.catalogue.graphs.items():
        for at, edge in enumerate(graph.edges):
            if edge.buffer is not None and edge.buffer.indicator == name:
                files.of(f"graphs/{key}.yaml").remove(("edges", at, "buffer"))


def _in(files: _Files, step: Step) -> None:
    files.indicator(step).set(("tier",), "standard")


def _aggregation(files: _Files, step: Step) -> None:
    mean = cast(Mean, step.value)
    for key, frame in files.catalogue.frameworks.items():
        for at, need in enumerate(frame.needs):
            if need.id == step.key[0]:
                text = files.of(f"frameworks/{key}.yaml")
                text.set(("needs", at, "aggregation"), mean.kind)
                if mean.exponent is not None:
                    text.set(("needs", at, "exponent"), _number(mean.exponent))
                elif need.exponent is not None:
                    text.remove(("needs", at, "exponent"))


def _effect(files: _Files, step: Step) -> None:
    hazard, frame, need = step.key
    text = files.of(f"hazards/{hazard}.yaml")
    if step.value == 0:
        text.remove(("effects", frame, need))
    elif text.get(("effects", frame)) is None:
        text.set(("effects", frame), f"{{{need}: {step.value}}}")
    else:
        text.set(("effects", frame, need), str(step.value))


def _link(files: _Files, step: Step) -> None:
    (name,), share = step.key, _number(cast(float, step.value))
    text = files.of("links.yaml")
    if text.get((name,)) is not None:
        text.set((name, "strength"), share)
    else:
        why = f"Proposé par la {source_words(files.variant.id)}."
        text.set((name,), f"{{strength: {share}, why: {_scalar(why)}}}")


def _edge(files: _Files, step: Step) -> None:
    change, (frame, need, on) = cast(EdgeChange, step.value), step.key
    text = files.of(f"graphs/{frame}.yaml")
    at = text.index(("edges",), need=need, on=on)
    if at is None:
        why = f", why: {_scalar(change.why)}" if change.why else ""
        line = f"{{need: {need}, on: {on}, strength: {change.strength}, delay: "
        text.append(("edges",), f"{line}{_number(change.delay or 1.0)}{why}}}")
    elif change.strength == 0:
        text.remove(("edges", at))
    else:
        text.set(("edges", at, "strength"), str(change.strength))
        if change.delay is not None:
            text.set(("edges", at, "delay"), _number(change.delay))
        if change.why:
            text.set(("edges", at, "why"), _scalar(change.why))


def _gamma(files: _Files, step: Step) -> None:
    text = files.of("cascade.yaml")
    text.set(("gamma",), _flow(cast(Gamma, step.value).model_dump()))


_EDIT: Mapping[str, Callable[[_Files, Step], None]] = {
    "scheme": _scheme,
    "weight": _weight,
    "scale": _scale,
    "out": _out,
    "in": _in,
    "aggregation": _aggregation,
    "effect": _effect,
    "link": _link,
    "edge": _edge,
    "gamma": _gamma,
}


def _flow(row: Mapping[str, float]) -> str:
    return "{" + ", ".join(f"{name}: {_number(value)}" for name, value in row.items()) + "}"


def _number(value: float) -> str:
    """Write a number as the strict reader takes it: never ``1.`` nor ``.5``."""
    return repr(int(value)) if float(value).is_integer() else repr(float(value))


def _scalar(value: float | str) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _number(value)
