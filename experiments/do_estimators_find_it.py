"""What would published estimators say of simulated trade whose true rerouting is known?

The books of simulated worlds are read as a researcher would read those of statistics offices: difference in differences
on exports to hubs, bounds by product and by shipment, mirror gaps; each is held against what truly passed through hubs.
Run as a module it also writes the committed copy under `results/do_estimators_find_it/`.
"""

from sim.report import studies
from sim.report.policy.do_estimators_find_it import write_estimators

LEVERS = "`regimes`"
READ = "true and estimated rerouting, bias, ratio, coverage of the estimator's own interval"
MINUTES = "3"
REPORT = write_estimators

if __name__ == "__main__":
    studies.commit("do_estimators_find_it", REPORT)
