"""What other customs write down of the region's goods: the partner that the papers name, and the senders.

Both books are kept at the price where the goods arrive, less duties imposed since the base: 1 a dollar at base, like
the region's own book, so that the two agree but for what is lost on the way and for dearer access.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import fill
from sim.kernels.rules import risk_dilution, since_base
from sim.state import EMBODIED, EXPORT

f8 = np.float64
u8 = np.uint64


@process
def keep_trade_records(channels, content_share, lost_scale, tariff, price, lanes, trade_records):
    """Book the week's arrivals with the declared partner and its releases with the sender.

    Goods booked to a hub are declared there as imports only in part: the rest goes on in transit and never enters the
    hub's own book. What is embodied in a hub's goods reaches it as goods of other makers, and is in no book of imports
    from the region. A sender books whole consignments, also of goods that hold the region's only in part.

    Parameters
    ----------
    content_share : float32 [C]
    lost_scale : float32
        Multiplies the share of hub goods that the hub's book never sees.
    tariff : float32 [K]
        Duties imposed since the base.
    price : float32 [N]
    lanes : Lanes
    trade_records : TradeRecords
        Written: ``partner_imports`` and ``sender_imports``.
    """
    keep_apart()
    direction, cell, declared, lost = channels.direction, channels.cell, channels.declared, channels.lost_in_transit
    commodity, kind, inspection_class = channels.commodity, channels.kind, channels.inspection_class
    base_tariff, arrived, released = channels.base_tariff, lanes.arrived, lanes.released
    watched_channel, partner = channels.watched_channel, trade_records.partner_imports
    sender = trade_records.sender_imports
    fill(partner, f8(0.0))
    fill(sender, f8(0.0))
    start = channels.group_start
    for g in range(start.size - 1):
        if start[g + 1] == start[g] or direction[start[g]] != EXPORT:  # all channels of a group have one direction
            continue
        for k in range(u8(start[g]), u8(start[g + 1])):  # without a sign, which would be checked at every array
            if arrived[k] <= f8(0.0) or kind[k] == EMBODIED:
                continue
            seen = max(f8(1.0) - f8(lost[k]) * f8(lost_scale), f8(0.0))
            partner[u8(declared[k])] += arrived[k] * seen * since_base(price[u8(cell[k])], base_tariff[k], tariff[k])
    for w in range(watched_channel.size):
        k = watched_channel[w]
        h = inspection_class[k]
        if h >= 0:
            whole = released[k] / f8(risk_dilution(kind[k], content_share[commodity[k]]))
            sender[h] += whole * since_base(price[cell[k]], base_tariff[k], tariff[k])
