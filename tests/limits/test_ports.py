"""Ports as agents: hours of their own, building, the wait at the gate, and what spoils while it waits."""

import numpy as np
import pytest

from sim.kernels.roads.port_plans import PLANNING_WEEKS
from sim.state import Ports
from tests.limits.worlds import Good, Lane, Run, Sketch, Way, make_policy, make_world, settled, tonnes_of

GOOD = Good()
FLOW_MUSD = 10.0
WEEKS = 330
LAG = 70
BORDER_DAYS = 0.5


def one_gate(capacity_musd, headroom=1.0, from_week=0, spin_up_weeks=0, good=GOOD, days=0.0, run=0, **changes) -> Run:
    """Ten million dollars a week, whatever the wait, over one gate; longer hours can help from a week on."""
    lane = Lane((Way(days=(days,)),), flow_musd=FLOW_MUSD)
    world = make_world(Sketch((lane,), (good,), (BORDER_DAYS,), WEEKS, spin_up_weeks=spin_up_weeks))
    hours = np.where(np.arange(WEEKS) >= from_week, headroom, 1.0)[np.newaxis]
    capacity = tonnes_of(np.broadcast_to(np.asarray(capacity_musd, float), (1, WEEKS)), good)
    values = settled(port_expansion_lag_weeks=LAG, **changes)
    return Run(world, make_policy(world, capacity_t=capacity, hours_headroom=hours), values, run)


def history(run: Run, name: str, weeks: int = WEEKS) -> np.ndarray:
    """Values of a column of the only gate, week after week."""
    return np.array([getattr(run.step().state.ports, name)[0] for _ in range(weeks)])


def test_hours_grow_by_steps_after_the_last_record_up_to_the_headroom():
    """A full port wants 1/0.6 of its capacity, more than the day has: 25 steps of 0.02, and no more."""
    run = one_gate(6.0, headroom=1.5, from_week=100, port_hours_step=0.02, port_busy_share=0.6)
    hours = history(run, "hours_factor")
    assert (hours[:100] == 1).all()
    assert hours[100:125] == pytest.approx(1 + 0.02 * np.arange(1, 26), abs=1e-7)
    assert (hours[125:] == 1.5).all()


def test_longer_hours_pass_more_and_the_other_side_binds():
    run = one_gate(6.0, headroom=1.2, port_hours_step=0.1)
    passed = history(run, "passed_t")
    assert passed[0] == pytest.approx(tonnes_of(6.0, GOOD))
    assert passed[-1] == pytest.approx(tonnes_of(1.2 * 6.0, GOOD), rel=1e-12)


def test_hours_settle_where_the_port_is_just_busy():
    """Memory of a year: what is left of the start after 330 weeks is exp(-330/52.18) = 0.002."""
    hours = history(one_gate(9.0, headroom=2.0, port_hours_step=0.02, port_busy_share=0.8), "hours_factor")
    assert hours[-1] == pytest.approx(10 / 9 / 0.8, rel=0.005)
    assert (np.diff(hours) > -0.02 - 1e-12).all()


def test_hours_shrink_again_when_a_port_falls_idle():
    capacity = np.where(np.arange(WEEKS) < 100, 6.0, 60.0)
    hours = history(one_gate(capacity, headroom=1.5, port_hours_step=0.01), "hours_factor")
    assert hours[90] == 1.5
    assert hours[-1] == 1.0
    assert np.diff(hours)[100:].min() == pytest.approx(-0.01, abs=1e-7)


def test_a_closed_season_is_not_idleness_and_a_cut_is_not_business():
    season = np.where(np.arange(WEEKS) % PLANNING_WEEKS < 26, 6.0, 0.0)
    assert history(one_gate(season, headroom=1.5, port_hours_step=0.02), "hours_factor")[-1] == 1.5
    cut = np.where(np.arange(WEEKS) < 50, 30.0, 3.0)
    run = one_gate(cut, headroom=1.5, port_hours_step=0.02, port_expansion_share=0.1)
    assert (history(run, "hours_factor") == 1).all()
    assert (run.state.ports.planned == 0).all()


@pytest.mark.parametrize("spin_up", [0, 60])
def test_what_is_planned_opens_after_the_lag(spin_up):
    """In the last of every 52 weeks of the run a tenth of capacity is planned, unless what is planned will do."""
    built = history(one_gate(9.0, spin_up_weeks=spin_up, port_expansion_share=0.1), "built_factor")
    share = np.float64(np.float32(0.1))
    opens = spin_up + PLANNING_WEEKS - 1 + LAG
    assert (built[:opens] == 1).all()
    assert built[opens] == 1 + share
    # full use of 9 musd: a second tenth is planned 52 weeks later, when 1/1.1 of capacity would still be busy
    assert (built[opens : opens + PLANNING_WEEKS] == 1 + share).all()
    assert built[opens + PLANNING_WEEKS] == 1 + 2 * share


def test_building_ends_when_the_port_is_no_longer_busy():
    """A third more is room enough: the year after the opening is counted at four fifths and less."""
    built = history(one_gate(9.9, port_expansion_share=0.3, port_busy_share=0.95), "built_factor")
    assert built[-1] == 1 + np.float64(np.float32(0.3))


def test_nothing_is_built_or_lengthened_in_the_spin_up():
    run = one_gate(6.0, headroom=1.5, spin_up_weeks=WEEKS, port_hours_step=0.02, port_expansion_share=0.1)
    assert (history(run, "hours_factor") == 1).all()
    assert run.state.ports.built_factor[0] == 1
    assert (run.state.ports.planned == 0).all()


def test_an_idle_port_changes_no_bit():
    acting = one_gate(20.0, headroom=1.5, days=11.0, port_hours_step=0.02, port_expansion_share=0.1).step(WEEKS)
    still = one_gate(20.0, headroom=1.0, days=11.0).step(WEEKS)
    for name in Ports._fields:
        assert (getattr(acting.state.ports, name) == getattr(still.state.ports, name)).all(), name
    assert (acting.state.lanes.released == still.state.lanes.released).all()


def test_ports_draw_nothing():
    one, other = (
        one_gate(9.0, headroom=1.2, run=number, port_hours_step=0.02, port_expansion_share=0.1).step(200)
        for number in (0, 1)
    )
    for name in Ports._fields:
        assert (getattr(one.state.ports, name) == getattr(other.state.ports, name)).all(), name


def test_the_wait_at_the_gate_is_what_its_queue_takes():
    """Four million dollars a week are left over; goods still under way for three weeks do not count."""
    run = one_gate(6.0, days=21.0)
    waits = history(run, "wait_days", 30)
    left_musd = 4.0 * np.arange(30)
    assert waits == pytest.approx(BORDER_DAYS + 7 * left_musd / 6.0, rel=1e-12)


def test_goods_under_way_alone_are_no_wait():
    """A gate half used, three weeks away: nobody waits there, near or far."""
    lanes = (Lane((Way(days=(1.0,), cost_usd_per_t=200.0), Way(days=(21.0,)))),)
    world = make_world(Sketch(lanes, (GOOD,), (BORDER_DAYS,)))
    run = Run(world, make_policy(world, capacity_t=np.array([tonnes_of(2.0, GOOD)])), settled()).step(30)
    assert run.state.ports.due_t.sum() > tonnes_of(1.0, GOOD)
    assert (run.state.ports.wait_days == BORDER_DAYS).all()
    assert (run.state.ports.approach_queue_days == 0).all()


def test_what_waits_spoils_week_by_week():
    """Ten a week before a shut gate: the queue is a geometric sum, and the ledger has the rest."""
    run = one_gate(0.0, good=Good(spoilage_per_week=0.05)).step(20)
    kept = FLOW_MUSD * (0.95 ** np.arange(1, 21)).sum()
    assert run.state.lanes.stop_queue[0] == pytest.approx(kept, rel=1e-6)
    assert run.state.ledger[-1] == pytest.approx(20 * FLOW_MUSD - kept, rel=1e-6)
