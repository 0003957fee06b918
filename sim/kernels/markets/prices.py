"""Markets: demand, shocks and prices.

    price  = ((1 + fringe) demand / (smoothed arrivals + fringe demand)) ** (1 / elasticity), bounded
    demand = (base * (1 - refused) + brought) * trend * season * drivers * exp(shock - variance / 2)      shock AR(1)

Where goods of different origins are not the same to buyers, each has a price of its own (`clear_origins`).

A fringe of other suppliers keeps prices finite where arrivals cease. Imports are the mirror image: one price a
commodity, in the region, for the arrivals from all sources.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.kernels.numbers import draws
from sim.kernels.numbers.columns import fill
from sim.kernels.numbers.numerics import exp64, normal_quantile, power64
from sim.kernels.rules import bounded, market_price, moved, scarcity

f4 = np.float32
f8 = np.float64
u8 = np.uint64
CELLS_PER_DRAW = 4
UNLIKE_ONE = f8(1.001)  # an elasticity of substitution of 1 has no power form


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


@process
def clear_origins(cells, parameters, markets, sums):
    """Price goods by origin where buyers take those of another in their place, but not freely (Armington 1969).

        X   = (sum_o D_o / D (A_o / D_o) ** ((s - 1) / s)) ** (s / (s - 1))      what is there over what is wanted
        P   = X ** (-1 / e)                                                      price of the goods of all origins
        p_o = P (X D_o / A_o) ** (1 / s)                                         that of one origin

    D is demand, A arrivals, e the elasticity of demand, s that of substitution; where all origins bring what is wanted
    of them all prices are 1.

    Parameters
    ----------
    sums : float64 [N]
        Working room.

    Writes ``arrivals``, ``demand`` and ``price``; nothing where no cell is of one origin.
    """
    keep_apart()
    nest, elasticity, base_demand = cells.nest, cells.elasticity, cells.base_demand
    arrivals, demand, price = markets.arrivals, markets.demand, markets.price
    fringe, scale = f8(parameters.fringe), f8(parameters.elasticity_scale)
    floor, ceiling = parameters.price_floor, parameters.price_ceiling
    fill(sums, f8(0.0))
    for n in range(nest.size):
        if nest[n] != 0:
            arrivals[nest[n] - 1], demand[nest[n] - 1] = f8(0.0), f8(0.0)
    for n in range(nest.size):
        if nest[n] != 0:
            whole, s = nest[n] - 1, substitution_of(elasticity[n], scale)
            arrivals[whole] += arrivals[n]
            demand[whole] += demand[n]
            sums[whole] += demand[n] * power64(scarcity(demand[n], arrivals[n], fringe), f8(1.0) / s - f8(1.0))
    for n in range(nest.size):
        if nest[n] != 0 and base_demand[n] > f8(0.0):
            whole, s = nest[n] - 1, substitution_of(elasticity[n], scale)
            supplied = power64(sums[whole] / demand[whole], s / (s - f8(1.0)))
            overall = power64(supplied, f8(-1.0) / (f8(elasticity[whole]) * scale))
            own = overall * power64(supplied * scarcity(demand[n], arrivals[n], fringe), f8(1.0) / s)
            price[whole] = bounded(f4(overall), floor, ceiling)
            price[n] = bounded(f4(own), floor, ceiling)


@kernel
def substitution_of(elasticity, scale):
    """Elasticity of substitution at a scale, float64, apart from 1."""
    s = f8(elasticity) * scale
    return s if abs(s - f8(1.0)) >= UNLIKE_ONE - f8(1.0) else UNLIKE_ONE
