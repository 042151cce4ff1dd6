"""What single broken lines got away with: an accepted withdrawal, a panel partly made up."""

from datetime import date
from types import SimpleNamespace

import pytest

from diag360 import load_catalogue
from diag360.challenge.panel.weights import panel_author
from diag360.challenge.variants.accept import accept_variant
from diag360.challenge.variants.model import Variant
from diag360.paths import data_dir


def test_an_accepted_withdrawal_takes_the_buffers_it_gave_along() -> None:
    catalogue = load_catalogue()
    graphs = catalogue.graphs
    name = next(
        edge.buffer.indicator for graph in graphs.values() for edge in graph.edges if edge.buffer
    )
    variant = Variant.model_validate(
        {
            "id": "essai", "label": "Un essai", "author": "Jeanne", "role": "terrain",
            "date": date(2026, 11, 23), "status": "acceptee",
            "decision": {"by": "Le panel", "date": date(2026, 12, 1), "reason": "C’est mesuré."},
            "justification": "Une raison assez longue pour être lue par quelqu’un.",
            "changes": {"indicators": {"out": [name]}},
        }
    )  # fmt: skip
    done = accept_variant(data_dir() / "catalogue", variant)
    assert name not in done.after.indicators
    for key, graph in graphs.items():
        kept = [edge.buffer for edge in done.after.graphs[key].edges]
        expected = [
            None if edge.buffer and edge.buffer.indicator == name else edge.buffer
            for edge in graph.edges
        ]
        assert kept == expected


@pytest.mark.parametrize(
    ("fictional", "begins"),
    [((True, False), "Panel fictif ("), ((False, True), "Panel fictif ("),
     ((False, False), "Panel (")],
)  # fmt: skip
def test_one_made_up_panel_makes_the_whole_said_made_up(fictional, begins) -> None:
    panels = [
        SimpleNamespace(
            body=SimpleNamespace(fictional=one),
            experts=[SimpleNamespace(expert=f"e{at}", role="terrain")],
        )
        for at, one in enumerate(fictional)
    ]
    assert panel_author(panels) == f"{begins}2 experts ; terrain : 2)"
