"""The commands on exposure: shown, written to be edited, taken from elsewhere."""

import re

import pytest

from diag360 import load_catalogue
from diag360.paths import data_dir
from diag360.vulnerability.ratings import read_ratings

pytestmark = pytest.mark.documents  # whole commands: slower
LANNION = "200065928"
SAMPLES = data_dir() / "exposure/exemples"


def rows(out):
    return {
        line.split("\t")[0].split()[0]: line.split("\t")
        for line in out.splitlines()
        if "\t" in line
    }


def test_show_lists_what_is_rated_and_what_is_to_be(run):
    code, out, err = run("exposure", "show", LANNION)
    assert (code, err) == (0, "")
    table = rows(out)
    assert table["aléa"] == [
        "aléa",
        "vraisemblance",
        "intensité",
        "exposition",
        "origine",
        "source",
    ]
    assert table["A4"][4] == "lue sur une statistique"
    assert "par l’inondation : 86,7 % (2019)" in table["A4"][5]
    assert table["C2"][4] == "proposée pour tous"
    assert table["S5"][1:5] == ["à coter", "à coter", "–", "–"]
    assert "P0" not in table
    first = [row[1] for row in list(table.values())[1:]]
    left, without = first.count("à coter"), first.count("sans objet")
    assert len(first) == 31
    last = f"{31 - left - without} aléa(s) cotés, {left} à coter."
    assert out.splitlines()[-1] == last


def test_show_reads_a_file_and_says_what_it_replaces(run, tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(
        f'territory: "{LANNION}"\nratings:\n'
        "  C2: {likelihood: [1, 2, 4], intensity: 2, source: Atelier, year: 2026}\n"
        "  S5: {likelihood: 1, intensity: 1, aggravation: tres_forte}\n",
        encoding="utf-8",
    )
    code, out, _ = run("exposure", "show", LANNION, "--ratings", path)
    assert code == 0
    oil, heat = rows(out)["C2"], rows(out)["S5"]
    assert oil[1:5] == ["2 (1–4)", "2", "25 (12–50)", "déclarée"]
    assert oil[5].startswith("Atelier (2026) ; remplace la proposition (")
    assert heat[1:4] == ["4", "4", "100"]
    assert "aggravation très forte" in heat[5]
    code, out, _ = run("exposure", "show", LANNION, "--ratings", "aucune")
    assert (code, out.splitlines()[-1]) == (0, "0 aléa(s) cotés, 31 à coter.")
    code, _, err = run("exposure", "show", "Briançonnais", "--ratings", path)
    assert code == 1
    assert "rien sur « 240500439 »" in err


def test_write_gives_a_file_to_edit_that_says_nothing_yet(run, tmp_path):
    path = tmp_path / "c.yaml"
    code, out, _ = run("exposure", "write", LANNION, "-o", path)
    offered = set(re.findall(r"^  #? ?([A-Z]\d): ", path.read_text(encoding="utf-8"), re.M))
    assert {"A1", "C8", "R1"} <= offered
    assert not {"P0", "X0"} & offered  # what is made of others is not rated
    assert (code, str(path) in out) == (0, True)
    code, _, err = run("exposure", "show", LANNION, "--ratings", path)
    assert (code, "aucun aléa n’est coté" in err) == (1, True)
    text = path.read_text(encoding="utf-8")
    catalogue = load_catalogue()
    assert all(word in text for word in catalogue.hazards["A4"].guide.intensity)
    # The one move that is asked: take a « # » away.
    edited = text.replace("  # A4: {", "  A4: {")
    path.write_text(edited, encoding="utf-8")
    assert list(read_ratings(path, catalogue=catalogue).ratings) == ["A4"]
    code, _, err = run("exposure", "write", LANNION, "-o", path)
    assert (code, "existe déjà" in err) == (1, True)
    assert path.read_text(encoding="utf-8") == edited
    again = tmp_path / "d.yaml"
    assert run("exposure", "write", LANNION, "-o", again, "--ratings", path)[0] == 0
    kept = read_ratings(again, catalogue=catalogue).ratings
    assert kept == read_ratings(path, catalogue=catalogue).ratings


@pytest.mark.parametrize(
    ("kind", "left"), [("tacct", "froid"), ("pcaet", "enneigement"), ("dicrim", "terrain")]
)
def test_import_writes_a_file_and_names_the_lines_left(run, tmp_path, kind, left):
    path = tmp_path / "c.yaml"
    code, out, err = run("exposure", "import", kind, SAMPLES / f"{kind}.csv",
                         "--territory", LANNION, "-o", path)  # fmt: skip
    assert code == 0
    assert left in err
    assert "1 ligne(s) laissée(s)." in out
    found = read_ratings(path, catalogue=load_catalogue())
    assert found.territory == LANNION
    assert f"{len(found.ratings)} aléa(s) repris" in out
    code, out, _ = run("exposure", "show", LANNION, "--ratings", path)
    assert (code, "importée" in out) == (0, True)


def test_wrong_uses_are_said_in_french(run, tmp_path):
    code, _, err = run("exposure", "import", "autre", "x.csv", "--territory", LANNION, "-o", "y")
    assert (code, "« autre » inconnu" in err) == (2, True)
    code, _, err = run("exposure", "import", "tacct", tmp_path / "rien.csv", "--territory", LANNION,
                       "-o", tmp_path / "c.yaml")  # fmt: skip
    assert (code, "rien.csv" in err) == (1, True)
    assert not (tmp_path / "c.yaml").exists()


def test_help_is_french_and_names_the_columns(run):
    code, out, _ = run("exposure", "--help")
    assert code == 0
    assert all(
        word in out for word in ("show", "write", "import", "Commandes", "Affiche cette aide")
    )
    _, out, _ = run("exposure", "import", "--help")
    assert "Exposition observée" in out
    code, out, _ = run("list", "hazards")
    assert (code, "S5\tstress\ttexte fondateur\tVagues de chaleur fréquentes" in out) == (0, True)
