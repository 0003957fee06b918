"""Runs of a study at other draws than its own: over the whole ranges of what is uncertain, and of one draw again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.factors import Factor, Prior
from sim.config import Config, held_values
from sim.config.schema import POSTERIOR
from sim.ensemble import Results, executor_of, run_study, study_of
from sim.ensemble.fitted import posterior_design
from sim.ensemble.plan.design import FIRST_DRAW, Design
from sim.ensemble.plan.factors import Uncertain, factors_of
from sim.policy.language.measures import Regime
from sim.world.build import BuiltWorld


def ranges_of(config: Config, regimes: Sequence[Regime]) -> dict[str, Uncertain]:
    """Give the range of every factor of `design.uncertain` that is not held."""
    held = {*config.design.held, *held_values(config)}
    found = factors_of(config.design.uncertain, regimes, config.end_date)
    return {name: each for name, each in found.items() if name not in held}


def prior_of(config: Config, regimes: Sequence[Regime]) -> Prior:
    """Put the ranges together as a prior, in which factors are independent of each other.

    Raises
    ------
    InputError
        If nothing is uncertain.
    """
    factors = [
        Factor(name, each.low, each.high, each.distribution == "log_uniform")
        for name, each in ranges_of(config, regimes).items()
    ]
    return Prior(tuple(factors))


def prior_design(config: Config, regimes: Sequence[Regime], draws: int) -> Design:
    """Draw evenly over the whole ranges, each draw with a run of its own luck.

    Parameters
    ----------
    config : Config
        Settings.
    regimes : sequence of Regime
        Of the study.
    draws : int
        Their number; the first of many are those of few.
    """
    design = replace(config.design, sampler=POSTERIOR, runs=draws)
    return posterior_design(replace(config, design=design), None, ranges_of(config, regimes), regimes)


def again(design: Design, draws: int, runs: int) -> Design:
    """Take the first draws of a design, with several runs of each: what parts those is luck."""
    return Design(design.draws[:draws], FIRST_DRAW, runs, design.levels)


def run_design(config: Config, built_world: BuiltWorld, design: Design) -> Results:
    """Run the regimes of a study at other draws; runs that are stored already are kept.

    Raises
    ------
    InputError
        If no run ended well.
    """
    results = run_study(study_of(config, built_world, design), executor_of(config))
    results.check_runs()
    return results


def in_order(values: pd.Series, results: Results, design: Design) -> NDArray[np.float64]:
    """Put values of runs that ended well in the order of the draws of a design of one run each; NaN for the others."""
    found = np.full(len(design.draws), np.nan)
    found[results.runs["draw"].to_numpy() - design.first_draw] = values.to_numpy(np.float64)
    return found
