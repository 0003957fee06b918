"""Ridge regression for many outcomes at once, whose weights are chosen by leaving out groups of runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FOLDS = 8
PENALTIES = np.logspace(-6, 1, 15)
"""Weights of the ridge that are tried, a run: from next to none to one that leaves next to nothing of a slope."""

DAMPED = (1.0, 0.4, 0.15)
"""Scales of products that are tried, once for each factor after the first: the smaller, the more they shrink."""

FREE = 1e3
"""Scale of the constant, which is not shrunk."""


def folds_of(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Spread groups over folds, [runs]; the runs of a single group are spread one by one."""
    numbers = np.unique(groups, return_inverse=True)[1]
    return (numbers if numbers.max(initial=0) > 0 else np.arange(len(groups))) % FOLDS


def ridge(
    terms: NDArray[np.float64], degrees: NDArray[np.int64], values: NDArray[np.float64], folds: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit slopes, and predict each run from runs of other folds.

    Parameters
    ----------
    terms : array [runs, terms] of float64
        What values are linear in.
    degrees : array [terms] of int64
        Of each term its factors: 0 is the constant, which is not shrunk.
    values : array [runs, outcomes] of float64
        What is fitted.
    folds : array [runs] of int64
        Runs of a fold are left out together.

    Returns
    -------
    slopes : array [terms, outcomes] of float64
        Of the weights that predict best what was left out, chosen for each outcome.
    distance : array [runs, outcomes] of float64
        Of each run from what was predicted without its fold.
    """
    size = np.sqrt((terms**2).mean(axis=0))
    size = np.where(size > 0, size, 1.0)
    slopes, distance = np.zeros((terms.shape[1], values.shape[1])), values.copy()
    best = np.full(values.shape[1], np.inf)
    for damped in DAMPED:
        scale = np.where(degrees == 0, FREE, damped ** np.maximum(degrees - 1.0, 0.0)) / size
        parts = [_Part(terms * scale, values, folds != each) for each in np.unique(folds)]
        errors = np.array([sum((part.away(weight) ** 2).sum(axis=0) for part in parts) for weight in PENALTIES])
        better = errors.min(axis=0) < best
        best = np.minimum(errors.min(axis=0), best)
        weight = PENALTIES[errors.argmin(axis=0)][better]
        whole = _Part(terms * scale, values[:, better], np.ones(len(terms), dtype=bool))
        slopes[:, better] = scale[:, None] * whole.slopes(weight)
        for part in parts:
            distance[np.ix_(~part.kept, better)] = part.of(better).away(weight)
    return slopes, distance


class _Part:
    """A regression on some runs, for any weight of the ridge."""

    def __init__(self, terms: NDArray[np.float64], values: NDArray[np.float64], kept: NDArray[np.bool_]) -> None:
        self.terms, self.values, self.kept = terms, values, kept
        self.strength, self.axes = np.linalg.eigh(terms[kept].T @ terms[kept] / max(kept.sum(), 1))
        self.strength = np.maximum(self.strength, 0.0)
        self.along = self.axes.T @ (terms[kept].T @ values[kept]) / max(kept.sum(), 1)
        self.left_out = terms[~kept] @ self.axes

    def of(self, outcomes: NDArray[np.bool_]) -> _Part:
        """Keep some outcomes."""
        part = object.__new__(_Part)
        part.__dict__ |= self.__dict__ | {"values": self.values[:, outcomes], "along": self.along[:, outcomes]}
        return part

    def slopes(self, weight: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Slopes [terms, outcomes] under a weight, or one for each outcome."""
        return self.axes @ (self.along / (self.strength[:, None] + weight))

    def away(self, weight: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Distance of runs that were left out, [runs, outcomes]."""
        return self.values[~self.kept] - self.left_out @ (self.along / (self.strength[:, None] + weight))
