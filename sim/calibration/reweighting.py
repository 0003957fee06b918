"""The simulation at posterior draws, weighted by how far the emulator was wrong there.

What a run says is the emulator's mean, the emulator's own error at that place, and luck. Both are known, so that a run
moves the mean by the share that its luck is not: where luck is all that parts the two, a run says nothing new.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.likelihood import log_likelihood
from sim.calibration.posterior import Posterior
from sim.calibration.targets import FAR, Targets
from sim.emulator import Emulator

LEAST_PART, SMALLEST_POWER, STEP = 1 / 3, 0.01, 0.9
"""Part of the draws that is to count; how far weights are flattened for it, and by what step."""


class Reweighted(NamedTuple):
    """Simulated draws with weights.

    Attributes
    ----------
    weight : array [draws] of float64
        Adds up to 1.
    power : float
        By which the weights were raised so that at least a third of the draws count: 1 where nothing was lowered.
    effective : float
        Number of draws of equal weight that would say as much (Kish).
    full : float
        The same, before weights were raised to the power.
    log_density : array [draws] of float64
        Of the simulation at each draw, up to a constant, with the discrepancies at their medians.
    """

    weight: NDArray[np.float64]
    power: float
    effective: float
    full: float
    log_density: NDArray[np.float64]

    @property
    def enough(self) -> bool:
        """Whether a third of the draws counts, as they are."""
        return self.power == 1.0


def reweight(
    emulator: Emulator,
    targets: Targets,
    posterior: Posterior,
    simulated: pd.DataFrame,
    inputs: pd.DataFrame,
) -> Reweighted:
    """Weigh simulated draws by the likelihood of the simulation over that of the emulator.

    Parameters
    ----------
    emulator : Emulator
        That the draws came from.
    targets : Targets
    posterior : Posterior
        The draws that were simulated, row by row.
    simulated : pandas.DataFrame
        Their targets on the scales, as `Targets.scaled` gives them.
    inputs : pandas.DataFrame
        Their factors as the emulator takes them.

    Returns
    -------
    Reweighted
    """
    mean, variance = emulator.predict(inputs)
    chance = np.minimum(targets.luck, emulator.noise)
    doubt = variance - chance
    told = doubt / variance  # the share of a run's distance from the mean that is no luck
    known = mean + told * (simulated.to_numpy() - mean)
    left = chance + told * chance  # luck of another run, and what this one leaves open
    discrepancy = posterior.discrepancy.to_numpy()
    spread = targets.error**2 + discrepancy[:, targets.group] ** 2
    typical = targets.error**2 + np.median(discrepancy, axis=0)[targets.group] ** 2
    left = np.broadcast_to(left, variance.shape)
    by_run, by_mean = (targets.value - each for each in (known, mean))
    density = log_likelihood(by_run, spread, left, emulator.shared).value
    ratio = density - log_likelihood(by_mean, spread, variance, emulator.shared).value
    typical = np.broadcast_to(typical, variance.shape)
    return _tempered(ratio, log_likelihood(by_run, typical, left, emulator.shared).value)


def _tempered(ratio: NDArray[np.float64], log_density: NDArray[np.float64]) -> Reweighted:
    """Weights of log ratios; raised to a power below 1 where a few draws would say all."""
    power, least, full = 1.0, LEAST_PART * len(ratio), None
    while True:
        weight = np.exp(power * (ratio - ratio.max()))
        weight /= weight.sum()
        effective = 1.0 / (weight**2).sum()
        full = full or effective
        if effective >= least or power < SMALLEST_POWER:
            return Reweighted(weight, power, effective, full, log_density)
        power *= STEP


def missed(targets: Targets, simulated: pd.DataFrame) -> pd.DataFrame:
    """Say which targets each run misses: by more than `FAR` times their errors.

    Returns
    -------
    pandas.DataFrame of bool
        A row a run, a column a target.
    """
    return (np.abs(simulated - targets.value) > FAR * targets.error).set_axis(list(targets.names), axis=1)
