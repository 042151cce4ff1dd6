"""Hazards, cascades and actions of a territory."""
