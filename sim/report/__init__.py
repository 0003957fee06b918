"""Figures, tables, the one-file page and the answer of a study: they draw what `sim.analysis` computed."""
