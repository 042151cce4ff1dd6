"""Blocks of the register for a meeting: counts, disagreements, all notes in a chosen order."""

from collections.abc import Sequence

from markupsafe import Markup

from diag360.catalogue.french import typeset_text
from diag360.documents import text
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.notes.beside import told_of
from diag360.documents.figures.notes.meeting_words import (
    KINDS,
    NO_DISAGREEMENT,
    NO_NOTE,
    NONE_HERE,
    RULE,
    STATUSES,
    divided_sentence,
    head_sentence,
    left_out_sentence,
    workshop_question,
)
from diag360.documents.meeting import SORTS, Meeting
from diag360.documents.note_html import only_safe
from diag360.documents.notes_shown import Shown

ASKED = 6  # open questions of the catalogue offered when nobody has written yet
_SORTS = dict(
    zip(
        SORTS,
        ("désaccords d’abord", "par date", "par besoin", "par sorte", "par état", "par auteur"),
        strict=True,
    )
)


def meeting_head(meeting: Meeting) -> Fragment:
    """Count what is on the table; when nothing is, say how to begin."""
    if not meeting.notes:
        return _empty(meeting)
    kinds_rows = []
    for kind, words in KINDS.items():
        own = [note for note in meeting.notes if note.kind == kind]
        cells = [sum(note.status == status for note in own) for status in STATUSES]
        if own:
            kinds_rows.append((words[1], [*cells, len(own)]))
    needs_rows = []
    for need in meeting.framework.needs:
        own = [note for note in meeting.notes if need.id in note.needs]
        if own:
            needs_rows.append((need.label, len(own), sum(note.contests for note in own)))
    alone = sum(not meeting.own_needs(note) for note in meeting.notes)
    if alone:
        contests = sum(note.contests and not meeting.own_needs(note) for note in meeting.notes)
        needs_rows.append(("Aucun besoin en particulier", alone, contests))
    return render(
        "meeting_head",
        lead=head_sentence(meeting),
        left_out=left_out_sentence(meeting),
        statuses=STATUSES,
        kinds_rows=kinds_rows,
        needs_rows=needs_rows,
    )


def meeting_disagreements(meeting: Meeting) -> Fragment:
    """Show what divides, what each voice says, and the question to put to all."""
    if not meeting.notes:
        return Fragment("")
    found = [
        {
            "label": one.label,
            "needs": meeting.own_needs(one.notes[0]),
            "said": divided_sentence(one),
            "notes": [_told(note, meeting) for note in one.notes],
            "question": workshop_question(one),
            "beside": [_told(note, meeting) for note in meeting.beside(one)],
        }
        for one in meeting.disagreements()
    ]
    return render("meeting_disagreements", found=found, nothing=NO_DISAGREEMENT, rule=RULE)


def meeting_list(meeting: Meeting) -> Fragment:
    """Show every note, folded, in the order a reader chooses; no script is needed."""
    if not meeting.notes:
        return Fragment("")
    divided = {note.id for one in meeting.disagreements() for note in one.notes}
    ranks = meeting.orders()
    rows = [
        {
            "note": _told(note, meeting),
            "ranks": ranks[note.id],
            "needs": meeting.own_needs(note),
            "words": [
                word
                for word, holds in (
                    ("en désaccord", note.id in divided),
                    ("sans place", note.orphan),
                    ("à relire", bool(note.stale) and not note.orphan),
                )
                if holds
            ],
        }
        for note in sorted(meeting.notes, key=lambda note: ranks[note.id][SORTS[0]])
    ]
    return render("meeting_list", rows=rows, sorts=_SORTS, name="rangement")


def meeting_propositions(meeting: Meeting) -> Fragment:
    """Show what is proposed, and what it would move when that was computed."""
    if not meeting.notes:
        return Fragment("")
    notes = [_told(note, meeting) for note in meeting.propositions]
    return render("meeting_propositions", notes=notes)


def meeting_stale(meeting: Meeting) -> Fragment:
    """List the notes written on something that has changed since."""
    nothing = "Rien de ce dont parlent ces notes n’a changé depuis qu’elles sont écrites."
    return _aside(
        meeting, meeting.stale, title="À relire : ce dont elles parlent a changé", nothing=nothing
    )


def meeting_orphans(meeting: Meeting) -> Fragment:
    """List the notes nobody can place: kept, to be placed or closed by hand."""
    nothing = "Toutes les notes parlent de quelque chose que le catalogue connaît."
    then = (
        "Pour en placer une : corriger la première ligne de sa cellule (le formulaire de "
        "00_lire_moi la recopie juste), puis relever les notes de nouveau."
    )
    return _aside(
        meeting,
        meeting.orphans,
        title="Sans place : ce dont elles parlent n’a pas été trouvé",
        nothing=nothing,
        then=then,
    )


def _aside(
    meeting: Meeting, notes: Sequence[Shown], *, title: str, nothing: str, then: str = ""
) -> Fragment:
    if not meeting.notes:
        return Fragment("")
    told = [_told(note, meeting) for note in notes]
    return render(
        "meeting_aside",
        title=typeset_text(title),
        notes=told,
        nothing=typeset_text(nothing),
        then=typeset_text(then),
    )


def _told(note: Shown, meeting: Meeting) -> dict[str, object]:
    """Words of a note, with what only a meeting needs: who may read it, its other versions."""
    versions = [
        {
            "who": one.who,
            "label": one.label if one.label != note.label else "",
            "body": Markup(only_safe(one.html)),
        }
        for one in meeting.versions.get(note.id, ())
    ]
    return told_of(note, label=True) | {"team": note.visibility != "public", "versions": versions}


def _empty(meeting: Meeting) -> Fragment:
    questions = []
    for need in meeting.framework.needs:
        asked = [
            (need.label, one.label, one.questions[0])
            for one in meeting.catalogue.indicators.values()
            if one.questions
            and one.tier == "flash"
            and meeting.framework.id in one.needs
            and one.needs[meeting.framework.id].primary == need.id
        ]
        questions += asked[:1]
    hidden = left_out_sentence(meeting)
    waiting = sum(len(one.questions) for one in meeting.catalogue.indicators.values())
    asked_words = text.count(
        waiting, "question du catalogue attend", "questions du catalogue attendent"
    )
    return render(
        "meeting_empty",
        lead=f"{NONE_HERE if hidden else NO_NOTE} {hidden}".strip(),
        questions=questions[:ASKED],
        asked=f"{asked_words} déjà une réponse.",
    )
