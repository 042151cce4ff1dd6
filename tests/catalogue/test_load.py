import datetime
import shutil

import pytest
from broken_catalogue import (
    CASES,
    FOUNDING,
    NUMBER,
    WORDS,
    add,
    change,
    copy,
    empty_folder,
    of_number,
    remove,
    write,
)

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.strict_yaml import parse_yaml, read_yaml
from diag360.errors import Refusal
from diag360.paths import data_dir

ENGLISH = ("Input should", "should be", "expected", "Value error", "must be", " is not ", " or ")


@pytest.fixture
def root(tmp_path):
    """The catalogue with two needs' indicators only: rules are the same, and loading is quick."""
    shipped = data_dir() / "catalogue"
    kept = {"boire", "acceder_energie"}
    return shutil.copytree(
        shipped,
        tmp_path / "catalogue",
        ignore=lambda folder, names: (
            set(names) - kept if folder == str(shipped / "indicators") else []
        ),
    )


@pytest.fixture
def whole(tmp_path):
    return shutil.copytree(data_dir() / "catalogue", tmp_path / "whole")


def refusal_of(root):
    with pytest.raises(Refusal) as caught:
        load_catalogue(root)
    return caught.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_rule_is_refused_with_file_key_and_offender(root, case):
    case.apply(root)
    faults = refusal_of(root).faults
    listed = "\n".join(map(str, faults))
    assert any(
        fault.file == case.file and fault.place == case.key and case.offender in fault.problem
        for fault in faults
    ), listed
    assert len(faults) == case.count, listed
    assert all(fault.remedy.strip() for fault in faults)
    assert not [word for word in ENGLISH if word in listed], listed


def test_the_shipped_catalogue_copied_elsewhere_is_accepted(whole):
    assert load_catalogue(whole) == load_catalogue()


def test_an_absent_folder_is_refused_by_every_file_it_should_hold(tmp_path):
    faults = refusal_of(tmp_path / "nowhere").faults
    assert {fault.file for fault in faults} >= {
        "catalogue.yaml",
        "units.yaml",
        "objectives.yaml",
        "sources.yaml",
        "services.yaml",
        "frameworks",
        "weights",
        "indicators",
    }


def test_faults_of_several_files_are_all_in_one_refusal(root):
    change("units.yaml", "taux: {", "taux: {facteur: 2, ")(root)
    of_number("kind: etat", "kind: état")(root)
    of_number("maturity: elevee", "maturity: haute")(root)
    change(WORDS, "[interne, gesteau]", "[interne, geste_o]")(root)
    write("indicators/boire/bv1_i02.yaml", b"")(root)
    add(FOUNDING, "  - {id: boire, label: Boire encore, category: vital}")(root)
    refusal = refusal_of(root)
    assert {(fault.file, fault.place) for fault in refusal.faults} == {
        ("units.yaml", "taux.facteur"),
        (NUMBER, "kind"),
        (NUMBER, "maturity"),
        (WORDS, "sources.1"),
        ("indicators/boire/bv1_i02.yaml", ""),
        (FOUNDING, "needs"),
    }
    text = str(refusal)
    for offender in ("facteur", "état", "haute", "geste_o", "bv1_i02.yaml", "boire"):
        assert offender in text


def test_a_record_refused_for_itself_is_not_reported_again_as_unknown(root):
    change("units.yaml", "note_30: {", "note_30: {facteur: 2, ")(root)
    assert [fault.place for fault in refusal_of(root).faults] == ["note_30.facteur"]


@pytest.mark.parametrize(
    ("file", "record", "key"),
    [
        ("references.yaml", "arrete_2007_05_02", "arrete_2007_05_02:\n  "),  # an indicator cites it
        ("goals.yaml", "odd_06", "odd_06: {"),  # needs serve it
        ("tags.yaml", "f_infrastructure", "f_infrastructure: {"),  # needs bear it
    ],
)
def test_what_is_pointed_to_and_refused_for_itself_is_one_fault(root, file, record, key):
    body = "colour: bleu, " if key.endswith("{") else "colour: bleu\n  "
    change(file, key, key + body)(root)
    assert [fault.place for fault in refusal_of(root).faults] == [f"{record}.colour"]


@pytest.mark.parametrize(
    "file",
    [
        "units.yaml",
        "sources.yaml",
        "services.yaml",
        "objectives.yaml",
        "references.yaml",
        "goals.yaml",
        "tags.yaml",
    ],
)
def test_an_unreadable_table_is_one_fault_not_one_per_reference(root, file):
    write(file, b"a: [b\n")(root)
    assert [fault.file for fault in refusal_of(root).faults] == [file]


def test_a_folder_left_empty_is_one_fault(root):
    empty_folder(root)
    assert [fault.file for fault in refusal_of(root).faults] == ["weights"]


def test_the_second_file_of_an_id_is_the_one_refused_whatever_the_order_on_disk(root):
    for folder in ("acceder_energie", "travailler_produire"):
        copy(NUMBER, f"indicators/{folder}/bv1_i04.yaml")(root)
    places = [fault.file for fault in refusal_of(root).faults if fault.place == "id"]
    assert places == [NUMBER, "indicators/travailler_produire/bv1_i04.yaml"]


def test_the_remedy_of_an_unknown_reference_lists_what_exists(root):
    of_number("unit: part", "unit: pourcent")(root)
    (fault,) = refusal_of(root).faults
    assert "part, taux, evolution" in fault.remedy


def test_the_remedy_of_a_misplaced_file_is_its_folder(root):
    copy(NUMBER, "indicators/me_soigner/bv1_i04.yaml")(root)
    remove(NUMBER)(root)
    (fault,) = refusal_of(root).faults
    assert "indicators/boire/" in fault.remedy


def test_an_indicator_under_discussion_may_leave_out_a_framework(root):
    of_number("  diag360-1.3: {primary: bv1}\n", "")(root)
    of_number("status: eprouve", "status: propose")(root)
    assert set(load_catalogue(root).indicators["bv1_i04"].needs) == {"besoins-2021"}


def test_records_are_frozen():
    catalogue = load_catalogue()
    with pytest.raises(ValueError, match="frozen"):
        catalogue.indicators["bv1_i04"].label = "autre"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("01004", "01004"),
        ("09001", "09001"),
        ("-07", "-07"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("13,2", "13,2"),
        (".5", ".5"),
        ("5.", "5."),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("Non", "Non"),
        ("non", "non"),
        ("Oui", "Oui"),
        ("no", "no"),
        ("No", "No"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("True", "True"),
        ("Null", "Null"),
        ("=", "="),
        ("<<", "<<"),
        ('"12"', "12"),
        ('"2026-11-23"', "2026-11-23"),
        ("2026-02-30", "2026-02-30"),
        ("2026-11-23T10:00:00", "2026-11-23T10:00:00"),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("200065928", 200065928),
        ("0.132", 0.132),
        ("-0.8", -0.8),
        ("1e3", 1000.0),
        ("1.5E-2", 0.015),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2026-11-23", datetime.date(2026, 11, 23)),
    ],
)
def test_a_scalar_is_a_number_only_when_written_as_one(tmp_path, written, read):
    path = tmp_path / "one.yaml"
    path.write_text(f"key: {written}\n", encoding="utf-8")
    data, fault = read_yaml(path, name="one.yaml")
    assert fault is None
    assert data == {"key": read}
    assert type(data["key"]) is type(read)


@pytest.mark.parametrize("written", ["01004", "no", "12:30", "<<"])
def test_a_key_follows_the_same_law(tmp_path, written):
    path = tmp_path / "one.yaml"
    path.write_text(f"{written}: {{label: x}}\n", encoding="utf-8")
    assert read_yaml(path, name="one.yaml") == ({written: {"label": "x"}}, None)


def test_yaml_keeps_accents_and_long_texts(tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text("a: >-\n  L’été à\n  l’œuvre\nb: [Égale, à]\n", encoding="utf-8")
    assert read_yaml(path, name="one.yaml")[0] == {"a": "L’été à l’œuvre", "b": ["Égale", "à"]}


def test_a_whole_number_is_asked_for_as_such(root):
    of_number("minutes: 40", "minutes: 12.5")(root)
    (fault,) = refusal_of(root).faults
    assert fault.problem == "nombre entier attendu, lu « 12.5 »"
    assert "virgule" in fault.remedy


AROUND_HAZARDS = ("cascade", "links", "proxies", "scenarios", "commons")


def forget_hazards(root):
    """Make the catalogue as it was before 2026.3."""
    for name in ("hazards", "graphs"):
        shutil.rmtree(root / name)
    for name in AROUND_HAZARDS:
        (root / f"{name}.yaml").unlink(missing_ok=True)
    for path in (root / "indicators").rglob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(("hazards:", "effort:"))]
        path.write_text("".join(kept), encoding="utf-8")


def test_a_catalogue_that_knows_no_hazard_is_read(whole):
    """So that ``catalogue diff`` can read the revisions before 2026.3."""
    forget_hazards(whole)
    catalogue = load_catalogue(whole)
    assert (catalogue.hazards, catalogue.graphs, catalogue.cascade) == ({}, {}, None)
    assert not any(i.hazards or i.effort for i in catalogue.indicators.values())


def test_the_absence_of_hazards_that_indicators_name_is_told_once(root):
    for name in ("hazards", "graphs"):
        shutil.rmtree(root / name)
    for name in AROUND_HAZARDS:
        (root / f"{name}.yaml").unlink(missing_ok=True)
    (fault,) = refusal_of(root).faults
    assert (fault.file, fault.problem) == (
        "hazards/",
        "fichier absent, alors que d’autres fichiers le citent",
    )


def test_a_catalogue_older_than_references_goals_and_tags_is_read(whole):
    """So that ``catalogue diff`` can read the revisions before 2026.2."""
    forget_hazards(whole)
    for name in ("references", "goals", "tags"):
        (whole / f"{name}.yaml").unlink()
    for path in (whole / "indicators").rglob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("references:")]
        path.write_text("".join(kept), encoding="utf-8")
    for path in (whole / "frameworks").glob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.lstrip().startswith(("goals:", "tags:"))]
        path.write_text("".join(kept), encoding="utf-8")
    catalogue = load_catalogue(whole)
    assert (catalogue.references, catalogue.goals, catalogue.tags) == ({}, {}, {})
    assert len(catalogue.indicators) == 151


def test_a_text_is_read_like_a_file(tmp_path):
    for text in ("a: 01004\nb: non\n", "a: 1\na: 2\n", "a: [", "- 1\n", ""):
        path = tmp_path / "one.yaml"
        path.write_text(text, encoding="utf-8")
        assert parse_yaml(text, name="one.yaml") == read_yaml(path, name="one.yaml")
    assert parse_yaml("a: 01004\nb: non\n", name="x") == ({"a": "01004", "b": "non"}, None)
    _, fault = parse_yaml("a: 1\na: 2\n", name="bloc")
    assert (fault.file, fault.place) == ("bloc", "ligne 2")
