"""What a posterior rests on: which factors move which targets, and what changes without a group of targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.factors import Prior
from sim.calibration.hamiltonian import sample_posterior
from sim.calibration.posterior import Posterior
from sim.calibration.targets import Targets
from sim.emulator import Emulator

POINTS = 1024
"""Points of the prior at which effects are worked out."""

ALL_TARGETS = ""
"""Name of the posterior from which no group is left out."""


def effects(emulator: Emulator, prior: Prior, seed: int = 0) -> pd.DataFrame:
    """Say what part of each target's spread over the prior each factor makes, alone and together with others.

    Parameters
    ----------
    emulator : Emulator
        From `prior.even` of the factors to targets on their scales.
    prior : Prior
    seed : int
        Of the points.

    Returns
    -------
    pandas.DataFrame
        A row a factor, a column a target: total effect indices (Jansen 1999), 0 to 1 and a little more by chance of the
        points.
    """
    first = prior.even(prior.sobol(POINTS, seed))
    second = first.iloc[np.random.default_rng(seed).permutation(POINTS)]
    base = emulator.predict(first)[0]
    spread = base.var(axis=0)
    rows = {}
    for name in prior.names:
        moved = emulator.predict(first.assign(**{name: second[name].to_numpy()}))[0]
        rows[name] = ((base - moved) ** 2).mean(axis=0) / 2.0 / np.where(spread > 0, spread, np.inf)
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(emulator.outcomes)).rename_axis("factor")


def by_group(effect: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    """Average effects over the targets of each group.

    Parameters
    ----------
    effect : pandas.DataFrame
        As of `effects`.
    targets : Targets

    Returns
    -------
    pandas.DataFrame
        A row a factor, a column a group.
    """
    groups = dict(zip(targets.names, (targets.groups[each] for each in targets.group), strict=True))
    return effect.T.groupby(effect.columns.map(groups), sort=False).mean().T[list(targets.groups)]


class Without(NamedTuple):
    """The targets and the emulator without one group."""

    targets: Targets
    emulator: Emulator


def without(emulator: Emulator, targets: Targets, group: str) -> Without:
    """Leave a group of targets out.

    Parameters
    ----------
    emulator : Emulator
        Of all targets, in their order.
    targets : Targets
    group : str
        One of `targets.groups`.

    Returns
    -------
    Without
    """
    kept = targets.group != targets.groups.index(group)
    fewer = targets.part([name for name, keep in zip(targets.names, kept, strict=True) if keep])
    part = replace(
        emulator,
        outcomes=fewer.names,
        constant=emulator.constant[kept],
        slope=emulator.slope[:, kept],
        penalty=emulator.penalty[kept],
        noise=emulator.noise[kept],
        shared=emulator.shared[kept],
        held_out=emulator.held_out.loc[list(fewer.names)],
    )
    return Without(fewer, part)


def posteriors(
    emulator: Emulator, prior: Prior, targets: Targets, *, steps: int = 50, seed: int = 0
) -> dict[str, Posterior]:
    """Sample the posterior of all targets, and again without each group of them.

    Parameters
    ----------
    emulator : Emulator
    prior : Prior
    targets : Targets
        Of two groups or more.
    steps, seed : int
        As of `sample_posterior`.

    Returns
    -------
    dict of str to Posterior
        `ALL_TARGETS`, then by the group that is left out.
    """
    found = {ALL_TARGETS: sample_posterior(emulator, prior, targets, steps=steps, seed=seed)}
    for group in targets.groups:
        fewer, part = without(emulator, targets, group)
        found[group] = sample_posterior(part, prior, fewer, steps=steps, seed=seed)
    return found


def shifts(found: dict[str, Posterior], read: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """Say how far means move, in standard deviations of the posterior of all targets, where a group is left out.

    Parameters
    ----------
    found : dict of str to Posterior
        As of `posteriors`.
    read : callable
        Takes a table of factors, gives columns of what is looked at: `prior.even`, or an emulator's outcomes.

    Returns
    -------
    pandas.DataFrame
        `left_out, name, shift` (signed), `width` (standard deviation over that with all targets), a row a group and a
        column of `read`.
    """
    whole = read(found[ALL_TARGETS].factors)
    centre, spread = whole.mean(), whole.std()
    rows = []
    for group, posterior in found.items():
        if group == ALL_TARGETS:
            continue
        part = read(posterior.factors)
        shift, width = (part.mean() - centre) / spread, part.std() / spread
        rows += [
            {"left_out": group, "name": name, "shift": shift[name], "width": width[name]} for name in whole.columns
        ]
    return pd.DataFrame(rows)


def predicted(emulator: Emulator, prior: Prior) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Make of an emulator of outcomes what `shifts` reads.

    Parameters
    ----------
    emulator : Emulator
        From `prior.even` of the factors to outcomes.
    prior : Prior

    Returns
    -------
    callable
        Table of factors to table of outcomes.
    """

    def read(table: pd.DataFrame) -> pd.DataFrame:
        mean: NDArray[np.float64] = emulator.predict(prior.even(table))[0]
        return pd.DataFrame(mean, columns=list(emulator.outcomes))

    return read
