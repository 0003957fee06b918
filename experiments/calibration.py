"""Which published figures does the fitted model meet, what do they leave open, and what does the headline hang on?

The world as it happened, and the regimes that the headline compares, are run at draws of the posterior; the fit is made
again without each group of figures; the headline is run over the parameter that it hangs on most and under each rule of
choice. Run as a module it also writes the committed copy under `results/calibration/`.
"""

from sim.report import studies
from sim.report.fit.writing import write_calibration

LEVERS = "`behaviour.NAME`, which holds a factor at a value"
READ = "figures within the bands, factors left open, the cut over `sensitivity` and by rule"
MINUTES = "10"
REPORT = write_calibration

if __name__ == "__main__":
    studies.commit("calibration", REPORT)
