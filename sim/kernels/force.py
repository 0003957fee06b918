"""Measures in force: the compiled regime, added up over the channels and price cells it reaches.

Chances of overlapping bans are independent; tariffs, frictions and drivers add; of closures, compliant shares and
sensitivities the strongest holds. A measure that reaches nothing writes nothing.

Friction of payments under sanctions fades from the measure's start on, at the same speed for all: payment agents enter.
It is therefore kept as it would have been in week 0, and faded when it is published, so that it is worked out only when
measures change.
"""

import numpy as np

from sim.kernels import instruments as kind
from sim.kernels.columns import copy, fill
from sim.kernels.jit import keep_apart, process
from sim.kernels.lanes import SHUT
from sim.kernels.numerics import ONE, ZERO, exp32
from sim.kernels.rules import WEEKS_A_YEAR

f4 = np.float32
f8 = np.float64
BUDGET, SENSITIVITY = 0, 1


@process
def apply_measures(policy, channels, authorities, anticipation, payment_fade, week, first, kept, force):
    """Bring the measures up to date; nothing is done in weeks in which no intensity changes.

    The ``first`` week of a span is worked out anew whatever changes in it: another regime may have led up to it.

    Writes all of ``force`` and ``kept``; ``force.news`` marks the channels on which something changed this week.
    """
    keep_apart()
    fill(force.news, np.uint8(0))
    if not first and policy.changed[week] == 0:
        return
    if first:
        keep_channels(force, kept)
    reset(force)
    intensity, announced = policy.intensity, policy.announced
    for j in range(policy.instrument.size):
        strength = intensity[j, week]
        heard = max(strength, anticipation) if announced[j, week] != 0 else strength
        before = intensity[j, week - 1] if week > 0 else ZERO
        announced_before = announced[j, week - 1] if week > 0 else np.uint8(0)
        if strength != before or announced[j, week] != announced_before:
            mark_news(policy, j, force.news)
        if heard > ZERO:
            worn_since = payment_fade * years_until(begins(intensity, j, week))
            apply_to_channels(policy, j, strength, heard, exp32(worn_since), force)
        if strength > ZERO:
            apply_to_routes(policy, j, strength, force.passage)
            apply_to_cells(policy, j, strength, force.driver, force.compliant)
            apply_to_places(policy, j, strength, force.subsidy)
            add_pressure(policy, j, strength, force.pressure)
            apply_to_authorities(policy, j, force.budget)
            name_classes(policy, j, channels, authorities, force.inspected)
    if first:
        mark_takeover(force, kept)


@process
def keep_channels(force, kept):
    """Keep what is in force on each channel; writes ``kept``."""
    copy(force.ban, kept[0])
    copy(force.believed, kept[1])
    copy(force.ban_sensitivity, kept[2])
    copy(force.tariff, kept[3])
    copy(force.friction, kept[4])
    copy(force.closed, kept[5])
    copy(force.payment, kept[6])


@process
def mark_takeover(force, kept):
    """Mark the channels on which the regime before had other measures in force; under the same regime these are none.

    Writes ``force.news``.
    """
    news = force.news
    mark_differences(force.ban, kept[0], news)
    mark_differences(force.believed, kept[1], news)
    mark_differences(force.ban_sensitivity, kept[2], news)
    mark_differences(force.tariff, kept[3], news)
    mark_differences(force.friction, kept[4], news)
    mark_differences(force.closed, kept[5], news)
    mark_differences(force.payment, kept[6], news)


@process
def mark_differences(column, kept, news):
    """Mark the channels where a column differs from what was kept of it; writes ``news``."""
    for k in range(column.size):
        if column[k] != kept[k]:
            news[k] = np.uint8(1)


@process
def reset(force):
    """No measure at all."""
    fill(force.ban, ZERO)
    fill(force.believed, ZERO)
    fill(force.ban_sensitivity, ZERO)
    fill(force.tariff, ZERO)
    fill(force.friction, ZERO)
    fill(force.payment, ZERO)
    fill(force.closed, ZERO)
    fill(force.subsidy, ZERO)
    fill(force.pressure, ZERO)
    fill(force.passage, ZERO)
    fill(force.driver, ZERO)
    fill(force.compliant, ZERO)
    fill(force.budget, ZERO)
    fill(force.inspected, np.uint8(0))


@process
def mark_news(policy, j, news):
    """Mark the channels that measure j reaches."""
    reach = policy.channel_reach
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        news[reach[i]] = np.uint8(1)


@process
def begins(intensity, j, week):
    """First week in which measure j is in force; this week where it is not yet."""
    for first in range(week):
        if intensity[j, first] > ZERO:
            return first
    return week


@process
def years_until(week):
    """Years from week 0 to a week."""
    return f4(f8(week) / WEEKS_A_YEAR)


@process
def apply_to_channels(policy, j, strength, heard, unworn, force):
    """Add measure j to the channels it reaches.

    Parameters
    ----------
    heard : float32
        What firms reckon with before it is in force.
    unworn : float32
        Payment friction of week 0 that would have worn to 1 by the measure's start.
    force : Force
        Written.
    """
    instrument, level, sensitivity = policy.instrument[j], policy.level[j], policy.enforcement[j, SENSITIVITY]
    reach, ban, believed, traced = policy.channel_reach, force.ban, force.believed, force.ban_sensitivity
    tariff, friction, payment, closed = force.tariff, force.friction, force.payment, force.closed
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        k = reach[i]
        if instrument == kind.IMPORT_BAN:
            ban[k] = ONE - (ONE - ban[k]) * (ONE - strength)
            believed[k] = ONE - (ONE - believed[k]) * (ONE - heard)
            traced[k] = max(traced[k], sensitivity)
        elif instrument == kind.TRACING:
            traced[k] = max(traced[k], ONE + strength * (sensitivity - ONE))
        elif instrument == kind.TARIFF:
            tariff[k] += strength * level
        elif instrument == kind.FRICTION_RELIEF:
            friction[k] -= strength * level
        elif instrument in (kind.FINANCIAL, kind.SECONDARY):
            payment[k] += strength * level * unworn
        elif instrument == kind.EXPORT_CONTROL:
            closed[k] = max(closed[k], strength * level * SHUT)


@process
def apply_to_routes(policy, j, strength, passage):
    """Add measure j to the routes it reaches: transit is shut, other costs add."""
    reach, shuts = policy.route_reach, policy.instrument[j] == kind.TRANSIT_BAN
    cost = strength * policy.level[j]
    for i in range(policy.route_start[j], policy.route_start[j + 1]):
        r = reach[i]
        passage[r] = max(passage[r], cost * SHUT) if shuts else passage[r] + cost


@process
def passage_changes(policy, week, first):
    """Whether a measure that reaches routes may be stronger or weaker than the week before."""
    if first:
        return True
    start, intensity = policy.route_start, policy.intensity
    for j in range(policy.instrument.size):
        if start[j + 1] > start[j] and intensity[j, week] != intensity[j, week - 1]:
            return True
    return False


@process
def apply_to_cells(policy, j, strength, driver, compliant):
    """Add measure j to the price cells it reaches."""
    reach, instrument = policy.cell_reach, policy.instrument[j]
    amount = strength * policy.level[j]
    for i in range(policy.cell_start[j], policy.cell_start[j + 1]):
        n = reach[i]
        if instrument == kind.DEMAND:
            driver[n] += amount
        elif instrument == kind.DUE_DILIGENCE:
            compliant[n] = max(compliant[n], amount)


@process
def apply_to_places(policy, j, strength, subsidy):
    """Add measure j to the places it reaches: of zones the highest subsidy holds."""
    if policy.instrument[j] == kind.ZONE:
        reach = policy.place_reach
        for i in range(policy.place_start[j], policy.place_start[j + 1]):
            subsidy[reach[i]] = max(subsidy[reach[i]], strength * policy.level[j])


@process
def add_pressure(policy, j, strength, pressure):
    """Take note of the strongest import ban."""
    if policy.instrument[j] == kind.IMPORT_BAN:
        pressure[0] = max(pressure[0], strength)


@process
def apply_to_authorities(policy, j, budget):
    """Give the authorities that enforce measure j their budget, relative to the parameter."""
    if policy.instrument[j] != kind.IMPORT_BAN:
        return
    reach, relative = policy.authority_reach[j], policy.enforcement[j, BUDGET]
    for d in range(budget.size):
        if reach[d] != 0:
            budget[d] = max(budget[d], relative)


@process
def name_classes(policy, j, channels, authorities, inspected):
    """Mark the classes in which an authority that enforces ban j looks: all that hold a commodity the ban names."""
    if policy.instrument[j] != kind.IMPORT_BAN:
        return
    reach, authority, commodity = policy.channel_reach, channels.authority, channels.commodity
    start, class_commodity, enforces = authorities.class_start, authorities.class_commodity, policy.authority_reach[j]
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        k = reach[i]
        d = authority[k]
        if d < 0 or enforces[d] == 0:
            continue
        for h in range(start[d], start[d + 1]):
            if class_commodity[h] == commodity[k]:
                inspected[h] = np.uint8(1)
