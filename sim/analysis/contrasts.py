"""Differences between any two regimes of a study, over any months, for studies that ask beyond one comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.periods import Dates, Period
from sim.analysis.reading import StoredSeries

Series = Mapping[str, Sequence[str]]
"""Subject to the stored columns that add up to it."""


def period_of(dates: Dates, first: date, last: date) -> Period | None:
    """Find the observed months that lie between two days; a month counts from its first observed day on.

    Parameters
    ----------
    dates : Dates
        Of the study.
    first, last : date
        Days.

    Returns
    -------
    Period or None
        None if no month of the study begins in between.
    """
    begin, end = (f"{day:%Y-%m}" for day in (first, last))
    inside = [place for place, month in enumerate(dates.months) if begin <= month <= end]
    return dates.period(slice(inside[0], inside[-1] + 1)) if inside else None


def rates(results: StoredSeries, regime: str, series: Series, period: Period) -> np.ndarray:
    """Average a year of some series.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regime : str
        Its name.
    series : mapping of str to sequence of str
        Of flows.
    period : Period
        Of any months.

    Returns
    -------
    array [runs, subjects] of float64
        In the unit of the series, a year.
    """
    return np.stack([period.rate(reading.monthly(results, regime, each)) for each in series.values()], axis=1)


def contrast(
    results: StoredSeries, pair: tuple[str, str], series: Series, period: Period, scale: float = 1.0
) -> pd.DataFrame:
    """Compare two regimes run by run, average a year.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    pair : (str, str)
        The regime, and the one it is compared with.
    series : mapping of str to sequence of str
        Of flows.
    period : Period
        Of any months.
    scale : float
        Factor on all values, such as from million dollars to billion yuan.

    Returns
    -------
    DataFrame
        `regime, against, period` and the columns of `comparison.paired_difference`.
    """
    regime, against = pair
    both = (scale * rates(results, each, series, period) for each in pair)
    found = comparison.paired_difference(*both, list(series))
    return reading.labelled(found, regime=regime, against=against, period=period.name)


def of_runs(values: np.ndarray, subjects: Sequence[str], **labels: object) -> pd.DataFrame:
    """Sum up one value a run as a difference from nothing, with the same columns as `contrast`.

    Parameters
    ----------
    values : array [runs, subjects]
        Differences, or shares, of each run.
    subjects : sequence of str
        Names of the columns.
    **labels : object
        Constant columns in front.

    Returns
    -------
    DataFrame
    """
    values = np.asarray(values, np.float64)
    return reading.labelled(comparison.paired_difference(values, np.zeros_like(values), subjects), **labels)
