"""What a firm's channels promise, taken apart, for readers of a single run.

Numbers are those that the kernels reckon with: the parts of a margin add up to it. Money of a margin is in dollars per
dollar of goods at base prices.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.kernels.compiler.jit import over_arrays
from sim.kernels.firms.alternative_rules import reinforce, satisfice
from sim.kernels.firms.choice import LEAST_UTILITY, SMALLEST_WEIGHT
from sim.kernels.rules import (
    before_duty,
    cancelled_part,
    excess_margin,
    firm_class,
    left_after,
    list_bit,
    logit_weight,
    margin,
    payment_friction,
    slot_utility,
)
from sim.run import Columns, Run, columns_of
from sim.state import KINDS, LOGIT, REINFORCEMENT

f4 = np.float32
PARTS = ("price", "tariff", "markup", "unit_cost", "access", "payment", "clearing", "closed", "risk")


def last_week(run: Run, row: int) -> Columns | None:
    """Give the columns of the week before; None where there is none, or the firm entered in the last week."""
    before = run.before
    if before is None or row >= before.generation.size or before.generation[row] != run.state.firms.generation[row]:
        return None
    return before


def channel_name(run: Run, k: int) -> str:
    """Market of a channel; with the kind and the hub where it is not direct."""
    channels, names = run.world.channels, run.labels.markets
    kind, hub = KINDS[channels.kind[k]], channels.hub[k]
    way = "" if kind == KINDS[0] else f" ({kind}{' over ' + names[hub] if hub >= 0 else ''})"
    return names[channels.market[k]] + way


def used_slots(run: Run, row: int) -> NDArray[np.intp]:
    """Slots of a firm that hold a channel."""
    return np.flatnonzero(run.state.firms.channel[:, row] < run.world.channels.market.size)


def share_ordered(run: Run, row: int, before: Columns) -> NDArray[np.float32]:
    """Shares [Q] with which a firm went into the last week: those of the week before, less what buyers cancelled."""
    channel, share = before.channel[:, row], before.share[:, row].copy()
    used = np.flatnonzero(channel < run.world.channels.market.size)
    at = (_classes(run, row, channel[used]), channel[used])
    was, now = before.refusing[at], run.state.in_force.refusing[at]
    more = now > was
    hit, cut = used[more], np.zeros_like(share)
    cut[hit] = share[hit] * over_arrays(cancelled_part)(was[more], now[more], f4(run.parameters.orders_cancelled))
    rest = share[cut <= 0].sum()
    if cut.any() and rest > 0:
        share[cut <= 0] *= (rest + cut.sum()) / rest
    return share - cut


def margin_parts(run: Run, columns: Columns, row: int, slots: NDArray[np.intp]) -> pd.DataFrame:
    """Take the believed margins of a firm's slots apart.

    Returns
    -------
    pandas.DataFrame
        A row a slot; `PARTS`, costs below 0, which add up to the margin.
    """
    k = columns.channel[slots, row]
    base_tariff = run.world.channels.base_tariff
    price = columns.price_belief[slots, row].astype(float)
    landed = over_arrays(before_duty)(price, base_tariff[k].astype(float) + columns.tariff[k])
    access, closed = columns.access_cost[k].astype(float), columns.closed[k].astype(float)
    saved = columns.saved[k].astype(float)
    worn = float(left_after(run.parameters.payment_fade_per_year, max(run.week - 1, 0)))
    own_burden = np.minimum(columns.burden[_classes(run, row, k), k] * worn, columns.risk[slots, row].astype(float))
    parts = {
        "price": price,
        "tariff": landed - price,
        "markup": price * columns.net_revenue[k] - landed,
        "unit_cost": np.full(k.size, -float(columns.unit_cost[row])),
        "access": -access,
        "payment": access + closed - saved - columns.friction[k] - own_burden,
        "clearing": saved,
        "closed": 0.0 - closed,
        "risk": own_burden - columns.risk[slots, row],
    }
    return pd.DataFrame(parts, index=slots)


def _classes(run: Run, row: int, channels: NDArray[np.int32]) -> list[int]:
    """Classes in which measures see a firm on some channels: not every sender may list it."""
    firms, authority = run.state.firms, run.world.channels.authority
    unlisted = firm_class(firms.made_here[row], firms.ownership[row])
    return [int(unlisted + list_bit(firms.listed[row], authority[k])) for k in channels]


def base_parts(run: Run, slots: NDArray[np.intp], row: int) -> pd.DataFrame:
    """Give the same parts as they were at base, where prices are 1 and nobody inspects; the mark-up takes the rest."""
    world, lanes, parameters = run.world, run.state.lanes, run.parameters
    k = run.state.firms.channel[slots, row]
    parts = pd.DataFrame(0.0, index=slots, columns=list(PARTS))
    parts["price"] = 1.0
    parts["tariff"] = over_arrays(before_duty)(1, world.channels.base_tariff[k].astype(float)) - 1
    parts["unit_cost"] = -run.state.unit_cost[world.channels.group[k]].astype(float)
    parts["access"] = -lanes.access_base[k].astype(float)
    parts["payment"] = -float(payment_friction(parameters.commission_share, parameters.payment_days))
    base_margin = (world.channels.base_value[k].astype(float) - lanes.asc[k]) / parameters.theta_market
    parts["markup"] = base_margin - parts.sum(axis=1)
    return parts


def believed_margins(columns: Columns, row: int, slots: NDArray[np.intp]) -> NDArray[np.float32]:
    """Believed margins by the rule that the kernels use."""
    k, cost = columns.channel[slots, row], columns.unit_cost[row]
    known = columns.price_belief[slots, row], columns.net_revenue[k], columns.friction[k], columns.risk[slots, row]
    return np.array(
        [margin(price, net_revenue, cost, lost, risk) for price, net_revenue, lost, risk in zip(*known, strict=True)],
        f4,
    )


def target_shares(run: Run, row: int, slots: NDArray[np.intp]) -> NDArray[np.float32]:
    """Shares that the firm moved towards in the last week done, by its rule of choice."""
    now = columns_of(run.state)
    before = last_week(run, row) or now
    world, lanes, parameters = run.world, run.state.lanes, run.parameters
    k, believed = now.channel[slots, row], believed_margins(now, row, slots)
    if slots.size == 0:
        return believed
    known = before.channel[slots, row] == k
    relationship = np.where(known, before.relationship[slots, row], 0)
    theta, own = f4(parameters.theta_market), run.state.firms.own_utility[slots, row]
    pull = f4(parameters.relationship_weight) * relationship
    if world.sizes.choice_rule == LOGIT:
        attraction = lanes.asc[k] + run.state.markets.size[world.channels.cell[k]]
        utility = over_arrays(slot_utility)(theta, believed, attraction, pull, own)
        top = max(utility.max(), LEAST_UTILITY)
        weight = np.array([logit_weight(each, top) for each in utility], f4)
        return weight / max(weight.sum(), SMALLEST_WEIGHT)
    base_value, taken = world.channels.base_value[k], own - run.state.firms.base_own_utility[slots, row]
    excess = over_arrays(excess_margin)(believed, base_value, lanes.asc[k], taken, theta)
    taste = base_value + (pull + own)
    share = share_ordered(run, row, before)[slots]
    target, tried = np.zeros(slots.size, f4), f4(parameters.experimentation)
    if world.sizes.choice_rule == REINFORCEMENT:
        reinforce(excess, taste, share, theta, tried, target)
    else:
        satisfice(excess, taste, share, f4(parameters.aspiration_gap), tried, target)
    return target


def firm_table(run: Run, row: int) -> pd.DataFrame:
    """Tabulate a firm's channels.

    Parameters
    ----------
    run : Run
    row : int
        Row of the firm.

    Returns
    -------
    pandas.DataFrame
        By channel: ``share``, ``target``, ``margin`` and its `PARTS`, ``relationship``, ``demand`` (size without
        shocks, 1 at base), ``detention_belief`` (chance that a consignment is found, where the firm reckons
        with inspections) and ``consignments`` a week.
    """
    firms, slots = run.state.firms, used_slots(run, row)
    now = columns_of(run.state)
    k = now.channel[slots, row]
    table = margin_parts(run, now, row, slots)
    table.insert(0, "margin", believed_margins(now, row, slots))
    table.insert(0, "target", target_shares(run, row, slots))
    table.insert(0, "share", now.share[slots, row])
    table["relationship"] = now.relationship[slots, row]
    table["demand"] = np.exp(run.state.markets.size[run.world.channels.cell[k]])
    at_risk = now.risk[slots, row] > 0
    table["detention_belief"] = np.where(at_risk, firms.detention_belief[slots, row], 0.0)
    table["consignments"] = firms.consignments[slots, row]
    table.index = pd.Index([channel_name(run, each) for each in k], name="channel")
    return table
