"""What must change nothing: measures that nobody meets, the base itself, and other labels."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernels.start import begin
from sim.parameters import TABLE
from sim.policy.instruments import Instrument
from sim.state import MAKER, TRADER, TRANSIT_DECLARED, Parameters
from tests.limits.worlds import Firm, Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, parameters

GOODS = (Good(spoilage_per_week=0.01), Good(value_usd_per_t=300.0, time_value_per_day=0.003, elasticity=2.0))
NORTH, SOUTH = Way((0,), (2.0,), 9.0, 30.0), Way((1,), (5.0,), 3.0, 45.0)
BOTH = Way((0, 1), (2.0, 9.0), 4.0, 20.0, 0.9)
LANES = (
    Lane((NORTH, BOTH), 0, 4.0),
    Lane((NORTH, SOUTH, BOTH), 1, 2.0),
    Lane((SOUTH,), 2, 0.5, kind=TRANSIT_DECLARED, hub=1, markup=0.05),
    Lane((NORTH, SOUTH), 0, 3.0, commodity=1),
    Lane((SOUTH, BOTH), 2, 6.0, commodity=1, tariff=0.1),
    Lane((BOTH,), 1, 1.0, origin=1),
    Lane((SOUTH, NORTH), 2, 2.5, origin=1),
)
FIRMS = tuple(
    Firm(origin, good, weight=1.0 + 0.37 * n, kind=(MAKER, TRADER)[n % 2])
    for origin, good in ((0, 0), (0, 1), (1, 0))
    for n in range(6)
)
SKETCH = Sketch(LANES, GOODS, (1.0, 2.0), weeks=200, firms=FIRMS, senders=(2,), rows_factor=9)
TARIFF = Measure(Instrument.tariff, 0.2, from_week=10, channels=(1, 5))


def numbers(data) -> list[np.ndarray]:
    """All arrays of nested named tuples."""
    return [data] if isinstance(data, np.ndarray) else [array for part in data for array in numbers(part)]


def assert_same_bits(one: Run, other: Run) -> None:
    """The same firms, goods on the way, gates, customs and prices; measures in force say what was reckoned with."""
    for name in ("firms", "lanes", "ports", "customs", "markets", "intermediaries", "ledger"):
        pairs = zip(numbers((getattr(one.state, name),)), numbers((getattr(other.state, name),)), strict=True)
        assert all((mine == others).all() for mine, others in pairs), name


OUT_OF_REACH = {
    "reaches nothing": Measure(Instrument.tariff, 0.5, from_week=5),
    "a ban that reaches nothing": Measure(Instrument.import_ban, from_week=5),
    "a secondary sanction that reaches nothing": Measure(Instrument.secondary, 0.5, from_week=5),
    "never in force": Measure(Instrument.import_ban, channels=(2, 4), authorities=(0,), strength=0.0),
}


@pytest.mark.parametrize("measure", OUT_OF_REACH.values(), ids=list(OUT_OF_REACH))
@pytest.mark.parametrize("others", [[], [TARIFF]], ids=["alone", "beside another"])
def test_a_measure_out_of_reach_changes_no_bit(measure, others):
    world = make_world(SKETCH)
    without = Run(world, make_policy(world, others), parameters()).step(120)
    beside = Run(world, make_policy(world, [*others, measure]), parameters()).step(120)
    assert_same_bits(without, beside)


def test_a_measure_in_reach_does_change_something():
    """Else the test above would say nothing."""
    world = make_world(SKETCH)
    without = Run(world, make_policy(world), parameters()).step(120)
    under = Run(world, make_policy(world, [TARIFF]), parameters()).step(120)
    assert (without.state.lanes.dispatched != under.state.lanes.dispatched).any()


def test_no_measure_twice_is_the_same_run():
    world = make_world(SKETCH)
    first, second = (Run(world, make_policy(world), parameters(), run=4).step(120) for _ in range(2))
    assert_same_bits(first, second)
    # a state that was used before is reset altogether
    second.step(80)
    again = Run(world, make_policy(world), parameters(), run=4)
    again.state = second.state
    begin(world, again.values, again.state)
    assert_same_bits(first, again.step(120))


def test_kinds_of_firms_that_are_equally_fast_change_no_bit():
    """And kinds that are not do change something."""
    speeds = ("attention_price", "adjustment_per_week", "growth_per_week", "growth_cap_per_week")
    values = parameters()
    alike = values._replace(**{f"trader_{name}": getattr(values, name) for name in speeds})
    runs = []
    for numbers_of_run, firms in (
        (alike, FIRMS),
        (alike, [each._replace(kind=MAKER) for each in FIRMS]),
        (values, FIRMS),
    ):
        world = make_world(replace(SKETCH, firms=tuple(firms)))
        run = Run(world, make_policy(world, [TARIFF]), numbers_of_run).step(120)
        run.state.firms.kind[:] = 0
        runs.append(run)
    mixed, one_kind, faster = runs
    assert_same_bits(mixed, one_kind)
    assert (faster.state.lanes.dispatched != mixed.state.lanes.dispatched).any()


CALM = {"shock_sd": 0.0, "growth_per_week": 0.0, "exit_per_week": 0.0, "exit_first_year_per_week": 0.0}
CALM |= {"entry_per_year": 0.0, "search_per_week": 0.0, "trader_growth_per_week": 0.0}
# Where prices and volumes run away from the base and cycle, the base is a fixed point that nothing stays at.
STEADY = {
    "theta_market": (3, 8),
    "elasticity_scale": (1, 2),
    "volume_scale": (0.15, 0.3),
    "base_utilisation": (0.6, 0.9),
}
RANGES = {name: (each.low, each.high) for name, each in TABLE.items()} | STEADY


@st.composite
def calm_draws(draw) -> Parameters:
    """Any parameters within their ranges, without shocks, entry, exit, growth and search, where prices are stable."""
    varied = (name for name in Parameters._fields if name not in CALM)
    return parameters(**CALM, **{name: draw(st.floats(*map(float, RANGES[name]))) for name in varied})


def assert_at_base(run: Run) -> None:
    """Shares, prices and flows as at base: the largest error of 1,500 draws was 3e-7, float32's rounding."""
    world, state = run.world, run.state
    assert state.firms.share[:, : world.population.place.size] == pytest.approx(world.population.share, abs=1e-5)
    assert state.markets.price == pytest.approx(1, abs=1e-5)
    for flow in (state.lanes.dispatched, state.lanes.arrived, state.lanes.released):
        assert flow == pytest.approx(world.channels.base_flow, rel=1e-5)


@settings(max_examples=40, deadline=None)
@given(values=calm_draws())
def test_the_base_is_a_fixed_point_for_any_parameters(values):
    world = make_world(SKETCH)
    assert_at_base(Run(world, make_policy(world), values).step(200))


@pytest.mark.parametrize("spare", [2.0, 10.0])
def test_the_base_is_a_fixed_point_with_gates_that_have_room(spare):
    world = make_world(SKETCH)
    load_t = Run(world, make_policy(world), parameters(**CALM)).step(3).state.ports.passed_t
    run = Run(world, make_policy(world, capacity_t=spare * load_t), parameters(**CALM)).step(200)
    assert_at_base(run)
    assert run.state.ports.approach_queue_days.max() == 0


CERTAIN = {"attention_price": 1.0, "attention_risk": 1.0, "inspection_budget_per_week": 1e9, "sensitivity": 1.0}
CERTAIN |= {"trader_attention_price": 1.0}
CERTAIN |= {"release_hidden": 0.0, "shock_sd": 0.0, "search_per_week": 0.0, "entry_per_year": 0.0}
CERTAIN |= {"exit_per_week": 0.0, "exit_first_year_per_week": 0.0, "hub_entry_per_year": 0.0}
BAN = Measure(Instrument.import_ban, from_week=5, channels=(2, 4, 6), authorities=(0,))
LABEL_WEEKS = 60


def outcome(sketch: Sketch, measures: list[Measure]) -> Run:
    """A run in which nothing hangs on a draw: all hear, all is found, gates are tight, nobody enters."""
    world = make_world(replace(sketch, rows_factor=1))
    tight = np.full(len(sketch.border_days), 30_000.0)
    return Run(world, make_policy(world, measures, tight), parameters(**CERTAIN)).step(LABEL_WEEKS)


def assert_close(one: np.ndarray, other: np.ndarray) -> None:
    """Sums in another order differ by a rounding of float32 or two, which 60 weeks carry on."""
    assert one == pytest.approx(other, rel=2e-5, abs=2e-5)


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(len(FIRMS))))
def test_order_of_firms_does_not_matter(order):
    one, other = (
        outcome(SKETCH, [TARIFF, BAN]),
        outcome(replace(SKETCH, firms=tuple(FIRMS[f] for f in order)), [TARIFF, BAN]),
    )
    for name in ("shipped", "margin", "capacity", "stock"):
        assert_close(getattr(other.state.firms, name), getattr(one.state.firms, name)[order])
    assert_close(other.state.firms.share, one.state.firms.share[:, order])
    assert_close(other.state.lanes.released, one.state.lanes.released)
    assert_close(other.state.markets.price, one.state.markets.price)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_order_of_channels_and_routes_does_not_matter(data):
    groups = data.draw(st.permutations([[0, 1, 2], [3, 4], [5, 6]]))
    order = [k for group in groups for k in data.draw(st.permutations(group))]
    lanes = tuple(LANES[k]._replace(ways=tuple(data.draw(st.permutations(LANES[k].ways)))) for k in order)
    moved = [m._replace(channels=tuple(order.index(k) for k in m.channels)) for m in (TARIFF, BAN)]
    one, other = outcome(SKETCH, [TARIFF, BAN]), outcome(replace(SKETCH, lanes=lanes), moved)
    for name in ("dispatched", "cleared", "arrived", "released", "access_cost"):
        assert_close(getattr(other.state.lanes, name), getattr(one.state.lanes, name)[order])
    for name in ("queue_t", "passed_t", "passed_musd", "wait_days"):
        assert_close(getattr(other.state.ports, name), getattr(one.state.ports, name))
    assert_close(other.state.markets.price, one.state.markets.price)
    assert_close(other.state.firms.shipped, one.state.firms.shipped)


@settings(max_examples=15, deadline=None)
@given(market=st.permutations(range(3)), gate=st.permutations(range(2)))
def test_numbers_of_markets_and_gates_do_not_matter(market, gate):
    lanes = tuple(
        lane._replace(
            market=market[lane.market],
            hub=market[lane.hub] if lane.hub >= 0 else -1,
            ways=tuple(way._replace(gates=tuple(gate[g] for g in way.gates)) for way in lane.ways),
        )
        for lane in LANES
    )
    border = [0.0, 0.0]
    border[gate[0]], border[gate[1]] = SKETCH.border_days
    renamed = replace(SKETCH, lanes=lanes, border_days=tuple(border), senders=(market[2],))
    one, other = outcome(SKETCH, [TARIFF, BAN]), outcome(renamed, [TARIFF, BAN])
    assert_close(other.state.lanes.released, one.state.lanes.released)
    assert_close(other.state.ports.queue_t[gate], one.state.ports.queue_t)
    prices = other.state.markets.price.reshape(4, 2)
    assert_close(prices[[*market, 3]], one.state.markets.price.reshape(4, 2))
