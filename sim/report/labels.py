"""Place labels on a map so that none covers another: greedy, in order of importance, the same every time.

Christensen, Marks and Shieber (1995), "An empirical study of algorithms for point-feature label placement", ACM
Transactions on Graphics 14(3), call it the greedy method: each label takes the first free of its candidate places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from sim.report.style import GREY, INK

RINGS_POINTS = (2, 10, 20, 32, 46, 62, 80)
ANGLES_DEGREES = (0, 180, 90, 270, 35, 145, 325, 215)
_PADDING_PIXELS = 1.5


class Label(NamedTuple):
    """A label and the round mark it belongs to.

    Attributes
    ----------
    text : str
        What to write.
    x, y : float
        Centre of the mark, in data units.
    radius_points : float
        Of the mark.
    bold, faint : bool
        Weight of the letters; faint ones are grey and slanted.
    """

    text: str
    x: float
    y: float
    radius_points: float
    bold: bool = False
    faint: bool = False


def place_labels(axes: Axes, labels: Sequence[Label], *, size: float = 8.5) -> list[Annotation]:
    """Write labels beside their marks, without covering marks or other labels; far ones get a leader line.

    Parameters
    ----------
    axes : Axes
        With final position and limits.
    labels : sequence of Label
        The most important first. One for which no place is free is left out.
    size : float
        Font size in points.

    Returns
    -------
    list of Annotation
        Those written.
    """
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    scale = axes.figure.dpi / 72
    frame = axes.get_window_extent(renderer)
    centres = [axes.transData.transform((label.x, label.y)) for label in labels]
    taken = [_square(centre, label.radius_points * scale) for centre, label in zip(centres, labels, strict=True)]
    written = []
    for label, centre in zip(labels, centres, strict=True):
        annotation = _written(axes, label, size)
        extent = annotation.get_window_extent(renderer)
        box, offset, is_far = _first_free(centre, label.radius_points * scale, extent, taken, frame, scale)
        if box is None:
            annotation.remove()
            continue
        taken.append(box)
        annotation.set_position(tuple(offset / scale))
        if is_far:
            _lead(axes, label, box)
        written.append(annotation)
    return written


def _written(axes: Axes, label: Label, size: float) -> Annotation:
    look = {"color": GREY, "style": "italic"} if label.faint else {"color": INK}
    look["weight"] = "bold" if label.bold else "normal"
    spot = {"xy": (label.x, label.y), "xytext": (0, 0), "textcoords": "offset points"}
    return axes.annotate(label.text, **spot, ha="left", va="bottom", size=size, zorder=9, **look)


def _first_free(
    centre: np.ndarray, radius: float, extent: Bbox, taken: list[Bbox], frame: Bbox, scale: float
) -> tuple[Bbox | None, np.ndarray, bool]:
    """Try the places around a mark from near to far; all lengths in pixels."""
    size = np.array([extent.width, extent.height])
    for ring in RINGS_POINTS:
        for angle in np.deg2rad(ANGLES_DEGREES):
            direction = np.array([np.cos(angle), np.sin(angle)])
            corner = direction * (radius + ring * scale) + size * (np.round(direction, 3) - 1) / 2
            box = Bbox.from_bounds(*(centre + corner), *size).padded(_PADDING_PIXELS)
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
            if inside and not any(box.overlaps(other) for other in taken):
                return box, corner, ring > RINGS_POINTS[1]
    return None, np.zeros(2), False


def _square(centre: np.ndarray, radius: float) -> Bbox:
    return Bbox.from_extents(*(centre - radius), *(centre + radius))


def _lead(axes: Axes, label: Label, box: Bbox) -> None:
    """Draw a thin line from a mark to the nearest point of its label."""
    mark = axes.transData.transform((label.x, label.y))
    nearest = np.clip(mark, box.min, box.max)
    x, y = axes.transData.inverted().transform(nearest)
    axes.plot([label.x, x], [label.y, y], color="#8a8a8a", lw=0.6, zorder=8)
