"""Small random worlds for the kernels: two origins, two goods, exports only, routes over one or two gates."""

from typing import NamedTuple

import numpy as np

from sim.constants import WEEKS_PER_YEAR
from sim.policy.instruments import Instrument
from sim.policy.language.measures import Enforcement
from sim.state import (
    FIRM_CLASSES,
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
    Shoppers,
    Sizes,
    State,
    World,
    new_state,
)
from tests.worlds import filled, parameters, policy_of, schedule_of, world_of

ORIGINS, GOODS, MARKETS, GATES, SLOTS = 2, 2, 4, 5, 3
GROUPS = ORIGINS * GOODS
RING = 8
BASE_MUSD = 100.0
TONNES = 200.0


class Small(NamedTuple):
    """A world, a policy and parameters for it."""

    world: World
    policy: Policy
    parameters: Parameters

    def new_state(self) -> State:
        """Room for a run."""
        return new_state(self.world)


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
    world = world_of(
        sizes=filled(
            Sizes,
            weeks=weeks,
            months=2,
            markets=markets,
            commodities=GOODS,
            places=ORIGINS,
            ring_weeks=RING,
            rows=2 * firms,
            slots=SLOTS,
            declared_origins=1,
            choice_rule=choice_rule,
        ),
        clock=_clock(weeks),
        goods=_goods(),
        gates=gates,
        shoppers=filled(Shoppers, gate=np.zeros(ORIGINS), per_day=np.zeros((ORIGINS, weeks))),
        routes=routes,
        channels=channels,
        cells=_cells(channels, markets),
        authorities=_authorities(weeks),
        population=_population(draw, firms, markets),
    )
    policy = _policy(world, ban_from, room, np.flatnonzero(channels.market == 0))
    return Small(world, policy, parameters(detention_days=14.0, **changes))


def _goods() -> Goods:
    return filled(
        Goods,
        tonnes_per_musd=np.full(GOODS, TONNES),
        time_value_per_day=np.full(GOODS, 0.005),
        spoilage_per_week=[0.0, 0.1],
        consignment_musd=np.full(GOODS, 0.05),
        content_share=np.full(GOODS, 0.2),
        made_here_share=np.full((2, GOODS), 0.6),
        centre=np.arange(GOODS),
    )


def _authorities(weeks: int) -> Authorities:
    return filled(
        Authorities,
        class_start=[0, GOODS],
        budget_share=[1.0],
        class_commodity=np.arange(GOODS),
        class_priority=np.ones(GOODS),
        class_prior=np.full(GOODS, -1),
        legitimate=np.full((1, GOODS), 50.0),
        legitimate_year=np.zeros(weeks),
    )


def _clock(weeks: int) -> Clock:
    month = np.stack([np.arange(weeks) * 2 // weeks, np.full(weeks, -1)], axis=1)
    weight = np.stack([np.ones(weeks), np.zeros(weeks)], axis=1)
    observed = np.bincount(month[:, 0])
    return filled(
        Clock,
        month=month,
        flow_weight=weight,
        mean_weight=weight / observed[month[:, :1]],
        years=np.arange(weeks) / WEEKS_PER_YEAR,
        season=np.ones((weeks, GOODS)),
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
    approach = np.full((3, count), approaches)
    approach[np.arange(total) - start[route], route] = draw.integers(0, approaches, total)
    routes = filled(
        Routes,
        static_usd_per_t=draw.uniform(100, 900, count),
        static_days=draw.uniform(5, 30, count),
        gate_usd_per_t=np.full(count, 10.0),
        gate_days=np.full(count, 0.5),
        path_size=draw.uniform(0.3, 1, count),
        opens_week=np.where(np.append(False, channel[1:] == channel[:-1]) & (draw.random(count) < 0.2), 5, 0),
        stop_start=start,
        stop_gate=draw.integers(0, GATES, total),
        stop_channel=channel[route],
        stop_next=np.where(last, -1, np.arange(1, total + 1)),
        stop_whole_weeks=np.where(first, draw.integers(0, 3, total), draw.integers(1, 3, total)),
        stop_part_week=draw.random(total),
        last_whole_weeks=draw.integers(0, 3, count),
        last_part_week=draw.random(count),
        stop_route=route,
        stop_tonnes=np.full(total, TONNES),
        approach=approach,
        channel=channel,
    )
    gates = filled(
        Gates,
        border_days=np.full(GATES, 0.5),
        base_fee_usd_per_t=np.full(GATES, 10.0),
        border=np.ones(GATES),
        approach_gate=np.append(np.arange(approaches) % GATES, -1),
        approach_days=np.append(draw.uniform(0, 20, approaches), 0.0),
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
    return filled(
        Channels,
        route_start=np.searchsorted(routes.channel, np.arange(count + 1)),
        origin=group // GOODS,
        commodity=commodity,
        market=market,
        declared=market,
        hub=np.where(kind > 0, 1, -1),
        kind=kind,
        cell=market * GOODS + commodity,
        inspection_class=np.where(banned, commodity, -1),
        authority=np.where(banned, 0, -1),
        watched=np.where(banned, np.cumsum(banned) - 1, -1),
        group=group,
        base_flow=base_flow,
        base_value=np.log(base_flow),
        base_tariff=np.full(count, 0.05),
        markup=np.where(kind > 0, 0.1, 0.0),
        lost_in_transit=np.where(kind > 0, 0.5, 0.0),
        group_start=np.arange(0, count + 1, markets),
        watched_channel=np.flatnonzero(banned),
    )


def _cells(channels: Channels, markets: int) -> Cells:
    cells = markets * GOODS
    return filled(
        Cells,
        market=np.repeat(np.arange(markets), GOODS),
        commodity=np.tile(np.arange(GOODS), markets),
        base_demand=np.bincount(channels.cell, channels.base_flow, minlength=cells),
        trend=np.full(cells, 0.02),
        elasticity=np.full(cells, 4.0),
    )


def _population(draw: np.random.Generator, firms: int, markets: int) -> Population:
    group = np.arange(firms) % GROUPS
    order = draw.permuted(np.tile(np.arange(markets), (firms, 1)), axis=1)[:, :SLOTS]
    channel = (group[:, np.newaxis] * markets + order).T
    channel[-1, ::5] = -1  # some firms know fewer channels than they have slots
    share = np.where(channel >= 0, draw.uniform(0.1, 1, channel.shape), 0)
    share /= share.sum(axis=0)
    return filled(
        Population,
        place=group // GOODS,
        commodity=group % GOODS,
        group=group,
        in_area=np.ones(firms),
        made_rank=draw.random(firms),
        comply_rank=np.linspace(0.01, 0.99, firms),
        goods_rank=np.linspace(0.99, 0.01, firms),
        base_volume=np.full(firms, BASE_MUSD / firms),
        median_volume=np.full(GROUPS, BASE_MUSD / firms),
        channel=channel,
        share=share,
    )


def _policy(world: World, ban_from: int | None, room: float, banned: np.ndarray) -> Policy:
    weeks = world.sizes.weeks
    capacity = np.full((GATES, weeks), room * BASE_MUSD * TONNES / GATES)
    capacity[0] = 0.0
    days_to_opening = np.zeros((GATES, weeks))
    days_to_opening[0] = 7.0 * (weeks - np.arange(weeks))
    schedule = schedule_of(
        capacity,
        background_t=np.full((GATES, weeks), 10.0),
        background_share=np.full((GATES, weeks), 0.2),
        next_open_days=days_to_opening,
        hours_headroom=np.full((GATES, weeks), 1.5),
    )
    if ban_from is None:
        return policy_of(world, schedule)
    made_here = np.repeat([0, 1], FIRM_CLASSES // 2)
    return policy_of(
        world,
        schedule,
        [(Instrument.import_ban, 1.0, Enforcement(), made_here)],
        {"channel": [banned]},
        intensity=[np.arange(weeks) >= ban_from],
        announced=np.zeros((1, weeks)),
        authority_reach=[[1]],
    )
