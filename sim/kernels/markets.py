"""Markets: demand, shocks and prices.

    price  = ((1 + fringe) demand / (smoothed arrivals + fringe demand)) ** (1 / elasticity), bounded
    demand = base * trend * season * drivers * (1 - compliant) * exp(shock - variance / 2)      shock AR(1)

A fringe of other suppliers keeps prices finite where arrivals cease. Imports are the mirror image: one price a commodity, in
the region, for the arrivals from all sources.
"""

import numpy as np

from sim.kernels import draws
from sim.kernels.jit import keep_apart, process
from sim.kernels.numerics import exp64, log1p64, normal_quantile
from sim.kernels.rules import market_price, moved

f4 = np.float32
f8 = np.float64
u8 = np.uint64
CELLS_PER_DRAW = 4


@process
def size_demand(years, trend, driver, compliant, size):
    """Log of demand without shock and season over base demand: what firms know of a market's size.

    Parameters
    ----------
    years : float
        Years since the middle of the base year.
    trend : float64 [N], driver : float32 [N], compliant : float32 [N]
    size : float32 [N]
        Written.
    """
    keep_apart()
    for n in range(size.size):
        size[n] = f4(trend[n] * years + f8(driver[n]) + log1p64(-f8(compliant[n])))


@process
def shock_word(cell, week, seed, run):
    """The random word of one cell's shock this week."""
    words = draws.philox(u8(cell // CELLS_PER_DRAW), u8(0), u8(week), draws.SHOCK, seed, run)
    return words[cell % CELLS_PER_DRAW]


@process
def clear_markets(cells, season, parameters, week, seed, run, markets):
    """Smooth what entered, draw the shocks, set the prices that firms will hear of.

    Writes ``markets.arrivals``, ``shock``, ``demand`` and ``price`` from ``markets.released``.
    """
    keep_apart()
    commodity, base_demand, elasticities = cells.commodity, cells.base_demand, cells.elasticity
    released, arrivals, shock, size = markets.released, markets.arrivals, markets.shock, markets.size
    demand, price = markets.demand, markets.price
    rho, sd, speed, fringe = f8(parameters.shock_rho), f8(parameters.shock_sd), f8(parameters.price_smoothing), f8(parameters.fringe)
    floor, ceiling, scale = f8(parameters.price_floor), f8(parameters.price_ceiling), f8(parameters.elasticity_scale)
    innovation = sd * np.sqrt(f8(1.0) - rho * rho)
    for n in range(price.size):
        arrivals[n] = moved(arrivals[n], released[n], speed)
        if sd > f8(0.0):
            draw = normal_quantile(draws.unit64(shock_word(n, week, seed, run)))
            shock[n] = f4(rho * f8(shock[n]) + innovation * draw)
        lift = f8(size[n]) + f8(shock[n]) - f8(0.5) * sd * sd
        demand[n] = base_demand[n] * f8(season[commodity[n]]) * exp64(lift)
        if base_demand[n] > f8(0.0):
            price[n] = market_price(demand[n], arrivals[n], fringe, f8(elasticities[n]) * scale, floor, ceiling)
