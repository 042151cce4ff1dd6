"""Every notebook shipped gives in a fork what it gives with papermill's own engine."""

from pathlib import Path

import nbformat
import papermill
import pytest
from torture import NAME, STOCK, ran, told

from diag360.paths import notebooks_dir

pytestmark = pytest.mark.documents

# Nobody moves anything, and few draws are enough to be compared.
CALM = {"sliders": "non", "form": "non", "draws": "200", "sample": "2"}
NOTEBOOKS = sorted(path.name for path in notebooks_dir().glob("*.ipynb"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_shipped_notebook_is_the_same(tmp_path: Path, name: str) -> None:
    template = notebooks_dir() / name
    known = papermill.inspect_notebook(str(template))
    parameters = {key: word for key, word in CALM.items() if key in known}
    notebook = nbformat.read(template, as_version=4)
    runs = []
    for engine in (STOCK, NAME):
        made, raised = ran(notebook, engine, tmp_path / engine / "ici", parameters=parameters)
        if name in MADE_BY_THE_BATCH and raised is not None:
            pytest.skip("needs a batch")
        assert raised is None
        runs.append(told(made))
    assert any(cell.get("outputs") for cell in runs[0]["cells"])
    assert runs[1] == runs[0]


MADE_BY_THE_BATCH = {"40_synthese_lot.ipynb"}
