"""``Scores`` → figures and blocks a notebook displays; each carries its text alternative."""

from diag360.documents.figures.blocks import (
    cover,
    gaps,
    needs,
    provenance,
    synthesis,
    tier_note,
)
from diag360.documents.figures.charts import etat_action, objectives, profile
from diag360.documents.figures.collection_blocks import (
    collection_state,
    findings_table,
    questions_table,
)
from diag360.documents.figures.curves import bornage, indicator_curve
from diag360.documents.figures.fragments import say, style, table
from diag360.documents.figures.perimeter_blocks import members
from diag360.documents.figures.reference_blocks import (
    crosswalk_figure,
    indicator_sheet,
    need_list,
    need_sheet,
    open_questions,
    references,
    tier_table,
)

__all__ = [
    "bornage",
    "collection_state",
    "cover",
    "crosswalk_figure",
    "etat_action",
    "findings_table",
    "gaps",
    "indicator_curve",
    "indicator_sheet",
    "members",
    "need_list",
    "need_sheet",
    "needs",
    "objectives",
    "open_questions",
    "profile",
    "provenance",
    "questions_table",
    "references",
    "say",
    "style",
    "synthesis",
    "table",
    "tier_note",
    "tier_table",
]
