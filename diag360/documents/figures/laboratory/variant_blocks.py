"""Blocks that compare variants with the catalogue: cards, verdict, side by side, who moves."""

from dataclasses import dataclass

import numpy as np

from diag360.challenge.comparison.compare import Case, Comparison, State, mean_effects
from diag360.challenge.comparison.conclusions import KEPT
from diag360.challenge.comparison.tables import (
    action_table,
    hazard_table,
    movers,
    states,
    verdict_of,
)
from diag360.documents import text
from diag360.documents.comparison_words import (
    RULE,
    letters,
    nation_words,
    verdict_words,
)
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.variant_words import CLASSES, fate, signature, step_words
from diag360.scoring.compare import moved_needs
from diag360.territories.perimeter import load_epci

MOVERS = 10  # territories named


@dataclass(frozen=True, slots=True)
class Cell:
    """Score of a need under one catalogue, as it is printed."""

    score: str
    change: str
    word: str
    weakest: bool
    moved: bool


def variant_cards(comparison: Comparison) -> Fragment:
    """Say what each variant proposes, who signs it, why, and what became of it."""
    catalogue = comparison.reference.catalogue
    cards = [
        {
            "letter": letter,
            "label": case.label,
            "id": case.variants[0].id,
            "signature": signature(case.variants[0]),
            "justification": case.variants[0].justification,
            "fate": fate(case.variants[0]),
            "status": case.variants[0].status,
            "changes": [step_words(step, catalogue=catalogue) for step in case.steps],
            "references": [
                catalogue.references[name].label if name in catalogue.references else name
                for name in case.variants[0].references
            ],
        }
        for letter, case in zip(letters(comparison), comparison.cases, strict=True)
        if len(case.variants) == 1
    ]
    return render("variant_cards", cards=cards, conflicts=comparison.conflicts)


def variant_verdict(comparison: Comparison, *, territory: str) -> Fragment:
    """Say whether each variant changes the conclusions, for a territory and among all."""
    rows = [
        {
            "letter": letter,
            "label": case.label,
            "own": verdict_words(verdict_of(comparison, case, territory=territory)),
            "nation": nation_words(comparison, case),
        }
        for letter, case in zip(letters(comparison), comparison.cases, strict=True)
    ]
    return render("variant_verdict", rows=rows, rule=RULE)


def variant_needs(comparison: Comparison, *, territory: str) -> Fragment:
    """Show the needs side by side: score, change, class, and which are the weakest."""
    row = comparison.row(territory)
    needs = comparison.reference.scores.framework.needs
    lines, unknown = [], []
    for at, need in enumerate(needs):
        cells = [_cell(state, comparison.reference, territory, row, at)
                 for _, state in states(comparison)]  # fmt: skip
        if any(cell.word for cell in cells):
            lines.append({"label": need.label, "cells": cells})
        else:
            unknown.append(need.label)
    return render(
        "variant_needs", heads=["Référence", *letters(comparison)], rows=lines, unknown=unknown
    )


def _cell(state: State, reference: State, territory: str, row: int, at: int) -> Cell:
    need = list(state.scores.needs.of(territory).values())[at]
    was = list(reference.scores.needs.of(territory).values())[at]
    both = need.determined and was.determined
    change = need.score - was.score if both else 0.0
    moved = abs(change) > 1e-9 or need.determined != was.determined
    place, before = (int(one.conclusions.classes[row, at]) for one in (state, reference))
    word = CLASSES[place] if place >= 0 else ""
    return Cell(
        score=text.number(100 * need.score, decimals=1) if need.determined else text.UNDETERMINED,
        change=_points(change) if both and moved else "",
        word=word,
        # Among three needs or fewer, none is weaker than the others.
        weakest=bool(state.conclusions.weakest[row, at])
        and (state.conclusions.classes[row] >= 0).sum() > KEPT,
        moved=place != before,
    )


def _points(change: float) -> str:
    return text.number(100 * change, decimals=1, signed=True)


def variant_hazards(comparison: Comparison, *, territory: str) -> Fragment:
    """Show side by side the heaviest hazards, the needs most hit and the first actions."""
    catalogue = comparison.reference.catalogue
    hazards = hazard_table(comparison, territory=territory)
    actions = action_table(comparison, territory=territory)
    label = {need.id: need.label for need in comparison.reference.scores.framework.needs}
    columns = []
    heads = ["Référence", *letters(comparison)]
    for head, (name, state) in zip(heads, states(comparison), strict=True):
        top = hazards[hazards["state"] == name].head(KEPT)
        own = mean_effects(state.found)[state.found.row(territory)]
        hit = [state.found.needs[n] for n in np.argsort(-own, kind="stable")[:KEPT]
               if own[n] > 0]  # fmt: skip
        first = actions[actions["state"] == name]["indicator"]
        columns.append(
            {
                "head": head,
                "hazards": [catalogue.hazards[str(one)].label for one in top["hazard"]],
                "needs": [label[need] for need in hit],
                "actions": [state.catalogue.indicators[str(one)].label for one in first],
            }
        )
    rows = [("Aléas les plus lourds", "hazards"), ("Besoins les plus touchés", "needs"),
            ("Premières actions", "actions")]  # fmt: skip
    table = [(title, [column[key] for column in columns]) for title, key in rows]
    return render("variant_hazards", heads=[c["head"] for c in columns], rows=table)


def variant_nation(comparison: Comparison) -> Fragment:
    """Say who moves among all territories, by how much, and how many conclusions change."""
    cases = [
        _nation(comparison, case, letter)
        for letter, case in zip(letters(comparison), comparison.cases, strict=True)
    ]
    return render("variant_nation", cases=cases)


def _nation(comparison: Comparison, case: Case, letter: str) -> dict[str, object]:
    label = {need.id: need.label for need in case.state.scores.framework.needs}
    names = load_epci()["name"]
    table = movers(comparison, case)
    sizes = table["change"].abs().to_numpy(dtype=float)
    moved = moved_needs(comparison.reference.scores, case.state.scores)
    needs = [
        {
            "label": label[str(need)],
            "moved": text.number(int(row["moved"])),
            "mean": _points(row["mean"]) if row["moved"] else "–",
            "largest": _points(row["largest"]) if row["moved"] else "–",
            "gained": text.number(int(row["gained"])),
            "lost": text.number(int(row["lost"])),
        }
        for need, row in moved.iterrows()
        if row["moved"] or row["gained"] or row["lost"]
    ]
    return {
        "letter": letter,
        "label": case.label,
        "sentence": nation_words(comparison, case),
        "spread": _spread(sizes),
        "needs": needs,
        "movers": [
            {
                "name": str(names.get(code, code)),
                "need": label[str(row["need"])],
                "change": _points(row["change"]),
                "changes": bool(row["changes"]),
            }
            for code, row in table[table["change"] != 0].head(MOVERS).iterrows()
        ],
    }


def _spread(sizes: np.ndarray) -> str:
    """Say how far the printed score that moves most goes, over territories."""
    moving = sizes[sizes > 0]
    if not len(moving):
        return "Aucun score imprimé ne bouge."
    middle, most = (text.number(100 * float(np.quantile(moving, q)), decimals=1) for q in (0.5, 1))
    return (
        f"Au moins un score imprimé bouge dans {text.count(len(moving), 'territoire')} ; le "
        f"besoin qui y bouge le plus le fait de {middle} points en médiane, de {most} au plus."
    )
