"""Compare regimes run by run.

The same run number under two regimes shares all its random draws, so the difference between the two is free of the
chance they have in common. Two intervals of a difference answer two questions, and every table gives both:

- the **range over runs** (`run_q05`, `run_q95`): nine in ten simulated futures show an effect inside it. It says how
  sure one can be of the effect in *one* future, which is what a reader who has to decide lives in; it stays as wide as
  the world is uncertain, however many runs are made. Headlines and figures quote it.
- the **interval of the mean** (`mean_low`, `mean_high`): where the mean over infinitely many runs lies (Student's t,
  90 %). It shrinks with the number of runs and says only whether enough of them were made.

A difference is called `higher` or `lower` only if both intervals lie on that side of zero, else `no clear difference`:
with thousands of runs the mean of any trifle is significant, and with a handful the range over runs is too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.intervals import independent_runs, mean_interval, variance_ratio

QUANTILES = (0.05, 0.50, 0.95)
HIGHER, LOWER, UNCLEAR = "higher", "lower", "no clear difference"


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


def verdict(difference: pd.DataFrame) -> pd.Series:
    """Say in words which differences are clear.

    Parameters
    ----------
    difference : DataFrame
        With columns `run_q05, run_q95, mean_low, mean_high`.

    Returns
    -------
    Series of str
        `higher`, `lower` or `no clear difference`.
    """
    above = (difference["run_q05"] > 0) & (difference["mean_low"] > 0)
    below = (difference["run_q95"] < 0) & (difference["mean_high"] < 0)
    words = np.select([above, below], [HIGHER, LOWER], default=UNCLEAR)
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
        where that is zero); `verdict`; `variance_ratio`; `independent_runs` = runs that unpaired sampling would need.

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
    low, _, high = quantile_bands(difference)
    mean_low, mean_high = mean_interval(difference)
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
    return table.assign(
        verdict=verdict(table), variance_ratio=ratio, independent_runs=independent_runs(ratio, len(values))
    )


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
        are missing (NaN) if there is none.
    """
    defined = shares[~np.isnan(shares)]
    if not len(defined):
        return {"mean": np.nan, "q05": np.nan, "median": np.nan, "q95": np.nan, "runs": 0}
    low, median, high = quantile_bands(defined)
    return {"mean": float(defined.mean()), "q05": low, "median": median, "q95": high, "runs": len(defined)}
