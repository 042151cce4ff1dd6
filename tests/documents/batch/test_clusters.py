"""Groups of profiles: found when they are there, not invented when they are not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform

from diag360.documents.batch.results.clusters import adjusted_rand, find_clusters, silhouette

CENTRES = np.array([[0.2, 0.2, 0.2, 0.2], [0.5, 0.5, 0.5, 0.5], [0.8, 0.2, 0.8, 0.2]])
SIZES = (40, 35, 25)


def planted(seed: int = 0, *, spread: float = 0.05) -> tuple[pd.DataFrame, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = np.repeat(range(3), SIZES)
    points = CENTRES[truth] + draw.normal(0, spread, (sum(SIZES), 4))
    index = [f"{at:09d}" for at in range(len(truth))]
    return pd.DataFrame(np.clip(points, 0, 1), index=index, columns=list("abcd")), truth


def test_groups_that_are_there_are_found_and_found_again() -> None:
    scores, truth = planted()
    found = find_clusters(scores, generator=np.random.default_rng(1))
    assert found is not None
    assert found.clear
    assert found.silhouettes.idxmax() == 3 == len(found.centres)
    assert found.labels.tolist() == truth.tolist()  # the largest first
    assert found.stability == pytest.approx(1.0)
    assert found.centres.loc[2, "a"] > 1 > -0.5 > found.centres.loc[2, "b"]


def test_noise_has_no_clear_group() -> None:
    draw = np.random.default_rng(4)
    noise = pd.DataFrame(draw.uniform(size=(300, 6)), columns=list("abcdef"))
    found = find_clusters(noise, generator=np.random.default_rng(1))
    assert found is not None
    assert not found.clear
    assert found.stability < 0.5


@pytest.mark.parametrize("shape", ["normal", "together", "box", "skewed"])
@pytest.mark.parametrize(("size", "width"), [(25, 2), (25, 3), (40, 2)])
def test_a_small_cloud_of_one_piece_has_no_clear_groups(size: int, width: int, shape: str) -> None:
    draw = np.random.default_rng(5)
    clear = 0
    for _ in range(8):
        points = {
            "normal": draw.normal(0.5, 0.1, (size, width)),
            "together": draw.normal(0.5, 0.1, (size, 1)) + draw.normal(0, 0.05, (size, width)),
            "box": draw.uniform(size=(size, width)),
            "skewed": np.clip(draw.lognormal(-2, 0.8, (size, width)), 0, 1),
        }[shape]
        found = find_clusters(pd.DataFrame(points), generator=draw, draws=10)
        clear += found is not None and found.clear
    # Without clouds to compare with, six in ten of them had « groupes nets ».
    assert clear <= 2


def test_few_territories_in_groups_that_are_there_are_still_found() -> None:
    draw = np.random.default_rng(2)
    truth = np.arange(24) % 3
    points = pd.DataFrame(CENTRES[truth] + draw.normal(0, 0.08, (24, 4)))
    found = find_clusters(points, generator=draw)
    assert found is not None
    assert found.clear
    assert adjusted_rand(found.labels.to_numpy(), truth) == 1.0


def test_the_generator_decides_and_the_caller_gives_it() -> None:
    scores, _ = planted(spread=0.25)
    first, same, other = (
        find_clusters(scores, generator=np.random.default_rng(seed), draws=5) for seed in (1, 1, 2)
    )
    assert first is not None
    assert same is not None
    assert other is not None
    assert first.stability == same.stability != other.stability
    pd.testing.assert_series_equal(first.labels, other.labels)


def test_few_territories_or_few_needs_have_no_groups() -> None:
    scores, _ = planted()
    generator = np.random.default_rng(0)
    assert find_clusters(scores.iloc[:19], generator=generator) is None
    assert find_clusters(scores[["a"]], generator=generator) is None
    assert find_clusters(scores.assign(b=np.nan, c=np.nan, d=0.4), generator=generator) is None


def test_a_need_few_know_is_left_out_and_so_is_a_territory_that_lacks_one() -> None:
    scores, _ = planted()
    scores["e"] = np.where(np.arange(100) % 2, 0.5, np.nan)
    scores.iloc[3, 0] = np.nan
    found = find_clusters(scores, generator=np.random.default_rng(1))
    assert found is not None
    assert found.kept == ("a", "b", "c", "d")
    assert scores.index[3] not in found.labels.index
    assert len(found.labels) == 99


def test_a_handful_of_oddities_is_not_a_group() -> None:
    draw = np.random.default_rng(0)
    points = np.concatenate([draw.normal(0.5, 0.02, (98, 3)), np.full((2, 3), 0.99)])
    found = find_clusters(pd.DataFrame(points, columns=list("abc")), generator=draw)
    assert found is None or found.labels.value_counts().min() >= 5
    # Of twenty, five per cent is one territory.
    few = np.concatenate([draw.normal(0.5, 0.02, (18, 3)), np.full((2, 3), 0.99)])
    found = find_clusters(pd.DataFrame(few, columns=list("abc")), generator=draw)
    assert found is None or found.labels.value_counts().min() >= 4


def test_silhouette_of_points_on_a_line() -> None:
    distances = squareform(pdist(np.array([[0.0], [1.0], [10.0], [12.0]])))
    # By hand: a = 1, 1, 2, 2; b = 11, 10, 9.5, 11.5.
    by_hand = np.mean([10 / 11, 9 / 10, 7.5 / 9.5, 9.5 / 11.5])
    assert silhouette(distances, labels=np.array([1, 1, 2, 2])) == pytest.approx(by_hand)
    alone = silhouette(distances, labels=np.array([1, 1, 1, 2]))
    assert alone < by_hand


def test_adjusted_rand_of_known_groupings() -> None:
    one = np.array([0, 0, 0, 1, 1, 1])
    assert adjusted_rand(one, np.array([5, 5, 5, 2, 2, 2])) == 1.0
    # Hubert & Arabie: index 2, expected 1.2, most 4.5 by hand for this pair.
    other = np.array([0, 0, 1, 1, 2, 2])
    assert adjusted_rand(one, other) == pytest.approx((2 - 1.2) / (4.5 - 1.2))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=40))
def test_adjusted_rand_is_symmetric_and_blind_to_names(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.array(column) for column in zip(*pairs, strict=True))
    found = adjusted_rand(one, other)
    assert found <= 1.0 + 1e-12
    assert found == pytest.approx(adjusted_rand(other, one))
    assert found == pytest.approx(adjusted_rand((one + 7) * 3, 9 - other))
