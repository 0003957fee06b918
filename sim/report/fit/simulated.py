"""Figures that the model was fitted to, and what runs at the posterior say of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from sim.report import style
from sim.report.figures.picture import Picture
from sim.report.fit.shown import FitShown
from sim.report.lettering import filled

HELD, MISSED = style.COLOURS[1], style.COLOURS[0]
LEAST, MOST = 0.1, 10.0
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)
ROW, HEAD = 0.2, 1.7  # inches of a row; rows that a group's name takes
NAME_COLUMNS = 76
LEFT, WIDTH = 0.29, 0.19  # of the axes in the figure, in a column of half its width


def table(fit: FitShown) -> pd.DataFrame:
    """Give every target a row."""
    return fit.beside


def finding(fit: FitShown) -> str:
    """Count the figures that the runs hold.

    Parameters
    ----------
    fit : FitShown
        With its targets.
    """
    beside = fit.beside
    nine, half = (int(beside[name].sum()) for name in ("within_90", "within_50"))
    return (
        f"{nine} of {len(beside)} published figures lie within the 90 % band of the runs, {half} within the 50 % band."
    )


def caption(fit: FitShown) -> str:
    """Say how to read it."""
    del fit
    return (
        "Each row is a published figure that the model was fitted to, so that agreement is a fit and no test. "
        "Simulated values are divided by the published one; bands hold the draws of the posterior and chance. A figure "
        "counts where it lies in the band with its own error added."
    )


def draw(fit: FitShown, title: str) -> Figure:
    """Draw every target, by group, in two columns.

    Parameters
    ----------
    fit : FitShown
        With its targets.
    title : str
        The finding.
    """
    columns = _two_columns(fit.beside)
    rows = max(_rows_of(groups) for groups in columns)
    with rc_context(style.STYLE):
        figure, (_, bottom, _, height) = style.new_figure(
            title,
            "Simulated over published. Dot: median; thick: 50 % of runs; thin: 90 %; grey: two errors of the published "
            "figure to either side. Orange: the figure lies outside the 90 % band.",
            ROW * (rows + 1.5),
            free=True,
        )
        for number, groups in enumerate(columns):
            size = (0.5 * number + LEFT, bottom + 0.3 / figure.get_figheight(), WIDTH, height * rows / (rows + 1.5))
            _draw_column(figure.add_axes(size), groups, rows)
    return figure


def _two_columns(beside: pd.DataFrame) -> list[list[tuple[str, pd.DataFrame]]]:
    """Cut the groups, whole and in order, into two columns as even as may be."""
    groups = list(beside.groupby("group", sort=False))
    cuts = range(1, len(groups)) if len(groups) > 1 else (1,)
    best = min(cuts, key=lambda cut: max(_rows_of(groups[:cut]), _rows_of(groups[cut:])))
    return [groups[:best], groups[best:]]


def _rows_of(groups: list[tuple[str, pd.DataFrame]]) -> float:
    return sum(len(part) + HEAD for _, part in groups)


def _draw_column(axes: Axes, groups: list[tuple[str, pd.DataFrame]], rows: float) -> None:
    """Draw the groups of one column, one below the other."""
    place = 0.0
    for group, part in groups:
        axes.text(
            -0.02, place + 0.9, group, weight="bold", ha="right", va="center", transform=axes.get_yaxis_transform()
        )
        place += HEAD
        for row in part.itertuples():
            _draw_row(axes, row, place)
            place += 1
    axes.axvline(1, color=style.GREY, lw=0.8, zorder=1)
    axes.set_xscale("log")
    axes.set_xlim(LEAST, MOST)
    axes.set_xticks(TICKS)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.tick_params(axis="x", labelsize=8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(rows, 0)


def _draw_row(axes: Axes, row: tuple, place: float) -> None:
    """Draw one target with its name."""
    colour = HELD if row.within_90 else MISSED
    ends = np.array([row.q05, row.q25, row.median, row.q75, row.q95]) / row.value
    low, quarter, middle, upper, high = np.clip(ends, LEAST, MOST)
    error = np.clip([1 - 2 * row.error / row.value, 1 + 2 * row.error / row.value], LEAST, MOST)
    axes.plot(error, [place, place], color=style.LIGHT_GREY, lw=8, solid_capstyle="butt", zorder=0)
    axes.plot([low, high], [place, place], color=colour, lw=1.1, zorder=2)
    axes.plot([quarter, upper], [place, place], color=colour, lw=3.4, solid_capstyle="butt", zorder=2)
    axes.plot(middle, place, "o", color="white", mec=colour, ms=4, zorder=3, clip_on=False)
    name = filled(row.target, NAME_COLUMNS).partition("\n")[0]
    axes.text(-0.02, place, name, ha="right", va="center", size=7, transform=axes.get_yaxis_transform())


PICTURE = Picture("simulated", table, finding, caption, draw, tables={"targets": table})
