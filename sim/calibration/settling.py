"""The posterior of simulated runs: the simulation at draws of a fit, weighted, and drawn again where few would count.

A fit is of an emulator, and the emulator is wrong in places. The runs that show it also mend it: the emulator learns
from them, its posterior moves, and the simulation is run at new draws, until enough of them count as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.factors import Prior
from sim.calibration.posterior import Posterior
from sim.calibration.reweighting import Reweighted, missed, reweight
from sim.calibration.targets import Targets
from sim.calibration.waves import STEPS, Fit, Simulate, extended

MOST_ROUNDS = 4
"""Times that the simulation is run at draws of the posterior; weights of the last are flattened if they must be."""


class Settled(NamedTuple):
    """The simulation at draws from the posterior.

    Attributes
    ----------
    fit : Fit
        The draws are of its last wave.
    posterior : Posterior
        The draws that were simulated and ended well.
    figures : pandas.DataFrame
        The same rows: targets in their units.
    weights : Reweighted
    missed : pandas.DataFrame
        Which targets each run misses.
    rounds : int
        How often the simulation was run at draws.
    """

    fit: Fit
    posterior: Posterior
    figures: pd.DataFrame
    weights: Reweighted
    missed: pd.DataFrame
    rounds: int

    @property
    def good(self) -> bool:
        """Whether the fit that the draws are of is good."""
        return self.fit.good


def settled(
    fit: Fit,
    simulate: Simulate,
    prior: Prior,
    targets: Targets,
    *,
    draws: int,
    seed: int = 0,
    tell: Callable[[str], None] = print,
) -> Settled:
    """Run the simulation at draws of a fit and weigh them; learn from them and draw again where few would count.

    Parameters
    ----------
    fit : Fit
        Of one wave or more.
    simulate : callable
        The simulation: `Simulate`.
    prior : Prior
    targets : Targets
        All of them.
    draws : int
        That are simulated.
    seed : int
    tell : callable
        Is told what is being done.

    Returns
    -------
    Settled
    """
    for number in range(1, MOST_ROUNDS + 1):
        last = fit.waves[-1]
        rows = np.random.default_rng(seed).permutation(len(last.posterior.factors))[:draws]
        tell(f"The simulation at {len(rows)} draws from the posterior.")
        figures = simulate(last.posterior.factors.iloc[rows].reset_index(drop=True))
        part = last.posterior.rows(rows[figures.index])
        scaled = targets.scaled(figures)
        inputs = prior.even(part.factors)
        weights = reweight(last.emulator, fit.targets, part, scaled[list(fit.targets.names)], inputs)
        if weights.enough or number == MOST_ROUNDS:
            return Settled(fit, part, figures, weights, missed(targets, scaled), number)
        count = f"{weights.full:.0f} of {len(figures)}"
        tell(f"{count} draws would count: the emulator learns from them, and is asked again.")
        fit = extended(fit, part.factors, scaled, prior, steps=STEPS, seed=seed)
    raise AssertionError
