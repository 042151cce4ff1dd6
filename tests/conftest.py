"""What every test shares: a command line, and which tests are left out of ``make fast``."""

import sys
from pathlib import Path

import pytest
from plain_text import plain

HERE = Path(__file__).parent
# Laws and outside references of the arithmetic, and drawings looked at one by one.
THOROUGH = (
    "catalogue/test_diff",
    "challenge/",
    "vulnerability/test_actions",
    "vulnerability/test_assess",
    "vulnerability/test_cascade",
    "vulnerability/test_draws",
    "vulnerability/test_graph",
    "vulnerability/test_sensitivity",
    "vulnerability/test_stress",
    "documents/batch/test_clusters",
    "documents/batch/test_index",
    "documents/batch/test_synthesis",
    "documents/engine/",
    "documents/test_audit_blocks",
    "documents/test_blind_spots",
    "documents/test_elicitation_sheets",
    "documents/test_explorer",
    "documents/test_hazard_blocks",
    "documents/test_hostile_notes",
    "documents/test_meeting",
    "documents/test_notes_through_tools",
    "documents/test_panel_blocks",
    "documents/test_register_page",
    "documents/test_sensitivity_blocks",
    "documents/test_stress",
    "documents/test_uncertainty_blocks",
    "documents/test_variant_blocks",
    "scoring/test_compare",
    "territories/test_guard_slips",
    "territories/test_prepare",
    "territories/test_rebuild",
    "vulnerability/test_defaults",
    "vulnerability/test_routing",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).as_posix().startswith(THOROUGH):
            item.add_marker(pytest.mark.thorough)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run a command line; gives its exit code, what it printed and what it complained of."""
    from diag360.cli import main

    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: object) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["diag360", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        printed = capsys.readouterr()
        return stop.value.code, plain(printed.out), plain(printed.err)

    return run
