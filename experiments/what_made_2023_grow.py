"""How much of the growth of trade since 2021 is sanctions and diversion, and how much is anything else?

Every subset of the drivers of `conf/drivers.yaml` is a world of its own, with the same draws and luck in each; growth
is divided among the drivers by what each adds, over all orders, alone and last. Run as a module it also writes the
committed copy under `results/what_made_2023_grow/`.
"""

from sim.report import studies
from sim.report.policy.what_made_2023_grow import write_what_made_it_grow

LEVERS = "`conf/drivers.yaml`, `design.runs`"
READ = "`registered_trade`: part of each driver by year"
MINUTES = "5-8"
REPORT = write_what_made_it_grow

if __name__ == "__main__":
    studies.commit("what_made_2023_grow", REPORT)
