"""Read stored results one subject at a time, so that memory does not grow with the number of series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from sim.outcomes.names import ALL, BOTH, TOTAL, parts_of
from sim.state import DIRECTIONS


class StoredSeries(Protocol):
    """What is needed of stored results; the runs are the same and in the same order under each regime."""

    regimes: Sequence[str]
    months: Sequence[str]
    series: pd.DataFrame

    def wide(self, regime: str, columns: Sequence[str]) -> np.ndarray:
        """Monthly values [runs, months, columns] of some series."""


def has(results: StoredSeries, *names: str) -> bool:
    """Say whether all these outcomes were observed.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    *names : str
        Outcomes.
    """
    return set(names) <= set(results.series["outcome"])


def catalogue(results: StoredSeries, outcome: str) -> dict[tuple[str, str], list[str]]:
    """Find the stored series of each subject and direction of an outcome, over all commodities.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    outcome : str
        Its name.

    Returns
    -------
    dict
        (subject, direction), in stored order, to the columns that add up to it. Direction is `export`, `import` or
        `both`; `both` is there for every subject: the stored sum if there is one, else the columns of the directions.
    """
    series = results.series
    series = series[(series["outcome"] == outcome) & (series["commodity"] == ALL)]
    found: dict[tuple[str, str], list[str]] = {}
    for row in series.itertuples():
        found[row.subject, row.direction] = [row.column]
    for subject in dict.fromkeys(series["subject"]):
        ways = [column for way in DIRECTIONS for column in found.get((subject, way), [])]
        found.setdefault((subject, BOTH), ways)
    return found


def by_commodity(results: StoredSeries, outcome: str) -> dict[str, dict[str, str]]:
    """Find the stored series of each subject of an outcome by commodity, whatever their direction.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    outcome : str
        Its name.

    Returns
    -------
    dict of str to dict of str to str
        Subject to commodity to column.
    """
    series = results.series
    series = series[(series["outcome"] == outcome) & (series["commodity"] != ALL)]
    found: dict[str, dict[str, str]] = {}
    for row in series.itertuples():
        found.setdefault(row.subject, {})[row.commodity] = row.column
    return found


def parts(results: StoredSeries, outcome: str) -> list[str]:
    """Subjects of an outcome that are neither its total nor a pair such as `MARKET/direct`.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    outcome : str
        Its name.
    """
    subjects = [name for name, way in catalogue(results, outcome) if way == BOTH and name != TOTAL]
    return [name for name in subjects if len(parts_of(name)) == 1]


def pairs(results: StoredSeries, outcome: str) -> list[tuple[str, str]]:
    """Subjects of an outcome that are a pair, such as sender and kind.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    outcome : str
        Its name.
    """
    subjects = [parts_of(name) for name, way in catalogue(results, outcome) if way == BOTH]
    return [each for each in subjects if len(each) == 2]


def monthly(results: StoredSeries, regime: str, columns: Sequence[str]) -> np.ndarray:
    """Sum of some series by run and month.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regime : str
        Its name.
    columns : sequence of str
        Series to add up.

    Returns
    -------
    array [runs, months] of float64
    """
    return results.wide(regime, list(columns)).sum(axis=2, dtype=np.float64)


def number_of_runs(results: StoredSeries) -> int:
    """Count the runs, which are the same under each regime.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    """
    return len(results.wide(results.regimes[0], results.series["column"].tolist()[:1]))


def compared(results: StoredSeries, against: str) -> list[str]:
    """Regimes that are held against another, in the order they were asked for.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    against : str
        The regime they are compared with.
    """
    return [regime for regime in results.regimes if regime != against]


def period_of_effect(results: StoredSeries, regime: str, against: str) -> slice:
    """Months in which two regimes are compared: from the first in which they differ in any run, to the last.

    Before measures are announced regimes are equal to the last bit; averaging those months in would thin out every
    effect. The months of a pair are its own, whatever else is compared.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regime, against : str
        The two.

    Returns
    -------
    slice
        Positions in `results.months`; all of them if nothing differs.
    """
    months = len(results.months)
    watched = [name for name in ("registered_trade", "sanctioned_trade", "detained") if has(results, name)]
    first = months
    for columns in (columns for name in watched for columns in catalogue(results, name).values()):
        differs = (results.wide(regime, columns) != results.wide(against, columns)).any(axis=(0, 2))
        first = min(first, int(differs.argmax()) if differs.any() else months)
    return slice(first if first < months else 0, months)


def window(months: Sequence[str], first: str | None, last: str | None) -> slice:
    """Find the positions of the months over which every pair is compared.

    Parameters
    ----------
    months : sequence of str
        `YYYY-MM`.
    first, last : str, optional
        Among `months`; without limit if None.

    Returns
    -------
    slice
        None at an end without limit.

    Examples
    --------
    >>> window(["2021-01", "2021-02", "2021-03"], "2021-02", None)
    slice(1, None, None)
    """
    names = list(months)
    return slice(names.index(first) if first else None, names.index(last) + 1 if last else None)


def labelled(frame: pd.DataFrame, **labels: str) -> pd.DataFrame:
    """Put constant columns in front of a table.

    Parameters
    ----------
    frame : DataFrame
        Any table without these columns.
    **labels : str
        Name and value of each.
    """
    return frame.assign(**labels)[[*labels, *frame.columns]]
