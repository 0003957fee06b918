"""Firms: beliefs, shares of their channels, volume, dispatch.

Firms are columns; a block of them is worked through step by step, each step a plain loop over the firms that calls a
scalar rule, so that the compiler makes vector code of it. Beliefs are sticky (Mankiw & Reis 2002): each week a firm
hears the news of prices with one probability and of inspections with another, all its channels together.
"""

import numpy as np

from sim.kernels import draws
from sim.kernels.columns import copy, fill, is_any
from sim.kernels.demography import grow
from sim.kernels.jit import keep_apart, process
from sim.kernels.numerics import ONE, ZERO, exp32
from sim.kernels.risks import hear_inspections, inspect
from sim.kernels.rivals import find_targets
from sim.kernels.rules import SMALLEST_VALUE, USED_SHARE, log_odds, margin, moved, utilisation
from sim.kernels.scope import keep_refusals, list_caught, rest_idle, settle_fresh
from sim.kernels.search import search
from sim.state import LOGIT

f4 = np.float32
f8 = np.float64
u8 = np.uint64
LEAST_UTILITY = f4(-1e8)  # below it nothing has weight, even where a firm has nothing better
SMALLEST_WEIGHT = f4(1e-30)


@process
def choose_and_dispatch(
    rule,
    channels,
    goods,
    season,
    parameters,
    week,
    is_spinning_up,
    seed,
    run,
    rows,
    firms,
    census,
    median_volume,
    lanes,
    force,
    customs,
    price,
    scratch,
):
    """Let every firm hear news, move its shares, choose its volume and send it off.

    Writes the columns of ``firms``; by channel ``lanes.dispatched``, ``made_here``, ``found`` and ``found_count``;
    and ``customs.dispatched``.
    """
    keep_apart()
    clear_dispatch(lanes, customs.dispatched)
    block = scratch.top.size
    news, risky = is_any(force.news), is_any(force.burdened)
    watched, everybody = is_any(force.banned), force.firm_news[0] != 0 or force.shut[0] != 0
    refusing = watched or everybody
    for first in range(0, rows, block):
        n = min(block, rows - first)
        draws.fill_uniforms(
            scratch.uniform, scratch.words, first, n, firms.generation, u8(week), draws.FIRM_WEEK, seed, run
        )
        if parameters.search_per_week > ZERO:
            search(channels, parameters, week, seed, run, scratch.uniform, first, n, firms, census)
        settle_fresh(first, n, channels.authority, parameters, force, firms)
        hear_prices(
            channels.cell,
            price,
            scratch.uniform[0],
            parameters.attention_price,
            first,
            n,
            firms.channel,
            firms.price_belief,
        )
        if news or risky:
            hear_inspections(
                channels, goods, parameters, week, force, news, customs.rate, scratch.uniform, first, n, firms
            )
        weigh_channels(parameters.theta_market, parameters.relation_weight, lanes, first, n, firms, scratch)
        if rule == LOGIT:
            weigh_choices(n, scratch)
        else:
            find_targets(rule, channels.base_value, parameters, lanes, first, n, firms, scratch)
        move_shares(
            parameters.adjustment_per_week,
            parameters.relation_decay_per_week,
            first,
            n,
            firms.share,
            firms.relation,
            scratch,
        )
        if refusing:
            keep_refusals(everybody, first, n, firms)
        choose_volume(parameters, season, first, n, firms)
        if not is_spinning_up:
            grow(
                parameters, week, force.pressure[0], median_volume, census.crowding, scratch.uniform[2], first, n, firms
            )
        if refusing:
            rest_idle(everybody, first, n, firms)
        dispatch(channels.watched, first, n, firms, lanes.dispatched, lanes.made_here)
        if watched:
            inspect(
                channels, goods.consignment_musd, parameters, week, seed, run, first, n, firms, force, customs, lanes
            )
            list_caught(first, n, channels.authority, parameters, force, firms)


@process
def clear_dispatch(lanes, consignments):
    """Empty the week's dispatch accounts."""
    fill(lanes.dispatched, f8(0.0))
    fill(lanes.made_here, f8(0.0))
    fill(lanes.found, f8(0.0))
    fill(lanes.found_count, f8(0.0))
    fill(lanes.found_made_here, f8(0.0))
    fill(consignments, f8(0.0))


@process
def hear_prices(cell, price, uniform, attention, first, n, channel, belief):
    """Attentive firms take the published prices of their channels.

    Parameters
    ----------
    cell : int32 [K]
        Price cell of each channel.
    price : float32 [N]
    uniform : float32 [B]
    channel : int32 [Q, F]
    belief : float32 [Q, F]
        Written in columns first .. first + n.
    """
    keep_apart()
    for i in range(n):
        if uniform[i] < attention:
            for q in range(channel.shape[0]):
                k = channel[q, first + i]
                if k < cell.size:
                    belief[q, first + i] = price[cell[k]]


@process
def weigh_channels(theta, relation_weight, lanes, first, n, firms, scratch):
    """Utilities of the slots, in the scratch; and the mean believed margin at the present shares.

    Writes ``scratch.utility`` and ``firms.margin``.
    """
    keep_apart()
    last = first + n
    mean = scratch.mean
    fill(mean[:n], ZERO)
    for q in range(firms.channel.shape[0]):
        weigh_slot(
            theta,
            relation_weight,
            firms.channel[q, first:last],
            firms.price_belief[q, first:last],
            firms.risk[q, first:last],
            firms.relation[q, first:last],
            firms.own_appeal[q, first:last],
            firms.share[q, first:last],
            firms.unit_cost[first:last],
            lanes.keep,
            lanes.friction,
            lanes.attraction,
            mean,
            scratch.utility[q],
        )
    copy(mean[:n], firms.margin[first:last])


@process
def weigh_slot(
    theta,
    relation_weight,
    channel,
    belief,
    risk,
    relation,
    own_appeal,
    share,
    cost,
    keep,
    friction,
    attraction,
    mean,
    utility,
):
    """Utilities of one slot of a block of firms; its margin is added to the mean.

    Writes ``mean`` and ``utility``, float32 [B].
    """
    keep_apart()
    for i in range(channel.size):
        k = channel[i]
        gain = margin(belief[i], keep[k], cost[i], friction[k], risk[i])
        mean[i] += share[i] * gain
        utility[i] = theta * gain + attraction[k] + relation_weight * relation[i] + own_appeal[i]


@process
def weigh_choices(n, scratch):
    """Turn the utilities of a block of firms into weights of the logit.

    Writes ``scratch.utility``: the weights; and ``scratch.total``: their sums.
    """
    keep_apart()
    slots, top, total = scratch.utility.shape[0], scratch.top, scratch.total
    fill(top[:n], LEAST_UTILITY)
    fill(total[:n], ZERO)
    for q in range(slots):
        raise_top(scratch.utility[q, :n], top)
    for q in range(slots):
        add_weights(scratch.utility[q, :n], top, total)


@process
def move_shares(adjustment, decay, first, n, shares, relations, scratch):
    """Move the shares towards the weights over their totals, and the relations towards what is used.

    Parameters
    ----------
    shares, relations : float32 [Q, F]
        Written in columns first .. first + n.
    """
    keep_apart()
    total = scratch.total
    for q in range(shares.shape[0]):
        move_slot(
            adjustment,
            decay,
            scratch.utility[q, :n],
            total,
            shares[q, first : first + n],
            relations[q, first : first + n],
        )


@process
def raise_top(utility, top):
    """Largest utility so far.

    Writes ``top``.
    """
    keep_apart()
    for i in range(utility.size):
        top[i] = max(top[i], utility[i])


@process
def add_weights(utility, top, total):
    """Turn utilities into weights of the logit, and add them up.

    Writes ``utility`` and ``total``.
    """
    keep_apart()
    for i in range(utility.size):
        utility[i] = exp32(utility[i] - top[i])
        total[i] += utility[i]


@process
def move_slot(adjustment, decay, weight, total, share, relation):
    """Move one slot's shares and relations.

    Writes ``share`` and ``relation``.
    """
    keep_apart()
    for i in range(weight.size):
        share[i] = moved(share[i], weight[i] / max(total[i], SMALLEST_WEIGHT), adjustment)
        used = ONE if share[i] > USED_SHARE else ZERO
        relation[i] = moved(relation[i], used, decay)


@process
def choose_volume(parameters, season, first, n, firms):
    """How much to make, to keep and to send, from the gap between believed and base margin.

    Writes ``firms.stock`` and ``firms.shipped``.
    """
    keep_apart()
    last = first + n
    margins, capacity, commodity = firms.margin[first:last], firms.capacity[first:last], firms.commodity[first:last]
    stock, shipped = firms.stock[first:last], firms.shipped[first:last]
    base, stock_weeks, scale, base_margin = (
        parameters.base_utilisation,
        parameters.stock_weeks,
        parameters.volume_scale,
        parameters.base_margin,
    )
    offset = log_odds(base)
    for i in range(n):
        v = utilisation(margins[i] - base_margin, scale, offset)
        room = capacity[i] * season[commodity[i]]
        kept = room * (base - v) if stock[i] < stock_weeks * capacity[i] else ZERO
        sold = stock[i] / stock_weeks if stock[i] > SMALLEST_VALUE and stock_weeks > ZERO else stock[i]
        stock[i] = stock[i] + (kept if v < base else -sold)
        shipped[i] = room * v + (ZERO if v < base else sold)


@process
def dispatch(watched, first, n, firms, dispatched, made_here):
    """Send each slot's share of the firm's shipment on its channel.

    Parameters
    ----------
    watched : int32 [K]
    dispatched, made_here : float64 [K]
        Added to; the second only for goods made in the region on watched channels.
    """
    keep_apart()
    last = first + n
    shipped, made = firms.shipped[first:last], firms.made_here[first:last]
    for q in range(firms.channel.shape[0]):
        channel, share = firms.channel[q, first:last], firms.share[q, first:last]
        for i in range(n):
            k = channel[i]
            if k >= dispatched.size:
                continue
            value = f8(shipped[i]) * f8(share[i])
            dispatched[k] += value
            if watched[k] >= 0 and made[i] != 0:
                made_here[k] += value
