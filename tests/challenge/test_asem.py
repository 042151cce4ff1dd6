"""The ASEM index, 51 countries × 49 indicators over four levels: see the README beside it."""

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from diag360.challenge.sobol import sobol_indices
from diag360.paths import data_dir
from diag360.scoring.aggregate import aggregate

FOLDER = data_dir().parent.parent / "shared" / "reference" / "asem"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason="tables ASEM absentes (../shared/reference/asem)"
    ),
]
LEVELS = ("IndCode", "Agg1", "Agg2", "Agg3")


@pytest.fixture(scope="module")
def expected():
    return json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def structure():
    return pd.read_csv(FOLDER / "structure.csv")


@pytest.fixture(scope="module")
def weights():
    table = pd.read_csv(FOLDER / "weights.csv")
    return {
        (int(level), code): float(weight) for level, code, weight in table.itertuples(index=False)
    }


@pytest.fixture(scope="module")
def stored():
    return pd.read_csv(FOLDER / "aggregated.csv", index_col="UnitCode")


@pytest.fixture(scope="module")
def runs():
    """Output of the 600 runs: mean shift of the ranks of the 51 countries."""
    scores = pd.read_csv(FOLDER / "sobol_scores.csv", index_col=0)
    nominal = pd.read_csv(FOLDER / "sobol_nominal.csv", index_col=0)
    ranks = scores.drop(columns="Nominal").rank(ascending=False, method="min")
    shift = ranks.sub(nominal["Rank"], axis=0).abs().mean().to_numpy()
    assert shift.shape == (600,)
    return shift[:100], shift[100:200], shift[200:].reshape(4, 100)


def test_weighted_means_over_four_levels_give_every_stored_aggregate(structure, weights, stored):
    table = pd.read_csv(FOLDER / "normalised.csv", index_col="UnitCode")
    checked = 0
    for level, (lower, upper) in enumerate(pairwise(LEVELS), start=1):
        pairs = structure[[lower, upper]].drop_duplicates()
        codes, groups = list(pairs[lower]), list(dict.fromkeys(pairs[upper]))
        # Scores are in [0, 100] there and in [0, 1] here.
        found = aggregate(
            table[codes].to_numpy() / 100,
            weights=np.array([weights[level, code] for code in codes]),
            groups=np.equal.outer(pairs[upper].to_numpy(), np.array(groups)),
            applicable=np.ones((len(table), len(codes)), dtype=bool),
        )
        np.testing.assert_allclose(100 * found.score, stored[groups], rtol=0, atol=1e-7)
        # The next level starts from what was found here, not from what was stored.
        table = pd.DataFrame(100 * found.score, index=table.index, columns=groups)
        checked += found.score.size
    assert checked == 51 * (8 + 2 + 1)


def test_the_printed_harmonic_means_to_their_printed_digits(expected):
    """Inputs are known to three digits, as printed beside them (COINr, docs/articles/aggregate).

    They are raw values scaled to [1, 100]; the table here is treated and divided, so that it holds
    two of the four columns alone. A mean grows with each input: between all inputs rounded down
    and all rounded up lies what was printed.
    """
    printed = next(v for key, v in expected.items() if key.startswith("hmean_"))["values"]
    inputs = np.array([
        [94.1, 14.2, 1.0, 29.4],
        [94.6, 15.6, 97.2, 40.0],
        [35.0, 4.89, 38.0, 15.6],
        [51.2, 4.90, 59.2, 34.3],
        [43.7, 4.66, 55.7, 1.0],
    ])  # fmt: skip
    table = pd.read_csv(FOLDER / "normalised.csv", index_col="UnitCode")
    shown = 1 + 0.99 * table[["LPI", "Ship"]].to_numpy()[:5]
    np.testing.assert_allclose(inputs[:, [0, 2]], shown, rtol=0, atol=0.05)
    half = np.where(inputs == 1.0, 0.0, np.where(inputs < 10, 0.005, 0.05))
    inputs[:, [0, 2]], half[:, [0, 2]] = shown, 0.0

    def harmonic(values):
        return 100 * aggregate(
            values / 100,
            weights=np.array([1.0, 1.0, 2.0, 1.0]),
            groups=np.ones((4, 1), dtype=bool),
            applicable=np.ones(values.shape, dtype=bool),
            kind="power",
            exponent=-1.0,
        ).score[:, 0]  # fmt: skip

    low, middle, high = (harmonic(inputs + side * half) for side in (-1, 0, 1))
    digits = np.where(np.array(printed) < 10, 0.005, 0.05)
    assert (low <= printed + digits).all()
    assert (high >= printed - digits).all()
    np.testing.assert_allclose(middle, printed, rtol=3e-3)
    assert (high - low < 0.006 * middle).all()


def test_centred_indices_of_the_stored_runs_are_those_of_salib(expected, runs):
    a, b, ab = runs
    found = sobol_indices(a, b=b, ab=ab)
    told = expected["sobol_N100_d4"]
    for array, key in ((found.first, "S1_SALib_centred_same_y"), (found.total, "ST_SALib_same_y")):
        np.testing.assert_allclose(array, list(told[key].values()), rtol=0, atol=1e-12)


def test_uncentred_indices_on_request_are_those_that_were_stored(expected, runs):
    a, b, ab = runs
    found = sobol_indices(a, b=b, ab=ab, centred=False)
    told = expected["sobol_N100_d4"]
    np.testing.assert_allclose(found.first, list(told["Si_uncentred"].values()), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.total, list(told["STi"].values()), rtol=0, atol=1e-12)
    # What is wrong with them: a first index above the total one.
    weights = list(told["STi"]).index("Weights")
    assert found.first[weights] > found.total[weights]
    right = sobol_indices(a, b=b, ab=ab)
    assert right.first[weights] < right.total[weights]
