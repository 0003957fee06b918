"""What is it worth that the Khunjerab pass stays open in winter, to whom and in which months?

Two calendars of the pass to Pakistan, each with the attacks, slides and sit-ins on its road and without them; what
passes in winter is parted into what only moved in time, came off other ways, was taken from other partners, and is new.
Run as a module it also writes the committed copy under `results/khunjerab_winter/`.
"""

from sim.report import studies
from sim.report.policy.khunjerab_winter import write_winter

LEVERS = "`end`, the regimes of the two calendars"
READ = "`port_trade` of the pass by calendar month, `registered_trade` with Pakistan, accounts"
MINUTES = "1-2"
REPORT = write_winter

if __name__ == "__main__":
    studies.commit("khunjerab_winter", REPORT)
