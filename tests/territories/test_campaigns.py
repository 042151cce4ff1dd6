"""Campaigns are read side by side, and refused with the campaign and the line named."""

import pandas as pd
import pytest

import diag360
from diag360.errors import Refusal
from diag360.territories.campaigns import campaign_rows, read_campaigns, side_by_side

HEADER = "territory,indicator,value,status\n"


@pytest.fixture(scope="module")
def catalogue():
    return diag360.load_catalogue()


@pytest.fixture
def written(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def two(written):
    return {
        "2024": written("a.csv", HEADER + "200000172,be2_i05,0.10,\n200000172,bv1_i06,Non,\n"),
        "2026": written("b.csv", HEADER + "200000172,be2_i05,0.12,\n"),
    }


def test_several_files_are_labelled(two, catalogue):
    rows = read_campaigns(two, catalogue=catalogue)
    assert rows.columns[0] == "campaign"
    assert rows["campaign"].tolist() == ["2024", "2024", "2026"]
    assert rows["number"].tolist()[::2] == [0.10, 0.12]


def test_one_campaign_is_given_back_as_it_was_read(two, catalogue):
    rows = campaign_rows(read_campaigns(two, catalogue=catalogue), "2024")
    expected = diag360.read_values(two["2024"], catalogue=catalogue)
    pd.testing.assert_frame_equal(rows, expected)


def test_a_campaign_that_is_not_there_is_named_with_the_others(two, catalogue):
    rows = read_campaigns(two, catalogue=catalogue)
    with pytest.raises(Refusal, match=r"« 2025 ».*2024, 2026"):
        campaign_rows(rows, "2025")


def test_one_file_with_a_column_gives_the_same(two, written, catalogue):
    path = written(
        "tout.csv",
        "territory,campaign,indicator,value,comment\n"
        '200000172,2024,be2_i05,0.10,"deux\nlignes"\n'
        "200000172,2026,be2_i05,0.12,\n"
        "\n"
        "200000172,2024,bv1_i06,Non,\n",
    )
    rows = read_campaigns(path, catalogue=catalogue)
    assert rows["campaign"].tolist() == ["2024", "2024", "2026"]
    assert rows["value"].tolist() == ["0.10", "Non", "0.12"]
    assert rows["comment"].iloc[0] == "deux\nlignes"


def test_a_fault_keeps_the_line_of_the_file_and_its_campaign(written, catalogue):
    path = written(
        "tout.csv",
        "territory,campaign,indicator,value,comment\n"
        '200000172,2024,be2_i05,0.10,"deux\nlignes"\n'
        "200000172,2026,be2_i05,beaucoup,\n"
        "\n"
        "200000172,2024,bv1_i06,Peut-être,\n"
        "200000172,2024,bv1_i06,Non,\n",
    )
    with pytest.raises(Refusal) as refusal:
        read_campaigns(path, catalogue=catalogue)
    places = {(fault.file, fault.place): fault.problem for fault in refusal.value.faults}
    assert "« beaucoup »" in places["tout.csv", "campagne 2026, ligne 4, value"]
    assert "« Peut-être »" in places["tout.csv", "campagne 2024, ligne 6, value"]
    assert "ligne 6" in places["tout.csv", "campagne 2024, ligne 7, indicator"]


def test_faults_of_every_file_are_named_at_once(written, catalogue):
    files = {
        "2024": written("a.csv", HEADER + "200000172,be2_i99,0.1,\n"),
        "2026": written("b.csv", HEADER + "200000172,be2_i05,trop,\n"),
        " ": written("c.csv", HEADER + "200000172,be2_i05,0.1,\n"),
    }
    with pytest.raises(Refusal) as refusal:
        read_campaigns(files, catalogue=catalogue)
    text = str(refusal.value)
    assert "« be2_i99 »" in text
    assert "« trop »" in text
    assert "c.csv : une campagne n’a pas de nom" in text


def test_a_line_without_a_campaign_is_named(written, catalogue):
    text = (
        "campaign,territory,indicator,value\n2024,200000172,be2_i05,0.1\n,200000172,be2_i04,0.2\n"
    )
    with pytest.raises(Refusal, match="ligne 3, campaign"):
        read_campaigns(written("tout.csv", text), catalogue=catalogue)


def test_no_campaign_is_refused(catalogue):
    with pytest.raises(Refusal, match="aucune campagne"):
        read_campaigns({}, catalogue=catalogue)


def test_any_reader_may_serve(two, catalogue):
    seen = []

    def reader(path, *, catalogue):
        seen.append(path.name)
        return diag360.read_values(path, catalogue=catalogue)

    read_campaigns(two, catalogue=catalogue, reader=reader)
    assert seen == ["a.csv", "b.csv"]


def test_side_by_side_keeps_the_order_of_campaigns(two, catalogue):
    files = {"2026": two["2026"], "2024": two["2024"]}
    table = side_by_side(read_campaigns(files, catalogue=catalogue))
    assert list(table.columns) == ["2026", "2024"]
    assert table.loc[("200000172", "be2_i05")].tolist() == ["0.12", "0.10"]
    assert table["2026"].isna().tolist() == [False, True]
