"""Price cells: where prices form. One for each market and commodity; in some worlds one for each origin in it too."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.labels import Labels
from sim.state import DIRECTIONS, EXPORT, Cells, Channels
from sim.world.numbered import index_of

SUBSTITUTION = "substitution"
"""Quantity of commodity_figures.csv with which goods of different origins are not the same to buyers."""


def cells_of(demand: pd.DataFrame, figures: pd.DataFrame, labels: Labels, channels: Channels) -> tuple[Cells, Channels]:
    """Make the price cells: market x commodity for exports, then a commodity each for the region's imports.

    Parameters
    ----------
    demand
        Table demand.csv.
    figures
        A row a commodity, a column a quantity.
    labels, channels
        Of the world; base flows final.

    Returns
    -------
    cells : Cells
    channels : Channels
        With the cell of each.
    """
    markets, commodities = len(labels.markets), len(labels.commodities)
    count = (markets + 1) * commodities
    exported = (demand["direction"] == DIRECTIONS[EXPORT]).to_numpy()
    commodity = index_of(demand["commodity"], labels.commodities)
    market = np.where(exported, index_of(demand["market"], labels.markets), markets)
    cell = market * commodities + commodity
    value = demand["value_musd"].to_numpy(float)
    total = np.bincount(cell, value, minlength=count)
    growth = np.bincount(cell, value * demand["trend_per_year"].to_numpy(float), minlength=count)
    cells = Cells(
        market=np.append(np.repeat(np.arange(markets), commodities), np.full(commodities, -1)).astype(np.int32),
        commodity=np.tile(np.arange(commodities), markets + 1).astype(np.int32),
        base_demand=np.bincount(channels.cell, channels.base_flow, minlength=count),
        trend=np.log1p(np.divide(growth, total, out=np.zeros(count), where=total > 0)),
        elasticity=np.tile(figures["elasticity"].to_numpy(np.float32), markets + 1),
        nest=np.zeros(count, np.int32),
    )
    if SUBSTITUTION not in figures:
        return cells, channels
    return by_origin(cells, figures[SUBSTITUTION].to_numpy(np.float32), channels)


def by_origin(cells: Cells, substitution: NDArray[np.float32], channels: Channels) -> tuple[Cells, Channels]:
    """Add a cell for each origin in each market: buyers take goods of another origin in its place, but not freely.

    The cells of all origins stay, without channels of their own; what they hold is added up from their members.

    Parameters
    ----------
    cells, channels
        Of a world in which goods of all origins are the same.
    substitution
        [C]: elasticity of substitution between origins.
    """
    exported = channels.direction == EXPORT
    pairs = np.stack([channels.cell, channels.origin])[:, exported]
    (whole, _), number = np.unique(pairs, axis=1, return_inverse=True)
    cell = channels.cell.copy()
    cell[exported] = cells.market.size + number.ravel()
    count = cells.market.size + whole.size
    flow = np.bincount(cell, channels.base_flow, minlength=count)[cells.market.size :]
    members = {
        "market": cells.market[whole],
        "commodity": cells.commodity[whole],
        "base_demand": flow,
        "trend": cells.trend[whole],
        "elasticity": substitution[cells.commodity[whole]],
        "nest": (whole + 1).astype(np.int32),
    }
    joined = {name: np.append(getattr(cells, name), members[name]) for name in Cells._fields}
    return Cells(**joined), channels._replace(cell=cell)
