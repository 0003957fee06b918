"""Screening: which factors the targets say anything of, by predicting each factor from simulated targets.

Where runs differ in a factor and their targets do not show it, no figure can pin it down, and an emulator that looks
for it only adds noise. Such a factor stays drawn from the prior.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.emulator import scikit_learn

LEAST_TOLD = 0.05
"""Share of a factor's variance that the targets must tell for it to be fitted (cross-validated R2)."""

FOLDS = 5
PENALTIES = np.logspace(-2, 5, 29)


def told_of_factors(even: pd.DataFrame, simulated: pd.DataFrame, seed: int = 0) -> pd.Series:
    """Say how much the targets tell of each factor.

    Parameters
    ----------
    even : pandas.DataFrame
        A row a run of the prior, a column a factor, in places of their ranges.
    simulated : pandas.DataFrame
        The same rows: targets on their scales.
    seed : int
        Of the parts into which the runs are cut.

    Returns
    -------
    pandas.Series
        By factor: R2 of a ridge regression for runs that it had not seen, on targets, or on them and their squares,
        whichever tells more; 1 is all, 0 or less is nothing.
    """
    scaled = _scaled(simulated.to_numpy(np.float64))
    model = scikit_learn("sklearn.linear_model").RidgeCV(alphas=PENALTIES, alpha_per_target=True)
    selection = scikit_learn("sklearn.model_selection")
    parts = selection.KFold(FOLDS, shuffle=True, random_state=seed)
    told = []
    for features in (scaled, np.hstack([scaled, scaled**2])):
        found = selection.cross_val_predict(model, features, even.to_numpy(np.float64), cv=parts).reshape(even.shape)
        told.append(1.0 - ((even - found) ** 2).mean() / even.var(ddof=0))
    return np.maximum(*told)


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale targets to a spread of 1; what is far out counts as 3 spreads."""
    spread = values.std(axis=0)
    return np.clip((values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0), -3.0, 3.0)
