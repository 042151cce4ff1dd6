import base64
import re
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from diag360 import cross, find_place, prepare_ratings
from diag360.catalogue.model import Catalogue
from diag360.challenge.assumptions import FACTORS, Assumptions
from diag360.challenge.draws.rank_statistics import ranking
from diag360.challenge.robustness import Conclusion, Robustness, robustness
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.laboratory import uncertainty_blocks, uncertainty_sentences
from diag360.documents.wording import check_typography
from diag360.scoring.scores import Scores

LANNION = "200065928"
CHARTS = [
    uncertainty_blocks.need_fan,
    uncertainty_blocks.need_ranks,
    uncertainty_blocks.hazard_ranks,
    uncertainty_blocks.class_shares,
    uncertainty_blocks.convergence,
]


def tried(scores: Scores, moving, *, found=None, draws=600, **options) -> Robustness:
    return robustness(
        scores, territory=LANNION, assumptions=Assumptions(moving=moving), found=found,
        draws=draws, generator=np.random.default_rng(8), **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def robust(catalogue: Catalogue, open_scores: Scores) -> Robustness:
    """Every assumption moves, hazards included."""
    ratings = prepare_ratings(place=find_place(LANNION), catalogue=catalogue)
    return tried(open_scores, FACTORS, found=cross(open_scores, ratings=ratings))


@pytest.fixture(scope="module")
def known(open_scores: Scores) -> Robustness:
    """Weights alone, needs that are determined alone."""
    return tried(open_scores, ("poids",))


@pytest.fixture(scope="module")
def empty(expert_scores: Scores) -> Robustness:
    """No need is determined."""
    unknown = replace(expert_scores.needs, coverage=expert_scores.needs.coverage * 0.0)
    return tried(replace(expert_scores, needs=unknown), ("poids",))


def plain(html: str) -> str:
    bare = re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").replace("\u202f", " ")
    return re.sub(r"\s+", " ", bare)


# --- figures


def captured(chart, robust: Robustness, monkeypatch: pytest.MonkeyPatch) -> Figure:
    drawn: list[Figure] = []
    monkeypatch.setattr(
        drawing, "as_image", lambda figure, **_: drawn.append(figure) or Fragment("")
    )
    chart(robust)
    return drawn[0]


@pytest.mark.parametrize("chart", CHARTS)
def test_no_text_is_cut_in_a_figure(
    chart, robust: Robustness, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = captured(chart, robust, monkeypatch)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page = figure.bbox
    for artist in figure.findobj(mpl.text.Text):
        if artist.get_visible() and artist.get_text().strip():
            box = artist.get_window_extent(canvas.get_renderer())
            assert box.x0 >= page.x0, artist.get_text()
            assert box.x1 <= page.x1, artist.get_text()
            assert box.y0 >= page.y0, artist.get_text()
            assert box.y1 <= page.y1, artist.get_text()


@pytest.mark.parametrize("chart", CHARTS)
def test_a_figure_is_the_same_twice_and_holds_its_text_alternative(
    chart, robust: Robustness
) -> None:
    html = chart(robust).html
    assert html == chart(robust).html
    alt = re.search(r'alt="([^"]+)"', html)
    caption = re.search(r"<figcaption>([^<]+)<", html)
    assert alt is not None
    assert caption is not None
    assert len(alt.group(1)) > 60
    for body in (alt.group(1), caption.group(1)):
        body = body.replace("&#39;", "'")
        assert list(check_typography("figure", body, "uncertainty")) == []
    image = re.search(r"base64,([A-Za-z0-9+/=]+)", html)
    assert image is not None
    assert b"<svg" in base64.b64decode(image.group(1))


@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_to_draw_is_said(chart, empty: Robustness) -> None:
    html = chart(empty).html
    assert "<img" not in html
    assert re.search(r"Aucun (besoin|aléa) n’est", html)


def test_the_fan_puts_the_weakest_first_and_says_who_is_undetermined(robust: Robustness) -> None:
    html = uncertainty_blocks.need_fan(robust).html
    rows = re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td><td>([^<]+)</td>', html)
    middles = [int(row[2]) for row in rows]
    assert len(rows) == 18
    assert middles == sorted(middles)
    assert sum(row[1] == "indéterminé" for row in rows) == int(np.isnan(robust.needs.nominal).sum())


# --- sentences


@pytest.mark.parametrize(
    ("share", "word"),
    [(1.0, "solide"), (0.9, "solide"), (0.8999, "probable"), (0.66, "probable"),
     (0.6599, "incertaine"), (0.0, "incertaine")],
)  # fmt: skip
def test_words_of_firmness(share: float, word: str) -> None:
    assert uncertainty_sentences.firmness_word(share) == word


@pytest.mark.parametrize(
    ("share", "draws", "told"),
    [
        (0.924, 2000, "92 %"), (0.9992, 2000, "plus de 99 %"), (0.0004, 2000, "moins de 1 %"),
        (1.0, 2000, "100 %"), (0.0, 2000, "0 %"), (0.4, 100, "environ 40 %"), (1.0, 100, "100 %"),
    ],
)  # fmt: skip
def test_a_share_is_never_more_precise_than_its_draws(share: float, draws: int, told: str) -> None:
    assert uncertainty_sentences.share_words(share, draws=draws).replace("\u00a0", " ") == told


def with_shares(robust: Robustness, first: list[float], conclusion: Conclusion) -> Robustness:
    shares = np.zeros(len(robust.needs.names))
    shares[: len(first)] = first
    return replace(
        robust, draws=2000, needs=replace(robust.needs, first=shares), conclusion=conclusion
    )


def test_firmness_says_need_by_need_then_the_list(known: Robustness) -> None:
    names = known.needs.names
    labels = uncertainty_sentences.labels_of(known)
    conclusion = Conclusion(names[:3], (names[0], names[1], names[3]), 0.4, 0.55)
    told = plain(uncertainty_blocks.firmness(with_shares(known, [0.7, 0.95, 0.2], conclusion)).html)
    lines = [
        f"« {labels[names[1]]} » reste parmi les trois besoins les plus faibles dans 95 % des "
        "tirages : conclusion solide.",
        f"« {labels[names[0]]} » reste parmi les trois besoins les plus faibles dans 70 % des "
        "tirages : conclusion probable.",
        f"« {labels[names[2]]} » reste parmi les trois besoins les plus faibles dans 20 % des "
        "tirages : conclusion incertaine.",
        "La liste entière de ces trois besoins revient telle quelle dans 40 % des tirages : "
        f"incertaine. La plus fréquente est « {labels[names[0]]} », « {labels[names[1]]} » et "
        f"« {labels[names[3]]} » (55 %).",
    ]
    places = [told.find(line) for line in lines]
    assert -1 not in places, told
    assert places == sorted(places)
    same = Conclusion(names[:3], names[:3], 0.93, 0.93)
    told = plain(uncertainty_blocks.firmness(with_shares(known, [1, 1, 1], same)).html)
    assert "93 % des tirages : solide. C’est la liste la plus fréquente." in told


def test_firmness_says_what_moved_and_what_was_left_out(known: Robustness) -> None:
    told = plain(uncertainty_blocks.firmness(known).html)
    assert "refait 600 fois en faisant bouger ensemble les poids des indicateurs (± 25 %)." in told
    assert "Laissés de côté, faute d’être assez connus (11 besoins) : Boire" in told
    assert "Solide : au moins 90 % des tirages ; probable : au moins 66 %" in told
    assert "aléa" not in told.replace("La cotation des aléas", "")


def test_only_what_really_moved_is_told(open_scores: Scores) -> None:
    told = plain(uncertainty_blocks.firmness(tried(open_scores, FACTORS, draws=20)).html)
    assert "jeu de poids" in told
    assert "cotation" not in told
    assert "dépendances" not in told
    still = plain(uncertainty_blocks.firmness(tried(open_scores, (), draws=20)).html)
    assert "sans rien faire bouger" in still
    assert "100 %" in still


def test_firmness_of_hazards(robust: Robustness) -> None:
    first = robust.hazards.names[int(robust.hazards.nominal.argmax())]
    label = robust.scores.catalogue.hazards[first].label
    told = plain(uncertainty_blocks.firmness(replace(robust, first_stays=0.95, draws=2000)).html)
    expected = f"« {label} » reste l’aléa le plus lourd dans 95 % des tirages : conclusion solide."
    assert expected in told
    assert "trois premiers" not in told
    told = plain(uncertainty_blocks.firmness(replace(robust, first_stays=0.3, draws=2000)).html)
    assert "conclusion incertaine. Il est parmi les trois premiers dans" in told


def test_too_little_known_is_said_instead_of_a_conclusion(empty: Robustness) -> None:
    told = plain(uncertainty_blocks.firmness(empty).html)
    assert "0 besoin sur 18 a un score : c’est trop peu pour désigner les trois besoins" in told
    assert "reste" not in told


def test_unsettled_draws_ask_for_more(known: Robustness) -> None:
    values = np.tile([[0.0, 1.0, 2.0, 3.0]], (600, 1))
    values[400:] = values[400:, ::-1]
    moved = ranking(values, names=known.needs.names[:4], nominal=values[0], k=1)
    all_first = np.ones(len(known.needs.names))
    turned = replace(moved, names=known.needs.names, first=all_first, k=3)
    told = plain(uncertainty_blocks.firmness(replace(known, needs=turned)).html)
    assert "en faire davantage avant de conclure" in told
    assert "stables" in plain(
        uncertainty_blocks.firmness(replace(known, needs=replace(
            known.needs, running=np.ones_like(known.needs.running)))).html
    )  # fmt: skip


def test_every_sentence_is_typeset(robust: Robustness, known: Robustness) -> None:
    for one in (robust, known):
        html = uncertainty_blocks.firmness(one).html
        for body in re.findall(r"<(?:p|li)[^>]*>([^<]+)<", html):
            assert list(check_typography("firmness", body, "uncertainty")) == [], body


@pytest.mark.parametrize(
    ("k", "told"), [(1, "le besoin le plus faible"), (2, "les deux besoins les plus faibles")]
)
def test_the_number_of_weakest_needs_is_a_word(k: int, told: str, open_scores: Scores) -> None:
    assert uncertainty_sentences.weakest_words(k) == told
    words = plain(uncertainty_blocks.firmness(tried(open_scores, ("poids",), k=k)).html)
    stays = told if k == 1 else f"parmi {told}"
    assert f"reste {stays} dans" in words
