"""Whatever is rightly written in the published layout comes out the same."""

from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag360.catalogue.load import load_catalogue
from diag360.territories.workbook import read_workbook

CATALOGUE = load_catalogue()
FRAMEWORK = CATALOGUE.frameworks["diag360-1.3"]
NEEDS = {need.id: need.label for need in FRAMEWORK.needs}
PUBLISHED = [i for i in CATALOGUE.indicators.values() if FRAMEWORK.id in i.needs]
IDS = [i.id for i in PUBLISHED]
_WORDS = (
    "ID,Type de besoins,Besoins,Designation indicateur,Source principale,Source secondaire,Unité,"
    "Vos valeurs,Vos commentaires,Note Diag 360,-,+"
)
HEADERS = [*_WORDS.split(","), 0, 0.5, 1, "Type de bornage retenu"]
COMMENTS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=30)


def answers(indicator):
    """Any right answer: a word of the vocabulary, or a number that can exist."""
    if indicator.response.choices:
        return st.sampled_from(indicator.response.choices)
    unit = CATALOGUE.unit(indicator.id)
    low = -1e9 if unit.minimum is None else unit.minimum
    high = 1e9 if unit.maximum is None else unit.maximum
    # A spreadsheet keeps 15 digits.
    numbers = st.floats(low, high).map(lambda number: float(f"{number:.15g}"))
    return numbers | st.sampled_from([a.value for a in indicator.scale.anchors])


def read_back(lines):
    """Write (indicator, answer, comment) in the layout of v1.3.5, and read."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Bornage définitif"
    sheet.append(["Diag 360 - Indicateurs"])
    sheet.append(HEADERS)
    for indicator, answer, comment in lines:
        need = NEEDS[indicator.needs[FRAMEWORK.id].primary]
        anchors = [indicator.scale.at(s) if indicator.scale.numeric else "" for s in (0, 0.5, 1)]
        line = [indicator.id, "", need, indicator.label, "", "", "", answer, None, 0.3, "", ""]
        sheet.append([*line, *anchors, "Absolu"])
        cell = sheet.cell(sheet.max_row, 9)
        cell.value = comment or None
        if comment:
            cell.data_type = "s"
    with TemporaryDirectory() as folder:
        book.save(Path(folder) / "a.xlsx")
        return read_workbook(Path(folder) / "a.xlsx", catalogue=CATALOGUE, territory="200065928")


def same(found, lines):
    assert found.remarks == ()
    assert found.rows["indicator"].tolist() == [indicator.id for indicator, _, _ in lines]
    for row, (_, answer, comment) in zip(found.rows.to_dict("records"), lines, strict=True):
        if isinstance(answer, str):
            assert row["value"] == answer
        else:
            assert float(row["value"]) == row["number"] == answer
        assert row["status"] == "declare"
        assert row["comment"] == comment.strip()


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_right_answer_of_any_indicator_is_read_as_written(data):
    drawn = data.draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=8, unique=True))
    indicators = [CATALOGUE.indicators[name] for name in drawn]
    lines = [(i, data.draw(answers(i)), data.draw(COMMENTS)) for i in indicators]
    same(read_back(lines), lines)


@pytest.mark.parametrize("place", range(4))
def test_every_answer_of_every_indicator(place):
    """Every word of each vocabulary in turn, every anchor of each scale."""
    lines = []
    for indicator in PUBLISHED:
        anchors = indicator.scale.anchors
        lines.append((indicator, anchors[place % len(anchors)].value, ""))
    assert len(lines) == 124
    same(read_back(lines), lines)
