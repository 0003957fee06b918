"""Each rule of conversion against a figure worked out by hand."""

import calendar
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import dates, units

WEEKS_PER_YEAR = 52.1775  # 365.2425 / 7


@pytest.mark.parametrize(
    ("value", "unit", "tonnes"),
    [
        (1000, "t/week", 1000),
        (10, "t/day", 70),
        (1_750_000, "t/year", 1_750_000 / WEEKS_PER_YEAR),
        (1.75, "mt/year", 1_750_000 / WEEKS_PER_YEAR),
        (200, "trucks/day", 200 * 7 * 18),
        (100, "trucks/week", 1800),
        (52_000, "trucks/year", 52_000 * 18 / WEEKS_PER_YEAR),
        (1200, "vehicles/day", 1200 * 7 * 14),
        (27, "trains/day", 27 * 7 * 1200),
        (12, "train_pairs/day", 12 * 7 * 1200),
        (540_000, "teu/year", 540_000 * 12 / WEEKS_PER_YEAR),
        (10_000, "feu/year", 10_000 * 22 / WEEKS_PER_YEAR),
        (800, "wagons/day", 800 * 7 * 50),
    ],
)
def test_capacity_units_follow_the_stated_rules(value, unit, tonnes):
    assert units.tonnes_per_week(value, unit) == pytest.approx(tonnes, rel=1e-12)


def test_every_capacity_unit_has_a_case_above():
    marks = test_capacity_units_follow_the_stated_rules.pytestmark
    assert {case[1] for case in marks[0].args[1]} == set(units.TONNES_PER_WEEK)


def test_trade_of_2023_in_dollars():
    assert units.yuan_to_musd(357.33e9) == pytest.approx(50_685.1, abs=0.05)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-01-02", date(2024, 1, 2), date(2024, 1, 2)),
        ("", dates.FIRST_DAY, dates.LAST_DAY),
    ],
)
def test_partial_dates(text, first, last):
    assert dates.first_day(text) == first
    assert dates.last_day(text) == last


@pytest.mark.parametrize("text", ["23", "2023-13", "2023-02-30", "2023/02", "2023-2", "2023-02-11T00:00", "soon"])
def test_texts_that_are_no_date(text):
    with pytest.raises(ValueError, match="."):
        dates.first_day(text)
    with pytest.raises(ValueError, match="."):
        dates.last_day(text)


def test_standard_run_has_366_weeks():
    weeks = units.week_starts(date(2021, 1, 1), date(2027, 12, 31))
    assert len(weeks) == 366
    assert weeks[0] == np.datetime64("2020-12-28")
    assert weeks[-1] == np.datetime64("2027-12-27")


def test_spin_up_weeks_come_before():
    weeks = units.week_starts(date(2021, 1, 1), date(2021, 1, 31), spin_up_weeks=104)
    assert weeks[0] == np.datetime64("2018-12-31")
    assert weeks[104] == np.datetime64("2020-12-28")


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 4000), st.integers(0, 200))
def test_weeks_hold_both_ends_and_are_mondays(start, length, spin_up):
    end = date.fromordinal(start.toordinal() + length)
    weeks = units.week_starts(start, end, spin_up).tolist()
    assert all(week.weekday() == calendar.MONDAY for week in (weeks[0], weeks[-1]))
    assert 0 <= (start - weeks[spin_up]).days < 7
    assert 0 <= (end - weeks[-1]).days < 7


@pytest.mark.parametrize(
    ("text", "days"),
    [("all", range(7)), ("mon-fri", range(5)), ("sat-sun", (5, 6)), ("mon,wed", (0, 2)), ("fri-mon", (0, 4, 5, 6))],
)
def test_weekdays(text, days):
    assert units.weekday_numbers(text) == tuple(days)


@pytest.mark.parametrize("text", ["", "monday", "mon-", "1-5"])
def test_texts_that_are_no_weekdays(text):
    with pytest.raises(ValueError, match="day"):
        units.weekday_numbers(text)


@pytest.mark.parametrize("text", ["02-30", "4-1", "13-01", "spring"])
def test_texts_that_are_no_day_of_the_year(text):
    with pytest.raises(ValueError, match="."):
        units.season_number(text)
