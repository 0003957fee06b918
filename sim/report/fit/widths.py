"""What is left open of each factor: its posterior in the range of its prior."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.calibration.identifiability import OPEN
from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.fit.shown import FitShown

KNOWN, LEFT_OPEN = style.COLOURS[1], style.COLOURS[4]
ROW = 0.2
LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]


def table(fit: FitShown) -> pd.DataFrame:
    """Give every factor a row."""
    return fit.widths


def finding(fit: FitShown) -> str:
    """Count the factors that the figures pin down.

    Parameters
    ----------
    fit : FitShown
        With the widths of its factors.
    """
    known = int((fit.widths["width"] < OPEN).sum())
    return (
        f"Published figures narrow {known} of {len(fit.widths)} factors; of the others they leave more than "
        f"{words.percent(OPEN)} of the prior's width."
    )


def caption(fit: FitShown) -> str:
    """Say how to read it."""
    del fit
    return (
        "Each row is a factor, on the scale on which its range is even (logarithmic where the range spans a factor of "
        "four). The number is the standard deviation of the posterior over that of the prior."
    )


def draw(fit: FitShown, title: str) -> Figure:
    """Draw every factor in two columns, the narrowest first.

    Parameters
    ----------
    fit : FitShown
        With draws and widths.
    title : str
        The finding.
    """
    half = int(np.ceil(len(fit.widths) / 2))
    with rc_context(style.STYLE):
        figure, (_, bottom, _, height) = style.new_figure(
            title,
            "Place in the range of the prior, from its low to its high end. Dot: median; thick: 50 % of the posterior; "
            "thin: 90 %; grey: 90 % of the prior. Yellow: left open.",
            ROW * (half + 3),
            free=True,
        )
        lift = 0.32 / figure.get_figheight()
        for number in range(2):
            axes = figure.add_axes((0.5 * number + 0.2, bottom + lift, 0.19, height - 1.3 * lift))
            _draw_column(axes, fit, fit.widths.iloc[number * half : (number + 1) * half], half)
    return figure


def _draw_column(axes: Axes, fit: FitShown, part: pd.DataFrame, rows: int) -> None:
    for place, row in enumerate(part.itertuples()):
        values = fit.even[row.factor].to_numpy()
        ends = np.quantile(values, LEVELS, weights=fit.weight, method="inverted_cdf")
        colour = KNOWN if row.width < OPEN else LEFT_OPEN
        axes.plot([0.05, 0.95], [place] * 2, color=style.LIGHT_GREY, lw=7, solid_capstyle="butt", zorder=0)
        axes.plot(ends[[0, 4]], [place] * 2, color=colour, lw=1.2)
        axes.plot(ends[[1, 3]], [place] * 2, color=colour, lw=3.6, solid_capstyle="butt")
        axes.plot(ends[2], place, "o", color="white", mec=colour, ms=4, zorder=3)
        axes.text(-0.04, place, row.factor, ha="right", va="center", size=8)
        told = f"{words.number(row.low)} to {words.number(row.high)}"
        axes.text(1.04, place, f"{row.width:.2f}", va="center", size=8, color=style.INK)
        axes.text(1.22, place, told, va="center", size=7.5, color=style.GREY)
    axes.text(1.04, -1, "width", va="center", size=8, weight="bold")
    axes.text(1.22, -1, "range", va="center", size=8, weight="bold", color=style.GREY)
    axes.set_xlim(0, 1)
    axes.set_ylim(rows - 0.4, -1.5)
    axes.set_xticks([0, 0.5, 1], ["low", "middle", "high"])
    axes.tick_params(axis="x", labelsize=8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


PICTURE = Picture("widths", table, finding, caption, draw, tables={"widths": table})
