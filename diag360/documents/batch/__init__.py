"""Many territories: one manifest, every document, nothing lost, nothing hidden."""
