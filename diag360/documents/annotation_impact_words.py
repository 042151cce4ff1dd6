"""What a proposition would do, in plain French: the sentences kept in the note, under it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from diag360.catalogue.french import space
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.impact import FrameImpact, NoteImpact
from diag360.challenge.annotations.model import Impact, Note
from diag360.challenge.annotations.moves import Moved
from diag360.documents import text
from diag360.territories.perimeter import load_epci

_MOST = 8  # indicators or needs told one by one
_FEW = 3  # hazards told one by one
_SEEN = 5e-4  # of a score or an effect in [0, 1]: below, it prints as 0,0 on 100


def impact_record(note: Note, found: NoteImpact, *, on: date) -> Impact:
    """Make what a note keeps of a computation.

    Parameters
    ----------
    note : Note
        Holds the former one, if any.
    found : NoteImpact
        What the proposition would do.
    on : datetime.date
        Day of the computation.

    Returns
    -------
    Impact
        The former one, with its date, when it says the same of the same words.
    """
    names = {str(code): str(name) for code, name in load_epci()["name"].items()}
    made = Impact(
        version=found.version, revision=found.revision, date=on,
        lines=impact_lines(found, names=names),
    )  # fmt: skip
    former = note.impact
    same = former is not None and former == made.model_copy(update={"date": former.date})
    return former if same and former is not None else made


def impact_lines(found: NoteImpact, *, names: Mapping[str, str]) -> tuple[str, ...]:
    """Say what moves and what turns over, framework by framework.

    Parameters
    ----------
    found : NoteImpact
        What the proposition would do.
    names : mapping of str to str
        Names of territories, by code.

    Returns
    -------
    tuple of str
        Sentences, typeset.
    """
    first, *others = found.frames
    lines = _frame_lines(first, names)
    for frame in others:
        lines += [_flipped(frame), *_needs(frame, names)]
    return tuple(space(line) for line in lines)


def _frame_lines(frame: FrameImpact, names: Mapping[str, str]) -> list[str]:
    catalogue = frame.comparison.reference.catalogue
    indicators = _listed(
        frame.indicators, names, what="indicateurs", known="entre dans le calcul de {}",
        unknown="quitte le calcul dans {}",
        told=lambda name: f"« {catalogue.indicators[name].label} » ({name}), score",
    )  # fmt: skip
    needs = [] if frame.inert else _needs(frame, names)
    effects = [] if frame.inert else _effects(frame)
    return [_flipped(frame), *indicators, *needs, *effects, *_untold(frame, catalogue)]


def _needs(frame: FrameImpact, names: Mapping[str, str]) -> list[str]:
    label = _need_labels(frame)
    return _listed(
        frame.needs, names, what="besoins", known="devient déterminé dans {}",
        unknown="n’est plus déterminé dans {}", told=lambda name: f"Besoin « {label[name]} »",
    )  # fmt: skip


def _need_labels(frame: FrameImpact) -> dict[str, str]:
    catalogue = frame.comparison.reference.catalogue
    return {need.id: need.label for need in catalogue.frameworks[frame.framework].needs}


def _flipped(frame: FrameImpact) -> str:
    """Count the territories whose conclusions change, and say which ones."""
    flips, total = frame.flips, text.number(len(frame.territories))
    verdict = flips.verdict
    changed = int(verdict.changes.sum())
    where = f"Dans le cadre {frame.framework} (poids {frame.weights}, niveau {frame.tier})"
    if frame.inert:
        return f"{where}, rien ne bouge avec ces données, dans aucun des {total} territoires."
    said = []
    if changed:
        parts = [
            f"{words} dans {text.number(int(mask.sum()))}{more}"
            for words, mask, more in (
                ("les trois besoins les plus faibles", verdict.weakest, ""),
                ("la classe d’un besoin", verdict.classes, _classes(frame)),
                ("les trois aléas les plus lourds", verdict.heaviest, ""),
            )
            if mask.any()
        ]
        verb = "change" if changed == 1 else "changent"
        said.append(
            f"les conclusions {verb} dans {text.count(changed, 'territoire')} sur {total} : "
            f"{text.enumerate_words(parts)}"
        )
    else:
        said.append(f"aucune conclusion ne change, dans aucun des {total} territoires")
    points = [
        f"les points {side} dans {text.number(int(mask.sum()))}"
        for side, mask in (("forts", flips.strong), ("faibles", flips.weak))
        if mask.any()
    ]
    if points:
        said.append(f"dans la synthèse changent {text.enumerate_words(points)}")
    return f"{where}, {' ; '.join(said)}."


def _classes(frame: FrameImpact) -> str:
    """Count needs by what happens to their class, over all territories."""
    flips = frame.flips
    counts = [
        f"{words} : {text.number(int(mask.sum()))}"
        for words, mask in (
            ("qui montent", flips.up), ("qui descendent", flips.down),
            ("qui deviennent déterminés", flips.gained),
            ("qui cessent d’être déterminés", flips.lost),
        )
        if mask.any()
    ]  # fmt: skip
    return f" (besoins {', '.join(counts)})" if counts else ""


def _listed(
    moved: Sequence[Moved], names: Mapping[str, str], *, what: str, known: str, unknown: str,
    told: Callable[[str], str],
) -> list[str]:  # fmt: skip
    """One line a column; ``known`` and ``unknown`` hold a place for the count of territories."""
    lines = []
    for one in moved[:_MOST]:
        said = [_moves(one, names)] if one.territories else []
        said += [
            words.format(text.count(count, "territoire"))
            for count, words in (
                (one.gained, known),
                (one.lost, unknown),
                (one.interval, "reste indéterminé, mais son intervalle bouge dans {}"),
            )
            if count
        ]
        lines.append(f"{told(one.name)} : {' ; '.join(said)}.")
    if len(moved) > _MOST:
        lines.append(f"Et {text.number(len(moved) - _MOST)} autres {what}.")
    return lines


def _moves(one: Moved, names: Mapping[str, str]) -> str:
    ways = [
        f"{verb} dans {text.count(count, 'territoire')}"
        for verb, count in (("monte", one.up), ("baisse", one.down))
        if count
    ]
    return (
        f"{text.enumerate_words(ways)}, de {_points(one.median)} en médiane et de "
        f"{_points(one.largest)} au plus, sur 100 ({names.get(one.where, one.where)})"
    )


def _effects(frame: FrameImpact) -> list[str]:
    """Tell the needs struck and the hazards whose effects move enough to be printed."""
    struck, hazards = (
        sorted((m for m in moved if abs(m.largest) >= _SEEN), key=lambda m: -abs(m.largest))
        for moved in (frame.struck, frame.hazards)
    )
    if not struck and not hazards:
        small = frame.hazards or frame.struck
        return ["Effets des aléas : ils bougent de moins de 0,1 sur 100."] if small else []
    # A change of scores is told by scores: of the effects it has, the first one is enough.
    most = 1 if all(step.scored for step in frame.comparison.cases[0].steps) else _FEW
    label, known = _need_labels(frame), frame.comparison.reference.catalogue.hazards
    return [
        f"{head} : {' ; '.join(told)}{_rest(moved, most, noun)}."
        for head, moved, noun, told in (
            ("Effets des aléas, sur 100", struck, "besoin",
             [f"sur « {label[one.name]} », {_amounts(one)}" for one in struck[:most]]),
            ("Aléas, effet moyen sur les besoins", hazards, "aléa",
             [f"« {known[one.name].label} », {_amounts(one)}" for one in hazards[:most]]),
        )
        if moved
    ]  # fmt: skip


def _amounts(one: Moved) -> str:
    return (
        f"{_points(one.median)} en médiane et {_points(one.largest)} au plus "
        f"({text.count(one.territories, 'territoire')})"
    )


def _rest(moved: Sequence[Moved], told: int, noun: str) -> str:
    left = len(moved) - told
    return f" ; et {text.count(left, f'autre {noun}', f'autres {noun}s')}" if left > 0 else ""


def _untold(frame: FrameImpact, catalogue: Catalogue) -> list[str]:
    """Say what the data cannot show."""
    lines = []
    if frame.silent:
        lines.append(
            f"Aucune donnée ouverte pour {_indicators(frame.silent, catalogue)} : l’effet ne se "
            "voit que dans les territoires qui répondent à la question."
        )
    if frame.unrated:
        named = text.enumerate_words([f"« {catalogue.hazards[n].label} »" for n in frame.unrated])
        lines.append(f"À coter par chaque territoire : {named} ; sans cotation, aucun effet.")
    indicators = [name for name in frame.outside if name in catalogue.indicators]
    if indicators:
        lines.append(
            f"Hors du calcul (autre cadre, ou autre niveau que {frame.tier}) : "
            f"{_indicators(indicators, catalogue)}."
        )
    hazards = [catalogue.hazards[n].label for n in frame.outside if n in catalogue.hazards]
    if hazards:
        lines.append(
            f"Hors du calcul, qui porte sur les aléas du texte fondateur : "
            f"{text.enumerate_words([f'« {label} »' for label in hazards])}."
        )
    return lines


def _indicators(names: Sequence[str], catalogue: Catalogue) -> str:
    return text.enumerate_words([f"« {catalogue.indicators[n].label} » ({n})" for n in names])


def _points(change: float) -> str:
    return text.number(100 * change, decimals=1, signed=True)
