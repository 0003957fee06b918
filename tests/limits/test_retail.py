"""Sales to visitors: the closed form, only where an allowance is in force, only while the gate is open."""

import numpy as np
import pytest
from scipy import integrate

from sim.constants import YUAN_PER_USD
from sim.kernels.markets.retail import mean_sale
from sim.policy.instruments import Instrument
from tests.limits.worlds import Lane, Measure, Run, Sketch, make_policy, make_world, settled

pytestmark = pytest.mark.slow

VISITORS, SPENDING_YUAN, ALLOWANCE_USD = 5000.0, 3000.0, 1135.0


@pytest.mark.parametrize("allowance", [1.0, 300.0, 1135.0, 1e5])
def test_mean_sale_is_the_mean_of_the_lesser_of_allowance_and_spending(allowance):
    spending = 425.0
    below, _ = integrate.quad(lambda x: x * np.exp(-x / spending) / spending, 0, allowance)
    expected = below + allowance * np.exp(-allowance / spending)
    assert mean_sale(allowance, spending) == pytest.approx(expected, rel=1e-9)


def retail_by_week(
    measures: list[Measure], open_weeks: list[float], visitors: float = VISITORS, scale: float = 1.0
) -> list[list[float]]:
    """Sales at two places, week by week; all visitors come by gate 0."""
    weeks = len(open_weeks)
    world = make_world(Sketch((Lane(), Lane(origin=1)), weeks=weeks, visitors_per_day=visitors))
    policy = make_policy(world, measures, np.array([open_weeks]) * 1e9)
    policy = policy._replace(schedule=policy.schedule._replace(open_share=np.array([open_weeks])))
    run = Run(world, policy, settled(visits_scale=scale, retail_spending_yuan=SPENDING_YUAN))
    return [run.step().state.trade_records.retail.tolist() for _ in range(weeks)]


def test_sales_follow_allowance_and_open_days():
    measure = Measure(Instrument.allowance, ALLOWANCE_USD, from_week=1, places=(1,))
    found = np.array(retail_by_week([measure], [1.0, 1.0, 0.0, 3 / 7]))
    mean_usd = SPENDING_YUAN / YUAN_PER_USD
    full = VISITORS * 7 * mean_usd * (1 - np.exp(-ALLOWANCE_USD / mean_usd)) / 1e6
    assert found[:, 1] == pytest.approx([0.0, full, 0.0, full * 3 / 7], rel=1e-6)
    assert (found[:, 0] == 0).all()


@pytest.mark.parametrize(
    ("instrument", "visitors", "scale"),
    [(Instrument.allowance, 0.0, 1.0), (Instrument.allowance, VISITORS, 0.0), (Instrument.zone, VISITORS, 1.0)],
)
def test_no_sales_without_visitors_or_without_an_allowance(instrument, visitors, scale):
    found = retail_by_week([Measure(instrument, ALLOWANCE_USD, places=(0, 1))], [1.0, 1.0], visitors, scale)
    assert (np.array(found) == 0).all()
