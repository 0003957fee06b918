"""What did clearance round the clock do at Khorgos, and when do its queues return?

Longer hours as they came and without them, under demand that grows as it does and faster; for each, the waits by year
and the year from which on they stay above a threshold. Run as a module it also writes the committed copy under
`results/khorgos_hours/`.
"""

from sim.report import studies
from sim.report.policy.khorgos_hours import write_hours

LEVERS = "`end`, growth of demand (`sim/report/policy/khorgos_hours.py`)"
READ = "`wait` and `throughput` at Khorgos by year, the year in which waits pass a threshold"
MINUTES = "2-3"
REPORT = write_hours

if __name__ == "__main__":
    studies.commit("khorgos_hours", REPORT)
