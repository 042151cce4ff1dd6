"""Data walks through the rooms once: a room imports only from rooms to its left."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "diag360"
ROOMS = ["catalogue", "territories", "scoring", "vulnerability", "challenge", "documents"]
CORRIDOR = {"errors", "files", "paths", "_version"}
LABORATORY = {
    "assumptions",
    "draws.profile_model",
    "flip_report",
    "importance",
    "leave_one_out",
    "redundancy",
    "robustness",
    "sensitivity",
    "sensitivity_of_need",
    "sobol",
}
ENTRANCE = {
    "__init__",
    "cli",
    "cli_annotations",
    "cli_annotations_made",
    "cli_audit",
    "cli_batch",
    "cli_catalogue",
    "cli_challenge",
    "cli_data",
    "cli_elicit",
    "cli_explore",
    "cli_exposure",
    "cli_options",
    "cli_output",
    "cli_sensitivity",
    "cli_workbook",
    "cli_text",
    "cli_vulnerability",
}


def imported(path: Path) -> set[str]:
    """Modules of the package a file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "diag360":
                found |= {f"diag360.{alias.name}" for alias in node.names}
            else:
                found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] == "diag360"}


def place(module: str) -> str:
    """Room, corridor module or entrance a module belongs to."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def wrong_arrows(path: Path, *, root: Path) -> list[str]:
    own = path.relative_to(root).parts
    here = own[0] if len(own) > 1 else path.stem
    if here in ENTRANCE:
        return []
    wrong = []
    for module in imported(path):
        there = place(module)
        if there in CORRIDOR:
            continue
        if here in CORRIDOR or there not in ROOMS or ROOMS.index(there) > ROOMS.index(here):
            wrong.append(f"{'/'.join(own)} -> {module}")
    return wrong


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_no_room_imports_from_its_right(path: Path) -> None:
    assert wrong_arrows(path, root=PACKAGE) == []


def test_every_file_has_a_place() -> None:
    for path in PACKAGE.glob("*.py"):
        assert path.stem in CORRIDOR | ENTRANCE
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and any(p.glob("*.py"))}
    assert folders <= set(ROOMS)


def test_the_walk_sees_a_wrong_arrow(tmp_path: Path) -> None:
    room = tmp_path / "scoring"
    room.mkdir()
    (room / "bad.py").write_text("def f():\n    from diag360.documents import text\n")
    assert wrong_arrows(room / "bad.py", root=tmp_path) == ["scoring/bad.py -> diag360.documents"]


def test_notebooks_use_the_public_library_and_the_figures_only() -> None:
    """Those of the method also open the rooms of arithmetic: that is what they show."""
    import json

    arithmetic = {"diag360.catalogue.crosswalk", "diag360.scoring", "diag360.scoring.matrices",
                  "diag360.scoring.scales", "diag360.scoring.tiers",
                  "diag360.vulnerability.cascade", "diag360.vulnerability.draws",
                  "diag360.vulnerability.graph", "diag360.vulnerability.matrices",
                  *(f"diag360.challenge.{name}" for name in LABORATORY)}  # fmt: skip
    for path in (PACKAGE.parent / "notebooks").glob("*.ipynb"):
        method = path.stem < "30"
        opened = arithmetic | {"diag360.documents.widgets"} if method else set()
        allowed = {"diag360", "diag360.documents"} | opened
        shown = {"figures", "text"} if method else {"figures"}
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] != "code":
                continue
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("diag360"):
                    assert node.module in allowed, f"{path.name}: {node.module}"
                    if node.module == "diag360.documents":
                        assert {alias.name for alias in node.names} <= shown


def test_committed_notebooks_hold_no_output() -> None:
    import json

    for path in (PACKAGE.parent / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            assert not cell.get("outputs"), f"{path.name}, {cell['id']}"
            assert cell.get("execution_count") is None
        assert "papermill" not in notebook["metadata"]
