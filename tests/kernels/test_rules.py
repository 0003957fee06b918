"""Scalar rules at the points where their answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernels import rules

f4, f8 = np.float32, np.float64
SHARE = st.floats(2**-10, 1 - 2**-10, width=32)


@given(SHARE, SHARE)
def test_risk_without_aversion_is_the_expected_loss(p: float, loss: float) -> None:
    assert rules.risk_of(f4(p), f4(loss), f4(0), f4(1)) == pytest.approx(f4(p) * f4(loss), rel=1e-6)


@given(SHARE, st.floats(0.5, 8, width=32))
def test_certain_detection_costs_the_whole_loss(loss: float, aversion: float) -> None:
    assert rules.risk_of(f4(1), f4(loss), f4(aversion), f4(1)) == pytest.approx(float(f4(loss)), rel=1e-5)


@given(SHARE, SHARE, SHARE, st.floats(0, 8, width=32))
def test_risk_rises_with_the_chance_and_the_loss(low: float, high: float, loss: float, aversion: float) -> None:
    low, high = sorted((low, high))
    assert rules.risk_of(f4(low), f4(loss), f4(aversion), f4(2)) <= rules.risk_of(
        f4(high), f4(loss), f4(aversion), f4(2)
    )
    assert rules.risk_of(f4(loss), f4(low), f4(aversion), f4(2)) <= rules.risk_of(
        f4(loss), f4(high), f4(aversion), f4(2)
    )


@given(SHARE, st.floats(2**-6, 1, width=32), st.floats(0.5, 8, width=32), st.floats(1e-6, 1e-2), st.floats(1e-3, 1))
def test_consignments_are_the_best_power_of_two(
    p: float, loss: float, aversion: float, paper: float, value: float
) -> None:
    chosen = float(rules.consignments_under_risk(f4(p), f4(loss), f4(aversion), f4(paper), f4(value))[0])
    powers = 2.0 ** np.arange(8)
    costs = powers / aversion * np.log1p(p * np.expm1(aversion * loss / powers)) + powers * paper / value
    assert chosen in powers
    assert costs[powers == chosen][0] <= costs.min() * (1 + 1e-5)


@given(SHARE, SHARE, st.floats(0.5, 8, width=32))
def test_more_consignments_spread_the_risk(p: float, loss: float, aversion: float) -> None:
    costs = [rules.risk_of(f4(p), f4(loss), f4(aversion), f4(n)) for n in (1, 2, 8, 64)]
    assert all(later <= earlier + 1e-6 for earlier, later in zip(costs, costs[1:], strict=False))
    assert costs[-1] >= p * loss * (1 - 1e-4)


def test_a_dear_paper_makes_one_consignment_and_a_cheap_one_many() -> None:
    p, loss, aversion, value = f4(0.3), f4(0.4), f4(4), f4(1)
    assert rules.consignments_under_risk(p, loss, aversion, f4(1), value)[0] == 1
    assert rules.consignments_under_risk(p, loss, aversion, f4(1e-7), value)[0] == 128


@pytest.mark.parametrize("base", [0.5, 0.8, 0.9])
def test_utilisation_at_the_base_margin(base: float) -> None:
    assert rules.utilisation(f4(0), f4(0.1), rules.log_odds(f4(base))) == pytest.approx(base, abs=2e-7)


@given(st.floats(0.1, 1e4), st.floats(0.5, 15))
def test_price_is_one_where_arrivals_equal_demand(demand: float, elasticity: float) -> None:
    price = rules.market_price(f8(demand), f8(demand), f8(0.02), f8(elasticity), f8(0.2), f8(5))
    assert price == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("arrivals", "price"), [(0.0, 5.0), (1e9, 0.2)])
def test_prices_are_bounded(arrivals: float, price: float) -> None:
    assert rules.market_price(f8(1), f8(arrivals), f8(0.02), f8(1), f8(0.2), f8(5)) == f4(price)


def test_a_tariff_divides_and_a_mark_up_is_taken_off() -> None:
    assert rules.net_revenue_share(f4(0.25), f4(0.1)) == pytest.approx(0.9 / 1.25, rel=1e-6)


@pytest.mark.parametrize(
    ("inspected", "sensitivity", "relative", "chance"),
    [(0.5, 0.8, 2.25, 0.5), (0.5, 0.4, 2.0, 0.4), (1.0, 1.0, 1.0, 1.0), (0.25, 0.5, 1.0, 0.125), (0.0, 1.0, 9.0, 0.0)],
)
def test_an_inspection_finds_at_most_all(inspected: float, sensitivity: float, relative: float, chance: float) -> None:
    assert rules.detection_chance(f8(inspected), f4(sensitivity), f4(relative)) == pytest.approx(chance, rel=1e-7)


def test_a_week_of_spoilage() -> None:
    assert rules.weekly_share(f8(0.01)) == pytest.approx(1 - 0.99**7, rel=1e-12)
