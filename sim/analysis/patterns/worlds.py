"""What the rules of the patterns share: the regimes and years they look at, and trade as it happened."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.claims import Period, total
from sim.analysis.indicators import share
from sim.analysis.reading import StoredSeries
from sim.policy.language.load import HAPPENED

NO_SANCTIONS = "none"
NO_ZONE, NO_LONG_HOURS = "observed_without_zone", "observed_without_long_hours"
NO_ALLOWANCE, SHUT_IN_WINTER = "observed_without_allowance", "observed_without_open_winter"
REGIMES = (HAPPENED, NO_SANCTIONS, NO_ZONE, NO_LONG_HOURS, NO_ALLOWANCE, SHUT_IN_WINTER)

TRADE = "registered_trade"
YEAR = {year: (f"{year}-01", f"{year}-12") for year in range(2021, 2025)}
JUST_BEYOND_NOTHING = 0.001

Runs = NDArray[np.float64]


def trade(results: StoredSeries, subject: str, period: Period, direction: str = "both") -> Runs:
    """Add up registered trade as it happened.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    subject : str
        A partner, a bloc or the total.
    period : Period
        First and last month.
    direction : str
        `export`, `import` or `both`.

    Returns
    -------
    array [runs]
        Million dollars.
    """
    return total(results, HAPPENED, TRADE, subject, period, direction=direction)


def growth(results: StoredSeries, subject: str, later: Period, earlier: Period) -> Runs:
    """Divide registered trade of one period by that of another.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    subject : str
        A partner, a bloc or the total.
    later, earlier : Period
        First and last month of each.

    Returns
    -------
    array [runs]
        A ratio.
    """
    return share(trade(results, subject, later), trade(results, subject, earlier))
