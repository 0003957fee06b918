"""A firm as an agent: its row, what its channels promise, and why its shares changed last."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.margins import PARTS, base_parts, channel_name, firm_table, last_week, margin_parts, used_slots
from sim.agents.row_view import RowView, StateColumn, when
from sim.run import Columns, Run, columns_of
from sim.state import DIRECTIONS, FIRM_KINDS, OWNERSHIPS

IN_WORDS = {
    "price": "the price",
    "tariff": "the tariff",
    "markup": "the hub's mark-up",
    "unit_cost": "the cost of making it",
    "access": "the way there",
    "payment": "payment",
    "clearing": "clearing at the hub",
    "closed": "closure",
    "risk": "the risk of detention",
}
ROUTES_SHOWN = 2
SMALLEST_ROUTE_SHARE = 0.005
SMALLEST_CHANGE = 5e-5
SMALLEST_DIFFERENCE = 5e-4


class FirmAgent(RowView):
    """A firm: where it is, what it trades, its channels with beliefs and shares."""

    capacity_musd = StateColumn("firms", "capacity")
    stock_musd = StateColumn("firms", "stock")
    shipped_musd = StateColumn("firms", "shipped")
    margin = StateColumn("firms")
    unit_cost = StateColumn("firms")
    born_week = StateColumn("firms")
    generation = StateColumn("firms")
    channel = StateColumn("firms")
    share = StateColumn("firms")
    price_belief = StateColumn("firms")
    detention_belief = StateColumn("firms")
    risk = StateColumn("firms")
    consignments = StateColumn("firms")
    relationship = StateColumn("firms")

    @property
    def active(self) -> bool:
        """Whether the row holds a firm."""
        return bool(self.run.state.firms.active[self.row])

    @property
    def made_here(self) -> bool:
        """Whether the firm's goods are made in the region."""
        return bool(self.run.state.firms.made_here[self.row])

    @property
    def complies(self) -> bool:
        """Whether the firm refuses what a ban names."""
        return bool(self.run.state.firms.complies[self.row])

    @property
    def listed_by(self) -> list[str]:
        """Markets whose customs have the firm on their list of entities."""
        listed = int(self.run.state.firms.listed[self.row])
        return [market for bit, market in enumerate(self.run.labels.authorities) if listed >> bit & 1]

    @property
    def place(self) -> str:
        """Place where the firm works."""
        return self.run.labels.places[self.run.state.firms.place[self.row]]

    @property
    def commodity(self) -> str:
        """Commodity that the firm trades."""
        return self.run.labels.commodities[self.run.state.firms.commodity[self.row]]

    @property
    def direction(self) -> str:
        """`export` or `import`."""
        return DIRECTIONS[self.run.state.firms.direction[self.row]]

    @property
    def ownership(self) -> str:
        """`private`, `state` or `foreign`."""
        return OWNERSHIPS[self.run.state.firms.ownership[self.row]]

    @property
    def kind(self) -> str:
        """`maker` or `trader`."""
        return FIRM_KINDS[self.run.state.firms.kind[self.row]]

    @property
    def markets(self) -> list[str]:
        """Markets of the firm's slots, with the kind of channel and the hub where it is not direct."""
        return [channel_name(self.run, self.channel[slot]) for slot in used_slots(self.run, self.row)]

    def explain(self) -> str:
        """Say in plain lines what its channels promise, part by part, and why its shares changed last."""
        return _explain(self)

    def explain_table(self) -> pd.DataFrame:
        """Tabulate its channels: shares, margins and their parts, as `sim.agents.margins.firm_table` says."""
        return firm_table(self.run, self.row)


def _explain(firm: FirmAgent) -> str:
    """Say in plain lines what a firm's channels promise, part by part, and why its shares changed last."""
    run, row = firm.run, firm.row
    if not firm.active:
        return f"Firm {row}, {when(run)}: a free row."
    table, slots = firm_table(run, row), used_slots(run, row)
    made = "made in the region" if firm.made_here else "made elsewhere"
    made += "; it refuses what a ban names" if firm.complies else ""
    made += f"; on the list of {', '.join(firm.listed_by)}" if firm.listed_by else ""
    lines = [
        f"Firm {row}, {when(run)}: {firm.ownership} {firm.kind}, {firm.direction}s {firm.commodity}, at {firm.place}, "
        f"{made}.",
        f"It ships {firm.shipped_musd:.4f} of a capacity of {firm.capacity_musd:.4f} million dollars a week and holds "
        f"{firm.stock_musd:.4f} in stock.",
        f"Its mean believed margin is {firm.margin:.3f}, the base margin {run.parameters.base_margin:.3f}.",
    ]
    for slot, (name, channel) in zip(slots, table.iterrows(), strict=True):
        k = run.state.firms.channel[slot, row]
        lines.append(
            f"- {name}: {channel['share']:.1%}, moving to {channel['target']:.1%}; margin {channel['margin']:.3f} = "
            f"{_sum_in_words(channel)}; relationship {channel['relationship']:.2f}, "
            f"demand {channel['demand']:.2f} of base"
        )
        lines += _routes_in_words(run, k)
        if run.state.in_force.blocked[k]:
            lines.append("  closed: what sets out now would find all its routes shut; it sends nothing")
        if channel["detention_belief"] > 0:
            lines.append(
                f"  inspection: it believes that {channel['detention_belief']:.0%} of its consignments are detected "
                f"and sends {channel['consignments']:.0f} a week"
            )
    return "\n".join([*lines, *_last_change(run, row, slots, list(table.index))])


def _sum_in_words(channel: pd.Series) -> str:
    """Write the margin as a sum; what is 0 is left out."""
    terms = [f"price {channel['price']:.3f}"]
    for part in PARTS[1:]:
        if abs(channel[part]) >= SMALLEST_DIFFERENCE:
            sign = "-" if channel[part] < 0 else "+"
            terms.append(f"{sign} {part.replace('_', ' ')} {abs(channel[part]):.3f}")
    return " ".join(terms)


def _routes_in_words(run: Run, k: int) -> list[str]:
    """Describe the channel's most used routes: crossings, share, cost and wait."""
    routes, lanes, waits = run.world.routes, run.state.lanes, run.state.ports.approach_queue_days
    first, last = run.world.channels.route_start[k : k + 2]
    share = lanes.route_share[run.world.passages.place]
    ordered = sorted(range(first, last), key=lambda r: -share[r])[:ROUTES_SHOWN]
    lines = []
    for r in (r for r in ordered if r == ordered[0] or share[r] >= SMALLEST_ROUTE_SHARE):
        stops = range(routes.stop_start[r], routes.stop_start[r + 1])
        gates = dict.fromkeys(run.labels.crossings[routes.stop_gate[s] // 2] for s in stops)
        queued = waits[routes.approach[:, r]].sum()
        lines.append(
            f"  route over {', '.join(gates) or 'no crossing'}: {share[r]:.0%} of it, "
            f"cost {lanes.route_cost[r]:.3f}, {queued:.1f} days of waiting"
        )
    return lines


def _last_change(run: Run, row: int, slots: NDArray[np.intp], names: list[str]) -> list[str]:
    """Say which share moved most in the last week, what was new in it, and how that channel differs from the base."""
    before, now = last_week(run, row), columns_of(run.state)
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
    excess = (margin_parts(run, now, row, slots) - base_parts(run, slots, row)).iloc[at]
    return [
        f"Last change: {names[at]} {'rose' if moved[at] > 0 else 'fell'} from {old:.2%} to {new:.2%}.",
        f"  new in the week: {_news(run, before, now, row, slots, names)}",
        f"  against the base its margin is {excess.sum():+.3f}: {_largest(excess)}",
    ]


def _news(run: Run, before: Columns, now: Columns, row: int, slots: NDArray[np.intp], names: list[str]) -> str:
    """Name the part of any margin that changed most in the week."""
    change = margin_parts(run, now, row, slots) - margin_parts(run, before, row, slots)
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
