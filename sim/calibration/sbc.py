"""Simulation-based calibration: whether intervals are as wide as they should be, where the truth is known.

A run of the prior is taken as the truth: its figures, with the errors of the targets and a discrepancy of each group
added, are fitted as if they had been published, by an emulator that has not seen the run. Over many such truths an
interval of 90 % must hold nine in ten of the factors that made the figures, and the rank of a true factor among the
draws must fall anywhere alike (Talts et al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import kstest

from sim.calibration.factors import Prior
from sim.calibration.hamiltonian import sample_posterior
from sim.calibration.posterior import DISCREPANCY
from sim.calibration.screening import LEAST_TOLD, told_of_factors
from sim.calibration.targets import Targets
from sim.calibration.waves import out_of_reach
from sim.emulator import Emulator, fit_emulator

LEVELS = (0.5, 0.9)
"""Intervals whose coverage is told."""

CHAINS, STEPS = 24, 50
"""Of each fit: fewer than usual, as many fits are made; their draws place a truth to a hundredth."""


class Checked(NamedTuple):
    """What the fits to made-up figures found.

    Attributes
    ----------
    rank : pandas.DataFrame
        A row a truth (numbered as its run), a column a factor of which the targets say something: part of the
        posterior's draws below the true value.
    width : pandas.DataFrame
        The same: standard deviation of the posterior over that of the prior, on the scale on which the prior is even.
    rhat : pandas.Series
        By truth: the largest of its chains.
    """

    rank: pd.DataFrame
    width: pd.DataFrame
    rhat: pd.Series


def check(
    drawn: pd.DataFrame,
    simulated: pd.DataFrame,
    prior: Prior,
    targets: Targets,
    *,
    truths: int = 48,
    seed: int = 0,
    workers: int = 1,
    tell: Callable[[str], None] = print,
) -> Checked:
    """Fit made-up figures whose factors are known.

    Parameters
    ----------
    drawn, simulated : pandas.DataFrame
        Runs of the prior, a row each: factors in their units, and targets on their scales.
    prior : Prior
    targets : Targets
        Their errors, groups and scales are used, and their values only to leave out those that no run comes near.
    truths : int
        Runs that are held out, and taken as true one by one.
    seed : int
        Chooses the truths, and makes the errors.
    workers : int
        Truths that are fitted at a time; it changes no number.
    tell : callable
        Is told how far it is.

    Returns
    -------
    Checked
    """
    random = np.random.default_rng(seed)
    chosen = np.sort(random.choice(len(drawn), truths, replace=False))
    learnt = np.setdiff1d(np.arange(len(drawn)), chosen)
    far = out_of_reach(targets, simulated.iloc[learnt])
    targets = targets.part([name for name in targets.names if name not in far])
    simulated = simulated[list(targets.names)]
    told = told_of_factors(prior.even(drawn.iloc[learnt]), simulated.iloc[learnt], seed)
    prior = prior.part(told.index[told >= LEAST_TOLD].tolist())
    emulator = fit_emulator(prior.even(drawn.iloc[learnt]), simulated.iloc[learnt])
    figures = made_up(simulated.iloc[chosen].to_numpy(), targets, random)

    def fitted(number: int) -> dict[str, NDArray[np.float64] | float]:
        mine = targets._replace(value=figures[number])
        return _fitted(emulator, prior, mine, drawn.iloc[chosen[number]], seed=seed + number)

    with ThreadPoolExecutor(workers) as pool:
        rows = list(_told(pool.map(fitted, range(truths)), truths, tell))
    names = pd.Index(drawn.index[chosen], name="run")
    rank, width = (pd.DataFrame([row[key] for row in rows], names, prior.names) for key in ("rank", "width"))
    return Checked(rank, width, pd.Series([row["rhat"] for row in rows], names, name="rhat"))


def made_up(simulated: NDArray[np.float64], targets: Targets, random: np.random.Generator) -> NDArray[np.float64]:
    """Make figures of runs: with the error of each target, and a discrepancy of each group, as a fit takes them to be.

    Parameters
    ----------
    simulated : array [runs, targets] of float64
        On the scales of the targets.
    targets : Targets
    random : numpy.random.Generator

    Returns
    -------
    array [runs, targets] of float64
    """
    discrepancy = np.abs(random.normal(0.0, DISCREPANCY, (len(simulated), len(targets.groups))))
    spread = np.hypot(targets.error, discrepancy[:, targets.group])
    return simulated + random.normal(size=simulated.shape) * spread


def _fitted(
    emulator: Emulator, prior: Prior, targets: Targets, truth: pd.Series, seed: int
) -> dict[str, NDArray[np.float64] | float]:
    """Fit one set of made-up figures, and place its truth among the draws."""
    posterior = sample_posterior(emulator, prior, targets, STEPS, seed, CHAINS)
    even = prior.even(posterior.factors).to_numpy()
    true = prior.even(truth.to_frame().T).to_numpy()[0]
    width = even.std(axis=0) * np.sqrt(12.0)
    return {"rank": (even < true).mean(axis=0), "width": width, "rhat": float(posterior.rhat.max())}


def _told(rows: Iterator[dict], truths: int, tell: Callable[[str], None]) -> Iterator[dict]:
    """Pass rows on, and say how many there are."""
    for number, row in enumerate(rows, 1):
        tell(f"{number} of {truths} truths fitted.")
        yield row


def held(rank: pd.DataFrame, level: float) -> pd.DataFrame:
    """Say which central intervals hold the truth.

    Parameters
    ----------
    rank : pandas.DataFrame
        Of `Checked`.
    level : float
        Of the interval.
    """
    return (rank - 0.5).abs() <= level / 2


def by_factor(checked: Checked) -> pd.DataFrame:
    """Sum up by factor.

    Parameters
    ----------
    checked : Checked

    Returns
    -------
    pandas.DataFrame
        `factor, width` (mean over truths), `coverage_50, coverage_90`, `mean_rank` and `p_even`: how likely ranks as
        uneven as these are, if they fall anywhere alike (Kolmogorov and Smirnov), the narrowest factor first.
    """
    table = pd.DataFrame(
        {
            "factor": checked.rank.columns,
            "width": checked.width.mean().to_numpy(),
            **{f"coverage_{level * 100:.0f}": held(checked.rank, level).mean().to_numpy() for level in LEVELS},
            "mean_rank": checked.rank.mean().to_numpy(),
            "p_even": [kstest(checked.rank[name], "uniform").pvalue for name in checked.rank],
        }
    )
    return table.sort_values("width", kind="stable", ignore_index=True)


class Coverage(NamedTuple):
    """Part of all intervals that hold their truth, with the 90 % interval of a bootstrap over truths."""

    share: float
    low: float
    high: float


def coverage(rank: pd.DataFrame, level: float, seed: int = 0) -> Coverage:
    """Say what part of the intervals of all truths and factors hold the truth.

    Parameters
    ----------
    rank : pandas.DataFrame
        Of `Checked`, or some of its columns.
    level : float
        Of the intervals.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Coverage
    """
    by_truth = held(rank, level).mean(axis=1).to_numpy()
    chosen = np.random.default_rng(seed).integers(len(by_truth), size=(2000, len(by_truth)))
    low, high = np.quantile(by_truth[chosen].mean(axis=1), [0.05, 0.95])
    return Coverage(float(by_truth.mean()), float(low), float(high))


def least_even(table: pd.DataFrame) -> float:
    """Say how likely the least even of all factors is by chance: its probability times their number (Bonferroni).

    Parameters
    ----------
    table : pandas.DataFrame
        As of `by_factor`.
    """
    return float(min(1.0, table["p_even"].min() * len(table)))
