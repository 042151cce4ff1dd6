"""Room 1: what is measured. Indicators, needs, frameworks, units, sources, weight schemes."""
