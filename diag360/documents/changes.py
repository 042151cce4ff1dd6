"""Two catalogues compared, told in French; and the changelog entry one may start from."""

import pandas as pd

from diag360.catalogue.diff import CatalogueDiff, KeyChange
from diag360.documents import text
from diag360.scoring.compare import moved_indicators, moved_needs
from diag360.scoring.scores import Scores

_LONGEST = 60
_KINDS = {
    "hazards": "aléas",
    "links": "liens entre aléas",
    "graphs": "graphes de dépendances",
    "cascade": "réglages de la cascade",
    "proxies": "statistiques d’exposition",
    "scenarios": "scénarios",
    "commons": "communs et outils",
}
_WORDS = ("description", "functions", "goals", "tags", "noun")


def tell_changes(diff: CatalogueDiff, *, before: Scores, after: Scores) -> list[str]:
    """Tell what changed and which scores move, one line a fact.

    Parameters
    ----------
    diff : CatalogueDiff
        Differences of the two catalogues.
    before, after : Scores
        Scores of the same values under each.

    Returns
    -------
    list of str
        A sentence when nothing changed.
    """
    if diff.empty:
        return ["Aucune différence : mêmes indicateurs, mêmes règles, mêmes textes."]
    lines = [
        f"De la version {before.catalogue.version} à la version {after.catalogue.version} : "
        f"{text.count(len(diff.added), 'indicateur ajouté', 'indicateurs ajoutés')}, "
        f"{text.count(len(diff.retired), 'retiré')}, {text.count(len(diff.changed), 'modifié')}."
    ]
    lines += _named("Ajoutés", diff.added, after)
    lines += _named("Retirés", diff.retired, before)
    lines += _rules(diff)
    scored = {name: [c for c in found if c.scored] for name, found in diff.changed.items()}
    lines += ["", "Modifiés dans ce qui fait le score :"]
    lines += [
        f"  {name}, {change.place} : {_short(change.before)} → {_short(change.after)}"
        for name, found in scored.items()
        for change in found
    ] or ["  aucun"]
    if said := _vulnerabilities(diff):
        lines += ["", "Autour des vulnérabilités (aucun score de besoin n’en bouge) :"]
        lines += [f"  {line}" for line in said]
    if words := _words(diff):
        lines += ["", f"Textes, sources et efforts seuls : {_listing(words)}."]
    return [*lines, "", *_scores(before, after)]


def draft_entry(diff: CatalogueDiff, *, before: Scores, after: Scores) -> str:
    """Draft the entry of ``CHANGELOG.md``: what changed and which scores move; why is left to say.

    Returns
    -------
    str
        Markdown, in French.
    """
    lines = [f"## Catalogue {after.catalogue.version}", ""]
    for title, names, scores in (
        ("Ajouté", diff.added, after),
        ("Retiré", diff.retired, before),
    ):
        lines += [f"- {title} : `{name}`, {_label(scores, name)}." for name in names]
    for name, found in diff.changed.items():
        places = ", ".join(f"`{c.place}` ({_move(c)})" for c in found if c.scored)
        if places:
            lines.append(f"- Modifié : `{name}`, {places}. **Pourquoi :** …")
    lines += [f"- Règle modifiée : {line.strip()}." for line in _rules(diff)[2:]]
    lines += [f"- Vulnérabilités : {line}. **Pourquoi :** …" for line in _vulnerabilities(diff)]
    if words := [name for name in _words(diff) if name in diff.changed]:
        lines.append(
            f"- Textes, sources et efforts revus : {text.count(len(words), 'indicateur')}."
        )
    if files := [name for name in _words(diff) if name in diff.rules]:
        lines.append(f"- Textes revus : {', '.join(f'`{file}`' for file in files)}.")
    lines += ["", "Scores qui bougent, sur les données livrées :", ""]
    lines += [f"- {line.strip()}" for line in _scores(before, after) if line.startswith("  ")]
    return "\n".join(lines) + "\n"


def _scores(before: Scores, after: Scores) -> list[str]:
    total = text.number(len(after.needs.score))
    label = {need.id: need.label for need in after.framework.needs}
    lines = [f"Scores imprimés des besoins, sur {total} territoires :"]
    needs = moved_needs(before, after)
    told = [
        f"  {label[str(need)]} : {'; '.join(parts)}".replace(";", " ;")
        for need, row in needs.iterrows()
        if (parts := _need_parts(row))
    ]
    lines += told or ["  aucun ne bouge"]
    moved = moved_indicators(before, after)
    lines += ["", "Scores d’indicateurs :"]
    lines += [
        f"  {name} : {text.count(int(row['moved']), 'territoire')}, "
        f"en moyenne {_points(row['mean'])}, au plus {_points(row['largest'])}"
        for name, row in moved.iterrows()
    ] or ["  aucun ne bouge"]
    return lines


def _need_parts(row: pd.Series) -> list[str]:
    parts = []
    if row["moved"]:
        parts.append(
            f"{text.count(int(row['moved']), 'score bouge', 'scores bougent')}, "
            f"en moyenne {_points(row['mean'])}, au plus {_points(row['largest'])}"
        )
    if row["gained"]:
        more = text.count(int(row["gained"]), "territoire de plus", "territoires de plus")
        parts.append(f"déterminé dans {more}")
    if row["lost"]:
        less = text.count(int(row["lost"]), "territoire de moins", "territoires de moins")
        parts.append(f"déterminé dans {less}")
    return parts


def _points(change: float) -> str:
    return f"{text.number(100 * change, decimals=1, signed=True)} sur 100"


def _named(title: str, names: tuple[str, ...], scores: Scores) -> list[str]:
    if not names:
        return []
    return ["", f"{title} :", *(f"  {name}, {_label(scores, name)}" for name in names)]


def _label(scores: Scores, name: str) -> str:
    return scores.catalogue.indicators[name].label


def _rules(diff: CatalogueDiff) -> list[str]:
    told = [
        f"  {file}, {change.place} : {_move(change)}"
        for file, found in diff.rules.items()
        for change in found
        if _is_rule(file, change)
    ]
    return ["", "Règles modifiées :", *told] if told else []


def _is_rule(file: str, change: KeyChange) -> bool:
    """Whether scores may depend on a key besides indicators: words and dates are no rules."""
    return (
        _kind(file) not in _KINDS
        and not change.place.endswith(("version", "date"))
        and not any(word in change.place for word in _WORDS)
    )


def _kind(file: str) -> str:
    return file.split("/")[0].removesuffix(".yaml")


def _vulnerabilities(diff: CatalogueDiff) -> list[str]:
    """Tell what moves vulnerabilities and stress tests: whole records by kind, then keys."""
    lines = [
        f"{_KINDS[kind]} {sense} : {_listing(list(names))}"
        for sense, held in (("en plus", diff.came), ("en moins", diff.gone))
        for kind, names in held.items()
    ]
    tags = {
        name: change
        for name, found in diff.changed.items()
        for change in found
        if change.vulnerable
    }
    first = [name for name, change in tags.items() if change.before is None]
    if first:
        lines.append(f"indicateurs rattachés à des aléas pour la première fois : {_listing(first)}")
    lines += [
        f"{name}, {change.place} : {_move(change)}"
        for name, change in tags.items()
        if name not in first
    ]
    lines += [
        f"{file}, {change.place} : {_move(change)}"
        for file, found in diff.rules.items()
        for change in found
        if change.vulnerable
    ]
    return lines


def _words(diff: CatalogueDiff) -> list[str]:
    """List the indicators, then the other files, where words alone changed."""
    names = [
        name
        for name, found in diff.changed.items()
        if not any(change.scored or change.vulnerable for change in found)
    ]
    files = [
        file
        for file, found in diff.rules.items()
        if file != "catalogue.yaml"
        and not any(change.vulnerable or _is_rule(file, change) for change in found)
    ]
    return names + files


def _move(change: KeyChange) -> str:
    return f"{_short(change.before)} → {_short(change.after)}"


def _short(content: object) -> str:
    if content is None:
        return "rien"
    words = " ; ".join(map(_plain, content)) if isinstance(content, tuple) else _plain(content)
    return f"« {words if len(words) <= _LONGEST else words[: _LONGEST - 1] + '…'} »"


def _plain(content: object) -> str:
    return f"{content:g}".replace(".", ",") if isinstance(content, float) else str(content)


def _listing(names: list[str]) -> str:
    return ", ".join(names[:12]) + (f" et {len(names) - 12} autres" if len(names) > 12 else "")
