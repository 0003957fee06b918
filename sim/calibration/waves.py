"""Waves: draws from the prior, then from what the last wave left possible, until the emulator is good enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.factors import Prior
from sim.calibration.posterior import Posterior, sample_posterior
from sim.calibration.targets import FAR, Targets
from sim.emulator import Emulator, fit_emulator
from sim.errors import InputError

INFLATED = 1.3
"""How much wider than the posterior the next wave is drawn, so that its edges are known too."""

GOOD_ENOUGH = 0.5
"""Largest held-out error of the emulator, over the error of the target."""

Simulate = Callable[[pd.DataFrame], pd.DataFrame]
"""Takes a table of factors, a row a run; gives the figures of the targets, in their units."""


Runs = list[tuple[pd.DataFrame, pd.DataFrame]]
"""By wave: factors, and targets on their scales."""


class Wave(NamedTuple):
    """One wave: what was drawn, what came out, and how good the emulator is now.

    Attributes
    ----------
    drawn, simulated : pandas.DataFrame
        A row a run: factors, and targets on their scales.
    emulator : Emulator
    posterior : Posterior
    doubt : pandas.Series
        By target: error of the emulator on runs that it has not seen, over the error of the target.
    """

    drawn: pd.DataFrame
    simulated: pd.DataFrame
    emulator: Emulator
    posterior: Posterior
    doubt: pd.Series


class Fit(NamedTuple):
    """A whole fit."""

    waves: tuple[Wave, ...]
    out_of_reach: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether the chains agree and the emulator is good enough for every target within reach."""
        last = self.waves[-1]
        return last.posterior.agreed and bool((last.doubt.drop(list(self.out_of_reach)) < GOOD_ENOUGH).all())


def calibrate(
    simulate: Simulate, prior: Prior, targets: Targets, *, runs: int, waves: int, steps: int = 3000, seed: int = 0
) -> Fit:
    """Fit factors to targets.

    Parameters
    ----------
    simulate : callable
        The simulation: `Simulate`.
    prior : Prior
    targets : Targets
    runs : int
        Of each wave.
    waves : int
        Most waves, at least two; a good emulator ends them sooner.
    steps : int
        Of each ensemble of the Markov chain.
    seed : int

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        If runs are too few for the number of factors, or no factor moves a target.
    """
    done: list[Wave] = []
    runs_so_far: Runs = []
    reach: tuple[str, ...] = ()
    for number in range(waves):
        drawn = prior.sobol(runs, seed) if number == 0 else _wider(done[-1].posterior, prior, runs, seed + number)
        simulated = targets.scaled(simulate(drawn))
        if number == 0:
            _check_moved(targets, simulated)
            reach = _out_of_reach(targets, simulated)
        runs_so_far.append((drawn, simulated))
        done.append(_learn(runs_so_far, prior, targets, steps, seed))
        if number >= 1 and (done[-1].doubt.drop(list(reach)) < GOOD_ENOUGH).all():
            break
    return Fit(tuple(done), reach)


def _learn(drawn: Runs, prior: Prior, targets: Targets, steps: int, seed: int) -> Wave:
    """Fit an emulator to all runs so far, and draw from its posterior."""
    factors, figures = (pd.concat(parts, ignore_index=True) for parts in zip(*drawn, strict=True))
    emulator = fit_emulator(prior.even(factors), figures, seed=seed)
    posterior = sample_posterior(emulator, prior, targets, steps=steps, seed=seed)
    doubt = emulator.held_out["rmse"] / pd.Series(targets.error, index=list(targets.names))
    return Wave(*drawn[-1], emulator, posterior, doubt)


def _wider(posterior: Posterior, prior: Prior, runs: int, seed: int) -> pd.DataFrame:
    """Draw from a posterior made wider about its mean, in normal scores."""
    scores = prior.scores(posterior.factors)
    chosen = scores[np.random.default_rng(seed).choice(len(scores), runs, replace=len(scores) < runs)]
    centre = scores.mean(axis=0)
    return prior.table(centre + INFLATED * (chosen - centre))


def _check_moved(targets: Targets, simulated: pd.DataFrame) -> None:
    """Refuse a target that no draw moves."""
    still = simulated.std(axis=0) == 0
    if still.any():
        raise InputError(f"Target {still.idxmax()!r} is the same in every run: no factor moves it, so leave it out.")


def _out_of_reach(targets: Targets, simulated: pd.DataFrame) -> tuple[str, ...]:
    """Name the targets that the runs of the prior all miss to one side by more than their error can explain."""
    low, high = simulated.min(axis=0).to_numpy(), simulated.max(axis=0).to_numpy()
    lost = (targets.value + FAR * targets.error < low) | (targets.value - FAR * targets.error > high)
    return tuple(name for name, each in zip(targets.names, lost, strict=True) if each)
