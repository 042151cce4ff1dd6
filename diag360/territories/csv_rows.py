"""Rows of a CSV file with the line each stands on; a file that is not as expected is refused."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from diag360.errors import Fault, Refusal


def read_rows(
    file: Path, *, required: Sequence[str], optional: Sequence[str], title: str
) -> tuple[list[list[str]], list[int]]:
    """Read the cells of a CSV file, all as text, blank lines left out.

    Parameters
    ----------
    file : Path
        UTF-8 file with commas and a header.
    required, optional : sequence of str
        Columns that must and may stand in the header; any other is refused.
    title : str
        First line of a refusal.

    Returns
    -------
    rows : list of list of str
        Header first, then one list per row, all of the same length.
    lines : list of int
        Line of the file each row starts on, the header left out.

    Raises
    ------
    Refusal
        Wrong encoding, unbalanced quotes, rows of another length, header faults, no row.
    """
    text = _decode(file, title)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    start = 1
    try:
        for row in reader:
            if "".join(row).strip():
                rows.append(row)
                lines.append(start)
                if len(row) != len(rows[0]):
                    faults.append(
                        Fault(
                            file.name,
                            f"ligne {start}",
                            f"{len(row)} cellule(s) au lieu de {len(rows[0])}"
                            f" (« {','.join(row)[:60]} »)",
                            "une virgule dans un texte ou un nombre ? guillemets et point décimal",
                        )
                    )
            start = reader.line_num + 1
    except csv.Error:
        near = list(io.StringIO(text, newline=""))[start - 1].strip()[:60]
        faults.append(
            Fault(
                file.name,
                f"ligne {start}",
                f"guillemets illisibles dans « {near} »",
                "fermer les guillemets, doubler ceux du texte",
            )
        )
    if semicolons := _semicolons(file, rows):
        raise Refusal(title, [semicolons])
    if rows or not faults:
        faults = [*_check_header(file, rows, required, optional), *faults]
    if faults:
        raise Refusal(title, faults)
    rows[0] = [name.strip() for name in rows[0]]
    return rows, lines[1:]


def _decode(file: Path, title: str) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        reasons = {
            FileNotFoundError: "le fichier n’existe pas",
            IsADirectoryError: "c’est un dossier, pas un fichier",
        }
        reason = reasons.get(type(error), "le fichier ne peut pas être lu")
        raise Refusal(title, [Fault(str(file), "", reason, "vérifier le chemin")]) from None
    # Letters on two or four bytes hold zeros, which UTF-8 text never does.
    wrong = raw.find(b"\0")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text, wrong = "", error.start
    if wrong < 0:
        return text
    line = raw[:wrong].count(b"\n") + 1
    near = raw[max(0, wrong - 10) : wrong + 5].decode("cp1252", "replace").replace("\0", "")
    raise Refusal(
        title,
        [
            Fault(
                file.name,
                f"ligne {line}",
                f"le texte n’est pas en UTF-8 (près de « {near} »)",
                "réenregistrer au format « CSV UTF-8 »",
            )
        ],
    )


def _semicolons(file: Path, rows: list[list[str]]) -> Fault | None:
    """Name the separator a French spreadsheet writes; its decimal commas then split cells."""
    if not rows or len(rows[0]) > 1 or ";" not in rows[0][0]:
        return None
    return Fault(
        file.name,
        "ligne 1",
        f"colonnes séparées par des points-virgules (« {rows[0][0][:60]} »)",
        "enregistrer avec des virgules comme séparateur",
    )


def _check_header(
    file: Path, rows: list[list[str]], required: Sequence[str], optional: Sequence[str]
) -> list[Fault]:
    columns = ", ".join(required)
    if not rows:
        return [
            Fault(file.name, "", "le fichier est vide", f"attendu : {columns}, puis les valeurs")
        ]
    header = [name.strip() for name in rows[0]]
    faults = [
        Fault(file.name, "ligne 1", f"la colonne « {name} » manque", f"attendu : {columns}")
        for name in required
        if name not in header
    ]
    for name in sorted(set(header) - {*required, *optional}):
        faults.append(
            Fault(
                file.name,
                "ligne 1",
                f"colonne inconnue « {name} »",
                f"la retirer ou choisir parmi : {', '.join((*required, *optional))}",
            )
        )
    for name in sorted({name for name in header if header.count(name) > 1}):
        faults.append(
            Fault(
                file.name,
                "ligne 1",
                f"la colonne « {name} » figure deux fois",
                "n’en garder qu’une",
            )
        )
    if not faults and len(rows) == 1:
        faults.append(Fault(file.name, "", "aucune valeur sous l’en-tête", "ajouter des lignes"))
    return faults
