"""Where the loss of a closure changes its pace: two straight lines that meet, fitted to loss against days closed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.intervals import COVERAGE, LEAST_RUNS

RESAMPLES = 500
PLACES = 120
"""Places of the kink that are tried, evenly between the second and the last but one number of days."""


class Estimate(NamedTuple):
    """A number with its interval: `COVERAGE` of resamples of runs; missing (NaN) of too few runs."""

    value: float
    low: float
    high: float


class Kink(NamedTuple):
    """Two slopes and where they meet.

    Attributes
    ----------
    days : Estimate
        Days closed at which the slope changes.
    before, after : Estimate
        Loss a day up to there and from there on, in the unit of the losses.
    change : Estimate
        `after` less `before`.
    chance : float
        How often runs that spread as these do, around one straight line, seem as bent as these; missing (NaN) of too
        few runs.
    """

    days: Estimate
    before: Estimate
    after: Estimate
    change: Estimate
    chance: float

    @property
    def is_clear(self) -> bool:
        """Whether a straight line would hardly seem so bent; False of too few runs."""
        return bool(self.chance < (1 - COVERAGE) / 2)


def kink(days: NDArray[np.float64], losses: NDArray[np.float64], seed: int = 0) -> Kink:
    """Fit a line through the origin that changes its slope once, by least squares on the mean over runs.

    Parameters
    ----------
    days : array [lengths] of float64
        Days closed, rising, above zero; at least four. A closure of no days costs nothing.
    losses : array [runs, lengths] of float64
        In any unit.
    seed : int
        Of the resamples.

    Returns
    -------
    Kink
        Intervals by bootstrap: whole runs are drawn anew, so they hold what differs between runs, chance and draws of
        parameters. Any losses can be fitted a little better with a kink, and its place is looked for; so whether there
        is one at all is held against resamples of the same runs, moved onto the best straight line.

    Raises
    ------
    ValueError
        If there are fewer than four lengths, which any two lines fit.

    Examples
    --------
    >>> length = np.array([5.0, 10.0, 20.0, 30.0, 40.0])
    >>> found = kink(length, np.tile(np.minimum(length, 20.0) + 3.0 * np.maximum(length - 20.0, 0.0), (30, 1)))
    >>> [round(float(each.value), 6) for each in found[:4]]
    [20.0, 1.0, 3.0, 2.0]
    """
    days, losses = np.asarray(days, np.float64), np.asarray(losses, np.float64)
    if len(days) < 4:
        message = f"A kink needs at least four lengths of closure, not {len(days)}."
        raise ValueError(message)
    mean = losses.mean(axis=0)
    (whole,), (gained,) = _fit(days, mean[np.newaxis])
    ends, chance = np.full((2, len(whole)), np.nan), np.nan
    if len(losses) >= LEAST_RUNS:
        chosen = np.random.default_rng(seed).integers(len(losses), size=(RESAMPLES, len(losses)))
        means = losses[chosen].mean(axis=1)
        ends = np.quantile(_fit(days, means)[0], [0.5 - COVERAGE / 2, 0.5 + COVERAGE / 2], axis=0)
        straight = days * (mean @ days) / (days @ days)
        chance = float((_fit(days, means - mean + straight)[1] >= gained).mean())
    return Kink(*(Estimate(*each) for each in zip(whole, *ends, strict=True)), chance)


def _fit(days: NDArray[np.float64], means: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit each row of means [rows, lengths].

    Returns
    -------
    found : array [rows, 4]
        Place, slope before, slope after, and their difference.
    gained : array [rows]
        Squares that the kink takes away from those of one straight line.
    """
    places = np.unique(np.concatenate([np.linspace(days[1], days[-2], PLACES), days[1:-1]]))
    parts = np.stack([np.minimum(days, places[:, None]), np.maximum(days - places[:, None], 0.0)], axis=2)
    slopes = np.einsum("psl,rl->rps", np.linalg.pinv(parts), means)
    squares = np.square(means[:, None] - np.einsum("pls,rps->rpl", parts, slopes)).sum(axis=2)
    best, rows = squares.argmin(axis=1), np.arange(len(means))
    before, after = slopes[rows, best].T
    straight = np.square(means - np.outer(means @ days / (days @ days), days)).sum(axis=1)
    return np.column_stack([places[best], before, after, after - before]), straight - squares[rows, best]
