"""An intermediary of a hub as an agent: what it does, what its pool takes and why."""

from __future__ import annotations

import numpy as np

from sim.agents.row_view import RowView, StateColumn
from sim.kernels.compiler.jit import over_arrays
from sim.kernels.markets.intermediaries import ROWS
from sim.kernels.rules import markup_now
from sim.state import KINDS


class IntermediaryAgent(RowView):
    """An intermediary of a hub: its pool, its capacity, the mark-up of the pool, whether a sender listed it."""

    capacity_musd = StateColumn("intermediaries", "capacity")
    listed_since_week = StateColumn("intermediaries", "listed_since")

    @property
    def active(self) -> bool:
        """Whether the row holds an intermediary at work."""
        return bool(self.run.state.intermediaries.active[self.row])

    @property
    def listed(self) -> bool:
        """Whether a sender listed it; its row is free for an entrant then."""
        return self.listed_since_week >= 0

    @property
    def hub(self) -> str:
        """Market in which it works."""
        return self.run.labels.markets[self.run.world.hub_pools.hub[self.hub_pool]]

    @property
    def commodity(self) -> str:
        """Commodity that it trades."""
        return self.run.labels.commodities[self.run.world.hub_pools.commodity[self.hub_pool]]

    @property
    def kind(self) -> str:
        """Kind of channel that it serves."""
        return KINDS[self.run.world.hub_pools.kind[self.hub_pool]]

    @property
    def hub_pool(self) -> int:
        """Number of its pool, which all intermediaries of a hub, commodity and kind share."""
        return self.row // ROWS

    @property
    def markup(self) -> float:
        """Share of the landed price that the pool takes now, weighted by what its clients send."""
        return self._weighted(self.run.state.lanes.markup, self.run.state.lanes.dispatched)

    @property
    def base_markup(self) -> float:
        """Share of the landed price that the pool took at base."""
        channels = self.run.world.channels
        at_base = over_arrays(markup_now)(channels.markup, self.run.parameters.markup_scale, np.float32(1.0))
        return self._weighted(at_base, channels.base_flow)

    @property
    def load(self) -> float:
        """Clients' flow over the pool's capacity in this season; infinite where nobody works there."""
        agents, commodity = self.run.state.intermediaries, self.run.world.hub_pools.commodity[self.hub_pool]
        room = agents.pool_capacity[self.hub_pool] * self.run.state.season[commodity]
        return float(agents.flow[self.hub_pool] / room) if room > 0 else float("inf")

    @property
    def flow_musd(self) -> float:
        """Its clients' goods this week: its part of the pool's, by capacity."""
        agents = self.run.state.intermediaries
        total = agents.pool_capacity[self.hub_pool]
        return float(agents.flow[self.hub_pool] * self.capacity_musd / total) if total > 0 else 0.0

    def explain(self) -> str:
        """Say in words what it does, what its pool takes and why."""
        agents = self.run.state.intermediaries
        doing = (
            "at work" if self.active else f"listed in week {self.listed_since_week}" if self.listed else "a free row"
        )
        lines = [
            f"Intermediary {self.row} for {self.commodity} over {self.hub} ({self.kind}): {doing}.",
            f"Mark-up: {self.markup:.3f} of the landed price, {self.base_markup:.3f} at base; it follows the load.",
            f"Load: {self.load:.0%} of the pool's capacity, {self.run.parameters.base_utilisation:.0%} at base; "
            f"{agents.working[self.hub_pool]} work there and "
            f"carry {agents.flow[self.hub_pool]:.3f} million dollars a week.",
            f"Capacity: {self.capacity_musd:.3f} million dollars a week; its clients use {self.flow_musd:.3f} of it.",
        ]
        threat = agents.threat[self.hub_pool] * self.run.parameters.hub_listing_per_year
        if threat > 0:
            lines.append(f"A secondary sanction reaches the pool: hazard of being listed {threat:.2f} a year.")
        return "\n".join(lines)

    def _weighted(self, values: np.ndarray, flow: np.ndarray) -> float:
        """Mean over the pool's channels, weighted by flow; by base flow where nothing goes."""
        world = self.run.world
        mine = world.hub_pools.of_channel == self.hub_pool
        weight = flow[mine] if flow[mine].sum() > 0 else world.channels.base_flow[mine]
        return float(np.average(values[mine], weights=weight))
