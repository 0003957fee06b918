"""One origin of a back-test: the fit to what was known, and what it predicts of the next year in two versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.patterns.worlds import HAPPENED
from sim.backtest.known import Driver, drivers_of, world_known, write_happened, write_known
from sim.backtest.runs import Stage
from sim.calibration.command import LUCK_DRAWS
from sim.calibration.factors import Factor, Prior
from sim.calibration.published import published_targets
from sim.calibration.settling import Settled, settled
from sim.calibration.targets import Targets
from sim.calibration.waves import calibrate
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
    found : Settled
        The fit, and the simulated draws with their weights.
    draws : mapping of str to array [draws, held targets] of float64
        By version: the predictive distribution, on the scales of the targets.
    """

    origin: Origin
    found: Settled
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


def predict(origin: Origin, config: Config, shared: date, folder: Path, tell: Callable[[str], None]) -> Predicted:
    """Fit to what was known at an origin, and predict the year after it in both versions.

    Parameters
    ----------
    origin : Origin
    config : Config
        `calibrate` says how many runs; `design.uncertain` which behaviour is open.
    shared : date
        Last day of the runs of the first wave, that of the last origin: so that origins share them.
    folder : Path
        Of stored runs.
    tell : callable
        Is told how it goes.

    Returns
    -------
    Predicted
    """
    happened = load_regime(HAPPENED, config.world)
    drivers = tuple(drivers_of(happened, date(shared.year + 1, 12, 31)))
    told = Stage(config, write_happened(folder / "happened", drivers), drivers, config.world, origin.day, folder)
    found = _fitted(origin, told, prior_of(config, drivers), shared, tell)
    past = folder / f"known_{origin.day.year}"
    regime = write_known(past, happened, drivers, origin.day, config.world)
    blind = told._replace(regime=regime, world=str(world_known(past, config.world, origin.day)))
    rows, drawn = origin.rows.loc[origin.held.index], found.posterior.factors.reset_index(drop=True)
    held, draws = Targets.of_table(origin.held), {}
    for name, stage in ((AS_HAPPENED, told), (WITHOUT, blind)):
        tell(f"{len(drawn)} draws to the end of {origin.year}, {name}.")
        figures = held.scaled(stage._replace(end=origin.horizon).figures(rows, drawn, own_luck=True))
        kept = figures.index.to_numpy()
        weight = found.weights.weight[kept] / found.weights.weight[kept].sum()
        off = found.posterior.discrepancy.iloc[kept]
        draws[name] = predictive(held, figures, off, weight, config.design.seed)
    return Predicted(origin, found, draws)


def _fitted(origin: Origin, stage: Stage, prior: Prior, shared: date, tell: Callable[[str], None]) -> Settled:
    """Fit to the targets that an origin knows."""
    rows, targets, config = origin.rows.loc[origin.fitted.index], Targets.of_table(origin.fitted), stage.config
    settings, seed = config.calibrate, config.design.seed
    stages = chain([stage._replace(end=shared)], repeat(stage))

    def simulate(drawn: pd.DataFrame) -> pd.DataFrame:
        return next(stages).figures(rows, drawn)

    tell(f"{len(prior.names)} factors, {len(targets.names)} targets to {origin.day}.")
    targets = targets._replace(luck=stage.luck(rows, prior.sobol(LUCK_DRAWS, seed), targets))
    fit = calibrate(simulate, prior, targets, runs=settings.runs, waves=settings.waves, seed=seed, tell=tell)
    return settled(fit, simulate, prior, targets, draws=settings.draws, seed=seed, tell=tell)


def predictive(
    held: Targets, simulated: pd.DataFrame, discrepancy: pd.DataFrame, weight: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """Draw what will be published: parameters and luck, the discrepancy of the group, and the error of the figure.

    Parameters
    ----------
    held : Targets
    simulated : pandas.DataFrame
        A row a draw, on the scales of the targets.
    discrepancy : pandas.DataFrame
        The same draws, a column a group of targets.
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
    largest = discrepancy.max(axis=1)
    groups = [held.groups[number] for number in held.group]
    off = np.column_stack([discrepancy.get(name, largest) for name in groups])[chosen]
    spread = np.hypot(off, held.error)
    return simulated.to_numpy()[chosen] + spread * random.normal(size=spread.shape)
