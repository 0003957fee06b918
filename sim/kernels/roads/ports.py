"""Port agents: what can pass this week, and the waits they publish.

The wait is public and looks forward to the week in which whoever asks will stand at the gate: the queue by then, from
what waits, what is under way and what capacity is known to be open; and then the days until such capacity covers that
queue, never less than the days until the gate opens. For the weeks whose goods are not dispatched yet, as much is
expected to set out as last week. A closed season is so inside the wait, and queues settle; with waits that look back
they cycle for ever.
"""

import numpy as np

from sim.constants import DAYS_PER_WEEK, LONGEST_WAIT_DAYS
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import copy, fill, fill_rows
from sim.kernels.rules import net_capacity
from sim.state import WAIT_BPR

f4 = np.float32
f8 = np.float64
i4 = np.int32
BPR_ALPHA = f8(0.15)


@process
def open_gates(schedule, week, scale, ports):
    """Set this week's capacity and background, tonnes.

    Writes ``ports.capacity_t`` and ``ports.background_t``.
    """
    keep_apart()
    gross_t, background, share = schedule.capacity_t, schedule.background_t, schedule.background_share
    hours, built, capacity, served = ports.hours_factor, ports.built_factor, ports.capacity_t, ports.background_t
    for g in range(capacity.size):
        gross = gross_t[g, week] * (scale * hours[g] * built[g])
        net = net_capacity(gross, background[g, week], share[g, week])
        capacity[g] = net
        served[g] = gross - net


@process
def days_to_clear(load, week, scale, known_t, background_t, background_share):
    """Days from the week's start until known capacity covers a load; at most 200.

    Parameters
    ----------
    load : float
        Tonnes that wait.
    scale : float
        Factor on the known capacity.
    known_t, background_t, background_share : float64 [T]
        What is known of the gate, by week.
    """
    if load <= f8(0.0):
        return f8(0.0)
    last = known_t.size - 1
    days = f8(0.0)
    while days < f8(LONGEST_WAIT_DAYS):
        at = min(week + int(days) // DAYS_PER_WEEK, last)
        net = net_capacity(known_t[at] * scale, background_t[at], background_share[at])
        if net >= load:
            return min(days + f8(DAYS_PER_WEEK) * load / net, f8(LONGEST_WAIT_DAYS))
        load -= net
        days += f8(DAYS_PER_WEEK)
    return f8(LONGEST_WAIT_DAYS)


@process
def days_closed(week, travel_days, next_open_days):
    """Days that goods dispatched now will find the gate closed, as far as is known; at most 200.

    Parameters
    ----------
    next_open_days : float32 [T]
        Days from the start of each week until the gate opens, as known now.
    """
    whole = int(travel_days) // DAYS_PER_WEEK
    at = min(week + whole, next_open_days.size - 1)
    closed = f8(next_open_days[at])
    return min(max(closed - (travel_days - f8(DAYS_PER_WEEK * whole)), f8(0.0)), f8(LONGEST_WAIT_DAYS))


@process
def publish_waits(gates, schedule, week, scale, wait_rule, ports, load):
    """Publish the queue days of every approach and the wait at every gate.

    Writes ``ports.expected_wait_days``, ``ports.wait_days`` and ``ports.approach_queue_days`` (without free-flow border
    time); uses ``load`` [2, G].
    """
    keep_apart()
    version, next_open, border_days = schedule.version, schedule.next_open_days, gates.border_days
    wait_days, expected, days = ports.wait_days, ports.expected_wait_days, ports.approach_queue_days
    foresee_waits(schedule, week, scale, ports, load[0], load[1])
    for g in range(wait_days.size):
        closed = days_closed(week, f8(0.0), next_open[version[g, week]])
        wait_days[g] = border_days[g] + max(expected[0, g], closed)
    if wait_rule == WAIT_BPR:
        delay_approaches(gates.approach_gate, border_days, ports.passed_t, ports.capacity_t, days)
        wait_for_openings(gates.approach_gate, gates.approach_days, week, version, next_open, days)
    else:
        queue_approaches(gates.approach_gate, gates.approach_days, week, version, next_open, expected, days)


@process
def foresee_waits(schedule, week, scale, ports, queue, setting_out):
    """Days in the queue of every gate for goods that arrive this week, next week and so on.

    To what is under way comes what is expected to set out in each week to come: as much as last week.

    Parameters
    ----------
    scale : float
        Factor on the known capacity.
    ports : Ports
        Written: ``expected_wait_days``.
    queue, setting_out : float64 [G]
        Working room: tonnes that wait, and that set out from now on, week after week.
    """
    keep_apart()
    version, known, background, share = (
        schedule.version,
        schedule.known_capacity_t,
        schedule.background_t,
        schedule.background_share,
    )
    hours, built, wait, due, sent = (
        ports.hours_factor,
        ports.built_factor,
        ports.expected_wait_days,
        ports.due_t,
        ports.sent_t,
    )
    ring, last = due.shape[0], known.shape[1] - 1
    copy(ports.queue_t, queue)
    fill(setting_out, f8(0.0))
    fill_rows(wait, f8(0.0))
    for ahead in range(wait.shape[0]):  # gate by gate a queue would wait for that of the week before
        at, row = min(week + ahead, last), (week + ahead) % ring
        for g in range(queue.size):
            known_t, factor = known[version[g, week]], scale * hours[g] * built[g]
            if queue[g] > f8(0.0):
                wait[ahead, g] = days_to_clear(queue[g], at, factor, known_t, background[g], share[g])
            if ahead < ring:
                setting_out[g] += sent[ahead, g]
                queue[g] += due[row, g]
            passing = net_capacity(known_t[at] * factor, background[g, at], share[g, at])
            queue[g] = max(queue[g] + setting_out[g] - passing, f8(0.0))


@process
def queue_approaches(approach_gate, approach_days, week, version, next_open, expected, queue_days):
    """Queue days of whoever is dispatched now, by approach.

    Parameters
    ----------
    expected : float64 [H, G]
        Days in the queue by week of arrival from now; travel falls between two weeks.
    queue_days : float32 [A]
        Written.
    """
    gate, calm = i4(-1), True
    for a in range(queue_days.size):
        g = approach_gate[a]
        if g != gate:  # the approaches of a gate stand side by side
            gate = g
            calm = g < 0 or is_calm(week, next_open[version[g, week]], expected[:, g])
        if calm:
            queue_days[a] = f4(0.0)
        else:
            travel = approach_days[a]
            whole = int(travel) // DAYS_PER_WEEK
            part = (travel - f8(DAYS_PER_WEEK * whole)) / f8(DAYS_PER_WEEK)
            queued = expected[whole, g] * (f8(1.0) - part) + expected[whole + 1, g] * part
            queue_days[a] = f4(max(queued, days_closed(week, travel, next_open[version[g, week]])))


@process
def is_calm(week, next_open, expected):
    """Whether no goods that set out now will wait at a gate, as far as is known: it has no queue and is never shut.

    Parameters
    ----------
    next_open : float32 [T]
        Days from the start of each week until the gate opens.
    expected : float64 [H]
        Days in its queue by week of arrival from now.
    """
    for ahead in range(expected.size):
        if expected[ahead] > f8(0.0) or next_open[min(week + ahead, next_open.size - 1)] > f4(0.0):
            return False
    return True


@process
def delay_approaches(approach_gate, border_days, passed_t, capacity_t, queue_days):
    """Delays by congestion alone, by approach.

    Writes ``queue_days`` [A].
    """
    for a in range(queue_days.size):
        g = approach_gate[a]
        queue_days[a] = f4(bpr_delay(border_days[g], passed_t[g], capacity_t[g])) if g >= 0 else f4(0.0)


@process
def wait_for_openings(approach_gate, approach_days, week, version, next_open, queue_days):
    """Let waits last at least until the gate is known to open; writes ``queue_days`` [A]."""
    for a in range(queue_days.size):
        g = approach_gate[a]
        if g >= 0:
            closed = days_closed(week, approach_days[a], next_open[version[g, week]])
            queue_days[a] = max(queue_days[a], f4(closed))


@process
def bpr_delay(border_days, flow_t, capacity_t):
    """Congestion delay of the Bureau of Public Roads, at most 200 days: the test form of a wait, without a queue."""
    load = flow_t / max(capacity_t, f8(1e-9))
    return min(border_days * BPR_ALPHA * (load * load) * (load * load), f8(LONGEST_WAIT_DAYS))
