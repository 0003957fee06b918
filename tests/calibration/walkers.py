"""The posterior by another sampler, for comparison: ensembles of walkers (emcee) on a density written plainly."""

import emcee
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.calibration import Posterior, Prior, Targets
from sim.calibration.likelihood import log_likelihood
from sim.calibration.posterior import DISCREPANCY, ENSEMBLES, rhat_of
from sim.emulator import Emulator

WALKERS_A_DIMENSION = 3
KEPT_STEPS = 200


def walked_posterior(emulator: Emulator, prior: Prior, targets: Targets, steps: int, seed: int) -> Posterior:
    """Draw from the posterior; of each ensemble the first half of the steps is left out, the rest thinned."""
    density = Density(emulator, prior, targets)
    chains = np.stack([_ensemble(density, steps, seed + number) for number in range(ENSEMBLES)])
    names = [*prior.names, *targets.groups]
    every = chains.reshape(-1, len(names))
    width = len(prior.names)
    return Posterior(
        factors=prior.table(every[:, :width]),
        discrepancy=pd.DataFrame(np.exp(every[:, width:]), columns=list(targets.groups)),
        rhat=pd.Series(rhat_of(chains), index=names),
    )


class Density:
    """Log density of factors and discrepancies, by what the emulator predicts: no slope, no closed form."""

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


def _ensemble(density: Density, steps: int, seed: int) -> NDArray[np.float64]:
    """Run one ensemble of walkers, and give the second half of its steps, thinned.

    Returns
    -------
    array [draws, factors + groups] of float64
    """
    walkers = 2 * (WALKERS_A_DIMENSION * density.size // 2 + 1)
    random = np.random.default_rng(seed)
    start = random.normal(size=(walkers, density.size))
    start[:, density.factors :] = np.log(DISCREPANCY) + 0.5 * start[:, density.factors :]
    moves = [(emcee.moves.DEMove(), 0.7), (emcee.moves.DESnookerMove(), 0.1), (emcee.moves.StretchMove(), 0.2)]
    sampler = emcee.EnsembleSampler(walkers, density.size, density, moves=moves, vectorize=True)
    sampler.random_state = ("MT19937", random.integers(2**32, size=624, dtype=np.uint32), 624, 0, 0.0)
    sampler.run_mcmc(start, steps)
    return sampler.get_chain(discard=steps // 2, thin=max(1, steps // KEPT_STEPS), flat=True)
