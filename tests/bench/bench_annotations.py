# ruff: noqa: T201
"""Time what notes of experts add to the documents of a batch.

Usage, from the root of the project::

    python tests/bench/bench_annotations.py [DOCUMENTS]

A store of 2,000 notes is written in a temporary folder, on 50 territories (their values, ratings,
paragraphs) and on the method (all its targets), which every document shows. Two stores are tried:
40 notes per territory and none on the method; then 20 per territory and 1,000 on the method, some
800 of which each document holds.
The store is read once. What the command does around the kernel is timed for the 50 territories.
Then DOCUMENTS diagnostics (4 when left out) are generated turn by turn, without notes, with them,
and again over those: the difference is all that notes cost, rendering in the kernel and in the
page included. Seconds of processor, kernel included, since other work on the machine does not
change them much; then seconds of the clock.
"""

import gc
import sys
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import nbformat

from diag360 import find_place, load_catalogue, prepare_ratings, prepare_values
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.store import write_notes
from diag360.documents.annotated import read_shelf
from diag360.documents.notes import notes_json
from diag360.documents.notes_before import Site, look
from diag360.documents.notes_places import template_cells
from diag360.documents.put_back import put_back
from diag360.documents.report import make_report
from diag360.paths import notebooks_dir
from diag360.territories.perimeter import load_epci

BAR = 0.05  # of the generation
TERRITORIES = 50
NOTES = 2000
ON_THE_METHOD = (0, 1000)  # among them
TODAY = datetime.now(UTC).date()
KINDS = ("objection", "precision", "source", "proposition", "question")
BODY = """Le seuil retenu sépare mal les territoires **ruraux** : voir {at}.

- Les agents de terrain le constatent depuis trois ans.
- L’étude de 2025 propose une autre borne, discutée [ici](https://exemple.fr/etude-{at}).
"""


def targets_of_method(catalogue):
    for name in catalogue.indicators:
        yield from (f"{kind}/{name}" for kind in ("indicateur", "seuil", "poids"))
    for name, frame in catalogue.frameworks.items():
        yield from (f"besoin/{need.id}" for need in frame.needs)
        for edge in catalogue.graphs[name].edges:
            yield f"dependance/{name}/{edge.need}/{edge.on}"
    yield from (f"alea/{name}" for name in catalogue.hazards)
    for stem, cells in template_cells().items():
        yield from (f"paragraphe/{stem}/{cell}" for cell in sorted(cells) if "titre" in cell)


def targets_of_territory(site):
    yield from (f"valeur/{name}/{site.territory}" for name in sorted(set(site.rows["indicator"])))
    yield from (f"cotation/{name}/{site.territory}" for name in site.catalogue.hazards)
    for name in ("titre-besoins", "titre-aleas", "titre-actions"):
        yield f"paragraphe/30_diagnostic/{name}/{site.territory}"


def spread(targets, count):
    """As many targets as asked, spread over all of them, and over again when there are too few."""
    targets = list(targets) if count else []
    step = max(1.0, len(targets) / max(count, 1))
    return [targets[int(at * step) % len(targets)] for at in range(count)]


def note(at, target):
    return Note.model_validate(
        {
            "id": f"n-{at:010x}",
            "motivation": KINDS[at % len(KINDS)],
            "target": target,
            "creator": {"name": f"Experte {at % 40}", "role": "thematique"},
            "created": TODAY,
            "body": BODY.format(at=at),
            "evidence": [{"url": f"https://exemple.fr/{at}.pdf", "page": "12"}],
            "history": [{"date": TODAY, "action": "creee", "origin": "30_diagnostic.ipynb"}],
        }
    )


def site_of(place, catalogue):
    rows = prepare_values(None, place=place, catalogue=catalogue).rows
    return Site(
        "30_diagnostic",
        catalogue,
        shows=True,
        territory=place.siren,
        framework=catalogue.settings.default_framework,
        rows=rows[rows["territory"] == place.siren],
        ratings=prepare_ratings(place=place, catalogue=catalogue),
    )


def around(site, template, store, there, *, folder):
    """Do all that notes ask of the command for one document, but for the page."""
    start = process_time()
    before = look(site, template=template, there=there, store=store, today=TODAY)
    (folder / "notes.json").write_text(notes_json(before.notes), encoding="utf-8")
    executed = nbformat.from_dict(template)
    executed.metadata["diag360"] = {
        "notebook": f"{site.notebook}.ipynb",
        "parameters": {"territory": site.territory},
    }
    put_back(executed, before)
    nbformat.writes(executed)
    return executed, process_time() - start


def cost(work):
    """Seconds of processor, children included, and seconds of the clock."""

    def used():
        mine, theirs = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
        return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime

    before, start = used(), perf_counter()
    work()
    return used() - before, perf_counter() - start


def main():
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    catalogue = load_catalogue()
    places = [find_place(siren) for siren in load_epci().index[::25][:TERRITORIES]]
    sites = [site_of(place, catalogue) for place in places]
    for number in ON_THE_METHOD:
        print(f"\n{number} notes on the method, {(NOTES - number) // TERRITORIES} per territory")
        measure(number, places=places, sites=sites, catalogue=catalogue, documents=documents)


def measure(number, *, places, sites, catalogue, documents):
    targets = spread(targets_of_method(catalogue), number)
    for site in sites:
        targets += spread(targets_of_territory(site), (NOTES - number) // TERRITORIES)
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_notes(folder / "notes", [note(at, target) for at, target in enumerate(targets)])
        start = process_time()
        store = read_shelf(str(folder / "notes"), catalogue=catalogue)
        reading = process_time() - start
        print(f"{len(store)} notes read in {reading:.2f} s, once; {len(store.unread)} refused")
        source = (notebooks_dir() / "30_diagnostic.ipynb").read_text(encoding="utf-8")
        template = nbformat.reads(source, as_version=4)
        gc.freeze()  # what a batch reads once for all is not walked through for each document

        documents_made = {}
        for words in ("new documents", "again over them"):
            times = []
            for site in sites:
                there = documents_made.get(site.territory)
                made, seconds = around(site, template, store, there, folder=folder)
                documents_made[site.territory] = made
                times.append(seconds)
            first, *others = times
            print(
                f"around the kernel, {words}: {first:.2f} s for the first, then "
                f"{median(others):.3f} s each ({len(others)} documents)"
            )

        given = {"annotations": str(folder / "notes"), "store": store}
        runs = {
            "without notes": {"annotations": "aucune", "output": folder / "plain"},
            "with notes": {**given, "output": folder / "out"},
            "again over them": {**given, "output": folder / "out"},
        }
        make_report(places[0].siren, output=folder / "warm", annotations="aucune")
        times = {name: [] for name in runs}
        for place in places[:documents]:
            for name, options in runs.items():
                times[name].append(cost(lambda o=options, p=place: make_report(p.siren, **o)))
        for unit, of in (("processor", 0), ("clock", 1)):
            plain = median(one[of] for one in times["without notes"])
            print(f"{unit}: {plain:.2f} s for a document without notes ({documents} documents)")
            for name in list(runs)[1:]:
                added = median(one[of] for one in times[name]) - plain + reading / TERRITORIES
                print(f"    {name}: +{added:.2f} s, {added / plain:+.1%} (bar {BAR:.0%})")


if __name__ == "__main__":
    main()
