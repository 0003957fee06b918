"""Intermediaries: agents of the hubs that carry, relabel or work up goods, and take a share of their price for it.

A hub pool is where the intermediaries of one hub serve one commodity by one kind of channel; their capacities add
up, and they take one mark-up. The mark-up of a channel is that of the base times a factor of its pool, which
follows the load:

    load    = clients' flow / (capacity * season);    at base: `base_utilisation`
    factor += adjustment * ((load / base load) ** (1 / supply elasticity) - factor)       within 0.25 to 4

Every fourth week intermediaries enter where the mark-up is above that of the base and leave where it is below, and
those in reach of a secondary sanction may be listed:

    entrants a year     = rate * active * max(0, factor - 1)
    chance of leaving   = rate * max(0, 1 - factor)                       a year
    chance of a listing = rate * intensity * (1 - w + w * denied of the hub / mean of the hubs in reach)      a year

A listed intermediary works no more: its capacity is gone, the mark-up rises, and clients move on by their ordinary
choice. An entrant may take its row.
"""

import numpy as np

from sim.constants import WEEKS_PER_YEAR
from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers import draws
from sim.kernels.numbers.columns import fill
from sim.kernels.numbers.numerics import ZERO, expm1_64, power64
from sim.kernels.rules import moved
from sim.state import ROWS_OF_A_HUB_POOL as ROWS
from sim.state.measures import THREATENS

f4 = np.float32
f8 = np.float64
i4 = np.int32
u4 = np.uint32
u8 = np.uint64
AT_START = 4  # intermediaries of a pool: assumed, no source counts them
TURNOVER_WEEKS = 4
SMALLEST_FACTOR = f8(0.25)
LARGEST_FACTOR = f8(4.0)
SMALLEST_LOAD = f8(1e-9)
MEMORY_WEEKS = f8(26.0)  # of what customs denied of a hub's goods
WATCHED_SHARE = f8(0.5)  # of listings that go where customs denied goods; the rest is spread evenly
NOT_LISTED = i4(-1)


@process
def run_hub_pools(world, policy, parameters, moment, state):
    """Settle the week at the pools: clients, mark-ups, and every fourth week after the spin-up who works there.

    Writes ``state.intermediaries``.
    """
    hub_pools, agents = world.hub_pools, state.intermediaries
    see_clients(hub_pools, state.lanes.markup, state.lanes.dispatched, agents)
    remember_denied(hub_pools.class_hub, state.customs.denied_musd, agents.denied)
    if not moment.spinning_up and moment.week % TURNOVER_WEEKS == 0:
        turn_over(hub_pools, policy, parameters, moment, agents)
    move_markups(hub_pools, state.season, parameters, agents)


@process
def begin_intermediaries(hub_pools, base_utilisation, agents):
    """Give every pool its first intermediaries, with the capacity that carries the base flow at base utilisation.

    Parameters
    ----------
    hub_pools : HubPools
    base_utilisation : float32
    agents : Intermediaries
        Written.
    """
    keep_apart()
    base_flow, active, capacity = hub_pools.base_flow, agents.active, agents.capacity
    for e in range(base_flow.size):
        for i in range(e * ROWS, e * ROWS + AT_START):
            active[i] = i4(1)
            capacity[i] = base_flow[e] / f8(base_utilisation) / f8(AT_START)
    count_working(hub_pools.hub, agents)


@process
def count_working(hub, agents):
    """Add up who works: by pool ``working`` and ``pool_capacity``, by hub ``hub_working``, all written."""
    keep_apart()
    active, capacity = agents.active, agents.capacity
    working, pool_capacity, hub_working = agents.working, agents.pool_capacity, agents.hub_working
    fill(hub_working, f8(0.0))
    for e in range(hub.size):
        count, total = 0, f8(0.0)
        for i in range(e * ROWS, e * ROWS + ROWS):
            if active[i] != 0:
                count += 1
                total += capacity[i]
        working[e], pool_capacity[e] = i4(count), total
        hub_working[hub[e]] += f8(count)


@process
def see_clients(hub_pools, markup, flow, agents):
    """Add up what goes over each pool, and what the hubs take of it on average.

    Parameters
    ----------
    markup : float32 [K]
        Share of the landed price that each channel's hub takes.
    flow : float64 [K]
        Goods of each channel this week.
    agents : Intermediaries
        Written: ``flow``, ``hub_flow`` and ``hub_markup``, which stays what it was where nothing goes.
    """
    keep_apart()
    of_channel, hub, pool_flow = hub_pools.of_channel, hub_pools.hub, agents.flow
    hub_flow, hub_markup, hub_taken, channels = agents.hub_flow, agents.hub_markup, agents.hub_taken, hub_pools.channel
    fill(pool_flow, f8(0.0))
    fill(hub_flow, f8(0.0))
    fill(hub_taken, f8(0.0))
    for x in range(channels.size):
        k = channels[x]
        e = of_channel[k]
        pool_flow[e] += flow[k]
        hub_flow[hub[e]] += flow[k]
        hub_taken[hub[e]] += flow[k] * f8(markup[k])
    for m in range(hub_flow.size):
        if hub_flow[m] > f8(0.0):
            hub_markup[m] = hub_taken[m] / hub_flow[m]


@process
def move_markups(hub_pools, season, parameters, agents):
    """Let the mark-up of each pool follow its load; capacity breathes with the season, as that of the firms does.

    A pool that nobody serves is served by strangers at the largest mark-up.

    Parameters
    ----------
    season : float32 [C]
        This week.
    agents : Intermediaries
        Written: ``markup_factor``.
    """
    keep_apart()
    commodity, flow, capacity, factor = hub_pools.commodity, agents.flow, agents.pool_capacity, agents.markup_factor
    base_load, power = f8(parameters.base_utilisation), f8(1.0) / f8(parameters.hub_supply_elasticity)
    for e in range(commodity.size):
        breath = f8(season[commodity[e]])
        if breath <= f8(0.0):
            continue
        target = LARGEST_FACTOR
        if capacity[e] > f8(0.0):
            load = flow[e] / (capacity[e] * breath)
            target = power64(max(load / base_load, SMALLEST_LOAD), power)
        bounded = f4(min(max(target, SMALLEST_FACTOR), LARGEST_FACTOR))
        factor[e] = moved(factor[e], bounded, parameters.hub_markup_adjustment)


@process
def remember_denied(class_hub, denied_musd, denied):
    """Remember what customs everywhere denied of each hub's goods, value a week.

    Parameters
    ----------
    class_hub : int32 [H]
        Market that each inspection class declares as origin; -1 for home.
    denied_musd : float64 [H]
        This week.
    denied : float64 [M]
        Smoothed; written.
    """
    keep_apart()
    speed = f8(1.0) / MEMORY_WEEKS
    for m in range(denied.size):
        denied[m] -= speed * denied[m]
    for h in range(class_hub.size):
        if class_hub[h] >= 0:
            denied[class_hub[h]] += speed * denied_musd[h]


@process
def turn_over(hub_pools, policy, parameters, moment, agents):
    """List, let go and let in: what happens to intermediaries every fourth week.

    Parameters
    ----------
    agents : Intermediaries
        Written: rows and what is added up of them.
    """
    keep_apart()
    find_threats(policy, hub_pools, moment.week, agents.threat, agents.threatened)
    share_threats(hub_pools.hub, agents.denied, agents.threatened, agents.threat)
    factor, working, threat, base_flow = agents.markup_factor, agents.working, agents.threat, hub_pools.base_flow
    entry_rate, listing_rate = f8(parameters.hub_entry_per_year), f8(parameters.hub_listing_per_year)
    for e in range(base_flow.size):
        gain, count = f8(factor[e]) - f8(1.0), f8(working[e])
        free = max(f8(ROWS) - count, f8(1.0))
        entry = chance_in(entry_rate * max(gain, f8(0.0)) * max(count, f8(1.0)) / free)
        leaving, listing = chance_in(entry_rate * max(-gain, f8(0.0))), chance_in(listing_rate * threat[e])
        if entry + leaving + listing > f8(0.0):
            size = base_flow[e] / f8(parameters.base_utilisation) / f8(AT_START)
            if working[e] > 0:
                size = agents.pool_capacity[e] / count
            turn_pool_over(e, entry, leaving, listing, size, moment, agents)
    count_working(hub_pools.hub, agents)


@process
def chance_in(hazard_per_year):
    """Chance that something with a hazard happens between two turnovers."""
    return -expm1_64(-hazard_per_year * f8(TURNOVER_WEEKS) / f8(WEEKS_PER_YEAR))


@process
def turn_pool_over(e, entry, leaving, listing, size, moment, agents):
    """Draw for each row of a pool; the last one that works does not leave of its own accord.

    Parameters
    ----------
    entry, leaving, listing : float64
        Chances of a free row, and of one that works.
    size : float64
        Capacity of an entrant, musd a week.
    agents : Intermediaries
        Written: rows of pool ``e``.
    """
    active, generation, listed_since, capacity = (
        agents.active,
        agents.generation,
        agents.listed_since,
        agents.capacity,
    )
    left = agents.working[e]
    for i in range(e * ROWS, e * ROWS + ROWS):
        if (entry if active[i] == 0 else leaving + listing) <= f8(0.0):  # nothing can happen to it: no draw
            continue
        words = draws.philox(u8(i), u8(generation[i]), u8(moment.week), draws.INTERMEDIARY, moment.seed, moment.run)
        if active[i] == 0:
            if draws.unit64(words[0]) < entry:
                active[i], listed_since[i], capacity[i] = i4(1), NOT_LISTED, size
                generation[i] += u4(1)
            continue
        listed = draws.unit64(words[1]) < listing
        if listed or (left > 1 and draws.unit64(words[2]) < leaving):
            active[i], capacity[i] = i4(0), f8(0.0)
            left -= 1
        if listed:
            listed_since[i] = i4(moment.week)


@process
def find_threats(policy, hub_pools, week, threat, threatened):
    """Find the pools and hubs that secondary sanctions in force reach; of several the strongest holds.

    Parameters
    ----------
    threat : float64 [E]
        Intensity; written.
    threatened : int32 [M]
        Written.
    """
    keep_apart()
    of_channel, hub = hub_pools.of_channel, hub_pools.hub
    intensity, start, reach = policy.intensity, policy.channel_start, policy.channel_reach
    fill(threat, f8(0.0))
    fill(threatened, i4(0))
    for j in range(intensity.shape[0]):
        strength = intensity[j, week]
        if policy.role[THREATENS, j] == 0 or strength <= ZERO:
            continue
        for i in range(start[j], start[j + 1]):
            e = of_channel[reach[i]]
            if e < hub.size:
                threat[e] = max(threat[e], f8(strength))
                threatened[hub[e]] = i4(1)


@process
def share_threats(hub, denied, threatened, threat):
    """Turn part of the threat to where customs denied goods; without denials all hubs in reach are threatened alike.

    Parameters
    ----------
    hub : int32 [E]
    denied : float64 [M], threatened : int32 [M]
    threat : float64 [E]
        Written.
    """
    keep_apart()
    total, count = f8(0.0), f8(0.0)
    for m in range(denied.size):
        if threatened[m] != 0:
            total += denied[m]
            count += f8(1.0)
    if total <= f8(0.0):
        return
    for e in range(hub.size):
        threat[e] *= f8(1.0) - WATCHED_SHARE + WATCHED_SHARE * denied[hub[e]] * count / total
