"""Growth, exit and entry of firms; registration in the free-trade zone and change of commodity there.

    capacity *= exp(clip(growth_speed gap, -cap, cap))            gap = believed margin less the base margin
    exit hazard = h exp(-gap / scale) min(1, median / capacity)   h higher in the first year
    entrants = entry rate x base firms x clip(1 + gap / 0.05, 0, 3)   each a small copy, with one channel changed

The hazard is that of one firm and week, the entrants are the sum over the firms that are copied. They come from a pool
of would-be exporters that stays as large as at the base: were it to grow with the firms, numbers would explode for as
long as margins are good. The size of an
entrant is such that at the base entering and leaving capacity are equal in each group. All of it rests in the spin-up.
"""

import numpy as np

from sim.constants import WEEKS_PER_YEAR
from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.kernels.firms.search import learn_channel, least_used, new_channel
from sim.kernels.numbers import draws
from sim.kernels.numbers.numerics import ONE, ZERO, exp32
from sim.kernels.rules import SMALLEST_VALUE, bounded, exit_hazard, prior_of
from sim.state import OWNERSHIPS, TRADER

f4 = np.float32
f8 = np.float64
i4 = np.int32
u4 = np.uint32
u8 = np.uint64
STAYS, LEAVES, COPIED = i4(0), i4(1), i4(2)
FIRST_YEAR_WEEKS = int(WEEKS_PER_YEAR)  # whole weeks
ENTRY_SLOPE = f4(20.0)  # entry doubles with 5 cents more of margin
MOST_ENTRY = f4(3.0)
FOREIGN = OWNERSHIPS.index("foreign")
ROWS, COPY_WAITS, REGISTRATION_WAITS = 0, 1, 2


@process
def grow(median_volume, parameters, week, first, n, state):
    """Let capacities follow margins, and draw which firms leave and which are copied by an entrant.

    Parameters
    ----------
    median_volume : float32 [groups]
        Median base volume of a group's branch.
    state : State
        Written: ``firms.capacity`` and ``fate`` in rows first .. first + n.
    """
    firms, last = state.firms, first + n
    grow_block(
        median_volume,
        parameters,
        i4(week - FIRST_YEAR_WEEKS),
        state.in_force.pressure[0],
        state.census.crowding,
        state.scratch.uniform[2, :n],
        firms.active[first:last],
        firms.born_week[first:last],
        firms.group[first:last],
        firms.ownership[first:last],
        firms.kind[first:last],
        firms.margin[first:last],
        firms.capacity[first:last],
        firms.fate[first:last],
    )


@process
def grow_block(
    median_volume,
    parameters,
    grown_up,
    pressure,
    crowding,
    uniform,
    active,
    born,
    group,
    ownership,
    kind,
    margin,
    capacity,
    fate,
):
    """Do it for the columns of a block.

    Parameters
    ----------
    grown_up : int
        Week after which a firm that was born is in its first year.
    pressure : float32
        Strongest import ban in force, in [0, 1]: what may drive foreign firms away.
    crowding : float32 [groups]
        Firms of the base over active firms: entrants are as many as the base firms call for.
    uniform : float32 [n]
        One uniform a firm: low ones leave, high ones are copied.
    capacity : float32 [n], fate : int32 [n]
        Written.
    """
    keep_apart()
    base, speed, cap = parameters.base_margin, parameters.growth_per_week, parameters.growth_cap_per_week
    trader_speed, trader_cap = parameters.trader_growth_per_week, parameters.trader_growth_cap_per_week
    young, old, scale = parameters.exit_first_year_per_week, parameters.exit_per_week, parameters.exit_scale
    births, divested = (
        parameters.entry_per_year / f4(WEEKS_PER_YEAR),
        parameters.divestment_per_year / f4(WEEKS_PER_YEAR) * pressure,
    )
    to_capacity = ONE / parameters.base_utilisation
    for i in range(uniform.size):
        gap = margin[i] - base
        most = trader_cap if kind[i] == TRADER else cap
        change = (trader_speed if kind[i] == TRADER else speed) * gap
        capacity[i] = capacity[i] * exp32(bounded(change, -most, most))
        rate = young if born[i] > grown_up else old
        g = u4(group[i])
        small = min(median_volume[g] * to_capacity / max(capacity[i], SMALLEST_VALUE), ONE)
        hazard = exit_hazard(rate, gap, scale) * small + (divested if ownership[i] == FOREIGN else ZERO)
        entry = births * crowding[g] * bounded(ONE + gap * ENTRY_SLOPE, ZERO, MOST_ENTRY)
        drawn = LEAVES if uniform[i] < hazard else (COPIED if uniform[i] >= ONE - entry else STAYS)
        fate[i] = drawn if active[i] != 0 else STAYS


@process
def renew(channels, parameters, moment, rows_used, firms, census):
    """Let firms leave and enter as was drawn this week.

    Where no row is free it ends before the firm that was to be copied, and goes on from there when there are more rows.

    Writes ``firms`` and ``rows_used``.
    """
    keep_apart()
    fate, rows, waits = firms.fate, rows_used[ROWS], rows_used[COPY_WAITS] - 1
    if waits < 0:
        for f in range(rows):
            if fate[f] == LEAVES:
                leave(f, firms)
    free = 0
    rows_used[COPY_WAITS] = 0
    for f in range(max(waits, 0), rows):
        if fate[f] == COPIED:
            free = next_free(firms.active, free)
            if not is_room(free, f, COPY_WAITS, rows_used, firms.active):
                return
            enter(channels, parameters, moment, f, free, firms, census)
            firms.capacity[free] = firms.capacity[f] * census.entrant_size[firms.group[f]]


@process
def leave(f, firms):
    """Close a firm; what it stored is written off.

    Writes row ``f``.
    """
    firms.active[f] = i4(0)
    firms.capacity[f] = ZERO
    firms.stock[f] = ZERO
    firms.shipped[f] = ZERO


@process
def next_free(active, row):
    """First free row from a row on; the number of rows where there is none."""
    while row < active.size and active[row] != 0:
        row += 1
    return row


@process
def is_room(free, f, what, rows_used, active):
    """Whether a free row was found; else write down that a copy or a registration of firm ``f`` waits for one."""
    if free < active.size:
        rows_used[ROWS] = max(rows_used[ROWS], free + 1)
        return True
    rows_used[what] = f + 1
    return False


@kernel
def is_waiting(rows_used):
    """Whether the week stands still, because a firm waits for a free row."""
    return rows_used[COPY_WAITS] != 0 or rows_used[REGISTRATION_WAITS] != 0


@process
def enter(channels, parameters, moment, model, row, firms, census):
    """Found a firm in a free row: a copy of another one with one channel changed, new to all of its partners.

    Writes row ``row`` but for its capacity.
    """
    firms.generation[row] += np.uint32(1)
    week, seed, run = moment.week, moment.seed, moment.run
    copy_firm(model, row, week, firms)
    words = draws.philox(u8(row), u8(firms.generation[row]), u8(week), draws.BIRTH, seed, run)
    others = draws.philox(u8(row), u8(firms.generation[row]), u8(week), draws.BIRTH + u8(1), seed, run)
    firms.complies[row] = i4(1) if draws.unit64(words[0]) < f8(parameters.compliance_share) else i4(0)
    forget(channels.kind, parameters, row, firms)
    group = firms.group[row]
    k = new_channel(channels, census, row, group, firms.channel, others, parameters.search_copied_share)
    if k >= 0:
        learn_channel(channels.kind, parameters, least_used(firms.share, row), row, k, firms)


@process
def copy_firm(model, row, week, firms):
    """Copy what a firm is and which channels it uses.

    Writes row ``row``.
    """
    firms.active[row] = i4(1)
    firms.born_week[row] = week
    firms.fate[row] = STAYS
    firms.listed[row] = u8(0)
    firms.listed_by_detention[row] = u8(0)
    firms.stock[row] = ZERO
    firms.shipped[row] = ZERO
    for column in (firms.place, firms.registered, firms.in_area, firms.commodity, firms.direction, firms.ownership):
        column[row] = column[model]
    firms.group[row] = firms.group[model]
    firms.kind[row] = firms.kind[model]
    firms.made_here[row] = firms.made_here[model]
    firms.goods_rank[row] = firms.goods_rank[model]
    firms.unit_cost[row] = firms.unit_cost[model]
    firms.own_cost[row] = firms.own_cost[model]
    firms.margin[row] = firms.margin[model]
    copy_slots(model, row, firms)


@process
def copy_slots(model, row, firms):
    """Copy the channels of a firm, their shares and what is believed of prices and risk.

    Writes the slots of row ``row``.
    """
    channel, share, price_belief = firms.channel, firms.share, firms.price_belief
    risk, consignments = firms.risk, firms.consignments
    for q in range(channel.shape[0]):
        channel[q, row] = channel[q, model]
        share[q, row] = share[q, model]
        price_belief[q, row] = price_belief[q, model]
        risk[q, row] = risk[q, model]
        consignments[q, row] = consignments[q, model]


@process
def forget(kind, parameters, row, firms):
    """Give a firm the priors and the missing relationships of a newcomer.

    Writes the slots of row ``row``.
    """
    channel, belief, own_record = firms.channel, firms.detention_belief, firms.own_record
    relationship, base_own_utility = firms.relationship, firms.base_own_utility
    for q in range(channel.shape[0]):
        prior = prior_of(kind, channel[q, row], parameters)
        belief[q, row] = prior
        own_record[q, row] = prior
        relationship[q, row] = ZERO
        base_own_utility[q, row] = -parameters.relationship_weight
    firms.new_channel[row] = i4(1)
