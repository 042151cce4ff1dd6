"""The sheet « Réponses » of a workbook for experts, with what tells live whether it holds."""

from collections.abc import Sequence
from itertools import combinations

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.challenge.panel.elicitation import RANDOM_INDICES
from diag360.challenge.panel.items import Item
from diag360.challenge.panel.records import Method
from diag360.challenge.panel.rows import BEST, SHEET, TITLES, WHICH, WORST
from diag360.documents.workbooks import xlsx_style as style

_COLOUR = "0072B2"
_MATRIX = "Calcul"
_STATUS = 3  # row of the sentence that says whether the answers hold
_ANSWERS = {
    "budget": ("points",),
    "ahp": ("which", "strength"),
    "best_worst": ("from_best", "to_worst"),
}
_WIDTHS = {
    "budget": (14, 42, 76, 12),
    "ahp": (14, 46, 16, 16, 46, 14),
    "best_worst": (14, 40, 62, 20, 20, 10),
}


def add_budget(workbook: Workbook, items: Sequence[Item]) -> None:
    """Add the lines of a budget of 100 points, and what is left of it."""
    sheet = _sheet(workbook, "budget", title="Répartir 100 points", header=5)
    first, last = 6, 5 + len(items)
    _write_items(sheet, items, method="budget", row=first)
    total = f"SUM(D{first}:D{last})"
    _status(
        sheet,
        f'=IF({total}=100,"Le compte y est : 100 points.",IF({total}<100,"Il reste "&(100-{total})'
        f'&" points à répartir.","Il y a "&({total}-100)&" points de trop."))',
    )
    check = DataValidation(type="decimal", operator="between", formula1="0", formula2="100")
    _refuse(sheet, check, "Un nombre de points, de 0 à 100.")
    check.add(f"D{first}:D{last}")
    sheet.cell(last + 1, 3, "Total").font = style.font(bold=True)
    sheet.cell(last + 1, 4, f"={total}").font = style.font(size=11, bold=True)


def add_pairs(workbook: Workbook, items: Sequence[Item]) -> None:
    """Add a line per pair of items, and a sheet that computes whether they hold together."""
    sheet = _sheet(workbook, "ahp", title="Comparer deux à deux", header=5)
    pairs = list(combinations(range(len(items)), 2))
    first, last = 6, 5 + len(pairs)
    for row, (i, j) in enumerate(pairs, start=first):
        words = (items[i].id, items[i].label, "", "", items[j].label, items[j].id)
        _write_line(sheet, row, words, method="ahp")
    which = DataValidation(type="list", formula1=f'"{",".join(WHICH)}"', allow_blank=True)
    _refuse(sheet, which, "A, B ou autant.")
    which.add(f"C{first}:C{last}")
    _strength_check(sheet, f"D{first}:D{last}", low=1)
    ratio, said = _add_matrix(workbook, items, pairs, first=first)
    _status(
        sheet,
        f'=IF({said}<{len(pairs)},"Il reste "&({len(pairs)}-{said})&" comparaisons à faire.",'
        f'IF({ratio}<=0.1,"Vos réponses tiennent ensemble (ratio "&ROUND({ratio},2)&", 0,1 au '
        f'plus).","Vos réponses se contredisent en partie (ratio "&ROUND({ratio},2)&", 0,1 au '
        'plus) : en revoir quelques-unes, ou laisser ainsi."))',
    )
    _add_definitions(workbook, items)


def add_best_worst(workbook: Workbook, items: Sequence[Item]) -> None:
    """Add the choice of the best and of the worst, and a line per item."""
    sheet = _sheet(workbook, "best_worst", title="Le plus et le moins important", header=7)
    first, last = 8, 7 + len(items)
    _write_items(sheet, items, method="best_worst", row=first)
    labels = f"$B${first}:$B${last}"
    choice = DataValidation(type="list", formula1=labels, allow_blank=True)
    _refuse(sheet, choice, "Choisir l’un des éléments de la liste.")
    for row, title in ((4, BEST), (5, WORST)):
        sheet.cell(row, 2, title).font = style.font(bold=True)
        cell = sheet.cell(row, 3)
        cell.protection, cell.fill = style.UNLOCKED, style.fill(style.ANSWER)
        cell.border, cell.font, cell.number_format = style.THIN, style.font(size=11), "@"
        choice.add(cell.coordinate)
    _strength_check(sheet, f"D{first}:E{last}", low=1)
    most = f"INDEX($D${first}:$D${last},MATCH($C$5,{labels},0))"
    for row in range(first, last + 1):
        cell = sheet.cell(row, 6)
        cell.value = (
            f'=IF(OR($C$5="",D{row}="",E{row}=""),"",IFERROR(ABS(D{row}*E{row}-{most}),""))'
        )
        cell.font, cell.alignment = style.font(colour=style.GREY), style.WRAP
    gaps, cells = f"F{first}:F{last}", f"D{first}:E{last}"
    _status(
        sheet,
        f'=IF(OR($C$4="",$C$5=""),"Choisir le plus important et le moins important.",'
        f'IF($C$4=$C$5,"Le plus et le moins important sont le même élément.",'
        f'IF(COUNT({cells})<{2 * len(items)},"Il reste "&({2 * len(items)}-COUNT({cells}))&" cases '
        f'à remplir.","Plus grand écart : "&MAX({gaps})&" (0 : vos réponses s’accordent).")))',
    )


def _sheet(workbook: Workbook, method: Method, *, title: str, header: int) -> Worksheet:
    sheet: Worksheet = workbook.create_sheet(SHEET)
    sheet.sheet_properties.tabColor = _COLOUR
    sheet["A1"] = typeset_text(title)
    sheet["A1"].font = style.font(size=16, bold=True, colour=_COLOUR)
    sheet["A2"] = typeset_text("Remplir les cases jaunes ; la feuille « Lisez-moi » dit comment.")
    sheet["A2"].font = style.font(size=9, colour=style.GREY)
    style.set_widths(sheet, _WIDTHS[method])
    style.write_header(sheet, row=header, words=list(TITLES[method].values()), colour=_COLOUR)
    sheet.row_dimensions[header].height = {"budget": 18, "ahp": 34, "best_worst": 62}[method]
    sheet.freeze_panes = sheet.cell(header + 1, 3)
    style.protect(sheet)
    style.lay_out_for_print(sheet, left=SHEET, header_row=header)
    return sheet


def _status(sheet: Worksheet, formula: str) -> None:
    # Texts of formulas are ours alone: nothing a file gave ever enters one.
    cell = sheet.cell(_STATUS, 1)
    cell.value = typeset_text(formula)
    cell.font = style.font(size=11, bold=True, colour=_COLOUR)


def _write_items(sheet: Worksheet, items: Sequence[Item], *, method: Method, row: int) -> None:
    for at, item in enumerate(items, start=row):
        _write_line(sheet, at, (item.id, item.label, item.definition), method=method)


def _write_line(sheet: Worksheet, row: int, words: Sequence[str], *, method: Method) -> None:
    roles, lines = list(TITLES[method]), 1
    for at, role in enumerate(roles, start=1):
        cell = sheet.cell(row, at)
        cell.border, cell.alignment = style.THIN, style.WRAP
        word = words[at - 1] if at <= len(words) else ""
        style.write_text(cell, word)
        small = role in ("id", "first", "second", "definition")
        cell.font = style.font(size=9 if small else 10, colour=style.GREY if small else style.INK)
        if role in _ANSWERS[method]:
            cell.protection, cell.fill = style.UNLOCKED, style.fill(style.ANSWER)
            cell.font, cell.number_format = style.font(size=11, bold=True), "General"
        elif word:
            width = _WIDTHS[method][at - 1]
            size = 9 if small else 10
            lines = max(lines, style.lines_needed(word, width=width, size=size))
    sheet.row_dimensions[row].height = min(400.0, 12.5 * lines + 6)


def _strength_check(sheet: Worksheet, cells: str, *, low: int) -> None:
    check = DataValidation(type="decimal", operator="between", formula1=str(low), formula2="9")
    _refuse(sheet, check, f"Un nombre de {low} à 9.")
    check.add(cells)


def _refuse(sheet: Worksheet, check: DataValidation, words: str) -> None:
    check.errorTitle, check.error = "Réponse impossible", typeset_text(words)
    check.errorStyle, check.showErrorMessage, check.allow_blank = "stop", True, True
    # The file says showDropDown to hide the arrow.
    check.showDropDown = False
    sheet.add_data_validation(check)


def _add_matrix(
    workbook: Workbook, items: Sequence[Item], pairs: Sequence[tuple[int, int]], *, first: int
) -> tuple[str, str]:
    """Add the sheet of the matrix; return where its ratio and its number of answers stand.

    λ is read on the geometric means of rows: close to the eigenvalue, and within the reach of a
    spreadsheet. The true ratio is computed when the file is read.
    """
    sheet: Worksheet = workbook.create_sheet(_MATRIX)
    sheet.sheet_properties.tabColor = style.RULE
    sheet["A1"] = typeset_text("Ce que disent vos réponses ; rien à remplir ici.")
    sheet["A1"].font = style.font(size=9, colour=style.GREY)
    size = len(items)
    means, roots = get_column_letter(size + 2), get_column_letter(size + 3)
    style.set_widths(sheet, [40, *[9] * (size + 2)])
    style.write_header(sheet, row=2, words=["", *[i.id for i in items], "poids", "contrôle"])
    row_of = {pair: first + at for at, pair in enumerate(pairs)}
    last = get_column_letter(size + 1)
    for i in range(size):
        row = 3 + i
        style.write_text(sheet.cell(row, 1), items[i].label).font = style.font(size=9)
        for j in range(size):
            cell = sheet.cell(row, 2 + j)
            cell.number_format, cell.font = "0.00", style.font(size=9)
            if i == j:
                cell.value = 1
            elif i < j:
                which, strength = (f"'{SHEET}'!{c}{row_of[i, j]}" for c in "CD")
                cell.value = (
                    f'=IF({which}="A",IF(ISNUMBER({strength}),{strength},""),'
                    f'IF({which}="B",IF(ISNUMBER({strength}),1/{strength},""),'
                    f'IF(OR({which}="autant",{strength}=1),1,"")))'
                )
            else:
                mirror = f"{get_column_letter(2 + i)}{3 + j}"
                cell.value = f'=IF({mirror}="","",1/{mirror})'
        line = f"B{row}:{last}{row}"
        sheet[f"{means}{row}"] = f'=IF(COUNT({line})={size},GEOMEAN({line}),"")'
        turned = f"$B${4 + size}:${last}${4 + size}"
        sheet[f"{roots}{row}"] = (
            f'=IF(COUNT({turned})={size},SUMPRODUCT({line},{turned})/{means}{row},"")'
        )
        sheet.cell(4 + size, 2 + i).value = f"={means}{row}"
        sheet.cell(4 + size, 2 + i).number_format = "0.00"
        for column in (means, roots):
            sheet[f"{column}{row}"].number_format = "0.00"
    block, every = f"{roots}3:{roots}{2 + size}", f"B3:{last}{2 + size}"
    sheet.cell(6 + size, 1, "Ratio de cohérence").font = style.font(bold=True)
    sheet.cell(7 + size, 1, "Comparaisons faites").font = style.font(bold=True)
    random = RANDOM_INDICES[size - 1]
    sheet.cell(6 + size, 2).value = (
        f'=IF(COUNT({block})={size},MAX(0,(AVERAGE({block})-{size})/{size - 1}/{random}),"")'
        if random
        else "=0"
    )
    sheet.cell(7 + size, 2).value = f"=(COUNT({every})-{size})/2"
    sheet.cell(6 + size, 2).number_format = "0.00"
    style.protect(sheet)
    style.lay_out_for_print(sheet, left=_MATRIX)
    return f"{_MATRIX}!$B${6 + size}", f"{_MATRIX}!$B${7 + size}"


def _add_definitions(workbook: Workbook, items: Sequence[Item]) -> None:
    sheet: Worksheet = workbook.create_sheet("Définitions")
    style.set_widths(sheet, (14, 46, 90))
    style.write_header(sheet, row=1, words=("Id", "Élément", "Ce que c’est"))
    for row, item in enumerate(items, start=2):
        for at, words in enumerate((item.id, item.label, item.definition), start=1):
            cell = style.write_text(sheet.cell(row, at), words)
            cell.border, cell.alignment, cell.font = style.THIN, style.WRAP, style.font(size=9)
        lines = style.lines_needed(item.definition, width=90, size=9)
        sheet.row_dimensions[row].height = min(400.0, 12.0 * lines + 6)
    style.protect(sheet)
    style.lay_out_for_print(sheet, left="Définitions", header_row=1)
