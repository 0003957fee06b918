"""How well would the model have predicted 2023 and 2024 from what was published the year before?

Fitted to the end of 2022 it predicts 2023, fitted to the end of 2023 it predicts 2024, once told what happened later
and once not; each is scored against rivals, by rules that were written down before (`docs/decisions/backtest.md`). Run
as a module it also writes the committed copy under `results/backtest/`.
"""

from sim.report import studies
from sim.report.backtest import write_backtest

LEVERS = "`calibrate.runs`, `calibrate.draws`"
READ = "weighted interval score against the best rival, coverage"
MINUTES = "15"
REPORT = write_backtest

if __name__ == "__main__":
    studies.commit("backtest", REPORT)
