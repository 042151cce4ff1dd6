"""Perimeters made of several: read, checked, refused with the offender named."""

import pytest

from diag360.errors import Refusal
from diag360.territories.groups import Group, group_of_department, make_group, read_group
from diag360.territories.perimeter import load_epci

FAUCIGNY, LANNION = "200000172", "200065928"


@pytest.fixture
def written(tmp_path):
    def write(text, name="pays.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refusal_of(path):
    with pytest.raises(Refusal) as refusal:
        read_group(path)
    return refusal.value


def test_yaml_members_may_be_sirens_names_or_communes(written):
    group = read_group(
        written(
            "code: pays-d-essai\nname: Pays d’essai\n"
            f'members: [{FAUCIGNY}, "CA Lannion-Trégor Communauté", 01004, 2A004]\n'
        )
    )
    assert group == Group(
        code="pays-d-essai",
        name="Pays d’essai",
        members=(FAUCIGNY, LANNION, "01004", "2A004"),
    )


def test_csv_gives_the_same(written):
    text = f"code,name,member\n200012345,Pays,{FAUCIGNY}\n,,01004\n"
    group = read_group(written(text, "pays.csv"))
    assert group == Group(code="200012345", name="Pays", members=(FAUCIGNY, "01004"))


def test_every_wrong_member_is_named_at_once(written):
    path = written(
        "code: essai\nname: Essai\nmembers:\n"
        f"  - {FAUCIGNY}\n  - {FAUCIGNY}\n  - 999999999\n  - 99999\n  - Lannion\n  - Atlantis\n"
    )
    refusal = refusal_of(path)
    text = str(refusal)
    places = {fault.place: fault.problem for fault in refusal.faults}
    assert places["members[2]"] == f"« {FAUCIGNY} » figure deux fois"
    assert "« 999999999 »" in places["members[3]"]
    assert "« 99999 »" in places["members[4]"]
    assert "« Atlantis »" in places["members[6]"]
    assert "members[5]" not in places
    assert "pays.yaml" in text


def test_a_commune_of_a_member_is_refused(written):
    commune = "22113"
    path = written(f"code: essai\nname: Essai\nmembers: [{commune}, {LANNION}]\n")
    text = str(refusal_of(path))
    assert f"« {commune} » est déjà dans CA Lannion-Trégor Communauté ({LANNION})" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code: essai\nname: Essai\nmembers: []\n", "aucun membre"),
        ("code: essai\nname: Essai\nmembers: tous\n", "« tous »"),
        ("code: essai\nname: Essai\n", "« members » manque"),
        (f"code: essai\nname: ''\nmembers: [{FAUCIGNY}]\n", "le nom du périmètre manque"),
        (f"code: {LANNION}\nname: Essai\nmembers: [{FAUCIGNY}]\n", f"« {LANNION} » est le code"),
        (f"code: 22\nname: Essai\nmembers: [{FAUCIGNY}]\n", "« 22 » ne peut pas servir de code"),
        (f"code: '=1'\nname: Essai\nmembers: [{FAUCIGNY}]\n", "« =1 » ne peut pas servir"),
        (f"code: e\nnom: E\nname: E\nmembers: [{FAUCIGNY}]\n", "clé inconnue « nom »"),
        (f"code: e\nname: E\nmembers: [{FAUCIGNY}, '']\n", "un membre est vide"),
    ],
)
def test_a_faulty_file_says_what_is_wrong(written, text, said):
    assert said in str(refusal_of(written(text)))


def test_a_csv_of_two_perimeters_is_refused(written):
    text = f"code,name,member\nun,Un,{FAUCIGNY}\ndeux,Un,{LANNION}\n"
    assert "« deux » après « un »" in str(refusal_of(written(text, "pays.csv")))


def test_a_csv_names_the_line(written):
    text = f"code,name,member\nun,Un,{FAUCIGNY}\n\n,,{FAUCIGNY}\n"
    assert "ligne 4" in str(refusal_of(written(text, "pays.csv")))


@pytest.mark.parametrize("query", ["22", "Côtes-d'Armor", "cotes d armor"])
def test_a_department_gathers_the_seats(query):
    group = group_of_department(query)
    assert group.code == "departement-22"
    assert len(group.members) == 8
    assert LANNION in group.members


def test_departments_share_out_every_epci():
    epci = load_epci()
    groups = [group_of_department(code) for code in epci["department"].unique()]
    members = [code for group in groups for code in group.members]
    assert sorted(members) == sorted(epci.index)
    assert {group.code for group in groups} >= {"departement-01", "departement-2A"}
    assert group_of_department("1") == group_of_department("01")


def test_an_unknown_department_is_named():
    with pytest.raises(Refusal, match="« 99 »"):
        group_of_department("99")


def test_a_group_made_in_code_is_checked_too():
    with pytest.raises(Refusal, match="« 123 »"):
        make_group("essai", name="Essai", members=["123"])
