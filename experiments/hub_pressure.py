"""What does pressure on one hub move to other hubs?

Each hub that the regime `secondary` threatens is threatened alone, and all of them together. Run as a module it also
writes the committed copy under `results/hub_pressure/`.
"""

from sim.report import studies
from sim.report.policy.hub_pressure import write_hub_pressure

LEVERS = "`regimes`: a regime, and the same with one measure on several hubs"
READ = "`via_hub` by hub, `sanctioned_trade`"
MINUTES = "1-2"
REPORT = write_hub_pressure

if __name__ == "__main__":
    studies.commit("hub_pressure", REPORT)
