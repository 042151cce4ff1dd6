"""The lesser sheets of the published layout: needs, indicators, export, facts, origins."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Catalogue, Framework, Indicator, Need
from diag360.documents import text
from diag360.documents.workbooks import xlsx_style as style

FRAMEWORK = "diag360-1.3"
SHEET = "Bornage définitif"
FIRST = 3
_SITE = "https://konsilion.github.io/diag360/pages"
# Words no reader of the published layout takes for the header of a column of values.
_ORIGIN_HEADERS = (
    "Code",
    "Libellé",
    "Ce qui est écrit",
    "Statut",
    "Millésime",
    "Échelle",
    "Qualité",
    "Origine",
    "Remarque",
    "Pièce",
    "Auteur",
    "Dans l’outil 1.3.5",
)
Line = tuple[Need, Indicator]


def add_needs(workbook: Workbook, framework: Framework, *, last: int) -> None:
    """Needs with their plain mean, which the published workbook leaves to its site."""
    sheet: Worksheet = workbook.create_sheet("Besoins_Infos")
    style.set_widths(sheet, (10, 44, 60, 16))
    style.write_header(sheet, row=1, words=("ID", "besoins", "lien", "note moyenne"))
    for row, need in enumerate(framework.needs, start=2):
        style.write_text(sheet.cell(row, 1), need.id)
        style.write_text(sheet.cell(row, 2), need.label)
        sheet.cell(row, 3).value = f'="{_SITE}/besoins/"&A{row}'
        labels, scores = (f"'{SHEET}'!${c}${FIRST}:${c}${last}" for c in "CJ")
        sheet.cell(row, 4).value = f'=IFERROR(AVERAGEIF({labels},B{row},{scores}),"")'
        sheet.cell(row, 4).number_format = "0.00"


def add_indicators(workbook: Workbook, lines: list[Line]) -> None:
    """Add the sheet « Indicateurs_Infos »: the page of each indicator."""
    sheet: Worksheet = workbook.create_sheet("Indicateurs_Infos")
    style.set_widths(sheet, (12, 90, 60))
    style.write_header(sheet, row=1, words=("ID", "designation_indicateur", "lien"))
    for row, (_, indicator) in enumerate(lines, start=2):
        style.write_text(sheet.cell(row, 1), indicator.id)
        style.write_text(sheet.cell(row, 2), indicator.label)
        sheet.cell(row, 3).value = f'="{_SITE}/indicateurs/"&A{row}'


def add_export(workbook: Workbook, *, last: int) -> None:
    """Add the sheet « Export »: one line per indicator, ready to be taken elsewhere."""
    sheet: Worksheet = workbook.create_sheet("Export")
    style.set_widths(sheet, (14, 34, 70, 14, 16, 40, 14))
    words = ("type_besoins", "besoins", "designation_indicateur", "valeur", "unite", "source")
    style.write_header(sheet, row=1, words=(*words, "valeur_indice"))
    main = f"'{SHEET}'!"
    for row, line in enumerate(range(FIRST, last + 1), start=2):
        for column, letter in ((1, "B"), (2, "C"), (3, "D"), (5, "G")):
            sheet.cell(row, column).value = f"={main}{letter}{line}"
        sheet.cell(row, 4).value = f'=IF({main}H{line}="","",{main}H{line})'
        second = f'IF({main}F{line}="","",";"&{main}F{line})'
        sheet.cell(row, 6).value = f"={main}E{line}&{second}"
        sheet.cell(row, 7).value = f"={main}J{line}"


def add_facts(workbook: Workbook, *, territory: str, catalogue: Catalogue) -> None:
    """Add the sheet « Informations »: version, territory, and what differs from the original."""
    sheet: Worksheet = workbook.create_sheet("Informations")
    style.set_widths(sheet, (28, 110))
    style.write_header(sheet, row=1, words=("Designation", "Valeur"))
    facts: tuple[tuple[str, object], ...] = (
        ("Version", "1.3.5"),
        ("Nom de l'EPCI", f"='{SHEET}'!I1"),
        ("Date", date(2025, 9, 23)),
        ("Siren", territory),
        ("Version du catalogue", catalogue.version),
        (
            "Écart avec l’original",
            "Une valeur absente, « sans objet » ou « secret » laisse la note vide, ici et dans "
            "« Export », où le classeur publié écrit 0 (et 0,0001 pour une vraie note de "
            "0). Seuils, formules et libellés sont ceux du catalogue ; les pourcentages y sont "
            "tous des parts.",
        ),
    )
    for row, (label, value) in enumerate(facts, start=2):
        sheet.cell(row, 1, label)
        cell = sheet.cell(row, 2)
        cell.alignment = style.WRAP
        if label == "Nom de l'EPCI" or isinstance(value, date):
            cell.value = value
        else:
            style.write_text(cell, typeset_text(str(value)))


def add_origins(
    workbook: Workbook, records: Mapping[str, Mapping[Any, Any]], *, catalogue: Catalogue
) -> None:
    """Keep what the published layout has no column for, so that nothing is lost in silence."""
    sheet: Worksheet = workbook.create_sheet("Provenance")
    style.set_widths(sheet, (12, 70, 18, 16, 10, 18, 10, 34, 34, 34, 20, 18))
    style.write_header(sheet, row=1, words=_ORIGIN_HEADERS)
    for row, (name, record) in enumerate(records.items(), start=2):
        indicator = catalogue.indicators[name]
        year = record["year"]
        cells = (
            name,
            indicator.label,
            str(record["value"]),
            text.LABELS[str(record["status"])],
            "" if pd.isna(year) else str(year),
            text.LABELS.get(str(record["level"]), str(record["level"])),
            str(record["quality"]),
            str(record["source"]),
            str(record["comment"]),
            str(record["evidence"]),
            str(record["author"]),
            "oui" if FRAMEWORK in indicator.needs else "non",
        )
        for column, word in enumerate(cells, start=1):
            style.write_text(sheet.cell(row, column), word)
    sheet.freeze_panes = "C2"
