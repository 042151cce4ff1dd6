"""The sheet « Aléas » of a questionnaire: each hazard, a guide of its levels, cells to rate it."""

from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.catalogue.hazards import Hazard
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.exposure_listing import (
    MEASURES,
    printed_levels,
    rating_source,
    unrated,
)
from diag360.documents.workbooks import xlsx_style as style
from diag360.documents.workbooks.note_cells import Commented
from diag360.documents.workbooks.questionnaire_checks import clip
from diag360.vulnerability.prepare import Ratings
from diag360.vulnerability.rating_sheet import CONFIDENCE_WORDS, SHEET, TITLES

HEADER_ROW = 4
WIDTHS = (6, 34, 42, 13.5, 13.5, 13.5, 42, 10, 10, 10, 11, 18, 20, 20, 26)
ROLES = tuple(TITLES)
_LEVELS = tuple(
    f"{measure}{end}" for measure in ("likelihood", "intensity") for end in ("_low", "", "_high")
)
_ANSWERS = (*_LEVELS, "confidence", "source", "comment")
_SMALL, _COLOUR = 8.5, "7A5195"
_TALLEST = 24  # lines of notes beyond which a row grows no more
_ADVICE = (
    "Remplir les cases jaunes : un niveau de 1 à 4 pour chaque mesure, d’après les repères. Le "
    "niveau central suffit ; le bas et le haut disent l’hésitation. Laisser vide ce que l’on ne "
    "sait pas.",
    "Pour un choc : sa vraisemblance d’ici dix ans et son intensité. Pour un stress : son niveau "
    "actuel et sa tendance. En gris, ce qui est déjà proposé ; une réponse le remplace.",
)


def add_exposure_sheet(
    workbook: Workbook,
    *,
    ratings: Ratings,
    catalogue: Catalogue,
    siren: str,
    comments: Mapping[str, Commented] | None = None,
) -> str:
    """Add the sheet where a territory rates its hazards; what is known stands apart, in grey.

    Parameters
    ----------
    workbook : Workbook
        Gets the sheet.
    ratings : Ratings
        What is already known; never written in the cells of answers.
    catalogue : Catalogue
        Hazards and their guides; umbrellas are not asked.
    siren : str
        Printed at the foot of the pages.
    comments : mapping of str to Commented, optional
        Notes put in the comment cells, by hazard.

    Returns
    -------
    str
        Title of the sheet.
    """
    sheet: Worksheet = workbook.create_sheet(SHEET)
    sheet.sheet_properties.tabColor = _COLOUR
    sheet["A1"] = "Exposition du territoire aux aléas"
    sheet["A1"].font = style.font(size=16, bold=True, colour=_COLOUR)
    for row, words in enumerate(_ADVICE, start=2):
        sheet.cell(row, 1, typeset_text(words)).font = style.font(size=9, colour=style.GREY)
    style.set_widths(sheet, WIDTHS)
    style.write_header(sheet, row=HEADER_ROW, words=list(TITLES.values()), colour=_COLOUR)
    sheet.row_dimensions[HEADER_ROW].height = 32
    levels, confidence = _checks(sheet)
    asked = [hazard for hazard in catalogue.hazards.values() if not hazard.composed_of]
    for row, hazard in enumerate(asked, start=HEADER_ROW + 1):
        lines = _write_hazard(sheet, row, hazard)
        lines = max(lines, _write_known(sheet, row, hazard, ratings=ratings, catalogue=catalogue))
        if comments and hazard.id in comments:
            said = comments[hazard.id].text
            style.write_text(_cell(sheet, row, "comment"), said)
            tall = style.lines_needed(said, width=WIDTHS[ROLES.index("comment")], size=9)
            lines = max(lines, min(_TALLEST, tall))
        sheet.row_dimensions[row].height = min(400.0, 11.0 * lines + 6)
        for role in _LEVELS:
            levels.add(_cell(sheet, row, role).coordinate)
        confidence.add(_cell(sheet, row, "confidence").coordinate)
    sheet.freeze_panes = _cell(sheet, HEADER_ROW + 1, "likelihood_guide")
    style.protect(sheet)
    style.lay_out_for_print(sheet, left=f"{siren} – {SHEET}", header_row=HEADER_ROW)
    return str(sheet.title)


def _cell(sheet: Worksheet, row: int, role: str) -> Cell:
    return sheet.cell(row, ROLES.index(role) + 1)


def _write_hazard(sheet: Worksheet, row: int, hazard: Hazard) -> float:
    """Write what is asked, and return the lines of text it takes."""
    for role in ROLES:
        cell = _cell(sheet, row, role)
        cell.alignment, cell.border, cell.font = style.WRAP, style.THIN, style.font(size=9)
    for role in _ANSWERS:
        cell = _cell(sheet, row, role)
        cell.protection, cell.fill = style.UNLOCKED, style.fill(style.ANSWER)
        # Text cells keep what is typed: no date, no formula.
        cell.number_format = "0" if role in _LEVELS else "@"
        if role in _LEVELS:
            cell.font = style.font(size=11, bold=role in ("likelihood", "intensity"))
    style.write_text(_cell(sheet, row, "hazard"), hazard.id)
    small = f"{hazard.kind.capitalize()}. {clip(hazard.description, room=320)}"
    _cell(sheet, row, "label").value = CellRichText(
        TextBlock(InlineFont(rFont=style.FONT, sz=10, b=True, color=style.INK), hazard.label),
        TextBlock(InlineFont(rFont=style.FONT, sz=_SMALL, color=style.GREY), f"\n{small}"),
    )
    width = WIDTHS[ROLES.index("label")]
    lines = 1.15 * style.lines_needed(hazard.label, width=width, size=10.5)
    lines += style.lines_needed(small, width=width, size=_SMALL)
    if hazard.guide is None:
        return lines
    pair = (hazard.guide.likelihood, hazard.guide.intensity)
    names = MEASURES[hazard.kind]
    for role, name, words in zip(("likelihood_guide", "intensity_guide"), names, pair, strict=True):
        guide = "\n".join(
            [f"{name.capitalize()}\u00a0:", *(f"{n} – {word}" for n, word in enumerate(words, 1))]
        )
        style.write_text(_cell(sheet, row, role), guide)
        _cell(sheet, row, role).font = style.font(size=_SMALL)
        needed = style.lines_needed(guide, width=WIDTHS[ROLES.index(role)], size=_SMALL)
        lines = max(lines, needed)
    return lines


def _write_known(
    sheet: Worksheet, row: int, hazard: Hazard, *, ratings: Ratings, catalogue: Catalogue
) -> float:
    """Write what is already proposed, and return the lines of text it takes."""
    rating = ratings.ratings.get(hazard.id)
    words = {"known": unrated(hazard.id, ratings=ratings).capitalize(), "origin": ""}
    if rating is not None:
        pair = zip(MEASURES[hazard.kind], rating.levels, strict=True)
        said = [f"{name} {printed_levels(levels)}" for name, levels in pair]
        confidence = text.CONFIDENCES[rating.confidence]
        words["known"] = f"{', '.join(said)} ; confiance {confidence}".capitalize()
        source = rating_source(rating, catalogue=catalogue)
        words["origin"] = f"{text.ORIGINS[rating.origin].capitalize()}. {source}"
    lines = 0.0
    for role, said_words in words.items():
        cell = _cell(sheet, row, role)
        style.write_text(cell, typeset_text(said_words))
        cell.fill, cell.font = style.fill(style.KNOWN), style.font(size=9, colour=style.GREY)
        width = WIDTHS[ROLES.index(role)]
        lines = max(lines, style.lines_needed(said_words, width=width, size=9))
    return lines


def _checks(sheet: Worksheet) -> tuple[DataValidation, DataValidation]:
    """Add the lists of levels and of confidences, and return them, without cells."""
    levels = DataValidation(type="list", formula1='"1,2,3,4"', allow_blank=True)
    levels.errorTitle, levels.error = "Niveau impossible", "Écrire 1, 2, 3 ou 4."
    levels.promptTitle, levels.prompt = "Niveau", typeset_text(
        "1, 2, 3 ou 4, d’après les repères de la ligne. Bas et haut : seulement si l’on hésite."
    )  # fmt: skip
    words = ",".join(CONFIDENCE_WORDS)
    confidence = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
    confidence.errorTitle = "Réponse impossible"
    confidence.error = f"Choisir parmi {text.enumerate_words(list(CONFIDENCE_WORDS))}."
    for check in (levels, confidence):
        check.errorStyle, check.showErrorMessage, check.showInputMessage = "stop", True, True
        # The file says showDropDown to hide the arrow.
        check.showDropDown = False
        sheet.add_data_validation(check)
    return levels, confidence
