"""Route shares and access costs of every channel, and what firms are told about channels: public, so made once a week.

Routes are chosen fast and from public information, by a logit with path sizes (Ben-Akiva & Bierlaire 1999):

    cost_r  = (freight + fees) / value + time_value (days + wait) + security
    share_r = PS_r exp(-theta cost_r) / sum
    access  = -(1/theta) log sum_r PS_r exp(-theta cost_r)
"""

import numpy as np

from sim.kernels.columns import added, copy, fill
from sim.kernels.jit import keep_apart, process
from sim.kernels.numerics import ONE, ZERO, exp32, log32
from sim.kernels.rules import WEEKS_A_YEAR, kept_share, markup_now, moved, payment_friction
from sim.state import EXPORT

f4 = np.float32
f8 = np.float64
SHUT = f4(1000.0)
SMALLEST_BORDER_VALUE = f4(0.05)
USD_PER_MUSD = f4(1e6)
SMALLEST_SHARE = f4(1e-8)
SMALLEST_WEIGHT, LARGEST_WEIGHT = f4(1e-9), f4(1e9)


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
def bill_routes(routes, commodity, goods, parameters, freight_rate, fee_rate, travel_rate):
    """Split what a dollar of base value pays on each route without queues: to carriers, to gates, in days.

    Parameters
    ----------
    commodity : int32 [K]
        Commodity of each channel.
    freight_rate, fee_rate, travel_rate : float32 [R]
        Written; together the base cost of the route.
    """
    keep_apart()
    channel, tonnes, time_values = routes.channel, goods.tonnes_per_musd, goods.time_value_per_day
    freight, travel_days = routes.static_usd_per_t, routes.static_days
    gate_fees, gate_days = routes.gate_usd_per_t, routes.gate_days
    for r in range(freight_rate.size):
        c = commodity[channel[r]]
        per_usd = f4(tonnes[c]) / USD_PER_MUSD
        freight_rate[r] = freight[r] * parameters.transport_cost_scale * per_usd + parameters.security_loss
        fee_rate[r] = gate_fees[r] * parameters.gate_cost_scale * per_usd
        travel_rate[r] = time_values[c] * parameters.time_value_scale * (travel_days[r] + gate_days[r])


@process
def open_lanes(routes, passages, start, theta, queue_days, passage, lanes, scratch):
    """Set costs, shares and access to those of a world that has always been as it is now.

    Writes the columns of routes of ``lanes`` but for the base costs, and ``access_cost``.
    """
    fill(lanes.route_share, ZERO)  # a full step from another run's share would not end exactly on the logit
    stale = scratch.stale_route[: lanes.route_cost.size]
    list_all(stale)
    copy(queue_days, lanes.priced_days)
    price(routes, 0, stale, queue_days, passage, lanes.base_cost, lanes.queue_cost, lanes.route_cost)
    find_lowest(start, lanes.route_cost, lanes.reference)
    weigh(routes, theta, stale, lanes, scratch)
    add_routes(start, theta, routes.path_size, lanes, scratch.stale_channel)
    add_variety(theta, lanes.channel_weight, lanes.reference, lanes.access_cost)
    move_routes(routes.channel, ONE, lanes.route_weight, lanes.channel_weight, lanes.route_share)


@process
def share_routes(routes, passages, start, parameters, week, news, queue_days, passage, lanes, scratch):
    """Price the routes, move the route shares towards the logit and set the access cost of every channel.

    Only routes on which a wait changed are priced anew, and only their channels added up: in most weeks a tenth.

    Parameters
    ----------
    start : int32 [K + 1]
        First route of each channel.
    week : int
    news : bool
        Whether the cost of passage may have changed on any route.
    queue_days : float32 [A]
        Published wait of each approach less free-flow border time.
    passage : float32 [R]
    lanes
        Written: ``priced_days``, ``route_cost``, ``route_weight``, ``route_share``, ``reference``, ``channel_weight``
        and ``access_cost``.
    scratch
        ``stale_route``, ``stale_value`` and ``stale_channel`` are used.
    """
    theta = parameters.theta_route
    count = lanes.route_cost.size
    if not news:
        count = list_stale(routes, passages, week, queue_days, lanes.priced_days, scratch.stale_route)
    stale = scratch.stale_route[:count]
    if news:
        list_all(stale)
    copy(queue_days, lanes.priced_days)
    if stale.size > 0:
        price(routes, week, stale, queue_days, passage, lanes.base_cost, lanes.queue_cost, lanes.route_cost)
        weigh(routes, theta, stale, lanes, scratch)
        add_routes(start, theta, routes.path_size, lanes, scratch.stale_channel)
        add_variety(theta, lanes.channel_weight, lanes.reference, lanes.access_cost)
    move_routes(
        routes.channel, parameters.route_adjustment, lanes.route_weight, lanes.channel_weight, lanes.route_share
    )


@process
def list_all(stale):
    """List every route; writes ``stale`` [R]."""
    for r in range(stale.size):
        stale[r] = r


@process
def list_stale(routes, passages, week, queue_days, priced_days, stale):
    """List the routes with an approach whose wait is not that of the last pricing, and those that open this week.

    A route may be listed twice: it gets the same cost twice.

    Writes ``stale``; returns how many it lists.
    """
    start, route, planned, opens = (
        passages.approach_start,
        passages.approach_route,
        passages.planned_route,
        routes.opens_week,
    )
    count = 0
    for a in range(start.size - 1):
        if queue_days[a] != priced_days[a]:
            for i in range(start[a], start[a + 1]):
                stale[count] = route[i]
                count += 1
    for i in range(planned.size):
        if opens[planned[i]] == week:
            stale[count] = planned[i]
            count += 1
    return count


@process
def price(routes, week, stale, queue_days, passage, base_cost, queue_cost, route_cost):
    """Generalised cost this week of the routes that are listed.

    Writes ``route_cost`` [R].
    """
    keep_apart()
    opens = routes.opens_week
    first, second, third = routes.approach[0], routes.approach[1], routes.approach[2]
    for i in range(stale.size):
        r = stale[i]
        queued = queue_days[first[r]] + queue_days[second[r]] + queue_days[third[r]]
        cost = base_cost[r] + queue_cost[r] * queued + passage[r]
        route_cost[r] = SHUT if week < opens[r] else cost


@process
def find_lowest(start, cost, lowest):
    """Lowest cost among the routes of each channel; writes ``lowest`` [K]."""
    keep_apart()
    for k in range(lowest.size):
        lowest[k] = lowest_of(cost[start[k] : start[k + 1]])


@process
def lowest_of(cost):
    """Lowest cost among the routes of one channel."""
    least = cost[0]
    for r in range(1, cost.size):
        least = min(least, cost[r])
    return least


@process
def weigh(routes, theta, stale, lanes, scratch):
    """Weights in the logit of the routes that are listed; what needs exponentials is a flat loop, which is vectorised.

    Writes ``lanes.route_weight`` and marks the channels in ``scratch.stale_channel``.
    """
    weights = scratch.stale_value[: stale.size]
    find_weights(routes.channel, theta, stale, routes.path_size, lanes.route_cost, lanes.reference, weights)
    put_weights(routes.channel, stale, weights, lanes.route_weight, scratch.stale_channel)


@process
def find_weights(channel, theta, stale, size, cost, reference, weights):
    """Weight of each listed route, relative to the channel's reference cost; writes ``weights`` [listed]."""
    keep_apart()
    for i in range(stale.size):
        r = stale[i]
        weights[i] = size[r] * exp32(-theta * (cost[r] - reference[channel[r]]))


@process
def put_weights(channel, stale, weights, route_weight, stale_channel):
    """Put the weights in their places and mark their channels; writes ``route_weight`` and ``stale_channel``."""
    keep_apart()
    for i in range(stale.size):
        route_weight[stale[i]] = weights[i]
        stale_channel[channel[stale[i]]] = np.int32(1)


@process
def add_routes(start, theta, size, lanes, stale_channel):
    """Sum of the weights of the marked channels' routes.

    The reference cost of a channel is an old lowest one: it is renewed where the sum becomes too small or too large
    for exact weights, and never else, so that what is priced twice gets the same bits twice.

    Writes ``lanes.channel_weight`` and, where renewed, ``reference`` and ``route_weight``; empties ``stale_channel``.
    """
    keep_apart()
    cost, weight, total, reference = lanes.route_cost, lanes.route_weight, lanes.channel_weight, lanes.reference
    for k in range(total.size):
        if stale_channel[k] == 0:
            continue
        stale_channel[k] = np.int32(0)
        low, high = start[k], start[k + 1]
        total[k] = added(ZERO, weight[low:high])
        if total[k] < SMALLEST_WEIGHT or total[k] > LARGEST_WEIGHT:
            reference[k] = lowest_of(cost[low:high])
            for r in range(low, high):
                weight[r] = size[r] * exp32(-theta * (cost[r] - reference[k]))
            total[k] = added(ZERO, weight[low:high])


@process
def move_routes(channel, speed, weight, total, share):
    """Move the shares towards the logit; a share below the resolution of float32 counts as none.

    Its goods would cost time and change nothing. Writes ``share`` [R].
    """
    keep_apart()
    for r in range(share.size):
        new = moved(share[r], weight[r] / total[channel[r]], speed)
        share[r] = new if new > SMALLEST_SHARE else ZERO


@process
def add_variety(theta, total, reference, access_cost):
    """Take off the reference cost what the choice among routes is worth; writes ``access_cost`` [K]."""
    keep_apart()
    for k in range(total.size):
        access_cost[k] = reference[k] - log32(total[k]) / theta


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
        Written: ``markup``, ``keep``, ``payment``, ``friction``, ``attraction`` and ``border_value``.
    """
    keep_apart()
    ordinary, payment = payment_friction(parameters.commission_share, parameters.payment_days), lanes.payment
    base_tariff, base_markup, cell, direction = channels.base_tariff, channels.markup, channels.cell, channels.direction
    tariff, lasting, fading, closed = force.tariff, force.friction, force.payment, force.closed
    faded = exp32(-parameters.payment_fade_per_year * f4(f8(week) / WEEKS_A_YEAR))
    access, access_base, appeal = lanes.access_cost, lanes.access_base, lanes.appeal
    keep, friction, attraction, border_value = lanes.keep, lanes.friction, lanes.attraction, lanes.border_value
    markup, scale = lanes.markup, parameters.markup_scale
    for k in range(access.size):
        markup[k] = markup_now(base_markup[k], scale, markup_factor[desk[k]])
        keep[k] = kept_share(base_tariff[k] + tariff[k], markup[k])
        payment[k] = max(ordinary + lasting[k] + fading[k] * faded, ZERO)
        friction[k] = access[k] + payment[k] + closed[k]
        attraction[k] = appeal[k] + size[cell[k]]
        dearer = access[k] - access_base[k] if direction[k] == EXPORT else ZERO
        border_value[k] = max(price[cell[k]] - dearer, SMALLEST_BORDER_VALUE)
