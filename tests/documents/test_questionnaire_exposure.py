"""The sheet « Aléas »: what it asks, what it accepts, and what comes back once filled."""

import openpyxl
import pytest

from diag360 import find_place
from diag360.documents.exposure_listing import unrated
from diag360.documents.workbooks.questionnaire import make_questionnaire
from diag360.documents.workbooks.questionnaire_exposure import HEADER_ROW, ROLES
from diag360.territories.workbook import read_workbook
from diag360.vulnerability.defaults import rated_hazards
from diag360.vulnerability.prepare import prepare_ratings
from diag360.vulnerability.rating_sheet import SHEET, TITLES, read_rating_sheet

pytestmark = pytest.mark.documents  # slow: with the documents

LANNION = "200065928"
ANSWERS = ("likelihood", "intensity", "confidence", "source", "comment")


@pytest.fixture(scope="module")
def path(catalogue, tmp_path_factory):
    out = tmp_path_factory.mktemp("aleas")
    (made,) = make_questionnaire(LANNION, output=out, tier="flash", catalogue=catalogue)
    return made


@pytest.fixture(scope="module")
def sheet(path):
    return openpyxl.load_workbook(path)[SHEET]


@pytest.fixture(scope="module")
def ratings(catalogue):
    return prepare_ratings(place=find_place(LANNION), catalogue=catalogue)


def at(sheet, row, role):
    return sheet.cell(row, ROLES.index(role) + 1)


def rows_of(sheet):
    rows = range(HEADER_ROW + 1, sheet.max_row + 1)
    return {at(sheet, row, "hazard").value: row for row in rows}


def plain(text):
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_every_hazard_one_rates_stands_once_with_its_guide(sheet, catalogue):
    assert [cell.value for cell in sheet[HEADER_ROW]] == list(TITLES.values())
    rows = rows_of(sheet)
    assert tuple(rows) == rated_hazards(catalogue)
    for name, row in rows.items():
        hazard = catalogue.hazards[name]
        assert at(sheet, row, "label").value.startswith(hazard.label)
        for role, words in (
            ("likelihood_guide", hazard.guide.likelihood),
            ("intensity_guide", hazard.guide.intensity),
        ):
            lines = at(sheet, row, role).value.split("\n")
            assert lines[1:] == [f"{n} – {word}" for n, word in enumerate(words, start=1)]
        stress = at(sheet, row, "likelihood_guide").value.startswith("Niveau actuel")
        assert stress == (hazard.kind == "stress")


def test_what_is_known_stands_apart_and_never_in_an_answer(sheet, ratings):
    seen = set()
    for name, row in rows_of(sheet).items():
        for role in (*ANSWERS, "likelihood_low", "intensity_high"):
            cell = at(sheet, row, role)
            assert cell.value is None
            assert not cell.protection.locked
        known, origin = (at(sheet, row, role) for role in ("known", "origin"))
        assert known.protection.locked
        seen.add(name in ratings.ratings)
        if name in ratings.ratings:
            assert str(ratings.ratings[name].levels[0][1]) in known.value
            assert origin.value.startswith(("Lue sur une statistique", "Proposée pour tous"))
        else:
            assert known.value == unrated(name, ratings=ratings).capitalize()
            assert origin.value is None
    assert seen == {True, False}
    flood = plain(at(sheet, rows_of(sheet)["A4"], "origin").value)
    assert flood.endswith("concernées par l’inondation : 86,7 % (2019)")


def test_levels_and_confidence_are_strict_lists(sheet):
    checks = sheet.data_validations.dataValidation
    for row in rows_of(sheet).values():
        for role, formula in (
            ("likelihood_low", '"1,2,3,4"'),
            ("intensity", '"1,2,3,4"'),
            ("confidence", '"faible,moyenne,élevée"'),
        ):
            cell = at(sheet, row, role).coordinate
            (check,) = [one for one in checks if cell in one.sqref]
            assert (check.type, check.formula1) == ("list", formula)
            assert check.errorStyle in ("stop", None)
            assert max(len(check.error or ""), len(check.prompt or "")) <= 255


def test_a_filled_sheet_gives_ratings_and_no_value(path, tmp_path, catalogue):
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    row = rows_of(sheet)["S5"]
    at(sheet, row, "likelihood").value = 3
    at(sheet, row, "likelihood_high").value = "4"
    at(sheet, row, "intensity").value = 2
    at(sheet, row, "confidence").value = "élevée"
    at(sheet, row, "source").value = "=1+1"
    at(sheet, row, "source").data_type = "s"
    filled = tmp_path / "rempli.xlsx"
    book.save(filled)
    found = prepare_ratings(filled, place=find_place(LANNION), catalogue=catalogue)
    rating = found.ratings["S5"]
    assert rating.levels == ((3, 3, 4), (2, 2, 2))
    assert (rating.confidence, rating.origin, rating.source) == ("elevee", "declaree", "=1+1")
    assert list(read_rating_sheet(filled, territory=LANNION, catalogue=catalogue).ratings) == ["S5"]
    values = read_workbook(filled, catalogue=catalogue)
    assert len(values.rows) == 0
    assert values.remarks == ()
    assert values.layout == "diag360-questionnaire"


def test_what_is_known_goes_out_as_text_even_when_it_looks_like_a_formula(
    catalogue, tmp_path, monkeypatch
):
    from diag360.documents.workbooks import questionnaire
    from diag360.vulnerability.prepare import Ratings
    from diag360.vulnerability.ratings import Rating

    evil = Rating("A3", (1, 2, 3), (1, 2, 3), source="=cmd|' /C calc'!A0", origin="importee")
    monkeypatch.setattr(
        questionnaire, "prepare_ratings", lambda **_: Ratings(LANNION, {"A3": evil})
    )
    (made,) = make_questionnaire(LANNION, output=tmp_path, tier="flash", catalogue=catalogue)
    for row in openpyxl.load_workbook(made)[SHEET].iter_rows():
        assert all(cell.data_type != "f" for cell in row)


def test_the_cover_leads_to_the_sheet(path):
    cover = openpyxl.load_workbook(path)["Lisez-moi"]
    links = [cell for row in cover for cell in row if cell.hyperlink and cell.value == SHEET]
    assert [cell.hyperlink.location for cell in links] == [f"'{SHEET}'!A1"]


@pytest.mark.parametrize("options", [{"by": "service"}, {"needs": ["boire"]}])
def test_a_share_of_the_questionnaire_does_not_ask_for_ratings(catalogue, tmp_path, options):
    for made in make_questionnaire(
        LANNION, output=tmp_path, tier="standard", catalogue=catalogue, **options
    ):
        assert SHEET not in openpyxl.load_workbook(made, read_only=True).sheetnames
