"""The field guide speaks of every key, of no other, and finds where a fault stands."""

from pathlib import Path

import pytest

from diag360.catalogue.guide import FILES, advice_on, is_table, line_of, load_guide, record_inside
from diag360.catalogue.record import Record
from diag360.errors import Fault
from diag360.paths import data_dir

ROOT = data_dir() / "catalogue"


def keys_of(model: type[Record], *, table: bool) -> set[tuple[str, str]]:
    keys = set()
    for key, field in model.model_fields.items():
        if not (table and key == "id"):
            keys.add((model.__name__, key))
        inner = record_inside(field.annotation)
        if inner is not None:
            keys |= keys_of(inner, table=False)
    return keys


def test_every_key_one_may_write_is_guided_and_no_other() -> None:
    written = set()
    for file, model in FILES.items():
        written |= keys_of(model, table=is_table(file) and not file.endswith("/"))
    assert set(load_guide()) == written


def test_each_advice_says_what_is_required() -> None:
    for place, advice in load_guide().items():
        assert advice.requirement.endswith("."), place
        assert len(advice.requirement) >= 7, place
        for wrong in advice.bad:
            assert "→" in wrong or ": " in wrong or "\u00a0:" in wrong, (place, wrong)


def fault(file: str, place: str) -> Fault:
    return Fault(file, place, "x", "y")


@pytest.mark.parametrize(
    ("file", "place", "said"),
    [
        ("indicators/boire/bv1_i01.yaml", "scale.anchors.0.score", "Un nombre de 0 à 1."),
        ("indicators/boire/bv1_i01.yaml", "limits", "ne voit pas"),
        ("indicators/boire/bv1_i01.yaml", "scale.anchors", "Au moins deux couples"),
        ("sources.yaml", "insee.url", "L’adresse de la page."),
        ("frameworks/besoins-2021.yaml", "needs.3.goals", "développement durable"),
        ("weights/egal.yaml", "coefficients.kind", "Facteurs de l’état"),
        ("catalogue.yaml", "coverage_floor", "écrire 0.65"),
        ("hazards/A3.yaml", "default.likelihood.thresholds", "passe à 2, 3 et 4"),
        ("hazards/A3.yaml", "guide.intensity", "intensité d’un choc"),
        ("graphs/besoins-2021.yaml", "edges.3.buffer.days_per_unit", "0.0416667 pour des heures"),
        ("cascade.yaml", "gamma.central", "écrire 0.2"),
        ("cascade.yaml", "durations.1.days", "sans fin"),
        ("links.yaml", "A1-A3.strength", "reçoit la seconde"),
        ("scenarios.yaml", "black_out.story.un_jour", "racontées au présent"),
        ("commons.yaml", "crater.start", "premier pas"),
    ],
)
def test_advice_is_that_of_the_key_at_fault(file: str, place: str, said: str) -> None:
    advice = advice_on(fault(file, place))
    assert advice is not None
    assert said in advice.sentence()


@pytest.mark.parametrize(
    ("file", "place"), [("valeurs.csv", "ligne 3, value"), ("indicators/x/y.yaml", "")]
)
def test_nothing_is_said_of_what_the_guide_does_not_know(file: str, place: str) -> None:
    assert advice_on(fault(file, place)) is None


def test_the_line_is_that_of_the_deepest_key_found(tmp_path: Path) -> None:
    text = "id: x\nscale:\n  basis: absolu\n  anchors:\n    - {value: 1, score: 2}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    lines = {
        place: line_of(fault("a.yaml", place), root=tmp_path)
        for place in ("id", "scale.anchors.0.score", "scale.justification", "limits", "")
    }
    expected = {"id": 1, "scale.anchors.0.score": 5, "scale.justification": 2}
    assert lines == {**expected, "limits": None, "": None}
    assert line_of(fault("absent.yaml", "id"), root=tmp_path) is None
