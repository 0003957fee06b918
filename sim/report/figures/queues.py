"""Waits at a crossing by year with long hours and without, and the year in which they are back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.analysis.decisions.queues import WAIT, Queues
from sim.report import style, words
from sim.report.figures.curve import curve
from sim.report.figures.picture import Picture
from sim.report.findings import brackets
from sim.report.style import COLOURS, GREY, INK, LIGHT_GREY
from sim.report.telling import effect

HOURS = {True: "round the clock", False: "hours as before"}


@dataclass(frozen=True)
class Waited:
    """Waits as the figures show them.

    Attributes
    ----------
    found : Queues
        What was found.
    gate : str
        Name of the crossing, in words.
    threshold : float
        Days from which on queues are said to be back.
    """

    found: Queues
    gate: str
    threshold: float

    @property
    def growths(self) -> list[float]:
        """By how much demand grows faster, share a year."""
        return sorted(self.found.passed["growth"].unique())

    def passed(self, growth: float, threshold: float, *, long_hours: bool) -> pd.Series:
        """Take when a threshold is passed in a case."""
        rows = self.found.passed
        mine = (rows["growth"] == growth) & (rows["threshold"] == threshold) & (rows["long_hours"] == long_hours)
        return rows[mine].iloc[0]

    def effect_in(self, outcome: str, year: int) -> pd.Series:
        """Take what long hours do in a year, with the slowest growth."""
        rows = self.found.effect
        mine = (rows["outcome"] == outcome) & (rows["growth"] == self.growths[0]) & (rows["year"] == year)
        return rows[mine].iloc[0]


def days(value: float, *, signed: bool = False) -> str:
    r"""Print days.

    Examples
    --------
    >>> print(f"{days(1.25)}; {days(1.0)}".replace("\xa0", " "))
    1.25 days; 1 day
    """
    return f"{words.number(value, signed=signed)}{words.NO_BREAK}{'day' if abs(value) == 1 else 'days'}"


def growth_words(growth: float) -> str:
    r"""Say how fast demand grows.

    Examples
    --------
    >>> print(f"{growth_words(0.04)}; {growth_words(0.0)}".replace("\xa0", " "))
    demand 4 % a year faster; demand as it grows
    """
    return f"demand {words.number(100 * growth)}{words.NO_BREAK}% a year faster" if growth else "demand as it grows"


def when(subject: Waited, row: pd.Series) -> str:
    """Say from which year on waits stay above a threshold."""
    last = subject.found.years[-1]
    if not np.isfinite(row["median"]):
        some = f"in {words.percent(row['share'])} of runs by then" if row["share"] else "in no run"
        return f"not by {last}{brackets(some)}"
    if not np.isfinite(row["q05"]):
        return f"in {row['median']:.0f}"
    high = f"{row['q95']:.0f}" if np.isfinite(row["q95"]) else f"after {last}"
    return f"in {row['median']:.0f} (9 in 10 runs: {row['q05']:.0f} to {high})"


def by_year(subject: Waited) -> pd.DataFrame:
    """Take the waits by year."""
    rows = subject.found.by_year
    return rows[rows["outcome"] == WAIT] if len(rows) else rows


def finding(subject: Waited) -> str:
    """Say what long hours do in the first year, and when waits are back under the fastest growth."""
    first = subject.found.years[0]
    fastest = subject.growths[-1]
    row, waits = subject.passed(fastest, subject.threshold, long_hours=True), subject.effect_in(WAIT, first)
    return (
        f"Clearance round the clock at {subject.gate}: {effect(waits, days)} of wait in {first}; with "
        f"{growth_words(fastest)} waits of more than {days(subject.threshold)} are back {when(subject, row)}."
    )


def caption(subject: Waited) -> str:
    """Say how to read the waits."""
    return (
        "Mean wait of a year on the way out, median and 5 to 95 % of runs. Dotted: the threshold. Posts are enlarged "
        "when they stay full, by the rule of the model, with long hours and without; so waits without long hours also "
        "fall, later."
    )


def draw(subject: Waited, title: str) -> Figure:
    """Draw waits by year: a panel for each kind of hours, a line for each growth."""
    rows = by_year(subject)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, f"Days from arrival to clearance at {subject.gate}.", 4.2, key_lines=1)
        grid = figure.subplots(1, 2, sharex=True, sharey=True)
        for axes, long_hours in zip(grid, (True, False), strict=True):
            for place, growth in enumerate(subject.growths):
                part = rows[(rows["long_hours"] == long_hours) & (rows["growth"] == growth)]
                names = {"x": "year", "median": "median", "low": "q05", "high": "q95"}
                look = style.DASHES[place % len(style.DASHES)]
                curve(axes, part, **names, colour=COLOURS[place], label=growth_words(growth)).set_linestyle(look)
            axes.axhline(subject.threshold, color=INK, ls=":", lw=1.2)
            axes.set_title(f"{subject.gate}: {HOURS[long_hours]}")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        grid[0].set_ylim(bottom=0)
        grid[0].set_ylabel("days, mean of the year")
        handles = [
            Line2D([], [], color=COLOURS[place], ls=style.DASHES[place], marker="o", ms=3.5, label=growth_words(growth))
            for place, growth in enumerate(subject.growths)
        ]
        dotted = Line2D([], [], color=INK, ls=":", lw=1.2, label=f"threshold: {days(subject.threshold)}")
        style.add_key(figure, [*handles, dotted], len(handles) + 1)
    return figure


def passed(subject: Waited) -> pd.DataFrame:
    """Take when thresholds are passed."""
    return subject.found.passed


def finding_passed(subject: Waited) -> str:
    """Say when the threshold is passed with long hours and without, under the fastest growth."""
    fastest = subject.growths[-1]
    told = [
        f"{HOURS[long_hours]} {when(subject, subject.passed(fastest, subject.threshold, long_hours=long_hours))}"
        for long_hours in (True, False)
    ]
    return f"With {growth_words(fastest)} waits of more than {days(subject.threshold)} are back: {'; '.join(told)}."


def caption_passed(subject: Waited) -> str:
    """Say how to read the years."""
    return (
        "The year from which on the mean wait of each year stays above the threshold: median over runs, and 5 to 95 % "
        f"of runs. An arrow: after {subject.found.years[-1]}, the last year looked at, or never."
    )


def draw_passed(subject: Waited, title: str) -> Figure:
    """Draw the years, a panel a threshold."""
    rows = subject.found.passed
    thresholds = sorted(rows["threshold"].unique())
    with rc_context(style.STYLE):
        subtitle = "Year from which on the mean wait of a year stays above a threshold: median and 5 to 95 % of runs."
        figure, _ = style.new_figure(title, subtitle, 0.9 + 0.62 * len(subject.growths), key_lines=1)
        grid = figure.subplots(1, len(thresholds), sharex=True, sharey=True, squeeze=False)[0]
        for axes, threshold in zip(grid, thresholds, strict=True):
            _draw_years(axes, rows[rows["threshold"] == threshold], subject)
            axes.set_title(f"more than {days(threshold)}")
        at = range(len(subject.growths))
        grid[0].set_yticks(at, [growth_words(growth).capitalize() for growth in subject.growths], color=INK)
        grid[0].set_ylim(len(subject.growths) - 0.5, -0.5)
        style.add_key(
            figure,
            [Line2D([], [], color=_colour(each), marker="os"[not each], lw=1.6, label=HOURS[each]) for each in HOURS],
            2,
        )
    return figure


def _colour(long_hours: bool) -> str:
    return COLOURS[1] if long_hours else COLOURS[0]


def _draw_years(axes: Axes, rows: pd.DataFrame, subject: Waited) -> None:
    """Draw the years of one threshold."""
    first, last = subject.found.years[0], subject.found.years[-1]
    for row in rows.itertuples():
        at = subject.growths.index(row.growth) + (-0.14 if row.long_hours else 0.14)
        colour, beyond = _colour(row.long_hours), last + 1
        ends = np.minimum([row.q05, row.q95], beyond)
        if np.isfinite(ends).all():
            axes.plot(ends, [at, at], color=colour, lw=1.6)
        shape = ">" if row.median > last else "o" if row.long_hours else "s"
        axes.plot([min(row.median, beyond)], [at], shape, color=colour, ms=7, mec="white")
    axes.axvline(last + 0.5, color=GREY, lw=0.9, ls=":")
    axes.set_xlim(first - 0.5, last + 1.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.grid(axis="x", color=LIGHT_GREY, lw=0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


BY_YEAR = Picture(
    "waits_by_year",
    by_year,
    finding,
    caption,
    draw,
    tables={"by_year": lambda subject: subject.found.by_year, "effect": lambda subject: subject.found.effect},
)
PASSED = Picture(
    "waits_are_back", passed, finding_passed, caption_passed, draw_passed, tables={"waits_are_back": passed}
)
PICTURES = (BY_YEAR, PASSED)
