"""Runs that ended early: how many, why the first did, and by what the sample is selected that is left."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu

from sim.report.words import counted, number, percent
from sim.results.manifest import size_of
from sim.stops import why_stopped

SELECTED_FROM = 0.01
"""Share of runs lost above which what is left is told to be a selected sample."""

CHANCE = 0.05
"""Chance of naming a parameter where none tells lost draws from the rest, over all that were drawn together."""

MOST_NAMED = 3


class WithFailures(Protocol):
    """What is needed of a stored study."""

    manifest: Any
    failures: pd.DataFrame
    draws: pd.DataFrame


def sentences(results: WithFailures, world: Any) -> list[str]:
    """Tell of runs that ended early and are left out under every regime.

    Parameters
    ----------
    results : Results
        Stored study.
    world : BuiltWorld
        Its arrays, labels and weeks name what stopped a run.

    Returns
    -------
    list of str
        Empty if all runs ended well.
    """
    lost = results.failures[["draw", "run"]].drop_duplicates()
    if lost.empty:
        return []
    asked = size_of(results.manifest["design"])
    first = results.failures.iloc[0]
    status = first[["code", "week", "process", "entity"]].to_numpy(np.int64)
    why = why_stopped(status, world.week_starts[0].item(), world.arrays, world.labels)
    told = (
        f"{counted(len(lost), 'run')} of {asked:,} ended early and {'is' if len(lost) == 1 else 'are'} left out under "
        f"every regime. In the first, run {first['run']} of draw {first['draw']} under {first['regime']}, {why}."
    )
    if len(lost) <= SELECTED_FROM * asked:
        return [told]
    share = percent(len(lost) / asked)
    return [f"{told} With {share} of the runs lost the sample that is left is selected: {selected_by(results, lost)}."]


def selected_by(results: WithFailures, lost: pd.DataFrame) -> str:
    """Say which drawn parameters tell the draws with lost runs from the rest.

    By the test of Mann and Whitney (1947), at a level divided by the number of parameters that vary.

    Parameters
    ----------
    results : Results
        Stored study.
    lost : DataFrame
        `draw, run` of the runs that ended early.
    """
    draws = results.draws
    varying = draws.loc[:, draws.nunique() > 1]
    if varying.empty:
        return "all runs have the same parameters, so chance alone selects"
    is_lost = varying.index.isin(lost["draw"])
    if is_lost.all():
        return "every draw of parameters lost a run, so they cannot be told apart"
    chances = {name: float(mannwhitneyu(values[is_lost], values[~is_lost]).pvalue) for name, values in varying.items()}
    telling = sorted((name for name in chances if chances[name] < CHANCE / len(chances)), key=chances.get)[:MOST_NAMED]
    if not telling:
        return f"none of the {counted(len(chances), 'parameter')} drawn tells the lost draws from the rest"
    middles = varying[telling].groupby(is_lost).median()
    parts = [
        f"{name} (median {number(middles[name][True])}, of the rest {number(middles[name][False])})" for name in telling
    ]
    return f"draws that lost runs differ from the rest in {', '.join(parts)}"
