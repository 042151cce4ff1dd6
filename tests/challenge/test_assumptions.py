from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import diag360
from diag360.challenge.assumptions import FACTORS, LABELS, Assumptions, layout
from diag360.challenge.draws.weights import scheme_tables
from diag360.challenge.panel.draws import PanelWeights
from diag360.errors import Refusal


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"moving": ("poids", "vent")}, "moving : « vent » inconnu"),
        ({"weight_noise": 1.5}, "weight_noise : « 1.5 » hors de [0 ; 1.0]"),
        ({"weight_noise": float("nan")}, "weight_noise : « nan » hors de [0 ; 1.0]"),
        ({"anchor_noise": 0.5}, "anchor_noise : « 0.5 » hors de [0 ; 0.45]"),
        ({"edge_noise": -0.1}, "edge_noise : « -0.1 » hors de [0 ; 1.0]"),
        ({"aggregations": ("power",)}, "aggregations : « power » inconnue"),
        ({"aggregations": ()}, "aggregations : aucun choix"),
        ({"schemes": ()}, "schemes : aucun choix"),
        ({"missing": "zéro"}, "missing : « zéro » inconnu"),
        ({"concentration": 0.01}, "concentration : « 0.01 » trop petite"),
        (
            {"panel": PanelWeights(1, lambda points: points), "moving": ("jeu_de_poids",)},
            "« panel » et « jeu_de_poids » donnent chacun tous les poids",
        ),
    ],
)
def test_what_cannot_be_assumed_is_refused_and_named(given, told):
    with pytest.raises(Refusal) as refused:
        Assumptions(**given)
    assert told in str(refused.value).replace("\u00a0", " ").replace("\u202f", " ")


def test_every_fault_is_told_at_once():
    with pytest.raises(Refusal) as refused:
        Assumptions(moving=("a", "b"), weight_noise=2, schemes=(), concentration=0)
    assert len(refused.value.faults) == 5


def test_every_factor_has_a_label():
    assert set(LABELS) == {*FACTORS, "panel"}


@given(
    st.sets(st.sampled_from(FACTORS)), st.integers(1, 9), st.integers(0, 5), st.integers(0, 9),
    st.sampled_from(["uniforme", "semblables", "absents"]),
)  # fmt: skip
def test_columns_follow_one_another_without_a_hole(moving, indicators, hazards, edges, missing):
    where = layout(
        Assumptions(moving=tuple(moving), missing=missing),
        indicators=indicators, hazards=hazards, edges=edges,
    )  # fmt: skip
    taken = [at for name in FACTORS for at in range(where.width)[where.columns(name)]]
    assert taken == list(range(where.width))
    assert set(where.moving) <= moving
    still = moving - set(where.moving)
    assert still <= ({"manquants"} if missing == "absents" else set()) | (
        set() if hazards else {"cotations", "cascade"}
    )


def test_an_unknown_factor_has_no_columns():
    where = layout(Assumptions(), indicators=2, hazards=0, edges=0)
    with pytest.raises(KeyError, match="vent"):
        where.columns("vent")


def test_an_unknown_scheme_is_refused_and_the_known_ones_are_named():
    catalogue = diag360.load_catalogue()
    values = diag360.read_values(catalogue=catalogue)
    scores = diag360.score(values[values["territory"] == "200065928"], catalogue=catalogue)
    with pytest.raises(Refusal, match="« au doigt »"):
        scheme_tables(scores, schemes=("egal", "au doigt"))
    own = scheme_tables(replace(scores), schemes=(scores.scheme.id,))
    np.testing.assert_array_equal(own[0], scores.weights)
