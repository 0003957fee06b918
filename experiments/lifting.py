"""Does trade come back when measures end?

The same ban is never there, stays for ever, or ends on a day; what is left of its effect is followed for years after
the end. Run as a module it also writes the committed copy under `results/lifting/`.
"""

from sim.report import studies
from sim.report.policy.lifting import write_lifting

LEVERS = "`regimes`: never, always, and those that end a measure"
READ = "`registered_trade` of the sender, `sanctioned_trade` by kind: share of the loss that is left"
MINUTES = "2-3"
REPORT = write_lifting

if __name__ == "__main__":
    studies.commit("lifting", REPORT)
