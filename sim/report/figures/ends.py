"""Labels beside the ends of lines: spread so that none covers another, moved as little as may be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from scipy.optimize import isotonic_regression

from sim.report.lettering import fit

LINE_SPACING = 1.25  # lines of text, from one label to the next
POINTS_AN_INCH = 72.0


def spread(places: Sequence[float], gap: float, low: float, high: float) -> np.ndarray:
    """Move places apart to at least a gap, so that the sum of squared moves is least.

    Parameters
    ----------
    places : sequence of float
        In any order.
    gap : float
        Least distance of two.
    low, high : float
        Where the first and the last may stand; with too many to fit they go beyond `high`.

    Returns
    -------
    array
        In the order of `places`, which is also kept from low to high.

    Examples
    --------
    >>> spread([5.0, 5.0, 0.0], 2.0, 0.0, 10.0).tolist()
    [4.0, 6.0, 0.0]
    """
    wished = np.asarray(places, dtype=float)
    if not len(wished):
        return wished
    order = np.argsort(wished, kind="stable")
    steps = gap * np.arange(len(wished))
    level = isotonic_regression(wished[order] - steps).x  # with equal gaps taken out, "apart" is "not falling"
    moved = np.empty_like(wished)
    moved[order] = np.clip(level, low, max(low, high - steps[-1])) + steps
    return moved


def label_ends(
    axes: Axes,
    ends: Sequence[tuple[str, float, float]],
    colours: Sequence[str],
    *,
    size: float = 8.0,
    side: str = "right",
    points: float = 5.0,
) -> list[Annotation]:
    """Write labels beside the ends of lines, apart from each other, each with a thin leader to its line.

    The height of the axes is taken as it is when the labels are written, so axes should have their final place and
    limits; labels take no part in the layout.

    Parameters
    ----------
    axes : Axes
        With final position and limits.
    ends : sequence of (text, x, y)
        Of each line; those whose y is not finite are left out.
    colours : sequence of str
        One for each.
    size : float
        Of the letters, in points.
    side : {"right", "left"}
        Of the point on which the label stands.
    points : float
        From the point to the label.

    Returns
    -------
    list of Annotation
        Those written.
    """
    kept = [(end, colour) for end, colour in zip(ends, colours, strict=True) if np.isfinite(end[2])]
    if not kept:
        return []
    points_of = POINTS_AN_INCH / axes.figure.dpi
    heights = np.array([axes.transData.transform(end[1:])[1] * points_of for end, _ in kept])
    box = axes.get_window_extent()
    lines = max(end[0].count("\n") + 1 for end, _ in kept)
    half = size * lines / 2
    moved = spread(heights, size * LINE_SPACING * lines, box.y0 * points_of + half, box.y1 * points_of - half)
    sign = 1 if side == "right" else -1
    written = []
    for ((text, x, y), colour), height, place in zip(kept, heights, moved, strict=True):
        label = axes.annotate(
            text,
            (x, y),
            (sign * points, place - height),
            textcoords="offset points",
            color=colour,
            size=size,
            ha="left" if sign > 0 else "right",
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.6, "shrinkA": 0.5, "shrinkB": 0},
        )
        label.set_in_layout(False)
        label.set_path_effects([withStroke(linewidth=2, foreground="white")])
        fit(label)
        written.append(label)
    return written
