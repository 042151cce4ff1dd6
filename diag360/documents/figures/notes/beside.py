"""Notes folded beside the number they concern; every function gives ``""`` without notes."""

from collections.abc import Sequence

from markupsafe import Markup

from diag360.documents.annotation_words import (
    KINDS,
    TARGETS,
    UNSIGNED,
    count_notes,
    count_objections,
)
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.note_html import only_safe, safe_address
from diag360.documents.notes_shown import Notes, Shown
from diag360.documents.variant_words import STATUSES, day

REGISTER = "registre"  # anchor of the register, in every document that holds one


def notes_beside(notes: Notes | None, *addresses: str, label: bool = True) -> Fragment:
    """Show, folded, the notes about some addresses.

    Parameters
    ----------
    notes : Notes, optional
        Of the document.
    *addresses : str
        What they are about (``seuil/be2_i13``).
    label : bool
        Whether each note says in full what it is about.

    Returns
    -------
    Fragment
        Empty when there is none.
    """
    return Fragment(str(folded(notes.beside(*addresses) if notes else (), label=label)))


def folded(shown: Sequence[Shown], *, label: bool = False, about: str = "") -> Markup:
    """Fold notes under their count, each with its text and what became of it.

    Parameters
    ----------
    shown : sequence of Shown
        None of them, and there is nothing to fold.
    label : bool
        Whether each note says in full what it is about.
    about : str
        Said after their count, where what stands above does not tell.

    Returns
    -------
    Markup
        Folded block; ``""`` without notes.
    """
    if not shown:
        return Markup()
    told = [told_of(one, label=label) for one in shown]
    return Markup(
        render(
            "notes_beside",
            notes=told,
            count=f"{count_notes(shown)}{about and ' '}{about}",
            contested=any(one.contests for one in shown),
        ).html
    )


def listed(shown: Sequence[Shown]) -> dict[str, Markup]:
    """Give a sheet, itself folded, its notes in full and the mark of its summary."""
    if not shown:
        return {"note_list": Markup(), "note_mark": Markup()}
    told = render("notes_listed", notes=[told_of(one, label=False) for one in shown])
    mark = Markup('<span class="tag{}">{}</span>').format(
        "" if any(one.contests for one in shown) else " plain", count_notes(shown)
    )
    return {"note_list": Markup(told.html), "note_mark": mark}


def contested_mark(
    notes: Notes | None, *, indicator: str = "", need: str = "", territory: str = ""
) -> Markup:
    """Mark what an open objection bears on, with a link to the register; or nothing."""
    if not notes:
        return Markup()
    doubted = (indicator and notes.contested(indicator, territory)) or (
        need and notes.open_objections(need)
    )
    return _mark("contesté") if doubted else Markup()


def objections_mark(shown: Sequence[Shown]) -> Markup:
    """Count open objections beside a heading, with a link to the register; or nothing."""
    said = count_objections(sum(one.contests for one in shown))
    return _mark(said) if said else Markup()


def told_of(one: Shown, *, label: bool) -> dict[str, object]:
    """Give a template the words of a note, its HTML passed through the sanitizer once more."""
    return {
        "id": one.id,
        "kind": KINDS.get(one.kind, one.kind),
        "contests": one.contests,
        "label": one.label if label else TARGETS.get(one.place.kind, ""),
        "author": one.author,
        "role": one.role if one.author else "",
        "unsigned": "" if one.author else one.role or UNSIGNED,
        "date": _date(one.date),
        "status": "" if one.status == "ouverte" else STATUSES.get(one.status, one.status),
        "stale": one.stale[:1].upper() + one.stale[1:],
        "body": Markup(only_safe(one.html)),
        "evidence": [(said, safe_address(url)) for said, url in one.evidence],
        "changes": one.changes,
        "impact": one.impact,
        "decision": one.decision,
        "replies": [(who, Markup(only_safe(said))) for who, said in one.replies],
    }


def _mark(said: str) -> Markup:
    return Markup(' <a class="tag contested" href="#{}">{}</a>').format(REGISTER, said)


def _date(date: str) -> str:
    return day(date) if date.count("-") == 2 else date
