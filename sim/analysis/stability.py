"""Do the price loop and the queue loop settle at the chosen parameters? Both are judged by linear stability.

Prices: firms hear of a price, move their shares towards what it makes best, and their goods arrive weeks later and move
the price. Queues: routes move away from a published wait, and the wait follows what was sent. A loop whose matrix has a
spectral radius above 1 swings for ever; bounds on prices, and waits that cannot fall below zero, limit the swing but do
not end it.

Left out of the price loop is what damps it: other suppliers, tariffs and mark-ups that keep a part of the price from
the firm, and markets that hold a large share of a firm's goods. Left out as well is how a firm's volume follows its
margin, which matters where one market takes nearly all. Each full crossing is judged as if no other were full.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from sim.config import Behaviour
from sim.constants import DAYS_PER_WEEK, LONGEST_WAIT_DAYS, USD_PER_MUSD, WEEKS_PER_YEAR
from sim.kernels.compiler.jit import over_arrays
from sim.kernels.rules import cost_of_a_day_in_a_queue, net_capacity, route_bill
from sim.state import DIRECTIONS, FIRM_KINDS, MAKER, REINFORCEMENT, SATISFICING, TRADER, WAIT_QUEUE, World
from sim.world.build import BuiltWorld
from sim.world.network.gates import compile_gates

Floats = NDArray[np.float64]
LAST_WEEKS = int(WEEKS_PER_YEAR)  # whole weeks of the last year
HALVINGS = 40
SMALLEST, LARGEST = 1e-3, 1e6


class Speed(NamedTuple):
    """How fast firms of a kind are.

    Attributes
    ----------
    attention
        Share of them that hear of the price, a week.
    adjustment
        Share of the way to the target that their shares move, a week.
    weight
        Their part of trade.
    """

    attention: float
    adjustment: float
    weight: float = 1.0


def price_loop_radius(
    gain: float, speeds: Sequence[Speed], smoothing: float, transit_weeks: float, pull: float = 1.0
) -> float:
    """Spectral radius of the loop from price to beliefs, shares, arrivals and back to price.

    States are the logarithms of the belief and share of each kind of firm, of smoothed arrivals and the share of all,
    and shares of earlier weeks on their way.

    Parameters
    ----------
    gain
        `theta_market` over the elasticity of demand.
    speeds
        Of each kind of firm; weights sum to 1.
    smoothing
        Weight of a week's arrivals in those that make the price.
    transit_weeks
        From dispatch to release; a part of a week splits the goods between two weeks.
    pull
        How strongly the target pulls a share back to that of the base: 1 where it does not depend on the share, the
        part of the choice that tries anything where firms repeat what has paid.

    Returns
    -------
    float
        Below 1: swings die out; above: they grow until the bounds on prices stop them.
    """
    kinds = len(speeds)
    arrivals, share = 2 * kinds, 2 * kinds + 1
    delays = _delays(transit_weeks)
    matrix = _with_memory(share, delays)
    for belief, each in enumerate(speeds):
        own = kinds + belief
        matrix[belief, belief], matrix[belief, arrivals] = 1 - each.attention, -each.attention
        matrix[own] = each.adjustment * gain * matrix[belief]
        matrix[own, own] = 1 - each.adjustment * pull
        matrix[share] += each.weight * matrix[own]
    matrix[arrivals] = smoothing * _delayed(matrix, share, delays)
    matrix[arrivals, arrivals] += 1 - smoothing
    return _radius(matrix)


def critical_price_gain(speeds: Sequence[Speed], smoothing: float, transit_weeks: float, pull: float = 1.0) -> float:
    """Largest `theta_market` over elasticity at which prices settle; parameters as in `price_loop_radius`.

    Returns
    -------
    float
    """
    return _largest(lambda gain: price_loop_radius(gain, speeds, smoothing, transit_weeks, pull) <= 1)


def queue_loop_radius(gain: float, route_adjustment: float, unseen_weeks: float = 0.0) -> float:
    """Spectral radius of the loop from the published wait to route shares, the queue and back to the wait.

    States are the goods that the wait counts, the share of a route and, where needed, shares of earlier weeks. The wait
    counts the queue and all that is under way to the gate, so travel to it is no delay.

    Parameters
    ----------
    gain
        Flow that would leave the gate for a week more of its wait, as a share of its capacity: 7 `theta_route` times
        the mean over its goods of (1 - share of the lane at this gate) x cost of a day in the queue.
    route_adjustment
        Share of the way to the target that route shares move, a week.
    unseen_weeks
        Travel before the wait counts the goods: to the gate before this one, for later gates of a route.

    Returns
    -------
    float
    """
    counted, share = 0, 1
    delays = _delays(unseen_weeks)
    matrix = _with_memory(share, delays)
    matrix[share, share], matrix[share, counted] = 1 - route_adjustment, -route_adjustment * gain
    matrix[counted] = _delayed(matrix, share, delays)
    matrix[counted, counted] += 1
    return _radius(matrix)


def critical_queue_gain(route_adjustment: float, unseen_weeks: float = 0.0) -> float:
    """Largest gain of `queue_loop_radius` at which waits settle; without unseen weeks 4 / route_adjustment - 2.

    Returns
    -------
    float
    """
    return _largest(lambda gain: queue_loop_radius(gain, route_adjustment, unseen_weeks) <= 1)


def warnings_for(built: BuiltWorld, behaviour: Behaviour) -> list[str]:
    """Check both loops in a world: one sentence for each that does not settle.

    Prices are checked in every market and commodity of the base year, queues at every crossing that would be full in
    the last year of the run under the trends of demand, without measures and shocks.

    Parameters
    ----------
    built
        The world of the run.
    behaviour
        The parameters of the run.

    Returns
    -------
    list of str
        Plain sentences that name the parameter to change and a value that is stable; empty if all settles.
    """
    found = []
    if built.arrays.sizes.choice_rule != SATISFICING:  # firms that are content stop moving, and so do prices
        found.append(_price_warning(built, behaviour))
    if built.arrays.sizes.wait_rule == WAIT_QUEUE:
        found.append(_queue_warning(built, behaviour))
    return [sentence for sentence in found if sentence]


def _delays(weeks: float) -> Floats:
    """Weights of 0, 1, 2, ... weeks of delay whose mean is `weeks`."""
    whole = int(weeks)
    part = weeks - whole
    return np.append(np.zeros(whole), [1 - part, part] if part else [1.0])


def _with_memory(share: int, delays: Floats) -> Floats:
    """Empty matrix whose last states are the share now, a week ago, ..., as far back as the delays reach."""
    size = share + max(delays.size - 1, 1)
    matrix = np.zeros((size, size))
    matrix[np.arange(share + 1, size), np.arange(share, size - 1)] = 1.0
    return matrix


def _delayed(matrix: Floats, share: int, delays: Floats) -> Floats:
    """Row of the delayed share in the coming week: its new row without delay, else a remembered state."""
    return delays[0] * matrix[share] + delays[1:] @ np.eye(len(matrix))[share : share + delays.size - 1]


def _radius(matrix: Floats) -> float:
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def _largest(settles: Callable[[float], bool], low: float = SMALLEST, high: float = LARGEST) -> float:
    """Largest value at which something settles, by halving its logarithm."""
    for _ in range(HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if settles(middle) else (low, middle)
    return low


@dataclass(frozen=True)
class _Traffic:
    """Routes R of a world at free flow, under some behaviour.

    Attributes
    ----------
    share
        [R] of its channel.
    weeks
        [R] from dispatch to the market.
    queue_cost
        [K] of a day in a queue, per dollar.
    tonnes
        [K] a week, at the end of the run.
    """

    share: Floats
    weeks: Floats
    queue_cost: Floats
    tonnes: Floats


def _traffic(world: World, behaviour: Behaviour, theta_route: float) -> _Traffic:
    routes, channels, goods = world.routes, world.channels, world.goods
    tonnes_per_usd = (goods.tonnes_per_musd / USD_PER_MUSD)[channels.commodity]
    time_value = (goods.time_value_per_day.astype(float) * behaviour.time_value_scale)[channels.commodity]
    freight = routes.static_usd_per_t.astype(float) * behaviour.transport_cost_scale
    fees = routes.gate_usd_per_t.astype(float) * behaviour.gate_cost_scale
    days, k = routes.static_days.astype(float) + routes.gate_days, routes.channel
    cost = sum(over_arrays(route_bill)(freight, fees, days, tonnes_per_usd[k], time_value[k]))
    lowest = np.minimum.reduceat(cost, channels.route_start[:-1])
    weight = routes.path_size * np.exp(-theta_route * (cost - lowest[routes.channel]))
    weeks = np.bincount(routes.stop_route, routes.stop_whole_weeks + routes.stop_part_week)
    grown = channels.base_flow * np.exp(world.cells.trend[channels.cell] * world.clock.years[-1])
    return _Traffic(
        share=weight / np.bincount(routes.channel, weight)[routes.channel],
        weeks=weeks + routes.last_whole_weeks + routes.last_part_week,
        queue_cost=over_arrays(cost_of_a_day_in_a_queue)(time_value, behaviour.wait_fee_usd_per_t_day, tonnes_per_usd),
        tonnes=grown * tonnes_per_usd * USD_PER_MUSD,
    )


def _price_warning(built: BuiltWorld, behaviour: Behaviour) -> str:
    """Name the price cell with the smallest critical theta_market, if one swings at the chosen one."""
    cells = built.arrays.cells
    repeating = built.arrays.sizes.choice_rule == REINFORCEMENT
    pull = behaviour.experimentation if repeating else 1.0
    followed = 1.0 - behaviour.experimentation if repeating else 1.0
    traded, weeks = _transit_weeks(built.arrays, behaviour)
    speeds, smoothing = _speeds(built.arrays, behaviour), behaviour.price_smoothing
    elasticity = cells.elasticity[traded].astype(float) * behaviour.elasticity_scale
    radius = [
        price_loop_radius(followed * behaviour.theta_market / each, speeds, smoothing, late, pull)
        for each, late in zip(elasticity, weeks, strict=True)
    ]
    limits = {
        n: critical_price_gain(speeds, smoothing, weeks[n], pull) * elasticity[n] / followed
        for n in np.flatnonzero(np.array(radius) > 1)
    }
    if not limits:
        return ""
    worst = min(limits, key=limits.__getitem__)
    limit = limits[worst]
    cell = traded[worst]
    commodity, market = built.labels.commodities[cells.commodity[cell]], cells.market[cell]
    place = f"in {built.labels.markets[market]}" if market >= 0 else "brought into the region"
    return (
        f"theta_market={behaviour.theta_market:g} with elasticity {elasticity[worst]:.2g} ({commodity} {place}, "
        f"{weeks[worst]:.1f} weeks away), {_told(speeds)} makes prices swing: choose theta_market below "
        f"{_below(limit)}."
    )


def _speeds(world: World, behaviour: Behaviour) -> list[Speed]:
    """Speeds of the kinds of firms that there are, with their parts of the base year's trade."""
    kind, volume = world.population.kind, world.population.base_volume
    weights = np.bincount(kind, volume, minlength=len(FIRM_KINDS)) / volume.sum(dtype=float)
    makers = Speed(behaviour.attention_price, behaviour.adjustment_per_week, weights[MAKER])
    traders = Speed(behaviour.trader_attention_price, behaviour.trader_adjustment_per_week, weights[TRADER])
    return [each for each in (makers, traders) if each.weight > 0]


def _told(speeds: Sequence[Speed]) -> str:
    """Write down how fast the firms are."""
    attention, adjustment = (" and ".join(f"{each[i]:g}" for each in speeds) for i in range(2))
    return f"attention_price {attention} and adjustment_per_week {adjustment}"


def _transit_weeks(world: World, behaviour: Behaviour) -> tuple[NDArray[np.int64], Floats]:
    """Price cells with trade at base, and the mean weeks to them, weighted by base flow."""
    traffic = _traffic(world, behaviour, behaviour.theta_route)
    flow = world.channels.base_flow[world.routes.channel] * traffic.share
    cell = world.channels.cell[world.routes.channel]
    total = np.bincount(cell, flow, minlength=world.cells.market.size)
    traded = np.flatnonzero(total)
    weeks = np.bincount(cell, flow * traffic.weeks, minlength=total.size)
    return traded, weeks[traded] / total[traded]


@dataclass(frozen=True)
class _Gate:
    """A gate and the channels whose routes pass it.

    Attributes
    ----------
    share
        Of each channel, that passes when nobody waits anywhere.
    tonnes
        Of each channel, a week.
    queue_cost
        Of each channel: a day in the queue, per dollar.
    room_t
        Tonnes a week that may pass.
    unseen_weeks
        Mean travel before the wait counts the goods: none if it is the first gate of every route.
    """

    share: Floats
    tonnes: Floats
    queue_cost: Floats
    room_t: float
    unseen_weeks: float

    def full(self) -> bool:
        """Whether more comes than may pass."""
        return float(self.tonnes @ self.share) > self.room_t

    def shares(self, wait_days: float, theta_route: float) -> Floats:
        """Shares that pass when this gate has a queue and no other has."""
        return expit(logit(self.share) - theta_route * self.queue_cost * wait_days)

    def gain(self, theta_route: float) -> float:
        """Gain of the queue loop at the wait that lets just as much come as may pass."""
        wait = _largest(
            lambda days: float(self.tonnes @ self.shares(days, theta_route)) >= self.room_t, high=LONGEST_WAIT_DAYS
        )
        share = self.shares(wait, theta_route)
        leaving = theta_route * (self.tonnes * share * (1 - share)) @ self.queue_cost
        return float(DAYS_PER_WEEK * leaving / self.room_t)

    def settles(self, theta_route: float, route_adjustment: float) -> bool:
        """Whether waits settle here, if they form at all."""
        return not self.full() or queue_loop_radius(self.gain(theta_route), route_adjustment, self.unseen_weeks) <= 1


def _queue_warning(built: BuiltWorld, behaviour: Behaviour) -> str:
    """Name the gates whose waits swing, and values at which none does."""
    theta, speed = behaviour.theta_route, behaviour.route_adjustment
    rooms = _rooms(built, behaviour)

    def swinging(theta_route: float, route_adjustment: float) -> list[int]:
        gates = _gates(built.arrays, behaviour, theta_route, rooms)
        return [number for number, gate in gates if not gate.settles(theta_route, route_adjustment)]

    found = swinging(theta, speed)
    if not found:
        return ""
    slower = _largest(lambda each: not swinging(theta, each), high=speed)
    cure = "" if swinging(theta, slower) else f"route_adjustment below {_below(slower)} or "
    flatter = _largest(lambda each: not swinging(each, speed), high=theta)
    places = ", ".join(f"{built.labels.crossings[number // 2]} {DIRECTIONS[number % 2]}" for number in found)
    return (
        f"route_adjustment={speed:g} with theta_route {theta:g} and wait_fee_usd_per_t_day "
        f"{behaviour.wait_fee_usd_per_t_day:g} makes waits swing where crossings are full ({places}): "
        f"choose {cure}theta_route below {_below(flatter)}."
    )


def _gates(world: World, behaviour: Behaviour, theta_route: float, rooms: Floats) -> list[tuple[int, _Gate]]:
    """Numbers and traffic of the gates that may be full: all the goods that can pass there are more than their room."""
    traffic, late = _traffic(world, behaviour, theta_route), _weeks_before(world)
    gates = [(int(number), _gate(world, traffic, late, number, rooms[number])) for number in np.flatnonzero(rooms)]
    return [(number, gate) for number, gate in gates if gate.tonnes.sum() > gate.room_t]


def _gate(world: World, traffic: _Traffic, late: Floats, number: np.int64, room_t: float) -> _Gate:
    stops = np.flatnonzero(world.routes.stop_gate == number)
    channel = world.routes.stop_channel[stops]
    passing = traffic.share[world.routes.stop_route[stops]]
    share = np.bincount(channel, passing, traffic.tonnes.size)
    used = np.flatnonzero(share)
    mass = passing * traffic.tonnes[channel]
    return _Gate(
        share=np.minimum(share[used], 1.0),
        tonnes=traffic.tonnes[used],
        queue_cost=traffic.queue_cost[used],
        room_t=room_t,
        unseen_weeks=float(mass @ late[stops] / max(mass.sum(), SMALLEST)),
    )


def _weeks_before(world: World) -> Floats:
    """Weeks [S] from dispatch to the gate before each stop; zero for the first stop of a route."""
    routes = world.routes
    weeks = routes.stop_whole_weeks + routes.stop_part_week
    begun = np.cumsum(weeks) - weeks
    return begun - begun[routes.stop_start[routes.stop_route]]


def _rooms(built: BuiltWorld, behaviour: Behaviour) -> Floats:
    """Tonnes a week [G] that gates leave to modelled goods in open weeks of the last year, no cause in force."""
    gates = compile_gates(built.tables, {}, built.week_starts[-LAST_WEEKS:])
    capacity = gates.capacity_t * behaviour.capacity_scale
    room = over_arrays(net_capacity)(capacity, gates.background_t, gates.background_share)
    return room.sum(axis=1) / np.maximum((capacity > 0).sum(axis=1), 1)


def _below(limit: float) -> str:
    """Print a limit in two digits, rounded down so that the printed value itself is stable."""
    step = 10.0 ** (np.floor(np.log10(limit)) - 1)
    return f"{np.floor(limit / step) * step:g}"
