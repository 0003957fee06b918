"""Sentences that several figures share: changes with their ranges, and which regime is told of.

Where an interval includes zero the sentence says "no clear difference"; where nothing is left at one decimal of a per
cent it says "less than 0.1 %".
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.analysis.compared import Comparison
from sim.analysis.comparison import HIGHER, LOWER
from sim.report.words import interval, money, number, percent, percent_range, vanishes


def name_of(names: Mapping[str, str], subject: str) -> str:
    """Name a subject in words.

    Parameters
    ----------
    names : mapping of str to str
        Known names.
    subject : str
        Its id, the fallback.
    """
    return names.get(subject, subject.replace("_", " "))


def change(row: pd.Series) -> str:
    """Say how an outcome differs, in per cent, with the range over runs.

    Parameters
    ----------
    row : Series
        A row of `differences`.

    Examples
    --------
    >>> row = pd.Series({"verdict": "lower", "relative": -0.5, "relative_q05": -0.6, "relative_q95": -0.4})
    >>> print(change(row))
    50 % lower (9 in 10 runs: from 40 % to 60 % lower)
    """
    low, high = row["relative_q05"], row["relative_q95"]
    if row["verdict"] not in (HIGHER, LOWER):
        return f"not clearly different ({range_over_runs(low, high, signed=True)})"
    if vanishes(row["relative"]):
        return f"less than 0.1 % {row['verdict']}"
    low, high = sorted((abs(low), abs(high)))
    return f"{percent(abs(row['relative']))} {row['verdict']} ({range_over_runs(low, high)} {row['verdict']})"


def range_over_runs(low: float, high: float, *, signed: bool = False) -> str:
    """Print the range of a share over runs.

    Parameters
    ----------
    low, high : float
        Its ends; 1 = 100 %.
    signed : bool
        With plus signs.

    Examples
    --------
    >>> print(range_over_runs(0.1, 0.3))
    9 in 10 runs: from 10 % to 30 %
    """
    return f"9 in 10 runs: {percent_range(low, high, signed=signed)}"


def loudest(study: Comparison) -> str:
    """Name the regime that changes the region's trade most: of those that change it clearly, if any does.

    Parameters
    ----------
    study : Comparison
        What is compared.
    """
    if study.totals.empty:
        return study.main
    rows = study.totals[study.totals["outcome"] == "registered_trade"]
    clear = rows[rows["verdict"].isin((HIGHER, LOWER))]
    size = (clear if len(clear) else rows).set_index("regime")["difference"].abs()
    return str(size.idxmax()) if len(size) else study.main


def total(study: Comparison, outcome: str, regime: str) -> pd.Series | None:
    """Find the row of a total.

    Parameters
    ----------
    study : Comparison
        What is compared.
    outcome, regime : str
        Their names.

    Returns
    -------
    Series or None
        Of `differences`; None if there is nothing to compare.
    """
    if study.totals.empty:
        return None
    rows = study.totals[(study.totals["outcome"] == outcome) & (study.totals["regime"] == regime)]
    return None if rows.empty else rows.iloc[0]


def verdict_words(row: pd.Series) -> str:
    """Print a difference with its range over runs, in the unit of its row.

    Parameters
    ----------
    row : Series
        A row of `differences`.
    """
    show = money if row["unit"].startswith("musd") else number
    ends = interval(row["run_q05"], row["run_q95"], lambda value: show(value, signed=True))
    return f"{show(row['difference'], signed=True)} ({ends})"
