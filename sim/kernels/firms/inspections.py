"""Inspections as firms see and meet them: what they believe, how they spread the risk, what is found of what they send.

A firm that hears of inspections blends the chance of being found, from the published chance of an inspection in the
class, with its own record: it reckons as customs find. It spreads a risky flow over so many consignments that risk and
papers cost least; what is inside the goods of a hub goes in consignments of the usual value, since others write their
papers. What the border will find is drawn when the goods leave, one uniform a slot, so that it rises with the chance
and two regimes have common random numbers.
"""

import numpy as np

from sim.constants import USD_PER_MUSD
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers import draws
from sim.kernels.numbers.columns import list_set
from sim.kernels.numbers.numerics import ONE, ZERO, binomial_quantile, exp64, log1p64
from sim.kernels.rules import (
    SMALLEST_VALUE,
    before_duty,
    consignments_under_risk,
    days_held,
    detection_chance,
    firm_class,
    left_after,
    list_bit,
    loss_if_detected,
    moved,
    released_share,
    risk_dilution,
    risk_of,
)
from sim.state import DIRECT, EMBODIED
from sim.state.measures import BAN, BELIEVED, BURDEN, DETENTION_DAYS, HAZARD, RELEASE_ODDS, SENSITIVITY, TARIFF

f4 = np.float32
f8 = np.float64
i8 = np.int64
u4 = np.uint32
u8 = np.uint64
MUSD_PER_USD = f4(1 / USD_PER_MUSD)
SLOTS_PER_DRAW = 4
HALF = f4(0.5)


@process
def hear_inspections(world, parameters, moment, any_news, first, n, state):
    """Attentive firms update the chance of detention; whoever heard any news works out the risk anew.

    Only goods that a ban names are at risk. A firm that the sender lists expects every direct consignment to be found.
    A friction of some firms only is added to the cost of risk, the other cost that is a firm's own.

    Writes ``firms.detention_belief``, ``risk`` and ``consignments``; uses ``scratch.picked`` and ``chosen``.
    """
    channels, goods, firms, in_force, scratch = world.channels, world.goods, state.firms, state.in_force, state.scratch
    inspect_hidden, uniform, chosen = state.customs.inspect_hidden, scratch.uniform, scratch.chosen
    picked = scratch.picked[: list_concerned(any_news, parameters, in_force.burdened, first, n, firms, scratch)]
    news, believed, ban = in_force.news, in_force.by_class[BELIEVED], in_force.by_class[BAN]
    sensitivity, measure_tariff = in_force.channel[SENSITIVITY], in_force.channel[TARIFF]
    inspection_class, commodity, kind = channels.inspection_class, channels.commodity, channels.kind
    consignment_musd, time_value, content_share = goods.consignment_musd, goods.time_value_per_day, goods.content_share
    faded = left_after(parameters.payment_fade_per_year, moment.week)
    burden, detention = in_force.by_class[BURDEN], in_force.channel[DETENTION_DAYS]
    authority, base_tariff = channels.authority, channels.base_tariff
    odds = in_force.inspection[RELEASE_ODDS]
    made_here, shipped = firms.made_here, firms.shipped
    ownership, listed = firms.ownership, firms.listed
    channel, share, price_belief, own_record = firms.channel, firms.share, firms.price_belief, firms.own_record
    belief, risk, consignments = firms.detention_belief, firms.risk, firms.consignments
    for q in range(channel.shape[0]):
        for j in range(list_reached(news, in_force.selective, channel[q, first : first + n], picked, chosen)):
            i = chosen[j]
            f = first + i
            k = channel[q, f]
            heard_rates = uniform[1, i] < parameters.attention_risk
            heard_any = heard_rates or uniform[0, i] < scratch.attention[i]
            is_listed = list_bit(listed[f], authority[k])
            b = firm_class(made_here[f], ownership[f]) + is_listed
            at_risk = believed[b, k] > ZERO or burden[b, k] > ZERO
            if news[k] == 0 and not (heard_any and at_risk):
                continue
            h, c = inspection_class[k], commodity[k]
            if is_listed != 0 and kind[k] == DIRECT:
                belief[q, f] = ONE
            elif heard_rates and ban[b, k] > ZERO and h >= 0:
                told = f4(detection_chance(inspect_hidden[h], parameters.sensitivity, sensitivity[k]))
                belief[q, f] = moved(told, own_record[q, f], parameters.own_record_weight)
            content = risk_dilution(kind[k], content_share[c])
            value = max(shipped[f] * share[q, f], SMALLEST_VALUE) / content
            probability = believed[b, k] * belief[q, f]
            ordinary = ordinary_consignments(value, consignment_musd[c])
            if probability > ZERO and h >= 0:
                landed = before_duty(price_belief[q, f], base_tariff[k] + measure_tariff[k])
                days = days_held(parameters.detention_days, detention[k])
                release = released_share(parameters.release_hidden, odds[h])
                loss = loss_of(parameters, landed, release, time_value[c], days)
                sent, cost = spread_risk(parameters, kind[k], probability, loss, value, ordinary)
                consignments[q, f] = sent
                risk[q, f] = cost / content + burden[b, k] * faded
            else:
                risk[q, f] = burden[b, k] * faded
                consignments[q, f] = ordinary


@process
def mark_classes(flag, made_here, ownership, marked):
    """Mark the firms of those classes, listed or not, for which a flag is set; writes ``marked``."""
    keep_apart()
    for i in range(made_here.size):
        unlisted = u4(firm_class(made_here[i], ownership[i]))
        marked[i] = flag[unlisted] | flag[unlisted + u4(1)]


@process
def list_concerned(any_news, parameters, burdened, first, n, firms, scratch):
    """List the firms that heard something which may concern them; in weeks with news, all.

    Writes ``scratch.marked`` and ``picked``; returns how many it lists.
    """
    active, picked, last = firms.active[first : first + n], scratch.picked, first + n
    if any_news:
        return list_set(active, picked)
    marked, prices, rates, attention = scratch.marked, scratch.uniform[0], scratch.uniform[1], scratch.attention
    mark_classes(burdened, firms.made_here[first:last], firms.ownership[first:last], marked)
    count = u8(0)
    for i in range(active.size):
        heard = (rates[i] < parameters.attention_risk) | (prices[i] < attention[i])
        picked[count] = i
        count += u8(heard & ((marked[i] & active[i]) != 0))
    return i8(count)


@process
def list_reached(news, selective, channel, picked, chosen):
    """List those of the firms that are picked whose channel has news or costs of some firms only.

    Writes ``chosen``; returns how many it lists.
    """
    count = u8(0)
    for j in range(picked.size):
        i = picked[j]
        chosen[count] = i
        count += u8((news[channel[i]] | selective[channel[i]]) != 0)
    return i8(count)


@process
def ordinary_consignments(value, consignment_musd):
    """Consignments a week of the usual value, at least one."""
    return max(ONE, f4(i8(value / consignment_musd + HALF)))


@process
def loss_of(parameters, landed, release, time_value, days):
    """Give the loss per dollar of a consignment that is detected.

    Parameters
    ----------
    landed, release, time_value, days : float32
        Of a whole consignment: price without duties, chance that it is let go, cost of a day and days held.

    Returns
    -------
    float32
    """
    worth_of_a_day = time_value * parameters.time_value_scale
    return loss_if_detected(landed, release, parameters.resale_share, worth_of_a_day, days, parameters.demurrage_share)


@process
def spread_risk(parameters, kind, probability, loss, value, ordinary):
    """Choose the consignments a week of one slot and work out the cost of risk.

    Of embodied goods the maker abroad writes the papers, so they go in consignments of the usual value.

    Parameters
    ----------
    loss : float32
        Per dollar of a consignment that is detected.
    value : float32, million dollars
        What the slot sends a week, whole goods.
    ordinary : float32
        Consignments a week of the usual value.

    Returns
    -------
    tuple of float32
        Consignments a week, and cost of risk per dollar sent, before dilution.
    """
    if kind == EMBODIED:
        return ordinary, risk_of(probability, loss, parameters.risk_aversion, ordinary)
    paper = parameters.consignment_cost_usd * MUSD_PER_USD
    return consignments_under_risk(probability, loss, parameters.risk_aversion, paper, value)


@process
def inspect(world, parameters, moment, first, n, state):
    """Draw how many of each slot's consignments will be found, with one uniform a slot (monotone in the chance).

    Direct consignments of a firm that the sender lists are found for certain where a ban names them. Where there is a
    hazard, each that is found may bring the firm on the sender's list, from next week on.

    Writes ``lanes.in_scope``, ``detected``, ``detected_count`` and ``detected_made_here``, ``customs.dispatched``,
    ``firms.own_record`` and ``listed_by_detention``; uses ``scratch.picked`` and ``chosen``.
    """
    channels, goods, firms, in_force = world.channels, world.goods, state.firms, state.in_force
    customs, lanes, scratch = state.customs, state.lanes, state.scratch
    week, seed, run = moment.week, moment.seed, moment.run
    ban, sensitivity = in_force.by_class[BAN], in_force.channel[SENSITIVITY]
    watched, inspection_class = channels.watched, channels.inspection_class
    commodity, inspect_hidden, hidden = channels.commodity, customs.inspect_hidden, customs.dispatched
    in_scope, detected_value, detected_count, last = lanes.in_scope, lanes.detected, lanes.detected_count, first + n
    detected_made_here, kind, authority = lanes.detected_made_here, channels.kind, channels.authority
    hazard, chosen = in_force.by_class[HAZARD], scratch.chosen
    generation, shipped, made_here = (
        firms.generation[first:last],
        firms.shipped[first:last],
        firms.made_here[first:last],
    )
    ownership, listed = firms.ownership[first:last], firms.listed[first:last]
    listed_by_detention = firms.listed_by_detention[first:last]
    mark_classes(in_force.banned, made_here, ownership, scratch.marked)
    picked = scratch.picked[: list_set(scratch.marked[:n], scratch.picked)]
    for q in range(firms.channel.shape[0]):
        channel, share = firms.channel[q, first:last], firms.share[q, first:last]
        consignments, own_record = firms.consignments[q, first:last], firms.own_record[q, first:last]
        for j in range(list_reached(in_force.news, in_force.selective, channel, picked, chosen)):
            i = chosen[j]
            k = channel[i]
            is_listed = list_bit(listed[i], authority[k])
            b = firm_class(made_here[i], ownership[i]) + is_listed
            if watched[k] < 0 or ban[b, k] <= ZERO:
                continue
            value, h = f8(shipped[i]) * f8(share[i]), inspection_class[k]
            if value <= f8(0.0) or h < 0:
                continue
            count = i8(consignments[i])
            chance = detection_chance(inspect_hidden[h], parameters.sensitivity, sensitivity[k]) * f8(ban[b, k])
            if is_listed != 0 and kind[k] == DIRECT:
                chance = f8(ban[b, k])
            word = slot_word(draws.DETENTION, first + i, generation[i], week, q, seed, run)
            detected = f8(binomial_quantile(draws.unit64(word), count, chance))
            whole = whole_consignments(value, kind[k], commodity[k], goods)
            hidden[h] += f8(count) * whole
            in_scope[k] += value
            detected_value[k] += value * detected / f8(count)
            detected_count[k] += detected * whole
            if made_here[i] != 0:
                detected_made_here[k] += value * detected / f8(count)
            if hazard[b, k] > ZERO and detected > f8(0.0) and authority[k] >= 0:
                brought = whole * chance_of_listing(f8(hazard[b, k]), detected)
                if draws.unit64(slot_word(draws.LISTING, first + i, generation[i], week, q, seed, run)) < brought:
                    listed_by_detention[i] |= u8(1) << u8(authority[k])
            own_record[i] = moved(own_record[i], f4(detected) / f4(count), parameters.hit_discount)


@process
def whole_consignments(value, kind, c, goods):
    """Part of a whole consignment that the goods of a slot fill, at most 1: a small slot sends one every so often.

    What is embodied counts with the goods that hold it, not by its content.
    """
    sent = value / f8(risk_dilution(kind, goods.content_share[c]))
    return min(sent / f8(goods.consignment_musd[c]), f8(1.0))


@process
def chance_of_listing(hazard, detected):
    """Chance that at least one of the consignments found brings the firm on the list."""
    return f8(1.0) - exp64(detected * log1p64(-hazard)) if hazard < f8(1.0) else f8(1.0)


@process
def slot_word(purpose, row, generation, week, slot, seed, run):
    """Give the random word of one slot for a purpose."""
    purpose = purpose + u8(slot // SLOTS_PER_DRAW)
    words = draws.philox(u8(row), u8(generation), u8(week), purpose, seed, run)
    return words[slot % SLOTS_PER_DRAW]
