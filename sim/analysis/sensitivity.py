"""Which inputs drive an outcome: elementary effects, variance shares (Sobol), and the part of it that is luck.

Inputs are places in their ranges, 0 to 1, evenly spread and independent of each other: a prior. Nothing here knows
what the inputs or outcomes are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import f as f_distribution
from scipy.stats import spearmanr

from sim.emulator import Emulator, fit_emulator
from sim.ensemble.plan.samplers import salib
from sim.intervals import COVERAGE

LEVELS = 4
"""Of the grid of Morris designs: that of SALib, which samples them."""

POINTS = 512
"""Base points of the Saltelli design, a power of two: it has as many times the number of inputs and two more."""

RESAMPLES = 100
BATCH = 4096
"""Points that an emulator is asked for at a time, so that memory does not grow with their number."""

Predict = Callable[[pd.DataFrame], NDArray[np.float64]]
"""Places of inputs, a row a point, to outcomes [points, outcomes]."""


def elementary_effects(even: pd.DataFrame, values: NDArray[np.float64], seed: int = 1) -> pd.DataFrame:
    """Sum up a Morris design: how far an outcome moves when one input moves by two thirds of its range.

    Parameters
    ----------
    even : pandas.DataFrame
        A row a run, trajectory after trajectory, a column an input, in places of its range.
    values : array [runs] of float64
        The outcome. Trajectories with a run that is not finite are left out.
    seed : int
        Of the resampling behind `low` and `high`.

    Returns
    -------
    pandas.DataFrame
        By input: `mean` (signed), `size` (mean of what is moved, whatever its sign, per whole range) with a 90 %
        interval `low, high`, and `spread`, which is large where the input acts together with others.
    """
    steps = even.shape[1] + 1
    whole = np.isfinite(np.reshape(values, (-1, steps))).all(axis=1).repeat(steps)
    if whole.sum() < 2 * steps:
        nothing = dict.fromkeys(("mean", "size", "low", "high", "spread"), np.nan)
        return pd.DataFrame(nothing, index=pd.Index(even.columns, name="factor"))
    found = salib("SALib.analyze.morris").analyze(
        problem_of(even.columns),
        even.to_numpy(np.float64)[whole],
        np.asarray(values, np.float64)[whole],
        num_resamples=RESAMPLES,
        conf_level=COVERAGE,
        num_levels=LEVELS,
        seed=seed,
    )
    size, half = np.asarray(found["mu_star"], np.float64), np.asarray(found["mu_star_conf"], np.float64)
    columns = {"mean": found["mu"], "size": size, "low": np.maximum(size - half, 0.0), "high": size + half}
    table = pd.DataFrame({name: np.asarray(each, np.float64) for name, each in columns.items()})
    return table.assign(spread=np.asarray(found["sigma"])).set_axis(pd.Index(even.columns, name="factor"))


def variance_shares(predict: Predict, names: Sequence[str], outcomes: Sequence[str], seed: int = 1) -> pd.DataFrame:
    """Say what share of an outcome's variance each input makes alone, and with all others.

    Parameters
    ----------
    predict : callable
        Places of the inputs to outcomes.
    names, outcomes : sequence of str
        Inputs and outcomes, in the order of `predict`.
    seed : int
        Of the points.

    Returns
    -------
    pandas.DataFrame
        `outcome, factor, first, total` (Sobol indices, 0 to 1 and a little beyond by chance of the points), a row an
        outcome and input. Outcomes that do not vary are left out.
    """
    places = salib("SALib.sample.sobol").sample(problem_of(names), POINTS, calc_second_order=False, seed=seed)
    table = pd.DataFrame(places, columns=list(names))
    values = np.concatenate([predict(table[first : first + BATCH]) for first in range(0, len(table), BATCH)])
    rows = []
    for outcome, column in zip(outcomes, values.T, strict=True):
        if not column.std() > 0:
            continue
        first, total = _indices(column, names)
        named = {"outcome": outcome, "factor": list(names), "first": first, "total": total}
        rows.append(pd.DataFrame(named))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["outcome", "factor", "first", "total"])


def _indices(values: NDArray[np.float64], names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Estimate first-order indices (Saltelli 2010) and total ones (Jansen 1999) from the values of a Saltelli design.

    How far the points leave them open is no part of the intervals: the least number of resamples is asked for.
    """
    found = salib("SALib.analyze.sobol").analyze(
        problem_of(names), values, calc_second_order=False, num_resamples=2, seed=1
    )
    return np.asarray(found["S1"], np.float64), np.asarray(found["ST"], np.float64)


def problem_of(names: Sequence[str]) -> dict[str, object]:
    """Describe the unit cube as SALib's problem."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def emulated_shares(even: pd.DataFrame, values: pd.DataFrame, resamples: int = 30, seed: int = 1) -> pd.DataFrame:
    """Take variance shares from an emulator of runs, with intervals that hold how far the runs determine it.

    The emulator is fitted to the runs; then, to each of `resamples` sets of what it predicts for the same inputs plus
    an error as large as its errors for runs that it had not seen (a parametric bootstrap).

    Parameters
    ----------
    even : pandas.DataFrame
        A row a run, a column an input, in places of its range.
    values : pandas.DataFrame
        The same rows; columns are outcomes, finite.
    resamples : int
        Sets.
    seed : int
        Of points and errors.

    Returns
    -------
    pandas.DataFrame
        `outcome, factor, first, first_low, first_high, total, total_low, total_high` (90 %), and `r2`, the share of
        the outcome's variance that the emulator tells for runs that it had not seen; 0 where it tells nothing. Shares
        are of the whole variance: indices of the emulator times `r2`. An interval reaches as far about a share as the
        sets lie from it, shrinkage by the emulator included.

    Raises
    ------
    InputError
        As of `fit_emulator`: too few runs for so many inputs.
    """
    emulator = fit_emulator(even, values)
    mean, random = emulator.predict(even)[0], np.random.default_rng(seed)
    error = random.standard_normal((resamples, *mean.shape)) * np.sqrt(emulator.noise)
    drawn = np.concatenate([mean + each for each in error], axis=1)
    labels = [f"{number}/{name}" for number in range(resamples) for name in values.columns]
    again = fit_emulator(even, pd.DataFrame(drawn, columns=labels, index=even.index))
    found, others = (_whole_shares(each, list(even.columns), seed) for each in (emulator, again))
    others["outcome"] = others["outcome"].str.partition("/")[2]
    both = others.merge(found, on=["outcome", "factor"], suffixes=("", "_found"))
    for name in ("first", "total"):
        apart = (both[name] - both[f"{name}_found"]) ** 2
        half = ndtri(0.5 + COVERAGE / 2) * np.sqrt(apart.groupby([both["outcome"], both["factor"]]).mean()).rename(
            "half"
        )
        half = found.join(half, on=["outcome", "factor"])["half"]
        found[f"{name}_low"] = (found[name] - half).clip(lower=0.0)
        found[f"{name}_high"] = (found[name] + half).clip(upper=1.0)
    ordered = ["first", "first_low", "first_high", "total", "total_low", "total_high"]
    return found[["outcome", "factor", *ordered, "r2"]]


def _whole_shares(emulator: Emulator, names: Sequence[str], seed: int) -> pd.DataFrame:
    """Give shares of the whole variance: indices of an emulator times what it tells of runs that it had not seen."""
    found = variance_shares(predictor(emulator), names, emulator.outcomes, seed)
    told = found["outcome"].map(emulator.held_out["r2"]).clip(lower=0.0)
    return found.assign(first=told * found["first"].clip(lower=0.0), total=told * found["total"], r2=told)


def chosen_inputs(even: pd.DataFrame, values: NDArray[np.float64], sizes: pd.Series, most: int) -> list[str]:
    """Choose the inputs that an emulator of an outcome is made of: few, so that few runs determine it.

    Parameters
    ----------
    even : pandas.DataFrame
        A row a run, a column an input.
    values : array [runs] of float64
        The outcome.
    sizes : pandas.Series
        By input: how far the outcome moves with it alone, as of `elementary_effects`; may be empty.
    most : int
        Inputs: half of them those with the largest sizes, the others those that the outcome goes with most over the
        runs (rank correlation).

    Returns
    -------
    list of str
        In the order of the columns of `even`.
    """
    scores = np.abs(spearmanr(np.column_stack([even.to_numpy(np.float64), values])).statistic[-1, :-1])
    going = pd.Series(scores, even.columns).sort_values(ascending=False, kind="stable").index
    alone = sizes.dropna().sort_values(ascending=False, kind="stable").index[: most // 2]
    kept = dict.fromkeys([*alone, *going])
    return [name for name in even.columns if name in list(kept)[:most]]


def normal_scores(values: NDArray[np.float64], among: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put values on the scale of their ranks, as normal scores, so that a few extreme runs do not make its variance.

    Parameters
    ----------
    values : array [n] of float64
    among : array [runs] of float64
        The values whose ranks count; others lie between them.

    Returns
    -------
    array [n] of float64
        Mean near 0 and variance near 1 over `among`.
    """
    known, counts = np.unique(among, return_counts=True)
    place = (np.cumsum(counts) - 0.5 * counts) / len(among)
    return ndtri(np.interp(values, known, place))


def predictor(emulator: Emulator) -> Predict:
    """Make of an emulator what `variance_shares` asks."""
    return lambda table: emulator.predict(table)[0]


def luck_share(values: NDArray[np.float64], draws: NDArray[np.int64]) -> tuple[float, float, float]:
    """Say what share of an outcome's variance is luck: what parts runs of one draw of the inputs.

    Parameters
    ----------
    values : array [runs] of float64
        The outcome.
    draws : array [runs] of int64
        Which draw of the inputs each run has; as many runs of each.

    Returns
    -------
    share, low, high : float
        Of the variance over draws and luck, with a 90 % interval (one-way analysis of variance, normal errors: it takes
        luck to be as large at every draw); NaN where there are not two draws of two runs.
    """
    kept = np.isfinite(values)
    groups = [values[kept & (draws == draw)] for draw in np.unique(draws)]
    groups = [each for each in groups if len(each) > 1]
    within_freedom = sum(len(each) - 1 for each in groups)
    if len(groups) < 2:
        return np.nan, np.nan, np.nan
    runs = sum(len(each) for each in groups) / len(groups)
    within = sum(((each - each.mean()) ** 2).sum() for each in groups) / within_freedom
    between = runs * np.var([each.mean() for each in groups], ddof=1)
    if between <= 0 and within <= 0:
        return np.nan, np.nan, np.nan
    ratio = np.inf if within <= 0 else between / within
    ends = f_distribution.ppf([0.5 + COVERAGE / 2, 0.5 - COVERAGE / 2], len(groups) - 1, within_freedom)
    low, high = (float(_luck(ratio / end, runs)) for end in ends[::-1])
    return float(_luck(ratio, runs)), low, high


def _luck(ratio: float, runs: float) -> float:
    """Turn the ratio of mean squares between and within draws into the share of luck, 0 to 1."""
    return 1.0 / (1.0 + max(ratio - 1.0, 0.0) / runs)
