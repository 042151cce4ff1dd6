"""What the texts of an indicator owe their reader, checked: complete, typeset, traceable."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Catalogue, Indicator
from diag360.catalogue.units import Unit
from diag360.documents import text
from diag360.errors import Fault
from diag360.scoring.matrices import score_of

# Characters: below, the text cannot say what is asked; above, nobody reads it.
LENGTHS = {
    "definition": (120, 900),
    "rationale": (120, 900),
    "limits": (80, 900),
    "scale.justification": (100, 1000),
    "collection.how": (80, 700),
    "example.text": (60, 400),
}
_NUMBER = re.compile(r"(?<![\w’.,-])[−+-]?\d{1,3}(?:\u202f\d{3})+(?:,\d+)?|"
                     r"(?<![\w’.,/-])\d+(?:,\d+)?(?![\w]*[-.]\d)")  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE = re.compile(r"[^.!?;]{30,}")
_BAD_SPACE = re.compile(
    r"[^\u00a0\u202f][:;!?»](?=\s|$)|\w[:;!?][^\W\d]|«[^\u00a0]|\d[^\u00a0\u202f]?%"
)
_STRAIGHT = re.compile(r"[\"']|\.\.\.")


def texts_of(indicator: Indicator) -> dict[str, str]:
    """Texts an indicator owes, by the place where they are written."""
    return {
        "definition": indicator.definition,
        "rationale": indicator.rationale,
        "limits": indicator.limits,
        "scale.justification": indicator.scale.justification,
        "collection.how": indicator.collection.how,
        "example.text": indicator.example.text if indicator.example else "",
    }


def check_wording(catalogue: Catalogue) -> list[Fault]:
    """List what is missing or wrong in the texts of the indicators.

    Parameters
    ----------
    catalogue : Catalogue
        Loaded catalogue; texts are typeset by the loader.

    Returns
    -------
    list of Fault
        Empty, too short or too long texts, wrong typography, sentences used twice, numbers that
        are neither an anchor nor traced to a source, examples that do not read as they score.
    """
    faults: list[Fault] = []
    written: list[tuple[str, str, str]] = []
    for indicator in catalogue.indicators.values():
        file = _file(indicator, catalogue)
        for place, body in texts_of(indicator).items():
            faults += check_length(place, body, file, bounds=LENGTHS[place])
            written.append((file, place, body))
        everything = {**texts_of(indicator), **_questions(indicator)}
        for place, body in everything.items():
            faults += check_typography(place, body, file)
        faults += _numbers(indicator, catalogue, everything, file)
        faults += _example(indicator, catalogue, file)
        if indicator.collection.minutes is None:
            problem = "le temps de collecte manque"
            faults.append(Fault(file, "collection.minutes", problem, "l’estimer, en minutes"))
    return [*faults, *check_repeats(written)]


def _file(indicator: Indicator, catalogue: Catalogue) -> str:
    default = indicator.needs.get(catalogue.settings.default_framework)
    folder = default.primary if default else next(iter(indicator.needs.values())).primary
    return f"indicators/{folder}/{indicator.id}.yaml"


def _questions(indicator: Indicator) -> dict[str, str]:
    return {f"questions.{at}": body for at, body in enumerate(indicator.questions)}


def check_length(place: str, body: str, file: str, *, bounds: tuple[int, int]) -> list[Fault]:
    """Say that a text is absent, too short or too long.

    Parameters
    ----------
    place, body, file : str
        Where the text stands, the text, and its file.
    bounds : tuple of int
        Fewest and most characters.

    Returns
    -------
    list of Fault
        One fault at most.
    """
    low, high = bounds
    if not body:
        return [Fault(file, place, "ce texte manque", f"l’écrire, en {low} à {high} signes")]
    if low <= len(body) <= high:
        return []
    problem = f"{len(body)} signes"
    return [Fault(file, place, problem, f"entre {low} et {high} signes")]


def check_typography(place: str, body: str, file: str, *, sentence: bool = True) -> Iterator[Fault]:
    """Say what is wrong in the French typography of a text.

    Parameters
    ----------
    place, body, file : str
        Where the text stands, the text, and its file.
    sentence : bool
        Whether the text must end as a sentence does; a label must not.

    Yields
    ------
    Fault
        Spaces, quotation marks, suspension points, and the end of the text.
    """
    for pattern, what in ((_BAD_SPACE, "espace"), (_STRAIGHT, "guillemet ou points")):
        for found in pattern.finditer(body):
            near = body[max(0, found.start() - 15) : found.end() + 15]
            yield Fault(file, place, f"typographie ({what}) près de « {near} »", "corriger")
    if sentence and body and body[-1] not in ".?!»":
        yield Fault(file, place, f"la fin « …{body[-20:]} » n’est pas ponctuée", "finir la phrase")
    if not sentence and body.endswith((".", ";", ",", "…")):
        yield Fault(file, place, f"la fin « …{body[-20:]} » est ponctuée", "retirer ce signe")


def check_repeats(written: Iterable[tuple[str, str, str]]) -> list[Fault]:
    """Find the sentences written in several places.

    Parameters
    ----------
    written : iterable of tuple
        File, place and text.

    Returns
    -------
    list of Fault
        One per sentence, at its first place, naming the others.
    """
    used: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file, place, body in written:
        for sentence in _SENTENCE.findall(body):
            used[" ".join(sentence.lower().split())].append((file, place))
    faults = []
    for sentence, places in used.items():
        if len(places) > 1:
            others = " ; ".join(f"{file}, {place}" for file, place in places[1:])
            problem = f"phrase employée {len(places)} fois : « {sentence.strip()[:60]}… »"
            faults.append(Fault(*places[0], problem, f"la récrire (aussi dans {others})"))
    return faults


def figures_in(body: str) -> list[str]:
    """Numbers printed in a text, years and numbers of articles left out.

    Parameters
    ----------
    body : str
        Text; thousands may be apart by any space.

    Returns
    -------
    list of str
        For instance ``["13,2", "1255"]``, without thousands separators or sign.
    """
    found = (
        match.group().replace("\u202f", "").lstrip("−+-")
        for match in _NUMBER.finditer(typeset_text(body))
    )
    return [number for number in found if not _YEAR.fullmatch(number)]


def _numbers(
    indicator: Indicator, catalogue: Catalogue, texts: dict[str, str], file: str
) -> Iterator[Fault]:
    allowed = _allowed(indicator, catalogue)
    for place, body in texts.items():
        for number in figures_in(body):
            if number not in allowed:
                problem = f"le nombre « {number} » n’est ni un seuil ni sourcé"
                remedy = "reprendre le seuil exact, ou déclarer le nombre sous « cited »"
                yield Fault(file, place, problem, remedy)
    quoted = {number for body in texts.values() for number in figures_in(body)}
    for at, cited in enumerate(indicator.cited):
        if not set(figures_in(cited.number)) & quoted:
            problem = f"« {cited.number} » n’est cité par aucun texte"
            yield Fault(file, f"cited.{at}", problem, "le retirer")


def _allowed(indicator: Indicator, catalogue: Catalogue) -> set[str]:
    """Numbers a text may print: those already written elsewhere, with their source."""
    unit = catalogue.unit(indicator.id)
    words = [
        indicator.label,
        *indicator.response.choices,
        *(cited.number for cited in indicator.cited),
        *(catalogue.sources[name].label for name in indicator.sources),
        *(
            f"{catalogue.references[name].label} {catalogue.references[name].states}"
            for name in indicator.references
        ),
    ]
    allowed = {"0", "100"}
    if indicator.collection.minutes is not None:
        allowed.add(str(indicator.collection.minutes))
    scores = [anchor.score for anchor in indicator.scale.anchors]
    if indicator.example is not None:
        scores.append(score_of(indicator, indicator.example.value))
    words += [text.score(score) for score in scores]
    if unit is not None:
        words += [unit.label, unit.symbol]
        values = [float(anchor.value) for anchor in indicator.scale.anchors]
        if indicator.example is not None and not isinstance(indicator.example.value, str):
            values.append(indicator.example.value)
        for value in values:
            words += [text.threshold(value, unit), text.with_unit(value, unit)]
    for word in words:
        allowed.update(figures_in(word))
    return allowed


def _example(indicator: Indicator, catalogue: Catalogue, file: str) -> Iterator[Fault]:
    example = indicator.example
    if example is None:
        return
    score = score_of(indicator, example.value)
    if np.isnan(score):
        problem = f"« {example.value} » n’est pas une réponse possible"
        yield Fault(file, "example.value", problem, "reprendre une réponse ou une valeur permise")
        return
    if not example.text.startswith("Lecture\u00a0: "):
        yield Fault(file, "example.text", "ne commence pas par « Lecture : »", "l’ajouter")
    unit = catalogue.unit(indicator.id)
    for what in (_shown(example.value, unit), text.score(score)):
        if what.lower() not in example.text.lower():
            problem = f"« {what} » n’y figure pas"
            yield Fault(file, "example.text", problem, "citer la valeur et le score qu’elle donne")


def _shown(value: float | str, unit: Unit | None) -> str:
    if unit is None or isinstance(value, str):
        return str(value).replace("'", "’")
    return text.threshold(value, unit).lstrip(text.MINUS + "+")
