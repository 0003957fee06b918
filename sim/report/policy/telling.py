"""Differences as parts of sentences: how large, in which range, or how large a one would have been seen."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial

import pandas as pd

from sim.analysis.comparison import TOO_FEW, UNCLEAR
from sim.report.findings import brackets
from sim.report.words import NO_BREAK, counted, money, number, percent

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
    −5 bn yuan (9 in 10 runs: from −6 to −4)
    >>> print(size(pd.Series(row | {"verdict": "no clear difference", "run_q95": 2.0}), bn_yuan).replace("\xa0", " "))
    no clear difference (9 in 10 runs: from −6 to +2 bn yuan; 1 bn yuan or more would have been seen)
    """
    if not row["difference"] and row["verdict"] != TOO_FEW:
        return "no difference in any run" if not row["run_q05"] and not row["run_q95"] else "no clear difference"
    ends = row["run_q05"], row["run_q95"]
    if row["verdict"] == UNCLEAR:
        seen = f"{show(row['detectable'])} or more would have been seen" if math.isfinite(row["detectable"]) else ""
        return f"no clear difference{brackets(ranged(*ends, partial(show, signed=True)), seen)}"
    few = f"mean of {counted(int(row['runs']), 'run')}, too few for a range" if row["verdict"] == TOO_FEW else ""
    told = show(row["difference"], signed=True)
    return f"{told}{brackets(ranged(*ends, partial(show, signed=True), _unit(told)), few)}"


def ranged(low: float, high: float, show: Callable[[float], str], told: str = "") -> str:
    r"""Tell the range over runs; empty if there is none. A unit stands once, and not if it was told already.

    Parameters
    ----------
    low, high : float
        Its ends.
    show : callable
        Prints a value with its unit.
    told : str
        Unit that stands before the range.

    Examples
    --------
    >>> print(ranged(1.0, 2.0, bn_yuan).replace("\xa0", " "))
    9 in 10 runs: from 1 to 2 bn yuan
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    first, last = show(low), show(high)
    unit = _unit(first)
    if unit == _unit(last) and unit:
        first = first.removesuffix(unit)
        last = last.removesuffix(unit) if unit == told else last
    return f"9 in 10 runs: from {first} to {last}"


def _unit(text: str) -> str:
    """Take what follows the number."""
    return text[len(re.split(r"\s", text, maxsplit=1)[0]) :]


def yearly(value: float, *, signed: bool = False) -> str:
    r"""Print money a year.

    Examples
    --------
    >>> print(yearly(-3.0).replace("\xa0", " "))
    −3 m USD a year
    """
    return f"{money(value, signed=signed)} a year"


def is_clear(row: pd.Series) -> bool:
    """Say whether a difference is told with its sign: it is clear, or there are too few runs to say whether it is."""
    return row["verdict"] != UNCLEAR


def share(row: pd.Series) -> str:
    """Tell a share that each run has, as of `comparison.share_summary`: its median, and its range over runs."""
    told = percent(row["median"])
    return f"{told}{brackets(ranged(row['q05'], row['q95'], percent, _unit(told)))}" if row["runs"] else "of nothing"


def listed(parts: list[str]) -> str:
    """Join parts of a sentence; none is nothing.

    Examples
    --------
    >>> listed([]), listed(["a"]), listed(["a", "b", "c"])
    ('', 'a', 'a, b and c')
    """
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
