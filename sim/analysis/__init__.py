"""Outcomes, paired comparison and reference equilibria: pure functions of what was stored or built."""
