"""Diagnostic 360° de résilience territoriale."""

from diag360._version import __version__
from diag360.catalogue.load import load_catalogue
from diag360.challenge.assumptions import Assumptions
from diag360.challenge.audit.run import audit
from diag360.challenge.comparison.compare import compare_variants
from diag360.challenge.robustness import robustness
from diag360.challenge.variants.files import read_variant
from diag360.scoring.scores import Scores, score
from diag360.territories.perimeter import find_territory
from diag360.territories.places import find_place
from diag360.territories.prepare import prepare_values
from diag360.territories.values import read_values
from diag360.vulnerability.actions import rank_actions
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.cross import cross
from diag360.vulnerability.prepare import prepare_ratings
from diag360.vulnerability.scenarios import choose_scenario
from diag360.vulnerability.stress_test import stress_test

__all__ = [
    "Assumptions",
    "Scores",
    "Vulnerabilities",
    "__version__",
    "audit",
    "choose_scenario",
    "compare_variants",
    "cross",
    "find_place",
    "find_territory",
    "load_catalogue",
    "prepare_ratings",
    "prepare_values",
    "rank_actions",
    "read_values",
    "read_variant",
    "robustness",
    "score",
    "stress_test",
]
