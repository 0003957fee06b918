"""The order of a week, once; and the loop over the weeks of a run.

1. measures; sizes of demand
2. ports: longer hours and building, capacity, published waits
3. lanes: route shares
4. firms: beliefs, shares, volume, dispatch
5. network: transit, queues, service
6. customs
7. markets, books and accounts
8. population: exit, entry, the zone, intermediaries
9. observation

Steps 2 to 4 read queues, prices and records as at the week's start, and what earlier steps published this week. No
agent reads another agent's choice of the same week.
"""

import numpy as np

from sim.kernels.borders.customs import clear_border, learn_hits, target
from sim.kernels.borders.in_force import apply_measures, passage_changes, withdraw_demand
from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.kernels.firms.choice import choose_and_dispatch
from sim.kernels.firms.demography import FULL, renew
from sim.kernels.firms.lists import draw_up_lists, shift_appeals
from sim.kernels.firms.search import CENSUS_WEEKS, take_census
from sim.kernels.firms.zone import charge_costs, develop_zone
from sim.kernels.markets.accounts import count_waiting, keep_accounts, pay_for_the_road
from sim.kernels.markets.books import keep_books
from sim.kernels.markets.intermediaries import TURNOVER_WEEKS, run_desks
from sim.kernels.markets.prices import clear_markets, draw_shocks, size_demand
from sim.kernels.markets.retail import sell_to_visitors
from sim.kernels.numbers.columns import add_up, copy, is_any
from sim.kernels.numbers.numerics import ZERO
from sim.kernels.observe import write_down
from sim.kernels.roads.lanes import publish_channels, share_routes
from sim.kernels.roads.port_plans import adapt_ports
from sim.kernels.roads.ports import open_gates, publish_waits
from sim.kernels.roads.transit import expect, go_on, join, serve, watch
from sim.state.measures import DETENTION_DAYS, HAZARD, TARIFF

f4 = np.float32
f8 = np.float64
u8 = np.uint64
EXPONENT = np.int64(0x7FF0000000000000)  # all ones in what is not finite
FINE, NOT_FINITE, NO_ROOM = 0, 1, 2
CODE, WEEK, PROCESS, ENTITY = range(4)
PROCESSES = ("", "measures", "ports", "lanes", "firms", "network", "customs", "markets", "population", "observation")
"""Names of the numbers that stand in a status row: those of the order above."""

PORTS, FIRMS, NETWORK, CUSTOMS, MARKETS, POPULATION = 2, 4, 5, 6, 7, 8


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
    run_week(world, policy, parameters, week, seed, run, week == 0, state)


@process
def run_week(world, policy, parameters, week, seed, run, first, state):
    """All processes of one week, in the order above; `first` of a span another regime may have led up to.

    Writes ``state``.
    """
    keep_apart()
    scale, season = f8(parameters.capacity_scale), world.clock.season[week]
    copy(season, state.season)

    apply_measures(
        policy,
        world.channels,
        world.authorities,
        parameters,
        week,
        first,
        state.scratch.channel_force,
        state.force,
    )
    size_demand(world.clock.years[week], world.cells.trend, state.force.driver, state.markets.size)
    if state.force.firm_news[0] != 0:
        withdraw_demand(world.channels.cell, world.cells.base_demand, state.lanes.class_flow, state.force)
        share, by = world.goods.made_here_share, parameters.made_here_scale
        people, used = world.population, state.rows_used[0]
        hazard = state.force.by_class[HAZARD]
        draw_up_lists(policy, people, share, by, week, used, hazard, world.channels.authority, state.firms)
        shift_appeals(world.channels.authority, parameters, used, state.force, state.firms)

    adapt_ports(policy, parameters, week, world.clock.spin_up_weeks[0], scale, state.ports)
    open_gates(policy, week, scale, state.ports)
    publish_waits(world.gates, policy, week, scale, world.sizes.wait_rule, state.ports)

    start, news = world.channels.route_start, passage_changes(policy, week, first)
    share_routes(
        world.routes,
        world.passages,
        start,
        parameters,
        week,
        news,
        state.ports.approach_queue_days,
        state.force.passage,
        state.lanes,
        state.scratch,
    )
    factor = state.intermediaries.markup_factor
    publish_channels(
        world.channels,
        parameters,
        state.force,
        world.desks.of_channel,
        factor,
        week,
        state.markets.price,
        state.markets.size,
        state.lanes,
    )
    target(world.authorities, parameters, state.force.budget, state.force.inspected, state.customs)

    rows, price, is_spinning_up = state.rows_used[0], state.markets.price, week < world.clock.spin_up_weeks[0]
    charge_costs(rows, state.unit_cost, state.force.subsidy, state.firms)
    choose_and_dispatch(
        world.sizes.choice_rule,
        world.channels,
        world.goods,
        season,
        parameters,
        week,
        is_spinning_up,
        seed,
        run,
        rows,
        state.firms,
        state.census,
        world.population.median_volume,
        state.lanes,
        state.force,
        state.customs,
        price,
        state.scratch,
    )

    join(world.passages, week, state.lanes, state.ports, state.ledger, state.scratch)
    watch(world.channels.watched_channel, state.lanes)
    serve(
        world.passages,
        world.channels.commodity,
        world.goods.spoilage_per_week,
        world.sizes.wait_rule,
        state.lanes,
        state.ports,
        state.ledger,
        state.scratch.parts[0],
    )
    go_on(world.passages, world.gates.chinese, week, state.lanes, state.ports.sent_t, state.scratch.parts)
    expect(state.ports.sent_t, week, state.ports.due_t)

    days, stopped = state.force.channel[DETENTION_DAYS], state.books.stopped
    clear_border(
        world.channels,
        world.goods.content_share,
        parameters,
        week,
        price,
        days,
        state.lanes,
        state.customs,
        stopped,
        state.ledger,
    )
    learn_hits(
        world.authorities, world.goods.consignment_musd, parameters, week, state.force.class_detention, state.customs
    )

    add_up(state.lanes.released, world.channels.cell, state.markets.released)
    if not is_spinning_up:
        close_books(world, policy, parameters, week, rows, state)
    if parameters.shock_sd > ZERO:
        draw_shocks(f8(parameters.shock_rho), f8(parameters.shock_sd), u8(week), seed, run, state.markets.shock)
    clear_markets(world.cells, season, parameters, state.force.refused, state.markets)

    if not is_spinning_up:
        renew(world.channels, parameters, week, seed, run, state.rows_used, state.firms, state.census)
    if week % CENSUS_WEEKS == CENSUS_WEEKS - 1:
        if not is_spinning_up and is_any(state.force.subsidy):
            develop_zone(
                world.channels,
                world.goods.tonnes_per_musd,
                parameters,
                week,
                seed,
                run,
                state.force.subsidy,
                state.rows_used,
                state.firms,
                state.census,
            )
        take_census(
            world.channels,
            state.markets.size,
            state.lanes.friction,
            state.rows_used[0],
            state.firms,
            state.census,
            state.scratch.cell_value,
        )

    hubs_change = not is_spinning_up and week % TURNOVER_WEEKS == 0
    run_desks(
        world.desks,
        policy,
        parameters,
        season,
        state.lanes.markup,
        state.lanes.dispatched,
        state.customs.denied_musd,
        week,
        seed,
        run,
        hubs_change,
        state.intermediaries,
    )


@process
def close_books(world, policy, parameters, week, rows, state):
    """Books of partners and senders, accounts of who gains and who pays, sales to visitors; writes ``state.books``."""
    channels, goods, lanes, force, books = world.channels, world.goods, state.lanes, state.force, state.books
    content, cost, mass = goods.content_share, state.unit_cost, state.scratch.route_mass
    tariff = force.channel[TARIFF]
    keep_books(channels, content, parameters.lost_in_transit_scale, tariff, state.markets.price, lanes, books)
    start, costs = channels.group_start, state.scratch.road
    pay_for_the_road(start, channels.direction, lanes.dispatched, mass, lanes.extra_cost, books, costs)
    count_waiting(world.passages, channels, goods.spoilage_per_week, state.ports.queue_t, lanes.stop_queue, books)
    keep_accounts(
        channels,
        world.cells,
        goods,
        parameters,
        rows,
        state.firms,
        cost,
        force,
        lanes,
        state.markets,
        books,
        state.scratch.cell_value,
    )
    sell_to_visitors(policy, world.gates.shoppers_gate, parameters, week, books.retail)


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
    firms, ports, customs, markets, rows = state.firms, state.ports, state.customs, state.markets, state.rows_used[0]
    share = firms.share
    for q in range(share.shape[0]):
        if is_odd(share[q, :rows], FIRMS, week, status):
            return False
    return not (
        is_odd(firms.capacity[:rows], FIRMS, week, status)
        or is_odd(firms.stock[:rows], FIRMS, week, status)
        or is_odd(firms.margin[:rows], FIRMS, week, status)
        or is_odd(ports.wait_days, PORTS, week, status)
        or is_odd(ports.queue_t, NETWORK, week, status)
        or is_odd(customs.hidden, CUSTOMS, week, status)
        or is_odd(customs.hit, CUSTOMS, week, status)
        or is_odd(customs.weight, CUSTOMS, week, status)
        or is_odd(markets.price, MARKETS, week, status)
        or is_odd(markets.arrivals, MARKETS, week, status)
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
def check_room(week, rows_used, status):
    """Stop a run in which an entrant found no free row: write the firm that was to be copied into its status row.

    Returns
    -------
    bool
        Whether the run can go on.
    """
    if rows_used[FULL] == 0:
        return True
    status[CODE], status[WEEK], status[PROCESS], status[ENTITY] = NO_ROOM, week, POPULATION, rows_used[FULL] - 1
    return False


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
        Written where the run stopped early: a code with week, process and entity.
    """
    for week in range(span[0], span[1]):
        run_week(world, policy, parameters, week, key[0], key[1], week == span[0], state)
        if not check_finite(week, state, status):
            break
        if not check_room(week, state.rows_used, status):
            break
        write_down(world, week, state, record, 0)
