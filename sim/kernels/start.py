"""The state at the start: the settled world of the base year, with goods already on the way.

Base means: level and partner shares of the base year, ordinary calendars, no measure, no shock, price 1. The appeal of a
channel absorbs its base margin, so that the base shares are met for any parameters:

    appeal = base utility - theta_market * base margin
    unit cost (origin, commodity, direction) = flow-weighted mean of (landed - access - payment) less the base margin
"""

import numpy as np

from sim.kernels.force import reset
from sim.kernels.jit import keep_apart, kernel
from sim.kernels.lanes import prepare_routes, price_routes, publish_channels, share_routes
from sim.kernels.numerics import ONE, ZERO
from sim.kernels.rules import USED_SHARE, kept_share, payment_friction
from sim.state import ON_HAND

f4 = np.float32
f8 = np.float64
u4 = np.uint32
BLOCK = 512
LONG_AGO_WEEKS = np.int32(520)
PRIOR_HIT = f8(0.3)


@kernel
def begin(world, parameters, state):
    """Reset a state to the base.

    Writes all of ``state``.
    """
    keep_apart()
    reset(state.force)
    state.force.news[:] = np.uint8(0)
    begin_ports(state.ports)
    begin_customs(state.customs)
    begin_markets(world, state.markets)
    begin_lanes(world, parameters, state)
    begin_firms(world, parameters, state)
    state.ledger[:] = f8(0.0)
    fill_pipes(world, state)


@kernel
def begin_ports(ports):
    """No queue, nothing under way, no capacity of their own making."""
    ports.queue_t[:] = f8(0.0)
    ports.under_way_t[:] = f8(0.0)
    ports.capacity_t[:] = f8(0.0)
    ports.served_share[:] = f8(1.0)
    ports.passed_t[:] = f8(0.0)
    ports.passed_musd[:] = f8(0.0)
    ports.background_t[:] = f8(0.0)
    ports.clear_days[:] = f8(0.0)
    ports.wait_days[:] = f8(0.0)
    ports.own_factor[:] = f8(1.0)
    ports.approach_queue_days[:] = ZERO


@kernel
def begin_customs(customs):
    """Nobody has looked yet."""
    customs.weight[:] = f8(0.0)
    customs.hidden[:] = f8(0.0)
    customs.hit[:] = PRIOR_HIT
    customs.inspect_hidden[:] = f8(0.0)
    customs.inspect_legitimate[:] = f8(0.0)
    customs.rate[:] = ZERO
    customs.detained_hidden[:] = f8(0.0)
    customs.detained_legitimate[:] = f8(0.0)
    customs.detained_musd[:] = f8(0.0)
    customs.denied_musd[:] = f8(0.0)
    customs.dispatched[:] = f8(0.0)
    customs.hidden_due[:] = f8(0.0)
    customs.legitimate_due[:] = f8(0.0)


@kernel
def begin_markets(world, markets):
    """Price 1, arrivals equal to base demand."""
    markets.price[:] = ONE
    markets.shock[:] = ZERO
    markets.size[:] = ZERO
    markets.released[:] = f8(0.0)
    markets.arrivals[:] = world.cells.base_demand
    markets.demand[:] = world.cells.base_demand


@kernel
def begin_lanes(world, parameters, state):
    """Route shares and access at free flow; unit costs and appeals that meet the base.

    Writes ``state.lanes`` (but for goods on the way) and ``state.unit_cost``.
    """
    lanes = state.lanes
    prepare_routes(world, parameters, lanes)
    price_routes(world, 0, state.force, lanes, state.ports)
    share_routes(world, parameters.theta_route, ONE, lanes)
    lanes.access_base[:] = lanes.access_cost
    lanes.appeal[:] = ZERO
    publish_channels(world, parameters, state.force, state.markets, lanes)
    set_unit_costs(world, parameters, state)
    channels = world.channels
    for k in range(channels.market.size):
        gap = lanes.keep[k] - lanes.friction[k] - state.unit_cost[channels.group[k]]
        lanes.appeal[k] = channels.base_value[k] - parameters.theta_market * gap
    last = lanes.keep.size - 1
    lanes.keep[last] = ZERO
    lanes.friction[last] = ZERO
    lanes.attraction[last] = f4(-1e9)


@kernel
def set_unit_costs(world, parameters, state):
    """Unit cost of each group, so that its flow-weighted base margin is `base_margin`.

    Writes ``state.unit_cost``.
    """
    channels, lanes = world.channels, state.lanes
    for g in range(channels.group_start.size - 1):
        total, flow = f8(0.0), f8(0.0)
        for k in range(channels.group_start[g], channels.group_start[g + 1]):
            total += channels.base_flow[k] * f8(lanes.keep[k] - lanes.friction[k])
            flow += channels.base_flow[k]
        state.unit_cost[g] = f4(total / flow - f8(parameters.base_margin)) if flow > f8(0.0) else ZERO


@kernel
def begin_firms(world, parameters, state):
    """Firms of the base year in the first rows; the other rows are free.

    Writes ``state.firms`` and ``state.rows_used``.
    """
    firms, people = state.firms, world.population
    count = people.place.size
    state.rows_used[0] = count
    firms.active[:] = np.uint8(0)
    firms.generation[:] = u4(0)
    firms.capacity[:] = ZERO
    firms.stock[:] = ZERO
    firms.shipped[:] = ZERO
    for f in range(count):
        firms.active[f] = np.uint8(1)
        firms.age_weeks[f] = LONG_AGO_WEEKS
        firms.place[f] = people.place[f]
        firms.registered[f] = people.place[f]
        firms.commodity[f] = people.commodity[f]
        firms.direction[f] = people.direction[f]
        firms.ownership[f] = people.ownership[f]
        firms.group[f] = people.group[f]
        made_here = world.goods.made_here_share[people.commodity[f]] * parameters.made_here_scale
        firms.made_here[f] = np.uint8(1) if people.made_rank[f] < made_here else np.uint8(0)
        firms.capacity[f] = people.base_volume[f] / parameters.base_utilisation
        firms.shipped[f] = people.base_volume[f]
        firms.unit_cost[f] = state.unit_cost[people.group[f]]
        firms.margin[f] = parameters.base_margin
    begin_slots(world, parameters, state, count)


@kernel
def prior_of(kind, parameters):
    """Believed chance of detention before anything is known, by kind of channel."""
    if kind == 1:
        return parameters.prior_transit_declared
    if kind == 2:
        return parameters.prior_relabelled
    if kind == 3:
        return parameters.prior_embodied
    if kind == 4:
        return parameters.prior_parcel
    return parameters.prior_direct


@kernel
def begin_slots(world, parameters, state, count):
    """Slots of the base year: shares as contracted, prices believed 1, priors of detention by kind."""
    firms, people, channels = state.firms, world.population, world.channels
    free = channels.market.size
    firms.channel[:] = np.int32(free)
    firms.share[:] = ZERO
    firms.risk[:] = ZERO
    firms.price_belief[:] = ONE
    firms.detention_belief[:] = ZERO
    firms.own_record[:] = ZERO
    firms.consignments[:] = ONE
    firms.relation[:] = ZERO
    firms.relation_base[:] = ZERO
    for q in range(people.channel.shape[0]):
        for f in range(count):
            k = people.channel[q, f]
            if k < 0:
                continue
            firms.channel[q, f] = k
            firms.share[q, f] = people.share[q, f]
            prior = prior_of(channels.kind[k], parameters)
            firms.detention_belief[q, f] = prior
            firms.own_record[q, f] = prior
            used = ONE if people.share[q, f] > USED_SHARE else ZERO
            firms.relation[q, f] = used
            firms.relation_base[q, f] = used


@kernel
def fill_pipes(world, state):
    """Put a settled week's flow into every delay line, as if the base had gone on for ever.

    Writes the goods on the way in ``state.lanes``, ``ports.under_way_t`` and the ledger.
    """
    lanes, channels, routes = state.lanes, world.channels, world.routes
    clear_pipes(state)
    for k in range(channels.market.size):
        total = f8(0.0)
        for r in range(channels.route_start[k], channels.route_start[k + 1]):
            total += f8(lanes.route_share[r])
        for r in range(channels.route_start[k], channels.route_start[k + 1]):
            flow = channels.base_flow[k] * f8(lanes.route_share[r]) / total
            inside = f8(0.0)
            for s in range(routes.stop_start[r], routes.stop_start[r + 1]):
                fill_line(lanes.stop_due, routes.stop_whole_weeks[s], routes.stop_part_week[s], s, flow)
                weeks = f8(routes.stop_whole_weeks[s]) + routes.stop_part_week[s]
                state.ports.under_way_t[routes.stop_gate[s]] += flow * weeks * routes.stop_tonnes[s]
                inside += flow * weeks
            fill_line(lanes.arrivals_due, routes.last_whole_weeks[r], routes.last_part_week[r], k, flow)
            inside += flow * (f8(routes.last_whole_weeks[r]) + routes.last_part_week[r])
            state.ledger[ON_HAND] += inside
            if channels.watched[k] >= 0:
                lanes.under_way[channels.watched[k]] += inside
    share_made_here(world, state)


@kernel
def fill_line(due, whole, part, column, flow):
    """Fill one delay line as if `flow` had been put into it every week before."""
    for week in range(whole):
        due[week, column] += flow
    due[whole, column] += flow * part


@kernel
def clear_pipes(state):
    """Nothing on the way."""
    lanes = state.lanes
    lanes.stop_due[:] = f8(0.0)
    lanes.arrivals_due[:] = f8(0.0)
    lanes.stop_queue[:] = f8(0.0)
    lanes.detained_due[:] = f8(0.0)
    lanes.under_way[:] = f8(0.0)
    lanes.under_way_made_here[:] = f8(0.0)
    lanes.under_way_found[:] = f8(0.0)
    lanes.under_way_count[:] = f8(0.0)


@kernel
def share_made_here(world, state):
    """Of the goods on their way into a sender's market, the share that its base users make in the region.

    Writes ``lanes.under_way_made_here``.
    """
    firms, watched = state.firms, world.channels.watched
    made, every = state.lanes.made_here, state.lanes.dispatched
    made[:] = f8(0.0)
    every[:] = f8(0.0)
    for q in range(firms.channel.shape[0]):
        for f in range(state.rows_used[0]):
            k = firms.channel[q, f]
            if k < every.size:
                value = f8(firms.shipped[f]) * f8(firms.share[q, f])
                every[k] += value
                made[k] += value * f8(firms.made_here[f])
    for k in range(every.size):
        if watched[k] >= 0 and every[k] > f8(0.0):
            state.lanes.under_way_made_here[watched[k]] = state.lanes.under_way[watched[k]] * made[k] / every[k]
