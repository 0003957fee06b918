"""How errors of one run go together over outcomes: a few common parts, by principal factors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDS, LEAST_OWN = 30, 0.02
"""Times that what is each outcome's own is found again; the least part of an outcome's variance that is its own."""


def shared_parts(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find common parts of errors, as many as stand out of what chance makes of as many runs.

    Parameters
    ----------
    errors : array [runs, outcomes] of float64
        Of runs that were left out; columns of any scale.

    Returns
    -------
    array [outcomes, parts] of float64
        Loadings, in standard deviations of each outcome; no column where nothing stands out.
    """
    runs, outcomes = errors.shape
    spread = np.sqrt((errors**2).mean(axis=0))
    scaled = errors / np.where(spread > 0, spread, 1.0)
    correlation = scaled.T @ scaled / runs
    largest = (
        1.0 + np.sqrt(outcomes / runs)
    ) ** 2  # eigenvalue that independent errors hardly pass (Marchenko, Pastur)
    parts = min(int((np.linalg.eigvalsh(correlation) > largest).sum()), outcomes - 1)
    if not parts:
        return np.zeros((outcomes, 0))
    own = np.full(outcomes, 0.5)
    for _ in range(ROUNDS):
        values, vectors = np.linalg.eigh(correlation - np.diag(own))
        loadings = vectors[:, -parts:] * np.sqrt(np.maximum(values[-parts:], 0.0))
        own = np.clip(1.0 - (loadings**2).sum(axis=1), LEAST_OWN, 1.0)
    common = (loadings**2).sum(axis=1)
    return loadings * np.sqrt(np.minimum(1.0, (1.0 - LEAST_OWN) / np.maximum(common, LEAST_OWN)))[:, None]
