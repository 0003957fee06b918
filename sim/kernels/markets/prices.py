"""Markets: demand, shocks and prices.

    price  = ((1 + fringe) demand / (smoothed arrivals + fringe demand)) ** (1 / elasticity), bounded
    demand = (base * (1 - refused) + brought) * trend * season * drivers * exp(shock - variance / 2)      shock AR(1)

A fringe of other suppliers keeps prices finite where arrivals cease. Imports are the mirror image: one price a
commodity, in the region, for the arrivals from all sources.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers import draws
from sim.kernels.numbers.numerics import exp64, normal_quantile
from sim.kernels.rules import market_price, moved

f4 = np.float32
f8 = np.float64
u8 = np.uint64
CELLS_PER_DRAW = 4


@process
def size_demand(years, trend, driver, size):
    """Log of demand without shock and season over base demand: what firms know of a market's size.

    Parameters
    ----------
    years : float
        Years since the middle of the base year.
    trend : float64 [N], driver : float32 [N]
    size : float32 [N]
        Written.
    """
    keep_apart()
    for n in range(size.size):
        size[n] = f4(trend[n] * years + f8(driver[n]))


@process
def draw_shocks(rho, sd, week, seed, run, shock):
    """Let the shocks of demand go on as AR(1) with standard deviation ``sd``.

    Parameters
    ----------
    rho, sd : float
    week, seed, run : uint64
        Key of the draws: one block of four words for four cells.
    shock : float32 [N]
        Log of demand; written.
    """
    keep_apart()
    innovation = sd * np.sqrt(f8(1.0) - rho * rho)
    for first in range(0, shock.size, CELLS_PER_DRAW):
        words = draws.philox(u8(first // CELLS_PER_DRAW), u8(0), week, draws.SHOCK, seed, run)
        for i in range(min(CELLS_PER_DRAW, shock.size - first)):
            draw = normal_quantile(draws.unit64(words[i]))
            shock[first + i] = f4(rho * f8(shock[first + i]) + innovation * draw)


@process
def clear_markets(cells, season, parameters, refused, markets):
    """Smooth what entered, set demand and the prices that firms will hear of.

    Parameters
    ----------
    refused : float32 [N]
        Part of base demand that buyers withdraw.

    Writes ``markets.arrivals``, ``demand`` and ``price`` from ``markets.released``, ``size`` and ``shock``.
    """
    keep_apart()
    commodity, base_demand, elasticity = cells.commodity, cells.base_demand, cells.elasticity
    released, arrivals, shock, size = markets.released, markets.arrivals, markets.shock, markets.size
    demand, price = markets.demand, markets.price
    sd, speed, fringe = f8(parameters.shock_sd), f8(parameters.price_smoothing), f8(parameters.fringe)
    floor, ceiling, scale = f8(parameters.price_floor), f8(parameters.price_ceiling), f8(parameters.elasticity_scale)
    for n in range(price.size):
        arrivals[n] = moved(arrivals[n], released[n], speed)
        # inland firms bring buyers of goods that are made elsewhere, which a ban on the region's goods does not name
        demand[n] = base_demand[n] * (f8(1.0) - f8(refused[n])) + markets.brought[n]
    lift_demand(f8(0.5) * sd * sd, commodity, season, size, shock, demand)
    for n in range(price.size):
        cleared = market_price(demand[n], arrivals[n], fringe, f8(elasticity[n]) * scale, floor, ceiling)
        price[n] = cleared if base_demand[n] > f8(0.0) else price[n]


@process
def lift_demand(half_variance, commodity, season, size, shock, demand):
    """Take demand from that at base to that of the week; writes ``demand`` [N]."""
    keep_apart()
    for n in range(demand.size):
        lift = f8(size[n]) + f8(shock[n]) - half_variance
        demand[n] = demand[n] * f8(season[commodity[n]]) * exp64(lift)
