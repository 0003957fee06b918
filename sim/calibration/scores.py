"""Scores of forecasts, as forecasting hubs give them: how far off, how wide, and who was better.

The weighted interval score holds a forecast by its median and central intervals (Bracher et al. 2021, Evaluating
epidemic forecasts in an interval format, PLOS Computational Biology 17(2)); it is in the unit of the forecast, and
smaller is better.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEVELS = (0.5, 0.8, 0.9)
"""Central intervals that are scored, by the share of the forecast that they hold."""

BOOTSTRAPS = 4000


class IntervalScore(NamedTuple):
    """Weighted interval score of each forecast, and its three parts, which add up to it.

    Attributes
    ----------
    total, width, over, under : arrays [forecasts] of float64
        In the unit of the forecasts: the whole; what the width costs; what lay below the forecast (over-prediction),
        and above it.
    """

    total: NDArray[np.float64]
    width: NDArray[np.float64]
    over: NDArray[np.float64]
    under: NDArray[np.float64]


def weighted_interval_score(draws: NDArray[np.float64], observed: NDArray[np.float64]) -> IntervalScore:
    """Score forecasts given as draws.

    Parameters
    ----------
    draws : array [draws, forecasts] of float64
    observed : array [forecasts] of float64

    Returns
    -------
    IntervalScore
    """
    median = np.quantile(draws, 0.5, axis=0)
    width = np.zeros_like(median)
    over, under = 0.5 * np.maximum(median - observed, 0.0), 0.5 * np.maximum(observed - median, 0.0)
    for level in LEVELS:
        outside = 1.0 - level
        low, high = np.quantile(draws, [outside / 2, 1.0 - outside / 2], axis=0)
        width += outside / 2 * (high - low)
        over += np.maximum(low - observed, 0.0)
        under += np.maximum(observed - high, 0.0)
    count = len(LEVELS) + 0.5
    return IntervalScore((width + over + under) / count, width / count, over / count, under / count)


def crps(draws: NDArray[np.float64], observed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Continuous ranked probability score of forecasts given as draws (Gneiting and Raftery 2007).

    Parameters
    ----------
    draws : array [draws, forecasts] of float64
    observed : array [forecasts] of float64

    Returns
    -------
    array [forecasts] of float64
        In the unit of the forecasts: mean distance to what was observed, less half the mean distance between draws.
    """
    ordered, count = np.sort(draws, axis=0), len(draws)
    rank = 2.0 * np.arange(1, count + 1) - count - 1.0
    return np.abs(draws - observed).mean(axis=0) - (rank @ ordered) / count**2


def coverage(draws: NDArray[np.float64], observed: NDArray[np.float64], level: float) -> float:
    """Share of the forecasts whose central interval holds what was observed."""
    low, high = np.quantile(draws, [(1.0 - level) / 2, (1.0 + level) / 2], axis=0)
    return float(np.mean((low <= observed) & (observed <= high)))


class Relative(NamedTuple):
    """A score over a rival's, with the 90 % interval of a bootstrap over forecasts."""

    ratio: float
    low: float
    high: float


def relative_score(mine: NDArray[np.float64], rival: NDArray[np.float64], seed: int = 0) -> Relative:
    """Mean score over the rival's, of the same forecasts; below 1 is better than the rival.

    Parameters
    ----------
    mine, rival : arrays [forecasts] of float64
        Scores of both, forecast by forecast, all in one unit or on one scale.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Relative
    """
    chosen = np.random.default_rng(seed).integers(len(mine), size=(BOOTSTRAPS, len(mine)))
    ratios = mine[chosen].mean(axis=1) / rival[chosen].mean(axis=1)
    low, high = np.quantile(ratios, [0.05, 0.95])
    return Relative(float(mine.mean() / rival.mean()), float(low), float(high))
