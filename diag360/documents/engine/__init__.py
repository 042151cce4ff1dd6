"""Notebooks run in processes forked from one that has loaded everything."""
