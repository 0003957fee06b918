"""The headline outcomes and the tests of the customs' figures under each rule of choice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.by_run import ALARMS, CUT, HEADLINES
from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.figures.what_moves import NAMES, shown_value
from sim.report.lettering import filled

COLUMNS, PANEL_INCHES, TITLE_COLUMNS = 3, 2.7, 38
PERCENT = 100.0


class ByRule(NamedTuple):
    """Outcomes by rule of choice.

    Attributes
    ----------
    rows : pandas.DataFrame
        `rule, calibrated, quantity, kind` (`headline` or `test`), `q05, median, q95, runs, verdict`, and of tests
        `observed, low, high`.
    regime, against, months : str
        Titles of the regimes compared, and months in words.
    """

    rows: pd.DataFrame
    regime: str
    against: str
    months: str


def in_words(quantity: str) -> str:
    """Name a quantity."""
    return NAMES.get(quantity, quantity)


def ranged(row: pd.Series) -> str:
    """Print a quantity of a rule with its range over runs."""
    name = row["quantity"] if row["quantity"] in HEADLINES else CUT
    middle = shown_value(name, row["median"])
    if not np.isfinite([row["q05"], row["q95"]]).all():
        return middle
    return f"{middle} ({words.interval(row['q05'], row['q95'], lambda value: shown_value(name, value))})"


def finding(subject: ByRule) -> str:
    """Say how far the first quantity moves between rules."""
    first = subject.rows["quantity"].iloc[0]
    rows = subject.rows[subject.rows["quantity"] == first]
    said = ", ".join(f"{row['rule']} {ranged(row)}" for _, row in rows.iterrows())
    return f"The {in_words(first)} by rule of choice: {said}."


def caption(subject: ByRule) -> str:
    """Say how to read it."""
    open_ = subject.rows.loc[~subject.rows["calibrated"], "rule"].unique()
    told = f" Hollow: not calibrated, drawn from whole ranges ({', '.join(open_)})." if len(open_) else ""
    return (
        f"Dot: median; bar: 5\N{EN DASH}95 % of runs, each with its own draw of the posterior of its rule and its own "
        f"luck.{told} Black line and grey band: published, and what the rule that judges it allows."
    )


def draw(subject: ByRule, title: str) -> Figure:
    """Draw a panel for each quantity."""
    quantities = list(dict.fromkeys(subject.rows["quantity"]))
    lines = -(-len(quantities) // COLUMNS)
    subtitle = f"{words.quoted(subject.regime)} against {words.quoted(subject.against)}, {subject.months}."
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, subtitle, PANEL_INCHES * lines, key_lines=1)
        grid = figure.subplots(lines, COLUMNS, squeeze=False).ravel()
        for axes in grid[len(quantities) :]:
            axes.set_visible(False)
        for axes, quantity in zip(grid, quantities, strict=False):
            _panel(axes, subject.rows[subject.rows["quantity"] == quantity], quantity)
        colour = style.COLOURS[1]
        handles = [
            Line2D([], [], color=colour, marker="o", lw=4, label="fitted to published figures"),
            Line2D([], [], color=colour, marker="o", mfc="white", lw=4, label="not calibrated"),
            Line2D([], [], color=style.INK, lw=1.4, label="published"),
            Patch(color=style.LIGHT_GREY, label="allowed by its rule"),
        ]
        style.add_key(figure, handles, 4)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, quantity: str) -> None:
    """Draw one quantity by rule."""
    scale = 1.0 if quantity == ALARMS else PERCENT
    places, colour = np.arange(len(rows)), style.COLOURS[1]
    first = rows.iloc[0]
    if np.isfinite(first["observed"]):
        ends = np.clip(np.nan_to_num([first["low"], first["high"]], nan=0.0, posinf=1.0, neginf=0.0), 0.0, None)
        axes.axhspan(*(scale * ends), color=style.LIGHT_GREY, alpha=0.7, lw=0)
        axes.axhline(scale * first["observed"], color=style.INK, lw=1.4)
    axes.vlines(places, scale * rows["q05"], scale * rows["q95"], color=colour, lw=5, alpha=0.5)
    for place, (_, row) in zip(places, rows.iterrows(), strict=True):
        fill = colour if row["calibrated"] else "white"
        axes.plot(place, scale * row["median"], "o", color=colour, mfc=fill, ms=8, mew=1.6)
    if first["kind"] == "headline":
        axes.axhline(0, color=style.GREY, lw=0.8)
    else:
        axes.set_ylim(bottom=0)
    axes.set_xticks(places, rows["rule"], color=style.INK)
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_title(filled(in_words(quantity), TITLE_COLUMNS))
    axes.set_ylabel("m USD a year" if quantity == ALARMS else "%")
    axes.grid(axis="y", color=style.LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)


PICTURE = Picture(
    "by_rule", lambda subject: subject.rows, finding, caption, draw, tables={"by_rule": lambda subject: subject.rows}
)
