"""Divide what several drivers do together among them: Shapley values, first and last steps, and pairs.

Every subset of k drivers is a world of its own, and row `s` of the values is the world in which the drivers of the bits
of `s` are at work: row 0 has none, the last row all. Nothing here knows what the drivers are.

- *Shapley value*: the mean of what a driver adds, over all orders in which the drivers may come. The values of all
  drivers add up to what they do together.
- *First*: what a driver does alone. *Last*: what is missing without it. Where drivers help or replace each other, the
  two differ, and neither adds up.
- *Interaction* of a pair: the mean, over all orders in which the pair comes as one, of how much more two do together
  than each of them alone (Grabisch and Roubens 1999). Above zero they help, below zero they replace each other.
"""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from sim.analysis.comparison import bands, intervals_of_mean

SHAPLEY, FIRST, LAST = "shapley", "first", "last"
READINGS = (SHAPLEY, FIRST, LAST)
RESAMPLES = 2_000
QUANTILES = (0.05, 0.95)


def shapley(values: np.ndarray) -> np.ndarray:
    """Shapley value of each driver.

    Parameters
    ----------
    values : array [2**k, ...]
        Of the world of each subset.

    Returns
    -------
    array [k, ...] of float64
        In the unit of `values`; they add up to ``values[-1] - values[0]``.

    Examples
    --------
    >>> shapley(np.array([0.0, 1.0, 2.0, 7.0]))
    array([3., 4.])
    """
    values = np.asarray(values, np.float64)
    drivers = _drivers(values)
    weight = [factorial(size) * factorial(drivers - size - 1) / factorial(drivers) for size in range(drivers)]
    found = []
    for driver in range(drivers):
        without = _lacking(drivers, driver)
        weights = np.array([weight[int(each).bit_count()] for each in without])
        found.append(np.tensordot(weights, values[without | (1 << driver)] - values[without], axes=1))
    return np.array(found)


def first(values: np.ndarray) -> np.ndarray:
    """Tell what each driver does alone, [k, ...]; see `shapley`."""
    values = np.asarray(values, np.float64)
    return np.array([values[1 << driver] - values[0] for driver in range(_drivers(values))])


def last(values: np.ndarray) -> np.ndarray:
    """Tell what is missing without each driver, [k, ...]; see `shapley`."""
    values = np.asarray(values, np.float64)
    return np.array([values[-1] - values[-1 - (1 << driver)] for driver in range(_drivers(values))])


def interactions(values: np.ndarray) -> dict[tuple[int, int], np.ndarray]:
    """Interaction of each pair of drivers.

    Parameters
    ----------
    values : array [2**k, ...]
        Of the world of each subset.

    Returns
    -------
    dict of (int, int) to array [...] of float64
        The lower driver first; in the unit of `values`.

    Examples
    --------
    >>> {pair: float(each) for pair, each in interactions(np.array([0.0, 1.0, 2.0, 7.0])).items()}
    {(0, 1): 4.0}
    """
    values = np.asarray(values, np.float64)
    drivers = _drivers(values)
    weight = [factorial(s) * factorial(drivers - s - 2) / factorial(drivers - 1) for s in range(drivers - 1)]
    found = {}
    for one, other in combinations(range(drivers), 2):
        neither = np.intersect1d(_lacking(drivers, one), _lacking(drivers, other))
        weights = np.array([weight[int(each).bit_count()] for each in neither])
        a, b = 1 << one, 1 << other
        together = values[neither | a | b] - values[neither | a] - values[neither | b] + values[neither]
        found[one, other] = np.tensordot(weights, together, axes=1)
    return found


def readings(values: np.ndarray) -> dict[str, np.ndarray]:
    """All three readings of each driver, by name, [k, ...] each."""
    return {SHAPLEY: shapley(values), FIRST: first(values), LAST: last(values)}


def summary(of_runs: np.ndarray, seed: int) -> pd.DataFrame:
    """Sum up one value a run: its mean, its range over runs, and the interval of the mean by resampling runs.

    Each run has its own luck and, where parameters are drawn, its own draw; so both intervals hold both.

    Parameters
    ----------
    of_runs : array [runs, subjects]
        In any unit.
    seed : int
        Of the resamples.

    Returns
    -------
    DataFrame, one row a subject
        `mean, run_q05, median, run_q95, mean_low, mean_high`: of too few runs all but mean and median are missing.
    """
    of_runs = np.asarray(of_runs, np.float64)
    low, middle, high = bands(of_runs)
    mean_low, mean_high = intervals_of_mean(of_runs)
    if not np.isnan(mean_low).all():
        picked = np.random.default_rng(seed).integers(len(of_runs), size=(RESAMPLES, len(of_runs)))
        mean_low, mean_high = np.quantile(of_runs[picked].mean(axis=1), QUANTILES, axis=0)
    columns = (of_runs.mean(axis=0), low, middle, high, mean_low, mean_high)
    return pd.DataFrame(
        dict(zip(("mean", "run_q05", "median", "run_q95", "mean_low", "mean_high"), columns, strict=True))
    )


def signs_differ(rows: pd.DataFrame) -> bool:
    """Say whether the readings of one driver disagree in sign, counting only those whose range leaves zero out.

    Parameters
    ----------
    rows : DataFrame
        `run_q05, run_q95` of each reading.
    """
    return bool((rows["run_q05"] > 0).any() and (rows["run_q95"] < 0).any())


def _drivers(values: np.ndarray) -> int:
    drivers = len(values).bit_length() - 1
    if drivers < 1 or len(values) != 1 << drivers:
        message = f"All subsets of k drivers are 2**k rows, not {len(values)}."
        raise ValueError(message)
    return drivers


def _lacking(drivers: int, driver: int) -> np.ndarray:
    """Subsets without a driver."""
    every = np.arange(1 << drivers)
    return every[every >> driver & 1 == 0]
