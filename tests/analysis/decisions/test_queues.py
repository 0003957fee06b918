import numpy as np
import pytest

from sim.analysis.decisions.queues import Case, queues
from sim.errors import InputError
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2022, 2023, 2024, 2025)
CASES = {
    Case(long, growth): f"{'long' if long else 'short'}_{growth:g}" for growth in (0.0, 0.1) for long in (True, False)
}
IN_FORCE = np.array([month >= "2022-08" for month in MONTHS])


def stored() -> SmallResults:
    """Longer hours from August 2022 on halve waits of 2 days, which grow by 2 days each year where demand grows."""
    runs, year = 20, np.array([int(month[:4]) - 2022 for month in MONTHS])

    def series(case: Case, base: float, factor: float, growth: float) -> np.ndarray:
        value = (base + growth * (case.growth > 0) * year) * np.where(IN_FORCE & case.long_hours, factor, 1.0)
        return np.tile(value, (runs, 1))

    return SmallResults(
        MONTHS,
        "short_0",
        {
            ("wait", "post", "all", "export"): {name: series(case, 2.0, 0.5, 2.0) for case, name in CASES.items()},
            ("throughput", "post", "all", "export"): {name: series(case, 10, 2.0, 0) for case, name in CASES.items()},
            ("capacity", "post", "all", "export"): {name: series(case, 20, 2.0, 0) for case, name in CASES.items()},
        },
    )


def test_waits_tonnes_and_effect_are_what_was_put_in() -> None:
    found = queues(stored(), CASES, "post", (3.0,))
    assert found.years == (2023, 2024, 2025)
    effect = found.effect.set_index(["outcome", "growth", "year"])["difference"]
    assert effect["wait", 0.0, 2023] == pytest.approx(-1.0)
    assert effect["wait", 0.1, 2025] == pytest.approx(-4.0)
    assert effect["throughput", 0.0, 2024] == pytest.approx(120.0)
    waits = found.by_year.set_index(["outcome", "long_hours", "growth", "year"])["median"]
    assert waits["wait", True, 0.1, 2025] == pytest.approx(4.0)


def test_queues_are_back_later_with_longer_hours() -> None:
    passed = queues(stored(), CASES, "post", (3.0,)).passed.set_index(["long_hours", "growth"])["median"]
    assert passed.to_dict() == {(True, 0.0): np.inf, (False, 0.0): np.inf, (True, 0.1): 2025, (False, 0.1): 2023}


def test_hours_that_are_not_in_force_have_no_years() -> None:
    cases = {case: CASES[case._replace(long_hours=False)] for case in CASES}
    assert queues(stored(), cases, "post", (3.0,)).years == ()


def test_a_world_without_the_crossing_is_told_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="pst is not known: (did you mean|there is only) 'post'"):
        queues(stored(), CASES, "pst", (3.0,))
