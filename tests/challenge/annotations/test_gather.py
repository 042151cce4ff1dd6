"""Texts that are merged: which note each one is; laws are in test_lifecycle."""

import pytest
from found_notes import CATALOGUE, DAY, LATER, actions, bodies, found, merge, one, source, text

from diag360.challenge.annotations.gather import gather, held_after
from diag360.challenge.annotations.lineage import origin_key, told_origin
from diag360.challenge.annotations.model import Creator, State

# -- new notes


def test_a_new_note_bears_what_its_target_is():
    made = merge({}, source(found("Trop bas.")))
    (note,) = made.notes.values()
    assert note.state == State(
        version=CATALOGUE.version, said={"seuil": "0,26 = 0 ; 0,129 = 0,5 ; 0 = 1"}
    )
    (event,) = note.history
    assert (event.action, event.date) == ("creee", LATER)
    assert event.origin == "30_diagnostic.ipynb, cellule a1"
    assert actions(made) == ["creee"]
    assert made.found == (((note.id, found("Trop bas.")),),)


def test_its_id_depends_on_its_cell_and_not_on_its_words():
    ids = {next(iter(merge({}, source(found(words))).notes)) for words in ("Un.", "Deux.")}
    assert len(ids) == 1
    other = merge({}, source(found("Un.", cell="b2")))
    assert set(other.notes).isdisjoint(ids)


def test_a_note_seen_in_a_document_of_another_version_says_which():
    seen = source(found(text("x", target="valeur/be2_i05/200065928")), version="2020.1",
                  said={"valeur/be2_i05": "13,2 %"})  # fmt: skip
    (note,) = merge({}, seen).notes.values()
    assert note.state == State(version="2020.1", said={"valeur": "13,2 %"})
    (note,) = merge({}, source(found("x"), version="2020.1")).notes.values()
    assert note.state == State(version="2020.1")


def test_the_state_can_be_told_by_the_caller():
    told = State(version="9", said={"seuil": "rien"})
    said = {"seuil/be2_i05": told}
    made = gather({}, notebooks=[source(found("x"))], catalogue=CATALOGUE, today=DAY,
                  states=lambda target, where: said[str(target)])  # fmt: skip
    assert next(iter(made.notes.values())).state == told


def test_the_same_words_in_two_places_are_one_note():
    copies = (
        source(found("Un."), found("Un.", cell="b2")),
        source(found("Un.", cell="c3"), name="b"),
    )
    made = merge({}, *copies)
    assert len(made.notes) == 1
    assert [name for part in made.found for name, _ in part] == [*made.notes] * 3


def test_two_notes_of_one_cell_are_two_notes():
    cell = source(found("Un."), found("Deux.", cell="a1~2"))
    made = merge({}, cell)
    assert sorted(note.body for note in made.notes.values()) == ["Deux.", "Un."]


# -- known without id


def test_a_cell_without_id_is_recognised_when_it_changes():
    store, name = one()
    made = merge(store, source(found("Trop haut.")))
    assert list(made.notes) == [name]
    note = made.notes[name]
    assert (note.body, bodies(note)) == ("Trop haut.", ["Trop bas.", "Trop haut."])
    assert actions(made) == ["modifiee"]
    back = merge(made.notes, source(found("Trop bas.")))
    assert back.notes[name].body == "Trop bas."
    assert bodies(back.notes[name]) == ["Trop bas.", "Trop haut.", "Trop bas."]


def test_a_note_without_date_does_not_change_every_day():
    undated = {"implied": frozenset({"created"})}
    made = merge({}, source(found(text("x", created=DAY), **undated)), today=DAY)
    again = merge(made.notes, source(found(text("x", created=LATER), **undated)))
    assert again.notes == made.notes
    changed = merge(made.notes, source(found(text("y", created=LATER), **undated)))
    (note,) = changed.notes.values()
    assert (note.body, note.created) == ("y", DAY)


def test_renumbered_cells_keep_the_paragraph_of_their_note():
    here = {"implied": frozenset({"target"})}
    made = merge({}, source(found(text("x", target="paragraphe/30_diagnostic/titre"), **here)))
    lost = found(text("x", target="inconnu/paragraphe de 30_diagnostic"), cell="", **here)
    assert merge(made.notes, source(lost)).notes == made.notes


def test_a_copy_in_the_document_of_a_territory_still_speaks_to_all():
    here = {"implied": frozenset({"target"})}
    made = merge({}, source(found(text("x", target="paragraphe/30_diagnostic/titre"), **here)))
    copy = found(text("x", target="paragraphe/30_diagnostic/titre/200065928"), **here)
    assert merge(made.notes, source(copy, name="nord")).notes == made.notes


def test_a_name_that_left_the_catalogue_does_not_move_a_note():
    store, name = one()
    store[name] = store[name].model_copy(update={"state": State(version="2020.1")})
    lost = found(text("Trop bas.", target="inconnu/seuil Taux de pauvreté"))
    assert merge(store, source(lost)).notes == store
    edited = found(text("Pire.", target="inconnu/seuil Taux de pauvreté"))
    note = merge(store, source(edited)).notes[name]
    assert (note.body, note.target) == ("Pire.", "seuil/be2_i05")


def test_a_notebook_filled_in_by_two_people_holds_two_notes():
    anne, amine = Creator(name="Anne"), Creator(name="Amine")
    made = merge(
        {},
        source(found(text("Le seuil d’Anne.", creator=anne), file="anne/30.ipynb"), name="anne"),
        source(found(text("Le seuil d’Anne, non.", creator=amine), file="b/30.ipynb"), name="b"),
    )
    assert {note.creator.name for note in made.notes.values()} == {"Anne", "Amine"}
    edited = merge(
        made.notes,
        source(found(text("Autre chose.", creator=amine), file="b/30.ipynb"), name="b"),
    )
    assert {note.body for note in edited.notes.values()} == {"Le seuil d’Anne.", "Autre chose."}


def test_an_old_copy_sent_by_mail_says_nothing():
    store, name = one()
    store = merge(store, source(found("Trop haut."))).notes
    old = source(found("Trop bas.", file="courriel/30_diagnostic.ipynb"), name="courriel")
    assert merge(store, old).notes == store
    assert store[name].body == "Trop haut."


def test_what_is_left_of_a_cell_is_the_note_it_resembles():
    first, second = "Le seuil est bien trop bas.", "La source date de 2015 : en changer."
    made = merge({}, source(found(first), found(second, cell="a1~2")))
    by_body = {note.body: name for name, note in made.notes.items()}
    left = merge(made.notes, source(found("La source date de 2015 : il faut en changer.")))
    assert left.notes[by_body[first]].body == first
    assert left.notes[by_body[second]].body == "La source date de 2015 : il faut en changer."


@pytest.mark.parametrize(("kept", "moved"), [("a1", "b2"), ("b2", "a1")])
def test_words_are_those_of_the_note_that_says_them_today(kept, moved):
    made = merge({}, source(found("Un.", cell=kept)))
    (name,) = made.notes
    elsewhere = text("Un.", target="poids/be2_i05")
    made = merge(made.notes, source(found(elsewhere, cell=moved)))
    made = merge(made.notes, source(found("Deux.", cell=moved)))
    other = next(one for one in made.notes if one != name)
    assert made.notes[other].target == "seuil/be2_i05"
    back = merge(made.notes, source(found(text("Un.", target="poids/be2_i05"), cell=moved)))
    settled = merge(back.notes, source(found("Un.", cell="z9"), name="sud"))
    assert settled.found[0][0][0] == name


def test_the_cell_of_a_note_put_back_is_known_when_its_header_is_not():
    made = merge({}, source(found("Un.", cell="")))
    (name,) = made.notes
    changed = merge(made.notes, source(found("Deux.", cell=f"note-{name}")))
    assert (list(changed.notes), changed.notes[name].body) == ([name], "Deux.")


# -- a document made before anything is collected


def test_a_document_says_what_the_store_knows():
    store, name = one()
    base = store[name].revision
    edited = source(found("Autre.", note_id=name, base=base), held={name: base})
    ahead = gather(store, notebooks=[edited], catalogue=CATALOGUE, today=LATER)
    assert held_after(store, ahead, shown=[name], before=edited) == {name: base}
    new = gather({}, notebooks=[source(found("x"))], catalogue=CATALOGUE, today=LATER)
    (fresh,) = new.notes
    assert held_after({}, new, shown=[fresh]) == {fresh: text("x").revision}


def test_a_note_taken_out_of_a_document_made_again_is_still_seen_as_taken_out():
    store, name = one()
    held = {name: store[name].revision}
    ahead = gather(store, notebooks=[source(held=held)], catalogue=CATALOGUE, today=LATER)
    kept = held_after(store, ahead, shown=[], before=source(held=held))
    assert kept == held
    assert merge(store, source(held=kept)).notes[name].withdrawn
    assert held_after(ahead.notes, ahead, shown=[], before=source(held=held)) == {}


# -- where things were read


@pytest.mark.parametrize(
    ("origin", "key", "told"),
    [
        ("out/30.ipynb, cellule a", "30#a", "out/30.ipynb, cellule a"),
        ("30.ipynb, cellule a", "30_diagnostic#a", "30.ipynb, cellule a [30_diagnostic#a]"),
        ("30.ipynb, cellule a", "30#a~2", "30.ipynb, cellule a~2"),
        ("w.xlsx, case B3", "w Eau#be2_i05/2", "w.xlsx, case B3 [w Eau#be2_i05/2]"),
        ("w.xlsx, case B3", "", "w.xlsx, case B3"),
    ],
)  # fmt: skip
def test_an_origin_tells_its_cell(origin, key, told):
    assert told_origin(origin, key) == told
    assert origin_key(told) == key
