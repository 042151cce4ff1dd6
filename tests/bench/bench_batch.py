# ruff: noqa: T201
"""Time the documents of many territories, in every way there is to run the same notebook.

Usage, from the root of the project::

    python tests/bench/bench_batch.py [TERRITORIES]
    python tests/bench/bench_batch.py --france [FOLDER]

The first form runs the diagnostic of 24 territories (4 for the shell loop), with its page, in
eight ways, by three turns so that a machine that drifts drifts for all of them. Kernels started
the ordinary way are slow: those two ways make a third of their territories at each turn, the
others all of them, three times over:

- shell: the commands ``papermill`` then ``jupyter nbconvert``, one territory after the other;
- api: papermill's Python functions and nbconvert's, in one process, a kernel for each notebook;
- engine 1, engine 2: the same functions with our engine, each notebook in a fork of a process
  that has loaded everything, one or two at a time;
- document 2: what ``diag360 batch`` makes two at a time with that engine: values checked before,
  notes of experts looked for, rows for the tables of the batch, both files put in place;
- floor 1, floor 2: the same cells, figures and page by plain Python in one or two processes that
  have loaded everything: no notebook is run;
- forked 2: that floor again, each document in a process forked for it: what it costs that
  documents share nothing, when no notebook is run.

Each way is a process of its own, which loads what it needs before the clock starts, but for the
shell. Seconds are those of the clock, then of the processors, children included.

The second form makes the 1,255 flash diagnostics in one run of ``diag360 batch``, in a folder of
its own or in FOLDER, and looks twice a second at the memory of all its processes: proportional
(Pss), so that a page that several of them share is counted once.
"""

import ast
import json
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import mean
from tempfile import TemporaryDirectory

COUNT, TURNS, SHELL = 24, 3, 4
AGAINST_SHELL, AGAINST_FLOOR = 8.0, 1.25  # bars
MINUTES, MEMORY, CPU = 10, 1500, 0.8  # bars of France: minutes, MB, and s a document
NAME = "30_diagnostic"
TIER = "flash"
SLOW = ("shell", "api")
WAYS = ("shell", "api", "engine 1", "engine 2", "document 2", "floor 1", "floor 2", "forked 2")


def territories(count=COUNT):
    """As many as asked, spread over all in the order of their codes."""
    from diag360.territories.perimeter import load_epci

    codes = sorted(map(str, load_epci().index))
    return [codes[(at * len(codes)) // count] for at in range(count)]


def spent():
    """Processor seconds of this process and of those that it has waited for."""
    used = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


# One document, each way. All write a page and, but for the floor, an executed notebook.


def by_shell(code, folder):
    from diag360.paths import notebooks_dir, templates_dir

    tools, made = Path(sys.executable).parent, folder / f"{code}.ipynb"
    run = partial(subprocess.run, check=True, capture_output=True)
    given = ("-r", "territory", code, "-r", "tier", TIER)
    run([tools / "papermill", notebooks_dir() / f"{NAME}.ipynb", made, *given])
    where = f"--TemplateExporter.extra_template_basedirs={templates_dir() / 'nbconvert'}"
    run([tools / "jupyter", "nbconvert", "--to", "html", "--template", "diag360", where, made])


def by_papermill(code, folder, *, engine=None):
    import nbformat
    import papermill

    from diag360.documents.render import render_html
    from diag360.paths import notebooks_dir

    kept = folder / f"{code}.ipynb"
    made = papermill.execute_notebook(
        notebooks_dir() / f"{NAME}.ipynb",
        None if engine else kept,  # ours writes it once; papermill twice a cell
        parameters={"territory": code, "tier": TIER},
        engine_name=engine,
        progress_bar=False,
        log_output=False,
        **({} if engine else {"extra_arguments": ["--log-level=ERROR"]}),
    )
    if engine:
        nbformat.write(made, kept)
    (folder / f"{code}.html").write_text(render_html(made, title=code), encoding="utf-8")


def by_engine(code, folder):
    from papermill.engines import papermill_engines

    from diag360.documents.engine.papermill_engine import NAME as ENGINE
    from diag360.documents.engine.papermill_engine import Diag360Engine

    papermill_engines.register(ENGINE, Diag360Engine)
    by_papermill(code, folder, engine=ENGINE)


def by_batch(code, folder):
    from diag360.documents.batch.running.work import make_one
    from diag360.documents.batch.task import Task

    task = Task(code, code, code, "diagnostic", (("tier", TIER),), ("html", "ipynb"), None)
    make_one(task, output=folder, engine="fourche")


def by_hand(code, folder):
    """The floor: cells run by Python, their last expression shown, the same page made."""
    from nbformat.v4 import new_output

    from diag360.documents.render import render_html

    notebook, cells = template()
    names = {"__name__": "__main__"}
    for cell, (body, last) in zip(notebook.cells, cells, strict=True):
        if cell.cell_type == "code":
            exec(body, names)
            if cell.id == "parametres":
                names.update(territory=code, tier=TIER)
            value = eval(last, names) if last else None
            cell.outputs = []
            if value is not None:
                data = {"text/plain": repr(value)}
                if hasattr(value, "_repr_html_"):
                    data["text/html"] = value._repr_html_()
                cell.outputs.append(new_output("execute_result", data, execution_count=1))
    (folder / f"{code}.html").write_text(render_html(notebook, title=code), encoding="utf-8")


def template():
    """The notebook afresh, and its cells compiled: all but the last expression, then it."""
    import nbformat

    from diag360.paths import notebooks_dir

    text = (notebooks_dir() / f"{NAME}.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    cells = []
    for cell in notebook.cells:
        tree = ast.parse(cell.source if cell.cell_type == "code" else "")
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        ended = last and compile(ast.Expression(last.value), cell.id, "eval")
        cells.append((compile(tree, cell.id, "exec"), ended))
    return notebook, cells


# A way is a process that is given codes, and answers with what they took.


def one_by_one(make, codes, folder):
    for code in codes:
        make(code, folder)


def forked(make, codes, folder, *, jobs):
    """Each document in a process forked for it."""
    from diag360.documents.engine.pool import Call, run_forked

    calls = [Call(code, partial(make, code, folder)) for code in codes]
    failed = [one.error for one in run_forked(calls, jobs=jobs, timeout=300) if one.error]
    if failed:
        raise SystemExit(failed[0].traceback)


def forked_each(make, codes, folder, *, jobs):
    """The same, in a process that does nothing else after."""
    # A worker that stays takes calls that can be written to it: a function without a name cannot.
    forked(lambda code, folder: make(code, folder), codes, folder, jobs=jobs)


def in_halves(make, codes, folder):
    """Two processes, each with half of the documents."""
    from diag360.documents.engine.pool import Call, run_forked

    halves = [partial(one_by_one, make, codes[at::2], folder) for at in (0, 1)]
    calls = [Call(str(at), half) for at, half in enumerate(halves)]
    failed = [one.error for one in run_forked(calls, jobs=2, timeout=600) if one.error]
    if failed:
        raise SystemExit(failed[0].traceback)


def serve(way):
    """Load what a way needs, then time the codes that come, line by line."""
    run = {
        "shell": partial(one_by_one, by_shell),
        "api": partial(one_by_one, by_papermill),
        "engine 1": partial(forked, by_engine, jobs=1),
        "engine 2": partial(forked, by_engine, jobs=2),
        "document 2": partial(forked, by_batch, jobs=2),
        "floor 1": partial(one_by_one, by_hand),
        "floor 2": partial(in_halves, by_hand),
        "forked 2": partial(forked_each, by_hand, jobs=2),
    }[way]
    with TemporaryDirectory() as aside:
        folder = Path(aside)
        if way == "api":
            by_papermill(territories()[0], folder)
        elif way != "shell":
            from diag360.documents.engine.warm import warm

            warm()
            if way in ("floor 1", "floor 2", "forked 2"):
                by_hand(territories()[0], folder)
        print("ready", flush=True)
        for line in sys.stdin:
            codes = json.loads(line)
            clock, used = time.perf_counter(), spent()
            run(codes, folder)
            times = (time.perf_counter() - clock, spent() - used)
            missing = [one for one in codes if not any(folder.rglob(f"*{one}*"))]
            print(json.dumps([*times, missing]), flush=True)


def compare(count):
    """Run every way by turns, and set them side by side."""
    codes, times = territories(count), {way: [] for way in WAYS}
    here = [sys.executable, __file__, "--serve"]
    served = {
        way: subprocess.Popen(
            [*here, way], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for way in WAYS
    }
    for one in served.values():
        if one.stdout.readline() != "ready\n":
            raise SystemExit("a way could not start")
    for turn in range(TURNS):
        for way in (*WAYS[turn:], *WAYS[:turn]):  # no way always comes after the same one
            asked = codes[turn::TURNS] if way in SLOW else codes
            if way == "shell":
                asked = asked[: min(-(-SHELL // TURNS), SHELL - len(times[way]))]
            if asked:
                print(json.dumps(asked), file=served[way].stdin, flush=True)
                clock, used, missing = json.loads(served[way].stdout.readline() or "[0, 0, [1]]")
                if missing:
                    raise SystemExit(f"{way}: no document of {missing}")
                times[way] += [(clock / len(asked), used / len(asked))] * len(asked)
                print(f"{way}: {clock:.1f} s for {len(asked)}", file=sys.stderr)
    for one in served.values():
        one.communicate()
    seconds = {way: mean(clock for clock, _ in took) for way, took in times.items()}
    print(
        f"{'way':12} {'documents':>9} {'s each':>8} {'CPU s':>8} {'by shell':>9} {'of floor 2':>11}"
    )
    for way, took in times.items():
        used = mean(one for _, one in took)
        print(
            f"{way:12} {len(took):9d} {seconds[way]:8.3f} {used:8.3f} "
            f"{seconds['shell'] / seconds[way]:8.1f}x {seconds[way] / seconds['floor 2']:10.2f}x"
        )
    faster, slower = (seconds[a] / seconds[b] for a, b in (("shell", "engine 2"),
                                                           ("engine 2", "floor 2")))  # fmt: skip
    print(f"engine 2 is {faster:.1f} times the shell loop (bar ≥ {AGAINST_SHELL:g})")
    print(
        f"engine 2 takes {slower:.2f} times floor 2 (bar ≤ {AGAINST_FLOOR:g}), "
        f"of which {seconds['forked 2'] / seconds['floor 2']:.2f} without any notebook, "
        "for a process each"
    )
    return faster >= AGAINST_SHELL and slower <= AGAINST_FLOOR


def family(process):
    """A process and all that descend from it."""
    yield process
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family(int(child))


def memory(process):
    """Proportional memory of a process and of its descendants [MB], and how many they are."""
    sizes = []
    for one in family(process):
        with suppress(OSError):  # it has ended meanwhile
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            sizes += [int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")]
    return sum(sizes), len(sizes)


def france(folder):
    """Make every document of France, and say what it took."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest, output = folder / "france.yaml", folder / "lot"
    shutil.rmtree(output, ignore_errors=True)
    manifest.write_text(
        f"territories: all\ndocuments: [diagnostic]\ntier: {TIER}\nformats: [html]\n",
        encoding="utf-8",
    )
    command = [Path(sys.executable).parent / "diag360", "batch", manifest]
    start, used = time.perf_counter(), spent()
    with (folder / "batch.log").open("w", encoding="utf-8") as log:
        given = [*command, "--output", output, "--jobs", "2"]
        run = subprocess.Popen(given, stdout=log, stderr=subprocess.STDOUT)
        peak, several = 0.0, 0
        while run.poll() is None:
            now, processes = memory(run.pid)
            peak, several = max(peak, now), max(several, processes)
            time.sleep(0.5)
    seconds, used = time.perf_counter() - start, spent() - used
    told = json.loads((output / "run.json").read_text(encoding="utf-8"))
    counts = told["counts"]
    made = counts["made"]
    pages = sum(1 for _ in output.glob("*/diagnostic.html"))
    print(
        f"{made} documents made, {pages} pages, {counts['failed']} failures, code {run.returncode}"
    )
    print(f"{seconds / 60:.1f} minutes ({seconds / made:.3f} s each), bar < {MINUTES}")
    print(f"{used / made:.3f} CPU s a document, tables and synthesis included, aim ≤ {CPU}")
    print(f"peak of {peak:.0f} MB (Pss) over {several} processes, bar < {MEMORY}")
    return not counts["failed"] and pages == made and seconds < 60 * MINUTES and peak < MEMORY


def main(words):
    if words[:1] == ["--serve"]:
        serve(words[1])
        return 0
    if words[:1] == ["--france"]:
        if words[1:]:
            return 0 if france(Path(words[1])) else 1
        with TemporaryDirectory() as aside:
            return 0 if france(Path(aside)) else 1
    return 0 if compare(int(words[0]) if words else COUNT) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
