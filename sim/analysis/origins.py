"""Where detained goods were declared from: shares by quarter and over a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.analysis import comparison, indicators, reading
from sim.analysis.periods import Period
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import BOTH

LEAST_SHARE_OF_RUNS = 0.5


def declared_origins(results: StoredSeries, regime: str, quarters: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Where detained goods were declared from: shares by quarter.

    Parameters
    ----------
    results : StoredSeries
        Stored results that observe `detained`.
    regime : str
        Its name.
    quarters : mapping of str to sequence of int
        Name, such as `2022 Q3`, to the positions of its months.

    Returns
    -------
    DataFrame
        `regime, subject, period`; `mean, q05, median, q95` of the share of detained value declared from
        there, over the `runs` in which anything was detained in that quarter; `detained_musd` (mean over all runs).
        Quarters in which nothing is detained in more than half of the runs are left out; no rows if all are.
    """
    columns = reading.catalogue(results, "detained")
    if not quarters:
        return pd.DataFrame()
    by_origin = {
        name: _over_quarters(reading.monthly(results, regime, columns[name, BOTH]), quarters)
        for name in reading.parts(results, "detained")
    }
    whole = sum(by_origin.values())
    rows = []
    for position, quarter in enumerate(quarters):
        if np.mean(whole[:, position] > 0) < LEAST_SHARE_OF_RUNS:
            continue
        for origin, values in by_origin.items():
            shares = comparison.share_summary(indicators.share(values[:, position], whole[:, position]))
            detained = {"detained_musd": values[:, position].mean()}
            rows.append({"regime": regime, "subject": origin, "period": quarter} | shares | detained)
    return pd.DataFrame(rows)


def declared_origins_over_period(results: StoredSeries, regime: str, period: Period) -> pd.DataFrame:
    """Where detained goods were declared from, over some months together.

    Parameters
    ----------
    results : StoredSeries
        Stored results that observe `detained`.
    regime : str
        Its name.
    period : Period
        Of any months.

    Returns
    -------
    DataFrame
        As `declared_origins`, one row an origin, the largest share first; no rows if no run detained anything.
    """
    columns = reading.catalogue(results, "detained")
    origins = reading.parts(results, "detained")
    values = {
        name: reading.monthly(results, regime, columns[name, BOTH])[:, period.months].sum(axis=1) for name in origins
    }
    whole = sum(values.values())
    labels = {"regime": regime, "period": period.name}
    rows = [
        labels
        | {"subject": name}
        | comparison.share_summary(indicators.share(part, whole))
        | {"detained_musd": part.mean()}
        for name, part in values.items()
        if whole.any()
    ]
    return pd.DataFrame(rows).sort_values("mean", ascending=False, ignore_index=True) if rows else pd.DataFrame()


def _over_quarters(monthly: np.ndarray, quarters: Mapping[str, Sequence[int]]) -> np.ndarray:
    """Add up to [runs, quarters]."""
    return np.stack([monthly[:, months].sum(axis=1) for months in quarters.values()], axis=1)
