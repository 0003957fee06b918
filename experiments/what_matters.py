"""Which uncertainties drive which outcome, and how much of it is luck?

The regime is run at draws of the posterior, and over the whole ranges of all that is uncertain: shares of variance come
from an emulator of those runs, single steps from the model itself, luck from runs of one draw. Run as a module it also
writes the committed copy under `results/what_matters/`.
"""

from sim.report import studies
from sim.report.policy.what_matters import write_what_matters

LEVERS = "`regimes`, `design.draws` (over whole ranges), `design.uncertain`"
READ = "shares of variance by factor, of luck, and of what rests on assumed ranges"
MINUTES = "6"
REPORT = write_what_matters

if __name__ == "__main__":
    studies.commit("what_matters", REPORT)
