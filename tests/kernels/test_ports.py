"""What can pass a gate and what its port publishes, at points worked out by hand."""

import numba
import numpy as np
import pytest

from sim.kernels.roads import ports, transit

f4, f8 = np.float32, np.float64


@numba.njit
def days_to_clear(load, week, known, background, share):  # processes answer compiled callers only
    return ports.days_to_clear(load, week, 1.0, known, background, share)


@numba.njit
def days_closed(week, travel_days, next_open):
    return ports.days_closed(week, travel_days, next_open)


@numba.njit
def net_capacity(gross, background, share):
    return ports.net_capacity(gross, background, share)


@numba.njit
def bpr_delay(border_days, flow, capacity):
    return ports.bpr_delay(border_days, flow, capacity)


@numba.njit
def put(due, now, whole, part, column, mass):
    transit.put(due, now, whole, part, column, mass)


@pytest.mark.parametrize(
    ("load", "days"),
    [(0.0, 0.0), (50.0, 3.5), (100.0, 7.0), (150.0, 28.0 + 3.5), (1e6, 200.0)],
)
def test_a_closed_season_is_inside_the_wait(load: float, days: float) -> None:
    known = np.array([100.0, 0.0, 0.0, 0.0, 100.0, 100.0])
    nothing = np.zeros(6)
    assert days_to_clear(load, 0, known, nothing, nothing) == pytest.approx(days)


def test_known_capacity_is_net_of_background() -> None:
    known, background, share = np.full(4, 100.0), np.full(4, 40.0), np.full(4, 0.5)
    assert days_to_clear(120.0, 0, known, background, share) == pytest.approx(14.0)


@pytest.mark.parametrize(("background", "net"), [(0.0, 100.0), (30.0, 70.0), (90.0, 50.0)])
def test_background_goes_first_up_to_its_share(background: float, net: float) -> None:
    assert net_capacity(100.0, background, 0.5) == net


@pytest.mark.parametrize(("travel", "days"), [(0.0, 21.0), (10.0, 11.0), (25.0, 0.0)])
def test_travel_is_taken_off_the_days_until_the_gate_opens(travel: float, days: float) -> None:
    until_open = np.array([21, 14, 7, 0, 0], f4)
    assert days_closed(0, travel, until_open) == pytest.approx(days)


def test_congestion_delay_of_the_bureau_of_public_roads() -> None:
    assert bpr_delay(2.0, 0.0, 10.0) == 0.0
    assert bpr_delay(2.0, 10.0, 10.0) == pytest.approx(0.3)
    assert bpr_delay(2.0, 20.0, 10.0) == pytest.approx(0.3 * 16)


@pytest.mark.parametrize("days", [0.0, 3.0, 7.0, 24.5, 41.9])
@pytest.mark.parametrize("now", [0, 5, 8])
def test_a_delay_line_keeps_mass_and_mean(days: float, now: int) -> None:
    ring = 9
    due = np.zeros((ring, 2))
    whole = int(days // 7)
    put(due, now, whole, days / 7 - whole, 1, 3.0)
    weeks = (np.arange(ring) - now) % ring
    assert due[:, 0].sum() == 0.0
    assert due.sum() == pytest.approx(3.0, rel=1e-15)
    assert 7 * (due[:, 1] * weeks).sum() / 3.0 == pytest.approx(days, rel=1e-14)


def test_a_process_refuses_calls_from_python() -> None:
    with pytest.raises(TypeError, match="compiled callers"):
        ports.open_gates(None, 0, 1.0, None)
