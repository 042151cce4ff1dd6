"""Hazards in the document: sentences by rule, tables, heat map, network, and their empty states."""

import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from drawn_texts import page_of, texts_of
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from diag360 import cross, find_place, load_catalogue, prepare_ratings, read_values, score
from diag360.catalogue.model import Catalogue
from diag360.documents import figures
from diag360.documents.effect_words import CLASSES
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.hazards import cascade_charts, cascade_drawing, dependency_chart
from diag360.documents.figures.hazards.cascade_sentences import (
    amplification_sentence,
    causes,
    chain_sentence,
    dematel_sentence,
    ricochet_sentence,
    saturation_sentence,
)
from diag360.documents.figures.hazards.lines import Effects, effects_of
from diag360.documents.figures.hazards.matrix import SHADES
from diag360.documents.figures.hazards.sentences import (
    KEPT,
    hit_sentence,
    order_sentence,
    short_sentences,
    told,
    vulnerabilities,
    worst_hazards,
)
from diag360.documents.figures.picture import Picture
from diag360.errors import Refusal
from diag360.scoring.scores import Scores
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.matrices import settings_of
from diag360.vulnerability.prepare import Ratings

LANNION = "200065928"
KINDS = {
    "littoral": LANNION,
    "montagne": "CC du Briançonnais",
    "métropole": "Métropole de Lyon",
    "rural": "CC Creuse Grand Sud",
    "outre-mer": "CINOR",
}
FRAMEWORKS = ["besoins-2021", "diag360-1.3"]


def crossed(
    catalogue: Catalogue, name: str, *, exposure: str | None = None, framework: str | None = None
) -> tuple[Vulnerabilities, Ratings]:
    place = find_place(name)
    rows = read_values(catalogue=catalogue)
    scores = score(rows[rows["territory"] == place.siren], catalogue=catalogue, framework=framework)
    ratings = prepare_ratings(exposure, place=place, catalogue=catalogue)
    return cross(scores, ratings=ratings), ratings


@pytest.fixture(scope="module")
def lannion(catalogue: Catalogue) -> tuple[Vulnerabilities, Ratings]:
    return crossed(catalogue, LANNION)


@pytest.fixture(scope="module")
def unrated(catalogue: Catalogue) -> tuple[Vulnerabilities, Ratings]:
    return crossed(catalogue, LANNION, exposure="aucune")


@pytest.fixture(scope="module", params=KINDS)
def anywhere(
    request: pytest.FixtureRequest, catalogue: Catalogue
) -> tuple[Vulnerabilities, Ratings]:
    return crossed(catalogue, KINDS[request.param])


def made(
    found: Vulnerabilities, hazard: str, *, direct: dict[str, float], total: dict[str, float]
) -> Effects:
    """One hazard with effects chosen by hand; the rest as in a real territory."""
    effects = effects_of(found, territory=LANNION)
    needs = [need.id for need in effects.framework.needs]

    def row(chosen: dict[str, float]) -> np.ndarray:
        return np.array([[chosen.get(need, 0.0) for need in needs]])

    first, whole = row(direct), row({**direct, **total})
    return replace(
        effects, hazards=(hazard,), direct=first, direct_low=first, direct_high=first, total=whole,
        total_low=whole, total_high=whole, basis=effects.basis[:1], etat=effects.etat[:1],
        action=effects.action[:1],
        influence=effects.influence[:1], durations=effects.durations[:1],
    )  # fmt: skip


def test_a_sentence_names_what_is_hit_first_then_what_follows(
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:
    effects = made(
        lannion[0], "A3", direct={"boire": 0.6, "me_nourrir": 0.4, "avoir_un_toit": 0.2},
        total={"me_soigner": 0.3},
    )  # fmt: skip
    assert hit_sentence(effects, 0) == (
        "Une sécheresse prolongée toucherait d’abord l’eau potable et l’alimentation, puis par "
        "ricochet les soins."
    )


@pytest.mark.parametrize(
    ("direct", "total", "expected"),
    [
        ({"boire": 0.6}, {}, "toucherait surtout l’eau potable."),
        ({"boire": 0.6}, {"me_soigner": 0.049}, "toucherait surtout l’eau potable."),
        # A need that owes most of its effect to the hazard itself is not hit by ricochet.
        ({"boire": 0.6, "me_soigner": 0.2}, {"me_soigner": 0.3}, "surtout l’eau potable."),
        ({"boire": 0.04}, {"me_soigner": 0.2}, "surtout par ricochet les soins."),
        ({"boire": 0.04}, {}, "n’aurait que des effets négligeables, au vu de ce qui est connu."),
    ],
)
def test_a_sentence_says_nothing_of_what_does_not_follow(
    direct: dict[str, float], total: dict[str, float], expected: str,
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:  # fmt: skip
    assert hit_sentence(made(lannion[0], "A3", direct=direct, total=total), 0).endswith(expected)


def test_sentences_of_five_kinds_of_territories_read_as_french(
    anywhere: tuple[Vulnerabilities, Ratings],
) -> None:
    found, ratings = anywhere
    effects = effects_of(found, territory=ratings.territory)
    spoken = vulnerabilities(effects, scores=found.scores)
    assert 3 <= len(spoken) <= sum(KEPT.values())
    for one in spoken:
        assert re.match(r"(Une?|La|Le) \w", one.sentence), one.sentence
        for sentence in (one.sentence, one.largest, one.why):
            assert sentence.endswith("."), sentence
            assert not re.search(r"  |,,|\.\.|\bet et\b|,\d|None|nan", sentence), sentence
        assert re.search(r"\d+ sur 100 pour .*, entre \d+ et \d+ selon", one.largest)
        assert any(f"serait {word} " in one.largest for word in CLASSES)


def test_the_territory_s_own_hazards_come_first_and_by_weight(
    anywhere: tuple[Vulnerabilities, Ratings],
) -> None:
    found, ratings = anywhere
    effects = effects_of(found, territory=ratings.territory)
    weights = effects.total.sum(axis=1)
    assert (np.diff(weights) <= 1e-12).all()
    chosen = told(effects)
    scopes = [hazard.scope for hazard, _ in chosen]
    assert scopes == sorted(scopes, key=["local", "global"].index)
    for (first, before), (second, after) in pairwise(chosen):
        assert first.scope != second.scope or weights[before] >= weights[after]
    assert all(effects.total[at].max() >= effects.borders[1] for _, at in chosen)


def test_an_inland_territory_is_not_told_that_the_sea_rises(catalogue: Catalogue) -> None:
    found, ratings = crossed(catalogue, KINDS["rural"])
    effects = effects_of(found, territory=ratings.territory)
    assert "A2" not in [hazard.id for hazard, _ in told(effects)]
    found, ratings = crossed(catalogue, KINDS["littoral"])
    effects = effects_of(found, territory=ratings.territory)
    assert "A2" in [hazard.id for hazard, _ in told(effects)]


def test_an_unsure_order_is_said_and_a_sure_one_is_not(
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:
    effects = effects_of(lannion[0], territory=LANNION)
    assert order_sentence(effects, scope="local").startswith("L’ordre de ces aléas n’est pas")
    sure = replace(effects, total_low=effects.total, total_high=effects.total)
    assert order_sentence(sure, scope="local") == ""
    unsure = order_sentence(effects, scope="global")
    names = [one.label for one, _ in told(effects) if one.scope == "global"]
    assert all(f"« {name} »" in unsure for name in names)


def test_unknown_causes_are_said_and_known_ones_are_shared_out(
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:
    found, _ = lannion
    effects = effects_of(found, territory=LANNION)
    for one in vulnerabilities(effects, scores=found.scores):
        shares = [int(share) for share in re.findall(r"(\d+)\u00a0%", one.why)]
        assert sum(shares) in ((100,) if shares else (0,))
        assert bool(shares) or "pour dire pourquoi" in one.why or "seul connu" in one.why
    lost = replace(effects, basis=np.full_like(effects.basis, 2))
    for one in vulnerabilities(lost, scores=found.scores):
        assert one.why.startswith("Trop peu d’indicateurs sont connus sur ")


def test_the_worst_hazard_of_each_need_is_the_largest_cell(
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:
    effects = effects_of(lannion[0], territory=LANNION)
    for n, (need, hazard, effect, low, high) in enumerate(worst_hazards(effects)):
        assert need == effects.framework.needs[n].id
        assert effect == effects.total[:, n].max()
        assert low <= effect <= high
        assert effects.total[effects.hazards.index(hazard), n] == effect
    calm = replace(effects, total=np.zeros_like(effects.total))
    assert {hazard for _, hazard, *_ in worst_hazards(calm)} == {""}


def test_a_chain_is_told_with_the_reason_of_each_step(catalogue: Catalogue) -> None:
    needs = [need.id for need in catalogue.frameworks["diag360-1.3"].needs]
    energy, water, care = (needs.index(name) for name in ("bi2", "bv1", "bv4"))
    direct = np.zeros(len(needs))
    direct[energy] = 0.8
    passed = np.zeros((len(needs), len(needs)))
    passed[water, energy], passed[care, water] = 0.2, 0.2
    said = chain_sentence(
        direct, influence=passed, need=care, catalogue=catalogue, framework="diag360-1.3"
    )
    reasons = {(edge.need, edge.on): edge.why for edge in catalogue.graphs["diag360-1.3"].edges}
    assert said == (
        "L’énergie, puis l’eau potable, puis les soins. "
        f"{reasons['bv1', 'bi2']} {reasons['bv4', 'bv1']}"
    )
    assert "pompes" in said
    nothing = chain_sentence(
        direct, influence=np.zeros_like(passed), need=care, catalogue=catalogue,
        framework="diag360-1.3",
    )  # fmt: skip
    assert nothing == ""


def test_amplification_is_worked_out() -> None:
    said = amplification_sentence(np.array([0.2, 0.2]), np.array([0.4, 0.4]))
    assert "par 2,0" in said
    assert "50 arrivent par ricochet" in said
    assert "rien ne se propage" in amplification_sentence(np.zeros(2), np.zeros(2))


def test_saturation_warns_above_the_threshold_only(catalogue: Catalogue) -> None:
    settings = settings_of(catalogue)
    assert saturation_sentence(settings.saturation, settings=settings) == ""
    said = saturation_sentence(settings.saturation + 0.1, settings=settings)
    assert "tous les besoins montent ensemble" in said
    assert "0,85" in said


def test_energy_and_mobility_cause_and_weights_push_them_down(catalogue: Catalogue) -> None:
    assert causes(catalogue, framework="diag360-1.3")[0] == ["bi2", "bi3"]
    said = dematel_sentence(catalogue, framework="diag360-1.3")
    assert said.startswith("L’énergie et les déplacements sont les causes principales")
    assert "l’énergie et les déplacements pèsent moins que les besoins vitaux" in said
    said = dematel_sentence(catalogue, framework="besoins-2021")
    # Energy is vital there: the weights do not push it down.
    assert "l’énergie et" not in said.split("Or, sous")[1]


def test_the_exposure_table_marks_priors_and_counts_what_is_left(
    lannion: tuple[Vulnerabilities, Ratings], catalogue: Catalogue
) -> None:
    found, ratings = lannion
    html = figures.exposure_table(found, ratings=ratings, place=find_place(LANNION)).html
    rated = found.rated(LANNION)
    table = html[: html.index("</table>")]
    assert table.count('<th scope="row">') == len(rated)
    priors = [name for name in rated if ratings.ratings[name].origin == "nationale"]
    assert table.count('class="tag">a priori') == len(priors) > 0
    left = [name for name in found.hazards if name not in rated]
    assert f"{len(left)}\u00a0aléas restent à coter" in html
    assert all(catalogue.hazards[name].label in html for name in left)
    for command in ("diag360 workbook blank", "diag360 exposure write"):
        assert command in html


def test_what_a_territory_writes_is_shown_and_does_nothing(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    file = tmp_path / "cotations.yaml"
    file.write_text(
        f'territory: "{LANNION}"\nauthor: "<b>Ida</b>"\nratings:\n'
        '  A3: {likelihood: [3, 4, 4], intensity: 4, confidence: elevee, source: "<script>x"}\n',
        encoding="utf-8",
    )
    found, ratings = crossed(catalogue, LANNION, exposure=str(file))
    html = figures.exposure_table(found, ratings=ratings, place=find_place(LANNION)).html
    assert "<script" not in html
    assert "<b>Ida" not in html
    row = re.search(r'<th scope="row">Sécheresses.*?</tr>', html, re.S)
    assert row is not None
    assert "<strong>100</strong>" in row.group()
    assert "3–4–4" in row.group()
    assert "Coté par la collectivité" in row.group()
    assert "a priori" not in row.group()
    told_html = figures.systemic_vulnerabilities(found, ratings=ratings, territory=LANNION).html
    item = re.search(r"<li>(?:(?!</li>).)*Une sécheresse prolongée.*?</li>", told_html, re.S)
    assert item is not None
    assert "exposition a priori" not in item.group()


def test_priors_are_marked_wherever_they_serve(
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:
    found, ratings = lannion
    html = figures.systemic_vulnerabilities(found, ratings=ratings, territory=LANNION).html
    effects = effects_of(found, territory=LANNION)
    national = [h for h, _ in told(effects) if ratings.ratings[h.id].origin == "nationale"]
    assert html.count("exposition a priori") == len(national) > 0
    assert html.count("Sont des a priori") == 1
    assert f"{len(effects.unrated)}\u00a0aléas ne sont pas cotés et pourraient" in html
    for block in (figures.hazard_matrix, figures.cascade_network):
        assert "a priori" in block(found, territory=LANNION).html
    short = short_sentences(effects)
    assert len(short) == 3
    synthesis = figures.synthesis(found.scores, territory=LANNION, found=found, ratings=ratings)
    assert all(sentence in synthesis.html for _, sentence in short)


def test_the_matrix_says_its_three_largest_cells_and_what_is_absent(
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:
    found, _ = lannion
    effects = effects_of(found, territory=LANNION)
    html = figures.hazard_matrix(found, territory=LANNION).html
    alt = re.search(r'alt="([^"]+)"', html)
    assert alt is not None
    for at in np.argsort(-effects.total, axis=None)[:3]:
        h, n = np.unravel_index(int(at), effects.total.shape)
        label = effects.catalogue.hazards[effects.hazards[h]].label
        assert f"{label} sur {effects.framework.needs[n].noun} " in alt.group(1)
    assert f"{len(effects.unrated)}\u00a0aléas non cotés n’y figurent pas" in html
    cells = int((effects.total >= effects.borders[0]).sum())
    assert html.count('<th scope="row">') == cells
    shown = effects.basis[effects.total >= effects.borders[0]]
    for at, word in enumerate(("propre", "générique", "inconnue")):
        assert html.count(f"<td>{word}</td>") == int((shown == at).sum())


def test_a_hazard_without_object_is_named_and_never_waits_for_a_rating(
    catalogue: Catalogue,
) -> None:
    found, ratings = crossed(catalogue, "240500439")  # Briançonnais: no coast
    assert ratings.without_object == ("A2",)
    place = find_place("240500439")
    waiting = len(set(ratings.to_rate) & set(found.hazards))
    sea = catalogue.hazards["A2"].label
    table = figures.exposure_table(found, ratings=ratings, place=place).html
    assert f"Sans objet ici, d’après les statistiques : {sea}." in table.replace("\u00a0", " ")
    assert f"{waiting}\u00a0aléas restent à coter" in table
    told = figures.systemic_vulnerabilities(found, ratings=ratings, territory=place.siren).html
    assert f"{waiting}\u00a0aléas ne sont pas cotés" in told
    assert sea not in told
    drawn = figures.hazard_matrix(found, territory=place.siren, ratings=ratings).html
    assert f"{waiting}\u00a0aléas non cotés n’y figurent pas" in drawn
    short = figures.synthesis(found.scores, territory=place.siren, found=found, ratings=ratings)
    assert f"{waiting}\u00a0aléas non cotés manquent" in short.html


def test_without_ratings_every_block_says_so_or_is_silent(
    unrated: tuple[Vulnerabilities, Ratings],
) -> None:
    found, ratings = unrated
    for block in (
        figures.hazard_matrix, figures.cascade_network, figures.cascade_split,
        figures.cascade_matrix, figures.cascade_story, figures.effect_steps,
    ):  # fmt: skip
        assert block(found, territory=LANNION).html == ""
    said = figures.systemic_vulnerabilities(found, ratings=ratings, territory=LANNION).html
    assert "Aucun aléa n’est coté" in said
    table = figures.exposure_table(found, ratings=ratings, place=find_place(LANNION)).html
    assert "n’est pas cotée" in table
    assert "<table" not in table
    assert "23\u00a0aléas restent à coter" in table
    synthesis = figures.synthesis(found.scores, territory=LANNION, found=found, ratings=ratings)
    assert "comment coter" in synthesis.html


DRAWN = [
    figures.hazard_matrix,
    figures.cascade_network,
    figures.cascade_split,
    figures.cascade_matrix,
]


def captured(monkeypatch: pytest.MonkeyPatch) -> list[Figure | Picture]:
    drawn: list[Figure | Picture] = []
    monkeypatch.setattr(
        drawing, "as_image", lambda figure, **_: drawn.append(figure) or Fragment("")
    )
    return drawn


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("block", DRAWN)
def test_no_text_is_cut_in_a_drawing_of_hazards(
    block, framework: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = crossed(catalogue, LANNION, framework=framework)
    drawn = captured(monkeypatch)
    block(found, territory=LANNION)
    page = page_of(drawn[0])
    for name, box in texts_of(drawn[0]):
        assert box.x0 >= page.x0 - 1, name
        assert box.x1 <= page.x1 + 1, name
        assert box.y0 >= page.y0 - 1, name
        assert box.y1 <= page.y1 + 1, name


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_name_covers_another_in_the_networks(
    framework: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = crossed(catalogue, LANNION, framework=framework)
    drawn = captured(monkeypatch)
    cascade_drawing.cascade_network(found, territory=LANNION)
    dependency_chart.dependency_roles(catalogue, framework=framework)
    for figure in drawn:
        for (one, box), (other, beside) in combinations(texts_of(figure), 2):
            assert not box.overlaps(beside), (one, other)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_text_covers_another_in_the_matrix(
    framework: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = crossed(catalogue, LANNION, framework=framework)
    drawn = captured(monkeypatch)
    figures.hazard_matrix(found, territory=LANNION)
    for (one, box), (other, beside) in combinations(texts_of(drawn[0]), 2):
        assert not box.overlaps(beside), (one, other)


def test_every_cell_of_the_matrix_has_the_shade_of_its_class(
    lannion: tuple[Vulnerabilities, Ratings], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = captured(monkeypatch)
    figures.hazard_matrix(lannion[0], territory=LANNION)
    effects = effects_of(lannion[0], territory=LANNION)
    classes = effects.classes(effects.total)
    drawn_shades = Counter(re.findall(r'<rect [^>]*fill="(#\w{6})"/>', drawn[0].svg()))
    legend = Counter(re.findall(r'<rect [^>]*fill="(#\w{6})" stroke', drawn[0].svg()))
    assert legend == Counter(SHADES)
    for place, shade in enumerate(SHADES):
        assert drawn_shades[shade] == int((classes == place).sum())


def test_a_disk_of_the_network_shows_the_share_of_the_direct_effect(
    lannion: tuple[Vulnerabilities, Ratings], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = captured(monkeypatch)
    cascade_drawing.cascade_network(lannion[0], territory=LANNION)
    effects = effects_of(lannion[0], territory=LANNION)
    at = effects.hazards.index(effects.worst())
    wedges = re.findall(
        r'd="M([\d.]+) ([\d.]+)L[\d.]+ ([\d.]+)A[\d.]+ [\d.]+ 0 ([01]) 1 ([\d.]+) ([\d.]+)Z"',
        drawn[0].svg(),
    )
    shares = []
    for x, y, top, large, end_x, end_y in (map(float, one) for one in wedges):
        radius, turn = y - top, np.arctan2(end_x - x, y - end_y) % (2 * np.pi)
        assert np.hypot(end_x - x, end_y - y) == pytest.approx(radius, abs=0.03)
        assert bool(large) is bool(turn > np.pi)
        shares.append(turn / (2 * np.pi))
    part = effects.direct[at] / effects.total[at]
    assert shares == pytest.approx(part[(part > 0) & (part < 1)].tolist(), abs=0.01)


def test_arrows_of_the_network_stop_short_of_the_disks(
    lannion: tuple[Vulnerabilities, Ratings], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = captured(monkeypatch)
    cascade_drawing.cascade_network(lannion[0], territory=LANNION)
    svg = drawn[0].svg()
    disks = [
        tuple(map(float, one))
        for one in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)
    ]
    tips = re.findall(r'd="M([\d.]+) ([\d.]+) [\d.]+ [\d.]+ [\d.]+ [\d.]+Z"', svg)
    starts = re.findall(r'd="M([\d.]+) ([\d.]+)Q', svg)
    assert len(tips) == len(starts) == cascade_drawing.ARROWS
    for ends in (tips, starts):
        for x, y in (map(float, one) for one in ends):
            gaps = [np.hypot(x - a, y - b) - r for a, b, r in disks]
            assert 0 <= min(gaps) < 3


def test_the_network_draws_what_passes_and_only_the_strongest(
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:
    effects = effects_of(lannion[0], territory=LANNION)
    at = effects.hazards.index(effects.worst())
    graph = cascade_drawing.passed_on(effects, at=at)
    needs = [need.id for need in effects.framework.needs]
    assert list(graph) == needs
    edges = cascade_drawing.strongest(graph)
    assert edges
    for first, second, share in edges:
        m, n = needs.index(first), needs.index(second)
        assert share == effects.influence[at, n, m] * effects.total[at, m]
        assert share >= cascade_drawing.FAINTEST
    shares = [share for *_, share in edges]
    assert shares == sorted(shares, reverse=True)


def test_the_main_feeder_is_the_cut_that_spares_most(
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:
    effects = effects_of(lannion[0], territory=LANNION)
    feeder = cascade_charts.main_feeders(effects, at=0)
    assert feeder
    for need, other in feeder.items():
        assert effects.influence[0, need, other] > 0


def test_a_hazard_can_be_chosen_for_the_cascade(
    lannion: tuple[Vulnerabilities, Ratings],
) -> None:
    found, _ = lannion
    html = figures.cascade_story(found, territory=LANNION, hazard="C2").html
    assert "explosion du cours du baril" in html
    effects = effects_of(found, territory=LANNION)
    assert effects.catalogue.hazards[effects.worst()].scope == "local"
    assert ricochet_sentence(effects, hazard="C2").startswith("Le chemin le plus fort")


def test_the_steps_of_an_effect_multiply(lannion: tuple[Vulnerabilities, Ratings]) -> None:
    found, _ = lannion
    html = figures.effect_steps(found, territory=LANNION, hazard="A4").html
    h = found.hazards.index("A4")
    assert f"<strong>{round(100 * found.exposure[1, 0, h])}</strong> sur 100" in html
    assert html.count('<th scope="row">') == len(found.needs)


def test_every_hazard_has_a_sheet(catalogue: Catalogue) -> None:
    for name, hazard in catalogue.hazards.items():
        html = figures.hazard_sheet(catalogue, hazard=name, framework="besoins-2021").html
        assert f'id="alea-{name}"' in html
        assert hazard.label in html
        assert ("a priori" in html) or hazard.composed_of, name
        if hazard.guide:
            assert html.count('<th scope="row">') == 4
            assert all(words in html for words in hazard.guide.likelihood)
        for link in catalogue.links.values():
            if link.ends[0] == name:
                assert link.why in html


def test_a_drawing_is_the_same_twice(lannion: tuple[Vulnerabilities, Ratings]) -> None:
    found, _ = lannion
    for block in (figures.hazard_matrix, figures.cascade_network, figures.cascade_split):
        assert block(found, territory=LANNION).html == block(found, territory=LANNION).html


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=18, max_size=18))
def test_any_direct_effects_make_a_whole_sentence(values: list[float]) -> None:
    effects = _blank()
    direct = np.array([values])
    total = np.minimum(1.0, direct + 0.1)
    said = hit_sentence(replace(effects, direct=direct, total=total), 0)
    assert said.startswith("Une sécheresse prolongée ")
    assert said.endswith(".")
    assert said.count("l’eau potable") <= 1


@lru_cache
def _blank() -> Effects:
    catalogue = load_catalogue()
    framework = catalogue.frameworks["besoins-2021"]
    zeros = np.zeros((1, len(framework.needs)))
    return Effects(
        catalogue=catalogue, framework=framework, hazards=("A3",), unrated=(), direct=zeros,
        direct_low=zeros, direct_high=zeros, total=zeros, total_low=zeros, total_high=zeros,
        basis=zeros.astype(int), etat=zeros, action=zeros,
        influence=np.zeros((1, len(framework.needs), len(framework.needs))),
        durations=settings_of(catalogue).durations[-1:],
    )  # fmt: skip


def test_scores_of_another_room_are_left_alone(open_scores: Scores) -> None:
    before = open_scores.indicator_scores.copy()
    place = find_place(LANNION)
    ratings = prepare_ratings(place=place, catalogue=open_scores.catalogue)
    figures.hazard_matrix(cross(open_scores, ratings=ratings), territory=LANNION)
    assert open_scores.indicator_scores.equals(before)


def test_a_hazard_nobody_rated_is_refused_by_name(lannion: tuple[Vulnerabilities, Ratings]) -> None:
    for figure in (figures.cascade_story, figures.cascade_network, figures.effect_steps):
        with pytest.raises(Refusal, match="« Z9 » inconnu ou non coté") as refused:
            figure(lannion[0], territory=LANNION, hazard="Z9")
        assert "choisir parmi : " in refused.value.faults[0].remedy
