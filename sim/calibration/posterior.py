"""The posterior on an emulator: Markov chains over factors and over the discrepancy of each group of targets.

A target y of group g is taken as normal about the emulator's mean m, with the variance

    error^2 + discrepancy_g^2 + emulator's variance

of which the last goes together over targets (`sim.calibration.likelihood`).

Factors are normal scores (standard normal under the prior, so that ranges need no walls), discrepancies are half-normal
with a spread of `DISCREPANCY` on the scale of the targets. Chains start apart and must agree
(`sim.calibration.hamiltonian` makes them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DISCREPANCY = 0.25
"""Spread of the prior of a discrepancy: on a log scale, a quarter of the level."""

ENSEMBLES = 4
"""Parts of the chains that must agree."""

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
