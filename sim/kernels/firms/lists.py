"""Who is in scope: firms on lists, firms that comply, and what both do to a firm's own utility.

A firm that a sender lists is shunned on the channels that a list or ban of that sender names, and its direct
consignments into a ban are found with certainty. Goods that are refused a licence, transit or payment are those of
firms whose rank lies below the share that is: they differ within a group, and a measure that covers more covers those
too that it covered before. A firm that complies refuses what a ban in force names for its goods,
and holds something against the rest of its sales to that sender. Buyers that comply with a duty of care refuse goods
in its scope. All of it is added to what a firm's base holds, from scratch, in the weeks in which something changes; so
it leaves no trace when it ends.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.levels import level_of
from sim.kernels.numbers.columns import fill, is_any, list_set
from sim.kernels.numbers.numerics import ONE, ZERO, log1p64
from sim.kernels.rules import cancelled_part, firm_class, list_bit, refusing_share
from sim.state.measures import BAN, COMPLIANT, HAZARD, LISTS, TURNED_AWAY, WITHDRAWAL

f4 = np.float32
f8 = np.float64
i4 = np.int32
u8 = np.uint64
REFUSED = f4(-1e9)
REFUSED_BELOW = f4(-1e8)
WHOLE = f4(0.999)  # shares that sum to less have lost something; a sum of float32 has not


@process
def draw_up_lists(world, policy, parameters, moment, state):
    """Put on the lists of the senders whom their schedules name this week, beside those whom detections brought there.

    A schedule names firms of the base in the order of `Policy.firm_reach`, the largest first, whose goods are in its
    scope; whom it named stays named as it grows, also when the firm has closed.

    Where an authority has no hazard of listing any more, its detections are forgotten.

    Writes ``firms.listed`` and ``listed_by_detention``.
    """
    keep_apart()
    firms, week = state.firms, moment.week
    watching = watching_authorities(state.in_force.by_class[HAZARD], world.channels.authority)
    listed, listed_by_detention = firms.listed, firms.listed_by_detention
    for f in range(moment.rows):
        listed_by_detention[f] &= watching
        listed[f] = listed_by_detention[f]
    for j in range(policy.intensity.shape[0]):
        if policy.role[LISTS, j] != 0 and policy.intensity[j, week] > ZERO:
            wanted = f8(level_of(policy, j, parameters)) * f8(policy.intensity[j, week])
            first, last = policy.firm_start[j], policy.firm_start[j + 1]
            number = np.int64(min(wanted + f8(0.5), f8(last - first)))
            senders = bits_of(policy.authority_reach[j])
            order, scope = policy.firm_reach[first:last], policy.firm_scope[j]
            name_firms(order, number, senders, scope, world, parameters.made_here_scale, firms)


@process
def watching_authorities(hazard, authority):
    """Find the authorities that list whom they detain, one bit each."""
    watching = u8(0)
    for b in range(hazard.shape[0]):
        for k in range(authority.size):
            if hazard[b, k] > ZERO and authority[k] >= 0:
                watching |= u8(1) << u8(authority[k])
    return watching


@process
def bits_of(members):
    """Bits of the members of a row of ones and zeros."""
    bits = u8(0)
    for d in range(members.size):
        if members[d] != 0:
            bits |= u8(1) << u8(d)
    return bits


@process
def name_firms(order, number, senders, scope, world, scale, firms):
    """List the first `number` firms of an order whose goods are in scope, while nobody else has their row.

    Parameters
    ----------
    scale : float32
        Factor on the share of a commodity that is made in the region.

    Writes ``firms.listed``.
    """
    people, made_here_share = world.population, world.goods.made_here_share
    generation, listed = firms.generation, firms.listed
    rank, commodity, ownership, kind = people.made_rank, people.commodity, people.ownership, people.kind
    named = 0
    for i in range(order.size):
        if named == number:
            break
        f = order[i]
        made_here = 1 if rank[f] < made_here_share[kind[f], commodity[f]] * scale else 0
        if scope[firm_class(made_here, ownership[f])] != 0:
            named += 1
            if generation[f] == 0:
                listed[f] |= senders


@process
def shift_own_utilities(authority, parameters, rows, in_force, firms, concerned):
    """Work out the own utility of every slot; where no measure is about a channel it is the base.

    Writes ``firms.own_utility`` and ``concerned`` [K + 1].
    """
    keep_apart()
    mark_concerned(authority, in_force, concerned)
    channel, base, own_utility = firms.channel, firms.base_own_utility, firms.own_utility
    for q in range(channel.shape[0]):
        for f in range(rows):
            k = channel[q, f]
            if concerned[k] != 0:
                own_utility[q, f] = own_utility_of(q, f, k, authority[k], parameters, in_force, firms)
            else:
                own_utility[q, f] = base[q, f]


@process
def mark_concerned(authority, in_force, concerned):
    """Mark the channels that some firms or buyers may refuse or hold something against, or that turn goods away.

    Writes ``concerned`` [K + 1].
    """
    blocked, named, banning, by_class = in_force.blocked, in_force.named, in_force.banning, in_force.by_class
    turned_away = in_force.channel[TURNED_AWAY]
    fill(concerned, np.uint8(0))
    for k in range(authority.size):
        chilled = authority[k] >= 0 and banning[authority[k]] != 0
        concerned[k] = blocked[k] != 0 or named[k] != 0 or turned_away[k] != ZERO or chilled
    for b in range(by_class.shape[1]):
        for column in (BAN, COMPLIANT, WITHDRAWAL):
            mark_set(by_class[column, b], concerned)


@process
def mark_set(column, concerned):
    """Mark the channels on which something stands in a column; writes ``concerned``."""
    for k in range(column.size):
        concerned[k] |= np.uint8(column[k] != ZERO)


@process
def settle_new_channels(first, n, authority, parameters, in_force, firms, picked):
    """Work out the own utilities of firms that are new, or new to what they make.

    Writes ``firms.own_utility`` and ``new_channel``; uses ``picked``.
    """
    for j in range(list_set(firms.new_channel[first : first + n], picked)):
        f = first + picked[j]
        firms.new_channel[f] = i4(0)
        for q in range(firms.channel.shape[0]):
            shift_slot(q, f, authority, parameters, in_force, firms)


@process
def shift_slot(q, f, authority, parameters, in_force, firms):
    """Work out the own utility of slot q of firm f from ``firms.base_own_utility``: for any change of firm or slot.

    Writes ``firms.own_utility``.
    """
    k = firms.channel[q, f]
    if k >= authority.size:
        firms.own_utility[q, f] = firms.base_own_utility[q, f]
    else:
        firms.own_utility[q, f] = own_utility_of(q, f, k, authority[k], parameters, in_force, firms)


@process
def own_utility_of(q, f, k, sender, parameters, in_force, firms):
    """Own utility of a slot: its base, less what lists, the firm's own compliance and refusing buyers take.

    Parameters
    ----------
    q, f : int
        Slot and firm.
    k, sender : int
        Its channel, and the authority of that market (-1 none).

    Returns
    -------
    float32
        `REFUSED` where the firm or all buyers refuse, its goods are turned away, or no way is open.
    """
    if in_force.blocked[k] != 0 or firms.goods_rank[f] < in_force.channel[TURNED_AWAY, k]:
        return REFUSED
    ban, complies, is_listed = in_force.by_class[BAN], firms.complies[f], list_bit(firms.listed[f], sender)
    b = firm_class(firms.made_here[f], firms.ownership[f]) + is_listed
    refusing = refusing_now(b, k, parameters, in_force)
    if (complies != 0 and ban[b, k] > ZERO) or refusing >= ONE:
        return REFUSED
    asc = firms.base_own_utility[q, f]
    if is_listed != 0 and in_force.named[k] != 0:
        asc -= parameters.listing_penalty
    if complies != 0 and sender >= 0 and in_force.banning[sender] != 0:
        asc -= parameters.chill_utility
    if refusing > ZERO:
        asc += f4(log1p64(-f8(refusing)))
    return asc


@process
def refusing_now(b, k, parameters, in_force):
    """Share of buyers on channel k that refuse goods of class b."""
    by_class = in_force.by_class
    return refusing_share(by_class[COMPLIANT, b, k], by_class[WITHDRAWAL, b, k], parameters.importer_withdrawal)


@process
def cancel_orders(authority, parameters, rows, in_force, firms, concerned, cancelled):
    """Let buyers that newly refuse cancel what they have on order, in the week in which they do.

    Orders on a channel fall by the part of its buyers that refuse now and did not before. The goods go to the firm's
    other customers in proportion; a firm all of whose customers cancel sends less. Orders come back by ordinary choice.

    Parameters
    ----------
    authority : int32 [K]
    in_force : MeasuresInForce
        Written: ``refusing``.
    firms : Firms
        Written: ``share``.
    concerned : uint8 [K + 1]
        Flags of the channels that somebody may refuse.
    cancelled : float32 [B, K]
        Working room.
    """
    keep_apart()
    if not find_cancelled(parameters, in_force, cancelled):
        return
    share = firms.share
    for f in range(rows):
        lost, rest = ZERO, ZERO
        for q in range(share.shape[0]):
            cut = cancelled_share(q, f, authority, concerned, cancelled, firms)
            lost += cut
            rest += share[q, f] if cut <= ZERO else ZERO
        if lost <= ZERO:
            continue
        for q in range(share.shape[0]):
            cut = cancelled_share(q, f, authority, concerned, cancelled, firms)
            if cut > ZERO:
                share[q, f] -= cut
            elif rest > ZERO:
                share[q, f] *= (rest + lost) / rest


@process
def find_cancelled(parameters, in_force, cancelled):
    """Find the part of the orders of each class and channel that is cancelled; say whether any is.

    Writes ``cancelled`` [B, K] and ``in_force.refusing``.
    """
    more, refusing = 0, in_force.refusing
    for b in range(refusing.shape[0]):
        for k in range(refusing.shape[1]):
            before, now = refusing[b, k], refusing_now(b, k, parameters, in_force)
            cancelled[b, k] = cancelled_part(before, now, parameters.orders_cancelled) if now > before else ZERO
            refusing[b, k] = now
            more += now > before
    return more > 0


@process
def cancelled_share(q, f, authority, concerned, cancelled, firms):
    """Part of a firm's goods, ordered on the channel of slot q, that buyers who newly refuse cancel."""
    k = firms.channel[q, f]
    if concerned[k] == 0:
        return ZERO
    b = firm_class(firms.made_here[f], firms.ownership[f]) + list_bit(firms.listed[f], authority[k])
    return firms.share[q, f] * cancelled[b, k]


@process
def list_refusing(everybody, complies, picked):
    """List the firms of a block that may refuse something: all, or those that comply.

    Writes ``picked``; returns how many it lists.
    """
    if not everybody:
        return list_set(complies, picked)
    for i in range(complies.size):
        picked[i] = i
    return complies.size


@process
def keep_refusals(refusing, first, firms):
    """Take firms out of what they or all buyers refuse, at once: the rest of their sales takes its place.

    A firm that has nowhere to sell ships nothing, and starts anew at the shares that it wants once something is open.
    One whose customers cancelled only a part goes on with less.

    Parameters
    ----------
    refusing : uint32
        Firms to look at, counted from ``first``.
    firms : Firms
        Written: ``share``.
    """
    share, own_utility = firms.share, firms.own_utility
    for j in range(refusing.size):
        f = first + refusing[j]
        total, dropped = ZERO, ZERO
        for q in range(share.shape[0]):
            if own_utility[q, f] < REFUSED_BELOW:
                dropped += share[q, f]
                share[q, f] = ZERO
            total += share[q, f]
        starts_anew = total < WHOLE and firms.shipped[f] <= ZERO
        if total > ZERO and (dropped > ZERO or starts_anew):
            for q in range(share.shape[0]):
                share[q, f] /= total


@process
def rest_idle(refusing, first, firms):
    """Let firms that have nowhere to sell ship nothing; the arguments are those of `keep_refusals`.

    Writes ``firms.shipped``.
    """
    share, shipped = firms.share, firms.shipped
    for j in range(refusing.size):
        f = first + refusing[j]
        total = ZERO
        for q in range(share.shape[0]):
            total += share[q, f]
        if total <= ZERO:
            shipped[f] = ZERO


@process
def list_by_detention(first, n, authority, parameters, in_force, firms):
    """Put firms that a detention brought on a list there.

    Writes ``firms.listed`` and ``own_utility``.
    """
    listed, listed_by_detention = firms.listed, firms.listed_by_detention
    if not is_any(listed_by_detention[first : first + n]):
        return
    for f in range(first, first + n):
        if listed[f] | listed_by_detention[f] != listed[f]:
            listed[f] |= listed_by_detention[f]
            for q in range(firms.channel.shape[0]):
                shift_slot(q, f, authority, parameters, in_force, firms)
