"""The weight explorer, driven without a browser: what it shows, what it writes, what it serves."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from diag360 import read_values, score
from diag360.catalogue.model import Catalogue
from diag360.challenge.comparison.conclusions import BORDERS
from diag360.challenge.reweigh.weigh import CRITERIA
from diag360.challenge.variants.apply import apply_variant
from diag360.challenge.variants.files import read_variant, variants_dir
from diag360.cli_explore import explore
from diag360.documents import text
from diag360.documents.notebook import run_notebook
from diag360.documents.widgets import explorer_server
from diag360.documents.widgets.explorer import WeightExplorer, weight_explorer
from diag360.documents.widgets.explorer_files import default_folder
from diag360.documents.widgets.explorer_page import conclusion
from diag360.errors import Refusal
from diag360.paths import notebooks_dir
from diag360.scoring.scores import Scores
from diag360.vulnerability.actions import Actions

LANNION = "200065928"
TODAY = date(2026, 11, 23)


@pytest.fixture
def explorer(open_scores: Scores, tmp_path: Path) -> WeightExplorer:
    return weight_explorer(open_scores, territory=LANNION, folder=tmp_path, today=TODAY)


def plain(html: str) -> str:
    """Text of a page, with ordinary spaces."""
    words = unescape(re.sub(r"<[^>]+>", " ", html))
    return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split())


def said(explorer: WeightExplorer) -> str:
    return plain(explorer.result.value)


def sign(explorer: WeightExplorer, name: str = "action-double") -> None:
    explorer.label.value = "L’action compte double"
    explorer.author.value = "Anne Le Goff"
    explorer.role.value = "terrain"
    explorer.why.value = "Ce que l’on engage : « la suite », plus que l’héritage."
    explorer.file.value = name


def test_it_opens_on_the_reference(explorer, open_scores, catalogue) -> None:
    assert explorer.preset.value == catalogue.settings.default_weights
    assert said(explorer).startswith("La conclusion ne change pas.")
    assert "Aucun score de besoin déterminé ne bouge." in said(explorer)
    assert explorer.result.value.count('class="x-dot"') == open_scores.determined.sum(axis=1).item()
    assert explorer.result.value.count('class="x-row') == len(open_scores.framework.needs)
    weakest = open_scores.needs.score.loc[LANNION].where(open_scores.determined.loc[LANNION])
    assert explorer.need.value == weakest.idxmin()
    for need in open_scores.framework.needs:
        assert need.label in said(explorer)
    for name, found in open_scores.needs.of(LANNION).items():
        if found.determined:
            label = next(n.label for n in open_scores.framework.needs if n.id == name)
            printed = text.number(100 * found.score, decimals=1)
            assert f'aria-label="{label} : {printed}, avant {printed} ;' in plain_spaces(explorer)
    assert explorer.date.value == "2026-11-23"


def plain_spaces(explorer: WeightExplorer) -> str:
    return explorer.result.value.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_slider_redraws_and_says_what_moved(explorer, catalogue) -> None:
    before = explorer.result.value
    explorer.coefficients["kind", "action"].value = 2.0
    rows = read_values(catalogue=catalogue)
    scheme = catalogue.weights["egal"]
    coefficients = scheme.coefficients.model_copy(update={"kind": {"action": 2.0}})
    other = scheme.model_copy(update={"coefficients": coefficients})
    changed = replace(catalogue, weights={**catalogue.weights, "egal": other})
    scores = score(rows[rows["territory"] == LANNION], catalogue=changed)
    np.testing.assert_allclose(
        explorer.after.score, scores.needs.score.loc[LANNION].to_numpy(float), atol=1e-12
    )
    assert explorer.result.value != before
    assert explorer.preset.value == "territoire"
    old, new = (float(f.score[2]) for f in (explorer.before, explorer.after))
    line = f"{text.number(100 * old, decimals=1)} → {text.number(100 * new, decimals=1)}"
    assert (
        f"Avoir un toit {line} {text.number(100 * (new - old), decimals=1, signed=True)}"
        in said(explorer)
    )
    assert "« Avoir un toit » entrent parmi les plus faibles" in said(explorer)
    assert "« Me déplacer » ne sont plus déterminés" in said(explorer)
    assert "besoins changent de classe" in said(explorer)
    assert "indéterminé" in said(explorer)
    explorer.reset.click()
    assert explorer.result.value == before
    assert explorer.coefficients["kind", "action"].value == 1.0


def test_presets_move_the_sliders_and_one_s_own_weights_come_back(explorer, catalogue) -> None:
    explorer.coefficients["basis", "relatif"].value = 0.5
    own = explorer.result.value
    explorer.preset.value = "criteres"
    factors = catalogue.weights["criteres"].coefficients
    for (criterion, name), slider in explorer.coefficients.items():
        assert slider.value == getattr(factors, criterion).get(name, 1.0)
    assert explorer.result.value != own
    assert catalogue.weights["criteres"].label in said(explorer)
    explorer.preset.value = "territoire"
    assert explorer.coefficients["basis", "relatif"].value == 0.5
    assert explorer.result.value == own
    offered = [name for _, name in explorer.preset.options]
    assert offered == [*catalogue.weights, "territoire"]


def test_an_indicator_is_weighed_apart_then_given_back(explorer, open_scores) -> None:
    explorer.need.value = "me_deplacer"
    labels = [one.description for one in explorer.indicators.children]
    names = [n for n in open_scores.need_of.index
             if open_scores.need_of[n] == "me_deplacer" and open_scores.weights[n] > 0]  # fmt: skip
    assert labels == [open_scores.catalogue.indicators[n].label for n in names]
    explorer.coefficients["kind", "action"].value = 2.0
    expected = [2.0 if open_scores.catalogue.indicators[n].kind == "action" else 1.0 for n in names]
    assert [one.value for one in explorer.indicators.children] == expected
    assert "réglé à part" not in said(explorer)
    explorer.indicators.children[0].value = 0.0
    assert explorer.choice.exceptions == {names[0]: 0.0}
    assert "réglé à part 0,00" in said(explorer)
    explorer.coefficients["kind", "action"].value = 3.0
    explorer.coefficients["kind", "etat"].value = 3.0
    assert explorer.indicators.children[0].value == 0.0
    explorer.free.click()
    assert explorer.choice.exceptions == {}
    assert explorer.indicators.children[0].value == 3.0


def test_a_panel_is_offered_and_its_sliders_have_room(catalogue, tmp_path) -> None:
    weights = {"be2_i05": 6.5, "be2_i06": 0.0}
    panel = catalogue.weights["egal"].model_copy(
        update={"id": "panel", "label": "Panel de 2026", "indicators": weights}
    )
    known = replace(catalogue, weights={**catalogue.weights, "panel": panel})
    rows = read_values(catalogue=catalogue)
    scores = score(rows[rows["territory"] == LANNION], catalogue=known)
    explorer = weight_explorer(scores, territory=LANNION, folder=tmp_path, today=TODAY)
    assert ("Panel de 2026", "panel") in explorer.preset.options
    explorer.need.value = str(scores.need_of["be2_i05"])
    explorer.preset.value = "panel"
    shown = {one.description: one for one in explorer.indicators.children}
    slider = shown[catalogue.indicators["be2_i05"].label]
    assert slider.value == 6.5
    assert slider.max >= 6.5
    assert slider.continuous_update
    sign(explorer, name="comme-le-panel")
    explorer.save.click()
    assert read_variant(explorer.saved).changes.weights == weights


def test_what_needs_are_worth_moves_no_score(open_scores, catalogue, tmp_path) -> None:
    # Two actions: the first spares more in all, the second is alone to spare water.
    needs = tuple(need.id for need in open_scores.framework.needs)
    gains = np.zeros((2, len(needs)))
    gains[0, needs.index("me_nourrir")], gains[1, needs.index("boire")] = 0.3, 0.2
    table = pd.DataFrame({"indicator": ["bv1_i01", "bv2_i01"]})
    actions = Actions(LANNION, table, gains, gains, needs, ())
    explorer = weight_explorer(open_scores, territory=LANNION, actions=actions, folder=tmp_path)
    labels = [catalogue.indicators[name].label for name in table["indicator"]]
    shown = plain(explorer.result.value)
    assert shown.index(f"{labels[0]} (1er)") < shown.index(f"{labels[1]} (2e)")
    before = explorer.after
    explorer.worth["boire"].value = 3.0
    shown = plain(explorer.result.value)
    assert shown.index(f"{labels[1]} (2e → 1er)") < shown.index(f"{labels[0]} (1er → 2e)")
    np.testing.assert_array_equal(explorer.after.score, before.score)
    assert "La conclusion ne change pas." in shown
    explorer.worth["boire"].value = 1.0
    explorer.coefficients["category", "vital"].value = 3.0
    np.testing.assert_allclose(explorer.after.score, before.score, atol=1e-12)
    mean = re.search(r"Moyenne facultative : (\S+) → (\S+) \(entre", plain(explorer.result.value))
    assert mean is not None
    assert mean[1] != mean[2]


def test_the_conclusion_is_said_in_every_case(explorer, open_scores) -> None:
    needs = open_scores.framework.needs
    explorer.coefficients["response", "declare"].value = 3.0
    explorer.coefficients["kind", "action"].value = 3.0
    some = explorer.after
    back = conclusion(needs, before=some, after=explorer.before)
    assert "entrent parmi les plus faibles" in back or "entre parmi les plus faibles" in back
    nothing = np.zeros((1, len(needs)), dtype=bool)
    none = replace(
        some, determined=nothing[0], conclusions=replace(some.conclusions, weakest=nothing)
    )
    gone = conclusion(needs, before=explorer.before, after=none)
    assert "ne sont plus déterminés. Aucun besoin n’est déterminé" in gone


def test_classes_are_those_of_the_method(explorer) -> None:
    for border in BORDERS:
        assert explorer.result.value.count(f'x1="{100 * border}%" x2="{100 * border}%"') == 18


def test_weights_are_signed_then_come_back(explorer, open_scores, catalogue, tmp_path) -> None:
    explorer.coefficients["kind", "action"].value = 2.0
    explorer.need.value = "avoir_un_toit"
    explorer.indicators.children[0].value = 0.35
    shown = explorer.after
    sign(explorer)
    explorer.save.click()
    assert explorer.saved == tmp_path / "action-double.yaml"
    assert "Variante écrite" in plain(explorer.message.value)
    variant = read_variant(explorer.saved)
    assert (variant.author, variant.role, variant.date) == ("Anne Le Goff", "terrain", TODAY)
    assert variant.status == "ouverte"
    assert variant.changes.scheme.kind == {"etat": 1.0, "action": 2.0}
    assert list(variant.changes.weights.values()) == [0.35]
    made = apply_variant(catalogue, variant)
    rows = read_values(catalogue=catalogue)
    scores = score(rows[rows["territory"] == LANNION], catalogue=made)
    np.testing.assert_allclose(
        shown.score, scores.needs.score.loc[LANNION].to_numpy(float), atol=1e-12
    )
    again = weight_explorer(open_scores, territory=LANNION, folder=tmp_path)
    assert [name for _, name in again.saved_files.options] == ["", "action-double.yaml"]
    again.load.click()
    assert "Choisir d’abord une variante (1 variante dans" in plain(again.message.value)
    again.saved_files.value = "action-double.yaml"
    again.load.click()
    assert "« L’action compte double » appliquée (Anne Le Goff, 2026-11-23)" in plain(
        again.message.value
    )
    np.testing.assert_array_equal(again.after.weights, shown.weights)
    assert again.coefficients["kind", "action"].value == 2.0
    again.need.value = "avoir_un_toit"
    assert again.indicators.children[0].value == 0.35
    assert again.preset.value == "territoire"


def test_what_cannot_be_signed_is_refused_all_at_once(explorer, tmp_path) -> None:
    explorer.date.value = "hier"
    explorer.save.click()
    told = plain(explorer.message.value)
    assert "poids : rien ne change" in told
    assert "« hier » n’est pas une date" in told
    for name in ("Titre", "Nom", "Rôle", "Justification", "Nom du fichier"):
        assert f"{name} : le champ est vide" in told
    explorer.coefficients["kind", "etat"].value = 2.0
    sign(explorer, name="Poids déclarés")
    explorer.why.value = "parce que"
    explorer.date.value = "2026-11-23"
    explorer.save.click()
    told = plain(explorer.message.value)
    assert "Nom du fichier : « Poids déclarés » n’a pas la forme voulue" in told
    assert "Justification : « parce que » est trop court" in told
    assert "champ est vide" not in told
    assert list(tmp_path.iterdir()) == []
    assert explorer.saved is None


def test_no_variant_of_somebody_else_is_replaced(explorer, tmp_path) -> None:
    (tmp_path / "action-double.yaml").write_text("précieux", encoding="utf-8")
    explorer.coefficients["kind", "action"].value = 2.0
    sign(explorer)
    explorer.save.click()
    assert "action-double.yaml : ce fichier existe déjà" in plain(explorer.message.value)
    assert (tmp_path / "action-double.yaml").read_text(encoding="utf-8") == "précieux"
    for name, problem in (("a" * 400, "le chemin est trop long"), ("../dehors", "« ../dehors »")):
        explorer.file.value = name
        explorer.save.click()
        assert problem in plain(explorer.message.value)
    assert not (tmp_path.parent / "dehors.yaml").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["action-double.yaml"]


def test_a_variant_that_cannot_be_applied_changes_nothing(explorer, tmp_path) -> None:
    (tmp_path / "fausse.yaml").write_text("id: autre\nlabel: <b>\n", encoding="utf-8")
    explorer._list_files()
    before = explorer.result.value
    explorer.saved_files.value = "fausse.yaml"
    explorer.load.click()
    assert "« autre » n’est pas le nom du fichier" in plain(explorer.message.value)
    assert "<b>" not in explorer.message.value
    assert explorer.result.value == before


def test_a_variant_that_changes_more_says_what_is_not_shown(explorer, tmp_path) -> None:
    body = (
        "id: autre\nlabel: Autre chose\nauthor: Anne\nrole: terrain\ndate: 2026-11-23\n"
        "justification: Pour voir ce que ces deux changements font ensemble.\nstatus: ouverte\n"
        "changes:\n  weights:\n    be2_i05: 3\n  links:\n    A1-A3: 0.9\n"
    )
    (tmp_path / "autre.yaml").write_text(body, encoding="utf-8")
    explorer._list_files()
    explorer.saved_files.value = "autre.yaml"
    explorer.load.click()
    assert "elle change aussi : links" in plain(explorer.message.value)
    assert explorer.choice.exceptions == {"be2_i05": 3.0}


def test_every_coefficient_has_a_slider_and_every_need_a_value(explorer, open_scores) -> None:
    assert {name for name, _ in explorer.coefficients} == set(CRITERIA)
    assert sum(map(len, CRITERIA.values())) == len(explorer.coefficients) == 10
    assert list(explorer.worth) == [need.id for need in open_scores.framework.needs]


def test_variants_of_a_checkout_go_with_the_others() -> None:
    assert default_folder() == variants_dir()


def test_parameters_are_checked_before_anything_starts(tmp_path: Path) -> None:
    asked = explorer_server.explorer_parameters("Lannion-Trégor Communauté", folder=tmp_path)
    assert asked["territory"] == LANNION
    assert asked["folder"] == str(tmp_path)
    made = explorer_server.prepared_notebook(asked, folder=tmp_path)
    notebook = nbformat.read(made, as_version=4)
    injected = [c for c in notebook.cells if "injected-parameters" in c.metadata.tags]
    assert len(injected) == 1
    assert f'territory = "{LANNION}"' in injected[0].source
    assert all(not c.get("outputs") for c in notebook.cells)
    with pytest.raises(Refusal, match="« nulle part »"):
        explorer_server.explorer_parameters("nulle part")
    with pytest.raises(Refusal, match="« lourds »"):
        explorer_server.explorer_parameters(LANNION, weights="lourds")
    with pytest.raises(Refusal, match="« couleur » est inconnu"):
        explorer_server.prepared_notebook({**asked, "couleur": "bleu"}, folder=tmp_path)


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    asked = explorer_server.explorer_parameters(LANNION, folder=tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(Refusal, match=f"le port « {port} » est déjà pris"),
            explorer_server.running_explorer(asked, port=port),
        ):
            pytest.fail("it started")


@pytest.mark.documents
def test_the_notebook_runs_where_nobody_moves_anything(tmp_path: Path) -> None:
    asked = explorer_server.explorer_parameters(LANNION, folder=tmp_path) | {"sliders": "non"}
    made = run_notebook(
        notebooks_dir() / "11_ponderations.ipynb", parameters=asked, partial=tmp_path / "n.ipynb"
    )
    pages = [
        output.data["text/html"]
        for cell in made.cells if cell.cell_type == "code"
        for output in cell.outputs if "data" in output and "text/html" in output.data
    ]  # fmt: skip
    assert any("La conclusion ne change pas" in plain(page) for page in pages)
    assert any("premières actions" in plain(page) for page in pages)
    assert not any("widget-view" in str(cell.get("outputs")) for cell in made.cells)


@pytest.mark.documents
@pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")
@pytest.mark.parametrize("how", ["SIGINT", "SIGHUP"])
def test_the_command_serves_then_stops_with_its_terminal(how: str, tmp_path: Path) -> None:
    code = (
        "import typer; from diag360.cli_explore import explore; "
        "app = typer.Typer(); app.command()(explore); app()"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code, LANNION, "--port", "0", "--no-browser", "-o", str(tmp_path)],
        stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        lines = [running.stdout.readline() for _ in range(3)]
        address = re.search(r"http://127\.0\.0\.1:(\d+)/", lines[0])
        assert address is not None, lines
        assert str(tmp_path) in lines[1]
        running.send_signal(getattr(signal, how))
        rest, _ = running.communicate(timeout=60)
    finally:
        running.kill()
    assert "Explorateur arrêté." in rest
    assert running.returncode == 0
    until = time.monotonic() + 5
    while time.monotonic() < until:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", int(address[1]))):
                return
    pytest.fail("the server still answers")


def test_the_command_refuses_a_port_out_of_range() -> None:
    app = typer.Typer()
    app.command()(explore)
    assert CliRunner().invoke(app, ["--port", "70000"]).exit_code == 2


def test_the_catalogue_is_left_as_it_is(explorer, catalogue: Catalogue) -> None:
    before = {name: scheme.model_dump() for name, scheme in catalogue.weights.items()}
    explorer.preset.value = "criteres"
    explorer.coefficients["kind", "action"].value = 2.0
    assert {name: scheme.model_dump() for name, scheme in catalogue.weights.items()} == before
