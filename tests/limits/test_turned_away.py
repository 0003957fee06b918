"""Goods that may not go a way at all - no licence, no transit, no payment - are those of firms below a rank."""

import numpy as np
import pytest

from sim.constants import PAYMENT_COST_PER_DAY
from sim.policy.instruments import Instrument
from sim.state.measures import FRICTION, TURNED_AWAY
from tests.limits.worlds import Firm, Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled

PATH = Way(days=(4.0,), last_days=10.0)
LANES = (Lane((PATH,), 0, 3.0), Lane((PATH,), 1, 5.0))
RANKS = (np.arange(20) + 0.5) / 20
FIRMS = tuple(Firm(goods_rank=float(rank)) for rank in RANKS)
FIRST = 3
LICENCE = Measure(Instrument.export_licence, from_week=FIRST, channels=(0,))


def run_of(*measures: Measure, weeks: int = FIRST + 1) -> Run:
    world = make_world(Sketch(LANES, firms=FIRMS))
    return Run(world, make_policy(world, measures), settled()).step(weeks)


@pytest.mark.parametrize("level", [0.0, 0.3, 0.75, 1.0])
def test_a_share_of_the_goods_leaves_the_way_at_once_and_takes_the_other(level):
    """Of 20 alike firms those below the level send all by the other way; the rest send what they sent."""
    free, bound = run_of().state, run_of(LICENCE._replace(level=level)).state
    gone = level * free.lanes.dispatched[0]
    assert bound.lanes.dispatched == pytest.approx(free.lanes.dispatched + [-gone, gone], rel=1e-5)
    assert (bound.firms.share[0] == 0).tolist() == (level > RANKS).tolist()
    kept = level <= RANKS
    assert (bound.firms.share[:, kept] == free.firms.share[:, kept]).all()


def test_one_who_has_no_other_way_sends_nothing_until_it_is_open_again():
    both = LICENCE._replace(channels=(0, 1), level=0.5, to_week=FIRST + 4)
    for weeks in (1, 3):
        assert (run_of(both, weeks=FIRST + weeks).state.firms.shipped == 0).tolist() == (RANKS < 0.5).tolist()
    again = run_of(both, weeks=FIRST + 6).state
    assert (again.firms.shipped > 0).all()
    assert (again.firms.own_utility == again.firms.base_own_utility).all()


def test_what_covers_more_covers_what_less_covered_too():
    refused = [run_of(LICENCE._replace(level=level)).state.firms.share[0] == 0 for level in (0.2, 0.4, 0.9)]
    for less, more in zip(refused, refused[1:], strict=False):
        assert less.sum() < more.sum()
        assert (more | ~less).all()


def test_licence_transit_and_payment_are_independent_chances():
    other = LICENCE._replace(level=0.5)
    others = [other._replace(instrument=each) for each in (Instrument.transit_control, Instrument.payment_refusal)]
    bound = run_of(LICENCE._replace(level=0.2), *others).state
    assert bound.in_force.channel[TURNED_AWAY] == pytest.approx([1 - 0.8 * 0.5 * 0.5, 0])
    assert (bound.firms.share[0] == 0).sum() == 16


def test_a_later_payment_costs_its_days():
    late = run_of(Measure(Instrument.payment_delay, 30.0, FIRST, channels=(0,))).state
    assert late.in_force.channel[FRICTION] == pytest.approx([30 * PAYMENT_COST_PER_DAY, 0])
    assert late.lanes.payment[0] - late.lanes.payment[1] == pytest.approx(30 * PAYMENT_COST_PER_DAY)
