"""Do conclusions hold under logit, satisficing and reinforcement, each with its own posterior?

The regime is compared with a world without it under each rule by which firms choose; figures of the customs that were
published stand beside. Run as a module it also writes the committed copy under `results/who_decides_how/`.
"""

from sim.report import studies
from sim.report.policy.who_decides_how import write_who_decides_how

LEVERS = "`regimes`, `behaviour` (the rule told first)"
READ = "cut, diverted, whole trade, false alarms by rule; share denied and origins of stops as tests"
MINUTES = "4"
REPORT = write_who_decides_how

if __name__ == "__main__":
    studies.commit("who_decides_how", REPORT)
