"""Figures, tables, the one-file page and the answer of a study: they draw what `sim.analysis` computed."""

from sim.report.answer import write_committed
from sim.report.patterns import write_patterns
from sim.report.writing import write_report

__all__ = ["write_committed", "write_patterns", "write_report"]
