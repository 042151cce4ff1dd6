import numpy as np
import pytest

from diag360.territories.outlines import Outlines, load_outlines
from diag360.territories.perimeter import load_epci
from diag360.territories.silhouette import SMALLEST, flat_arcs, silhouette

LANNION = "200065928"
OVERSEAS = {"Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"}
EARTH = 6371.0088  # radius [km]
WEST, SOUTH, EAST, NORTH = -5.3, 41.2, 9.7, 51.2


@pytest.fixture(scope="module")
def outlines():
    return load_outlines()


@pytest.fixture(scope="module")
def epci():
    return load_epci()


def kilometres(line):
    """Points on a plane tangent to the middle of the line [km]."""
    x, y = np.radians(line).T
    return EARTH * np.column_stack([x * np.cos(y.mean()), y])


def area(rings):
    """Area [km²]; holes turn the other way and subtract."""
    total = 0.0
    for ring in rings:
        x, y = kilometres(ring).T
        total += (x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2
    return abs(total)


def length(line):
    return np.hypot(*np.diff(kilometres(line), axis=0).T).sum()


def test_every_ring_is_closed_and_in_metropolitan_france(outlines, epci):
    drawn = 0
    for siren in epci.index:
        for ring in outlines.of(siren):
            assert ring.shape[1] == 2, siren
            assert len(ring) >= 4, siren
            assert np.array_equal(ring[0], ring[-1]), siren
            west, south = ring.min(axis=0)
            east, north = ring.max(axis=0)
            assert WEST < west < east < EAST, siren
            assert SOUTH < south < north < NORTH, siren
            drawn += 1
    assert drawn >= 1232


def test_only_territories_overseas_have_no_outline(outlines, epci):
    drawn = epci.index.map(lambda siren: bool(outlines.of(siren)))
    assert set(epci.loc[~drawn, "region_name"]) == OVERSEAS
    assert not set(epci.loc[drawn, "region_name"]) & OVERSEAS


@pytest.mark.parametrize(
    ("siren", "tolerance"), [(LANNION, 0.03), ("200054781", 0.01), ("241400555", 0.05)]
)
def test_the_area_drawn_is_that_published(outlines, epci, siren, tolerance):
    assert area(outlines.of(siren)) == pytest.approx(epci.loc[siren, "area_km2"], rel=tolerance)


def test_areas_agree_over_the_country(outlines, epci):
    drawn = [siren for siren in epci.index[::20] if outlines.of(siren)]
    ratios = [area(outlines.of(siren)) / epci.loc[siren, "area_km2"] for siren in drawn]
    assert np.median(ratios) == pytest.approx(1, abs=0.02)


def test_lannion_is_where_it_is(outlines):
    points = np.concatenate(outlines.of(LANNION))
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    assert west < -3.459 < east  # the town: 48.73° N, 3.46° W
    assert south < 48.732 < north


def test_an_unknown_code_has_no_outline(outlines):
    assert outlines.of("999999999") == []
    assert outlines.of("") == []


def test_the_country_is_drawn_as_long_lines(outlines):
    lines = outlines.country()
    points = np.concatenate(lines)
    assert 6000 < sum(length(line) for line in lines) < 12000
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    assert west < -4.7
    assert east > 9.5
    assert south < 41.5
    assert north > 51.0
    # A border of the country is a line of the territories it goes along.
    assert all(len(line) >= 2 for line in lines)


def test_the_country_leaves_out_lines_between_territories(outlines):
    """Two neighbours share arcs, none of which is a border of the country."""
    uses = {}
    for shape in outlines.topology["objects"]["epci"]["geometries"]:
        for arc in flat_arcs(shape["arcs"]):
            uses[arc] = uses.get(arc, 0) + 1
    country = set(flat_arcs(outlines.topology["objects"]["country"]["arcs"]))
    assert country
    assert {uses[arc] for arc in country} == {1}


SQUARES = Outlines(
    {
        "transform": {"scale": [0.5, 2.0], "translate": [10.0, -1.0]},
        "arcs": [
            [[2, 0], [0, 2]],  # shared edge, upwards
            [[2, 2], [-2, 0], [0, -2], [2, 0]],  # the rest of the left square
            [[2, 0], [2, 0], [0, 2], [-2, 0]],  # the rest of the right square
        ],
        "objects": {
            "epci": {
                "geometries": [
                    {"id": "left", "type": "Polygon", "arcs": [[0, 1]]},
                    {"id": "right", "type": "Polygon", "arcs": [[2, -1]]},
                    {"id": "both", "type": "MultiPolygon", "arcs": [[[0, 1]], [[2, -1]]]},
                ]
            },
            "country": {"type": "MultiLineString", "arcs": [[1], [2]]},
        },
    }
)


def test_arcs_are_decoded_forwards_and_backwards():
    (left,) = SQUARES.of("left")
    assert left.tolist() == [[11, -1], [11, 3], [10, 3], [10, -1], [11, -1]]
    (right,) = SQUARES.of("right")
    assert right.tolist() == [[11, -1], [12, -1], [12, 3], [11, 3], [11, -1]]


def test_a_territory_in_two_parts_has_the_rings_of_both():
    assert [ring.tolist() for ring in SQUARES.of("both")] == [
        ring.tolist() for ring in (*SQUARES.of("left"), *SQUARES.of("right"))
    ]


def test_country_lines_are_its_arcs():
    assert [line.tolist() for line in SQUARES.country()] == [
        [[11, 3], [10, 3], [10, -1], [11, -1]],
        [[11, -1], [12, -1], [12, 3], [11, 3]],
    ]


def test_the_silhouette_is_made_of_arcs_used_once():
    shapes = [[[0, 1]], [[2, -1]]]
    arcs = SQUARES.topology["arcs"]
    assert silhouette(shapes, arcs=arcs, scale=(1.0, 1.0)) == [1, 2]


@pytest.mark.parametrize(("scale", "kept"), [(SMALLEST / 4, [0, 1]), (SMALLEST / 4.1, [])])
def test_a_small_closed_chain_is_a_gap(scale, kept):
    arcs = [[[0, 0], [4, 0]], [[4, 0], [0, 2], [-4, -2]]]
    assert silhouette([[[0, 1]]], arcs=arcs, scale=(scale, scale)) == kept


def test_the_width_of_a_chain_is_that_of_all_its_arcs():
    """Arcs too short one by one are a border when they follow each other far enough."""
    arcs = [[[0, 0], [2, 0]], [[2, 0], [2, 0]], [[9, 9], [2, 0]]]
    scale = SMALLEST / 4
    assert silhouette([[0], [~1], [2]], arcs=arcs, scale=(scale, scale)) == [0, 1]


def test_arcs_of_nested_shapes_are_numbered_forwards():
    assert list(flat_arcs([[[0, ~3]], [[~0, 2]]])) == [0, 3, 0, 2]
