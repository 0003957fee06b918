"""Sanction regimes and the trade of a region: firms, crossings and customs, simulated week by week."""
