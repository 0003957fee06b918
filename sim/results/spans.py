"""Months, calendar years, and growth over a year before: what statistics over runs are told by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import unknown

MONTH, YEAR = BY = ("month", "year")
MONTHS_A_YEAR = 12
PER_CENT = 100.0

Reduce = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Spans:
    """Months or years of a study, and what of a run's months is told of each.

    Parameters
    ----------
    columns
        Names of the spans as columns of a table: `month`, or `year` and `months` (how many of its months are there).
    reduce
        [runs, months, series] to [runs, spans, series].
    """

    columns: dict[str, list]
    reduce: Reduce


def spans(months: Sequence[str], by: str, *, is_flow: bool, growth: bool = False) -> Spans:
    """Choose what is told of the months of a study.

    Parameters
    ----------
    months
        `YYYY-MM`, one after the other.
    by
        `month` or `year`: of flows months add up to a year, of levels they are averaged.
    is_flow
        Whether months add up.
    growth
        In per cent, over the same month of the year before, or over the year before where both years are whole; missing
        (NaN) where there was nothing.

    Returns
    -------
    Spans

    Raises
    ------
    InputError
        If `by` is neither.
    """
    if by not in BY:
        raise unknown("by", by, BY)
    found = _by_year(months, is_flow=is_flow) if by == YEAR else Spans({MONTH: list(months)}, np.asarray)
    if not growth:
        return found
    lag = 1 if by == YEAR else MONTHS_A_YEAR
    counts = np.array(found.columns.get("months", [MONTHS_A_YEAR] * len(months)))
    whole = (counts[lag:] == MONTHS_A_YEAR) & (counts[:-lag] == MONTHS_A_YEAR)
    kept = np.flatnonzero(whole)
    columns = {name: [values[place + lag] for place in kept] for name, values in found.columns.items()}
    return Spans(columns, lambda values: _growth(found.reduce(values), lag)[:, kept])


def _by_year(months: Sequence[str], *, is_flow: bool) -> Spans:
    years = [month[:4] for month in months]
    starts = [place for place, year in enumerate(years) if not place or years[place - 1] != year]
    counts = np.diff([*starts, len(months)])

    def reduce(values: np.ndarray) -> np.ndarray:
        sums = np.add.reduceat(np.asarray(values, np.float64), starts, axis=1)
        return sums if is_flow else sums / counts[:, None]

    return Spans({YEAR: [int(years[start]) for start in starts], "months": counts.tolist()}, reduce)


def _growth(values: np.ndarray, lag: int) -> np.ndarray:
    now, before = np.asarray(values[:, lag:], np.float64), np.asarray(values[:, :-lag], np.float64)
    rate = np.divide(now, before, out=np.full_like(now, np.nan), where=before > 0)
    return PER_CENT * (rate - 1)
