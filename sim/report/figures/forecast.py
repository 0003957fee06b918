"""Forecast: trade of all partners, of blocs and of the largest countries as fans, with what was published before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.claims import MUSD_PER_BN_YUAN
from sim.backtest.forecast import BN_YUAN, MUSD_OF_YEAR_OF_RATE, TONNES, YEARS, Band
from sim.outcomes.names import TOTAL
from sim.report import style, words
from sim.report.figures.picture import Picture

DRAWN = (
    ("trade", TOTAL),
    ("trade", "central_asia"),
    ("trade", "asean"),
    ("trade", "kazakhstan"),
    ("trade", "kyrgyzstan"),
    ("exports", "united_states"),
    ("throughput", "khorgos_road"),
    ("throughput", "irkeshtam"),
    ("throughput", "khunjerab"),
)
"""Quantity and subject of each panel, where the world has them."""

COLUMNS = 3
AXIS = {BN_YUAN: "bn yuan a month", "musd": "million dollars a month", TONNES: "thousand tonnes a month"}
THOUSAND = 1000.0
SHORT = {"total": "all partners", "asean": "ASEAN", "eu": "EU"}


class Forecasted(NamedTuple):
    """A forecast as a page shows it.

    Attributes
    ----------
    bands : sequence of Band
        Every series.
    months : tuple of str
        Of the study.
    observed : pandas.DataFrame
        Published trade, as `observed_trade` gives it.
    table : pandas.DataFrame
        As `forecast_table` gives it.
    """

    bands: Sequence[Band]
    months: tuple[str, ...]
    observed: pd.DataFrame
    table: pd.DataFrame


def years(table: pd.DataFrame) -> pd.DataFrame:
    """Take the calendar years of a forecast."""
    starts, ends = pd.to_datetime(table["period_start"]), pd.to_datetime(table["period_end"])
    return table[(ends - starts).dt.days > 31].sort_values(["quantity", "subject", "period_start"], kind="stable")


def drawn(subject: Forecasted) -> list[Band]:
    """Take the series that are drawn, in their order."""
    known = {(each.quantity, each.subject): each for each in subject.bands}
    return [known[each] for each in DRAWN if each in known]


def panels(subject: Forecasted) -> pd.DataFrame:
    """List the rows of the forecast that are drawn."""
    named = {(each.quantity, each.subject) for each in drawn(subject)}
    kept = [each in named for each in zip(subject.table["quantity"], subject.table["subject"], strict=True)]
    return subject.table[kept]


def finding(subject: Forecasted) -> str:
    """Say what all trade comes to in the first and the last year."""
    rows = years(subject.table)
    mine = rows[(rows["quantity"] == "trade") & (rows["subject"] == TOTAL)]
    first, last = mine.iloc[0], mine.iloc[-1]
    return f"Trade of {_in_words(first)} is forecast for {YEARS[0]}, of {_in_words(last)} for {YEARS[-1]}."


def caption(subject: Forecasted) -> str:
    """Say what the fans are."""
    return (
        "Bands of 50 and 90 % of runs, each with its own draw of the posterior, its luck and its discrepancy; line: "
        "median. Black: published, mean month of the longest period of each year; the forecast begins at the dotted "
        "line. Tonnes are of all goods, those of others among them."
    )


def draw(subject: Forecasted, title: str) -> Figure:
    """Draw a panel for each series."""
    every = drawn(subject)
    lines = -(-len(every) // COLUMNS)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            "Monthly values: median, 50 and 90 % of runs. Black: published (mean month of a year's longest period).",
            2.6 * lines,
            key_lines=1,
        )
        axes = figure.subplots(lines, COLUMNS, squeeze=False, sharex=True).ravel()
        for each in axes[len(every) :]:
            each.set_visible(False)
        for one, band in zip(axes, every, strict=False):
            _draw_band(one, band, subject)
        style.add_key(
            figure,
            [
                Line2D([], [], color=style.COLOURS[1], lw=1.8, label="median"),
                Patch(color=style.COLOURS[1], alpha=0.45, label="50 % of runs"),
                Patch(color=style.COLOURS[1], alpha=0.2, label="90 % of runs"),
                Line2D([], [], color=style.INK, lw=2.2, label="published"),
                Line2D([], [], color=style.GREY, lw=0.9, ls=":", label="the forecast begins"),
            ],
            5,
        )
    return figure


def _draw_band(axes: Axes, band: Band, subject: Forecasted) -> None:
    """Draw one series and what was published of it."""
    scale = THOUSAND if band.unit == TONNES else 1.0
    time = np.array([pd.Period(month, "M").year + (pd.Period(month, "M").month - 0.5) / 12 for month in subject.months])
    low, lower, middle, upper, high = np.quantile(band.draws / scale, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    axes.fill_between(time, low, high, color=style.COLOURS[1], alpha=0.2, lw=0)
    axes.fill_between(time, lower, upper, color=style.COLOURS[1], alpha=0.45, lw=0)
    axes.plot(time, middle, color=style.COLOURS[1], lw=1.4)
    top = float(high.max())
    if band.quantity == "trade":
        factor = 1.0 / MUSD_PER_BN_YUAN if band.unit == BN_YUAN else MUSD_OF_YEAR_OF_RATE
        for row in subject.observed[subject.observed["subject"] == band.subject].itertuples():
            begin, end = pd.Period(row.from_month, "M"), pd.Period(row.to_month, "M")
            ends = begin.year + (begin.month - 1) / 12, end.year + end.month / 12
            axes.plot(ends, [row.musd_per_month * factor] * 2, color=style.INK, lw=2.2, solid_capstyle="butt")
            top = max(top, row.musd_per_month * factor)
    axes.axvline(YEARS[0], color=style.GREY, lw=0.9, ls=":")
    axes.set_title(f"{band.quantity}: {SHORT.get(band.subject, band.subject.replace('_', ' ').title())}")
    axes.set_ylabel(AXIS[band.unit], fontsize=8.5)
    axes.set_ylim(0, 1.05 * top or 1.0)
    axes.set_xlim(int(subject.months[0][:4]), YEARS[-1] + 1)


def _in_words(row: pd.Series) -> str:
    """Write a year's trade with its interval."""
    low, middle, high = (words.number(float(row[name])) for name in ("q05", "median", "q95"))
    return f"{middle} bn yuan ({low} to {high})"


PICTURE = Picture("forecast", panels, finding, caption, draw)
