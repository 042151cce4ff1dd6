"""Manifests: read strictly, every fault at once with its line, and turned into tasks."""

import contextlib
import json
import pickle
import tempfile
from datetime import date
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from diag360.catalogue.model import Catalogue
from diag360.documents.batch.manifest.model import DocumentName, ManifestBody, Wishes
from diag360.documents.batch.manifest.plan import Plan, merged, plan_tasks
from diag360.documents.batch.manifest.reader import lines_of, read_manifest
from diag360.documents.batch.manifest.schema import manifest_schema
from diag360.documents.batch.preflight.look import preflight
from diag360.documents.batch.task import DOCUMENTS, Task
from diag360.errors import Refusal
from diag360.paths import data_dir
from diag360.territories.perimeter import load_epci

LANNION, LEON = "200065928", "200067072"
LOTS = data_dir() / "lots"


def write(folder: Path, text: str) -> Path:
    path = folder / "lot.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def plan(folder: Path, text: str) -> Plan:
    return plan_tasks(read_manifest(write(folder, text)))


def refused(folder: Path, text: str) -> str:
    with pytest.raises(Refusal) as caught:
        plan(folder, text)
    return str(caught.value)


def test_all_of_france_is_planned_at_once(tmp_path: Path) -> None:
    read = read_manifest(write(tmp_path, "territories: all\n"))
    made = plan_tasks(read)
    assert [task.code for task in made.tasks] == list(load_epci().index)
    assert {task.document for task in made.tasks} == {"diagnostic"}
    assert {task.formats for task in made.tasks} == {("html", "ipynb")}
    assert {task.options for task in made.tasks} == {()}


def test_territories_are_named_in_every_way_and_made_once(tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_text(
        "Siren;nom\n200067072;Haut-Léon\n\nCA Dinan Agglomération\n", encoding="utf-8-sig"
    )
    (tmp_path / "pays.yaml").write_text(
        f"code: pays-essai\nname: Pays d’essai\nmembers: [{LANNION}, {LEON}]\n", encoding="utf-8"
    )
    made = plan(
        tmp_path,
        "territories: [200065928, 'CA LANNION-Trégor communaute', {department: 22},"
        " {file: liste.csv}, {group: pays.yaml}, departement-29, {region: Corse}]\n",
    )
    codes = [task.code for task in made.tasks]
    epci = load_epci()
    assert len(codes) == len(set(codes))
    assert codes[0] == LANNION
    assert {code for code in codes if code in epci.index} == {
        *epci.index[epci["department"].isin(["22", "2A", "2B"])], LEON,
    }  # fmt: skip
    assert codes.index(LEON) < codes.index("pays-essai") < codes.index("departement-29")
    by_code = {task.code: task for task in made.tasks}
    assert by_code["pays-essai"].territory == str(tmp_path / "pays.yaml")
    assert by_code["departement-29"].territory == "departement-29"
    # Lannion twice more, Dinan by the list once more.
    (remark,) = made.remarks
    assert remark.startswith("2\u00a0territoires")
    assert "CA Lannion-Trégor Communauté, CA Dinan Agglomération" in remark


def test_a_commune_code_without_quotes_keeps_its_zero_and_is_explained(tmp_path: Path) -> None:
    told = refused(tmp_path, "territories: [01004, 1004]\n")
    assert "ligne 1, territories.0 : « 01004 »" in told
    assert "Ambérieu-en-Bugey" in told
    assert "240100883" in told
    assert "« 01004 » entre guillemets" in told.splitlines()[2]


def test_every_fault_of_the_form_is_told_with_its_line(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        "territories:\n  - {departement: 22}\ndocuments: [diagnostique]\nformats: [docx]\n"
        "values:\ntier: standar\nseed: -1\nbrand: {logo: x.png}\nalone: oui\nfoo: 1\n"
        "overrides:\n  200065928: {tiers: flash, values: }\n",
    )
    for line, key, offender in (
        (2, "territories.0", "departement"), (3, "documents.0", "diagnostique"),
        (4, "formats.0", "docx"), (5, "values", "rien"), (6, "tier", "standar"),
        (7, "seed", "-1"), (8, "brand.name", "« name » manque"), (9, "alone", "oui"),
        (10, "foo", "« foo »"), (12, "overrides.200065928.tiers", "« tiers »"),
        (12, "overrides.200065928.values", "rien"),
    ):  # fmt: skip
        (found,) = [one for one in told.splitlines() if f"ligne {line}, {key} :" in one]
        assert offender in found
    assert len(told.splitlines()) == 12


def test_every_fault_of_meaning_is_told_with_its_near_matches(tmp_path: Path) -> None:
    (tmp_path / "texte.png").write_text("ceci n’est pas une image", encoding="utf-8")
    told = refused(
        tmp_path,
        "territories:\n  - 200065929\n  - CC du Pays\n  - {department: 96}\n  - {region: Armor}\n"
        "  - {file: absent.csv}\n  - {group: absent.yaml}\n  - {group: lot.txt}\n  - liste.csv\n"
        "documents: [comparaison]\nframework: besoins-2012\nweights: egaux\nhazard: A33\n"
        "scenario: canicule_extrem\nvalues: absent.csv\nexposure: absent.txt\n"
        "annotations: nulle-part\nvariants: [vital-geometriqu, absente.yaml]\n"
        "brand: {name: X, logo: texte.png, colour: '#ffcc00'}\n",
    )
    for line, *words in (
        (2, "200065929", LANNION), (3, "CC du Pays", "plusieurs"), (4, "96", "2A"),
        (5, "Armor", "Bretagne"), (6, "absent.csv", str(tmp_path)), (7, "absent.yaml"),
        (8, "lot.txt"), (9, "liste.csv", "{file: liste.csv}"),
        (11, "besoins-2012", "besoins-2021"), (12, "egaux", "egal"), (13, "A33", "A3"),
        (14, "canicule_extrem", "canicule_extreme"), (15, "absent.csv", "n’existe pas"),
        (16, "absent.txt", ".yaml"), (17, "nulle-part"),
        (18, "vital-geometriqu", "vital-geometrique"), (18, "absente.yaml"),
        (19, "#ffcc00", "1,5 pour 1"), (19, "texte.png", "image"),
    ):  # fmt: skip
        here = [one for one in told.splitlines() if f"ligne {line}," in one]
        assert any(all(word in one for word in words) for one in here), (line, words, here)
    assert len(told.splitlines()) == 20


def test_a_list_is_refused_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("siren\n200065928\n200065929\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("200065928\n200067072\n", encoding="utf-8")
    (tmp_path / "c.csv").write_bytes("siren\nCC de l’Été\n".encode("cp1252"))
    (tmp_path / "d.csv").write_text("siren\n", encoding="utf-8")
    told = refused(
        tmp_path, "territories: [{file: a.csv}, {file: b.csv}, {file: c.csv}, {file: d.csv}]\n"
    )
    assert "a.csv, ligne 3 : « 200065929 »" in told
    assert "b.csv, ligne 1 : « 200065928 »" in told
    assert "c.csv, octet 13" in told
    assert "d.csv : aucun territoire" in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("territories: toutes\n", "« toutes » n’est pas une liste"),
        ("territories: []\n", "aucun territoire"),
        ("documents: [diagnostic]\n", "la clé « territories » manque"),
        ("territories: all\ndocuments: []\n", "ligne 2, documents"),
        ("territories: all\nterritories: all\n", "la clé « territories » figure deux fois"),
        ("territories: all\noverrides: {200065928: {}, '200065928': {}}\n", "« 200065928 » figure"),
        ("territories: all\nvalues: a ; b\n", "« a ; b »"),
    ],
)
def test_other_forms_are_refused(tmp_path: Path, text: str, words: str) -> None:
    assert words in refused(tmp_path, text)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="dossier"):
        read_manifest(tmp_path)
    with pytest.raises(Refusal, match=r"absent\.yaml : le fichier n’existe pas"):
        read_manifest(tmp_path / "absent.yaml")


def test_overrides_are_of_territories_of_the_list(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        "territories: [200065928]\noverrides:\n  200067072: {tier: flash}\n"
        "  200065928: {tier: flash}\n  CA Lannion-Trégor Communauté: {tier: expert}\n"
        "  200065929: {tier: flash}\n",
    )
    assert "ligne 3, overrides.200067072 : « 200067072 » n’est pas dans la liste" in told
    assert "« CA Lannion-Trégor Communauté » et « 200065928 » sont le même territoire" in told
    assert "ligne 6, overrides.200065929 : « 200065929 » est inconnu" in told


def test_an_override_wins_key_by_key(tmp_path: Path) -> None:
    made = plan(
        tmp_path,
        f"territories: [{LANNION}, {LEON}]\ndocuments: [diagnostic, collecte]\n"
        "tier: flash\nweights: criteres\nalone: true\nvalues: 'r/{code}.csv'\n"
        f"overrides:\n  {LEON}: {{tier: expert, alone: false, documents: [diagnostic]}}\n",
    )
    said = {task.key: dict(task.options) for task in made.tasks}
    own = str(tmp_path / "r" / f"{LANNION}.csv")
    assert said == {
        f"{LANNION}/diagnostic": {
            "tier": "flash", "weights": "criteres", "alone": "oui", "values": own,
        },
        f"{LANNION}/collecte": {"tier": "flash", "values": own},
        f"{LEON}/diagnostic": {
            "tier": "expert", "weights": "criteres", "values": str(tmp_path / "r" / f"{LEON}.csv"),
        },
    }  # fmt: skip
    assert made.shared == ()
    assert made.remarks == (
        "«\u00a0collecte\u00a0» ne tient pas compte de «\u00a0alone\u00a0», «\u00a0weights\u00a0»",
    )


def test_options_are_those_the_makers_take() -> None:
    import importlib
    import inspect

    for kind in DOCUMENTS.values():
        module, name = kind.maker.split(":")
        taken = inspect.signature(getattr(importlib.import_module(module), name)).parameters
        assert set(kind.options) <= set(taken)
    assert set(DOCUMENTS) == set(get_args(DocumentName))


def test_every_option_reaches_its_task(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("territory,indicator,value\n", encoding="utf-8")
    (tmp_path / "notes").mkdir()
    made = plan(
        tmp_path,
        f"territories: [{LANNION}]\n"
        "documents: [diagnostic, vulnerabilites, sensibilite, comparaison, resistance]\n"
        "values: v.csv\nalone: true\nframework: besoins-2021\nweights: egal\ntier: flash\n"
        "campaign: 2026\nexposure: aucune\npack: complet\nhazard: A3\nscenario: canicule_extreme\n"
        "variants: [vital-geometrique, poids-par-criteres]\ndraws: 50\nseed: 3\n"
        "annotations: notes\noutput: sortie\n",
    )
    for task in made.tasks:
        assert {name for name, _ in task.options} == set(DOCUMENTS[task.document].options)
        assert list(task.options) == sorted(task.options)
    by_name = {task.document: task for task in made.tasks}
    assert by_name["diagnostic"].arguments()["alone"] is True
    assert by_name["diagnostic"].arguments()["annotations"] == str(tmp_path / "notes")
    assert by_name["sensibilite"].arguments()["draws"] == 50
    assert by_name["comparaison"].arguments()["variants"] == (
        "vital-geometrique", "poids-par-criteres",
    )  # fmt: skip
    assert made.shared == (str(tmp_path / "v.csv"),)
    assert made.output == tmp_path / "sortie"
    assert by_name["resistance"].page == f"{LANNION}/stress-test-canicule_extreme.html"


def test_what_is_said_as_the_default_makes_the_same_task(tmp_path: Path) -> None:
    bare = plan(tmp_path, f"territories: [{LANNION}]\n")
    said = plan(
        tmp_path,
        f"territories: ['{LANNION}']\nvalues: open-data\nexposure: open-data\npack: fondateur\n"
        "annotations: livrées\nalone: false\nformats: [ipynb, html]\n",
    )
    assert said.tasks == bare.tasks
    assert bare.tasks[0] == pickle.loads(pickle.dumps(bare.tasks[0]))


def test_two_perimeters_of_the_same_code_are_refused(tmp_path: Path) -> None:
    for name, member in (("a", LANNION), ("b", LEON)):
        (tmp_path / f"{name}.yaml").write_text(
            f"code: pays\nname: Pays\nmembers: [{member}]\n", encoding="utf-8"
        )
    told = refused(tmp_path, "territories:\n  - {group: a.yaml}\n  - {group: b.yaml}\n")
    assert "ligne 3, territories.1" in told
    assert "« pays »" in told
    again = plan(tmp_path, "territories:\n  - {group: a.yaml}\n  - {group: a.yaml}\n")
    assert [task.code for task in again.tasks] == ["pays"]


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (("journal",), "« journal » est réservé"),
        (("Donnees",), "« Donnees » est réservé"),
        (("Pays", "pays"), "« Pays » et « pays » ne diffèrent que par les majuscules"),
        (("a" * 65,), "un code de 65 signes"),
    ],
)
def test_a_code_that_would_spoil_a_folder_is_refused(
    tmp_path: Path, codes: tuple[str, ...], words: str
) -> None:
    for at, code in enumerate(codes):
        text = f"code: {code}\nname: Pays\nmembers: ['200067072', '242900835']\n"
        (tmp_path / f"{at}.yaml").write_text(text, encoding="utf-8")
    path = tmp_path / "lot.yaml"
    listed = ", ".join(f"{{group: {at}.yaml}}" for at in range(len(codes)))
    path.write_text(f"territories: [{listed}]\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        plan_tasks(read_manifest(path))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "brand", ["brand:\n  name: A\n  colour: #1f4e79\n", "brand: {name: A, colour: #1f4e79}\n"]
)
def test_a_colour_without_quotes_is_told_as_such(tmp_path: Path, brand: str) -> None:
    path = tmp_path / "lot.yaml"
    path.write_text(f"territories: [200065928]\n{brand}tier: flash\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_manifest(path)
    (fault,) = refused.value.faults
    assert "« #1f4e79 » sans guillemets" in fault.problem
    assert fault.remedy == 'écrire "#1f4e79"'
    path.write_text(
        "territories: [200065928]  # colour: #1f4e79\nbrand: {name: A, colour: '#1f4e79'}\n",
        encoding="utf-8",
    )
    assert read_manifest(path).body.brand is not None


def test_a_territory_has_one_workbook(tmp_path: Path) -> None:
    made = plan(
        tmp_path,
        f"territories: [{LANNION}, {LEON}]\ndocuments: [collecte, vulnerabilites, diagnostic]\n"
        f"formats: [xlsx]\noverrides: {{{LEON}: {{documents: [collecte]}}}}\n",
    )
    assert {task.key: task.formats for task in made.tasks} == {
        f"{LANNION}/collecte": ("html", "ipynb"),
        f"{LANNION}/vulnerabilites": ("html", "ipynb", "xlsx"),
        f"{LANNION}/diagnostic": ("html", "ipynb"),
        f"{LEON}/collecte": ("html", "ipynb", "xlsx"),
    }


def test_a_comparison_needs_variants_in_an_override_too(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        f"territories: [{LANNION}]\noverrides:\n  {LANNION}: {{documents: [comparaison]}}\n",
    )
    assert f"ligne 3, overrides.{LANNION}.documents : « comparaison » sans variante" in told


def test_without_a_browser_pdf_is_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diag360.documents.formats.find_chromium", lambda: None)
    told = refused(tmp_path, f"territories: [{LANNION}]\nformats: [pdf]\n")
    assert "ligne 2, formats" in told
    assert "apt install chromium" in told


def test_the_shipped_example_and_its_schema_are_up_to_date(catalogue: Catalogue) -> None:
    text = manifest_schema(catalogue)
    assert (LOTS / "schema" / "lot.schema.json").read_text(encoding="utf-8") == text
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    made = plan_tasks(read_manifest(LOTS / "exemple.yaml"), catalogue=catalogue)
    assert {task.code for task in made.tasks} > {LANNION, LEON}
    body = yaml.load((LOTS / "exemple.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    jsonschema.validate(body, schema)
    for wrong in (
        {"documents": ["diagnostique"]}, {"framework": "x"}, {"foo": "1"}, {"values": None},
        {"territories": "toutes"}, {"territories": [{"departement": "22"}]},
        {"overrides": {LANNION: {"tier": "x"}}}, {"variants": ["x"]}, {"draws": 9},
    ):  # fmt: skip
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(body | wrong, schema)


WISHES = st.fixed_dictionaries(
    {},
    optional={
        "documents": st.lists(st.sampled_from(sorted(DOCUMENTS)), min_size=1).map(tuple),
        "tier": st.sampled_from(["flash", "standard", "expert"]),
        "values": st.sampled_from(["open-data", "a.csv"]),
        "alone": st.booleans(),
        "seed": st.integers(0, 5),
    },
).map(lambda body: Wishes(**body))


@given(WISHES, WISHES, WISHES)
def test_merging_is_a_monoid(one: Wishes, two: Wishes, three: Wishes) -> None:
    assert merged(merged(one, two), three) == merged(one, merged(two, three))
    assert merged(one, Wishes()) == merged(Wishes(), one) == one
    assert merged(one, one) == one
    assert merged(one, two).model_fields_set == one.model_fields_set | two.model_fields_set


TREES = st.recursive(
    st.integers(0, 9), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3), max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from("abcd"), TREES, min_size=1))
def test_every_key_has_the_line_it_stands_on(tree: dict[str, object]) -> None:
    text = yaml.safe_dump(tree, default_flow_style=False)
    lines = text.splitlines()
    found = lines_of(text)
    for place, line in found.items():
        last = place.rpartition(".")[2]
        here = lines[line - 1]
        assert f"{last}:" in here if last.isalpha() else here.lstrip(" -") or "-" in here
    assert {place for place in found if "." not in place} == set(tree)


WORDS = st.sampled_from(
    ["all", "open-data", "a.csv", "a.yaml", "22", LANNION, "{code}", "{x}.csv", "#1f4e79", "flash",
     "diagnostic", "comparaison", "html", "", " ", "é\x00.csv", ".", "/", "~x/a.csv", "a" * 5000]
)  # fmt: skip
KEYS = [*ManifestBody.model_fields, "foo", "name", "logo", "department", "group", "file", "1"]
ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 10**9), st.floats(), st.dates(), WORDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.integers(0, 9), inner, max_size=4)
    ),
    max_leaves=10,
)
# Sound in form, so that the files and words it names are looked up.
SOUND = st.fixed_dictionaries(
    {"territories": st.lists(WORDS | st.fixed_dictionaries({"group": WORDS})
                             | st.fixed_dictionaries({"file": WORDS}), min_size=1, max_size=2)},
    optional=dict.fromkeys(("values", "exposure", "annotations", "output", "hazard"), WORDS)
    | {"variants": st.lists(WORDS, max_size=2), "overrides": st.dictionaries(WORDS, st.just({})),
       "brand": st.fixed_dictionaries({"name": WORDS, "logo": WORDS, "colour": WORDS})},
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(SOUND | st.dictionaries(st.sampled_from(KEYS), ANY, max_size=6))
def test_whatever_is_written_is_read_or_refused(body: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(Refusal):
        made = plan(Path(folder), yaml.safe_dump(body, allow_unicode=True))
        assert made.tasks
        preflight(made, today=date(2026, 11, 23))


def test_a_task_is_plain(tmp_path: Path) -> None:
    task = Task(code="1", territory="1", name="n", document="diagnostic")
    assert task.key == "1/diagnostic"
    assert task.page == "1/diagnostic.html"
    assert task.arguments() == {}


def test_a_siren_is_found_as_it_is_printed(tmp_path: Path) -> None:
    assert [one.code for one in plan(tmp_path, 'territories: ["200 065 928"]\n').tasks] == [
        "200065928"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("territories: " + "[" * 3000 + "]" * 3000, "trop de niveaux"),
        (f"territories: [{'9' * 5000}]", "un nombre y est trop long"),
    ],
)
def test_what_python_cannot_read_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "lot.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=rf"lot\.yaml.*{words}"):
        read_manifest(path)
