"""What a cell of a questionnaire accepts, and what it says when it is selected or refuses."""

import re
from typing import Literal

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Indicator
from diag360.catalogue.units import Unit
from diag360.documents import text
from diag360.documents.workbooks import xlsx_style as style

# Words a value cell takes when there is no value, whatever the unit.
WITHOUT_VALUE = ("sans objet", "inconnu", "secret")
# Characters a spreadsheet takes in a message.
_PROMPT, _ERROR = 250, 220
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-Ý«])")


class AnswerLists:
    """Closed lists of answers, on a hidden sheet: an answer may hold a comma.

    Parameters
    ----------
    workbook : Workbook
        Gets the sheet.
    """

    def __init__(self, workbook: Workbook) -> None:
        self.sheet: Worksheet = workbook.create_sheet("Réponses")
        self.sheet.sheet_state = "hidden"
        self._ranges: dict[tuple[str, ...], str] = {}

    def range_of(self, choices: tuple[str, ...]) -> str:
        """Return the range that holds a list of answers, then the words for no value."""
        if choices not in self._ranges:
            words = (*choices, *WITHOUT_VALUE)
            column = len(self._ranges) + 1
            for row, word in enumerate(words, start=1):
                style.write_text(self.sheet.cell(row, column), word)
            letter = get_column_letter(column)
            self._ranges[choices] = f"'{self.sheet.title}'!${letter}$1:${letter}${len(words)}"
        return self._ranges[choices]


def clip(words: str, *, room: int) -> str:
    """Keep whole sentences that fit in a room [characters], or words when little would be left."""
    if len(words) <= room:
        return words
    kept = ""
    for sentence in _SENTENCE.split(words):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > room - 4:
            break
        kept = longer
    return f"{kept} (…)" if 2 * len(kept) > room else words[: room - 1].rsplit(" ", 1)[0] + "…"


def value_check(
    indicator: Indicator, unit: Unit | None, *, cell: str, answers: AnswerLists
) -> DataValidation:
    """Return the check of a value cell, which also says where the value is found.

    Parameters
    ----------
    indicator : Indicator
        What is asked.
    unit : Unit or None
        None for an answer of the vocabulary.
    cell : str
        Address of the cell.
    answers : AnswerLists
        Gives the range of the answers.

    Returns
    -------
    DataValidation
        Strict: a list, or a number in the physical range of the unit. A plain check of decimals
        would also refuse « sans objet », hence a formula.
    """
    words = text.enumerate_words([f"« {word} »" for word in WITHOUT_VALUE])
    hint = f"Sinon : {', '.join(WITHOUT_VALUE)}."
    if unit is None:
        error = f"Choisir une réponse de la liste ; elle contient aussi {words}."
        ask = ""
        kind: Literal["list", "custom"] = "list"
        formula = answers.range_of(indicator.response.choices)
    else:
        bounds = [f"ISNUMBER({cell})"]
        bounds += [] if unit.minimum is None else [f"{cell}>={unit.minimum:.15g}"]
        bounds += [] if unit.maximum is None else [f"{cell}<={unit.maximum:.15g}"]
        others = ",".join(f'{cell}="{word}"' for word in WITHOUT_VALUE)
        kind, formula = "custom", f"OR(AND({','.join(bounds)}),{others})"
        typed = " (taper le signe % : 12,5 %)" if unit.factor == 100 else ""
        error = f"Attendu : un nombre{_range(unit)}{typed}, ou l’un des mots {words}."
        ask = "Taper le signe % : 12,5 %. " if typed else "Un nombre, sans unité. "
    head = typeset_text(f"{ask}{hint}")
    how = clip(indicator.collection.how, room=_PROMPT - len(head) - 1)
    check = DataValidation(
        type=kind,
        formula1=formula,
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
        errorStyle="stop",
        errorTitle="Réponse impossible",
        error=typeset_text(error)[:_ERROR],
        promptTitle="Où trouver la valeur",
        prompt=f"{how}\n{head}",
    )
    # The file says showDropDown to hide the arrow.
    check.showDropDown = False
    return check


def _range(unit: Unit) -> str:
    low, high = (
        None if end is None else text.threshold(end, unit) for end in (unit.minimum, unit.maximum)
    )
    if low is not None and high is not None:
        return f" de {low} à {high}"
    return f" d’au moins {low}" if low is not None else ""


def shared_checks(sheet: Worksheet) -> tuple[DataValidation, DataValidation]:
    """Add the checks of years and of minutes to a sheet, and return them, without cells."""
    year = DataValidation(
        type="whole", operator="between", formula1="1900", formula2="2099", allow_blank=True
    )
    year.error = "Écrire l’année observée en quatre chiffres, par exemple 2024."
    minutes = DataValidation(
        type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True
    )
    minutes.error = "Écrire un nombre de minutes, par exemple 15."
    for check, title in ((year, "Année impossible"), (minutes, "Durée impossible")):
        check.errorTitle, check.errorStyle, check.showErrorMessage = title, "stop", True
        sheet.add_data_validation(check)
    return year, minutes
