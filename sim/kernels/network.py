"""Goods on the way: transit, queues at the gates, service, spoilage.

Mass is base-value million dollars in float64 and is conserved at every step:

    on hand at start + dispatched = in transit + queued + detained + delivered + denied + spoiled

A travel time of d days is split between d/7 rounded down and up so that its mean is exact. What a gate passes reaches
the next gate a week later at the earliest, so the order of the gates does not matter.
"""

import numpy as np

from sim.kernels.columns import copy, fill, fill_rows
from sim.kernels.jit import keep_apart, process
from sim.state import DISPATCHED, SPOILED

f4 = np.float32
f8 = np.float64


@process
def put(due, now, whole, part, column, mass):
    """Add mass to a delay line [ring, columns]: `part` of it a week later than the rest.

    Parameters
    ----------
    now : int
        Row of this week.
    whole : int
        Weeks to wait, below the length of the ring less one.
    """
    ring = due.shape[0]
    at = now + whole
    at = at - ring if at >= ring else at
    after = at + 1 if at + 1 < ring else 0
    due[at, column] += mass * (f8(1.0) - part)
    due[after, column] += mass * part


@process
def send(routes, start, dispatched, share, week, stop_due, sent_t, ledger):
    """Put the week's dispatch on its routes.

    Parameters
    ----------
    start : int32 [K + 1]
        First route of each channel.
    dispatched : float64 [K]
    share : float32 [R]
    week : int
    stop_due : float64 [ring, S], ledger : float64 [5]
        Written.
    sent_t : float64 [ring, G]
        Written: tonnes by weeks of travel; what was sent before is forgotten.
    """
    keep_apart()
    fill_rows(sent_t, f8(0.0))
    stop_start, gate, tonnes = routes.stop_start, routes.stop_gate, routes.stop_tonnes
    whole, late = routes.stop_whole_weeks, routes.stop_part_week
    sent, now = ledger[DISPATCHED], week % stop_due.shape[0]
    for k in range(dispatched.size):
        mass = dispatched[k]
        if mass <= f8(0.0):
            continue
        sent += mass
        total = f8(0.0)
        for r in range(start[k], start[k + 1]):
            total += f8(share[r])
        mass /= total
        for r in range(start[k], start[k + 1]):
            if share[r] > f4(0.0):
                s = stop_start[r]
                part = mass * f8(share[r])
                put(stop_due, now, whole[s], late[s], s, part)
                put(sent_t, 0, whole[s], late[s], gate[s], part * tonnes[s])
    ledger[DISPATCHED] = sent


@process
def watch(watched_channel, lanes):
    """Account for the goods on their way into a sender's market: how much is made here, how much will be found.

    Writes the ``lanes.under_way*`` accounts.
    """
    keep_apart()
    dispatched, made_here, found, found_count = lanes.dispatched, lanes.made_here, lanes.found, lanes.found_count
    under_way, under_way_made_here = lanes.under_way, lanes.under_way_made_here
    under_way_found, under_way_count = lanes.under_way_found, lanes.under_way_count
    for w in range(watched_channel.size):
        k = watched_channel[w]
        under_way[w] += dispatched[k]
        under_way_made_here[w] += made_here[k]
        under_way_found[w] += found[k]
        under_way_count[w] += found_count[k]


@process
def queue_up(routes, due, stop_queue, queue_t):
    """Let the goods that reach a gate this week join its queue.

    Parameters
    ----------
    due : float64 [S]
        What reaches each stop this week; emptied.
    stop_queue : float64 [S], queue_t : float64 [G]
        Written.
    """
    keep_apart()
    gate, tonnes = routes.stop_gate, routes.stop_tonnes
    fill(queue_t, f8(0.0))
    for s in range(due.size):
        if due[s] > f8(0.0):
            stop_queue[s] += due[s]
            due[s] = f8(0.0)
        if stop_queue[s] > f8(0.0):
            queue_t[gate[s]] += stop_queue[s] * tonnes[s]


@process
def share_service(wait_rule, ports):
    """Share of each gate's queue that passes this week; without a queue rule, all of it.

    Writes ``ports.served_share`` and empties ``ports.passed_t`` and ``passed_musd``.
    """
    queue_t, capacity_t, served_share = ports.queue_t, ports.capacity_t, ports.served_share
    fill(ports.passed_t, f8(0.0))
    fill(ports.passed_musd, f8(0.0))
    for g in range(queue_t.size):
        fits = queue_t[g] <= capacity_t[g] or wait_rule != 0
        served_share[g] = f8(1.0) if fits else max(capacity_t[g], f8(0.0)) / queue_t[g]


@process
def serve(routes, commodity, spoilage, chinese, week, wait_rule, lanes, ports, ledger):
    """Pass what capacity allows, in proportion to what waits, and send it on.

    Parameters
    ----------
    commodity : int32 [K]
    spoilage : float64 [C]
        Share of what waits that is lost in a week.
    chinese : uint8 [G]
        Gates at which goods enter the region's books.
    week : int
    lanes, ports, ledger
        Written: ``lanes.stop_queue``, ``stop_due``, ``arrivals_due``, ``cleared``, ``ports.passed_t``, ``passed_musd``,
        ``queue_t``, ``sent_t``, ``served_share`` and the ledger.
    """
    keep_apart()
    share_service(wait_rule, ports)
    gate, channel, tonnes, following = routes.stop_gate, routes.stop_channel, routes.stop_tonnes, routes.stop_next
    whole, late, route = routes.stop_whole_weeks, routes.stop_part_week, routes.stop_route
    last_whole, last_late = routes.last_whole_weeks, routes.last_part_week
    stop_queue, stop_due, arrivals_due = lanes.stop_queue, lanes.stop_due, lanes.arrivals_due
    cleared, border_value = lanes.cleared, lanes.border_value
    queue_t, sent_t, served_share = ports.queue_t, ports.sent_t, ports.served_share
    passed_t, passed_musd = ports.passed_t, ports.passed_musd
    fill(cleared, f8(0.0))
    fill(queue_t, f8(0.0))
    lost, now, last_now = ledger[SPOILED], week % stop_due.shape[0], week % arrivals_due.shape[0]
    for s in range(stop_queue.size):
        waiting = stop_queue[s]
        if waiting <= f8(0.0):
            continue
        g, k = gate[s], channel[s]
        passed = waiting * served_share[g]
        left = waiting - passed
        if left > f8(0.0):
            spoiled = left * spoilage[commodity[k]]
            left -= spoiled
            lost += spoiled
            queue_t[g] += left * tonnes[s]
        stop_queue[s] = left
        if passed <= f8(0.0):
            continue
        passed_t[g] += passed * tonnes[s]
        passed_musd[g] += passed * f8(border_value[k])
        if chinese[g] != 0:
            cleared[k] += passed
        after = following[s]
        if after >= 0:
            put(stop_due, now, whole[after], late[after], after, passed)
            put(sent_t, 0, whole[after], late[after], gate[after], passed * tonnes[after])
        else:
            put(arrivals_due, last_now, last_whole[route[s]], last_late[route[s]], k, passed)
    ledger[SPOILED] = lost


@process
def expect(sent_t, week, due_t):
    """Add what was set under way this week to what is under way to the gates, and take out what has arrived.

    Parameters
    ----------
    sent_t : float64 [ring, G]
        Tonnes by weeks of travel.
    week : int
    due_t : float64 [ring, G]
        Written: tonnes by the week of arrival.
    """
    keep_apart()
    ring = due_t.shape[0]
    for ahead in range(1, ring):
        row = (week + ahead) % ring
        for g in range(due_t.shape[1]):
            due_t[row, g] += sent_t[ahead, g]
    fill(due_t[week % ring], f8(0.0))


@process
def arrive(due, arrived):
    """Take out what reaches the markets' borders this week.

    Parameters
    ----------
    due : float64 [K]
        Emptied.
    arrived : float64 [K]
        Written.
    """
    copy(due, arrived)
    fill(due, f8(0.0))
