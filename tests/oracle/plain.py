"""The choice rule once more, slow and plain: one mesa agent a firm, Python floats, no arrays in its steps.

Firms hear every price every week, know no measure, and neither search nor grow; waits, prices and sizes of markets are
given to the model week by week. It shares no code with the kernels.
"""

import math
from dataclasses import dataclass, field

import mesa
import numpy as np

from sim.state import Parameters, World

USED_SHARE, SMALLEST_SHARE, SMALLEST_VALUE_MUSD = 0.02, 1e-8, 1e-6
SHUT, NOT_KNOWN = 1000.0, -1
PAYMENT_COST_PER_DAY = 0.0003


@dataclass
class Route:
    """A way of a lane, with costs per dollar of goods."""

    base_cost: float
    cost_per_day_queued: float
    path_size: float
    opens_week: int
    approaches: tuple[int, ...]
    share: float = 0.0

    def cost(self, week: int, queue_days: list[float]) -> float:
        """Give the generalised cost of a week."""
        if week < self.opens_week:
            return SHUT
        return self.base_cost + self.cost_per_day_queued * sum(queue_days[a] for a in self.approaches)


@dataclass
class Lane:
    """A channel of trade: its routes and what everybody knows of it."""

    cell: int
    net_revenue: float
    payment: float
    routes: list[Route]
    access: float = 0.0
    asc: float = 0.0
    attraction: float = 0.0
    dispatched: float = 0.0

    @property
    def friction(self) -> float:
        """Give access and payment together."""
        return self.access + max(self.payment, 0.0)

    def choose_routes(self, week: int, queue_days: list[float], theta: float, speed: float) -> None:
        """Move the shares of the routes towards the logit with path sizes."""
        costs = [route.cost(week, queue_days) for route in self.routes]
        lowest = min(costs)
        weights = [
            route.path_size * math.exp(-theta * (cost - lowest)) for route, cost in zip(self.routes, costs, strict=True)
        ]
        total = sum(weights)
        for route, weight in zip(self.routes, weights, strict=True):
            share = route.share + speed * (weight / total - route.share)
            route.share = share if share > SMALLEST_SHARE else 0.0
        self.access = lowest - math.log(total) / theta


@dataclass
class Slot:
    """A channel that a firm knows."""

    lane: Lane
    share: float
    relationship: float
    own_utility: float
    price_belief: float = 1.0


class Firm(mesa.Agent):
    """An exporter or importer with a few slots."""

    def __init__(self, model: "PlainModel", slots: list[Slot], capacity: float, unit_cost: float) -> None:
        super().__init__(model)
        self.slots, self.capacity, self.unit_cost, self.stock = slots, capacity, unit_cost, 0.0

    def step(self) -> None:
        """Hear, choose, make and send."""
        margins = [self.margin(slot) for slot in self.slots]
        mean = sum(slot.share * margin for slot, margin in zip(self.slots, margins, strict=True))
        self.move_shares(margins)
        shipped = self.ship(mean)
        for slot in self.slots:
            slot.lane.dispatched += shipped * slot.share

    def margin(self, slot: Slot) -> float:
        """Give the margin of a slot at the price that is heard now."""
        slot.price_belief = self.model.prices[slot.lane.cell]
        return slot.price_belief * slot.lane.net_revenue - self.unit_cost - slot.lane.friction

    def move_shares(self, margins: list[float]) -> None:
        """Move the shares towards the logit, and relations towards what is used."""
        values = self.model.values
        utilities = [
            values.theta_market * margin
            + slot.lane.attraction
            + values.relationship_weight * slot.relationship
            + slot.own_utility
            for slot, margin in zip(self.slots, margins, strict=True)
        ]
        top = max(utilities)
        weights = [math.exp(utility - top) for utility in utilities]
        for slot, weight in zip(self.slots, weights, strict=True):
            slot.share += values.adjustment_per_week * (weight / sum(weights) - slot.share)
            used = 1.0 if slot.share > USED_SHARE else 0.0
            slot.relationship += values.relationship_decay_per_week * (used - slot.relationship)

    def ship(self, mean_margin: float) -> float:
        """Choose what to make and what to keep; give what is sent."""
        values, base = self.model.values, self.model.values.base_utilisation
        gap = (mean_margin - values.base_margin) / values.volume_scale + math.log(base / (1 - base))
        used = 1 / (1 + math.exp(-gap))
        if used < base:
            if self.stock < values.stock_weeks * self.capacity:
                self.stock += self.capacity * (base - used)
            return self.capacity * used
        waits = self.stock > SMALLEST_VALUE_MUSD and values.stock_weeks > 0
        sold = self.stock / values.stock_weeks if waits else self.stock
        self.stock -= sold
        return self.capacity * used + sold


@dataclass
class Published:
    """What everybody hears in a week."""

    prices: list[float]
    sizes: list[float] = field(default_factory=list)
    queue_days: list[float] = field(default_factory=list)


class PlainModel(mesa.Model):
    """Firms and lanes of a world at its base."""

    def __init__(self, world: World, parameters: Parameters) -> None:
        super().__init__()
        self.values = Parameters(*(float(value) for value in parameters))
        self.week, self.prices = 0, [1.0] * len(world.cells.commodity)
        self.lanes = [self._lane(world, k) for k in range(len(world.channels.market))]
        free_flow = [0.0] * len(world.gates.approach_gate)
        for lane in self.lanes:
            lane.choose_routes(0, free_flow, self.values.theta_route, 1.0)
        self._price_groups(world)
        for number in range(len(world.population.place)):
            self._add_firm(world, number)

    def step_with(self, published: Published) -> list[float]:
        """Simulate a week; give the dispatch of each lane, million dollars of base value."""
        self.prices = published.prices
        for lane in self.lanes:
            lane.dispatched = 0.0
            lane.choose_routes(self.week, published.queue_days, self.values.theta_route, self.values.route_adjustment)
            lane.attraction = lane.asc + published.sizes[lane.cell]
        self.agents.do("step")
        self.week += 1
        return [lane.dispatched for lane in self.lanes]

    def _lane(self, world: World, k: int) -> Lane:
        values, channels = self.values, world.channels
        net_revenue = (1 - float(channels.markup[k]) * values.markup_scale) / (1 + float(channels.base_tariff[k]))
        payment = values.commission_share + PAYMENT_COST_PER_DAY * values.payment_days
        routes = [self._route(world, r, int(channels.commodity[k])) for r in np.flatnonzero(world.routes.channel == k)]
        return Lane(int(channels.cell[k]), net_revenue, payment, routes)

    def _route(self, world: World, r: int, commodity: int) -> Route:
        values, routes, goods = self.values, world.routes, world.goods
        tonnes_per_usd = float(goods.tonnes_per_musd[commodity]) / 1e6
        time_value = float(goods.time_value_per_day[commodity]) * values.time_value_scale
        money = float(routes.static_usd_per_t[r]) * values.transport_cost_scale
        money += float(routes.gate_usd_per_t[r]) * values.gate_cost_scale
        days = float(routes.static_days[r]) + float(routes.gate_days[r])
        return Route(
            money * tonnes_per_usd + time_value * days + values.security_loss,
            time_value + values.wait_fee_usd_per_t_day * tonnes_per_usd,
            float(routes.path_size[r]),
            int(routes.opens_week[r]),
            tuple(int(a) for a in routes.approach[:, r]),
        )

    def _price_groups(self, world: World) -> None:
        """Set unit costs that give the base margin, and constants that give the base utilities."""
        channels, self.unit_costs = world.channels, []
        for low, high in zip(channels.group_start[:-1], channels.group_start[1:], strict=True):
            members = range(low, high)
            flow = sum(float(channels.base_flow[k]) for k in members)
            gain = sum(
                float(channels.base_flow[k]) * (self.lanes[k].net_revenue - self.lanes[k].friction) for k in members
            )
            cost = gain / flow - self.values.base_margin if flow > 0 else 0.0
            self.unit_costs.append(cost)
            for k in members:
                margin = self.lanes[k].net_revenue - self.lanes[k].friction - cost
                self.lanes[k].asc = float(channels.base_value[k]) - self.values.theta_market * margin

    def _add_firm(self, world: World, number: int) -> None:
        people, slots = world.population, []
        for k, share in zip(people.channel[:, number], people.share[:, number], strict=True):
            if k != NOT_KNOWN:
                relationship = 1.0 if share > USED_SHARE else 0.0
                slots.append(
                    Slot(self.lanes[k], float(share), relationship, -self.values.relationship_weight * relationship)
                )
        capacity = float(people.base_volume[number]) / self.values.base_utilisation
        Firm(self, slots, capacity, self.unit_costs[people.group[number]])
