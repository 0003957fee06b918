"""A regime as a picture: measures, counter-measures and shocks on one time axis, by sender."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from itertools import groupby
from pathlib import Path

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import blended_transform_factory

from sim.policy.describe import TimelineRow, timeline_rows
from sim.policy.language.measures import Regime
from sim.report import style, words
from sim.report.figures.bars import AFTER_THE_RUN, Colour, TimeAxis, draw_axis, draw_bar, time_axis
from sim.report.figures.panels import LINE_INCHES, lines_of
from sim.report.figures.picture import Picture, write_png
from sim.report.lettering import filled
from sim.report.style import GREY, INK
from sim.world.tables.read import Tables

ROLE_COLOURS = {"measure": style.COLOURS[0], "counter-measure": style.COLOURS[1], "shock": style.COLOURS[2]}
PLURALS = {"measure": "measures", "counter-measure": "counter-measures", "shock": "shocks"}
BACKGROUND_FOLDER, BACKGROUND_TINT = "background", 0.45
ROW_INCHES, SMALLEST_BODY_INCHES = 0.2, 1.0
LABEL_COLUMNS, HEADING_CHARACTERS, HEADING_LEFT = 46, 90, 0.012


@dataclass(frozen=True)
class Dated:
    """A regime on the days of a run.

    Attributes
    ----------
    regime : Regime
        Its name and purpose are printed.
    rows : sequence of TimelineRow
        From `sim.policy.describe.timeline_rows`.
    start, end : date
        First and last day of the run.
    """

    regime: Regime
    rows: Sequence[TimelineRow]
    start: date
    end: date


def write_timeline(regime: Regime, tables: Tables, start: date, end: date, folder: Path) -> Path:
    """Write the timeline of a regime as `<regime>.png`; a slash in its name becomes `_`.

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

    Raises
    ------
    InputError
        If it cannot be written.
    """
    source = (
        f"Source: reroute, regime {regime.name} with its background, where each measure names its source; "
        f"days of changes at crossings from world {tables.folder.name}"
    )
    dated = Dated(regime, timeline_rows(regime, tables), start, end)
    return write_png(PICTURE, dated, source, folder / f"{regime.name.replace('/', '_')}.png")


def table(dated: Dated) -> pd.DataFrame:
    """Collect the bars, a row each."""
    columns = [each.name for each in fields(TimelineRow)]
    return pd.DataFrame([asdict(row) for row in dated.rows], columns=columns)


def finding(dated: Dated) -> str:
    """Count what the regime itself sets, and what it stands on."""
    background = _background(dated.regime)
    own = _counted([row for row in dated.rows if row.name not in background])
    under = _counted([row for row in dated.rows if row.name in background])
    name = words.quoted(dated.regime.title or dated.regime.name)
    return f"{name} sets {own or 'nothing'}{f'; background: {under}' if under else ''}"


def caption(_: Dated) -> str:
    """Say how to read the figure."""
    return (
        "A bar for each measure, from its first to its last day, under a heading for each sender. A ramp shows that it "
        "grows to full strength, a dotted line that it was announced before; an arrow head that it goes on outside."
    )


def draw(dated: Dated, title: str) -> Figure:
    """Draw a bar for each row, under a heading for each sender and role.

    The axis runs from the start of the run to its end, and further where a bar would else not be seen.

    Parameters
    ----------
    dated : Dated
        The regime.
    title : str
        The finding.

    Returns
    -------
    Figure
    """
    rows, background = dated.rows, _background(dated.regime)
    axis = time_axis(rows, dated.start, dated.end)
    ordered = sorted(rows, key=lambda row: (*_group(row), row.start or date.min))
    groups = [(key, list(group)) for key, group in groupby(ordered, key=_group)]
    lines = len(rows) + len(groups)
    row_inches = ROW_INCHES + LINE_INCHES * (lines_of([_label(row) for row in rows]) - 1)
    height = max(row_inches * lines + 0.5, SMALLEST_BODY_INCHES)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, dated.regime.purpose, height, key_lines=2)
        axes = figure.subplots()
        position, placed = 0, {}
        for _, group in groups:
            _heading(axes, position, group[0])
            for row in group:
                position += 1
                placed[position] = row
                draw_bar(axes, axis, position, row, _colour(row, background))
            position += 1
        _label_rows(axes, placed, lines, background)
        draw_axis(axes, axis)
        style.add_key(figure, _key(rows, axis, background), 4)
    return figure


def _background(regime: Regime) -> frozenset[str]:
    """Names of the measures that stand in the shipped background."""
    return frozenset(measure.name for measure in regime.measures if Path(measure.file).parent.name == BACKGROUND_FOLDER)


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


def _colour(row: TimelineRow, background: frozenset[str]) -> Colour:
    """Colour of its role; paler in the background."""
    red, green, blue = to_rgb(ROLE_COLOURS[row.role])
    strength = BACKGROUND_TINT if row.name in background else 1.0
    return (1 - strength * (1 - red), 1 - strength * (1 - green), 1 - strength * (1 - blue))


def _label_rows(axes: Axes, placed: dict[int, TimelineRow], lines: int, background: frozenset[str]) -> None:
    """Name each bar on the left, in bold what is not in the background, and write its dates on the right."""
    axes.set_ylim(max(lines, 1) - 0.4, -0.7)
    axes.set_yticks(list(placed), [_label(row) for row in placed.values()], color=INK, size=9)
    for label, row in zip(axes.get_yticklabels(), placed.values(), strict=True):
        label.set_fontweight("normal" if row.name in background else "bold")
    dates = axes.secondary_yaxis("right")
    dates.set_yticks(list(placed), [_dates(row) for row in placed.values()], color=GREY, size=8.5)
    for side in (axes, dates):
        side.tick_params(axis="y", length=0)
        side.spines[:].set_visible(False)


def _key(rows: Sequence[TimelineRow], axis: TimeAxis, background: frozenset[str]) -> list[Patch | Line2D]:
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


def words_of(row: TimelineRow) -> str:
    """Begin the words of a measure with a capital.

    Parameters
    ----------
    row : TimelineRow
        Its bar.
    """
    return row.label[:1].upper() + row.label[1:]


def _label(row: TimelineRow) -> str:
    return filled(words_of(row), LABEL_COLUMNS)


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def _dates(row: TimelineRow) -> str:
    if row.start and row.end:
        return f"{day_of(row.start)} \N{EN DASH} {day_of(row.end)}"
    return f"from {day_of(row.start)}" if row.start else f"until {day_of(row.end)}" if row.end else "always"


def day_of(day: date) -> str:
    """Print a day, such as `21 Jun 2022`.

    Parameters
    ----------
    day : date
        Any.
    """
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


PICTURE = Picture("timeline", table, finding, caption, draw)
