"""Dated rows of crossings and calendars as spells of days, and what of them is known when.

A *spell* is one row of crossings.csv or calendars.csv that is in force: the days it covers, its value, and
when it becomes known. Days are counted from the Monday of the first week. Of several spells that cover a day,
the last one of the file wins.

What is known on a day (model, "open is what is known now"):

- a row without a cause belongs to the ordinary calendar and is known always, or from `announced` where that is given;
- a row with a cause is known from `announced`, or from its first day where that is empty, and at the latest on its
  first day;
- its end is known with it, unless the cause's end is unknown (a pandemic): then a closure or reduction is taken to last
  for ever until the day after its last one. A spell that opens more than the rows before it is not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK
from sim.dates import LAST_DAY
from sim.units import season_number, weekday_numbers


@dataclass(frozen=True)
class Cause:
    """A counter-measure or shock that is in force, as policy decides.

    Attributes
    ----------
    active_from, active_to
        First and last day; None leaves the dates of the rows. A day given here replaces the first (last) day of
        the rows that begin (end) the cause, and cuts those that would reach beyond it; rows in between keep their
        days, so that one cause can hold several spells.
    end_known
        Whether its end is known from its announcement on.
    """

    active_from: date | None = None
    active_to: date | None = None
    end_known: bool = True


@dataclass(frozen=True)
class Spell:
    """A row in force; days are counted from the first Monday and may lie outside the horizon.

    Attributes
    ----------
    side, direction, quantity
        As in the tables; calendars have the quantity `open_share`.
    begin, end
        First day and the day after the last one.
    value
        In the unit of the quantity; capacity in tonnes a week.
    known
        Day from which the row is known.
    end_known
        Whether `end` is known with the row.
    days
        Days within begin..end that it covers, shape (D,) bool; None where it covers them all.
    endless
        Whether it has no last day.
    """

    side: str
    direction: str
    quantity: str
    begin: int
    end: int
    value: float
    known: int
    end_known: bool
    days: NDArray[np.bool_] | None = None
    endless: bool = False


ALWAYS_KNOWN = -(10**6)
"""Day on which the ordinary calendar is known: before every horizon."""


def rows_in_force(rows: pd.DataFrame, causes: Mapping[str, Cause]) -> pd.DataFrame:
    """Rows without a cause or with one in force, with the days that the causes set.

    Parameters
    ----------
    rows
        Typed crossings.csv or calendars.csv.
    causes
        Causes in force by id; rows of all others are left out.

    Returns
    -------
    pandas.DataFrame
        Same columns and order, `from_date` and `to_date` as they hold. Rows that a cause leaves no day are gone.
    """
    rows = rows[rows["cause"].isin(["", *causes])].copy()
    for name, cause in causes.items():
        mine = rows["cause"] == name
        if not mine.any():
            continue
        begins, ends = rows.loc[mine, "from_date"], rows.loc[mine, "to_date"]
        if cause.active_from is not None:
            first = begins.min()
            rows.loc[mine, "from_date"] = [
                cause.active_from if day == first else max(day, cause.active_from) for day in begins
            ]
        if cause.active_to is not None:
            last = ends.max()
            rows.loc[mine, "to_date"] = [cause.active_to if day == last else min(day, cause.active_to) for day in ends]
    return rows[rows["from_date"] <= rows["to_date"]]


def spells_of(rows: pd.DataFrame, causes: Mapping[str, Cause], first_monday: date, days: int) -> list[Spell]:
    """Spells of rows in force, in the order of the file.

    Parameters
    ----------
    rows
        As `rows_in_force` gives them, with columns `quantity` and `value`; those of calendars.csv have season and
        weekdays besides.
    causes
        Causes in force by id.
    first_monday
        Day 0.
    days
        Length of the horizon D.
    """
    origin = first_monday.toordinal()
    spells = []
    for row in rows.to_dict("records"):
        begin = row["from_date"].toordinal() - origin
        cause = causes.get(row["cause"])
        spells.append(
            Spell(
                row["side"],
                row["direction"],
                row["quantity"],
                begin,
                row["to_date"].toordinal() - origin + 1,
                row["value"],
                _known_day(row["announced"], begin, origin, ordinary=cause is None),
                cause is None or cause.end_known,
                _covered_days(row, first_monday, days),
                row["to_date"] == LAST_DAY,
            )
        )
    return spells


def _known_day(announced: date | None, begin: int, origin: int, *, ordinary: bool) -> int:
    if announced is None:
        return ALWAYS_KNOWN if ordinary else begin
    return min(announced.toordinal() - origin, begin)


def _covered_days(row: Mapping[str, object], first_monday: date, days: int) -> NDArray[np.bool_] | None:
    """Days of the horizon in the season and on the weekdays of a calendar's row; None for every day."""
    if row.get("weekdays", "all") == "all" and not row.get("season_from"):
        return None
    number = np.arange(days)
    covered = np.isin(number % DAYS_PER_WEEK, weekday_numbers(str(row["weekdays"])))
    if row["season_from"]:
        begin, end = season_number(str(row["season_from"])), season_number(str(row["season_to"]))
        day_of_year = _season_numbers(first_monday, days)
        within = (day_of_year >= begin, day_of_year <= end)
        covered &= within[0] & within[1] if begin <= end else within[0] | within[1]
    return covered


def _season_numbers(first_monday: date, days: int) -> NDArray[np.int64]:
    """Month x 100 + day of each day of the horizon."""
    dates = np.datetime64(first_monday, "D") + np.arange(days)
    months = dates.astype("datetime64[M]")
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    return (months.astype(np.int64) % 12 + 1) * 100 + day


def paint(spells: Iterable[Spell], empty: float, days: int, known_by: int | None = None) -> NDArray[np.float64]:
    """Value of each day: that of the last spell that covers it.

    Parameters
    ----------
    spells
        Of one side, direction and quantity, in the order of the file.
    empty
        Value of a day that no spell covers.
    days
        Length of the horizon D.
    known_by
        Day whose knowledge counts; None for what truly happens.

    Returns
    -------
    numpy.ndarray
        Shape (D,), float64.
    """
    values = np.full(days, empty)
    for spell in spells:
        if known_by is not None and spell.known > known_by:
            continue
        window = slice(max(spell.begin, 0), max(spell.end, 0))
        if spell.days is None:
            values[window] = spell.value
        else:
            values[window][spell.days[window]] = spell.value
        if known_by is not None and not spell.end_known and spell.end > known_by:
            later = values[window.stop :]
            covered = slice(None) if spell.days is None else spell.days[window.stop :]
            # A closure or reduction is taken to last; an opening is not.
            later[covered] = np.fmin(later[covered], spell.value)
    return values


def news_days(spells: Iterable[Spell]) -> list[int]:
    """Days on which something becomes known: rows announced, and ends that nobody knew before."""
    spells = list(spells)
    told = {spell.known for spell in spells if spell.known > ALWAYS_KNOWN}
    return sorted(told | {spell.end for spell in spells if not spell.end_known})
