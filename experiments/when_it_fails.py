"""Under which conditions does a regime fail to cut the goods in scope by a third?

Draws over the whole ranges of all that is uncertain are searched for a box of at most three limits in which a
regime fails; other draws test it, and draws of the posterior say how likely it is. Run as a module it also writes the
committed copy under `results/when_it_fails/`.
"""

from sim.report import studies
from sim.report.policy.when_it_fails import write_when_it_fails

LEVERS = "`regimes`, `design.draws` (over whole ranges), `design.uncertain`"
READ = "conditions with their density and coverage on draws held out, chance to fail over the posterior"
MINUTES = "5"
REPORT = write_when_it_fails

if __name__ == "__main__":
    studies.commit("when_it_fails", REPORT)
