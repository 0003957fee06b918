"""Goods already on the way at the start: what a settled base would have under way, queued nowhere."""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import fill, fill_rows
from sim.kernels.roads.transit import put
from sim.kernels.rules import firm_class
from sim.state import ON_HAND

f8 = np.float64


@process
def fill_pipes(channels, passages, lanes, due_t, sent_t, ledger):
    """Put a settled week's flow into every delay line, as if the base had gone on for ever.

    Writes the goods on the way in ``lanes``, ``due_t`` and ``sent_t`` [ring, G] and the ledger.
    """
    keep_apart()
    watched, base_flow, share_sum, flow = channels.watched, channels.base_flow, lanes.share_sum, lanes.dispatched
    for k in range(flow.size):
        flow[k] = base_flow[k] / share_sum[k]
    gate, section, channel, route, weeks, part, tonnes = (
        passages.gate,
        passages.section,
        passages.channel,
        passages.route_place,
        passages.section_weeks,
        passages.part_week,
        passages.tonnes,
    )
    next_stop, last_weeks, last_part = passages.next_stop, passages.last_weeks, passages.last_part_week
    for i in range(gate.size):
        k, q = channel[i], section[i]
        mass = flow[k] * f8(lanes.route_share[route[i]])
        fill_line(lanes.stop_due, passages.section_start, passages.section_line, weeks[q], part[i], q, i, mass)
        inside = mass * (f8(weeks[q]) + part[i])
        fill_row(due_t[:, gate[i]], weeks[q], part[i], mass * tonnes[i])
        put(sent_t, 0, weeks[q], part[i], gate[i], mass * tonnes[i])
        if next_stop[i] < 0:
            fill_row(lanes.arrivals_due[:, k], last_weeks[i], last_part[i], mass)
            inside += mass * (f8(last_weeks[i]) + last_part[i])
        ledger[ON_HAND] += inside
        if watched[k] >= 0:
            lanes.under_way[watched[k]] += inside


@process
def fill_line(stop_due, section_start, section_line, weeks, part, q, i, mass):
    """Fill the delay line to stop i of section q as if `mass` had been sent every week before."""
    count = section_start[q + 1] - section_start[q]
    place = section_line[q] + i - section_start[q]
    for week in range(weeks):
        stop_due[place + week * count] += mass
    stop_due[place + weeks * count] += mass * part


@process
def fill_row(due, weeks, part, mass):
    """Fill a row of dues by week as if `mass` had been sent every week before."""
    for week in range(weeks):
        due[week] += mass
    due[weeks] += mass * part


@process
def share_made_here(watched, firms, rows, lanes):
    """Of the goods on their way into a sender's market, the share that its base users make in the region.

    Writes ``lanes.under_way_made_here``; uses ``lanes.made_here`` and ``dispatched``.
    """
    keep_apart()
    channel, share, shipped, made_here = firms.channel, firms.share, firms.shipped, firms.made_here
    made, every, under_way, under_way_made_here = (
        lanes.made_here,
        lanes.dispatched,
        lanes.under_way,
        lanes.under_way_made_here,
    )
    fill(made, f8(0.0))
    fill(every, f8(0.0))
    for q in range(channel.shape[0]):
        for f in range(rows):
            k = channel[q, f]
            if k < every.size:
                value = f8(shipped[f]) * f8(share[q, f])
                every[k] += value
                made[k] += value * f8(made_here[f])
    for k in range(every.size):
        w = watched[k]
        if w >= 0 and every[k] > f8(0.0):
            under_way_made_here[w] = under_way[w] * made[k] / every[k]


@process
def share_classes(firms, rows, class_flow):
    """Split the base flow of each channel by class of firm, nobody being listed; writes ``class_flow`` [B / 2, K]."""
    keep_apart()
    channel, share, shipped = firms.channel, firms.share, firms.shipped
    made_here, ownership = firms.made_here, firms.ownership
    fill_rows(class_flow, f8(0.0))
    for q in range(channel.shape[0]):
        for f in range(rows):
            k = channel[q, f]
            if k < class_flow.shape[1]:
                class_flow[firm_class(made_here[f], ownership[f]) // 2, k] += f8(shipped[f]) * f8(share[q, f])
