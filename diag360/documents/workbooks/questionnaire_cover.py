"""Cover of a questionnaire and its sheet of help, in words for someone who never saw it."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Catalogue, Indicator, Need
from diag360.documents import text
from diag360.documents.workbooks import xlsx_style as style
from diag360.documents.workbooks.questionnaire_sheets import Anchors, link_to

TITLE = "Lisez-moi"
_HELP = "Aide"
_HELP_HEADERS = ("Code", "Question", "Ce qu’elle mesure", "Où trouver la réponse", "Pour lire")
_HELP_WIDTHS = (12, 34, 62, 62, 40)
_LEFT, _RIGHT = 38, 88
_EXPOSURE = "À coter à plusieurs, en atelier\u00a0: ce à quoi le territoire est exposé"
_FILLED_BY_HAND = ("Rempli par", "Le")
_NOTES = (
    "Les notes entre crochets",
    "Dans la colonne « Commentaire », ce qui va de [n-…] à [fin] a été écrit par quelqu’un d’autre "
    "sur la valeur. Le corriger sur place s’il le faut, ou répondre à la suite, après [fin]. Sans "
    "les crochets, un texte est un nouveau commentaire.",
)
_ADVICE = (
    (
        "En bref",
        "Une feuille par besoin des habitants. Ne remplir que les cases jaunes ; le reste est "
        "verrouillé, sans mot de passe. Répondre à ce que l’on sait, dans l’ordre que l’on veut : "
        "une case vide vaut mieux qu’un chiffre inventé, et n’est jamais comptée comme un zéro.",
    ),
    (
        "La valeur",
        "Un nombre, ou une réponse de la liste (flèche à droite de la case). La colonne « Unité ou "
        "réponses » dit laquelle et donne un exemple.",
    ),
    (
        "Les pourcentages",
        "Toujours taper le signe % : 12,5 % et non 12,5 ni 0,125. Faire de même quand l’aide parle "
        "de fraction : la case s’en charge.",
    ),
    (
        "Pas de valeur ?",
        "Écrire l’un de ces mots à la place : « sans objet » si la question n’a pas de sens ici, "
        "« inconnu » si personne ne sait, « secret » si la valeur existe mais ne peut pas être "
        "communiquée.",
    ),
    (
        "Année, source",
        "L’année observée (pas celle du téléchargement), et d’où vient la valeur : service, "
        "rapport, base de données.",
    ),
    (
        "Commentaire, preuve",
        "Ce qu’il faut savoir pour relire la valeur ; le fichier ou le lien, et la page, qui "
        "permettent de la vérifier.",
    ),
    (
        "Qui lira un commentaire",
        "Tout le monde : un commentaire est une note publique, reprise dans les documents du "
        "territoire avec le nom de la case « Rempli par ». Pour la réserver à l’équipe du "
        "diagnostic, commencer par « @note équipe » : « @note équipe Chiffre à revoir avec le "
        "service. » Une objection s’annonce de même : « @objection », puis le texte.",
    ),
    ("Minutes passées", "Le temps passé sur la ligne : il sert à prévoir les collectes suivantes."),
    (
        "Déjà connu",
        "En gris, ce que disent déjà les statistiques publiques, et d’où cela vient. Il n’y a rien "
        "à recopier : ne remplir la ligne que pour corriger ou préciser.",
    ),
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover says; ``deadline`` and ``contact`` are printed as given."""

    territory: str
    siren: str
    version: str
    tier: str
    service: str
    deadline: str
    contact: str


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet of the questionnaire; ``minutes`` [min] are those of what is not yet known."""

    label: str
    sheet: str
    questions: int
    known: int
    minutes: int


def add_cover(
    sheet: Worksheet,
    cover: Cover,
    parts: Sequence[Part],
    *,
    exposure: str = "",
    noted: bool = False,
) -> None:
    """Write the cover: whose questionnaire it is, how to fill it, what it holds.

    Parameters
    ----------
    sheet : Worksheet
        Empty; renamed « Lisez-moi ».
    cover : Cover
        What is known of the questionnaire.
    parts : sequence of Part
        The sheets to fill, in order.
    exposure : str
        Title of the sheet of hazards, when there is one.
    noted : bool
        Whether notes stand in the comment cells.
    """
    sheet.title = TITLE
    sheet.sheet_properties.tabColor = style.INK
    style.set_widths(sheet, (_LEFT, _RIGHT))
    sheet["A1"] = "Diagnostic 360° de résilience : questionnaire".replace(" :", "\u00a0:")
    sheet["A1"].font = style.font(size=18, bold=True)
    pairs = {
        "Territoire": cover.territory,
        "Siren": cover.siren,
        "Version du catalogue": cover.version,
        "Niveau": cover.tier,
        "Service": cover.service,
        "Rempli par": "",
        "Le": "",
        "À rendre pour le": cover.deadline,
        "Contact": cover.contact,
    }
    row = 3
    for label, value in pairs.items():
        sheet.cell(row, 1, label).font = style.font(size=11, bold=True)
        cell = style.write_text(sheet.cell(row, 2), value)
        cell.font, cell.number_format = style.font(size=11), "@"
        if label in _FILLED_BY_HAND:
            cell.protection, cell.fill = style.UNLOCKED, style.fill(style.ANSWER)
        row += 1
    questions, known = (sum(p.questions for p in parts), sum(p.known for p in parts))
    total = typeset_text(
        f"{_questions(questions, known)}. Compter "
        f"{text.duration(sum(p.minutes for p in parts))} pour trouver et écrire le reste."
    )
    advice = (("Combien de temps ?", total), *_ADVICE, *([_NOTES] if noted else []))
    for head, words in advice:
        row += 1
        title = sheet.cell(row, 1, typeset_text(head))
        title.font, title.alignment = style.font(bold=True), style.WRAP
        body = sheet.cell(row, 2, typeset_text(words))
        body.font, body.alignment = style.font(), style.WRAP
        sheet.row_dimensions[row].height = 14.0 * style.lines_needed(words, width=_RIGHT) + 4
    row += 2
    sheet.cell(row, 1, "Les feuilles à remplir").font = style.font(size=12, bold=True)
    for part in parts:
        row += 1
        cell = style.write_text(sheet.cell(row, 1), part.label)
        link_to(cell, sheet=part.sheet, target="A1")
        cell.font = style.font(colour="0072B2", link=True)
        counts = _questions(part.questions, part.known)
        time = f" ; {text.duration(part.minutes)}" if part.minutes else ""
        sheet.cell(row, 2, typeset_text(counts + time)).font = style.font()
    if exposure:
        cell = style.write_text(sheet.cell(row + 1, 1), exposure)
        link_to(cell, sheet=exposure, target="A1")
        cell.font = style.font(colour="0072B2", link=True)
        sheet.cell(row + 1, 2, _EXPOSURE).font = style.font()
    style.protect(sheet)
    left = f"{cover.siren} – catalogue {cover.version}"
    style.lay_out_for_print(sheet, left=left, landscape=False)


def _questions(count: int, known: int) -> str:
    words = text.count(count, "question")
    return f"{words}, dont {text.count(known, 'déjà connue', 'déjà connues')}" if known else words


def add_help(
    workbook: Workbook,
    needs: Sequence[tuple[Need, Sequence[Indicator]]],
    *,
    catalogue: Catalogue,
    siren: str,
) -> Anchors:
    """Add the sheet that explains each line in full.

    Parameters
    ----------
    workbook : Workbook
        Gets the sheet.
    needs : sequence of (Need, sequence of Indicator)
        Lines of the questionnaire, in order.
    catalogue : Catalogue
        Gives the services.
    siren : str
        Printed at the foot of the pages.

    Returns
    -------
    Anchors
        Row of each indicator, to link to.
    """
    sheet: Worksheet = workbook.create_sheet(_HELP)
    style.set_widths(sheet, _HELP_WIDTHS)
    style.write_header(sheet, row=1, words=_HELP_HEADERS)
    rows: dict[str, int] = {}
    row = 1
    for need, indicators in needs:
        for indicator in indicators:
            row += 1
            rows[indicator.id] = row
            service = catalogue.services[indicator.collection.service].label
            how = f"{indicator.collection.how}\nÀ demander\u00a0: {service}"
            example = "" if indicator.example is None else indicator.example.text
            cells = (
                indicator.id,
                f"{typeset_text(indicator.label)}\n({need.label})",
                indicator.definition,
                how,
                example,
            )
            for column, words in enumerate(cells, start=1):
                cell = style.write_text(sheet.cell(row, column), words)
                cell.alignment, cell.border = style.WRAP, style.THIN
                cell.font = style.font(size=9, bold=column == 2)
            lines = max(
                style.lines_needed(words, width=width, size=9)
                for words, width in zip(cells, _HELP_WIDTHS, strict=True)
            )
            sheet.row_dimensions[row].height = min(400.0, 12.0 * lines + 6)
    sheet.freeze_panes = "A2"
    style.protect(sheet)
    style.lay_out_for_print(sheet, left=f"{siren} – aide", header_row=1)
    return Anchors(sheet=_HELP, rows=rows)
