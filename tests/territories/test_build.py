"""The perimeter, the outlines, the refusals and the writing of a build."""

from pathlib import Path

import pandas as pd
import pytest

from diag360.errors import Refusal
from diag360.territories import build as building
from diag360.territories.sources import (
    _common,
    dgcl_perimeter,
    ign_outlines,
    insee_economy,
    insee_iris,
)

MEMBERS = (
    "code_insee,nom,pop_mun_commune,siren,epci_nom,epci_type,superficie_hectare,dept_epci\n"
    "75056,Paris,2000,200054781,Métropole du Grand Paris,METRO,10540,75\n"
    "92001,Banlieue,1000,200054781,Métropole du Grand Paris,METRO,500,75\n"
    "92001,Banlieue,1000,200057867,Plaine Commune,EPT,500,92\n"
    "75056,Paris,2000,75056,Paris,Commune,10540,75\n"
    "01004,Neuve,50,200000001,CC d'Ici,CC,1,01\n"
    "97601,Ailleurs,60,200000004,CC Là-bas,CC,700,976\n"
)


def test_perimeter_counts_each_commune_once_and_keeps_leading_zeros(raw):
    raw.text(dgcl_perimeter.FILE, MEMBERS)
    communes = dgcl_perimeter.read_communes(raw.path)
    assert communes["code"].tolist() == ["01004", "75056", "92001", "97601"]
    assert communes["population"].tolist() == [50, 2000, 1000, 60]
    assert communes["department"].tolist() == ["01", "75", "92", "976"]
    assert communes.loc[1, "siren"] == "200054781"


def test_areas_come_from_communes_not_from_the_truncated_hectares(raw):
    raw.text(dgcl_perimeter.FILE, MEMBERS)
    raw.postcodes(
        "75101,75001,ARM,60,1",
        "75102,75002,ARM,45,1",
        "92001,92000,COM,5,1000",
        "92001,92010,COM,5,1000",
        "01004,01500,COM,36,50",
        "01015,01500,COMD,20,30",
    )
    communes = dgcl_perimeter.read_communes(raw.path)
    table = dgcl_perimeter.read_epci(raw.path, communes=communes)
    assert table["area_km2"].to_dict() == {
        "200000001": 36.0,
        "200000004": 7.0,
        "200054781": 110.0,
    }
    assert table.loc["200054781", ["population", "communes"]].tolist() == [3000, 2]


def topology():
    # Two territories side by side round a square hole, the city drawn in it with its own arc.
    left = [[0, 0], [0, 4], [2, 0], [0, -1]]
    hole_left = [[2, 3], [-1, 0], [0, -2], [1, 0]]
    top = [[2, 4], [0, -1]]
    bottom = [[2, 1], [0, -1]]
    close = [[2, 0], [-2, 0]]
    right = [[2, 4], [2, 0], [0, -4], [-2, 0]]
    hole_right = [[2, 1], [1, 0], [0, 2], [-1, 0]]
    city = [[1, 1], [2, 0], [0, 2], [-2, 0], [0, -2]]
    left = left[:3]
    arcs = [left, top, hole_left, bottom, close, right, hole_right, city]
    shapes = [
        ("200057867", [[0, 1, 2, 3, 4]]),
        ("200057875", [[5, ~3, 6, ~1]]),
        ("75056", [[7]]),
        ("200000001", [[7]]),
    ]
    geometries = [
        {"type": "Polygon", "arcs": rings, "properties": {"EPCI": code, "EPCIlib": "nom"}}
        for code, rings in shapes
    ]
    return {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "objects": {"data": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": arcs,
    }


def test_outlines_merge_the_metropole_and_drop_labels_and_inner_borders(raw):
    raw.json(ign_outlines.FILE, topology())
    drawn = ign_outlines.read_outlines(raw.path, sirens=["200000001", "200054781", "971"])
    shapes = drawn["objects"]["epci"]["geometries"]
    assert [shape["id"] for shape in shapes] == ["200000001", "200054781"]
    assert all(set(shape) == {"type", "id", "arcs"} for shape in shapes)
    kept = drawn["arcs"]
    (ring,) = shapes[1]["arcs"]
    points = {tuple(kept[arc][0]) for arc in ring}
    # Outer border only: the left arc, the right arc and the one that closes; no hole, no seam.
    assert len(ring) == 3
    assert points == {(0, 0), (2, 4), (2, 0)}
    assert len(kept) == 4


def test_every_missing_file_is_named_at_once(raw):
    with pytest.raises(Refusal) as refusal:
        building.build(raw.path, output=raw.path / "data")
    named = {fault.file for fault in refusal.value.faults}
    assert named == set(building.raw_files())
    assert len(named) == 22
    assert str(raw.path) in str(refusal.value)
    assert not (raw.path / "data").exists()


def test_an_absent_folder_is_refused():
    with pytest.raises(Refusal, match="nulle-part"):
        building.build(Path("nulle-part"), output=Path("nulle-part"))


def test_every_missing_column_is_named(raw, communes):
    raw.text(insee_iris.FILE, "siren,be2_i04\n200000001,30\n")
    with pytest.raises(Refusal) as refusal:
        insee_iris.read(raw.path, communes=communes)
    text = str(refusal.value)
    assert insee_iris.FILE in text
    assert all(f"« {name} »" in text for name in ("bv3_i06", "bv3_i10", "bi1_i07~"))


def test_a_word_where_a_number_is_due_is_named(raw, communes):
    raw.text(insee_iris.FILE, "siren,be2_i04,bv3_i06,bv3_i10,bi1_i07~\n200000001,beaucoup,0,0,0\n")
    with pytest.raises(Refusal, match="« beaucoup »") as refusal:
        insee_iris.read(raw.path, communes=communes)
    assert "be2_i04" in str(refusal.value)


def test_broken_json_names_the_file_and_line(raw, communes):
    raw.text(insee_economy.FILE, "[\n{]")
    with pytest.raises(Refusal, match=r"economie_epci\.json, ligne 2"):
        insee_economy.read(raw.path, communes=communes)


def test_a_missing_reader_says_what_to_install(monkeypatch):
    monkeypatch.setattr(_common, "find_spec", lambda name: None)
    with pytest.raises(Refusal) as refusal:
        _common.need_package("pyarrow", "apl.parquet")
    assert "pyarrow" in str(refusal.value)
    assert 'pip install "diag360[data]"' in str(refusal.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (0.0, "0"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (1 / 3, "0.3333333"),
        (2827407.0, "2827407"),
        (100.0, "100"),
        (154.62822500485476, "154.6282"),
    ],
)
def test_numbers_are_written_plain_with_seven_digits(value, text):
    assert _common.decimal_text(value) == text


def test_two_values_of_one_indicator_are_refused(communes, monkeypatch):
    class Twice:
        FILES: tuple[str, ...] = ()

        def read(self, folder, *, communes):
            value = pd.Series({"200000001": 1.0})
            return _common.observations(value, indicator="bi3_i07", year=2022, source="x")

    monkeypatch.setattr(building, "SOURCES", (Twice(), Twice()))
    with pytest.raises(Refusal, match=r"bi3_i07.*200000001"):
        building._values_table(Path(), communes=communes)
