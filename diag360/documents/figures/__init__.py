"""``Scores`` → figures and blocks a notebook displays; each carries its text alternative."""

from diag360.documents.figures.action_blocks import (
    actions_summary,
    actions_table,
    commons_routing,
)
from diag360.documents.figures.blocks import (
    cover,
    gaps,
    needs,
    provenance,
    synthesis,
    tier_note,
)
from diag360.documents.figures.cascade_charts import cascade_matrix, cascade_split, cascade_story
from diag360.documents.figures.cascade_drawing import cascade_network
from diag360.documents.figures.charts import etat_action, objectives, profile
from diag360.documents.figures.collection_blocks import (
    collection_state,
    findings_table,
    questions_table,
)
from diag360.documents.figures.curves import bornage, indicator_curve
from diag360.documents.figures.dependency_chart import (
    dependency_roles,
    dependency_sentence,
    dependency_table,
)
from diag360.documents.figures.effect_steps import effect_steps
from diag360.documents.figures.fragments import say, style, table
from diag360.documents.figures.hazard_blocks import (
    exposure_table,
    hazard_sheet,
    systemic_vulnerabilities,
)
from diag360.documents.figures.hazard_matrix import hazard_matrix
from diag360.documents.figures.method_charts import calibration, drawn_effects
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
from diag360.documents.figures.stress_blocks import (
    stress_failing,
    stress_head,
    stress_prepare,
    stress_table,
    stress_unknown,
)
from diag360.documents.figures.stress_sheet import stress_sheet
from diag360.documents.figures.stress_timeline import stress_timeline

__all__ = [
    "actions_summary",
    "actions_table",
    "bornage",
    "calibration",
    "cascade_matrix",
    "cascade_network",
    "cascade_split",
    "cascade_story",
    "collection_state",
    "commons_routing",
    "cover",
    "crosswalk_figure",
    "dependency_roles",
    "dependency_sentence",
    "dependency_table",
    "drawn_effects",
    "effect_steps",
    "etat_action",
    "exposure_table",
    "findings_table",
    "gaps",
    "hazard_matrix",
    "hazard_sheet",
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
    "stress_failing",
    "stress_head",
    "stress_prepare",
    "stress_sheet",
    "stress_table",
    "stress_timeline",
    "stress_unknown",
    "style",
    "synthesis",
    "systemic_vulnerabilities",
    "table",
    "tier_note",
    "tier_table",
]
