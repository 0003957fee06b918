"""Units at the seam between tables and arrays: money, capacity of crossings, dates and weeks.

Tables speak the language of their sources (yuan, trucks a day, "2023-02"); everything behind the
seam counts million dollars, tonnes a week and days. Each rule is a pure function with its constant
beside it. Constants that no source gives are assumed; the range is in the comment and the
sensitivity study carries it through the capacities' own low and high values.

Capacity rules (one direction; a figure in tonnes a week is left as it is)
---------------------------------------------------------------------------
=================  ===========================================================================
unit               tonnes a week
=================  ===========================================================================
t/week             1
t/day              7
t/year, mt/year    a week is 7/365.2425 of a year; 1 mt is 1,000,000 t
trucks/day         7 x 18 t: trucks are loaded ones
trucks/week        18 t
trucks/year        18 t x 7/365.2425
vehicles/day       7 x 14 t: movements count empties and car carriers too
trains/day         7 x 100 TEU x 12 t
train_pairs/day    as trains/day: a pair is one train each way
teu/year           12 t x 7/365.2425
feu/year           22 t x 7/365.2425
wagons/day         7 x 50 t
=================  ===========================================================================
"""

import re
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK, USD_PER_MUSD, WEEKS_PER_YEAR, YUAN_PER_USD

TONNES_PER_TRUCK = 18.0
"""Loaded truck, 15-20 t: yearly tonnes over yearly trucks at the Kyrgyz and Pakistani posts."""

TONNES_PER_VEHICLE = 14.0
"""Vehicle movement, 9-18 t: tonnes over movements (empties included) at the Kazakh posts."""

TONNES_PER_TEU = 12.0
"""Loaded twenty-foot container, 10-14 t; usual planning figure of rail and sea lines."""

TONNES_PER_FEU = 22.0
"""Loaded forty-foot container, 18-26 t: below two TEU, since large boxes fill with light goods."""

TEU_PER_TRAIN = 100.0
"""Container train, 90-108 TEU: yearly TEU over yearly trains, 2021-2023."""

TONNES_PER_WAGON = 50.0
"""Wagon at the change of gauge, assumed, 24 t (one large box) to 68 t (full bulk wagon)."""

_TONNES_PER_TRAIN = TEU_PER_TRAIN * TONNES_PER_TEU

TONNES_PER_WEEK = {
    "t/week": 1.0,
    "t/day": DAYS_PER_WEEK,
    "t/year": 1.0 / WEEKS_PER_YEAR,
    "mt/year": 1e6 / WEEKS_PER_YEAR,
    "trucks/day": DAYS_PER_WEEK * TONNES_PER_TRUCK,
    "trucks/week": TONNES_PER_TRUCK,
    "trucks/year": TONNES_PER_TRUCK / WEEKS_PER_YEAR,
    "vehicles/day": DAYS_PER_WEEK * TONNES_PER_VEHICLE,
    "trains/day": DAYS_PER_WEEK * _TONNES_PER_TRAIN,
    "train_pairs/day": DAYS_PER_WEEK * _TONNES_PER_TRAIN,
    "teu/year": TONNES_PER_TEU / WEEKS_PER_YEAR,
    "feu/year": TONNES_PER_FEU / WEEKS_PER_YEAR,
    "wagons/day": DAYS_PER_WEEK * TONNES_PER_WAGON,
}
"""Tonnes a week of one unit of each capacity unit; its keys are the units that tables may use."""


def yuan_to_musd(yuan: float) -> float:
    """Million dollars at the average rate of 2023 of an amount in yuan.

    Examples
    --------
    >>> round(yuan_to_musd(357.33e9))
    50685
    """
    return yuan / YUAN_PER_USD / USD_PER_MUSD


def tonnes_per_week(value: float, unit: str) -> float:
    """Tonnes a week in one direction of a capacity in a unit of `TONNES_PER_WEEK`.

    Raises
    ------
    KeyError
        For a unit that is none of `TONNES_PER_WEEK`; tables are checked before they come here.

    Examples
    --------
    >>> tonnes_per_week(200, "trucks/day")
    25200.0
    """
    return value * TONNES_PER_WEEK[unit]


def monday_of(day: date) -> date:
    """Monday of the week that holds a day.

    Examples
    --------
    >>> monday_of(date(2021, 1, 1))
    datetime.date(2020, 12, 28)
    """
    return day - timedelta(days=day.weekday())


def week_starts(start: date, end: date, spin_up_weeks: int = 0) -> NDArray[np.datetime64]:
    """Mondays of the weeks of a run.

    Parameters
    ----------
    start, end
        First and last day of the run; the first week holds `start`, the last one holds `end`.
    spin_up_weeks
        Weeks put before the first one.

    Returns
    -------
    numpy.ndarray
        Shape (spin_up_weeks + weeks,), datetime64[D].

    Examples
    --------
    >>> len(week_starts(date(2021, 1, 1), date(2027, 12, 31)))
    366
    """
    first = np.datetime64(monday_of(start), "D") - DAYS_PER_WEEK * spin_up_weeks
    return np.arange(first, np.datetime64(monday_of(end), "D") + 1, DAYS_PER_WEEK)


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekday_numbers(text: str) -> tuple[int, ...]:
    """Days of the week of a calendar's row: `all`, ranges and single days, divided by commas; Monday is 0.

    Raises
    ------
    ValueError
        When a part is no day of the week.

    Examples
    --------
    >>> weekday_numbers("mon-wed,sat")
    (0, 1, 2, 5)
    >>> weekday_numbers("sat-mon")
    (0, 5, 6)
    """
    days: set[int] = set()
    for part in ("mon-sun" if text == "all" else text).split(","):
        first, dash, last = part.strip().partition("-")
        last = last if dash else first
        if first not in WEEKDAYS or last not in WEEKDAYS:
            raise ValueError(f"'{part}' is not a day of the week (all, mon, sat-sun, mon,wed)")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
        days.update(day % DAYS_PER_WEEK for day in range(begin, end + 1 + DAYS_PER_WEEK * (end < begin)))
    return tuple(sorted(days))


def season_number(text: str) -> int:
    """Day of the year as month x 100 + day, of a text MM-DD.

    Raises
    ------
    ValueError
        When there is no such day in a leap year.

    Examples
    --------
    >>> season_number("04-01")
    401
    """
    match = re.fullmatch(r"(\d{2})-(\d{2})", text)
    if match is None:
        raise ValueError(f"'{text}' is not a day of the year such as 04-01")
    month, day = int(match[1]), int(match[2])
    date(2024, month, day)
    return month * 100 + day
