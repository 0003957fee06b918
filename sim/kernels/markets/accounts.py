"""Who gains and who pays: accounts of a week that add up.

    payments + subsidies + on the way + importers = treasury + hubs + payment agents + carriers + gates + production
                                                    + days + spoilage + detention + denial + producers

What is lost at a sender's border is borne by importers and firms, in parts that a parameter says. Whom it hits first
says nothing of what the two decide, since they lose it together. What false alarms cost importers of other goods stands
apart.

Buyers pay on release, at the price published for the week. The road is paid at dispatch, waiting while it lasts.
Goods on the way are carried at base value: `on the way` is what was dispatched less what was released, so that a firm
that ships more is not poorer for it until the goods arrive. Every account is in million dollars; losses and costs are
positive.
"""

import numpy as np

from sim.constants import DAYS_PER_WEEK, USD_PER_MUSD
from sim.kernels.compiler.jit import formula, keep_apart, process
from sim.kernels.numbers.columns import added, fill_rows, is_any
from sim.kernels.numbers.numerics import ZERO, expm1_64, log64
from sim.kernels.rules import before_duty, subsidy_of
from sim.state import (
    ALLOWED,
    BUYERS,
    BUYERS_AT,
    CARRIERS,
    DAYS,
    DENIAL,
    DETAINED,
    DETENTION,
    EXPORT,
    FALSE_ALARMS,
    FALSE_ALARMS_AT,
    FEES,
    FREIGHT,
    GATES,
    HUBS,
    HUBS_AT,
    IMPORT,
    IMPORTERS,
    IMPORTERS_AT,
    ON_THE_WAY,
    PAYMENT_AGENTS,
    PAYMENTS,
    PRODUCERS,
    PRODUCTION,
    REFUSED,
    SENT,
    SPOILAGE,
    SUBSIDIES,
    SUPPLIERS_AT,
    TRAVEL,
    TREASURY,
    TREASURY_AT,
)
from sim.state.measures import SAVED, TARIFF

f8 = np.float64
u4 = np.uint32
u8 = np.uint64


@process
def pay_for_the_road(channels, lanes, trade_records, rates, load):
    """Add up what the road costs the week's dispatch: freight, fees and days, at the rates of the routes taken.

    Parameters
    ----------
    channels : Channels
    lanes : Lanes
    trade_records : TradeRecords
        Written: ``road``.
    rates : float32 [3, K]
        Scratch: what a dollar on each channel pays.
    load : float64 [K]
        What sets out on each channel, for a share of 1.
    """
    keep_apart()
    group_start, direction, dispatched, road = (
        channels.group_start,
        channels.direction,
        lanes.dispatched,
        trade_records.road,
    )
    freight, fees, travel = rates[0], rates[1], rates[2]
    rate_channels(lanes, trade_records, rates)
    fill_rows(road, f8(0.0))
    for g in range(group_start.size - 1):  # all channels of a group have one direction
        low, high = u8(group_start[g]), u8(group_start[g + 1])
        if low == high:
            continue
        d = direction[low]
        sent, paid, taken, spent = road[SENT, d], road[FREIGHT, d], road[FEES, d], road[TRAVEL, d]
        for k in range(low, high):  # side by side, for a sum waits for each addend
            sent += dispatched[k]
            paid += load[k] * f8(freight[k])
            taken += load[k] * f8(fees[k])
            spent += load[k] * f8(travel[k])
        road[SENT, d], road[FREIGHT, d], road[FEES, d], road[TRAVEL, d] = sent, paid, taken, spent


@process
def rate_channels(lanes, trade_records, rates):
    """Mean rates of the routes of each channel, by their shares; writes ``rates`` [3, K]."""
    share, extra, channels = lanes.route_share, lanes.extra_cost, rates.shape[1]
    freight_rate, fee_rate, travel_rate = trade_records.freight_rate, trade_records.fee_rate, trade_records.travel_rate
    fill_rows(rates, ZERO)
    for low in range(0, share.size, channels):
        at = slice(low, low + channels)
        add_rates(share[at], freight_rate[at], extra[at], fee_rate[at], travel_rate[at], rates[0], rates[1], rates[2])


@process
def add_rates(share, freight_rate, extra_cost, fee_rate, travel_rate, freight, fees, travel):
    """Add what one route of each channel costs; writes ``freight``, ``fees`` and ``travel`` [K]."""
    keep_apart()
    for k in range(freight.size):
        freight[k] += share[k] * (freight_rate[k] + extra_cost[k])
        fees[k] += share[k] * fee_rate[k]
        travel[k] += share[k] * travel_rate[k]


@process
def count_waiting(passages, channels, spoilage, queue_t, stop_queue, trade_records):
    """Add up what waits at the gates at the week's end, and what of it was spoiled.

    Parameters
    ----------
    spoilage : float64 [C]
        Share of what waits that is lost in a week.
    queue_t : float64 [G], stop_queue : float64 [S]
    trade_records : TradeRecords
        Written: ``waiting`` and ``spoiled``.
    """
    keep_apart()
    start, channel, commodity, direction = passages.gate_start, passages.channel, channels.commodity, channels.direction
    waiting, spoiled = trade_records.waiting, trade_records.spoiled
    fill_rows(waiting, f8(0.0))
    fill_rows(spoiled, f8(0.0))
    for g in range(queue_t.size):
        if queue_t[g] <= f8(0.0):
            continue
        for i in range(start[g], start[g + 1]):
            k = channel[i]
            waiting[commodity[k], direction[k]] += stop_queue[i]
    for c in range(spoilage.size):
        for d in range(spoiled.shape[1]):
            spoiled[c, d] = waiting[c, d] * spoilage[c] / (f8(1.0) - spoilage[c])


@process
def keep_accounts(world, parameters, moment, state):
    """Work out all accounts of the week, by direction, and some of them by market.

    Goods are those released this week, prices and demand those published for it.

    Writes ``trade_records.accounts`` and ``accounts_at``; uses ``scratch.cell_value`` and ``payment_part``.
    """
    keep_apart()
    channels, goods, lanes = world.channels, world.goods, state.lanes
    trade_records, subsidy = state.trade_records, state.in_force.subsidy
    accounts, surplus_at, price = trade_records.accounts, trade_records.accounts_at[BUYERS_AT], state.markets.price
    fill_rows(accounts, f8(0.0))
    fill_rows(trade_records.accounts_at, f8(0.0))
    pay_for_goods(world.cells, parameters, state.markets, accounts, surplus_at, state.scratch.cell_value)
    share_payments(channels, state.in_force, price, lanes, trade_records, state.scratch.payment_part)
    pay_for_making(
        channels, lanes.dispatched, state.unit_cost, accounts[PRODUCTION], trade_records.accounts_at[SUPPLIERS_AT]
    )
    if is_any(subsidy):
        pay_subsidies(moment.rows, state.firms, subsidy, accounts[SUBSIDIES], accounts[PRODUCTION])
    pay_for_the_way(goods, parameters, trade_records)
    count_stops(goods.time_value_per_day, world.authorities.market, parameters, trade_records)
    for d in range(accounts.shape[1]):
        accounts[ON_THE_WAY, d] += trade_records.road[SENT, d]
        spent = f8(0.0)
        for a in range(PAYMENT_AGENTS, PRODUCERS):
            spent += accounts[a, d]
        accounts[PRODUCERS, d] += accounts[SUBSIDIES, d] + accounts[ON_THE_WAY, d] + accounts[IMPORTERS, d] - spent


@process
def pay_for_goods(cells, parameters, markets, accounts, surplus_at, gain):
    """Add up what buyers pay, and how much better off they are than at price 1.

    Goods of one origin are paid in their own cell, and better or worse for buyers in that of all origins.

    Writes ``accounts``, ``surplus_at`` [M] and ``gain`` [N].
    """
    keep_apart()
    market, elasticity, nest = cells.market, cells.elasticity, cells.nest
    price, demand, released = markets.price, markets.demand, markets.released
    scale, whole = f8(parameters.elasticity_scale), f8(1.0) + f8(parameters.fringe)
    for n in range(price.size):  # apart from the sums, so that many are worked out at once
        gain[n] = whole * demand[n] * surplus(f8(price[n]), f8(elasticity[n]) * scale)
    for n in range(price.size):
        m = market[n]
        d = 0 if m >= 0 else 1
        accounts[PAYMENTS, d] += f8(price[n]) * released[n]
        if nest[n] != 0:
            continue
        accounts[BUYERS, d] += gain[n]
        if m >= 0:
            surplus_at[m] += gain[n]


@formula
def surplus(price, elasticity):
    """Give what a price is worth to buyers against price 1, per unit of demand at 1: area under isoelastic demand."""
    power, logarithm = f8(1.0) - elasticity, log64(price)
    gain = expm1_64(power * logarithm) / (power if power != f8(0.0) else f8(1.0))
    return -gain if power != f8(0.0) else -logarithm


@process
def share_payments(channels, in_force, price, lanes, trade_records, parts):
    """Split what is paid for released goods between treasury, hub, payment agents and firm.

    Writes ``trade_records.accounts`` and ``accounts_at``; uses ``parts`` [4, K].
    """
    keep_apart()
    direction, market, hub, released = channels.direction, channels.market, channels.hub, lanes.released
    accounts, treasury_at = trade_records.accounts, trade_records.accounts_at[TREASURY_AT]
    hubs_at, start = trade_records.accounts_at[HUBS_AT], channels.group_start
    duty, taken, fee, kept = parts[0], parts[1], parts[2], parts[3]
    split_payments(channels, in_force, price, lanes, duty, taken, fee, kept)
    for g in range(start.size - 1):  # all channels of a group have one direction
        low, high = u8(start[g]), u8(start[g + 1])  # without a sign, which would be checked at every array
        if low == high:
            continue
        duties, hubs, agents, left, value = f8(0.0), f8(0.0), f8(0.0), f8(0.0), f8(0.0)
        for k in range(low, high):
            duties += duty[k]
            hubs += taken[k]
            agents += fee[k]
            left += kept[k]
            value += released[k]
            if hub[k] >= 0:
                hubs_at[u8(hub[k])] += taken[k]
        d = direction[low]
        if d == EXPORT:
            for k in range(low, high):
                treasury_at[u8(market[k])] += duty[k]
        accounts[TREASURY, d] += duties
        accounts[HUBS, d] += hubs
        accounts[PAYMENT_AGENTS, d] += agents
        accounts[PRODUCERS, d] += left
        accounts[ON_THE_WAY, d] -= value


@process
def split_payments(channels, in_force, price, lanes, duty, taken, fee, kept):
    """Split what is paid for the goods of each channel: apart from the sums, so as vector code.

    The hub's part follows from what the channel keeps, whatever sets its mark-up. What clearing at a hub saves the
    treasury of the market loses.

    Writes ``duty``, ``taken`` by the hub, ``fee`` of payment agents and ``kept`` by the firm, float64 [K].
    """
    keep_apart()
    cell, base_tariff, tariff, saved = (
        channels.cell,
        channels.base_tariff,
        in_force.channel[TARIFF],
        in_force.channel[SAVED],
    )
    net_revenue, payment, released = lanes.net_revenue, lanes.payment, lanes.released
    for k in range(released.size):
        paid = released[k] * f8(price[u4(cell[k])])
        landed = before_duty(paid, f8(base_tariff[k]) + f8(tariff[k]))
        left = paid * f8(net_revenue[k])
        spared = released[k] * f8(saved[k])
        duty[k] = paid - landed - spared
        taken[k] = landed - left
        fee[k] = released[k] * f8(payment[k])
        kept[k] = left + spared


@process
def pay_for_making(channels, dispatched, group_cost, production, suppliers):
    """Cost of what was sent this week, group by group of the firms; of imports it is what their suppliers get.

    Writes ``production`` [2] and ``suppliers`` [M].
    """
    keep_apart()
    start, direction, market = channels.group_start, channels.direction, channels.market
    for g in range(start.size - 1):
        made = added(f8(0.0), dispatched[start[g] : start[g + 1]])
        if made > f8(0.0):
            production[direction[start[g]]] += made * f8(group_cost[g])
            if direction[start[g]] == IMPORT:
                for k in range(start[g], start[g + 1]):
                    suppliers[market[k]] += dispatched[k] * f8(group_cost[g])


@process
def pay_subsidies(rows, firms, subsidy, subsidies, production):
    """Add up what a zone pays of the goods of the firms registered there, and what those from inland cost beside that.

    Writes ``subsidies`` [2] and ``production`` [2].
    """
    keep_apart()
    direction, registered, in_area = firms.direction, firms.registered, firms.in_area
    shipped, own_cost = firms.shipped, firms.own_cost
    exports, imports, inland = f8(0.0), f8(0.0), f8(0.0)
    for f in range(rows):
        paid = f8(shipped[f]) * f8(subsidy_of(subsidy[registered[f]], in_area[f]))
        exports += paid if direction[f] == EXPORT else f8(0.0)
        imports += paid if direction[f] == IMPORT else f8(0.0)
        inland += f8(shipped[f]) * f8(own_cost[f])  # they export
    subsidies[EXPORT] += exports
    subsidies[IMPORT] += imports
    production[EXPORT] += inland


@process
def pay_for_the_way(goods, parameters, trade_records):
    """Freight, fees, days and losses: on the road as priced at dispatch, at gates where goods wait or find them shut.

    Writes ``trade_records.accounts``.
    """
    tonnes, time_value = goods.tonnes_per_musd, goods.time_value_per_day
    accounts, road = trade_records.accounts, trade_records.road
    waiting, spoiled = trade_records.waiting, trade_records.spoiled
    fee = f8(parameters.wait_fee_usd_per_t_day) / f8(USD_PER_MUSD)
    scale, lost = f8(parameters.time_value_scale), f8(1.0) - f8(parameters.resale_share)
    for d in range(accounts.shape[1]):
        accounts[CARRIERS, d] = road[FREIGHT, d]
        accounts[GATES, d] = road[FEES, d]
        accounts[DAYS, d] = road[TRAVEL, d]
        for c in range(tonnes.size):
            waited = f8(DAYS_PER_WEEK) * waiting[c, d]
            accounts[GATES, d] += waited * tonnes[c] * fee
            accounts[DAYS, d] += waited * f8(time_value[c]) * scale
            accounts[SPOILAGE, d] += spoiled[c, d]
            accounts[DENIAL, d] += lost * trade_records.turned_away[c, d]


@process
def count_stops(time_value, market, parameters, trade_records):
    """Losses at the senders' borders, of whole consignments, and who bears them.

    Parameters
    ----------
    time_value : float32 [C]
    market : int32 [D]
        Of each authority.
    trade_records : TradeRecords
        Written: ``accounts`` and ``accounts_at``.
    """
    stopped, alarms = trade_records.stopped, trade_records.alarms
    accounts, at = trade_records.accounts, trade_records.accounts_at
    borne = f8(parameters.importer_loss_share)
    for d in range(market.size):
        m = market[d]
        for c in range(time_value.size):
            held = held_loss(stopped, d, c, time_value[c], parameters)
            refused = refused_loss(stopped, d, c, parameters)
            accounts[DETENTION, EXPORT] += held
            accounts[DENIAL, EXPORT] += refused
            accounts[IMPORTERS, EXPORT] += borne * (held + refused)
            at[IMPORTERS_AT, m] += borne * (held + refused)
            alarm = held_loss(alarms, d, c, time_value[c], parameters) + refused_loss(alarms, d, c, parameters)
            accounts[FALSE_ALARMS, EXPORT] += alarm
            at[FALSE_ALARMS_AT, m] += alarm


@process
def held_loss(stopped, d, c, time_value, parameters):
    """Loss of goods that authority d held: time while they are held, and storage of what is let go."""
    days = stopped[DETAINED, d, c] * f8(time_value) * f8(parameters.time_value_scale)
    return days + stopped[ALLOWED, d, c] * f8(parameters.demurrage_share)


@process
def refused_loss(stopped, d, c, parameters):
    """Loss of goods that authority d refused: base value less resale."""
    return stopped[REFUSED, d, c] * (f8(1.0) - f8(parameters.resale_share))
