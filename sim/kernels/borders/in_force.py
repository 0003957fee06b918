"""Measures in force: the compiled regime, added up over the channels and price cells it reaches.

What a measure writes is data: its effects, each with a column of `MeasuresInForce` and the way to join what stands
there. Chances of overlapping bans are independent; tariffs, frictions and drivers add; of closures, compliant shares,
sensitivities and detention times the strongest holds. A measure that reaches nothing writes nothing. Bans do more than
write columns: customs inspect, and firms shun the market.

What a ban, a hazard of listing, a duty of buyers or a friction of some firms does is kept by class of firm: goods made
here or not, ownership, and whether the sender lists the firm. Customs cannot tell firms apart for anything else.

Friction of payments under sanctions fades from the measure's start on, at the same speed for all: payment agents enter.
It is therefore kept as it would have been in week 0, and faded when it is published, so that it is worked out only when
measures change.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.levels import level_at, level_position
from sim.kernels.numbers.columns import copy, fill, fill_rows
from sim.kernels.numbers.numerics import ONE, ZERO
from sim.kernels.rules import any_of, left_after, refusing_share
from sim.state.measures import (
    ADD,
    AUTHORITIES,
    BAN,
    BANS,
    BELIEVED,
    BELIEVED_ONLY,
    BURDEN,
    CELLS,
    CHANNELS,
    CLASSES,
    COMPLIANT,
    DETENTION_DAYS,
    INDEPENDENT,
    INSPECTIONS,
    KNOWN,
    NAMES,
    PLACES,
    PRIORITY,
    REFUSALS,
    RELEASE_ODDS,
    ROUTES,
    STRONGEST,
    TURNED_AWAY,
    UNKNOWN,
    WEIGHED,
    WITHDRAWAL,
)

f4 = np.float32
f8 = np.float64
i4 = np.int32
BUDGET, DAYS = 0, 1  # columns of `Policy.enforcement`
NO_BAN = f4(-1.0)
OF_FIRMS, OF_ALL = np.uint8(1), np.uint8(2)
"""Marks of news: of what tells firms apart, and of what is alike for all of them."""

LARGEST_REFUSAL = f8(0.999999)  # prices need some demand


@process
def apply_measures(policy, channels, authorities, parameters, week, first, kept, in_force):
    """Bring the measures up to date; nothing is done in weeks in which no intensity changes.

    The ``first`` week of a span is worked out anew whatever changes in it: another regime may have led up to it.

    Writes all of ``in_force`` and ``kept``; ``in_force.news`` marks the channels on which the risk of some firms may
    have changed this week, ``in_force.firm_news`` says whether firms must look anew at what they refuse and who refuses
    them.
    """
    keep_apart()
    fill(in_force.news, np.uint8(0))
    fill(in_force.firm_news, i4(0))
    if not first and policy.changed[week] == 0:
        return
    if first:
        keep_columns(in_force, kept)
    classes = first or classes_change(policy, week, parameters.anticipation)
    reset(in_force)
    if classes:
        reset_classes(in_force)
    intensity, announced = policy.intensity, policy.announced
    for j in range(intensity.shape[0]):
        strength = intensity[j, week]
        heard = max(strength, parameters.anticipation) if announced[j, week] != UNKNOWN else strength
        if changes(policy, j, week, parameters.anticipation):
            mark_news(policy, j, in_force)
        if heard > ZERO:
            unworn = left_after(parameters.payment_fade_per_year, -begins(intensity, j, week))
            position = level_position(policy, j, parameters)
            apply_effects(policy, j, strength, heard, unworn, position, classes, in_force)
        if strength > ZERO:
            name_channels(policy, j, in_force.named)
            if policy.role[BANS, j] != 0:
                enforce(policy, j, strength, channels, authorities, in_force)
    if first:
        mark_takeover(in_force, kept)
    keep_news_of_risk(in_force.selective, in_force.news)


@process
def keep_columns(in_force, kept):
    """Keep what is in force on each channel; writes ``kept``."""
    row = 0
    for column in range(in_force.channel.shape[0]):
        copy(in_force.channel[column], kept[row])
        row += 1
    for column in range(WEIGHED):
        for b in range(in_force.by_class.shape[1]):
            copy(in_force.by_class[column, b], kept[row])
            row += 1


@process
def mark_takeover(in_force, kept):
    """Mark the channels on which the regime before had other measures in force; under the same regime these are none.

    Firms look anew at what they refuse, which under the same regime comes to the same.

    Writes ``in_force.news`` and ``firm_news``.
    """
    row = 0
    for column in range(in_force.channel.shape[0]):
        mark_differences(in_force.channel[column], kept[row], OF_ALL, in_force.news)
        row += 1
    for column in range(WEIGHED):
        for b in range(in_force.by_class.shape[1]):
            mark_differences(in_force.by_class[column, b], kept[row], OF_FIRMS, in_force.news)
            row += 1
    in_force.firm_news[0] = i4(1)


@process
def mark_differences(column, kept, mark, news):
    """Mark the channels where a column differs from what was kept of it; writes ``news``."""
    for k in range(column.size):
        if column[k] != kept[k]:
            news[k] |= mark


@process
def keep_news_of_risk(selective, news):
    """Keep the news that moves the risk of some firms: of what tells them apart, and of all else where they run a risk.

    Writes ``news``: flags.
    """
    for k in range(news.size):
        news[k] = (news[k] & OF_FIRMS) | ((news[k] // OF_ALL) & selective[k])


@process
def changes(policy, j, week, anticipation):
    """Whether measure j is stronger, weaker or otherwise in the news than the week before."""
    intensity, announced = policy.intensity, policy.announced
    now = in_the_news(announced[j, week], anticipation)
    if week == 0:
        return intensity[j, week] != ZERO or now
    before = in_the_news(announced[j, week - 1], anticipation)
    return intensity[j, week] != intensity[j, week - 1] or now != before


@process
def in_the_news(announced, anticipation):
    """Whether an announcement is heard of: what only believers know, where they are."""
    return announced == KNOWN or (announced == BELIEVED_ONLY and anticipation > ZERO)


@process
def classes_change(policy, week, anticipation):
    """Whether a measure that tells firms apart changes: writing down what such measures do takes longest by far."""
    for j in range(policy.intensity.shape[0]):
        if changes(policy, j, week, anticipation) and writes_classes(policy.effects, j):
            return True
    return False


@process
def writes_classes(effects, j):
    """Whether measure j has an effect on classes of firms."""
    for e in range(effects.start[j], effects.start[j + 1]):
        if effects.table[e] == CLASSES:
            return True
    return False


@process
def reset_classes(in_force):
    """Set back what effects on classes of firms write."""
    for column in range(in_force.by_class.shape[0]):
        fill_rows(in_force.by_class[column], ZERO)
    fill(in_force.banned, i4(0))
    fill(in_force.burdened, i4(0))
    fill(in_force.selective, np.uint8(0))
    fill(in_force.shut, i4(0))


@process
def reset(in_force):
    """Set back all else that measures do."""
    fill_rows(in_force.channel, ZERO)
    fill(in_force.channel[DETENTION_DAYS], NO_BAN)
    fill(in_force.class_detention, NO_BAN)
    fill(in_force.named, i4(0))
    fill(in_force.banning, i4(0))
    fill(in_force.subsidy, ZERO)
    fill(in_force.pressure, ZERO)
    fill(in_force.passage, ZERO)
    fill(in_force.driver, ZERO)
    fill(in_force.budget, ZERO)
    fill(in_force.inspected, i4(0))
    fill(in_force.inspection[PRIORITY], ZERO)
    fill(in_force.inspection[RELEASE_ODDS], ONE)
    fill(in_force.customs_budget, ONE)


@process
def mark_news(policy, j, in_force):
    """Mark the channels that measure j reaches, by whether it acts on single firms.

    Writes ``news`` and ``firm_news``.
    """
    reach, news, refusals = policy.channel_reach, in_force.news, policy.role[REFUSALS, j] != 0
    mark = OF_FIRMS if refusals or writes_classes(policy.effects, j) else OF_ALL
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        news[reach[i]] |= mark
    if refusals:
        in_force.firm_news[0] = i4(1)


@process
def begins(intensity, j, week):
    """First week in which measure j is in force; this week where it is not yet."""
    for first in range(week):
        if intensity[j, first] > ZERO:
            return first
    return week


@process
def apply_effects(policy, j, strength, heard, unworn, position, classes, in_force):
    """Write the effects of measure j.

    Parameters
    ----------
    heard : float32
        What firms reckon with before it is in force.
    unworn : float32
        Payment friction of week 0 that would have worn to 1 by the measure's start.
    position : float32
        Of the level in its range.
    classes : bool
        Whether effects on classes of firms are written too.
    in_force : MeasuresInForce
        Written; ``shut`` is set where goods are turned away.
    """
    effects, acting = policy.effects, strength > ZERO
    channels = policy.channel_reach[policy.channel_start[j] : policy.channel_start[j + 1]]
    for e in range(effects.start[j], effects.start[j + 1]):
        share = heard if effects.announced[e] != 0 else strength
        full = level_at(effects.full[e], effects.lowest[e], effects.highest[e], position)
        amount = (effects.idle[e] + share * (full - effects.idle[e])) * effects.factor[e]
        if effects.fades[e] != 0:
            amount *= unworn
        table, column, how = effects.table[e], effects.column[e], effects.combine[e]
        if table == CHANNELS:
            combine(how, amount, channels, in_force.channel[column])
            if column == TURNED_AWAY and amount > ZERO:
                in_force.shut[0] = i4(1)
        elif table == CLASSES:
            if classes:
                apply_to_classes(column, how, amount, channels, policy.firm_scope[j], in_force)
        elif acting and table == ROUTES:
            combine(
                how, amount, policy.route_reach[policy.route_start[j] : policy.route_start[j + 1]], in_force.passage
            )
        elif acting and table == CELLS:
            combine(how, amount, policy.cell_reach[policy.cell_start[j] : policy.cell_start[j + 1]], in_force.driver)
        elif acting and table == PLACES:
            combine(
                how, amount, policy.place_reach[policy.place_start[j] : policy.place_start[j + 1]], in_force.subsidy
            )
        elif acting and table == INSPECTIONS:
            reach = policy.inspection_reach[policy.inspection_start[j] : policy.inspection_start[j + 1]]
            combine(how, amount, reach, in_force.inspection[column])
        elif acting and table == AUTHORITIES:
            combine_marked(how, amount, policy.authority_reach[j], in_force.customs_budget)


@process
def combine(how, amount, reach, column):
    """Let an amount join what stands in a column at the places reached; writes ``column``."""
    for i in range(reach.size):
        column[reach[i]] = joined(how, column[reach[i]], amount)


@process
def combine_marked(how, amount, marks, column):
    """Let an amount join what stands in a column where a row of flags is set; writes ``column``."""
    for i in range(marks.size):
        if marks[i] != 0:
            column[i] = joined(how, column[i], amount)


@process
def joined(how, standing, amount):
    """Give what two measures that overlap come to."""
    if how == ADD:
        return standing + amount
    if how == STRONGEST:
        return max(standing, amount)
    return any_of(standing, amount) if how == INDEPENDENT else standing * amount


@process
def apply_to_classes(column, how, amount, reach, scope, in_force):
    """Write one effect for the classes of firms in scope.

    Parameters
    ----------
    column : int
        Of ``in_force.by_class``.
    how : int
        Of `sim.state.measures.COMBINATIONS`.
    amount : float32
    reach : int32 array
        Channels.
    scope : uint8 [B]
    in_force : MeasuresInForce
        Written: ``by_class``, ``banned``, ``burdened``, ``selective`` and ``shut``.
    """
    for b in range(scope.size):
        if scope[b] == 0 or reach.size == 0:
            continue
        combine(how, amount, reach, in_force.by_class[column, b])
        if column in (BELIEVED, BURDEN):
            mark_selective(reach, b, in_force)
        elif column == BAN and amount > ZERO:
            in_force.banned[b] = i4(1)
        elif column == COMPLIANT and amount >= ONE:
            in_force.shut[0] = i4(1)


@process
def mark_selective(reach, b, in_force):
    """Mark that firms of class b have costs of their own on some channels; writes ``burdened`` and ``selective``."""
    in_force.burdened[b] = i4(1)
    for i in range(reach.size):
        in_force.selective[reach[i]] = np.uint8(1)


@process
def name_channels(policy, j, named):
    """Mark the channels on which buyers shun listed firms, if measure j is of those that name; writes ``named``."""
    if policy.role[NAMES, j] != 0:
        reach = policy.channel_reach
        for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
            named[reach[i]] = i4(1)


@process
def enforce(policy, j, strength, channels, authorities, in_force):
    """Let customs enforce ban j: their budget, the markets that ban, and the classes of goods at which they look.

    They look at all classes that hold a commodity the ban names. Of several bans the largest budget and the longest
    detention hold, both relative to the parameters, and growth heeds the strongest.

    Writes ``in_force.pressure``, ``budget``, ``banning``, ``inspected`` and ``class_detention``.
    """
    in_force.pressure[0] = max(in_force.pressure[0], strength)
    enforces, budget, banning = policy.authority_reach[j], in_force.budget, in_force.banning
    for d in range(budget.size):
        if enforces[d] != 0:
            budget[d] = max(budget[d], policy.enforcement[j, BUDGET])
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        k = policy.channel_reach[i]
        d = channels.authority[k]
        if d >= 0:
            banning[d] = i4(1)
            if enforces[d] != 0:
                look_at(authorities, d, channels.commodity[k], policy.enforcement[j, DAYS], in_force)


@process
def look_at(authorities, d, commodity, days, in_force):
    """Let an authority look at its classes of a commodity; writes ``in_force.inspected`` and ``class_detention``."""
    inspected, detention = in_force.inspected, in_force.class_detention
    for h in range(authorities.class_start[d], authorities.class_start[d + 1]):
        if authorities.class_commodity[h] == commodity:
            inspected[h] = i4(1)
            detention[h] = max(detention[h], days)


@process
def withdraw_demand(cell, base_demand, class_flow, importers, in_force):
    """Part of each cell's base demand that compliant buyers withdraw: their share of the goods they refuse.

    Where they refuse all goods alike it is their share; goods that they do not refuse keep their buyers.

    Parameters
    ----------
    cell : int32 [K]
    base_demand : float64 [N]
    class_flow : float64 [B / 2, K]
        Base flow by class of firm, nobody being listed.
    importers : float32
        Those who ever give up under a ban, share.
    in_force : MeasuresInForce
        Written: ``refused``.
    """
    keep_apart()
    compliant, withdrawal, refused = in_force.by_class[COMPLIANT], in_force.by_class[WITHDRAWAL], in_force.refused
    fill(refused, ZERO)
    for b in range(class_flow.shape[0]):
        for k in range(cell.size):
            share, n = refusing_share(compliant[2 * b, k], withdrawal[2 * b, k], importers), cell[k]
            if share > ZERO and base_demand[n] > f8(0.0):
                refused[n] += f4(f8(share) * class_flow[b, k] / base_demand[n])
    for n in range(refused.size):
        refused[n] = min(refused[n], f4(LARGEST_REFUSAL))
