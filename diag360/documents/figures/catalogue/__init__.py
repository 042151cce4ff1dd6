"""The catalogue and the method: scales, sheets, references."""
