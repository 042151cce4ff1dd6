"""One territory scored again under other weights, fast enough to follow a hand."""
