"""Rows of differences with dot, range and interval, a panel each: what several studies draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report import style
from sim.report.figures.panels import (
    LINE_INCHES,
    PANELS_COLUMNS,
    ROW_COLUMNS,
    capital,
    difference_panel,
    dots_and_lines,
    lines_of,
    name_below,
    panels,
    rows_and_columns,
)
from sim.report.lettering import filled, width
from sim.report.style import COLOURS, INK, RegimeLook

ROW_INCHES, LEAST_INCHES = 0.27, 1.5


def draw_rows(table: pd.DataFrame, title: str, subtitle: str, axis: str) -> Figure:
    """Draw differences, a panel for each `panel` and a row for each `row`, in the order in which they come.

    Parameters
    ----------
    table : DataFrame
        `panel, row` in words, and the columns of `comparison.paired_difference`.
    title : str
        The finding.
    subtitle : str
        What is shown; how to read dots and lines is added.
    axis : str
        Quantity and unit of the horizontal axis.

    Returns
    -------
    Figure
    """
    heads, names = (list(dict.fromkeys(table[column])) for column in ("panel", "row"))
    labels = [filled(capital(name), ROW_COLUMNS) for name in names]
    heights = ROW_INCHES + LINE_INCHES * (lines_of(labels) - 1)
    bands, columns = rows_and_columns(len(heads))
    beside = max(width(line) for label in labels for line in label.split("\n"))
    titles = [filled(head, int((PANELS_COLUMNS - beside) / columns)) for head in heads]
    each = max(LEAST_INCHES, 0.75 + LINE_INCHES * lines_of(titles) + heights * len(names))
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, f"{subtitle} {dots_and_lines(table)}", 0.3 + bands * each)
        grid = panels(figure, len(heads))
        for place, (axes, head, above) in enumerate(zip(grid, heads, titles, strict=True)):
            mine = table[table["panel"] == head]
            at = np.array([names.index(name) for name in mine["row"]], float)
            look = RegimeLook(head, head, "", COLOURS[place % len(COLOURS)], dash="-", marker="", letter="")
            difference_panel(axes, mine, at, look, in_percent=False)
            axes.set_title(above)
            axes.locator_params(axis="x", nbins=5)
        _name(grid[0], labels)
        name_below(grid, axis)
    return figure


def _name(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), labels, color=INK)
    axes.set_ylim(len(labels) - 0.4, -0.6)
