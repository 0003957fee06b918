import numpy as np
import pytest

from sim.analysis.decisions.thresholds import passing, yearly, years_of

YEARS = [2025, 2026, 2027, 2028]


def test_a_year_without_all_its_months_is_none() -> None:
    months = ["2024-12", *(f"2025-{month:02d}" for month in range(1, 13)), "2026-01"]
    assert years_of(months) == [2025]
    assert yearly(np.arange(14.0)[np.newaxis], months)[0] == pytest.approx([np.arange(1, 13).mean()])


def test_the_year_is_the_first_after_which_it_stays_above() -> None:
    runs = np.array([[0, 0, 5, 5]] * 10 + [[5, 0, 0, 5]] * 5 + [[0, 0, 0, 0]] * 5, float)
    found = passing(runs, YEARS, 2.0)
    assert (found.median, found.low, found.high, found.share) == (2027, 2027, np.inf, 0.75)


def test_what_is_above_throughout_has_passed_it_in_the_first_year() -> None:
    assert passing(np.full((20, 4), 9.0), YEARS, 2.0) == (2025, 2025, 2025, 1.0)


def test_at_the_threshold_is_not_above_it() -> None:
    assert passing(np.full((20, 4), 2.0), YEARS, 2.0).share == 0


def test_of_too_few_runs_no_range_is_told() -> None:
    found = passing(np.full((3, 4), 9.0), YEARS, 2.0)
    assert found.median == 2025
    assert np.isnan([found.low, found.high]).all()
