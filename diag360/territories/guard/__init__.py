"""The guard: values that are readable and yet wrong, before they are scored."""

from diag360.territories.guard.check import check_values
from diag360.territories.guard.finding import Finding
from diag360.territories.guard.fixes import apply_fixes, blocking, withhold
from diag360.territories.guard.ranges import unknown_territories

__all__ = [
    "Finding",
    "apply_fixes",
    "blocking",
    "check_values",
    "unknown_territories",
    "withhold",
]
