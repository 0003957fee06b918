"""Which patterns of the world does the model show, and which of them was it fitted to?

The world as it happened is run beside worlds without sanctions and without single counter-measures; each pattern is
judged by rules that were written down before (`sim.analysis.patterns`), and each claim says whether anything was fitted
to it. Run as a module it also writes the committed copy under `results/patterns/`.
"""

from sim.report import studies
from sim.report.page.verdicts import write_patterns

LEVERS = "none: the rules need these regimes and months"
READ = "verdict on each of P1 to P14"
MINUTES = "2-3"
REPORT = write_patterns

if __name__ == "__main__":
    studies.commit("patterns", REPORT)
