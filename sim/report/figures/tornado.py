"""A tornado: how far an outcome moves when one factor after another goes to its low and to its high end."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.report.lettering import filled
from sim.report.style import COLOURS, GREY, INK, LIGHT_GREY

AT_LOW, AT_HIGH = COLOURS[1], COLOURS[0]
BAR_HEIGHT, LABEL_COLUMNS = 0.66, 42


def tornado(axes: Axes, table: pd.DataFrame, *, label: str, low: str, high: str) -> list[Patch]:
    """Draw bars by factor, from zero to where its two ends move an outcome; the factor that moves it most is on top.

    Parameters
    ----------
    axes : Axes
        Drawn on; the horizontal axis, in the unit of the table, is left for the caller to name.
    table : DataFrame
        A row a factor, in any order.
    label, low, high : str
        Columns: the factor in words; the change of the outcome with the factor at its low end and at its high end, of
        either sign. A change that is not finite has no bar.

    Returns
    -------
    list of Patch
        Handles of a key, as of `style.add_key`.

    Raises
    ------
    KeyError
        If the table lacks one of the columns.
    """
    reach = table[[low, high]].abs().max(axis=1).fillna(0.0)
    ordered = table.loc[reach.sort_values(ascending=False, kind="stable").index]
    rows = np.arange(len(ordered))
    for column, colour, hatch in ((low, AT_LOW, ""), (high, AT_HIGH, "///")):
        sizes = ordered[column].fillna(0.0)
        bars = axes.barh(rows, sizes, BAR_HEIGHT, color=colour, ec="white", lw=0.6, hatch=hatch)
        for bar, size, longest in zip(bars, sizes.abs(), reach.loc[ordered.index], strict=True):
            bar.set_zorder(3 if size < longest else 2)  # of two on one side the shorter is in front
    axes.axvline(0, color=INK, lw=0.9, zorder=4)
    axes.set_yticks(rows, [filled(str(name), LABEL_COLUMNS) for name in ordered[label]], color=INK)
    axes.set_ylim(len(ordered) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    return [
        Patch(facecolor=AT_LOW, ec="white", label="factor at its low end"),
        Patch(facecolor=AT_HIGH, ec="white", hatch="///", label="factor at its high end"),
    ]
