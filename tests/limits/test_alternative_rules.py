"""Rival rules of choice: at rest at base, the right way under a tariff, and what is shut stays shut."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.config.schema import RULES
from sim.kernels.firms.alternative_rules import reinforce, satisfice
from sim.kernels.rules import margin
from sim.policy.instruments import Instrument
from sim.state import CHOICE_RULES, LOGIT, REINFORCEMENT, SATISFICING
from tests.limits.worlds import Good, Lane, Measure, Run, Sketch, make_policy, make_world, parameters, settled

GAP = 0.02
MARKETS = 8
FLOWS = (4.0, 3.0, 2.0, 1.5, 1.0, 0.7, 0.4, 0.1)
GOOD = Good(time_value_per_day=0.0, elasticity=3.0)
SKETCH = Sketch(tuple(Lane(market=m, flow_musd=FLOWS[m]) for m in range(MARKETS)), (GOOD,), weeks=520)
ALTERNATIVES = {"satisficing": SATISFICING, "reinforcement": REINFORCEMENT}
f4 = np.float32
OPEN, SHUT = f4(0.0), f4(-1e6)

both = pytest.mark.parametrize("rule", ALTERNATIVES.values(), ids=list(ALTERNATIVES))


def run_of(rule: int, tariff: float = 0.0, weeks: int = 0, **changes: float) -> Run:
    """Some weeks under a rule, with a tariff in the first market from the start."""
    world = make_world(replace(SKETCH, choice_rule=rule))
    measures = [Measure(Instrument.tariff, tariff, channels=(0,))] if tariff else []
    return Run(world, make_policy(world, measures), settled(**changes)).step(weeks)


def shares(run: Run) -> np.ndarray:
    return run.state.firms.share[:, 0].copy()


def targets(rule: int, excess, share, taste=None, gap=GAP, experimentation=0.02, theta=6.0) -> np.ndarray:
    """Where one firm would move."""
    excess, share = np.array(excess, f4), np.array(share, f4)
    taste, target = np.full(share.size, OPEN) if taste is None else np.array(taste, f4), np.zeros(share.size, f4)
    number = f4(gap) if rule == SATISFICING else f4(theta)
    (satisfice if rule == SATISFICING else reinforce)(excess, taste, share, number, f4(experimentation), target)
    return target


def test_settings_and_kernels_number_the_rules_alike():
    assert RULES == CHOICE_RULES


@both
def test_base_is_at_rest(rule):
    start = shares(run_of(rule))
    after = shares(run_of(rule, weeks=520, relationship_weight=0.5))
    assert after == pytest.approx(start, rel=2e-5)


def test_satisficers_at_base_keep_their_bits():
    assert (shares(run_of(SATISFICING, weeks=520)) == shares(run_of(SATISFICING))).all()


@pytest.mark.parametrize("rule", [LOGIT, *ALTERNATIVES.values()], ids=list(RULES))
def test_a_tariff_drives_goods_away(rule):
    before, after = shares(run_of(rule)), shares(run_of(rule, tariff=0.2, weeks=104))
    assert after[0] < 0.9 * before[0]
    assert (after[1:] > before[1:]).all()
    assert after.sum() == pytest.approx(1.0, abs=1e-5)


def test_satisficers_stay_inside_the_gap_and_move_outside():
    """The first market takes a third: a tariff of 5 % costs 1.6 % of the mean margin, one of 8 % costs 2.5 %."""
    start = shares(run_of(SATISFICING))
    assert (shares(run_of(SATISFICING, tariff=0.05, weeks=52)) == start).all()
    assert shares(run_of(SATISFICING, tariff=0.08, weeks=52))[0] < start[0]
    assert shares(run_of(SATISFICING, tariff=0.05, weeks=52, aspiration_gap=0.01))[0] < start[0]


def test_satisficers_stop_once_content():
    """Once the mean is near enough to the best that is left, shares stand still though the tariff stays."""
    late, later = run_of(SATISFICING, tariff=0.2, weeks=400), run_of(SATISFICING, tariff=0.2, weeks=500)
    assert (shares(later) == shares(late)).all()
    assert shares(later)[0] > 0.01
    assert mean_excess(later) >= min(excesses(later).max(), 0.0) - GAP


def mean_excess(run: Run) -> float:
    """Mean of `excesses` at the present shares."""
    return float(shares(run) @ excesses(run))


def excesses(run: Run) -> np.ndarray:
    """Believed margin of each slot less that at base: here the same for all, the base margin."""
    firms, lanes = run.state.firms, run.state.lanes
    channel = firms.channel[:, 0]
    believed = [
        margin(*each)
        for each in zip(
            firms.price_belief[:, 0],
            lanes.net_revenue[channel],
            np.full(MARKETS, firms.unit_cost[0]),
            lanes.friction[channel],
            firms.risk[:, 0],
            strict=True,
        )
    ]
    return np.array(believed) - run.values.base_margin


def test_reinforcement_ends_where_all_markets_pay_alike():
    """Without experiments the replicator rests only where every market in use has the same excess."""
    run = run_of(REINFORCEMENT, tariff=0.05, weeks=520, experimentation=0.0, adjustment_per_week=0.1)
    firms, lanes = run.state.firms, run.state.lanes
    believed = firms.price_belief[:, 0] * lanes.net_revenue[firms.channel[:, 0]]
    assert np.ptp(believed) < 1e-3
    assert np.ptp(firms.price_belief[:, 0]) > 0.02


def test_one_step_of_the_replicator():
    """share exp(theta excess) / sum, and the tried part in proportion to e**taste."""
    excess, share, taste = np.array([0.1, -0.2, 0.0]), np.array([0.5, 0.3, 0.2]), np.log([2.0, 1.0, 1.0])
    paid = share * np.exp(6.0 * excess)
    expected = 0.9 * paid / paid.sum() + 0.1 * np.array([0.5, 0.25, 0.25])
    assert targets(REINFORCEMENT, excess, share, taste, experimentation=0.1) == pytest.approx(expected, rel=1e-5)


def test_satisficers_go_to_the_best_slot_where_no_other_is_near_it():
    assert targets(SATISFICING, [-0.3, -0.1, -0.2], [0.5, 0.2, 0.3]).tolist() == [0.0, 1.0, 0.0]


def test_satisficers_make_do_with_what_can_be_had():
    """All has become worse alike: nothing is better, so nobody moves."""
    share = np.array([0.5, 0.2, 0.3], f4)
    assert (targets(SATISFICING, [-0.3, -0.31, -0.3], share) == share).all()


def test_satisficers_spread_over_what_is_good_enough():
    expected = np.array([0.0, 0.32, 0.02]) / 0.34
    assert targets(SATISFICING, [-0.3, 0.0, 0.1], [0.7, 0.3, 0.0]) == pytest.approx(expected, rel=1e-5)


@both
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_targets_are_shares_and_what_is_shut_gets_none(rule, data):
    slots = data.draw(st.integers(1, 8))
    numbers = st.lists(st.floats(-2.0, 2.0, width=32), min_size=slots, max_size=slots)
    excess, weight = data.draw(numbers), np.abs(data.draw(numbers)) + 1e-3
    taste = np.array(data.draw(st.lists(st.sampled_from([OPEN, f4(-2.0), SHUT]), min_size=slots, max_size=slots)))
    share = weight / weight.sum()
    target = targets(rule, excess, share, taste)
    assert target.sum() == pytest.approx(1.0, abs=1e-5)
    assert (target >= 0).all()
    if (taste != SHUT).any():
        assert (target[taste == SHUT] == 0).all()
    else:
        assert (target == share.astype(f4)).all()


@both
def test_a_firm_leaves_what_is_shut_to_it(rule):
    run = run_of(rule, weeks=1, adjustment_per_week=0.1)
    run.state.firms.own_utility[0, 0] = SHUT
    run.step(104)
    assert shares(run)[0] < 1e-4
    assert shares(run).sum() == pytest.approx(1.0, abs=1e-5)


@both
def test_a_firm_sells_less_where_it_is_shunned(rule):
    """A penalty of 2 in utility is a third of a dollar at theta 6: far outside the gap of those that are content."""
    run = run_of(rule, weeks=1)
    start = shares(run)
    run.state.firms.own_utility[0, 0] -= 2.0
    assert shares(run.step(52))[0] < 0.8 * start[0]


def test_demand_draws_firms_that_repeat_by_its_price_alone():
    """Demand doubled in one market: with the price held at 1 the logit follows the size, its rival does not."""
    boom = Measure(Instrument.demand, np.log(2.0), cells=(0,))
    moved = {}
    for rule in (LOGIT, REINFORCEMENT):
        world = make_world(replace(SKETCH, choice_rule=rule))
        run = Run(world, make_policy(world, [boom]), parameters(attention_price=0.0, shock_sd=0.0)).step(52)
        moved[rule] = shares(run)[0] - shares(run_of(rule))[0]
    assert moved[LOGIT] > 0.05
    assert abs(moved[REINFORCEMENT]) < 1e-4
