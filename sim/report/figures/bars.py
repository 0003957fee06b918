"""Bars on an axis of days: where each begins and ends, how it grows, and that it goes on outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from sim.policy.describe import TimelineRow
from sim.report.style import LIGHT_GREY

AFTER_THE_RUN = "#f1f1f1"
BAR_HEIGHT, RAMP_START = 0.62, 0.1
TIP_SHARE, SHORTEST_SHARE = 0.008, 0.003
YEARS_LABELLED = 14
ROOM_AFTER_START = timedelta(weeks=26)

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""


@dataclass(frozen=True)
class TimeAxis:
    """Days, as ordinals, at which the time axis begins and ends, and after which the run is over."""

    first: float
    last: float
    run_end: float

    @property
    def tip(self) -> float:
        """Length of the arrow head of a bar that goes on outside."""
        return (self.last - self.first) * TIP_SHARE


def time_axis(rows: Sequence[TimelineRow], start: date, end: date) -> TimeAxis:
    """Whole years from the run's start to its end, further where a bar lies outside.

    Parameters
    ----------
    rows : sequence of TimelineRow
        Bars.
    start, end : date
        First and last day of the run.
    """
    ends = [row.end for row in rows if row.end]
    begins = [row.start + ROOM_AFTER_START for row in rows if row.start]
    first = min([start, *ends]).year
    last = max([end, *begins, *ends]).year + 1
    return TimeAxis(date(first, 1, 1).toordinal(), date(last, 1, 1).toordinal(), end.toordinal() + 1)


def draw_bar(axes: Axes, axis: TimeAxis, position: int, row: TimelineRow, colour: Colour) -> None:
    """Draw a bar: a ramp while it grows to full strength, arrow heads where it goes on outside the axis.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    axis : TimeAxis
        Days that are seen.
    position : int
        Its row.
    row : TimelineRow
        Its days.
    colour : Colour
        Of the bar.
    """
    begins = row.start.toordinal() if row.start else axis.first - 1
    ends = row.end.toordinal() + 1 if row.end else axis.last + 1
    if row.announced and row.announced.toordinal() < begins:
        _announcement(axes, axis, position, row.announced, begins, colour)
    shortest = (axis.last - axis.first) * SHORTEST_SHARE
    left = min(max(begins, axis.first), axis.last - shortest)
    right = max(min(ends, axis.last), left + shortest)
    tip = min(axis.tip, (right - left) / 2)
    grown = min(max(row.full_from.toordinal() if row.full_from else left, left), right)
    outline = _left_end(left, tip, grown, goes_on=begins < axis.first) + _right_end(
        right, tip, goes_on=ends > axis.last
    )
    axes.add_patch(Polygon([(day, position - height) for day, height in outline], facecolor=colour, lw=0))


def _left_end(left: float, tip: float, grown: float, *, goes_on: bool) -> list[tuple[float, float]]:
    """Corners from the lower to the upper edge: an arrow head, a ramp, or straight."""
    half = BAR_HEIGHT / 2
    if goes_on:
        return [(left + tip, -half), (left, 0.0), (left + tip, half)]
    if grown > left:
        return [(left, -half), (left, RAMP_START - half), (grown, half)]
    return [(left, -half), (left, half)]


def _right_end(right: float, tip: float, *, goes_on: bool) -> list[tuple[float, float]]:
    """Corners from the upper to the lower edge."""
    half = BAR_HEIGHT / 2
    if goes_on:
        return [(right - tip, half), (right, 0.0), (right - tip, -half)]
    return [(right, half), (right, -half)]


def _announcement(axes: Axes, axis: TimeAxis, position: int, announced: date, begins: float, colour: Colour) -> None:
    """Draw a dotted line from the announcement to the start."""
    day = announced.toordinal()
    axes.plot([max(day, axis.first), begins], [position] * 2, color=colour, ls=":", lw=1.6)
    if day >= axis.first:
        axes.plot([day], [position], "D", ms=4.5, mfc="white", mec=colour, mew=1.2)


def draw_axis(axes: Axes, axis: TimeAxis) -> None:
    """Years above and below, with lines through the bars' background; the time after the run is shaded.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    axis : TimeAxis
        Days that are seen.
    """
    years = range(date.fromordinal(int(axis.first)).year, date.fromordinal(int(axis.last)).year + 1)
    shown = years[:: -(-len(years) // YEARS_LABELLED)]
    axes.set_xlim(axis.first, axis.last)
    axes.set_xticks([date(year, 1, 1).toordinal() for year in shown], [str(year) for year in shown])
    axes.tick_params(axis="x", top=True, labeltop=True, length=3)
    axes.grid(axis="x", color=LIGHT_GREY, lw=0.7)
    axes.set_axisbelow(True)
    if axis.run_end < axis.last:
        axes.axvspan(axis.run_end, axis.last, color=AFTER_THE_RUN, lw=0, zorder=0)
