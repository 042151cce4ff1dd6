# ruff: noqa: T201
"""Time the scoring of every EPCI over the whole catalogue.

Usage, from the root of the project::

    python tests/bench/bench_scoring.py

Two tables, already read: the open data as shipped, and a full synthetic one where every
indicator of every EPCI has a value (numbers and words). Each is set beside a bare numpy weighted
mean of the same size, which is the least any scoring must do. Medians of nine runs.
"""

from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd

import diag360

RUNS = 9
BAR = 0.25  # seconds


def median_time(work):
    work()
    times = []
    for _ in range(RUNS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times)


def bare_mean(territories, indicators, needs):
    """Weighted mean of a dense matrix into needs, with nothing missing and nothing named."""
    generator = np.random.default_rng(360)
    scores = generator.random((territories, indicators))
    weights = generator.uniform(1, 3, indicators)
    inside = (np.arange(indicators)[:, np.newaxis] % needs == np.arange(needs)) * (
        weights[:, np.newaxis]
    )
    total = inside.sum(axis=0)
    return lambda: scores @ inside / total


def full_table(catalogue, territories):
    """A row for every indicator of every territory, in the layout of ``read_values``."""
    generator = np.random.default_rng(125)
    columns = []
    for indicator in catalogue.indicators.values():
        values = np.array([a.value for a in indicator.scale.anchors], dtype=object)
        if indicator.response.choices:
            number = np.full(len(territories), np.nan)
            text = generator.choice(values, len(territories))
        else:
            low, high = values.astype(float).min(), values.astype(float).max()
            number = generator.uniform(low, high, len(territories))
            text = number.astype(str)
        columns.append(
            pd.DataFrame(
                {
                    "territory": territories,
                    "indicator": indicator.id,
                    "value": text,
                    "status": "observe",
                    "number": number,
                }
            )
        )
    table = pd.concat(columns).sort_values("territory", kind="stable", ignore_index=True)
    names = ["territory", "indicator", "value", "status"]
    return table.astype(dict.fromkeys(names, "str"))


def main():
    catalogue = diag360.load_catalogue()
    opened = diag360.read_values(catalogue=catalogue)
    full = full_table(catalogue, opened["territory"].unique())
    needs = len(catalogue.frameworks[catalogue.settings.default_framework].needs)
    for name, values in (("open data", opened), ("full table", full)):
        count = values["territory"].nunique()
        ours = median_time(lambda values=values: diag360.score(values, catalogue=catalogue))
        bare = median_time(bare_mean(count, len(catalogue.indicators), needs))
        verdict = "kept" if ours <= BAR else "BROKEN"
        print(f"{name}: {count} territories, {len(values)} rows")
        print(f"  score()             {ours * 1e3:8.1f} ms   bar {BAR * 1e3:.0f} ms: {verdict}")
        print(f"  bare weighted mean  {bare * 1e3:8.3f} ms   ratio {ours / bare:.0f}")


if __name__ == "__main__":
    main()
