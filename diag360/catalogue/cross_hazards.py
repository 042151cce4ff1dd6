"""Checks between the files of the vulnerability room: what is named exists, once, in its place."""

from collections.abc import Iterable, Mapping, Set

from diag360.catalogue.cross_check import Checker, Key
from diag360.catalogue.hazards import Common, Hazard, Link, NeedGraph, Proxy, Scenario
from diag360.catalogue.lookup import Reference, Source
from diag360.catalogue.model import Catalogue, Framework, Indicator
from diag360.catalogue.units import Unit
from diag360.errors import Fault


def check_hazards(
    catalogue: Catalogue, *, file_of: Mapping[Key, str], refused: Set[Key]
) -> list[Fault]:
    """List every reference to nothing among hazards, links, graphs, proxies, scenarios, commons.

    Parameters
    ----------
    catalogue : Catalogue
        Records that were read.
    file_of : mapping
        File of each record, by (model, id).
    refused : set
        Records already refused for themselves, not to be reported a second time.

    Returns
    -------
    list of Fault
        Every fault, in the order of the files.
    """
    check = Checker(file_of, refused)
    for indicator in catalogue.indicators.values():
        file = file_of[Indicator, indicator.id]
        check.each(indicator.hazards, catalogue.hazards, Hazard, file, "hazards", "aléa")
    for hazard in catalogue.hazards.values():
        _hazard(hazard, catalogue, check)
    for link in catalogue.links.values():
        check.each(link.ends, catalogue.hazards, Hazard, "links.yaml", link.id, "aléa")
    for graph in catalogue.graphs.values():
        _graph(graph, catalogue, check)
    for proxy in catalogue.proxies.values():
        check.each(proxy.sources, catalogue.sources, Source, "proxies.yaml",
                   f"{proxy.id}.sources", "source")  # fmt: skip
        check.known(proxy.unit, catalogue.units, Unit, file="proxies.yaml",
                    place=f"{proxy.id}.unit", what="unité")  # fmt: skip
    for scenario in catalogue.scenarios.values():
        _scenario(scenario, catalogue, check)
    for common in catalogue.commons.values():
        place = f"{common.id}.hazards"
        check.each(common.hazards, catalogue.hazards, Hazard, file_of[Common, common.id], place,
                   "aléa")  # fmt: skip
        for framework, needs in common.needs.items():
            _needs(needs, framework, catalogue, check, file="commons.yaml",
                   place=f"{common.id}.needs.{framework}")  # fmt: skip
    _settings(catalogue, check)
    return check.faults


def _needs(
    needs: Iterable[str], framework: str, catalogue: Catalogue, check: Checker, *, file: str,
    place: str,
) -> None:  # fmt: skip
    check.known(framework, catalogue.frameworks, Framework, file=file, place=place, what="cadre")
    if framework in catalogue.frameworks:
        known = {need.id: need for need in catalogue.frameworks[framework].needs}
        for need in needs:
            check.known(need, known, Framework, file=file, place=place, what="besoin")


def _hazard(hazard: Hazard, catalogue: Catalogue, check: Checker) -> None:
    file = check.file_of[Hazard, hazard.id]
    check.each(hazard.references, catalogue.references, Reference, file, "references", "référence")
    check.each(hazard.composed_of, catalogue.hazards, Hazard, file, "composed_of", "aléa")
    for at, name in enumerate(hazard.composed_of):
        if name in catalogue.hazards and catalogue.hazards[name].composed_of:
            problem = f"« {name} » est lui-même fait d’autres aléas"
            check.faults.append(
                Fault(file, f"composed_of.{at}", problem, "lister les aléas qui le composent")
            )
    for framework, row in hazard.effects.items():
        _needs(row, framework, catalogue, check, file=file, place=f"effects.{framework}")
    if hazard.default is not None:
        for name in ("likelihood", "intensity", "concern"):
            part = getattr(hazard.default, name)
            if part is not None and part.proxy is not None:
                check.known(part.proxy, catalogue.proxies, Proxy, file=file,
                            place=f"default.{name}.proxy", what="statistique")  # fmt: skip


def _graph(graph: NeedGraph, catalogue: Catalogue, check: Checker) -> None:
    file = check.file_of[NeedGraph, graph.id]
    seen: set[tuple[str, str]] = set()
    for at, edge in enumerate(graph.edges):
        place, ends = f"edges.{at}", (edge.need, edge.on)
        _needs(ends, graph.id, catalogue, check, file=file, place=place)
        if edge.need == edge.on:
            problem = f"« {edge.need} » dépend de lui-même"
            check.faults.append(Fault(file, place, problem, "retirer cette dépendance"))
        if ends in seen:
            problem = f"« {edge.need} » dépend deux fois de « {edge.on} »"
            check.faults.append(Fault(file, place, problem, "n’en garder qu’une"))
        seen.add(ends)
        if edge.buffer is not None:
            check.known(edge.buffer.indicator, catalogue.indicators, Indicator, file=file,
                        place=f"{place}.buffer.indicator", what="indicateur")  # fmt: skip


def _scenario(scenario: Scenario, catalogue: Catalogue, check: Checker) -> None:
    file = check.file_of[Scenario, scenario.id]
    place = f"{scenario.id}.hazards"
    check.each(scenario.hazards, catalogue.hazards, Hazard, file, place, "aléa")
    if catalogue.cascade is None:
        return
    durations = {duration.id: duration for duration in catalogue.cascade.durations}
    for name, where in [
        (scenario.duration, "duration"),
        *((key, "story") for key in scenario.story),
    ]:
        check.known(name, durations, Scenario, file=file, place=f"{scenario.id}.{where}",
                    what="durée")  # fmt: skip


def _settings(catalogue: Catalogue, check: Checker) -> None:
    settings = catalogue.cascade
    if settings is None:
        if catalogue.hazards:
            problem = "fichier absent, alors qu’il y a des aléas"
            check.faults.append(Fault("cascade.yaml", "", problem, "le rétablir"))
        return
    durations = {duration.id: duration for duration in settings.durations}
    for name in ("shock_duration", "stress_duration"):
        check.known(getattr(settings, name), durations, Link, file="cascade.yaml", place=name,
                    what="durée")  # fmt: skip
    gamma = settings.gamma
    if not gamma.low <= gamma.central <= gamma.high:
        problem = f"{gamma.low} ≤ {gamma.central} ≤ {gamma.high} n’est pas vrai"
        check.faults.append(Fault("cascade.yaml", "gamma", problem, "ranger low, central, high"))
    if list(settings.classes) != sorted(set(settings.classes)):
        problem = f"{list(settings.classes)} ne monte pas"
        check.faults.append(
            Fault("cascade.yaml", "classes", problem, "ranger du plus petit au plus grand")
        )
    for framework in catalogue.frameworks:
        if framework not in catalogue.graphs and catalogue.hazards:
            problem = f"aucun graphe pour le cadre « {framework} »"
            check.faults.append(Fault("graphs", "", problem, f"écrire graphs/{framework}.yaml"))
