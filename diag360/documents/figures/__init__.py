"""``Scores`` → figures and blocks a notebook displays; each carries its text alternative."""

from diag360.documents.figures.blocks import cover, gaps, needs, provenance, synthesis
from diag360.documents.figures.charts import etat_action, objectives, profile
from diag360.documents.figures.fragments import style

__all__ = [
    "cover",
    "etat_action",
    "gaps",
    "needs",
    "objectives",
    "profile",
    "provenance",
    "style",
    "synthesis",
]
