"""A matrix of differences: a number in each cell, coloured by its sign and the root of its size."""

from __future__ import annotations

import numpy as np
import pandas as pd
from cmcrameri import cm
from matplotlib import rc_context
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.analysis.comparison import UNCLEAR
from sim.report import style
from sim.report.figures.panels import LINE_INCHES, capital, lines_of
from sim.report.lettering import filled
from sim.report.style import GREY, INK
from sim.report.words import number

CELL_INCHES, ROW_COLUMNS, HEAD_COLUMNS = 0.42, 44, 13
MOST_LEVEL, SLANTED_LINES = 11, 4
"""Columns whose names have room side by side; of more the names slant, and take as many lines."""

DARK_FROM = 0.62
"""Depth of colour, the root of the share of the largest size, from which letters are white."""


def draw_matrix(table: pd.DataFrame, title: str, subtitle: str, axes_names: tuple[str, str]) -> Figure:
    """Draw a matrix, rows and columns in the order in which they come; a pair that is not there stays empty.

    Parameters
    ----------
    table : DataFrame
        `row, column` in words, `difference`, `verdict`.
    title : str
        The finding.
    subtitle : str
        What is shown, with its unit.
    axes_names : (str, str)
        What rows and columns are.

    Returns
    -------
    Figure
    """
    rows, columns = (list(dict.fromkeys(table[name])) for name in ("row", "column"))
    heads = [filled(capital(name), HEAD_COLUMNS) for name in columns]
    labels = [filled(capital(name), ROW_COLUMNS) for name in rows]
    most = float(table["difference"].abs().max()) or 1.0
    depth = np.sign(table["difference"]) * np.sqrt(table["difference"].abs() / most)
    values = np.full((len(rows), len(columns)), np.nan)
    lines = SLANTED_LINES if len(columns) > MOST_LEVEL else lines_of(heads)
    height = 0.5 + LINE_INCHES * lines + CELL_INCHES * len(rows)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title, f"{subtitle} Bold: a clear difference; grey: none is clear.", max(height, 1.8)
        )
        axes = figure.subplots()
        for each, deep in zip(table.itertuples(), depth, strict=True):
            place = rows.index(each.row), columns.index(each.column)
            values[place] = deep
            clear = each.verdict != UNCLEAR
            dark = abs(deep) > DARK_FROM
            axes.text(
                *place[::-1],
                number(each.difference, signed=True, digits=2),
                ha="center",
                va="center",
                fontsize=9,
                weight="bold" if clear else "normal",
                color="white" if dark else INK if clear else GREY,
            )
        axes.imshow(values, cmap=cm.vik, norm=Normalize(-1.25, 1.25), aspect="auto")
        if len(columns) > MOST_LEVEL:
            axes.set_xticks(range(len(columns)), heads, color=INK, rotation=40, ha="left", rotation_mode="anchor")
        else:
            axes.set_xticks(range(len(columns)), heads, color=INK)
        axes.set_yticks(range(len(rows)), labels, color=INK)
        axes.tick_params(length=0, labeltop=True, labelbottom=False)
        axes.set_ylabel(axes_names[0])
        axes.set_xlabel(axes_names[1], labelpad=9)
        axes.xaxis.set_label_position("top")
        axes.spines[:].set_visible(False)
    return figure
