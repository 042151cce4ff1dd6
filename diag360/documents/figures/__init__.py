"""``Scores`` → figures and blocks a notebook displays; each carries its text alternative."""

from diag360.documents.figures.batch.cover import batch_cover, batch_provenance, batch_summary
from diag360.documents.figures.batch.distributions import need_distributions
from diag360.documents.figures.batch.groups import profile_groups
from diag360.documents.figures.batch.lists import batch_coverage, first_actions
from diag360.documents.figures.batch.maps import need_maps
from diag360.documents.figures.batch.reading import find_groups, read_batch
from diag360.documents.figures.batch.shared import shared_vulnerabilities
from diag360.documents.figures.catalogue.curves import bornage, indicator_curve
from diag360.documents.figures.catalogue.method_charts import calibration, drawn_effects
from diag360.documents.figures.catalogue.references import (
    crosswalk_figure,
    indicator_sheet,
    need_list,
    need_sheet,
    open_questions,
    references,
    tier_table,
)
from diag360.documents.figures.diagnosis.blocks import (
    cover,
    gaps,
    needs,
    provenance,
    synthesis,
    tier_note,
)
from diag360.documents.figures.diagnosis.charts import etat_action, objectives, profile
from diag360.documents.figures.diagnosis.collection import (
    collection_state,
    findings_table,
    questions_table,
)
from diag360.documents.figures.diagnosis.perimeter import members
from diag360.documents.figures.fragments import say, style, table
from diag360.documents.figures.hazards.actions import (
    actions_summary,
    actions_table,
    commons_routing,
)
from diag360.documents.figures.hazards.blocks import (
    exposure_table,
    hazard_sheet,
    systemic_vulnerabilities,
)
from diag360.documents.figures.hazards.cascade_charts import (
    cascade_matrix,
    cascade_split,
    cascade_story,
)
from diag360.documents.figures.hazards.cascade_drawing import cascade_network
from diag360.documents.figures.hazards.dependency_chart import (
    dependency_roles,
    dependency_sentence,
    dependency_table,
)
from diag360.documents.figures.hazards.effect_steps import effect_steps
from diag360.documents.figures.hazards.matrix import hazard_matrix
from diag360.documents.figures.laboratory.audit_blocks import (
    audit_head,
    audit_heading,
    audit_rules,
    audit_summary,
)
from diag360.documents.figures.laboratory.audit_charts import (
    audit_correlations,
    audit_coverage,
    audit_scree,
)
from diag360.documents.figures.laboratory.audit_promises import audit_documents
from diag360.documents.figures.laboratory.flip_blocks import (
    flip_table,
    levelling_table,
    redundancy_table,
    repeated_table,
    withdrawal_nation,
    withdrawal_table,
)
from diag360.documents.figures.laboratory.importance_chart import importance_chart
from diag360.documents.figures.laboratory.panel_blocks import (
    panel_agreement,
    panel_answers,
    panel_summary,
)
from diag360.documents.figures.laboratory.sensitivity_blocks import (
    decisive_assumption,
    need_levers,
    sensitivity_bars,
    sensitivity_matrix,
)
from diag360.documents.figures.laboratory.uncertainty_blocks import (
    class_shares,
    convergence,
    firmness,
    hazard_ranks,
    need_fan,
    need_ranks,
)
from diag360.documents.figures.laboratory.variant_blocks import (
    variant_cards,
    variant_hazards,
    variant_nation,
    variant_needs,
    variant_verdict,
)
from diag360.documents.figures.laboratory.variant_waterfall import variant_waterfall
from diag360.documents.figures.notes.beside import notes_beside
from diag360.documents.figures.notes.meeting_blocks import (
    meeting_disagreements,
    meeting_head,
    meeting_list,
    meeting_orphans,
    meeting_propositions,
    meeting_stale,
)
from diag360.documents.figures.notes.register import register
from diag360.documents.figures.stress.blocks import (
    stress_failing,
    stress_head,
    stress_prepare,
    stress_table,
    stress_unknown,
)
from diag360.documents.figures.stress.sheet import stress_sheet
from diag360.documents.figures.stress.timeline import stress_timeline
from diag360.documents.meeting_notes import read_meeting
from diag360.documents.notes import read_notes

__all__ = [
    "actions_summary",
    "actions_table",
    "audit_correlations",
    "audit_coverage",
    "audit_documents",
    "audit_head",
    "audit_heading",
    "audit_rules",
    "audit_scree",
    "audit_summary",
    "batch_cover",
    "batch_coverage",
    "batch_provenance",
    "batch_summary",
    "bornage",
    "calibration",
    "cascade_matrix",
    "cascade_network",
    "cascade_split",
    "cascade_story",
    "class_shares",
    "collection_state",
    "commons_routing",
    "convergence",
    "cover",
    "crosswalk_figure",
    "decisive_assumption",
    "dependency_roles",
    "dependency_sentence",
    "dependency_table",
    "drawn_effects",
    "effect_steps",
    "etat_action",
    "exposure_table",
    "find_groups",
    "findings_table",
    "firmness",
    "first_actions",
    "flip_table",
    "gaps",
    "hazard_matrix",
    "hazard_ranks",
    "hazard_sheet",
    "importance_chart",
    "indicator_curve",
    "indicator_sheet",
    "levelling_table",
    "meeting_disagreements",
    "meeting_head",
    "meeting_list",
    "meeting_orphans",
    "meeting_propositions",
    "meeting_stale",
    "members",
    "need_distributions",
    "need_fan",
    "need_levers",
    "need_list",
    "need_maps",
    "need_ranks",
    "need_sheet",
    "needs",
    "notes_beside",
    "objectives",
    "open_questions",
    "panel_agreement",
    "panel_answers",
    "panel_summary",
    "profile",
    "profile_groups",
    "provenance",
    "questions_table",
    "read_batch",
    "read_meeting",
    "read_notes",
    "redundancy_table",
    "references",
    "register",
    "repeated_table",
    "say",
    "sensitivity_bars",
    "sensitivity_matrix",
    "shared_vulnerabilities",
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
    "variant_cards",
    "variant_hazards",
    "variant_nation",
    "variant_needs",
    "variant_verdict",
    "variant_waterfall",
    "withdrawal_nation",
    "withdrawal_table",
]
