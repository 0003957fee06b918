"""What ports do of their own accord: longer hours while they are busy, and building when hours no longer help.

A port remembers a year of open weeks: what passed, and what could have passed on the days open at its *ordinary*
capacity. So a closed season is not idleness, and a capacity that a shock has cut is not business.

Hours follow use. The wanted factor is the one at which the port would be just below busy; it is reached in small steps,
within the 24 hours of a day and what the other side can take. Above that the port plans to build, once a year, unless
what it is building already will do. Records stand for what ports did: hours of their own begin after the last dated
record of hours, plans after the last recorded expansion, and neither in the spin-up.
"""

import numpy as np

from sim.constants import WEEKS_PER_YEAR
from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.state import YEARS_OF_PLANS

f4 = np.float32
f8 = np.float64
PLANNING_WEEKS = 52
"""Ports plan in the last of so many weeks: a rhythm in whole weeks, no length of a year."""

LONGEST_LAG_WEEKS = f4(208.0)
"""Every plan must be open before its row is used again, `YEARS_OF_PLANS` later."""


@process
def adapt_ports(policy, parameters, week, spin_up_weeks, scale, ports):
    """Remember the use of last week; after the spin-up set hours, open what is built, and plan.

    Writes the own capacities, memories and plans of ``ports``.
    """
    keep_apart()
    busy = f8(parameters.port_busy_share)
    if week > 0:
        remember_use(policy.schedule.ordinary_t, week - 1, scale, ports)
    since = week - spin_up_weeks
    if since < 0:
        return
    step = f8(parameters.port_hours_step)
    used_t, offered_t = ports.used_t, ports.offered_t
    set_hours(policy.schedule.hours_headroom, week, step, busy, used_t, offered_t, ports.hours_factor)
    lag = building_weeks(parameters)
    if since >= lag and is_planning_week(since - lag):
        open_buildings(ports.planned[plan_row(since - lag)], ports.built_factor)
    if is_planning_week(since):
        plan_building(policy, parameters, week, plan_row(since), ports)


@kernel
def building_weeks(parameters):
    """Whole weeks from a plan to its opening."""
    return int(min(max(parameters.port_expansion_lag_weeks, f4(1.0)), LONGEST_LAG_WEEKS))


@process
def is_planning_week(since):
    """Whether this is the last of the weeks between plans."""
    return since % PLANNING_WEEKS == PLANNING_WEEKS - 1


@process
def plan_row(since):
    """Row of the plans made in a week of the run."""
    return since // PLANNING_WEEKS % YEARS_OF_PLANS


@process
def remember_use(ordinary_t, week, scale, ports):
    """Add a week to the memory of use, where the gate was open.

    Parameters
    ----------
    ordinary_t : float64 [G, T]
    week : int
        The last one, whose flows ``ports`` holds.
    scale : float
        Factor on every recorded capacity.
    ports
        Written: ``used_t`` and ``offered_t``.
    """
    background, passed, built = ports.background_t, ports.passed_t, ports.built_factor
    used_t, offered_t = ports.used_t, ports.offered_t
    rate = f8(1.0) / f8(WEEKS_PER_YEAR)
    for g in range(used_t.size):
        ordinary = ordinary_t[g, week] * (scale * built[g])
        if ordinary > f8(0.0):
            used_t[g] += rate * (passed[g] + background[g] - used_t[g])
            offered_t[g] += rate * (ordinary - offered_t[g])


@process
def use_share(used_t, offered_t):
    """Share of ordinary capacity that was used."""
    return used_t / offered_t if offered_t > f8(0.0) else f8(0.0)


@process
def set_hours(headroom, week, step, busy, used_t, offered_t, hours_factor):
    """Move the hours towards those at which the port is just busy.

    Parameters
    ----------
    headroom : float64 [G, T]
        Largest factor of longer hours; 1 where the port has none to give.
    step : float
        Largest move a week, share of capacity.
    busy : float
        Share of capacity above which a port lengthens its hours.
    used_t, offered_t : float64 [G]
    hours_factor : float64 [G]
        Written.
    """
    keep_apart()
    for g in range(hours_factor.size):
        most = headroom[g, week]
        wanted = min(max(use_share(used_t[g], offered_t[g]) / busy, f8(1.0)), most)
        moved = hours_factor[g] + min(max(wanted - hours_factor[g], -step), step)
        hours_factor[g] = min(moved, most)


@process
def open_buildings(planned, built_factor):
    """Put into use what was planned; writes ``built_factor`` and empties ``planned``, both [G]."""
    keep_apart()
    for g in range(built_factor.size):
        built_factor[g] += planned[g]
        planned[g] = f8(0.0)


@process
def plan_building(policy, parameters, week, row, ports):
    """Plan a share of today's capacity where a port would be busy with all its hours and all that it is building.

    Parameters
    ----------
    row : int
        Row of this year's plans.
    ports
        Written: ``planned``.
    """
    share, busy = f8(parameters.port_expansion_share), f8(parameters.port_busy_share)
    headroom, begin = policy.schedule.hours_headroom, policy.schedule.plans_from_week
    planned, built_factor, used_t, offered_t = ports.planned, ports.built_factor, ports.used_t, ports.offered_t
    for g in range(built_factor.size):
        to_come = f8(0.0)
        for year in range(YEARS_OF_PLANS):
            to_come += planned[year, g]
        room = busy * headroom[g, week] * (f8(1.0) + to_come / built_factor[g])
        if week >= begin[g] and use_share(used_t[g], offered_t[g]) > room:
            planned[row, g] = share * built_factor[g]
