"""What moves an outcome over the draws of a study, and what part of its variance hangs on which factors.

For draws as they are, of a posterior too: factors may go together. Nothing here knows trade.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from sim.intervals import COVERAGE, LEAST_RUNS

PART = 5
"""The lowest and the highest fifth of draws are held against all."""

RUNS_A_FACTOR = 2
"""Fewest runs to split a variance between factors: of fewer, a regression tells next to nothing of runs left out."""

RESAMPLES = 200
PENALTIES = np.logspace(-2, 4, 25)
"""Weights of the ridge that are tried, of factors scaled to a spread of 1 and some hundreds of runs."""


def rank_correlations(factors: pd.DataFrame, values: NDArray[np.float64], seed: int = 1) -> pd.DataFrame:
    """Say how an outcome goes with each factor over draws.

    Parameters
    ----------
    factors : pandas.DataFrame
        A row a run, a column a factor.
    values : array [runs] of float64
        The outcome, finite.
    seed : int
        Of the resampling.

    Returns
    -------
    pandas.DataFrame
        By factor, the strongest first: `correlation` (Spearman) with a 90 % interval `correlation_low,
        correlation_high` (bootstrap over runs), and `low, high`: how far the mean of the outcome lies from that of all
        runs in the fifth of runs with the lowest and with the highest values of the factor. Factors that do not vary
        are left out; empty for fewer than `LEAST_RUNS` runs, or an outcome that does not vary.
    """
    factors = factors.loc[:, factors.nunique() > 1]
    if factors.empty or len(values) < LEAST_RUNS or np.ptp(values) == 0:
        return pd.DataFrame(columns=["correlation", "correlation_low", "correlation_high", "low", "high"])
    ranks, outcome = rankdata(factors.to_numpy(np.float64), axis=0), rankdata(values)
    random, count = np.random.default_rng(seed), len(values)
    again = [_correlations(ranks[rows], outcome[rows]) for rows in random.integers(count, size=(RESAMPLES, count))]
    ends = np.nanquantile(again, [0.5 - COVERAGE / 2, 0.5 + COVERAGE / 2], axis=0)
    order, part, mean = np.argsort(ranks, axis=0, kind="stable"), max(count // PART, 1), values.mean()
    table = pd.DataFrame(
        {
            "correlation": _correlations(ranks, outcome),
            "correlation_low": ends[0],
            "correlation_high": ends[1],
            "low": values[order[:part]].mean(axis=0) - mean,
            "high": values[order[-part:]].mean(axis=0) - mean,
        },
        index=pd.Index(factors.columns, name="factor"),
    )
    return table.reindex(table["correlation"].abs().sort_values(ascending=False, kind="stable").index)


def _correlations(columns: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlate each column with the values; NaN where either does not vary."""
    columns, values = columns - columns.mean(axis=0), values - values.mean()
    size = np.sqrt((columns**2).sum(axis=0) * (values**2).sum())
    return np.divide(values @ columns, size, out=np.full(columns.shape[1], np.nan), where=size > 0)


class Hangs(NamedTuple):
    """What part of an outcome's variance over runs goes with some factors, with the others, and with neither.

    Attributes
    ----------
    some, others : float
        Shares of the variance; where the two tell the same, each has half of it.
    some_low, some_high : float
        90 % interval of the first (bootstrap over runs).
    rest : float
        Luck, and what straight lines do not tell.
    """

    some: float
    some_low: float
    some_high: float
    others: float
    rest: float


def hangs_on(factors: pd.DataFrame, values: NDArray[np.float64], some: Collection[str], seed: int = 1) -> Hangs | None:
    """Split the variance of an outcome over runs between some factors, all others, and what neither tells.

    A ridge regression tells it for runs left out one at a time, from some factors, from the others and from all: of
    what a group adds to nothing and adds to the other group, the mean is its share (Shapley).

    Parameters
    ----------
    factors : pandas.DataFrame
        A row a run, a column a factor.
    values : array [runs] of float64
        The outcome, finite.
    some : collection of str
        Names of factors.
    seed : int
        Of the resampling.

    Returns
    -------
    Hangs or None
        None for fewer than `LEAST_RUNS` runs or `RUNS_A_FACTOR` for each factor, or an outcome that does not vary.
    """
    factors = factors.loc[:, factors.nunique() > 1]
    if len(values) < max(LEAST_RUNS, RUNS_A_FACTOR * factors.shape[1]) or np.ptp(values) == 0 or factors.empty:
        return None
    columns, mine = factors.to_numpy(np.float64), np.isin(factors.columns, list(some))
    share, others = _split(columns, values, mine)
    random, count = np.random.default_rng(seed), len(values)
    rows = [np.sort(random.choice(count, count // 2, replace=False)) for _ in range(RESAMPLES // 4)]
    halves = np.array([_split(columns[each], values[each], mine)[0] for each in rows])
    spread = halves.std() * ndtri(0.5 + COVERAGE / 2)  # half of the runs, without repetition, spread as all of them do
    return Hangs(share, max(share - spread, 0.0), min(share + spread, 1.0), others, max(1.0 - share - others, 0.0))


def _split(columns: NDArray[np.float64], values: NDArray[np.float64], mine: NDArray[np.bool_]) -> tuple[float, float]:
    """Shares of the variance of one group of columns and of the other."""
    whole, first, second = (told(columns[:, each], values) for each in (mine | True, mine, ~mine))
    whole = max(whole, first, second)  # more columns may tell less of runs left out
    return 0.5 * (first + whole - second), 0.5 * (second + whole - first)


def told(columns: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Say what share of the variance of values a ridge regression tells of runs left out, one at a time.

    Parameters
    ----------
    columns : array [runs, columns] of float64
        May be none.
    values : array [runs] of float64

    Returns
    -------
    float
        0 to 1: the best of `PENALTIES`.
    """
    spread = columns.std(axis=0)
    kept = spread > 0
    if not kept.any():
        return 0.0
    scaled = (columns[:, kept] - columns[:, kept].mean(axis=0)) / spread[kept]
    left, strength, _ = np.linalg.svd(scaled, full_matrices=False)
    kept_axes = strength > strength.max() * 1e-10
    left, squared = left[:, kept_axes], strength[kept_axes] ** 2
    centred = values - values.mean()
    along = left.T @ centred
    best = 0.0
    for penalty in PENALTIES * len(values) / 100.0:
        shrunk = squared / (squared + penalty)
        own = (left**2) @ shrunk + 1.0 / len(values)
        error = (centred - left @ (shrunk * along)) / (1.0 - own)
        alone = centred / (1.0 - 1.0 / len(values))  # the mean of the others, where nothing is told
        best = max(best, 1.0 - float((error**2).sum() / (alone**2).sum()))
    return min(best, 1.0)
