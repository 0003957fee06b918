"""Months as they were observed: rates by days, whole years and quarters, names that tell the days."""

from datetime import date

import numpy as np
import pytest

from sim.analysis.periods import Dates
from tests.small_results import months_of

MONTHS = months_of(2023, 2024)
CUT = Dates(months_of(2021)[:6], date(2021, 1, 25), date(2021, 6, 6))


def daily(dates, level=1.0):
    """Two runs of a flow that is the same every day."""
    return level * np.array([[1.0], [2.0]]) * dates.days


@pytest.mark.parametrize("months", [slice(0, 6), slice(0, 1), slice(1, 3), slice(5, 6)])
def test_a_steady_flow_has_one_rate_whatever_is_cut(months):
    np.testing.assert_allclose(CUT.period(months).rate(daily(CUT)), [365.0, 730.0])


def test_the_rate_of_whole_years_is_what_came_in_them():
    dates = Dates(MONTHS)
    flow = np.random.default_rng(1).uniform(1, 9, (5, 24))
    for months in (slice(0, 12), slice(12, 24)):
        np.testing.assert_allclose(dates.period(months).rate(flow), flow[:, months].sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(dates.period(slice(0, 24)).rate(flow), flow.sum(axis=1) / 2, rtol=1e-12)


def test_levels_are_averaged_by_days():
    levels = np.array([[1.0, 2.0, 2.0, 2.0, 2.0, 8.0]])
    expected = (7 * 1 + (28 + 31 + 30 + 31) * 2 + 6 * 8) / (7 + 120 + 6)
    np.testing.assert_allclose(CUT.period(slice(0, 6)).level(levels), [expected])


def test_names_tell_the_days_where_a_month_is_cut():
    assert CUT.period(slice(0, 6)).name == "2021-01-25 to 2021-06-06"
    assert CUT.period(slice(1, 5)).name == "2021-02 to 2021-05"
    assert CUT.period(slice(1, 6)).name == "2021-02-01 to 2021-06-06"
    assert (CUT.period(slice(0, 5)).first, CUT.period(slice(0, 5)).last) == (date(2021, 1, 25), date(2021, 5, 31))


def test_only_whole_quarters_and_years_count_as_such():
    assert list(CUT.quarters) == []
    long = Dates(MONTHS, date(2023, 1, 2), date(2024, 12, 31))
    assert list(long.quarters) == ["2023 Q2", "2023 Q3", "2023 Q4", "2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4"]
    assert long.last_year.name == "2024-01 to 2024-12"
    assert Dates(MONTHS, None, date(2024, 12, 30)).last_year.name == "2023-01 to 2023-12"
    assert CUT.last_year.name == "2021-01-25 to 2021-06-06"


def test_a_cut_month_is_drawn_at_the_rate_of_its_days():
    np.testing.assert_allclose(CUT.at_the_rate_of_a_month(daily(CUT))[0], [31, 28, 31, 30, 31, 30])
