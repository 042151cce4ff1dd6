"""Diagnostic 360° de résilience territoriale."""

from diag360._version import __version__
from diag360.catalogue.load import load_catalogue
from diag360.scoring.scores import Scores, score
from diag360.territories.perimeter import find_territory
from diag360.territories.values import read_values

__all__ = ["Scores", "__version__", "find_territory", "load_catalogue", "read_values", "score"]
