"""Blocks of an audit: the first page, a heading at a time, the rules and where they come from."""

from collections import Counter

from diag360.challenge.audit.checks import Check
from diag360.challenge.audit.rules import HEADINGS, RULES
from diag360.challenge.audit.run import Audit
from diag360.documents import text
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.laboratory.audit_sentences import (
    REASONS,
    node_name,
    numbers,
    predicate,
    sentence,
    threshold_words,
)

SHOWN = 8  # warnings of a heading printed before the fold


def audit_head(found: Audit) -> Fragment:
    """Head of the page: what is audited, over what.

    Parameters
    ----------
    found : Audit
        The audit.

    Returns
    -------
    Fragment
        Title and facts.
    """
    scores = found.scores
    catalogue = scores.catalogue
    facts = {
        "Cadre": scores.framework.label,
        "Niveau": scores.tier,
        "Poids": scores.scheme.label,
        "Territoires": text.number(len(scores.indicator_scores)),
        "Catalogue": f"{catalogue.version}, {catalogue.settings.date:%d/%m/%Y}",
        "Tirages": text.number(found.draws),
    }
    return render("audit_head", facts=facts)


def audit_summary(found: Audit) -> Fragment:
    """First page: verdicts by heading, what warns for the whole, what cannot be audited.

    Parameters
    ----------
    found : Audit
        The audit, with the tenth heading when documents were checked.

    Returns
    -------
    Fragment
        Sentence, table, list.
    """
    counts = found.counts()
    total = Counter(one.verdict for one in found.checks)
    whole = [one for one in found.of(verdict="warn") if one.kind in ("whole", "document")]
    lines = [
        {
            "heading": f"{heading}. {label}" if heading <= 10 else label,
            "anchor": f"rubrique-{heading}",
            **counts[heading],
            "main": _main(found, heading),
        }
        for heading, label in HEADINGS.items()
    ]
    return render(
        "audit_summary",
        lines=lines,
        total=total,
        checks=len(found.checks),
        lead=lead_sentence(found),
        whole=[sentence(one, found.scores) for one in whole],
    )


def lead_sentence(found: Audit) -> str:
    """Say in one sentence how much can be audited, and how much of it warns."""
    known = found.of(rule="auditables")
    words = ""
    if known:
        asked, some = (int(float(known[0].details[name])) for name in ("asked", "known"))
        words = (
            f"Sur {text.count(asked, 'indicateur demandé', 'indicateurs demandés')}, "
            f"{text.number(some)} {'a' if some < 2 else 'ont'} une valeur quelque part : l’audit "
            "des données ne porte que sur eux. "
        )
    applied = [one for one in found.checks if one.verdict != "not_applicable"]
    warned = sum(one.verdict == "warn" for one in applied)
    total = text.count(len(applied), "contrôle applicable", "contrôles applicables")
    return f"{words}Sur {total}, {text.number(warned)} {'alerte' if warned < 2 else 'alertent'}."


def _main(found: Audit, heading: int) -> str:
    """Rule of a heading that warns most often, with its count."""
    warned = Counter(one.rule for one in found.of(heading=heading, verdict="warn"))
    if not warned:
        return "rien à signaler" if found.of(heading=heading) else "pas encore regardé"
    rule, times = warned.most_common(1)[0]
    return f"{RULES[rule].statistic} ({text.number(times)})"


def audit_heading(found: Audit, *, heading: int) -> Fragment:
    """Tell one heading: its rules and their verdicts, what warns, what does not apply and why.

    Parameters
    ----------
    found : Audit
        The audit.
    heading : int
        Among ``HEADINGS``.

    Returns
    -------
    Fragment
        A table of rules, sentences worst first, reasons.
    """
    checks = found.of(heading=heading)
    rules = [
        {
            "statistic": rule.statistic,
            "limit": threshold_words(name),
            "source": rule.source,
            "ours": rule.ours,
            **Counter(one.verdict for one in found.of(rule=name)),
        }
        for name, rule in RULES.items()
        if rule.heading == heading and found.of(rule=name)
    ]
    warned = [one for one in checks if one.verdict == "warn"]
    warned.sort(key=lambda one: (_breadth(one), -_excess(one)))
    reasons = Counter(one.reason for one in checks if one.verdict == "not_applicable")
    return render(
        "audit_heading",
        heading=heading,
        rules=rules,
        first=[_line(one, found) for one in warned[:SHOWN]],
        rest=[_line(one, found) for one in warned[SHOWN:]],
        reasons=[(REASONS[reason], times) for reason, times in reasons.most_common()],
        empty=not checks,
    )


def _breadth(one: Check) -> int:
    kinds = ("whole", "document", "category", "objective", "need", "hazard", "indicator")
    return kinds.index(one.kind)


def _excess(one: Check) -> float:
    """How far past its threshold, in its own scale: enough to set like with like."""
    return abs(one.value - one.threshold) / max(abs(one.threshold), 0.1)


def _line(one: Check, found: Audit) -> dict[str, str]:
    value, _ = numbers(one)
    return {
        "name": node_name(one, found.scores),
        "code": one.node if one.kind == "indicator" else "",
        "said": predicate(one, found.scores),
        "statistic": one.of.statistic,
        "value": value,
        "territories": text.number(one.territories) if one.territories else "–",
    }


def audit_rules(found: Audit) -> Fragment:
    """List every rule, its threshold, whose it is, and where it comes from.

    Parameters
    ----------
    found : Audit
        Rules without a check are left out.

    Returns
    -------
    Fragment
        A table.
    """
    lines = [
        {
            "heading": rule.heading, "statistic": rule.statistic, "limit": threshold_words(name),
            "source": rule.source, "ours": rule.ours,
        }
        for name, rule in RULES.items() if found.of(rule=name)
    ]  # fmt: skip
    return render("audit_rules", lines=lines)
