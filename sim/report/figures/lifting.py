"""Whether trade comes back when measures end: what is left of the loss, year by year after the end."""

from __future__ import annotations

from itertools import cycle
from typing import NamedTuple

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.report import style
from sim.report.figures.dot_rows import draw_rows
from sim.report.figures.panels import TITLE_COLUMNS, capital
from sim.report.figures.picture import Picture
from sim.report.lettering import filled
from sim.report.style import COLOURS, GREY


class Lifted(NamedTuple):
    """What comes back after the end of a measure.

    Attributes
    ----------
    left : DataFrame
        `regime, ended, year, panel, row` and the columns of `comparison.paired_difference`, million dollars a year:
        trade of the lifted regime less that of a world without the measure, by calendar year.
    gap : DataFrame
        `regime, regime_name, panel, year, q05, median, q95, runs`: share of the loss that is left.
    always : DataFrame
        `panel, year` and the columns of `left` for the regime that is never lifted.
    told : tuple of str
        Findings of the pictures.
    """

    left: pd.DataFrame
    gap: pd.DataFrame
    always: pd.DataFrame
    told: tuple[str, ...]


def _draw_gap(subject: Lifted, title: str) -> Figure:
    heads, called = (list(dict.fromkeys(subject.gap[column])) for column in ("panel", "regime_name"))
    looks = dict(zip(called, zip(cycle(COLOURS), cycle("os^D"), strict=False), strict=False))
    with rc_context(style.STYLE):
        subtitle = "Share of the loss that is left in each year: 1 = as without the end, 0 = as if it had never been."
        reading = f"{subtitle} Line: median of runs. Band: 5\u201395 % of runs."
        figure, _ = style.new_figure(title, reading, 3.0, key_lines=len(called))
        grid = figure.subplots(1, len(heads), sharey=True, squeeze=False)[0]
        for axes, head in zip(grid, heads, strict=True):
            of_panel = subject.gap[subject.gap["panel"] == head]
            for name, mine in of_panel.groupby("regime_name", sort=False):
                colour, marker = looks[name]
                axes.fill_between(mine["year"], mine["q05"], mine["q95"], color=colour, alpha=0.18, lw=0)
                axes.plot(mine["year"], mine["median"], color=colour, marker=marker, ms=4, lw=1.8)
            axes.axhline(0, color=GREY, lw=0.9)
            axes.axhline(1, color=GREY, lw=0.9, ls=":")
            axes.set_title(filled(capital(head), TITLE_COLUMNS // len(heads)))
            axes.set_ylim(-0.6, 1.6)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        grid[0].set_ylabel("share of the loss that is left")
        handles = [Line2D([], [], color=look[0], marker=look[1], ms=4, label=name) for name, look in looks.items()]
        style.add_key(figure, handles, 1)
    return figure


def _last(subject: Lifted) -> pd.DataFrame:
    """Choose what is left in the last year."""
    if subject.left.empty:
        return subject.left
    return subject.left[subject.left["year"] == subject.left["year"].max()]


def _draw_left(subject: Lifted, title: str) -> Figure:
    rows = _last(subject)
    subtitle = f"Difference from a world without the measure in {rows['year'].max()}."
    return draw_rows(rows, title, subtitle, "million dollars a year")


GAP = Picture(
    "what_is_left",
    lambda subject: subject.gap,
    lambda subject: subject.told[0],
    lambda subject: "Runs in which the measure takes nothing have no share. Values are cut at \u22120.6 and 1.6.",
    _draw_gap,
    tables={
        "left": lambda subject: subject.left,
        "share_left": lambda subject: subject.gap,
        "never_lifted": lambda subject: subject.always,
    },
)
LEFT = Picture(
    "left_in_the_last_year",
    _last,
    lambda subject: subject.told[1],
    lambda subject: "A dot at zero: trade is where it would be if the measure had never been.",
    _draw_left,
)
PICTURES = (GAP, LEFT)
