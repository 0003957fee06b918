"""Goods on the way: transit, queues at the gates, service, spoilage.

Mass is base-value million dollars in float64 and is conserved at every step:

    on hand at start + dispatched = in transit + queued + detained + delivered + denied + spoiled

A travel time of d days is split between d/7 rounded down and up so that its mean is exact. What a gate passes reaches
the next gate a week later at the earliest, so the order of the gates does not matter.

The stops are worked through gate by gate, and at a gate in sections of one travel time in whole weeks, w. The goods on
the way to a section lie in w + 1 rows, used in a circle: this week's row is taken out and then holds what is due in
w + 1 weeks. Most gates have no queue: there, what arrives passes at once and no queue is read or written.
"""

import numpy as np

from sim.kernels.columns import fill, fill_rows
from sim.kernels.jit import keep_apart, process
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
def join(passages, start, share, week, lanes, ports, ledger, rate):
    """Put the week's dispatch on its routes, and let what is due reach the gates.

    Parameters
    ----------
    start : int32 [K + 1]
        First route of each channel.
    share : float32 [R]
    week : int
    lanes, ports, ledger
        Written: ``lanes.stop_due``, ``stop_passing`` (what arrives), ``ports.sent_t``, ``passed_t`` and ``passed_musd``
        (what arrives by gate, as if all of it passed) and the ledger.
    rate : float64 [K]
        Scratch.
    """
    keep_apart()
    ledger[DISPATCHED] = rate_routes(start, share, lanes.dispatched, rate, ledger[DISPATCHED])
    first, gate, weeks, later, line = (
        passages.section_start,
        passages.section_gate,
        passages.section_weeks,
        passages.section_later,
        passages.section_line,
    )
    channel, route, part, tonnes = passages.channel, passages.route, passages.part_week, passages.tonnes
    stop_due, passing, border_value = lanes.stop_due, lanes.stop_passing, lanes.border_value
    sent_t, passed_t, passed_musd = ports.sent_t, ports.passed_t, ports.passed_musd
    fill_rows(sent_t, f8(0.0))
    fill(passed_t, f8(0.0))
    fill(passed_musd, f8(0.0))
    for q in range(gate.size):
        low, high, g = first[q], first[q + 1], gate[q]
        count, now = high - low, row_now(week, weeks[q])
        due = line[q] + now * count
        full = line[q] + row_full(now, weeks[q]) * count
        if later[q] == 0:
            soon_t, late_t = send(
                channel[low:high],
                route[low:high],
                part[low:high],
                tonnes[low:high],
                rate,
                share,
                stop_due[due : due + count],
                stop_due[full : full + count],
                passing[low:high],
            )
            sent_t[weeks[q], g] += soon_t
            sent_t[weeks[q] + 1, g] += late_t
        else:
            take(stop_due[due : due + count], passing[low:high])
        arrived_t, arrived_musd = weigh(channel[low:high], tonnes[low:high], border_value, passing[low:high])
        passed_t[g] += arrived_t
        passed_musd[g] += arrived_musd


@process
def rate_routes(start, share, dispatched, rate, sent):
    """Dispatch of each channel for a share of 1: shares sum to 1 to their own rounding only.

    Writes ``rate`` [K]; returns ``sent`` with the dispatch added.
    """
    keep_apart()
    for k in range(rate.size):
        total = f8(0.0)
        for r in range(start[k], start[k + 1]):
            total += f8(share[r])
        rate[k] = dispatched[k] / total
        sent += dispatched[k]
    return sent


@process
def send(channel, route, part, tonnes, rate, share, due, full, passing):
    """Put the dispatch on its way to the first stops of one section, and take out what arrives.

    The two rows are one where the way takes less than a week.

    Parameters
    ----------
    due, full : float64 [n]
        Rows of this week and of the whole weeks that the way takes; written.
    passing : float64 [n]
        Written.

    Returns
    -------
    tuple of float64
        Tonnes that arrive after the whole weeks, and a week later.
    """
    soon_t, late_t = f8(0.0), f8(0.0)
    for i in range(passing.size):
        mass = rate[channel[i]] * f8(share[route[i]])
        late = mass * part[i]
        full[i] += mass - late
        passing[i] = due[i]
        due[i] = late
        soon_t += (mass - late) * tonnes[i]
        late_t += late * tonnes[i]
    return soon_t, late_t


@process
def take(due, passing):
    """Take out what arrives at the later stops of one section; writes ``due`` and ``passing``."""
    for i in range(passing.size):
        passing[i] = due[i]
        due[i] = f8(0.0)


@process
def weigh(channel, tonnes, border_value, passing):
    """Tonnes and border value of what arrives at the stops of one section."""
    keep_apart()
    total_t, total_musd = f8(0.0), f8(0.0)
    for i in range(passing.size):
        total_t += passing[i] * tonnes[i]
        total_musd += passing[i] * f8(border_value[channel[i]])
    return total_t, total_musd


@process
def watch(watched_channel, lanes):
    """Account for the goods on their way into a sender's market: how much is made here, how much will be found.

    Writes the ``lanes.under_way*`` accounts.
    """
    keep_apart()
    dispatched, made_here, found, found_count = lanes.dispatched, lanes.made_here, lanes.found, lanes.found_count
    under_way, under_way_made_here = lanes.under_way, lanes.under_way_made_here
    under_way_found, under_way_count = lanes.under_way_found, lanes.under_way_count
    found_made_here, under_way_found_made_here = lanes.found_made_here, lanes.under_way_found_made_here
    for w in range(watched_channel.size):
        k = watched_channel[w]
        under_way[w] += dispatched[k]
        under_way_made_here[w] += made_here[k]
        under_way_found[w] += found[k]
        under_way_count[w] += found_count[k]
        under_way_found_made_here[w] += found_made_here[k]


@process
def share_service(wait_rule, ports):
    """Share of what waits at each gate that passes this week; without a queue rule, all of it.

    Writes ``ports.served_share``.
    """
    queue_t, capacity_t, served_share, passed_t = ports.queue_t, ports.capacity_t, ports.served_share, ports.passed_t
    for g in range(queue_t.size):
        waiting_t = queue_t[g] + passed_t[g]
        fits = waiting_t <= capacity_t[g] or wait_rule != 0
        served_share[g] = f8(1.0) if fits else max(capacity_t[g], f8(0.0)) / waiting_t


@process
def serve(passages, commodity, spoilage, wait_rule, lanes, ports, ledger):
    """Pass what capacity allows, in proportion to what waits.

    Parameters
    ----------
    commodity : int32 [K]
    spoilage : float64 [C]
        Share of what waits that is lost in a week.
    lanes, ports, ledger
        Written: ``lanes.stop_passing``, ``stop_queue``, ``ports.queue_t``, ``passed_t``, ``passed_musd``,
        ``served_share`` and the ledger.
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
        low, high = start[g], start[g + 1]
        queue, passing = stop_queue[low:high], stop_passing[low:high]
        queue_t[g], spoiled = hold_back(
            channel[low:high], tonnes[low:high], commodity, spoilage, served_share[g], queue, passing
        )
        passed_t[g], passed_musd[g] = weigh(channel[low:high], tonnes[low:high], border_value, passing)
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
def go_on(passages, chinese, week, lanes, sent_t):
    """Send what passed to the next gate or to the market, and take out what reaches the markets this week.

    Parameters
    ----------
    chinese : uint8 [G]
        Gates at which goods enter the region's books.
    week : int
    lanes
        Written: ``stop_due``, ``arrivals_due``, ``cleared`` and ``arrived``.
    sent_t : float64 [ring, G]
        Added to.
    """
    keep_apart()
    start, between, channel, tonnes = passages.gate_start, passages.gate_onward, passages.channel, passages.tonnes
    last_weeks, last_part, next_stop, gate = (
        passages.last_weeks,
        passages.last_part_week,
        passages.next_stop,
        passages.gate,
    )
    section, first, weeks, line = (
        passages.section,
        passages.section_start,
        passages.section_weeks,
        passages.section_line,
    )
    part, passing, stop_due, arrivals_due = passages.part_week, lanes.stop_passing, lanes.stop_due, lanes.arrivals_due
    cleared, today = lanes.cleared, week % lanes.arrivals_due.shape[1]
    fill(cleared, f8(0.0))
    for g in range(chinese.size):
        low, high = start[g], start[g + 1]
        deliver(
            channel[low : between[g]],
            last_weeks[low : between[g]],
            last_part[low : between[g]],
            passing[low : between[g]],
            today,
            arrivals_due,
        )
        if chinese[g] != 0:
            book(channel[low:high], passing[low:high], cleared)
        for i in range(between[g], high):
            after, mass = next_stop[i], passing[i]
            q, late = section[after], mass * part[after]
            count, now = first[q + 1] - first[q], row_now(week, weeks[q])
            place = line[q] + after - first[q]
            stop_due[place + row_full(now, weeks[q]) * count] += mass - late
            stop_due[place + now * count] += late
            sent_t[weeks[q], gate[after]] += (mass - late) * tonnes[after]
            sent_t[weeks[q] + 1, gate[after]] += late * tonnes[after]
    arrive(today, arrivals_due, lanes.arrived)


@process
def book(channel, passing, cleared):
    """Book what passed one of China's gates; adds to ``cleared`` [K]."""
    keep_apart()
    for i in range(passing.size):
        cleared[channel[i]] += passing[i]


@process
def deliver(channel, weeks, part, passing, today, arrivals_due):
    """Send what passed its last gate to its market.

    Parameters
    ----------
    channel, weeks : uint32 [n], part : float64 [n], passing : float64 [n]
    today : int
    arrivals_due : float64 [K, ring]
        Added to.
    """
    keep_apart()
    ring, now = u8(arrivals_due.shape[1]), u8(today)
    for i in range(passing.size):
        late, on_time = passing[i] * part[i], now + u8(weeks[i])
        on_time = on_time - ring if on_time >= ring else on_time
        then = on_time + u8(1) if on_time + u8(1) < ring else u8(0)
        arrivals_due[channel[i], on_time] += passing[i] - late
        arrivals_due[channel[i], then] += late


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
def arrive(today, arrivals_due, arrived):
    """Take out what reaches the markets' borders this week; writes ``arrivals_due`` and ``arrived`` [K]."""
    keep_apart()
    for k in range(arrived.size):
        arrived[k] = arrivals_due[k, today]
        arrivals_due[k, today] = f8(0.0)
