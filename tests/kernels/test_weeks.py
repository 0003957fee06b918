"""Weeks of small random worlds: nothing is lost, nothing passes a closed gate, and a run is the same in any company."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernels.observe import observe
from sim.kernels.start import begin
from sim.kernels.week import advance, simulate
from sim.outcomes.outcomes import Record, new_records
from sim.state import CHOICE_RULES, DELIVERED, DENIED, DISPATCHED, ON_HAND, OWNERSHIPS, SPOILED, State, new_state
from sim.world.frozen import frozen
from tests.kernels.worlds import BASE_MUSD, Small, small

SEED, RUN = np.uint64(3), np.uint64(5)
RANDOM_WORLDS = settings(max_examples=20, deadline=None)


def weeks_of(case: Small) -> Iterator[State]:
    """The state at the start and after every week."""
    state = case.new_state()
    begin(case.world, case.parameters, state)
    yield state
    for week in range(case.world.sizes.weeks):
        advance(case.world, case.policy, case.parameters, week, SEED, RUN, state)
        yield state


def records_of(case: Small, runs: list[int], state: State | None = None) -> Record:
    """Records of some runs that one state is used for, one after the other."""
    state, records, status = state or case.new_state(), new_records(case.world, len(runs)), np.zeros(4, np.int64)
    span = np.array([0, case.world.sizes.weeks])
    for i, run in enumerate(runs):
        key, record = np.array([SEED, run], np.uint64), Record(*(field[i : i + 1] for field in records))
        begin(case.world, case.parameters, state)
        simulate(case.world, case.policy, case.parameters, key, span, state, record, status)
    assert not status.any()
    return records


def imbalance(state: State) -> float:
    """What came in less what is there and what went out."""
    lanes, ledger = state.lanes, state.ledger
    inside = sum(
        float(each.sum()) for each in (lanes.stop_due, lanes.stop_queue, lanes.arrivals_due, lanes.detained_due)
    )
    return ledger[ON_HAND] + ledger[DISPATCHED] - inside - ledger[DELIVERED] - ledger[DENIED] - ledger[SPOILED]


@RANDOM_WORLDS
@given(st.integers(0, 10**6), st.sampled_from([0.3, 0.9, 1.5]))
def test_mass_is_conserved_at_every_step(seed: int, room: float) -> None:
    for state in weeks_of(small(seed, room=room)):
        assert abs(imbalance(state)) < 1e-9 * state.ledger[ON_HAND]


@RANDOM_WORLDS
@given(st.integers(0, 10**6))
def test_nothing_passes_a_closed_gate_and_nothing_is_negative(seed: int) -> None:
    case = small(seed, room=0.5)
    waited = 0.0
    for state in weeks_of(case):
        ports, lanes = state.ports, state.lanes
        assert ports.passed_t[0] == 0.0
        assert (ports.passed_t <= ports.capacity_t * (1 + 1e-12)).all()
        for masses in (lanes.stop_due, lanes.stop_queue, lanes.arrivals_due, lanes.detained_due, lanes.released):
            assert (masses >= 0.0).all()
        assert (ports.due_t >= 0).all()
        waited += lanes.stop_queue.sum()
    assert waited > 0


@RANDOM_WORLDS
@given(st.integers(0, 10**6), st.sampled_from(range(len(CHOICE_RULES))))
def test_shares_sum_to_one(seed: int, rule: int) -> None:
    case = small(seed, choice_rule=rule)
    start = case.world.channels.route_start[:-1]
    for state in weeks_of(case):
        rows = state.rows_used[0]
        assert state.firms.share[:, :rows].sum(axis=0) == pytest.approx(1, abs=3e-6)
        assert np.add.reduceat(state.lanes.route_share[case.world.passages.place], start) == pytest.approx(1, abs=3e-6)
    unused = state.firms.channel[:, :rows] == case.world.channels.market.size
    assert unused.any()
    assert (state.firms.share[:, :rows][unused] == 0).all()


def test_routes_that_are_not_open_carry_nothing_until_they_open() -> None:
    case = small(7)
    late = np.flatnonzero(case.world.routes.opens_week > 0)
    assert late.size
    for week, state in enumerate(weeks_of(case)):
        if week <= case.world.routes.opens_week[late].min():
            assert (state.lanes.route_share[case.world.passages.place[late]] == 0).all()
    assert (state.lanes.route_share[case.world.passages.place[late]] > 0).any()


def test_the_base_splits_routes_by_the_logit_with_path_sizes() -> None:
    case = small(11)
    state = next(weeks_of(case))
    routes, channels, goods, theta = (
        case.world.routes,
        case.world.channels,
        case.world.goods,
        float(case.parameters.theta_route),
    )
    c = channels.commodity[routes.channel]
    per_usd = goods.tonnes_per_musd[c] / 1e6
    money = (
        routes.static_usd_per_t * case.parameters.transport_cost_scale
        + routes.gate_usd_per_t * case.parameters.gate_cost_scale
    )
    days = routes.static_days + routes.gate_days
    cost = (
        money * per_usd
        + goods.time_value_per_day[c] * case.parameters.time_value_scale * days
        + case.parameters.security_loss
    )
    weight = np.where(routes.opens_week > 0, 0.0, routes.path_size * np.exp(-theta * cost.astype(float)))
    total = np.add.reduceat(weight, channels.route_start[:-1])
    assert state.lanes.route_share[case.world.passages.place] == pytest.approx(weight / total[routes.channel], abs=1e-5)
    assert state.lanes.access_cost == pytest.approx(-np.log(total) / theta, abs=1e-5)


def test_the_base_uses_base_utilisation_at_price_one() -> None:
    case = small(13, ban_from=None, room=50.0, shock_sd=0.0)
    state = next(weeks_of(case))
    rows = state.rows_used[0]
    assert (state.markets.price == 1).all()
    shipped = state.firms.shipped[:rows]
    assert shipped.sum() == pytest.approx(BASE_MUSD, rel=1e-6)
    assert shipped == pytest.approx(state.firms.capacity[:rows] * case.parameters.base_utilisation, rel=1e-6)


def test_goods_take_their_travel_time_on_average() -> None:
    case = small(17, weeks=24, ban_from=None, room=50.0)
    routes, share = case.world.routes, None
    states = weeks_of(case)
    state = next(states)
    under_way = state.lanes.stop_due.sum() + state.lanes.arrivals_due.sum()
    share = state.lanes.route_share[case.world.passages.place]
    flow = case.world.channels.base_flow[routes.channel] * share
    stop_weeks = np.add.reduceat(routes.stop_whole_weeks + routes.stop_part_week, routes.stop_start[:-1])
    assert under_way == pytest.approx(
        (flow * (stop_weeks + routes.last_whole_weeks + routes.last_part_week)).sum(), rel=1e-6
    )


def test_what_a_ban_finds_is_detained_and_decided_after_the_detention_time() -> None:
    case = small(19, weeks=30, ban_from=0, sensitivity=1.0, inspection_budget_per_week=1e6, release_hidden=0.0)
    denied = [state.lanes.denied.sum() for state in weeks_of(case)]
    assert sum(denied) > 0
    first_found = next(week for week, state in enumerate(weeks_of(case)) if state.customs.detained_hidden.sum() > 0)
    first_denied = next(week for week, value in enumerate(denied) if value > 0)
    assert first_denied == first_found + 2


def test_a_run_is_the_same_alone_after_others_and_week_by_week() -> None:
    case = small(23)
    used = case.new_state()
    records_of(case, [9], used)
    alone, in_company = records_of(case, [int(RUN)], used), records_of(case, [1, int(RUN), 8])
    stepped, state = new_records(case.world, 1), None
    for week, state in enumerate(weeks_of(case), -1):
        if week >= 0:
            observe(case.world, week, state, stepped, 0)
    for name in Record._fields:
        one = getattr(alone, name)[0]
        assert (one == getattr(in_company, name)[1]).all(), name
        assert (one == getattr(stepped, name)[0]).all(), name
    assert (alone.price != in_company.price[0]).any()


@pytest.mark.slow
def test_trade_and_firms_are_kept_by_owner() -> None:
    case = small(31)
    people = case.world.population
    owner = (np.arange(people.ownership.size) % len(OWNERSHIPS)).astype(np.int32)
    world = frozen(case.world._replace(population=people._replace(ownership=owner)))
    case = Small(world, case.policy, case.parameters)
    record, clock = records_of(case, [int(RUN)]), case.world.clock
    expected = np.zeros(len(OWNERSHIPS))
    for week, state in enumerate(weeks_of(case), -1):
        if week >= 0:
            observed_days = clock.flow_weight[week][clock.month[week] >= 0].sum()
            shipped = np.where(state.firms.active, state.firms.shipped, 0)
            expected += observed_days * np.bincount(state.firms.ownership, shipped, len(OWNERSHIPS))
    np.testing.assert_allclose(record.owned_trade[0].sum(axis=0), expected, rtol=1e-12)
    np.testing.assert_allclose(record.owned_firms.sum(axis=2), record.active_firms.sum(axis=2), rtol=1e-12)
    assert (expected > 0).all()


def test_a_measure_out_of_reach_changes_no_bit() -> None:
    case = small(29)
    reach_nothing = case.policy._replace(
        channel_start=np.zeros_like(case.policy.channel_start), channel_reach=np.zeros(0, np.int32)
    )
    none = small(29, ban_from=None)
    idle = records_of(Small(case.world, frozen(reach_nothing), case.parameters), [1])
    base = records_of(none, [1])
    for name in set(Record._fields) - {"detained", "detained_count", "denied"}:
        assert (getattr(idle, name) == getattr(base, name)).all(), name


def test_no_array_of_a_state_overlaps_another() -> None:
    """The compiler is told so: see `sim.kernels.compiler.jit.keep_apart`."""
    state = new_state(small(31).world)
    arrays = [array for part in state if isinstance(part, tuple) for array in part] + [state.ledger, state.unit_cost]
    spans = sorted((array.ctypes.data, array.ctypes.data + array.nbytes) for array in arrays if array.size)
    assert all(end <= begins for (_, end), (begins, _) in zip(spans, spans[1:], strict=False))
