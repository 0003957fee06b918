"""The free-trade zone: inland firms register there, and its firms turn to goods that pay better.

An inland firm registers where the zone's subsidy beats its cost of moving, which is spread evenly between nothing and
`moving_cost_share`; it sells from there, but what it sells is made elsewhere. A firm of the zone turns to a commodity
worth more per tonne the sooner, the more its subsidy and that branch's margin exceed its own margin.
"""

import numpy as np

from sim.constants import WEEKS_PER_YEAR
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.firms.demography import REGISTRATION_WAITS, ROWS, copy_slots, enter, forget, is_room, next_free
from sim.kernels.numbers import draws
from sim.kernels.numbers.numerics import ONE, ZERO
from sim.kernels.rules import bounded

f4 = np.float32
f8 = np.float64
i4 = np.int32
u8 = np.uint64
ZONE_WEEKS = 4
MARGIN_SCALE = f4(0.05)
SMALLEST_COST = f4(1e-6)
NONE = -1


@process
def charge_costs(group, registered, group_cost, subsidy, unit_cost):
    """Set what goods cost each firm to make: the cost of its group, less the subsidy of the place of registration.

    Parameters
    ----------
    group, registered : int32 [F]
    group_cost : float32 [groups]
    subsidy : float32 [O]
    unit_cost : float32 [F]
        Written.
    """
    keep_apart()
    for f in range(unit_cost.size):
        unit_cost[f] = group_cost[group[f]] - subsidy[registered[f]]


@process
def develop_zone(world, parameters, moment, state):
    """Let inland firms register in the zone, and its firms change their commodity; every fourth week.

    Where no row is free it ends before the registration, and goes on from there when there are more rows.

    Writes ``state.rows_used`` and ``firms``.
    """
    keep_apart()
    channels, tonnes_per_musd, firms, census = world.channels, world.goods.tonnes_per_musd, state.firms, state.census
    rows_used, subsidy = state.rows_used, state.force.subsidy  # the latter is 0 outside a zone in force
    week, seed, run = moment.week, moment.seed, moment.run
    registered, active, generation = firms.registered, firms.active, firms.generation
    part = f4(ZONE_WEEKS) / f4(WEEKS_PER_YEAR)
    moving = max(parameters.moving_cost_share, SMALLEST_COST)
    free, begin = 0, max(rows_used[REGISTRATION_WAITS] - 1, 0)
    rows_used[REGISTRATION_WAITS] = 0
    for f in range(begin, rows_used[ROWS]):
        paid = subsidy[registered[f]]
        if active[f] == 0 or paid <= ZERO or firms.born_week[f] == week:
            continue
        words = draws.philox(u8(f), u8(generation[f]), u8(week), draws.HAZARD, seed, run)
        if draws.unit64(words[0]) < f8(parameters.registration_per_year * part * min(paid / moving, ONE)):
            free = next_free(active, free)
            if not is_room(free, f, REGISTRATION_WAITS, rows_used, active):
                return
            register(channels, parameters, moment, f, free, firms, census)
        most = f8(parameters.commodity_change_per_year * part)
        drawn = draws.unit64(words[1])
        if drawn >= most:  # few firms look at other branches, which takes long
            continue
        goal = better_group(channels, tonnes_per_musd, firms.group[f], census)
        if goal != NONE:
            pull = bounded((f4(census.margin[goal]) - firms.margin[f] + paid) / MARGIN_SCALE, ZERO, ONE)
            if drawn < most * f8(pull):
                change_commodity(channels, parameters, goal, f, firms, census)


@process
def register(channels, parameters, moment, model, row, firms, census):
    """Register an inland firm like one of the zone, of the mean size of its group; its goods are made elsewhere.

    Writes row ``row``.
    """
    enter(channels, parameters, moment, model, row, firms, census)
    group = firms.group[row]
    firms.made_here[row] = i4(0)
    firms.capacity[row] = f4(census.capacity[group] / max(census.firms[group], f8(1.0)))


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
