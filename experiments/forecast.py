"""What does the model say of trade, partners and crossings in 2025 to 2027?

The world as it happened, drawn from the posterior; no figure of 2025 or later was seen when it was written. Run as a
module it also writes the committed copy under `results/forecast/`, with all months in `forecast.csv`.
"""

from sim.report import studies
from sim.report.forecast import write_forecast

LEVERS = "none: it is written once"
READ = "`forecast.csv`: `registered_trade` by partner, `throughput` by crossing, months and years with bands"
MINUTES = "3-5"
REPORT = write_forecast

if __name__ == "__main__":
    studies.commit("forecast", REPORT, beside=("forecast.csv",))
