"""From a file to values ready to be scored: completed, guarded, recombined."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from diag360 import find_place, load_catalogue, prepare_values, read_values
from diag360.errors import Refusal
from diag360.territories.groups import Group
from diag360.territories.places import describe

LANNION, MORLAIX = "200065928", "242900835"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def opened(catalogue):
    return read_values(catalogue=catalogue)


@pytest.fixture
def prepared(tmp_path, catalogue):
    def prepare(*lines, place=LANNION, **options):
        path = tmp_path / "v.csv"
        head = "territory,indicator,value,status,comment"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        return prepare_values(
            path, place=find_place(place), catalogue=catalogue, today=TODAY, **options
        )

    return prepare


def value_of(rows, indicator, territory=LANNION):
    (row,) = rows[(rows["indicator"] == indicator) & (rows["territory"] == territory)].to_dict(
        "records"
    )
    return row


def test_open_data_alone_is_taken_as_it_is(catalogue, opened):
    ready = prepare_values(catalogue=catalogue)
    assert ready.rows.equals(opened)
    assert (ready.findings, ready.remarks, ready.detail) == ((), (), None)


def test_an_answer_replaces_the_open_value_and_the_rest_stays(prepared, opened):
    ready = prepared(f"{LANNION},be2_i05,0.12,declare,", f"{LANNION},bv1_i10,Oui,declare,")
    assert value_of(ready.rows, "be2_i05")["value"] == "0.12"
    assert value_of(ready.rows, "bv1_i10")["value"] == "Oui"
    own = opened[opened["territory"] == LANNION]
    assert len(ready.rows) == len(own) + 1
    rest = ready.rows[~ready.rows["indicator"].isin(["be2_i05", "bv1_i10"])]
    assert rest["value"].tolist() == own[own["indicator"] != "be2_i05"]["value"].tolist()
    assert not ready.rows.duplicated(["territory", "indicator"]).any()


def test_alone_keeps_the_file_and_nothing_else(prepared):
    ready = prepared(f"{LANNION},be2_i05,0.12,declare,", alone=True)
    assert list(ready.rows["indicator"]) == ["be2_i05"]


def test_not_collected_does_not_hide_the_open_value_but_its_comment_is_kept(prepared):
    ready = prepared(f"{LANNION},be2_i05,,non_collecte,à revoir", f"{LANNION},bv1_i10,,secret,")
    assert value_of(ready.rows, "be2_i05")["value"] == "0.113"
    assert "à revoir" in value_of(ready.rows, "be2_i05")["comment"]
    assert value_of(ready.rows, "bv1_i10")["status"] == "secret"


def test_what_cannot_be_true_gives_way_to_the_open_value_and_is_told(prepared):
    ready = prepared(f"{LANNION},be2_i05,13.2,declare,", f"{LANNION},bv1_i12,9000000,declare,")
    assert {(f.indicator, f.severity) for f in ready.findings} >= {("be2_i05", "erreur")}
    poverty = value_of(ready.rows, "be2_i05")
    assert poverty["value"] == "0.113"
    assert "13.2" in poverty["comment"]
    assert value_of(ready.given, "be2_i05")["value"] == "13.2"


def test_rows_of_other_territories_are_left_aside(prepared):
    ready = prepared(f"{LANNION},be2_i05,0.12,declare,", f"{MORLAIX},be2_i05,0.2,declare,")
    assert set(ready.rows["territory"]) == {LANNION}


def test_a_group_is_recombined_from_its_members(catalogue, opened, tmp_path):
    path = tmp_path / "pays.yaml"
    path.write_text(
        f'code: pays-essai\nname: Pays d’essai\nmembers: ["{LANNION}", "{MORLAIX}"]\n',
        encoding="utf-8",
    )
    place = find_place(str(path))
    assert place.members == (LANNION, MORLAIX)
    assert place.population == sum(find_place(one).population for one in place.members)
    ready = prepare_values(place=place, catalogue=catalogue)
    assert set(ready.rows["territory"]) == {"pays-essai"}
    parts = opened[opened["indicator"] == "be2_i04"].set_index("territory")["number"]
    whole = value_of(ready.rows, "be2_i04", "pays-essai")["number"]
    assert min(parts[list(place.members)]) < whole < max(parts[list(place.members)])
    assert set(ready.detail["member"]) == set(place.members)


def test_an_answer_for_the_group_itself_wins(prepared, tmp_path):
    path = tmp_path / "pays.yaml"
    path.write_text(
        f'code: pays-essai\nname: Pays\nmembers: ["{LANNION}", "{MORLAIX}"]\n', encoding="utf-8"
    )
    ready = prepared("pays-essai,be2_i05,0.15,declare,", place=str(path))
    assert value_of(ready.rows, "be2_i05", "pays-essai")["value"] == "0.15"
    assert value_of(ready.rows, "bv3_i08", "pays-essai")["number"] > 0


def test_a_department_is_a_place():
    place = find_place("departement-22")
    assert (place.siren, place.nature, len(place.members)) == ("departement-22", "GROUPE", 8)
    assert LANNION in place.members
    with pytest.raises(Refusal, match="99"):
        find_place("departement-99")


def test_a_group_of_communes_has_no_area_to_print():
    place = describe(Group(code="trois", name="Trois communes", members=("22113", "22168")))
    assert np.isnan(place.area)
    assert place.communes == 2
    assert place.population > 20_000


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path):
    with pytest.raises(Refusal, match=r"absent\.yaml"):
        find_place(str(tmp_path / "absent.yaml"))
