"""A regime as a picture: measures, counter-measures and shocks on one time axis, by sender."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon
from matplotlib.transforms import blended_transform_factory

from sim.policy.describe import TimelineRow, timeline_rows
from sim.policy.language.measures import Regime
from sim.report import style, words
from sim.report.style import GREY, INK, LIGHT_GREY
from sim.world.tables.read import Tables

ROLE_COLOURS = {"measure": style.COLOURS[0], "counter-measure": style.COLOURS[1], "shock": style.COLOURS[2]}
PLURALS = {"measure": "measures", "counter-measure": "counter-measures", "shock": "shocks"}
AFTER_THE_RUN = "#f1f1f1"
ACRONYMS = frozenset({"us", "eu", "uk", "cku"})
PROPER_NOUNS = frozenset({"china", "russia", "russian", "kazakh", "karakoram", "sea", "march"})
BACKGROUND_FOLDER, BACKGROUND_TINT = "background", 0.45
ROW_INCHES, SMALLEST_BODY_INCHES = 0.2, 1.0
BAR_HEIGHT, RAMP_START = 0.62, 0.1
TIP_SHARE, SHORTEST_SHARE = 0.008, 0.003
LABEL_CHARACTERS, HEADING_CHARACTERS, HEADING_LEFT = 40, 90, 0.012
YEARS_LABELLED = 14
ROOM_AFTER_START = timedelta(weeks=26)


@dataclass(frozen=True)
class _Axis:
    """Days, as ordinals, at which the time axis begins and ends, and after which the run is over."""

    first: float
    last: float
    run_end: float

    @property
    def tip(self) -> float:
        """Length of the arrow head of a bar that goes on outside."""
        return (self.last - self.first) * TIP_SHARE


def write_timeline(regime: Regime, tables: Tables, start: date, end: date, folder: Path) -> Path:
    """Write the timeline of a regime as `<regime>.png`.

    Parameters
    ----------
    regime
        A loaded regime.
    tables
        The world's tables, which hold the days of dated changes at crossings.
    start, end
        First and last day of the run.
    folder
        Made if missing.

    Returns
    -------
    Path
        The file.
    """
    figure = timeline(regime, timeline_rows(regime, tables), start, end)
    footer = (
        f"Source: reroute, regime {regime.name} with its background, where each measure names its source; "
        f"days of changes at crossings from world {tables.folder.name}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    return style.save_figure(figure, folder / f"{regime.name}.png", footer)


def timeline(regime: Regime, rows: Sequence[TimelineRow], start: date, end: date) -> Figure:
    """Draw a bar for each row, under a heading for each sender and role.

    The axis runs from the start of the run to its end, and further where a bar would else not be seen.

    Parameters
    ----------
    regime
        Its name and purpose are printed.
    rows
        From `sim.policy.describe.timeline_rows`.
    start, end
        First and last day of the run.

    Returns
    -------
    Figure
    """
    axis = _axis(rows, start, end)
    ordered = sorted(rows, key=lambda row: (*_group(row), row.start or date.min))
    groups = [(key, list(group)) for key, group in groupby(ordered, key=_group)]
    lines = len(rows) + len(groups)
    background = _background(regime)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            _title(regime, rows), regime.purpose, max(ROW_INCHES * lines + 0.5, SMALLEST_BODY_INCHES), key_lines=2
        )
        axes = figure.subplots()
        position, placed = 0, {}
        for _, group in groups:
            _heading(axes, position, group[0])
            for row in group:
                position += 1
                placed[position] = row
                _bar(axes, axis, position, row, _colour(row, background))
            position += 1
        _label_rows(axes, placed, lines, background)
        _time_axis(axes, axis)
        style.add_key(figure, _key(rows, axis, background), 4)
    return figure


def _axis(rows: Sequence[TimelineRow], start: date, end: date) -> _Axis:
    """Whole years from the run's start to its end, further where a bar lies outside."""
    ends = [row.end for row in rows if row.end]
    begins = [row.start + ROOM_AFTER_START for row in rows if row.start]
    first = min([start, *ends]).year
    last = max([end, *begins, *ends]).year + 1
    return _Axis(date(first, 1, 1).toordinal(), date(last, 1, 1).toordinal(), end.toordinal() + 1)


def _background(regime: Regime) -> frozenset[str]:
    """Names of the measures that stand in the shipped background."""
    return frozenset(measure.name for measure in regime.measures if Path(measure.file).parent.name == BACKGROUND_FOLDER)


def _title(regime: Regime, rows: Sequence[TimelineRow]) -> str:
    """Count what the regime itself sets, and what it stands on."""
    background = _background(regime)
    own = _counted([row for row in rows if row.name not in background])
    under = _counted([row for row in rows if row.name in background])
    return f"{words.quoted(regime.name)} sets {own or 'nothing'}{f'; background: {under}' if under else ''}"


def _counted(rows: Sequence[TimelineRow]) -> str:
    counts = {role: sum(row.role == role for row in rows) for role in ROLE_COLOURS}
    parts = [f"{count} {role if count == 1 else PLURALS[role]}" for role, count in counts.items() if count]
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _group(row: TimelineRow) -> tuple[int, str]:
    """Role in order, and sender; shocks have no sender."""
    return list(ROLE_COLOURS).index(row.role), "" if row.role == "shock" else row.sender


def _heading(axes: Axes, position: int, row: TimelineRow) -> None:
    """Write who acts above the names of a group's bars."""
    _, sender = _group(row)
    text = f"{_cut(sender, HEADING_CHARACTERS)}: {PLURALS[row.role]}" if sender else PLURALS[row.role].capitalize()
    axes.text(
        HEADING_LEFT,
        position + 0.08,
        text,
        transform=blended_transform_factory(axes.get_figure().transFigure, axes.transData),
        color=ROLE_COLOURS[row.role],
        weight="bold",
        size=9.5,
        va="center",
        in_layout=False,
    )


def _colour(row: TimelineRow, background: frozenset[str]) -> tuple[float, float, float]:
    """Colour of its role; paler in the background."""
    red, green, blue = to_rgb(ROLE_COLOURS[row.role])
    strength = BACKGROUND_TINT if row.name in background else 1.0
    return (1 - strength * (1 - red), 1 - strength * (1 - green), 1 - strength * (1 - blue))


def _bar(axes: Axes, axis: _Axis, position: int, row: TimelineRow, colour: tuple[float, float, float]) -> None:
    """Draw a bar: a ramp while it grows to full strength, arrow heads where it goes on outside the axis."""
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


def _announcement(
    axes: Axes, axis: _Axis, position: int, announced: date, begins: float, colour: tuple[float, float, float]
) -> None:
    """Draw a dotted line from the announcement to the start."""
    day = announced.toordinal()
    axes.plot([max(day, axis.first), begins], [position] * 2, color=colour, ls=":", lw=1.6)
    if day >= axis.first:
        axes.plot([day], [position], "D", ms=4.5, mfc="white", mec=colour, mew=1.2)


def _label_rows(axes: Axes, placed: dict[int, TimelineRow], lines: int, background: frozenset[str]) -> None:
    """Name each bar on the left, in bold what is not in the background, and write its dates on the right."""
    axes.set_ylim(max(lines, 1) - 0.4, -0.7)
    axes.set_yticks(list(placed), [_words_of(row) for row in placed.values()], color=INK, size=9)
    for label, row in zip(axes.get_yticklabels(), placed.values(), strict=True):
        label.set_fontweight("normal" if row.name in background else "bold")
    dates = axes.secondary_yaxis("right")
    dates.set_yticks(list(placed), [_dates(row) for row in placed.values()], color=GREY, size=8.5)
    for side in (axes, dates):
        side.tick_params(axis="y", length=0)
        side.spines[:].set_visible(False)


def _time_axis(axes: Axes, axis: _Axis) -> None:
    """Years above and below, with lines through the bars' background; the time after the run is shaded."""
    years = range(date.fromordinal(int(axis.first)).year, date.fromordinal(int(axis.last)).year + 1)
    shown = years[:: -(-len(years) // YEARS_LABELLED)]
    axes.set_xlim(axis.first, axis.last)
    axes.set_xticks([date(year, 1, 1).toordinal() for year in shown], [str(year) for year in shown])
    axes.tick_params(axis="x", top=True, labeltop=True, length=3)
    axes.grid(axis="x", color=LIGHT_GREY, lw=0.7)
    axes.set_axisbelow(True)
    if axis.run_end < axis.last:
        axes.axvspan(axis.run_end, axis.last, color=AFTER_THE_RUN, lw=0, zorder=0)


def _key(rows: Sequence[TimelineRow], axis: _Axis, background: frozenset[str]) -> list[Patch | Line2D]:
    """Make the handles of what is drawn."""
    handles: list[Patch | Line2D] = [
        Patch(color=colour, label=f"{role} of a sender" if role == "measure" else role)
        for role, colour in ROLE_COLOURS.items()
        if any(row.role == role for row in rows)
    ]
    if any(row.name in background for row in rows):
        handles.append(Patch(color="#b5b5b5", label="pale: in the background of regimes"))
    if any(row.announced and row.start and row.announced < row.start for row in rows):
        handles.append(_mark("D", ":", "announced, not yet in force", face="white"))
    if any(row.full_from and row.start and row.full_from > row.start for row in rows):
        handles.append(_mark([(-5, -1), (-5, -0.6), (3, 1), (5, 1), (5, -1)], "", "grows to full strength"))
    if any(not row.end or not row.start or row.start.toordinal() < axis.first for row in rows):
        handles.append(_mark(">", "", "goes on beyond the axis"))
    if axis.run_end < axis.last:
        handles.append(Patch(color=AFTER_THE_RUN, label="after the end of the run"))
    return handles


def _mark(marker: str | list[tuple[float, float]], dash: str, label: str, face: str = GREY) -> Line2D:
    size = 5 if isinstance(marker, str) else 16
    return Line2D([], [], color=GREY, ls=dash, lw=1.6, marker=marker, mfc=face, ms=size, label=label)


def _words_of(row: TimelineRow) -> str:
    """Words of a label: the key of a measure has no capitals."""
    text = " ".join(_spelled(word) for word in row.label.split())
    return _cut(text[:1].upper() + text[1:], LABEL_CHARACTERS)


def _spelled(word: str) -> str:
    return word.upper() if word in ACRONYMS else word.capitalize() if word in PROPER_NOUNS else word


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def _dates(row: TimelineRow) -> str:
    if row.start and row.end:
        return f"{_day(row.start)} \N{EN DASH} {_day(row.end)}"
    return f"from {_day(row.start)}" if row.start else f"until {_day(row.end)}" if row.end else "always"


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"
