"""What the texts of hazards, links, graphs, scenarios and commons owe their reader, checked."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from diag360.catalogue.hazards import Common, Hazard, NeedGraph, Proxy, Scenario
from diag360.catalogue.model import Catalogue
from diag360.documents.wording import check_length, check_repeats, check_typography
from diag360.errors import Fault

# Characters, by sort of text; those of LABELS are parts of sentences and end without a mark.
LENGTHS = {
    "label": (4, 110),
    "phrase": (8, 80),
    "noun": (5, 60),
    "role": (4, 120),
    "origin": (60, 350),
    "description": (120, 900),
    "opportunity": (80, 450),
    "level": (20, 200),
    "justification": (80, 1500),
    "question": (30, 350),
    "why": (30, 260),
    "story": (60, 900),
    "prepare": (15, 300),
    "definition": (60, 700),
}
LABELS = {"label", "phrase", "noun", "role"}
_SINGULAR = re.compile(r"(?:une? |le |la |l’)")
_ARTICLE = re.compile(r"(?:les? |la |l’)")


class Passage(NamedTuple):
    """One text a reader sees: where it stands, of what sort it is, what it says."""

    file: str
    place: str
    sort: str
    body: str


def passages(catalogue: Catalogue) -> Iterator[Passage]:
    """Yield every text of the vulnerability room, in the order of the files.

    Parameters
    ----------
    catalogue : Catalogue
        Loaded catalogue; texts are typeset by the loader.

    Yields
    ------
    Passage
        Also those that are empty and should not be.
    """
    for hazard in catalogue.hazards.values():
        yield from _hazard(hazard)
    for link in catalogue.links.values():
        yield Passage("links.yaml", f"{link.id}.why", "why", link.why)
    for graph in catalogue.graphs.values():
        yield from _graph(graph)
    if catalogue.cascade is not None:
        settings = catalogue.cascade
        yield Passage("cascade.yaml", "justification", "justification", settings.justification)
    for proxy in catalogue.proxies.values():
        yield from _proxy(proxy)
    for scenario in catalogue.scenarios.values():
        yield from _scenario(scenario)
    for common in catalogue.commons.values():
        yield from _common(common)
    for frame in catalogue.frameworks.values():
        for need in frame.needs:
            place = f"needs.{need.id}.noun"
            yield Passage(f"frameworks/{frame.id}.yaml", place, "noun", need.noun)


def check_hazard_wording(catalogue: Catalogue) -> list[Fault]:
    """List what is missing or wrong in the texts of the vulnerability room.

    Parameters
    ----------
    catalogue : Catalogue
        Loaded catalogue.

    Returns
    -------
    list of Fault
        Empty, too short or too long texts, wrong typography, phrases that cannot be the subject
        of a sentence, sentences used twice.
    """
    faults: list[Fault] = []
    found = list(passages(catalogue))
    for file, place, sort, body in found:
        faults += check_length(place, body, file, bounds=LENGTHS[sort])
        faults += check_typography(place, body, file, sentence=sort not in LABELS)
        faults += _article(file, place, sort, body)
    for hazard in catalogue.hazards.values():
        if not hazard.composed_of and not hazard.questions:
            problem = "aucune question aux experts"
            remedy = "en écrire une : la cotation est un a priori à discuter"
            faults.append(Fault(f"hazards/{hazard.id}.yaml", "questions", problem, remedy))
    sentences = ((p.file, p.place, p.body) for p in found if p.sort not in LABELS)
    return [*faults, *check_repeats(sentences)]


def _article(file: str, place: str, sort: str, body: str) -> Iterator[Fault]:
    """A phrase is the subject of « toucherait »: in the singular; a noun follows it."""
    if sort == "phrase" and body and not _SINGULAR.match(body):
        remedy = "commencer par « un », « une », « le », « la » ou « l’ »"
        yield Fault(file, place, f"« {body} » n’est pas un sujet au singulier", remedy)
    if sort == "noun" and body and not _ARTICLE.match(body):
        remedy = "commencer par « le », « la », « les » ou « l’ »"
        yield Fault(file, place, f"« {body} » n’a pas d’article", remedy)


def _many(file: str, place: str, sort: str, bodies: tuple[str, ...]) -> Iterator[Passage]:
    for at, body in enumerate(bodies):
        yield Passage(file, f"{place}.{at}", sort, body)


def _hazard(hazard: Hazard) -> Iterator[Passage]:
    file = f"hazards/{hazard.id}.yaml"
    for name in ("label", "phrase", "origin", "description", "opportunity"):
        yield Passage(file, name, name, getattr(hazard, name))
    if hazard.guide is not None:
        for name in ("likelihood", "intensity"):
            yield from _many(file, f"guide.{name}", "level", getattr(hazard.guide, name))
    if hazard.default is not None:
        body = hazard.default.justification
        yield Passage(file, "default.justification", "justification", body)
    yield from _many(file, "questions", "question", hazard.questions)


def _graph(graph: NeedGraph) -> Iterator[Passage]:
    file = f"graphs/{graph.id}.yaml"
    yield Passage(file, "justification", "justification", graph.justification)
    for edge in graph.edges:
        yield Passage(file, f"edges.{edge.need}-{edge.on}.why", "why", edge.why)


def _proxy(proxy: Proxy) -> Iterator[Passage]:
    for name, sort in (("label", "label"), ("definition", "definition"), ("limits", "definition")):
        yield Passage("proxies.yaml", f"{proxy.id}.{name}", sort, getattr(proxy, name))


def _scenario(scenario: Scenario) -> Iterator[Passage]:
    file = "scenarios.yaml"
    for name in ("label", "phrase", "description"):
        yield Passage(file, f"{scenario.id}.{name}", name, getattr(scenario, name))
    for duration, body in scenario.story.items():
        yield Passage(file, f"{scenario.id}.story.{duration}", "story", body)
    yield from _many(file, f"{scenario.id}.prepare", "prepare", scenario.prepare)
    yield from _many(file, f"{scenario.id}.questions", "question", scenario.questions)
    yield from _many(file, f"{scenario.id}.roles", "role", scenario.roles)


def _common(common: Common) -> Iterator[Passage]:
    file = "commons.yaml"
    yield Passage(file, f"{common.id}.label", "label", common.label)
    for name in ("what", "start"):
        yield Passage(file, f"{common.id}.{name}", "definition", getattr(common, name))
