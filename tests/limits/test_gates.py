"""A crossing that is shut, one that opens inside a week, and what becomes of the mass."""

import numpy as np
import pytest

from sim.state import DELIVERED, DENIED, DISPATCHED, ON_HAND, SPOILED
from tests.limits.worlds import Good, Lane, Run, Sketch, Way, make_policy, make_world, settled, tonnes_of

GOOD = Good(spoilage_per_week=0.03)
CLOSED = range(10, 20)
OPENING = 20


@pytest.fixture
def run():
    """One gate on every way, shut for ten weeks and open from the third day of the next."""
    lane = Lane((Way(days=(4.0,), last_days=9.0), Way(days=(11.0,), last_days=5.0, cost_usd_per_t=20.0)), flow_musd=6.0)
    world = make_world(Sketch((lane,), (GOOD,), border_days=(1.0,), weeks=40))
    capacity = np.full((1, 40), tonnes_of(6.5, GOOD))
    capacity[0, CLOSED] = 0.0
    capacity[0, OPENING] *= 5 / 7
    return Run(world, make_policy(world, capacity_t=capacity), settled())


def test_a_shut_crossing_passes_nothing_and_an_opening_one_its_share(run):
    ports = run.state.ports
    run.step(CLOSED.start)
    assert ports.passed_t[0] > 0
    for _ in CLOSED:
        run.step()
        assert ports.passed_t[0] == 0.0
        assert (run.state.lanes.cleared == 0.0).all()
    run.step()
    assert ports.queue_t[0] > 0
    assert ports.passed_t[0] == pytest.approx(tonnes_of(6.5, GOOD) * 5 / 7, rel=1e-12)


def test_mass_is_conserved(run):
    """Sums of some thousand float64 are exact to about 1e-13."""
    ledger = run.state.ledger
    for _ in range(40):
        run.step()
        given = ledger[ON_HAND] + ledger[DISPATCHED]
        assert run.held_musd() + ledger[DELIVERED] + ledger[DENIED] + ledger[SPOILED] == pytest.approx(given, rel=1e-9)
    assert ledger[SPOILED] > 0
