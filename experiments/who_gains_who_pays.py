"""Who gains from sanctions and who pays: producers, hubs, carriers, ports, buyers, importers, partners one by one?

The accounts of each regime are held against those of a world without sanctions, run by run; both sides of the ledger
are equal in every run. Run as a module it also writes the committed copy under `results/who_gains_who_pays/`.
"""

from sim.report import studies
from sim.report.policy.who_gains_who_pays import write_who_gains_who_pays

LEVERS = "`regimes`, `against`"
READ = "`incidence`, `incidence_at`, `detained_count`"
MINUTES = "1-2"
REPORT = write_who_gains_who_pays

if __name__ == "__main__":
    studies.commit("who_gains_who_pays", REPORT)
