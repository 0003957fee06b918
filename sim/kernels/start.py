"""The state at the start: the settled world of the base year, with goods already on the way.

Base means: level and partner shares of the base year, ordinary calendars, no measure, no shock, price 1. The appeal
of a channel absorbs its base margin, so that the base shares are met for any parameters:

    appeal = base utility - theta_market * base margin
    unit cost (origin, commodity, direction) = flow-weighted mean of (landed - access - payment) less the base margin
"""

import numpy as np

from sim.kernels.borders.in_force import reset, reset_classes
from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.kernels.firms.search import take_census
from sim.kernels.markets.intermediaries import begin_intermediaries, see_clients
from sim.kernels.numbers.columns import copy, fill, fill_rows
from sim.kernels.numbers.numerics import ONE, ZERO
from sim.kernels.roads.lanes import bill_routes, open_lanes, prepare_routes, publish_channels
from sim.kernels.roads.pipes import clear_pipes, fill_pipes, share_classes, share_made_here
from sim.kernels.rules import USED_SHARE, prior_of

f4 = np.float32
f8 = np.float64
i4 = np.int32
u4 = np.uint32
LONG_AGO = np.int32(-520)
PRIOR_HIT = f8(0.3)
WEEKS_A_YEAR = f8(52.0)
NO_APPEAL = f4(-1e9)


@kernel
def begin(world, parameters, state):
    """Reset a state to the base: `settle`, for callers in Python.

    Parameters
    ----------
    world : World
    parameters : Parameters
        Float32 numbers.
    state : State
        Written.
    """
    settle(world, parameters, state)


@process
def settle(world, parameters, state):
    """Reset a state to the base.

    Writes all of ``state``.
    """
    keep_apart()
    channels, lanes, firms, ports, force, markets = (
        world.channels,
        state.lanes,
        state.firms,
        state.ports,
        state.force,
        state.markets,
    )
    reset(force)
    reset_classes(force)
    fill(force.refused, ZERO)
    fill(force.news, np.uint8(0))
    fill(force.firm_news, i4(0))
    begin_ports(ports)
    begin_customs(state.customs)
    begin_markets(world.cells.base_demand, markets)
    prepare_routes(world.routes, channels.commodity, world.goods, parameters, lanes.base_cost, lanes.queue_cost)
    open_lanes(
        world.routes,
        world.passages,
        channels.route_start,
        parameters.theta_route,
        ports.approach_queue_days,
        force.passage,
        lanes,
        state.scratch,
    )
    copy(lanes.access_cost, lanes.access_base)
    begin_books(world.routes, world.passages.place, channels.commodity, world.goods, parameters, state.books)
    fill(lanes.appeal, ZERO)
    desks, agents = world.desks, state.intermediaries
    begin_intermediaries(desks, parameters.base_utilisation, agents)
    publish_channels(world, parameters, 0, state)
    see_clients(desks, lanes.markup, channels.base_flow, agents)
    set_unit_costs(channels, lanes, parameters.base_margin, state.unit_cost)
    set_appeal(channels, parameters.theta_market, state.unit_cost, lanes)
    begin_firms(world.population, world.goods.made_here_share, parameters, state.unit_cost, firms)
    begin_slots(world.population, channels.kind, parameters, firms)
    state.rows_used[0] = world.population.place.size
    state.rows_used[1] = 0
    begin_census(world, parameters, state)
    fill(state.ledger, f8(0.0))
    clear_pipes(lanes)
    fill_pipes(channels, world.passages, lanes, ports.due_t, ports.sent_t, state.ledger)
    share_made_here(channels.watched, firms, state.rows_used[0], lanes)
    share_classes(firms, state.rows_used[0], lanes.class_flow)


@process
def begin_ports(ports):
    """No queue, nothing under way, no memory, no capacity of their own making."""
    fill(ports.queue_t, f8(0.0))
    fill(ports.capacity_t, f8(0.0))
    fill(ports.served_share, f8(1.0))
    fill(ports.passed_t, f8(0.0))
    fill(ports.passed_musd, f8(0.0))
    fill(ports.background_t, f8(0.0))
    fill(ports.wait_days, f8(0.0))
    fill(ports.hours_factor, f8(1.0))
    fill(ports.built_factor, f8(1.0))
    fill(ports.used_t, f8(0.0))
    fill(ports.offered_t, f8(0.0))
    fill_rows(ports.planned, f8(0.0))
    fill_rows(ports.due_t, f8(0.0))
    fill_rows(ports.sent_t, f8(0.0))
    fill_rows(ports.expected_wait_days, f8(0.0))
    fill(ports.approach_queue_days, ZERO)


@process
def begin_books(routes, place, commodity, goods, parameters, books):
    """Rates of the routes; nothing booked yet."""
    bill_routes(routes, place, commodity, goods, parameters, books.freight_rate, books.fee_rate, books.travel_rate)
    fill_rows(books.road, f8(0.0))
    fill_rows(books.waiting, f8(0.0))
    fill_rows(books.spoiled, f8(0.0))
    fill_rows(books.stopped, f8(0.0))
    fill_rows(books.accounts, f8(0.0))
    fill_rows(books.accounts_at, f8(0.0))
    fill(books.partner_imports, f8(0.0))
    fill(books.sender_imports, f8(0.0))
    fill(books.retail, f8(0.0))


@process
def begin_customs(customs):
    """Nobody has looked yet."""
    fill(customs.weight, f8(0.0))
    fill(customs.hidden, f8(0.0))
    fill(customs.hit, PRIOR_HIT)
    fill(customs.inspect_hidden, f8(0.0))
    fill(customs.inspect_legitimate, f8(0.0))
    fill(customs.detained_hidden, f8(0.0))
    fill(customs.detained_legitimate, f8(0.0))
    fill(customs.detained_musd, f8(0.0))
    fill(customs.denied_musd, f8(0.0))
    fill(customs.dispatched, f8(0.0))
    fill_rows(customs.hidden_due, f8(0.0))
    fill_rows(customs.legitimate_due, f8(0.0))


@process
def begin_markets(base_demand, markets):
    """Price 1, arrivals equal to base demand."""
    fill(markets.price, ONE)
    fill(markets.shock, ZERO)
    fill(markets.size, ZERO)
    fill(markets.released, f8(0.0))
    copy(base_demand, markets.arrivals)
    copy(base_demand, markets.demand)


@process
def set_unit_costs(channels, lanes, base_margin, unit_cost):
    """Set the unit cost of each group so that its flow-weighted base margin is `base_margin`.

    Writes ``unit_cost`` [groups].
    """
    keep_apart()
    start, base_flow, keep, friction = channels.group_start, channels.base_flow, lanes.keep, lanes.friction
    for g in range(unit_cost.size):
        total, flow = f8(0.0), f8(0.0)
        for k in range(start[g], start[g + 1]):
            total += base_flow[k] * f8(keep[k] - friction[k])
            flow += base_flow[k]
        unit_cost[g] = f4(total / flow - f8(base_margin)) if flow > f8(0.0) else ZERO


@process
def set_appeal(channels, theta, unit_cost, lanes):
    """Appeal that gives every channel its base utility; the last, free channel gains nothing and draws nobody.

    Writes ``lanes.appeal``, and the last element of ``keep``, ``friction`` and ``attraction``.
    """
    keep_apart()
    group, base_value, keep, friction, appeal = (
        channels.group,
        channels.base_value,
        lanes.keep,
        lanes.friction,
        lanes.appeal,
    )
    for k in range(appeal.size):
        appeal[k] = base_value[k] - theta * (keep[k] - friction[k] - unit_cost[group[k]])
    keep[appeal.size] = ZERO
    friction[appeal.size] = ZERO
    lanes.attraction[appeal.size] = NO_APPEAL


@process
def begin_firms(people, made_here_share, parameters, unit_cost, firms):
    """Firms of the base year in the first rows; the other rows are free.

    Writes the columns of ``firms``.
    """
    keep_apart()
    fill(firms.active, i4(0))
    fill(firms.generation, u4(0))
    fill(firms.capacity, ZERO)
    fill(firms.stock, ZERO)
    fill(firms.shipped, ZERO)
    fill(firms.listed, np.uint64(0))
    fill(firms.caught, np.uint64(0))
    fill(firms.complies, i4(0))
    fill(firms.fresh, i4(0))
    count = people.place.size
    fill(firms.active[:count], i4(1))
    fill(firms.born_week[:count], LONG_AGO)
    fill(firms.fate, i4(0))
    copy(people.place, firms.place)
    copy(people.place, firms.registered)
    copy(people.commodity, firms.commodity)
    copy(people.direction, firms.direction)
    copy(people.ownership, firms.ownership)
    copy(people.group, firms.group)
    copy(people.base_volume, firms.shipped)
    fill(firms.margin[:count], parameters.base_margin)
    made_here, capacity, cost = firms.made_here, firms.capacity, firms.unit_cost
    commodity, group, rank, volume = people.commodity, people.group, people.made_rank, people.base_volume
    complies, comply_rank = firms.complies, people.comply_rank
    for f in range(count):
        share = made_here_share[commodity[f]] * parameters.made_here_scale
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
    fill(census.base_firms, f8(0.0))
    for f in range(rows):
        census.base_firms[firms.group[f]] += f8(1.0)
    take_census(world.channels, size, friction, rows, firms, census, growth)
    leaving = census.margin  # free until it is written below
    fill(leaving, f8(0.0))
    group, capacity, to_capacity = firms.group, firms.capacity, ONE / parameters.base_utilisation
    for f in range(rows):
        leaving[group[f]] += f8(min(capacity[f], median_volume[group[f]] * to_capacity))
    hazard, rate = f8(parameters.exit_per_week), f8(parameters.entry_per_year) / WEEKS_A_YEAR
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
    relation, own_appeal, base_appeal = firms.relation, firms.own_appeal, firms.base_appeal
    fill_rows(channel, u4(kind.size))
    fill_rows(share, ZERO)
    fill_rows(belief, ZERO)
    fill_rows(own_record, ZERO)
    fill_rows(relation, ZERO)
    fill_rows(own_appeal, ZERO)
    fill_rows(base_appeal, ZERO)
    fill_rows(firms.risk, ZERO)
    fill_rows(firms.price_belief, ONE)
    fill_rows(firms.consignments, ONE)
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
            relation[q, f] = ONE if base_share[q, f] > USED_SHARE else ZERO
            base_appeal[q, f] = -(parameters.relation_weight * relation[q, f])
            own_appeal[q, f] = base_appeal[q, f]
