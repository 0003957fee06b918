"""A curve with its band, and a mark where it turns."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report import words
from sim.report.style import GREY, LIGHT_GREY

BAND = 0.22


def curve(
    axes: Axes,
    table: pd.DataFrame,
    *,
    x: str,
    median: str,
    low: str,
    high: str,
    kink: float | None = None,
    **look: str,
) -> Line2D:
    """Draw a median with its band; a dashed line marks where the curve turns.

    Parameters
    ----------
    axes : Axes
        Drawn on; several curves may share it. The two axes are left for the caller to name.
    table : DataFrame
        A row a point, in any order.
    x, median, low, high : str
        Columns; `low` and `high` may be missing numbers where there are too few runs for a band.
    kink : float, optional
        Where the curve turns, in the unit of `x`; written beside its line.
    **look : str
        `colour` of line and band, and `label` of the line for a key; both are needed.

    Returns
    -------
    Line2D
        Handle of a key, as of `style.add_key`.

    Raises
    ------
    KeyError
        If the table lacks one of the columns, or one of the two looks is not given.
    """
    colour, label = look["colour"], look["label"]
    ordered = table.sort_values(x, kind="stable")
    axes.fill_between(ordered[x], ordered[low], ordered[high], color=colour, alpha=BAND, lw=0)
    (line,) = axes.plot(ordered[x], ordered[median], color=colour, lw=1.6, marker="o", ms=3.5, label=label)
    axes.margins(x=0.02)
    axes.grid(color=LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)
    if kink is not None:
        axes.axvline(kink, color=colour, ls="--", lw=1.2, zorder=1)
        axes.annotate(
            words.number(kink),
            (kink, 1.0),
            (3, -2),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            size=8.5,
            color=GREY,
            va="top",
        )
    return line
