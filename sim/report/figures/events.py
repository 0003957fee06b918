"""Days that a reader looks for in a picture of trade through time: measures announced and in force, closures."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.policy.describe import TimelineRow, timeline_rows
from sim.policy.language.measures import Measure, differing, role
from sim.report.figures.ends import POINTS_AN_INCH, spread
from sim.report.figures.timeline import words_of
from sim.report.shown import Shown
from sim.report.style import GREY

ANNOUNCED, STARTS, CLOSURE = "announced", "in force", "closure"
DASH = {ANNOUNCED: ":", STARTS: "--", CLOSURE: "-"}
COLOUR = {ANNOUNCED: "#7a7a7a", STARTS: "#5a5a5a", CLOSURE: "#c2b8a3"}
MOST = 9
"""Days marked at most; closures, then announcements are left out first."""

HOW_CUSTOMS_WORK = frozenset({"classes", "customs"})
"""What measures act on that only say how customs enforce others; they are not marked."""

MARK_POINTS, MARK_GAP_POINTS = 6.0, 8.0


@dataclass(frozen=True)
class Event:
    """A marked day.

    Attributes
    ----------
    day : date
        The day.
    kind : str
        ANNOUNCED, STARTS or CLOSURE.
    what : str
        Whose day it is, in words.
    """

    day: date
    kind: str
    what: str

    @property
    def year(self) -> float:
        """The day on an axis of years."""
        day, days = (each.timetuple().tm_yday for each in (self.day, self.day.replace(month=12, day=31)))
        return self.day.year + (day - 1) / days

    @property
    def label(self) -> str:
        """What happened, and when, for a key."""
        day = f"{self.day.day} {calendar.month_abbr[self.day.month]} {self.day.year}"
        return f"closure: {self.what}, {day}" if self.kind == CLOSURE else f"{self.what} {self.kind}, {day}"


def events(study: Shown) -> list[Event]:
    """Find the days on which measures by which regimes differ are announced and begin, and on which crossings close.

    Parameters
    ----------
    study : Shown
        What is compared.

    Returns
    -------
    list of Event
        By day, at most `MOST`; measures of one day and kind are one event.
    """
    if study.against not in study.laws:
        return []
    base = study.laws[study.against]
    own: dict[str, Measure] = {}
    for regime in study.laws.values():
        pairs = differing(regime.measures, base.measures).values()
        own |= {measure.name: measure for mine, other in pairs for measure in (other, mine) if measure}
    rows = [row for regime in study.laws.values() for row in timeline_rows(regime, study.world)]
    found = [each for row in rows for each in _of(row, own, base.measures)]
    first, last = study.dates.each_day[[0, -1]].tolist()
    return _merged([each for each in dict.fromkeys(found) if first < each.day <= last])


def _of(row: TimelineRow, own: dict[str, Measure], shared: Sequence[Measure]) -> list[Event]:
    """Events of a bar: of measures that set regimes apart, and of shocks at crossings."""
    measure = own.get(row.name)
    if measure is not None and row.role == "measure" and measure.instrument.rule.reach not in HOW_CUSTOMS_WORK:
        starts = [Event(row.start, STARTS, words_of(row))] if row.start else []
        told = row.announced if row.start and row.announced and row.announced < row.start else None
        return starts + ([Event(told, ANNOUNCED, words_of(row))] if told else [])
    closes = {each.name for each in shared if role(each) == "shock" and each.instrument.rule.dated_by_tables}
    return [Event(row.start, CLOSURE, words_of(row))] if row.name in closes and row.start else []


def _merged(found: Sequence[Event]) -> list[Event]:
    """Put what happens on one day together, and keep as many as can be read."""
    order = (STARTS, ANNOUNCED, CLOSURE)
    ordered = sorted(found, key=lambda each: (order.index(each.kind), each.day, each.what))
    grouped = groupby(ordered, key=lambda each: (each.kind, each.day))
    merged = [Event(day, kind, "; ".join(each.what for each in group)) for (kind, day), group in grouped]
    return sorted(merged[:MOST], key=lambda each: each.day)


def draw_events(axes: Axes, marked: Sequence[Event]) -> None:
    """Draw a thin line at each day, behind all else.

    Parameters
    ----------
    axes : Axes
        With years on its horizontal axis.
    marked : sequence of Event
        By day.
    """
    for each in marked:
        axes.axvline(each.year, color=COLOUR[each.kind], ls=DASH[each.kind], lw=0.8, zorder=0.5)


def number_events(axes: Axes, marked: Sequence[Event]) -> None:
    """Write the numbers of the key above the lines of a panel, apart from each other.

    Parameters
    ----------
    axes : Axes
        With final position and limits; its title must leave room for a line of small letters above the axes.
    marked : sequence of Event
        By day.
    """
    if not marked:
        return
    points = POINTS_AN_INCH / axes.figure.dpi
    left, right = (axes.transAxes.transform((x, 0))[0] * points for x in (0, 1))
    wished = [axes.transData.transform((each.year, 0))[0] * points for each in marked]
    for number, (x, moved) in enumerate(zip(wished, spread(wished, MARK_GAP_POINTS, left, right), strict=True), 1):
        axes.annotate(
            str(number),
            (marked[number - 1].year, 1),
            (moved - x, 1.5),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            size=MARK_POINTS,
            color=GREY,
            ha="center",
            va="bottom",
            annotation_clip=False,
        ).set_in_layout(False)


def key_of(marked: Sequence[Event]) -> list[Line2D]:
    """Make the handles of a key that names the numbers.

    Parameters
    ----------
    marked : sequence of Event
        By day.
    """
    return [
        Line2D([], [], color=COLOUR[each.kind], ls=DASH[each.kind], lw=1.2, label=f"{place}  {each.label}")
        for place, each in enumerate(marked, 1)
    ]
