"""A document is made again when, and only when, something it was made from has changed."""

from pathlib import Path

import pytest
from small_world import World, make_world

from diag360.documents.batch.running.inputs import PARTS, Inputs
from diag360.documents.batch.running.receipts import receipt_path
from diag360.documents.batch.task import Task
from diag360.documents.brand import Brand


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return make_world(tmp_path, monkeypatch)


def reasons(world: World, *tasks: Task) -> dict[str, str]:
    todo = world.run(*tasks).todo
    assert world.made == [work.task.key for work in todo.works]
    return {work.task.code: work.why for work in todo.works}


def test_nothing_is_made_twice(world: World) -> None:
    tasks = [world.task("1"), world.task("2")]
    assert reasons(world, *tasks) == {"1": "jamais produit", "2": "jamais produit"}
    assert reasons(world, *tasks) == {}
    assert reasons(world, *tasks, world.task("3")) == {"3": "jamais produit"}


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("code/diag360.py", "code"),
        ("notebooks/30_diagnostic.ipynb", "notebooks"),
        ("templates/page/index.html.j2", "templates"),
        ("data/catalogue/catalogue.yaml", "catalogue"),
        ("data/values/open-data.csv", "values"),
        ("own/values.csv", "values"),
        ("data/exposure/proxies.csv", "exposure"),
        ("own/ratings.yaml", "exposure"),
        ("data/territories/epci.csv", "perimeters"),
        ("data/annotations/n-1.yaml", "annotations"),
        ("own/logo.png", "request"),
    ],
)
def test_each_file_changed_alone_is_told(world: World, file: str, part: str) -> None:
    task = world.task("1", files=True)
    assert world.run(task).made == 1
    world.change(file)
    assert reasons(world, task) == {"1": PARTS[part]}
    assert reasons(world, task) == {}
    (world.root / file).unlink()  # a missing file is another state of it
    assert reasons(world, task) == {"1": PARTS[part]}


def test_only_the_notes_that_a_document_shows_are_its_inputs(world: World) -> None:
    tasks = [world.task("200065928"), world.task("243500139")]
    world.run(*tasks)
    store = world.root / "data" / "annotations"
    both = {task.code: PARTS["annotations"] for task in tasks}
    for name, target, visibility, told in (
        ("n-aaaaaaaaa1", "valeur/be2_i04/200065928", "public", {"200065928": both["200065928"]}),
        ("n-aaaaaaaaa2", "valeur/be2_i04/200065928", "equipe", {}),
        ("n-aaaaaaaaa3", "indicateur/be2_i04", "public", both),
        ("n-aaaaaaaaa4", "valeur/be2_i04/200067072", "public", {}),
    ):
        (store / f"{name}.yaml").write_text(
            f"id: {name}\nmotivation: question\ntarget: {target}\n"
            "creator: {name: Jeanne Roux, role: thematique}\ncreated: 2026-11-01\n"
            f"visibility: {visibility}\nbody: Est-ce sûr ?\n",
            encoding="utf-8",
        )
        assert reasons(world, *tasks) == told


def test_the_libraries_are_an_input(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run(world.task("1"))
    monkeypatch.setattr("diag360.documents.batch.running.inputs.version", lambda name: "0.1")
    assert reasons(world, world.task("1")) == {"1": PARTS["libraries"]}


@pytest.mark.parametrize(
    "given",
    [
        {"options": (("tier", "flash"),)},
        {"formats": ("html", "ipynb", "pdf")},
        {"brand": Brand("Agence")},
        {"brand": Brand("Agence", colour="#123456")},
        {"name": "CC Autre"},
    ],
)
def test_another_request_is_another_document(world: World, given: dict[str, object]) -> None:
    world.run(world.task("1"))
    assert reasons(world, world.task("1", **given)) == {"1": PARTS["request"]}


def test_the_values_of_others_and_their_ratings_do_not_count(world: World) -> None:
    tasks = [world.task("1"), world.task("2")]
    world.run(*tasks)
    world.change("data/values/open-data.csv", "territory,indicator,value\n1,a,2\n2,a,4\n")
    assert reasons(world, *tasks) == {"2": PARTS["values"]}
    world.change("data/exposure/1.yaml")
    assert reasons(world, *tasks) == {"1": PARTS["exposure"]}


def test_a_group_takes_the_values_of_all_and_the_file_of_its_members(world: World) -> None:
    members = world.root / "own" / "members.csv"
    group = world.task("groupe-1", territory=str(members))
    world.run(group)
    world.change("data/values/open-data.csv", "territory,indicator,value\n1,a,2\n2,a,4\n")
    assert reasons(world, group) == {"groupe-1": PARTS["values"]}
    world.change("own/members.csv")
    assert reasons(world, group) == {"groupe-1": PARTS["perimeters"]}


def test_a_variant_kept_in_a_file_is_an_input(world: World) -> None:
    file = world.root / "own" / "variant.yaml"
    task = world.task("1", document="comparaison", options=(("variants", f"livree ; {file}"),))
    world.run(task)
    world.change("own/variant.yaml")
    assert reasons(world, task) == {"1": PARTS["request"]}


def test_two_changes_are_counted_and_the_first_told(world: World) -> None:
    world.run(world.task("1"))
    world.change("data/catalogue/catalogue.yaml")
    world.change("templates/page/index.html.j2")
    (why,) = reasons(world, world.task("1")).values()
    assert why == f"2 choses ont changé, dont : {PARTS['templates']}"


def test_force_makes_all_again(world: World) -> None:
    world.run(world.task("1"))
    assert world.run(world.task("1"), force=True).made == 1
    assert world.made == ["1/diagnostic"]


def test_a_failure_is_tried_again(world: World) -> None:
    world.fail["1/diagnostic"] = ValueError("mûre")
    world.run(world.task("1"))
    world.fail.clear()
    assert reasons(world, world.task("1")) == {"1": "n’avait pas pu être produit"}
    assert reasons(world, world.task("1")) == {}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("diagnostic.html", "un fichier a changé depuis"),
        ("diagnostic.ipynb", "ajouté à la main est gardé"),
    ],
)
def test_a_document_that_changed_since_is_made_again(world: World, name: str, why: str) -> None:
    world.run(world.task("1"))
    (world.output / "1" / name).write_text("retouché", encoding="utf-8")
    (told,) = reasons(world, world.task("1")).values()
    assert why in told
    (world.output / "1" / name).unlink()
    assert reasons(world, world.task("1")) == {"1": "un fichier manque"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"key": "2/diagnostic"}'])
def test_a_receipt_that_says_nothing_is_none(world: World, text: str) -> None:
    world.run(world.task("1"))
    receipt_path(world.output, "1/diagnostic").write_text(text, encoding="utf-8")
    assert reasons(world, world.task("1")) == {"1": "jamais produit"}


def test_the_parts_are_those_that_are_told(world: World) -> None:
    assert set(Inputs(world.root / "code").parts_of(world.task("1"))) == set(PARTS)
