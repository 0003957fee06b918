"""What other customs write down of the region's goods: the partner that the papers name, and the senders.

Both books are kept at the price where the goods arrive, less duties imposed since the base: 1 a dollar at base, like
the region's own book, so that the two agree but for what is lost on the way and for dearer access.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import add_up, fill
from sim.kernels.rules import risk_dilution, since_base
from sim.state import EMBODIED, EXPORT

f8 = np.float64
u4 = np.uint32


@process
def keep_trade_records(channels, content_share, lost_scale, tariff, price, lanes, trade_records, seen):
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
    seen : float64 [K]
        Working room.
    """
    keep_apart()
    cell, commodity, kind, inspection_class = (
        channels.cell,
        channels.commodity,
        channels.kind,
        channels.inspection_class,
    )
    base_tariff, released, watched_channel = channels.base_tariff, lanes.released, channels.watched_channel
    see_arrivals(channels, f8(lost_scale), tariff, price, lanes.arrived, seen)
    add_up(seen, channels.declared, trade_records.partner_imports)
    sender = trade_records.sender_imports
    fill(sender, f8(0.0))
    for w in range(watched_channel.size):
        k = watched_channel[w]
        h = inspection_class[k]
        if h >= 0:
            whole = released[k] / f8(risk_dilution(kind[k], content_share[commodity[k]]))
            sender[h] += whole * since_base(price[cell[k]], base_tariff[k], tariff[k])


@process
def see_arrivals(channels, lost_scale, tariff, price, arrived, seen):
    """Value of the arrivals by channel that the declared partner's book sees: apart from the sums, so as vector code.

    Writes ``seen`` [K].
    """
    keep_apart()
    direction, kind, cell = channels.direction, channels.kind, channels.cell
    lost, base_tariff = channels.lost_in_transit, channels.base_tariff
    for k in range(seen.size):
        part = max(f8(1.0) - f8(lost[k]) * lost_scale, f8(0.0))
        value = arrived[k] * part * since_base(price[u4(cell[k])], base_tariff[k], tariff[k])
        seen[k] = value if (direction[k] == EXPORT) & (kind[k] != EMBODIED) else f8(0.0)
