import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag360.catalogue.load import load_catalogue
from diag360.errors import Refusal
from diag360.territories.values import OPTIONAL, open_data_path, read_values

CATALOGUE = load_catalogue()
SIREN = "200065928"
HEADER = "territory,indicator,value"


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def written(folder, *lines, header=HEADER, raw=None):
    path = folder / "saisie.csv"
    text = "".join(f"{line}\n" for line in (header, *lines))
    path.write_bytes(text.encode() if raw is None else raw)
    return path


def accepted(folder, *lines, header=HEADER, raw=None):
    frame = read_values(written(folder, *lines, header=header, raw=raw), catalogue=CATALOGUE)
    return frame.set_index("indicator")


def refused(folder, *lines, header=HEADER, raw=None):
    with pytest.raises(Refusal) as caught:
        read_values(written(folder, *lines, header=header, raw=raw), catalogue=CATALOGUE)
    faults = caught.value.faults
    assert all(fault.file == "saisie.csv" for fault in faults)
    assert all(fault.remedy.strip() for fault in faults)
    return faults


def only(faults):
    assert len(faults) == 1, "\n".join(map(str, faults))
    return faults[0]


# --- Accepted --------------------------------------------------------------------------------


def test_a_minimal_file(folder):
    frame = accepted(folder, f"{SIREN},bv1_i04,0.95", f"{SIREN},bv1_i01,En cours")
    assert frame["territory"].tolist() == [SIREN, SIREN]
    assert frame["value"].tolist() == ["0.95", "En cours"]
    assert frame["number"].iloc[0] == 0.95
    assert math.isnan(frame["number"].iloc[1])
    assert frame["status"].tolist() == ["observe", "observe"]
    assert frame["quality"].tolist() == ["exact", "exact"]
    assert frame["year"].isna().all()


def test_columns_are_always_the_same(folder):
    frame = read_values(written(folder, f"{SIREN},bv1_i04,0.95"), catalogue=CATALOGUE)
    assert [*frame.columns] == ["territory", "indicator", "value", *OPTIONAL, "number"]


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + f"{HEADER}\n{SIREN},bv1_i04,0.95\n".encode(),
        f"{HEADER}\r\n{SIREN},bv1_i04,0.95\r\n".encode(),
        f"{HEADER}\r{SIREN},bv1_i04,0.95".encode(),
        f"\n\n{HEADER}\n\n,,\n{SIREN},bv1_i04,0.95\n  , ,\n\n".encode(),
        f'"territory" , "indicator",value \n {SIREN} ,bv1_i04 , 0.95\n'.replace('"', "").encode(),
        f'{HEADER}\n"{SIREN}","bv1_i04","0.95"\n'.encode(),
    ],
    ids=["BOM", "Windows lines", "old Mac lines", "blank lines", "spaces", "quotes"],
)
def test_what_spreadsheets_add_around_cells_is_forgiven(folder, raw):
    frame = accepted(folder, raw=raw)
    assert frame.index.tolist() == ["bv1_i04"]
    assert frame.loc["bv1_i04", "territory"] == SIREN
    assert frame.loc["bv1_i04", "number"] == 0.95


def test_optional_columns_in_any_order(folder):
    header = "comment,year,value,quality,indicator,level,territory,status,author,evidence,source"
    line = f'"un, deux",2021,0.95,proxy,bv1_i04,commune,{SIREN},estime,moi,http://x,insee'
    row = accepted(folder, line, header=header).loc["bv1_i04"]
    assert row["year"] == 2021
    assert [row[name] for name in OPTIONAL if name != "year"] == [
        "estime",
        "commune",
        "proxy",
        "insee",
        "un, deux",
        "http://x",
        "moi",
    ]


def test_missing_is_not_zero(folder):
    frame = accepted(folder, f"{SIREN},bv1_i04,", f"{SIREN},bv1_i05,0", f"{SIREN},bv1_i01,")
    assert math.isnan(frame.loc["bv1_i04", "number"])
    assert frame.loc["bv1_i05", "number"] == 0.0
    assert frame["status"].tolist() == ["non_collecte", "observe", "non_collecte"]


@pytest.mark.parametrize("status", ["non_collecte", "secret", "sans_objet"])
def test_a_missing_value_may_say_why(folder, status):
    frame = accepted(folder, f"{SIREN},bv1_i04,,{status}", header=HEADER + ",status")
    assert frame.loc["bv1_i04", "status"] == status
    assert math.isnan(frame.loc["bv1_i04", "number"])


@pytest.mark.parametrize("status", ["observe", "estime", "declare"])
def test_a_value_may_say_how_it_was_found(folder, status):
    frame = accepted(folder, f"{SIREN},bv1_i04,0.95,{status}", header=HEADER + ",status")
    assert frame.loc["bv1_i04", "status"] == status


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_answers_with_either_apostrophe_are_one_answer(folder, apostrophe):
    cell = f'"Oui, l{apostrophe}un des deux"'
    frame = accepted(folder, f"{SIREN},bv3_i13,{cell}")
    (choice,) = (c for c in CATALOGUE.indicators["bv3_i13"].response.choices if "un des" in c)
    assert frame.loc["bv3_i13", "value"] == choice


def test_every_published_answer_is_accepted(folder):
    ordinal = [i for i in CATALOGUE.indicators.values() if i.response.choices]
    lines = [
        f'{100000000 + rank},{indicator.id},"{choice}"'
        for indicator in ordinal
        for rank, choice in enumerate(indicator.response.choices)
    ]
    frame = accepted(folder, *lines)
    assert frame["number"].isna().all()
    assert len(frame) == sum(len(i.response.choices) for i in ordinal)


def test_another_perimeter_and_a_commune_are_accepted(folder):
    frame = accepted(folder, "01004,bv1_i04,0.9", "2A004,bv1_i05,0.9", "bassin-de-vie,bv2_i06,0.9")
    assert frame["territory"].tolist() == ["01004", "2A004", "bassin-de-vie"]


def test_a_comment_over_two_lines_keeps_line_numbers(folder):
    fault = only(
        refused(
            folder,
            f'{SIREN},bv1_i04,0.95,"première\nseconde\ntroisième"',
            "",
            f"{SIREN},bv9_i99,1,",
            header=HEADER + ",comment",
        )
    )
    assert (fault.place, "bv9_i99" in fault.problem) == ("ligne 6, indicator", True)


def test_a_row_over_several_lines_stands_on_its_first(folder):
    line = f'{SIREN},bv9_i99,1,"première\nseconde"'
    fault = only(refused(folder, f"{SIREN},bv1_i04,0.95,", line, header=HEADER + ",comment"))
    assert fault.place == "ligne 3, indicator"


def test_the_shipped_values_are_read_whole():
    frame = read_values(catalogue=CATALOGUE)
    with open_data_path().open(encoding="utf-8") as stream:
        assert len(frame) == sum(1 for _ in stream) - 1
    words = frame[frame["number"].isna() & (frame["value"] != "")]
    assert all(CATALOGUE.indicators[name].response.choices for name in words["indicator"].unique())
    assert set(words["value"]) == {"Oui", "Non"}


FEW = settings(max_examples=25, deadline=None)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def read_back(factory, texts):
    """Numbers read from cells, all in one file."""
    lines = [f"{100000000 + rank},be1_i04,{text}" for rank, text in enumerate(texts)]
    return accepted(_folder(factory), *lines)["number"]


@FEW
@given(numbers=st.lists(FINITE, min_size=1, max_size=60))
def test_a_number_written_in_full_is_read_back_to_the_last_bit(tmp_path_factory, numbers):
    plus = [repr(number) if number < 0 else f"+{number!r}" for number in numbers]
    for texts in ([repr(number) for number in numbers], [t.replace("+-", "-") for t in plus]):
        assert read_back(tmp_path_factory, texts).tolist() == numbers


@FEW
@given(numbers=st.lists(st.integers(-(10**30), 10**30), min_size=1, max_size=60))
def test_an_integer_of_any_length_is_a_number(tmp_path_factory, numbers):
    read = read_back(tmp_path_factory, numbers)
    assert read.dtype == float
    assert read.tolist() == [float(number) for number in numbers]


@settings(max_examples=60, deadline=None)
@given(cell=st.text(alphabet="0123456789+-.,eE %_'٣²½infa", min_size=1, max_size=8))
def test_a_cell_is_either_the_number_it_spells_or_named(tmp_path_factory, cell):
    folder = _folder(tmp_path_factory)
    line = f'{SIREN},bv1_i04,"{cell}"'
    plain = cell.strip()
    try:
        number = accepted(folder, line).loc["bv1_i04", "number"]
    except Refusal as refusal:
        fault = only(refusal.faults)
        assert f"« {plain} »" in fault.problem
        assert fault.place == "ligne 2, value"
    else:
        if plain:
            assert number == float(plain)
            assert "_" not in plain
            assert plain.isascii()
        else:
            assert math.isnan(number)


def _folder(factory):
    """One folder for every example of a property, each writing over the one before."""
    path = Path(factory.getbasetemp()) / "properties"
    path.mkdir(exist_ok=True)
    return path


# --- Refused: the cells ----------------------------------------------------------------------

CELLS = {
    "unknown indicator": (f"{SIREN},bv1_i4,0.95", "indicator", "« bv1_i4 »", "bv1_i04"),
    "indicator far from any": (f"{SIREN},zzz,0.95", "indicator", "« zzz »", "diag360 list"),
    "no indicator": (f"{SIREN},,0.95", "indicator", "manque", "diag360 list"),
    "no territory": (",bv1_i04,0.95", "territory", "manque", "Siren"),
    "unknown answer": (f"{SIREN},bv1_i01,Ouii", "value", "« Ouii »", "Non ; En cours ; Oui"),
    "answer in another case": (f"{SIREN},bv1_i01,oui", "value", "« oui »", "Non ; En cours ; Oui"),
    "answer of another indicator": (
        f"{SIREN},bv1_i03,En cours",
        "value",
        "« En cours » pour bv1_i03",
        "Non ; Oui",
    ),
    "code with decimals": ("200065928.0,bv1_i04,0.9", "territory", "« 200065928.0 »", "texte"),
    "code with a power": ("2.00065928E8,bv1_i04,0.9", "territory", "« 2.00065928E8 »", "texte"),
    "code with a comma": ('"2,00066E+08",bv1_i04,0.9', "territory", "« 2,00066E+08 »", "texte"),
    "code that lost its zero": ("1004,bv1_i04,0.9", "territory", "« 1004 »", "5 chiffres"),
    "siren that lost a digit": ("20006592,bv1_i04,0.9", "territory", "« 20006592 »", "9 chiffres"),
    "decimal comma": (f'{SIREN},bv1_i04,"0,95"', "value", "« 0,95 » (bv1_i04)", "0.95"),
    "percent": (f"{SIREN},bv1_i04,95 %", "value", "« 95 % »", "0.132"),
    "percent and comma": (f'{SIREN},bv1_i04,"95,2%"', "value", "« 95,2% »", "0.132"),
    "a word for a number": (f"{SIREN},be1_i04,Oui", "value", "« Oui »", "13.2"),
    "spreadsheet error": (f"{SIREN},bv1_i04,#N/A", "value", "« #N/A »", "nombre seul"),
    "division by zero": (f"{SIREN},bv1_i04,#DIV/0!", "value", "« #DIV/0! »", "nombre seul"),
    "nan": (f"{SIREN},bv1_i04,nan", "value", "« nan »", "nombre seul"),
    "infinite": (f"{SIREN},bv1_i04,inf", "value", "« inf »", "nombre seul"),
    "too large": (f"{SIREN},bv1_i04,1e999", "value", "« 1e999 »", "nombre seul"),
    "digits in groups": (f"{SIREN},bv1_i04,1 000", "value", "« 1 000 »", "nombre seul"),
    "underscore": (f"{SIREN},bv1_i04,1_000", "value", "« 1_000 »", "nombre seul"),
    "formula": (f"{SIREN},bv1_i04,=A1", "value", "« =A1 »", "nombre seul"),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_wrong_cell_is_named_with_its_line(folder, name):
    line, column, offender, remedy = CELLS[name]
    fault = only(refused(folder, f"{SIREN},bv1_i05,0.97", line))
    assert fault.place == f"ligne 3, {column}"
    assert offender in fault.problem
    assert remedy in fault.remedy


OPTIONAL_CELLS = {
    "unknown status": ("status", "observé", "non_collecte"),
    "unknown level": ("level", "canton", "departement"),
    "unknown quality": ("quality", "bon", "proxy"),
    "year with decimals": ("year", "2021.0", "quatre chiffres"),
    "year of two digits": ("year", "21", "quatre chiffres"),
    "year out of time": ("year", "1821", "quatre chiffres"),
    "range of years": ("year", "2020-2021", "quatre chiffres"),
    "year in other digits": ("year", "20٢١", "quatre chiffres"),
}


@pytest.mark.parametrize("name", OPTIONAL_CELLS)
def test_a_wrong_optional_cell_is_named_with_its_line(folder, name):
    column, cell, remedy = OPTIONAL_CELLS[name]
    lines = (f"{SIREN},bv1_i05,0.97,", f"{SIREN},bv1_i04,0.95,{cell}")
    fault = only(refused(folder, *lines, header=f"{HEADER},{column}"))
    assert fault.place == f"ligne 3, {column}"
    assert f"« {cell} »" in fault.problem
    assert remedy in fault.remedy


@pytest.mark.parametrize("status", ["non_collecte", "secret", "sans_objet"])
def test_a_status_without_value_contradicts_a_value(folder, status):
    fault = only(refused(folder, f"{SIREN},bv1_i04,0.95,{status}", header=HEADER + ",status"))
    assert fault.place == "ligne 2, status"
    assert f"« {status} »" in fault.problem
    assert "« 0.95 »" in fault.problem


@pytest.mark.parametrize("status", ["observe", "estime", "declare"])
def test_a_status_of_a_value_contradicts_an_empty_cell(folder, status):
    fault = only(refused(folder, f"{SIREN},bv1_i04,,{status}", header=HEADER + ",status"))
    assert fault.place == "ligne 2, value"
    assert f"bv1_i04 avec le statut « {status} »" in fault.problem
    assert "sans_objet" in fault.remedy


def test_a_second_value_names_the_line_of_the_first(folder):
    other = "200067981"
    lines = (
        f"{SIREN},bv1_i05,0.97",
        f"{SIREN},bv1_i04,0.95",
        f"{other},bv1_i04,0.95",
        f" {SIREN},bv1_i04 ,0.95",
        f"{SIREN},bv1_i04,",
    )
    second, third = refused(folder, *lines)
    assert (second.place, third.place) == ("ligne 5, indicator", "ligne 6, indicator")
    for fault in (second, third):
        assert "« bv1_i04 »" in fault.problem
        assert f"« {SIREN} », ligne 3" in fault.problem


def test_all_faults_of_a_file_at_once_in_the_order_of_lines(folder):
    faults = refused(
        folder,
        f"{SIREN},bv1_i01,Ouii,observe,",
        f"{SIREN},bv1_i04,0.95,observe,2021.0",
        "1004,bv1_i04,0.95,observe,",
        f'{SIREN},bv1_i05,"0,9",observe,',
        f"{SIREN},bv9_i99,0.95,vu,",
        f"{SIREN},bv1_i04,0.95,observe,",
        header=HEADER + ",status,year",
    )
    assert [fault.place for fault in faults] == [
        "ligne 2, value",
        "ligne 3, year",
        "ligne 4, territory",
        "ligne 5, value",
        "ligne 6, indicator",
        "ligne 6, status",
        "ligne 7, indicator",
    ]


def test_a_file_pasted_twice_is_refused_quickly(folder):
    lines = [f"{200000000 + rank},bv1_i04,0.9" for rank in range(5000)] * 2
    faults = refused(folder, *lines)
    assert len(faults) == 5000
    assert "ligne 2" in faults[0].problem
    assert faults[-1].place == "ligne 10001, indicator"


# --- Refused: the file -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "lines", "offenders"),
    [
        ("territory,indicator", [f"{SIREN},bv1_i04"], ["« value » manque"]),
        ("territory,indicator,valeur", [f"{SIREN},bv1_i04,1"], ["« value »", "« valeur »"]),
        (HEADER + ",score", [f"{SIREN},bv1_i04,0.95,1"], ["« score »"]),
        (HEADER + ",Status", [f"{SIREN},bv1_i04,0.95,observe"], ["« Status »"]),
        (HEADER + ",value", [f"{SIREN},bv1_i04,0.95,1"], ["« value »"]),
        (f"{SIREN},bv1_i04,0.95", [], ["« territory »", "« indicator »", "« value »"]),
    ],
    ids=["missing", "misspelt", "unknown", "other case", "twice", "no header"],
)
def test_a_wrong_header_is_named(folder, header, lines, offenders):
    faults = refused(folder, *lines, header=header)
    assert all(fault.place == "ligne 1" for fault in faults)
    for offender in offenders:
        assert any(offender in fault.problem for fault in faults)


@pytest.mark.parametrize("value", ["0.95", "0,95"])
def test_semicolons_are_named_even_when_commas_are_in_numbers(folder, value):
    line = f"{SIREN};bv1_i04;{value}"
    fault = only(refused(folder, line, header=HEADER.replace(",", ";")))
    assert fault.place == "ligne 1"
    assert "territory;indicator;value" in fault.problem
    assert "virgules" in fault.remedy


def test_rows_of_another_length_are_all_named(folder):
    faults = refused(
        folder, f"{SIREN},bv1_i04,0,95", "", f"{SIREN},bv1_i05,0.9", f"{SIREN},bv2_i06"
    )
    assert [fault.place for fault in faults] == ["ligne 2", "ligne 5"]
    assert f"4 cellule(s) au lieu de 3 (« {SIREN},bv1_i04,0,95 »)" in faults[0].problem
    assert f"2 cellule(s) au lieu de 3 (« {SIREN},bv2_i06 »)" in faults[1].problem


def test_a_wrong_header_and_a_ragged_row_are_both_named(folder):
    faults = refused(folder, f"{SIREN},bv1_i04,0,95", header="territory,indicator,valeur")
    assert {fault.place for fault in faults} == {"ligne 1", "ligne 2"}


@pytest.mark.parametrize(
    ("line", "offender"),
    [(f'{SIREN},bv1_i04,"0.95', '"0.95'), (f'{SIREN},bv1_i04,"0.95"x', '"0.95"x')],
    ids=["never closed", "text after"],
)
def test_unbalanced_quotes_are_named(folder, line, offender):
    fault = only(refused(folder, f"{SIREN},bv1_i05,0.9", line, f"{SIREN},bv2_i06,0.9"))
    assert fault.place == "ligne 3"
    assert offender in fault.problem
    assert "expected" not in fault.problem


def test_another_encoding_is_named_with_the_text_near(folder):
    text = f"{HEADER},comment\n{SIREN},bv1_i04,0.95,ok\n{SIREN},bv1_i05,0.95,à l’été\n"
    fault = only(refused(folder, raw=text.encode("cp1252")))
    assert fault.place == "ligne 3"
    assert "0.95,à l’é" in fault.problem
    assert "UTF-8" in fault.remedy


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_two_bytes_a_letter_is_refused(folder, encoding):
    text = f"{HEADER}\n{SIREN},bv1_i04,0.95\n"
    fault = only(refused(folder, raw=text.encode(encoding)))
    assert "UTF-8" in fault.problem
    assert "UTF-8" in fault.remedy


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b" , ,\n"])
def test_an_empty_file_is_refused_with_what_it_should_hold(folder, raw):
    assert "territory, indicator, value" in only(refused(folder, raw=raw)).remedy


def test_a_header_alone_is_refused(folder):
    assert "lignes" in only(refused(folder)).remedy


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(Refusal) as caught:
        read_values(tmp_path / "nulle-part.csv", catalogue=CATALOGUE)
    fault = only(caught.value.faults)
    assert fault.file == str(tmp_path / "nulle-part.csv")
    assert "n’existe pas" in fault.problem


def test_a_folder_is_named(tmp_path):
    with pytest.raises(Refusal) as caught:
        read_values(tmp_path, catalogue=CATALOGUE)
    fault = only(caught.value.faults)
    assert fault.file == str(tmp_path)
    assert "dossier" in fault.problem
    assert "Errno" not in fault.problem


def test_a_path_may_be_a_text(folder):
    path = written(folder, f"{SIREN},bv1_i04,0.95")
    assert len(read_values(str(path), catalogue=CATALOGUE)) == 1


@pytest.mark.parametrize("cell", ["{status}", "{0}", "%s", "<script>", "{", "« »"])
def test_an_offender_is_printed_as_it_is_written(folder, cell):
    fault = only(refused(folder, f"{SIREN},bv1_i01,{cell}"))
    assert f"« {cell} »" in fault.problem
