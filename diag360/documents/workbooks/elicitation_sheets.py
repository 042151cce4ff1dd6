"""A workbook to send to an expert: who answers, how, and the cells where weights are said."""

import datetime
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Catalogue, Tier
from diag360.challenge.panel.elicitation import RANDOM_INDICES
from diag360.challenge.panel.items import Item, check_subject, items_of, subject_words
from diag360.challenge.panel.records import METHODS, ROLES, Method
from diag360.challenge.panel.sheet import COVER
from diag360.documents import text
from diag360.documents.workbooks import xlsx_style as style
from diag360.documents.workbooks.elicitation_rows import add_best_worst, add_budget, add_pairs
from diag360.errors import Fault, Refusal

_LEFT, _RIGHT = 26, 92
_MINUTES = {"budget": 1.0, "ahp": 0.5, "best_worst": 1.0}  # per item, or per pair
_BY_HAND = ("expert", "role", "organisation", "date", "comment")
_HOW: dict[Method, str] = {
    "budget": (
        "Vous avez 100 points à répartir entre les éléments de la feuille « Réponses ». Plus un "
        "élément compte à vos yeux, plus il reçoit de points ; deux éléments qui comptent autant "
        "en reçoivent autant ; un élément qui ne compte pas en reçoit 0. Le total doit faire 100 : "
        "la feuille dit ce qu’il reste."
    ),
    "ahp": (
        "La feuille « Réponses » compare les éléments deux à deux. À chaque ligne, dire lequel "
        "compte le plus (A ou B), et combien de fois plus, de 2 (à peine) à 9 (sans commune "
        "mesure) : 3, un peu plus ; 5, nettement plus ; 7, beaucoup plus. « autant » s’ils "
        "comptent autant. La feuille dit si vos réponses tiennent ensemble."
    ),
    "best_worst": (
        "Choisir d’abord, en haut de la feuille « Réponses », l’élément le plus important et le "
        "moins important. Puis, pour chaque élément, dire combien de fois le plus important compte "
        "plus que lui, et combien de fois lui compte plus que le moins important, de 1 (autant) à "
        "9 (sans commune mesure). L’écart dit si les deux nombres d’une ligne s’accordent : leur "
        "produit devrait faire le nombre qui sépare le plus important du moins important."
    ),
}
_WHY = (
    "Nous demandons une opinion, pas une mesure : il n’y a pas de bonne réponse. Ne vous "
    "concertez pas avant de répondre ; les désaccords nous apprennent autant que les accords, et "
    "sont gardés dans les calculs."
)
_USE = {
    True: "Vos poids, avec ceux des autres experts, feront un jeu de poids signé par le panel : il "
    "change la note de ce besoin, et elle seule.",
    False: "Ce que vous direz ne change la note d’aucun besoin : les besoins se lisent côte à "
    "côte et ne s’additionnent pas. Il change l’ordre des actions, qui profitent à plusieurs "
    "besoins à la fois.",
}
_NAME = (
    "Votre nom sert à ne pas compter deux fois la même réponse. Un pseudonyme convient ; gardez le "
    "même d’un classeur à l’autre. Votre rôle est conservé avec votre réponse."
)
_ROLE = (
    "Terrain : vous vivez ou agissez là où le besoin se joue. Thématique : vous connaissez le "
    "sujet. Porteur du commun : vous faites vivre la méthode. Collectivité : vous en êtes élu ou "
    "agent."
)


def elicitation_workbook(
    subject: str,
    *,
    method: Method,
    framework: str,
    catalogue: Catalogue,
    day: datetime.date,
    tier: Tier | None = None,
) -> bytes:
    """Make the workbook one expert fills.

    Parameters
    ----------
    subject : str
        ``needs``, ``categories`` or ``indicators:<need>``.
    method : {"budget", "ahp", "best_worst"}
        How weights are said.
    framework : str
        Id.
    catalogue : Catalogue
        Needs and indicators.
    day : date
        Written as the day of creation.
    tier : {"flash", "standard", "expert"}, optional
        Which indicators; those the framework asks for when left out.

    Returns
    -------
    bytes
        An XLSX file; the same question gives the same bytes.

    Raises
    ------
    Refusal
        When there is no such thing to weigh, fewer than two items, or more than fifteen to compare
        two by two.
    """
    file = "questionnaire"
    faults = check_subject(subject, framework=framework, catalogue=catalogue, file=file)
    items: list[Item] = []
    if not faults:
        items = items_of(subject, framework=framework, catalogue=catalogue, tier=tier)
        if len(items) < 2:
            problem = f"« {subject} » n’a que {len(items)} élément à peser"
            faults.append(Fault(file, "subject", problem, "prendre un niveau qui en demande plus"))
        elif method == "ahp" and len(items) > len(RANDOM_INDICES):
            problem = f"« {len(items)} » éléments feraient {_pairs(items)} comparaisons"
            remedy = "au-delà de 15 éléments, prendre budget ou best_worst"
            faults.append(Fault(file, "method", problem, remedy))
    if faults:
        title = "Questionnaire refusé :"
        raise Refusal(title, faults)
    workbook = Workbook()
    cover: Worksheet = workbook.active
    _write_cover(
        cover, subject, items=items, method=method, framework=framework, catalogue=catalogue
    )
    add = {"budget": add_budget, "ahp": add_pairs, "best_worst": add_best_worst}[method]
    add(workbook, items)
    return style.workbook_bytes(workbook, day=day, title="Diagnostic 360° : poids")


def pairs_to_compare(
    subject: str, *, framework: str, catalogue: Catalogue, tier: Tier | None
) -> int:
    """Count the comparisons two by two of what is weighed."""
    return _pairs(items_of(subject, framework=framework, catalogue=catalogue, tier=tier))


def _pairs(items: Sequence[Item]) -> int:
    return len(items) * (len(items) - 1) // 2


def _write_cover(
    sheet: Worksheet,
    subject: str,
    *,
    items: Sequence[Item],
    method: Method,
    framework: str,
    catalogue: Catalogue,
) -> None:
    sheet.title = "Lisez-moi"
    sheet.sheet_properties.tabColor = style.INK
    style.set_widths(sheet, (_LEFT, _RIGHT))
    what = subject_words(subject, framework=framework, catalogue=catalogue)
    sheet["A1"] = typeset_text("Diagnostic 360° : qu’est-ce qui compte le plus ?")
    sheet["A1"].font = style.font(size=18, bold=True)
    style.write_text(sheet["A2"], typeset_text(f"Peser {what}, par {METHODS[method]}"))
    sheet["A2"].font = style.font(size=12, colour=style.GREY)
    values = {
        "subject": subject, "framework": framework, "method": method,
        "version": catalogue.version,
    }  # fmt: skip
    role = DataValidation(type="list", formula1=f'"{",".join(ROLES.values())}"', allow_blank=True)
    role.errorTitle, role.errorStyle, role.showErrorMessage = "Rôle inconnu", "stop", True
    role.error = f"Choisir parmi {text.enumerate_words(list(ROLES.values()))}."
    sheet.add_data_validation(role)
    row = 3
    # What the expert fills comes first; what the reader of the file needs stands in grey below.
    for key in (*_BY_HAND, *values):
        row += 1
        by_hand = key in _BY_HAND
        label = sheet.cell(row, 1, COVER[key])
        label.font = style.font(size=11, bold=by_hand, colour=style.INK if by_hand else style.GREY)
        cell = style.write_text(sheet.cell(row, 2), values.get(key, ""))
        cell.font = style.font(size=11, colour=style.INK if by_hand else style.GREY)
        cell.number_format, cell.alignment = "@", style.WRAP
        if by_hand:
            cell.protection, cell.fill = style.UNLOCKED, style.fill(style.ANSWER)
            cell.border = style.THIN
        if key == "role":
            role.add(cell.coordinate)
        if key == "date":
            cell.number_format = "yyyy-mm-dd"
    minutes = _MINUTES[method] * (_pairs(items) if method == "ahp" else len(items))
    needs = subject.startswith("indicators")
    for head, words in (
        ("Ce qui est demandé", _WHY),
        ("Comment répondre", _HOW[method]),
        ("Combien de temps", f"Compter {text.duration(max(5, round(minutes)))}."),
        ("À quoi cela sert", _USE[needs]),
        ("Votre nom", _NAME),
        ("Votre rôle", _ROLE),
    ):
        row += 1 + (head == "Ce qui est demandé")
        title = sheet.cell(row, 1, typeset_text(head))
        title.font, title.alignment = style.font(bold=True), style.WRAP
        body = sheet.cell(row, 2, typeset_text(words))
        body.font, body.alignment = style.font(), style.WRAP
        sheet.row_dimensions[row].height = 14.0 * style.lines_needed(words, width=_RIGHT) + 4
    style.protect(sheet)
    style.lay_out_for_print(sheet, left=f"{framework} – {subject}", landscape=False)
