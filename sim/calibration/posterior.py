"""The posterior on an emulator: a Markov chain over factors and over the discrepancy of each group of targets.

A target y of group g is taken as normal about the emulator's mean m, with the variance

    error^2 + discrepancy_g^2 + emulator's variance

of which the last goes together over targets (`sim.calibration.likelihood`).

Factors are normal scores (standard normal under the prior, so that ranges need no walls), discrepancies are half-normal
with a spread of `DISCREPANCY` on the scale of the targets. Several ensembles of walkers start apart; they must agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.calibration.factors import Prior
from sim.calibration.likelihood import log_likelihood
from sim.calibration.targets import Targets
from sim.emulator import Emulator
from sim.errors import InputError

DISCREPANCY = 0.25
"""Spread of the prior of a discrepancy: on a log scale, a quarter of the level."""

ENSEMBLES = 4
WALKERS_A_DIMENSION = 3
KEPT_STEPS = 200
"""Of all steps of an ensemble; the first half of them is left out."""
AGREED = 1.02
"""Largest R-hat of ensembles that agree (Vehtari et al. 2021 ask for 1.01 of long chains, 1.05 of short ones)."""


@dataclass(frozen=True)
class Posterior:
    """Draws from the posterior on an emulator.

    Attributes
    ----------
    factors : pandas.DataFrame
        A row a draw, a column a factor, in its own unit.
    discrepancy : pandas.DataFrame
        The same rows, a column a group of targets, on the scale of the targets.
    rhat : pandas.Series
        By factor and group: how far the ensembles are from agreeing; 1 is agreement.
    """

    factors: pd.DataFrame
    discrepancy: pd.DataFrame
    rhat: pd.Series

    def rows(self, numbers: NDArray[np.int64]) -> Posterior:
        """Give some of the draws, numbered anew."""
        return Posterior(
            self.factors.iloc[numbers].reset_index(drop=True),
            self.discrepancy.iloc[numbers].reset_index(drop=True),
            self.rhat,
        )

    @property
    def agreed(self) -> bool:
        """Whether all ensembles found the same."""
        return bool((self.rhat < AGREED).all())


def sample_posterior(emulator: Emulator, prior: Prior, targets: Targets, steps: int = 3000, seed: int = 0) -> Posterior:
    """Draw from the posterior.

    Parameters
    ----------
    emulator : Emulator
        From `prior.even` of the factors to the targets on their scales, in their order.
    prior : Prior
    targets : Targets
    steps : int
        Of each ensemble; the first half is left out, the rest thinned.
    seed : int
        Equal seeds give equal bits.

    Returns
    -------
    Posterior

    Raises
    ------
    InputError
        If the emulator predicts other targets, or emcee is missing.
    """
    if emulator.outcomes != targets.names:
        raise InputError("The emulator predicts other targets than those to be met.")
    density = _Density(emulator, prior, targets)
    chains = np.stack([_ensemble(density, steps, seed + number) for number in range(ENSEMBLES)])
    names = [*prior.names, *targets.groups]
    every = chains.reshape(-1, len(names))
    width = len(prior.names)
    return Posterior(
        factors=prior.table(every[:, :width]),
        discrepancy=pd.DataFrame(np.exp(every[:, width:]), columns=list(targets.groups)),
        rhat=pd.Series(rhat_of(chains), index=names),
    )


class _Density:
    """Log density of factors and discrepancies, many at a time."""

    def __init__(self, emulator: Emulator, prior: Prior, targets: Targets) -> None:
        self.emulator, self.targets = emulator, targets
        self.factors, self.size = len(prior.names), len(prior.names) + len(targets.groups)
        low, high = (np.array([getattr(each, end) for each in emulator.inputs]) for end in ("low", "high"))
        self.middle, self.half = (low + high) / 2, (high - low) / 2

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        scores, log_discrepancy = points[:, : self.factors], points[:, self.factors :]
        discrepancy = np.exp(log_discrepancy)
        columns = (ndtr(scores) - self.middle) / self.half  # a score's place in its range is its normal probability
        mean, variance = self.emulator.predict_columns(columns)
        own = self.targets.error**2 + discrepancy[:, self.targets.group] ** 2
        found = log_likelihood(self.targets.value - mean, own, variance, self.emulator.shared)
        prior = (scores**2).sum(axis=1) + ((discrepancy / DISCREPANCY) ** 2 - 2.0 * log_discrepancy).sum(axis=1)
        return found.value - 0.5 * prior


def _ensemble(density: _Density, steps: int, seed: int) -> NDArray[np.float64]:
    """Run one ensemble of walkers, and give the second half of its steps, thinned.

    Returns
    -------
    array [draws, factors + groups] of float64
    """
    emcee = _emcee()
    walkers = 2 * (WALKERS_A_DIMENSION * density.size // 2 + 1)
    random = np.random.default_rng(seed)
    start = random.normal(size=(walkers, density.size))
    start[:, density.factors :] = np.log(DISCREPANCY) + 0.5 * start[:, density.factors :]
    moves = [(emcee.moves.DEMove(), 0.7), (emcee.moves.DESnookerMove(), 0.1), (emcee.moves.StretchMove(), 0.2)]
    sampler = emcee.EnsembleSampler(walkers, density.size, density, moves=moves, vectorize=True)
    sampler.random_state = ("MT19937", random.integers(2**32, size=624, dtype=np.uint32), 624, 0, 0.0)
    sampler.run_mcmc(start, steps)
    return sampler.get_chain(discard=steps // 2, thin=max(1, steps // KEPT_STEPS), flat=True)


def _emcee() -> ModuleType:
    """Import emcee, or say how to get it."""
    try:
        return import_module("emcee")
    except ModuleNotFoundError:
        raise InputError("A fit needs emcee: python -m pip install emcee") from None


def rhat_of(chains: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far ensembles are from agreeing, from halves of each (Gelman and Rubin 1992, of split chains).

    Parameters
    ----------
    chains : array [ensembles, draws, dimensions] of float64

    Returns
    -------
    array [dimensions] of float64
    """
    half = chains.shape[1] // 2
    parts = np.concatenate([chains[:, :half], chains[:, half : 2 * half]])
    within, between = parts.var(axis=1, ddof=1).mean(axis=0), parts.mean(axis=1).var(axis=0, ddof=1)
    return np.sqrt(1.0 - 1.0 / half + between / within)
