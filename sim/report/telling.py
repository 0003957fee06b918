"""Differences of policy studies in words: the number, its range over runs, or how large a one would have been seen."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from sim.analysis.comparison import TOO_FEW, UNCLEAR
from sim.report.findings import brackets
from sim.report.words import NO_BREAK, counted


def effect(row: pd.Series, show: Callable[..., str], *, more: str = "more", less: str = "less") -> str:
    r"""Say by how much something differs.

    Parameters
    ----------
    row : Series
        A row of `comparison.paired_difference`.
    show : callable
        Prints a value of its unit, such as `words.money`.
    more, less : str
        Words after the size of a difference above and below zero.

    Examples
    --------
    >>> from sim.report.words import number
    >>> row = {"difference": -2.0, "run_q05": -3.0, "run_q95": -1.0, "verdict": "lower", "runs": 20}
    >>> effect(pd.Series(row), number)
    '2 less (9 in 10 runs: 1 to 3)'
    >>> row = {"difference": 0.4, "run_q05": -1.0, "run_q95": 2.0, "verdict": "no clear difference", "detectable": 2.5}
    >>> effect(pd.Series(row), number)
    'no clear difference (9 in 10 runs: −1 to 2; 2.5 or more would have been seen)'
    """
    low, high, size = row["run_q05"], row["run_q95"], row["difference"]
    if row["verdict"] == UNCLEAR:
        if not size and not row.get("detectable", 0.0) > 0:
            return "no difference in any run"
        known = math.isfinite(low) and math.isfinite(high)
        found = f"9 in 10 runs: {between(low, high, show)}" if known else ""
        seen = row.get("detectable", math.nan)
        would = f"{show(seen)} or more would have been seen" if math.isfinite(seen) else ""
        return f"no clear difference{brackets(found, would)}"
    word = more if size > 0 else less
    if row["verdict"] == TOO_FEW:
        told = f"mean of {counted(int(row['runs']), 'run')}, too few for a range"
    else:
        told = f"9 in 10 runs: {between(*sorted((abs(low), abs(high))), show)}"
    return f"{show(abs(size))} {word}{brackets(told)}"


def ranged(value: float, low: float, high: float, show: Callable[..., str]) -> str:
    """Print a number with its range over runs, which is missing of too few runs.

    Parameters
    ----------
    value, low, high : float
        The number and the ends of its range.
    show : callable
        Prints a value of its unit.

    Examples
    --------
    >>> from sim.report.words import number
    >>> ranged(2.0, 1.0, 3.0, number), ranged(2.0, float("nan"), float("nan"), number)
    ('2 (9 in 10 runs: 1 to 3)', '2')
    """
    known = math.isfinite(low) and math.isfinite(high)
    return f"{show(value)}{brackets(f'9 in 10 runs: {between(low, high, show)}' if known else '')}"


def between(low: float, high: float, show: Callable[..., str]) -> str:
    r"""Print two ends, their unit once where it is the same.

    Parameters
    ----------
    low, high : float
        Finite.
    show : callable
        Prints a value of their unit.

    Examples
    --------
    >>> from sim.report.words import money, percent
    >>> print("; ".join([between(-0.12, 0.3, percent), between(20, 3000, money)]).replace("\xa0", " "))
    −12 to 30 %; 20 m USD to 3 bn USD
    """
    first, last = show(low), show(high)
    number, _, unit = first.partition(NO_BREAK)
    return f"{number if unit == last.partition(NO_BREAK)[2] else first} to {last}"
