"""Paired differences of an outcome by subject and period, and means of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.analysis import reading
from sim.analysis.paired_rows import paired_rows, stacked
from sim.analysis.periods import Period
from sim.analysis.reading import StoredSeries
from sim.outcomes import outcomes
from sim.outcomes.names import BOTH


def differences(
    results: StoredSeries, outcome: str, against: str, subjects: Sequence[str], periods: Mapping[str, Sequence[Period]]
) -> pd.DataFrame:
    """Paired differences of an outcome by subject and period: average a year (flows) or mean (levels).

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    outcome : str
        Its name.
    against : str
        Regime that the others are compared with.
    subjects : sequence of str
        Those wanted; those without stored series are passed over.
    periods : mapping of str to sequence of Period
        Of each regime that is compared.

    Returns
    -------
    DataFrame
        `regime, against, outcome, unit, period` and the columns of `comparison.paired_difference`; no rows if there is
        nothing to compare.
    """
    columns = reading.catalogue(results, outcome)
    chosen = {subject: columns[subject, BOTH] for subject in subjects if (subject, BOTH) in columns}
    kind = outcomes.OUTCOMES[outcome]
    if not chosen:
        return pd.DataFrame()
    frames = []
    for regime in reading.compared(results, against):
        base, values = (_by_period(results, each, kind, periods[regime], chosen) for each in (against, regime))
        for position, period in enumerate(periods[regime]):
            both = values[:, position], base[:, position]
            frames.append(paired_rows(*both, list(chosen), regimes=(regime, against), outcome=outcome, period=period))
    return stacked(frames)


def _by_period(
    results: StoredSeries, regime: str, kind: outcomes.Outcome, periods: Sequence[Period], columns: dict[str, list[str]]
) -> np.ndarray:
    """Values [runs, periods, subjects]."""
    subjects = []
    for names in columns.values():
        monthly = reading.monthly(results, regime, names)
        means = [period.rate(monthly) if kind.is_flow else period.level(monthly) for period in periods]
        subjects.append(np.stack(means, axis=1))
    return np.stack(subjects, axis=2)


def yearly_means(
    results: StoredSeries, regime: str, outcome: str, subjects: Sequence[str], period: Period, way: str = BOTH
) -> pd.DataFrame:
    """Mean over runs of an outcome by subject: average a year (flows) or mean (levels).

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regime, outcome : str
        Their names.
    subjects : sequence of str
        Those wanted; those without stored series are passed over.
    period : Period
        Of any months.
    way : str
        `both`, `export` or `import`.

    Returns
    -------
    DataFrame
        `subject, mean`.
    """
    columns = reading.catalogue(results, outcome)
    chosen = {subject: columns[subject, way] for subject in subjects if (subject, way) in columns}
    if not chosen:
        return pd.DataFrame({"subject": pd.Series(dtype=str), "mean": pd.Series(dtype=float)})
    values = _by_period(results, regime, outcomes.OUTCOMES[outcome], [period], chosen)
    return pd.DataFrame({"subject": list(chosen), "mean": values.mean(axis=0)[0]})
