"""Route shares and access costs of every channel, and what firms are told about channels: public, so made once a week.

Routes are chosen fast and from public information, by a logit with path sizes (Ben-Akiva & Bierlaire 1999):

    cost_r  = (freight + fees) / value + time_value (days + wait) + security
    share_r = PS_r exp(-theta cost_r) / sum
    access  = -(1/theta) log sum_r PS_r exp(-theta cost_r)
"""

import numpy as np

from sim.kernels.jit import keep_apart, process
from sim.kernels.numerics import ZERO, exp32, log32
from sim.kernels.rules import kept_share, moved, payment_friction
from sim.state import EXPORT

f4 = np.float32
f8 = np.float64
SHUT = f4(1000.0)
SMALLEST_BORDER_VALUE = f4(0.05)
USD_PER_MUSD = f4(1e6)


@process
def prepare_routes(routes, commodity, goods, parameters, base_cost, queue_cost):
    """Cost of each route without queues, and of a day in its queues, per dollar of base value.

    Parameters
    ----------
    commodity : int32 [K]
        Commodity of each channel.
    base_cost, queue_cost : float32 [R]
        Written.
    """
    keep_apart()
    channel, tonnes, time_values = routes.channel, goods.tonnes_per_musd, goods.time_value_per_day
    freight, travel_days = routes.static_usd_per_t, routes.static_days
    gate_fees, gate_days = routes.gate_usd_per_t, routes.gate_days
    for r in range(base_cost.size):
        c = commodity[channel[r]]
        per_usd = f4(tonnes[c]) / USD_PER_MUSD
        time_value = time_values[c] * parameters.time_value_scale
        money = freight[r] * parameters.transport_cost_scale + gate_fees[r] * parameters.gate_cost_scale
        base_cost[r] = money * per_usd + time_value * (travel_days[r] + gate_days[r]) + parameters.security_loss
        queue_cost[r] = time_value + parameters.wait_fee_usd_per_t_day * per_usd


@process
def price_routes(routes, week, queue_days, passage, base_cost, queue_cost, route_cost):
    """Generalised cost of each route this week.

    Parameters
    ----------
    queue_days : float32 [A]
        Published wait of each approach less free-flow border time.
    passage, base_cost, queue_cost : float32 [R]
    route_cost : float32 [R]
        Written.
    """
    keep_apart()
    opens = routes.opens_week
    first, second, third = routes.approach[0], routes.approach[1], routes.approach[2]
    for r in range(route_cost.size):
        queued = queue_days[first[r]] + queue_days[second[r]] + queue_days[third[r]]
        cost = base_cost[r] + queue_cost[r] * queued + passage[r]
        route_cost[r] = SHUT if week < opens[r] else cost


@process
def share_routes(start, theta, speed, size, cost, share, access_cost):
    """Move the route shares towards the logit and set the access cost of every channel.

    Parameters
    ----------
    start : int32 [K + 1]
        First route of each channel.
    speed : float32
        Share of the way to the logit; 1 sets the shares at once.
    size, cost : float32 [R]
        Path sizes and generalised costs.
    share : float32 [R], access_cost : float32 [K]
        Written.
    """
    keep_apart()
    for k in range(access_cost.size):
        lowest = cost[start[k]]
        for r in range(start[k] + 1, start[k + 1]):
            lowest = min(lowest, cost[r])
        total = ZERO
        for r in range(start[k], start[k + 1]):
            total += size[r] * exp32(-theta * (cost[r] - lowest))
        for r in range(start[k], start[k + 1]):
            share[r] = moved(share[r], size[r] * exp32(-theta * (cost[r] - lowest)) / total, speed)
        access_cost[k] = lowest - log32(total) / theta


@process
def publish_channels(channels, parameters, force, price, size, lanes):
    """What every user of a channel knows this week.

    The border value of an export is its price in the market less what access costs more than at base: 1 at base, and not
    inflated by queues. That of an import is its price in the region.

    Writes ``lanes.keep``, ``friction``, ``attraction`` and ``border_value``.
    """
    keep_apart()
    payment = payment_friction(parameters.commission_share, parameters.payment_days)
    base_tariff, markup, cell, direction = channels.base_tariff, channels.markup, channels.cell, channels.direction
    tariff, measures, closed = force.tariff, force.friction, force.closed
    access, access_base, appeal = lanes.access_cost, lanes.access_base, lanes.appeal
    keep, friction, attraction, border_value = lanes.keep, lanes.friction, lanes.attraction, lanes.border_value
    for k in range(access.size):
        keep[k] = kept_share(base_tariff[k] + tariff[k], markup[k] * parameters.markup_scale)
        friction[k] = access[k] + max(payment + measures[k], ZERO) + closed[k]
        attraction[k] = appeal[k] + size[cell[k]]
        dearer = access[k] - access_base[k] if direction[k] == EXPORT else ZERO
        border_value[k] = max(price[cell[k]] - dearer, SMALLEST_BORDER_VALUE)
