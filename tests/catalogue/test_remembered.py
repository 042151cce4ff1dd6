"""What ships is read once, again as soon as it changes, and never shared so that it may change."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from diag360 import load_catalogue, read_values
from diag360.catalogue import load
from diag360.catalogue.remembered import Remembered, stamp_of
from diag360.errors import Refusal
from diag360.paths import data_dir
from diag360.territories import csv_rows, values
from diag360.territories.denominators import load_communes
from diag360.territories.exposure import read_proxies
from diag360.territories.perimeter import load_epci


def test_it_is_made_once_as_long_as_nothing_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("un", encoding="utf-8")
    kept: Remembered[list[str]] = Remembered()
    first = kept.of(file, make=lambda: [file.read_text(encoding="utf-8")])
    assert first == ["un"]
    assert kept.of(file, make=lambda: ["other"]) is first
    assert kept.of(file, make=lambda: ["basis"], basis=1) == ["basis"]
    assert kept.of(file, make=lambda: ["again"], basis=1) == ["basis"]


@pytest.mark.parametrize("change", ["content", "same_size", "added", "removed", "renamed"])
def test_any_change_in_a_folder_is_seen(change: str, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "deep"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / name).write_text(name, encoding="utf-8")
    before = stamp_of(tmp_path)
    assert [Path(one[0]).name for one in before] == ["a", "b"]
    assert stamp_of(tmp_path) == before
    if change == "content":
        (folder / "a").write_text("aa", encoding="utf-8")
    elif change == "same_size":  # aside, then renamed, with the date of the one it replaces
        stat = (folder / "a").stat()
        (tmp_path.parent / "aside").write_text("z", encoding="utf-8")
        os.utime(tmp_path.parent / "aside", ns=(stat.st_atime_ns, stat.st_mtime_ns))
        (tmp_path.parent / "aside").replace(folder / "a")
    elif change == "added":
        (folder / "c").touch()
    elif change == "removed":
        (folder / "b").unlink()
    else:
        (folder / "b").rename(folder / "c")
    assert stamp_of(tmp_path) != before


def test_a_refusal_is_not_kept(tmp_path: Path) -> None:
    def refused() -> int:
        raise Refusal("Refusé :", [])

    kept: Remembered[int] = Remembered()
    for _ in range(2):
        with pytest.raises(Refusal):
            kept.of(tmp_path / "absent", make=refused)
    assert kept.of(tmp_path / "absent", make=lambda: 3) == 3


def test_the_catalogue_is_read_once_and_an_edit_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(data_dir() / "catalogue", tmp_path / "catalogue")
    monkeypatch.setattr(load, "data_dir", lambda: tmp_path)
    first = load_catalogue()
    assert load_catalogue().indicators["be2_i05"] is first.indicators["be2_i05"]
    assert load_catalogue() == first
    file = next((tmp_path / "catalogue" / "indicators").glob("*/be2_i05.yaml"))
    label = first.indicators["be2_i05"].label
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("label: ", "label: Essai ", 1), encoding="utf-8")
    assert load_catalogue().indicators["be2_i05"].label != label
    file.write_text("label: [", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(Refusal, match="be2_i05"):
            load_catalogue()


def test_what_one_does_to_its_catalogue_is_not_seen_by_another() -> None:
    mine = load_catalogue()
    assert isinstance(mine.indicators, dict)
    mine.indicators.clear()
    assert "be2_i05" in load_catalogue().indicators


@pytest.mark.parametrize(
    "read",
    [
        lambda: read_values(catalogue=load_catalogue()),
        lambda: read_proxies(catalogue=load_catalogue()),
        load_epci,
        load_communes,
    ],
    ids=["values", "proxies", "epci", "communes"],
)
def test_what_one_does_to_its_table_is_not_seen_by_another(read) -> None:
    first, whole = read(), read().copy(deep=True)
    first.iloc[0, 0] = "abîmé"
    first[first.columns[1]] = first[first.columns[1]].iloc[::-1].to_numpy()
    first["new"] = 1
    first.columns = [f"x{name}" for name in first.columns]
    pd.testing.assert_frame_equal(read(), whole)


def test_values_are_judged_anew_by_another_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = load_catalogue()
    calls = []
    monkeypatch.setattr(
        values,
        "read_rows",
        lambda *given, **named: calls.append(1) or csv_rows.read_rows(*given, **named),
    )
    other = load_catalogue()
    assert isinstance(other.indicators, dict)
    del other.indicators["be2_i05"]
    with pytest.raises(Refusal, match="be2_i05"):
        read_values(catalogue=other)
    assert calls == [1]
    rows = read_values(catalogue=catalogue)
    assert (rows["indicator"] == "be2_i05").any()
    count = len(calls)
    pd.testing.assert_frame_equal(read_values(catalogue=load_catalogue()), rows)
    assert len(calls) == count
