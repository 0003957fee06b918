"""What is written down of a week, by month: books of the region, books of the ports, and the true flows beside them.

Flows are split over the (one or two) months of a week by days; waits, queues, prices and numbers of firms are means
over the observed days of the month.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.kernels.numbers.columns import fill_rows
from sim.state import DIRECT, EMBODIED, KINDS, PARCEL, TALLIES

f8 = np.float64
u8 = np.uint64
MONTHS_A_WEEK = 2


@kernel
def observe(world, week, state, record, run):
    """Add a week to the record of one run: `write_down`, for callers in Python.

    Parameters
    ----------
    world : World
    week : int
        Index from the first week of the spin-up.
    state : State
        As `advance` left it.
    record : Record
        Row ``run`` of every array is written.
    run : int
    """
    write_down(world, week, state, record, run)


@process
def write_down(world, week, state, record, run):
    """Add the week to the record of one run.

    Writes row ``run`` of every array of ``record``.
    """
    keep_apart()
    sizes, clock, channels = world.sizes, world.clock, world.channels
    tally, owned = state.scratch.tally, state.scratch.owned
    if clock.month[week, 0] < 0 and clock.month[week, MONTHS_A_WEEK - 1] < 0:
        return
    count_firms(state.firms, state.rows_used[0], tally, owned)
    listed = count_listed(state.firms.active, state.firms.listed, state.rows_used[0])
    for part in range(MONTHS_A_WEEK):
        month, weight, mean_weight = (
            clock.month[week, part],
            clock.flow_weight[week, part],
            clock.mean_weight[week, part],
        )
        if month >= 0:
            observe_trade(sizes, channels, state.lanes, record, run, month, weight)
            observe_gates(state.ports, record, run, month, weight, mean_weight)
            observe_customs(state.customs, record, run, month, weight)
            observe_senders(
                channels, sizes.commodities, state.lanes.released_made_here, record.sanctioned_trade[run, month], weight
            )
            observe_trade_records(state.trade_records, record, run, month, weight)
            add_means(state.markets.price, mean_weight, record.price[run, month])
            add_means(state.intermediaries.hub_markup, mean_weight, record.hub_markup[run, month])
            add_means(state.intermediaries.hub_working, mean_weight, record.intermediaries[run, month])
            observe_firms(tally, owned, record, run, month, weight, mean_weight)
            record.listed_firms[run, month, 0] += mean_weight * f8(listed)


@process
def observe_trade(sizes, channels, lanes, record, run, month, weight):
    """Book registered trade where it clears the border of home, and true trade where it enters its market.

    What is embodied in the goods of others was sold inland: the region registers no export of it.
    """
    keep_apart()
    markets, commodities, places = u8(sizes.markets), u8(sizes.commodities), u8(sizes.places)
    direction, commodity, origin, kind = channels.direction, channels.commodity, channels.origin, channels.kind
    declared, market, hub, start = channels.declared, channels.market, channels.hub, channels.group_start
    cleared, border_value, released, dispatched = lanes.cleared, lanes.border_value, lanes.released, lanes.dispatched
    registered_trade, registered_at = record.registered_trade[run, month], record.registered_at[run, month]
    true_trade, via_hub, sent = record.true_trade[run, month], record.via_hub[run, month], record.dispatched[run, month]
    for g in range(start.size - 1):
        low, high = u8(start[g]), u8(start[g + 1])  # without a sign, which would be checked at every array
        if low == high:
            continue
        d, c, o = u8(direction[low]), u8(commodity[low]), u8(origin[low])  # alike in a group
        booked, gone = f8(0.0), f8(0.0)
        for k in range(low, high):
            exported = cleared[k] if kind[k] != EMBODIED else f8(0.0)
            value, entered = weight * exported * f8(border_value[k]), weight * released[k]
            registered_trade[(d * markets + u8(declared[k])) * commodities + c] += value
            true_trade[(d * markets + u8(market[k])) * commodities + c] += entered
            if kind[k] != DIRECT and kind[k] != PARCEL:
                via_hub[u8(hub[k])] += entered
            booked += value
            gone += dispatched[k]
        registered_at[d * places + o] += booked
        sent[d] += weight * gone


@process
def observe_gates(ports, record, run, month, weight, mean_weight):
    """Book what the gates passed, could pass, and let wait."""
    keep_apart()
    passed_musd, passed_t, background_t = ports.passed_musd, ports.passed_t, ports.background_t
    capacity_t, wait_days, queue_t = ports.capacity_t, ports.wait_days, ports.queue_t
    port_trade, throughput, background = (
        record.port_trade[run, month],
        record.throughput[run, month],
        record.background[run, month],
    )
    capacity, wait, queue = record.capacity[run, month], record.wait[run, month], record.queue[run, month]
    for g in range(passed_t.size):
        port_trade[g] += weight * passed_musd[g]
        throughput[g] += weight * passed_t[g]
        background[g] += weight * background_t[g]
        capacity[g] += weight * (capacity_t[g] + background_t[g])
        wait[g] += mean_weight * wait_days[g]
        queue[g] += mean_weight * queue_t[g]


@process
def observe_customs(customs, record, run, month, weight):
    """Book what the senders' customs detained and denied."""
    keep_apart()
    hidden, legitimate = customs.detained_hidden, customs.detained_legitimate
    detained_musd, denied_musd = customs.detained_musd, customs.denied_musd
    detained, count, denied = record.detained[run, month], record.detained_count[run, month], record.denied[run, month]
    decided_count, denied_count = record.decided_count[run, month], record.denied_count[run, month]
    for h in range(hidden.size):
        detained[h] += weight * detained_musd[h]
        count[h] += weight * (hidden[h] + legitimate[h])
        denied[h] += weight * denied_musd[h]
        decided_count[h] += weight * customs.decided_count[h]
        denied_count[h] += weight * customs.denied_count[h]


@process
def observe_senders(channels, commodities, released_made_here, sanctioned_trade, weight):
    """Book what came through of the region's goods, by authority, kind of channel and commodity."""
    keep_apart()
    watched_channel, authority, kind, commodity = (
        channels.watched_channel,
        channels.authority,
        channels.kind,
        channels.commodity,
    )
    for w in range(watched_channel.size):
        k = watched_channel[w]
        sanctioned_trade[(authority[k] * len(KINDS) + kind[k]) * commodities + commodity[k]] += (
            weight * released_made_here[w]
        )


@process
def observe_trade_records(trade_records, record, run, month, weight):
    """Copy the books of others and the accounts of who gains and who pays."""
    keep_apart()
    add_means(trade_records.partner_imports, weight, record.partner_imports[run, month])
    add_means(trade_records.sender_imports, weight, record.sender_imports[run, month])
    add_means(trade_records.retail, weight, record.retail[run, month])
    incidence, incidence_at = record.incidence[run, month], record.incidence_at[run, month]
    width, markets = trade_records.accounts.shape[1], trade_records.accounts_at.shape[1]
    for a in range(trade_records.accounts.shape[0]):
        add_means(trade_records.accounts[a], weight, incidence[a * width : (a + 1) * width])
    for a in range(trade_records.accounts_at.shape[0]):
        add_means(trade_records.accounts_at[a], weight, incidence_at[a * markets : (a + 1) * markets])


@process
def add_means(values, weight, total):
    """Add weighted values; writes ``total``."""
    for i in range(values.size):
        total[i] += weight * f8(values[i])


@process
def count_firms(firms, rows, tally, owned):
    """Count active firms by place of registration and owner, and add up what they dispatched by owner.

    What follows one another goes into different rows of the tables, so that no addition waits for the one before.

    Parameters
    ----------
    rows : int
        Rows of firms in use.
    tally : int64 [TALLIES, O x ownerships], owned : float64 [TALLIES, ownerships]
        Written.
    """
    keep_apart()
    active, registered, ownership, shipped = firms.active, firms.registered, firms.ownership, firms.shipped
    fill_rows(tally, np.int64(0))
    fill_rows(owned, f8(0.0))
    owners = owned.shape[1]
    for f in range(rows):
        if active[f] != 0:
            tally[f % TALLIES, registered[f] * owners + ownership[f]] += 1
            owned[f % TALLIES, ownership[f]] += f8(shipped[f])


@process
def observe_firms(tally, owned, record, run, month, weight, mean_weight):
    """Book numbers of active firms by place and by owner, and what they dispatched by owner."""
    keep_apart()
    active_firms, owned_firms = record.active_firms[run, month], record.owned_firms[run, month]
    owned_trade, owners = record.owned_trade[run, month], owned.shape[1]
    for row in range(tally.shape[0]):
        for cell in range(tally.shape[1]):
            firms = mean_weight * f8(tally[row, cell])
            active_firms[cell // owners] += firms
            owned_firms[cell % owners] += firms
        add_means(owned[row], weight, owned_trade)


@process
def count_listed(active, listed, rows):
    """Count the active firms that some sender lists."""
    keep_apart()
    count = 0
    for f in range(rows):
        count += active[f] != 0 and listed[f] != 0
    return count
