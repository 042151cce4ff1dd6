"""The published workbooks, read as they are, and their labels where they differ from ours."""

import importlib.util
import random
import re
import sys
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from diag360.catalogue.load import load_catalogue
from diag360.paths import data_dir
from diag360.territories.workbook import read_workbook

CATALOGUE = load_catalogue()
FOLDER = data_dir().parent.parent / "shared" / "reference" / "workbooks"
GOLDEN = Path(__file__).parents[1] / "golden"
PUBLISHED = {i.id for i in CATALOGUE.indicators.values() if "diag360-1.3" in i.needs}
ABANDONED = "Densité d’outils de logistique ou de transformation alimentaire locaux"
present = pytest.mark.skipif(not FOLDER.is_dir(), reason="the published workbooks are not here")


def blank(version):
    return read_workbook(FOLDER / f"diag360-v{version}.xlsx", catalogue=CATALOGUE)


@pytest.mark.shared
@present
@pytest.mark.parametrize(
    ("version", "unknown", "corrected"),
    [("1.3.1", 1, 0), ("1.3.2", 1, 0), ("1.3.3", 1, 12), ("1.3.5", 0, 21)],
)
def test_every_published_template_is_read_line_by_line(version, unknown, corrected):
    found = blank(version)
    assert found.layout == f"diag360-{version}"
    assert found.lines == 124
    assert set(found.indicators) == PUBLISHED
    assert found.rows.empty
    named = [r for r in found.remarks if r.kind == "incompris"]
    assert len(named) == unknown
    assert all(ABANDONED in remark.text for remark in named)
    ids = [r for r in found.remarks if r.kind == "corrige"]
    assert len(ids) == corrected
    assert all(remark.indicator in remark.text for remark in ids)
    assert len(found.remarks) == unknown + corrected


@pytest.fixture(scope="module")
def golden():
    """The script that filled the workbook for LibreOffice; it matches the lines its own way."""
    spec = importlib.util.spec_from_file_location("golden", GOLDEN / "make_workbook_golden.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["golden"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["golden"]


@pytest.mark.shared
@present
def test_the_filled_workbook_gives_the_golden_values(golden, tmp_path):
    """Also on the ten lines whose bounds are written in another unit."""
    source = FOLDER / "diag360-v1.3.5.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # extensions openpyxl drops
        lines = golden.read_lines(openpyxl.load_workbook(source), CATALOGUE)
        assert [line.indicator for line in lines] == list(blank("1.3.5").indicators)
        rng = random.Random(golden.SEED)
        kinds = ("dedans", "sous_le_zero", "au_dela_du_un", "ancres", "autour", "partiel")
        cases = {kind: {line.row: golden.draw(line, kind, rng) for line in lines} for kind in kinds}
        table = pd.read_csv(GOLDEN / "workbook_v1.3.5.csv", dtype=str, keep_default_na=False)
        for kind in ("autour",):
            golden.fill(source, cases[kind], tmp_path / f"{kind}.xlsx")
            found = read_workbook(
                tmp_path / f"{kind}.xlsx", catalogue=CATALOGUE, territory="200065928"
            )
            expected = table[(table["case"] == kind) & (table["value"] != "")]
            expected = expected.set_index("indicator")["value"]
            values = found.rows.set_index("indicator")["value"]
            assert sorted(values.index) == sorted(expected.index)
            for name, value in expected.items():
                if CATALOGUE.unit(name) is None:
                    assert values[name] == value, name
                else:
                    assert float(values[name]) == pytest.approx(float(value), abs=1e-12), name


@pytest.mark.shared
@present
@pytest.mark.parametrize("version", ["1.3.1", "1.3.2"])
def test_the_oldest_workbooks_filled(version, tmp_path):
    """Once their broken data validations are out, openpyxl fills them."""
    source, target = FOLDER / f"diag360-v{version}.xlsx", tmp_path / "rempli.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "nu.xlsx", "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(
                name, re.sub(rb"<((?:x14:)?)dataValidations.*?</\1dataValidations>", b"", part)
            )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(tmp_path / "nu.xlsx")
    written = 0
    for sheet in book:
        head = [cell.value for cell in sheet[2]]
        value, label = head.index("Valeur"), head.index("Designation indicateur")
        for row in sheet.iter_rows(min_row=3):
            if row[label].value:
                written += 1
                row[value].value = 0.25
                row[value + 1].value = row[label].value
    book.save(target)
    found = read_workbook(target, catalogue=CATALOGUE, territory="200065928")
    assert written == 125
    assert found.layout == f"diag360-{version}"
    assert set(found.rows["indicator"]) == PUBLISHED
    numeric = found.rows["indicator"].map(lambda name: CATALOGUE.unit(name) is not None)
    assert set(found.rows["value"][numeric]) == {"0.25"}
    # 0.25 answers no question of vocabulary, and says so once per cell.
    unread = [r for r in found.remarks if r.kind == "incompris" and r.indicator]
    assert len(unread) == (~numeric).sum()
    assert all("0.25" in remark.text for remark in unread)
    assert all(found.rows["comment"][~numeric].str.startswith("cellule illisible : « 0.25 » ; "))


DRIFTED = {
    "bv1_i01": (
        "Avoir accès à l'eau potable",
        "Couverture effective du territoire par au moins un outil de planification et de gestion "
        "de l’eau (SAGE, PGRE, PTGE, contrat de milieu)",
    ),
    "bv1_i11": (
        "Avoir accès à l'eau potable",
        "Fréquence des interruptions de service Non programmées pour l’eau potable",
    ),
    "bv1_i17": (
        "Avoir accès à l'eau potable",
        "Conformité des performances des équipements d'épuration au regard des prescriptions de "
        "l'acte individuel",
    ),
    "bi2_i07": (
        "Avoir accès à l'énergie",
        "Taux de couverture des besoins en chaleur, en électricité et en gaz par les productions "
        "énergétiques renouvelables locales",
    ),
    "bi3_i08": (
        "Être en capacité de se déplacer",
        "Nombre de bornes de recharges de véhicules électriques pour 1000 habitants",
    ),
    "be2_i11": (
        "Vivre ensemble et faire société",
        "Nombre de structures de l’animation de la vie sociale agréée par la CAF (Centre social "
        "ou Espace de vie sociale) à l'échelle intercommunale pour 100.000 habitants",
    ),
    "be2_i07": (
        "Vivre ensemble et faire société",
        "Taux de participation aux élections municipales 2020",
    ),
}


def test_the_oldest_layout_and_the_labels_that_drifted(tmp_path):
    """Three sheets, five columns, no id."""
    book = openpyxl.Workbook()
    for title in ("Essentiels", "Vitaux"):
        sheet = book.create_sheet(title)
        sheet.append(["Besoins", "", "Avancement ➜", 0, ""])
        sheet.append(
            ["Besoins", "Designation indicateur", "Unité", "Valeur", "Commentaires - Focus"]
        )
    for name, (need, label) in DRIFTED.items():
        value = 0.5 if CATALOGUE.unit(name) else "Oui"
        book["Vitaux"].append([need, label, "-", value, f"sur {name}"])
    book["Essentiels"].append(["Se nourrir", ABANDONED, "/ km2", 2, ""])
    book.save(tmp_path / "ancien.xlsx")
    found = read_workbook(tmp_path / "ancien.xlsx", catalogue=CATALOGUE, territory="200065928")
    assert found.layout == "diag360-1.3.1"
    assert found.rows["indicator"].tolist() == list(DRIFTED)
    assert found.rows["comment"].tolist() == [f"sur {name}" for name in DRIFTED]
    (remark,) = found.remarks
    assert (remark.kind, remark.sheet, remark.cell) == ("incompris", "Essentiels", "B3")
    assert "non lu\u00a0: «\u00a02\u00a0»" in remark.text
