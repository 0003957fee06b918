"""What published estimators say of rerouted trade, beside what is true, by the world whose books they read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.rerouted import CAUSED, ESTIMATORS
from sim.report import style, words
from sim.report.figures.panels import LINE_INCHES, TITLE_COLUMNS, lines_of
from sim.report.figures.picture import Picture
from sim.report.lettering import filled

TRUE, SAID = style.INK, style.COLOURS[1]
ROW_INCHES, APART, LABEL_COLUMNS = 0.6, 0.16, 30
LINEAR_TO = 100.0
"""Million dollars a year up to which the axis is linear; beyond, each power of ten is as wide."""


class Estimated(NamedTuple):
    """What estimators found.

    Attributes
    ----------
    bias : pandas.DataFrame
        As `bias_table` gives it.
    sender : str
        In words.
    months : str
        After the ban, in words.
    few : bool
        Whether there are too few runs for ranges.
    titles : mapping of str to str
        Regime to what it is called.
    """

    bias: pd.DataFrame
    sender: str
    months: str
    few: bool
    titles: Mapping[str, str]


def money_range(row: pd.Series, name: str) -> str:
    """Print the median of a column of a table of bias with its range over runs."""
    return ranged(*(row[f"{name}_{end}"] for end in ("q05", "median", "q95")))


def ranged(low: float, middle: float, high: float) -> str:
    """Print money with its range over runs, where it has one."""
    there = np.isfinite([low, high]).all() and low != high
    ends = f" (9 in 10 runs: {words.interval(low, high, words.money)})" if there else ""
    return f"{words.money(middle)}{ends}"


def finding(subject: Estimated) -> str:
    """Say which estimator is farthest off under the last regime, and which nearest."""
    rows = subject.bias[subject.bias["regime"] == subject.bias["regime"].iloc[-1]]
    size = rows["typical_error"]
    if not np.isfinite(size).any():
        return "No estimator can be made of the books of these worlds."
    near, far = rows.loc[size.idxmin()], rows.loc[size.idxmax()]
    return (
        f"Of goods rerouted to {words.with_article(subject.sender)} a year the {near['estimator']} is typically off by "
        f"{words.money(near['typical_error'])}, the {far['estimator']} by {words.money(far['typical_error'])}."
    )


def caption(subject: Estimated) -> str:
    """Say how to read it."""
    return (
        f"Million dollars a year, {subject.months}. Black: what is true in the simulated world, of what the "
        "estimator claims to measure: goods that were rerouted because of the measures, or all that pass through "
        "hubs. Blue: what "
        "it says from the books of that world. Dot: median; line: 5\N{EN DASH}95 % of runs, each with its own draw and "
        f"luck. The axis is linear up to {LINEAR_TO:g}, beyond it logarithmic. Where no measures are, nothing was "
        "rerouted because of them: what an estimator of that says there is false."
    )


def draw(subject: Estimated, title: str) -> Figure:
    """Draw a panel for each world, a row for each estimator."""
    regimes = list(dict.fromkeys(subject.bias["regime"]))
    across = TITLE_COLUMNS // len(regimes)
    heads = {each: filled(f"Books under {words.quoted(subject.titles[each])}", across) for each in regimes}
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            f"Rerouted trade to {words.with_article(subject.sender)}, {subject.months}: estimates from books, and "
            "truth.",
            ROW_INCHES * len(ESTIMATORS) + 0.9 + LINE_INCHES * lines_of(heads.values()),
            key_lines=1,
        )
        grid = figure.subplots(1, len(regimes), squeeze=False, sharey=True, sharex=True)[0]
        for axes, regime in zip(grid, regimes, strict=True):
            _panel(axes, subject.bias[subject.bias["regime"] == regime], heads[regime])
        handles = [
            Line2D([], [], color=TRUE, marker="o", lw=1.8, label="true"),
            Line2D([], [], color=SAID, marker="D", lw=1.8, label="estimate"),
        ]
        style.add_key(figure, handles, 2)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, head: str) -> None:
    """Draw what estimators say of one world."""
    places = np.arange(len(rows))
    for name, colour, marker, shift in (("true", TRUE, "o", -APART), ("estimate", SAID, "D", APART)):
        axes.hlines(places + shift, rows[f"{name}_q05"], rows[f"{name}_q95"], color=colour, lw=1.8)
        axes.plot(rows[f"{name}_median"], places + shift, marker, color=colour, ms=5)
    labels = [
        filled(f"{name} ({'caused' if claims == CAUSED else 'all through hubs'})", LABEL_COLUMNS)
        for name, claims in zip(rows["estimator"], rows["claims"], strict=True)
    ]
    axes.set_yticks(places, labels, color=style.INK)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xscale("symlog", linthresh=LINEAR_TO)
    drawn = rows[[f"{name}_{end}" for name in ("true", "estimate") for end in ("q05", "median", "q95")]].to_numpy()
    reach = max(LINEAR_TO, 1.4 * float(np.nanmax(np.abs(drawn))))
    axes.set_xlim(-reach if (drawn < -1).any() else -LINEAR_TO, reach)
    axes.xaxis.set_major_formatter(lambda value, _: words.number(value))
    axes.axvline(0, color=style.GREY, lw=0.8)
    axes.set_title(head)
    axes.set_xlabel("million dollars a year")
    axes.grid(axis="x", color=style.LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)


PICTURE = Picture(
    "estimators", lambda subject: subject.bias, finding, caption, draw, tables={"bias": lambda subject: subject.bias}
)
