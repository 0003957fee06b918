"""What is written down of a week, by month: books of the region, books of the ports, and the true flows beside them.

Flows are split over the (one or two) months of a week by days; waits, queues, prices and numbers of firms are means over the
observed days of the month.
"""

import numpy as np

from sim.kernels.jit import keep_apart, kernel
from sim.state import DIRECT, PARCEL

f8 = np.float64
MONTHS_A_WEEK = 2


@kernel
def observe(world, week, state, record, run):
    """Add the week to the record of one run.

    Writes row ``run`` of every array of ``record``.
    """
    keep_apart()
    clock = world.clock
    for part in range(MONTHS_A_WEEK):
        month = clock.month[week, part]
        if month < 0:
            continue
        observe_trade(world, state, record, run, month, clock.flow_weight[week, part])
        observe_gates(state, record, run, month, clock.flow_weight[week, part], clock.mean_weight[week, part])
        observe_border(world, state, record, run, month, clock.flow_weight[week, part])
        observe_means(state, record, run, month, clock.mean_weight[week, part])


@kernel
def observe_trade(world, state, record, run, month, weight):
    """Registered trade where it clears China's border, and true trade where it enters its market."""
    channels, lanes = world.channels, state.lanes
    markets, commodities, places = world.sizes.markets, world.sizes.commodities, world.sizes.places
    for k in range(channels.market.size):
        direction, c = channels.direction[k], channels.commodity[k]
        value = weight * lanes.cleared[k] * f8(lanes.border_value[k])
        record.registered_trade[run, month, (direction * markets + channels.declared[k]) * commodities + c] += value
        record.registered_at[run, month, direction * places + channels.origin[k]] += value
        released = weight * lanes.released[k]
        record.true_trade[run, month, (direction * markets + channels.market[k]) * commodities + c] += released
        if channels.kind[k] != DIRECT and channels.kind[k] != PARCEL:
            record.via_hub[run, month, channels.hub[k]] += released
        record.dispatched[run, month, direction] += weight * lanes.dispatched[k]


@kernel
def observe_gates(state, record, run, month, weight, mean_weight):
    """What the gates passed, could pass, and let wait."""
    ports = state.ports
    for g in range(ports.passed_t.size):
        record.port_trade[run, month, g] += weight * ports.passed_musd[g]
        record.throughput[run, month, g] += weight * ports.passed_t[g]
        record.background[run, month, g] += weight * ports.background_t[g]
        record.capacity[run, month, g] += weight * (ports.capacity_t[g] + ports.background_t[g])
        record.wait[run, month, g] += mean_weight * ports.wait_days[g]
        record.queue[run, month, g] += mean_weight * ports.queue_t[g]


@kernel
def observe_border(world, state, record, run, month, weight):
    """What the senders' customs detained and denied, and what of the region's goods came through."""
    customs, channels = state.customs, world.channels
    for h in range(customs.hit.size):
        record.detained[run, month, h] += weight * customs.detained_musd[h]
        record.detained_count[run, month, h] += weight * (customs.detained_hidden[h] + customs.detained_legitimate[h])
        record.denied[run, month, h] += weight * customs.denied_musd[h]
    kinds = 5
    for w in range(channels.watched_channel.size):
        k = channels.watched_channel[w]
        cell = (channels.authority[k] * kinds + channels.kind[k]) * world.sizes.commodities + channels.commodity[k]
        record.sanctioned_trade[run, month, cell] += weight * state.lanes.released_made_here[w]


@kernel
def observe_means(state, record, run, month, mean_weight):
    """Prices and the number of active firms, as means over days."""
    for n in range(state.markets.price.size):
        record.price[run, month, n] += mean_weight * f8(state.markets.price[n])
    firms = state.firms
    for f in range(state.rows_used[0]):
        if firms.active[f] != 0:
            record.active_firms[run, month, firms.registered[f]] += mean_weight
