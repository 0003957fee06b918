"""A run that holds a number which is not finite stops where that arose, and says so by name."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from sim.kernels.start import begin
from sim.kernels.week import CUSTOMS, FIRMS, MARKETS, NETWORK, NOT_FINITE, PORTS, check_finite, simulate
from sim.outcomes.outcomes import new_records
from sim.stops import why_stopped
from tests.kernels.worlds import GATES, GOODS, small
from tests.kernels.worlds import MARKETS as MARKET_COUNT

pytestmark = pytest.mark.slow

NAMES = SimpleNamespace(
    markets=[f"market{i}" for i in range(MARKET_COUNT)],
    commodities=[f"good{i}" for i in range(GOODS)],
    crossings=[f"gate{i}" for i in range(GATES)],
    authorities=["sender"],
    declared_origins=["anywhere"],
)
WEEK, MONDAY = 5, date(2021, 1, 4)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("part", "array", "process", "entity", "told"),
    [
        ("firms", "capacity", FIRMS, 17, "firms left"),
        ("firms", "stock", FIRMS, 0, "(firm 0)"),
        ("firms", "margin", FIRMS, 23, "(firm 23)"),
        ("firms", "share", FIRMS, 11, "(firm 11)"),
        ("ports", "wait_days", PORTS, 3, "ports left a number that is not finite in the week of 2021-02-08"),
        ("ports", "queue_t", NETWORK, 2, "(gate1, export)"),
        ("customs", "hit", CUSTOMS, 1, "(customs of sender, good1 from anywhere)"),
        ("customs", "hidden", CUSTOMS, 0, "customs left"),
        ("customs", "weight", CUSTOMS, 0, "(customs of sender, good0 from anywhere)"),
        ("markets", "price", MARKETS, 4, "markets left"),
        ("markets", "arrivals", MARKETS, 0, "(good0 in market0)"),
    ],
)
def test_the_first_odd_number_is_named(part, array, process, entity, told, value):
    case = small(3)
    state, status = case.new_state(), np.zeros(4, np.int64)
    begin(case.world, case.parameters, state)
    assert check_finite(WEEK, state, status)
    assert not status.any()
    column = getattr(getattr(state, part), array)
    column[..., entity] = value
    assert not check_finite(WEEK, state, status)
    assert status.tolist() == [NOT_FINITE, WEEK, process, entity]
    assert told in why_stopped(status, MONDAY, case.world, NAMES)


def test_rows_without_a_firm_do_not_count():
    case = small(3)
    state, status = case.new_state(), np.zeros(4, np.int64)
    begin(case.world, case.parameters, state)
    state.firms.capacity[state.rows_used[0] :] = np.nan
    assert check_finite(WEEK, state, status)


@pytest.mark.parametrize(
    ("parameter", "process"),
    [("price_smoothing", MARKETS), ("base_utilisation", FIRMS), ("exploration", CUSTOMS)],
)
def test_a_run_stops_in_the_week_in_which_it_goes_wrong(parameter, process):
    case = small(3, ban_from=0, **{parameter: np.nan})
    record, status = new_records(case.world, 1), np.zeros(4, np.int64)
    span = np.array([0, case.world.sizes.weeks])
    key, state = np.array([1, 0], np.uint64), case.new_state()
    begin(case.world, case.parameters, state)
    simulate(case.world, case.policy, case.parameters, key, span, state, record, status)
    assert status[:3].tolist() == [NOT_FINITE, 0, process]
