"""Under which conditions something fails: a box of few limits on inputs (PRIM, Friedman and Fisher 1999).

A box is peeled from all draws, a twentieth of what is left at a time, at the end of the input where that raises the
share of failures most for what it costs. Nothing here knows what the inputs are. Why no package does it:
`docs/decisions/scenario-discovery.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from sim.intervals import COVERAGE

MOST_LIMITS = 3
"""More than that nobody reads as a condition."""

PEELED = 0.05
LEAST_SHARE = 0.05
"""Of draws that a box may hold."""

WORTH = 0.02
"""What a limit must add to the score of a box, which goes from 0 to 1; else it is dropped."""

RESAMPLES = 50
Limits = Mapping[str, tuple[float, float]]
"""Input to the lowest and highest value inside; infinite at an end that is free."""


@dataclass(frozen=True)
class Quality:
    """How well a box tells failures, on some draws.

    Attributes
    ----------
    coverage, density : float
        Share of failures that lie in the box; share of what lies in the box that fails. NaN where there is none.
    coverage_ends, density_ends : (float, float)
        90 % intervals (Wilson).
    mass : float
        Share of draws in the box.
    failing : float
        Share of all draws that fail.
    """

    coverage: float
    coverage_ends: tuple[float, float]
    density: float
    density_ends: tuple[float, float]
    mass: float
    failing: float


def inside(limits: Limits, draws: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which draws lie in a box.

    Parameters
    ----------
    limits : mapping of str to (float, float)
        None: all draws lie in it.
    draws : pandas.DataFrame
        A column an input.
    """
    found = np.ones(len(draws), dtype=bool)
    for name, (low, high) in limits.items():
        found &= draws[name].between(low, high).to_numpy()
    return found


def quality(limits: Limits, draws: pd.DataFrame, failed: NDArray[np.bool_]) -> Quality:
    """Say how well a box tells failures.

    Parameters
    ----------
    limits : mapping of str to (float, float)
        Of the box.
    draws : pandas.DataFrame
        Best those that the box was not made from.
    failed : array [draws] of bool
    """
    within = inside(limits, draws)
    both, fails, held = int((within & failed).sum()), int(failed.sum()), int(within.sum())
    return Quality(
        coverage=both / fails if fails else np.nan,
        coverage_ends=share_ends(both, fails),
        density=both / held if held else np.nan,
        density_ends=share_ends(both, held),
        mass=held / len(draws),
        failing=fails / len(draws),
    )


def share_ends(count: int, of: int) -> tuple[float, float]:
    """Give the ends of the 90 % interval of a share that was counted (Wilson); 0 and 1 where nothing was counted."""
    if not of:
        return 0.0, 1.0
    ends = binomtest(count, of).proportion_ci(COVERAGE, method="wilson")
    return float(ends.low), float(ends.high)


def find_box(draws: pd.DataFrame, failed: NDArray[np.bool_], most: int = MOST_LIMITS) -> dict[str, tuple[float, float]]:
    """Find the box that tells failures best: by the share of failures inside less the share of all others inside.

    It is peeled over all inputs; the inputs whose limits it can least do without are kept, and it is peeled anew over
    these. A limit that hardly adds anything is dropped.

    Parameters
    ----------
    draws : pandas.DataFrame
        A row a draw, a column an input.
    failed : array [draws] of bool
    most : int
        Of the inputs with a limit.

    Returns
    -------
    dict of str to (float, float)
        The strongest limit first; none where nothing fails, everything does, or no limit is worth its while.
    """
    if not failed.any() or failed.all():
        return {}
    limits = _peeled(draws, failed)
    while len(limits) > most:
        limits = _without_weakest(limits, draws, failed)
    limits = _peeled(draws[list(limits)], failed) if limits else {}
    while limits:
        fewer = _without_weakest(limits, draws, failed)
        if _score(fewer, draws, failed) < _score(limits, draws, failed) - WORTH:
            break
        limits = fewer
    lost = {name: _score(_but(limits, name), draws, failed) for name in limits}
    return {name: limits[name] for name in sorted(limits, key=lost.__getitem__)}


def stability(
    draws: pd.DataFrame,
    failed: NDArray[np.bool_],
    seed: int = 1,
    most: int = MOST_LIMITS,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Find the box again from draws drawn with repetition, and say how often each input is limited, and where.

    Parameters
    ----------
    draws : pandas.DataFrame
        A row a draw, a column an input.
    failed : array [draws] of bool
    seed : int
        Of the resampling.
    most : int
        Of the inputs with a limit.
    resamples : int
        How often.

    Returns
    -------
    pandas.DataFrame
        `factor, limited` (share of resamples), and medians of the limits where there are any, `low, high`; the most
        often limited first, inputs that never are left out.
    """
    random, count, found = np.random.default_rng(seed), len(draws), []
    for _ in range(resamples):
        rows = random.integers(count, size=count)
        limits = find_box(draws.iloc[rows].reset_index(drop=True), failed[rows], most)
        found += [{"factor": name, "low": low, "high": high} for name, (low, high) in limits.items()]
    if not found:
        return pd.DataFrame(columns=["factor", "limited", "low", "high"])
    table = pd.DataFrame(found).replace([-np.inf, np.inf], np.nan).groupby("factor", sort=False)
    middle = table[["low", "high"]].median()
    middle.insert(0, "limited", table.size() / resamples)
    return middle.sort_values("limited", ascending=False, kind="stable").reset_index()


def _but(limits: Limits, name: str) -> dict[str, tuple[float, float]]:
    return {each: ends for each, ends in limits.items() if each != name}


def _without_weakest(limits: Limits, draws: pd.DataFrame, failed: NDArray[np.bool_]) -> dict[str, tuple[float, float]]:
    """Drop the limit without which the box is still best."""
    weakest = max(limits, key=lambda name: _score(_but(limits, name), draws, failed))
    return _but(limits, weakest)


def _score(limits: Limits, draws: pd.DataFrame, failed: NDArray[np.bool_]) -> float:
    return _told(inside(limits, draws), failed)


def _told(within: NDArray[np.bool_], failed: NDArray[np.bool_]) -> float:
    """Take the share of failures inside less that of all others (Youden's index): 0 of all draws, however many fail."""
    return within[failed].mean() - within[~failed].mean()


def _peeled(draws: pd.DataFrame, failed: NDArray[np.bool_]) -> dict[str, tuple[float, float]]:
    """Peel a box from all draws, and return the best that was passed on the way."""
    values, names = draws.to_numpy(np.float64), list(draws.columns)
    ends = np.array([[-np.inf] * len(names), [np.inf] * len(names)])
    within, best, best_score = np.ones(len(values), bool), ends.copy(), _told(np.ones(len(values), bool), failed)
    while within.sum() > LEAST_SHARE * len(values):
        cut = np.quantile(values[within], [PEELED, 1.0 - PEELED], axis=0)
        stays = np.stack([values >= cut[0], values <= cut[1]]) & within[:, None]
        held, hits = stays.sum(axis=1), (stays & failed[:, None]).sum(axis=1)
        gain = np.divide(hits, held, out=np.zeros(held.shape), where=held > 0) - failed[within].mean()
        lost = within.sum() - held
        worth = np.divide(gain, lost, out=np.full(held.shape, -np.inf), where=(lost > 0) & (held > 0))
        side, column = np.unravel_index(np.argmax(worth), worth.shape)
        if not np.isfinite(worth[side, column]) or held[side, column] < LEAST_SHARE * len(values):
            break
        ends[side, column], within = cut[side, column], stays[side, :, column]
        if (score := _told(within, failed)) > best_score:
            best, best_score = ends.copy(), score
    limited = np.flatnonzero(np.isfinite(best).any(axis=0))
    return {names[number]: (float(best[0, number]), float(best[1, number])) for number in limited}
