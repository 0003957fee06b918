"""The simulation at posterior draws, weighted by how far the emulator was wrong there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    """

    weight: NDArray[np.float64]
    power: float
    effective: float


def reweight(
    emulator: Emulator, targets: Targets, posterior: Posterior, simulated: pd.DataFrame, inputs: pd.DataFrame
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
    spread = targets.error**2 + posterior.discrepancy.to_numpy()[:, targets.group] ** 2
    noise = emulator.noise
    whole, known = spread + variance, spread + noise  # a simulated run has its own luck, and no doubt of an emulator
    by_simulation = -0.5 * ((targets.value - simulated.to_numpy()) ** 2 / known + np.log(known)).sum(axis=1)
    by_emulator = -0.5 * ((targets.value - mean) ** 2 / whole + np.log(whole)).sum(axis=1)
    return _tempered(by_simulation - by_emulator)


def _tempered(ratio: NDArray[np.float64]) -> Reweighted:
    """Weights of log ratios; raised to a power below 1 where a few draws would say all."""
    power, least = 1.0, LEAST_PART * len(ratio)
    while True:
        weight = np.exp(power * (ratio - ratio.max()))
        weight /= weight.sum()
        effective = 1.0 / (weight**2).sum()
        if effective >= least or power < SMALLEST_POWER:
            return Reweighted(weight, power, effective)
        power *= STEP


def missed(targets: Targets, simulated: pd.DataFrame) -> pd.DataFrame:
    """Say which targets each run misses: by more than `FAR` times their errors.

    Returns
    -------
    pandas.DataFrame of bool
        A row a run, a column a target.
    """
    return (np.abs(simulated - targets.value) > FAR * targets.error).set_axis(list(targets.names), axis=1)
