"""Measures in force: the compiled regime, added up over the channels and price cells it reaches.

Chances of overlapping bans are independent; tariffs, frictions and drivers add; of closures, compliant shares,
sensitivities and detention times the strongest holds. A measure that reaches nothing writes nothing.

What a ban, a hazard of listing, a duty of buyers or a friction of some firms does is kept by class of firm: goods made
here or not, ownership, and whether the sender lists the firm. Customs cannot tell firms apart for anything else.

Friction of payments under sanctions fades from the measure's start on, at the same speed for all: payment agents enter.
It is therefore kept as it would have been in week 0, and faded when it is published, so that it is worked out only when
measures change.
"""

import numpy as np

from sim.kernels.borders import instruments as kind
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import copy, fill, fill_rows
from sim.kernels.numbers.numerics import ONE, ZERO, exp32
from sim.kernels.roads.lanes import SHUT
from sim.kernels.rules import WEEKS_A_YEAR, any_of

f4 = np.float32
f8 = np.float64
i4 = np.int32
BUDGET, SENSITIVITY, DETENTION = 0, 1, 2
NO_BAN = f4(-1.0)
TELLING_APART = (kind.IMPORT_BAN, kind.LISTING_HAZARD, kind.DUE_DILIGENCE, kind.FINANCIAL, kind.SECONDARY)
LARGEST_REFUSAL = f8(0.999999)  # prices need some demand


@process
def apply_measures(policy, channels, authorities, anticipation, payment_fade, week, first, kept, force):
    """Bring the measures up to date; nothing is done in weeks in which no intensity changes.

    The ``first`` week of a span is worked out anew whatever changes in it: another regime may have led up to it.

    Writes all of ``force`` and ``kept``; ``force.news`` marks the channels on which something changed this week,
    ``force.firm_news`` says whether firms must look anew at what they refuse and who refuses them.
    """
    keep_apart()
    fill(force.news, np.uint8(0))
    fill(force.firm_news, i4(0))
    if not first and policy.changed[week] == 0:
        return
    if first:
        keep_channels(force, kept)
    classes = first or classes_change(policy, week)
    reset(force)
    if classes:
        reset_classes(force)
    intensity, announced = policy.intensity, policy.announced
    for j in range(policy.instrument.size):
        strength = intensity[j, week]
        heard = max(strength, anticipation) if announced[j, week] != 0 else strength
        before = intensity[j, week - 1] if week > 0 else ZERO
        announced_before = announced[j, week - 1] if week > 0 else np.uint8(0)
        if strength != before or announced[j, week] != announced_before:
            mark_news(policy, j, force)
        if heard > ZERO:
            worn_since = payment_fade * years_until(begins(intensity, j, week))
            apply_to_channels(policy, j, strength, heard, exp32(worn_since), force)
            if classes:
                apply_to_classes(policy, j, strength, heard, exp32(worn_since), force)
        if strength > ZERO:
            apply_to_routes(policy, j, strength, force.passage)
            apply_to_cells(policy, j, strength, force.driver)
            apply_to_places(policy, j, strength, force.subsidy)
            add_pressure(policy, j, strength, force.pressure)
            apply_to_authorities(policy, j, force.budget)
            name_channels(policy, j, channels.authority, force)
            name_classes(policy, j, channels, authorities, force.inspected, force.class_detention)
    if first:
        mark_takeover(force, kept)


@process
def keep_channels(force, kept):
    """Keep what is in force on each channel; writes ``kept``."""
    copy(force.ban_sensitivity, kept[0])
    copy(force.detention, kept[1])
    copy(force.tariff, kept[2])
    copy(force.friction, kept[3])
    copy(force.closed, kept[4])
    copy(force.payment, kept[5])
    for b in range(force.ban.shape[0]):
        copy(force.ban[b], kept[6 + 3 * b])
        copy(force.believed[b], kept[7 + 3 * b])
        copy(force.burden[b], kept[8 + 3 * b])


@process
def mark_takeover(force, kept):
    """Mark the channels on which the regime before had other measures in force; under the same regime these are none.

    Firms look anew at what they refuse, which under the same regime comes to the same.

    Writes ``force.news`` and ``firm_news``.
    """
    news = force.news
    mark_differences(force.ban_sensitivity, kept[0], news)
    mark_differences(force.detention, kept[1], news)
    mark_differences(force.tariff, kept[2], news)
    mark_differences(force.friction, kept[3], news)
    mark_differences(force.closed, kept[4], news)
    mark_differences(force.payment, kept[5], news)
    for b in range(force.ban.shape[0]):
        mark_differences(force.ban[b], kept[6 + 3 * b], news)
        mark_differences(force.believed[b], kept[7 + 3 * b], news)
        mark_differences(force.burden[b], kept[8 + 3 * b], news)
    force.firm_news[0] = i4(1)


@process
def mark_differences(column, kept, news):
    """Mark the channels where a column differs from what was kept of it; writes ``news``."""
    for k in range(column.size):
        if column[k] != kept[k]:
            news[k] = np.uint8(1)


@process
def classes_change(policy, week):
    """Whether a measure that tells firms apart changes: writing down what such measures do takes longest by far."""
    intensity, announced = policy.intensity, policy.announced
    for j in range(policy.instrument.size):
        before = intensity[j, week - 1] if week > 0 else ZERO
        announced_before = announced[j, week - 1] if week > 0 else np.uint8(0)
        changes = intensity[j, week] != before or announced[j, week] != announced_before
        if changes and policy.instrument[j] in TELLING_APART:
            return True
    return False


@process
def reset_classes(force):
    """Set back what `apply_to_classes` writes."""
    fill_rows(force.ban, ZERO)
    fill_rows(force.believed, ZERO)
    fill_rows(force.hazard, ZERO)
    fill_rows(force.burden, ZERO)
    fill_rows(force.compliant, ZERO)
    fill(force.banned, i4(0))
    fill(force.burdened, i4(0))
    fill(force.selective, np.uint8(0))
    fill(force.shut, i4(0))


@process
def reset(force):
    """Set back all else that measures do."""
    fill(force.named, i4(0))
    fill(force.banning, i4(0))
    fill(force.ban_sensitivity, ZERO)
    fill(force.detention, NO_BAN)
    fill(force.class_detention, NO_BAN)
    fill(force.tariff, ZERO)
    fill(force.friction, ZERO)
    fill(force.payment, ZERO)
    fill(force.closed, ZERO)
    fill(force.subsidy, ZERO)
    fill(force.pressure, ZERO)
    fill(force.passage, ZERO)
    fill(force.driver, ZERO)
    fill(force.budget, ZERO)
    fill(force.inspected, i4(0))


@process
def mark_news(policy, j, force):
    """Mark the channels that measure j reaches, and whether it is of those that act on single firms."""
    instrument, reach, news = policy.instrument[j], policy.channel_reach, force.news
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        news[reach[i]] = np.uint8(1)
    if instrument in (kind.IMPORT_BAN, kind.ENTITY_LISTING, kind.LISTING_HAZARD, kind.DUE_DILIGENCE):
        force.firm_news[0] = i4(1)


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
    days, for_everybody = policy.enforcement[j, DETENTION], names_every_class(policy.firm_scope[j])
    reach, traced, detention = policy.channel_reach, force.ban_sensitivity, force.detention
    tariff, friction, payment, closed = force.tariff, force.friction, force.payment, force.closed
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        k = reach[i]
        if instrument == kind.IMPORT_BAN:
            traced[k] = max(traced[k], sensitivity)
            detention[k] = max(detention[k], days)
        elif instrument == kind.TRACING:
            traced[k] = max(traced[k], ONE + strength * (sensitivity - ONE))
        elif instrument == kind.TARIFF:
            tariff[k] += strength * level
        elif instrument == kind.FRICTION_RELIEF:
            friction[k] -= strength * level
        elif instrument in (kind.FINANCIAL, kind.SECONDARY) and for_everybody:
            payment[k] += strength * level * unworn
        elif instrument == kind.EXPORT_CONTROL:
            closed[k] = max(closed[k], strength * level * SHUT)


@process
def names_every_class(scope):
    """Whether a measure reaches the goods of all firms alike."""
    for b in range(scope.size):
        if scope[b] == 0:
            return False
    return True


@process
def apply_to_classes(policy, j, strength, heard, unworn, force):
    """Add measure j to the classes of firms that it reaches, if it is of those that tell firms apart.

    The arguments are those of `apply_to_channels`.
    """
    instrument, amount, scope = policy.instrument[j], strength * policy.level[j], policy.firm_scope[j]
    reach = policy.channel_reach[policy.channel_start[j] : policy.channel_start[j + 1]]
    burdens = instrument in (kind.FINANCIAL, kind.SECONDARY) and not names_every_class(scope)
    for b in range(scope.size):
        if scope[b] == 0 or reach.size == 0:
            continue
        if instrument == kind.IMPORT_BAN:
            add_chance(reach, strength, force.ban[b])
            add_chance(reach, heard, force.believed[b])
            mark_selective(reach, b, force)
            if strength > ZERO:
                force.banned[b] = i4(1)
        elif instrument == kind.LISTING_HAZARD:
            add_chance(reach, amount, force.hazard[b])
        elif instrument == kind.DUE_DILIGENCE:
            raise_to(reach, amount, force.compliant[b])
            if amount >= ONE:
                force.shut[0] = i4(1)
        elif burdens:
            add_cost(reach, amount * unworn, force.burden[b])
            mark_selective(reach, b, force)


@process
def mark_selective(reach, b, force):
    """Mark that firms of class b have costs of their own on some channels; writes ``burdened`` and ``selective``."""
    force.burdened[b] = i4(1)
    for i in range(reach.size):
        force.selective[reach[i]] = np.uint8(1)


@process
def add_chance(reach, chance, column):
    """Add an independent chance on the channels reached; writes ``column`` [K]."""
    for i in range(reach.size):
        column[reach[i]] = any_of(column[reach[i]], chance)


@process
def raise_to(reach, amount, column):
    """Let the stronger hold on the channels reached; writes ``column`` [K]."""
    for i in range(reach.size):
        column[reach[i]] = max(column[reach[i]], amount)


@process
def add_cost(reach, cost, column):
    """Add a cost on the channels reached; writes ``column`` [K]."""
    for i in range(reach.size):
        column[reach[i]] += cost


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
def apply_to_cells(policy, j, strength, driver):
    """Add measure j to the price cells it reaches."""
    reach, instrument = policy.cell_reach, policy.instrument[j]
    amount = strength * policy.level[j]
    for i in range(policy.cell_start[j], policy.cell_start[j + 1]):
        if instrument == kind.DEMAND:
            driver[reach[i]] += amount


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
def name_channels(policy, j, authority, force):
    """Mark the channels that measure j names, if it is a ban or a list, and the markets that ban.

    Writes ``force.named`` and ``force.banning``.
    """
    instrument, reach, named, banning = policy.instrument[j], policy.channel_reach, force.named, force.banning
    if instrument not in (kind.IMPORT_BAN, kind.ENTITY_LISTING, kind.LISTING_HAZARD):
        return
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        k = reach[i]
        named[k] = i4(1)
        if instrument == kind.IMPORT_BAN and authority[k] >= 0:
            banning[authority[k]] = i4(1)


@process
def name_classes(policy, j, channels, authorities, inspected, detention):
    """Mark the classes in which an authority that enforces ban j looks: all that hold a commodity the ban names.

    Writes ``inspected`` and ``detention`` [H], the time of detention relative to the parameter.
    """
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
                inspected[h] = i4(1)
                detention[h] = max(detention[h], policy.enforcement[j, DETENTION])


@process
def withdraw_demand(cell, base_demand, class_flow, force):
    """Part of each cell's base demand that compliant buyers withdraw: their share of the goods they refuse.

    Where they refuse all goods alike it is their share; goods that they do not refuse keep their buyers.

    Parameters
    ----------
    cell : int32 [K]
    base_demand : float64 [N]
    class_flow : float64 [B / 2, K]
        Base flow by class of firm, nobody being listed.
    force : Force
        Written: ``refused``.
    """
    keep_apart()
    compliant, refused = force.compliant, force.refused
    fill(refused, ZERO)
    for b in range(class_flow.shape[0]):
        for k in range(cell.size):
            share, n = compliant[2 * b, k], cell[k]
            if share > ZERO and base_demand[n] > f8(0.0):
                refused[n] += f4(f8(share) * class_flow[b, k] / base_demand[n])
    for n in range(refused.size):
        refused[n] = min(refused[n], f4(LARGEST_REFUSAL))
