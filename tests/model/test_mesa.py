"""The mesa model: the bits of the ensemble, and agents that are views."""

from datetime import date
from pathlib import Path

import mesa
import numpy as np
import pytest

from sim.config import load
from sim.errors import InputError
from sim.kernels.markets.intermediaries import AT_START
from sim.kernels.start import begin
from sim.kernels.week import simulate
from sim.model import TradeModel
from sim.outcomes.outcomes import Record, new_records
from sim.policy.compile.regime import compile_policy
from sim.policy.language.load import load_regime
from sim.run import Run
from sim.state import Policy, new_state, single
from sim.world.build import BuiltWorld, Settings, build_world
from sim.world.frozen import frozen
from sim.world.tables.read import read_tables

TINY = Path(__file__).parents[1] / "world" / "tiny"
VALUES = load([]).behaviour.values()
SEED, RUN = 3, 7


@pytest.fixture(scope="module")
def built() -> BuiltWorld:
    return build_world(read_tables(TINY), Settings(date(2021, 1, 1), date(2021, 12, 31), spin_up_weeks=4, slots=4))


@pytest.fixture(scope="module")
def policy(built: BuiltWorld) -> Policy:
    return frozen(compile_policy(load_regime("none"), built))


@pytest.fixture
def model(built: BuiltWorld, policy: Policy) -> TradeModel:
    return TradeModel(Run(built, policy, VALUES, SEED, RUN))


def ensemble_record(built: BuiltWorld, policy: Policy) -> Record:
    """Run 7 as one of three runs that one state is used for."""
    world, state, status = built.arrays, new_state(built.arrays), np.zeros(4, np.int64)
    records = {run: new_records(world, 1) for run in (1, RUN, 4)}
    for run, record in records.items():
        key = np.array([SEED, run], np.uint64)
        begin(world, single(VALUES), state)
        simulate(world, policy, single(VALUES), key, np.array([0, world.sizes.weeks]), state, record, status)
    assert not status.any()
    return records[RUN]


def test_stepped_run_has_the_bits_of_the_ensemble(model: TradeModel, built: BuiltWorld, policy: Policy) -> None:
    model.run_all()
    of_ensemble = ensemble_record(built, policy)
    for name in Record._fields:
        stepped, swept = getattr(model.record, name)[0], getattr(of_ensemble, name)[0]
        assert (stepped == swept).all(), name
    assert model.record.registered_trade.sum() > 0


def test_no_week_follows_the_last(built: BuiltWorld, policy: Policy) -> None:
    """Compiled code does not look at its indices: a step too many would write into foreign memory."""
    run = Run(built, policy, VALUES, SEED, RUN)
    run.run_all()
    told = [array.tobytes() for array in run.record]
    with pytest.raises(InputError, match=f"The run is over: its last week, that of {built.week_starts[-1]}, has been"):
        run.step()
    run.week = -1
    with pytest.raises(InputError, match=r"The week is from 0 to \d+, not -1"):
        run.step()
    for week in (1.5, "3", None, float("nan")):
        run.week = week
        with pytest.raises(InputError, match="The week is a whole number"):
            run.step()
    assert told == [array.tobytes() for array in run.record]


@pytest.mark.parametrize(
    ("part", "column", "number"),
    [("firms", "channel", 4_000_000_000), ("firms", "group", -1), ("firms", "place", 99), ("census", "leader", 10**6)],
)
def test_a_number_that_names_what_there_is_not_is_refused(
    part: str, column: str, number: int, built: BuiltWorld, policy: Policy
) -> None:
    """Agents write through: a channel that the world lacks would be read past the end of its arrays."""
    run = Run(built, policy, VALUES, SEED, RUN)
    run.step()
    getattr(getattr(run.state, part), column).flat[0] = number
    told = [array.tobytes() for array in run.record]
    with pytest.raises(
        InputError, match=rf"The state of the run holds {number} in {part}.{column}, where numbers from"
    ):
        run.step()
    assert (run.week, told) == (1, [array.tobytes() for array in run.record])


def test_a_key_is_a_whole_number_from_0(built: BuiltWorld, policy: Policy) -> None:
    for key in (-1, 2**64, 0.5, "1", None):
        with pytest.raises(InputError, match=r"The seed is (a whole number|from 0 to)"):
            Run(built, policy, VALUES, seed=key)
        with pytest.raises(InputError, match=r"The number of a run is (a whole number|from 0 to)"):
            Run(built, policy, VALUES, number=key)


def test_agents_are_views_that_write_through(model: TradeModel) -> None:
    firm = model.firms[0]
    firm.capacity_musd = 12.5
    assert model.state.firms.capacity[firm.row] == np.float32(12.5)
    firm.share[:] = 0.25
    assert (model.state.firms.share[:, firm.row] == np.float32(0.25)).all()
    assert model.ports[0].queue_t == model.state.ports.queue_t[0]


def test_agent_sets_select_and_aggregate(model: TradeModel, built: BuiltWorld) -> None:
    chosen = model.firms.select(lambda firm: firm.place == built.labels.places[0])
    assert 0 < len(chosen) < len(model.firms)
    total = model.firms.agg("capacity_musd", sum)
    assert total == pytest.approx(model.state.firms.capacity.sum(), rel=1e-5)


def test_data_collector_works(model: TradeModel) -> None:
    collector = mesa.DataCollector(
        model_reporters={"shipped": lambda m: float(m.state.firms.shipped.sum())},
        agenttype_reporters={type(model.ports[0]): {"wait": "wait_days"}},
    )
    for _ in range(3):
        model.step()
        collector.collect(model)
    assert len(collector.get_model_vars_dataframe()) == 3
    waits = collector.get_agenttype_vars_dataframe(type(model.ports[0]))
    assert len(waits) == 3 * len(model.ports)
    assert (waits["wait"] >= 0).all()


def test_a_port_explains_its_load_its_wait_and_its_plans(model: TradeModel, built: BuiltWorld) -> None:
    port, ports, clock = model.ports[0], model.state.ports, built.arrays.clock
    while model.week < clock.spin_up_weeks[0] + 52:
        model.step()
    ports.planned[0, 0], ports.hours_factor[0], ports.wait_days[0] = 0.1, 1.25, 7.5
    lines = port.explain().splitlines()
    assert lines[0] == f"{built.labels.crossings[0]}, export, week of {built.week_starts[model.week - 1]}"
    assert f"passed: {port.passed_t:,.0f} t of {port.capacity_t:,.0f} t" in lines[1]
    assert f"{port.under_way_t:,.0f} t under way" in lines[2]
    assert lines[3].startswith("wait: 7.5 days")
    assert lines[5].startswith("hours: 1.25 times")
    opening = model.week - 1 + int(model.run.parameters.port_expansion_lag_weeks)
    assert port.plans == [(opening, 0.1)]
    assert lines[-1].startswith("plan: 10% more, which opens")


def test_customs_see_their_classes(model: TradeModel, built: BuiltWorld) -> None:
    customs = model.customs[0]
    assert customs.market == built.labels.authorities[0]
    assert len(customs.classes) == customs.weight.size == customs.hit.size


def test_intermediaries_show_their_pool_and_say_why(model: TradeModel, built: BuiltWorld) -> None:
    working = model.intermediaries.select(lambda agent: agent.active)
    hub_pools = built.arrays.hub_pools
    assert len(working) == AT_START * hub_pools.hub.size
    assert working.agg("capacity_musd", sum) == pytest.approx(
        hub_pools.base_flow.sum() / model.run.parameters.base_utilisation, rel=1e-6
    )
    agent = working[0]
    assert (agent.hub, agent.commodity, agent.kind) == ("nearland", "apparel", "transit_declared")
    assert agent.markup == pytest.approx(agent.base_markup, rel=1e-6)
    for _ in range(3):
        model.step()
    shared = model.intermediaries.select(lambda other: other.hub_pool == agent.hub_pool)
    assert sum(other.flow_musd for other in shared) == pytest.approx(model.state.intermediaries.flow[agent.hub_pool])
    agents = model.state.intermediaries
    agents.active[agent.row], agents.capacity[agent.row], agents.listed_since[agent.row] = 0, 0.0, 2
    words = agent.explain()
    assert "listed in week 2" in words
    assert f"Mark-up: {agent.markup:.3f} of the landed price, {agent.base_markup:.3f} at base" in words
    assert f"Load: {agent.load:.0%}" in words


def test_mass_is_conserved_every_week(model: TradeModel) -> None:
    state = model.state
    while model.week < 30:
        model.step()
        lanes = state.lanes
        held = lanes.stop_due.sum() + lanes.stop_queue.sum() + lanes.arrivals_due.sum() + lanes.detained_due.sum()
        held += state.closures.turned_back.sum()
        on_hand, dispatched, delivered, denied, spoiled = state.ledger
        assert on_hand + dispatched == pytest.approx(held + delivered + denied + spoiled, rel=1e-9)


def test_a_gate_shut_all_week_passes_nothing(model: TradeModel) -> None:
    shut = 0
    while model.week < model.weeks:
        week = model.week
        model.step()
        closed = model.run.policy.schedule.capacity_t[:, week] == 0
        assert (model.state.ports.passed_t[closed] == 0.0).all()
        shut += int(closed.sum())
    assert shut > 0


def test_no_gate_passes_more_than_it_can(model: TradeModel) -> None:
    while model.week < 30:
        model.step()
        assert (model.state.ports.passed_t <= model.state.ports.capacity_t * (1 + 1e-12)).all()


def test_shares_of_active_firms_sum_to_one(model: TradeModel) -> None:
    while model.week < 20:
        model.step()
    firms = model.state.firms
    total = firms.share[:, firms.active > 0].sum(axis=0)
    assert np.allclose(total, 1.0, atol=1e-5)
