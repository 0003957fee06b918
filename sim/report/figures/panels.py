"""What several figures of a comparison share: a time axis, a key of regimes, rows of paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.analysis.comparison import UNCLEAR
from sim.report import words
from sim.report.findings import name_of
from sim.report.lettering import filled, width
from sim.report.style import GREY, INK, LIGHT_GREY, RegimeLook, across, canvas

BANDS_FOR_REGIMES, SHORT_KEY = 3, 7
MOST_LETTERS = 12  # that stand apart beside a panel
ROW_COLUMNS, TITLE_COLUMNS, KEY_COLUMNS = 48, 96, 156  # of the name of a row, of panels together, of keys together
HANDLE_COLUMNS = 8  # that the line of a key takes beside its words
PANELS_COLUMNS = 134  # of the names of rows and of panels together
LINE_INCHES = 0.165  # of a line more in the title of a panel


def capital(text: str) -> str:
    """Write the first letter as a capital.

    Parameters
    ----------
    text : str
        Any.
    """
    return text[:1].upper() + text[1:]


def named(names: Mapping[str, str], subject: str, columns: int = ROW_COLUMNS) -> str:
    """Name a subject at the head of a panel or row.

    Parameters
    ----------
    names : mapping of str to str
        Subject to its name in words.
    subject : str
        Its id, the fallback.
    columns : int
        Of a line, on the wide canvas.
    """
    return filled(capital(name_of(names, subject)), across(columns))


def year_of(month: str) -> float:
    """Place the middle of a month (`2023-02`) or quarter (`2023 Q1`) on an axis of years.

    Parameters
    ----------
    month : str
        Of either form.

    Examples
    --------
    >>> year_of("2023 Q1")
    2023.125
    """
    if "Q" in month:
        return int(month[:4]) + (int(month[-1]) - 0.5) / 4
    return int(month[:4]) + (int(month[5:7]) - 0.5) / 12


def year_axis(axes: Axes, first: float, last: float) -> None:
    """Let an axis run over whole years.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    first, last : float
        Of what is drawn, as of `year_of`.
    """
    axes.set_xlim(np.floor(first), np.ceil(last))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))


def period_marks(axes: Axes, observed: pd.DataFrame, column: str) -> None:
    """Draw what was observed as a bar over its months with a dot in the middle.

    Parameters
    ----------
    axes : Axes
        With years on its horizontal axis.
    observed : DataFrame
        `from_month, to_month` and the column.
    column : str
        What is drawn.
    """
    for row in observed.to_dict("records"):
        first, last = year_of(row["from_month"]) - 0.5 / 12, year_of(row["to_month"]) + 0.5 / 12
        axes.plot([first, last], [row[column]] * 2, color=INK, lw=1.2, zorder=4)
        axes.plot([(first + last) / 2], [row[column]], "o", color=INK, ms=3.5, zorder=5)


def is_lettered(regimes: int) -> bool:
    """Say whether letters stand at the ends of lines: of so many regimes that they help, and so few that they fit.

    Parameters
    ----------
    regimes : int
        In a panel.
    """
    return BANDS_FOR_REGIMES < regimes <= MOST_LETTERS


def key(
    looks: Mapping[str, RegimeLook], *, observed: bool, also: Sequence[Line2D] = (), letters: bool = False
) -> tuple[list[Line2D], int, int]:
    """Make a key of regimes with their purposes; of many regimes the titles alone.

    Parameters
    ----------
    looks : mapping of str to RegimeLook
        Regimes in the order of the key.
    observed : bool
        With the mark of observations.
    also : sequence of Line2D
        Handles that follow.
    letters : bool
        Of many regimes, with the letters that stand at the ends of their lines.

    Returns
    -------
    handles : list of Line2D
        With labels.
    columns, lines : int
        Of the key, and of its text.
    """
    columns = 1 if len(looks) <= BANDS_FOR_REGIMES and not also else 2 if len(looks) <= SHORT_KEY else 3
    columns = min(columns, canvas().panels - 1)
    of_line = (across(KEY_COLUMNS + HANDLE_COLUMNS) - HANDLE_COLUMNS) // columns
    many = len(looks) > BANDS_FOR_REGIMES
    if many:
        with_letters = letters and is_lettered(len(looks))
        named = [f"{look.letter}  {look.title}" if with_letters else look.title for look in looks.values()]
        labels = [filled(name, of_line) for name in named]
    else:
        labels = [look.label(of_line) for look in looks.values()]
    handles = [
        Line2D([], [], color=look.colour, ls=look.dash, lw=2 if many else 3, marker=look.marker, ms=5, label=label)
        for look, label in zip(looks.values(), labels, strict=True)
    ]
    if observed:
        handles.append(Line2D([], [], color=INK, marker="o", ms=4, lw=1.2, label="observed: mean of the period"))
    for handle in also:
        handle.set_label(filled(handle.get_label(), of_line))
    handles += also
    lines = [handle.get_label().count("\n") + 1 for handle in handles]
    rows = int(np.ceil(len(handles) / columns))
    return handles, columns, max(sum(lines[first : first + rows]) for first in range(0, len(lines), rows))


def panels(figure: Figure, number: int) -> list[Axes]:
    """Lay out panels with common axes, at most so many beside each other as the canvas has room for.

    Parameters
    ----------
    figure : Figure
        Laid out without overlap.
    number : int
        Of panels.

    Returns
    -------
    list of Axes
        From left to right and from top to bottom; the lowest of each column carries the labels of the horizontal axis.
    """
    rows, columns = rows_and_columns(number)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[number:]:
        axes.set_visible(False)
    for axes in grid.flat[max(number - columns, 0) : number]:
        axes.tick_params(axis="x", labelbottom=True)
    return list(grid.flat[:number])


def rows_and_columns(number: int) -> tuple[int, int]:
    """Say how many rows and columns some panels take, as even as may be.

    Parameters
    ----------
    number : int
        Of panels.

    Examples
    --------
    >>> rows_and_columns(3), rows_and_columns(5), rows_and_columns(22)
    ((1, 3), (2, 3), (6, 4))
    """
    rows = int(np.ceil(number / canvas().panels))
    return rows, int(np.ceil(number / rows))


def ticks(number: int) -> MaxNLocator:
    """Place as many ticks on the horizontal axes of some panels as their labels have room.

    Parameters
    ----------
    number : int
        Of panels.
    """
    return MaxNLocator(max(3, across(10) // min(number, canvas().panels)))


def name_below(grid: Sequence[Axes], text: str) -> None:
    """Name the horizontal axis of panels below the lowest in the middle.

    Parameters
    ----------
    grid : sequence of Axes
        From `panels`.
    text : str
        What the axis is.
    """
    rows, columns = rows_and_columns(len(grid))
    lowest = grid[(rows - 1) * columns :]
    lowest[(len(lowest) - 1) // 2].set_xlabel(filled(text, across(PANELS_COLUMNS)))


def windows(rows: pd.DataFrame) -> str:
    """Say over which months regimes are compared, in a subtitle.

    Parameters
    ----------
    rows : DataFrame
        Of `differences`.
    """
    periods = list(dict.fromkeys(rows["period"]))
    return words.span(periods[0]) if len(periods) == 1 else "over the months above each panel"


def dots_and_lines(rows: pd.DataFrame) -> str:
    """Explain dots and lines of differences, in a subtitle.

    Parameters
    ----------
    rows : DataFrame
        Of `differences`.
    """
    if rows["run_q05"].isna().all():
        return f"Dot: mean of {words.counted(int(rows['runs'].iloc[0]), 'run')}, too few for a range."
    lines = "Thin line: 5\u201395 % of runs. Thick line: 90 % interval of the mean."
    return f"Dot: mean (hollow: no clear difference). {lines}"


def panel_titles(rows: pd.DataFrame, labels: Sequence[str], looks: Mapping[str, RegimeLook]) -> list[str]:
    """Name the panels of several regimes, with the months of each where those of others differ.

    Parameters
    ----------
    rows : DataFrame
        Of `differences`, of all regimes.
    labels : sequence of str
        Of the rows, which leave the panels the room beside them.
    looks : mapping of str to RegimeLook
        Regimes by name.

    Returns
    -------
    list of str
        One for each regime; all empty if there is one.
    """
    periods = rows.drop_duplicates("regime").set_index("regime")["period"]
    if len(periods) < 2:
        return [""]
    beside = max(width(line) for label in labels for line in label.split("\n"))
    columns = int((across(PANELS_COLUMNS) - beside) / rows_and_columns(len(periods))[1])
    names = [filled(looks[regime].title, columns) for regime in periods.index]
    if periods.nunique() < 2:
        return names
    return [f"{name}\n{filled(words.span(period), columns)}" for name, period in zip(names, periods, strict=True)]


def lines_of(texts: Sequence[str]) -> int:
    """Count the lines of the longest of some texts.

    Parameters
    ----------
    texts : sequence of str
        May be empty.
    """
    return max((text.count("\n") + 1 for text in texts), default=1)


def difference_panel(axes: Axes, part: pd.DataFrame, rows: np.ndarray, look: RegimeLook, *, in_percent: bool) -> None:
    """Draw paired differences, a row each: dots, range over runs, interval of the mean.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    part : DataFrame
        Rows of one regime from `differences`.
    rows : array
        Where each stands on the vertical axis.
    look : RegimeLook
        Of the regime.
    in_percent : bool
        As a share of the regime compared with instead of the table's unit.
    """
    scale = 1.0 / part["mean_against"].where(part["mean_against"] > 0) if in_percent else 1.0
    clear = (part["verdict"] != UNCLEAR).to_numpy()
    axes.axvline(0, color=GREY, lw=0.9, zorder=1)
    for low, high, weight in (("run_q05", "run_q95", 1.3), ("mean_low", "mean_high", 4.0)):
        known = np.isfinite(part[low]).to_numpy()
        axes.hlines(rows[known], (part[low] * scale)[known], (part[high] * scale)[known], color=look.colour, lw=weight)
    for chosen, face in ((clear, look.colour), (~clear, "white")):
        axes.scatter(
            (part["difference"] * scale)[chosen], rows[chosen], s=30, color=face, ec=look.colour, lw=1.2, zorder=3
        )
    axes.grid(color=LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    if in_percent:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{words.number(value * 100, signed=True)} %"))
        axes.set_xlabel("per cent of the trade under the regime compared with")
    else:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(value, signed=True)))
