"""What share of lost trade with Russia came back through hubs, by the count of each published figure?

Some sixty published figures of 2022 to 2024 were listed before any run of the world `russia`; each is worked out in the
runs by its own count: with behaviour of another world, with behaviour fitted to these figures, and beside two rivals.
Run as a module it also writes the committed copy under `results/eurasian_roundabout/`.
"""

from sim.report import studies
from sim.report.policy.eurasian_roundabout import write_eurasian_roundabout

LEVERS = "`design.sampler` (a table of draws, or `latin_hypercube` over the ranges), `firms`"
READ = "shares of return, changes of exports, parts and gates, each beside its published figure"
MINUTES = "2-4"
REPORT = write_eurasian_roundabout

if __name__ == "__main__":
    studies.commit("eurasian_roundabout", REPORT)
