"""Small worlds, measures and runs made by hand, for answers that are known in advance.

A `Sketch` says what there is in plain words; `make_world` lays it out as the arrays that the kernels read, all of the
types that a built world has, so that one compilation serves all. `Run` steps the real `begin` and `advance`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.constants import DAYS_PER_WEEK, LONGEST_DETENTION_WEEKS, USD_PER_MUSD
from sim.kernels.firms.demography import is_waiting
from sim.kernels.start import begin
from sim.kernels.week import advance
from sim.policy.instruments import Instrument
from sim.policy.language.measures import Enforcement
from sim.state import (
    DIRECT,
    EXPORT,
    IMPORT,
    LOGIT,
    MAKER,
    NAMED,
    OWNERSHIPS,
    WAIT_QUEUE,
    Authorities,
    Cells,
    Channels,
    Clock,
    Gates,
    Goods,
    Parameters,
    Policy,
    Population,
    Routes,
    Sizes,
    World,
    more_rows,
    new_state,
)
from sim.world.network.layout import split_weeks
from tests.worlds import filled, parameters, policy_of, schedule_of, world_of

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
    kind: int = MAKER


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
    priority: int = NAMED
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
    classes: tuple[int, ...] = ()


def settled(**changes: float) -> Parameters:
    """Parameters of the settings in which answers are known, but for the changes.

    Everybody hears everything at once; nothing random, no relations, no stock, no fringe, volumes that do not give way.
    """
    values: dict[str, float] = {
        "attention_price": 1.0,
        "trader_attention_price": 1.0,
        "attention_risk": 1.0,
        "relationship_weight": 0.0,
        "search_per_week": 0.0,
    }
    values |= {"shock_sd": 0.0, "fringe": 0.0, "stock_weeks": 0.0, "volume_scale": 1e9, "growth_per_week": 0.0}
    values |= {"trader_growth_per_week": 0.0}
    values |= {"exit_per_week": 0.0, "exit_first_year_per_week": 0.0, "entry_per_year": 0.0, "commission_share": 0.0}
    values |= {"wait_fee_usd_per_t_day": 0.0, "port_hours_step": 0.0, "port_expansion_share": 0.0}
    return parameters(**(values | changes))


def make_world(sketch: Sketch) -> World:
    """Lay out a sketch as frozen arrays."""
    goods = _goods(sketch)
    routes, gates = _routes(sketch, goods)
    channels = _channels(sketch)
    population = _population(sketch, channels)
    longest = max(routes.stop_whole_weeks.max(), routes.last_whole_weeks.max(), LONGEST_DETENTION_WEEKS)
    return world_of(
        hubs_of_origins=np.arange(-1, _markets(sketch)),
        sizes=filled(
            Sizes,
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
        channels=channels,
        cells=_cells(sketch, channels),
        authorities=_authorities(sketch),
        population=population,
    )


def make_policy(
    world: World,
    measures: Sequence[Measure] = (),
    capacity_t: NDArray[np.float64] | None = None,
    **schedule: ArrayLike,
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
    return policy_of(
        world,
        schedule_of(capacity, **schedule),
        [(measure.instrument, measure.level, _enforcement(measure), _classes(measure)) for measure in measures],
        {
            "channel": [measure.channels for measure in measures],
            "cell": [measure.cells for measure in measures],
            "firm": [measure.order for measure in measures],
            "place": [measure.places for measure in measures],
            "inspection": [measure.classes for measure in measures],
        },
        intensity=intensity,
        level=[measure.level for measure in measures],
        enforcement=np.array([(measure.budget, measure.days) for measure in measures]).reshape(-1, 2),
        authority_reach=authority_reach,
    )


class Run:
    """A run of a world from its base; `state` after the weeks done so far, which got more rows `grown` times."""

    def __init__(self, world: World, policy: Policy, values: Parameters, run: int = 0) -> None:
        self.world, self.policy, self.values = world, policy, values
        self.key = np.uint64(1), np.uint64(run)
        self.state = new_state(world)
        self.week, self.grown = 0, 0
        begin(world, values, self.state)

    def step(self, weeks: int = 1) -> "Run":
        """Do some weeks, and give the run back."""
        for _ in range(weeks):
            self.advance()
            while is_waiting(self.state.rows_used):
                self.state = more_rows(self.world, self.state)
                self.grown += 1
                self.advance()
            self.week += 1
        return self

    def advance(self) -> None:
        """Do a week, or what is left of one in which a firm found no free row."""
        advance(self.world, self.policy, self.values, self.week, *self.key, self.state)

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


def _clock(sketch: Sketch) -> Clock:
    weeks, goods = sketch.weeks, len(sketch.goods)
    return filled(
        Clock, month=np.full((weeks, 2), -1), season=np.ones((weeks, goods)), spin_up_weeks=[sketch.spin_up_weeks]
    )


def _goods(sketch: Sketch) -> Goods:
    goods = sketch.goods
    same = ("time_value_per_day", "spoilage_per_week", "consignment_musd", "content_share")
    return filled(
        Goods,
        tonnes_per_musd=[tonnes_of(1.0, good) for good in goods],
        made_here_share=np.ones((2, len(goods))),
        centre=np.arange(len(goods)),
        **{name: [getattr(good, name) for good in goods] for name in same},
    )


def _routes(sketch: Sketch, goods: Goods) -> tuple[Routes, Gates]:
    """Lay out routes, stops and approaches; border time at a gate counts as travel after it."""
    ways = [(number, way) for number, lane in enumerate(sketch.lanes) for way in lane.ways]
    border = np.array(sketch.border_days, float)
    stops: list[dict[str, Any]] = []
    keys: dict[tuple[int, float], int] = {}
    approach = np.full((STOPS_AT_MOST, len(ways)), -1)
    for route, (channel, way) in enumerate(ways):
        reached = 0.0
        for place, (gate, days) in enumerate(zip(way.gates, way.days, strict=True)):
            travel = days if place == 0 else max(days + border[way.gates[place - 1]], DAYS_PER_WEEK)
            reached += travel
            approach[place, route] = keys.setdefault((gate, reached), len(keys))
            following = len(stops) + 1 if place + 1 < len(way.gates) else -1
            stops.append({"gate": gate, "route": route, "channel": channel, "next": following, "days": travel})
    approach[approach < 0] = len(keys)
    stop_channel = np.array([stop["channel"] for stop in stops])
    whole, part = split_weeks(np.array([stop["days"] for stop in stops]))
    last_whole, last_part = split_weeks(np.array([way.last_days + border[way.gates[-1]] for _, way in ways]))
    commodity = np.array([lane.commodity for lane in sketch.lanes])
    gate_days = np.array([border[list(way.gates)].sum() for _, way in ways])
    reached_days = np.bincount([stop["route"] for stop in stops], [stop["days"] for stop in stops])
    inner = np.array([border[list(way.gates[:-1])].sum() for _, way in ways])
    routes = filled(
        Routes,
        static_usd_per_t=[way.cost_usd_per_t for _, way in ways],
        static_days=reached_days - inner + [way.last_days for _, way in ways],
        gate_days=gate_days,
        path_size=[way.path_size for _, way in ways],
        stop_start=np.cumsum([0, *(len(way.gates) for _, way in ways)]),
        stop_gate=[stop["gate"] for stop in stops],
        stop_channel=stop_channel,
        stop_next=[stop["next"] for stop in stops],
        stop_whole_weeks=whole,
        stop_part_week=part,
        last_whole_weeks=last_whole,
        last_part_week=last_part,
        stop_route=[stop["route"] for stop in stops],
        stop_tonnes=goods.tonnes_per_musd[commodity[stop_channel]],
        approach=approach,
        channel=[number for number, _ in ways],
    )
    gates = filled(
        Gates,
        {"O": 1 + max(lane.origin for lane in sketch.lanes)},
        border_days=border,
        chinese=np.ones(border.size),
        approach_gate=[*(gate for gate, _ in keys), -1],
        approach_days=[*(days for _, days in keys), 0.0],
    )
    return routes, gates


def _column(sketch: Sketch, name: str) -> NDArray[np.float64] | NDArray[np.int64]:
    return np.array([getattr(lane, name) for lane in sketch.lanes])


def _group_keys(sketch: Sketch) -> list[tuple[int, int, int]]:
    """Keys (origin, commodity, direction) of the groups, in order; lanes of a group must stand together."""
    keys = [(lane.origin, lane.commodity, lane.direction) for lane in sketch.lanes]
    groups = list(dict.fromkeys(keys))
    assert sorted(keys, key=groups.index) == keys
    return groups


def _channels(sketch: Sketch) -> Channels:
    lanes, markets, goods = sketch.lanes, _markets(sketch), len(sketch.goods)
    groups = _group_keys(sketch)
    group = np.array([groups.index((lane.origin, lane.commodity, lane.direction)) for lane in lanes])
    same = ("origin", "commodity", "direction", "market", "hub", "kind", "markup")
    columns = {name: _column(sketch, name) for name in same}
    market, hub, commodity, direction = (columns[name] for name in ("market", "hub", "commodity", "direction"))
    sender = {market: number for number, market in enumerate(sketch.senders)}
    authority = np.array([sender.get(lane.market, -1) if lane.direction == EXPORT else -1 for lane in lanes])
    value = [np.log(lane.flow_musd) if lane.base_value is None else lane.base_value for lane in lanes]
    classes = authority * goods * (1 + markets) + commodity * (1 + markets) + hub + 1
    return filled(
        Channels,
        route_start=np.cumsum([0, *(len(lane.ways) for lane in lanes)]),
        declared=np.where(hub >= 0, hub, market),
        cell=np.where(direction == IMPORT, markets, market) * goods + commodity,
        inspection_class=np.where(authority >= 0, classes, -1),
        authority=authority,
        watched=np.where(authority >= 0, np.cumsum(authority >= 0) - 1, -1),
        group=group,
        base_flow=_column(sketch, "flow_musd"),
        base_value=value,
        base_tariff=_column(sketch, "tariff"),
        lost_in_transit=_column(sketch, "lost"),
        group_start=np.searchsorted(group, np.arange(len(groups) + 1)),
        watched_channel=np.flatnonzero(authority >= 0),
        **columns,
    )


def _cells(sketch: Sketch, channels: Channels) -> Cells:
    markets, goods = _markets(sketch), len(sketch.goods)
    count = (markets + 1) * goods
    demand = np.bincount(channels.cell, channels.base_flow, minlength=count)
    demand[list(sketch.demand_musd)] = list(sketch.demand_musd.values())
    return filled(
        Cells,
        market=np.append(np.repeat(np.arange(markets), goods), np.full(goods, -1)),
        commodity=np.tile(np.arange(goods), markets + 1),
        base_demand=demand,
        elasticity=np.tile([good.elasticity for good in sketch.goods], markets + 1),
    )


def _authorities(sketch: Sketch) -> Authorities:
    declared, goods, senders = 1 + _markets(sketch), len(sketch.goods), len(sketch.senders)
    return filled(
        Authorities,
        class_start=np.arange(senders + 1) * goods * declared,
        market=sketch.senders,
        budget_share=np.ones(senders),
        class_declared=np.tile(np.arange(declared), senders * goods),
        class_commodity=np.tile(np.repeat(np.arange(goods), declared), senders),
        class_priority=np.full(senders * goods * declared, sketch.priority),
        class_prior=np.full(senders * goods * declared, -1),
        legitimate=np.full((1, senders * goods * declared), sketch.legitimate),
        legitimate_year=np.zeros(sketch.weeks),
    )


def _population(sketch: Sketch, channels: Channels) -> Population:
    """Firms with all channels of their group in their slots, at the shares of the base utilities."""
    groups = _group_keys(sketch)
    firms = sketch.firms or tuple(Firm(*key) for key in groups)
    group = np.array([groups.index((firm.origin, firm.commodity, firm.direction)) for firm in firms])
    weight = np.array([firm.weight for firm in firms])
    flow = np.add.reduceat(channels.base_flow, channels.group_start[:-1])
    volume = weight / np.bincount(group, weight, minlength=len(groups))[group] * flow[group]
    slots = int(np.diff(channels.group_start).max())
    channel = channels.group_start[group] + np.arange(slots)[:, None]
    channel = np.where(channel < channels.group_start[group + 1], channel, -1)
    utility = np.where(channel >= 0, channels.base_value.astype(float)[channel], -np.inf)
    share = np.exp(utility - utility.max(axis=0))
    same = ("commodity", "direction", "ownership", "kind", "made_rank", "comply_rank")
    return filled(
        Population,
        place=[firm.origin for firm in firms],
        group=group,
        base_volume=volume,
        median_volume=[np.median(volume[group == g]) for g in range(len(groups))],
        channel=channel,
        share=share / share.sum(axis=0),
        **{name: [getattr(firm, name) for firm in firms] for name in same},
    )
