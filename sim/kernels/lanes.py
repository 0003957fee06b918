"""Route shares and access costs of every channel, and what firms are told about channels: public, so made once a week.

Routes are chosen fast and from public information, by a logit with path sizes (Ben-Akiva & Bierlaire 1999):

    cost_r  = (freight + fees) / value + time_value (days + wait) + security
    share_r = PS_r exp(-theta cost_r) / sum
    access  = -(1/theta) log sum_r PS_r exp(-theta cost_r)
"""

import numpy as np

from sim.kernels.jit import kernel
from sim.kernels.numerics import ZERO, exp32, log32
from sim.kernels.rules import kept_share, moved, payment_friction
from sim.state import EXPORT

f4 = np.float32
f8 = np.float64
SHUT = f4(1000.0)
SMALLEST_BORDER_VALUE = f4(0.05)
USD_PER_MUSD = f4(1e6)


@kernel
def prepare_routes(world, parameters, lanes):
    """Cost of each route without queues, and of a day in its queues, per dollar of base value.

    Writes ``lanes.base_cost`` and ``lanes.queue_cost``.
    """
    routes, channels, goods = world.routes, world.channels, world.goods
    for r in range(lanes.base_cost.size):
        c = channels.commodity[routes.channel[r]]
        per_usd = f4(goods.tonnes_per_musd[c]) / USD_PER_MUSD
        time_value = goods.time_value_per_day[c] * parameters.time_value_scale
        money = routes.static_usd_per_t[r] * parameters.transport_cost_scale + routes.gate_usd_per_t[r] * parameters.gate_cost_scale
        days = routes.static_days[r] + routes.gate_days[r]
        lanes.base_cost[r] = money * per_usd + time_value * days + parameters.security_loss
        lanes.queue_cost[r] = time_value + parameters.wait_fee_usd_per_t_day * per_usd


@kernel
def price_routes(world, week, force, lanes, ports):
    """Generalised cost of each route this week.

    Writes ``lanes.route_cost``.
    """
    routes = world.routes
    queue_days = ports.approach_queue_days
    first, second, third = routes.approach[0], routes.approach[1], routes.approach[2]
    for r in range(lanes.route_cost.size):
        queued = queue_days[first[r]] + queue_days[second[r]] + queue_days[third[r]]
        cost = lanes.base_cost[r] + lanes.queue_cost[r] * queued + force.passage[r]
        lanes.route_cost[r] = SHUT if week < routes.opens_week[r] else cost


@kernel
def share_routes(world, theta, speed, lanes):
    """Move the route shares towards the logit and set the access cost of every channel.

    Writes ``lanes.route_share`` and ``lanes.access_cost``. ``speed`` 1 sets the shares at once.
    """
    start = world.channels.route_start
    cost, size, share = lanes.route_cost, world.routes.path_size, lanes.route_share
    for k in range(start.size - 1):
        lowest = cost[start[k]]
        for r in range(start[k] + 1, start[k + 1]):
            lowest = min(lowest, cost[r])
        total = ZERO
        for r in range(start[k], start[k + 1]):
            total += size[r] * exp32(-theta * (cost[r] - lowest))
        for r in range(start[k], start[k + 1]):
            share[r] = moved(share[r], size[r] * exp32(-theta * (cost[r] - lowest)) / total, speed)
        lanes.access_cost[k] = lowest - log32(total) / theta


@kernel
def publish_channels(world, parameters, force, markets, lanes):
    """What every user of a channel knows this week.

    The border value of an export is its price in the market less what access costs more than at base: 1 at base, and not
    inflated by queues. That of an import is its price in the region.

    Writes ``lanes.keep``, ``friction``, ``attraction`` and ``border_value``.
    """
    channels = world.channels
    payment = payment_friction(parameters.commission_share, parameters.payment_days)
    for k in range(channels.market.size):
        tariff = channels.base_tariff[k] + force.tariff[k]
        lanes.keep[k] = kept_share(tariff, channels.markup[k] * parameters.markup_scale)
        lanes.friction[k] = lanes.access_cost[k] + payment + force.friction[k] + force.closed[k]
        lanes.attraction[k] = lanes.appeal[k] + markets.size[channels.cell[k]]
        dearer = lanes.access_cost[k] - lanes.access_base[k] if channels.direction[k] == EXPORT else ZERO
        lanes.border_value[k] = max(markets.price[channels.cell[k]] - dearer, SMALLEST_BORDER_VALUE)
