"""A crossing in one direction as an agent: what it passes, what waits, what it publishes, and what it is up to."""

from __future__ import annotations

from sim.agents.row_view import RowView, StateColumn
from sim.kernels.roads.port_plans import PLANNING_WEEKS, YEARS_OF_PLANS, building_weeks
from sim.state import DIRECTIONS


class PortAgent(RowView):
    """A crossing in one direction: what it can pass, what waits, what it publishes."""

    queue_t = StateColumn("ports")
    capacity_t = StateColumn("ports")
    passed_t = StateColumn("ports")
    passed_musd = StateColumn("ports")
    wait_days = StateColumn("ports")
    hours_factor = StateColumn("ports")
    built_factor = StateColumn("ports")

    @property
    def crossing(self) -> str:
        """Name of the crossing."""
        return self.run.labels.crossings[self.row // 2]

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
        return float(self.run.state.ports.due_t[:, self.row].sum())

    @property
    def use(self) -> float:
        """Share of ordinary capacity used over the past year's open weeks, without longer hours of its own."""
        ports = self.run.state.ports
        return float(ports.used_t[self.row] / ports.offered_t[self.row]) if ports.offered_t[self.row] > 0 else 0.0

    @property
    def plans(self) -> list[tuple[int, float]]:
        """Building under way: the week in which it opens, and the share of recorded capacity that it adds."""
        planned = self.run.state.ports.planned[:, self.row]
        start, lag = int(self.run.world.clock.spin_up_weeks[0]), building_weeks(self.run.parameters)
        last = (self.run.week - start) // PLANNING_WEEKS
        years = range(max(last - YEARS_OF_PLANS, 0), last)
        opening = {year: start + (year + 1) * PLANNING_WEEKS - 1 + lag for year in years}
        return [
            (opening[year], float(planned[year % YEARS_OF_PLANS])) for year in years if planned[year % YEARS_OF_PLANS]
        ]

    def explain(self) -> str:
        """Say in plain lines what the port passed last week, what waits, what it publishes, and what it is up to."""
        week = max(self.run.week - 1, 0)
        headroom = self.run.policy.schedule.hours_headroom[self.row, week]
        border_days = self.run.world.gates.border_days[self.row]
        others_t = self.run.state.ports.background_t[self.row]
        busy = self.run.parameters.port_busy_share
        lines = [
            f"{self.crossing}, {self.direction}, week of {self.run.built.week_starts[week]}",
            f"passed: {self.passed_t:,.0f} t of {self.capacity_t:,.0f} t, after {others_t:,.0f} t of others",
            f"queue: {self.queue_t:,.0f} t at the gate, {self.under_way_t:,.0f} t under way to it",
            f"wait: {self.wait_days:.1f} days for goods at the gate, {border_days:.1f} of them at the border itself",
            f"use: {self.use:.0%} of ordinary capacity over a year of open weeks; busy above {busy:.0%}",
            f"hours: {self.hours_factor:.2f} times those on record, at most {headroom:.2f}",
            f"building: {self.built_factor - 1:.0%} added to what is on record",
        ]
        return "\n".join(lines + [self._plan_in_words(*plan) for plan in self.plans])

    def _plan_in_words(self, opening: int, added: float) -> str:
        starts = self.run.built.week_starts
        when = f"in the week of {starts[opening]}" if opening < len(starts) else "after the run"
        return f"plan: {added:.0%} more, which opens {when}"
