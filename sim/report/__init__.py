"""Figures, tables, the one-file page and the answer of a study: they draw what `sim.analysis` computed."""

from sim.report.page.answer import write_committed
from sim.report.page.writing import write_report
from sim.report.patterns import write_patterns

__all__ = ["write_committed", "write_patterns", "write_report"]
