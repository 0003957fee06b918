"""Firms: beliefs, shares of their channels, volume, dispatch.

Firms are columns; a block of them is worked through step by step, each step a plain loop over the firms that calls a scalar
rule, so that the compiler makes vector code of it. Beliefs are sticky (Mankiw & Reis 2002): each week a firm hears the news
of prices with one probability and of inspections with another, all its channels together.
"""

import numpy as np

from sim.kernels import draws
from sim.kernels.jit import kernel
from sim.kernels.numerics import ONE, ZERO, binomial_quantile, exp32
from sim.kernels.rules import USED_SHARE, consignments_under_risk, loss_if_found, margin, moved, risk_dilution, risk_of, utilisation

f4 = np.float32
f8 = np.float64
i8 = np.int64
u8 = np.uint64
NO_UTILITY = f4(-1e9)
SMALLEST_VALUE = f4(1e-6)
MUSD_PER_USD = f4(1e-6)
SLOTS_PER_DRAW = 4


@kernel
def choose_and_dispatch(world, parameters, week, seed, run, state):
    """Let every firm hear news, move its shares, choose its volume and send it off.

    Writes the columns of ``state.firms`` and, for each channel, ``lanes.dispatched``, ``made_here``, ``found``.
    """
    block = state.scratch.top.size
    rows = state.rows_used[0]
    clear_dispatch(state)
    for first in range(0, rows, block):
        n = min(block, rows - first)
        draws.fill_uniforms(state.scratch.uniform, state.scratch.words, first, n, state.firms.generation, u8(week), draws.FIRM_WEEK, seed, run)
        hear_prices(world, parameters, state, first, n)
        hear_inspections(world, parameters, state, first, n)
        weigh_channels(parameters, state, first, n)
        move_shares(parameters, state, first, n)
        choose_volume(parameters, state, first, n)
        dispatch(world, parameters, week, seed, run, state, first, n)


@kernel
def clear_dispatch(state):
    """Empty the week's dispatch accounts."""
    state.lanes.dispatched[:] = f8(0.0)
    state.lanes.made_here[:] = f8(0.0)
    state.lanes.found[:] = f8(0.0)
    state.lanes.found_count[:] = f8(0.0)
    state.customs.dispatched[:] = f8(0.0)


@kernel
def hear_prices(world, parameters, state, first, n):
    """Attentive firms take the published prices of their channels.

    Writes ``firms.price_belief``.
    """
    firms, price, cell = state.firms, state.markets.price, world.channels.cell
    for i in range(n):
        if state.scratch.uniform[0, i] < parameters.attention_price:
            f = first + i
            for q in range(firms.channel.shape[0]):
                k = firms.channel[q, f]
                if k < cell.size:
                    firms.price_belief[q, f] = price[cell[k]]


@kernel
def hear_inspections(world, parameters, state, first, n):
    """Attentive firms update the chance of detention; whoever heard any news works out the risk anew.

    Only goods made in the region and channels under a ban are at risk. Writes ``firms.detention_belief``, ``risk`` and
    ``consignments``.
    """
    firms, force = state.firms, state.force
    for i in range(n):
        f = first + i
        if firms.made_here[f] == 0 or firms.active[f] == 0:
            continue
        heard_prices = state.scratch.uniform[0, i] < parameters.attention_price
        heard_rates = state.scratch.uniform[1, i] < parameters.attention_risk
        for q in range(firms.channel.shape[0]):
            k = firms.channel[q, f]
            if k >= force.news.size:
                continue
            if force.news[k] != 0 or (force.believed[k] > ZERO and (heard_prices or heard_rates)):
                if heard_rates and force.ban[k] > ZERO:
                    learn_rate(world, parameters, state, q, f, k)
                assess_risk(world, parameters, state, q, f, k)


@kernel
def learn_rate(world, parameters, state, q, f, k):
    """Belief of the chance of detention: own record and the published rate of the class."""
    firms = state.firms
    h = world.channels.inspection_class[k]
    if h < 0:
        return
    published = min(state.customs.rate[h] * state.force.ban_sensitivity[k], ONE)
    firms.detention_belief[q, f] = moved(published, firms.own_record[q, f], parameters.own_record_weight)


@kernel
def assess_risk(world, parameters, state, q, f, k):
    """Choose consignments and work out the cost of risk on one slot.

    Writes ``firms.risk`` and ``firms.consignments``.
    """
    firms, goods, channels = state.firms, world.goods, world.channels
    c = channels.commodity[k]
    value = max(firms.shipped[f] * firms.share[q, f], SMALLEST_VALUE)
    probability = state.force.believed[k] * firms.detention_belief[q, f]
    if probability <= ZERO or channels.inspection_class[k] < 0:
        firms.risk[q, f] = ZERO
        firms.consignments[q, f] = max(ONE, value / goods.consignment_musd[c])
        return
    tariff = channels.base_tariff[k] + state.force.tariff[k]
    landed = firms.price_belief[q, f] / (ONE + tariff)
    time_value = goods.time_value_per_day[c] * parameters.time_value_scale
    loss = loss_if_found(landed, parameters.release_hidden, parameters.resale_share, time_value, parameters.detention_days, parameters.demurrage_share)
    cost = parameters.consignment_cost_usd * MUSD_PER_USD
    n = consignments_under_risk(probability, loss, parameters.risk_aversion, cost, value)
    firms.consignments[q, f] = n
    firms.risk[q, f] = risk_of(probability, loss, parameters.risk_aversion, n) / risk_dilution(channels.kind[k], goods.content_share[c])


@kernel
def weigh_channels(parameters, state, first, n):
    """Utilities of the slots, in the scratch; and the mean believed margin at the present shares.

    Writes ``scratch.utility`` and ``firms.margin``.
    """
    firms, lanes, scratch = state.firms, state.lanes, state.scratch
    cost = firms.unit_cost[first : first + n]
    mean = scratch.mean
    mean[:n] = ZERO
    for q in range(firms.channel.shape[0]):
        channel = firms.channel[q, first : first + n]
        belief, risk = firms.price_belief[q, first : first + n], firms.risk[q, first : first + n]
        relation, settled = firms.relation[q, first : first + n], firms.relation_base[q, first : first + n]
        share, utility = firms.share[q, first : first + n], scratch.utility[q]
        for i in range(n):
            k = channel[i]
            gain = margin(belief[i], lanes.keep[k], cost[i], lanes.friction[k], risk[i])
            mean[i] += share[i] * gain
            utility[i] = parameters.theta_market * gain + lanes.attraction[k] + parameters.relation_weight * (relation[i] - settled[i])
    for i in range(n):
        firms.margin[first + i] = mean[i]


@kernel
def move_shares(parameters, state, first, n):
    """Move the shares towards the logit of the utilities, and the relations towards what is used.

    Writes ``firms.share`` and ``firms.relation``.
    """
    firms, scratch = state.firms, state.scratch
    slots = firms.channel.shape[0]
    top, total = scratch.top, scratch.total
    for i in range(n):
        top[i] = scratch.utility[0, i]
        total[i] = ZERO
    for q in range(1, slots):
        utility = scratch.utility[q]
        for i in range(n):
            top[i] = max(top[i], utility[i])
    for q in range(slots):
        utility = scratch.utility[q]
        for i in range(n):
            utility[i] = exp32(utility[i] - top[i])
            total[i] += utility[i]
    for q in range(slots):
        utility = scratch.utility[q]
        share, relation = firms.share[q, first : first + n], firms.relation[q, first : first + n]
        for i in range(n):
            share[i] = moved(share[i], utility[i] / total[i], parameters.adjustment_per_week)
            used = ONE if share[i] > USED_SHARE else ZERO
            relation[i] = moved(relation[i], used, parameters.relation_decay_per_week)


@kernel
def choose_volume(parameters, state, first, n):
    """How much to make, to keep and to send, from the gap between believed and base margin.

    Writes ``firms.stock`` and ``firms.shipped``.
    """
    firms = state.firms
    base = parameters.base_utilisation
    for i in range(n):
        f = first + i
        v = utilisation(firms.margin[f] - parameters.base_margin, parameters.volume_scale, base)
        room = firms.capacity[f] * state.season[firms.commodity[f]]
        kept = room * (base - v) if firms.stock[f] < parameters.stock_weeks * firms.capacity[f] else ZERO
        sold = firms.stock[f] / parameters.stock_weeks if parameters.stock_weeks > ZERO else ZERO
        change = kept if v < base else -sold
        firms.stock[f] = firms.stock[f] + change
        firms.shipped[f] = room * v + (ZERO if v < base else sold)


@kernel
def dispatch(world, parameters, week, seed, run, state, first, n):
    """Send each slot's share of the firm's shipment on its channel, and draw what the border will find of it.

    Writes ``lanes.dispatched``, ``lanes.made_here``, ``lanes.found`` and ``lanes.found_count``.
    """
    firms, lanes = state.firms, state.lanes
    channels = lanes.dispatched.size
    watched = world.channels.watched
    for q in range(firms.channel.shape[0]):
        for i in range(n):
            f = first + i
            k = firms.channel[q, f]
            if k >= channels:
                continue
            value = f8(firms.shipped[f]) * f8(firms.share[q, f])
            lanes.dispatched[k] += value
            if watched[k] >= 0 and firms.made_here[f] != 0:
                lanes.made_here[k] += value
                if state.force.ban[k] > ZERO and value > f8(0.0):
                    inspect(world, parameters, week, seed, run, state, q, f, k, value)


@kernel
def inspect(world, parameters, week, seed, run, state, q, f, k, value):
    """Draw how many of a slot's consignments will be found, with one uniform (monotone in the chance).

    Writes ``lanes.found``, ``lanes.found_count``, ``customs.dispatched`` and ``firms.own_record``.
    """
    firms, customs = state.firms, state.customs
    h = world.channels.inspection_class[k]
    if h < 0:
        return
    n = i8(firms.consignments[q, f])
    customs.dispatched[h] += f8(n)
    traced = min(parameters.sensitivity * state.force.ban_sensitivity[k], ONE)
    chance = customs.inspect_hidden[h] * f8(traced) * f8(state.force.ban[k])
    word = detention_word(f, firms.generation[f], week, q, seed, run)
    found = binomial_quantile(draws.unit64(word), n, chance)
    state.lanes.found[k] += value * f8(found) / f8(n)
    state.lanes.found_count[k] += f8(found)
    firms.own_record[q, f] = moved(firms.own_record[q, f], f4(found) / f4(n), parameters.hit_discount)


@kernel
def detention_word(row, generation, week, slot, seed, run):
    """The random word of one slot's inspection."""
    purpose = draws.DETENTION + u8(slot // SLOTS_PER_DRAW)
    words = draws.philox(u8(row), u8(generation), u8(week), purpose, seed, run)
    return words[slot % SLOTS_PER_DRAW]
