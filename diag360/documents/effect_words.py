"""Words of the effects of hazards, in pages and in tables."""

CLASSES = ("négligeable", "faible", "modéré", "fort", "très fort")
"""Classes of an effect, in the order of :func:`diag360.vulnerability.effects.effect_class`."""
BASES = ("propre", "générique", "inconnue")
"""On what a sensitivity rests, in the order of :mod:`diag360.vulnerability.sensitivity`."""
