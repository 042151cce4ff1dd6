"""Files that are not what they say: refused quickly, by name, with what to do, in little memory."""

import resource
import time
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest

from diag360.catalogue.load import load_catalogue
from diag360.errors import Refusal
from diag360.territories.values import read_values
from diag360.territories.workbook import read_workbook

CATALOGUE = load_catalogue()
SECONDS = 5.0
MEGABYTES = 400
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"/>'
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Piège" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)

pytestmark = pytest.mark.documents  # slow: with the documents


def crafted(path: Path, rows: str, *, shared: str = "", head: str = "") -> Path:
    """An .xlsx whose only sheet holds these rows, written by hand."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", head + SHEET.format(rows))
        if shared:
            archive.writestr("xl/sharedStrings.xml", shared)
    return path


def honest(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["Id", "Indicateur", "Valeur"])
    book.active.append(["be2_i05", "Taux de pauvreté", 0.14])
    book.save(path)
    return path


def refused(path: Path, *, also_as_values: bool = True) -> str:
    """The only fault of a file, refused in time and memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    with pytest.raises(Refusal) as caught:
        read_workbook(path, catalogue=CATALOGUE, territory="200065928")
    assert time.perf_counter() - start < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MEGABYTES
    (fault,) = caught.value.faults
    assert path.name in fault.file
    assert fault.remedy.strip()
    if also_as_values:
        with pytest.raises(Refusal, match="Classeur refusé"):
            read_values(path, catalogue=CATALOGUE)
    return f"{fault.place} {fault.problem}".strip()


def test_the_honest_file_is_read(tmp_path: Path) -> None:
    read = read_workbook(honest(tmp_path / "a.xlsx"), catalogue=CATALOGUE, territory="200065928")
    assert read.rows["value"].tolist() == ["0.14"]


def test_a_zip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "bombe.xlsx"
    crafted(path, "<row><c><v>" + "0" * 100_000_000 + "</v></c></row>")
    assert path.stat().st_size < 1_000_000
    assert "une fois décompressé, le classeur pèserait 100 Mo" in refused(path)


def test_an_archive_that_lies_on_the_size_of_a_part(tmp_path: Path) -> None:
    path = tmp_path / "menteur.xlsx"
    crafted(path, "<row><c><v>" + "0" * 20_000_000 + "</v></c></row>")
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    true, false = info.file_size.to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert raw.count(true) == 2  # beside the part, and in the directory
    raw = raw.replace(true, false)
    path.write_bytes(raw)
    assert "abîmé" in refused(path)
    # Even a checksum that agrees with the lie changes nothing: only 1,000 bytes are unpacked.
    seen = zlib.crc32(SHEET.format("<row><c><v>" + "0" * 2000).encode()[:1000])
    path.write_bytes(raw.replace(info.CRC.to_bytes(4, "little"), seen.to_bytes(4, "little")))
    assert "abîmé" in refused(path)


def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    crafted(path, "".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(1, 100_001)))
    found = refused(path)
    assert found.startswith("feuille « Piège »")
    assert "plus de 20\u202f000 lignes" in found


def test_too_many_columns(tmp_path: Path) -> None:
    row = "".join("<c><v>1</v></c>" for _ in range(501))
    assert "plus de 500 colonnes" in refused(crafted(tmp_path / "w.xlsx", f"<row>{row}</row>"))


def test_one_cell_at_the_far_corner(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>'
    assert "lignes" in refused(crafted(tmp_path / "coin.xlsx", rows))


def test_lone_cells_that_stretch_a_sheet_within_its_limits(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="SA19999"><v>1</v></c></row>'
    assert "trop éloignées" in refused(crafted(tmp_path / "vide.xlsx", rows))


def test_styled_but_empty_rows_do_not_count(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(honest(tmp_path / "a.xlsx"))
    book.active["C60000"].number_format = "0.0%"
    book.save(tmp_path / "b.xlsx")
    read = read_workbook(tmp_path / "b.xlsx", catalogue=CATALOGUE, territory="200065928")
    assert read.rows["value"].tolist() == ["0.14"]


def test_a_long_text_shown_by_many_cells(tmp_path: Path) -> None:
    shared = f"<sst><si><t>{'a' * 1_000_000}</t></si></sst>"
    rows = "".join(f'<row r="{n}"><c t="s"><v>0</v></c></row>' for n in range(1, 10_001))
    path = crafted(tmp_path / "echo.xlsx", rows, shared=shared)
    assert "plus de 50 millions de caractères" in refused(path)


def test_entities(tmp_path: Path) -> None:
    head = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    path = crafted(tmp_path / "rire.xlsx", "<row><c><v>&b;</v></c></row>", head=head)
    assert "entités XML" in refused(path)


def test_repeated_rows_of_an_ods(tmp_path: Path) -> None:
    path = tmp_path / "repete.ods"
    names = 'xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    names += 'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    row = '<t:table-row t:number-rows-repeated="1000000"><t:table-cell o:value-type="float" '
    row += 'o:value="1" t:number-columns-repeated="400"/></t:table-row>'
    table = f'<t:table t:name="Piège">{row}</t:table>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<o:document {names}><o:spreadsheet>{table}</o:spreadsheet></o:document>",
        )
    assert "plus de 20\u202f000 lignes" in refused(path)


def test_a_protected_workbook(tmp_path: Path) -> None:
    path = tmp_path / "secret.xlsx"
    path.write_bytes(COMPOUND + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)
    assert refused(path) == "le classeur est protégé par un mot de passe"


def test_an_encrypted_part(tmp_path: Path) -> None:
    path = honest(tmp_path / "a.xlsx")
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x01\x02")
    while at >= 0:  # the flag of encryption, in the directory
        raw[at + 8] |= 1
        at = raw.rfind(b"PK\x01\x02", 0, at)
    path.write_bytes(raw)
    assert "mot de passe" in refused(path)


@pytest.mark.parametrize("name", ["ancien.xls", "renomme.xlsx"])
def test_an_old_workbook_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(COMPOUND + "Workbook".encode("utf-16-le") + b"\0" * 5000)
    assert "ancien format .xls" in refused(path)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_a_truncated_workbook(tmp_path: Path, share: float) -> None:
    path = honest(tmp_path / "coupe.xlsx")
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    assert refused(path) == "le fichier est abîmé ou incomplet"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "le fichier est vide"),
        (b"territory,indicator,value\n", "ce n’est pas un classeur"),
        (b"<html><table></table></html>", "ce n’est pas un classeur"),
    ],
)
def test_something_else_under_the_name_of_a_workbook(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "faux.xlsx"
    path.write_bytes(content)
    assert refused(path) == said


def test_an_archive_that_is_not_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "archive.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lisez.xml", "<a/>")
    assert "n’en est pas un" in refused(path)


def test_a_huge_file(tmp_path: Path) -> None:
    path = tmp_path / "enorme.xlsx"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    assert "60 Mo" in refused(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.xlsx") == "le fichier n’existe pas"


def test_no_sheet_of_indicators(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Budget"
    book.active.append(["Poste", "Montant"])
    book.save(tmp_path / "budget.xlsx")
    assert "« Budget »" in refused(tmp_path / "budget.xlsx")


def test_a_sheet_of_very_many_lines(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Saisie")
    sheet.append(["Indicateur", "Valeur"])
    for number in range(15_000):
        sheet.append([f"Nombre de choses {number} par habitant du territoire", number])
    book.save(tmp_path / "lignes.xlsx")
    assert "plus de 1500 lignes d’indicateurs" in refused(tmp_path / "lignes.xlsx")


def test_many_unknown_lines_are_still_read_in_time(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Saisie")
    sheet.append(["Indicateur", "Valeur"])
    for number in range(1_000):
        sheet.append([f"{'Nombre de choses ' * 30} {number} par habitant", number])
    book.save(tmp_path / "lignes.xlsx")
    start = time.perf_counter()
    read = read_workbook(tmp_path / "lignes.xlsx", catalogue=CATALOGUE, territory="200065928")
    assert time.perf_counter() - start < SECONDS
    assert len(read.remarks) == 1_000
