"""Small worlds, measures and runs made by hand, for answers that are known in advance.

A `Sketch` says what there is in plain words; `make_world` lays it out as the arrays that the kernels read, all of the
types that a built world has, so that one compilation serves all. `Run` steps the real `begin` and `advance`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK, LONGEST_DETENTION_WEEKS, LONGEST_WAIT_DAYS, USD_PER_MUSD
from sim.kernels.start import begin
from sim.kernels.week import advance
from sim.parameters import TABLE
from sim.policy.compile.effects import effects_of, roles_of
from sim.policy.instruments import Instrument
from sim.policy.language.measures import Enforcement
from sim.state import (
    DIRECT,
    EXPORT,
    FIRM_CLASSES,
    IMPORT,
    LOGIT,
    NAMED,
    OWNERSHIPS,
    WAIT_QUEUE,
    Authorities,
    Cells,
    Channels,
    Clock,
    Gates,
    GateSchedule,
    Goods,
    Parameters,
    Policy,
    Population,
    Routes,
    Sizes,
    World,
    fitted,
    new_state,
)
from sim.world.frozen import frozen
from sim.world.network.layout import passages_of, split_weeks
from sim.world.trade.desks import find_desks

NO_LIMIT_T = 1e12
STOPS_AT_MOST = 3


class Way(NamedTuple):
    """A route: its gates with the days of travel to each, the days after the last, and what it costs."""

    gates: tuple[int, ...] = (0,)
    days: tuple[float, ...] = (0.0,)
    last_days: float = 0.0
    cost_usd_per_t: float = 0.0
    path_size: float = 1.0


class Lane(NamedTuple):
    """A channel with its routes and its flow at base; `base_value` is its base utility, by default log flow."""

    ways: tuple[Way, ...] = (Way(),)
    market: int = 0
    flow_musd: float = 1.0
    base_value: float | None = None
    origin: int = 0
    commodity: int = 0
    direction: int = EXPORT
    kind: int = DIRECT
    hub: int = -1
    tariff: float = 0.0
    markup: float = 0.0
    lost: float = 0.0


class Good(NamedTuple):
    """A commodity; a musd weighs `USD_PER_MUSD / value_usd_per_t` tonnes."""

    value_usd_per_t: float = 1000.0
    time_value_per_day: float = 0.01
    spoilage_per_week: float = 0.0
    consignment_musd: float = 0.05
    content_share: float = 0.25
    elasticity: float = 3.0


class Firm(NamedTuple):
    """A firm of a group (origin, commodity, direction), with its part of the group's flow."""

    origin: int = 0
    commodity: int = 0
    direction: int = EXPORT
    weight: float = 1.0
    made_rank: float = 0.5
    comply_rank: float = 1.0
    ownership: int = 0


@dataclass(frozen=True)
class Sketch:
    """A world in words.

    Lanes of a group (origin, commodity, direction) stand together, and every firm of the group knows all of them.
    Without `firms` each group has one. A sender inspects a class for every commodity and declared origin: the region,
    then each market as a hub.
    """

    lanes: tuple[Lane, ...]
    goods: tuple[Good, ...] = (Good(),)
    border_days: tuple[float, ...] = (0.0,)
    weeks: int = 100
    firms: tuple[Firm, ...] = ()
    demand_musd: dict[int, float] = field(default_factory=dict)
    senders: tuple[int, ...] = ()
    legitimate: float = 100.0
    wait_rule: int = WAIT_QUEUE
    choice_rule: int = LOGIT
    rows_factor: int = 1
    spin_up_weeks: int = 0


class Measure(NamedTuple):
    """A row of a policy: in force in some weeks, for the channels, cells, authorities, places and firms it reaches.

    `made_here`, `owners` and `listed` narrow the goods of firms; a list names the firms of `order`, in that order.
    """

    instrument: Instrument
    level: float = 1.0
    from_week: int = 0
    channels: tuple[int, ...] = ()
    cells: tuple[int, ...] = ()
    authorities: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    budget: float = 1.0
    strength: float = 1.0
    to_week: int | None = None
    days: float = 1.0
    made_here: bool = False
    owners: tuple[int, ...] = (0, 1, 2)
    listed: bool = False
    order: tuple[int, ...] = ()
    sensitivity: float = 1.0


def settled(**changes: float) -> Parameters:
    """Parameters of the settings in which answers are known, but for the changes.

    Everybody hears everything at once; nothing random, no relations, no stock, no fringe, volumes that do not give way.
    """
    values: dict[str, float] = {
        "attention_price": 1.0,
        "attention_risk": 1.0,
        "relation_weight": 0.0,
        "search_per_week": 0.0,
    }
    values |= {"shock_sd": 0.0, "fringe": 0.0, "stock_weeks": 0.0, "volume_scale": 1e9, "growth_per_week": 0.0}
    values |= {"exit_per_week": 0.0, "exit_first_year_per_week": 0.0, "entry_per_year": 0.0, "commission_share": 0.0}
    values |= {"wait_fee_usd_per_t_day": 0.0, "port_hours_step": 0.0, "port_expansion_share": 0.0}
    return parameters(**(values | changes))


def parameters(**changes: float) -> Parameters:
    """Parameters by default, but for the changes."""
    return Parameters(**{name: np.float32(changes.get(name, TABLE[name].default)) for name in Parameters._fields})


def make_world(sketch: Sketch) -> World:
    """Lay out a sketch as frozen arrays."""
    goods = _goods(sketch)
    routes, gates = _routes(sketch, goods)
    channels = _channels(sketch)
    authorities = _authorities(sketch)
    population = _population(sketch, channels)
    longest = max(routes.stop_whole_weeks.max(), routes.last_whole_weeks.max(), LONGEST_DETENTION_WEEKS)
    world = World(
        sizes=Sizes(
            weeks=sketch.weeks,
            months=1,
            markets=_markets(sketch),
            commodities=len(sketch.goods),
            places=1 + max(lane.origin for lane in sketch.lanes),
            ring_weeks=int(longest) + 2,
            rows=population.place.size * sketch.rows_factor,
            slots=population.channel.shape[0],
            wait_rule=sketch.wait_rule,
            declared_origins=1 + _markets(sketch),
            choice_rule=sketch.choice_rule,
        ),
        clock=_clock(sketch),
        goods=goods,
        gates=gates,
        routes=routes,
        passages=passages_of(routes, gates),
        channels=channels,
        cells=_cells(sketch, channels),
        authorities=authorities,
        desks=find_desks(channels, authorities, np.arange(-1, _markets(sketch), dtype=np.int32)),
        population=population,
    )
    return frozen(world)


def make_policy(
    world: World,
    measures: Sequence[Measure] = (),
    capacity_t: NDArray[np.float64] | None = None,
    hours_headroom: NDArray[np.float64] | None = None,
) -> Policy:
    """Measures, and the capacity of each gate in each week [G, T] or [G], known in advance; no limit by default.

    Longer hours add nothing unless `hours_headroom` [G, T] says so.
    """
    gates, weeks = world.gates.border_days.size, world.sizes.weeks
    limit = np.full(gates, NO_LIMIT_T) if capacity_t is None else np.asarray(capacity_t, float)
    capacity = np.array(np.broadcast_to(limit[:, None] if limit.ndim == 1 else limit, (gates, weeks)))
    intensity = np.zeros((len(measures), weeks), np.float32)
    for row, measure in zip(intensity, measures, strict=True):
        row[measure.from_week : measure.to_week] = measure.strength
    authority_reach = np.zeros((len(measures), world.authorities.market.size), np.uint8)
    for row, measure in zip(authority_reach, measures, strict=True):
        row[list(measure.authorities)] = 1
    nobody = np.zeros(len(measures) + 1, np.int32), np.zeros(0, np.int32)
    channel_start, channel_reach = _lists([measure.channels for measure in measures])
    cell_start, cell_reach = _lists([measure.cells for measure in measures])
    firm_start, firm_reach = _lists([measure.order for measure in measures])
    place_start, place_reach = _lists([measure.places for measure in measures])
    policy = Policy(
        schedule=GateSchedule(
            capacity_t=capacity,
            background_t=np.zeros((gates, weeks)),
            background_share=np.zeros((gates, weeks)),
            open_share=(capacity > 0).astype(float),
            version=np.repeat(np.arange(gates, dtype=np.int32), weeks).reshape(gates, weeks),
            known_capacity_t=capacity.copy(),
            next_open_days=_next_open_days(capacity),
            ordinary_t=np.where(capacity > 0, np.maximum.accumulate(capacity, axis=1), 0.0),
            hours_headroom=np.ones((gates, weeks)) if hours_headroom is None else np.array(hours_headroom, float),
            plans_from_week=np.zeros(gates, np.int32),
        ),
        instrument=np.array([measure.instrument.number for measure in measures], np.int32),
        effects=effects_of([(each.instrument, each.level, _enforcement(each), _classes(each)) for each in measures]),
        role=roles_of([measure.instrument for measure in measures]),
        intensity=intensity,
        announced=(intensity > 0).astype(np.uint8),
        level=np.array([measure.level for measure in measures], np.float32),
        enforcement=np.array([(measure.budget, measure.days) for measure in measures], np.float32).reshape(-1, 2),
        changed=(np.diff(intensity, axis=1, prepend=np.float32(0)) != 0).any(axis=0).astype(np.uint8),
        channel_start=channel_start,
        channel_reach=channel_reach,
        cell_start=cell_start,
        cell_reach=cell_reach,
        authority_reach=authority_reach,
        firm_scope=np.array([_classes(measure) for measure in measures], np.uint8).reshape(-1, FIRM_CLASSES),
        firm_start=firm_start,
        firm_reach=firm_reach,
        route_start=nobody[0],
        route_reach=nobody[1],
        place_start=place_start,
        place_reach=place_reach,
    )
    return frozen(fitted(policy, world))


class Run:
    """A run of a world from its base; `state` after the weeks done so far."""

    def __init__(self, world: World, policy: Policy, values: Parameters, run: int = 0) -> None:
        self.world, self.policy, self.values = world, policy, values
        self.key = np.uint64(1), np.uint64(run)
        self.state = new_state(world)
        self.week = 0
        begin(world, values, self.state)

    def step(self, weeks: int = 1) -> "Run":
        """Do some weeks, and give the run back."""
        for _ in range(weeks):
            advance(self.world, self.policy, self.values, self.week, *self.key, self.state)
            self.week += 1
        return self

    def held_musd(self) -> float:
        """Goods that are somewhere on the way, in a queue or detained."""
        lanes = self.state.lanes
        return float(
            sum(held.sum() for held in (lanes.stop_due, lanes.stop_queue, lanes.arrivals_due, lanes.detained_due))
        )

    def route_flows(self) -> NDArray[np.float64]:
        """Dispatch of this week by route, musd."""
        lanes, start = self.state.lanes, self.world.channels.route_start
        share = lanes.route_share[self.world.passages.place].astype(float)
        total = np.add.reduceat(share, start[:-1])
        channel = self.world.routes.channel
        return lanes.dispatched[channel] * share / total[channel]


def tonnes_of(value_musd: float, good: Good) -> float:
    """Tonnes of goods worth so much."""
    return value_musd * USD_PER_MUSD / good.value_usd_per_t


def _markets(sketch: Sketch) -> int:
    return 1 + max(max(lane.market, lane.hub) for lane in sketch.lanes)


def _lists(parts: Sequence[tuple[int, ...]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Starts and members of lists that stand one after another."""
    start = np.cumsum([0, *map(len, parts)]).astype(np.int32)
    return start, np.array([each for part in parts for each in part], np.int32)


def _enforcement(measure: Measure) -> Enforcement:
    return Enforcement(measure.budget, measure.sensitivity, measure.days)


def _classes(measure: Measure) -> list[int]:
    """Classes of firms that a measure reaches: made here x ownership x listed."""
    return [
        int((made_here or not measure.made_here) and owner in measure.owners and (listed or not measure.listed))
        for made_here in (False, True)
        for owner in range(len(OWNERSHIPS))
        for listed in (False, True)
    ]


def _next_open_days(capacity_t: NDArray[np.float64]) -> NDArray[np.float32]:
    days = np.zeros(capacity_t.shape, np.float32)
    after = np.full(capacity_t.shape[0], LONGEST_WAIT_DAYS)
    for week in range(capacity_t.shape[1] - 1, -1, -1):
        after = np.where(capacity_t[:, week] > 0, 0.0, np.minimum(after + DAYS_PER_WEEK, LONGEST_WAIT_DAYS))
        days[:, week] = after
    return days


def _clock(sketch: Sketch) -> Clock:
    weeks, goods = sketch.weeks, len(sketch.goods)
    month = np.full((weeks, 2), -1, np.int32)
    return Clock(
        month=month,
        flow_weight=np.zeros((weeks, 2)),
        mean_weight=np.zeros((weeks, 2)),
        years=np.zeros(weeks),
        season=np.ones((weeks, goods), np.float32),
        spin_up_weeks=np.array([sketch.spin_up_weeks]),
    )


def _goods(sketch: Sketch) -> Goods:
    goods = sketch.goods
    return Goods(
        tonnes_per_musd=np.array([tonnes_of(1.0, good) for good in goods]),
        time_value_per_day=np.array([good.time_value_per_day for good in goods], np.float32),
        spoilage_per_week=np.array([good.spoilage_per_week for good in goods], float),
        consignment_musd=np.array([good.consignment_musd for good in goods], np.float32),
        content_share=np.array([good.content_share for good in goods], np.float32),
        made_here_share=np.ones(len(goods), np.float32),
    )


def _routes(sketch: Sketch, goods: Goods) -> tuple[Routes, Gates]:
    """Lay out routes, stops and approaches; border time at a gate counts as travel after it."""
    ways = [(number, way) for number, lane in enumerate(sketch.lanes) for way in lane.ways]
    border = np.array(sketch.border_days, float)
    stops: list[dict[str, Any]] = []
    keys: dict[tuple[int, float], int] = {}
    approach = np.full((STOPS_AT_MOST, len(ways)), -1, np.int32)
    for route, (channel, way) in enumerate(ways):
        reached = 0.0
        for place, (gate, days) in enumerate(zip(way.gates, way.days, strict=True)):
            travel = days if place == 0 else max(days + border[way.gates[place - 1]], DAYS_PER_WEEK)
            reached += travel
            approach[place, route] = keys.setdefault((gate, reached), len(keys))
            following = len(stops) + 1 if place + 1 < len(way.gates) else -1
            stops.append({"gate": gate, "route": route, "channel": channel, "next": following, "days": travel})
    approach[approach < 0] = len(keys)
    channel = np.array([number for number, _ in ways], np.int32)
    stop_channel = np.array([stop["channel"] for stop in stops], np.int32)
    whole, part = split_weeks(np.array([stop["days"] for stop in stops]))
    last_whole, last_part = split_weeks(np.array([way.last_days + border[way.gates[-1]] for _, way in ways]))
    commodity = np.array([lane.commodity for lane in sketch.lanes])
    gate_days = np.array([border[list(way.gates)].sum() for _, way in ways])
    reached_days = np.bincount([stop["route"] for stop in stops], [stop["days"] for stop in stops])
    inner = np.array([border[list(way.gates[:-1])].sum() for _, way in ways])
    routes = Routes(
        static_usd_per_t=np.array([way.cost_usd_per_t for _, way in ways], np.float32),
        static_days=(reached_days - inner + [way.last_days for _, way in ways]).astype(np.float32),
        gate_usd_per_t=np.zeros(len(ways), np.float32),
        gate_days=gate_days.astype(np.float32),
        path_size=np.array([way.path_size for _, way in ways], np.float32),
        opens_week=np.zeros(len(ways), np.int32),
        stop_start=np.cumsum([0, *(len(way.gates) for _, way in ways)]).astype(np.int32),
        stop_gate=np.array([stop["gate"] for stop in stops], np.int32),
        stop_channel=stop_channel,
        stop_next=np.array([stop["next"] for stop in stops], np.int32),
        stop_whole_weeks=whole,
        stop_part_week=part,
        last_whole_weeks=last_whole,
        last_part_week=last_part,
        stop_route=np.array([stop["route"] for stop in stops], np.int32),
        stop_tonnes=goods.tonnes_per_musd[commodity[stop_channel]],
        approach=approach,
        channel=channel,
    )
    gates = Gates(
        border_days=border,
        base_fee_usd_per_t=np.zeros(border.size),
        chinese=np.ones(border.size, np.uint8),
        approach_gate=np.array([*(gate for gate, _ in keys), -1], np.int32),
        approach_days=np.array([*(days for _, days in keys), 0.0]),
        shoppers_gate=np.zeros(1 + max(lane.origin for lane in sketch.lanes), np.int32),
    )
    return routes, gates


def _column(sketch: Sketch, name: str, kind: type) -> NDArray[Any]:
    return np.array([getattr(lane, name) for lane in sketch.lanes], kind)


def _group_keys(sketch: Sketch) -> list[tuple[int, int, int]]:
    """Keys (origin, commodity, direction) of the groups, in order; lanes of a group must stand together."""
    keys = [(lane.origin, lane.commodity, lane.direction) for lane in sketch.lanes]
    groups = list(dict.fromkeys(keys))
    assert sorted(keys, key=groups.index) == keys
    return groups


def _channels(sketch: Sketch) -> Channels:
    lanes, markets, goods = sketch.lanes, _markets(sketch), len(sketch.goods)
    groups = _group_keys(sketch)
    group = np.array([groups.index((lane.origin, lane.commodity, lane.direction)) for lane in lanes], np.int32)
    market, hub, kind = (_column(sketch, name, np.int32) for name in ("market", "hub", "kind"))
    commodity, direction = _column(sketch, "commodity", np.int32), _column(sketch, "direction", np.int32)
    sender = {market: number for number, market in enumerate(sketch.senders)}
    authority = [sender.get(lane.market, -1) if lane.direction == EXPORT else -1 for lane in lanes]
    authority = np.array(authority, np.int32)
    flow = _column(sketch, "flow_musd", float)
    value = [np.log(lane.flow_musd) if lane.base_value is None else lane.base_value for lane in lanes]
    classes = authority * goods * (1 + markets) + commodity * (1 + markets) + hub + 1
    return Channels(
        route_start=np.cumsum([0, *(len(lane.ways) for lane in lanes)]).astype(np.int32),
        origin=_column(sketch, "origin", np.int32),
        commodity=commodity,
        direction=direction,
        market=market,
        declared=np.where(hub >= 0, hub, market).astype(np.int32),
        hub=hub,
        kind=kind,
        cell=np.where(direction == IMPORT, markets, market).astype(np.int32) * np.int32(goods) + commodity,
        inspection_class=np.where(authority >= 0, classes, -1).astype(np.int32),
        authority=authority,
        watched=np.where(authority >= 0, np.cumsum(authority >= 0) - 1, -1).astype(np.int32),
        group=group,
        base_flow=flow,
        base_value=np.array(value, np.float32),
        base_tariff=_column(sketch, "tariff", np.float32),
        markup=_column(sketch, "markup", np.float32),
        lost_in_transit=_column(sketch, "lost", np.float32),
        group_start=np.searchsorted(group, np.arange(len(groups) + 1)).astype(np.int32),
        watched_channel=np.flatnonzero(authority >= 0).astype(np.int32),
    )


def _cells(sketch: Sketch, channels: Channels) -> Cells:
    markets, goods = _markets(sketch), len(sketch.goods)
    count = (markets + 1) * goods
    demand = np.bincount(channels.cell, channels.base_flow, minlength=count)
    demand[list(sketch.demand_musd)] = list(sketch.demand_musd.values())
    return Cells(
        market=np.append(np.repeat(np.arange(markets), goods), np.full(goods, -1)).astype(np.int32),
        commodity=np.tile(np.arange(goods), markets + 1).astype(np.int32),
        base_demand=demand,
        trend=np.zeros(count),
        elasticity=np.tile(np.array([good.elasticity for good in sketch.goods], np.float32), markets + 1),
    )


def _authorities(sketch: Sketch) -> Authorities:
    declared, goods, senders = 1 + _markets(sketch), len(sketch.goods), len(sketch.senders)
    return Authorities(
        class_start=(np.arange(senders + 1) * goods * declared).astype(np.int32),
        market=np.array(sketch.senders, np.int32),
        budget_share=np.ones(senders, np.float32),
        class_declared=np.tile(np.arange(declared), senders * goods).astype(np.int32),
        class_commodity=np.tile(np.repeat(np.arange(goods), declared), senders).astype(np.int32),
        class_priority=np.full(senders * goods * declared, NAMED, np.uint8),
        legitimate=np.full(senders * goods * declared, sketch.legitimate),
    )


def _population(sketch: Sketch, channels: Channels) -> Population:
    """Firms with all channels of their group in their slots, at the shares of the base utilities."""
    groups = _group_keys(sketch)
    firms = sketch.firms or tuple(Firm(*key) for key in groups)
    group = np.array([groups.index((firm.origin, firm.commodity, firm.direction)) for firm in firms], np.int32)
    weight = np.array([firm.weight for firm in firms])
    flow = np.add.reduceat(channels.base_flow, channels.group_start[:-1])
    volume = weight / np.bincount(group, weight, minlength=len(groups))[group] * flow[group]
    slots = int(np.diff(channels.group_start).max())
    channel = channels.group_start[group] + np.arange(slots)[:, None]
    channel = np.where(channel < channels.group_start[group + 1], channel, -1)
    utility = np.where(channel >= 0, channels.base_value.astype(float)[channel], -np.inf)
    share = np.exp(utility - utility.max(axis=0))
    return Population(
        place=np.array([firm.origin for firm in firms], np.int32),
        commodity=np.array([firm.commodity for firm in firms], np.int32),
        direction=np.array([firm.direction for firm in firms], np.int32),
        ownership=np.array([firm.ownership for firm in firms], np.int32),
        group=group,
        made_rank=np.array([firm.made_rank for firm in firms], np.float32),
        comply_rank=np.array([firm.comply_rank for firm in firms], np.float32),
        base_volume=volume.astype(np.float32),
        median_volume=np.array([np.median(volume[group == g]) for g in range(len(groups))], np.float32),
        channel=channel.astype(np.int32),
        share=(share / share.sum(axis=0)).astype(np.float32),
    )
