"""Goods on the way: transit, queues at the gates, service, spoilage.

Mass is base-value million dollars in float64 and is conserved at every step:

    on hand at start + dispatched = in transit + queued + detained + delivered + denied + spoiled

A travel time of d days is split between d/7 rounded down and up so that its mean is exact. What a gate passes reaches the
next gate a week later at the earliest, so the order of the gates does not matter.
"""

import numpy as np

from sim.kernels.jit import kernel
from sim.state import DISPATCHED, SPOILED

f8 = np.float64


@kernel
def put(due, week, whole, part, column, mass):
    """Add mass to a delay line [ring, columns]: `part` of it a week later than the rest."""
    ring = due.shape[0]
    due[(week + whole) % ring, column] += mass * (f8(1.0) - part)
    due[(week + whole + 1) % ring, column] += mass * part


@kernel
def send(world, week, state):
    """Put the week's dispatch on its routes.

    Writes ``lanes.stop_due``, ``ports.under_way_t``, the watched accounts and the ledger.
    """
    channels, routes, lanes = world.channels, world.routes, state.lanes
    start, share = channels.route_start, lanes.route_share
    for k in range(channels.market.size):
        mass = lanes.dispatched[k]
        if mass <= f8(0.0):
            continue
        state.ledger[DISPATCHED] += mass
        total = f8(0.0)
        for r in range(start[k], start[k + 1]):
            total += f8(share[r])
        for r in range(start[k], start[k + 1]):
            s = routes.stop_start[r]
            part = mass * f8(share[r]) / total
            put(lanes.stop_due, week, routes.stop_whole_weeks[s], routes.stop_part_week[s], s, part)
            state.ports.under_way_t[routes.stop_gate[s]] += part * routes.stop_tonnes[s]
    watch(channels, lanes)


@kernel
def watch(channels, lanes):
    """Account for the goods on their way into a sender's market: how much was made in the region, how much will be found.

    Writes the ``lanes.under_way*`` accounts.
    """
    for w in range(channels.watched_channel.size):
        k = channels.watched_channel[w]
        lanes.under_way[w] += lanes.dispatched[k]
        lanes.under_way_made_here[w] += lanes.made_here[k]
        lanes.under_way_found[w] += lanes.found[k]
        lanes.under_way_count[w] += lanes.found_count[k]


@kernel
def queue_up(world, week, state):
    """Let the goods that reach a gate this week join its queue.

    Writes ``lanes.stop_queue``, ``lanes.stop_due``, ``ports.queue_t``, ``ports.under_way_t``.
    """
    routes, lanes, ports = world.routes, state.lanes, state.ports
    due = lanes.stop_due[week % lanes.stop_due.shape[0]]
    ports.queue_t[:] = f8(0.0)
    for s in range(due.size):
        g = routes.stop_gate[s]
        tonnes = routes.stop_tonnes[s]
        ports.under_way_t[g] -= due[s] * tonnes
        lanes.stop_queue[s] += due[s]
        due[s] = f8(0.0)
        ports.queue_t[g] += lanes.stop_queue[s] * tonnes


@kernel
def serve(world, week, state):
    """Pass what capacity allows, in proportion to what waits, and send it on.

    Writes ``lanes.stop_queue``, ``lanes.stop_due``, ``lanes.arrivals_due``, ``lanes.cleared``, ``ports.passed_t``,
    ``ports.queue_t`` and the ledger.
    """
    routes, lanes, ports, gates = world.routes, state.lanes, state.ports, world.gates
    served_share(world.sizes.wait_rule, ports)
    lanes.cleared[:] = f8(0.0)
    for s in range(lanes.stop_queue.size):
        waiting = lanes.stop_queue[s]
        if waiting <= f8(0.0):
            continue
        g = routes.stop_gate[s]
        passed = waiting * ports.served_share[g]
        left = waiting - passed
        k = routes.stop_channel[s]
        spoiled = left * world.goods.spoilage_per_week[world.channels.commodity[k]]
        state.ledger[SPOILED] += spoiled
        lanes.stop_queue[s] = left - spoiled
        ports.passed_t[g] += passed * routes.stop_tonnes[s]
        ports.passed_musd[g] += passed * f8(lanes.border_value[k])
        ports.queue_t[g] -= (passed + spoiled) * routes.stop_tonnes[s]
        if gates.chinese[g] != 0:
            lanes.cleared[k] += passed
        move_on(routes, week, lanes, ports, s, k, passed)


@kernel
def served_share(wait_rule, ports):
    """Share of each gate's queue that passes this week; without a queue rule, all of it.

    Writes ``ports.served_share`` and empties ``ports.passed_t`` and ``passed_musd``.
    """
    for g in range(ports.queue_t.size):
        ports.passed_t[g] = f8(0.0)
        ports.passed_musd[g] = f8(0.0)
        fits = ports.queue_t[g] <= ports.capacity_t[g] or wait_rule != 0
        ports.served_share[g] = f8(1.0) if fits else max(ports.capacity_t[g], f8(0.0)) / ports.queue_t[g]


@kernel
def move_on(routes, week, lanes, ports, s, k, mass):
    """Send mass from a gate to the next one, or to the market."""
    after = routes.stop_next[s]
    if after >= 0:
        put(lanes.stop_due, week, routes.stop_whole_weeks[after], routes.stop_part_week[after], after, mass)
        ports.under_way_t[routes.stop_gate[after]] += mass * routes.stop_tonnes[after]
    else:
        r = routes.stop_route[s]
        put(lanes.arrivals_due, week, routes.last_whole_weeks[r], routes.last_part_week[r], k, mass)


@kernel
def arrive(week, lanes):
    """Take out what reaches the markets' borders this week.

    Writes ``lanes.arrived`` and ``lanes.arrivals_due``.
    """
    due = lanes.arrivals_due[week % lanes.arrivals_due.shape[0]]
    for k in range(due.size):
        lanes.arrived[k] = due[k]
        due[k] = f8(0.0)
