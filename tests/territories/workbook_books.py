"""Small workbooks for the tests of the reader, and what was read in them."""

import openpyxl

from diag360.catalogue.load import load_catalogue
from diag360.territories.workbook import WorkbookRead, read_workbook

CATALOGUE = load_catalogue()
SIREN = "200065928"
OURS = (
    "Id",
    "Indicateur",
    "Unité ou réponses",
    "Valeur",
    "Année",
    "Source",
    "Commentaire",
    "Preuve (fichier ou lien, page)",
    "Minutes passées",
    "Déjà connu",
    "D’où vient ce qui est connu",
)
PUBLISHED = (
    "ID",
    "Type de besoins",
    "Besoins",
    "Designation indicateur",
    "Source principale",
    "Source secondaire",
    "Unité",
    "Vos valeurs",
    "Vos commentaires",
    "Note Diag 360",
    "-",
    "+",
    0,
    0.5,
    1,
    "Type de bornage retenu",
)


def label(name):
    return CATALOGUE.indicators[name].label


def book(path, sheets):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def read(path, **keys) -> WorkbookRead:
    keys.setdefault("territory", SIREN)
    return read_workbook(path, catalogue=CATALOGUE, **keys)


def one(found: WorkbookRead):
    (row,) = found.rows.to_dict("records")
    return row


def said(found: WorkbookRead, kind):
    return [str(r).replace("\u00a0", " ") for r in found.remarks if r.kind == kind]


def small_reader(tmp_path):
    """Read lines (id, label, value, then other columns) in a plain sheet."""

    def made(*lines, headers=("Id", "Indicateur", "Valeur", "Commentaire"), title="Saisie", **keys):
        rows = [headers, *lines]
        return read(book(tmp_path / "saisie.xlsx", {title: rows}), **keys)

    return made
