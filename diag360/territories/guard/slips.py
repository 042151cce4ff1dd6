"""A number judged: impossible, far outside everything plausible, or merely unusual."""

from collections.abc import Mapping
from typing import Any

from diag360.territories.guard import limits
from diag360.territories.guard.contradiction import contradiction
from diag360.territories.guard.finding import Finding, Rule, found
from diag360.territories.guard.known import Known, near, say
from diag360.territories.guard.proposals import Proposal, best_proposal
from diag360.territories.guard.ranges import expected
from diag360.territories.guard.readings import fewer_than_one, is_whole, may_be_few, possible


def judge_number(row: Mapping[str, Any], *, known: Known) -> Finding | None:
    """Judge one number; None when nothing is worth saying.

    Parameters
    ----------
    row : mapping
        A row of values: ``territory, indicator, value, number`` and, if any, ``cell, year``.
    known : Known
        What is known of the indicator and of the territory.

    Returns
    -------
    Finding or None
        ``erreur`` when the value is impossible, or twenty times outside everything plausible
        while its correction is plausible; ``alerte`` when a correction is only likelier.
    """
    number = float(row["number"])
    few = fewer_than_one(number, indicator=known.indicator, unit=known.unit, place=known.place)
    impossible = not possible(number, unit=known.unit)
    outside = known.plausible.outside(number)
    agrees = known.own is not None and near(number, known.own)
    if not (impossible or few) and (outside < limits.WORTH_A_WORD or agrees):
        return (
            None
            if agrees
            else contradiction(row, known=known, proposal=best_proposal(row, known=known))
        )
    proposal = best_proposal(row, known=known)
    said = _why(row, known=known, impossible=impossible, few=few)
    if impossible or (few and proposal is not None):
        return _blocked(row, known, proposal, said)
    small = abs(number) < known.plausible.low
    counted = proposal is not None and proposal.reading.rule == "nombre_brut"
    doubtful = known.plausible.doubtful_from(
        number, unit=known.unit, whole=counted and is_whole(row["value"])
    )
    if proposal is None or outside < doubtful:
        against = contradiction(row, known=known, proposal=proposal)
        if against is not None and against.severity == "alerte":
            return against
        shown = proposal if small or counted or outside >= limits.MAYBE_OUTSIDE else None
        hint = f" ; peut-être {shown.reading.words}" if shown else ""
        text = shown.text if shown else None
        return found(row, "inhabituel", "info", said + hint, proposed=text)
    if known.plausible.excludes(number, unit=known.unit):
        return _blocked(row, known, proposal, said)
    problem = f"{said} : {proposal.reading.words} ?"
    return found(row, proposal.reading.rule, "alerte", problem, proposed=proposal.text)


def _blocked(row: Mapping[str, Any], known: Known, proposal: Proposal | None, said: str) -> Finding:
    if proposal is None:
        rule: Rule = "nombre_brut" if _may_be_count(row, known) else "plage"
        hint = " : un nombre brut au lieu d’un taux ?" if rule == "nombre_brut" else ""
        if rule == "plage" and not possible(float(row["number"]), unit=known.unit):
            hint = f" ; attendu : {expected(known.unit)}"
        return found(row, rule, "erreur", said + hint)
    few = known.unit.factor == 100 and may_be_few(known.indicator, text=row["value"])
    also = " (ou un nombre au lieu d’une part)" if few and proposal.reading.rule == "unite" else ""
    percent = float(proposal.reading.factor) in (0.01, 100.0)
    common = proposal.reading.prior >= limits.COMMON_SLIP
    sure = (
        proposal.odds >= limits.SURE_ODDS
        and proposal.reading.rule == "unite"
        and (percent if known.unit.factor == 100 else common and not proposal.rival)
        # The open data of the territory, when known, must agree; a small whole number needs it.
        and (not few if not known.own else near(proposal.number, known.own))
    )
    problem = f"{said} : {proposal.reading.words}{also} ?"
    return found(row, proposal.reading.rule, "erreur", problem, proposed=proposal.text, sure=sure)


def _why(row: Mapping[str, Any], *, known: Known, impossible: bool, few: bool) -> str:
    value, label, sizes = row["value"], known.unit.label, known.plausible
    if impossible:
        return f"« {value} » est impossible ({label})"
    if few:
        of = "commune" if known.unit.factor == 100 else "unité"
        return f"« {value} » ({label}) ne ferait pas même une {of} sur le territoire"
    number = float(row["number"])
    if abs(number) < sizes.low:
        end, side = say(sizes.low, known.unit), "en dessous"
    else:
        end, side = say(sizes.high, known.unit), "au-dessus"
    if sizes.territories:
        seen = f"de tout ce qui est relevé dans {sizes.territories} intercommunalités"
    else:
        seen = "de ce que laissent attendre les seuils"
    far = "loin " if sizes.outside(number) >= limits.MAYBE_OUTSIDE else ""
    return f"« {value} », soit {say(number, known.unit)}, est {far}{side} {seen} ({end})"


def _may_be_count(row: Mapping[str, Any], known: Known) -> bool:
    rate = known.unit.factor == 100 or known.unit.label.startswith("pour")
    return rate and float(row["number"]) > 1 and is_whole(row["value"])
