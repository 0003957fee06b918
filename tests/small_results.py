"""Results small enough to work out by hand: what `sim.analysis` needs of stored results, held in memory."""

from pathlib import Path

import numpy as np
import pandas as pd


class SmallResults:
    """Series given as {(outcome, subject, commodity, direction): {regime: array [runs, months]}}."""

    def __init__(self, months, against, values, folder=Path(), unit="musd"):
        self.months = tuple(months)
        self.against = against
        self.regimes = tuple(next(iter(values.values())))
        self.folder = folder
        self.signature = "0123456789abcdef"
        self.manifest = {"signature": self.signature, "versions": {"reroute": "0.1.0"}, "commit": None}
        self.manifest["design"] = {"first_draw": 0, "draws": 1, "runs": 20, "paired": False}
        self.failures = pd.DataFrame(columns=["regime", "draw", "run", "code", "week", "process", "entity"])
        self.draws = pd.DataFrame({"sensitivity": [0.4]})
        self.runs = pd.DataFrame({"draw": 0, "run": range(len(next(iter(next(iter(values.values())).values()))))})
        self._values = {"|".join(key): each for key, each in values.items()}
        rows = [("|".join(key), *key, unit) for key in values]
        self.series = pd.DataFrame(rows, columns=["column", "outcome", "subject", "commodity", "direction", "unit"])

    def wide(self, regime, columns):
        return np.stack([np.asarray(self._values[each][regime], np.float32) for each in columns], axis=2)


def months_of(*years):
    return [f"{year}-{month:02d}" for year in years for month in range(1, 13)]
