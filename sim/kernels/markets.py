"""Markets: demand, shocks and prices.

    price  = ((1 + fringe) demand / (smoothed arrivals + fringe demand)) ** (1 / elasticity), bounded
    demand = base * trend * season * drivers * (1 - compliant) * exp(shock - variance / 2)      shock AR(1)

A fringe of other suppliers keeps prices finite where arrivals cease. Imports are the mirror image: one price a commodity, in
the region, for the arrivals from all sources.
"""

import numpy as np

from sim.kernels import draws
from sim.kernels.jit import kernel
from sim.kernels.numerics import exp64, log1p64, normal_quantile
from sim.kernels.rules import market_price, moved

f4 = np.float32
f8 = np.float64
u8 = np.uint64
CELLS_PER_DRAW = 4


@kernel
def size_demand(world, week, force, markets):
    """Log of demand without shock and season over base demand: what firms know of a market's size.

    Writes ``markets.size``.
    """
    years = world.clock.years[week]
    for n in range(markets.size.size):
        size = world.cells.trend[n] * years + f8(force.driver[n]) + log1p64(-f8(force.compliant[n]))
        markets.size[n] = f4(size)


@kernel
def shock_word(cell, week, seed, run):
    """The random word of one cell's shock this week."""
    purpose = draws.SHOCK
    words = draws.philox(u8(cell // CELLS_PER_DRAW), u8(0), u8(week), purpose, seed, run)
    return words[cell % CELLS_PER_DRAW]


@kernel
def clear_markets(world, parameters, week, seed, run, state):
    """Add up what entered, draw the shocks, set the prices that firms will hear of.

    Writes ``markets.released``, ``arrivals``, ``shock``, ``demand`` and ``price``.
    """
    markets, cells, lanes = state.markets, world.cells, state.lanes
    markets.released[:] = f8(0.0)
    for k in range(lanes.released.size):
        markets.released[world.channels.cell[k]] += lanes.released[k]
    rho, sd = f8(parameters.shock_rho), f8(parameters.shock_sd)
    innovation = sd * np.sqrt(f8(1.0) - rho * rho)
    for n in range(cells.commodity.size):
        markets.arrivals[n] = moved(markets.arrivals[n], markets.released[n], f8(parameters.price_smoothing))
        if sd > f8(0.0):
            draw = normal_quantile(draws.unit64(shock_word(n, week, seed, run)))
            markets.shock[n] = f4(rho * f8(markets.shock[n]) + innovation * draw)
        lift = f8(markets.size[n]) + f8(markets.shock[n]) - f8(0.5) * sd * sd
        markets.demand[n] = cells.base_demand[n] * f8(world.clock.season[week, cells.commodity[n]]) * exp64(lift)
        elasticity = f8(cells.elasticity[n]) * f8(parameters.elasticity_scale)
        if cells.base_demand[n] > f8(0.0):
            markets.price[n] = market_price(
                markets.demand[n], markets.arrivals[n], f8(parameters.fringe), elasticity, f8(parameters.price_floor), f8(parameters.price_ceiling)
            )
