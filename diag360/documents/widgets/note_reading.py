"""What is typed in the form of a note → what the note holds, or why it cannot be."""

from collections.abc import Sequence
from typing import Any, cast

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.changes_block import read_block
from diag360.challenge.annotations.clean import clean_text
from diag360.challenge.annotations.evidence import is_evidence
from diag360.challenge.annotations.evidence import read_evidence as read_line
from diag360.challenge.annotations.model import Evidence
from diag360.challenge.variants.apply import apply_steps
from diag360.challenge.variants.model import Changes, Variant
from diag360.challenge.variants.steps import steps_of
from diag360.documents.variant_words import step_words
from diag360.errors import Fault, Refusal


class Unclear(ValueError):
    """Something typed that cannot be taken, said in French, a sentence a line."""


def read_changes(typed: str, *, catalogue: Catalogue) -> tuple[Changes | None, list[str]]:
    """Read the change of a proposition, and say what it does.

    Parameters
    ----------
    typed : str
        YAML, with or without the fence that surrounds it in a cell; may be empty.
    catalogue : Catalogue
        It is applied to it, on the side.

    Returns
    -------
    changes : Changes or None
        None when nothing is typed.
    said : list of str
        What each change does, in French.

    Raises
    ------
    Unclear
        With every fault: the YAML, an unknown id, a scale that does not hold.
    """
    lines = [line for line in typed.strip().splitlines() if not line.strip().startswith("```")]
    if not any(line.strip() and not line.strip().startswith("#") for line in lines):
        return None, []
    block = read_block(lines, info="yaml")
    if block.changes is None:
        raise Unclear(block.remark.partition(" : ")[2] or block.remark)
    kept = _moving(block.changes, catalogue)
    if kept is None:
        return None, []
    changes = kept
    steps = steps_of(cast(Any, Variant).model_construct(id="note", changes=changes))
    try:
        apply_steps(catalogue, steps)
    except Refusal as refusal:
        raise Unclear(_told(refusal.faults)) from None
    return changes, [f"{step_words(step, catalogue=catalogue)}." for step in steps]


def read_evidence(typed: str) -> tuple[Evidence, ...]:
    """Read what a note rests on, one piece a line.

    Parameters
    ----------
    typed : str
        An address or a title, and a page; « preuve : » in front is allowed.

    Returns
    -------
    tuple of Evidence
        Blank lines are left out.

    Raises
    ------
    Unclear
        With every line that cannot be read.
    """
    found, wrong = [], []
    for line in clean_text(typed).splitlines():
        told = line.strip()
        if not told:
            continue
        one = read_line(told if is_evidence(told) else f"preuve : {told}")
        if one is None:
            wrong.append(f"« {told[:60]} » ne se lit pas : une adresse, ou un titre, et la page")
        else:
            found.append(one)
    if wrong:
        raise Unclear("\n".join(wrong))
    return tuple(found)


def _told(faults: Sequence[Fault]) -> str:
    """Faults without the name of a file that nobody has seen."""
    lines = []
    for one in faults:
        place = one.place.removeprefix("changes.")
        lines.append(" : ".join(part for part in (place, one.problem, one.remedy) if part))
    return "\n".join(lines)


def _moving(changes: Changes, catalogue: Catalogue) -> Changes | None:
    """Leave out the answers and the effects left at what they are today; None when all are."""
    choices: dict[str, dict[str, float]] = {}
    for name, scores in changes.choices.items():
        known = catalogue.indicators.get(name)
        today = {one.value: one.score for one in known.scale.anchors} if known else {}
        choices[name] = {word: score for word, score in scores.items() if today.get(word) != score}
    effects: dict[str, dict[str, dict[str, int]]] = {}
    for hazard, frames in changes.effects.items():
        known_effects = catalogue.hazards[hazard].effects if hazard in catalogue.hazards else {}
        for frame, row in frames.items():
            was = known_effects.get(frame, {})
            moved = {need: force for need, force in row.items() if was.get(need) != force}
            if moved:
                effects.setdefault(hazard, {})[frame] = moved
    told = changes.model_dump(by_alias=True) | {
        "choices": {name: scores for name, scores in choices.items() if scores},
        "effects": effects,
    }
    if all(value in (None, {}, ()) for value in told.values()):
        return None
    return Changes.model_validate(told)
