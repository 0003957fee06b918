"""Estimators of rerouted trade as they are published, on arrays of flows: nothing here knows where the flows are from.

All take what statistics offices print. What each claims to measure, and what it is blind to, stands in
`docs/decisions/estimators.md`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from sim.intervals import COVERAGE

STEPS, SMALL = 50, 1e-10


class Estimate(NamedTuple):
    """A value, in the unit of the flows, with its own 90 % interval; NaN where there is none."""

    value: float
    low: float = np.nan
    high: float = np.nan


def difference_in_differences(
    before: NDArray[np.float64], after: NDArray[np.float64], treated: NDArray[np.bool_]
) -> Estimate:
    """Estimate what flows of treated cells exceed those of a world without treatment.

    A Poisson regression (PPML) of flows by destination, product and period, with effects of each pair of the three:
    what treated cells grew more than their destination and their product did. The two periods make of it a regression
    of the later period's share, which is the same (conditional on each cell's sum). Errors are clustered by cell, and
    made larger where a cell pulls the fit to itself (HC3).

    Parameters
    ----------
    before, after : arrays [destinations, products] of float64
        Flows a year of two periods, in one unit.
    treated : array [destinations, products] of bool
        Cells that are treated in the later period.

    Returns
    -------
    Estimate
        Flow of treated cells in the later period that the treatment made; negative where they fell behind. NaN where
        there are no treated flows, or nothing to hold them against.
    """
    both = (before.sum(axis=1) > 0) & (after.sum(axis=1) > 0)
    sums = (before + after) * both[:, None]
    places, goods = np.nonzero(sums > 0)
    on = treated[places, goods].astype(np.float64)
    if not len(places) or on.min() == on.max():
        return Estimate(np.nan)
    columns = np.column_stack([places[:, None] == np.unique(places), goods[:, None] == np.unique(goods)[1:], on])
    size, share = sums[places, goods], after[places, goods] / sums[places, goods]
    if np.linalg.matrix_rank(columns) == np.linalg.matrix_rank(columns[:, :-1]):
        return Estimate(np.nan)
    slope, error = _shares_fitted(columns.astype(np.float64), share, size / size.sum())
    flow, end = float(after[treated & both[:, None]].sum()), ndtri(0.5 + COVERAGE / 2)
    return Estimate(*(flow * -np.expm1(-each) for each in (slope, slope - end * error, slope + end * error)))


def _shares_fitted(
    columns: NDArray[np.float64], share: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[float, float]:
    """Fit shares by weighted logistic regression (Newton); slope of the last column and its clustered error."""
    slopes = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        fitted = expit(columns @ slopes)
        bread = np.linalg.pinv((columns.T * (weight * fitted * (1.0 - fitted))) @ columns)
        step = bread @ (columns.T @ (weight * (share - fitted)))
        slopes += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < SMALL:
            break
    fitted = expit(columns @ slopes)
    curve = weight * fitted * (1.0 - fitted)
    bread = np.linalg.pinv((columns.T * curve) @ columns)
    own = curve * np.einsum("ij,jk,ik->i", columns, bread, columns)
    score = columns * (weight * (share - fitted) / np.maximum(1.0 - own, 1e-3))[:, None]
    variance = (bread @ (score.T @ score) @ bread)[-1, -1]
    return float(slopes[-1]), float(np.sqrt(max(variance, 0.0)))


def max_flow(inflow: NDArray[np.float64], outflow: NDArray[np.float64]) -> Estimate:
    """Bound what can have been rerouted: in each period, hub and product the lesser of what came in and what went out.

    Parameters
    ----------
    inflow, outflow : arrays [periods, hubs, products] of float64
        What a hub imports from the origin, and what it exports to the sender.

    Returns
    -------
    Estimate
        Sum over periods, hubs and products; without an interval, as it is published.
    """
    return Estimate(float(np.minimum(inflow, outflow).sum()))


def mirror_gap(sent: NDArray[np.float64], received: NDArray[np.float64]) -> Estimate:
    """Take what an origin books as exports to a hub and the hub does not book as imports.

    Parameters
    ----------
    sent, received : arrays [hubs] of float64
        Exports in the origin's books, imports in those of the hubs.

    Returns
    -------
    Estimate
        Sum over the hubs that book less; without an interval, as it is published.
    """
    return Estimate(float(np.maximum(sent - received, 0.0).sum()))
