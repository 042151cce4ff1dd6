from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from diag360.documents.engine.pool import can_fork
from diag360.documents.notebook import ENGINES, FORK, check_parameters, run_notebook
from diag360.errors import Refusal
from diag360.paths import notebooks_dir

GOOD = {
    "territory": "200065928",
    "values": "open-data",
    "complete": "oui",
    "framework": "besoins-2021",
    "weights": "egal",
    "tier": "standard",
    "campaign": "2026",
    "exposure": "open-data",
    "pack": "fondateur",
    "annotations": "livrées",
}
TEMPLATE = notebooks_dir() / "30_diagnostic.ipynb"


def refused(parameters: dict[str, object]) -> str:
    with pytest.raises(Refusal) as caught:
        check_parameters(TEMPLATE, parameters=parameters)
    return str(caught.value)


def test_the_parameters_of_the_notebook_are_accepted() -> None:
    check_parameters(TEMPLATE, parameters=GOOD)


def test_a_misspelt_parameter_is_refused_with_the_nearest() -> None:
    message = refused({**GOOD, "wieghts": "egal"})
    assert "« wieghts » est inconnu → peut-être « weights » ?" in message


def test_a_missing_parameter_is_refused() -> None:
    message = refused({name: value for name, value in GOOD.items() if name != "campaign"})
    assert "« campaign » manque" in message
    assert "territory" not in message


def test_a_code_given_as_a_number_is_refused() -> None:
    assert "« territory » vaut 200065928" in refused({**GOOD, "territory": 200065928})


def test_all_faults_come_at_once() -> None:
    message = refused({"territory": 1, "foo": "x"})
    kept = ("territory", "foo", "values", "framework", "weights", "tier", "campaign")
    for name in (*kept, "exposure", "pack"):
        assert f"« {name} »" in message


def small_notebook(path: Path, *sources: str) -> Path:
    cells = [new_code_cell("name: str = 'a'", metadata={"tags": ["parameters"]})]
    cells += [new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path


@pytest.mark.documents
def test_a_failed_notebook_is_kept_and_its_error_named(tmp_path: Path) -> None:
    template = small_notebook(tmp_path / "bad.ipynb", "print(name)", "raise ValueError('mûre')")
    partial = tmp_path / "run.ipynb"
    with pytest.raises(Refusal, match="ValueError : mûre"):
        run_notebook(template, parameters={"name": "cerise"}, partial=partial)
    kept = nbformat.reads(partial.read_text(encoding="utf-8"), as_version=4)
    assert any("cerise" in str(cell.get("outputs")) for cell in kept.cells)


@pytest.mark.documents
def test_a_run_is_stamped_with_what_it_was_run_with(tmp_path: Path) -> None:
    template = small_notebook(tmp_path / "good.ipynb", "name")
    notebook = run_notebook(template, parameters={"name": "01004"}, partial=tmp_path / "r.ipynb")
    stamp = notebook.metadata["diag360"]
    assert stamp["parameters"] == {"name": "01004"}
    assert len(stamp["notebook_sha256"]) == 64
    assert notebook.cells[-1].outputs[0].data["text/plain"] == "'01004'"


@pytest.mark.documents
def test_a_cell_that_never_ends_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diag360.documents.notebook.LONGEST", 1)
    template = small_notebook(tmp_path / "long.ipynb", "name * 3", "import time; time.sleep(60)")
    with pytest.raises(Refusal, match="une cellule a dépassé 1 secondes"):
        run_notebook(template, parameters={"name": "a"}, partial=tmp_path / "run.ipynb")
    kept = nbformat.reads((tmp_path / "run.ipynb").read_text(encoding="utf-8"), as_version=4)
    assert "'aaa'" in str(kept.cells[2].outputs)


@pytest.mark.documents
def test_a_parameter_is_told_in_the_words_asked_for(tmp_path: Path) -> None:
    template = small_notebook(tmp_path / "good.ipynb", "name")
    given = {"parameters": {"name": "/tmp/x.json"}, "told": {"name": "livrées « a »"}}
    notebook = run_notebook(template, partial=tmp_path / "r.ipynb", **given)
    assert notebook.cells[1].source == '# Parameters\nname = "livrées « a »"'
    assert notebook.cells[-1].outputs[0].data["text/plain"] == "'/tmp/x.json'"
    assert "x.json" not in str(notebook.metadata)
    broken = small_notebook(tmp_path / "bad.ipynb", "1 / 0")
    with pytest.raises(Refusal, match="ZeroDivisionError"):
        run_notebook(broken, partial=tmp_path / "r.ipynb", **given)
    assert "x.json" not in (tmp_path / "r.ipynb").read_text(encoding="utf-8")


WIDGETS = "import ipywidgets\nipywidgets.VBox([ipywidgets.IntSlider(), ipywidgets.Label('é')])"


@pytest.mark.documents
@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_run_gives_the_same_bytes(tmp_path: Path, engine: str) -> None:
    if engine == FORK and not can_fork():
        pytest.skip("ce système ne sait pas dédoubler un processus")
    template = small_notebook(tmp_path / "good.ipynb", "name * 2", WIDGETS)
    made = []
    for at in range(2):
        folder = tmp_path / f"run{at}"
        folder.mkdir()
        partial = folder / "r.ipynb"
        ran = run_notebook(template, parameters={"name": "a"}, partial=partial, engine=engine)
        made.append(nbformat.writes(ran))
        assert not partial.exists(), "only what fails is written"
    assert made[0] == made[1]
    assert "model_id" in made[0]
    assert all(word not in made[0] for word in ("start_time", "duration", "iopub", str(tmp_path)))


def test_an_engine_that_is_not_known_is_refused(tmp_path: Path) -> None:
    template = small_notebook(tmp_path / "good.ipynb", "name")
    with pytest.raises(Refusal, match="« vapeur » est inconnu"):
        run_notebook(template, parameters={"name": "a"}, partial=tmp_path / "r", engine="vapeur")


@pytest.mark.documents
@pytest.mark.parametrize("engine", ENGINES)
def test_the_notebook_that_failed_says_where(tmp_path: Path, engine: str) -> None:
    if engine == FORK and not can_fork():
        pytest.skip("ce système ne sait pas dédoubler un processus")
    template = small_notebook(tmp_path / "bad.ipynb", "name", "1 / 0", "name")
    partial = tmp_path / "r.ipynb"
    with pytest.raises(Refusal, match="cellule 4 : ZeroDivisionError"):
        run_notebook(template, parameters={"name": "a"}, partial=partial, engine=engine)
    kept = nbformat.reads(partial.read_text(encoding="utf-8"), as_version=4)
    sources = [cell.source for cell in kept.cells]
    assert "papermill-error-cell" in sources[sources.index("1 / 0") - 1]
    assert kept.metadata["papermill"]["parameters"] == {"name": "a"}
