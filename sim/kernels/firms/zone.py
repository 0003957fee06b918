"""The free-trade zone: inland firms register there, and its firms turn to goods that pay better.

An inland firm registers where the zone's subsidy beats its cost of moving, which is spread evenly between nothing and
`moving_cost_share`. A year's registrations are at first a share of the zone's firms when it began, and fewer the more
have come: would-be ones are `registration_per_year / registration_fade_per_year` times those firms, fewer where not all
find it worth their while, and a part `registration_fade_per_year` of those left comes in a year. A firm that registers
sells from the zone, but what it sells is made elsewhere. It brings its buyers: the markets that inland firms sell to,
with their demand, at shares that it keeps for as long as nothing changes, and at the base margin.
A firm of the zone turns to a commodity worth more per tonne the sooner, the more its subsidy and that branch's margin
exceed its own margin.
"""

import numpy as np

from sim.constants import WEEKS_PER_YEAR
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.firms.demography import REGISTRATION_WAITS, ROWS, copy_slots, enter, forget, is_room, next_free
from sim.kernels.firms.search import draw_channel, learn_channel, slot_of
from sim.kernels.numbers import draws
from sim.kernels.numbers.numerics import ONE, ZERO, exp64, log64
from sim.kernels.rules import bounded, margin, subsidy_of
from sim.state import MAKER

f4 = np.float32
f8 = np.float64
i4 = np.int32
u8 = np.uint64
ZONE_WEEKS = 4
MARGIN_SCALE = f4(0.05)
SMALLEST_COST = f4(1e-6)
NONE = -1
LONG_AGO = i4(-520)  # weeks: a firm that is no start-up
WORDS_A_DRAW = 4


@process
def charge_costs(group_cost, subsidy, rows, firms):
    """Set what goods cost each firm to make: the cost of its group and its own, less what its zone pays.

    Parameters
    ----------
    group_cost : float32 [groups]
    subsidy : float32 [O]
    rows : int
        Rows of firms in use.
    firms : Firms
        ``unit_cost`` is written.
    """
    keep_apart()
    group, registered, in_area = firms.group[:rows], firms.registered[:rows], firms.in_area[:rows]
    own_cost, unit_cost = firms.own_cost[:rows], firms.unit_cost[:rows]
    for f in range(rows):
        unit_cost[f] = group_cost[group[f]] + own_cost[f] - subsidy_of(subsidy[registered[f]], in_area[f])


@process
def develop_zone(world, parameters, moment, state):
    """Let inland firms register in the zone, and its firms change their commodity; every fourth week.

    Where no row is free it ends before the registration, and goes on from there when there are more rows.

    Writes ``state.rows_used``, ``firms`` and ``at_founding`` and ``came`` of the census.
    """
    keep_apart()
    channels, tonnes_per_musd, firms, census = world.channels, world.goods.tonnes_per_musd, state.firms, state.census
    rows_used, subsidy = state.rows_used, state.in_force.subsidy  # the latter is 0 outside a zone in force
    week, seed, run = moment.week, moment.seed, moment.run
    registered, in_area, active, generation = firms.registered, firms.in_area, firms.active, firms.generation
    part = f4(ZONE_WEEKS) / f4(WEEKS_PER_YEAR)
    moving = max(parameters.moving_cost_share, SMALLEST_COST)
    free, begin = 0, max(rows_used[REGISTRATION_WAITS] - 1, 0)
    rows_used[REGISTRATION_WAITS] = 0
    for f in range(begin, rows_used[ROWS]):
        paid = subsidy_of(subsidy[registered[f]], in_area[f])
        if active[f] == 0 or paid <= ZERO or firms.born_week[f] == week:
            continue
        words = draws.philox(u8(f), u8(generation[f]), u8(week), draws.HAZARD, seed, run)
        group = firms.group[f]
        if draws.unit64(words[0]) < coming(parameters, min(paid / moving, ONE), group, census) * f8(part):
            free = next_free(active, free)
            if not is_room(free, f, REGISTRATION_WAITS, rows_used, active):
                return
            register(world, parameters, moment, f, free, state)
            census.came[group] += f8(1.0)
        most = f8(parameters.commodity_change_per_year * part)
        drawn = draws.unit64(words[1])
        if drawn >= most:  # few firms look at other branches, which takes long
            continue
        goal = better_group(channels, tonnes_per_musd, group, census)
        if goal != NONE:
            pull = bounded((f4(census.margin[goal]) - firms.margin[f] + paid) / MARGIN_SCALE, ZERO, ONE)
            if drawn < most * f8(pull):
                change_commodity(channels, parameters, goal, f, firms, census)


@process
def coming(parameters, willing, group, census):
    """Inland firms that register in a year like each firm of a group: a part of those who would and have not come yet.

    Writes ``census.at_founding`` when the zone begins.
    """
    if census.at_founding[group] <= f8(0.0):
        census.at_founding[group] = census.in_area[group]
    first = f8(parameters.registration_per_year) * census.at_founding[group] * f8(willing)
    left = first - f8(parameters.registration_fade_per_year) * census.came[group]
    return max(left, f8(0.0)) / max(census.in_area[group], f8(1.0))


@process
def register(world, parameters, moment, model, row, state):
    """Register an inland firm like one of the zone, of the mean size of its group; its goods are made elsewhere.

    Where it is known what inland firms sell, it brings its buyers, and is no start-up.

    Writes row ``row`` and ``markets.brought``.
    """
    channels, firms, census = world.channels, state.firms, state.census
    enter(channels, parameters, moment, model, row, firms, census)
    group = firms.group[row]
    firms.made_here[row] = i4(0)
    firms.capacity[row] = f4(census.capacity[group] / max(census.firms[group], f8(1.0)))
    low, high = channels.group_start[group], channels.group_start[group + 1]
    if channels.inland_pull[high - 1] > f8(0.0):
        firms.kind[row] = MAKER
        firms.born_week[row] = LONG_AGO
        learn_buyers(channels, parameters, moment, row, low, high, firms)
        settle_margins(channels, parameters, row, state)
        bring_demand(channels, parameters, row, state)


@process
def learn_buyers(channels, parameters, moment, row, low, high, firms):
    """Draw as many buyers as a firm has slots, by what inland firms sell; its shares are how often each was drawn.

    Writes the slots of row ``row`` but for own utilities.
    """
    slots, unused, taken = firms.channel.shape[0], channels.kind.size, 0
    for q in range(slots):
        firms.channel[q, row] = unused
        firms.share[q, row] = ZERO
        firms.relationship[q, row] = ZERO
    words = draws.philox(u8(row), u8(firms.generation[row]), u8(moment.week), draws.BUYERS, moment.seed, moment.run)
    for i in range(slots):
        if i % WORDS_A_DRAW == 0 and i > 0:
            purpose = draws.BUYERS + u8(i)
            words = draws.philox(u8(row), u8(firms.generation[row]), u8(moment.week), purpose, moment.seed, moment.run)
        k = draw_channel(channels.inland_pull, low, high, words[i % WORDS_A_DRAW])
        q = slot_of(firms.channel, row, k)
        if q < 0:
            q = taken
            taken += 1
            learn_channel(channels.kind, parameters, q, row, k, firms)
            firms.relationship[q, row] = ONE
        firms.share[q, row] += ONE / f4(slots)


@process
def settle_margins(channels, parameters, row, state):
    """Give an inland firm the base margin at today's prices, and utilities at which it stays with its buyers.

    Its own cost holds what the way from its own place saves; its own utility its relationships, as at base.

    Writes ``firms.own_cost``, ``unit_cost``, ``margin``, ``price_belief`` and ``base_own_utility`` of row ``row``.
    """
    firms, lanes, price = state.firms, state.lanes, state.markets.price
    mean = ZERO
    for q in range(firms.channel.shape[0]):
        k = firms.channel[q, row]
        if firms.share[q, row] > ZERO:
            firms.price_belief[q, row] = price[channels.cell[k]]
            mean += firms.share[q, row] * (firms.price_belief[q, row] * lanes.net_revenue[k] - lanes.friction[k])
    cost = mean - parameters.base_margin
    firms.own_cost[row] = cost - state.unit_cost[firms.group[row]]
    firms.unit_cost[row] = cost - subsidy_of(state.in_force.subsidy[firms.registered[row]], firms.in_area[row])
    firms.margin[row] = mean - firms.unit_cost[row]
    for q in range(firms.channel.shape[0]):
        share, k = firms.share[q, row], firms.channel[q, row]
        if share > ZERO:
            gain = margin(
                firms.price_belief[q, row], lanes.net_revenue[k], firms.unit_cost[row], lanes.friction[k], ZERO
            )
            public = parameters.theta_market * (gain - firms.margin[row]) + lanes.attraction[k]
            firms.base_own_utility[q, row] = f4(log64(f8(share))) - public - parameters.relationship_weight


@process
def bring_demand(channels, parameters, row, state):
    """Add what an inland firm sells to the demand of its markets, at the trend and drivers of today.

    Writes ``markets.brought``.
    """
    firms, markets = state.firms, state.markets
    sold = f8(firms.capacity[row]) * f8(parameters.base_utilisation)
    for q in range(firms.channel.shape[0]):
        if firms.share[q, row] > ZERO:
            n = channels.cell[firms.channel[q, row]]
            markets.brought[n] += sold * f8(firms.share[q, row]) / exp64(f8(markets.size[n]))


@process
def better_group(channels, tonnes_per_musd, group, census):
    """Of the groups of the same place and direction with goods worth more per tonne, the one with the best margin."""
    start, origin, direction, commodity = (
        channels.group_start,
        channels.origin,
        channels.direction,
        channels.commodity,
    )
    own, best = start[group], NONE
    for g in range(start.size - 1):
        k = start[g]
        if origin[k] != origin[own] or direction[k] != direction[own] or census.leader[g] < 0:
            continue
        lighter = tonnes_per_musd[commodity[k]] < tonnes_per_musd[commodity[own]]
        if lighter and (best == NONE or census.margin[g] > census.margin[best]):
            best = g
    return best


@process
def change_commodity(channels, parameters, goal, f, firms, census):
    """Turn a firm to another group's goods: it takes over the channels of that group's leader, new to all partners.

    Writes row ``f``; what it stored is written off.
    """
    firms.group[f] = goal
    firms.commodity[f] = channels.commodity[channels.group_start[goal]]
    firms.stock[f] = ZERO
    copy_slots(census.leader[goal], f, firms)
    forget(channels.kind, parameters, f, firms)
