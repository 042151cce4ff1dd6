"""A panel: its file, its weights, what it changes, and how its disagreement is drawn."""

import datetime
import re

import numpy as np
import pytest
import yaml

import diag360
from diag360.catalogue.load import load_catalogue
from diag360.challenge.panel.draws import panel_draws, panel_weights
from diag360.challenge.panel.items import items_of
from diag360.challenge.panel.read import Panel, make_panel, read_panel, write_panel
from diag360.challenge.panel.records import PanelBody, role_named
from diag360.challenge.panel.weights import (
    NeedValues,
    need_values,
    panel_author,
    panel_scheme,
    read_need_values,
    write_record,
)
from diag360.errors import Refusal
from diag360.paths import data_dir

DAY = datetime.date(2026, 9, 22)
EXAMPLE = data_dir() / "panels" / "exemple.yaml"
NEED = "me_sentir_en_securite"
LANNION = "200065928"


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def example(catalogue) -> Panel:
    return read_panel(EXAMPLE, catalogue=catalogue)


@pytest.fixture(scope="module")
def scores(catalogue):
    rows = diag360.read_values(catalogue=catalogue)
    return diag360.score(rows[rows["territory"] == LANNION], catalogue=catalogue, tier="expert")


def panel_of(catalogue, *, subject="categories", items=("vital", "essentiel", "induit"),
             framework="besoins-2021", **answers) -> Panel:  # fmt: skip
    """Panel whose experts share points, by name."""
    body = PanelBody.model_validate({
        "id": "essai", "label": "Essai", "framework": framework, "subject": subject,
        "items": items,
        "answers": [
            {"expert": name, "role": "terrain", "method": "budget",
             "points": dict(zip(items, map(float, points), strict=False))}
            for name, points in answers.items()
        ],
    })  # fmt: skip
    return make_panel(body, catalogue=catalogue, file="essai.yaml")


def faults_of(catalogue, tmp_path, **changes) -> list[str]:
    """Faults of the example once some of its keys are changed; a callable changes it all."""
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    for key, value in changes.items():
        data[key] = value(data[key]) if callable(value) else value
    path = tmp_path / "panel.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_panel(path, catalogue=catalogue)
    return [str(fault) for fault in refused.value.faults]


def with_answer(at: int, **keys):
    def change(answers):
        answers[at] |= keys
        return answers

    return change


def test_the_example_says_it_is_fictional_and_holds_every_role_and_method(example):
    assert example.body.fictional
    assert "inventé" in example.body.note
    assert {answer.method for answer in example.experts} == {"budget", "ahp", "best_worst"}
    assert example.roles == ("terrain", "thematique", "collectivite")
    assert panel_author([example]).startswith("Panel fictif (6 experts")


def test_every_method_gives_weights_that_sum_to_one(example):
    assert example.weights.shape == (6, 6)
    np.testing.assert_allclose(example.weights.sum(axis=1), 1)
    assert example.weights[0].tolist() == [0.2, 0.15, 0.1, 0.15, 0.35, 0.05]
    assert example.mean == "mediane"
    median = np.median(example.weights, axis=0)
    np.testing.assert_allclose(example.group, median / median.sum())
    np.testing.assert_allclose(example.of_role("terrain"), example.weights[:2])


def test_comparisons_alone_are_averaged_geometrically(catalogue, example):
    kept = tuple(answer for answer in example.experts if answer.method != "budget")
    body = example.body.model_copy(update={"answers": kept})
    panel = make_panel(body, catalogue=catalogue, file="essai")
    assert panel.mean == "geometrique"
    made = np.sqrt(panel.weights[0] * panel.weights[1])
    np.testing.assert_allclose(panel.group, made / made.sum())


def test_a_panel_written_reads_back_the_same(catalogue, example, tmp_path):
    path = tmp_path / "exemple.yaml"
    path.write_text(write_panel(example.body), encoding="utf-8")
    again = read_panel(path, catalogue=catalogue)
    assert again.body == example.body
    np.testing.assert_array_equal(again.weights, example.weights)


def test_hostile_names_read_back_the_same(catalogue, tmp_path):
    name = '=cmd|"x": {\n- « 007 » é'
    panel = panel_of(catalogue, **{name: (50, 30, 20), "012": (20, 30, 50)})
    path = tmp_path / "essai.yaml"
    path.write_text(write_panel(panel.body), encoding="utf-8")
    assert [a.expert for a in read_panel(path, catalogue=catalogue).experts] == [name, "012"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"framework": "2021"}, r"framework : cadre « 2021 » inconnu"),
        ({"subject": "indicators:boir"}, r"subject : besoin « boir » inconnu"),
        ({"subject": "besoins"}, r"subject : « besoins » ne se pèse pas"),
        ({"id": "Mon panel"}, r"id : « Mon panel » n’est pas un id"),
        ({"items": lambda i: [*i, "bv1_i01"]}, r"items\.6 : « bv1_i01 » n’est pas à peser"),
        ({"items": lambda i: [*i, i[0]]}, r"items\.6 : « bv5_i01 » figure deux fois"),
        ({"answers": with_answer(0, role="maire")}, r"answers\.0\.role : « maire »"),
        ({"answers": with_answer(1, expert="Expert fictif 1")}, r"« Expert fictif 1 » a répondu"),
        ({"answers": with_answer(0, points={"bv5_i01": 80})}, r"les points font « 80 »"),
        ({"answers": with_answer(0, points={"bv5_i01": -5.0})}, r"points\.bv5_i01 : « -5"),
        ({"answers": with_answer(0, points={"zzz": 100})}, r"points : « zzz » n’est pas à peser"),
        ({"answers": with_answer(2, best="bv5_i02")}, r"est le plus et le moins important"),
        ({"answers": with_answer(2, best="")}, r"le plus important n’est pas dit"),
        (
            {"answers": with_answer(2, best_to_others={"bv5_i03": 2})},
            r"best_to_others : « Existence d’un schéma de résilience numérique » n’est pas comparé",
        ),
        (
            {"answers": with_answer(2, others_to_worst={"bv5_i01": 7})},
            r"« Nombre de victimes.*» n’est pas comparé",
        ),
        ({"answers": with_answer(3, comparisons=[["bv5_i01", "bv5_i01", 2]])}, r"à lui-même"),
        ({"answers": with_answer(3, comparisons=[["bv5_i01", "zz", 2]])}, r"« zz » n’est pas"),
        ({"answers": with_answer(3, comparisons=[["bv5_i01", "bv5_i02", 12]])}, r"« 12"),
    ],
)  # fmt: skip
def test_each_fault_of_a_file_names_its_offender(catalogue, tmp_path, changes, words):
    faults = faults_of(catalogue, tmp_path, **changes)
    assert any(re.search(words, fault) for fault in faults), faults


def test_faults_of_several_experts_are_said_at_once(catalogue, tmp_path):
    def change(answers):
        answers[0]["points"] = {"bv5_i01": 80}
        answers[1]["points"] = {"bv5_i01": 70}
        answers[3]["comparisons"] = [*answers[3]["comparisons"][2:], ["bv5_i07", "bv5_i06", 2]]
        return answers

    faults = "\n".join(faults_of(catalogue, tmp_path, answers=change))
    for words in ("« 80 »", "« 70 »", "sont comparés deux fois"):
        assert words in faults


def test_pairs_left_out_are_named(catalogue, tmp_path):
    def change(answers):
        answers[3]["comparisons"] = answers[3]["comparisons"][:-1]
        return answers

    (fault,) = faults_of(catalogue, tmp_path, answers=change)
    assert "relations de travail" in fault
    assert "résilience numérique » ne sont pas comparés" in fault


def test_points_nearly_right_are_put_right_and_it_is_said(catalogue):
    panel = panel_of(catalogue, a=(50, 30, 18), b=(60, 40), c=(50, 30, 20))
    assert panel.weights[0].tolist() == pytest.approx([50 / 98, 30 / 98, 18 / 98])
    kinds = [[doubt.kind for doubt in judged.doubts] for judged in panel.judgements]
    assert kinds == [["total"], ["unsaid"], []]
    assert panel.judgements[1].doubts[0].items == ("induit",)


def test_incoherent_pairs_are_doubted_and_kept(catalogue):
    body = PanelBody.model_validate({
        "id": "essai", "label": "Essai", "framework": "besoins-2021", "subject": "categories",
        "items": ("vital", "essentiel", "induit"),
        "answers": [{
            "expert": "x", "role": "terrain", "method": "ahp",
            "comparisons": (("vital", "essentiel", 5.0), ("essentiel", "induit", 5.0),
                            ("induit", "vital", 3.0)),
        }],
    })  # fmt: skip
    (judged,) = make_panel(body, catalogue=catalogue, file="x").judgements
    assert not judged.coherent
    assert judged.ratio > 1
    assert {doubt.kind for doubt in judged.doubts} == {"pair", "triad"}
    (triad,) = [doubt for doubt in judged.doubts if doubt.kind == "triad"]
    assert triad.numbers[0] == pytest.approx(75)


def test_the_best_against_the_worst_may_be_said_once(catalogue):
    keys = {"expert": "x", "role": "terrain", "method": "best_worst", "best": "vital",
            "worst": "induit"}  # fmt: skip
    made = []
    for above, below in (
        ({"essentiel": 2.0, "induit": 6.0}, {"essentiel": 3.0}),
        ({"vital": 1.0, "essentiel": 2.0, "induit": 6.0}, {"vital": 6.0, "essentiel": 3.0}),
    ):
        body = PanelBody.model_validate({
            "id": "essai", "label": "Essai", "framework": "besoins-2021", "subject": "categories",
            "items": ("vital", "essentiel", "induit"),
            "answers": [{**keys, "best_to_others": above, "others_to_worst": below}],
        })  # fmt: skip
        made.append(make_panel(body, catalogue=catalogue, file="x").weights)
    np.testing.assert_allclose(made[0], [[0.6, 0.3, 0.1]])
    np.testing.assert_array_equal(*made)


def test_a_scheme_weighs_one_on_average_and_reads_back(catalogue, example, tmp_path):
    scheme = panel_scheme([example], id="panel", label="Essai", day=DAY, catalogue=catalogue)
    assert np.mean(list(scheme.indicators.values())) == pytest.approx(1)
    ratio = scheme.indicators["bv5_i01"] / scheme.indicators["bv5_i06"]
    assert ratio == pytest.approx(example.group[0] / example.group[4])
    assert "6 experts" in scheme.author
    assert "inventées" in scheme.justification
    again = type(scheme).model_validate(yaml.safe_load(write_record(scheme)))
    assert again == scheme


def test_a_catalogue_takes_the_scheme_and_only_its_need_moves(catalogue, example, scores, tmp_path):
    import shutil

    folder = tmp_path / "catalogue"
    shutil.copytree(data_dir() / "catalogue", folder)
    scheme = panel_scheme([example], id="panel", label="Essai", day=DAY, catalogue=catalogue)
    (folder / "weights" / "panel.yaml").write_text(write_record(scheme), encoding="utf-8")
    own = load_catalogue(folder)
    assert own.weights["panel"] == scheme
    rows = diag360.read_values(catalogue=own)
    lines = rows["territory"] == LANNION
    made = diag360.score(rows[lines], catalogue=own, weights="panel", tier="expert")
    before, after = scores.needs.low.iloc[0], made.needs.low.iloc[0]
    assert [need for need in before.index if abs(before[need] - after[need]) > 1e-12] == [NEED]
    shares = made.effective_weights()
    np.testing.assert_allclose(shares[list(example.body.items)], example.group)


def test_panels_that_do_not_go_together_are_refused(catalogue, example):
    categories = panel_of(catalogue, a=(50, 30, 20))
    with pytest.raises(Refusal, match="« categories » ne pèse pas des indicateurs"):
        panel_scheme([categories], id="x", label="x", day=DAY, catalogue=catalogue)
    with pytest.raises(Refusal, match=f"« indicators:{NEED} » est pesé par deux panels"):
        panel_scheme([example, example], id="x", label="x", day=DAY, catalogue=catalogue)
    old = panel_of(
        catalogue, framework="diag360-1.3", subject="indicators:bv5",
        items=("bv5_i01", "bv5_i02"), a=(50, 50),
    )  # fmt: skip
    with pytest.raises(Refusal, match=r"cadre « diag360-1.3 »"):
        panel_scheme([example, old], id="x", label="x", day=DAY, catalogue=catalogue)
    with pytest.raises(Refusal, match="ne pèse pas des besoins"):
        need_values(example, id="x", label="x", day=DAY, catalogue=catalogue)


def test_categories_become_values_of_needs_that_actions_take(catalogue, scores, tmp_path):
    panel = panel_of(catalogue, a=(60, 30, 10))
    made = need_values(panel, id="valeurs", label="Essai", day=DAY, catalogue=catalogue)
    needs = scores.framework.needs
    assert np.mean(list(made.needs.values())) == pytest.approx(1)
    vital, induit = (
        next(made.needs[n.id] for n in needs if n.category == c) for c in ("vital", "induit")
    )
    assert vital / induit == pytest.approx(6)
    path = tmp_path / "valeurs.yaml"
    path.write_text(write_record(made), encoding="utf-8")
    values = read_need_values(path, catalogue=catalogue, framework="besoins-2021")
    assert values.tolist() == [made.needs[need.id] for need in needs]
    place = diag360.find_place(LANNION)
    found = diag360.cross(scores, ratings=diag360.prepare_ratings(place=place, catalogue=catalogue))
    plain = diag360.rank_actions(found, territory=LANNION)
    weighed = diag360.rank_actions(found, territory=LANNION, values=values)
    at = plain.table["indicator"].tolist().index(weighed.table["indicator"][0])
    np.testing.assert_allclose(weighed.by_need[0], plain.by_need[at] * values)


def test_values_of_needs_refuse_what_is_wrong(catalogue, tmp_path):
    panel = panel_of(catalogue, a=(60, 30, 10))
    made = need_values(panel, id="valeurs", label="Essai", day=DAY, catalogue=catalogue)
    path = tmp_path / "valeurs.yaml"
    path.write_text(write_record(made), encoding="utf-8")
    with pytest.raises(Refusal, match=r"cadre « besoins-2021 », et non « diag360-1.3 »"):
        read_need_values(path, catalogue=catalogue, framework="diag360-1.3")
    wrong = {**made.needs, "manger": 1.0}
    del wrong["boire"]
    path.write_text(write_record(NeedValues(**{**dict(made), "needs": wrong})), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_need_values(path, catalogue=catalogue, framework="besoins-2021")
    assert "« manger » inconnu" in str(refused.value)
    assert "« boire » manque" in str(refused.value)


def test_needs_all_have_to_be_weighed(catalogue):
    panel = panel_of(catalogue, subject="needs", items=("boire", "me_nourrir"), a=(50, 50))
    with pytest.raises(Refusal, match="« me_soigner » n’est pas pesé"):
        need_values(panel, id="x", label="x", day=DAY, catalogue=catalogue)


def test_items_leave_out_exposure_and_follow_the_tier(catalogue):
    ids = [i.id for i in items_of(f"indicators:{NEED}", framework="besoins-2021",
                                  catalogue=catalogue, tier="expert")]  # fmt: skip
    out = [i.id for i in catalogue.indicators.values()
           if "besoins-2021" in i.needs and i.needs["besoins-2021"].primary == NEED
           and i.needs["besoins-2021"].use == "exposition"]  # fmt: skip
    assert out
    assert not set(out) & set(ids)
    standard = items_of(f"indicators:{NEED}", framework="besoins-2021", catalogue=catalogue)
    assert 0 < len(standard) < len(ids)


def test_draws_carry_the_disagreement(example):
    draws = panel_draws(example, draws=4000, generator=np.random.default_rng(0))
    assert draws.shape == (4000, 6)
    np.testing.assert_allclose(draws.sum(axis=1), 1)
    mixed = panel_draws(example, draws=4000, generator=np.random.default_rng(0), way="melange")
    np.testing.assert_allclose(mixed.mean(axis=0), example.weights.mean(axis=0), atol=0.02)
    assert (mixed.std(axis=0) > draws.std(axis=0)).all()
    again = panel_draws(example, draws=4000, generator=np.random.default_rng(0))
    np.testing.assert_array_equal(draws, again)


def test_a_unanimous_panel_does_not_move(catalogue):
    panel = panel_of(catalogue, a=(50, 30, 20), b=(50, 30, 20))
    draws = panel_draws(panel, draws=50, generator=np.random.default_rng(0))
    np.testing.assert_allclose(draws, np.tile([0.5, 0.3, 0.2], (50, 1)))


@pytest.mark.parametrize(("way", "columns"), [("reechantillon", 6), ("melange", 1)])
def test_weights_of_indicators_as_a_function_of_points(example, scores, way, columns):
    made = panel_weights([example], scores=scores, way=way)
    assert made.columns == columns
    points = np.random.default_rng(0).random((200, columns))
    weights = made.draw(points)
    names = list(scores.need_of.index)
    mine = [names.index(item.id) for item in example.items]
    rest = [at for at in range(len(names)) if at not in mine]
    base = scores.weights.to_numpy()
    np.testing.assert_array_equal(weights[:, rest], np.tile(base[rest], (200, 1)))
    np.testing.assert_allclose(weights[:, mine].sum(axis=1), base[mine].sum())
    assert (weights[:, mine].std(axis=0) > 0).all()
    # Every seat held by the first expert gives the first expert.
    first = made.draw(np.zeros((1, columns)))[0, mine]
    np.testing.assert_allclose(first / first.sum(), example.weights[0])


def test_an_indicator_not_asked_for_keeps_no_weight(example, catalogue):
    rows = diag360.read_values(catalogue=catalogue)
    standard = diag360.score(rows[rows["territory"] == LANNION], catalogue=catalogue)
    weights = panel_weights([example], scores=standard).draw(np.full((1, 6), 0.5))[0]
    np.testing.assert_array_equal(weights == 0, standard.weights.to_numpy() == 0)


def test_draws_refuse_what_is_not_an_indicator(catalogue, scores):
    with pytest.raises(ValueError, match="vital"):
        panel_weights([panel_of(catalogue, a=(50, 30, 20))], scores=scores)


@pytest.mark.parametrize(
    ("word", "role"),
    [("Terrain", "terrain"), ("THÉMATIQUE", "thematique"), ("collectivite", "collectivite"),
     ("porteur du commun", "porteur"), ("élu", None)],
)  # fmt: skip
def test_roles_are_known_by_their_words(word, role):
    assert role_named(word) == role
