"""Stability of the price and queue loops: known critical values, and the nonlinear loops themselves."""

from collections import deque
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.analysis.stability import (
    Speed,
    critical_price_gain,
    critical_queue_gain,
    price_loop_radius,
    queue_loop_radius,
    warnings_for,
)
from sim.config import load
from sim.state import LOGIT, REINFORCEMENT, SATISFICING
from sim.world.build import build_world
from sim.world.open import settings_of
from sim.world.tables.read import find_world, read_tables

STEADY = {"route_adjustment": 0.25}


@pytest.fixture(scope="module")
def built():
    return build_world(read_tables(find_world("xinjiang")), settings_of(load([])))


@pytest.fixture(scope="module")
def behaviour():
    return load([]).behaviour


def price_swing(gain, attention, adjustment, smoothing, transit_weeks, pull=1.0, *, last_weeks):
    """Spread of the log price over the last weeks: a small market among many, started 1 % off, without linearising.

    With a pull below 1 firms repeat what has paid, and try anything with that part of their choice.
    """
    elasticity, small = 4.0, 1e-6
    share, belief, price, arrivals = small, 1.01, 1.0, 1.0
    on_the_way = deque([small] * (transit_weeks + 1), maxlen=transit_weeks + 1)
    logs = []
    for _ in range(4000):
        belief += attention * (price - belief)
        start, tried = (small, 0.0) if pull == 1.0 else (share, pull)
        weight = start * np.exp(gain / (1.0 - tried) * elasticity * (belief - 1.0))
        share += adjustment * ((1.0 - tried) * weight / (weight + 1.0 - start) + tried * small - share)
        on_the_way.append(share)
        arrivals += smoothing * (on_the_way[0] / small - arrivals)
        price = np.clip(arrivals ** (-1.0 / elasticity), 0.2, 5.0)
        logs.append(np.log(price))
    return np.ptp(logs[-last_weeks:])


def wait_swing(gain, route_adjustment, unseen_weeks):
    """Spread of the wait, in weeks, over the last two years: two routes, one full, without linearising."""
    capacity, volume = 1.0, 2.0
    theta = gain / (1 - capacity / volume)
    dearer = 2.0  # weeks of wait at which the routes are equally good
    share, queue = 0.6, 0.0
    unseen = deque([share * volume] * (unseen_weeks + 1), maxlen=unseen_weeks + 1)
    waits = []
    for _ in range(3000):
        wait = queue / capacity
        waits.append(wait)
        share += route_adjustment * (1 / (1 + np.exp(theta * (wait - dearer))) - share)
        unseen.append(share * volume)
        queue = max(queue + unseen[0] - capacity, 0.0)
    return np.ptp(waits[-104:])


def test_the_published_critical_values_come_out():
    assert critical_price_gain([Speed(0.1, 0.1)], 0.25, 5) == pytest.approx(3.6, abs=0.05)
    assert critical_price_gain([Speed(0.1, 0.05)], 0.25, 2) == pytest.approx(8.2, abs=0.05)
    assert critical_price_gain([Speed(0.5, 0.5)], 0.25, 8) == pytest.approx(1.4, abs=0.05)


def test_a_loop_without_any_delay_or_smoothing_is_stable_up_to_a_gain_of_one():
    assert critical_price_gain([Speed(1.0, 1.0)], 1.0, 0) == pytest.approx(1.0)
    assert price_loop_radius(0.5, [Speed(1.0, 1.0)], 1.0, 0) == pytest.approx(0.5)


def test_critical_gains_fall_with_transit_and_with_adjustment():
    by_transit = [critical_price_gain([Speed(0.1, 0.1)], 0.25, weeks) for weeks in np.arange(0.5, 9.0, 0.5)]
    by_adjustment = [
        critical_price_gain([Speed(0.1, adjustment)], 0.25, 5) for adjustment in (0.005, 0.02, 0.05, 0.1, 0.25)
    ]
    assert all(later < sooner for sooner, later in pairwise(by_transit))
    assert all(faster < slower for slower, faster in pairwise(by_adjustment))


@pytest.mark.parametrize(
    "speeds", [(0.1, 0.1, 0.25, 5), (0.1, 0.02, 0.25, 2), (0.5, 0.25, 1.0, 8), (0.1, 0.1, 0.25, 5, 0.1)]
)
def test_prices_settle_below_the_critical_gain_and_swing_above(speeds):
    critical = critical_price_gain([Speed(*speeds[:2])], *speeds[2:])
    assert price_swing(0.9 * critical, *speeds, last_weeks=104) < 1e-4
    assert price_swing(1.1 * critical, *speeds, last_weeks=104) > 0.05


def test_firms_of_two_kinds_swing_as_one_kind_where_they_are_alike_and_between_the_two_where_not():
    maker, trader = Speed(0.1, 0.02), Speed(0.5, 0.1)
    alike = [maker._replace(weight=0.4), maker._replace(weight=0.6)]
    mixed = [maker._replace(weight=0.4), trader._replace(weight=0.6)]
    slow, fast = critical_price_gain([maker], 0.25, 5), critical_price_gain([trader], 0.25, 5)
    assert critical_price_gain(alike, 0.25, 5) == pytest.approx(slow, rel=1e-6)
    assert 1.05 * fast < critical_price_gain(mixed, 0.25, 5) < 0.95 * slow


def test_firms_that_repeat_swing_sooner():
    assert critical_price_gain([Speed(0.1, 0.02)], 0.25, 5, 0.02) < 0.9 * critical_price_gain(
        [Speed(0.1, 0.02)], 0.25, 5
    )


def test_waits_that_look_forward_have_the_critical_gain_of_the_formula():
    for speed in (0.1, 0.25, 0.5, 1.0):
        assert critical_queue_gain(speed) == pytest.approx(4 / speed - 2)
    assert queue_loop_radius(1.0, 0.5) < 1 < queue_loop_radius(7.0, 0.5)
    assert critical_queue_gain(0.5, 2.0) < critical_queue_gain(0.5, 1.0) < critical_queue_gain(0.5)


@pytest.mark.parametrize(("speed", "unseen"), [(0.5, 0), (1.0, 0), (0.25, 0), (0.5, 1), (0.25, 3)])
def test_waits_settle_below_the_critical_gain_and_swing_above(speed, unseen):
    critical = critical_queue_gain(speed, unseen)
    assert wait_swing(0.9 * critical, speed, unseen) < 1e-4
    assert wait_swing(1.1 * critical, speed, unseen) > 0.05


def test_a_steady_world_gets_no_warning(built, behaviour):
    assert warnings_for(built, replace(behaviour, **STEADY)) == []


def test_a_price_warning_names_a_value_that_ends_it(built, behaviour):
    hot = replace(behaviour, theta_market=20.0, attention_price=0.5, trader_attention_price=0.5, **STEADY)
    (sentence,) = warnings_for(built, hot)
    assert sentence.startswith("theta_market=20 with elasticity 2 (solar_polysilicon in ")
    assert "attention_price 0.5 and 0.5" in sentence
    limit = float(sentence.removesuffix(".").rsplit(" ", 1)[1])
    assert limit < 20
    assert warnings_for(built, replace(hot, theta_market=limit)) == []
    assert warnings_for(built, replace(hot, theta_market=1.1 * limit))


def test_a_queue_warning_names_values_that_end_it(built, behaviour):
    (sentence,) = warnings_for(built, replace(behaviour, route_adjustment=1.0))
    assert "khorgos_rail import" in sentence
    words = sentence.removesuffix(".").split(" choose ")[1].split()
    slower, flatter = float(words[2]), float(words[6])
    assert warnings_for(built, replace(behaviour, route_adjustment=slower)) == []
    assert warnings_for(built, replace(behaviour, route_adjustment=1.0, theta_route=flatter)) == []


def test_ample_crossings_cannot_swing(built, behaviour):
    assert warnings_for(built, replace(behaviour, route_adjustment=1.0, capacity_scale=50.0)) == []


@pytest.mark.slow
def test_rules_of_choice_have_loops_of_their_own(built, behaviour):
    """Hot for firms that repeat what has paid, not for others: those that are content cannot swing at all."""
    limit = {}
    for rule in (LOGIT, REINFORCEMENT):
        under = replace(built, arrays=built.arrays._replace(sizes=built.arrays.sizes._replace(choice_rule=rule)))
        (sentence,) = warnings_for(under, replace(behaviour, theta_market=60.0, **STEADY))
        limit[rule] = float(sentence.removesuffix(".").rsplit(" ", 1)[1])
        assert warnings_for(under, replace(behaviour, theta_market=limit[rule], **STEADY)) == []
    assert limit[REINFORCEMENT] < limit[LOGIT]
    sizes = built.arrays.sizes._replace(choice_rule=SATISFICING)
    content = replace(built, arrays=built.arrays._replace(sizes=sizes))
    assert warnings_for(content, replace(behaviour, theta_market=60.0, **STEADY)) == []


def test_a_test_curve_instead_of_queues_has_no_queue_loop(built, behaviour):
    sizes = built.arrays.sizes._replace(wait_rule=1)
    curve = replace(built, arrays=built.arrays._replace(sizes=sizes))
    assert warnings_for(curve, replace(behaviour, route_adjustment=1.0)) == []
