"""Goods already on the way at the start: what a settled base would have under way, queued nowhere."""

import numpy as np

from sim.kernels.columns import fill, fill_rows
from sim.kernels.jit import keep_apart, process
from sim.kernels.network import put
from sim.state import ON_HAND

f8 = np.float64


@process
def clear_pipes(lanes):
    """Empty the accounts of goods in ``lanes``."""
    fill_rows(lanes.stop_due, f8(0.0))
    fill_rows(lanes.arrivals_due, f8(0.0))
    fill(lanes.stop_queue, f8(0.0))
    fill_rows(lanes.detained_due, f8(0.0))
    fill(lanes.under_way, f8(0.0))
    fill(lanes.under_way_made_here, f8(0.0))
    fill(lanes.under_way_found, f8(0.0))
    fill(lanes.under_way_count, f8(0.0))
    fill(lanes.found, f8(0.0))
    fill(lanes.found_count, f8(0.0))
    fill(lanes.cleared, f8(0.0))
    fill(lanes.arrived, f8(0.0))
    fill(lanes.released, f8(0.0))
    fill(lanes.released_made_here, f8(0.0))
    fill(lanes.denied, f8(0.0))


@process
def fill_pipes(channels, routes, lanes, due_t, sent_t, ledger):
    """Put a settled week's flow into every delay line, as if the base had gone on for ever.

    Writes the goods on the way in ``lanes``, ``due_t`` and ``sent_t`` [ring, G] and the ledger.
    """
    keep_apart()
    start, watched, base_flow = channels.route_start, channels.watched, channels.base_flow
    share, under_way = lanes.route_share, lanes.under_way
    for k in range(base_flow.size):
        total = f8(0.0)
        for r in range(start[k], start[k + 1]):
            total += f8(share[r])
        for r in range(start[k], start[k + 1]):
            flow = base_flow[k] * f8(share[r]) / total
            inside = fill_route(routes, r, k, flow, lanes.stop_due, lanes.arrivals_due, due_t, sent_t)
            ledger[ON_HAND] += inside
            if watched[k] >= 0:
                under_way[watched[k]] += inside


@process
def fill_route(routes, r, k, flow, stop_due, arrivals_due, due_t, sent_t):
    """Fill the delay lines of one route; returns what is on it."""
    inside = f8(0.0)
    for s in range(routes.stop_start[r], routes.stop_start[r + 1]):
        whole, part = routes.stop_whole_weeks[s], routes.stop_part_week[s]
        fill_line(stop_due, whole, part, s, flow)
        gate, tonnes = routes.stop_gate[s], flow * routes.stop_tonnes[s]
        fill_line(due_t, whole, part, gate, tonnes)
        put(sent_t, 0, whole, part, gate, tonnes)
        inside += flow * (f8(whole) + part)
    whole, part = routes.last_whole_weeks[r], routes.last_part_week[r]
    fill_line(arrivals_due, whole, part, k, flow)
    return inside + flow * (f8(whole) + part)


@process
def fill_line(due, whole, part, column, flow):
    """Fill one delay line as if `flow` had been put into it every week before."""
    for week in range(whole):
        due[week, column] += flow
    due[whole, column] += flow * part


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
