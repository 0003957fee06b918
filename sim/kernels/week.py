"""The order of a week, once; and the loop over the weeks of a run.

1. measures: in force this week; sizes of demand; lists, refusals, where customs will look
2. ports: longer hours and building, capacity, published waits
3. lanes: route shares, what is published of channels
4. firms: costs, beliefs, shares, volume, dispatch
5. network: transit, queues, service
6. customs: release, detention, denial; learning
7. markets: books and accounts, shocks, prices
8. population: exit, entry, the zone, the census
9. hubs: clients, mark-ups and turnover of intermediaries

Steps 2 to 4 read queues, prices and records as at the week's start, and what earlier steps published this week. No
agent reads another agent's choice of the same week. A week that holds only finite numbers is then written down.
"""

import numpy as np

from sim.kernels.borders.customs import clear_border, count_same_makers, learn_hits
from sim.kernels.borders.in_force import apply_measures, withdraw_demand
from sim.kernels.borders.targeting import target
from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.kernels.firms.choice import choose_and_dispatch
from sim.kernels.firms.demography import COPY_WAITS, REGISTRATION_WAITS, is_waiting, renew
from sim.kernels.firms.lists import cancel_orders, draw_up_lists, shift_own_utilities
from sim.kernels.firms.search import CENSUS_WEEKS, take_census
from sim.kernels.firms.zone import charge_costs, develop_zone
from sim.kernels.markets.accounts import count_waiting, keep_accounts, pay_for_the_road
from sim.kernels.markets.intermediaries import run_hub_pools
from sim.kernels.markets.prices import clear_markets, clear_origins, draw_shocks, size_demand
from sim.kernels.markets.retail import sell_to_visitors
from sim.kernels.markets.trade_records import keep_trade_records
from sim.kernels.numbers.columns import add_up, copy, is_any
from sim.kernels.numbers.numerics import ZERO
from sim.kernels.observe import write_down
from sim.kernels.roads.closures import close_roads, send_again, turn_back
from sim.kernels.roads.lanes import publish_channels, share_routes
from sim.kernels.roads.port_plans import adapt_ports
from sim.kernels.roads.ports import open_gates, publish_waits
from sim.kernels.roads.transit import expect, go_on, join, serve, watch
from sim.state.measures import TARIFF
from sim.state.moment import Moment

f4 = np.float32
f8 = np.float64
u8 = np.uint64
EXPONENT = np.int64(0x7FF0000000000000)  # all ones in what is not finite
FINE, NOT_FINITE, NO_ROOM = 0, 1, 2
ODD_SERIES, ODD_START = 3, 4  # told by whoever adds up the series, or reads a saved state: not finite
CODE, WEEK, PROCESS, ENTITY = range(4)


@kernel
def advance(world, policy, parameters, week, seed, run, state):
    """Advance a state by one week: `run_week`, for callers in Python.

    Parameters
    ----------
    world : World
    policy : Policy
    parameters : Parameters
        Float32 numbers.
    week : int
        Index from the first week of the spin-up.
    seed, run : uint64
        Key of every draw.
    state : State
        Written.
    """
    run_week(world, policy, parameters, week, (seed, run), week == 0, state)


@process
def run_week(world, policy, parameters, week, key, first, state):
    """All processes of one week, in the order above; `first` of a span another regime may have led up to.

    Where a firm finds no free row the week stands still: called again with more rows, it goes on from there.

    Writes ``state``.
    """
    keep_apart()
    spinning_up = week < world.clock.spin_up_weeks[0]
    moment = Moment(week, key[0], key[1], first, state.rows_used[0], spinning_up)
    if not is_waiting(state.rows_used):
        copy(world.clock.season[week], state.season)
        measures(world, policy, parameters, moment, state)
        ports(world, policy, parameters, moment, state)
        lanes(world, policy, parameters, moment, state)
        firms(world, parameters, moment, state)
        network(world, moment, state)
        customs(world, parameters, moment, state)
        markets(world, policy, parameters, moment, state)
    population(world, parameters, moment, state)
    if not is_waiting(state.rows_used):
        hubs(world, policy, parameters, moment, state)


@process
def measures(world, policy, parameters, moment, state):
    """Measures in force, the size of demand, whom lists name and who refuses, where customs will look.

    Writes ``in_force``, ``closures``, ``markets.size``, what is listed and refused of ``firms``, and the chances of an
    inspection.
    """
    channels, in_force, kept = world.channels, state.in_force, state.scratch.channel_in_force
    apply_measures(policy, channels, world.authorities, parameters, moment.week, moment.first, kept, in_force)
    if policy.closing[moment.week] != 0 or state.closures.active[0] != 0:
        close_roads(world, policy, moment.week, state)
    size_demand(world.clock.years[moment.week], world.cells.trend, in_force.driver, state.markets.size)
    if in_force.firm_news[0] != 0:
        importers = parameters.importer_withdrawal
        withdraw_demand(channels.cell, world.cells.base_demand, state.lanes.class_flow, importers, in_force)
        draw_up_lists(world, policy, parameters, moment, state)
        concerned, cancelled = state.scratch.concerned, state.scratch.cancelled
        shift_own_utilities(channels.authority, parameters, moment.rows, in_force, state.firms, concerned)
        cancel_orders(channels.authority, parameters, moment.rows, in_force, state.firms, concerned, cancelled)
    target(world.authorities, world.goods, parameters, moment.week, in_force, state.customs)


@process
def ports(world, policy, parameters, moment, state):
    """Longer hours and building; capacity; published waits.

    Writes ``ports`` but for queues and flows.
    """
    week, scale = moment.week, f8(parameters.capacity_scale)
    adapt_ports(policy, parameters, week, world.clock.spin_up_weeks[0], scale, state.ports)
    open_gates(policy.schedule, week, scale, state.ports)
    load = state.scratch.gate_load
    publish_waits(world.gates, policy.schedule, week, scale, world.sizes.wait_rule, state.ports, load)


@process
def lanes(world, policy, parameters, moment, state):
    """Shares of the routes, and what is published of the channels.

    Writes ``lanes`` but for flows.
    """
    share_routes(world, policy, parameters, moment, state)
    publish_channels(world, parameters, moment.week, state)


@process
def firms(world, parameters, moment, state):
    """Charge costs; beliefs, shares, volume, dispatch.

    Writes ``firms``, and the dispatch of ``lanes`` and ``customs``.
    """
    columns, rows = state.firms, moment.rows
    charge_costs(state.unit_cost, state.in_force.subsidy, rows, columns)
    choose_and_dispatch(world, parameters, moment, state)


@process
def network(world, moment, state):
    """Transit, queues and service; what turns back before a shut crossing.

    Writes the flows of ``lanes``, the queues of ``ports``, ``closures.turned_back`` and the ledger.
    """
    week, passages, border = moment.week, world.passages, world.gates.border
    channels, goods, parts, closing = world.channels, world.goods, state.scratch.parts, state.closures.active[0] != 0
    copy(state.lanes.dispatched, state.scratch.going)
    if closing:
        send_again(channels, state)
    join(passages, week, state.lanes, state.ports, state.ledger, state.scratch)
    watch(channels.watched_channel, state.lanes)
    if closing:
        turn_back(world, state)
    commodity, spoilage, rule = channels.commodity, goods.spoilage_per_week, world.sizes.wait_rule
    serve(passages, commodity, spoilage, rule, state.lanes, state.ports, state.ledger, parts[0])
    go_on(passages, border, week, state.lanes, state.ports.sent_t, parts)
    expect(state.ports.sent_t, week, state.ports.due_t)


@process
def customs(world, parameters, moment, state):
    """Release, detention and denial; what the authorities learn.

    Writes ``customs``, what is released of ``lanes``, ``trade_records.stopped`` and ``alarms``, and the ledger.
    """
    clear_border(world, parameters, moment.week, state)
    musd, alarms = world.goods.consignment_musd, state.trade_records.alarms
    learn_hits(world.authorities, musd, parameters, moment.week, state.in_force, state.customs, alarms)
    count_same_makers(world.channels, world.goods, state.lanes, state.customs)


@process
def markets(world, policy, parameters, moment, state):
    """Books and accounts of the week, shocks of demand, prices.

    Writes ``markets`` and ``trade_records``.
    """
    add_up(state.lanes.released, world.channels.cell, state.markets.released)
    if not moment.spinning_up:
        close_trade_records(world, policy, parameters, moment, state)
    if parameters.shock_sd > ZERO:
        rho, sd = f8(parameters.shock_rho), f8(parameters.shock_sd)
        draw_shocks(rho, sd, u8(moment.week), moment.seed, moment.run, state.markets.shock)
    clear_markets(world.cells, state.season, parameters, state.in_force.refused, state.markets)
    clear_origins(world.cells, parameters, state.markets, state.scratch.cell_value)


@process
def population(world, parameters, moment, state):
    """Exit and entry; every fourth week the zone and the census.

    Writes ``firms``, ``rows_used`` and ``census``.
    """
    channels, columns, census, rows_used = world.channels, state.firms, state.census, state.rows_used
    if not moment.spinning_up and rows_used[REGISTRATION_WAITS] == 0:
        renew(channels, parameters, moment, rows_used, columns, census)
    if moment.week % CENSUS_WEEKS == CENSUS_WEEKS - 1 and rows_used[COPY_WAITS] == 0:
        if not moment.spinning_up and is_any(state.in_force.subsidy):
            develop_zone(world, parameters, moment, state)
        if is_waiting(rows_used):
            return
        size, friction, growth = state.markets.size, state.lanes.friction, state.scratch.cell_value
        take_census(channels, size, friction, state.in_force.blocked, rows_used[0], columns, census, growth)


@process
def hubs(world, policy, parameters, moment, state):
    """Clients, mark-ups and turnover of the intermediaries.

    Writes ``intermediaries``.
    """
    run_hub_pools(world, policy, parameters, moment, state)


@process
def close_trade_records(world, policy, parameters, moment, state):
    """Keep records of partners and senders, accounts, sales to visitors; writes ``state.trade_records``."""
    channels, goods, lanes, trade_records = world.channels, world.goods, state.lanes, state.trade_records
    content, lost, tariff = goods.content_share, parameters.lost_in_transit_scale, state.in_force.channel[TARIFF]
    seen = state.scratch.payment_part[0]
    keep_trade_records(channels, content, lost, tariff, state.markets.price, lanes, trade_records, seen)
    pay_for_the_road(channels, lanes, trade_records, state.scratch.road_rate, state.scratch.channel_load)
    count_waiting(
        world.passages, channels, goods.spoilage_per_week, state.ports.queue_t, lanes.stop_queue, trade_records
    )
    keep_accounts(world, parameters, moment, state)
    sell_to_visitors(policy, world.shoppers, parameters, moment.week, trade_records.retail)


STEPS = (measures, ports, lanes, firms, network, customs, markets, population, hubs)
PROCESSES = ("", *(step.__name__ for step in STEPS))
"""Names of the numbers that stand in a status row: those of the order above."""

PORTS, FIRMS, NETWORK, CUSTOMS, MARKETS, POPULATION = (
    PROCESSES.index(name) for name in ("ports", "firms", "network", "customs", "markets", "population")
)


@kernel
def check_finite(week, state, status):
    """Stop a run that holds a number which is not finite: write where into its status row, and say so.

    Parameters
    ----------
    week : int
        Index from the first week of the spin-up.
    state : State
        As `advance` left it.
    status : int64 [4]
        Written where something is wrong: code, week, process (an index of `PROCESSES`) and entity: a firm's row, a
        gate, an inspection class or a price cell.

    Returns
    -------
    bool
        Whether the run can go on.
    """
    rows, share = state.rows_used[0], state.firms.share
    for q in range(share.shape[0]):
        if is_odd(share[q, :rows], FIRMS, week, status):
            return False
    return not (
        is_odd(state.firms.capacity[:rows], FIRMS, week, status)
        or is_odd(state.firms.stock[:rows], FIRMS, week, status)
        or is_odd(state.firms.margin[:rows], FIRMS, week, status)
        or is_odd(state.ports.wait_days, PORTS, week, status)
        or is_odd(state.ports.queue_t, NETWORK, week, status)
        or is_odd(state.customs.hidden, CUSTOMS, week, status)
        or is_odd(state.customs.same_makers, CUSTOMS, week, status)
        or is_odd(state.customs.hit, CUSTOMS, week, status)
        or is_odd(state.customs.weight, CUSTOMS, week, status)
        or is_odd(state.markets.price, MARKETS, week, status)
        or is_odd(state.markets.arrivals, MARKETS, week, status)
    )


@process
def is_odd(column, name, week, status):
    """Whether an element is not finite; then writes ``status`` with the first of them."""
    worst = np.int64(0)
    for i in range(column.size):  # without a way out, so that many are looked at at once
        worst = max(worst, f8(column[i]).view(np.int64) & EXPONENT)
    if worst < EXPONENT:
        return False
    entity = 0
    while np.isfinite(column[entity]):
        entity += 1
    status[CODE], status[WEEK], status[PROCESS], status[ENTITY] = NOT_FINITE, week, name, entity
    return True


@kernel
def simulate(world, policy, parameters, key, span, state, record, status):
    """Simulate a run over a span of weeks, on from where its state stands: at the base (`start.begin`) or in any week.

    Parameters
    ----------
    world : World
    policy : Policy
    parameters : Parameters
        Float32 numbers.
    key : uint64 [2]
        Seed and number of the run: the key of every draw.
    span : int64 [2]
        First week and the one after the last. In the first week all measures are worked out anew, since another regime
        may have led up to it.
    state : State
        As it stands before the first week; written.
    record : Record
        Arrays [1, months, cells]; added to.
    status : int64 [4]
        Written where the run stopped early: a code with week, process and entity. At `NO_ROOM` it stands still in a
        week that goes on when `simulate` is called again, from that week, with more rows for firms.
    """
    for week in range(span[0], span[1]):
        run_week(world, policy, parameters, week, (key[0], key[1]), week == span[0], state)
        if not check_finite(week, state, status):
            break
        if is_waiting(state.rows_used):
            status[CODE], status[WEEK], status[PROCESS] = NO_ROOM, week, POPULATION
            break
        write_down(world, week, state, record, 0)
