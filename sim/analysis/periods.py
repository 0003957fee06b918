"""Months as a study has them: which days of each it observed, and how long that is in years.

A study may begin and end inside a month, so a month is as long as its days. A day is its share of its own calendar year
(the day count actual/actual of financial markets), so the rate of a whole year is exactly what came in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from sim.analysis import indicators
from sim.analysis.indicators import MONTHS_A_YEAR

MONTHS_A_QUARTER = 3


@dataclass(frozen=True, eq=False)
class Period:
    """Some months that follow one another.

    Attributes
    ----------
    months : slice
        Their positions among the months of the results.
    days : array [months of the period] of int64
        Observed of each.
    years : float
        How long they are together.
    first, last : date
        First and last day observed.
    name : str
        `2022-06 to 2027-12`; with days where the study cuts the first or the last: `2021-01-25 to 2021-06-06`.
    """

    months: slice
    days: np.ndarray
    years: float
    first: date
    last: date
    name: str

    def rate(self, monthly: np.ndarray) -> np.ndarray:
        """Flow a year.

        Parameters
        ----------
        monthly : array [runs, months, ...]
            Flows in all months of the results.

        Returns
        -------
        array [runs, ...] of float64
            In the unit of `monthly`, a year.
        """
        return monthly[:, self.months].sum(axis=1, dtype=np.float64) / self.years

    def level(self, monthly: np.ndarray) -> np.ndarray:
        """Mean of a level over the days.

        Parameters
        ----------
        monthly : array [runs, months, ...]
            Levels in all months of the results, each a mean over the days observed.

        Returns
        -------
        array [runs, ...] of float64
            In the unit of `monthly`.
        """
        values = np.asarray(monthly[:, self.months], dtype=np.float64)
        return np.average(values, axis=1, weights=self.days)


@dataclass(frozen=True, eq=False)
class Dates:
    """The months of a study and the days it observed.

    Attributes
    ----------
    months : sequence of str
        `YYYY-MM`, ascending, without a gap.
    first, last : date, optional
        First and last day of the study; by default those of the first and the last month.

    Examples
    --------
    >>> cut = Dates(["2021-01", "2021-02", "2021-03"], date(2021, 1, 25), date(2021, 3, 6))
    >>> cut.days.tolist(), cut.whole.tolist()
    ([7, 28, 6], [False, True, False])
    >>> cut.period(slice(0, 2)).name
    '2021-01-25 to 2021-02-28'
    """

    months: Sequence[str]
    first: date | None = None
    last: date | None = None

    @cached_property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        """First and last day observed of each month, datetime64[D]."""
        begins = np.array(self.months, dtype="datetime64[M]")
        first, last = begins.astype("datetime64[D]"), (begins + 1).astype("datetime64[D]") - 1
        if self.first:
            first = np.maximum(first, np.datetime64(self.first))
        if self.last:
            last = np.minimum(last, np.datetime64(self.last))
        return first, last

    @cached_property
    def calendar_days(self) -> np.ndarray:
        """Days of each month on the calendar, int64."""
        begins = np.array(self.months, dtype="datetime64[M]")
        return ((begins + 1).astype("datetime64[D]") - begins.astype("datetime64[D]")).astype(np.int64)

    @cached_property
    def days(self) -> np.ndarray:
        """Days of each month that the study observed, int64."""
        first, last = self._ends
        return (last - first).astype(np.int64) + 1

    @cached_property
    def each_day(self) -> np.ndarray:
        """Every day that the study observed, datetime64[D]."""
        first, last = self._ends
        return np.arange(first[0], last[-1] + 1)

    @cached_property
    def whole(self) -> np.ndarray:
        """Whether all days of a month were observed, bool."""
        return self.days == self.calendar_days

    def period(self, months: slice) -> Period:
        """Put some months together.

        Parameters
        ----------
        months : slice
            Their positions, at least one.
        """
        first, last = (ends[months][place] for ends, place in zip(self._ends, (0, -1), strict=True))
        within = np.arange(len(self.months))[months]
        is_cut = not (self.whole[within[0]] and self.whole[within[-1]])
        unit = "D" if is_cut else "M"
        name = f"{np.datetime64(first, unit)} to {np.datetime64(last, unit)}"
        return Period(months, self.days[months], self._years(within), first.item(), last.item(), name)

    def _years(self, within: np.ndarray) -> float:
        """Add up days as shares of their own years; whole years come to whole numbers."""
        year = np.array([int(month[:4]) for month in self.months])[within]
        return float(
            sum(self.days[within][year == each].sum() / _days_of_year(int(each)) for each in dict.fromkeys(year))
        )

    @cached_property
    def years(self) -> list[Period]:
        """Each calendar year, or what there is of it."""
        return [self.period(months) for months in indicators.year_slices(self.months).values()]

    @property
    def last_year(self) -> Period:
        """The last whole year, or the last of what there is."""
        whole = [year for year in self.years if len(year.days) == MONTHS_A_YEAR and self.whole[year.months].all()]
        return (whole or self.years)[-1]

    @property
    def quarters(self) -> dict[str, list[int]]:
        """Name, such as `2022 Q3`, to the positions of its months, of each whole quarter."""
        found: dict[str, list[int]] = {}
        for position in np.flatnonzero(self.whole).tolist():
            month = self.months[position]
            quarter = (int(month[5:7]) - 1) // MONTHS_A_QUARTER + 1
            found.setdefault(f"{month[:4]} Q{quarter}", []).append(position)
        return {name: positions for name, positions in found.items() if len(positions) == MONTHS_A_QUARTER}

    def at_the_rate_of_a_month(self, monthly: np.ndarray) -> np.ndarray:
        """Flows of months that the study cuts as they would be over the whole month.

        Parameters
        ----------
        monthly : array [runs, months]
            Flows in all months.
        """
        return monthly * (self.calendar_days / self.days)


def _days_of_year(year: int) -> int:
    return (date(year, 12, 31) - date(year, 1, 1)).days + 1
