"""Intervals of a mean and of a paired difference of means, for rules that stop a sweep and for tables alike."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

COVERAGE = 0.90
"""Share of samples whose interval holds the true mean."""

LEAST_RUNS = 20
"""Fewest runs of which a range or an interval is told: of fewer, the 5th and the 95th percentile rest on one run."""


def half_width(values: np.ndarray) -> np.ndarray:
    """Half the width of the interval of the mean over runs, by Student's t.

    Parameters
    ----------
    values : array [runs, ...]
        One value a run, in any unit.

    Returns
    -------
    array [...] of float64
        In the unit of `values`; infinite for fewer than two runs, which say nothing about the spread.
    """
    values = np.asarray(values, dtype=np.float64)
    count = len(values)
    if count < 2:
        return np.full(values.shape[1:], np.inf)
    return stdtrit(count - 1, 0.5 + COVERAGE / 2) * values.std(axis=0, ddof=1) / np.sqrt(count)


def mean_interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """90 % interval of the mean over runs, by Student's t.

    Parameters
    ----------
    values : array [runs, ...]
        One value a run.

    Returns
    -------
    low, high : arrays [...] of float64
        Infinite for a single run: one run says nothing about the spread.
    """
    mean, half = np.asarray(values, dtype=np.float64).mean(axis=0), half_width(values)
    return mean - half, mean + half


def variance_ratio(values: np.ndarray, against: np.ndarray) -> np.ndarray:
    """How many times more runs independent sampling would need for the same interval of the mean difference.

    The variance of a difference of independent runs is the sum of both variances; that of paired runs is the variance
    of the run-by-run difference.

    Parameters
    ----------
    values, against : arrays [runs, ...]
        The same runs under two regimes.

    Returns
    -------
    array [...] of float64
        1 where nothing varies, infinite where only the difference does not.
    """
    if len(values) < 2:
        return np.ones(np.shape(values)[1:])
    independent = np.var(values, axis=0, ddof=1) + np.var(against, axis=0, ddof=1)
    paired = np.var(np.subtract(values, against), axis=0, ddof=1)
    ratio = np.where(independent > 0, np.inf, 1.0)
    return np.divide(independent, paired, out=ratio, where=paired > 0)


def independent_runs(ratio: np.ndarray, runs: int) -> np.ndarray:
    """Give the whole runs that independent sampling needs, at a `variance_ratio`.

    Parameters
    ----------
    ratio : array [...]
        As `variance_ratio` gives it.
    runs : int
        Paired runs.

    Returns
    -------
    array [...] of float64
        Infinite where the ratio is.
    """
    return np.ceil(np.round(np.asarray(ratio) * runs, 6))
