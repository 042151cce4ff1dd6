"""What a proposition would do, against a recomputation that uses none of its code."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from diag360 import cross, find_place, load_catalogue, prepare_ratings, read_values, score
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.impact import NoteImpact, impact_of
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.moves import Moved, moves
from diag360.challenge.annotations.points import points_of
from diag360.challenge.annotations.proposal import variant_of
from diag360.challenge.variants.apply import apply_variant
from diag360.documents.annotation_impact_words import impact_lines, impact_record
from diag360.documents.figures.diagnosis.sentences import strengths_and_weaknesses
from diag360.errors import Refusal

FRAME, OTHER = "besoins-2021", "diag360-1.3"
DAY = date(2026, 11, 23)
POVERTY = {"anchors": {"be2_i05": [{"value": 0.429, "score": 0}, {"value": 0.05, "score": 1}]}}
EDGE = {
    "edges": [{"framework": FRAME, "need": "me_nourrir", "on": "acceder_energie", "strength": 3}]
}


def note(changes: dict | None, **told) -> Note:
    return Note.model_validate(
        {
            "id": "n-0123456789", "motivation": "proposition", "target": "seuil/be2_i05",
            "created": date(2026, 11, 20), "changes": changes, **told,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def nation(catalogue: Catalogue) -> pd.DataFrame:
    return read_values(catalogue=catalogue)


@pytest.fixture(scope="module")
def poverty(catalogue: Catalogue, nation: pd.DataFrame) -> NoteImpact:
    return impact_of(note(POVERTY), catalogue=catalogue, values=nation)


@pytest.fixture(scope="module")
def edge(catalogue: Catalogue, nation: pd.DataFrame) -> NoteImpact:
    return impact_of(note(EDGE, target="indicateur/be2_i05"), catalogue=catalogue, values=nation)


def by_hand(nation: pd.DataFrame, *, low: float, high: float) -> tuple[pd.Series, pd.Series]:
    """Score of poverty, and of the need « être solidaire » in the standard set: three questions of
    equal weight, of which open data answers poverty and be2_i13."""
    wide = nation.pivot_table(index="territory", columns="indicator", values="number", sort=False)
    own = ((wide["be2_i05"] - low) / (high - low)).clip(0, 1)
    other = score(nation, catalogue=load_catalogue()).indicator_scores["be2_i13"].reindex(own.index)
    need = ((own + other) / 2).where(own.notna() & other.notna())
    return own, need


def test_what_moves_is_what_a_hand_finds(poverty: NoteImpact, nation: pd.DataFrame) -> None:
    was, now = by_hand(nation, low=0.26, high=0.0), by_hand(nation, low=0.429, high=0.05)
    frame = poverty.frames[0]
    for found, old, new in zip((frame.indicators, frame.needs), was, now, strict=True):
        (one,) = found
        change = (new - old).dropna()
        change = change[change.abs() > 1e-9]
        assert one.territories == len(change) > 1000
        assert (one.up, one.down) == ((change > 0).sum(), (change < 0).sum())
        assert one.median == pytest.approx(change.median(), abs=1e-12)
        assert one.largest == pytest.approx(change[change.abs().idxmax()], abs=1e-12)
        assert one.where == change.abs().idxmax()
        assert (one.gained, one.lost, one.interval) == (0, 0, 0)
    assert (frame.indicators[0].name, frame.needs[0].name) == ("be2_i05", "etre_solidaire")


def test_classes_that_flip_are_what_a_hand_finds(poverty: NoteImpact, nation: pd.DataFrame) -> None:
    borders = [-1, 0.2, 0.4, 0.6, 0.8, 2]
    (_, old), (_, new) = by_hand(nation, low=0.26, high=0), by_hand(nation, low=0.429, high=0.05)
    was, now = (pd.cut(one.dropna() + 1e-12, borders, right=False).cat.codes for one in (old, new))
    flips = poverty.frames[0].flips
    assert flips.up.sum() == (now > was).sum() > 800
    assert flips.down.sum() == (now < was).sum() == 0
    assert flips.verdict.classes.sum() == (now != was).sum()
    assert not flips.gained.any()
    assert not flips.lost.any()


def test_flips_of_the_synthesis_are_those_it_prints(
    poverty: NoteImpact, catalogue: Catalogue, nation: pd.DataFrame
) -> None:
    frame = poverty.frames[0]
    after = apply_variant(catalogue, variant_of(note(POVERTY)))
    sample = list(frame.territories[::25])
    rows = nation[nation["territory"].isin(sample)]
    was, now = (score(rows, catalogue=one) for one in (catalogue, after))
    place = [frame.territories.index(code) for code in sample]
    found = []
    for code in sample:
        old, new = (strengths_and_weaknesses(one, territory=code) for one in (was, now))
        found.append(
            [{(p.label, p.anchor) for p in a} != {(p.label, p.anchor) for p in b}
             for a, b in zip(old[:2], new[:2], strict=True)]
        )  # fmt: skip
    strong, weak = np.array(found).T
    assert frame.flips.strong[place].tolist() == strong.tolist()
    assert frame.flips.weak[place].tolist() == weak.tolist()
    assert strong.any()
    assert weak.any()


@pytest.mark.parametrize("proposed", ["poverty", "edge"])
def test_effects_of_hazards_are_those_of_the_diagnosis(
    proposed: str, request: pytest.FixtureRequest, catalogue: Catalogue, nation: pd.DataFrame
) -> None:
    impact: NoteImpact = request.getfixturevalue(proposed)
    frame = impact.frames[0]
    after = apply_variant(catalogue, impact.variant)
    heaviest = max(frame.struck, key=lambda one: abs(one.largest))
    hazard = max(frame.hazards, key=lambda one: abs(one.largest))
    for one, axis in ((heaviest, "need"), (hazard, "hazard")):
        rows = nation[nation["territory"] == one.where]
        ratings = prepare_ratings(place=find_place(one.where), catalogue=catalogue)
        means = []
        for version in (catalogue, after):
            found = cross(score(rows, catalogue=version), ratings=ratings)
            table = found.table()
            kinds = table["hazard"].map(lambda name: catalogue.hazards[name].kind)
            settings = found.settings
            own = np.where(kinds == "choc", settings.shock_duration, settings.stress_duration)
            table = table[(table["duration"] == own) & (table[axis] == one.name)]
            means.append(table["total"].mean())
        assert one.largest == pytest.approx(means[1] - means[0], abs=1e-5)
    assert frame.struck[0].territories > 1000


def test_a_dependency_moves_effects_and_no_score(edge: NoteImpact) -> None:
    (frame,) = edge.frames  # the other framework knows nothing of this dependency
    assert (frame.indicators, frame.needs, frame.silent, frame.outside) == ((), (), (), ())
    assert not frame.flips.up.any()
    assert max(frame.struck, key=lambda one: one.largest).name == "me_nourrir"
    assert all(one.down == 0 for one in frame.struck)
    lines = impact_lines(edge, names={})
    assert lines[1].startswith(
        "Effets des aléas, sur 100\u00a0: sur «\u00a0Me nourrir\u00a0», +0,8"
    )


def test_what_the_data_cannot_show_is_said(catalogue: Catalogue, nation: pd.DataFrame) -> None:
    changes = {"weights": {"bv1_i03": 4.0, "be2_i09": 2.0}, "links": {"A1-A3": 0.9}}
    impact = impact_of(note(changes), catalogue=catalogue, values=nation, frameworks=[FRAME])
    (frame,) = impact.frames
    assert (frame.silent, frame.outside) == (("be2_i09",), ("bv1_i03",))
    assert frame.unrated == ("A1", "A3")
    # A third question that weighs more: what is known of the need no longer reaches the floor.
    (need,) = frame.needs
    assert (need.name, need.territories, need.lost) == ("etre_solidaire", 0, 1232)
    lines = impact_lines(impact, names={})
    assert any("Aucune donnée ouverte" in line and "(be2_i09)" in line for line in lines)
    assert any("Hors du calcul" in line and "(bv1_i03)" in line for line in lines)
    assert any("À coter" in line and "Sécheresses" in line for line in lines)


def test_what_moves_nothing_says_so(catalogue: Catalogue, nation: pd.DataFrame) -> None:
    alone = impact_of(note({"weights": {"bv1_i03": 4.0}}), catalogue=catalogue, values=nation)
    (frame,) = alone.frames
    assert frame.inert
    first, *_ = impact_lines(alone, names={})
    assert "rien ne bouge avec ces données, dans aucun des 1\u202f255 territoires" in first


def test_a_hazard_of_the_other_pack_is_named(catalogue: Catalogue, nation: pd.DataFrame) -> None:
    changes = {"effects": {"R5": {FRAME: {"avoir_un_toit": 1}}}}
    impact = impact_of(note(changes), catalogue=catalogue, values=nation)
    assert impact.frames[0].outside == ("R5",)
    assert any("du texte fondateur" in line for line in impact_lines(impact, names={}))


def test_the_other_framework_is_told_when_it_moves(poverty: NoteImpact) -> None:
    assert [frame.framework for frame in poverty.frames] == [FRAME, OTHER]
    lines = impact_lines(poverty, names={"243000270": "CC du Pays Viganais"})
    assert lines[0].startswith(f"Dans le cadre {FRAME} (poids egal, niveau standard), les conclu")
    assert "dans 932\u00a0territoires sur 1\u202f255" in lines[0]
    assert lines[1] == (
        "«\u00a0Taux de pauvreté\u00a0» (be2_i05), score\u00a0: monte dans "
        "1\u202f232\u00a0territoires, de +29,2 en médiane et de +44,3 au plus, sur 100 "
        "(CC du Pays Viganais)."
    )
    assert any(line.startswith(f"Dans le cadre {OTHER}") for line in lines)


def test_a_proposition_that_no_longer_fits_is_refused_whole(
    catalogue: Catalogue, nation: pd.DataFrame
) -> None:
    gone = {"weights": {"be9_i99": 2.0}, "aggregation": {"voler": {"kind": "geometric"}}}
    before = note(gone)
    with pytest.raises(Refusal) as refused:
        impact_of(before, catalogue=catalogue, values=nation)
    told = [(fault.file, fault.problem) for fault in refused.value.faults]
    assert told == [
        ("n-0123456789.yaml", "indicateur « be9_i99 » inconnu du catalogue"),
        ("n-0123456789.yaml", "besoin « voler » inconnu du catalogue"),
    ]
    assert refused.value.title == "Proposition refusée :"
    assert before == note(gone)


def test_the_record_keeps_its_date_while_it_says_the_same(poverty: NoteImpact) -> None:
    first = impact_record(note(POVERTY), poverty, on=DAY)
    assert (first.version, first.revision) == (poverty.version, note(POVERTY).revision)
    held = note(POVERTY).model_copy(update={"impact": first})
    assert impact_record(held, poverty, on=date(2027, 1, 1)) is first
    stale = held.model_copy(update={"impact": first.model_copy(update={"version": "2020.1"})})
    assert impact_record(stale, poverty, on=date(2027, 1, 1)).date == date(2027, 1, 1)


def test_moves_counts_what_moves_appears_and_goes() -> None:
    nan = np.nan
    before = pd.DataFrame({"a": [0.1, 0.2, nan, 0.4, 0.5], "b": [0.0] * 5}, index=list("uvwxy"))
    after = pd.DataFrame({"a": [0.3, 0.1, 0.3, nan, 0.5], "b": [0.0] * 5}, index=list("uvwxy"))
    assert moves(before, after, least=1e-9) == (
        Moved("a", territories=2, up=1, down=1, median=pytest.approx(0.05),
              largest=pytest.approx(0.2), where="u", gained=1, lost=1, interval=0),
    )  # fmt: skip
    bounds = pd.DataFrame({"a": [False] * 5, "b": [True] + [False] * 4}, index=list("uvwxy"))
    assert [one.interval for one in moves(before, after, least=1e-9, interval=bounds)] == [0, 1]
    assert moves(before, before, least=1e-9) == ()


def test_points_are_of_indicators_where_few_needs_are_known() -> None:
    nan = np.nan
    needs = np.array([[0.9, 0.8, 0.7, 0.5, 0.1, 0.2, 0.3], [0.9, nan, nan, nan, nan, nan, nan]])
    indicators = np.array([[1.0, 0.0, 0.0], [0.6, 0.6, 0.2]])
    found = points_of(needs, indicators, need_of=np.array([0, 0, 0]))
    assert np.flatnonzero(found.strong[0]).tolist() == [0, 1, 2]
    assert np.flatnonzero(found.weak[0]).tolist() == [4, 5, 6]
    # One point by need: the first of its two best, the only weak one.
    assert np.flatnonzero(found.strong[1]).tolist() == [7]
    assert np.flatnonzero(found.weak[1]).tolist() == [9]
