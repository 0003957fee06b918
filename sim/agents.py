"""Mesa agents as views: a row number, and properties that read and write the row of the model's arrays.

Nothing is copied, so nothing can disagree: what an agent shows is what the kernels compute with, and what is written
to it is what they go on with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import pandas as pd

from sim.explain import channel_name, customs_table, explain_customs, explain_firm, firm_table, used_slots
from sim.kernels.markets.intermediaries import ROWS
from sim.kernels.roads.port_plans import WEEKS_A_YEAR, YEARS_OF_PLANS, building_weeks
from sim.kernels.rules import LARGEST_MARKUP
from sim.state import DIRECTIONS, KINDS, OWNERSHIPS

if TYPE_CHECKING:
    from sim.model import TradeModel


class Column:
    """One number of an agent: an element of a column of the state.

    Parameters
    ----------
    part : str
        Named tuple of `sim.state.State` that holds the column.
    name : str, optional
        Its field; by default the name of the attribute.
    """

    def __init__(self, part: str, name: str = "") -> None:
        self.part, self.name = part, name

    def __set_name__(self, owner: type, attribute: str) -> None:
        """Take the field's name from the attribute."""
        self.name = self.name or attribute

    def _array(self, agent: View) -> np.ndarray:
        return getattr(getattr(agent.model.state, self.part), self.name)

    def __get__(self, agent: View | None, owner: type) -> Any:
        """Read the agent's element; of a table of slots its column, as a view."""
        if agent is None:
            return self
        array = self._array(agent)
        return array[agent.row].item() if array.ndim == 1 else array[:, agent.row]

    def __set__(self, agent: View, value: Any) -> None:
        """Write the agent's element."""
        array = self._array(agent)
        array[..., agent.row] = value


class View(mesa.Agent):
    """An agent that is a row of the model's arrays.

    Attributes
    ----------
    row : int
        Row in the arrays of its kind.
    """

    model: TradeModel

    def __init__(self, model: TradeModel, row: int) -> None:
        super().__init__(model)
        self.row = row


class FirmAgent(View):
    """A firm: where it is, what it trades, its channels with beliefs and shares."""

    capacity_musd = Column("firms", "capacity")
    stock_musd = Column("firms", "stock")
    shipped_musd = Column("firms", "shipped")
    margin = Column("firms")
    unit_cost = Column("firms")
    born_week = Column("firms")
    generation = Column("firms")
    channel = Column("firms")
    share = Column("firms")
    price_belief = Column("firms")
    detention_belief = Column("firms")
    risk = Column("firms")
    consignments = Column("firms")
    relation = Column("firms")

    @property
    def active(self) -> bool:
        """Whether the row holds a firm."""
        return bool(self.model.state.firms.active[self.row])

    @property
    def made_here(self) -> bool:
        """Whether the firm's goods are made in the region."""
        return bool(self.model.state.firms.made_here[self.row])

    @property
    def complies(self) -> bool:
        """Whether the firm refuses what a ban names."""
        return bool(self.model.state.firms.complies[self.row])

    @property
    def listed_by(self) -> list[str]:
        """Markets whose customs have the firm on their list of entities."""
        listed = int(self.model.state.firms.listed[self.row])
        return [market for bit, market in enumerate(self.model.built.labels.authorities) if listed >> bit & 1]

    @property
    def place(self) -> str:
        """Place where the firm works."""
        return self.model.built.labels.places[self.model.state.firms.place[self.row]]

    @property
    def commodity(self) -> str:
        """Commodity that the firm trades."""
        return self.model.built.labels.commodities[self.model.state.firms.commodity[self.row]]

    @property
    def direction(self) -> str:
        """`export` or `import`."""
        return DIRECTIONS[self.model.state.firms.direction[self.row]]

    @property
    def ownership(self) -> str:
        """`private`, `state` or `foreign`."""
        return OWNERSHIPS[self.model.state.firms.ownership[self.row]]

    @property
    def markets(self) -> list[str]:
        """Markets of the firm's slots, with the kind of channel and the hub where it is not direct."""
        return [channel_name(self.model, self.channel[slot]) for slot in used_slots(self.model, self.row)]

    def explain(self) -> str:
        """Say in plain lines what its channels promise, part by part, and why its shares changed last."""
        return explain_firm(self)

    def explain_table(self) -> pd.DataFrame:
        """Tabulate its channels: shares, margins and their parts, as `sim.explain.firm_table` says."""
        return firm_table(self.model, self.row)


class PortAgent(View):
    """A crossing in one direction: what it can pass, what waits, what it publishes."""

    queue_t = Column("ports")
    capacity_t = Column("ports")
    passed_t = Column("ports")
    passed_musd = Column("ports")
    wait_days = Column("ports")
    hours_factor = Column("ports")
    built_factor = Column("ports")

    @property
    def crossing(self) -> str:
        """Name of the crossing."""
        return self.model.built.labels.crossings[self.row // 2]

    @property
    def direction(self) -> str:
        """`export` or `import`."""
        return DIRECTIONS[self.row % 2]

    @property
    def load(self) -> float:
        """Share of this week's capacity that is used; 0 when shut."""
        return self.passed_t / self.capacity_t if self.capacity_t > 0 else 0.0

    @property
    def under_way_t(self) -> float:
        """Goods on their way to the gate."""
        return float(self.model.state.ports.due_t[:, self.row].sum())

    @property
    def use(self) -> float:
        """Share of ordinary capacity used over the past year's open weeks, without longer hours of its own."""
        ports = self.model.state.ports
        return float(ports.used_t[self.row] / ports.offered_t[self.row]) if ports.offered_t[self.row] > 0 else 0.0

    @property
    def plans(self) -> list[tuple[int, float]]:
        """Building under way: the week in which it opens, and the share of recorded capacity that it adds."""
        planned = self.model.state.ports.planned[:, self.row]
        start, lag = int(self.model.built.arrays.clock.spin_up_weeks[0]), building_weeks(self.model.parameters)
        last = (self.model.week - start) // WEEKS_A_YEAR
        years = range(max(last - YEARS_OF_PLANS, 0), last)
        opening = {year: start + (year + 1) * WEEKS_A_YEAR - 1 + lag for year in years}
        return [
            (opening[year], float(planned[year % YEARS_OF_PLANS])) for year in years if planned[year % YEARS_OF_PLANS]
        ]

    def explain(self) -> str:
        """Say in plain lines what the port passed last week, what waits, what it publishes, and what it is up to."""
        week = max(self.model.week - 1, 0)
        headroom = self.model.policy.hours_headroom[self.row, week]
        border_days = self.model.built.arrays.gates.border_days[self.row]
        others_t = self.model.state.ports.background_t[self.row]
        busy = self.model.parameters.port_busy_share
        lines = [
            f"{self.crossing}, {self.direction}, week of {self.model.built.week_starts[week]}",
            f"passed: {self.passed_t:,.0f} t of {self.capacity_t:,.0f} t, after {others_t:,.0f} t of other provinces",
            f"queue: {self.queue_t:,.0f} t at the gate, {self.under_way_t:,.0f} t under way to it",
            f"wait: {self.wait_days:.1f} days for goods at the gate, {border_days:.1f} of them at the border itself",
            f"use: {self.use:.0%} of ordinary capacity over a year of open weeks; busy above {busy:.0%}",
            f"hours: {self.hours_factor:.2f} times those on record, at most {headroom:.2f}",
            f"building: {self.built_factor - 1:.0%} added to what is on record",
        ]
        return "\n".join(lines + [self._plan_in_words(*plan) for plan in self.plans])

    def _plan_in_words(self, opening: int, added: float) -> str:
        starts = self.model.built.week_starts
        when = f"in the week of {starts[opening]}" if opening < len(starts) else "after the run"
        return f"plan: {added:.0%} more, which opens {when}"


class CustomsAgent(View):
    """Customs of a sender: its classes of goods (declared origin x commodity), where it looks and what it finds."""

    @property
    def market(self) -> str:
        """Market whose border it guards."""
        return self.model.built.labels.authorities[self.row]

    @property
    def classes(self) -> list[tuple[str, str]]:
        """Declared origin and commodity of each class."""
        labels, authorities = self.model.built.labels, self.model.built.arrays.authorities
        return [
            (
                labels.declared_origins[authorities.class_declared[h]],
                labels.commodities[authorities.class_commodity[h]],
            )
            for h in range(*self._span)
        ]

    @property
    def weight(self) -> np.ndarray:
        """Share of the budget by class, a view."""
        return self.model.state.customs.weight[slice(*self._span)]

    @property
    def hit(self) -> np.ndarray:
        """Discounted hit rate by class, a view."""
        return self.model.state.customs.hit[slice(*self._span)]

    @property
    def detained_musd(self) -> float:
        """Value detained this week."""
        return float(self.model.state.customs.detained_musd[slice(*self._span)].sum())

    def explain(self) -> str:
        """Say in plain lines where it looks, what it expects there and what it found."""
        return explain_customs(self)

    def explain_table(self) -> pd.DataFrame:
        """Tabulate its classes of goods, as `sim.explain.customs_table` says."""
        return customs_table(self)

    @property
    def _span(self) -> tuple[int, int]:
        start = self.model.built.arrays.authorities.class_start
        return int(start[self.row]), int(start[self.row + 1])


class IntermediaryAgent(View):
    """An intermediary of a hub: its desk, its capacity, the mark-up of the desk, whether a sender listed it."""

    capacity_musd = Column("intermediaries", "capacity")
    listed_since_week = Column("intermediaries", "listed_since")

    @property
    def active(self) -> bool:
        """Whether the row holds an intermediary at work."""
        return bool(self.model.state.intermediaries.active[self.row])

    @property
    def listed(self) -> bool:
        """Whether a sender listed it; its row is free for an entrant then."""
        return self.listed_since_week >= 0

    @property
    def hub(self) -> str:
        """Market in which it works."""
        return self.model.built.labels.markets[self.model.built.arrays.desks.hub[self.desk]]

    @property
    def commodity(self) -> str:
        """Commodity that it trades."""
        return self.model.built.labels.commodities[self.model.built.arrays.desks.commodity[self.desk]]

    @property
    def kind(self) -> str:
        """Kind of channel that it serves."""
        return KINDS[self.model.built.arrays.desks.kind[self.desk]]

    @property
    def desk(self) -> int:
        """Number of its desk, which all intermediaries of a hub, commodity and kind share."""
        return self.row // ROWS

    @property
    def markup(self) -> float:
        """Share of the landed price that the desk takes now, weighted by what its clients send."""
        return self._weighted(self.model.state.lanes.markup, self.model.state.lanes.dispatched)

    @property
    def base_markup(self) -> float:
        """Share of the landed price that the desk took at base."""
        channels = self.model.built.arrays.channels
        at_base = np.minimum(channels.markup * self.model.parameters.markup_scale, LARGEST_MARKUP)
        return self._weighted(at_base, channels.base_flow)

    @property
    def load(self) -> float:
        """Clients' flow over the desk's capacity in this season; infinite where nobody works there."""
        agents, commodity = self.model.state.intermediaries, self.model.built.arrays.desks.commodity[self.desk]
        room = agents.desk_capacity[self.desk] * self.model.state.season[commodity]
        return float(agents.flow[self.desk] / room) if room > 0 else float("inf")

    @property
    def flow_musd(self) -> float:
        """Its clients' goods this week: its part of the desk's, by capacity."""
        agents = self.model.state.intermediaries
        total = agents.desk_capacity[self.desk]
        return float(agents.flow[self.desk] * self.capacity_musd / total) if total > 0 else 0.0

    def explain(self) -> str:
        """Say in words what it does, what its desk takes and why."""
        agents = self.model.state.intermediaries
        doing = (
            "at work" if self.active else f"listed in week {self.listed_since_week}" if self.listed else "a free row"
        )
        lines = [
            f"Intermediary {self.row} for {self.commodity} over {self.hub} ({self.kind}): {doing}.",
            f"Mark-up: {self.markup:.3f} of the landed price, {self.base_markup:.3f} at base; it follows the load.",
            f"Load: {self.load:.0%} of the desk's capacity, {self.model.parameters.base_utilisation:.0%} at base; "
            f"{agents.working[self.desk]} work there and carry {agents.flow[self.desk]:.3f} million dollars a week.",
            f"Capacity: {self.capacity_musd:.3f} million dollars a week; its clients use {self.flow_musd:.3f} of it.",
        ]
        threat = agents.threat[self.desk] * self.model.parameters.hub_listing_per_year
        if threat > 0:
            lines.append(f"A secondary sanction reaches the desk: hazard of being listed {threat:.2f} a year.")
        return "\n".join(lines)

    def _weighted(self, values: np.ndarray, flow: np.ndarray) -> float:
        """Mean over the desk's channels, weighted by flow; by base flow where nothing goes."""
        world = self.model.built.arrays
        mine = world.desks.of_channel == self.desk
        weight = flow[mine] if flow[mine].sum() > 0 else world.channels.base_flow[mine]
        return float(np.average(values[mine], weights=weight))
