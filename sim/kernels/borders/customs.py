"""Customs authorities: where they look, what they find, what becomes of it.

Inspection is a game over classes (declared origin x commodity) with L legitimate and H hidden consignments a week, and
C lawful ones of makers abroad whose other goods hold what is banned. Customs go by the maker: of C a share s, their
suspicion, is picked as H is:

    B_c = budget ((1-e) w_c / sum w + e n_c / sum n)        w = priority n value**v exp(kappa expected),  n = L + C + H
    expected = max(hit, intelligence S / n)             hit: the prior at first, then the denied share of the decided
    P(inspect | picked) = min(1, B lift / (U + lift S));    P(inspect | other) = min(1, B / (U + lift S))
    S = H + s C;    U = L + (1-s) C

Goods found are detained; a decision follows after the detention time: released, or denied and resold elsewhere. What
the border finds was drawn at dispatch; goods of a channel are taken to mix on the way, so the found share of what
arrives is that of what is under way.
"""

import numpy as np

from sim.constants import DAYS_PER_WEEK
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import added, copy, fill, fill_rows, is_any
from sim.kernels.numbers.numerics import ONE, ZERO, exp64, power64
from sim.kernels.roads.transit import put
from sim.kernels.rules import days_held, released_share, risk_dilution
from sim.state import ALLOWED, DELIVERED, DENIED, DETAINED, EMBODIED, NAMED, PRESUMED, REFUSED
from sim.state.measures import DETENTION_DAYS, PRIORITY, RELEASE_ODDS

f8 = np.float64
SMALLEST = f8(1e-300)
HIDDEN_SMOOTHING = f8(0.25)
PASSES = 3
EVERY = -1  # centre of customs


@process
def begin_hits(authorities, parameters, hit):
    """Let customs expect what they know before they decided anything; writes ``hit`` [H]."""
    prior = authorities.class_prior
    for h in range(hit.size):
        hit[h] = f8(prior[h]) if prior[h] >= ZERO else f8(parameters.prior_hit)


@process
def target(authorities, goods, parameters, week, in_force, customs):
    """Spread each authority's budget over the classes that a ban names, and publish the chances of inspection.

    Goods with an address in the region are presumed to be made there: they are looked at first, all of them as far as
    the budget goes. The rest of it is spread over the priority sectors by what is at risk, and over all named goods to
    explore.

    Parameters
    ----------
    goods : Goods
    week : int
    in_force : MeasuresInForce
        Read: what bans name, budgets and priority sectors in force.
    customs : Customs
        Written: ``weight``, ``inspect_hidden`` and ``inspect_legitimate``.
    """
    keep_apart()
    hidden, inspected = customs.hidden, in_force.inspected
    legitimate = authorities.legitimate[authorities.legitimate_year[week]]
    inspect_hidden, inspect_legitimate = customs.inspect_hidden, customs.inspect_legitimate
    start, budget_share, priority = authorities.class_start, authorities.budget_share, authorities.class_priority
    lift = f8(parameters.lift)
    for d in range(budget_share.size):
        low, high = start[d], start[d + 1]
        if not is_any(inspected[low:high]):
            look_nowhere(low, high, customs)
            continue
        budget = f8(parameters.inspection_budget_per_week) * f8(budget_share[d]) * f8(in_force.budget[d])
        budget *= f8(in_force.customs_budget[d])
        presumed = presumed_consignments(low, high, priority, inspected, legitimate, hidden)
        served = chance(budget, presumed)
        left = budget - served * presumed
        weigh_classes(low, high, authorities, goods.consignment_musd, parameters, legitimate, in_force, customs)
        divide_by_centre(
            low, high, goods.centre, f8(parameters.even_share), authorities.class_commodity, customs.weight
        )
        spread_budget(low, high, f8(parameters.exploration), priority, inspected, legitimate, customs)
        pass_on(low, high, left, goods.centre, authorities.class_commodity, legitimate, parameters, customs)
        for h in range(low, high):
            inspectable = lift * inspections_of_all(h, legitimate[h], parameters, customs)
            inspections = left * customs.weight[h]
            first = inspected[h] != 0 and priority[h] == PRESUMED
            inspect_hidden[h] = served if first else chance(inspections * lift, inspectable)
            inspect_legitimate[h] = served if first else chance(inspections, inspectable)


@process
def inspections_of_all(h, legitimate, parameters, customs):
    """Inspections a week at which every consignment of a class that customs pick is looked at."""
    picked = customs.hidden[h] + f8(parameters.maker_suspicion) * customs.same_makers[h]
    others = legitimate + customs.same_makers[h] - f8(parameters.maker_suspicion) * customs.same_makers[h]
    return picked + others / f8(parameters.lift)


@process
def pass_on(low, high, inspections, centre, commodity, legitimate, parameters, customs):
    """Turn inspections that a class cannot use to other classes: of its centre first, then of all.

    Where every class has what it can use, they stay and go to goods at which nothing points.

    Parameters
    ----------
    inspections : float64
        There are a week.
    centre : int32 [C]
    commodity : int32 [H]
    legitimate : float64 [H]

    Writes ``customs.weight`` and ``usable`` in low .. high.
    """
    weight, usable = customs.weight, customs.usable
    spare, total = f8(0.0), f8(0.0)
    for h in range(low, high):
        usable[h] = inspections_of_all(h, legitimate[h], parameters, customs) / max(inspections, SMALLEST)
    for c in range(centre.size):
        spare += fill_up(low, high, c, f8(0.0), centre, commodity, usable, weight)
    spare = fill_up(low, high, EVERY, spare, centre, commodity, usable, weight)
    for h in range(low, high):
        total += weight[h]
    if spare > f8(0.0) and total > f8(0.0):
        for h in range(low, high):
            weight[h] *= f8(1.0) + spare / total


@process
def fill_up(low, high, c, spare, centre, commodity, usable, weight):
    """Cut the classes of a centre to what they can use, and share out the rest among those that can use more.

    Parameters
    ----------
    c : int
        The centre; `EVERY` for all.
    spare : float64
        There is to share out beside what is cut.
    centre : int32 [C]
    commodity : int32 [H]
    usable : float64 [H]
    weight : float64 [H]
        Read and written in low .. high.

    Returns
    -------
    float64
        What none of them can use.
    """
    for _ in range(PASSES):
        rest = f8(0.0)
        for h in range(low, high):
            if weight[h] > f8(0.0) and (c == EVERY or centre[commodity[h]] == c):
                spare += max(weight[h] - usable[h], f8(0.0))
                rest += weight[h] if weight[h] < usable[h] else f8(0.0)
                weight[h] = min(weight[h], usable[h])
        if spare <= f8(0.0) or rest <= f8(0.0):
            return spare
        for h in range(low, high):
            if weight[h] < usable[h] and (c == EVERY or centre[commodity[h]] == c):
                weight[h] *= f8(1.0) + spare / rest
        spare = f8(0.0)
    return spare


@process
def look_nowhere(low, high, customs):
    """Inspect nothing in classes low .. high, of which no ban in force names any; writes what `target` does."""
    fill(customs.weight[low:high], f8(0.0))
    fill(customs.inspect_hidden[low:high], f8(0.0))
    fill(customs.inspect_legitimate[low:high], f8(0.0))


@process
def presumed_consignments(low, high, priority, inspected, legitimate, hidden):
    """Consignments a week, among those a ban names, whose papers name the region."""
    total = f8(0.0)
    for h in range(low, high):
        if inspected[h] != 0 and priority[h] == PRESUMED:
            total += legitimate[h] + hidden[h]
    return total


@process
def chance(expected, population):
    """Give expected over population, at most 1; 0 for an empty population."""
    if population <= f8(0.0):
        return f8(0.0)
    return min(f8(1.0), expected / population)


@process
def weigh_classes(low, high, authorities, consignment_musd, parameters, legitimate, in_force, customs):
    """Weigh classes low .. high by what is at risk: consignments, their value, and what customs expect to refuse.

    Only priority sectors have weight; where a sender has announced none, all that its bans name.

    Parameters
    ----------
    legitimate : float64 [H]
        Honest consignments of this week.

    Writes ``customs.weight``.
    """
    priority, commodity, inspected = authorities.class_priority, authorities.class_commodity, in_force.inspected
    hidden, hit, weight, announced = customs.hidden, customs.hit, customs.weight, in_force.inspection[PRIORITY]
    same_makers, suspicion = customs.same_makers, f8(parameters.maker_suspicion)
    kappa, by_value, known = f8(parameters.kappa), f8(parameters.value_at_risk), f8(parameters.intelligence)
    any_announced = announces(low, high, priority, inspected, announced)
    for h in range(low, high):
        named = priority_of(priority[h], announced[h]) if any_announced else f8(1.0)
        if inspected[h] == 0 or priority[h] == PRESUMED or named == f8(0.0):
            weight[h] = f8(0.0)
            continue
        n = legitimate[h] + same_makers[h] + hidden[h]
        of_makers = hidden[h] + suspicion * same_makers[h]
        expected = max(hit[h], known * of_makers / max(n, SMALLEST))
        weight[h] = named * (n * exp64(kappa * expected))
        if by_value > f8(0.0):
            weight[h] *= power64(f8(consignment_musd[commodity[h]]), by_value)


@process
def divide_by_centre(low, high, centre, even_share, commodity, weight):
    """Let a part of the weight be the same for each customs centre that has goods to look at.

    Within a centre the classes keep their proportions.

    Parameters
    ----------
    centre : int32 [C]
    even_share : float64
        The part.
    commodity : int32 [H]
    weight : float64 [H]
        Read and written in low .. high.
    """
    total, centres = f8(0.0), f8(0.0)
    for c in range(centre.size):
        of_centre = weight_of_centre(low, high, c, centre, commodity, weight)
        total += of_centre
        centres += f8(1.0) if of_centre > f8(0.0) else f8(0.0)
    if total <= f8(0.0):
        return
    for c in range(centre.size):
        of_centre = weight_of_centre(low, high, c, centre, commodity, weight)
        if of_centre > f8(0.0):
            factor = (f8(1.0) - even_share) / total + even_share / (centres * of_centre)
            for h in range(low, high):
                if centre[commodity[h]] == c:
                    weight[h] *= factor


@process
def weight_of_centre(low, high, c, centre, commodity, weight):
    """Add up the weight of the classes that centre c reviews."""
    total = f8(0.0)
    for h in range(low, high):
        if centre[commodity[h]] == c:
            total += weight[h]
    return total


@process
def announces(low, high, priority, inspected, announced):
    """Whether some of classes low .. high that a ban names and that are not looked at first are a priority."""
    for h in range(low, high):
        if inspected[h] != 0 and priority[h] != PRESUMED and priority_of(priority[h], announced[h]) > f8(0.0):
            return True
    return False


@process
def priority_of(priority, announced):
    """How far a class is a priority sector: throughout, or as announced."""
    return f8(1.0) if priority == NAMED else f8(announced)


@process
def spread_budget(low, high, explore, priority, inspected, legitimate, customs):
    """Turn weights into shares of the budget: a part of it explores all named goods by number.

    Writes ``customs.weight`` in low .. high.
    """
    hidden, same_makers, weight = customs.hidden, customs.same_makers, customs.weight
    total, weighted = f8(0.0), f8(0.0)
    for h in range(low, high):
        named = inspected[h] != 0 and priority[h] != PRESUMED
        total += legitimate[h] + same_makers[h] + hidden[h] if named else f8(0.0)
        weighted += weight[h]
    aimed = f8(1.0) - explore if weighted > f8(0.0) else f8(0.0)
    for h in range(low, high):
        named = inspected[h] != 0 and priority[h] != PRESUMED
        n = legitimate[h] + same_makers[h] + hidden[h] if named else f8(0.0)
        weight[h] = aimed * weight[h] / max(weighted, SMALLEST) + (f8(1.0) - aimed) * n / max(total, SMALLEST)


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
