"""Differences as parts of sentences: how large, in which range, or how large a one would have been seen."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from sim.analysis.comparison import TOO_FEW, UNCLEAR
from sim.report.findings import brackets
from sim.report.words import NO_BREAK, counted, interval, number, percent

Show = Callable[..., str]
"""Prints a value, with a sign where `signed=True` is given."""


def bn_yuan(value: float, *, signed: bool = False) -> str:
    r"""Print billion yuan.

    Examples
    --------
    >>> print(bn_yuan(12.34, signed=True).replace("\xa0", " "))
    +12.3 bn yuan
    """
    return f"{number(value, signed=signed)}{NO_BREAK}bn{NO_BREAK}yuan"


def size(row: pd.Series, show: Show) -> str:
    r"""Tell a difference with its range over runs, or that none is clear and how large a one would have been seen.

    Parameters
    ----------
    row : Series
        `difference, run_q05, run_q95, verdict, detectable, runs`, as of `comparison.paired_difference`.
    show : callable
        Prints a value with its unit.

    Examples
    --------
    >>> row = {"difference": -5.0, "run_q05": -6.0, "run_q95": -4.0, "verdict": "lower", "detectable": 1.0, "runs": 99}
    >>> print(size(pd.Series(row), bn_yuan).replace("\xa0", " "))
    −5 bn yuan (9 in 10 runs: from −6 bn yuan to −4 bn yuan)
    >>> print(size(pd.Series(row | {"verdict": "no clear difference", "run_q95": 2.0}), bn_yuan).replace("\xa0", " "))
    no clear difference (9 in 10 runs: from −6 bn yuan to +2 bn yuan; 1 bn yuan or more would have been seen)
    """
    if not row["difference"] and row["verdict"] != TOO_FEW:
        return "no difference in any run" if not row["run_q05"] and not row["run_q95"] else "no clear difference"
    within = ranged(row["run_q05"], row["run_q95"], show)
    if row["verdict"] == UNCLEAR:
        seen = f"{show(row['detectable'])} or more would have been seen" if math.isfinite(row["detectable"]) else ""
        return f"no clear difference{brackets(within, seen)}"
    few = f"mean of {counted(int(row['runs']), 'run')}, too few for a range" if row["verdict"] == TOO_FEW else ""
    return f"{show(row['difference'], signed=True)}{brackets(within, few)}"


def ranged(low: float, high: float, show: Show) -> str:
    """Tell the range over runs; empty if there is none.

    Parameters
    ----------
    low, high : float
        Its ends.
    show : callable
        Prints a value with its unit.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"9 in 10 runs: {interval(low, high, lambda end: show(end, signed=True))}"


def is_clear(row: pd.Series) -> bool:
    """Say whether a difference is told with its sign: it is clear, or there are too few runs to say whether it is."""
    return row["verdict"] != UNCLEAR


def share(row: pd.Series) -> str:
    """Tell a share that each run has, as of `comparison.share_summary`: its median, and its range over runs."""
    within = ranged(row["q05"], row["q95"], percent)
    return f"{percent(row['median'])}{brackets(within)}" if row["runs"] else "of nothing"


def listed(parts: list[str]) -> str:
    """Join parts of a sentence.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
