"""Any small world under any measures: mass is conserved, nothing is negative, no gate passes more than it can."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.constants import NEVER
from sim.parameters import TABLE
from sim.policy.instruments import Instrument
from sim.state import DELIVERED, DENIED, DIRECT, DISPATCHED, EXPORT, KINDS, ON_HAND, PARCEL, SPOILED, Parameters
from tests.limits.worlds import Firm, Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, parameters

pytestmark = pytest.mark.slow

WEEKS = 60
MARKETS, GATES = 4, 3
INSTRUMENTS = (
    Instrument.import_ban,
    Instrument.tariff,
    Instrument.financial,
    Instrument.export_control,
    Instrument.listing_hazard,
    Instrument.due_diligence,
    Instrument.export_licence,
    Instrument.payment_delay,
)
ROUNDING = 1e-12


def days() -> st.SearchStrategy[float]:
    return st.floats(0, 40)


@st.composite
def ways(draw) -> Way:
    gates = draw(st.lists(st.integers(0, GATES - 1), min_size=1, max_size=3, unique=True))
    travel = tuple(draw(days()) for _ in gates)
    return Way(tuple(gates), travel, draw(days()), draw(st.floats(0, 300)), draw(st.floats(0.1, 1)))


@st.composite
def lanes(draw, origin: int, commodity: int, direction: int) -> Lane:
    kind = draw(st.integers(0, len(KINDS) - 1)) if direction == EXPORT else DIRECT
    market = draw(st.integers(0, MARKETS - 1))
    hub = -1 if kind in (DIRECT, PARCEL) else (market + draw(st.integers(1, MARKETS - 1))) % MARKETS
    return Lane(
        tuple(draw(st.lists(ways(), min_size=1, max_size=3))),
        market,
        draw(st.floats(0.01, 20)),
        origin=origin,
        commodity=commodity,
        direction=direction,
        kind=kind,
        hub=hub,
        tariff=draw(st.floats(0, 0.3)),
        markup=draw(st.floats(0, 0.2)) if hub >= 0 else 0.0,
    )


@st.composite
def goods(draw) -> Good:
    return Good(
        draw(st.floats(50, 50_000)),
        draw(st.floats(0, 0.02)),
        draw(st.floats(0, 0.3)),
        draw(st.floats(0.01, 0.5)),
        draw(st.floats(0.05, 1)),
        draw(st.floats(1, 8)),
    )


@st.composite
def sketches(draw) -> Sketch:
    keys = draw(st.lists(st.tuples(*map(st.integers, (0, 0, 0), (2, 1, 1))), min_size=1, max_size=4, unique=True))
    every = [lane for key in keys for lane in draw(st.lists(lanes(*key), min_size=1, max_size=4))]
    firms = [
        Firm(
            *key, draw(st.floats(0.1, 10)), draw(st.floats(0, 1)), draw(st.floats(0, 1)), draw(st.integers(0, 2)),
            goods_rank=draw(st.floats(0, 1)),
        )
        for key in keys
        for _ in range(draw(st.integers(1, 3)))
    ]  # fmt: skip
    border = tuple(draw(st.floats(0, 5)) for _ in range(GATES))
    # every market is named, so that all are numbered
    every.append(Lane(market=MARKETS - 1, origin=3))
    firms.append(Firm(3))
    return Sketch(tuple(every), (draw(goods()), draw(goods())), border, WEEKS, tuple(firms), senders=(0, 2))


@st.composite
def bars(draw, lanes: tuple[int, ...]) -> Measure:
    """A ban on transit of some lanes, or of all, at some gates and weeks, known before or not."""
    known, first = sorted((draw(st.integers(0, WEEKS - 1)), draw(st.integers(0, WEEKS - 1))))
    return Measure(
        Instrument.transit_ban,
        from_week=first,
        to_week=draw(st.sampled_from([None, first + 1, first + 9])),
        channels=draw(st.one_of(st.just(lanes), st.lists(st.sampled_from(lanes), min_size=1, unique=True).map(tuple))),
        gates=tuple(draw(st.sets(st.integers(0, GATES - 1), min_size=1))),
        strength=draw(st.sampled_from([1.0, 1.0, 0.4])),
        announced_week=draw(st.sampled_from([known, first])),
    )


@st.composite
def runs(draw) -> Run:
    """A run of a random world: measures come and gates shut at any time, parameters lie anywhere in their ranges."""
    sketch = draw(sketches())
    world = make_world(sketch)
    channels = st.lists(st.integers(0, len(sketch.lanes) - 1), max_size=4, unique=True).map(tuple)
    measures = [
        Measure(
            draw(st.sampled_from(INSTRUMENTS)), draw(st.floats(0, 1)), draw(st.integers(0, WEEKS - 1)), draw(channels),
            authorities=(0, 1), budget=draw(st.floats(0, 10)), strength=draw(st.floats(0, 1)),
            to_week=draw(st.integers(0, WEEKS)), days=draw(st.floats(0, 4)), made_here=draw(st.booleans()),
            owners=tuple(draw(st.sets(st.integers(0, 2), min_size=1))), listed=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    load_t = world.channels.base_flow.sum() * world.goods.tonnes_per_musd.max()
    capacity = np.array([[draw(st.sampled_from([0.0, 0.02, 0.1, 0.5, 2.0]))] for _ in range(GATES)]) * load_t
    shut = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).random((GATES, WEEKS)) < draw(st.floats(0, 0.5))
    order = tuple(range(world.population.place.size))
    measures += [
        Measure(
            Instrument.entity_listing, float(draw(st.integers(0, len(order)))), draw(st.integers(0, WEEKS - 1)),
            draw(channels), authorities=(draw(st.integers(0, 1)),), order=order,
        )
        for _ in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    measures += draw(st.lists(bars(tuple(range(len(sketch.lanes)))), max_size=2))
    gone = np.array([draw(st.sampled_from([NEVER, NEVER, WEEKS // 3, WEEKS - 5])) for _ in range(GATES)])
    shut |= np.arange(WEEKS) >= gone[:, np.newaxis]
    values = {name: draw(st.floats(TABLE[name].low, TABLE[name].high)) for name in Parameters._fields}
    return Run(
        world,
        make_policy(world, measures, np.where(shut, 0.0, capacity), gone_week=gone),
        parameters(**values),
        draw(st.integers(0, 99)),
    )


@settings(max_examples=60, deadline=None)
@given(run=runs())
def test_invariants_hold_every_week(run):
    cancelled = False
    for _ in range(WEEKS):
        run.step()
        cancelled |= bool((run.state.in_force.refusing > 0).any())
        check_mass(run)
        check_gates(run)
        check_closures(run)
        check_signs(run)
        check_firms(run, cancelled)


def turnover_musd(run: Run) -> float:
    """What was ever on hand: the scale of roundings."""
    return float(run.state.ledger[ON_HAND] + run.state.ledger[DISPATCHED] + run.world.channels.base_flow.sum())


def check_mass(run: Run) -> None:
    """Sums of some thousand float64 are exact to about 1e-13."""
    ledger = run.state.ledger
    gone = ledger[DELIVERED] + ledger[DENIED] + ledger[SPOILED]
    assert run.held_musd() + gone == pytest.approx(ledger[ON_HAND] + ledger[DISPATCHED], rel=1e-9)


def check_gates(run: Run) -> None:
    ports, gross_t = run.state.ports, run.policy.schedule.capacity_t[:, run.week - 1]
    capacity = gross_t * np.float64(run.values.capacity_scale)
    assert (ports.passed_t <= capacity * (1 + ROUNDING)).all()
    assert (ports.passed_t[capacity == 0] == 0).all()
    waiting = np.bincount(
        run.world.passages.gate, run.state.lanes.stop_queue * run.world.passages.tonnes, minlength=GATES
    )
    assert ports.queue_t == pytest.approx(
        waiting, abs=ROUNDING * turnover_musd(run) * run.world.goods.tonnes_per_musd.max()
    )


def check_closures(run: Run) -> None:
    """Where goods are barred none pass or wait; shut routes have no goods, and blocked channels none that set out."""
    lanes, closures, world = run.state.lanes, run.state.closures, run.world
    shut = closures.barred == 1
    assert (lanes.stop_passing[shut] == 0.0).all()
    assert (lanes.stop_queue[shut] == 0.0).all()
    assert (closures.turned_back >= 0).all()
    blocked = run.state.in_force.blocked != 0
    assert (run.state.scratch.going[blocked] == 0.0).all()
    left = (closures.shut_route != 0) & ~blocked[world.routes.channel]
    assert (lanes.route_share[world.passages.place[left]] == 0.0).all()
    assert lanes.share_sum == pytest.approx(1, abs=1e-5)


def check_signs(run: Run) -> None:
    """Mass and money are not negative; where mass was taken out of a sum, not by more than its rounding."""
    lanes, markets, customs = run.state.lanes, run.state.markets, run.state.customs
    for mass in (lanes.stop_due, lanes.stop_queue, lanes.arrivals_due, lanes.dispatched, lanes.cleared, lanes.arrived):
        assert (mass >= 0).all()
    for mass in (
        lanes.released,
        lanes.detained_due,
        lanes.denied,
        lanes.detected,
        lanes.under_way,
        lanes.under_way_detected,
    ):
        assert (mass >= -ROUNDING * turnover_musd(run)).all()
    for value in (customs.weight, customs.hit, customs.inspect_hidden, customs.inspect_legitimate, customs.hidden):
        assert (value >= 0).all()
    assert (customs.inspect_hidden <= 1).all()
    low, high = run.values.price_floor, run.values.price_ceiling
    assert ((markets.price >= low) & (markets.price <= high)).all()


def check_firms(run: Run, cancelled: bool) -> None:
    """Shares sum to one; those of a firm that refuses all that it knows, to nothing; to less where buyers cancelled.

    A firm that began this week as the copy of one that refuses sees next week what it refuses itself.
    """
    firms = run.state.firms
    assert (firms.share >= 0).all()
    used = run.state.rows_used[0]  # rows that no firm has had yet hold nothing
    total = firms.share[:, :used].sum(axis=0)
    refusing = (firms.own_utility[:, :used] < -1e8).any(axis=0) | (firms.new_channel[:used] != 0)
    assert (total < 1 + 1e-5).all()
    assert ((total > 1 - 1e-5) | (refusing & (total == 0)) | cancelled).all()
    assert (firms.shipped[:used][total == 0] == 0).all()
    assert (firms.shipped >= 0).all()
    assert (firms.stock >= -1e-5 * firms.capacity).all()
    assert ((firms.relationship >= 0) & (firms.relationship <= 1)).all()
    assert np.isfinite(firms.margin).all()
