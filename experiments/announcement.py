"""How much is shipped ahead of a ban, and is it only brought forward?

The same ban is known to nobody before its first day, or 13, 26 or 52 weeks ahead. Run as a module it also writes the
committed copy under `results/announcement/`.
"""

from sim.report import studies
from sim.report.policy.announcement import write_announcement

LEVERS = "`regimes`: in each the import ban that starts last is announced earlier"
READ = "`sanctioned_trade` before and after the start"
MINUTES = "2-3"
REPORT = write_announcement

if __name__ == "__main__":
    studies.commit("announcement", REPORT)
