import threading

import pytest

from diag360.challenge.draws.blocks import run_blocks


@pytest.mark.parametrize("jobs", [0, 1, 2])
def test_blocks_come_in_order_and_one_job_starts_no_thread(jobs: int) -> None:
    seen, told = set(), []

    def work(number: int) -> int:
        seen.add(threading.current_thread())
        return number**2

    made = run_blocks(
        work, count=5, together=2, jobs=jobs, progress=lambda *done: told.append(done)
    )
    assert list(made) == [0, 1, 4, 9, 16]
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert (seen == {threading.main_thread()}) is (jobs < 2)


def test_an_error_in_a_block_is_raised_where_it_is_asked_for() -> None:
    made = run_blocks(lambda number: 1 // (1 - number), count=3, together=1)
    assert next(made) == 1
    with pytest.raises(ZeroDivisionError):
        next(made)
