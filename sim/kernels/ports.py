"""Port agents: what can pass this week, and the waits they publish.

The wait is public and looks forward: the days until the capacity that is known to be open covers what waits and what
is already under way, less the travel time of whoever asks, and never less than the days until the gate opens. A
closed season is so inside the wait, and queues settle; with waits that look back they cycle for ever.
"""

import numpy as np

from sim.kernels.jit import keep_apart, process
from sim.state import WAIT_BPR

f4 = np.float32
f8 = np.float64
LONGEST_WAIT_DAYS = f8(200.0)
BPR_ALPHA = f8(0.15)


@process
def net_capacity(gross_t, background_t, background_share):
    """Capacity left for the modelled firms: other provinces' goods go first, up to their share of the week."""
    return gross_t - min(background_t, background_share * gross_t)


@process
def open_gates(policy, week, scale, ports):
    """Set this week's capacity and background, tonnes.

    Writes ``ports.capacity_t`` and ``ports.background_t``.
    """
    keep_apart()
    gross_t, background, share = policy.capacity_t, policy.background_t, policy.background_share
    own_factor, capacity, served = ports.own_factor, ports.capacity_t, ports.background_t
    for g in range(capacity.size):
        gross = gross_t[g, week] * (scale * own_factor[g])
        net = net_capacity(gross, background[g, week], share[g, week])
        capacity[g] = net
        served[g] = gross - net


@process
def days_to_clear(load, week, scale, known_t, background_t, background_share):
    """Days from the week's start until known capacity covers a load; at most 200.

    Parameters
    ----------
    load : float
        Tonnes that wait or are under way.
    scale : float
        Factor on the known capacity.
    known_t, background_t, background_share : float64 [T]
        What is known of the gate, by week.
    """
    if load <= f8(0.0):
        return f8(0.0)
    last = known_t.size - 1
    days = f8(0.0)
    while days < LONGEST_WAIT_DAYS:
        at = min(week + int(days) // 7, last)
        net = net_capacity(known_t[at] * scale, background_t[at], background_share[at])
        if net >= load:
            return min(days + f8(7.0) * load / net, LONGEST_WAIT_DAYS)
        load -= net
        days += f8(7.0)
    return LONGEST_WAIT_DAYS


@process
def days_closed(week, travel_days, next_open_days):
    """Days that goods dispatched now will find the gate closed, as far as is known; at most 200.

    Parameters
    ----------
    next_open_days : float32 [T]
        Days from the start of each week until the gate opens, as known now.
    """
    whole = int(travel_days) // 7
    at = min(week + whole, next_open_days.size - 1)
    closed = f8(next_open_days[at])
    return min(max(closed - (travel_days - f8(7 * whole)), f8(0.0)), LONGEST_WAIT_DAYS)


@process
def publish_waits(gates, policy, week, scale, wait_rule, ports):
    """Publish the queue days of every approach and the wait at every gate.

    Writes ``ports.clear_days``, ``ports.wait_days`` and ``ports.approach_queue_days`` (without free-flow border time).
    """
    keep_apart()
    version, known, next_open = policy.version, policy.known_capacity_t, policy.next_open_days
    background, share, border_days = policy.background_t, policy.background_share, gates.border_days
    queue, under_way, own_factor = ports.queue_t, ports.under_way_t, ports.own_factor
    clear_days, wait_days = ports.clear_days, ports.wait_days
    for g in range(clear_days.size):
        row = version[g, week]
        clear_days[g] = days_to_clear(
            queue[g] + under_way[g], week, scale * own_factor[g], known[row], background[g], share[g]
        )
        wait_days[g] = border_days[g] + max(clear_days[g], days_closed(week, f8(0.0), next_open[row]))
    if wait_rule == WAIT_BPR:
        delay_approaches(gates.approach_gate, border_days, ports.passed_t, ports.capacity_t, ports.approach_queue_days)
    else:
        queue_approaches(
            gates.approach_gate, gates.approach_days, week, version, next_open, clear_days, ports.approach_queue_days
        )


@process
def queue_approaches(approach_gate, approach_days, week, version, next_open, clear_days, queue_days):
    """Queue days of whoever is dispatched now, by approach.

    Writes ``queue_days`` [A].
    """
    for a in range(queue_days.size):
        g = approach_gate[a]
        if g < 0:
            queue_days[a] = f4(0.0)
        else:
            travel = approach_days[a]
            queued = max(clear_days[g] - travel, days_closed(week, travel, next_open[version[g, week]]))
            queue_days[a] = f4(max(queued, f8(0.0)))


@process
def delay_approaches(approach_gate, border_days, passed_t, capacity_t, queue_days):
    """Delays by congestion alone, by approach.

    Writes ``queue_days`` [A].
    """
    for a in range(queue_days.size):
        g = approach_gate[a]
        queue_days[a] = f4(bpr_delay(border_days[g], passed_t[g], capacity_t[g])) if g >= 0 else f4(0.0)


@process
def bpr_delay(border_days, flow_t, capacity_t):
    """Congestion delay of the Bureau of Public Roads, days: the test form of a wait, without a queue."""
    load = flow_t / max(capacity_t, f8(1e-9))
    return border_days * BPR_ALPHA * (load * load) * (load * load)
