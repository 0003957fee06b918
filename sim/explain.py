"""What an agent knows and does, and why, for readers of a single run: tables, and the same in plain sentences.

Numbers are those that the kernels reckon with, taken apart: the parts of a margin add up to it. Money of a margin is in
dollars per dollar of goods at base prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.kernels.firms.choice import LEAST_UTILITY, SMALLEST_WEIGHT
from sim.kernels.firms.rivals import reinforce, satisfice
from sim.kernels.rules import WEEKS_A_YEAR, firm_class, list_bit, margin, payment_friction
from sim.state import KINDS, LOGIT, PRESUMED, REINFORCEMENT, State
from sim.state.measures import BURDEN, CLOSED, TARIFF

if TYPE_CHECKING:
    from sim.agents import CustomsAgent, FirmAgent
    from sim.model import TradeModel

f4 = np.float32
PARTS = ("price", "tariff", "markup", "unit_cost", "access", "payment", "closed", "risk")
IN_WORDS = {
    "price": "the price",
    "tariff": "the tariff",
    "markup": "the hub's mark-up",
    "unit_cost": "the cost of making it",
    "access": "the way there",
    "payment": "payment",
    "closed": "closure",
    "risk": "the risk of detention",
}
ROUTES_SHOWN = 2
SMALLEST_ROUTE_SHARE = 0.005
CLASSES_SHOWN = 10
SMALLEST_CHANGE = 5e-5
SMALLEST_DIFFERENCE = 5e-4


class Columns(NamedTuple):
    """What firms believe and what is published about channels, as of the end of a week."""

    generation: NDArray[np.uint32]
    channel: NDArray[np.int32]
    share: NDArray[np.float32]
    relation: NDArray[np.float32]
    price_belief: NDArray[np.float32]
    risk: NDArray[np.float32]
    unit_cost: NDArray[np.float32]
    keep: NDArray[np.float32]
    friction: NDArray[np.float32]
    access_cost: NDArray[np.float32]
    closed: NDArray[np.float32]
    tariff: NDArray[np.float32]
    burden: NDArray[np.float32]


def columns_of(state: State) -> Columns:
    """Pick the columns, as views."""
    firms, lanes, force, rows = state.firms, state.lanes, state.force, state.rows_used[0]
    slots = (firms.channel, firms.share, firms.relation, firms.price_belief, firms.risk)
    closed, tariff, burden = force.channel[CLOSED], force.channel[TARIFF], force.by_class[BURDEN]
    public = (lanes.keep, lanes.friction, lanes.access_cost, closed, tariff, burden)
    return Columns(firms.generation[:rows], *(column[:, :rows] for column in slots), firms.unit_cost[:rows], *public)


def remember(state: State) -> Columns:
    """Copy the columns, to compare the next week with."""
    return Columns(*(column.copy() for column in columns_of(state)))


def last_week(model: TradeModel, row: int) -> Columns | None:
    """Give the columns of the week before; None where there is none, or the firm entered in the last week."""
    before = model.before
    if before is None or row >= before.generation.size or before.generation[row] != model.state.firms.generation[row]:
        return None
    return before


def channel_name(model: TradeModel, k: int) -> str:
    """Market of a channel; with the kind and the hub where it is not direct."""
    channels, names = model.built.arrays.channels, model.built.labels.markets
    kind, hub = KINDS[channels.kind[k]], channels.hub[k]
    way = "" if kind == KINDS[0] else f" ({kind}{' over ' + names[hub] if hub >= 0 else ''})"
    return names[channels.market[k]] + way


def used_slots(model: TradeModel, row: int) -> NDArray[np.intp]:
    """Slots of a firm that hold a channel."""
    return np.flatnonzero(model.state.firms.channel[:, row] < model.built.arrays.channels.market.size)


def margin_parts(model: TradeModel, columns: Columns, row: int, slots: NDArray[np.intp]) -> pd.DataFrame:
    """Take the believed margins of a firm's slots apart.

    Returns
    -------
    pandas.DataFrame
        A row a slot; `PARTS`, costs below 0, which add up to the margin.
    """
    k = columns.channel[slots, row]
    base_tariff = model.built.arrays.channels.base_tariff
    price = columns.price_belief[slots, row].astype(float)
    landed = price / (1 + base_tariff[k].astype(float) + columns.tariff[k])
    access, closed = columns.access_cost[k].astype(float), columns.closed[k].astype(float)
    worn = np.exp(-float(model.parameters.payment_fade_per_year) * max(model.week - 1, 0) / WEEKS_A_YEAR)
    own_burden = np.minimum(columns.burden[_classes(model, row, k), k] * worn, columns.risk[slots, row].astype(float))
    parts = {
        "price": price,
        "tariff": landed - price,
        "markup": price * columns.keep[k] - landed,
        "unit_cost": np.full(k.size, -float(columns.unit_cost[row])),
        "access": -access,
        "payment": access + closed - columns.friction[k] - own_burden,
        "closed": 0.0 - closed,
        "risk": own_burden - columns.risk[slots, row],
    }
    return pd.DataFrame(parts, index=slots)


def _classes(model: TradeModel, row: int, channels: NDArray[np.int32]) -> list[int]:
    """Classes in which measures see a firm on some channels: not every sender may list it."""
    firms, authority = model.state.firms, model.built.arrays.channels.authority
    unlisted = firm_class(firms.made_here[row], firms.ownership[row])
    return [int(unlisted + list_bit(firms.listed[row], authority[k])) for k in channels]


def base_parts(model: TradeModel, slots: NDArray[np.intp], row: int) -> pd.DataFrame:
    """Give the same parts as they were at base, where prices are 1 and nobody inspects; the mark-up takes the rest."""
    world, lanes, parameters = model.built.arrays, model.state.lanes, model.parameters
    k = model.state.firms.channel[slots, row]
    parts = pd.DataFrame(0.0, index=slots, columns=list(PARTS))
    parts["price"] = 1.0
    parts["tariff"] = 1 / (1 + world.channels.base_tariff[k].astype(float)) - 1
    parts["unit_cost"] = -model.state.unit_cost[world.channels.group[k]].astype(float)
    parts["access"] = -lanes.access_base[k].astype(float)
    parts["payment"] = -float(payment_friction(parameters.commission_share, parameters.payment_days))
    base_margin = (world.channels.base_value[k].astype(float) - lanes.appeal[k]) / parameters.theta_market
    parts["markup"] = base_margin - parts.sum(axis=1)
    return parts


def believed_margins(columns: Columns, row: int, slots: NDArray[np.intp]) -> NDArray[np.float32]:
    """Believed margins by the rule that the kernels use."""
    k, cost = columns.channel[slots, row], columns.unit_cost[row]
    known = columns.price_belief[slots, row], columns.keep[k], columns.friction[k], columns.risk[slots, row]
    return np.array([margin(price, keep, cost, lost, risk) for price, keep, lost, risk in zip(*known, strict=True)], f4)


def target_shares(model: TradeModel, row: int, slots: NDArray[np.intp]) -> NDArray[np.float32]:
    """Shares that the firm moved towards in the last week done, by its rule of choice."""
    now = columns_of(model.state)
    before = last_week(model, row) or now
    world, lanes, parameters = model.built.arrays, model.state.lanes, model.parameters
    k, believed = now.channel[slots, row], believed_margins(now, row, slots)
    if slots.size == 0:
        return believed
    known = before.channel[slots, row] == k
    relation = np.where(known, before.relation[slots, row], 0)
    liking = parameters.relation_weight * relation + model.state.firms.own_appeal[slots, row]
    if world.sizes.choice_rule == LOGIT:
        attraction = lanes.appeal[k] + model.state.markets.size[world.channels.cell[k]]
        utility = (parameters.theta_market * believed + attraction + liking).astype(float)
        weight = np.exp(utility - max(utility.max(), float(LEAST_UTILITY)))
        return (weight / max(weight.sum(), float(SMALLEST_WEIGHT))).astype(f4)
    base_margin = (world.channels.base_value[k] - lanes.appeal[k]) / f4(parameters.theta_market)
    taken = (model.state.firms.own_appeal - model.state.firms.base_appeal)[slots, row] / f4(parameters.theta_market)
    excess, taste = believed - base_margin + taken, world.channels.base_value[k] + liking.astype(f4)
    share, target, tried = before.share[slots, row], np.zeros(slots.size, f4), f4(parameters.experimentation)
    if world.sizes.choice_rule == REINFORCEMENT:
        reinforce(excess, taste, share, f4(parameters.theta_market), tried, target)
    else:
        satisfice(excess, taste, share, f4(parameters.aspiration_gap), tried, target)
    return target


def firm_table(model: TradeModel, row: int) -> pd.DataFrame:
    """Tabulate a firm's channels.

    Parameters
    ----------
    model : TradeModel
    row : int
        Row of the firm.

    Returns
    -------
    pandas.DataFrame
        By channel: ``share``, ``target``, ``margin`` and its `PARTS`, ``relation``, ``demand`` (size without shocks, 1
        at base), ``detention_belief`` (chance that a consignment is found, where the firm reckons with inspections)
        and ``consignments`` a week.
    """
    firms, slots = model.state.firms, used_slots(model, row)
    now = columns_of(model.state)
    k = now.channel[slots, row]
    table = margin_parts(model, now, row, slots)
    table.insert(0, "margin", believed_margins(now, row, slots))
    table.insert(0, "target", target_shares(model, row, slots))
    table.insert(0, "share", now.share[slots, row])
    table["relation"] = now.relation[slots, row]
    table["demand"] = np.exp(model.state.markets.size[model.built.arrays.channels.cell[k]])
    at_risk = now.risk[slots, row] > 0
    table["detention_belief"] = np.where(at_risk, firms.detention_belief[slots, row], 0.0)
    table["consignments"] = firms.consignments[slots, row]
    table.index = pd.Index([channel_name(model, each) for each in k], name="channel")
    return table


def explain_firm(firm: FirmAgent) -> str:
    """Say in plain lines what a firm's channels promise, part by part, and why its shares changed last."""
    model, row = firm.model, firm.row
    if not firm.active:
        return f"Firm {row}, {_week(model)}: a free row."
    table, slots = firm_table(model, row), used_slots(model, row)
    made = "made in the region" if firm.made_here else "made elsewhere"
    made += "; it refuses what a ban names" if firm.complies else ""
    made += f"; on the list of {', '.join(firm.listed_by)}" if firm.listed_by else ""
    lines = [
        f"Firm {row}, {_week(model)}: {firm.ownership}, {firm.direction}s {firm.commodity}, at {firm.place}, {made}.",
        f"It ships {firm.shipped_musd:.4f} of a capacity of {firm.capacity_musd:.4f} million dollars a week and holds "
        f"{firm.stock_musd:.4f} in stock.",
        f"Its mean believed margin is {firm.margin:.3f}, the base margin {model.parameters.base_margin:.3f}.",
    ]
    for slot, (name, channel) in zip(slots, table.iterrows(), strict=True):
        k = model.state.firms.channel[slot, row]
        lines.append(
            f"- {name}: {channel['share']:.1%}, moving to {channel['target']:.1%}; margin {channel['margin']:.3f} = "
            f"{_sum_in_words(channel)}; relation {channel['relation']:.2f}, demand {channel['demand']:.2f} of base"
        )
        lines += _routes_in_words(model, k)
        if channel["detention_belief"] > 0:
            lines.append(
                f"  inspection: it believes that {channel['detention_belief']:.0%} of its consignments are found and "
                f"sends {channel['consignments']:.0f} a week"
            )
    return "\n".join([*lines, *_last_change(model, row, slots, list(table.index))])


def _week(model: TradeModel) -> str:
    if model.week == 0:
        return "before the first week"
    return f"week of {model.built.week_starts[model.week - 1]}"


def _sum_in_words(channel: pd.Series) -> str:
    """Write the margin as a sum; what is 0 is left out."""
    terms = [f"price {channel['price']:.3f}"]
    for part in PARTS[1:]:
        if abs(channel[part]) >= SMALLEST_DIFFERENCE:
            sign = "-" if channel[part] < 0 else "+"
            terms.append(f"{sign} {part.replace('_', ' ')} {abs(channel[part]):.3f}")
    return " ".join(terms)


def _routes_in_words(model: TradeModel, k: int) -> list[str]:
    """Describe the channel's most used routes: crossings, share, cost and wait."""
    routes, lanes, waits = model.built.arrays.routes, model.state.lanes, model.state.ports.approach_queue_days
    first, last = model.built.arrays.channels.route_start[k : k + 2]
    share = lanes.route_share[model.built.arrays.passages.place]
    ordered = sorted(range(first, last), key=lambda r: -share[r])[:ROUTES_SHOWN]
    lines = []
    for r in (r for r in ordered if r == ordered[0] or share[r] >= SMALLEST_ROUTE_SHARE):
        stops = range(routes.stop_start[r], routes.stop_start[r + 1])
        gates = dict.fromkeys(model.built.labels.crossings[routes.stop_gate[s] // 2] for s in stops)
        queued = waits[routes.approach[:, r]].sum()
        lines.append(
            f"  route over {', '.join(gates) or 'no crossing'}: {share[r]:.0%} of it, "
            f"cost {lanes.route_cost[r]:.3f}, {queued:.1f} days of waiting"
        )
    return lines


def _last_change(model: TradeModel, row: int, slots: NDArray[np.intp], names: list[str]) -> list[str]:
    """Say which share moved most in the last week, what was new in it, and how that channel differs from the base."""
    before, now = last_week(model, row), columns_of(model.state)
    if before is None:
        return ["Last change: there is no week before to compare with."]
    taken_up = np.flatnonzero(before.channel[slots, row] != now.channel[slots, row])
    if taken_up.size:
        return [f"Last change: it took up {' and '.join(names[slot] for slot in taken_up)}, not tried before."]
    moved = now.share[slots, row].astype(float) - before.share[slots, row]
    at = int(np.abs(moved).argmax())
    if abs(moved[at]) < SMALLEST_CHANGE:
        return [f"Last change: no share moved by more than {SMALLEST_CHANGE:.3%} in the last week."]
    old, new = before.share[slots[at], row], now.share[slots[at], row]
    excess = (margin_parts(model, now, row, slots) - base_parts(model, slots, row)).iloc[at]
    return [
        f"Last change: {names[at]} {'rose' if moved[at] > 0 else 'fell'} from {old:.2%} to {new:.2%}.",
        f"  new in the week: {_news(model, before, now, row, slots, names)}",
        f"  against the base its margin is {excess.sum():+.3f}: {_largest(excess)}",
    ]


def _news(model: TradeModel, before: Columns, now: Columns, row: int, slots: NDArray[np.intp], names: list[str]) -> str:
    """Name the part of any margin that changed most in the week."""
    change = margin_parts(model, now, row, slots) - margin_parts(model, before, row, slots)
    slot, part = np.unravel_index(int(np.abs(change.to_numpy()).argmax()), change.shape)
    amount = change.iat[slot, part]
    if abs(amount) < SMALLEST_DIFFERENCE:
        return "nothing; it goes on towards the shares that it prefers"
    return f"{IN_WORDS[PARTS[part]]} of {names[slot]} changed its margin by {amount:+.3f}"


def _largest(excess: pd.Series) -> str:
    """List the parts that differ most from the base."""
    order = excess.abs().sort_values(ascending=False, kind="stable").index
    said = [f"{IN_WORDS[part]} {excess[part]:+.3f}" for part in order if abs(excess[part]) >= SMALLEST_DIFFERENCE]
    return ", ".join(said[:3]) or "nothing of weight"


def customs_table(agent: CustomsAgent) -> pd.DataFrame:
    """Tabulate the classes of an authority, those on top where it inspects most.

    Returns
    -------
    pandas.DataFrame
        By declared origin and commodity: ``first`` (presumed to be made in the region, looked at first), ``weight`` of
        the rest of the budget, ``hidden`` and ``legitimate`` consignments a week, chance of inspection of either,
        ``hit`` (denied share of the decided), and of this week ``detained_hidden`` and ``detained_legitimate``
        consignments, ``detained_musd`` and ``denied_musd``.
    """
    model = agent.model
    authorities, customs = model.built.arrays.authorities, model.state.customs
    span = slice(*map(int, authorities.class_start[agent.row : agent.row + 2]))
    names = ("weight", "hidden", "hit", "inspect_hidden", "inspect_legitimate", "detained_hidden")
    names += ("detained_legitimate", "detained_musd", "denied_musd")
    table = pd.DataFrame({name: getattr(customs, name)[span] for name in names})
    table.insert(2, "legitimate", authorities.legitimate[span])
    table.insert(0, "first", (authorities.class_priority[span] == PRESUMED) & (model.state.force.inspected[span] > 0))
    table.index = pd.MultiIndex.from_tuples(agent.classes, names=["declared_origin", "commodity"])
    looked_at = table["inspect_hidden"] * table["hidden"] + table["inspect_legitimate"] * table["legitimate"]
    seen = table["hidden"] + table["legitimate"]
    return table.iloc[np.lexsort((-seen, -looked_at))]


def explain_customs(agent: CustomsAgent) -> str:
    """Say in plain lines where an authority looks, what it expects there and what it found."""
    model, table = agent.model, customs_table(agent)
    share = model.built.arrays.authorities.budget_share[agent.row] * model.state.force.budget[agent.row]
    budget = model.parameters.inspection_budget_per_week * share
    lines = [
        f"Customs of {agent.market}, {_week(model)}: a budget of {budget:.1f} inspections a week for "
        f"{len(table)} classes of goods.",
        f"It detained goods worth {table['detained_musd'].sum():.4f} million dollars this week and refused "
        f"{table['denied_musd'].sum():.4f}.",
    ]
    if budget <= 0:
        lines.append("No ban is in force: it looks at nothing.")
    for (origin, commodity), each in table.head(CLASSES_SHOWN).iterrows():
        weight = "looked at first" if each["first"] else f"weight {each['weight']:.1%}"
        lines.append(
            f"- {commodity} declared from {origin}: {weight}; {each['hidden']:.2f} hidden among "
            f"{each['hidden'] + each['legitimate']:.1f} consignments a week, inspected with a chance of "
            f"{each['inspect_hidden']:.1%} if hidden and {each['inspect_legitimate']:.1%} if not; "
            f"hits {each['hit']:.0%}; this week {each['detained_hidden'] + each['detained_legitimate']:.2f} detained, "
            f"{each['denied_musd']:.4f} million dollars refused"
        )
    return "\n".join(lines)
