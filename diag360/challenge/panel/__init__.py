"""Weights given by experts: elicited, checked, gathered, their disagreement kept."""
