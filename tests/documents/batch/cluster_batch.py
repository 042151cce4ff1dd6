"""A batch made on a Dask cluster by a process of its own: what Dask leaves running stays there.

``python cluster_batch.py FOLDER NUMBER SECONDS ADDRESS [fake|real|told] [VALUES]``
"""

import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from cluster_makes import tell, told_make
from fake_batch import fake_make, fake_tasks, real_tasks

from diag360.documents.batch.cluster.connection import check_cluster
from diag360.documents.batch.cluster.host import Maker
from diag360.documents.batch.cluster.orders import order_of
from diag360.documents.batch.cluster.runner import cluster_runner, put_in_place
from diag360.documents.batch.running.limits import Limits
from diag360.documents.batch.running.progress import Follow
from diag360.documents.batch.running.run import Ran, Runner, local_runner, run_batch
from diag360.documents.batch.running.stopping import Stopping
from diag360.documents.batch.running.work import Job
from diag360.documents.batch.words import tell_run
from diag360.documents.engine.calls import Call, Outcome
from diag360.errors import Refusal


def blind_runner(limits: Limits, *, hidden: Path) -> Runner:
    """Do calls as a machine would that has no file of the caller."""

    def run(calls: Iterator[Call], stop: Callable[[], bool]) -> Iterator[Outcome]:
        aside = hidden.with_name("ailleurs")
        with tempfile.TemporaryDirectory() as folder:
            maker = Maker(Path(folder))
            for call in calls:
                assert isinstance(call.work, Job)
                order = pickle.loads(pickle.dumps(order_of(call.work, limits=limits)))
                hidden.rename(aside)
                parcel = pickle.loads(pickle.dumps(maker.make(order)))
                aside.rename(hidden)
                assert not parcel.unfit, parcel.unfit
                yield put_in_place(parcel, call)

    return run


def main(folder: str, number: str, seconds: str, address: str, *rest: str) -> int:
    kind, values = [*rest, *["fake", ""][len(rest) :]]
    output, lines = Path(folder), []
    tasks = real_tasks(int(number)) if kind == "real" else fake_tasks(int(number))
    how = {
        "fake": {"make": partial(fake_make, seconds=float(seconds))},
        "told": {"make": told_make},
    }
    if values:
        tasks = [replace(one, options=(("values", values),)) for one in tasks]
    limits = Limits(jobs=2)
    follow = Follow(len(tasks), stream=sys.stdout)
    with Stopping(lambda: tell("arrêt demandé")) as stop:

        def started(todo: object) -> Follow:
            tell("parti")
            return follow

        def finish(ran: Ran) -> None:
            lines.extend(tell_run(ran, output=output))

        try:
            if address == "aveugle":
                runner = blind_runner(limits, hidden=Path(values))
            elif address == "ici":
                runner = local_runner(limits)
            else:
                check_cluster(address)
                runner = cluster_runner(address, limits=limits, say=tell)
            ran = run_batch(
                tasks, output=output, limits=limits, stop=stop, follow=started, finish=finish,
                runner=runner, **how.get(kind, {}),
            )  # fmt: skip
        except Refusal as refusal:
            tell(refusal)
            return 2
    tell("\n".join(lines))
    return 130 if ran.stopped else 1 if ran.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
