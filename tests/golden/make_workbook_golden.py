# ruff: noqa: T201
"""Write the scores that the published workbook v1.3.5 computes, as recalculated by LibreOffice.

Usage, from the root of the project, with LibreOffice Calc installed::

    python tests/golden/make_workbook_golden.py path/to/diag360-v1.3.5.xlsx

Several copies of the workbook are filled with drawn values (fixed seed), recalculated by
LibreOffice, and read back. Nothing of the package under test computes a score here: the catalogue
is only asked for ids, labels, bounds and units. Two files are written beside this script:

- ``workbook_v1.3.5.csv``: case, indicator, value [unit of the catalogue], score; an empty value is
  a line left empty in the workbook, and its score is then empty;
- ``workbook_v1.3.5_needs.csv``: case, need, score, the plain mean (AVERAGEIF) of the lines present.

Lines are matched to the catalogue by need and label, one to one, never by the id of the workbook:
eleven of these ids drift, and one is shared by every "agent-référent" line. The bounds of each line
must be those of the catalogue times one power of ten; anything else is printed and refused.

Two things are changed in the copies, neither of which touches a bound: the formulas say
``_xlfn.SWITCH``, the spelling the file format wants (without it the function is unknown once the
file is opened outside its editor, and IFERROR hides it), and a sheet holds the means by need.
"""

import argparse
import csv
import random
import re
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import product
from pathlib import Path

import openpyxl

import diag360

HERE = Path(__file__).parent
FRAMEWORK = "diag360-1.3"
SEED = 20250923
FIRST, LAST = 3, 126
LABEL, NEED, ID, VALUE, SCORE = 4, 3, 1, 8, 10
BOUNDS = {0.0: 13, 0.5: 14, 1.0: 15}
MEANS = "Moyennes"


@dataclass(frozen=True)
class Line:
    """A line of the workbook, and the indicator it stands for."""

    row: int
    indicator: str
    anchors: dict[float, Decimal | str]  # in the unit of the workbook
    power: int  # catalogue = workbook x 10**power
    minimum: Decimal | None
    maximum: Decimal | None


def words_of(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"(?<=\d)[ .](?=000)", "", plain)
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def bound(cell: object) -> Decimal | str | None:
    """Bound as written: a number, a constant formula such as ``=5.7``, a word, or nothing."""
    if cell is None or cell == "-":
        return None
    if isinstance(cell, int | float):
        return Decimal(str(cell))
    text = str(cell)
    return Decimal(text[1:]) if text.startswith("=") else text


def match(sheet, needs: dict[str, str], labels: dict[str, str], catalogue) -> dict[int, str]:
    """Indicator of each line: within a need, the closest labels first, one to one."""
    found: dict[int, str] = {}
    for title, need in needs.items():
        rows = [r for r in range(FIRST, LAST + 1) if sheet.cell(r, NEED).value == title]
        ids = [
            i.id
            for i in catalogue.indicators.values()
            if FRAMEWORK in i.needs and i.needs[FRAMEWORK].primary == need
        ]
        if len(rows) != len(ids):
            sys.exit(f"{need}: {len(rows)} lines in the workbook, {len(ids)} in the catalogue")
        pairs = sorted(
            (
                (similarity(written(sheet, r, labels), catalogue.indicators[i].label), r, i)
                for r, i in product(rows, ids)
            ),
            reverse=True,
        )
        for ratio, row, name in pairs:
            if row in found or name in found.values():
                continue
            if ratio < 0.6:
                sys.exit(f"line {row}: no indicator of {need} is close to its label")
            if ratio < 1:
                print(f"  line {row}: {name} by the closest label ({ratio:.2f})")
            found[row] = name
    return found


def written(sheet, row: int, labels: dict[str, str]) -> str:
    label = str(sheet.cell(row, LABEL).value)
    return labels[sheet.cell(row, ID).value] if label.startswith("=") else label


def similarity(one: str, other: str) -> float:
    return SequenceMatcher(None, words_of(one), words_of(other), autojunk=False).ratio()


def read_lines(workbook, catalogue) -> list[Line]:
    sheet = workbook.worksheets[0]
    # The needs, in words, with the ids that the framework also uses.
    needs = {r[1].value: r[0].value for r in workbook["Besoins_Infos"].iter_rows(min_row=2)}
    labels = {r[0].value: r[1].value for r in workbook["Indicateurs_Infos"].iter_rows(min_row=2)}
    lines, wrong = [], []
    for row, name in sorted(match(sheet, needs, labels, catalogue).items()):
        written_bounds = {score: bound(sheet.cell(row, at).value) for score, at in BOUNDS.items()}
        anchors = {score: value for score, value in written_bounds.items() if value is not None}
        indicator = catalogue.indicators[name]
        ours = {a.score: a.value for a in indicator.scale.anchors}
        power = common_power(anchors, ours)
        if power is None:
            wrong.append(f"line {row}, {name}: workbook {anchors}, catalogue {ours}")
            continue
        unit = catalogue.unit(name)
        limits = (None, None) if unit is None else (unit.minimum, unit.maximum)
        low, high = (None if end is None else Decimal(str(end)) for end in limits)
        lines.append(Line(row, name, anchors, power, low, high))
    if wrong:
        sys.exit("bounds that disagree beyond a power of ten:\n" + "\n".join(wrong))
    return lines


def common_power(anchors: dict, ours: dict) -> int | None:
    """Power of ten from the bounds of the workbook to those of the catalogue, None if not one."""
    if anchors.keys() != ours.keys():
        return None
    if any(isinstance(value, str) for value in anchors.values()):
        return 0 if anchors == ours else None
    for power in range(-4, 5):
        if all(
            anchors[score].scaleb(power) == Decimal(str(value)) for score, value in ours.items()
        ):
            return power
    return None


def draw(line: Line, kind: str, rng: random.Random) -> Decimal | str | None:
    """Value of one line [unit of the workbook] for a kind of case."""
    if kind == "clairseme" and rng.random() < 0.75:
        return None
    if kind == "partiel" and rng.random() < 0.35:
        return None
    if isinstance(line.anchors[0.0], str) or kind == "ancres":
        return line.anchors[rng.choice(sorted(line.anchors))]
    x0, x1 = line.anchors[0.0], line.anchors[1.0]
    low, high = {
        "dedans": (0.0, 1.0),
        "sous_le_zero": (-0.6, -0.01),
        "au_dela_du_un": (1.01, 1.6),
    }.get(kind, (-0.4, 1.4))
    step = Decimal(1).scaleb((x1 - x0).adjusted() - 3)
    value = (x0 + (x1 - x0) * Decimal(rng.uniform(low, high))).quantize(step)
    # Only values that can exist: nobody counts fewer than zero wells.
    if line.minimum is not None:
        value = max(value, line.minimum.scaleb(-line.power))
    if line.maximum is not None:
        value = min(value, line.maximum.scaleb(-line.power))
    return value


def fill(path: Path, values: dict[int, Decimal | str | None], target: Path) -> None:
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    for row in range(FIRST, LAST + 1):
        value = values[row]
        sheet.cell(row, VALUE).value = float(value) if isinstance(value, Decimal) else value
        formula = sheet.cell(row, SCORE)
        formula.value = formula.value.replace("(SWITCH(", "(_xlfn.SWITCH(")
    means = workbook.create_sheet(MEANS)
    where = f"'{sheet.title}'!$C${FIRST}:$C${LAST}"
    what = f"'{sheet.title}'!$J${FIRST}:$J${LAST}"
    for row in range(2, 13):
        means.cell(row, 1).value = f"=Besoins_Infos!A{row}"
        means.cell(row, 2).value = f'=IFERROR(AVERAGEIF({where},Besoins_Infos!B{row},{what}),"")'
    workbook.save(target)


def recalculate(files: list[Path], folder: Path) -> None:
    profile = (folder / "profile").as_uri()
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(folder / "done"), *map(str, files)],
        check=True,
        capture_output=True,
    )


def number(cell: object) -> str:
    return "" if cell is None or cell == "" else repr(float(cell))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the golden scores of the workbook.")
    parser.add_argument("workbook", type=Path)
    source = parser.parse_args().workbook
    catalogue = diag360.load_catalogue()
    lines = read_lines(openpyxl.load_workbook(source), catalogue)
    changed = [line for line in lines if line.power]
    print(f"{len(lines)} lines; in another unit: {len(changed)}")
    for line in changed:
        print(f"  {line.indicator}: catalogue = workbook x 10^{line.power}")

    rng = random.Random(SEED)
    kinds = ("dedans", "sous_le_zero", "au_dela_du_un", "ancres", "autour", "partiel", "clairseme")
    rows, needs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = {kind: {line.row: draw(line, kind, rng) for line in lines} for kind in kinds}
        for kind, values in cases.items():
            fill(source, values, folder / f"{kind}.xlsx")
        recalculate([folder / f"{kind}.xlsx" for kind in kinds], folder)
        for kind, values in cases.items():
            done = openpyxl.load_workbook(folder / "done" / f"{kind}.xlsx", data_only=True)
            for line in sorted(lines, key=lambda line: line.indicator):
                value = values[line.row]
                if isinstance(value, Decimal):
                    value = format(value.scaleb(line.power).normalize() + 0, "f")
                score = number(done.worksheets[0].cell(line.row, SCORE).value)
                if (score == "") != (value is None):
                    sys.exit(f"{kind}, {line.indicator}: value {value!r}, score {score!r}")
                rows.append((kind, line.indicator, value or "", score))
            needs += sorted(
                (kind, need.value, number(mean.value))
                for need, mean in done[MEANS].iter_rows(min_row=2, max_col=2)
            )
    write("workbook_v1.3.5.csv", ("case", "indicator", "value", "score"), rows)
    write("workbook_v1.3.5_needs.csv", ("case", "need", "score"), needs)


def write(name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
