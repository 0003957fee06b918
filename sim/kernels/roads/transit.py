"""Goods on the way: transit, queues at the gates, service, spoilage.

Mass is base-value million dollars in float64 and is conserved at every step:

    on hand at start + dispatched = in transit + queued + turned back + detained + delivered + denied + spoiled

A travel time of d days is split between d/7 rounded down and up so that its mean is exact. What a gate passes reaches
the next gate a week later at the earliest, so the order of the gates does not matter.

The stops are worked through gate by gate, and at a gate in sections of one travel time in whole weeks, w. The goods on
the way to a section lie in w + 1 rows, used in a circle: this week's row is taken out and then holds what is due in
w + 1 weeks. Most gates have no queue: there, what arrives passes at once and no queue is read or written.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import PARTS, add_parts, added, copy, fill, fill_rows
from sim.state import DISPATCHED, SPOILED

f4 = np.float32
f8 = np.float64
u8 = np.uint64


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
def row_now(week, weeks):
    """Row of this week in the delay line of a section."""
    return week % (weeks + 1)


@process
def row_full(now, weeks):
    """Row of what is due in ``weeks`` weeks."""
    return now - 1 if now > 0 else weeks


@process
def join(passages, week, lanes, ports, ledger, scratch):
    """Put the week's dispatch on its routes, and let what is due reach the gates.

    Parameters
    ----------
    week : int
    lanes, ports, ledger
        Written: ``lanes.stop_due``, ``stop_passing`` (what arrives), ``ports.sent_t``, ``passed_t`` and ``passed_musd``
        (what arrives by gate, as if all of it passed) and the ledger.
    scratch : Scratch
        Written: ``channel_load`` and ``route_mass``; read: ``going``.
    """
    keep_apart()
    mass, soon, late = scratch.route_mass, scratch.parts[0], scratch.parts[1]
    ledger[DISPATCHED] = added(ledger[DISPATCHED], lanes.dispatched)
    load_routes(lanes.share_sum, lanes.route_share, scratch.going, scratch.channel_load, mass)
    first, gate, weeks, later, line = (
        passages.section_start,
        passages.section_gate,
        passages.section_weeks,
        passages.section_later,
        passages.section_line,
    )
    channel, source, part, tonnes = passages.channel, passages.source, passages.part_week, passages.tonnes
    stop_due, passing, border_value = lanes.stop_due, lanes.stop_passing, lanes.border_value
    sent_t, passed_t, passed_musd = ports.sent_t, ports.passed_t, ports.passed_musd
    fill_rows(sent_t, f8(0.0))
    for q in range(gate.size):
        low, high, g = first[q], first[q + 1], gate[q]
        count, now = high - low, row_now(week, weeks[q])
        due, full = line[q] + now * count, line[q] + row_full(now, weeks[q]) * count
        arriving, arrived = stop_due[due : due + count], passing[low:high]
        if later[q] != 0:
            take(arriving, arrived)
            continue
        if weeks[q] == 0:
            send_near(source[low:high], part[low:high], tonnes[low:high], mass, arriving, arrived, soon, late)
        else:
            take(arriving, arrived)
            whole = stop_due[full : full + count]
            send(source[low:high], part[low:high], tonnes[low:high], mass, whole, arriving, soon, late)
        sent_t[weeks[q], g] += add_parts(soon, count)
        sent_t[weeks[q] + 1, g] += add_parts(late, count)
    due_t = ports.due_t[week % ports.due_t.shape[0]]
    for g in range(passed_t.size):
        low, high = passages.gate_start[g], passages.gate_start[g + 1]
        passed_t[g] = due_t[g] + sent_t[0, g]
        passed_musd[g] = value_at_border(channel[low:high], border_value, passing[low:high], soon)


@process
def load_routes(share_sum, share, going, load, mass):
    """Load each channel for a share of 1, since shares sum to 1 to their own rounding only, and each route.

    Writes ``load`` [K] and ``mass``, by place.
    """
    keep_apart()
    channels = load.size
    for k in range(channels):
        load[k] = going[k] / share_sum[k]
    for low in range(0, mass.size, channels):
        load_slot(load, share[low : low + channels], mass[low : low + channels])


@process
def load_slot(load, share, mass):
    """Dispatch of one route of each channel; writes ``mass`` [K]."""
    keep_apart()
    for k in range(load.size):
        mass[k] = load[k] * f8(share[k])


@process
def take(due, passing):
    """Take out what arrives at the stops of one section; writes ``due`` and ``passing``."""
    keep_apart()
    for i in range(passing.size):
        passing[i] = due[i]
        due[i] = f8(0.0)


@process
def send(source, part, tonnes, mass, whole, after, soon_t, late_t):
    """Put goods on their way to the stops of one section.

    Sums that are chains of additions are not vectorised: here as in `value_at_border` there are many, one for each
    place in a block of stops.

    Parameters
    ----------
    source : uint32 [n]
        Where the goods of each stop stand in ``mass``.
    whole, after : float64 [n]
        Added to: what arrives after the whole weeks that the way takes, and a week later.
    soon_t, late_t : float64 [PARTS]
        Written: tonnes of the same, in partial sums.
    """
    keep_apart()
    fill(soon_t, f8(0.0))
    fill(late_t, f8(0.0))
    for low in range(0, part.size, PARTS):
        for j in range(min(PARTS, part.size - low)):
            i = u8(low) + u8(j)
            late = mass[source[i]] * part[i]
            soon = mass[source[i]] - late
            whole[i] += soon
            after[i] += late
            soon_t[j] += soon * tonnes[i]
            late_t[j] += late * tonnes[i]


@process
def send_near(source, part, tonnes, mass, due, passing, soon_t, late_t):
    """Take out what arrives, and send goods, as `send` does, to stops in whose section they may arrive this week.

    Parameters
    ----------
    source : uint32 [n]
        Where the goods of each stop stand in ``mass``.
    due, passing : float64 [n]
        Written: what arrives in a week, and what arrives now.
    soon_t, late_t : float64 [PARTS]
        Written: tonnes of the same that were sent, in partial sums.
    """
    keep_apart()
    fill(soon_t, f8(0.0))
    fill(late_t, f8(0.0))
    for low in range(0, part.size, PARTS):
        for j in range(min(PARTS, part.size - low)):
            i = u8(low) + u8(j)
            late = mass[source[i]] * part[i]
            soon = mass[source[i]] - late
            passing[i] = due[i] + soon
            due[i] = late
            soon_t[j] += soon * tonnes[i]
            late_t[j] += late * tonnes[i]


@process
def value_at_border(channel, border_value, passing, parts):
    """Border value of what arrives at some stops; uses ``parts`` [PARTS]."""
    keep_apart()
    fill(parts, f8(0.0))
    for low in range(0, passing.size, PARTS):
        for j in range(min(PARTS, passing.size - low)):
            i = u8(low) + u8(j)
            parts[j] += passing[i] * f8(border_value[channel[i]])
    return add_parts(parts, passing.size)


@process
def watch(watched_channel, lanes):
    """Account for the goods on their way into a sender's market: how much is made here, how much will be found.

    Writes the ``lanes.under_way*`` accounts.
    """
    keep_apart()
    dispatched, made_here = lanes.dispatched, lanes.made_here
    detected, detected_count = lanes.detected, lanes.detected_count
    under_way, under_way_made_here = lanes.under_way, lanes.under_way_made_here
    under_way_detected, under_way_count = lanes.under_way_detected, lanes.under_way_count
    detected_made_here, under_way_detected_made_here = lanes.detected_made_here, lanes.under_way_detected_made_here
    for w in range(watched_channel.size):
        k = watched_channel[w]
        under_way[w] += dispatched[k]
        under_way_made_here[w] += made_here[k]
        under_way_detected[w] += detected[k]
        under_way_count[w] += detected_count[k]
        under_way_detected_made_here[w] += detected_made_here[k]


@process
def share_service(wait_rule, ports):
    """Share of what waits at each gate that passes this week; without a queue rule, all of it where the gate opens.

    Writes ``ports.served_share``.
    """
    queue_t, capacity_t, served_share, passed_t = ports.queue_t, ports.capacity_t, ports.served_share, ports.passed_t
    for g in range(queue_t.size):
        waiting_t = queue_t[g] + passed_t[g]
        fits = waiting_t <= capacity_t[g] or (wait_rule != 0 and capacity_t[g] > f8(0.0))
        served_share[g] = f8(1.0) if fits else max(capacity_t[g], f8(0.0)) / waiting_t


@process
def serve(passages, commodity, spoilage, wait_rule, lanes, ports, ledger, parts):
    """Pass what capacity allows, in proportion to what waits.

    Parameters
    ----------
    commodity : int32 [K]
    spoilage : float64 [C]
        Share of what waits that is lost in a week.
    lanes, ports, ledger
        Written: ``lanes.stop_passing``, ``stop_queue``, ``ports.queue_t``, ``passed_t``, ``passed_musd``,
        ``served_share`` and the ledger.
    parts : float64 [PARTS]
        Working room.
    """
    keep_apart()
    share_service(wait_rule, ports)
    start, channel, tonnes = passages.gate_start, passages.channel, passages.tonnes
    queue_t, served_share, passed_t, passed_musd = (
        ports.queue_t,
        ports.served_share,
        ports.passed_t,
        ports.passed_musd,
    )
    border_value, stop_queue, stop_passing = lanes.border_value, lanes.stop_queue, lanes.stop_passing
    lost = ledger[SPOILED]
    for g in range(queue_t.size):
        if served_share[g] == f8(1.0) and queue_t[g] == f8(0.0):
            continue
        low, high, waiting_t = start[g], start[g + 1], queue_t[g] + passed_t[g]
        queue, passing = stop_queue[low:high], stop_passing[low:high]
        queue_t[g], spoiled = hold_back(
            channel[low:high], tonnes[low:high], commodity, spoilage, served_share[g], queue, passing
        )
        passed_t[g] = waiting_t * served_share[g]
        passed_musd[g] = value_at_border(channel[low:high], border_value, passing, parts)
        lost += spoiled
    ledger[SPOILED] = lost


@process
def hold_back(channel, tonnes, commodity, spoilage, served_share, queue, passing):
    """Share the service of one gate among what waits and what arrives, and spoil what is left.

    Parameters
    ----------
    queue, passing : float64 [n]
        Written.

    Returns
    -------
    tuple of float64
        Tonnes left in the queue; mass spoiled.
    """
    keep_apart()
    left_t, lost = f8(0.0), f8(0.0)
    for i in range(queue.size):
        waiting = queue[i] + passing[i]
        passing[i] = waiting * served_share
        left = waiting - passing[i]
        spoiled = left * spoilage[commodity[channel[i]]]
        queue[i] = left - spoiled
        left_t += queue[i] * tonnes[i]
        lost += spoiled
    return left_t, lost


@process
def go_on(passages, border, week, lanes, sent_t, parts):
    """Send what passed to the next gate or to the market, and take out what reaches the markets this week.

    Parameters
    ----------
    border : uint8 [G]
        Gates at which goods enter the region's books.
    week : int
    lanes
        Written: ``stop_due``, ``arrivals_due``, ``cleared`` and ``arrived``.
    sent_t : float64 [ring, G]
        Added to.
    parts : float64 [2, PARTS]
        Working room.
    """
    keep_apart()
    start, between, channel, source = passages.gate_start, passages.gate_onward, passages.channel, passages.source
    part, tonnes, passing, stop_due = passages.part_week, passages.tonnes, lanes.stop_passing, lanes.stop_due
    first, gate, weeks, later, line = (
        passages.section_start,
        passages.section_gate,
        passages.section_weeks,
        passages.section_later,
        passages.section_line,
    )
    cleared, soon, late = lanes.cleared, parts[0], parts[1]
    today = week % lanes.arrivals_due.shape[0]
    fill(cleared, f8(0.0))
    land(passages, border, today, passing, lanes.arrivals_due, cleared)
    for g in range(border.size):
        if border[g] != 0:
            low, high = between[g], start[g + 1]
            book(channel[low:high], passing[low:high], cleared)
    for q in range(gate.size):
        if later[q] == 0:
            continue
        low, high, g = first[q], first[q + 1], gate[q]
        count, now = high - low, row_now(week, weeks[q])
        due, full = line[q] + now * count, line[q] + row_full(now, weeks[q]) * count
        into = stop_due[full : full + count]
        send(source[low:high], part[low:high], tonnes[low:high], passing, into, stop_due[due : due + count], soon, late)
        sent_t[weeks[q], g] += add_parts(soon, count)
        sent_t[weeks[q] + 1, g] += add_parts(late, count)
    copy(lanes.arrivals_due[today], lanes.arrived)
    fill(lanes.arrivals_due[today], f8(0.0))


@process
def land(passages, border, today, passing, arrivals_due, cleared):
    """Send what passed its last gate to its market, and book what passed gates of home there.

    Writes ``arrivals_due`` [ring, K] and ``cleared`` [K].
    """
    keep_apart()
    start, end, gate, weeks = (
        passages.landing_start,
        passages.landing_end,
        passages.landing_gate,
        passages.landing_weeks,
    )
    channel, part, ring = passages.channel, passages.last_part_week, arrivals_due.shape[0]
    for n in range(gate.size):
        whole = u8((today + weeks[n]) % ring)
        after = whole + u8(1) if whole + u8(1) < u8(ring) else u8(0)
        booked = f8(1.0) if border[gate[n]] != 0 else f8(0.0)
        for i in range(start[n], end[n]):
            k, late = channel[i], passing[i] * part[i]
            arrivals_due[whole, k] += passing[i] - late
            arrivals_due[after, k] += late
            cleared[k] += booked * passing[i]


@process
def book(channel, passing, cleared):
    """Book what passed one of the gates of home; adds to ``cleared`` [K]."""
    for i in range(passing.size):
        cleared[channel[i]] += passing[i]


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
