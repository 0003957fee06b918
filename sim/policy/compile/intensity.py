"""How strongly a measure is in force, day by day and week by week."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK
from sim.policy.language.measures import Measure, PhaseIn


def daily_intensity(measure: Measure, first_day: np.datetime64, days: int) -> NDArray[np.float64]:
    """Strength of a measure on each day.

    Parameters
    ----------
    measure
        A measure with a start.
    first_day
        The first day wanted.
    days
        How many days.

    Returns
    -------
    numpy.ndarray
        Shape (days,), in [0, 1]: the mean of the phase-in over the day, times the listed share of a schedule, and 0
        before the start and after the end.
    """
    age = np.arange(days) - _offset(measure.start or date.min, first_day)
    strength = np.where(age >= 0, _phase(measure.phase_in, age), 0.0)
    if measure.schedule:
        strength *= _listed_share(measure, first_day, days)
    return strength * in_force(None, measure.end, first_day, days)


def in_force(start: date | None, end: date | None, first_day: np.datetime64, days: int) -> NDArray[np.float64]:
    """Shape (days,): 1 on the days from `start` to `end`, both included (None: without limit), else 0."""
    day = np.arange(days)
    after = True if start is None else day >= _offset(start, first_day)
    before = True if end is None else day <= _offset(end, first_day)
    return np.ones(days) * after * before


def weekly(daily: NDArray[np.float64]) -> NDArray[np.float32]:
    """Mean of each seven days: shape (7 T,) to (T,)."""
    return daily.reshape(-1, DAYS_PER_WEEK).mean(axis=1).astype(np.float32)


def announced_weeks(measure: Measure, week_starts: NDArray[np.datetime64]) -> NDArray[np.uint8]:
    """Shape (T,): 1 from the week that holds the announcement to the week that holds the last day."""
    known = np.ones(len(week_starts), dtype=bool)
    if measure.announced is not None:
        known &= week_starts + (DAYS_PER_WEEK - 1) >= np.datetime64(measure.announced)
    if measure.end is not None:
        known &= week_starts <= np.datetime64(measure.end)
    return known.astype(np.uint8)


def _phase(phase_in: PhaseIn, age: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean over the day of the phase-in, for days since the first (0): exact, as a difference of its integral."""
    length = phase_in.weeks * DAYS_PER_WEEK
    if length == 0:
        return np.ones(len(age))
    integral = {"linear": lambda x: x**2 / 2, "s_curve": lambda x: x**3 - x**4 / 2}[phase_in.shape]
    begin, end = (np.clip((age + shift) / length, 0.0, 1.0) for shift in (0, 1))
    beyond = age + 1 - np.clip(length, age, age + 1)
    return np.where(age >= length, 1.0, (integral(end) - integral(begin)) * length + beyond)


def _listed_share(measure: Measure, first_day: np.datetime64, days: int) -> NDArray[np.float64]:
    """Divide the entities listed on each day by the most that are ever listed."""
    first = np.array([_offset(start, first_day) for start, _ in measure.schedule])
    listed = np.array([0.0] + [count for _, count in measure.schedule])
    return listed[np.searchsorted(first, np.arange(days), side="right")] / listed.max()


def _offset(day: date, first_day: np.datetime64) -> int:
    return int((np.datetime64(day, "D") - first_day).astype(np.int64))
