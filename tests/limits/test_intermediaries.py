"""Intermediaries of the hubs: mark-ups that follow the load, entry where it pays, listing, friction that fades."""

import numpy as np
import pytest

from sim.constants import WEEKS_PER_YEAR
from sim.kernels.markets.intermediaries import AT_START, ROWS, TURNOVER_WEEKS
from sim.policy.instruments import Instrument
from sim.state import DENIED, DISPATCHED, EMBODIED, ON_HAND, RELABELLED, SPOILED, TRANSIT_DECLARED
from sim.world.frozen import frozen
from tests.limits.worlds import Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled

MARKUP = np.float32(0.1)
FIRST, SECOND = 1, 2  # channels of the two hubs; channel 0 is direct
TWO_HUBS = Sketch(
    (
        Lane(market=0, flow_musd=2.0),
        Lane(market=0, flow_musd=2.0, kind=TRANSIT_DECLARED, hub=1, markup=MARKUP),
        Lane(market=0, flow_musd=2.0, kind=TRANSIT_DECLARED, hub=2, markup=MARKUP),
        Lane(market=3, flow_musd=2.0),
    ),
    weeks=1100,
)
FROZEN = {"adjustment_per_week": 0.0, "hub_entry_per_year": 0.0}
"""Flows that do not give way to the mark-up, so that the load is known."""


def many_hub_pools(count: int) -> Sketch:
    """A direct lane and as many hubs of one pool each."""
    hubs = (Lane(market=0, kind=TRANSIT_DECLARED, hub=1 + number, markup=MARKUP) for number in range(count))
    return Sketch((Lane(market=0), *hubs), weeks=400)


def run_of(sketch: Sketch, measures: list[Measure] | None = None, **changes: float) -> Run:
    world = make_world(sketch)
    return Run(world, make_policy(world, measures or []), settled(**changes))


def lose_half(run: Run, hub_pools: slice) -> None:
    """Take half of the intermediaries of some pools away; the next turnover adds up what is left."""
    agents = run.state.intermediaries
    for table in (agents.active, agents.capacity):
        table.reshape(-1, ROWS)[hub_pools, : AT_START // 2] = 0


def secondary(*channels: int, from_week: int = 0, strength: float = 1.0, level: float = 0.0) -> Measure:
    return Measure(Instrument.secondary, level, from_week, channels, strength=strength)


def test_hub_pools_are_hub_commodity_and_kind():
    lanes = (
        Lane(market=0),
        Lane(market=0, kind=RELABELLED, hub=2),
        Lane(market=1, kind=RELABELLED, hub=2),
        Lane(market=1, kind=EMBODIED, hub=2),
        Lane(market=1, kind=EMBODIED, hub=3, flow_musd=0.0, base_value=-9.0),
        Lane(market=1, kind=EMBODIED),
    )
    hub_pools = make_world(Sketch(lanes)).hub_pools
    assert hub_pools.of_channel.tolist() == [2, 0, 0, 1, 2, 2]
    assert hub_pools.base_flow.tolist() == [2.0, 1.0]
    assert hub_pools.channel.tolist() == [1, 2, 3]
    assert hub_pools.hub.tolist() == [2, 2]
    assert hub_pools.kind.tolist() == [RELABELLED, EMBODIED]


def test_at_the_flows_of_the_base_no_bit_of_the_markup_moves():
    """Four equal shares and half of capacity in use leave no rounding."""
    run = run_of(TWO_HUBS, base_utilisation=0.5, **FROZEN)
    net_revenue = run.state.lanes.net_revenue.copy()
    for _ in range(60):
        agents = run.step().state.intermediaries
        assert (agents.flow == run.world.hub_pools.base_flow).all()
        assert (agents.markup_factor == 1).all()
        assert (run.state.lanes.net_revenue == net_revenue).all()
    assert agents.hub_markup[[1, 2]] == pytest.approx(MARKUP, rel=1e-15)
    assert agents.hub_working.tolist() == [0, AT_START, AT_START, 0]


@pytest.mark.parametrize("elasticity", [0.6, 1.0, 2.0, 8.0])
def test_half_the_capacity_raises_the_markup_by_the_root_of_two(elasticity):
    """The gap closes by the same share each week; after 300 weeks at 0.1 a millionth of a billionth is left of it."""
    run = run_of(TWO_HUBS, hub_supply_elasticity=elasticity, hub_markup_adjustment=0.1, **FROZEN).step()
    lose_half(run, slice(0, 1))
    run.step(TURNOVER_WEEKS - 1)
    assert run.state.intermediaries.markup_factor[0] == pytest.approx(1, abs=1e-5)
    end = 2 ** (1 / elasticity)
    for weeks in (1, 10, 289):
        run.step(weeks)
        closed = 1 - 0.9 ** (run.week - TURNOVER_WEEKS)
        factor = run.state.intermediaries.markup_factor
        assert factor[0] == pytest.approx(1 + (end - 1) * closed, rel=1e-5)
        assert factor[1] == pytest.approx(1, abs=1e-5)
    run.step()
    assert run.state.lanes.markup[FIRST] == pytest.approx(MARKUP * end, rel=1e-5)
    assert run.state.lanes.net_revenue[FIRST] == pytest.approx(1 - MARKUP * end, rel=1e-5)


@pytest.mark.parametrize(("capacity", "bound"), [(1e-6, 4.0), (0.0, 4.0), (1e6, 0.25)])
def test_the_markup_is_bounded(capacity, bound):
    run = run_of(TWO_HUBS, hub_markup_adjustment=0.5, hub_supply_elasticity=1.0, **FROZEN)
    agents = run.state.intermediaries
    agents.active[: ROWS if capacity == 0 else 0] = 0
    agents.capacity[:ROWS] *= capacity
    run.step(100)
    assert run.state.intermediaries.markup_factor[0] == pytest.approx(bound, rel=1e-6)
    greedy = run_of(TWO_HUBS, markup_scale=9.5, hub_markup_adjustment=0.5, **FROZEN)
    greedy.state.intermediaries.capacity[:ROWS] *= capacity
    assert greedy.step(100).state.lanes.markup.max() <= np.float32(0.9)


def test_entry_where_the_markup_pays_and_nowhere_else():
    """At a mark-up of the root of two, chances of entry and leaving are known: within 4 standard errors of 500."""
    third, rate = 500, 3.0
    run = run_of(many_hub_pools(3 * third), adjustment_per_week=0.0, hub_entry_per_year=rate, hub_markup_adjustment=1.0)
    lose_half(run, slice(0, third))
    run.state.intermediaries.capacity[-third * ROWS :] *= 2
    run.step(TURNOVER_WEEKS)
    before = run.state.intermediaries.active.reshape(3, -1, ROWS).astype(int).copy()
    assert (before.sum(axis=2) == np.array([[AT_START // 2], [AT_START], [AT_START]])).all()
    after = run.step().state.intermediaries.active.reshape(3, -1, ROWS).astype(int)
    gain, loss, left = 2**0.5 - 1, 1 - 2**-0.5, AT_START // 2
    part = TURNOVER_WEEKS / WEEKS_PER_YEAR
    free = ROWS - left
    for change, rows, chance in (
        ((after - before)[0], third * free, 1 - np.exp(-rate * gain * left / free * part)),
        ((before - after)[2], third * AT_START, 1 - np.exp(-rate * loss * part)),
    ):
        assert change.min() == 0
        assert abs(change.sum() - rows * chance) < 4 * np.sqrt(rows * chance * (1 - chance))
    assert (after[1] == before[1]).all()
    entered = (after - before)[0] > 0
    assert (run.state.intermediaries.generation.reshape(3, -1, ROWS)[0] == entered).all()
    mean_before = run.world.hub_pools.base_flow[0] / float(run.values.base_utilisation) / AT_START
    assert run.state.intermediaries.capacity.reshape(3, -1, ROWS)[0][entered] == pytest.approx(mean_before)


def test_a_full_pool_takes_no_more_and_the_last_does_not_leave():
    run = run_of(TWO_HUBS, adjustment_per_week=0.0, hub_entry_per_year=50.0, hub_markup_adjustment=0.5)
    run.state.intermediaries.capacity[:ROWS] *= 0.01
    run.state.intermediaries.capacity[ROWS:] *= 100
    run.step(400)
    assert run.state.intermediaries.working.tolist() == [ROWS, 1]


def test_nobody_comes_or_goes_in_the_spin_up():
    world = make_world(TWO_HUBS)
    spun = frozen(world._replace(clock=world.clock._replace(spin_up_weeks=np.full(1, 50))))
    values = settled(adjustment_per_week=0.0, hub_entry_per_year=50.0, hub_listing_per_year=50.0)
    run = Run(spun, make_policy(spun, [secondary(SECOND)]), values)
    run.state.intermediaries.capacity[:ROWS] *= 0.01
    rows = run.state.intermediaries.active.copy()
    assert (run.step(50).state.intermediaries.active == rows).all()
    assert (run.step(8).state.intermediaries.active != rows).reshape(2, ROWS).any(axis=1).all()


@pytest.mark.parametrize("strength", [0.25, 1.0])
def test_listing_has_the_hazard_of_the_parameter_times_intensity(strength):
    """Of 400 pools half are in reach: within 4 standard errors; nobody else is listed."""
    hub_pools, weeks, rate = 400, 53, 0.8
    reached = tuple(range(1, 1 + hub_pools // 2))
    run = run_of(
        many_hub_pools(hub_pools), [secondary(*reached, strength=strength)], hub_listing_per_year=rate, **FROZEN
    )
    run.step(weeks)
    agents = run.state.intermediaries
    turnovers = (weeks + TURNOVER_WEEKS - 1) // TURNOVER_WEEKS
    chance = 1 - np.exp(-rate * strength * turnovers * TURNOVER_WEEKS / WEEKS_PER_YEAR)
    listed = (agents.listed_since >= 0).reshape(2, -1)
    rows = hub_pools // 2 * AT_START
    assert abs(listed[0].sum() - rows * chance) < 4 * np.sqrt(rows * chance * (1 - chance))
    assert not listed[1].any()
    assert not agents.active.reshape(2, -1)[0][listed[0]].any()
    assert not agents.capacity.reshape(2, -1)[0][listed[0]].any()
    assert agents.working.sum() == agents.active.sum() == hub_pools * AT_START - listed.sum()


def test_listings_go_half_by_what_customs_denied():
    """Hub 1 has three quarters of all denials, which fade alike; hub 3 is not in reach and counts for nothing."""
    run = run_of(many_hub_pools(3), [secondary(1, 2)], **FROZEN)
    assert run.step().state.intermediaries.threat.tolist() == [1, 1, 0]
    run.state.intermediaries.denied[1:] = 3.0, 1.0, 50.0
    threat = run.step(TURNOVER_WEEKS).state.intermediaries.threat
    assert threat == pytest.approx([0.5 + 0.5 * 1.5, 0.5 + 0.5 * 0.5, 0])


def test_denials_of_a_hubs_goods_are_remembered():
    """In the end the memory is what customs deny a week."""
    lanes = (Lane(market=0), Lane(market=0, kind=RELABELLED, hub=1, markup=MARKUP), Lane(market=2))
    ban = Measure(Instrument.import_ban, channels=(0, 1), authorities=(0,))
    values = {"attention_risk": 0.0, "adjustment_per_week": 0.0, "hub_entry_per_year": 0.0, "release_hidden": 0.0}
    values |= {"inspection_budget_per_week": 1e9, "sensitivity": 1.0}
    run = run_of(Sketch(lanes, senders=(0,), weeks=500), [ban], **values).step(500)
    hub = run.world.hub_pools.class_hub == 1
    weekly = run.state.customs.denied_musd[hub].sum()
    assert weekly > 0
    assert run.state.intermediaries.denied[1] == pytest.approx(weekly, rel=1e-6)


def test_a_sanction_on_one_hub_diverts_to_the_other():
    calm = {"hub_entry_per_year": 0.0, "hub_listing_per_year": 50.0}
    free = run_of(TWO_HUBS, **calm).step(200).state.lanes.dispatched
    under = run_of(TWO_HUBS, [secondary(FIRST, from_week=20)], **calm).step(200).state
    assert under.intermediaries.working.tolist() == [0, AT_START]
    assert under.lanes.dispatched[FIRST] < 0.7 * free[FIRST]
    assert under.lanes.dispatched[SECOND] > 1.01 * free[SECOND]
    assert under.intermediaries.markup_factor[1] > 1.001


def test_a_hub_out_of_reach_changes_no_bit():
    """With flows that do not give way, nothing of the other hub hears of the listing."""
    values = {"adjustment_per_week": 0.0, "hub_entry_per_year": 1.0, "hub_listing_per_year": 5.0}
    free = run_of(TWO_HUBS, **values).step(200).state.intermediaries
    under = run_of(TWO_HUBS, [secondary(FIRST)], **values).step(200).state.intermediaries
    for name in ("active", "generation", "listed_since", "capacity"):
        one, other = (getattr(agents, name).reshape(2, ROWS) for agents in (free, under))
        assert (one[1] == other[1]).all(), name
    assert free.markup_factor[1] == under.markup_factor[1]
    assert under.listed_since.max() >= 0


def test_mass_is_conserved_while_intermediaries_come_and_go():
    way = Way(days=(4.0,), last_days=9.0)
    sketch = Sketch(tuple(lane._replace(ways=(way,)) for lane in TWO_HUBS.lanes), weeks=200)
    run = run_of(sketch, [secondary(FIRST, from_week=30, level=0.05)], hub_listing_per_year=4.0, shock_sd=0.2).step(200)
    ledger = run.state.ledger
    came, went = ledger[ON_HAND] + ledger[DISPATCHED], ledger[[2, DENIED, SPOILED]].sum()
    assert came == pytest.approx(went + run.held_musd(), rel=1e-9)
    assert run.state.intermediaries.generation.max() > 0


@pytest.mark.parametrize("instrument", [Instrument.secondary, Instrument.financial])
def test_payment_friction_fades_from_the_start_of_the_measure(instrument):
    """A second measure on another channel works all out anew in week 150, and must change nothing here."""
    level, fade, begins = 0.05, 0.4, 40
    measures = [
        Measure(instrument, level, begins, (FIRST,)),
        Measure(Instrument.tariff, 0.1, 150, (0,)),
        Measure(Instrument.friction_relief, 0.01, 0, (SECOND,)),
    ]
    run = run_of(TWO_HUBS, measures, payment_fade_per_year=fade, commission_share=0.02, **FROZEN)

    def friction() -> np.ndarray:
        return run.state.lanes.friction[:-1] - run.state.lanes.access_cost

    assert run.step(begins).state.lanes.friction[FIRST] == np.float32(0.02)
    for weeks in (1, 52, 100, 200):
        run.step(weeks)
        years = (run.week - 1 - begins) / WEEKS_PER_YEAR
        assert friction()[FIRST] == pytest.approx(0.02 + level * np.exp(-fade * years), rel=1e-5)
        assert friction()[SECOND] == pytest.approx(0.01, rel=1e-5)
