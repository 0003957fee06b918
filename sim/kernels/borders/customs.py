"""Customs authorities: what they find, what becomes of it, and what they learn; where they look is `targeting`'s.

Goods found are detained; a decision follows after the detention time: released, or denied and resold elsewhere. What
the border finds was drawn at dispatch; goods of a channel are taken to mix on the way, so the found share of what
arrives is that of what is under way.
"""

import numpy as np

from sim.constants import DAYS_PER_WEEK
from sim.kernels.borders.targeting import chance
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import added, copy, fill, fill_rows
from sim.kernels.numbers.numerics import ONE, exp64
from sim.kernels.roads.transit import put
from sim.kernels.rules import days_held, released_share, risk_dilution
from sim.state import ALLOWED, DELIVERED, DENIED, DETAINED, EMBODIED, REFUSED
from sim.state.measures import DETENTION_DAYS, RELEASE_ODDS

f8 = np.float64
HIDDEN_SMOOTHING = f8(0.25)


@process
def clear_border(world, parameters, week, state):
    """Release or detain what arrives, and decide on what was detained.

    Writes ``lanes.released``, ``released_made_here``, ``denied``, the accounts of what is under way and detained,
    ``customs.detained_hidden``, ``detained_musd``, ``denied_musd``, ``hidden_due``, ``trade_records.stopped`` (base
    value of whole consignments) and the ledger.
    """
    keep_apart()
    channels, content_share, price = world.channels, world.goods.content_share, state.markets.price
    lanes, customs, stopped, ledger = state.lanes, state.customs, state.trade_records.stopped, state.ledger
    relative_days = state.in_force.channel[DETENTION_DAYS]  # below 0 without a ban
    fill(customs.detained_hidden, f8(0.0))
    fill(customs.detained_musd, f8(0.0))
    fill(customs.denied_musd, f8(0.0))
    for what in range(stopped.shape[0]):
        fill_rows(stopped[what], f8(0.0))
    copy(lanes.arrived, lanes.released)
    odds = state.in_force.inspection[RELEASE_ODDS]
    longest = f8(lanes.detained_due.shape[0] - 2)
    watched_channel, inspection_class = channels.watched_channel, channels.inspection_class
    now, denied_total = week % lanes.detained_due.shape[0], ledger[DENIED]
    for w in range(watched_channel.size):
        k, h = watched_channel[w], inspection_class[watched_channel[w]]
        if lanes.under_way_detected[w] == f8(0.0) and lanes.detained_due[now, w] == f8(0.0):
            let_pass(w, k, lanes)
            continue
        release = f8(released_share(parameters.release_hidden, odds[h] if h >= 0 else ONE))
        detected, count, made, allowed, denied = clear_watched(w, k, now, release, lanes)
        denied_total += denied
        if h >= 0 and (detected > f8(0.0) or allowed > f8(0.0) or denied > f8(0.0)):
            c, d = channels.commodity[k], channels.authority[k]
            content = f8(risk_dilution(channels.kind[k], content_share[c]))
            landed = f8(price[channels.cell[k]]) / content
            days = days_held(parameters.detention_days, relative_days[k])
            weeks = detention_weeks(days, longest)
            stopped[DETAINED, d, c] += detected / content * f8(days)
            stopped[ALLOWED, d, c] += allowed / content
            stopped[REFUSED, d, c] += denied / content
            detain(w, h, now, weeks, detected, count, lanes.detained_due, customs.hidden_due)
            detain_made_here(w, now, weeks, made, lanes.detained_made_here_due)
            customs.detained_hidden[h] += count
            customs.detained_musd[h] += detected * landed
            customs.denied_musd[h] += denied * landed
    ledger[DENIED] = denied_total
    ledger[DELIVERED] = added(ledger[DELIVERED], lanes.released)


@process
def detention_weeks(days, longest):
    """Weeks until a decision; at least one, since this week's decisions are made, and at most `longest`."""
    return min(max(f8(days) / f8(DAYS_PER_WEEK), f8(1.0)), longest)


@process
def let_pass(w, k, lanes):
    """Release the arrivals of one watched channel where nothing on the way will be found and nothing is to be decided.

    Writes the rows of `clear_watched` that are not 0 then, and ``lanes.denied``.
    """
    made = lanes.under_way_made_here[w] * chance(lanes.arrived[k], lanes.under_way[w])
    lanes.under_way[w] -= lanes.arrived[k]
    lanes.under_way_made_here[w] -= made
    lanes.released_made_here[w] = made
    lanes.denied[w] = f8(0.0)


@process
def clear_watched(w, k, now, release, lanes):
    """Release or hold the arrivals of one watched channel; decide on what is due.

    Returns
    -------
    tuple
        Value found, consignments found, value found that was made here, value that was held and is released, value
        denied.
    """
    mixed = chance(lanes.arrived[k], lanes.under_way[w])
    detected, count = lanes.under_way_detected[w] * mixed, lanes.under_way_count[w] * mixed
    made, detected_made = lanes.under_way_made_here[w] * mixed, lanes.under_way_detected_made_here[w] * mixed
    lanes.under_way[w] -= lanes.arrived[k]
    lanes.under_way_detected[w] -= detected
    lanes.under_way_count[w] -= count
    lanes.under_way_made_here[w] -= made
    lanes.under_way_detected_made_here[w] -= detected_made
    decided, decided_made = lanes.detained_due[now, w], lanes.detained_made_here_due[now, w]
    lanes.detained_due[now, w] = f8(0.0)
    lanes.detained_made_here_due[now, w] = f8(0.0)
    allowed = decided * release
    lanes.denied[w] = decided - allowed
    lanes.released[k] += allowed - detected
    lanes.released_made_here[w] = made - detected_made + decided_made * release
    return detected, count, detected_made, allowed, lanes.denied[w]


@process
def detain(w, h, now, weeks, detected, count, detained_due, hidden_due):
    """Hold found goods, and their consignments, until the decision."""
    whole = int(weeks)
    put(detained_due, now, whole, weeks - f8(whole), w, detected)
    put(hidden_due, now, whole, weeks - f8(whole), h, count)


@process
def detain_made_here(w, now, weeks, made, detained_made_here_due):
    """Note what of the found goods was made in the region, until the decision."""
    whole = int(weeks)
    put(detained_made_here_due, now, whole, weeks - f8(whole), w, made)


@process
def learn_hits(authorities, consignment_musd, parameters, week, in_force, customs, alarms):
    """Count false alarms (expected numbers: legitimate consignments are not agents) and learn from decisions.

    Parameters
    ----------
    consignment_musd : float32 [C]
    week : int
    in_force : MeasuresInForce
        Read: times of detention and odds of release in force.
    customs : Customs
        Written: ``detained_legitimate``, ``detained_musd``, ``denied_musd``, ``decided_count``, ``denied_count``,
        ``hit``, ``hidden`` and what is due.
    alarms : float64 [3, D, C]
        Written: base value of honest consignments detained (times days), let go and denied.
    """
    keep_apart()
    for what in range(alarms.shape[0]):
        fill_rows(alarms[what], f8(0.0))
    legitimate, commodity = authorities.legitimate[authorities.legitimate_year[week]], authorities.class_commodity
    relative_days, odds = in_force.class_detention, in_force.inspection[RELEASE_ODDS]
    hidden_due, legitimate_due, hit, hidden = customs.hidden_due, customs.legitimate_due, customs.hit, customs.hidden
    detained = customs.detained_legitimate
    detained_musd, denied_musd, dispatched = customs.detained_musd, customs.denied_musd, customs.dispatched
    now, longest = week % hidden_due.shape[0], f8(hidden_due.shape[0] - 2)
    for h in range(legitimate.size):
        value = f8(consignment_musd[commodity[h]])
        detained[h] = lawful_detained(h, legitimate[h], parameters, customs)
        decided, raised = hidden_due[now, h], legitimate_due[now, h]
        kept_hidden = f8(1.0) - f8(released_share(parameters.release_hidden, odds[h]))
        kept_legitimate = f8(1.0) - f8(released_share(parameters.release_legitimate, odds[h]))
        denied = decided * kept_hidden + raised * kept_legitimate
        customs.decided_count[h], customs.denied_count[h] = decided + raised, denied
        if detained[h] + decided + raised + dispatched[h] + hidden[h] == f8(0.0):
            continue
        detained_musd[h] += detained[h] * value
        days = days_held(parameters.detention_days, relative_days[h])
        weeks = detention_weeks(days, longest)
        whole = int(weeks)
        put(legitimate_due, now, whole, weeks - f8(whole), h, detained[h])
        hidden_due[now, h] = f8(0.0)
        legitimate_due[now, h] = f8(0.0)
        denied_musd[h] += raised * kept_legitimate * value
        book_alarms(authorities, h, value, detained[h] * f8(days), raised, raised * kept_legitimate, alarms)
        if decided + raised > f8(0.0):
            told = f8(1.0) - exp64(-(decided + raised))  # chance of a case at all: expected numbers are small
            hit[h] += f8(parameters.hit_discount) * told * (denied / (decided + raised) - hit[h])
        hidden[h] += HIDDEN_SMOOTHING * (dispatched[h] - hidden[h])


@process
def lawful_detained(h, legitimate, parameters, customs):
    """Honest consignments of a class detained this week, in expected numbers.

    Those of a suspected maker are picked and held as its others are: the review alone tells them apart.
    """
    picked = f8(parameters.maker_suspicion) * customs.same_makers[h]
    others = legitimate + customs.same_makers[h] - picked
    by_chance = others * customs.inspect_legitimate[h] * f8(parameters.false_positive)
    return by_chance + picked * customs.inspect_hidden[h] * f8(parameters.sensitivity)


@process
def count_same_makers(channels, goods, lanes, customs):
    """Count what the makers in hubs sent without anything that a ban names; the rest of their goods, as it were.

    Parameters
    ----------
    channels : Channels
    goods : Goods
    lanes : Lanes
        Read: what was dispatched this week, and in scope of a ban.
    customs : Customs
        Written: ``same_makers``.
    """
    keep_apart()
    watched_channel, kind, commodity = channels.watched_channel, channels.kind, channels.commodity
    same_makers, inspection_class = customs.same_makers, channels.inspection_class
    for h in range(same_makers.size):
        same_makers[h] -= HIDDEN_SMOOTHING * same_makers[h]
    for w in range(watched_channel.size):
        k = watched_channel[w]
        h, c = inspection_class[k], commodity[k]
        if kind[k] == EMBODIED and h >= 0:
            lawful = max(lanes.dispatched[k] - lanes.in_scope[k], f8(0.0)) / f8(goods.content_share[c])
            same_makers[h] += HIDDEN_SMOOTHING * lawful / f8(goods.consignment_musd[c])


@process
def book_alarms(authorities, h, value, held, decided, denied, alarms):
    """Book honest consignments of a class: held (times days), decided and denied; adds to ``alarms``."""
    d, c = authority_of(authorities.class_start, h), authorities.class_commodity[h]
    alarms[DETAINED, d, c] += value * held
    alarms[ALLOWED, d, c] += value * (decided - denied)
    alarms[REFUSED, d, c] += value * denied


@process
def authority_of(class_start, h):
    """Find the authority to which an inspection class belongs."""
    d = 0
    while class_start[d + 1] <= h:
        d += 1
    return d
