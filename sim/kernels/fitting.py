"""Compiled helpers that build the base of a world: flows, slots and the contraction that makes firms meet the base.

They use the kernels' own exponentials and draws, so that the base is the same on every machine.
"""

import numpy as np

from sim.kernels.compiler.jit import kernel
from sim.kernels.numbers import draws
from sim.kernels.numbers.columns import copy, fill
from sim.kernels.numbers.numerics import exp64, log64

f4 = np.float32
f8 = np.float64
i4 = np.int32
u8 = np.uint64
STEPS = 4000
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
def share_slots(channel, value, share):
    """Logit shares of the slots at given utilities.

    Writes ``share`` [Q, F], float64.
    """
    slots, firms = channel.shape
    for f in range(firms):
        top = f8(-1e300)
        for q in range(slots):
            if channel[q, f] >= 0:
                top = max(top, value[channel[q, f]])
        total = f8(0.0)
        for q in range(slots):
            share[q, f] = exp64(value[channel[q, f]] - top) if channel[q, f] >= 0 else f8(0.0)
            total += share[q, f]
        for q in range(slots):
            share[q, f] = share[q, f] / total


@kernel
def contract(channel, volume, target, target_flow, value, share, flow, tolerance):
    """Find utilities at which the firms' flows meet every target (contraction of Berry 1994).

    Parameters
    ----------
    channel : int32 [Q, F]
    volume : float64 [F]
        Base volume of each firm.
    target : int32 [K]
        Target that a channel's flow counts for.
    target_flow : float64 [targets]
    value : float64 [K]
        First guess on entry; written.
    share : float64 [Q, F], flow : float64 [targets]
        Written.
    tolerance : float
        Largest error of a target's log flow, weighted by nothing, that ends the search.

    Returns
    -------
    float
        Largest error of a log flow that was reached.
    """
    worst = f8(0.0)
    for _ in range(STEPS):
        share_slots(channel, value, share)
        fill(flow, f8(0.0))
        for q in range(channel.shape[0]):
            for f in range(volume.size):
                if channel[q, f] >= 0:
                    flow[target[channel[q, f]]] += volume[f] * share[q, f]
        worst = f8(0.0)
        for k in range(target.size):
            t = target[k]
            step = log64(target_flow[t]) - log64(max(flow[t], f8(1e-300)))
            if flow[t] > f8(0.0):
                worst = max(worst, abs(step))
                value[k] += step
        if worst < tolerance:
            break
    share_slots(channel, value, share)
    return worst
