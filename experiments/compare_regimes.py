"""What does a sanction regime change, against a world without it?

The same firms meet the same crossings and the same shocks under each regime; only what the senders do differs. Run as a
module it also writes the committed copy of the default study under `results/compare_regimes/`.
"""

from functools import partial

from sim.report import studies
from sim.report.figures import FIGURES
from sim.report.page.writing import write_report

LEVERS = "`regimes`, `against`"
READ = "`sanctioned_trade`, `registered_trade` by market, `port_trade` by crossing"
MINUTES = "4-8"
REPORT = partial(write_report, figures=FIGURES)

if __name__ == "__main__":
    studies.commit("compare_regimes", REPORT)
