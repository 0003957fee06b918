"""Waves: draws from the prior, then from what the last wave left possible, until the emulator is good enough."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.factors import Prior
from sim.calibration.hamiltonian import sample_posterior
from sim.calibration.posterior import Posterior
from sim.calibration.screening import LEAST_TOLD, told_of_factors
from sim.calibration.targets import FAR, Targets
from sim.emulator import Emulator, check_runs, fit_emulator, scikit_learn
from sim.errors import InputError

INFLATED = 1.3
"""How much wider than the posterior the next wave is drawn, so that its edges are known too."""

GOOD_ENOUGH = 0.5
"""Largest error of the emulator about what the simulation says without luck, over the whole error of a target."""

STEPS, MOST_DOUBLINGS = 100, 3
"""Steps that are kept of each Markov chain, and how often they are doubled where the chains do not agree."""

MOST_WIDENED = 1 / 3
"""Part of the targets within reach whose errors may be widened in a good fit."""

Simulate = Callable[[pd.DataFrame], pd.DataFrame]
"""Takes a table of factors, a row a run; gives the figures of the targets, in their units, of the runs that ended well.

The index of its answer says which rows of the factors these are.
"""


class Wave(NamedTuple):
    """One wave: what was drawn, what came out, and how good the emulator is now.

    Attributes
    ----------
    drawn, simulated : pandas.DataFrame
        A row a run that ended well: all factors, and targets on their scales.
    emulator : Emulator
        Of the factors that the targets say something of.
    posterior : Posterior
        Of all factors: the others have their prior.
    doubt : pandas.Series
        By target: error of the emulator on runs of this wave that it has not seen, but for their luck, over the whole
        error of the target: that of its figures, the discrepancy of its group, and luck.
    """

    drawn: pd.DataFrame
    simulated: pd.DataFrame
    emulator: Emulator
    posterior: Posterior
    doubt: pd.Series


class Fit(NamedTuple):
    """A whole fit.

    Attributes
    ----------
    waves : tuple of Wave
    targets : Targets
        Those within reach, which the factors are fitted to.
    out_of_reach : tuple of str
        Targets that no draw of the prior came near.
    told : pandas.Series
        By factor: how much of it the targets tell (`told_of_factors`).
    widened : tuple of str
        Targets that the emulator follows too coarsely, and whose errors were made twice the emulator's.
    """

    waves: tuple[Wave, ...]
    targets: Targets
    out_of_reach: tuple[str, ...]
    told: pd.Series
    widened: tuple[str, ...] = ()

    @property
    def untold(self) -> list[str]:
        """Factors of which the targets say nothing: they stay as the prior has them."""
        return self.told.index[self.told < LEAST_TOLD].tolist()

    @property
    def coarse(self) -> list[str]:
        """Targets within reach for which the emulator is not good enough."""
        doubt = self.waves[-1].doubt
        return doubt.index[doubt > GOOD_ENOUGH].tolist()

    @property
    def ended(self) -> bool:
        """Whether the chains agree and the emulator is good enough for every target within reach."""
        return self.waves[-1].posterior.agreed and not self.coarse

    @property
    def good(self) -> bool:
        """Whether that is so, and few targets had to be widened for it."""
        return self.ended and len(self.widened) <= MOST_WIDENED * len(self.targets.names)


def calibrate(
    simulate: Simulate,
    prior: Prior,
    targets: Targets,
    *,
    runs: int,
    waves: int,
    steps: int = STEPS,
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
        Kept of each Markov chain; twice as many, and again, while the chains do not agree.
    seed : int
    tell : callable
        Is told what is being done; before anything is fitted, which targets no draw of the prior came near.

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        If runs are too few for the number of factors, no factor moves a target, or the targets say nothing of any.
    """
    check_runs(runs, len(prior.names))
    tell(f"Wave 1: {runs} runs from the ranges of {len(prior.names)} factors.")
    drawn, simulated = _ended_well(simulate, prior.sobol(runs, seed), targets)
    _check_moved(simulated)
    far = out_of_reach(targets, simulated)
    if far:
        every = len(targets.names)
        tell(f"No draw of the prior comes near {len(far)} of {every} targets, which are left out: {', '.join(far)}.")
    if len(far) == len(targets.names):
        raise InputError("No draw of the prior comes near any target, so there is nothing to fit.")
    near = targets.part([name for name in targets.names if name not in far])
    fit = Fit((), near, far, _screened(prior, drawn, simulated[list(near.names)], seed, tell))
    fit = extended(fit, drawn, simulated, prior, steps=steps, seed=seed)
    while len(fit.waves) < waves and (len(fit.waves) == 1 or not fit.ended):
        number = len(fit.waves)
        tell(f"Wave {number + 1}: {runs} runs from what is left, and a little wider.")
        wider = _wider(fit.waves[-1].posterior, prior, runs, seed + number)
        fit = extended(fit, *_ended_well(simulate, wider, targets), prior, steps=steps, seed=seed)
    if fit.coarse:
        tell(
            f"The emulator is too coarse for {len(fit.coarse)} of {len(near.names)} targets: their errors are widened."
        )
        fit = _widened(fit, prior, steps=steps, seed=seed)
    return fit


def extended(
    fit: Fit,
    drawn: pd.DataFrame,
    simulated: pd.DataFrame,
    prior: Prior,
    *,
    steps: int,
    seed: int,
) -> Fit:
    """Learn from further runs: an emulator of all runs so far, and what its posterior is.

    Parameters
    ----------
    fit : Fit
        What is known so far.
    drawn, simulated : pandas.DataFrame
        A row a run: factors, and targets on their scales.
    prior : Prior
        Of all factors.
    steps : int
        Kept of each Markov chain; twice as many, and again, while the chains do not agree.
    seed : int

    Returns
    -------
    Fit
        With one more wave.
    """
    kept = prior.part([name for name in prior.names if name not in fit.untold])
    factors = pd.concat([*(each.drawn for each in fit.waves), drawn], ignore_index=True)
    figures = pd.concat([*(each.simulated for each in fit.waves), simulated], ignore_index=True)
    with _one_thread():
        emulator = fit_emulator(kept.even(factors), figures[list(fit.targets.names)], judged=len(drawn))
    posterior, doubt = _posterior(emulator, prior, fit, steps, seed)
    return fit._replace(waves=(*fit.waves, Wave(drawn, simulated, emulator, posterior, doubt)))


def _widened(fit: Fit, prior: Prior, *, steps: int, seed: int) -> Fit:
    """Make errors twice those of the emulator where it is too coarse, and draw anew."""
    last, targets = fit.waves[-1], fit.targets
    wide = np.maximum(targets.error, _unlucky(last.emulator, targets) / GOOD_ENOUGH)
    error = np.where(last.doubt > GOOD_ENOUGH, wide, targets.error)
    fit = fit._replace(targets=targets._replace(error=error), widened=tuple(fit.coarse))
    posterior, doubt = _posterior(last.emulator, prior, fit, steps, seed)
    return fit._replace(waves=(*fit.waves[:-1], last._replace(posterior=posterior, doubt=doubt)))


def _posterior(emulator: Emulator, prior: Prior, fit: Fit, steps: int, seed: int) -> tuple[Posterior, pd.Series]:
    """Draw from the posterior on an emulator, longer while chains do not agree; say how coarse it is by target."""
    targets, kept = fit.targets, prior.part([each.name for each in emulator.inputs])
    with _one_thread():
        for doubled in range(MOST_DOUBLINGS + 1):
            found = sample_posterior(emulator, kept, targets, steps=steps * 2**doubled, seed=seed)
            if found.agreed:
                break
    discrepancy = found.discrepancy.median().to_numpy()[targets.group]
    whole = np.sqrt(targets.error**2 + discrepancy**2 + targets.luck)
    doubt = pd.Series(_unlucky(emulator, targets) / whole, index=list(targets.names))
    return replace(found, factors=prior.completed(found.factors, seed)), doubt


def _unlucky(emulator: Emulator, targets: Targets) -> NDArray[np.float64]:
    """Error of an emulator on runs that it has not seen, but for their luck, [targets]."""
    return np.sqrt(np.maximum(emulator.held_out["rmse"].to_numpy() ** 2 - targets.luck, 0.0))


def _one_thread() -> AbstractContextManager[object]:
    """Keep linear algebra on one thread, so that its bits do not hang on the number of cores."""
    return scikit_learn("threadpoolctl").threadpool_limits(1)


def _screened(
    prior: Prior, drawn: pd.DataFrame, simulated: pd.DataFrame, seed: int, tell: Callable[[str], None]
) -> pd.Series:
    """Say how much the targets tell of each factor, and name those of which they tell nothing."""
    told = told_of_factors(prior.even(drawn), simulated, seed)
    left = told.index[told < LEAST_TOLD]
    if len(left) == len(told):
        raise InputError("The targets say nothing of any factor, so there is nothing to fit.")
    if len(left):
        tell(f"The targets say nothing of {len(left)} factors, which stay as the prior has them: {', '.join(left)}.")
    return told


def _ended_well(simulate: Simulate, drawn: pd.DataFrame, targets: Targets) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate, and give factors and targets on their scales of the runs that ended well."""
    simulated = simulate(drawn)
    return drawn.loc[simulated.index], targets.scaled(simulated)


def _wider(posterior: Posterior, prior: Prior, runs: int, seed: int) -> pd.DataFrame:
    """Draw from a posterior made wider about its mean, in normal scores, but no wider than the prior."""
    scores = prior.scores(posterior.factors)
    chosen = scores[np.random.default_rng(seed).choice(len(scores), runs, replace=len(scores) < runs)]
    centre = scores.mean(axis=0)
    wider = np.clip(1.0 / scores.std(axis=0), 1.0, INFLATED)
    return prior.table(centre + wider * (chosen - centre))


def _check_moved(simulated: pd.DataFrame) -> None:
    """Refuse a target that no draw moves."""
    still = simulated.std(axis=0) == 0
    if still.any():
        raise InputError(f"Target {still.idxmax()!r} is the same in every run: no factor moves it, so leave it out.")


def out_of_reach(targets: Targets, simulated: pd.DataFrame) -> tuple[str, ...]:
    """Name the targets that the runs of the prior all miss to one side by more than their error can explain.

    Parameters
    ----------
    targets : Targets
    simulated : pandas.DataFrame
        A row a run, a column a target, on the scales of the targets.

    Returns
    -------
    tuple of str
    """
    low, high = simulated.min(axis=0).to_numpy(), simulated.max(axis=0).to_numpy()
    lost = (targets.value + FAR * targets.error < low) | (targets.value - FAR * targets.error > high)
    return tuple(name for name, each in zip(targets.names, lost, strict=True) if each)
