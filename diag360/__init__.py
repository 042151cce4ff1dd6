"""Diagnostic 360° de résilience territoriale."""

from diag360._version import __version__
from diag360.catalogue.load import load_catalogue
from diag360.scoring.scores import Scores, score
from diag360.territories.perimeter import find_territory
from diag360.territories.places import find_place
from diag360.territories.prepare import prepare_values
from diag360.territories.values import read_values

__all__ = [
    "Scores",
    "__version__",
    "find_place",
    "find_territory",
    "load_catalogue",
    "prepare_values",
    "read_values",
    "score",
]
