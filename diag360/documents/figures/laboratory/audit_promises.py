"""Tenth heading of an audit: facts about our own documents that code can check."""

import ast
import json
import re
from collections.abc import Iterator
from html import unescape

from diag360.challenge.audit.checks import Check, check, not_applicable
from diag360.challenge.audit.run import Audit
from diag360.documents import text
from diag360.documents.figures.diagnosis import charts
from diag360.paths import notebooks_dir
from diag360.scoring.restrict import restrict
from diag360.scoring.scores import Scores

OVERALL = ("global_mean", "rank_table")  # what would print one grade, or a league table
_ROW = re.compile(r"<tr><th[^>]*>(.*?)</th>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
_IMAGE = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\balt="([^"]*)"')


def audit_documents(found: Audit) -> Audit:
    """Add the tenth heading, read on our notebooks and on the figures of one territory.

    Parameters
    ----------
    found : Audit
        Headings 1 to 9 and 11.

    Returns
    -------
    Audit
        With its checks on what is printed: the territory in the middle of the coverage is drawn.
    """
    scores = found.scores
    order = found.coverage.sort_values(kind="stable").index
    territory = str(order[len(order) // 2])
    one = restrict(scores, territories=[territory])
    return found.with_checks((*_printed(one, territory), *_traced(scores)))


def _printed(scores: Scores, territory: str) -> Iterator[Check]:
    yield check("note_globale", "document", "carnets", overall_calls())
    drawn = [
        figure(scores, territory=territory).html
        for figure in (charts.profile, charts.etat_action, charts.objectives)
    ]
    rows = profile_rows(drawn[0])
    told = [row for row in rows.values() if row[1] != text.NOT_APPLICABLE]
    if told:
        kept = sum(bool(re.fullmatch(r"entre \d+ et \d+", row[1])) for row in told) / len(told)
        yield check("intervalles_imprimes", "document", "profil", kept)
    else:
        yield not_applicable("intervalles_imprimes", "document", "profil", "pas_demande")
    held = scores.needs.of(territory)
    vague = [need.label for need in scores.framework.needs
             if held[need.id].applicable and not held[need.id].determined]  # fmt: skip
    if vague:
        kept = sum(rows[label][0].startswith(text.UNDETERMINED) for label in vague) / len(vague)
        yield check("indetermines", "document", "profil", kept)
    else:
        yield not_applicable("indetermines", "document", "profil", "complet")
    yield check("alternatives", "document", "figures", share_described(drawn))


def overall_calls() -> int:
    """Count the calls, in the cells of our notebooks, to what gives one grade or a ranking."""
    calls = 0
    for path in sorted(notebooks_dir().glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] != "code":
                continue
            nodes = ast.walk(ast.parse("".join(cell["source"])))
            calls += sum(isinstance(node, ast.Attribute) and node.attr in OVERALL for node in nodes)
    return calls


def profile_rows(html: str) -> dict[str, list[str]]:
    """Cells of the table under a figure, by the heading of their row."""
    return {
        _plain(head): [_plain(cell) for cell in _CELL.findall(rest)]
        for head, rest in _ROW.findall(html)
        if _CELL.search(rest)
    }


def share_described(pages: list[str]) -> float:
    """Share of the images that have a text alternative; 1 without any image."""
    images = [tag for page in pages for tag in _IMAGE.findall(page)]
    told = [found for tag in images if (found := _ALT.search(tag)) and found[1].strip()]
    return len(told) / len(images) if images else 1.0


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html)).replace(text.NBSP, " ").strip()


def _traced(scores: Scores) -> Iterator[Check]:
    rows = scores.observations
    rows = rows[rows["value"].notna() & (rows["value"] != "")]
    sources = scores.catalogue.sources
    whole = {name for name, one in sources.items() if one.producer and one.licence and one.url}
    rules = (
        ("sources", rows["source"].isin(whole) if "source" in rows else None),
        ("annees", rows["year"].notna() if "year" in rows else None),
    )
    for rule, good in rules:
        if not len(rows):
            yield not_applicable(rule, "document", "valeurs", "pas_livre")
        else:
            share = 0.0 if good is None else float(good.mean())
            yield check(rule, "document", "valeurs", share)
