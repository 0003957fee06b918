"""Crossings that are shut to goods: by a ban on transit to those in its scope, or to all where they shut for good.

The days of a ban are known from its announcement on, and so is a closure without an end. Nobody sends goods over a
crossing that will be shut to them when they arrive: the route has no share, and a channel all of whose routes are shut
is blocked, so that firms refuse it. Of goods on the way that reach such a crossing, or wait there, the part of the week
on which it is shut does not pass. With another route open they turn back, and set out again in the week after with
what is dispatched then; without one they are resold where they are, and lost are base value less resale.

All of it rests in weeks in which nothing is shut, nor known to be so soon. A closed season, or a closure that will be
lifted, is not of this kind: goods wait for it (`ports`).
"""

import numpy as np

from sim.constants import SHUT
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import fill, fill_rows, is_any
from sim.kernels.numbers.numerics import ONE, ZERO
from sim.kernels.roads.transit import value_at_border
from sim.state import DENIED
from sim.state.measures import BARS

f4 = np.float32
f8 = np.float64
i4 = np.int32
u1 = np.uint8
u4 = np.uint32


@process
def close_roads(world, policy, week, state):
    """Find the stops that goods may not pass, the routes that are shut for it, and the channels left without a way.

    Done in weeks in which something is shut, or known to be so soon, and until all of it is open and under way again.

    Writes ``closures`` but for what turned back, ``in_force.blocked`` and ``firm_news``; empties
    ``trade_records.turned_away``; uses ``scratch.reprice_route``.
    """
    keep_apart()
    closures, in_force, passages = state.closures, state.in_force, world.passages
    shut = state.scratch.reprice_route[: closures.shut_route.size]
    fill(shut, u4(0))
    fill(closures.barred, ZERO)
    fill_rows(state.trade_records.turned_away, f8(0.0))
    known = policy.closing[week] != 0
    if known:
        bar_goods(policy, passages, week, shut, closures.barred)
        bar_gates(policy.schedule, passages, week, shut, closures.barred)
    news = replace_flags(shut, closures.shut_route)
    if block_channels(world.channels.route_start, world.routes.opens_week, week, closures.shut_route, in_force.blocked):
        in_force.firm_news[0] = i4(1)
        news = True
    closures.news[0] = i4(1) if news else i4(0)
    closures.active[0] = i4(1) if known or news or is_any(closures.turned_back) else i4(0)


@process
def bar_goods(policy, passages, week, shut, barred):
    """Bar goods in the scope of bans on transit, and shut their routes where they would arrive under the ban.

    Writes ``shut`` [R] and ``barred`` [S].
    """
    intensity, announced, role = policy.intensity, policy.announced, policy.role[BARS]
    start, reach, of_stop = policy.stop_start, policy.stop_reach, passages.of_stop
    route, soonest, latest = passages.route, passages.soonest_weeks, passages.latest_weeks
    for j in range(role.size):
        if role[j] == 0 or announced[j, week] == 0:
            continue
        strength = intensity[j]
        for n in range(start[j], start[j + 1]):
            i = of_stop[reach[n]]
            barred[i] = max(barred[i], strength[week])
            if is_any_between(strength, week + soonest[i], week + latest[i]):
                shut[route[i]] = u4(1)


@process
def is_any_between(strength, first, last):
    """Whether a measure is in force in weeks first .. last; after the last week of the run it is as in that week."""
    end = strength.size - 1
    for week in range(min(first, end), min(last, end) + 1):
        if strength[week] > ZERO:
            return True
    return False


@process
def bar_gates(schedule, passages, week, shut, barred):
    """Bar all goods at gates that are shut for good, and shut the routes that would reach such a gate.

    Writes ``shut`` [R] and ``barred`` [S].
    """
    version, gone_week, start = schedule.version, schedule.gone_week, passages.gate_start
    route, latest = passages.route, passages.latest_weeks
    for g in range(version.shape[0]):
        gone = gone_week[version[g, week]]
        for i in range(start[g], start[g + 1]):
            if week >= gone:
                barred[i] = ONE
            if week + latest[i] >= gone:
                shut[route[i]] = u4(1)


@process
def replace_flags(new, flags):
    """Take over new flags; writes ``flags``, and returns whether any of them changed."""
    changed = 0
    for i in range(flags.size):
        flag = u1(new[i])
        changed += flag != flags[i]
        flags[i] = flag
    return changed > 0


@process
def block_channels(start, opens_week, week, shut, blocked):
    """Mark the channels left without an open route; writes ``blocked`` [K], and returns whether any changed."""
    changed = 0
    for k in range(blocked.size):
        shut_routes, open_routes = 0, 0
        for r in range(start[k], start[k + 1]):
            shut_routes += shut[r] != 0
            open_routes += shut[r] == 0 and week >= opens_week[r]
        flag = u1(1) if shut_routes > 0 and open_routes == 0 else u1(0)
        changed += flag != blocked[k]
        blocked[k] = flag
    return changed > 0


@process
def price_shut(channel, shut, blocked, route_cost):
    """Give shut routes a cost at which the logit leaves them out; a channel that is blocked keeps its costs.

    Nobody uses it, and what customs write for goods still under way on it does not change by that.

    Writes ``route_cost`` [R].
    """
    for r in range(shut.size):
        if shut[r] != 0 and blocked[channel[r]] == 0:
            route_cost[r] = f4(SHUT)


@process
def leave_shut(start, place, shut, blocked, lanes):
    """Take the goods of a channel off its shut routes at once: its open routes have them in proportion to their shares.

    Writes ``lanes.route_share`` and ``share_sum``.
    """
    keep_apart()
    share, share_sum = lanes.route_share, lanes.share_sum
    for k in range(blocked.size):
        if blocked[k] != 0 or not is_any(shut[start[k] : start[k + 1]]):
            continue
        total = f8(0.0)
        for r in range(start[k], start[k + 1]):
            if shut[r] != 0:
                share[place[r]] = ZERO
            total += f8(share[place[r]])
        share_sum[k] = f8(0.0)
        for r in range(start[k], start[k + 1]):
            share[place[r]] = f4(f8(share[place[r]]) / total)
            share_sum[k] += f8(share[place[r]])


@process
def send_again(channels, state):
    """Let what turned back set out with this week's dispatch, over routes open now; without one it is turned away.

    Writes ``scratch.going``, ``closures.turned_back`` and what `turn_away` does.
    """
    blocked, turned_back, going = state.in_force.blocked, state.closures.turned_back, state.scratch.going
    for k in range(blocked.size):
        mass = turned_back[k]
        if mass > f8(0.0):
            turned_back[k] = f8(0.0)
            if blocked[k] != 0:
                turn_away(channels, k, mass, state)
            else:
                going[k] += mass


@process
def turn_back(world, state):
    """Let goods that reach a crossing shut to them, or wait there, turn back; tonnes and values are summed anew.

    Writes ``lanes.stop_passing`` and ``stop_queue``, ``closures.turned_back``, ``ports.queue_t``, ``passed_t`` and
    ``passed_musd``, and what `turn_away` does; uses ``scratch.parts``.
    """
    keep_apart()
    passages, barred, lanes, ports = world.passages, state.closures.barred, state.lanes, state.ports
    start, channel, tonnes = passages.gate_start, passages.channel, passages.tonnes
    for g in range(ports.queue_t.size):
        low, high = start[g], start[g + 1]
        if not is_any(barred[low:high]):
            continue
        for i in range(low, high):
            if barred[i] > ZERO:
                turn_back_at(world.channels, channel[i], i, state)
        passing, queue = lanes.stop_passing[low:high], lanes.stop_queue[low:high]
        ports.passed_t[g] = weigh_goods(passing, tonnes[low:high])
        ports.queue_t[g] = weigh_goods(queue, tonnes[low:high])
        ports.passed_musd[g] = value_at_border(channel[low:high], lanes.border_value, passing, state.scratch.parts[0])


@process
def turn_back_at(channels, k, i, state):
    """Turn back, at stop i, the goods of channel k that may not pass there this week."""
    lanes, part = state.lanes, f8(state.closures.barred[i])
    arrived, waited = lanes.stop_passing[i] * part, lanes.stop_queue[i] * part
    lanes.stop_passing[i] -= arrived
    lanes.stop_queue[i] -= waited
    if state.in_force.blocked[k] != 0:
        turn_away(channels, k, arrived + waited, state)
    else:
        state.closures.turned_back[k] += arrived + waited


@process
def weigh_goods(mass, tonnes):
    """Tonnes of goods at some stops."""
    total = f8(0.0)
    for i in range(mass.size):
        total += mass[i] * tonnes[i]
    return total


@process
def turn_away(channels, k, mass, state):
    """Take goods that have no way left off their channel, to be resold; what customs would find goes with them.

    Writes the ledger, ``trade_records.turned_away`` and the ``lanes.under_way*`` accounts.
    """
    lanes, w = state.lanes, channels.watched[k]
    state.ledger[DENIED] += mass
    state.trade_records.turned_away[channels.commodity[k], channels.direction[k]] += mass
    if w >= 0 and lanes.under_way[w] > f8(0.0):
        left = f8(1.0) - min(mass / lanes.under_way[w], f8(1.0))
        lanes.under_way[w] -= mass
        lanes.under_way_made_here[w] *= left
        lanes.under_way_detected[w] *= left
        lanes.under_way_count[w] *= left
        lanes.under_way_detected_made_here[w] *= left
