"""Customs authorities: where they look, what they find, what becomes of it.

Inspection is a game over classes (declared origin x commodity) with L legitimate and H hidden consignments a week:

    B_c = budget ((1-e) n_c exp(kappa hit_c) / sum + e n_c / sum n)          n = L + H
    P(inspect | hidden) = min(1, B lift / (L + lift H));    P(inspect | legitimate) = min(1, B / (L + lift H))

Goods found are detained; a decision follows after the detention time: released, or denied and resold elsewhere. What the
border finds was drawn at dispatch; goods of a channel are taken to mix on the way, so the found share of what arrives is that
of what is under way.
"""

import numpy as np

from sim.kernels.jit import kernel
from sim.kernels.network import put
from sim.kernels.numerics import exp64
from sim.kernels.rules import risk_dilution
from sim.state import DELIVERED, DENIED

f4 = np.float32
f8 = np.float64
DAYS_A_WEEK = f8(7.0)
HIDDEN_SMOOTHING = f8(0.25)


@kernel
def target(world, parameters, force, customs):
    """Spread each authority's budget over its classes and publish the chance of detention.

    Writes ``customs.weight``, ``inspect_hidden``, ``inspect_legitimate`` and ``rate``.
    """
    authorities = world.authorities
    for d in range(authorities.market.size):
        low, high = authorities.class_start[d], authorities.class_start[d + 1]
        budget = f8(parameters.inspection_budget_per_week) * f8(authorities.budget_share[d]) * f8(force.budget[d])
        spread_budget(authorities, parameters, customs, low, high)
        for h in range(low, high):
            inspectable = authorities.legitimate[h] + f8(parameters.lift) * customs.hidden[h]
            inspections = budget * customs.weight[h]
            customs.inspect_hidden[h] = chance(inspections * f8(parameters.lift), inspectable)
            customs.inspect_legitimate[h] = chance(inspections, inspectable)
            customs.rate[h] = f4(customs.inspect_hidden[h] * f8(parameters.sensitivity))


@kernel
def chance(expected, population):
    """Expected over population, at most 1; 0 for an empty population."""
    if population <= f8(0.0):
        return f8(0.0)
    return min(f8(1.0), expected / population)


@kernel
def spread_budget(authorities, parameters, customs, low, high):
    """Shares of the budget by class: experience of hits, and exploration.

    Writes ``customs.weight`` in low .. high.
    """
    total, weighted = f8(0.0), f8(0.0)
    for h in range(low, high):
        n = authorities.legitimate[h] + customs.hidden[h]
        customs.weight[h] = n * exp64(f8(parameters.kappa) * customs.hit[h])
        total += n
        weighted += customs.weight[h]
    explore = f8(parameters.exploration)
    for h in range(low, high):
        n = authorities.legitimate[h] + customs.hidden[h]
        if total > f8(0.0):
            customs.weight[h] = (f8(1.0) - explore) * customs.weight[h] / weighted + explore * n / total


@kernel
def clear_border(world, parameters, week, state):
    """Release or detain what arrives, and decide on what was detained.

    Writes ``lanes.released``, ``released_made_here``, ``denied``, the detained accounts of ``customs`` and the ledger.
    """
    lanes, customs = state.lanes, state.customs
    customs.detained_hidden[:] = f8(0.0)
    customs.detained_musd[:] = f8(0.0)
    customs.denied_musd[:] = f8(0.0)
    lanes.released[:] = lanes.arrived
    for w in range(world.channels.watched_channel.size):
        clear_watched(world, parameters, week, state, w)
    inspect_legitimate(world, parameters, week, state)
    learn_hits(world, parameters, week, state)
    for k in range(lanes.released.size):
        state.ledger[DELIVERED] += lanes.released[k]


@kernel
def clear_watched(world, parameters, week, state, w):
    """Release or detain the arrivals of one watched channel; decide on what is due."""
    lanes, customs, channels = state.lanes, state.customs, world.channels
    k = channels.watched_channel[w]
    mixed = min(chance(lanes.arrived[k], lanes.under_way[w]), f8(1.0))
    found, count, made = lanes.under_way_found[w] * mixed, lanes.under_way_count[w] * mixed, lanes.under_way_made_here[w] * mixed
    lanes.under_way[w] -= lanes.arrived[k]
    lanes.under_way_found[w] -= found
    lanes.under_way_count[w] -= count
    lanes.under_way_made_here[w] -= made
    now = week % lanes.detained_due.shape[0]
    decided = lanes.detained_due[now, w]
    lanes.detained_due[now, w] = f8(0.0)
    allowed = decided * f8(parameters.release_hidden)
    lanes.denied[w] = decided - allowed
    lanes.released[k] += allowed - found
    lanes.released_made_here[w] = made - found + allowed
    state.ledger[DENIED] += lanes.denied[w]
    h = channels.inspection_class[k]
    if h >= 0:
        detain(world, parameters, week, state, w, k, h, found, count)


@kernel
def detain(world, parameters, week, state, w, k, h, found, count):
    """Hold found goods until the decision, and count them at the landed value of whole consignments."""
    lanes, customs, channels = state.lanes, state.customs, world.channels
    weeks = f8(parameters.detention_days) / DAYS_A_WEEK
    whole = int(weeks)
    put(lanes.detained_due, week, whole, weeks - f8(whole), w, found)
    put(customs.hidden_due, week, whole, weeks - f8(whole), h, count)
    c = channels.commodity[k]
    landed = f8(state.markets.price[channels.cell[k]]) / f8(risk_dilution(channels.kind[k], world.goods.content_share[c]))
    customs.detained_hidden[h] += count
    customs.detained_musd[h] += found * landed
    customs.denied_musd[h] += lanes.denied[w] * landed


@kernel
def inspect_legitimate(world, parameters, week, state):
    """False alarms: expected numbers, since legitimate consignments are not agents.

    Writes ``customs.detained_legitimate`` and adds their value to ``customs.detained_musd``.
    """
    authorities, customs = world.authorities, state.customs
    weeks = f8(parameters.detention_days) / DAYS_A_WEEK
    whole = int(weeks)
    for h in range(authorities.legitimate.size):
        count = authorities.legitimate[h] * customs.inspect_legitimate[h] * f8(parameters.false_positive)
        customs.detained_legitimate[h] = count
        customs.detained_musd[h] += count * f8(world.goods.consignment_musd[authorities.class_commodity[h]])
        put(customs.legitimate_due, week, whole, weeks - f8(whole), h, count)


@kernel
def learn_hits(world, parameters, week, state):
    """Update the hit rate of every class from the decisions of this week, and the smoothed hidden consignments.

    Writes ``customs.hit`` and ``customs.hidden``.
    """
    customs, authorities = state.customs, world.authorities
    now = week % customs.hidden_due.shape[0]
    for h in range(authorities.legitimate.size):
        hidden, legitimate = customs.hidden_due[now, h], customs.legitimate_due[now, h]
        customs.hidden_due[now, h] = f8(0.0)
        customs.legitimate_due[now, h] = f8(0.0)
        denied = hidden * (f8(1.0) - f8(parameters.release_hidden)) + legitimate * (f8(1.0) - f8(parameters.release_legitimate))
        customs.denied_musd[h] += legitimate * (f8(1.0) - f8(parameters.release_legitimate)) * f8(world.goods.consignment_musd[authorities.class_commodity[h]])
        if hidden + legitimate > f8(0.0):
            customs.hit[h] += f8(parameters.hit_discount) * (denied / (hidden + legitimate) - customs.hit[h])
        customs.hidden[h] += HIDDEN_SMOOTHING * (customs.dispatched[h] - customs.hidden[h])
