import numpy as np
import pytest

from sim.analysis.decisions.shut_crossings import (
    Closure,
    kink_table,
    kinks,
    loss,
    losses,
    ranked,
    together,
    worst_months,
)
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2024, 2025)
A, B = Closure(("a",), "2024-03", 30), Closure(("b",), "2024-03", 30)
EARLY = Closure(("a",), "2024-01", 30)
BOTH = Closure(("a", "b"), "2024-03", 30)
LONGER = [Closure(("a",), "2024-03", days) for days in (10, 20, 40, 60, 80)]


def stored() -> SmallResults:
    """Each run sells 100 a month; A loses 10 in March and makes up for 4 in August, B loses 5, both together 25."""
    runs = 20
    base = np.full((runs, len(MONTHS)), 100.0)
    lost = {"world": base, A.name: base.copy(), B.name: base.copy(), BOTH.name: base.copy(), EARLY.name: base.copy()}
    lost[A.name][:, 2] -= 10
    lost[A.name][:, 7] += 4
    lost[B.name][:, 2] -= 5
    lost[B.name][:, 12] -= 50  # later than is counted
    lost[BOTH.name][:, 2] -= 25
    lost[EARLY.name][:, 0] -= 1
    for each in LONGER:
        lost[each.name] = base.copy()
        lost[each.name][:, 2] -= min(each.days, 20) + 3 * max(each.days - 20, 0)
    return SmallResults(MONTHS, "world", {("registered_trade", "total", "all", "both"): lost})


@pytest.fixture(scope="module")
def results() -> SmallResults:
    return stored()


def test_a_loss_is_counted_to_half_a_year_after_the_month_of_the_closure(results) -> None:
    assert loss(results, A) == pytest.approx(np.full(20, 6.0))
    assert loss(results, B) == pytest.approx(np.full(20, 5.0))


def test_ranks_and_worst_months_follow_the_losses(results) -> None:
    table = ranked(losses(results, [A, B, EARLY]))
    assert table.set_index(["crossing", "month"])["rank"].to_dict() == {
        ("a", "2024-03"): 1,
        ("b", "2024-03"): 2,
        ("a", "2024-01"): 1,
    }
    assert worst_months(table, 10) == {"a": "2024-03", "b": "2024-03"}
    assert worst_months(table, 1) == {"a": "2024-03"}


def test_what_a_pair_costs_more_is_more_than_the_sum_of_both(results) -> None:
    row = together(results, [BOTH], {("a", "2024-03"): A, ("b", "2024-03"): B}).iloc[0]
    assert (row["difference"], row["alone"], row["extra"]) == pytest.approx((25.0, 11.0, 14.0))
    assert (row["crossing"], row["second"]) == ("a", "b")


def test_the_kink_in_days_is_where_it_was_put(results) -> None:
    row = kink_table(kinks(results, {"a": LONGER}, 1), {"a": "2024-03"}).iloc[0]
    assert (row["days"], row["before"], row["after"]) == pytest.approx((20.0, 1.0, 3.0))
    assert (row["crossing"], row["month"]) == ("a", "2024-03")
