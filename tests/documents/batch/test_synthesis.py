"""The synthesis of a batch: what its figures say, what they must not, and the whole document."""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from small_lot import CLERMONT, GLIERES, LANNION, receipts, whole_france

from diag360.documents import figures
from diag360.documents.batch.handover.synthesis import make_synthesis
from diag360.documents.batch.results.gathered import Batch, gather
from diag360.documents.batch.results.nation import same_for_all
from diag360.documents.figures.batch.lists import count_actions
from diag360.documents.figures.batch.shared import (
    most_shared,
    priors,
    shared_effects,
    strong_pairs,
)
from diag360.documents.figures.fragments import Fragment
from diag360.errors import Refusal


@pytest.fixture(scope="module")
def small() -> Batch:
    return gather(receipts())


@pytest.fixture(scope="module")
def france() -> Batch:
    return whole_france()


@pytest.fixture(scope="module")
def lot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lot")
    (folder / ".lot").mkdir()
    for key, one in receipts().items():
        path = folder / ".lot" / f"{key.replace('/', '.')}.json"
        path.write_text(json.dumps(one), encoding="utf-8")
    return folder


def words(fragment: Fragment) -> str:
    plain = re.sub(r"<[^>]*>", " ", fragment.html)
    return re.sub(r"[ \n]+", " ", plain)


def test_the_cover_counts_territories_by_nature(france: Batch, small: Batch) -> None:
    said = words(figures.batch_cover(france, title="La <b>France</b>"))
    assert "La &lt;b&gt;France&lt;/b&gt;" in said
    assert "989\u00a0communautés de communes" in said
    assert "1\u00a0métropole de Lyon" in said
    assert "68\u202f010\u202f643 habitants" in said
    # The members of a group may be there too: nobody is counted twice.
    assert "habitants" not in words(figures.batch_cover(small))


def test_the_summary_says_what_is_known_shared_and_missing(france: Batch, small: Batch) -> None:
    said = words(figures.batch_summary(france))
    assert "7 des 18 besoins sont assez connus" in said
    spread = france.wide("score").quantile(0.75) - france.wide("score").quantile(0.25)
    labels = {need.id: need.label for need in france.framework.needs}
    assert f"C’est sur « {labels[spread.idxmax()]} » qu’ils diffèrent le plus" in said
    few = words(figures.batch_summary(small))
    assert "diffèrent le plus" not in few
    assert "2\u00a0documents n’ont pas pu être faits" in few
    assert not re.search(r"meilleur|pire|premier|dernier|\brang", said)


def test_coverage_is_that_of_the_batch_the_least_known_first(small: Batch) -> None:
    said = words(figures.batch_coverage(small))
    assert said.index("Boire") < said.index("Avoir un toit")
    assert "Boire 0 sur 5 0\u00a0% 0\u00a0% partout" in said
    assert "Avoir un toit 4 sur 5" in said


@pytest.mark.parametrize("which", ["small", "france"])
def test_distributions_give_medians_and_count_what_is_not_known(
    which: str, request: pytest.FixtureRequest
) -> None:
    batch: Batch = request.getfixturevalue(which)
    html = figures.need_distributions(batch).html
    score = batch.wide("score")
    row = re.search(r'scope="row">Me soigner</th>(.*?)</tr>', html, flags=re.S)
    assert row
    known = score["me_soigner"].dropna()
    cells = re.findall(r"<td>(.*?)</td>", row[1])
    assert cells[0].replace("\u202f", "") == str(len(known))
    assert cells[1] == str(len(score) - len(known))
    assert abs(float(cells[2]) - 100 * known.median()) <= 0.5
    assert "alt=" in html
    caption = "Un trait par territoire" if which == "small" else "la forme dit combien"
    assert caption in html


def test_maps_show_the_needs_most_know_and_say_who_is_on_none(france: Batch, small: Batch) -> None:
    html = figures.need_maps(france).html
    mapped = re.findall(r'scope="row">(.*?)</th>', html)
    assert "Avoir un toit" in mapped
    assert "Boire" not in mapped
    assert "23\u00a0territoires n’ont pas de contour ici" in html
    assert "CA Intercommunale du Nord de la Réunion (CINOR)" in html
    assert len(html) < 700_000
    # Overseas and a group of several: on no map, and named.
    assert "2\u00a0territoires hors des cartes" in figures.need_maps(small).html
    nobody = small.where("territory", "departement-22")
    assert "Aucun contour" in figures.need_maps(nobody).html


def test_shares_of_strong_effects_are_counted_among_those_that_rate_the_hazard(
    small: Batch,
) -> None:
    shares = shared_effects(small)
    effects, rated = small.tables["vulnerabilites"], small.tables["aleas"]
    for hazard, need in [("C1", "me_nourrir"), *((h, n) for h, n, _ in most_shared(small,
                         own=False, count=3))]:  # fmt: skip
        if hazard not in shares.index:
            continue
        here = effects[(effects["hazard"] == hazard) & (effects["need"] == need)]
        strong = here["class"].isin(["fort", "très fort"]).sum()
        among = ((rated["hazard"] == hazard) & (rated["status"] == "cote")).sum()
        assert shares.loc[hazard, need] == pytest.approx(strong / among)
    assert shares.to_numpy().max() <= 1.0
    # What tells territories apart comes first.
    prior = [name in priors(small) for name in shares.index]
    assert prior == sorted(prior)


def test_an_effect_on_a_need_nobody_knows_is_not_a_finding(small: Batch) -> None:
    pairs = strong_pairs(small)
    blind = {pair for pair, part in pairs["blind"].items() if part > 0.5}
    assert blind
    known = {(h, n) for h, n, _ in most_shared(small, own=True, count=1000, known=True)}
    assert known
    assert not known & blind
    said = words(figures.shared_vulnerabilities(small))
    assert "Entre parenthèses : le plus souvent, rien n’est connu du besoin" in said
    assert "à coup sûr, c’est-à-dire à sa borne basse" in said
    assert "hors des besoins dont rien n’est connu" in words(figures.batch_summary(small))


def test_what_few_rate_does_not_pass_before_what_many_share(france: Batch) -> None:
    pairs = strong_pairs(france)
    order = [pairs.loc[(h, n), "count"] for h, n, _ in most_shared(france, own=False, count=40)]
    assert order == sorted(order, reverse=True)
    # Rated in 135 territories by the sea: a large share of few.
    sea = pairs.loc["A2"]
    assert (sea["among"] < 200).all()
    assert "Élévation du niveau de la mer" not in words(figures.batch_summary(france))
    assert "sur 1\u202f255)" in words(figures.batch_summary(france))


@pytest.mark.parametrize("which", ["small", "france"])
def test_the_synthesis_ends_with_sources_and_licences(
    which: str, request: pytest.FixtureRequest
) -> None:
    html = figures.batch_provenance(request.getfixturevalue(which)).html
    for name in ("Licence Ouverte 2.0", "CC BY-SA 4.0", "MIT", "Insee", "https://"):
        assert name in html


def test_a_part_of_the_batch_is_read_alone_and_another_is_refused(lot: Path) -> None:
    def reading(folder: Any, part: str) -> Batch:
        return figures.read_batch(folder, framework="lot", weights="lot", tier="lot", part=part)

    read = reading(str(lot), "cotes d'armor")
    assert LANNION in read.places.index
    assert GLIERES not in read.places.index
    assert set(read.tables["besoins"]["territory"]) == set(read.places.index)
    assert GLIERES in reading(str(lot), "Haute-Savoie").places.index
    with pytest.raises(Refusal, match="« Atlantide » n’est ni un département ni une région"):
        reading(str(lot), "Atlantide")
    with pytest.raises(Refusal, match="aucun document de lot"):
        reading(29, "")


def test_a_group_beside_others_is_said_to_weigh_twice(small: Batch, france: Batch) -> None:
    assert "comptent deux fois" in words(figures.batch_summary(small))
    assert "comptent deux fois" not in words(figures.batch_summary(france))


def test_one_territory_is_no_tendency_and_one_need_is_singular(small: Batch) -> None:
    places = small.tables["territoires"].assign(determined=1)
    one = Batch(small.catalogue, {**small.tables, "territoires": places}, {})
    assert "1 des 18 besoins est assez connu" in words(figures.batch_summary(one))
    places["determined"] = [1, 1, 2, 2, 2][: len(places)]
    rows = small.tables["besoins"].copy()
    known = rows["score"].notna()
    rows.loc[known, "score"] = 0.9
    rows.loc[known.idxmax(), "score"] = 0.1  # one territory of five
    high = Batch(small.catalogue, {**small.tables, "besoins": rows}, {})
    assert "sous 40 sur 100" not in words(figures.batch_summary(high))


def test_a_hazard_that_most_rate_themselves_is_no_longer_the_same_for_all(small: Batch) -> None:
    common = [n for n, h in small.catalogue.hazards.items() if same_for_all(h)]
    name = next(one for one in common if one in shared_effects(small).index)
    assert name in priors(small)
    rated = small.tables["aleas"].copy()
    places = list(rated.loc[(rated["hazard"] == name) & (rated["status"] == "cote"), "territory"])
    for number, common_still in ((1, True), (len(places), False)):
        mine = (rated["hazard"] == name) & rated["territory"].isin(places[:number])
        rated.loc[mine, "origin"] = "declaree"
        changed = Batch(small.catalogue, {**small.tables, "aleas": rated.copy()}, {})
        assert (name in priors(changed)) == common_still


def test_the_heat_map_says_which_ratings_are_the_same_for_all(france: Batch) -> None:
    html = figures.shared_vulnerabilities(france).html
    assert "la même partout" in html
    assert "ce n’est pas une exposition mesurée" in html
    empty = Batch(france.catalogue, {**france.tables, "aleas": france.tables["aleas"].iloc[:0]}, {})
    assert "Aucun aléa n’est coté" in figures.shared_vulnerabilities(empty).html


def test_actions_are_counted_over_territories(small: Batch) -> None:
    counted = count_actions(small)
    listed = small.tables["actions"]
    assert counted["count"].sum() == len(listed) == 25
    first = counted.iloc[0]
    own = listed[listed["indicator"] == first["indicator"]]
    assert (first["count"], first["gain"]) == (len(own), own["gain"].median())
    assert list(counted["count"]) == sorted(counted["count"], reverse=True)
    said = words(figures.first_actions(small))
    assert f"{first['count']} sur 5" in said
    assert "Les vérifier est la première des actions" in said
    empty = Batch(small.catalogue, {**small.tables, "actions": listed.iloc[:0]}, {})
    assert "Aucun aléa n’est coté" in words(figures.first_actions(empty))


def test_groups_are_named_only_when_they_are_clear(france: Batch, small: Batch) -> None:
    draw = np.random.default_rng(2026)
    real = words(figures.profile_groups(france, figures.find_groups(france, generator=draw)))
    assert "Pas de groupes nets" in real
    assert "silhouette moyenne 0,1" in real
    few = words(figures.profile_groups(small, figures.find_groups(small, generator=draw)))
    assert "Pas de groupes" in few
    assert "groupes nets" not in few


def test_clear_groups_are_named_by_what_sets_them_apart(france: Batch) -> None:
    needs = france.tables["besoins"].copy()
    codes = list(france.places.index)
    high = set(codes[::2])
    draw = np.random.default_rng(0)
    for name, (up, down) in {"me_soigner": (0.8, 0.2), "avoir_un_toit": (0.3, 0.6)}.items():
        here = needs["need"] == name
        level = needs.loc[here, "territory"].isin(high)
        needs.loc[here, "score"] = np.where(level, up, down) + draw.normal(0, 0.03, here.sum())
    others = ~needs["need"].isin(["me_soigner", "avoir_un_toit"])
    needs.loc[others, "score"] = np.nan
    planted = Batch(france.catalogue, {**france.tables, "besoins": needs}, {})
    groups = figures.find_groups(planted, generator=draw)
    assert groups is not None
    assert set(groups.labels[groups.labels == 0].index) == high
    said = words(figures.profile_groups(planted, groups))
    assert "Plus haut que la moyenne sur Me soigner ; plus bas sur Avoir un toit" in said
    assert "628\u00a0territoires" in said


def test_a_lot_is_read_in_one_framework_and_the_rest_is_counted(lot: Path) -> None:
    read = figures.read_batch(str(lot), framework="lot", weights="lot", tier="lot")
    assert len(read.places) == 5
    assert read.left_out == 0
    with pytest.raises(Refusal) as refused:
        figures.read_batch(str(lot), framework="lot", weights="lot", tier="expert")
    assert "« expert »" in str(refused.value)
    assert "flash" in str(refused.value)


def test_territories_looked_at_otherwise_are_left_out_and_told(small: Batch) -> None:
    changed = small.tables["territoires"].copy()
    changed.loc[changed["territory"].isin([GLIERES, CLERMONT]), "tier"] = "expert"
    mixed = Batch(small.catalogue, {**small.tables, "territoires": changed}, {})
    kept = mixed.where("tier", "flash")
    assert len(kept.places) == 3
    assert set(kept.tables["besoins"]["territory"]) == set(kept.places.index)
    assert "2\u00a0territoires regardés autrement" in words(figures.batch_summary(kept))


@pytest.mark.documents
def test_the_synthesis_is_made_in_its_folder_and_names_none(lot: Path) -> None:
    made = make_synthesis(lot, title="Cinq territoires")
    assert made.html == lot / "synthese.html"
    page = made.html.read_text(encoding="utf-8")
    assert "<h1>Cinq territoires</h1>" in page
    assert "Ce n’est pas un classement" in page
    assert "Traceback" not in page
    assert 'class="error"' not in page
    for path in (made.html, made.notebook):
        assert str(lot) not in path.read_text(encoding="utf-8")
    notebook = nbformat.read(made.notebook, as_version=4)
    assert notebook.metadata["diag360"]["parameters"]["lot"] == "ici"
    images = re.findall(r"<img [^>]*>", page)
    assert len(images) == 3
    assert all('alt="' in one and 'alt=""' not in one for one in images)


def test_no_batch_there_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        make_synthesis(tmp_path)
    assert str(tmp_path) in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_france_is_scored_in_the_framework_asked_for() -> None:
    eleven = figures.read_batch("france", framework="diag360-1.3", weights="lot", tier="flash")
    assert len(eleven.wide("score").columns) == 11
    assert set(eleven.places["tier"]) == {"flash"}
    assert isinstance(eleven.places, pd.DataFrame)


def test_public_notes_on_the_synthesis_are_shown_and_those_of_the_team_are_not(
    lot: Path, tmp_path: Path
) -> None:
    for end, visibility in (("1", "public"), ("2", "equipe")):
        (tmp_path / f"n-aaaaaaaaa{end}.yaml").write_text(
            f"id: n-aaaaaaaaa{end}\nmotivation: objection\n"
            "target: paragraphe/40_synthese_lot/titre-groupes\n"
            "creator: {name: Jeanne Roux, role: thematique}\ncreated: 2026-11-01\n"
            f"visibility: {visibility}\nbody: Note {visibility} sur les groupes.\n",
            encoding="utf-8",
        )
    made = make_synthesis(lot, annotations=str(tmp_path))
    for file in (made.html, made.notebook):
        text = file.read_text(encoding="utf-8")
        assert "Note public sur les groupes" in text
        assert "Note equipe" not in text
    make_synthesis(lot)
