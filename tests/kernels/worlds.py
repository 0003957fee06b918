"""Small random worlds for the kernels: two origins, two goods, exports only, routes over one or two gates."""

from typing import NamedTuple

import numpy as np

from sim.config import load
from sim.policy.compile.effects import effects_of, roles_of
from sim.policy.instruments import Instrument
from sim.policy.language.measures import Enforcement
from sim.state import (
    FIRM_CLASSES,
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
    State,
    World,
    fitted,
    new_state,
    single,
)
from sim.world.frozen import frozen
from sim.world.network.layout import passages_of
from sim.world.trade.desks import find_desks

f4, i4, i8, u1 = np.float32, np.int32, np.int64, np.uint8
ORIGINS, GOODS, MARKETS, GATES, SLOTS = 2, 2, 4, 5, 3
GROUPS = ORIGINS * GOODS
RING = 8
BASE_MUSD = 100.0
TONNES = 200.0
DEFAULTS = load([]).behaviour.values()


class Small(NamedTuple):
    """A world, a policy and parameters for it."""

    world: World
    policy: Policy
    parameters: Parameters

    def new_state(self) -> State:
        """Room for a run."""
        return new_state(self.world)


def parameters(**changes: float) -> Parameters:
    """Default behaviour with some numbers changed, float32."""
    return single(DEFAULTS)._replace(**{name: f4(value) for name, value in changes.items()})


def small(
    seed: int,
    weeks: int = 12,
    firms: int = 24,
    ban_from: int | None = 4,
    room: float = 1.5,
    choice_rule: int = 0,
    markets: int = MARKETS,
    **changes: float,
) -> Small:
    """Make a world of about 40 routes.

    ``room`` is the gates' capacity over their base load; gate 0 is closed all the time. Market 0 bans from a week on.
    """
    draw = np.random.default_rng(seed)
    routes, gates = _routes(draw, GROUPS * markets)
    channels = _channels(draw, routes, markets)
    authorities = Authorities(
        np.array([0, GOODS], i4),
        np.zeros(1, i4),
        np.ones(1, f4),
        np.zeros(GOODS, i4),
        np.arange(GOODS, dtype=i4),
        np.ones(GOODS, u1),
        np.full(GOODS, 50.0),
    )
    world = World(
        Sizes(weeks, 2, markets, GOODS, ORIGINS, RING, 2 * firms, SLOTS, 0, 1, choice_rule),
        _clock(weeks),
        Goods(
            np.full(GOODS, TONNES),
            np.full(GOODS, 0.005, f4),
            np.array([0.0, 0.1]),
            np.full(GOODS, 0.05, f4),
            np.full(GOODS, 0.2, f4),
            np.full(GOODS, 0.6, f4),
        ),
        gates,
        routes,
        passages_of(routes, gates),
        channels,
        _cells(channels, markets),
        authorities,
        find_desks(channels, authorities, np.full(1, -1, i4)),
        _population(draw, firms, markets),
    )
    policy = _policy(weeks, ban_from, room, np.flatnonzero(channels.market == 0))
    return Small(frozen(world), frozen(fitted(policy, world)), parameters(detention_days=14.0, **changes))


def _clock(weeks: int) -> Clock:
    month = np.stack([np.arange(weeks) * 2 // weeks, np.full(weeks, -1)], axis=1)
    weight = np.stack([np.ones(weeks), np.zeros(weeks)], axis=1)
    observed = np.bincount(month[:, 0])
    return Clock(
        month.astype(i4),
        weight,
        weight / observed[month[:, :1]],
        np.arange(weeks) / 52,
        np.ones((weeks, GOODS), f4),
        np.zeros(1, i8),
    )


def _routes(draw: np.random.Generator, channels: int) -> tuple[Routes, Gates]:
    per_channel = draw.integers(1, 5, channels)
    channel = np.repeat(np.arange(channels), per_channel)
    count = channel.size
    stops = draw.integers(1, 3, count)
    start = np.concatenate([[0], np.cumsum(stops)])
    total = start[-1]
    route = np.repeat(np.arange(count), stops)
    last = np.append(route[1:] != route[:-1], True)
    first = np.append(True, route[1:] != route[:-1])
    approaches = GATES * 3
    approach = np.full((3, count), approaches, i4)
    approach[np.arange(total) - start[route], route] = draw.integers(0, approaches, total)
    routes = Routes(
        static_usd_per_t=draw.uniform(100, 900, count).astype(f4),
        static_days=draw.uniform(5, 30, count).astype(f4),
        gate_usd_per_t=np.full(count, 10, f4),
        gate_days=np.full(count, 0.5, f4),
        path_size=draw.uniform(0.3, 1, count).astype(f4),
        opens_week=np.where(np.append(False, channel[1:] == channel[:-1]) & (draw.random(count) < 0.2), 5, 0).astype(
            i4
        ),
        stop_start=start.astype(i4),
        stop_gate=draw.integers(0, GATES, total).astype(i4),
        stop_channel=channel[route].astype(i4),
        stop_next=np.where(last, -1, np.arange(1, total + 1)).astype(i4),
        stop_whole_weeks=np.where(first, draw.integers(0, 3, total), draw.integers(1, 3, total)).astype(i4),
        stop_part_week=draw.random(total),
        last_whole_weeks=draw.integers(0, 3, count).astype(i4),
        last_part_week=draw.random(count),
        stop_route=route.astype(i4),
        stop_tonnes=np.full(total, TONNES),
        approach=approach,
        channel=channel.astype(i4),
    )
    gates = Gates(
        np.full(GATES, 0.5),
        np.full(GATES, 10.0),
        np.ones(GATES, u1),
        np.append(np.arange(approaches) % GATES, -1).astype(i4),
        np.append(draw.uniform(0, 20, approaches), 0.0),
        np.zeros(ORIGINS, i4),
    )
    return routes, gates


def _channels(draw: np.random.Generator, routes: Routes, markets: int) -> Channels:
    count = GROUPS * markets
    group, market = np.repeat(np.arange(GROUPS), markets), np.tile(np.arange(markets), GROUPS)
    commodity = group % GOODS
    banned = market == 0
    kind = np.where(banned, draw.integers(0, 5, count), 0)
    base_flow = draw.pareto(1.5, count) + 0.1
    base_flow *= BASE_MUSD / base_flow.sum()
    return Channels(
        route_start=np.searchsorted(routes.channel, np.arange(count + 1)).astype(i4),
        origin=(group // GOODS).astype(i4),
        commodity=commodity.astype(i4),
        direction=np.zeros(count, i4),
        market=market.astype(i4),
        declared=market.astype(i4),
        hub=np.where(kind > 0, 1, -1).astype(i4),
        kind=kind.astype(i4),
        cell=(market * GOODS + commodity).astype(i4),
        inspection_class=np.where(banned, commodity, -1).astype(i4),
        authority=np.where(banned, 0, -1).astype(i4),
        watched=np.where(banned, np.cumsum(banned) - 1, -1).astype(i4),
        group=group.astype(i4),
        base_flow=base_flow,
        base_value=np.log(base_flow).astype(f4),
        base_tariff=np.full(count, 0.05, f4),
        markup=np.where(kind > 0, 0.1, 0.0).astype(f4),
        lost_in_transit=np.where(kind > 0, 0.5, 0.0).astype(f4),
        group_start=np.arange(0, count + 1, markets).astype(i4),
        watched_channel=np.flatnonzero(banned).astype(i4),
    )


def _cells(channels: Channels, markets: int) -> Cells:
    cells = markets * GOODS
    return Cells(
        np.repeat(np.arange(markets), GOODS).astype(i4),
        np.tile(np.arange(GOODS), markets).astype(i4),
        np.bincount(channels.cell, channels.base_flow, minlength=cells),
        np.full(cells, 0.02),
        np.full(cells, 4, f4),
    )


def _population(draw: np.random.Generator, firms: int, markets: int) -> Population:
    group = np.arange(firms) % GROUPS
    order = draw.permuted(np.tile(np.arange(markets), (firms, 1)), axis=1)[:, :SLOTS]
    channel = (group[:, np.newaxis] * markets + order).T
    channel[-1, ::5] = -1  # some firms know fewer channels than they have slots
    share = np.where(channel >= 0, draw.uniform(0.1, 1, channel.shape), 0)
    share /= share.sum(axis=0)
    return Population(
        place=(group // GOODS).astype(i4),
        commodity=(group % GOODS).astype(i4),
        direction=np.zeros(firms, i4),
        ownership=np.zeros(firms, i4),
        group=group.astype(i4),
        made_rank=draw.random(firms).astype(f4),
        comply_rank=np.linspace(0.01, 0.99, firms).astype(f4),
        base_volume=np.full(firms, BASE_MUSD / firms, f4),
        median_volume=np.full(GROUPS, BASE_MUSD / firms, f4),
        channel=channel.astype(i4),
        share=share.astype(f4),
    )


def _policy(weeks: int, ban_from: int | None, room: float, banned: np.ndarray) -> Policy:
    capacity = np.full((GATES, weeks), room * BASE_MUSD * TONNES / GATES)
    capacity[0] = 0.0
    days_to_opening = np.zeros((GATES, weeks), f4)
    days_to_opening[0] = 7.0 * (weeks - np.arange(weeks))
    measures = 0 if ban_from is None else 1
    intensity = np.zeros((measures, weeks), f4)
    changed = np.zeros(weeks, u1)
    if ban_from is not None:
        intensity[0, ban_from:] = 1
        changed[ban_from] = 1
    none = np.zeros(measures + 1, i4)
    made_here = np.repeat([0, 1], FIRM_CLASSES // 2)
    return Policy(
        schedule=GateSchedule(
            capacity_t=capacity,
            background_t=np.full((GATES, weeks), 10.0),
            background_share=np.full((GATES, weeks), 0.2),
            open_share=(capacity > 0).astype(float),
            version=np.tile(np.arange(GATES)[:, np.newaxis], (1, weeks)).astype(i4),
            known_capacity_t=capacity.copy(),
            next_open_days=days_to_opening,
            ordinary_t=capacity.copy(),
            hours_headroom=np.full((GATES, weeks), 1.5),
            plans_from_week=np.zeros(GATES, i4),
        ),
        instrument=np.zeros(measures, i4),
        effects=effects_of([(Instrument.import_ban, 1.0, Enforcement(), made_here)] * measures),
        role=roles_of([Instrument.import_ban] * measures),
        intensity=intensity,
        announced=np.zeros((measures, weeks), u1),
        level=np.zeros(measures, f4),
        enforcement=np.ones((measures, 2), f4),
        changed=changed,
        channel_start=np.array([0] + [banned.size] * measures, i4),
        channel_reach=np.tile(banned, measures).astype(i4),
        cell_start=none,
        cell_reach=np.zeros(0, i4),
        authority_reach=np.ones((measures, 1), u1),
        firm_scope=np.tile(made_here, (measures, 1)).astype(u1),
        firm_start=none,
        firm_reach=np.zeros(0, i4),
        route_start=none,
        route_reach=np.zeros(0, i4),
        place_start=none,
        place_reach=np.zeros(0, i4),
    )
