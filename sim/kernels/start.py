"""The state at the start: the settled world of the base year, with goods already on the way.

Base means: level and partner shares of the base year, ordinary calendars, no measure, no shock, price 1. The constant
of a channel absorbs its base margin, so that the base shares are met for any parameters:

    asc = base utility - theta_market * base margin
    unit cost (origin, commodity, direction) = flow-weighted mean of (landed - access - payment) less the base margin
"""

import numpy as np

from sim.constants import WEEKS_PER_YEAR
from sim.kernels.borders.targeting import begin_hits
from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.kernels.firms.search import take_census
from sim.kernels.markets.intermediaries import begin_intermediaries, see_clients
from sim.kernels.numbers.columns import copy, fill
from sim.kernels.numbers.numerics import ONE, ZERO
from sim.kernels.roads.lanes import bill_routes, open_lanes, prepare_routes, publish_channels
from sim.kernels.roads.pipes import fill_pipes, share_classes, share_made_here
from sim.kernels.rules import USED_SHARE, prior_of
from sim.state import reset

f4 = np.float32
f8 = np.float64
i4 = np.int32
u4 = np.uint32
LONG_AGO = np.int32(-520)
NO_APPEAL = f4(-1e9)


def begin(world, parameters, state):
    """Set a state to the base: every array to its declared start value, then what one value cannot say.

    Parameters
    ----------
    world : World
    parameters : Parameters
        Float32 numbers.
    state : State
        Written.
    """
    reset(world, state)
    settle(world, parameters, state)


@kernel
def settle(world, parameters, state):
    """Take a state from the declared start values to the base; writes ``state``."""
    channels, lanes, firms = world.channels, state.lanes, state.firms
    ports, in_force, markets = state.ports, state.in_force, state.markets
    copy(world.cells.base_demand, markets.arrivals)
    copy(world.cells.base_demand, markets.demand)
    prepare_routes(world.routes, channels.commodity, world.goods, parameters, lanes.base_cost, lanes.queue_cost)
    open_lanes(
        world.routes,
        world.passages,
        channels.route_start,
        parameters.theta_route,
        ports.approach_queue_days,
        in_force.passage,
        lanes,
        state.scratch,
    )
    copy(lanes.access_cost, lanes.access_base)
    trade_records, place = state.trade_records, world.passages.place
    freight_rate, fee_rate, travel_rate = trade_records.freight_rate, trade_records.fee_rate, trade_records.travel_rate
    bill_routes(world.routes, place, channels.commodity, world.goods, parameters, freight_rate, fee_rate, travel_rate)
    hub_pools, agents = world.hub_pools, state.intermediaries
    begin_intermediaries(hub_pools, parameters.base_utilisation, agents)
    publish_channels(world, parameters, 0, state)
    see_clients(hub_pools, lanes.markup, channels.base_flow, agents)
    set_unit_costs(channels, lanes, parameters.base_margin, state.unit_cost)
    set_constants(channels, parameters.theta_market, state.unit_cost, lanes)
    begin_firms(world.population, world.goods.made_here_share, parameters, state.unit_cost, firms)
    begin_slots(world.population, channels.kind, parameters, firms)
    begin_hits(world.authorities, parameters, state.customs.hit)
    state.rows_used[0] = world.population.place.size
    begin_census(world, parameters, state)
    fill_pipes(channels, world.passages, lanes, ports.due_t, ports.sent_t, state.ledger)
    share_made_here(channels.watched, firms, state.rows_used[0], lanes)
    share_classes(firms, state.rows_used[0], lanes.class_flow)


@process
def set_unit_costs(channels, lanes, base_margin, unit_cost):
    """Set the unit cost of each group so that its flow-weighted base margin is `base_margin`.

    Writes ``unit_cost`` [groups].
    """
    keep_apart()
    start, base_flow = channels.group_start, channels.base_flow
    net_revenue, friction = lanes.net_revenue, lanes.friction
    for g in range(unit_cost.size):
        total, flow = f8(0.0), f8(0.0)
        for k in range(start[g], start[g + 1]):
            total += base_flow[k] * f8(net_revenue[k] - friction[k])
            flow += base_flow[k]
        unit_cost[g] = f4(total / flow - f8(base_margin)) if flow > f8(0.0) else ZERO


@process
def set_constants(channels, theta, unit_cost, lanes):
    """Give every channel the constant of its base utility; the last, free channel gains nothing and draws nobody.

    Writes ``lanes.asc``, and the last element of ``net_revenue``, ``friction`` and ``attraction``.
    """
    keep_apart()
    group, base_value, net_revenue = channels.group, channels.base_value, lanes.net_revenue
    friction, asc = lanes.friction, lanes.asc
    for k in range(asc.size):
        asc[k] = base_value[k] - theta * (net_revenue[k] - friction[k] - unit_cost[group[k]])
    net_revenue[asc.size] = ZERO
    friction[asc.size] = ZERO
    lanes.attraction[asc.size] = NO_APPEAL


@process
def begin_firms(people, made_here_share, parameters, unit_cost, firms):
    """Firms of the base year in the first rows; the other rows stay free.

    Writes the columns of ``firms``.
    """
    keep_apart()
    count = people.place.size
    fill(firms.active[:count], i4(1))
    fill(firms.born_week[:count], LONG_AGO)
    copy(people.place, firms.place)
    copy(people.place, firms.registered)
    copy(people.in_area, firms.in_area)
    copy(people.commodity, firms.commodity)
    copy(people.direction, firms.direction)
    copy(people.ownership, firms.ownership)
    copy(people.kind, firms.kind)
    copy(people.group, firms.group)
    copy(people.goods_rank, firms.goods_rank)
    copy(people.base_volume, firms.shipped)
    fill(firms.margin[:count], parameters.base_margin)
    made_here, capacity, cost = firms.made_here, firms.capacity, firms.unit_cost
    commodity, group, rank, volume = people.commodity, people.group, people.made_rank, people.base_volume
    kind = people.kind
    complies, comply_rank = firms.complies, people.comply_rank
    for f in range(count):
        share = made_here_share[kind[f], commodity[f]] * parameters.made_here_scale
        made_here[f] = i4(1) if rank[f] < share else i4(0)
        complies[f] = i4(1) if comply_rank[f] < parameters.compliance_share else i4(0)
        capacity[f] = volume[f] / parameters.base_utilisation
        cost[f] = unit_cost[group[f]]


@process
def begin_census(world, parameters, state):
    """Take the first census, and size the entrants so that at the base as much capacity enters a group as leaves it.

    Writes ``census``.
    """
    keep_apart()
    firms, census, rows, median_volume = state.firms, state.census, state.rows_used[0], world.population.median_volume
    size, friction, growth = state.markets.size, state.lanes.friction, state.scratch.cell_value
    for f in range(rows):
        census.base_firms[firms.group[f]] += f8(1.0)
    take_census(world.channels, size, friction, state.in_force.blocked, rows, firms, census, growth)
    leaving = census.margin  # free until it is written below
    fill(leaving, f8(0.0))
    group, capacity, to_capacity = firms.group, firms.capacity, ONE / parameters.base_utilisation
    for f in range(rows):
        leaving[group[f]] += f8(min(capacity[f], median_volume[group[f]] * to_capacity))
    hazard, rate = f8(parameters.exit_per_week), f8(parameters.entry_per_year) / f8(WEEKS_PER_YEAR)
    for g in range(leaving.size):
        entering = rate * census.capacity[g]
        census.entrant_size[g] = f4(hazard * leaving[g] / entering) if entering > f8(0.0) else ZERO
    fill(census.margin, f8(parameters.base_margin))


@process
def begin_slots(people, kind, parameters, firms):
    """Slots of the base year: shares as contracted, prices believed 1, priors of detention by kind.

    Writes the slots of ``firms``.
    """
    keep_apart()
    channel, share, belief, own_record = firms.channel, firms.share, firms.detention_belief, firms.own_record
    relationship, own_utility, base_own_utility = firms.relationship, firms.own_utility, firms.base_own_utility
    base_channel, base_share = people.channel, people.share
    for q in range(base_channel.shape[0]):
        for f in range(base_channel.shape[1]):
            k = base_channel[q, f]
            if k < 0:
                continue
            channel[q, f] = k
            share[q, f] = base_share[q, f]
            belief[q, f] = prior_of(kind, k, parameters)
            own_record[q, f] = belief[q, f]
            relationship[q, f] = ONE if base_share[q, f] > USED_SHARE else ZERO
            base_own_utility[q, f] = -(parameters.relationship_weight * relationship[q, f])
            own_utility[q, f] = base_own_utility[q, f]
