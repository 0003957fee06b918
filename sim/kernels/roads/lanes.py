"""Route shares and access costs of every channel, and what firms are told about channels: public, so made once a week.

Routes are chosen fast and from public information, by a logit with path sizes (Ben-Akiva & Bierlaire 1999):

    cost_r  = (freight + fees) / value + time_value (days + wait) + security
    share_r = PS_r exp(-theta cost_r) / sum
    access  = -(1/theta) log sum_r PS_r exp(-theta cost_r)
"""

import numpy as np

from sim.constants import SHUT, USD_PER_MUSD
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import copy, count_outside, fill
from sim.kernels.numbers.numerics import ONE, ZERO, exp32, log32
from sim.kernels.roads.closures import leave_shut, price_shut
from sim.kernels.rules import (
    cost_of_a_day_in_a_queue,
    left_after,
    markup_now,
    moved,
    net_revenue_share,
    payment_friction,
    route_bill,
)
from sim.state import EXPORT
from sim.state.measures import CLOSED, FRICTION, PAYMENT, SAVED, TARIFF

f4 = np.float32
f8 = np.float64
SMALLEST_BORDER_VALUE = f4(0.05)
SMALLEST_SHARE = f4(1e-8)
SMALLEST_WEIGHT, LARGEST_WEIGHT = f4(1e-9), f4(1e9)
ALL = -1  # routes to price anew


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
        per_usd = f4(tonnes[c]) / f4(USD_PER_MUSD)
        time_value = time_values[c] * parameters.time_value_scale
        money, fees = freight[r] * parameters.transport_cost_scale, gate_fees[r] * parameters.gate_cost_scale
        carried, passed, time = route_bill(money, fees, travel_days[r] + gate_days[r], per_usd, time_value)
        base_cost[r] = carried + passed + time + parameters.security_loss
        queue_cost[r] = cost_of_a_day_in_a_queue(time_value, parameters.wait_fee_usd_per_t_day, per_usd)


@process
def bill_routes(routes, place, commodity, goods, parameters, freight_rate, fee_rate, travel_rate):
    """Split what a dollar of base value pays on each route without queues: to carriers, to gates, in days.

    Parameters
    ----------
    commodity : int32 [K]
        Commodity of each channel.
    freight_rate, fee_rate, travel_rate : float32, by place
        Written; together the base cost of the route.
    """
    keep_apart()
    channel, tonnes, time_values = routes.channel, goods.tonnes_per_musd, goods.time_value_per_day
    freight, travel_days = routes.static_usd_per_t, routes.static_days
    gate_fees, gate_days = routes.gate_usd_per_t, routes.gate_days
    fill(freight_rate, ZERO)
    fill(fee_rate, ZERO)
    fill(travel_rate, ZERO)
    for r in range(channel.size):
        c, at = commodity[channel[r]], place[r]
        per_usd = f4(tonnes[c]) / f4(USD_PER_MUSD)
        money, fees = freight[r] * parameters.transport_cost_scale, gate_fees[r] * parameters.gate_cost_scale
        time_value = time_values[c] * parameters.time_value_scale
        carried, passed, time = route_bill(money, fees, travel_days[r] + gate_days[r], per_usd, time_value)
        freight_rate[at], fee_rate[at], travel_rate[at] = carried + parameters.security_loss, passed, time


@process
def open_lanes(routes, passages, start, theta, queue_days, passage, lanes, scratch):
    """Set costs, shares and access to those of a world that has always been as it is now.

    Writes the columns of routes of ``lanes`` but for the base costs, their sums and ``access_cost``.
    """
    fill(lanes.route_weight, ZERO)
    fill(lanes.extra_cost, ZERO)
    fill(lanes.route_share, ZERO)  # a full step from another run's share would not end exactly on the logit
    to_reprice = scratch.reprice_route[: lanes.route_cost.size]
    list_all(to_reprice)
    copy(queue_days, lanes.priced_days)
    price(routes, 0, to_reprice, queue_days, passage, lanes.base_cost, lanes.queue_cost, lanes.route_cost)
    find_lowest(start, lanes.route_cost, lanes.reference)
    weigh(routes, passages.place, theta, to_reprice, lanes, scratch.reprice_value)
    add_routes(start, theta, routes.path_size, lanes)
    add_variety(theta, lanes.channel_weight, lanes.reference, lanes.access_cost)
    move_routes(ONE, lanes.route_weight, lanes.channel_weight, lanes.route_share, lanes.share_sum)


@process
def share_routes(world, policy, parameters, moment, state):
    """Price the routes, move the route shares towards the logit and set the access cost of every channel.

    Only routes on which a wait or a measure changed are priced anew, in most weeks a twentieth; the rest is done for
    whole slots. In the first week of a span, and where other routes are shut than the week before, all of them are.

    Writes ``lanes.priced_days``, ``extra_cost``, ``route_cost``, ``route_weight``, ``route_share``, ``share_sum``,
    ``reference``, ``channel_weight`` and ``access_cost``; uses ``scratch.reprice_route`` and ``reprice_value``.
    """
    routes, passages, start, week = world.routes, world.passages, world.channels.route_start, moment.week
    lanes, scratch, shut, blocked = state.lanes, state.scratch, state.closures.shut_route, state.in_force.blocked
    queue_days, passage = state.ports.approach_queue_days, state.in_force.passage
    closing, theta, listed = state.closures.active[0] != 0, parameters.theta_route, scratch.reprice_route
    as_before, count = 0, ALL
    if not moment.first and state.closures.news[0] == 0:
        as_before = list_waits(routes, passages, week, queue_days, lanes.priced_days, listed)
        count = list_passages(policy, week, as_before, listed)
    if count == ALL:
        as_before, count = 0, lanes.route_cost.size
        list_all(listed[:count])
    to_reprice = listed[:count]
    put_extra_cost(passages.place, listed[as_before:count], passage, lanes.extra_cost)
    copy(queue_days, lanes.priced_days)
    if to_reprice.size > 0:
        price(routes, week, to_reprice, queue_days, passage, lanes.base_cost, lanes.queue_cost, lanes.route_cost)
        if closing:
            price_shut(routes.channel, shut, blocked, lanes.route_cost)
        weigh(routes, passages.place, theta, to_reprice, lanes, scratch.reprice_value)
        add_routes(start, theta, routes.path_size, lanes)
        add_variety(theta, lanes.channel_weight, lanes.reference, lanes.access_cost)
    speed = parameters.route_adjustment
    move_routes(speed, lanes.route_weight, lanes.channel_weight, lanes.route_share, lanes.share_sum)
    if closing:
        leave_shut(start, passages.place, shut, blocked, lanes)


@process
def list_all(to_reprice):
    """List every route; writes ``to_reprice`` [R]."""
    for r in range(to_reprice.size):
        to_reprice[r] = r


@process
def put_extra_cost(place, listed, passage, extra_cost):
    """Put what measures cost on the listed routes in their places; writes ``extra_cost``."""
    keep_apart()
    for i in range(listed.size):
        extra_cost[place[listed[i]]] = passage[listed[i]]


@process
def list_waits(routes, passages, week, queue_days, priced_days, to_reprice):
    """List the routes with an approach whose wait is not that of the last pricing, and those that open this week.

    A route may be listed twice: it gets the same cost twice.

    Writes ``to_reprice``; returns how many it lists.
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
                to_reprice[count] = route[i]
                count += 1
    for i in range(planned.size):
        if opens[planned[i]] == week:
            to_reprice[count] = planned[i]
            count += 1
    return count


@process
def list_passages(policy, week, count, to_reprice):
    """List, after the first `count` that stand there, the routes in reach of a measure that changed this week.

    Writes ``to_reprice``; returns how many it then lists, or `ALL` where it has no room for them.
    """
    start, reach, intensity = policy.route_start, policy.route_reach, policy.intensity
    for j in range(intensity.shape[0]):
        reached = reach[start[j] : start[j + 1]]
        if reached.size == 0 or intensity[j, week] == intensity[j, week - 1]:
            continue
        if count + reached.size > to_reprice.size:
            return ALL
        for i in range(reached.size):
            to_reprice[count] = reached[i]
            count += 1
    return count


@process
def price(routes, week, to_reprice, queue_days, passage, base_cost, queue_cost, route_cost):
    """Generalised cost this week of the routes that are listed.

    Writes ``route_cost`` [R].
    """
    keep_apart()
    opens = routes.opens_week
    first, second, third = routes.approach[0], routes.approach[1], routes.approach[2]
    for i in range(to_reprice.size):
        r = to_reprice[i]
        queued = queue_days[first[r]] + queue_days[second[r]] + queue_days[third[r]]
        cost = base_cost[r] + queue_cost[r] * queued + passage[r]
        route_cost[r] = f4(SHUT) if week < opens[r] else cost


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
def weigh(routes, place, theta, to_reprice, lanes, values):
    """Weights in the logit of the routes that are listed; what needs exponentials is a flat loop, which is vectorised.

    Writes ``lanes.route_weight``; uses ``values``.
    """
    weights, route_weight = values[: to_reprice.size], lanes.route_weight
    find_weights(routes.channel, theta, to_reprice, routes.path_size, lanes.route_cost, lanes.reference, weights)
    for i in range(to_reprice.size):
        route_weight[place[to_reprice[i]]] = weights[i]


@process
def find_weights(channel, theta, to_reprice, size, cost, reference, weights):
    """Weight of each listed route, relative to the channel's reference cost; writes ``weights`` [listed]."""
    keep_apart()
    for i in range(to_reprice.size):
        r = to_reprice[i]
        weights[i] = size[r] * exp32(-theta * (cost[r] - reference[channel[r]]))


@process
def add_routes(start, theta, size, lanes):
    """Sum of the weights of each channel's routes.

    The reference cost of a channel is an old lowest one: it is renewed where the sum becomes too small or too large
    for exact weights, and never else, so that what is priced twice gets the same bits twice.

    Writes ``lanes.channel_weight`` and, where renewed, ``reference`` and ``route_weight``.
    """
    weight, total = lanes.route_weight, lanes.channel_weight
    channels = total.size
    copy(weight[:channels], total)
    for low in range(channels, weight.size, channels):
        add_slot(weight[low : low + channels], total)
    if count_outside(total, SMALLEST_WEIGHT, LARGEST_WEIGHT) > 0:
        renew_references(start, theta, size, lanes.route_cost, weight, total, lanes.reference)


@process
def add_slot(weight, total):
    """Add the weight of one route of each channel to ``total`` [K]."""
    keep_apart()
    for k in range(total.size):
        total[k] += weight[k]


@process
def renew_references(start, theta, size, cost, weight, total, reference):
    """Weigh anew, against the lowest cost, the routes of channels whose weights are too small or too large.

    Writes ``weight``, ``total`` and ``reference``.
    """
    channels = total.size
    for k in range(channels):
        if SMALLEST_WEIGHT <= total[k] <= LARGEST_WEIGHT:
            continue
        reference[k] = lowest_of(cost[start[k] : start[k + 1]])
        total[k] = ZERO
        for slot in range(start[k + 1] - start[k]):
            r, at = start[k] + slot, slot * channels + k
            weight[at] = size[r] * exp32(-theta * (cost[r] - reference[k]))
            total[k] += weight[at]


@process
def move_routes(speed, weight, total, share, share_sum):
    """Move the shares towards the logit, slot by slot.

    Writes ``share``, by place, and ``share_sum`` [K].
    """
    channels = total.size
    fill(share_sum, f8(0.0))
    for low in range(0, share.size, channels):
        move_slot(speed, weight[low : low + channels], total, share[low : low + channels], share_sum)


@process
def move_slot(speed, weight, total, share, share_sum):
    """Move the share of one route of each channel; one below the resolution of float32 counts as none.

    Its goods would cost time and change nothing. Writes ``share`` [K] and adds to ``share_sum`` [K].
    """
    keep_apart()
    for k in range(share.size):
        new = moved(share[k], weight[k] / total[k], speed)
        share[k] = new if new > SMALLEST_SHARE else ZERO
        share_sum[k] += f8(share[k])


@process
def add_variety(theta, total, reference, access_cost):
    """Take off the reference cost what the choice among routes is worth; writes ``access_cost`` [K]."""
    keep_apart()
    for k in range(total.size):
        access_cost[k] = reference[k] - log32(total[k]) / theta


@process
def publish_channels(world, parameters, week, state):
    """Publish what every user of a channel knows this week.

    Writes ``lanes.markup``, ``net_revenue``, ``payment``, ``friction``, ``attraction`` and ``border_value``.
    """
    channels, lanes, table, price = world.channels, state.lanes, state.in_force.channel, state.markets.price
    factor, hub_pool = state.intermediaries.markup_factor, world.hub_pools.of_channel
    base, scale = channels.markup, parameters.markup_scale
    set_markups(scale, base, factor, hub_pool, channels.base_tariff, table[TARIFF], lanes.markup, lanes.net_revenue)
    ordinary = payment_friction(parameters.commission_share, parameters.payment_days)
    faded = left_after(parameters.payment_fade_per_year, week)
    set_payments(ordinary, faded, table[FRICTION], table[PAYMENT], lanes.payment)
    add_frictions(lanes.access_cost, lanes.payment, table[CLOSED], table[SAVED], lanes.friction)
    attract(channels.cell, state.markets.size, lanes.asc, lanes.attraction)
    value_borders(channels.cell, channels.direction, price, lanes.access_cost, lanes.access_base, lanes.border_value)


@process
def set_markups(scale, base_markup, factor, hub_pool, base_tariff, tariff, markup, net_revenue):
    """Set what the hub takes of the landed price of each channel, and what is left of a dollar of price.

    Parameters
    ----------
    factor : float32 [E + 1]
    hub_pool : int32 [K]
        Hub pool of each channel; the last one where it has none.
    markup, net_revenue : float32 [K]
        Written.
    """
    keep_apart()
    for k in range(base_markup.size):
        markup[k] = markup_now(base_markup[k], scale, factor[hub_pool[k]])
        net_revenue[k] = net_revenue_share(base_tariff[k] + tariff[k], markup[k])


@process
def set_payments(ordinary, faded, lasting, fading, payment):
    """Cost of being paid on each channel; writes ``payment`` [K]."""
    keep_apart()
    for k in range(payment.size):
        payment[k] = max(ordinary + lasting[k] + fading[k] * faded, ZERO)


@process
def add_frictions(access, payment, closed, saved, friction):
    """Add up access, payment and closures, less what clearing at a hub saves; writes the first K of ``friction``."""
    keep_apart()
    for k in range(access.size):
        friction[k] = access[k] + payment[k] + closed[k] - saved[k]


@process
def attract(cell, size, asc, attraction):
    """Constant of a channel and size of its demand; writes the first K elements of ``attraction``."""
    keep_apart()
    for k in range(asc.size):
        attraction[k] = asc[k] + size[cell[k]]


@process
def value_borders(cell, direction, price, access, access_base, border_value):
    """Border value of a dollar of goods.

    That of an export is its price in the market less what access costs more than at base: 1 at base, and not inflated
    by queues. That of an import is its price in the region.

    Writes ``border_value`` [K].
    """
    keep_apart()
    for k in range(access.size):
        dearer = access[k] - access_base[k] if direction[k] == EXPORT else ZERO
        border_value[k] = max(price[cell[k]] - dearer, SMALLEST_BORDER_VALUE)
