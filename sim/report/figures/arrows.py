"""Arrows on a map: an arc each way between the region and a place, as wide as what goes that way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.report.figures.ground import Region

BACK = "#b5762a"
"""Colour of what comes to the region."""

EDGE = "#4a4a4a"
BOW, HEAD_AT, HEAD_POINTS = 0.13, 24, 4.5
LEAST_SHARE = 0.005
"""Share of a place's flows below which a way is not drawn."""


def arrows(axes: Axes, places: pd.DataFrame, region: Region, width: Callable[[float], float], whole: str) -> None:
    """Draw an arrow each way between the region and each place, thin ones on top.

    Parameters
    ----------
    axes : Axes
        With final position and limits.
    places : DataFrame
        `lon, lat, colour` (of what leaves the region), the flows `out` and `back`, and the column `whole`. Where
        directions are not kept apart `out` is missing, and there is one line without a head, as wide as `whole`.
    region : Region
        Where flows begin.
    width : callable
        Flow to points.
    whole : str
        Column of both ways together.
    """
    home = np.array([region.lon, region.lat])
    for row in places.sort_values(whole, ascending=False, kind="stable").to_dict("records"):
        there = np.array([row["lon"], row["lat"]])
        if not np.isfinite(row["out"]):
            _arc(axes, home, there, width(row[whole]), row["colour"])
            continue
        ways = ((home, there, row["out"], row["colour"]), (there, home, row["back"], BACK))
        for start, end, flow, colour in sorted(ways, key=lambda way: -way[2]):
            if flow > LEAST_SHARE * (row["out"] + row["back"]):
                points = _arc(axes, start, end, width(flow), colour)
                _head(axes, points, width(flow), colour)


def _arc(axes: Axes, start: np.ndarray, end: np.ndarray, width: float, colour: object) -> np.ndarray:
    """Draw an arc that bows to the left of its way, so that both ways lie beside each other; its points."""
    across = np.array([-(end - start)[1], (end - start)[0]])
    middle = (start + end) / 2 + BOW * across
    share = np.linspace(0, 1, 41)[:, None]
    points = (1 - share) ** 2 * start + 2 * share * (1 - share) * middle + share**2 * end
    for line, weight, share in ((EDGE, width + 0.5, 0.3), (colour, width, 0.85)):  # pale loads need an edge
        look = {"color": line, "alpha": share, "lw": weight, "solid_capstyle": "butt"}
        axes.plot(*points.T, zorder=3, scalex=False, scaley=False, **look)
    return points


def _head(axes: Axes, points: np.ndarray, width: float, colour: object) -> None:
    """Draw a triangle that points along an arc, a little behind its middle."""
    before, after = axes.transData.transform(points[[HEAD_AT - 1, HEAD_AT + 1]])
    angle = np.rad2deg(np.arctan2(*(after - before)[::-1])) - 90
    look = {"marker": (3, 0, angle), "ms": max(HEAD_POINTS, 1.25 * width), "mec": EDGE, "mew": 0.6}
    axes.plot(*points[HEAD_AT], color=colour, zorder=4, scalex=False, scaley=False, **look)
