"""A sketch laid out as the arrays that the kernels read, all of the types that a built world has."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK, LONGEST_DETENTION_WEEKS
from sim.state import (
    EXPORT,
    IMPORT,
    Authorities,
    Cells,
    Channels,
    Clock,
    Gates,
    Goods,
    Population,
    Routes,
    Shoppers,
    Sizes,
    World,
)
from sim.world.network.layout import split_weeks
from tests.limits.sketch import Firm, Sketch, tonnes_of
from tests.worlds import filled, world_of

STOPS_AT_MOST = 3


def make_world(sketch: Sketch) -> World:
    """Lay out a sketch as frozen arrays."""
    goods = _goods(sketch)
    routes, gates = _routes(sketch, goods)
    channels = _channels(sketch)
    population = _population(sketch, channels)
    places = 1 + max(lane.origin for lane in sketch.lanes)
    longest = max(routes.stop_whole_weeks.max(), routes.last_whole_weeks.max(), LONGEST_DETENTION_WEEKS)
    return world_of(
        hubs_of_origins=np.arange(-1, sketch.markets),
        sizes=filled(
            Sizes,
            weeks=sketch.weeks,
            months=1,
            markets=sketch.markets,
            commodities=len(sketch.goods),
            places=places,
            ring_weeks=int(longest) + 2,
            rows=population.place.size * sketch.rows_factor,
            slots=population.channel.shape[0],
            wait_rule=sketch.wait_rule,
            declared_origins=1 + sketch.markets,
            choice_rule=sketch.choice_rule,
        ),
        clock=_clock(sketch),
        goods=goods,
        gates=gates,
        shoppers=filled(
            Shoppers, gate=np.zeros(places), per_day=np.full((places, sketch.weeks), sketch.visitors_per_day)
        ),
        routes=routes,
        channels=channels,
        cells=_cells(sketch, channels),
        authorities=_authorities(sketch),
        population=population,
    )


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
    return routes, _gates(sketch, keys)


def _gates(sketch: Sketch, approaches: Iterable[tuple[int, float]]) -> Gates:
    """Gates with their approaches: a gate and the days of travel to it, the last for routes that pass no more."""
    keys = list(approaches)
    return filled(
        Gates,
        border_days=sketch.border_days,
        border=np.ones(len(sketch.border_days)),
        approach_gate=[*(gate for gate, _ in keys), -1],
        approach_days=[*(days for _, days in keys), 0.0],
    )


def _column(sketch: Sketch, name: str) -> NDArray[np.float64] | NDArray[np.int64]:
    return np.array([getattr(lane, name) for lane in sketch.lanes])


def _group_keys(sketch: Sketch) -> list[tuple[int, int, int]]:
    """Keys (origin, commodity, direction) of the groups, in order; lanes of a group must stand together."""
    keys = [(lane.origin, lane.commodity, lane.direction) for lane in sketch.lanes]
    groups = list(dict.fromkeys(keys))
    assert sorted(keys, key=groups.index) == keys
    return groups


def _channels(sketch: Sketch) -> Channels:
    lanes, markets, goods = sketch.lanes, sketch.markets, len(sketch.goods)
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
    markets, goods = sketch.markets, len(sketch.goods)
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
    declared, goods, senders = 1 + sketch.markets, len(sketch.goods), len(sketch.senders)
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
    same = ("commodity", "direction", "ownership", "kind", "in_area", "made_rank", "comply_rank", "goods_rank")
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
