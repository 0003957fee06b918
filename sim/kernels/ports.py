"""Port agents: what can pass this week, and the waits they publish.

The wait is public and looks forward: the days until the capacity that is known to be open covers what waits and what is
already under way, less the travel time of whoever asks, and never less than the days until the gate opens. A closed season
is so inside the wait, and queues settle; with waits that look back they cycle for ever.
"""

import numpy as np

from sim.kernels.jit import kernel
from sim.state import WAIT_BPR

f4 = np.float32
f8 = np.float64
LONGEST_WAIT_DAYS = f8(200.0)
BPR_ALPHA = f8(0.15)


@kernel
def net_capacity(gross_t, background_t, background_share):
    """Capacity left for the modelled firms: other provinces' goods go first, up to their share of the week."""
    return gross_t - min(background_t, background_share * gross_t)


@kernel
def open_gates(policy, week, scale, ports):
    """Set this week's capacity and background, tonnes.

    Writes ``ports.capacity_t`` and ``ports.background_t``.
    """
    for g in range(ports.capacity_t.size):
        gross = policy.capacity_t[g, week] * scale * ports.own_factor[g]
        net = net_capacity(gross, policy.background_t[g, week], policy.background_share[g, week])
        ports.capacity_t[g] = net
        ports.background_t[g] = gross - net


@kernel
def days_to_clear(policy, gate, week, scale, ports):
    """Days from the week's start until known capacity covers the queue and the goods under way; at most 200."""
    load = ports.queue_t[gate] + ports.under_way_t[gate]
    if load <= f8(0.0):
        return f8(0.0)
    version = policy.version[gate, week]
    last = policy.known_capacity_t.shape[1] - 1
    days = f8(0.0)
    while days < LONGEST_WAIT_DAYS:
        at = min(week + int(days) // 7, last)
        gross = policy.known_capacity_t[version, at] * scale * ports.own_factor[gate]
        net = net_capacity(gross, policy.background_t[gate, at], policy.background_share[gate, at])
        if net >= load:
            return min(days + f8(7.0) * load / net, LONGEST_WAIT_DAYS)
        load -= net
        days += f8(7.0)
    return LONGEST_WAIT_DAYS


@kernel
def days_closed(policy, gate, week, travel_days):
    """Days that goods dispatched now will find the gate closed, as far as is known; at most 200."""
    whole = int(travel_days) // 7
    at = min(week + whole, policy.next_open_days.shape[1] - 1)
    closed = f8(policy.next_open_days[policy.version[gate, week], at])
    return min(max(closed - (travel_days - f8(7 * whole)), f8(0.0)), LONGEST_WAIT_DAYS)


@kernel
def publish_waits(world, policy, week, scale, ports):
    """Publish the queue days of every approach and the wait at every gate.

    Writes ``ports.clear_days``, ``ports.wait_days`` and ``ports.approach_queue_days`` (without free-flow border time).
    """
    gates = world.gates
    for g in range(ports.clear_days.size):
        ports.clear_days[g] = days_to_clear(policy, g, week, scale, ports)
        queued = max(ports.clear_days[g], days_closed(policy, g, week, f8(0.0)))
        ports.wait_days[g] = gates.border_days[g] + queued
    for a in range(gates.approach_gate.size):
        g = gates.approach_gate[a]
        if g < 0:
            ports.approach_queue_days[a] = f4(0.0)
        elif world.sizes.wait_rule == WAIT_BPR:
            ports.approach_queue_days[a] = f4(bpr_delay(gates.border_days[g], ports.passed_t[g], ports.capacity_t[g]))
        else:
            travel = gates.approach_days[a]
            queued = max(ports.clear_days[g] - travel, days_closed(policy, g, week, travel))
            ports.approach_queue_days[a] = f4(max(queued, f8(0.0)))


@kernel
def bpr_delay(border_days, flow_t, capacity_t):
    """Congestion delay of the Bureau of Public Roads, days: the test form of a wait, without a queue."""
    load = flow_t / max(capacity_t, f8(1e-9))
    return border_days * BPR_ALPHA * (load * load) * (load * load)
