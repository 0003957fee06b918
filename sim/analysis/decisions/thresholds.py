"""In which year a value passes a threshold, run by run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.intervals import COVERAGE, LEAST_RUNS


class Passing(NamedTuple):
    """When a threshold is passed.

    Attributes
    ----------
    median, low, high : float
        Year, with the range of `COVERAGE` of runs; infinite where it is not passed in the years looked at, missing
        (NaN) the ends of too few runs.
    share : float
        Of runs that pass it at all.
    """

    median: float
    low: float
    high: float
    share: float


def years_of(months: Sequence[str]) -> list[int]:
    """Name the years that hold all twelve months.

    Parameters
    ----------
    months : sequence of str
        `YYYY-MM`.
    """
    of = [int(month[:4]) for month in months]
    return [year for year in dict.fromkeys(of) if of.count(year) == 12]


def yearly(values: NDArray[np.float64], months: Sequence[str]) -> NDArray[np.float64]:
    """Average months to whole years.

    Parameters
    ----------
    values : array [runs, months]
        A level, such as days.
    months : sequence of str
        `YYYY-MM`.

    Returns
    -------
    array [runs, years] of float64
        Of `years_of(months)`.
    """
    of = np.array([int(month[:4]) for month in months])
    return np.stack([np.asarray(values, np.float64)[:, of == year].mean(axis=1) for year in years_of(months)], axis=1)


def passing(values: NDArray[np.float64], years: Sequence[int], threshold: float) -> Passing:
    """Find the year from which on a value stays above a threshold.

    Parameters
    ----------
    values : array [runs, years]
        A level.
    years : sequence of int
        Of its columns, rising.
    threshold : float
        In its unit.

    Returns
    -------
    Passing
        Of the first year after the last one at or below the threshold. A run that ends at or below it has not passed
        it.

    Examples
    --------
    >>> passing(np.array([[1.0, 3.0, 1.0, 3.0]] * 20), [2025, 2026, 2027, 2028], 2.0)
    Passing(median=2028.0, low=2028.0, high=2028.0, share=1.0)
    """
    below = np.asarray(values) <= threshold
    first = np.where(below.any(axis=1), below.shape[1] - below[:, ::-1].argmax(axis=1), 0)
    found = np.append(np.asarray(years, np.float64), np.inf)[first]
    ends = (0.5 - COVERAGE / 2, 0.5, 0.5 + COVERAGE / 2)
    low, median, high = np.quantile(found, ends, method="inverted_cdf")  # no mean of a year and of never
    if len(found) < LEAST_RUNS:
        low, high = np.nan, np.nan
    return Passing(float(median), float(low), float(high), float(np.isfinite(found).mean()))
