"""Firms: beliefs, shares of their channels, volume, dispatch.

Firms are columns; a block of them is worked through step by step, each step a plain loop over the firms that calls a
scalar rule, so that the compiler makes vector code of it. Beliefs are sticky (Mankiw & Reis 2002): each week a firm
hears the news of prices with one probability and of inspections with another, all its channels together.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.firms.alternative_rules import find_targets
from sim.kernels.firms.demography import grow
from sim.kernels.firms.inspections import hear_inspections, inspect
from sim.kernels.firms.lists import keep_refusals, list_by_detention, list_refusing, rest_idle, settle_new_channels
from sim.kernels.firms.search import search
from sim.kernels.numbers.columns import copy, fill, fill_where, is_any, list_below_each
from sim.kernels.numbers.draws import FIRM_WEEK, fill_uniforms
from sim.kernels.numbers.numerics import ONE, ZERO
from sim.kernels.rules import (
    SMALLEST_VALUE,
    USED_SHARE,
    log_odds,
    logit_weight,
    margin,
    moved,
    slot_utility,
    utilisation,
)
from sim.state import LOGIT, TRADER

f4 = np.float32
f8 = np.float64
u4 = np.uint32
u8 = np.uint64
LEAST_UTILITY = f4(-1e8)  # below it nothing has weight, even where a firm has nothing better
SMALLEST_WEIGHT = f4(1e-30)


@process
def choose_and_dispatch(world, parameters, moment, state):
    """Let every firm hear news, move its shares, choose its volume and send it off.

    Writes the columns of ``firms``; by channel ``lanes.dispatched``, ``made_here``, ``detected`` and
    ``detected_count``; and ``customs.dispatched``.
    """
    keep_apart()
    clear_dispatch(world.channels.watched_channel, state.lanes, state.customs.dispatched, state.scratch.account)
    block = state.scratch.top.size
    for first in range(0, moment.rows, block):
        n = min(block, moment.rows - first)
        hear_news(world, parameters, moment, first, n, state)
        choose_shares(world, parameters, first, n, state)
        make_and_send(world, parameters, moment, first, n, state)
    publish_dispatch(state.scratch.account, state.lanes.dispatched, state.lanes.made_here)


@process
def hear_news(world, parameters, moment, first, n, state):
    """Let a block of firms look around, and hear of prices and of inspections.

    Writes the slots of ``firms`` but for shares and relationships; ``scratch.uniform`` holds the draws of the week.
    """
    firms, in_force, scratch = state.firms, state.in_force, state.scratch
    uniform, picked, attention = scratch.uniform, scratch.picked, scratch.attention[:n]
    kind = firms.kind[first : first + n]
    fill_where(kind, TRADER, parameters.trader_attention_price, parameters.attention_price, attention)
    fill_uniforms(
        uniform, scratch.words, first, n, firms.generation, u8(moment.week), FIRM_WEEK, moment.seed, moment.run
    )
    if parameters.search_per_week > ZERO:
        search(world.channels, parameters, moment, first, n, state)
    settle_new_channels(first, n, world.channels.authority, parameters, in_force, firms, picked)
    channel, belief = firms.channel, firms.price_belief
    hear_prices(world.channels.cell, state.markets.price, uniform[0, :n], attention, first, channel, belief, picked)
    news = is_any(in_force.news)
    if news or is_any(in_force.burdened):
        hear_inspections(world, parameters, moment, news, first, n, state)


@process
def choose_shares(world, parameters, first, n, state):
    """Let a block of firms weigh their channels and move towards what they prefer.

    Writes ``firms.margin``, ``share`` and ``relationship``.
    """
    firms, lanes, scratch, rule = state.firms, state.lanes, state.scratch, world.sizes.choice_rule
    weigh_channels(parameters.theta_market, parameters.relationship_weight, lanes, first, n, firms, scratch)
    if rule == LOGIT:
        weigh_choices(n, scratch)
    else:
        find_targets(rule, world.channels.base_value, parameters, lanes, first, n, firms, scratch)
    kind, decay = firms.kind[first : first + n], parameters.relationship_decay_per_week
    fill_where(kind, TRADER, parameters.trader_adjustment_per_week, parameters.adjustment_per_week, scratch.speed)
    move_shares(decay, first, n, firms.share, firms.relationship, scratch)


@process
def make_and_send(world, parameters, moment, first, n, state):
    """Let a block of firms choose their volume, grow, and send it off; draw what the border will find.

    Writes ``firms`` and, by channel, what was sent and will be found.
    """
    firms, in_force, picked, last = state.firms, state.in_force, state.scratch.picked, first + n
    watched, blocked = is_any(in_force.banned), state.closures.active[0] != 0 and is_any(in_force.blocked)
    everybody = in_force.firm_news[0] != 0 or in_force.shut[0] != 0 or blocked
    refusing = watched or everybody
    if refusing:
        keep_refusals(picked[: list_refusing(everybody, firms.complies[first:last], picked)], first, firms)
    choose_volume(parameters, state.season, first, n, firms)
    if not moment.spinning_up:
        grow(world.population.median_volume, parameters, moment.week, first, n, state)
    if refusing:
        rest_idle(picked[: list_refusing(everybody, firms.complies[first:last], picked)], first, firms)
    dispatch(first, n, firms, state.scratch)
    if watched:
        inspect(world, parameters, moment, first, n, state)
        list_by_detention(first, n, world.channels.authority, parameters, in_force, firms)


@process
def clear_dispatch(watched_channel, lanes, consignments, account):
    """Empty the week's dispatch accounts; what will be found is only ever on watched channels."""
    keep_apart()
    fill(account, f8(0.0))
    fill(consignments, f8(0.0))
    in_scope, detected, count, made_here = (
        lanes.in_scope,
        lanes.detected,
        lanes.detected_count,
        lanes.detected_made_here,
    )
    for w in range(watched_channel.size):
        k = u4(watched_channel[w])
        in_scope[k] = f8(0.0)
        detected[k] = f8(0.0)
        count[k] = f8(0.0)
        made_here[k] = f8(0.0)


@process
def hear_prices(cell, price, uniform, attention, first, channel, belief, picked):
    """Attentive firms take the published prices of their channels.

    Parameters
    ----------
    cell : int32 [K]
        Price cell of each channel.
    price : float32 [N]
    uniform, attention : float32 [n]
        A random number and the chance of hearing of each firm of the block.
    channel : uint32 [Q, F]
    belief : float32 [Q, F]
        Written in columns first .. first + n.
    picked : uint32 [B]
        Working room.
    """
    keep_apart()
    count = list_below_each(uniform, attention, picked)
    for q in range(channel.shape[0]):
        for j in range(count):
            f = first + picked[j]
            k = channel[q, f]
            if k < cell.size:
                belief[q, f] = price[cell[k]]


@process
def weigh_channels(theta, relationship_weight, lanes, first, n, firms, scratch):
    """Utilities of the slots and their highest, in the scratch; and the mean believed margin at the present shares.

    Writes ``scratch.utility``, ``scratch.top`` and ``firms.margin``.
    """
    last = first + n
    mean = scratch.mean
    fill(mean[:n], ZERO)
    fill(scratch.top[:n], LEAST_UTILITY)
    for q in range(firms.channel.shape[0]):
        weigh_slot(
            theta,
            relationship_weight,
            firms.channel[q, first:last],
            firms.price_belief[q, first:last],
            firms.risk[q, first:last],
            firms.relationship[q, first:last],
            firms.own_utility[q, first:last],
            firms.share[q, first:last],
            firms.unit_cost[first:last],
            lanes.net_revenue,
            lanes.friction,
            lanes.attraction,
            mean,
            scratch.top,
            scratch.utility[q],
        )
    copy(mean[:n], firms.margin[first:last])


@process
def weigh_slot(
    theta,
    relationship_weight,
    channel,
    belief,
    risk,
    relationship,
    own_utility,
    share,
    cost,
    net_revenue,
    friction,
    attraction,
    mean,
    top,
    utility,
):
    """Utilities of one slot of a block of firms; its margin is added to the mean.

    Writes ``mean``, ``top`` and ``utility``, float32 [B].
    """
    keep_apart()
    for i in range(channel.size):
        k = channel[i]
        gain = margin(belief[i], net_revenue[k], cost[i], friction[k], risk[i])
        mean[i] += share[i] * gain
        utility[i] = slot_utility(theta, gain, attraction[k], relationship_weight * relationship[i], own_utility[i])
        top[i] = max(top[i], utility[i])


@process
def weigh_choices(n, scratch):
    """Turn the utilities of a block of firms into weights of the logit.

    Writes ``scratch.utility``: the weights; and ``scratch.per_weight``: one over their sums.
    """
    total = scratch.per_weight[:n]
    fill(total, ZERO)
    for q in range(scratch.utility.shape[0]):
        add_weights(scratch.utility[q, :n], scratch.top, total)
    invert(total)


@process
def invert(total):
    """Turn sums of weights into one over them, with which a weight becomes a share; writes ``total``."""
    for i in range(total.size):
        total[i] = ONE / max(total[i], SMALLEST_WEIGHT)


@process
def move_shares(decay, first, n, shares, relationships, scratch):
    """Move the shares towards the weights over their sums at each firm's speed, and the relationships to what is used.

    Parameters
    ----------
    shares, relationships : float32 [Q, F]
        Written in columns first .. first + n.
    """
    for q in range(shares.shape[0]):
        move_slot(
            scratch.speed,
            decay,
            scratch.utility[q, :n],
            scratch.per_weight,
            shares[q, first : first + n],
            relationships[q, first : first + n],
        )


@process
def add_weights(utility, top, total):
    """Turn utilities into weights of the logit, and add them up.

    Writes ``utility`` and ``total``.
    """
    keep_apart()
    for i in range(utility.size):
        utility[i] = logit_weight(utility[i], top[i])
        total[i] += utility[i]


@process
def move_slot(speed, decay, weight, per_weight, share, relationship):
    """Move one slot's shares and relationships.

    Writes ``share`` and ``relationship``.
    """
    keep_apart()
    for i in range(weight.size):
        share[i] = moved(share[i], weight[i] * per_weight[i], speed[i])
        used = ONE if share[i] > USED_SHARE else ZERO
        relationship[i] = moved(relationship[i], used, decay)


@process
def choose_volume(parameters, season, first, n, firms):
    """How much to make, to keep and to send, from the gap between believed and base margin.

    Writes ``firms.stock`` and ``firms.shipped``.
    """
    last = first + n
    choose_volumes(
        parameters.base_utilisation,
        parameters.stock_weeks,
        parameters.volume_scale,
        parameters.base_margin,
        season,
        firms.margin[first:last],
        firms.capacity[first:last],
        firms.commodity[first:last],
        firms.stock[first:last],
        firms.shipped[first:last],
    )


@process
def choose_volumes(base, stock_weeks, scale, base_margin, season, margins, capacity, commodity, stock, shipped):
    """Do it for the columns of a block; writes ``stock`` and ``shipped``."""
    keep_apart()
    offset = log_odds(base)
    for i in range(stock.size):
        v = utilisation(margins[i] - base_margin, scale, offset)
        room = capacity[i] * season[u4(commodity[i])]
        kept = room * (base - v) if stock[i] < stock_weeks * capacity[i] else ZERO
        sold = stock[i] / stock_weeks if stock[i] > SMALLEST_VALUE and stock_weeks > ZERO else stock[i]
        stock[i] = stock[i] + (kept if v < base else -sold)
        shipped[i] = room * v + (ZERO if v < base else sold)


@process
def dispatch(first, n, firms, scratch):
    """Send each slot's share of the firm's shipment on its channel.

    Writes ``scratch.account``; uses ``place`` and ``value``.
    """
    last = first + n
    shipped, made_here = firms.shipped[first:last], firms.made_here[first:last]
    for q in range(firms.channel.shape[0]):
        value_slot(
            firms.channel[q, first:last],
            firms.share[q, first:last],
            shipped,
            made_here,
            u4(scratch.account.size // 2),
            scratch.place,
            scratch.value,
        )
        add_to_account(scratch.place[:n], scratch.value, scratch.account)


@process
def value_slot(channel, share, shipped, made_here, made_here_from, place, value):
    """Value of one slot of a block of firms, and its place in the account.

    Writes ``place`` and ``value``: apart from the sums, so that this becomes vector code.
    """
    keep_apart()
    for i in range(channel.size):
        place[i] = channel[i] + (made_here_from if made_here[i] != 0 else u4(0))
        value[i] = f8(shipped[i]) * f8(share[i])


@process
def add_to_account(place, value, account):
    """Add values in their places; writes ``account``."""
    keep_apart()
    for i in range(place.size):
        account[place[i]] += value[i]


@process
def publish_dispatch(account, dispatched, made_here):
    """Write down what was sent on each channel, and how much of it was made in the region.

    Writes ``dispatched`` and ``made_here``, float64 [K].
    """
    keep_apart()
    made_here_from = account.size // 2
    for k in range(dispatched.size):
        made_here[k] = account[made_here_from + k]
        dispatched[k] = account[k] + made_here[k]
