"""Weeks of a run: the months they fall into, the years since the base, the season."""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK, DAYS_PER_YEAR
from sim.state import Clock

MIDDLE_OF_A_YEAR = "07-02"


def month_names(start: date, end: date) -> list[str]:
    """Months of a run as 'YYYY-MM', from the month of `start` to that of `end`."""
    months = np.arange(np.datetime64(start, "M"), np.datetime64(end, "M") + 1)
    return [str(month) for month in months]


def build_clock(
    mondays: NDArray[np.datetime64],
    start: date,
    end: date,
    seasons: pd.DataFrame,
    commodities: list[str],
    spin_up_weeks: int,
    base_year: int,
) -> Clock:
    """Compile the calendar of a run.

    Days before `start` and after `end` count in no month, though their weeks are simulated.

    Parameters
    ----------
    mondays
        Shape (T,), datetime64[D], spin-up included.
    start, end
        First and last day of the run.
    seasons
        Columns commodity, month, factor; commodities that are missing have no season.
    commodities
        Commodities in the order of their index.
    spin_up_weeks
        Weeks before the first observed one.
    base_year
        Year whose trade the table of demand holds.

    Returns
    -------
    Clock
        Arrays over weeks.
    """
    first_month = np.datetime64(start, "M")
    days = mondays[:, None] + np.arange(DAYS_PER_WEEK)
    observed = (days >= np.datetime64(start)) & (days <= np.datetime64(end))
    observed[:spin_up_weeks] = False
    number = (days.astype("datetime64[M]") - first_month).astype(np.int64)
    days_in_month = np.bincount(number[observed], minlength=1)
    month = np.full((mondays.size, 2), -1, np.int32)
    counted = np.zeros((mondays.size, 2))
    for part, day in enumerate((0, -1)):
        inside = observed & (number == number[:, [day]])
        if part == 1:
            inside &= number[:, [0]] != number[:, [-1]]
        counted[:, part] = inside.sum(axis=1)
        month[:, part] = np.where(counted[:, part] > 0, number[:, day], -1)
    total = np.where(month >= 0, days_in_month[np.maximum(month, 0)], 1)
    middle = np.datetime64(f"{base_year}-{MIDDLE_OF_A_YEAR}")
    years = np.maximum((mondays - middle).astype(np.int64) / DAYS_PER_YEAR, 0.0)
    return Clock(
        month=month,
        flow_weight=counted / DAYS_PER_WEEK,
        mean_weight=counted / total,
        years=years,
        season=_season(days, seasons, commodities),
        spin_up_weeks=np.array([spin_up_weeks], np.int64),
    )


def _season(days: NDArray[np.datetime64], seasons: pd.DataFrame, commodities: list[str]) -> NDArray[np.float32]:
    """Mean factor of each week's days, float32 [T, C]."""
    factors = np.ones((12, len(commodities)))
    for row in seasons.itertuples():
        factors[row.month - 1, commodities.index(row.commodity)] = row.factor
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    return factors[month].mean(axis=1).astype(np.float32)
