"""The register of notes as a spreadsheet for a meeting: sorted, filtered, decided by hand."""

import re
from collections.abc import Sequence
from datetime import date
from html import unescape

import nh3
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Catalogue
from diag360.documents.annotation_words import KINDS, VISIBILITIES
from diag360.documents.figures.notes.meeting_words import divided_sentence, head_sentence
from diag360.documents.meeting import Meeting
from diag360.documents.note_html import SUITE
from diag360.documents.notes import Notes, Shown
from diag360.documents.variant_words import STATUSES
from diag360.documents.workbooks import xlsx_style as style

SHEET, NEEDS = "Registre", "Par besoin"
HEADERS = (
    "Rang",
    "Sorte",
    "Ce dont elle parle",
    "Ce qu’elle dit",
    "Preuves",
    "Qui",
    "D’où parle l’auteur",
    "Date",
    "État",
    "Ce qui divise, ce qui a changé",
    "Ce qu’elle propose et ce qui bougerait",
    "Réponses",
    "Décision prise",
    "Réponse en séance",
    "Décision en séance",
    "Par qui",
    "Pourquoi",
    "Besoins",
    "Visibilité",
    "Note",
)
WIDTHS = (6, 12, 28, 60, 26, 18, 18, 12, 11, 34, 36, 36, 28, 36, 14, 16, 30, 26, 11, 14)
HEADER_ROW = 3
# Filled in by hand, in the order of HEADERS; the second is a choice.
BY_HAND = range(14, 18)
DECISIONS = ("acceptée", "rejetée", "à revoir")
_ENDS = re.compile(r"\s*(?:<br ?/?>|</(?:p|li|pre|blockquote|tr|h[1-6])>)\s*|<tr>\s*|<hr ?/?>")
_NEXT_CELL = re.compile(r"</t[dh]>\s*(?=<t[dh])")
_KIND_COLOURS = {"objection": "D55E00", "proposition": "0072B2", "question": "7A5195"}
_NOBODY = "Aucune note à montrer."


def register_workbook(notes: Notes, *, catalogue: Catalogue) -> bytes:
    """Write the register of a meeting, a line per note, the disagreements first.

    Parameters
    ----------
    notes : Notes
        What to talk of; the caller chooses by visibility.
    catalogue : Catalogue
        Gives the labels of needs.

    Returns
    -------
    bytes
        An XLSX file without formulas. The sheet is not protected, so that its lines can be sorted
        and filtered; the yellow cells wait for what the meeting answers and decides.
    """
    meeting = Meeting(catalogue, notes.shown)
    workbook = Workbook()
    _fill_register(workbook.worksheets[0], meeting)
    _add_needs(workbook, notes, catalogue=catalogue)
    title = "Registre des notes d’experts"
    return style.workbook_bytes(workbook, day=catalogue.settings.date, title=title)


def plain_words(html: str) -> str:
    """Give the words of a safe HTML text, a line per block."""
    lines = _ENDS.sub("\n", _NEXT_CELL.sub(" ", html.replace("<li", "\n• <li")))
    words = unescape(nh3.clean(lines, tags=set())).replace("\n• \n", "\n• ")
    return re.sub(r"\n{2,}", "\n", words).strip()


def _fill_register(sheet: Worksheet, meeting: Meeting) -> None:
    sheet.title = SHEET
    sheet.sheet_properties.tabColor = style.INK
    sheet["A1"] = "Registre des notes d’experts"
    sheet["A1"].font = style.font(size=16, bold=True)
    said = head_sentence(meeting) if meeting.notes else typeset_text(_NOBODY)
    style.write_text(sheet["A2"], said).font = style.font(size=9, colour=style.GREY)
    style.set_widths(sheet, WIDTHS)
    style.write_header(sheet, row=HEADER_ROW, words=HEADERS)
    sheet.row_dimensions[HEADER_ROW].height = 32
    ranks = meeting.orders()
    divided = {
        note.id: divided_sentence(one) for one in meeting.disagreements() for note in one.notes
    }
    ordered = sorted(meeting.notes, key=lambda note: ranks[note.id]["desaccords"])
    for row, note in enumerate(ordered, start=HEADER_ROW + 1):
        _write_note(sheet, row, note, needs=meeting.own_needs(note), why=divided.get(note.id, ""))
    last = HEADER_ROW + len(ordered)
    if ordered:
        choice = DataValidation(type="list", formula1=f'"{",".join(DECISIONS)}"', allow_blank=True)
        # The file says showDropDown to hide the arrow.
        choice.showDropDown = False
        choice.add(f"O{HEADER_ROW + 1}:O{last}")
        sheet.add_data_validation(choice)
        sheet.auto_filter.ref = f"A{HEADER_ROW}:T{last}"
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 4)
    style.lay_out_for_print(sheet, left="Registre des notes", header_row=HEADER_ROW)
    # Two A3 pages side by side: what is said, then what is answered, beside what it is about.
    sheet.page_setup.paperSize, sheet.page_setup.fitToWidth = 8, 2
    sheet.print_title_cols = "A:C"


def _write_note(sheet: Worksheet, row: int, note: Shown, *, needs: Sequence[str], why: str) -> None:
    words = (
        "",
        KINDS.get(note.kind, note.kind),
        note.label,
        plain_words(note.html),
        "\n".join(_proof(*one) for one in note.evidence),
        note.author,
        note.role,
        "",
        STATUSES.get(note.status, note.status),
        "\n".join(filter(None, (why, note.stale))),
        "\n".join((*note.changes, *note.impact)),
        "\n".join(f"{who} : {plain_words(said)}" for who, said in note.replies),
        note.decision,
        *("" for _ in BY_HAND),
        ", ".join(needs),
        VISIBILITIES.get(note.visibility, note.visibility),
        note.id,
    )
    tallest = 1.0
    for column, said in enumerate(words, start=1):
        cell = style.write_text(sheet.cell(row, column), style.fit(said, end=f" {SUITE}"))
        cell.border, cell.alignment, cell.font = style.THIN, style.WRAP, style.font()
        if column in BY_HAND:
            cell.fill, cell.number_format = style.fill(style.ANSWER), "@"
        tallest = max(tallest, style.lines_needed(said, width=WIDTHS[column - 1]))
    # Numbers and days stay so, for the columns to be sorted.
    sheet.cell(row, 1).value = row - HEADER_ROW
    sheet.cell(row, 8).value = date.fromisoformat(note.date)
    sheet.cell(row, 8).number_format = "dd/mm/yyyy"
    colour = _KIND_COLOURS.get(note.kind, style.INK)
    sheet.cell(row, 2).font = style.font(bold=True, colour=colour)
    # A line must stay readable on a screen: what is longer is read in its cell.
    sheet.row_dimensions[row].height = min(400.0, 13.5 * tallest + 4)


def _add_needs(workbook: Workbook, notes: Notes, *, catalogue: Catalogue) -> None:
    """Count notes and open objections by need, in every framework."""
    sheet: Worksheet = workbook.create_sheet(NEEDS)
    style.set_widths(sheet, (40, 46, 12, 20))
    style.write_header(sheet, row=1, words=("Cadre", "Besoin", "Notes", "Objections ouvertes"))
    row = 1
    for framework in catalogue.frameworks.values():
        for need in framework.needs:
            row += 1
            style.write_text(sheet.cell(row, 1), framework.label)
            style.write_text(sheet.cell(row, 2), need.label)
            sheet.cell(row, 3, len(notes.of_need(need.id)))
            sheet.cell(row, 4, notes.open_objections(need.id))
    sheet.auto_filter.ref = f"A1:D{row}"
    sheet.freeze_panes = "A2"
    style.lay_out_for_print(sheet, left=NEEDS, header_row=1)


def _proof(label: str, address: str) -> str:
    return label if address in label else f"{label} : {address}"
