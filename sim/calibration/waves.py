"""Waves: draws from the prior, then from what the last wave left possible, until the emulator is good enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.factors import Prior
from sim.calibration.posterior import Posterior, sample_posterior
from sim.calibration.targets import FAR, Targets
from sim.emulator import Emulator, check_runs, fit_emulator
from sim.errors import InputError

INFLATED = 1.3
"""How much wider than the posterior the next wave is drawn, so that its edges are known too."""

GOOD_ENOUGH = 0.5
"""Largest held-out error of the emulator, over the error of the target."""

Simulate = Callable[[pd.DataFrame], pd.DataFrame]
"""Takes a table of factors, a row a run; gives the figures of the targets, in their units, of the runs that ended well.

The index of its answer says which rows of the factors these are.
"""


class Wave(NamedTuple):
    """One wave: what was drawn, what came out, and how good the emulator is now.

    Attributes
    ----------
    drawn, simulated : pandas.DataFrame
        A row a run that ended well: factors, and targets on their scales.
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
    def coarse(self) -> list[str]:
        """Targets within reach for which the emulator is not good enough."""
        return _coarse(self.waves[-1], self.out_of_reach)

    @property
    def good(self) -> bool:
        """Whether the chains agree and the emulator is good enough for every target within reach."""
        return self.waves[-1].posterior.agreed and not self.coarse


def calibrate(
    simulate: Simulate,
    prior: Prior,
    targets: Targets,
    *,
    runs: int,
    waves: int,
    steps: int = 3000,
    seed: int = 0,
    tell: Callable[[str], None] = print,
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
        Most waves; from the second on a good emulator ends them.
    steps : int
        Of each ensemble of the Markov chain.
    seed : int
    tell : callable
        Is told, before anything is fitted, which targets no draw of the prior came near.

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        If runs are too few for the number of factors, or no factor moves a target.
    """
    check_runs(runs, len(prior.names))
    drawn, simulated = _ended_well(simulate, prior.sobol(runs, seed), targets)
    _check_moved(targets, simulated)
    reach = _out_of_reach(targets, simulated)
    if reach:
        tell(f"No draw of the prior comes near {len(reach)} of {len(targets.names)} targets: {', '.join(reach)}.")
    done = [_learn([], drawn, simulated, prior, targets, steps=steps, seed=seed)]
    while len(done) < waves and (len(done) == 1 or _coarse(done[-1], reach)):
        wider = _wider(done[-1].posterior, prior, runs, seed + len(done))
        done.append(_learn(done, *_ended_well(simulate, wider, targets), prior, targets, steps=steps, seed=seed))
    return Fit(tuple(done), reach)


def _coarse(wave: Wave, out_of_reach: Sequence[str]) -> list[str]:
    """Name the targets within reach for which the emulator is not good enough."""
    doubt = wave.doubt.drop(list(out_of_reach))
    return sorted(doubt.index[doubt >= GOOD_ENOUGH])


def _ended_well(simulate: Simulate, drawn: pd.DataFrame, targets: Targets) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate, and give factors and targets on their scales of the runs that ended well."""
    simulated = simulate(drawn)
    return drawn.loc[simulated.index], targets.scaled(simulated)


def _learn(
    before: Sequence[Wave],
    drawn: pd.DataFrame,
    simulated: pd.DataFrame,
    prior: Prior,
    targets: Targets,
    *,
    steps: int,
    seed: int,
) -> Wave:
    """Fit an emulator to all runs so far, and draw from its posterior."""
    factors = pd.concat([*(each.drawn for each in before), drawn], ignore_index=True)
    figures = pd.concat([*(each.simulated for each in before), simulated], ignore_index=True)
    emulator = fit_emulator(prior.even(factors), figures, seed=seed)
    posterior = sample_posterior(emulator, prior, targets, steps=steps, seed=seed)
    doubt = emulator.held_out["rmse"] / pd.Series(targets.error, index=list(targets.names))
    return Wave(drawn, simulated, emulator, posterior, doubt)


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
