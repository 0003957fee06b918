"""Which closures of crossings hurt most, in which month, alone and in pairs, and from how many days on?

Each crossing is shut for thirty days in each month of a year; the ten whose worst month is worst are shut in pairs, and
the worst few for longer and longer. All closures go on from one past, that of the world as it happened. Run as a module
it also writes the committed copy under `results/chokepoints/`.
"""

from sim.report import studies
from sim.report.policy.chokepoints import write_chokepoints

LEVERS = "`design.runs`; year, days and lengths of closures (`sim/report/policy/chokepoints.py`)"
READ = "loss of `registered_trade` by crossing and month, of pairs, and by days closed with its kink"
MINUTES = "12-15"
REPORT = write_chokepoints

if __name__ == "__main__":
    studies.commit("chokepoints", REPORT)
