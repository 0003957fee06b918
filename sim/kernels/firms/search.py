"""Search and word of mouth: how a firm comes to know channels that it did not know.

Each week a firm looks around with a small probability. It then asks for today's prices, and puts a new channel in the
place of the one it uses least: the main channel of the most successful firm of its group (place, commodity, direction),
or one drawn with chances in proportion to today's demand. What is known of a group is gathered in a census every four
weeks, so that no firm reads what another one chooses in the same week.
"""

import numpy as np

from sim.constants import SHUT
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.firms.lists import shift_slot
from sim.kernels.numbers import draws
from sim.kernels.numbers.columns import fill, list_below
from sim.kernels.numbers.numerics import ONE, ZERO, exp64
from sim.kernels.rules import prior_of

f4 = np.float32
f8 = np.float64
i4 = np.int32
u8 = np.uint64
CENSUS_WEEKS = 4
SHUT_FRICTION = f4(0.5) * f4(SHUT)
TRIES = 3
NOBODY = i4(-1)


@process
def take_census(channels, size, friction, blocked, rows, firms, census, growth):
    """Find the most successful firm of each group and its main channel, mean margins, and the pull of the channels.

    Parameters
    ----------
    size : float32 [N]
        Log of demand over base demand.
    friction : float32 [K + 1]
        Access and payment cost of each channel, large where it is shut.
    blocked : uint8 [K]
        Channels without an open route.
    census : Census
        Written, but for ``entrant_size``.
    growth : float64 [N]
        Scratch.
    """
    keep_apart()
    find_leaders(rows, firms, census)
    grow_demand(size, growth)
    add_pull(channels, growth, friction, blocked, census.pull)


@process
def find_leaders(rows, firms, census):
    """Go through the firms once.

    Writes ``census.leader``, ``main_channel``, ``margin``, ``capacity``, ``firms``, ``crowding`` and ``in_area``.
    """
    active, group, margin, capacity = firms.active, firms.group, firms.margin, firms.capacity
    leader, total, count, mean = census.leader, census.capacity, census.firms, census.margin
    fill(leader, NOBODY)
    fill(total, f8(0.0))
    fill(count, f8(0.0))
    fill(census.in_area, f8(0.0))
    fill(mean, f8(0.0))
    for f in range(rows):
        if active[f] == 0:
            continue
        g = group[f]
        total[g] += f8(capacity[f])
        count[g] += f8(1.0)
        census.in_area[g] += f8(firms.in_area[f])
        mean[g] += f8(capacity[f]) * f8(margin[f])
        if leader[g] < 0 or margin[f] > margin[leader[g]]:
            leader[g] = f
    for g in range(leader.size):
        mean[g] = mean[g] / total[g] if total[g] > f8(0.0) else f8(0.0)
        census.crowding[g] = f4(census.base_firms[g] / max(count[g], f8(1.0)))
        census.main_channel[g] = main_channel(firms.channel, firms.share, leader[g]) if leader[g] >= 0 else NOBODY


@process
def main_channel(channel, share, f):
    """Channel that carries most of a firm's goods."""
    best = 0
    for q in range(1, channel.shape[0]):
        if share[q, f] > share[best, f]:
            best = q
    return channel[best, f]


@process
def grow_demand(size, growth):
    """Demand of the price cells over base demand; writes ``growth`` [N]."""
    keep_apart()
    for n in range(size.size):
        growth[n] = exp64(f8(size[n]))


@process
def add_pull(channels, growth, friction, blocked, pull):
    """Add up, group by group, base flow times growth of demand of the channels that are open.

    Writes ``pull`` [K]: running sums that begin anew with each group.
    """
    start, base_flow, cell = channels.group_start, channels.base_flow, channels.cell
    for g in range(start.size - 1):
        running = f8(0.0)
        for k in range(u8(start[g]), u8(start[g + 1])):
            if friction[k] < SHUT_FRICTION and blocked[k] == 0:
                running += base_flow[k] * growth[cell[k]]
            pull[k] = running


@process
def draw_channel(pull, low, high, word):
    """Channel of low .. high drawn in proportion to its pull; -1 where all are shut."""
    wanted = draws.unit64(word) * pull[high - 1] if high > low else f8(0.0)
    if wanted <= f8(0.0):
        return -1
    last = high - 1
    while low < last:
        middle = (low + last) // 2
        if pull[middle] > wanted:
            last = middle
        else:
            low = middle + 1
    return low


@process
def slot_of(channel, f, k):
    """Slot in which a firm holds a channel; -1 where it does not know it."""
    for q in range(channel.shape[0]):
        if channel[q, f] == k:
            return q
    return -1


@process
def least_used(share, f):
    """Slot that carries least of a firm's goods; the last one of equals."""
    worst = share.shape[0] - 1
    for q in range(share.shape[0] - 2, -1, -1):
        if share[q, f] < share[worst, f]:
            worst = q
    return worst


@process
def new_channel(channels, census, f, group, channel, words, copied_share):
    """Channel that a firm finds: its group's main one, or one drawn by demand; -1 where it finds nothing new."""
    low, high = channels.group_start[group], channels.group_start[group + 1]
    if draws.unit64(words[0]) < f8(copied_share):
        k = census.main_channel[group]
        if k >= 0 and slot_of(channel, f, k) < 0:
            return k
    for attempt in range(TRIES):
        k = draw_channel(census.pull, low, high, words[1 + attempt])
        if k >= 0 and slot_of(channel, f, k) < 0:
            return k
    return -1


@process
def learn_channel(kind, parameters, q, f, k, firms):
    """Put a channel into a slot, with what a newcomer to it believes; what the slot carried goes over to it.

    A base firm's relationships count from the base, so a newcomer's count from as much below it.

    Writes slot ``q`` of firm ``f`` but for its own utility.
    """
    prior = prior_of(kind, k, parameters)
    firms.channel[q, f] = k
    firms.price_belief[q, f] = ONE
    firms.detention_belief[q, f] = prior
    firms.own_record[q, f] = prior
    firms.risk[q, f] = ZERO
    firms.consignments[q, f] = ONE
    firms.relationship[q, f] = ZERO
    firms.base_own_utility[q, f] = -parameters.relationship_weight


@process
def search(channels, parameters, moment, first, n, state):
    """Let the firms of a block that look around this week find a channel.

    The last row of ``scratch.uniform`` says who looks around; whoever does hears today's prices: the first row is
    written.
    """
    firms, census, uniform, picked = state.firms, state.census, state.scratch.uniform, state.scratch.picked
    hears, kind = uniform[0], channels.kind
    active, generation, group, channel = firms.active, firms.generation, firms.group, firms.channel
    for j in range(list_below(uniform[3, :n], parameters.search_per_week, picked)):
        i = picked[j]
        f = first + i
        if active[f] == 0:
            continue
        words = draws.philox(u8(f), u8(generation[f]), u8(moment.week), draws.SEARCH, moment.seed, moment.run)
        k = new_channel(channels, census, f, group[f], channel, words, parameters.search_copied_share)
        if k >= 0:
            q = least_used(firms.share, f)
            learn_channel(kind, parameters, q, f, k, firms)
            shift_slot(q, f, channels.authority, parameters, state.in_force, firms)
            hears[i] = ZERO
