"""A Pareto front: all designs as dots, those that no other beats in both respects joined and named."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from sim.report.figures.map_labels import Label, place_labels
from sim.report.style import COLOURS, GREY, LIGHT_GREY

ROOM, DOT_POINTS = 0.08, 3.5
TRIED = {"ls": "", "marker": "o", "ms": 14**0.5, "color": GREY, "alpha": 0.45, "mew": 0}
BEST = {"color": COLOURS[1], "lw": 1.6, "marker": "o", "ms": 2 * DOT_POINTS, "mec": "white"}
"""How designs look, and those on the front."""


def front(axes: Axes, table: pd.DataFrame, *, x: str, y: str, label: str, on_front: str) -> list[Annotation]:
    """Draw designs in two respects, with the front through those that none beats in both.

    Parameters
    ----------
    axes : Axes
        With final position, such as one placed by hand in the body of a free figure: labels are placed in it. The two
        axes are left for the caller to name.
    table : DataFrame
        A row a design.
    x, y : str
        Columns of the two respects, in their units.
    label : str
        Column of names; only those on the front are written, where there is room. Empty ones are not.
    on_front : str
        Column of truth values: whether a design is on the front.

    Returns
    -------
    list of Annotation
        Names written.

    Raises
    ------
    KeyError
        If the table lacks one of the columns.
    """
    best = table[table[on_front].astype(bool)].sort_values([x, y], kind="stable")
    rest = table[~table[on_front].astype(bool)]
    axes.scatter(rest[x], rest[y], s=TRIED["ms"] ** 2, color=GREY, alpha=TRIED["alpha"], lw=0, zorder=2)
    axes.plot(best[x], best[y], **BEST, zorder=3)
    axes.margins(ROOM)
    axes.autoscale_view()
    axes.grid(color=LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)
    marks = [Label(str(name), *place, DOT_POINTS) for name, *place in best[[label, x, y]].itertuples(index=False)]
    others = [Label("", *place, DOT_POINTS / 2) for place in rest[[x, y]].itertuples(index=False)]
    return place_labels(axes, marks + others)
