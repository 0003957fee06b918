"""Flows of stored runs by home place, partner and goods, which no study keeps: the runs are stepped again.

A run stepped anew has the bits of the stored one, so what is added up here belongs to the same runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.labels import Labels
from sim.outcomes.cells import GATES, PARTNERS, OutcomeCells
from sim.outcomes.names import ALL, SERIES_COLUMNS, columns_of, pair
from sim.parameters import LEVEL
from sim.policy.compile.levels import at_named_levels
from sim.policy.compile.regime import compile_regime
from sim.policy.language.measures import Regime
from sim.results.results import Results
from sim.run import Run, RunStopped
from sim.state import DIRECT, DIRECTIONS, EMBODIED, EXPORT, PARCEL, Parameters, World
from sim.world.build import BuiltWorld
from sim.world.frozen import frozen

SOLD, OVER = "registered_from", "via_hub_from"
"""Exports by place, declared partner and goods; and what reached its market, by place, hub and goods."""

UNITS = {SOLD: "musd", OVER: "musd", "partner_imports": "musd", "throughput": "t"}
Monthly = NDArray[np.float64]


class PlaceFlows:
    """Series of one regime in memory, as `sim.analysis.reading.StoredSeries` reads them.

    Attributes
    ----------
    regimes, months : tuple of str
        One regime; `YYYY-MM`.
    series : DataFrame
        `column, outcome, subject, commodity, direction, unit`; subjects are pairs, place and partner.
    """

    def __init__(self, regime: str, months: Sequence[str], series: pd.DataFrame, values: Monthly) -> None:
        self.regimes, self.months = (regime,), tuple(months)
        self.series = series.assign(column=columns_of(series))
        self._place = {name: at for at, name in enumerate(self.series["column"])}
        self._values = values

    def wide(self, _: str, columns: Sequence[str]) -> Monthly:
        """Monthly values [runs, months, columns] of some series."""
        return self._values[:, :, [self._place[name] for name in columns]]


def flows_by_place(results: Results, built: BuiltWorld, regime: Regime, most: int | None = None) -> PlaceFlows:
    """Step the stored runs of a regime again and add up their flows.

    Parameters
    ----------
    results : Results
        Stored study of the same world.
    built : BuiltWorld
        The world.
    regime : Regime
        Of the study.
    most : int, optional
        Runs at most, the first ones.

    Returns
    -------
    PlaceFlows
        Runs that stopped are left out.
    """
    chosen = results.runs.head(most)
    draws = results.draws.loc[chosen["draw"]]
    flows, _ = flows_of_draws(built, regime, draws, results.manifest["seed"], chosen["run"].tolist())
    return flows


def flows_of_draws(
    built: BuiltWorld, regime: Regime, draws: pd.DataFrame, seed: int, numbers: Sequence[int], threads: int = 1
) -> tuple[PlaceFlows, NDArray[np.bool_]]:
    """Step one run of each draw under a regime and add up its flows.

    Parameters
    ----------
    built : BuiltWorld
        The world.
    regime : Regime
        Under which the runs are.
    draws : DataFrame
        A row a run: all parameters, and `level.MEASURE` of measures that are drawn.
    seed : int
        Of the runs.
    numbers : sequence of int
        Number of each run, which names its luck.
    threads : int
        Runs at a time.

    Returns
    -------
    PlaceFlows
        Runs that stopped are left out.
    array [draws] of bool
        Which runs ended well.

    Raises
    ------
    InputError
        If all runs stopped.
    """
    compiled = compile_regime(regime, built)
    policy = frozen(compiled.policy)

    def one(row: int) -> Monthly | None:
        draw = draws.iloc[row]
        levels = {name: float(draw[LEVEL + name]) for name in compiled.levels if LEVEL + name in draw.index}
        at = at_named_levels(policy, compiled.levels, levels) if levels else policy
        parameters = [float(draw[name]) for name in Parameters._fields]
        try:
            return _stepped(Run(built, at, parameters, seed, int(numbers[row])))
        except RunStopped:
            return None

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(one, range(len(draws))))
    ended = np.array([each is not None for each in found], dtype=bool)
    if not ended.any():
        raise InputError(f"regimes: every run under {regime.name} stopped, so there is nothing to count.")
    series, used = _series(built.arrays, built.labels)
    values = np.stack([each[:, used] for each in found if each is not None])
    return PlaceFlows(regime.name, built.months, series, values), ended


def _stepped(run: Run) -> Monthly:
    """Do a run and give its flows [months, cells]: sold, over hubs, hubs' books, tonnes of gates."""
    world = run.world
    clock, months = world.clock, world.sizes.months
    shape = (len(run.labels.places), world.sizes.markets, world.sizes.commodities)
    flows = np.zeros((2, months, int(np.prod(shape))))
    cells = _cells_of_channels(world, shape)
    while run.week < run.weeks:
        week = run.week
        run.step()
        sold, over = _weeks_flows(run)
        for part in range(clock.month.shape[1]):
            month, weight = clock.month[week, part], clock.flow_weight[week, part]
            if month >= 0:
                for which, amounts in enumerate((sold, over)):
                    flows[which, month] += weight * np.bincount(cells[which], amounts, minlength=flows.shape[2])
    return np.concatenate([*flows, run.record.partner_imports[0], run.record.throughput[0]], axis=1)


def _cells_of_channels(world: World, shape: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cell of each channel [K]: by declared partner, and by hub; those without hub count nothing."""
    channels = world.channels
    hub = np.maximum(channels.hub, 0)
    return tuple(
        np.ravel_multi_index((channels.origin, partner, channels.commodity), shape)
        for partner in (channels.declared, hub)
    )


def _weeks_flows(run: Run) -> tuple[Monthly, Monthly]:
    """Give the week's exports at the border, and what arrived over hubs, by channel [K]."""
    channels, lanes = run.world.channels, run.state.lanes
    count = channels.kind.size
    leaves = (channels.direction == EXPORT) & (channels.kind != EMBODIED)
    hubs = (channels.hub >= 0) & (channels.direction == EXPORT) & ~np.isin(channels.kind, (DIRECT, PARCEL))
    sold = np.where(leaves, lanes.cleared[:count] * lanes.border_value[:count], 0.0)
    return sold, np.where(hubs, lanes.released[:count], 0.0)


def _series(world: World, labels: Labels) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Name the cells of `_stepped`, goods apart and together; those that nothing can reach are left out."""
    places, markets, goods = labels.places, labels.markets, labels.commodities
    frames = [
        pd.DataFrame(
            [(outcome, pair(place, market), good) for place in places for market in markets for good in goods],
            columns=["outcome", "subject", "commodity"],
        )
        for outcome in (SOLD, OVER)
    ]
    frames += [_told(world, labels, "partner_imports", PARTNERS, "market")]
    frames += [_told(world, labels, "throughput", GATES, "crossing")]
    series = pd.concat(frames, ignore_index=True)
    series["unit"] = series["outcome"].map(UNITS)
    series["direction"] = series.get("direction").fillna(DIRECTIONS[EXPORT])
    used = series["direction"].eq(DIRECTIONS[EXPORT]).to_numpy()
    return series.loc[used, list(SERIES_COLUMNS)].reset_index(drop=True), used


def _told(world: World, labels: Labels, outcome: str, cells: OutcomeCells, subject: str) -> pd.DataFrame:
    frame = cells.table(world, labels)
    return frame.assign(outcome=outcome, subject=frame[subject], commodity=ALL)[
        ["outcome", "subject", "commodity", "direction"]
    ]
