"""The spreadsheet of a batch, opened by another library than the one that wrote it."""

import io
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from small_lot import CODES, HOSTILE, LANNION, MESSAGE, REUNION, receipts

from diag360.documents.batch.handover.tables import make_tables, tables_workbook
from diag360.documents.batch.results.gathered import Batch, gather

NAMES = ["Lisez-moi", "Territoires", "Besoins", "Vulnérabilités", "Indicateurs", "Échecs"]
Rows = dict[str, list[list[object]]]


@pytest.fixture(scope="module")
def batch() -> Batch:
    return gather(receipts())


@pytest.fixture(scope="module")
def rows(batch: Batch) -> Rows:
    book = CalamineWorkbook.from_filelike(io.BytesIO(tables_workbook(batch)))
    assert book.sheet_names == NAMES
    return {name: book.get_sheet_by_name(name).to_python() for name in NAMES}


def by_code(rows: list[list[object]]) -> dict[object, dict[object, object]]:
    heads = rows[2]
    assert heads[:2] == ["Code", "Territoire"]
    return {row[0]: dict(zip(heads, row, strict=True)) for row in rows[3:]}


def test_numbers_are_numbers_and_what_is_missing_is_empty(rows: Rows) -> None:
    found = by_code(rows["Besoins"])
    assert set(found) == set(CODES)
    heads = rows["Besoins"][2]
    for code in CODES:
        line = rows["Besoins"][3 + list(found).index(code)]
        for need in receipts()[f"{code}/diagnostic"]["results"]["besoins"]:
            label = "Boire" if need["need"] == "boire" else ""
            if not label:
                continue
            at = heads.index("Boire : score")
            assert line[at : at + 4] == ["", 0.0, 100.0, 0.0]
    lannion, reunion = found[LANNION], found[REUNION]
    own = receipts()[f"{LANNION}/diagnostic"]["results"]["besoins"]
    (roof,) = [row for row in own if row["need"] == "avoir_un_toit"]
    assert lannion["Avoir un toit : score"] == pytest.approx(100 * roof["score"])
    assert reunion["Avoir un toit : score"] == ""


def test_places_tell_who_they_are_and_codes_stay_texts(rows: Rows) -> None:
    place = by_code(rows["Territoires"])[LANNION]
    assert place["Nature"] == "communauté d’agglomération"
    assert place["Département"] == "Côtes-d’Armor"
    assert place["Besoins assez connus"] == 7
    assert place["Part connue"] == pytest.approx(0.53, abs=0.01)
    assert place["Valeurs"] == "données ouvertes"
    assert [row[1] for row in rows["Territoires"][3:]] == [
        "Clermont Auvergne Métropole", "Côtes-d’Armor (intercommunalités qui y ont leur siège)",
        "CC Faucigny - Glières", "CA Intercommunale du Nord de la Réunion (CINOR)",
        "CA Lannion-Trégor Communauté",
    ]  # fmt: skip


def test_ten_effects_by_territory_the_heaviest_first(rows: Rows) -> None:
    own = [row for row in rows["Vulnérabilités"][3:] if row[0] == LANNION]
    effects = [float(str(row[4])) for row in own]
    told = receipts()[f"{LANNION}/diagnostic"]["results"]["vulnerabilites"]
    heaviest = sorted((100 * row["total"] for row in told), reverse=True)[:10]
    assert effects == pytest.approx(heaviest)
    assert len(rows["Vulnérabilités"]) == 3 + 10 * len(CODES)


def test_values_known_nowhere_have_no_column(rows: Rows) -> None:
    heads = [str(head) for head in rows["Indicateurs"][2]]
    assert any(head.endswith("be2_i05") for head in heads)
    assert not any(head.endswith("appro_p01") for head in heads)
    place = by_code(rows["Indicateurs"])[LANNION]
    (poverty,) = [head for head in heads if head.endswith("— be2_i05")]
    given = receipts()[f"{LANNION}/diagnostic"]["results"]["indicateurs"]
    (row,) = [one for one in given if one["indicator"] == "be2_i05"]
    assert place[poverty] == row["number"]


def test_failures_are_told_and_no_word_is_a_formula(rows: Rows, batch: Batch) -> None:
    told = {row[0]: row for row in rows["Échecs"][3:]}
    assert told["200000438"][1:5] == [HOSTILE, "Diagnostic", "temps dépassé", MESSAGE]
    book = openpyxl.load_workbook(io.BytesIO(tables_workbook(batch)))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+-@"]
    assert risky
    assert all(cell.quotePrefix for cell in risky)


def test_heads_stay_in_sight_columns_are_filtered_and_the_bytes_are_the_same(
    batch: Batch, tmp_path: Path
) -> None:
    path = make_tables(tmp_path, batch, title="Mon lot")
    assert path == tmp_path / "synthese.xlsx"
    assert path.read_bytes() == tables_workbook(batch, title="Mon lot")
    book = openpyxl.load_workbook(path)
    for name in NAMES[1:]:
        assert book[name].freeze_panes == "C4"
        assert book[name].auto_filter.ref.startswith("A3:")
    assert book["Lisez-moi"]["A1"].value == "Mon lot"
    assert book["Besoins"]["C4"].number_format == "0"


def test_a_batch_without_failure_says_so() -> None:
    made = {key: one for key, one in receipts().items() if one["status"] == "fait"}
    book = CalamineWorkbook.from_filelike(io.BytesIO(tables_workbook(gather(made))))
    sheet = book.get_sheet_by_name("Échecs").to_python()
    assert sheet[1][0] == "Tous les documents demandés ont été faits."
    assert len(sheet) == 3
