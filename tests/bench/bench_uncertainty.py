# ruff: noqa: T201
"""Time the uncertainty of every EPCI over the whole catalogue, and of one territory with cascades.

Usage, from the root of the project::

    python tests/bench/bench_uncertainty.py

All territories: 10,000 draws of the weights, every indicator asked for, about 30 % of the values
missing. Set beside the two matrix products no method can do without, of the same size and in the
same run: for every need, draws x its indicators times its indicators x territories, once for the
numerators and once for the denominators. They are timed as numpy gives them (``@``, a new array
each, which is how a user would write them; the bar is set on these, in single precision, the one
our scores are worked out in), and written in arrays used again, which spares the cost of memory
and is the hardest to be set beside. The plain pair, for scale only, multiplies the whole set of
indicators as if there were one need: 18 times fewer results. Runs of ours and of the products
alternate; medians are compared, the shortest run and the least time of processor, all threads
together, are shown beside. The products use every thread of the linear
algebra library, or one when OPENBLAS_NUM_THREADS=1. Memory is the peak of a process of its own.

One territory: the example one as shipped, 10,000 draws of every assumption, cascades included.
"""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
import pandas as pd

import diag360
from diag360.challenge.assumptions import FACTORS, Assumptions
from diag360.challenge.robustness import robustness
from diag360.challenge.uncertainty import uncertainty
from diag360.scoring.aggregate import aggregate
from diag360.scoring.profile import Profile
from diag360.scoring.scores import Scores

RUNS = 9
DRAWS = 10_000
TERRITORIES = 1255
RATIO, MEMORY, SECONDS = 3.0, 1.0, 3.0  # bars: ratio, gigabytes, seconds
EXAMPLE = "200065928"


def synthetic() -> Scores:
    """Drawn scores of every indicator for every EPCI, 30 % missing, set in the shipped scores."""
    catalogue = diag360.load_catalogue()
    shipped = diag360.score(
        diag360.read_values(catalogue=catalogue), catalogue=catalogue, tier="expert"
    )
    generator = np.random.default_rng(360)
    drawn = generator.random(shipped.indicator_scores.shape)
    drawn[generator.random(drawn.shape) < 0.3] = np.nan
    frame = shipped.indicator_scores
    assert len(frame) == TERRITORIES
    all_apply = pd.DataFrame(True, index=frame.index, columns=frame.columns)
    names = pd.Index([need.id for need in shipped.framework.needs], name="need")
    found = aggregate(
        drawn, weights=shipped.weights.to_numpy(), applicable=all_apply.to_numpy(),
        groups=shipped.need_of.to_numpy()[:, np.newaxis] == names.to_numpy(),
    )  # fmt: skip
    parts = {
        part: pd.DataFrame(getattr(found, part), index=frame.index, columns=names)
        for part in ("score", "low", "high", "coverage", "arithmetic")
    }
    return replace(
        shipped,
        indicator_scores=pd.DataFrame(drawn, index=frame.index, columns=frame.columns),
        applicable=all_apply,
        needs=Profile(**parts, floor=shipped.needs.floor),
    )


def timed(work) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def bare_products(scores: Scores, kind: type, *, again: bool = False):
    """Numerators and denominators of every need, and nothing else."""
    generator = np.random.default_rng(0)
    values = scores.indicator_scores.to_numpy()
    filled, known = np.nan_to_num(values).T.astype(kind), (~np.isnan(values)).T.astype(kind)
    blocks = []
    for need in scores.framework.needs:
        at = np.flatnonzero((scores.need_of == need.id) & (scores.weights > 0))
        weights = generator.random((DRAWS, len(at))).astype(kind)
        blocks.append((weights, np.ascontiguousarray(filled[at]), np.ascontiguousarray(known[at])))
    top = np.empty((DRAWS, len(values)), dtype=kind)
    bottom = np.empty_like(top)

    def work():
        for weights, filled_here, known_here in blocks:
            np.matmul(weights, filled_here, out=top)
            np.matmul(weights, known_here, out=bottom)

    def plainly():
        for weights, filled_here, known_here in blocks:
            weights @ filled_here
            weights @ known_here

    return work if again else plainly


def plain_pair(scores: Scores, kind: type):
    values = scores.indicator_scores.to_numpy()
    filled, known = np.nan_to_num(values).T.astype(kind), (~np.isnan(values)).T.astype(kind)
    weights = np.random.default_rng(0).random((DRAWS, len(filled))).astype(kind)
    top = np.empty((DRAWS, len(values)), dtype=kind)
    bottom = np.empty_like(top)

    def work():
        np.matmul(weights, np.ascontiguousarray(filled), out=top)
        np.matmul(weights, np.ascontiguousarray(known), out=bottom)

    return work


def ours(scores: Scores, *, rank_needs: bool = False):
    return lambda: uncertainty(
        scores, assumptions=Assumptions(moving=("poids",)), draws=DRAWS,
        generator=np.random.default_rng(1), jobs=2, rank_needs=rank_needs,
    )  # fmt: skip


def peak() -> float:
    """Gigabytes; not what ``getrusage`` tells, which a child process inherits."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 2**20


def memory() -> None:
    """Peak of a process that does nothing but ours."""
    scores = synthetic()
    before = peak()
    ours(scores)()
    after = peak()
    ours(scores, rank_needs=True)()
    print(f"{before:.2f} {after:.2f} {peak():.2f}")


def verdict(kept: bool) -> str:
    return "kept" if kept else "BROKEN"


def main() -> None:
    scores = synthetic()
    missing = scores.indicator_scores.isna().to_numpy().mean()
    print(f"{DRAWS} draws x {len(scores.indicator_scores)} territories x "
          f"{(scores.weights > 0).sum()} weighed indicators, {missing:.0%} missing, "
          f"{scores.determined.to_numpy().mean():.0%} of the scores determined")  # fmt: skip
    works = {
        "ours: scores, weakest needs, rank intervals": ours(scores),
        "two products by need, single precision": bare_products(scores, np.float32),
        "two products by need, double precision": bare_products(scores, np.float64),
        "the same in single, arrays used again": bare_products(scores, np.float32, again=True),
        "the same in double, arrays used again": bare_products(scores, np.float64, again=True),
        "plain pair, single precision": plain_pair(scores, np.float32),
        "plain pair, double precision": plain_pair(scores, np.float64),
        "ours, rank intervals need by need besides": ours(scores, rank_needs=True),
    }
    times = {name: [] for name in works}
    spent = {name: [] for name in works}
    for _ in range(RUNS + 1):
        for name, work in works.items():
            before = process_time()
            times[name].append(timed(work))
            spent[name].append(process_time() - before)
    found = {name: median(all_times[1:]) for name, all_times in times.items()}
    best = {name: min(all_times[1:]) for name, all_times in times.items()}
    least = {name: min(all_times[1:]) for name, all_times in spent.items()}
    mine = found["ours: scores, weakest needs, rank intervals"]
    for name, seconds in found.items():
        print(f"  {name:44s} {seconds:7.2f} s   ours is {mine / seconds:5.2f} x that"
              f"   (shortest {best[name]:.2f} s; processor {least[name]:.2f} s)")  # fmt: skip
    ratio = mine / found["two products by need, single precision"]
    print(f"  bar: {RATIO:.0f} x the products by need in our precision: {verdict(ratio <= RATIO)}")
    numbers = subprocess.run(
        [sys.executable, __file__, "memory"], capture_output=True, text=True, check=True
    ).stdout.split()
    before, after, all_ranks = map(float, numbers)
    print(f"  peak memory {after:.2f} GB ({before:.2f} before, {all_ranks:.2f} with ranks of needs)"
          f"   bar {MEMORY:.0f} GB: {verdict(max(after, all_ranks) < MEMORY)}")  # fmt: skip
    one_territory()


def one_territory() -> None:
    catalogue = diag360.load_catalogue()
    place = diag360.find_place(EXAMPLE)
    values = diag360.read_values(catalogue=catalogue)
    scores = diag360.score(values[values["territory"] == place.siren], catalogue=catalogue)
    ratings = diag360.prepare_ratings(place=place, catalogue=catalogue)
    crossed = diag360.cross(scores, ratings=ratings)
    times = [
        timed(
            lambda: robustness(
                scores, territory=place.siren, assumptions=Assumptions(moving=FACTORS),
                generator=np.random.default_rng(2), found=crossed, draws=DRAWS, jobs=2,
            )
        )
        for _ in range(RUNS + 1)
    ]  # fmt: skip
    seconds = median(times[1:])
    print(f"one territory, every assumption, {len(crossed.rated(place.siren))} hazards with "
          f"cascades, {DRAWS} draws: {seconds:.2f} s   bar {SECONDS:.0f} s: "
          f"{verdict(seconds < SECONDS)}")  # fmt: skip


if __name__ == "__main__":
    memory() if sys.argv[1:] == ["memory"] else main()
