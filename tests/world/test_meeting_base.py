"""Utilities at which firms meet the base: closed forms, and firms that know the same channels as one firm."""

import numpy as np
import pytest

from sim.kernels import fitting
from sim.world.trade.population import alike

KNOWN = np.array([[0, 1, 2, 2, 3, 0], [1, 0, 0, 1, 1, 3], [2, 2, -1, 0, -1, 2]], np.int32)
VOLUME = np.array([5.0, 3.0, 2.0, 4.0, 1.0, 6.0])
TARGET = np.array([0, 1, 2, 2], np.int32)


def met_by(known: np.ndarray, volume: np.ndarray, target: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, ...]:
    """Utilities, flows that are met, and the largest error of a log flow."""
    value, met = np.zeros(target.size), np.zeros(wanted.size)
    goal = np.stack([np.log(wanted), np.zeros(wanted.size)])
    scratch = np.empty(known.shape), np.empty((2, volume.size))
    worst = fitting.contract(known, volume, target, goal, value, scratch[0], met, scratch[1])
    return value, met, worst


def test_shares_are_the_logit_of_utilities_and_an_empty_slot_has_none():
    value = np.array([0.3, -700.0, 2.0, 30.0])
    share = np.empty(KNOWN.shape)
    fitting.share_slots(KNOWN, value, share, np.empty((2, KNOWN.shape[1])))
    weight = np.where(KNOWN >= 0, np.exp(value[KNOWN] - value[KNOWN].max(axis=0)), 0.0)
    assert share == pytest.approx(weight / weight.sum(axis=0), rel=1e-12, abs=1e-300)


def test_a_firm_with_two_channels_has_the_utilities_of_the_closed_form():
    known, wanted = np.array([[0], [1]], np.int32), np.array([2.4, 0.6])
    value, met, worst = met_by(known, np.array([3.0]), np.array([0, 1], np.int32), wanted)
    assert value[0] - value[1] == pytest.approx(np.log(4.0), rel=1e-6)
    assert met == pytest.approx(wanted, rel=1e-6)
    assert worst < fitting.TOLERANCE


def test_targets_that_firms_can_meet_are_met():
    shares = np.array([0.2, 0.3, 0.5])
    wanted = VOLUME.sum() * shares
    _, met, worst = met_by(KNOWN, VOLUME, TARGET, wanted)
    assert met == pytest.approx(wanted, rel=1e-6)
    assert worst < fitting.TOLERANCE


def test_a_target_that_firms_are_too_small_for_is_met_as_far_as_they_go():
    known, wanted = np.array([[0, 0], [1, -1]], np.int32), np.array([1.0, 9.0])
    _, met, worst = met_by(known, np.array([3.0, 7.0]), np.array([0, 1], np.int32), wanted)
    assert met == pytest.approx([7.0, 3.0], rel=1e-6)
    assert worst == pytest.approx(np.log(7.0), rel=1e-3)


def test_firms_that_know_the_same_channels_in_any_order_count_as_one():
    lists, volume = alike(KNOWN, VOLUME)
    assert volume.tolist() == [12.0, 2.0, 1.0, 6.0]
    assert [sorted(each) for each in lists.T.tolist()] == [[0, 1, 2], [-1, 0, 2], [-1, 1, 3], [0, 2, 3]]
    wanted = VOLUME.sum() * np.array([0.2, 0.3, 0.5])
    assert met_by(lists, volume, TARGET, wanted)[0] == pytest.approx(met_by(KNOWN, VOLUME, TARGET, wanted)[0], rel=1e-9)


def test_utilities_stop_growing_when_flows_stand_still():
    known, wanted = np.array([[0, 0], [1, -1]], np.int32), np.array([1.0, 9.0])
    value, met, _ = met_by(known, np.array([3.0, 7.0]), np.array([0, 1], np.int32), wanted)
    assert met == pytest.approx([7.0, 3.0], rel=1e-6)
    assert np.ptp(value) < 60.0
