"""Sentences that several figures share: changes with their ranges, and which regime is told of.

Where an interval includes zero the sentence says "no clear difference", and how large a one would have been seen; where
nothing is left at one decimal of a per cent it says "less than 0.1 %". Of too few runs it tells the difference alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pandas as pd

from sim.analysis.compared import Comparison
from sim.analysis.comparison import HIGHER, LOWER, TOO_FEW, UNCLEAR
from sim.intervals import LEAST_RUNS
from sim.report.words import counted, interval, money, number, percent, percent_range, quoted, vanishes

TOLD = (HIGHER, LOWER, TOO_FEW)
"""Verdicts of differences that are told as such."""


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


def called(study: Comparison, regime: str) -> str:
    """Name a regime inside a sentence, by its title.

    Parameters
    ----------
    study : Comparison
        What is compared.
    regime : str
        Its name.
    """
    return quoted(study.titles[regime])


def change(row: pd.Series) -> str:
    r"""Say how an outcome differs, in per cent, with the range over runs.

    Parameters
    ----------
    row : Series
        A row of `differences`.

    Examples
    --------
    >>> row = {"verdict": "lower", "difference": -5.0, "relative": -0.5, "relative_q05": -0.6, "relative_q95": -0.4}
    >>> print(change(pd.Series(row)).replace("\xa0", " "))
    50 % lower (9 in 10 runs: from 40 % to 60 % lower)
    """
    low, high = row["relative_q05"], row["relative_q95"]
    if not is_told(row):
        return f"not clearly different{brackets(range_over_runs(low, high, signed=True), seen(row))}"
    more = direction(row)
    if vanishes(row["relative"]):
        return f"less than 0.1 % {more}"
    found = range_of_size(low, high)
    told = f"{found} {more}" if found else f"mean of {counted(int(row['runs']), 'run')}"
    return f"{percent(abs(row['relative']))} {more}{brackets(told)}"


def is_told(row: pd.Series) -> bool:
    """Say whether a difference is told as one: it is clear, or there are too few runs to say whether it is.

    Parameters
    ----------
    row : Series
        A row of `differences`.
    """
    return row["verdict"] in TOLD


def telling(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the differences that are told as such.

    Parameters
    ----------
    rows : DataFrame
        Of `differences`.
    """
    return rows[rows["verdict"].isin(TOLD)] if len(rows) else rows


def direction(row: pd.Series) -> str:
    """Say `higher` or `lower`.

    Parameters
    ----------
    row : Series
        A row of `differences`.
    """
    return HIGHER if row["difference"] > 0 else LOWER


def idle(study: Comparison, regime: str) -> str:
    """Say that the measures of a regime are hardly or never in force; empty if they are.

    Parameters
    ----------
    study : Comparison
        What is compared.
    regime : str
        Its name.
    """
    verdict = study.idle.get(regime)
    return f"The measures of {called(study, regime)} are {verdict} in the months compared" if verdict else ""


def seen(row: pd.Series) -> str:
    """Say from which size on a difference would have been seen, in per cent of what it is compared with.

    Parameters
    ----------
    row : Series
        A row of `differences`.
    """
    size = row.get("detectable_relative", float("nan"))
    if row["verdict"] != UNCLEAR or not math.isfinite(size) or size == 0:
        return ""
    return f"{percent(size)} or more would have been seen"


def seen_everywhere(rows: pd.DataFrame, show: Callable[[float], str]) -> str:
    """Say from which size on a difference would have been seen in any of several rows.

    Parameters
    ----------
    rows : DataFrame
        Of `differences`, in one unit a year.
    show : callable
        Prints a value of that unit.
    """
    size = rows["detectable"].max() if len(rows) else float("nan")
    return f"{show(size)} a year or more would have been seen in any" if math.isfinite(size) and size > 0 else ""


def brackets(*parts: str) -> str:
    """Put what there is to add into brackets.

    Parameters
    ----------
    *parts : str
        Empty ones are left out.

    Examples
    --------
    >>> brackets("", "a", "b"), brackets("")
    (' (a; b)', '')
    """
    found = "; ".join(part for part in parts if part)
    return f" ({found})" if found else ""


def range_over_runs(low: float, high: float, *, signed: bool = False) -> str:
    r"""Print the range of a share over runs; empty if there are too few runs for one.

    Parameters
    ----------
    low, high : float
        Its ends; 1 = 100 %.
    signed : bool
        With plus signs.

    Examples
    --------
    >>> print(range_over_runs(0.1, 0.3).replace("\xa0", " "))
    9 in 10 runs: from 10 % to 30 %
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"9 in 10 runs: {percent_range(low, high, signed=signed)}"


def range_of_size(low: float, high: float) -> str:
    r"""Print the range of how large a clear change is, whatever its sign; empty if there are too few runs for one.

    Parameters
    ----------
    low, high : float
        Ends of the change, of one sign; 1 = 100 %.

    Examples
    --------
    >>> print(range_of_size(-0.3, -0.1).replace("\xa0", " "))
    9 in 10 runs: from 10 % to 30 %
    """
    return range_over_runs(*sorted((abs(low), abs(high))))


def too_few(runs: int) -> str:
    """Say why no range is told; empty if there are runs enough.

    Parameters
    ----------
    runs : int
        Of each regime.
    """
    if runs >= LEAST_RUNS:
        return ""
    return (
        f"No range over runs and no interval is told: {counted(runs, 'run')} a regime {'is' if runs == 1 else 'are'} "
        f"too few, since below {LEAST_RUNS} the 5th and the 95th percentile rest on a single run. Take more, for "
        "example design.runs=100."
    )


def ranges(study: Comparison, held: str) -> str:
    """Say in a caption what ranges and intervals hold, or why there are none.

    Parameters
    ----------
    study : Comparison
        What is compared.
    held : str
        What they hold, as of `facts`.
    """
    return too_few(study.runs) or f"Ranges and intervals hold {held}."


def loudest(study: Comparison) -> str:
    """Name the regime that changes the region's trade most: of those that change it clearly, if any does.

    Regimes whose measures are hardly in force are passed over, unless there are no others.

    Parameters
    ----------
    study : Comparison
        What is compared.
    """
    if study.totals.empty:
        return study.main
    rows = study.totals[study.totals["outcome"] == "registered_trade"]
    active = rows[~rows["regime"].isin(study.idle)]
    rows = active if len(active) else rows
    clear = telling(rows)
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
    ends = [row["run_q05"], row["run_q95"]]
    told = interval(*ends, lambda value: show(value, signed=True)) if all(map(math.isfinite, ends)) else ""
    return f"{show(row['difference'], signed=True)}{brackets(told)}"
