"""Route shares and access costs of every channel, and what firms are told about channels: public, so made once a week.

Routes are chosen fast and from public information, by a logit with path sizes (Ben-Akiva & Bierlaire 1999):

    cost_r  = (freight + fees) / value + time_value (days + wait) + security
    share_r = PS_r exp(-theta cost_r) / sum
    access  = -(1/theta) log sum_r PS_r exp(-theta cost_r)
"""

import numpy as np

from sim.kernels.jit import keep_apart, process
from sim.kernels.numerics import ZERO, exp32, log32
from sim.kernels.rules import WEEKS_A_YEAR, kept_share, markup_now, moved, payment_friction
from sim.state import EXPORT

f4 = np.float32
f8 = np.float64
SHUT = f4(1000.0)
SMALLEST_BORDER_VALUE = f4(0.05)
USD_PER_MUSD = f4(1e6)
SMALLEST_SHARE = f4(1e-8)


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
def share_routes(start, channel, theta, speed, size, cost, scratch, share, access_cost):
    """Move the route shares towards the logit and set the access cost of every channel.

    A share below the resolution of float32 counts as none: its goods would cost time and change nothing. What needs
    exponentials or divisions is a flat loop, which is vectorised.

    Parameters
    ----------
    start : int32 [K + 1]
        First route of each channel.
    channel : int32 [R]
    speed : float32
        Share of the way to the logit; 1 sets the shares at once.
    size, cost : float32 [R]
        Path sizes and generalised costs.
    scratch : Scratch
        ``route_weight`` and ``channel_weight`` are used.
    share : float32 [R], access_cost : float32 [K]
        Written.
    """
    find_lowest(start, cost, access_cost)
    weigh_routes(channel, theta, size, cost, access_cost, scratch.route_weight)
    add_routes(start, scratch.route_weight, scratch.channel_weight)
    move_routes(channel, speed, scratch.route_weight, scratch.channel_weight, share)
    add_variety(theta, scratch.channel_weight, access_cost)


@process
def find_lowest(start, cost, lowest):
    """Lowest cost among the routes of each channel; writes ``lowest`` [K]."""
    keep_apart()
    for k in range(lowest.size):
        least = cost[start[k]]
        for r in range(start[k] + 1, start[k + 1]):
            least = min(least, cost[r])
        lowest[k] = least


@process
def weigh_routes(channel, theta, size, cost, lowest, weight):
    """Weights of the logit, relative to the cheapest route of the channel; writes ``weight`` [R]."""
    keep_apart()
    for r in range(weight.size):
        weight[r] = size[r] * exp32(-theta * (cost[r] - lowest[channel[r]]))


@process
def add_routes(start, weight, total):
    """Sum of the weights of each channel's routes; writes ``total`` [K]."""
    keep_apart()
    for k in range(total.size):
        running = ZERO
        for r in range(start[k], start[k + 1]):
            running += weight[r]
        total[k] = running


@process
def move_routes(channel, speed, weight, total, share):
    """Move the shares towards the logit; writes ``share`` [R]."""
    keep_apart()
    for r in range(share.size):
        new = moved(share[r], weight[r] / total[channel[r]], speed)
        share[r] = new if new > SMALLEST_SHARE else ZERO


@process
def add_variety(theta, total, access_cost):
    """Take off the lowest cost what the choice among routes is worth; writes ``access_cost`` [K]."""
    keep_apart()
    for k in range(total.size):
        access_cost[k] -= log32(total[k]) / theta


@process
def publish_channels(channels, parameters, force, desk, markup_factor, week, price, size, lanes):
    """Publish what every user of a channel knows this week.

    The border value of an export is its price in the market less what access costs more than at base: 1 at base, and
    not inflated by queues. That of an import is its price in the region.

    Parameters
    ----------
    desk : int32 [K]
        Desk of each channel; the last one where it has none.
    markup_factor : float32 [E + 1]
    week : int
    price, size : float32 [N]
    lanes : Lanes
        Written: ``markup``, ``keep``, ``friction``, ``attraction`` and ``border_value``.
    """
    keep_apart()
    payment = payment_friction(parameters.commission_share, parameters.payment_days)
    base_tariff, base_markup, cell, direction = channels.base_tariff, channels.markup, channels.cell, channels.direction
    tariff, lasting, fading, closed = force.tariff, force.friction, force.payment, force.closed
    faded = exp32(-parameters.payment_fade_per_year * f4(f8(week) / WEEKS_A_YEAR))
    access, access_base, appeal = lanes.access_cost, lanes.access_base, lanes.appeal
    keep, friction, attraction, border_value = lanes.keep, lanes.friction, lanes.attraction, lanes.border_value
    markup, scale = lanes.markup, parameters.markup_scale
    for k in range(access.size):
        markup[k] = markup_now(base_markup[k], scale, markup_factor[desk[k]])
        keep[k] = kept_share(base_tariff[k] + tariff[k], markup[k])
        friction[k] = access[k] + max(payment + lasting[k] + fading[k] * faded, ZERO) + closed[k]
        attraction[k] = appeal[k] + size[cell[k]]
        dearer = access[k] - access_base[k] if direction[k] == EXPORT else ZERO
        border_value[k] = max(price[cell[k]] - dearer, SMALLEST_BORDER_VALUE)
