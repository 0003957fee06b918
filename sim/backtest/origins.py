"""One origin of a back-test: the fit to what was known, and what it predicts of the next year in two versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.patterns.worlds import HAPPENED
from sim.backtest.known import Driver, drivers_of, world_known, write_happened, write_known
from sim.backtest.runs import Stage
from sim.calibration.factors import Factor, Prior
from sim.calibration.posterior import Posterior
from sim.calibration.published import published_targets
from sim.calibration.reweighting import Reweighted, reweight
from sim.calibration.targets import Targets
from sim.calibration.waves import Fit, calibrate
from sim.config import Config
from sim.ensemble.plan.factors import uncertain_of
from sim.errors import InputError
from sim.parameters import EACH_LEVEL, LEVEL
from sim.policy.language.load import load_regime

AS_HAPPENED, WITHOUT = VERSIONS = ("as it happened", "without what came later")
MEASURES = "measure_levels"
PREDICTIVE = 4000
"""Draws of a predictive distribution."""


class Origin(NamedTuple):
    """An origin and the targets that it knows and predicts.

    Attributes
    ----------
    day : date
        Last day that is known; the year after it is predicted.
    rows : pandas.DataFrame
        Of all targets that are fitted or predicted, as `read_target_rows` gives them, with `row` (of the scores).
    fitted, held : pandas.DataFrame
        Their published side, as `published_targets` gives it.
    """

    day: date
    rows: pd.DataFrame
    fitted: pd.DataFrame
    held: pd.DataFrame

    @property
    def year(self) -> int:
        """The year that is predicted."""
        return self.day.year + 1

    @property
    def horizon(self) -> date:
        """Last day that is predicted."""
        return date(self.year, 12, 31)


class Predicted(NamedTuple):
    """What an origin predicts.

    Attributes
    ----------
    origin : Origin
    fit : Fit
    weights : Reweighted
        Of the simulated draws.
    draws : mapping of str to array [draws, held targets] of float64
        By version: the predictive distribution, on the scales of the targets.
    """

    origin: Origin
    fit: Fit
    weights: Reweighted
    draws: Mapping[str, NDArray[np.float64]]


def origin_of(day: date, rows: pd.DataFrame, may_fit: Sequence[int], observed: pd.DataFrame) -> Origin:
    """Find the targets that an origin knows, and those of the next year.

    Parameters
    ----------
    day : date
        The origin.
    rows : pandas.DataFrame
        Targets and held-out figures, as `read_target_rows` gives them, with `row`.
    may_fit : sequence of int
        Index of the rows that a fit may use.
    observed : pandas.DataFrame
        Table of the world.

    Returns
    -------
    Origin

    Raises
    ------
    InputError
        If no target ends by the origin, or none lies in the year after it.
    """
    horizon = date(day.year + 1, 12, 31)
    known = published_targets(rows, observed, "the targets", str(day))
    later = published_targets(rows, observed, "the targets", str(horizon))
    after = rows.loc[later.index, "from_month"] > f"{day:%Y-%m}"
    held = later[~later.index.isin(known.index) & after]
    fitted = known[known.index.isin(may_fit)]
    if fitted.empty:
        raise InputError(f"No target ends by the origin {day}: there is nothing to fit.")
    if held.empty:
        raise InputError(f"No target lies in the year after the origin {day}: there is nothing to predict.")
    return Origin(day, rows.loc[sorted({*fitted.index, *held.index})], fitted, held)


def prior_of(config: Config, drivers: Sequence[Driver]) -> Prior:
    """Prior of an origin: behaviour from its ranges, levels of senders' measures together, sizes of drivers."""
    behaviour = [name for name in config.design.uncertain if name not in EACH_LEVEL and not name.startswith(LEVEL)]
    ranges = {name: uncertain_of(name) for name in dict.fromkeys([*behaviour, MEASURES])}
    factors = [Factor(name, each.low, each.high, each.distribution == "log_uniform") for name, each in ranges.items()]
    return Prior((*factors, *(each.factor for each in drivers)))


def predict(origin: Origin, config: Config, last: date, folder: Path, tell: Callable[[str], None]) -> Predicted:
    """Fit to what was known at an origin, and predict the year after it in both versions.

    Parameters
    ----------
    origin : Origin
    config : Config
        `calibrate` says how many runs; `design.uncertain` which behaviour is open.
    last : date
        Last day of all origins' predictions: runs of the first wave go so far, so that origins share them.
    folder : Path
        Of stored runs.
    tell : callable
        Is told how it goes.

    Returns
    -------
    Predicted
    """
    happened = load_regime(HAPPENED)
    drivers = drivers_of(happened, last)
    prior, targets = prior_of(config, drivers), Targets.of_table(origin.fitted)
    stage = Stage(config, write_happened(folder / "happened", drivers), config.world, last, folder)
    first = origin.rows.loc[origin.fitted.index]
    told = config.calibrate
    fit = calibrate(
        lambda drawn: stage.figures(first, drawn, drivers, own_luck=False),
        prior,
        targets,
        runs=told.runs,
        waves=told.waves,
        seed=config.design.seed,
        tell=tell,
    )
    posterior = fit.waves[-1].posterior
    count = min(told.draws, len(posterior.factors))
    chosen = np.random.default_rng(config.design.seed).choice(len(posterior.factors), count, replace=False)
    drawn = posterior.factors.iloc[chosen]
    past = folder / f"known_{origin.day.year}"
    regime = write_known(past, happened, drivers, origin.day, config.world)
    world = world_known(past, config.world, origin.day)
    known = Stage(config, regime, str(world), origin.horizon, folder)
    tell(f"{count} draws of the posterior, {AS_HAPPENED} and {WITHOUT}.")
    figures = {
        AS_HAPPENED: stage._replace(end=origin.horizon).figures(origin.rows, drawn, drivers, own_luck=True),
        WITHOUT: known.figures(origin.rows, drawn, drivers, own_luck=True),
    }
    both = figures[AS_HAPPENED].index.intersection(figures[WITHOUT].index)
    part = Posterior(posterior.factors.loc[both], posterior.discrepancy.loc[both], posterior.rhat)
    emulator = fit.waves[-1].emulator
    scaled = targets.scaled(figures[AS_HAPPENED].loc[both])
    weights = reweight(emulator, targets, part, scaled, prior.even(part.factors))
    held = Targets.of_table(origin.held)
    draws = {
        name: predictive(held, held.scaled(each.loc[both]), part, weights.weight, config.design.seed)
        for name, each in figures.items()
    }
    return Predicted(origin, fit, weights, draws)


def predictive(
    held: Targets, simulated: pd.DataFrame, posterior: Posterior, weight: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """Draw what will be published: parameters and luck, the discrepancy of the group, and the error of the figure.

    Parameters
    ----------
    held : Targets
    simulated : pandas.DataFrame
        A row a draw, on the scales of the targets.
    posterior : Posterior
        The same draws.
    weight : array [draws] of float64
        Adds up to 1.
    seed : int

    Returns
    -------
    array [PREDICTIVE, targets] of float64
        On the scales. A group that was not fitted has the largest discrepancy of each draw.
    """
    random = np.random.default_rng(seed)
    places = (np.arange(PREDICTIVE) + random.random()) / PREDICTIVE
    chosen = np.minimum(np.searchsorted(np.cumsum(weight), places), len(weight) - 1)
    known, largest = posterior.discrepancy, posterior.discrepancy.max(axis=1)
    groups = [held.groups[number] for number in held.group]
    off = np.column_stack([known[name] if name in known else largest for name in groups])[chosen]
    spread = np.hypot(off, held.error)
    return simulated.to_numpy()[chosen] + spread * random.normal(size=spread.shape)
