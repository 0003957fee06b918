"""What moves the headline between runs: a tornado of the factors that were drawn, usable by any uncertain study."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.analysis.by_run import ALARMS, CUT, DIVERTED, HEADLINES, TRADE, assumed, factors_of_runs, headlines, in_words
from sim.analysis.compared import once
from sim.analysis.drivers import hangs_on, rank_correlations
from sim.analysis.reading import compared
from sim.policy.language.measures import Regime
from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.figures.tornado import tornado
from sim.report.findings import called
from sim.report.shown import Shown

NAMES = {
    CUT: "cut of the goods in scope",
    DIVERTED: "share of the direct loss that other ways made up",
    TRADE: "change of the region's whole trade",
    ALARMS: "cost of false alarms",
}
"""Headline outcomes in words."""

UNITS = {CUT: "percentage points", DIVERTED: "percentage points", TRADE: "percentage points", ALARMS: "m USD a year"}
MOST_BARS = 12
ROW_INCHES = 0.42
PERCENT = 100.0


def shown_value(outcome: str, value: float, *, signed: bool = False) -> str:
    """Print a value of a headline outcome.

    Parameters
    ----------
    outcome : str
        One of `HEADLINES`.
    value : float
    signed : bool
        With a plus sign if positive.
    """
    return words.money(value, signed=signed) if outcome == ALARMS else words.percent(value, signed=signed)


@once
def by_run(study: Shown) -> pd.DataFrame:
    """Give the headline outcomes of the main regime in each run, and only those that differ between runs."""
    if not compared(study.results, study.against):
        return pd.DataFrame()
    return told(headlines(study, study.main))


def told(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the outcomes that are defined in every run and differ between runs."""
    kept = [name for name in found if np.isfinite(found[name]).all() and found[name].nunique() > 1]
    return found[kept]


@once
def table(study: Shown) -> pd.DataFrame:
    """Say how each outcome goes with each factor: rows of `rank_correlations`, without rows for too few draws.

    Columns `outcome, factor, meaning, assumed` (its range rests on no source), then those of `rank_correlations`.
    """
    found = by_run(study)
    if found.empty:
        return pd.DataFrame()
    factors, laws, rows = factors_of_runs(study.results), list(study.laws.values()), []
    for outcome in found:
        each = rank_correlations(factors, found[outcome].to_numpy())
        each.insert(0, "assumed", each.index.isin(assumed(each.index, laws)))
        each.insert(0, "meaning", [in_words(name) for name in each.index])
        each.insert(0, "factor", each.index)
        each.insert(0, "outcome", outcome)
        rows.append(each.reset_index(drop=True))
    return pd.concat(rows, ignore_index=True)


def drawn(study: Shown) -> pd.DataFrame:
    """Take the rows that are drawn: the strongest factors of the first outcome."""
    rows = table(study)
    return rows[rows["outcome"] == rows["outcome"].iloc[0]].head(MOST_BARS) if len(rows) else rows


def clear(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the factors whose interval of the correlation leaves zero out."""
    return rows[(rows["correlation_low"] > 0) | (rows["correlation_high"] < 0)]


def correlation(row: pd.Series) -> str:
    """Print a rank correlation with its interval."""
    low, middle, high = (f"{row[name]:+.2f}".replace("-", words.MINUS) for name in
                         ("correlation_low", "correlation", "correlation_high"))  # fmt: skip
    return f"{middle}, 90 % interval {low} to {high}"


def finding(study: Shown) -> str:
    """Say which factor the headline goes with most."""
    rows = drawn(study)
    first, name = rows.iloc[0], NAMES[rows["outcome"].iloc[0]]
    if clear(rows.head(1)).empty:
        return f"The {name} goes clearly with none of the factors that were drawn."
    plain = first["factor"].replace("level.", "level of ").replace("_", " ")
    return f"The {name} goes most with {plain} (rank correlation {correlation(first)})."


def caption(study: Shown) -> str:
    """Say how to read it, and what hangs on what is assumed."""
    outcome = by_run(study).columns[0]
    factors = factors_of_runs(study.results)
    said = hangs(NAMES[outcome], factors, by_run(study)[outcome].to_numpy(), list(study.laws.values()))
    return (
        "Bars: by how much the mean of the outcome in the fifth of runs with the lowest, and with the highest values "
        "of a factor differs from that of all runs. Factors of a posterior go together, so one may stand for another. "
        f"{said}"
    ).strip()


def hangs(what: str, factors: pd.DataFrame, values: NDArray[np.float64], laws: list[Regime]) -> str:
    """Say what share of an outcome's variance between runs hangs on factors whose range rests on no source.

    Parameters
    ----------
    what : str
        The outcome in words.
    factors : pandas.DataFrame
        A row a run, a column a factor.
    values : array [runs] of float64
        The outcome.
    laws : list of Regime
        Whose measures have the levels among the factors.

    Returns
    -------
    str
        A sentence; empty for too few runs, or where nothing varies.
    """
    found = hangs_on(factors, values, assumed(factors.columns, laws))
    if found is None:
        return ""
    ends = words.interval(found.some_low, found.some_high, words.percent)
    return (
        f"Of the variance of the {what} between runs {words.percent(found.some)} (90 % interval {ends}) hangs on "
        f"factors whose range is assumed, {words.percent(found.others)} on factors with a source, and "
        f"{words.percent(found.rest)} is luck or told by no straight line in them."
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw the tornado of the headline."""
    rows = drawn(study)
    outcome = rows["outcome"].iloc[0]
    scale = 1.0 if outcome == ALARMS else PERCENT
    bars = rows.assign(low=scale * rows["low"], high=scale * rows["high"])
    pair = f"{called(study, study.main)} against {called(study, study.against)}"
    subtitle = f"{pair}, {words.span(study.periods[study.main].name)}; the {NAMES[outcome]}, between runs."
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, subtitle, 0.9 + ROW_INCHES * len(bars), key_lines=1)
        axes = figure.subplots()
        handles = tornado(axes, bars, label="meaning", low="low", high="high")
        axes.set_xlabel(f"difference of the mean of the {NAMES[outcome]}, {UNITS[outcome]}")
        style.add_key(figure, handles, 2)
    return figure


PICTURE = Picture("what_moves", drawn, finding, caption, draw, tables={"what_moves": table})

__all__ = ["HEADLINES", "NAMES", "PICTURE", "by_run", "hangs", "shown_value", "table"]
