"""The merge of cells, as laws: nothing typed is lost, nothing doubled, order kept, done once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from diag360.documents.kept_cells import (
    AJOUT,
    CONFLIT,
    NOTE,
    RETOUCHE,
    Merged,
    base_of,
    fingerprint,
    fingerprints,
    merge_cells,
    tags_of,
)

IDS = ["titre", "charger", "calcul", "besoins", "limites"]


def text(name: str, source: str, **rest: Any) -> Any:
    return new_markdown_cell(source, id=name, **rest)


def code(name: str, source: str, **rest: Any) -> Any:
    return new_code_cell(source, id=name, **rest)


def template() -> list[Any]:
    return [
        text("titre", "# Titre"),
        code("charger", "x = 1"),
        text("besoins", "## Besoins"),
        code("calcul", "x + 1"),
    ]


def told(merged: Merged) -> list[tuple[str, str]]:
    return [(cell.id, cell.source) for cell in merged.cells]


BASE = fingerprints(template())


def test_an_untouched_document_is_made_anew() -> None:
    made = template()
    merged = merge_cells(made, there=template(), base=BASE)
    assert merged.cells == made
    assert merged.base == BASE


def test_an_added_cell_follows_the_cell_it_followed() -> None:
    there = template()
    there[1:1] = [text("a", "mot"), code("b", "1 / 0")]
    there.append(text("c", "fin"))
    merged = merge_cells(template(), there=there, base=BASE)
    assert [c.id for c in merged.cells] == ["titre", "a", "b", "charger", "besoins", "calcul", "c"]
    assert merged.count(AJOUT) == 3


def test_a_cell_added_above_everything_stays_there() -> None:
    merged = merge_cells(template(), there=[text("a", "mot"), *template()], base=BASE)
    assert [cell.id for cell in merged.cells][:2] == ["a", "titre"]


def test_an_added_cell_outlives_the_one_it_followed() -> None:
    there = template()
    there.insert(3, text("a", "mot"))
    made = [cell for cell in template() if cell.id != "besoins"]
    merged = merge_cells(made, there=there, base=BASE)
    assert [cell.id for cell in merged.cells] == ["titre", "charger", "a", "calcul"]


def test_a_text_edited_by_hand_stays_edited_and_says_so() -> None:
    there = template()
    there[2].source = "## Besoins, revus"
    merged = merge_cells(template(), there=there, base=BASE)
    assert told(merged)[2] == ("besoins", "## Besoins, revus")
    assert tags_of(merged.cells[2]) == [RETOUCHE]
    assert len(merged.cells) == 4
    assert merged.base == BASE, "what we wrote is what the notebook says, not what was typed"


def test_edited_here_and_changed_there_are_both_kept() -> None:
    there, made = template(), template()
    there[2].source, made[2].source = "## Besoins, revus", "## Les besoins"
    merged = merge_cells(made, there=there, base=BASE)
    assert [c.source for c in merged.cells[2:4]] == ["## Les besoins", "## Besoins, revus"]
    assert tags_of(merged.cells[3]) == [CONFLIT]
    assert merged.count(CONFLIT) == 1


def test_the_same_edit_on_both_sides_is_no_conflict() -> None:
    there, made = template(), template()
    there[2].source = made[2].source = "## Les besoins"
    assert merge_cells(made, there=there, base=BASE).cells == made


def test_a_text_edited_by_hand_then_gone_from_the_notebook_is_a_conflict() -> None:
    there = template()
    there[2].source = "## Besoins, revus"
    made = [cell for cell in template() if cell.id != "besoins"]
    merged = merge_cells(made, there=there, base=BASE)
    assert [c.source for c in merged.cells] == ["# Titre", "x = 1", "## Besoins, revus", "x + 1"]
    assert merged.count(CONFLIT) == 1


def test_code_edited_by_hand_never_takes_the_place_of_what_ran() -> None:
    there = template()
    shown = new_output("execute_result", data={"text/plain": "42"}, execution_count=7)
    there[3] = code("calcul", "x + 41", outputs=[shown], execution_count=7)
    merged = merge_cells(template(), there=there, base=BASE)
    assert told(merged)[3:] == [("calcul", "x + 1"), ("ajout-calcul", "x + 41")]
    assert merged.cells[4].outputs[0].data["text/plain"] == "42"
    assert tags_of(merged.cells[4]) == [AJOUT]


def test_a_kept_cell_gives_no_parameter() -> None:
    there = [code("parametres", "nom = 'b'", metadata={"tags": ["parameters"]})]
    made = [code("parametres", "nom = 'a'", metadata={"tags": ["parameters"]})]
    merged = merge_cells(made, there=there, base=fingerprints(made))
    assert [tags_of(cell) for cell in merged.cells] == [["parameters"], [AJOUT]]


def test_a_note_is_kept_as_a_note() -> None:
    there = [*template(), text("note-1", "@note mot", metadata={"tags": [NOTE]})]
    merged = merge_cells(template(), there=there, base=BASE)
    assert tags_of(merged.cells[-1]) == [NOTE]


def test_a_moved_cell_is_not_doubled() -> None:
    """JupyterLab gives a new id to what is cut and pasted."""
    there = template()
    moved = there.pop(2)
    there.insert(0, text("f3a9", moved.source))
    merged = merge_cells(template(), there=there, base=BASE)
    assert [cell.id for cell in merged.cells] == ["titre", "charger", "besoins", "calcul"]


def test_blank_cells_are_not_worth_keeping() -> None:
    there = [*template(), code("a", " \n"), text("b", "")]
    assert len(merge_cells(template(), there=there, base=BASE).cells) == 4


def renumbered(cells: list[Any]) -> list[Any]:
    """Number the cells as nbstripout does."""
    return [from_dict({**cell, "id": str(at)}) for at, cell in enumerate(cells)]


def test_renumbered_cells_are_known_by_their_text() -> None:
    there = template()
    there.insert(2, text("a", "mot"))
    merged = merge_cells(template(), there=renumbered(there), base=BASE)
    assert [c.source for c in merged.cells] == ["# Titre", "x = 1", "mot", "## Besoins", "x + 1"]
    assert merged.count(AJOUT) == 1


def test_a_renumbered_and_edited_text_is_known_by_its_place() -> None:
    there = template()
    there[2].source = "## Besoins, revus"
    merged = merge_cells(template(), there=renumbered(there), base=BASE)
    assert told(merged)[2] == ("besoins", "## Besoins, revus")
    assert len(merged.cells) == 4


def test_without_a_stamp_what_papermill_ran_is_ours() -> None:
    ran = {"papermill": {"status": "completed"}}
    old = [text("ancien", "vieux", metadata=ran), text("a", "mot")]
    base = base_of(new_notebook(cells=old), made=template())
    merged = merge_cells(template(), there=old, base=base)
    assert [c.source for c in merged.cells if c.id not in BASE] == ["mot"]


def test_without_any_trace_of_a_run_the_notebook_itself_is_the_base() -> None:
    there = [*template(), text("a", "mot")]
    there[0].source = "# Mon titre"
    merged = merge_cells(
        template(), there=there, base=base_of(new_notebook(cells=there), made=template())
    )
    assert merged.cells[0].source == "# Mon titre"
    assert len(merged.cells) == 5


@pytest.mark.parametrize("stamp", [{"cells": ["titre"]}, {"cells": {"titre": 3}}, "rien", {}])
def test_a_damaged_stamp_loses_nothing(stamp: Any) -> None:
    there = [*template(), text("a", "mot")]
    notebook = new_notebook(cells=there, metadata={"diag360": stamp})
    merged = merge_cells(template(), there=there, base=base_of(notebook, made=template()))
    assert [cell.id for cell in merged.cells] == [*BASE, "a"]


def test_fingerprints_do_not_see_line_ends() -> None:
    assert fingerprint("a \r\nb\n") == fingerprint("a\nb")
    assert fingerprint("a\nb") != fingerprint("a b")
    assert len(fingerprint("\ud800")) == 12


WORDS = st.sampled_from(["un", "deux", "trois", "quatre", "## cinq", "x = 6", ""])


@st.composite
def cells(draw: st.DrawFn, names: list[str]) -> list[Any]:
    chosen = draw(st.lists(st.sampled_from(names), unique=True))
    kinds = draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)))
    return [
        (code if is_code else text)(name, f"{name} {draw(WORDS)}")
        for name, is_code in zip(chosen, kinds, strict=True)
    ]


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[Any], list[Any], dict[str, str]]:
    """Cells made anew, cells there (ours edited or not, added ones, moved), and what we wrote."""
    wrote = draw(cells(IDS))
    there = [type(cell)(cell) for cell in wrote if draw(st.booleans())]
    for cell in there:
        if draw(st.booleans()):
            cell.source = f"{cell.source} revu {draw(WORDS)}"
    for cell in draw(cells(["a", "b", "c", "titre"])):
        at = draw(st.integers(0, len(there)))
        cell.source = f"ajout {cell.source}"
        if cell.id not in {one.id for one in there} | {one.id for one in wrote}:
            there.insert(at, cell)
    if draw(st.booleans()):
        there = renumbered(there)
    return draw(cells(IDS)), there, fingerprints(wrote)


@given(documents())
def test_nothing_typed_is_lost(found: tuple[list[Any], list[Any], dict[str, str]]) -> None:
    made, there, base = found
    typed = [cell.source for cell in there if fingerprint(cell.source) not in base.values()]
    sources = [cell.source for cell in merge_cells(made, there=there, base=base).cells]
    assert set(typed) <= set(sources)


@given(documents())
def test_what_is_made_is_there_once_and_in_order(
    found: tuple[list[Any], list[Any], dict[str, str]],
) -> None:
    made, there, base = found
    merged = merge_cells(made, there=there, base=base)
    names = [cell.id for cell in merged.cells]
    assert len(names) == len(set(names))
    assert [name for name in names if name in merged.base] == [cell.id for cell in made]
    code_made = {cell.id: cell.source for cell in made if cell.cell_type == "code"}
    assert code_made == {c.id: c.source for c in merged.cells if c.id in code_made}, "as it ran"


@given(documents())
def test_added_cells_keep_their_order(found: tuple[list[Any], list[Any], dict[str, str]]) -> None:
    made, there, _ = found
    added = [cell.source for cell in there if cell.source.startswith("ajout")]
    # Nothing made was there before: only the order of what was added tells.
    sources = [c.source for c in merge_cells(made, there=there, base={}).cells]
    kept = [source for source in sources if source.startswith("ajout")]
    assert kept == added


@given(documents())
def test_merging_again_changes_nothing(
    found: tuple[list[Any], list[Any], dict[str, str]],
) -> None:
    made, there, base = found
    once = merge_cells(made, there=there, base=base)
    again = merge_cells(made, there=once.cells, base=once.base)
    assert again.cells == once.cells
    assert again.base == once.base


@given(documents())
def test_every_cell_typed_by_hand_is_told(
    found: tuple[list[Any], list[Any], dict[str, str]],
) -> None:
    """What the page trusts is what was made: any other text bears a tag."""
    made, there, base = found
    trusted = {cell.source for cell in made}
    for cell in merge_cells(made, there=there, base=base).cells:
        assert cell.source in trusted or {AJOUT, RETOUCHE, CONFLIT} & set(tags_of(cell))
