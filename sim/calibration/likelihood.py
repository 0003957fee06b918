"""The likelihood of published figures, with errors of runs that go together.

A figure lies about the emulator's mean. Of what parts them, the figure's own error and the discrepancy are its own;
the error of the emulator and the luck of a run are not: a run that says too much of one total says too much of the
others. Their covariance is

    S (P + L L') S

with the standard deviations S, loadings L on a few common parts (`Emulator.shared`), and P, what is left to make the
diagonal 1. With independent errors a posterior would count the same evidence many times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TINY = np.finfo(np.float64).tiny


class Likelihood(NamedTuple):
    """Log likelihood at some points, up to a constant, and its slopes.

    Attributes
    ----------
    value : array [points] of float64
    by_mean, by_own, by_doubt : arrays [points, targets] of float64
        By the mean, by the variance that is a target's own, and by that of the emulator.
    """

    value: Array
    by_mean: Array
    by_own: Array
    by_doubt: Array


def log_likelihood(miss: Array, own: Array, doubt: Array, shared: Array) -> Likelihood:
    """Work out the log likelihood.

    Parameters
    ----------
    miss : array [points, targets] of float64
        Published less mean.
    own : array [points, targets] of float64
        Variance of each target by itself: of its error and its discrepancy.
    doubt : array [points, targets] of float64
        Variance of the emulator.
    shared : array [targets, parts] of float64
        Loadings of the emulator's errors on common parts; rows of squares add up to less than 1.

    Returns
    -------
    Likelihood
    """
    parts = shared.shape[1]
    products = (shared[:, :, None] * shared[:, None, :]).reshape(len(shared), parts**2)
    whole = own + doubt * (1.0 - (shared**2).sum(axis=1))
    spread = np.sqrt(doubt) / whole
    inner = np.eye(parts) + (doubt / whole @ products).reshape(len(miss), parts, parts)
    inverse = np.linalg.inv(inner)
    common = (miss * spread) @ shared
    solved = np.einsum("pij,pj->pi", inverse, common)
    weighed = miss / whole - spread * (solved @ shared.T)
    diagonal = 1.0 / whole - spread**2 * (inverse.reshape(len(miss), parts**2) @ products.T)
    misfit = (miss**2 / whole).sum(axis=1) - (common * solved).sum(axis=1)
    volume = np.log(whole).sum(axis=1) + np.linalg.slogdet(inner)[1]
    return Likelihood(
        value=-0.5 * (misfit + volume),
        by_mean=weighed,
        by_own=0.5 * (weighed**2 - diagonal),
        by_doubt=0.5 * (weighed * (miss - own * weighed) - 1.0 + own * diagonal) / np.maximum(doubt, TINY),
    )
