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

from sim.report.lettering import filled, fit
from sim.report.style import GREY, INK

RINGS_POINTS = (2, 10, 20, 32, 46, 62, 80)
ANGLES_DEGREES = (0, 180, 90, 270, 35, 145, 325, 215, 15, 165, 345, 195, 60, 120, 300, 240)
_PADDING_PIXELS = 1.5
_LEADER_POINTS = 24
LABEL_COLUMNS = 30


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


def place_labels(
    axes: Axes, labels: Sequence[Label], *, size: float = 8.5, reach_points: float = RINGS_POINTS[-1]
) -> list[Annotation]:
    """Write labels beside their marks, without covering marks or other labels; far ones get a leader line.

    Parameters
    ----------
    axes : Axes
        With final position and limits.
    labels : sequence of Label
        The most important first. One for which no place is free is left out; one without text only keeps its mark free.
    size : float
        Font size in points.
    reach_points : float
        How far from its mark a label may lie.

    Returns
    -------
    list of Annotation
        Those written.
    """
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    scale = axes.figure.dpi / 72
    centres = [axes.transData.transform((label.x, label.y)) for label in labels]
    marks = [_square(centre, label.radius_points * scale) for centre, label in zip(centres, labels, strict=True)]
    room = _Room(axes.get_window_extent(renderer), marks, [], np.empty((0, 2)))
    written = []
    for label, centre in ((label, centre) for label, centre in zip(labels, centres, strict=True) if label.text):
        annotation = _written(axes, label, size)
        extent = annotation.get_window_extent(renderer)
        place = _first_free(room, centre, label.radius_points * scale, extent, scale, reach_points)
        if place is None:
            annotation.remove()
            continue
        annotation.set_position(tuple(place.corner / scale))
        room.labels.append(place.box)
        if place.is_far:
            room = room._replace(leaders=np.vstack([room.leaders, _leader(centre, place.box)]))
            _draw_leader(axes, centre, place.box)
        written.append(annotation)
    return written


class _Room(NamedTuple):
    """What is taken, in pixels."""

    frame: Bbox
    marks: list[Bbox]
    labels: list[Bbox]
    leaders: np.ndarray  # [points, 2]

    def takes(self, box: Bbox) -> bool:
        """Say whether a label may lie there."""
        frame = self.frame
        inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
        free = not any(box.overlaps(other) for other in (*self.marks, *self.labels))
        return inside and free and not _within(self.leaders, box)


class _Place(NamedTuple):
    """A free place of a label, in pixels."""

    box: Bbox
    corner: np.ndarray  # of the text, from the centre of the mark
    is_far: bool


def _first_free(
    room: _Room, centre: np.ndarray, radius: float, extent: Bbox, scale: float, reach_points: float
) -> _Place | None:
    """Try the places around a mark from near to far; lengths in pixels but for the reach."""
    size = np.array([extent.width, extent.height])
    for ring in (each for each in RINGS_POINTS if each <= reach_points):
        for angle in np.deg2rad(ANGLES_DEGREES):
            direction = np.array([np.cos(angle), np.sin(angle)])
            corner = direction * (radius + ring * scale) + size * (np.round(direction, 3) - 1) / 2
            box = Bbox.from_bounds(*(centre + corner), *size).padded(_PADDING_PIXELS)
            is_far = ring > RINGS_POINTS[1]
            leader = _leader(centre, box) if is_far else room.leaders[:0]
            if room.takes(box) and not any(_within(leader, other) for other in room.labels):
                return _Place(box, corner, is_far)
    return None


def _leader(centre: np.ndarray, box: Bbox) -> np.ndarray:
    """Points [n, 2] on the way from a mark to the nearest point of its label, in pixels."""
    end = np.clip(centre, box.min, box.max)
    return centre + np.linspace(0, 1, _LEADER_POINTS)[:-1, None] * (end - centre)


def _within(points: np.ndarray, box: Bbox) -> bool:
    return bool(((points > box.min) & (points < box.max)).all(axis=1).any())


def _written(axes: Axes, label: Label, size: float) -> Annotation:
    look = {"color": GREY, "style": "italic"} if label.faint else {"color": INK}
    look["weight"] = "bold" if label.bold else "normal"
    spot = {"xy": (label.x, label.y), "xytext": (0, 0), "textcoords": "offset points"}
    text = filled(label.text, LABEL_COLUMNS)
    written = axes.annotate(text, **spot, ha="left", va="bottom", size=size, zorder=9, **look)
    fit(written)
    return written


def _square(centre: np.ndarray, radius: float) -> Bbox:
    return Bbox.from_extents(*(centre - radius), *(centre + radius))


def _draw_leader(axes: Axes, centre: np.ndarray, box: Bbox) -> None:
    ends = axes.transData.inverted().transform([centre, np.clip(centre, box.min, box.max)])
    axes.plot(*ends.T, color="#8a8a8a", lw=0.6, zorder=8)
