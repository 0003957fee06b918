"""Compiled helpers that build the base of a world: flows, slots and the contraction that makes firms meet the base.

They use the kernels' own exponentials and draws, so that the base is the same on every machine.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.kernels.numbers import draws
from sim.kernels.numbers.columns import copy, fill
from sim.kernels.numbers.numerics import exp64, log64

f4 = np.float32
f8 = np.float64
i4 = np.int32
u4 = np.uint32
u8 = np.uint64
STEPS = 4000
TOLERANCE = f8(1e-7)  # by which a log flow still moves in a step
LEAST = f8(-1e300)
BALANCE_STEPS = 500


@kernel
def exponentials(x, out):
    """e**x of every element."""
    for i in range(x.size):
        out[i] = exp64(x[i])


@kernel
def logarithms(x, out):
    """Natural logarithm of every element."""
    for i in range(x.size):
        out[i] = log64(x[i])


@kernel
def balance(weight, row, column, row_total, column_total, flow, row_sum, column_sum):
    """Scale weights so that rows and columns meet their totals, columns exactly (iterative proportional fitting).

    Parameters
    ----------
    weight : float64 [n]
        One positive weight an entry.
    row, column : int32 [n]
    row_total, column_total : float64
    flow : float64 [n]
        Written: flow of each entry.
    row_sum, column_sum : float64
        Scratch.
    """
    copy(weight, flow)
    for _ in range(BALANCE_STEPS):
        scale_to(flow, row, row_total, row_sum)
        scale_to(flow, column, column_total, column_sum)


@kernel
def scale_to(flow, index, total, running):
    """Scale flows so that their sums by index are the totals."""
    fill(running, f8(0.0))
    for i in range(flow.size):
        running[index[i]] += flow[i]
    for i in range(flow.size):
        if running[index[i]] > f8(0.0):
            flow[i] *= total[index[i]] / running[index[i]]


@kernel
def draw_slots(group, group_start, base_flow, seed, channel, keys):
    """Draw each firm's channels without replacement, with chances in proportion to base flow (Gumbel top-k).

    Parameters
    ----------
    group : int32 [F]
    group_start : int32 [groups + 1]
    base_flow : float64 [K]
    seed : int
    channel : int32 [Q, F]
        Written, -1 where the group has fewer channels than slots; best first.
    keys : float64 [K]
        Scratch.
    """
    slots = channel.shape[0]
    for f in range(group.size):
        low, high = group_start[group[f]], group_start[group[f] + 1]
        for k in range(low, high):
            word = draws.philox(u8(f), u8(k), u8(0), draws.SETS, u8(seed), u8(0))[0]
            keys[k] = log64(max(base_flow[k], f8(1e-300))) - log64(-log64(draws.unit64(word)))
        for q in range(slots):
            channel[q, f] = i4(-1)
            best = f8(-1e300)
            for k in range(low, high):
                if keys[k] > best:
                    best = keys[k]
                    channel[q, f] = i4(k)
            if channel[q, f] >= 0:
                keys[channel[q, f]] = f8(-1e301)


@kernel
def draw_keys(seed, order, key):
    """Draw a number for each firm by which to order them; orders know nothing of each other.

    Writes ``key`` [F], uint64.
    """
    for f in range(key.size):
        key[f] = draws.philox(u8(f), u8(0), u8(order), draws.SETS, u8(seed), u8(0))[0]


@kernel
def share_slots(channel, value, share, work):
    """Logit shares of the slots at given utilities: slot by slot, each a loop over the firms that is vectorised.

    Writes ``share`` [Q, F], float64; ``work`` [2, F] is scratch.
    """
    top, total = work[0], work[1]
    fill(top, LEAST)
    fill(total, f8(0.0))
    for q in range(channel.shape[0]):
        raise_top(channel[q], value, top)
    for q in range(channel.shape[0]):
        weigh_slot_at(channel[q], value, top, share[q], total)
    for q in range(channel.shape[0]):
        divide(share[q], total)


@process
def raise_top(channel, value, top):
    """Raise ``top`` to the utility of a slot, where that is higher."""
    keep_apart()
    for f in range(channel.size):
        known = channel[f] >= 0
        utility = value[u4(channel[f]) if known else u4(0)]
        top[f] = max(top[f], utility if known else LEAST)


@process
def weigh_slot_at(channel, value, top, weight, total):
    """Find the weights of a slot; an empty one has none.

    Writes ``weight`` and adds it to ``total``.
    """
    keep_apart()
    for f in range(channel.size):
        known = channel[f] >= 0
        utility = value[u4(channel[f]) if known else u4(0)]
        weight[f] = exp64(utility - top[f]) if known else f8(0.0)
        total[f] += weight[f]


@process
def divide(share, total):
    """Bring weights to shares."""
    keep_apart()
    for f in range(share.size):
        share[f] = share[f] / total[f]


@kernel
def contract(channel, volume, target, wanted, value, share, met, work):
    """Find utilities at which the firms' flows meet every target (contraction of Berry 1994).

    It ends when flows stand still. Where firms cannot meet a target, utilities of its channels would grow for ever,
    while what the firms send no longer changes.

    Parameters
    ----------
    channel : int32 [Q, F]
    volume : float64 [F]
        Base volume of each firm.
    target : int32 [K]
        Target that a channel's flow counts for.
    wanted : float64 [2, targets]
        Logarithm of the flow of each target; scratch.
    value : float64 [K]
        First guess on entry; written.
    share : float64 [Q, F], met : float64 [targets]
        Written; met are the flows.
    work : float64 [2, F]
        Scratch.

    Returns
    -------
    float
        Largest error of a log flow that was reached.
    """
    worst, step = f8(0.0), wanted[1]
    fill(step, f8(0.0))
    for _ in range(STEPS):
        share_slots(channel, value, share, work)
        add_up(channel, volume, target, share, met)
        worst, moved = f8(0.0), f8(0.0)
        for t in range(met.size):
            error = wanted[0, t] - log64(max(met[t], f8(1e-300))) if met[t] > f8(0.0) else f8(0.0)
            moved = max(moved, abs(error - step[t]))
            worst, step[t] = max(worst, abs(error)), error
        for k in range(target.size):
            value[k] += step[target[k]]
        if moved < TOLERANCE:
            break
    return worst


@process
def add_up(channel, volume, target, share, met):
    """Add up the firms' flows by target, firm by firm, so that an addition seldom waits for the one before.

    Writes ``met``.
    """
    keep_apart()
    fill(met, f8(0.0))
    for f in range(volume.size):
        for q in range(channel.shape[0]):
            if channel[q, f] >= 0:
                met[u4(target[u4(channel[q, f])])] += volume[f] * share[q, f]
