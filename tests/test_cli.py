import csv
import json
import re
import shutil
import sys

import openpyxl
import pytest

from diag360 import __version__, load_catalogue, read_values
from diag360 import score as compute
from diag360.cli import main
from diag360.cli_output import SHOWN
from diag360.documents import text
from diag360.documents.runs import Report
from diag360.paths import data_dir
from diag360.territories.guard import Finding
from diag360.territories.workbook.remarks import Remark

pytestmark = pytest.mark.documents  # whole commands: slower
LANNION = "200065928"
HEADER = "territory,indicator,value"
GOOD = (
    f"{LANNION},bv1_i01,En cours",
    f"{LANNION},bv1_i04,0.9513",
    f"{LANNION},bv1_i05,",
    f"{LANNION},be2_i05,0",
)
INDICATOR_COLUMNS = ["territory", "indicator", "need", "value", "score", "status", "weight"]
NEED_COLUMNS = [
    "territory",
    "need",
    "score",
    "low",
    "high",
    "coverage",
    "etat",
    "action",
    "determined",
]
# What the command-line library says in English when nobody translates it.
ENGLISH = re.compile(
    r"\b(the|this|show|exit|required|requires|default|missing|one of|got|unexpected|extra|such|"
    r"no such|value error|invalid|try|error|help for|takes?|directory|exists|install|completion)\b",
    re.IGNORECASE,
)


@pytest.fixture
def values(tmp_path):
    def write(*lines, header=HEADER, name="saisie.csv"):
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in (header, *lines)), encoding="utf-8")
        return path

    return write


@pytest.fixture
def out(tmp_path):
    return tmp_path / "sortie"


def table(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- Wrong use: 2 ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "offenders"),
    [
        (["lister"], ["« lister »", "list ?", "diag360 --help"]),
        (["dessiner"], ["« dessiner »", "diag360 --help"]),
        (["--verbeux"], ["« --verbeux »"]),
        (["score"], ["« --output »", "diag360 score --help"]),
        (["score", "-o"], ["« -o »"]),
        (["score", "-o", "x", "--framewrk", "y"], ["« --framewrk »", "--framework ?"]),
        (["score", "-o", "x", "--framework", "besoins"], ["« besoins »", "besoins-2021, diag360"]),
        (["score", "-o", "x", "--weights", "lourds"], ["« lourds »", "criteres, egal"]),
        (["score", "-o", "x", "--help=3"], ["« --help »"]),
        (["check", "--format", "xml"], ["« --format »", "« xml »", "text, json"]),
        (["check", "a.csv", "b.csv", "c.csv"], ["« b.csv c.csv »"]),
        (["list"], ["« QUOI »", "diag360 list --help"]),
        (
            ["list", "foo"],
            ["« QUOI »", "« foo »", "territories, indicators, needs, weights, tiers"],
        ),
        (["list", "l'eau"], ["« l'eau »", "territories, indicators, needs, weights, tiers"]),
        (["list", "needs", "boire"], ["« boire »"]),
        (["report"], ["« SIREN_OU_NOM »"]),
        (["report", LANNION, "--framework", "x"], ["« x »", "« --framework »"]),
        (["report", LANNION, "--weights", "x"], ["« x »", "« --weights »"]),
        (["build-data"], ["« DOSSIER »"]),
    ],
    ids=" ".join,
)
def test_a_wrong_use_is_said_in_french_and_names_the_offender(run, words, offenders):
    code, printed, message = run(*words)
    assert code == 2
    assert printed == ""
    assert message.count("\n") == 1
    for offender in offenders:
        assert offender in message
    sentence = message
    for offender in ("--help", "--output"):
        sentence = sentence.replace(offender, "")
    assert not ENGLISH.search(sentence), message


def test_a_wrong_use_writes_nothing(run, out, values):
    assert run("score", values(*GOOD), "-o", out, "--framework", "besoins")[0] == 2
    assert not out.exists()


# --- Help ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["-h"],
        [],
        ["report", "--help"],
        ["score", "-h"],
        ["check", "--help"],
        ["list", "--help"],
        ["build-data", "--help"],
    ],
    ids=lambda words: " ".join(words) or "nothing",
)
def test_help_is_in_french(run, words):
    code, page, message = run(*words)
    assert code == (0 if words else 2)
    assert message == ""
    assert page.count("Usage:") == 1
    assert "Affiche cette aide." in page
    assert not ENGLISH.search(page), page
    assert "[[" not in page


def test_help_lists_every_command(run):
    page = run("--help")[1]
    for command in ("report", "score", "check", "workbook", "method", "list", "build-data"):
        assert re.search(rf"│ {command} ", page), command


def test_version(run):
    assert run("--version") == (0, f"diag360 {__version__}\n", "")


# --- list ------------------------------------------------------------------------------------


def test_list_needs(run):
    code, printed, _ = run("list", "needs")
    rows = [line.split("\t") for line in printed.splitlines()]
    assert code == 0
    assert len(rows) == 29
    assert ["boire", "besoins-2021", "Besoins vitaux", "Boire"] in rows


def test_list_indicators(run):
    printed = run("list", "indicators")[1]
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in printed.splitlines()}
    assert len(rows) == 151
    assert rows["bv1_i04"][1:3] == ["boire", "expert"]
    assert "physicochimique" in rows["bv1_i04"][3]


def test_list_territories(run):
    printed = run("list", "territories")[1].splitlines()
    assert len(printed) == 1255
    assert f"{LANNION}\tCA Lannion-Trégor Communauté\t22\t100877" in printed


def test_list_weights_prints_one_line_each(run):
    printed = run("list", "weights")[1].splitlines()
    assert [line.split("\t")[0] for line in printed] == ["criteres", "egal"]


# --- score -----------------------------------------------------------------------------------


def test_score_writes_two_tables(run, values, out):
    path = values(*GOOD)
    code, printed, message = run("score", path, "-o", out)
    assert (code, message) == (0, "")
    assert sorted(file.name for file in out.iterdir()) == [
        "indicator_scores.csv",
        "need_scores.csv",
    ]
    assert str(out / "indicator_scores.csv") in printed
    indicators, needs = table(out / "indicator_scores.csv"), table(out / "need_scores.csv")
    assert list(indicators[0]) == INDICATOR_COLUMNS
    assert list(needs[0]) == NEED_COLUMNS
    assert len(indicators) == 151
    assert len(needs) == 18
    assert "18 besoins" in printed


def test_score_keeps_missing_apart_from_zero(run, values, out):
    run("score", values(*GOOD), "--alone", "-o", out)
    rows = {row["indicator"]: row for row in table(out / "indicator_scores.csv")}
    assert rows["bv1_i01"] == {
        "territory": LANNION,
        "indicator": "bv1_i01",
        "need": "boire",
        "value": "En cours",
        "score": "0.5",
        "status": "observe",
        "weight": "0.0",  # the standard tier does not ask for it
    }
    assert rows["bv1_i10"]["weight"] == "1.0"
    for name in ("bv1_i05", "bv1_i06"):  # given empty, and not given
        assert (rows[name]["value"], rows[name]["score"]) == ("", "")
        assert rows[name]["status"] == "non_collecte"
    assert (rows["be2_i05"]["value"], rows["be2_i05"]["score"]) == ("0", "1.0")
    needs = {row["need"]: row for row in table(out / "need_scores.csv")}
    assert needs["me_nourrir"]["score"] == ""
    assert needs["me_nourrir"]["coverage"] == "0.0"
    assert (needs["me_nourrir"]["low"], needs["me_nourrir"]["high"]) == ("0.0", "1.0")
    assert needs["me_nourrir"]["determined"] == "False"


def test_score_writes_unrounded_numbers(run, values, out):
    path = values(*GOOD)
    run("score", path, "-o", out, "--weights", "criteres", "--framework", "diag360-1.3")
    catalogue = load_catalogue()
    scores = compute(
        read_values(path, catalogue=catalogue),
        catalogue=catalogue,
        framework="diag360-1.3",
        weights="criteres",
    )
    written = {row["indicator"]: row for row in table(out / "indicator_scores.csv")}
    expected = scores.indicator_scores.loc[LANNION, "bv1_i04"]
    assert float(written["bv1_i04"]["score"]) == expected
    assert len(written["bv1_i04"]["score"]) > 12
    needs = {row["need"]: row for row in table(out / "need_scores.csv")}
    assert list(needs) == [need.id for need in catalogue.frameworks["diag360-1.3"].needs]
    assert float(needs["bv1"]["score"]) == scores.needs.score.loc[LANNION, "bv1"]
    assert float(needs["bv1"]["coverage"]) == scores.needs.coverage.loc[LANNION, "bv1"]


def test_score_keeps_the_territories_asked_for(run, values, out):
    path = values(*GOOD, "01004,bv1_i04,0.99", "75056,bv1_i04,0.98")
    assert run("score", path, "-o", out, "--territory", "lannion", "--territory", "01004")[0] == 0
    assert {row["territory"] for row in table(out / "need_scores.csv")} == {LANNION, "01004"}


def test_score_warns_of_an_impossible_value_and_goes_on(run, values, out):
    code, printed, message = run("score", values(f"{LANNION},be2_i05,13.2"), "-o", out)
    assert code == 0
    assert "Attention (erreur) : ligne 2, be2_i05 : « 13.2 »" in message
    assert "→ proposé : 0.132" in message
    assert "Attention" not in printed
    rows = {row["indicator"]: row for row in table(out / "indicator_scores.csv")}
    assert (rows["be2_i05"]["value"], rows["be2_i05"]["status"]) == ("0.113", "observe")
    assert (out / "need_scores.csv").is_file()


@pytest.mark.parametrize(
    ("lines", "words", "offender"),
    [
        (
            [*GOOD, f"{LANNION},bv9_i99,1"],
            [],
            "ligne 6, indicator : indicateur inconnu « bv9_i99 »",
        ),
        ([f'{LANNION},bv1_i04,"0,95"'], [], "« 0,95 »"),
        (["200065928.0,bv1_i04,0.95"], [], "« 200065928.0 »"),
        (GOOD, ["--territory", "Zzzz"], "« Zzzz »"),
        (GOOD, ["--territory", "Grand Paris"], "200054781"),
        (GOOD, ["--territory", "200054781"], "Métropole du Grand Paris"),
        ([], [], "saisie.csv"),
    ],
)
def test_a_refused_score_writes_nothing(run, values, out, lines, words, offender):
    code, printed, message = run("score", values(*lines), "-o", out, *words)
    assert code == 1
    assert printed == ""
    assert offender in message
    assert " → " in message
    assert not out.exists()


def test_an_absent_file_of_values_is_refused(run, tmp_path, out):
    code, _, message = run("score", tmp_path / "nulle-part.csv", "-o", out)
    assert code == 1
    assert str(tmp_path / "nulle-part.csv") in message
    assert not out.exists()


def test_a_folder_that_cannot_be_written_in_is_refused(run, values, tmp_path):
    blocked = tmp_path / "fichier"
    blocked.write_text("déjà là", encoding="utf-8")
    code, printed, message = run("score", values(*GOOD), "-o", blocked)
    assert (code, printed) == (1, "")
    assert str(blocked) in message
    assert "un fichier porte déjà ce nom" in message
    assert blocked.read_text(encoding="utf-8") == "déjà là"


def test_scores_already_there_survive_a_refusal(run, values, out):
    run("score", values(*GOOD), "-o", out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    assert run("score", values(f"{LANNION},bv1_i04,beaucoup"), "-o", out)[0] == 1
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


def test_two_runs_write_the_same_bytes(run, values, tmp_path):
    path = values(*GOOD)
    for name in ("un", "deux"):
        run("score", path, "-o", tmp_path / name)
    for file in ("indicator_scores.csv", "need_scores.csv"):
        assert (tmp_path / "un" / file).read_bytes() == (tmp_path / "deux" / file).read_bytes()


MANY = [f"{LANNION},bv9_i{rank:02},1" for rank in range(SHOWN + 10)]


def test_a_long_refusal_is_cut_and_counted(run, values, out):
    code, _, message = run("score", values(*MANY), "-o", out)
    assert code == 1
    assert "bv9_i49" in message
    assert "bv9_i50" not in message
    assert "et 10 autres" in message


# --- check -----------------------------------------------------------------------------------


def test_check_says_what_it_examined(run, values):
    code, printed, message = run("check", values(*GOOD))
    assert (code, message) == (0, "")
    assert "151 indicateurs" in printed
    assert "saisie.csv, 4 lignes, 1 territoire(s), 4 indicateurs" in printed
    assert "0 erreur(s), 0 alerte(s)." in printed


def test_check_of_the_shipped_data_finds_nothing(run):
    code, printed, _ = run("check")
    assert code == 0
    assert "open-data.csv" in printed
    assert "0 erreur(s), 0 alerte(s)." in printed


def test_check_refuses_and_counts(run, values):
    code, printed, _ = run("check", values(*GOOD, f"{LANNION},bv9_i99,1", "1004,bv1_i04,1"))
    assert code == 1
    assert "erreur : saisie.csv, ligne 6, indicator" in printed
    assert "« bv9_i99 »" in printed
    assert "« 1004 »" in printed
    assert "2 erreur(s), 0 alerte(s)." in printed


def test_check_only_warns_of_what_may_be_true(run, values):
    code, printed, _ = run("check", values("bassin,be2_i05,0.42", f"{LANNION},be2_i05,0.62"))
    assert code == 0
    assert f"alerte : saisie.csv, ligne 3, {LANNION}, be2_i05 : « 0.62 »" in printed
    assert "« bassin »" in printed
    assert "0 erreur(s), 2 alerte(s)." in printed


def test_check_in_text_cuts_a_long_list(run, values):
    code, printed, _ = run("check", values(*MANY))
    assert code == 1
    assert "bv9_i50" not in printed
    assert "et 10 autres" in printed
    assert f"{SHOWN + 10} erreur(s)" in printed


def test_check_in_json_gives_every_fault(run, values):
    code, printed, message = run("check", values(*MANY), "--format", "json")
    assert (code, message) == (1, "")
    body = json.loads(printed)
    assert set(body) == {"ok", "examined", "errors", "alerts", "infos"}
    assert body["ok"] is False
    assert len(body["errors"]) == SHOWN + 10
    assert body["errors"][0] == {
        "file": "saisie.csv",
        "place": "ligne 2, indicator",
        "problem": "indicateur inconnu « bv9_i00 »",
        "remedy": body["errors"][0]["remedy"],
        "explanation": "",
    }
    assert [fault["place"] for fault in body["errors"]] == [
        f"ligne {rank + 2}, indicator" for rank in range(SHOWN + 10)
    ]


def test_check_in_json_of_right_values(run, values):
    code, printed, _ = run("check", values("01004,be2_i05,0.13"), "--format", "json")
    body = json.loads(printed)
    assert code == 0
    assert body["ok"] is True
    assert body["errors"] == []
    assert [alert["place"] for alert in body["alerts"]] == ["territory"]
    assert "saisie.csv" in body["examined"]["Valeurs"]


def test_check_of_an_absent_file(run, tmp_path):
    code, printed, _ = run("check", tmp_path / "nulle-part.csv")
    assert code == 1
    assert str(tmp_path / "nulle-part.csv") in printed


@pytest.fixture
def broken_catalogue(monkeypatch, tmp_path):
    shutil.copytree(data_dir() / "catalogue", tmp_path / "data" / "catalogue")
    file = tmp_path / "data" / "catalogue" / "indicators" / "boire" / "bv1_i04.yaml"
    text = file.read_text(encoding="utf-8").replace("kind: etat", "kind: état")
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr("diag360.catalogue.load.data_dir", lambda: tmp_path / "data")


@pytest.mark.usefixtures("broken_catalogue")
def test_a_broken_catalogue_is_said_by_check_and_stops_the_others(run, values, out):
    path = values(*GOOD)
    code, printed, _ = run("check", path)
    assert code == 1
    assert "indicators/boire/bv1_i04.yaml, kind : « état »" in printed
    assert "pas été examinées" in printed
    for words in (["score", path, "-o", out], ["report", LANNION, "-o", out], ["list", "needs"]):
        code, printed, message = run(*words)
        assert (code, printed) == (1, "")
        assert "indicators/boire/bv1_i04.yaml, kind : « état »" in message
    assert not out.exists()


# --- report and build-data: refusals only ----------------------------------------------------


def test_report_hands_over_what_was_asked(run, monkeypatch, out):
    asked = []

    def make_report(territory, **options):
        asked.append((territory, options))
        place = f"{LANNION}, be2_i05"
        wrong = Finding(LANNION, "be2_i05", place, "plage", "erreur", "13.2", "« 13.2 » trop grand")
        remark = Remark("corrige", "Boire", "D4", "bv1_i10", "lu « Oui »")
        return Report(out / "page.html", out / "carnet.ipynb", (wrong,), (remark,))

    monkeypatch.setattr("diag360.documents.report.make_report", make_report)
    options = ["--framework", "diag360-1.3", "--weights", "criteres", "--campaign", "2031"]
    options += ["--tier", "flash", "--exposure", "aleas.yaml", "--pack", "complet"]
    options += ["--annotations", "aucune"]
    code, printed, message = run("report", "Lannion", "--values", "a.csv", "-o", out, *options)
    assert code == 0
    assert asked == [
        (
            "Lannion",
            {
                "output": out,
                "values": "a.csv",
                "framework": "diag360-1.3",
                "weights": "criteres",
                "tier": "flash",
                "alone": False,
                "campaign": "2031",
                "exposure": "aleas.yaml",
                "pack": "complet",
                "annotations": "aucune",
            },
        )
    ]
    assert str(out / "page.html") in printed
    assert str(out / "carnet.ipynb") in printed
    assert f"Attention (erreur) : {LANNION}, be2_i05 : « 13.2 » trop grand" in message
    assert "corrigé : Boire!D4 : lu « Oui »" in printed
    run("report", "Lannion")
    assert {k: v for k, v in asked[1][1].items() if v is None} == {
        "framework": None,
        "weights": None,
        "tier": None,
        "campaign": None,
    }
    assert asked[1][1]["values"] == "open-data"


@pytest.mark.parametrize(
    ("words", "offender"),
    [
        (["Nulle-Part-sur-Mer"], "« Nulle-Part-sur-Mer »"),
        (["Grand Paris"], "(200054781)"),
        (["200065927"], f"({LANNION})"),
        ([LANNION, "--values", "nulle-part.csv"], "nulle-part.csv"),
    ],
)
def test_a_refused_report_writes_nothing(run, out, words, offender):
    code, printed, message = run("report", *words, "-o", out)
    assert (code, printed) == (1, "")
    assert offender in message
    assert not out.exists()


def test_a_report_of_refused_values_names_them(run, values, out):
    path = values(f"{LANNION},bv1_i04,beaucoup")
    code, _, message = run("report", LANNION, "--values", path, "-o", out)
    assert code == 1
    assert "« beaucoup »" in message
    assert not out.exists()


def test_an_absent_folder_of_raw_files_is_refused(run, tmp_path, out):
    code, _, message = run("build-data", tmp_path / "bruts", "-o", out)
    assert code == 1
    assert str(tmp_path / "bruts") in message
    assert not out.exists()


def test_a_defect_of_ours_is_not_disguised_as_a_refusal(monkeypatch):
    def fail(what):
        raise RuntimeError(what)

    monkeypatch.setattr("diag360.documents.listings.listing", fail)
    monkeypatch.setattr(sys, "argv", ["diag360", "list", "needs"])
    with pytest.raises(RuntimeError, match="needs"):
        main()


def test_a_phantom_territory_is_scored_but_said(run, tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("territory,indicator,value\n999999999,be2_i05,0.1\n", encoding="utf-8")
    code, _, message = run("score", path, "-o", tmp_path / "out")
    assert code == 0
    assert "« 999999999 » n’est pas une intercommunalité" in message


# --- The catalogue itself --------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A copy of the data where one indicator has three faults; every reader is sent there."""
    data = shutil.copytree(data_dir(), tmp_path / "data")
    path = data / "catalogue" / "indicators" / "boire" / "bv1_i12.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("kind: etat", "kind: état"),
        ("{value: 48, score: 1}", "{value: 48, score: 100}"),
        ("service: eau_assainissement", "service: eau"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    for module in ("catalogue.load", "documents.check"):
        monkeypatch.setattr(f"diag360.{module}.data_dir", lambda: data)
    return path


def test_check_explains_each_fault_to_someone_who_does_not_program(run, broken):
    code, printed, _ = run("check")
    assert code == 1
    lines = printed.splitlines()
    kind = next(i for i, line in enumerate(lines) if "kind : « état »" in line)
    assert "choisir parmi : etat, action" in lines[kind]
    at = 1 + broken.read_text(encoding="utf-8").splitlines().index("kind: état")
    assert f"Ligne {at}. Attendu : etat (ce dont le territoire hérite)" in lines[kind + 1]
    score = next(i for i, line in enumerate(lines) if "scale.anchors.1.score" in line)
    assert "Un nombre de 0 à 1." in lines[score + 1]
    assert "À éviter" in lines[score + 1]


def test_check_tells_what_a_text_lacks(run, tmp_path, monkeypatch):
    data = shutil.copytree(data_dir(), tmp_path / "data")
    path = data / "catalogue" / "indicators" / "boire" / "bv1_i12.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  minutes: ", "  # minutes: "), encoding="utf-8")
    for module in ("catalogue.load", "documents.check"):
        monkeypatch.setattr(f"diag360.{module}.data_dir", lambda: data)
    code, printed, _ = run("check", "--format", "json")
    (error,) = [e for e in json.loads(printed)["errors"] if e["place"] == "collection.minutes"]
    assert code == 1
    assert error["file"] == "indicators/boire/bv1_i12.yaml"
    assert "Le temps, en minutes" in error["explanation"]


def test_list_tiers_gives_counts_and_times(run):
    rows = [line.split("\t") for line in run("list", "tiers")[1].splitlines()]
    assert [row[0] for row in rows] == ["flash", "standard", "expert"]
    assert rows[0][1:] == ["32 indicateurs", "0 minute"]
    assert rows[2][1] == "151 indicateurs"
    assert rows[2][2].endswith("heures")


def test_catalogue_tiers_has_nothing_to_change(run):
    rows = [line.split("\t") for line in run("catalogue", "tiers")[1].splitlines()]
    assert rows[0][0] == "besoin"
    assert [row[0] for row in rows[1:19]] == [
        need.id for need in load_catalogue().frameworks["besoins-2021"].needs
    ]
    assert not any("→" in cell for row in rows for cell in row)


def test_catalogue_diff_of_two_folders(run, tmp_path):
    folder = shutil.copytree(data_dir() / "catalogue", tmp_path / "catalogue")
    path = folder / "indicators" / "etre_solidaire" / "be2_i05.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value: 0.26", "value: 0.3"), encoding="utf-8")
    shipped = str(data_dir() / "catalogue")
    code, printed, message = run("catalogue", "diff", shipped, folder)
    assert (code, message) == (0, "")
    assert "be2_i05, scale.anchors.0.value : « 0,26 » → « 0,3 »" in printed
    assert run("catalogue", "diff", shipped, folder, "--entry")[1].startswith("## Catalogue")
    code, _, message = run("catalogue", "diff", shipped, "nulle-part")
    assert code == 1
    assert "nulle-part" in message


def test_catalogue_schema_writes_what_is_shipped(run, out):
    assert run("catalogue", "schema", "-o", out)[0] == 0
    shipped = data_dir() / "catalogue" / "schema"
    assert {p.name: p.read_bytes() for p in out.iterdir()} == {
        p.name: p.read_bytes() for p in shipped.iterdir()
    }


def test_method_hands_over_what_was_asked(run, monkeypatch, out):
    asked = {}

    def make_method(**options):
        asked.update(options)
        return [out / "10_methode.html"]

    monkeypatch.setattr("diag360.documents.method.make_method", make_method)
    code, printed, _ = run("method", "-o", out, "--territory", "Brest", "--indicator", "bv4_i03")
    assert code == 0
    assert asked == {"output": out, "territory": "Brest", "indicator": "bv4_i03"}
    assert f"Page : {out / '10_methode.html'}" in printed


def test_help_of_the_catalogue_commands_is_french(run):
    page = run("catalogue", "--help")[1]
    for command in ("diff", "tiers", "schema"):
        assert re.search(rf"│ {command} ", page), command
    assert not ENGLISH.search(page), page


# --- Workbooks -------------------------------------------------------------------------------


@pytest.fixture
def answered(run, tmp_path):
    """The questionnaire of Lannion, with one right answer, one in percent, one stray word."""
    run("workbook", "blank", LANNION, "-o", tmp_path)
    path = tmp_path / f"{LANNION}-questionnaire.xlsx"
    book = openpyxl.load_workbook(path)
    answers = {"bv1_i10": "Oui", "bv3_i08": "13,2 %", "bi1_i09": "peut-être"}
    for sheet in book.worksheets:
        header = next(
            (row for row in sheet.iter_rows() if any(cell.value == "Valeur" for cell in row)), None
        )
        if header is None:
            continue
        column = {cell.value: cell.column for cell in header}
        for row in sheet.iter_rows(min_row=header[0].row + 1):
            if (found := answers.get(row[0].value)) is not None:
                sheet.cell(row[0].row, column["Valeur"], found)
    book.save(path)
    return path


def test_a_questionnaire_is_written_filled_and_read(run, answered, tmp_path):
    code, printed, _ = run("workbook", "read", answered, "-o", tmp_path / "v.csv")
    assert code == 0
    assert f"diag360-questionnaire, territoire {LANNION}, 59 ligne(s)" in printed
    assert "non compris" in printed
    assert "peut-être" in printed
    rows = {row["indicator"]: row for row in table(tmp_path / "v.csv")}
    assert rows["bv1_i10"]["value"] == "Oui"
    assert float(rows["bv3_i08"]["value"]) == 0.132
    assert rows["bi1_i09"]["value"] == ""
    assert "peut-être" in rows["bi1_i09"]["comment"]


def test_packs_are_written_by_service(run, out):
    code, printed, _ = run("workbook", "blank", LANNION, "--by", "service", "-o", out)
    assert code == 0
    assert (out / f"{LANNION}-eau_assainissement.xlsx").is_file()
    assert printed.count("Écrit : ") == len(list(out.iterdir())) > 10


def test_a_workbook_is_taken_wherever_values_are(run, answered, out):
    code, printed, message = run("score", answered, "-o", out)
    assert code == 0
    rows = {row["indicator"]: row for row in table(out / "indicator_scores.csv")}
    assert (rows["bv1_i10"]["value"], rows["bv1_i10"]["score"]) == ("Oui", "1.0")
    assert rows["be2_i05"]["value"] == "0.113"  # what the file leaves out stays known
    assert "peut-être" in printed + message
    assert run("check", answered)[0] == 1  # a stray word is an error to decide


def test_merging_refuses_a_conflict_then_settles_it_by_rule(run, values, tmp_path):
    first = values(f"{LANNION},bv1_i10,Oui", f"{LANNION},bv1_i15,Non")
    second = tmp_path / "autre.csv"
    second.write_text(f"{HEADER}\n{LANNION},bv1_i10,Non\n", encoding="utf-8")
    target = tmp_path / "tout.csv"
    code, _, message = run("workbook", "merge", first, second, "-o", target)
    assert code == 1
    assert "bv1_i10" in message
    assert not target.exists()
    code, printed, _ = run("workbook", "merge", first, second, "-o", target, "--rule", "premier")
    assert code == 0
    assert "désaccord : bv1_i10, « Non » (autre.csv" in printed
    merged = {row["indicator"]: row for row in table(target)}
    assert merged["bv1_i10"]["value"] == "Oui"
    assert "Non" in merged["bv1_i10"]["comment"]


def test_results_go_back_to_the_published_layout(run, out):
    code, printed, _ = run("workbook", "write", LANNION, "-o", out)
    assert code == 0
    path = out / f"{LANNION}-diag360-1.3.5.xlsx"
    assert str(path) in printed
    again = run("workbook", "read", path)[1]
    assert "124 ligne(s) d’indicateur, 32 réponse(s)" in again


def test_check_fixes_what_is_sure_in_a_copy(run, values, tmp_path):
    path = values(f"{LANNION},bv3_i08,6.2", f"{LANNION},be2_i05,0.113")
    before = path.read_bytes()
    copy = tmp_path / "corrige.csv"
    code, printed, _ = run("check", path, "--fix", copy)
    assert code == 0
    assert "1 correction(s)" in printed
    assert path.read_bytes() == before
    rows = {row["indicator"]: row for row in table(copy)}
    assert float(rows["bv3_i08"]["value"]) == 0.062
    assert "6.2" in rows["bv3_i08"]["comment"]
    assert rows["be2_i05"]["value"] == "0.113"
    assert run("check", path, "--fix", path)[0] == 1
    assert path.read_bytes() == before


def test_progress_hands_over_what_was_asked(run, monkeypatch, out):
    asked = {}

    def make_collection(territory, **options):
        asked.update(options, territory=territory)
        return out / "collecte.html"

    monkeypatch.setattr("diag360.documents.report.make_collection", make_collection)
    code, printed, _ = run("workbook", "progress", "Brest", "--values", "a.xlsx", "-o", out)
    assert code == 0
    assert asked == {"territory": "Brest", "output": out, "values": "a.xlsx", "tier": None}
    assert f"Page : {out / 'collecte.html'}" in printed


def test_two_campaigns_are_split_between_territory_and_method(run, values, tmp_path):
    old = values(f"{LANNION},be2_i05,0.13")
    new = tmp_path / "apres.csv"
    new.write_text(f"{HEADER}\n{LANNION},be2_i05,0.104\n", encoding="utf-8")
    catalogue = shutil.copytree(data_dir() / "catalogue", tmp_path / "catalogue")
    path = catalogue / "indicators" / "etre_solidaire" / "be2_i05.yaml"
    words = path.read_text(encoding="utf-8")
    path.write_text(words.replace("value: 0.26", "value: 0.3"), encoding="utf-8")
    options = ["--before", old, "--after", new, "--old-catalogue", catalogue]
    code, printed, _ = run("campaigns", LANNION, *options, "-o", tmp_path / "partage.csv")
    assert code == 0
    assert "Être solidaire : " in printed
    rows = {(r["need"], r["indicator"]): r for r in table(tmp_path / "partage.csv")}
    own = rows["etre_solidaire", "be2_i05"]
    # 13 % scored 1 - 0.13/0.3, then 1 - 0.13/0.26; 10.4 % scores 1 - 0.104/0.26.
    assert float(own["method_changed"]) == pytest.approx(0.13 / 0.3 - 0.5)
    assert float(own["territory_changed"]) == pytest.approx(0.6 - 0.5)
    assert float(own["total"]) == pytest.approx(0.6 - (1 - 0.13 / 0.3))
    need = rows["etre_solidaire", ""]
    parts = [
        text.number(100 * float(need[key]), decimals=1, signed=True)
        for key in ("total", "territory_changed", "method_changed")
    ]
    assert len(set(parts)) == 3
    assert f"({parts[0]} = territoire {parts[1]} + méthode {parts[2]})" in printed


def test_fixing_asks_for_the_file_to_fix(run, tmp_path):
    code, _, message = run("check", "--fix", tmp_path / "copie.csv")
    assert code == 2
    assert "« --fix »" in message
    assert "diag360 check VALEURS --fix COPIE" in message
    assert not (tmp_path / "copie.csv").exists()


def test_progress_refuses_a_file_that_says_nothing_of_the_territory(run, values, out):
    path = values("200054781,be2_i05,0.1")
    code, _, message = run("workbook", "progress", LANNION, "--values", path, "-o", out)
    assert code == 1
    assert f"aucune valeur pour CA Lannion-Trégor Communauté ({LANNION})" in message
    assert not out.exists()
