"""For a budget of inspections, where should customs look, and what does it cost to be predictable?

A search by NSGA-II over budget, priority sectors and how inspections are spread, for a deep cut, few inspections and
few false alarms, robust over draws of the posterior; what it found is held on draws that it has not seen. It needs the
extra `studies`. Run as a module it also writes the committed copy under `results/enforcement_frontier/`.
"""

from sim.report import studies
from sim.report.policy.enforcement_frontier import write_frontier

LEVERS = "budget, sectors, spread (`sim/analysis/decisions/where_to_look.py`)"
READ = "cut of `sanctioned_trade` against inspections and cost of false alarms"
MINUTES = "6-8"
REPORT = write_frontier

if __name__ == "__main__":
    studies.commit("enforcement_frontier", REPORT)
