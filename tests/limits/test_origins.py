"""Goods of different origins: a price each, from goods apart to goods that are the same."""

import numpy as np
import pytest

from sim.policy.instruments import Instrument
from sim.state import World, fitted
from sim.world.frozen import frozen
from sim.world.trade.cells import by_origin
from tests.limits.worlds import Good, Lane, Measure, Run, Sketch, make_policy, make_world, settled

WEEKS = 600
ELASTICITY = 1.5
OWN, OTHER = 0, 1


def apart(substitution: float) -> World:
    """Two origins sell one good to one market, one of them three times as much; both sell to a second market too."""
    flows = {(0, 0): 3.0, (1, 0): 1.0, (0, 1): 2.0, (1, 1): 2.0}
    lanes = tuple(Lane(market=m, origin=o, flow_musd=flow) for (o, m), flow in sorted(flows.items()))
    world = make_world(Sketch(lanes, (Good(time_value_per_day=0.0, elasticity=ELASTICITY),), weeks=WEEKS))
    cells, channels = by_origin(world.cells, np.array([substitution], np.float32), world.channels)
    world = world._replace(cells=cells, channels=channels)
    return frozen(fitted(world, world))


def prices_under_a_tariff(substitution: float) -> tuple[World, np.ndarray, np.ndarray]:
    """Prices in the first market of both origins and of the goods as a whole, when a tariff is on one origin."""
    world = apart(substitution)
    first = np.flatnonzero((world.channels.origin == OWN) & (world.channels.market == 0))
    measure = Measure(Instrument.tariff, 0.2, channels=tuple(first))
    run = Run(world, make_policy(world, [measure]), settled()).step(WEEKS)
    sold = [np.flatnonzero((world.channels.origin == o) & (world.channels.market == 0))[0] for o in (OWN, OTHER)]
    price = run.state.markets.price
    whole = world.cells.nest[world.channels.cell[sold[0]]] - 1
    return world, price[world.channels.cell[sold]].astype(float), float(price[whole])


def test_every_channel_has_the_cell_of_its_origin_and_no_demand_is_lost():
    world = apart(3.0)
    members = world.cells.nest > 0
    assert members[world.channels.cell].all()
    whole = np.bincount(world.cells.nest[members] - 1, world.cells.base_demand[members], minlength=members.sum())
    assert whole[: (~members).sum()] == pytest.approx(world.cells.base_demand[~members][: whole.size])


def test_all_prices_are_1_at_base():
    world = apart(3.0)
    run = Run(world, make_policy(world), settled()).step(200)
    assert run.state.markets.price[world.cells.base_demand > 0] == pytest.approx(1.0, abs=1e-3)


def test_where_buyers_substitute_as_they_do_without_the_other_origin_has_its_own_price():
    """With as much substitution as elasticity each origin has a demand of its own: that of the other moves by trade."""
    _, (own, _), _ = prices_under_a_tariff(ELASTICITY)
    world, price, _ = prices_under_a_tariff(ELASTICITY)
    run = Run(world, make_policy(world), settled()).step(1)
    assert run.state.markets.demand.size == world.cells.nest.size
    assert own > 1.02
    assert price[OTHER] == pytest.approx(1.0, abs=0.02)


def test_goods_that_are_nearly_the_same_have_nearly_one_price():
    _, (own, other), whole = prices_under_a_tariff(500.0)
    assert own == pytest.approx(other, abs=2e-3) == pytest.approx(whole, abs=2e-3)
    assert whole > 1.01


def test_the_price_of_the_other_origin_rises_the_more_the_more_alike_goods_are():
    others = [prices_under_a_tariff(each)[1][OTHER] for each in (ELASTICITY, 4.0, 20.0)]
    assert others == sorted(others)
    assert others[-1] > others[0] + 0.01
