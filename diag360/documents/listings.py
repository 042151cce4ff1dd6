"""Rows of ``diag360 list``, as text."""

from collections.abc import Sequence

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.scoring.tiers import MOST, MOST_GAP, Choice, minutes_by_tier
from diag360.territories.perimeter import load_epci

Rows = list[tuple[str, ...]]


def listing(what: str) -> Rows:
    """List what the catalogue or the perimeters hold, one tuple of texts a line.

    Parameters
    ----------
    what : str
        ``territories``, ``indicators``, ``needs``, ``weights``, ``tiers``, ``hazards``,
        ``scenarios`` or ``commons``.

    Returns
    -------
    list of tuple of str
        Id first.

    Raises
    ------
    KeyError
        For anything else.
    """
    if what == "territories":
        table = load_epci().sort_values("name")
        return [
            (str(siren), str(row["name"]), str(row["department"]), str(row["population"]))
            for siren, row in table.iterrows()
        ]
    tables = {
        "indicators": _indicators,
        "needs": _needs,
        "weights": _weights,
        "tiers": _tiers,
        "hazards": _hazards,
        "scenarios": _scenarios,
        "commons": _commons,
    }
    return tables[what](load_catalogue())


def _indicators(catalogue: Catalogue) -> Rows:
    default = catalogue.settings.default_framework
    return [
        (
            indicator.id,
            text.LABELS[indicator.kind],
            indicator.needs[default].primary if default in indicator.needs else "",
            indicator.tier,
            indicator.label,
        )
        for indicator in catalogue.indicators.values()
    ]


def _needs(catalogue: Catalogue) -> Rows:
    return [
        (need.id, framework.id, framework.categories[need.category], need.label)
        for framework in catalogue.frameworks.values()
        for need in framework.needs
    ]


def _weights(catalogue: Catalogue) -> Rows:
    return [
        (scheme.id, scheme.label, f"{scheme.author}, {scheme.date}", scheme.justification.strip())
        for scheme in catalogue.weights.values()
    ]


def _tiers(catalogue: Catalogue) -> Rows:
    counts = minutes_by_tier(catalogue, framework=catalogue.settings.default_framework)
    return [
        (tier, text.count(held, "indicateur"), text.duration(minutes))
        for tier, (held, minutes) in counts.items()
    ]


def _hazards(catalogue: Catalogue) -> Rows:
    return [
        (hazard.id, hazard.kind, text.PACKS[hazard.pack], hazard.label)
        for hazard in catalogue.hazards.values()
    ]


def _scenarios(catalogue: Catalogue) -> Rows:
    return [
        (
            scenario.id,
            ", ".join(f"{name}={level}" for name, level in scenario.hazards.items()),
            scenario.label,
        )
        for scenario in catalogue.scenarios.values()
    ]


def _commons(catalogue: Catalogue) -> Rows:
    return [
        (common.id, common.kind, common.label, common.url or "", common.licence)
        for common in catalogue.commons.values()
    ]


def tier_rows(choices: Sequence[Choice], *, catalogue: Catalogue) -> Rows:
    """List the standard set of each need under the rule, then what the catalogue would change.

    Parameters
    ----------
    choices : sequence of Choice
        From :func:`diag360.scoring.tiers.choose_standard`.
    catalogue : Catalogue
        Its declared tiers are compared with the rule.

    Returns
    -------
    list of tuple of str
        Need, number asked out of all, minutes, expected gap, ids; then the tiers and their
        minutes; then one row per indicator whose declared tier is not that of the rule.
    """
    rows: Rows = [("besoin", "indicateurs", "minutes", "écart attendu", "retenus")]
    for choice in choices:
        count = f"{len(choice.chosen)} sur {choice.of}"
        gap = f"{text.number(100 * choice.gap)} sur 100"
        rows.append((choice.need, count, str(choice.minutes), gap, " ".join(choice.chosen)))
    total = sum(len(choice.chosen) for choice in choices)
    most = f"au plus {MOST} indicateurs, écart d’au plus {text.number(100 * MOST_GAP)} sur 100"
    rows += [("total", str(total), "", most, "")]
    framework = catalogue.settings.default_framework
    for tier, (held, minutes) in minutes_by_tier(catalogue, framework=framework).items():
        rows.append((tier, str(held), str(minutes), text.duration(minutes), ""))
    chosen = {name for choice in choices for name in choice.chosen}
    for indicator in catalogue.indicators.values():
        if indicator.tier == "flash" or framework not in indicator.needs:
            continue
        ruled = "standard" if indicator.id in chosen else "expert"
        if ruled != indicator.tier:
            rows.append((indicator.id, f"tier: {indicator.tier} → {ruled}", "", "", ""))
    return rows
