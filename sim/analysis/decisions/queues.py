"""Waits at a crossing under longer hours and without them, while demand grows: by year, and when they come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.decisions.thresholds import passing, yearly, years_of
from sim.analysis.reading import StoredSeries
from sim.errors import unknown
from sim.state import DIRECTIONS

WAIT, TONNES, CAPACITY = "wait", "throughput", "capacity"
LEAVING = DIRECTIONS[0]
MONTHS_A_YEAR = 12


class Case(NamedTuple):
    """A regime of the study.

    Attributes
    ----------
    long_hours : bool
        Whether hours are long.
    growth : float
        By how much demand grows faster, share a year.
    """

    long_hours: bool
    growth: float


class Queues(NamedTuple):
    """What long hours do, and when waits come back.

    Attributes
    ----------
    by_year : DataFrame
        `outcome, long_hours, growth, year`, and `q05, median, q95` over runs: mean days of wait, tonnes that leave and
        tonnes that could, a year.
    effect : DataFrame
        `outcome, growth, year` and the columns of `comparison.paired_difference`: with long hours less without.
    passed : DataFrame
        `long_hours, growth, threshold`, and `median, q05, q95` of the year from which on a year's mean wait stays above
        the threshold (infinite: not in these years), and the `share` of runs in which it does.
    years : tuple of int
        Whole years in which long hours are in force; empty where there are none.
    """

    by_year: pd.DataFrame
    effect: pd.DataFrame
    passed: pd.DataFrame
    years: tuple[int, ...]


def queues(results: StoredSeries, cases: Mapping[Case, str], gate: str, thresholds: Sequence[float]) -> Queues:
    """Read what leaves by a crossing, and how long it waits, in each case.

    Parameters
    ----------
    results : StoredSeries
        With the regimes of all cases.
    cases : mapping of Case to str
        To the regime; each growth with long hours and without.
    gate : str
        The crossing.
    thresholds : sequence of float
        Days.

    Returns
    -------
    Queues
        From the first whole year in which long hours are in force throughout.

    Raises
    ------
    InputError
        If the results do not hold the crossing.
    """
    if gate not in (stored := reading.parts(results, WAIT)):
        raise unknown("the crossing of the study", gate, stored)
    years = years_in_force(results, cases, gate)
    if not years:
        return Queues(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), ())
    kept = np.isin(years_of(results.months), years)
    values = {
        (outcome, case): scale * _by_year(results, regime, outcome, gate)[:, kept]
        for outcome, scale in ((WAIT, 1.0), (TONNES, MONTHS_A_YEAR), (CAPACITY, MONTHS_A_YEAR))
        for case, regime in cases.items()
    }
    effects = [
        comparison.paired_difference(each, values[outcome, case._replace(long_hours=False)], years)
        .rename(columns={"subject": "year"})
        .assign(outcome=outcome, growth=case.growth)
        for (outcome, case), each in values.items()
        if case.long_hours
    ]
    by_year = [_quantiles(each, years, outcome, case) for (outcome, case), each in values.items()]
    passed = [
        {**case._asdict(), "threshold": threshold, "median": each.median, "q05": each.low, "q95": each.high}
        | {"share": each.share}
        for case in cases
        for threshold in thresholds
        for each in [passing(values[WAIT, case], years, threshold)]
    ]
    return Queues(pd.concat(by_year), pd.concat(effects), pd.DataFrame(passed), years)


def years_in_force(results: StoredSeries, cases: Mapping[Case, str], gate: str) -> tuple[int, ...]:
    """Find the whole years that begin after long hours change what the crossing can pass.

    Parameters
    ----------
    results : StoredSeries
        With the regimes of all cases.
    cases : mapping of Case to str
        To the regime.
    gate : str
        The crossing.
    """
    columns = reading.catalogue(results, CAPACITY)[gate, LEAVING]
    slowest = min(case.growth for case in cases)
    short, long = (reading.monthly(results, cases[Case(long_hours, slowest)], columns) for long_hours in (False, True))
    differs = (short != long).any(axis=0)
    if not differs.any():
        return ()
    first = results.months[int(differs.argmax())]
    return tuple(year for year in years_of(results.months) if f"{year}-01" >= first)


def _by_year(results: StoredSeries, regime: str, outcome: str, gate: str) -> np.ndarray:
    """Mean month of each whole year [runs, years]."""
    return yearly(reading.monthly(results, regime, reading.catalogue(results, outcome)[gate, LEAVING]), results.months)


def _quantiles(values: np.ndarray, years: Sequence[int], outcome: str, case: Case) -> pd.DataFrame:
    low, median, high = comparison.bands(values)
    frame = pd.DataFrame({"year": years, "q05": low, "median": median, "q95": high})
    return reading.labelled(frame, outcome=outcome, **case._asdict())
