"""Points of the unit cube become scores of needs and effects: the drawn model, piece by piece."""
