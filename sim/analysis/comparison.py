"""Compare regimes run by run.

The same run number under two regimes shares all its random draws, so the difference between the two is free of the
chance they have in common. Two intervals of a difference answer two questions, and every table gives both:

- the **range over runs** (`run_q05`, `run_q95`): nine in ten simulated futures show an effect inside it. It says how
  sure one can be of the effect in *one* future, which is what a reader who has to decide lives in; it stays as wide as
  the world is uncertain, however many runs are made. Headlines and figures quote it.
- the **interval of the mean** (`mean_low`, `mean_high`): where the mean over infinitely many runs lies (Student's t,
  90 %). It shrinks with the number of runs and says only whether enough of them were made.

A difference is called `higher` or `lower` only if both intervals lie on that side of zero, else `no clear difference`:
with thousands of runs the mean of any trifle is significant, and with a handful the range over runs is too narrow. How
large a difference would have been called clear (`detectable`) stands beside it.

Of fewer than `LEAST_RUNS` runs no interval is told, and a difference has no verdict but `too few runs`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.intervals import LEAST_RUNS, independent_runs, mean_interval, variance_ratio

QUANTILES = (0.05, 0.50, 0.95)
HIGHER, LOWER, UNCLEAR, TOO_FEW = "higher", "lower", "no clear difference", "too few runs"
HARDLY, NOT_IN_FORCE = "hardly in force", "never in force"
"""Verdicts on a difference that is not clear where the measures themselves were hardly in force."""


def quantile_bands(values: np.ndarray) -> np.ndarray:
    """Exact 5 %, 50 % and 95 % quantiles over runs.

    Parameters
    ----------
    values : array [runs, ...]
        Any unit.

    Returns
    -------
    array [3, ...] of float64
        The quantiles, lowest first, in the unit of `values`; interpolated linearly between the two nearest runs.

    Examples
    --------
    >>> quantile_bands(np.arange(101.0))
    array([ 5., 50., 95.])
    """
    return np.quantile(np.asarray(values, dtype=np.float64), QUANTILES, axis=0)


def bands(values: np.ndarray) -> np.ndarray:
    """Quantiles as of `quantile_bands`; of too few runs the median alone, the others missing (NaN).

    Parameters
    ----------
    values : array [runs, ...]
        Any unit.

    Returns
    -------
    array [3, ...] of float64
    """
    found = quantile_bands(values)
    if len(values) < LEAST_RUNS:
        found[[0, 2]] = np.nan
    return found


def verdict(difference: pd.DataFrame) -> pd.Series:
    """Say in words which differences are clear.

    Parameters
    ----------
    difference : DataFrame
        With columns `runs, difference, run_q05, run_q95, mean_low, mean_high`.

    Returns
    -------
    Series of str
        `higher`, `lower` or `no clear difference`; `too few runs` where there is a difference but no interval.
    """
    above = (difference["run_q05"] > 0) & (difference["mean_low"] > 0)
    below = (difference["run_q95"] < 0) & (difference["mean_high"] < 0)
    unknown = (difference["runs"] < LEAST_RUNS) & (difference["difference"] != 0)
    words = np.select([above, below, unknown], [HIGHER, LOWER, TOO_FEW], default=UNCLEAR)
    return pd.Series(words, index=difference.index, name="verdict")


def paired_difference(values: np.ndarray, against: np.ndarray, subjects: Sequence[str]) -> pd.DataFrame:
    """Difference of a regime from another, run by run.

    Parameters
    ----------
    values, against : arrays [runs, subjects]
        The same runs, in the same order, under the regime and under the one it is compared with.
    subjects : sequence of str
        Names of the columns.

    Returns
    -------
    DataFrame, one row a subject
        `subject, runs, mean, mean_against, difference, run_q05, run_q95, mean_low, mean_high` in the unit of `values`;
        `relative, relative_q05, relative_q95` = difference and range over runs as shares of `mean_against` (missing
        where that is zero); `verdict`; `detectable, detectable_relative` = size from which a difference that
        spreads like this one would be called clear; `variance_ratio`; `independent_runs` = runs that unpaired sampling
        would need. Of too few runs all that rests on an interval is missing.

    Raises
    ------
    ValueError
        If the two do not hold the same number of runs and subjects.
    """
    values, against = np.asarray(values, dtype=np.float64), np.asarray(against, dtype=np.float64)
    if values.shape != against.shape:
        message = f"Paired runs need equal shapes, not {values.shape} and {against.shape}."
        raise ValueError(message)
    difference = values - against
    low, _, high = bands(difference)
    mean_low, mean_high = intervals_of_mean(difference)
    base = against.mean(axis=0)
    nothing = np.abs(base) < np.finfo(np.float32).tiny  # results are stored as float32
    scale = np.divide(1.0, base, out=np.full_like(base, np.nan), where=~nothing)
    ratio = variance_ratio(values, against)
    table = pd.DataFrame(
        {
            "subject": list(subjects),
            "runs": len(values),
            "mean": values.mean(axis=0),
            "mean_against": base,
            "difference": difference.mean(axis=0),
            "run_q05": low,
            "run_q95": high,
            "mean_low": mean_low,
            "mean_high": mean_high,
            "relative": difference.mean(axis=0) * scale,
            "relative_q05": low * scale,
            "relative_q95": high * scale,
        }
    )
    reach = detectable(table["difference"], low, high, mean_low, mean_high)
    return table.assign(
        verdict=verdict(table),
        detectable=reach,
        detectable_relative=reach * np.abs(scale),
        variance_ratio=ratio,
        independent_runs=independent_runs(ratio, len(values)),
    )


def intervals_of_mean(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the mean over runs as of `mean_interval`; missing (NaN) of too few runs.

    Parameters
    ----------
    values : array [runs, ...]
        Any unit.

    Returns
    -------
    low, high : arrays [...] of float64
    """
    if len(values) < LEAST_RUNS:
        nothing = np.full(np.shape(values)[1:], np.nan)
        return nothing, nothing
    return mean_interval(values)


def detectable(mean: np.ndarray, *ends: np.ndarray) -> np.ndarray:
    """Size from which a difference would be called clear, if it spread as this one does.

    Parameters
    ----------
    mean : array
        Of the difference.
    *ends : array
        Of the intervals that must leave zero out.

    Returns
    -------
    array of float64
        The farthest that an end lies from the mean, so that either sign would be seen; in the unit of `mean`.

    Examples
    --------
    >>> print(detectable(1.0, -2.0, 3.0))
    3.0
    """
    return np.max([np.abs(np.subtract(end, mean)) for end in ends], axis=0)


def share_summary(shares: np.ndarray) -> dict[str, float]:
    """Mean, median and range over runs of a share that may be undefined in some runs.

    Parameters
    ----------
    shares : array [runs]
        NaN where the whole is zero.

    Returns
    -------
    dict
        `mean, q05, median, q95` over the runs in which the share is defined, and `runs`, their number. All but `runs`
        are missing (NaN) if there is none; `q05` and `q95` also if there are too few.
    """
    defined = shares[~np.isnan(shares)]
    if not len(defined):
        return {"mean": np.nan, "q05": np.nan, "median": np.nan, "q95": np.nan, "runs": 0}
    low, median, high = bands(defined)
    return {"mean": float(defined.mean()), "q05": low, "median": median, "q95": high, "runs": len(defined)}
