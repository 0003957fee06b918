"""Regimes as text: nodes with their line numbers, measures, checks, names."""
