"""A second opinion: the same targets met by an ensemble smoother, which knows no emulator and no Markov chain.

ES-MDA (Emerick and Reynolds 2013) moves an ensemble of draws towards the targets in a few steps, by the covariances
between factors and figures that the ensemble itself shows. It is exact for linear models with normal errors only: where
it agrees, the posterior hangs on no quirk of the emulator; where it does not, one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.factors import Prior
from sim.calibration.targets import Targets
from sim.emulator import Emulator
from sim.errors import InputError

STEPS = 4
"""Times that the ensemble is moved, each by a quarter of what the targets say."""

Simulate = Callable[[pd.DataFrame], pd.DataFrame]


def smooth(
    simulate: Simulate,
    prior: Prior,
    targets: Targets,
    discrepancy: pd.Series,
    *,
    members: int = 250,
    seed: int = 0,
) -> pd.DataFrame:
    """Move an ensemble of draws from the prior to the targets.

    Parameters
    ----------
    simulate : callable
        Takes a table of factors, a row a run; gives the targets on their scales, of the runs that ended well; its index
        says which rows these are.
    prior : Prior
    targets : Targets
    discrepancy : pandas.Series
        By group, on the scale of the targets: it is given, not found.
    members : int
        Of the ensemble; each is run `STEPS` times.
    seed : int
        Equal seeds give equal bits.

    Returns
    -------
    pandas.DataFrame
        A row a member whose runs all ended well, a column a factor.

    Raises
    ------
    InputError
        If iterative-ensemble-smoother is missing.
    """
    spread = discrepancy[list(targets.groups)].to_numpy()[targets.group]
    smoother = _library().ESMDA(
        covariance=targets.error**2 + spread**2,
        observations=targets.value,
        alpha=STEPS,
        seed=np.random.default_rng(seed),
    )
    scores = prior.scores(prior.sobol(members, seed)).T
    for _ in range(STEPS):
        figures = simulate(prior.table(scores.T))
        smoother.prepare_assimilation(Y=figures.to_numpy().T)
        scores = smoother.assimilate_batch(X=scores[:, figures.index])
    return prior.table(scores.T)


def emulated(emulator: Emulator, prior: Prior, seed: int = 0) -> Simulate:
    """Make of an emulator what `smooth` asks: its mean, with the noise of a run.

    Parameters
    ----------
    emulator : Emulator
        From `prior.even` of the factors to targets on their scales.
    prior : Prior
    seed : int
        Of the noise.
    """
    random = np.random.default_rng(seed)

    def simulate(table: pd.DataFrame) -> pd.DataFrame:
        mean, _ = emulator.predict(prior.even(table))
        figures = mean + random.normal(size=mean.shape) * np.sqrt(emulator.noise)
        return pd.DataFrame(figures, columns=list(emulator.outcomes))

    return simulate


def compared(prior: Prior, table: pd.DataFrame, weight: NDArray[np.float64], smoothed: pd.DataFrame) -> pd.DataFrame:
    """Hold the smoother's draws against the posterior, factor by factor.

    Parameters
    ----------
    prior : Prior
    table : pandas.DataFrame
        Draws of the posterior, a column a factor.
    weight : array [draws] of float64
        Adds up to 1.
    smoothed : pandas.DataFrame
        As of `smooth`.

    Returns
    -------
    pandas.DataFrame
        `factor, place, width` (mean, and standard deviation over the prior's, on the scale on which the prior is even),
        `smoothed_place, smoothed_width`, and `apart`: distance of the means in standard deviations of the posterior.
    """
    even, other = prior.even(table).to_numpy(), prior.even(smoothed).to_numpy()
    mean = weight @ even
    spread = np.sqrt(weight @ (even - mean) ** 2)
    found = pd.DataFrame({"factor": prior.names, "place": mean, "width": spread * np.sqrt(12.0)})
    return found.assign(
        smoothed_place=other.mean(axis=0),
        smoothed_width=other.std(axis=0) * np.sqrt(12.0),
        apart=(other.mean(axis=0) - mean) / spread,
    )


def _library() -> Any:
    """Import the smoother, or say how to get it."""
    try:
        return import_module("iterative_ensemble_smoother")
    except ModuleNotFoundError:
        raise InputError(
            "A second opinion needs iterative-ensemble-smoother: python -m pip install iterative-ensemble-smoother"
        ) from None
