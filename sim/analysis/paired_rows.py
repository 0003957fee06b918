"""Rows of the tables of paired differences, whatever is compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.periods import Period
from sim.outcomes import outcomes


def paired_rows(
    values: np.ndarray,
    base: np.ndarray,
    subjects: Sequence[str],
    *,
    regimes: tuple[str, str],
    outcome: str,
    period: Period,
) -> pd.DataFrame:
    """Paired differences of one pair of regimes over one period, a row a subject.

    Parameters
    ----------
    values, base : arrays [runs, subjects]
        Average a year, or mean of a level, under each of the two regimes.
    subjects : sequence of str
        Names of the columns.
    regimes : (str, str)
        The regime, and the one it is compared with.
    outcome : str
        Its name, which gives the unit.
    period : Period
        Of any months.

    Returns
    -------
    DataFrame
        `regime, against, outcome, unit, period` and the columns of `comparison.paired_difference`.
    """
    regime, against = regimes
    unit = outcomes.OUTCOMES[outcome].unit_of_period
    labels = {"regime": regime, "against": against, "outcome": outcome, "unit": unit, "period": period.name}
    return reading.labelled(comparison.paired_difference(values, base, subjects), **labels)


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables below each other; without any, a table without rows and columns.

    Parameters
    ----------
    frames : sequence of DataFrame
        With the same columns.
    """
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
