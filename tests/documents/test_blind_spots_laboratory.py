"""What single broken lines of the words on firmness, thresholds and redundancy got away with."""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from diag360 import cross, find_place, prepare_ratings, read_values, score
from diag360.challenge.assumptions import FACTORS, Assumptions
from diag360.challenge.comparison.conclusions import conclude
from diag360.challenge.flip_report import Comparison
from diag360.challenge.importance import importance
from diag360.challenge.leave_one_out import leave_one_out
from diag360.challenge.redundancy import redundancy
from diag360.challenge.robustness import Robustness, robustness
from diag360.documents.figures.laboratory import uncertainty_sentences
from diag360.documents.figures.laboratory.flip_blocks import redundancy_table, withdrawal_nation
from diag360.documents.figures.laboratory.importance_chart import importance_chart
from diag360.documents.figures.laboratory.sensitivity_sentences import comparison_words
from diag360.scoring.scores import Scores

LANNION = "200065928"


@pytest.fixture(scope="module")
def everyone(catalogue) -> Scores:
    return score(read_values(catalogue=catalogue), catalogue=catalogue)


@pytest.fixture(scope="module")
def robust(catalogue, open_scores: Scores) -> Robustness:
    ratings = prepare_ratings(place=find_place(LANNION), catalogue=catalogue)
    return robustness(
        open_scores, territory=LANNION, assumptions=Assumptions(moving=FACTORS), draws=60,
        found=cross(open_scores, ratings=ratings), generator=np.random.default_rng(8),
    )  # fmt: skip


@pytest.mark.parametrize(("share", "told"), [(0.8, False), (0.66, False), (0.65, True)])
def test_a_probable_first_hazard_needs_no_wider_circle(
    robust: Robustness, share: float, told: bool
) -> None:
    said = uncertainty_sentences.hazard_sentence(replace(robust, first_stays=share))
    assert ("parmi les trois premiers" in said) is told


def test_another_list_is_named_only_when_it_comes_back_more_often(robust: Robustness) -> None:
    found = robust.conclusion
    names = robust.needs.names[:3]
    same = replace(found, nominal=names, modal=names, nominal_share=0.4, modal_share=0.4)
    said = uncertainty_sentences.set_sentence(replace(robust, conclusion=same))
    assert "C’est la liste la plus fréquente." in said
    assert "La plus fréquente est" not in said
    other = replace(same, modal=robust.needs.names[3:6], nominal_share=0.3)
    said = uncertainty_sentences.set_sentence(replace(robust, conclusion=other))
    assert "C’est la liste la plus fréquente." not in said
    labels = uncertainty_sentences.labels_of(robust)
    for name in robust.needs.names[3:6]:
        assert labels[name] in said


def test_an_indicator_nobody_knows_is_not_said_to_move_anything(everyone: Scores) -> None:
    taken = leave_one_out(everyone)
    unknown = taken.summary().query("known == 0").index
    assert len(unknown)
    html = unescape(withdrawal_nation(taken, scores=everyone, shown=999).html)
    named = set(re.findall(r'<th scope="row">([^<]+)</th>', html))
    known = {everyone.catalogue.indicators[name].label
             for name in taken.summary().query("known > 0").index}  # fmt: skip
    assert named == known


def test_the_farthest_from_its_weight_is_the_first_of_the_table(everyone: Scores) -> None:
    seen = importance(everyone)
    table = seen.table.dropna(subset=["share"])
    gap = (table["share"] - table["weight"]).abs().sort_values(ascending=False, kind="stable")
    assert list(gap.index) != list(table.index)
    html = unescape(importance_chart(seen, scores=everyone).html)
    named = re.findall(r'<th scope="row">([^<]+)</th>', html)
    assert named == [everyone.catalogue.indicators[name].label for name in gap.index]


def test_strangers_come_most_strange_first(everyone: Scores) -> None:
    seen = redundancy(everyone)
    html = redundancy_table(seen, scores=everyone, shown=99).html
    shown = [
        abs(float(cell.replace("\u2212", "-").replace(",", ".")))
        for cell in re.findall(r"<td>([+\u2212-]?[\d,]+)</td><td>[^<]*</td><td>sans lien net</td>",
                               html)
    ]  # fmt: skip
    assert len(shown) == int((seen.pairs["flag"] == "etranger").sum()) > 1
    assert shown == sorted(shown)


@pytest.mark.parametrize(
    ("value", "side"), [(0.4, "atteint 40"), (0.39, "n’atteint pas 40"), (0.41, "atteint 40")]
)
def test_a_score_on_a_border_has_reached_it(everyone: Scores, value: float, side: str) -> None:
    one = Comparison(
        kind="classe", need="boire", other="", score=value, goal=0.4, border=0.4,
        by_weight=None, by_anchor=None,
    )  # fmt: skip
    assert comparison_words(one, scores=everyone).endswith(f") {side}")


def test_hazards_are_as_heavy_only_when_nothing_but_the_cascade_parts_them() -> None:
    effects = np.array([[1.0, 1.0002, 2.0, 3.0]])
    scores, determined = np.full((1, 3), 0.5), np.ones((1, 3), dtype=bool)
    found = conclude(scores, determined=determined, effects=effects)
    assert found.heaviest.tolist() == [[False, True, True, True]]
    effects[0, 1] = 1.0 + 1e-8
    found = conclude(scores, determined=determined, effects=effects)
    assert found.heaviest.tolist() == [[True, False, True, True]]
