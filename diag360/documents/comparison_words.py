"""What a comparison of variants says, in plain French, made by rules from numbers."""

from collections.abc import Sequence

import numpy as np

from diag360.challenge.comparison.compare import Case, Comparison, mean_effects
from diag360.challenge.comparison.conclusions import Verdict
from diag360.challenge.comparison.tables import three_weakest, verdict_of
from diag360.documents import text
from diag360.documents.variant_words import fate, signature
from diag360.scoring.profile import NeedScore
from diag360.territories.perimeter import Territory

RULE = (
    "Une conclusion change quand les trois besoins les plus faibles (parmi ceux qui sont "
    "déterminés) ne sont plus les mêmes, quand un besoin change de classe (bornes à 20, 40, 60 "
    "et 80 sur 100), devient ou cesse d’être déterminé, ou quand les trois aléas les plus "
    "lourds ne sont plus les mêmes."
)


def verdict_words(verdict: Verdict) -> str:
    """Verdict on one territory, with what changes."""
    found = [
        words
        for changed, words in (
            (verdict.weakest, "les trois besoins les plus faibles"),
            (verdict.classes, "la classe d’au moins un besoin"),
            (verdict.heaviest, "les trois aléas les plus lourds"),
        )
        if changed[0]
    ]
    if not found:
        return "ne change pas les conclusions"
    return f"change les conclusions : {text.enumerate_words(found)}"


def nation_words(comparison: Comparison, case: Case) -> str:
    """Verdict over all territories, in one sentence."""
    total, verdict = len(case.verdict.changes), case.verdict
    changed = int(verdict.changes.sum())
    if is_inert(comparison, case):
        scores = case.state.scores
        return (
            f"Ne bouge rien : ce qu’elle change n’entre dans aucun calcul du cadre "
            f"{scores.framework.id} au niveau {scores.tier}."
        )
    if not changed:
        return f"Ne change les conclusions d’aucun des {text.number(total)} territoires."
    parts = [
        f"{words} dans {text.number(int(mask.sum()))}"
        for words, mask in (
            ("les trois besoins les plus faibles", verdict.weakest),
            ("la classe d’un besoin", verdict.classes),
            ("les trois aléas les plus lourds", verdict.heaviest),
        )
        if mask.any()
    ]
    verb = "change" if changed == 1 else "changent"
    return (
        f"Les conclusions {verb} dans {text.count(changed, 'territoire')} sur "
        f"{text.number(total)} : {text.enumerate_words(parts)}."
    )


def is_inert(comparison: Comparison, case: Case) -> bool:
    """Whether nothing moves anywhere: no score, no bound, no effect in the territories seen."""
    before, after = comparison.reference, case.state
    same = (
        before.scores.needs.score.equals(after.scores.needs.score),
        before.scores.needs.low.equals(after.scores.needs.low),
        before.scores.needs.high.equals(after.scores.needs.high),
        np.array_equal(mean_effects(before.found), mean_effects(after.found), equal_nan=True),
        not case.verdict.changes.any(),
    )
    return all(same)


def tell_comparison(comparison: Comparison, *, places: Sequence[Territory]) -> list[str]:
    """Say the comparison line by line, for a terminal."""
    scores = comparison.reference.scores
    label = {need.id: need.label for need in scores.framework.needs}
    lines = [
        f"Catalogue {comparison.reference.catalogue.version}, cadre {scores.framework.id}, poids "
        f"{scores.scheme.id}, niveau {scores.tier}."
    ]
    for at, case in enumerate(comparison.cases):
        letter = letters(comparison)[at]
        lines.append(f"{letter} : {case.label}")
        if len(case.variants) == 1:
            lines.append(f"    {signature(case.variants[0])}. {fate(case.variants[0])}")
    lines += [f"Pas d’ensemble : {fault}" for fault in comparison.conflicts]
    for place in places:
        lines += ["", f"{place.name} ({place.siren})"]
        lines += _side_by_side(comparison, place.siren, label)
        for letter, case in zip(letters(comparison), comparison.cases, strict=True):
            verdict = verdict_of(comparison, case, territory=place.siren)
            lines.append(f"  {letter} {verdict_words(verdict)}.")
            now = three_weakest(case.state, territory=place.siren)
            if verdict.weakest[0]:
                was = three_weakest(comparison.reference, territory=place.siren)
                before, after = (
                    text.enumerate_words([label[n] for n in one]) for one in (was, now)
                )
                lines.append(f"    Les plus faibles étaient {before or 'inconnus'} ;")
                lines.append(f"    ce sont {after or 'inconnus'}.")
    lines += ["", f"Parmi les {text.number(len(scores.needs.score))} territoires :"]
    for letter, case in zip(letters(comparison), comparison.cases, strict=True):
        lines.append(f"  {letter} : {nation_words(comparison, case)}")
    return [*lines, "", f"Règle : {RULE}"]


def letters(comparison: Comparison) -> list[str]:
    """Short names of the cases: A, B, …, then A+B."""
    single = [case for case in comparison.cases if len(case.variants) == 1]
    names = [chr(ord("A") + at) for at in range(len(single))]
    return names + ["+".join(names)] * (len(comparison.cases) - len(single))


def _side_by_side(comparison: Comparison, territory: str, label: dict[str, str]) -> list[str]:
    """Scores of needs, reference then cases; needs that are known nowhere are counted."""
    states = [comparison.reference, *(case.state for case in comparison.cases)]
    columns = [state.scores.needs.of(territory) for state in states]
    heads = ["réf.", *letters(comparison)]
    width = max(len(words) for words in label.values())
    lines = [f"  {'':<{width}}  {'  '.join(f'{head:>7}' for head in heads)}"]
    unknown = 0
    for name, words in label.items():
        needs = [column[name] for column in columns]
        if not any(need.determined for need in needs):
            unknown += 1
            continue
        cells = "  ".join(f"{_cell(need):>7}" for need in needs)
        lines.append(f"  {words:<{width}}  {cells}")
    if unknown:
        one, many = "autre besoin reste indéterminé", "autres besoins restent indéterminés"
        lines.append(f"  {text.count(unknown, one, many)}.")
    return lines


def _cell(need: NeedScore) -> str:
    return text.number(100 * need.score, decimals=1) if need.determined else "indét."
