"""Time of reading the catalogue; run by hand: ``python tests/bench/bench_catalogue.py``."""

import statistics
import sys
import time

from diag360.catalogue.load import load_catalogue

RUNS = 9
BAR = 0.3  # [s]


def main() -> int:
    """Print the median time and the bar; 1 when the bar is passed."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        catalogue = load_catalogue()
        times.append(time.perf_counter() - start)
    median = statistics.median(times)
    sys.stdout.write(
        f"load_catalogue, {len(catalogue.indicators)} indicators: median {median:.3f} s of "
        f"{RUNS} runs ({min(times):.3f} to {max(times):.3f}), bar {BAR} s: "
        f"{'ok' if median <= BAR else 'TOO SLOW'}\n"
    )
    return int(median > BAR)


if __name__ == "__main__":
    sys.exit(main())
