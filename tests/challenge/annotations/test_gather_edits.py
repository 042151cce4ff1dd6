"""Texts that are merged: edits, conflicts, notes taken out and put back."""

import pytest
from found_notes import LATER, actions, bodies, found, merge, one, source, text

from diag360.challenge.annotations.model import Creator

# -- known by their id


def test_an_edit_replaces_the_text_and_keeps_the_old_one():
    store, name = one()
    base = store[name].revision
    made = merge(store, source(found("Bien trop bas.", note_id=name, base=base, cell="z9")))
    note = made.notes[name]
    assert (note.body, bodies(note)) == ("Bien trop bas.", ["Trop bas.", "Bien trop bas."])
    assert actions(made) == ["modifiee"]


def test_another_target_is_a_move():
    store, name = one()
    words = text("Trop bas.", target="poids/be2_i05")
    made = merge(store, source(found(words, note_id=name, base=store[name].revision)))
    assert actions(made) == ["deplacee"]
    assert made.notes[name].target == "poids/be2_i05"
    assert set(made.notes[name].state.said) == {"poids"}


def test_what_is_unchanged_says_nothing_even_when_the_note_moved_on():
    store, name = one()
    base = store[name].revision
    store = merge(store, source(found("Nouveau.", note_id=name, base=base))).notes
    stale = source(found("Trop bas.", note_id=name, base=base), name="autre", held={name: base})
    made = merge(store, stale)
    assert made.notes == store
    assert made.events == ()


def test_two_edits_of_one_text_are_both_kept():
    store, name = one()
    base = store[name].revision
    made = merge(
        store,
        source(found("Par Anne.", note_id=name, base=base, file="a.ipynb"), name="a"),
        source(found("Par Amine.", note_id=name, base=base, file="b.ipynb"), name="b"),
    )
    note = made.notes[name]
    assert note.body == "Par Anne."
    assert [(e.action, e.content and e.content.body) for e in note.history] == [
        ("creee", None), ("modifiee", "Trop bas."), ("concurrente", "Par Amine."),
    ]  # fmt: skip
    assert [event.conflict for event in made.events] == [False, True]
    # Whoever settles it edits the text of today.
    settled = found("À deux.", note_id=name, base=note.revision, file="a.ipynb")
    assert merge(made.notes, source(settled, name="a")).notes[name].body == "À deux."


def test_an_edit_starts_from_what_was_put_back_in_the_cell():
    store, name = one()
    first = store[name].revision
    store = merge(store, source(found("Par A.", note_id=name, base=first), name="a")).notes
    mine = store[name].revision
    other = found("Par B.", note_id=name, base=mine, cell="b2", file="b.ipynb")
    store = merge(store, source(other, name="b")).notes
    again = found("Par A, encore.", note_id=name, base=store[name].revision)
    assert actions(merge(store, source(again, name="a"))) == ["modifiee"]
    # Where the cell was not renewed, its author has not seen what B wrote.
    blind = found("Par A, encore.", note_id=name, base=first)
    assert actions(merge(store, source(blind, name="a"))) == ["concurrente"]


def test_a_copy_of_the_notebook_goes_on_from_what_its_cell_said_last():
    anne = {"creator": Creator(name="Anne")}
    made = merge({}, source(found(text("Un.", **anne))))
    made = merge(made.notes, source(found(text("Deux.", **anne))))
    copy = source(found(text("Trois.", **anne), file="courriel/30.ipynb"), name="courriel")
    assert actions(merge(made.notes, copy)) == ["modifiee"]


def test_what_is_taken_off_the_header_is_not_an_edit():
    store, name = one()
    bare = text("Trop bas.", created=LATER, target="paragraphe/30_diagnostic/titre")
    cell = found(bare, note_id=name, base=store[name].revision,
                 implied=frozenset({"created", "target"}))  # fmt: skip
    made = merge(store, source(cell))
    assert made.notes == store
    assert made.found[0][0][1].content == store[name].content


def test_the_same_edit_in_two_places_is_one():
    store, name = one()
    pasted = source(found("Nouveau.", cell="p1"), name="a")
    edited = source(found("Nouveau.", note_id=name, base=store[name].revision), name="b")
    made = merge(store, pasted, edited)
    assert list(made.notes) == [name]
    assert made.notes[name].body == "Nouveau."


def test_the_old_words_pasted_beside_an_edit_are_the_note():
    store, name = one()
    made = merge(store, source(found("Nouveau."), found("Trop bas.", cell="p1")))
    assert made.notes[name].body == "Trop bas."
    assert sorted(note.body for note in made.notes.values()) == ["Nouveau.", "Trop bas."]


def test_an_id_nobody_knows_may_hide_a_note_we_know():
    store, name = one()
    base = store[name].revision
    same = found("Trop bas.", note_id="n-00000000aa", base=base, cell="c3")
    assert merge(store, source(same)).notes == store
    edited = found("Nouveau.", note_id="n-00000000aa", base=base, cell="c3")
    made = merge(store, source(edited))
    assert (list(made.notes), made.notes[name].body) == ([name], "Nouveau.")


def test_the_notebook_says_what_it_was_given_when_the_cell_does_not():
    store, name = one()
    held = {name: store[name].revision}
    stripped = found("Autre.", note_id=name, base="", cell="")
    assert actions(merge(store, source(stripped, held=held))) == ["modifiee"]
    # A document written from an edit that nobody had collected.
    ahead = found("Autre.", note_id=name, base=text("Autre.").revision, cell=f"note-{name}")
    assert actions(merge(store, source(ahead, held=held))) == ["modifiee"]
    # What was changed in the store by hand stays; what the notebook says is put beside.
    assert actions(merge(store, source(ahead, held={name: text("Autre.").revision}))) == [
        "concurrente"
    ]


def test_an_id_nobody_knows_is_kept():
    made = merge({}, source(found("x", note_id="n-00000000aa", base=text("x").revision)))
    assert list(made.notes) == ["n-00000000aa"]
    assert actions(made) == ["creee"]


def test_a_note_first_met_edited_says_that_a_text_is_missing_until_it_is_found():
    born = next(iter(merge({}, source(found("Avant."))).notes))
    changed = found("Après.", note_id=born, base=text("Avant.").revision, cell=f"note-{born}")
    made = merge({}, source(changed, name="document"))
    assert [(e.action, e.content) for e in made.notes[born].history] == [
        ("creee", None), ("modifiee", None),
    ]  # fmt: skip
    both = merge(made.notes, source(found("Avant.", file="autre.ipynb")))
    assert both.notes[born].body == "Après."
    assert bodies(both.notes[born]) == ["Avant.", "Après."]


def test_a_bad_id_is_no_id():
    made = merge({}, source(found("x", note_id="../../etc")))
    assert list(made.notes) == list(merge({}, source(found("x"))).notes)


def test_a_copy_that_was_changed_is_another_note():
    store, name = one()
    base = store[name].revision
    both = (
        found("Copie changée.", note_id=name, base=base, cell="b2"),
        found("Trop bas.", note_id=name, base=base),
    )
    made = merge(store, source(*both, held={name: base}))
    assert {note.body for note in made.notes.values()} == {"Trop bas.", "Copie changée."}
    assert made.notes[name].body == "Trop bas."
    assert [n for n, _ in made.found[0]][1] == name
    (copied,) = (note for note in made.notes.values() if note.id != name)
    assert [event.action for event in copied.history] == ["creee"]


def test_two_changed_copies_are_an_edit_and_another_note():
    store, name = one()
    base = store[name].revision
    both = [found(f"Copie {n}.", note_id=name, base=base, cell=f"c{n}") for n in (1, 2)]
    made = merge(store, source(*both))
    assert made.notes[name].body == "Copie 1."
    assert sorted(note.body for note in made.notes.values()) == ["Copie 1.", "Copie 2."]


# -- taken out, put back


def test_a_note_taken_out_is_withdrawn():
    store, name = one()
    made = merge(store, source(held={name: store[name].revision}, name="nord"))
    assert made.notes[name].withdrawn
    assert [(e.action, e.origin) for e in made.notes[name].history][-1] == ("retiree", "nord")


def test_a_note_changed_elsewhere_is_not_withdrawn():
    store, name = one()
    base = store[name].revision
    gone = source(held={name: base}, name="nord")
    edited = source(found("Nouveau.", note_id=name, base=base), name="sud", held={name: base})
    made = merge(store, gone, edited)
    assert not made.notes[name].withdrawn
    assert [e.action for e in made.events] == ["modifiee", "conflit"]
    assert made.events[-1].conflict


def test_a_note_moved_to_another_notebook_is_not_withdrawn():
    store, name = one()
    base = store[name].revision
    here = found("Trop bas.", note_id=name, base=base, cell="b2")
    assert merge(store, source(held={name: base}), source(here, name="sud")).notes == store
    # Collected one after the other, it comes back.
    gone = merge(store, source(held={name: base})).notes
    made = merge(gone, source(here, name="sud"))
    assert not made.notes[name].withdrawn
    assert actions(made) == ["remise"]


def test_a_note_moved_where_an_old_copy_of_it_stands_is_not_withdrawn():
    store, name = one()
    old = store[name].revision
    store = merge(store, source(found("Nouveau.", note_id=name, base=old), name="a")).notes
    new = store[name].revision
    pasted = found("Nouveau.", note_id=name, base=new, cell="b2")
    stale = found("Trop bas.", note_id=name, base=old, cell=f"note-{name}")
    there = source(pasted, stale, name="b", held={name: old})
    assert merge(store, source(name="a", held={name: new}), there).notes == store
    # Once it is withdrawn for good, its old copy is not a new note.
    gone = {name: store[name].model_copy(update={"withdrawn": True})}
    left = source(found("Nouveau.", note_id=name, base=old), stale, name="b", held={name: old})
    assert list(merge(gone, left).notes) == [name]


def test_an_edit_brings_back_a_withdrawn_note():
    store, name = one()
    base = store[name].revision
    gone = merge(store, source(held={name: base}, name="nord")).notes
    kept = source(found("Trop bas.", note_id=name, base=base), name="sud", held={name: base})
    assert merge(gone, kept).notes == gone
    edited = source(found("J’y tiens.", note_id=name, base=base), name="sud", held={name: base})
    made = merge(gone, edited)
    assert (made.notes[name].withdrawn, made.notes[name].body) == (False, "J’y tiens.")
    assert made.notes[name].history[-1].content.body == "Trop bas."


def test_a_withdrawn_note_that_had_moved_on_comes_back_with_the_words_of_whoever_kept_it():
    store, name = one()
    base = store[name].revision
    store = merge(store, source(found("Par A.", note_id=name, base=base), name="a")).notes
    gone = merge(store, source(held={name: store[name].revision}, name="a")).notes
    kept = found("Par B.", note_id=name, base=base, file="b.ipynb")
    made = merge(gone, source(kept, name="b", held={name: base}))
    assert actions(made) == ["remise"]
    assert (made.notes[name].body, made.notes[name].withdrawn) == ("Par B.", False)
    assert bodies(made.notes[name]) == ["Trop bas.", "Par A.", "Par B."]


def test_what_was_taken_out_by_mistake_can_be_put_back_where_it_was():
    store, name = one()
    held = {name: store[name].revision}
    gone = merge(store, source(held=held)).notes
    made = merge(gone, source(found("Trop bas.", note_id=name, base=held[name]), held=held))
    assert not made.notes[name].withdrawn


def test_words_written_anew_after_a_withdrawal_are_a_new_note():
    store, name = one()
    gone = merge(store, source(held={name: store[name].revision}, name="nord")).notes
    assert merge(gone, source(found("Trop bas."))).notes == gone  # the cell it was born in
    made = merge(gone, source(found("Trop bas.", cell="f7")))
    assert [note.withdrawn for note in made.notes.values()].count(False) == 1
    assert len(made.notes) == 2


@pytest.mark.parametrize("cell", ["f1", "f2", "f3", "f4", "f5", "f6"])
def test_words_are_those_of_a_live_note_rather_than_of_a_withdrawn_one(cell):
    store, name = one()
    gone = merge(store, source(held={name: store[name].revision}, name="nord")).notes
    both = merge(gone, source(found("Trop bas.", cell=cell))).notes
    live = next(one for one in both if one != name)
    renumbered = merge(both, source(found("Trop bas.", cell=""), name="sud"))
    assert renumbered.found[0][0][0] == live
    assert renumbered.notes == both


def test_what_a_notebook_holds_and_nobody_knows_is_nothing():
    assert merge({}, source(held={"n-0000000000": "abc"})).notes == {}
