"""Choice of markets: gravity, the settled elasticity, the base as a fixed point, and what a margin falls in."""

import numpy as np
import pytest

from sim.kernels.rules import margin
from sim.policy.instruments import Instrument
from tests.limits.worlds import (
    Good,
    Lane,
    Measure,
    Run,
    Sketch,
    Way,
    make_policy,
    make_world,
    parameters,
    settled,
)

VALUE_USD_PER_T = 1000.0


def lane_at_cost(market: int, cost_share: float, demand_musd: float, theta: float) -> Lane:
    """A lane whose constant is the log of demand, which is where its base utility comes from."""
    way = Way(cost_usd_per_t=cost_share * VALUE_USD_PER_T)
    return Lane((way,), market, demand_musd, np.log(demand_musd) - theta * cost_share)


@pytest.mark.parametrize(("theta", "elasticity"), [(6.0, 3.0), (3.0, 1.5), (12.0, 5.0)])
def test_gravity(theta, elasticity):
    """A margin is linear in price where gravity is in its logarithm: costs 0.01 apart bend the slope by 0.2 %."""
    generator = np.random.default_rng(7)
    markets = 40
    cost = 0.1 + generator.uniform(-0.005, 0.005, markets)
    demand = np.exp(generator.normal(0, 1, markets))
    lanes = tuple(lane_at_cost(m, cost[m], demand[m], theta) for m in range(markets))
    good = Good(value_usd_per_t=VALUE_USD_PER_T, time_value_per_day=0.0, elasticity=elasticity)
    world = make_world(Sketch(lanes, (good,), weeks=600))
    run = Run(world, make_policy(world), settled(theta_market=theta, adjustment_per_week=0.1)).step(600)
    flow = run.state.lanes.released
    columns = np.stack([np.ones(markets), cost, np.log(demand)], axis=1)
    (_, on_cost, on_demand), *_ = np.linalg.lstsq(columns, np.log(flow), rcond=None)
    assert on_cost == pytest.approx(-theta * elasticity / (theta + elasticity), rel=0.01)
    assert on_demand == pytest.approx(1.0, rel=0.01)


def test_elasticity_to_a_small_tariff():
    markets, tariff = 20, 0.05
    good = Good(time_value_per_day=0.0, elasticity=3.0)
    world = make_world(Sketch(tuple(Lane(market=m) for m in range(markets)), (good,), weeks=1040))
    measure = Measure(Instrument.tariff, tariff, channels=(0,))
    flow = Run(world, make_policy(world, [measure]), settled(theta_market=6.0)).step(1040).state.lanes.released
    fall = -np.log(flow[0] / flow[1:].mean()) / np.log(1 + tariff)
    assert fall == pytest.approx(6.0 * 3.0 / (6.0 + 3.0), rel=0.03)


def margins(run: Run) -> np.ndarray:
    """Believed margin of each slot of the first firm."""
    firms, lanes = run.state.firms, run.state.lanes
    channel = firms.channel[:, 0]
    parts = zip(
        firms.price_belief[:, 0], lanes.net_revenue[channel], lanes.friction[channel], firms.risk[:, 0], strict=True
    )
    return np.array(
        [margin(price, net_revenue, firms.unit_cost[0], friction, risk) for price, net_revenue, friction, risk in parts]
    )


def ladder(measure_of, ways=None) -> Run:
    """A firm with eight lanes that differ by one measure, or by their ways, alone; beliefs stay as they are."""
    steps = 8
    ways = ways or [Way()] * steps
    lanes = tuple(Lane((way,), market) for market, way in enumerate(ways))
    world = make_world(Sketch(lanes, senders=tuple(range(steps)), weeks=3))
    measures = [measure_of(step) for step in range(steps)] if measure_of else []
    return Run(world, make_policy(world, measures), parameters(attention_price=0.0, attention_risk=0.0)).step(3)


def ban_of(step: int) -> Measure:
    return Measure(Instrument.import_ban, channels=(step,), authorities=(step,), strength=step / 7)


def tariff_of(step: int) -> Measure:
    return Measure(Instrument.tariff, level=0.1 * step, channels=(step,))


@pytest.mark.parametrize(
    "steps",
    [(ban_of,), (tariff_of,), (None, [Way(days=(3.0 * step,)) for step in range(8)])],
    ids=["chance of detention", "tariff", "days"],
)
def test_margin_falls(steps):
    assert (np.diff(margins(ladder(*steps))) < 0).all()
