"""Draws from the posterior on an emulator, sampled along its slope.

Hamiltonian Monte Carlo (Neal 2011) on the density of `sim.calibration.posterior`: many chains move at once, each pushed
along the slope of the log density, which a quadratic has in closed form. Lengths of moves and scales are chosen while
the chains warm up, and then kept. Why not a library's sampler: `docs/decisions/sampler.md`; tests hold it to emcee.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.calibration.factors import Prior
from sim.calibration.likelihood import log_likelihood
from sim.calibration.posterior import DISCREPANCY, ENSEMBLES, Posterior, rhat_of
from sim.calibration.targets import Targets
from sim.emulator import Emulator
from sim.errors import InputError

CHAINS = 64
WARM_STEPS, LEAST_LEAPS, MOST_LEAPS = 75, 6, 18
"""Steps that are left out; slopes followed a step: as many as are drawn anew for each, so that no chain circles."""

RESCALED = (15, 30, 50)
"""Steps of the warm-up after which the scale of each dimension is taken from the chains."""

ACCEPTED = 0.8
"""Part of the moves that is to be accepted; the length of a leap follows it while the chains warm up."""

HEAD_START, SLOWING, FORGETTING = 10.0, 0.05, 0.75
"""How the length of a leap is averaged (Hoffman and Gelman 2014: t0, gamma, kappa)."""

Points = NDArray[np.float64]


class Density:
    """Log density of factors (normal scores) and discrepancies (logarithms), with its slope, many points at a time."""

    def __init__(self, emulator: Emulator, prior: Prior, targets: Targets) -> None:
        self.targets, self.pairs, self.shared = targets, emulator.pairs, emulator.shared
        self.factors = len(prior.names)
        self.size = self.factors + len(targets.groups)
        low, high = (np.array([getattr(each, end) for each in emulator.inputs]) for end in ("low", "high"))
        self.middle, self.half = (low + high) / 2, (high - low) / 2
        self.slope, self.axes = (each / emulator.scale[:, None] for each in (emulator.slope, emulator.axes))
        self.constant = emulator.constant - emulator.centre @ self.slope
        self.origin = emulator.centre @ self.axes
        self.doubt = 1.0 / (emulator.strength[:, None] ** 2 + emulator.penalty) * emulator.noise
        self.least = emulator.noise * (1.0 + 1.0 / emulator.runs)
        self.member = np.eye(len(targets.groups))[targets.group]

    def __call__(self, points: Points) -> tuple[NDArray[np.float64], Points]:
        """Give the log density [points] and its slope [points, dimensions]."""
        scores, log_discrepancy = points[:, : self.factors], points[:, self.factors :]
        squared = np.exp(2.0 * log_discrepancy)
        columns = (ndtr(scores) - self.middle) / self.half
        terms = np.hstack([columns, columns[:, self.pairs[:, 0]] * columns[:, self.pairs[:, 1]]])
        along = terms @ self.axes - self.origin
        miss = self.targets.value - self.constant - terms @ self.slope
        own, doubt = self.targets.error**2 + squared @ self.member.T, self.least + along**2 @ self.doubt
        found = log_likelihood(miss, own, doubt, self.shared)
        prior = (scores**2).sum(axis=1) + (squared / DISCREPANCY**2 - 2.0 * log_discrepancy).sum(axis=1)
        by_terms = found.by_mean @ self.slope.T + 2.0 * (along * (found.by_doubt @ self.doubt.T)) @ self.axes.T
        by_scores = self._by_columns(by_terms, columns) * np.exp(-0.5 * scores**2) / np.sqrt(2.0 * np.pi) / self.half
        by_discrepancy = 2.0 * squared * (found.by_own @ self.member) - squared / DISCREPANCY**2 + 1.0
        return found.value - 0.5 * prior, np.hstack([by_scores - scores, by_discrepancy])

    def _by_columns(self, by_terms: Points, columns: Points) -> Points:
        """Carry a slope from the terms of the quadratic to the columns that make them."""
        count = columns.shape[1]
        products = np.zeros((len(columns), count, count))
        products[:, self.pairs[:, 0], self.pairs[:, 1]] = by_terms[:, count:]
        products += products.transpose(0, 2, 1)
        return by_terms[:, :count] + np.einsum("pij,pj->pi", products, columns)


class Place(NamedTuple):
    """Where chains are: points [chains, dimensions], their log density and its slope."""

    points: Points
    value: NDArray[np.float64]
    slope: Points


def sample_posterior(
    emulator: Emulator, prior: Prior, targets: Targets, steps: int = 50, seed: int = 0, chains: int = CHAINS
) -> Posterior:
    """Draw from the posterior.

    Parameters
    ----------
    emulator : Emulator
        From `prior.even` of the factors to the targets on their scales, in their order.
    prior : Prior
    targets : Targets
    steps : int
        Kept of each chain, after the warm-up.
    seed : int
        Equal seeds give equal bits.
    chains : int
        That move at once.

    Returns
    -------
    Posterior

    Raises
    ------
    InputError
        If the emulator predicts other targets.
    """
    if emulator.outcomes != targets.names:
        raise InputError("The emulator predicts other targets than those to be met.")
    density, random = Density(emulator, prior, targets), np.random.default_rng(seed)
    start = 0.5 * random.normal(size=(chains, density.size))
    start[:, density.factors :] += np.log(DISCREPANCY)
    place, scale, leap = _warmed(density, Place(start, *density(start)), random)
    kept = np.empty((steps, chains, density.size))
    for step in range(steps):
        place, _ = _moved(density, place, scale, leap, random)
        kept[step] = place.points
    names, every = [*prior.names, *targets.groups], kept.reshape(-1, density.size)
    parts = np.stack([part.reshape(-1, density.size) for part in np.array_split(kept, ENSEMBLES, axis=1)])
    return Posterior(
        factors=prior.table(every[:, : density.factors]),
        discrepancy=pd.DataFrame(np.exp(every[:, density.factors :]), columns=list(targets.groups)),
        rhat=pd.Series(rhat_of(parts), index=names),
    )


def _warmed(density: Density, place: Place, random: np.random.Generator) -> tuple[Place, NDArray[np.float64], float]:
    """Let chains find the posterior, and choose scales [dimensions] and the length of a leap."""
    scale, middle = np.full(density.size, 0.3), np.log(0.1)
    leap, mean_leap, lack, count = np.exp(middle), middle, 0.0, 0
    for step in range(WARM_STEPS):
        place, accepted = _moved(density, place, scale, leap, random)
        count += 1
        lack += (ACCEPTED - accepted - lack) / (count + HEAD_START)
        now = middle - np.sqrt(count) / SLOWING * lack
        mean_leap += count**-FORGETTING * (now - mean_leap)
        leap = np.exp(now)
        if step in RESCALED:
            scale = place.points.std(axis=0)
            middle, mean_leap, lack, count = np.log(0.3), np.log(0.3), 0.0, 0
            leap = np.exp(middle)
    return place, scale, float(np.exp(mean_leap))


def _moved(
    density: Density, place: Place, scale: NDArray[np.float64], leap: float, random: np.random.Generator
) -> tuple[Place, float]:
    """Push every chain once; a chain stays where the move is refused. Also gives the mean chance of acceptance."""
    push = random.normal(size=place.points.shape)
    energy = place.value - 0.5 * (push**2).sum(axis=1)
    points, value, slope = place
    stride = leap * scale
    push = push + 0.5 * stride * slope
    leaps = int(random.integers(LEAST_LEAPS, MOST_LEAPS + 1))
    for number in range(leaps):
        points = points + stride * push
        value, slope = density(points)
        push = push + (0.5 if number == leaps - 1 else 1.0) * stride * slope
    gained = value - 0.5 * (push**2).sum(axis=1) - energy
    chance = np.exp(np.minimum(np.where(np.isfinite(gained), gained, -np.inf), 0.0))
    taken = random.random(len(points)) < chance
    new = Place(
        np.where(taken[:, None], points, place.points),
        np.where(taken, value, place.value),
        np.where(taken[:, None], slope, place.slope),
    )
    return new, float(chance.mean())
