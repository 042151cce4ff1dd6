"""Counter-proposals: signed files of changes, applied to the catalogue, accepted or kept."""
