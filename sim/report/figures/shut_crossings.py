"""What closures of crossings cost: ranks and losses by month, pairs, and loss against days closed with its kink."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from sim.analysis.comparison import TOO_FEW, UNCLEAR
from sim.analysis.decisions.shut_crossings import LATER_MONTHS
from sim.report import style, words
from sim.report.figures.bump import bump
from sim.report.figures.picture import Picture
from sim.report.findings import name_of
from sim.report.lettering import filled
from sim.report.style import GREY, INK
from sim.report.telling import effect

RANKED, ROW_COLUMNS = 7, 46


@dataclass(frozen=True)
class Closed:
    """Losses of closures as the figures show them.

    Attributes
    ----------
    singles : DataFrame
        Of `ranked`: each crossing and month, of one length.
    pairs : DataFrame
        Of `together`.
    lengths : DataFrame
        Of `losses`, longer and longer.
    kinks : DataFrame
        Of `kink_table`.
    names : mapping of str to str
        Of crossings, in words.
    """

    singles: pd.DataFrame
    pairs: pd.DataFrame
    lengths: pd.DataFrame
    kinks: pd.DataFrame
    names: Mapping[str, str]

    @property
    def days(self) -> int:
        """Length of single closures and pairs."""
        return int(self.singles["days"].iloc[0])

    @property
    def year(self) -> str:
        """Of the closures."""
        return str(self.singles["month"].iloc[0])[:4]

    def name(self, crossing: str) -> str:
        """Name a crossing in words."""
        return name_of(self.names, crossing)


def month_name(month: str) -> str:
    """Name a month without its year.

    Examples
    --------
    >>> month_name("2024-03")
    'March'
    """
    return calendar.month_name[int(month[5:])]


def worst(subject: Closed) -> pd.Series:
    """Take the single closure that costs most."""
    return subject.singles.loc[subject.singles["difference"].idxmax()]


def counted_over() -> str:
    """Say what a loss is."""
    return f"trade of the region lost from the month of the closure to {LATER_MONTHS} months after it"


def ranks(subject: Closed) -> pd.DataFrame:
    """Take the ranks of the crossings whose worst month is worst."""
    singles = subject.singles
    order = singles.groupby("crossing")["difference"].max().sort_values(ascending=False).index[:RANKED]
    kept = singles[singles["crossing"].isin(order)]
    again = kept.assign(rank=kept.groupby("month")["difference"].rank(ascending=False, method="first").astype(int))
    place = {name: number for number, name in enumerate(order)}
    return again.sort_values(["month", "crossing"], key=lambda column: column.map(lambda each: place.get(each, each)))


def finding_ranks(subject: Closed) -> str:
    """Say which crossing is first in how many months."""
    firsts = subject.singles.loc[subject.singles["rank"] == 1, "crossing"].value_counts()
    months, row = subject.singles["month"].nunique(), worst(subject)
    return (
        f"{subject.name(firsts.index[0])} costs most when shut in {firsts.iloc[0]} of {words.counted(months, 'month')};"
        f" worst is {subject.name(row['crossing'])} in {month_name(row['month'])}: {lost(row)}."
    )


def lost(row: pd.Series) -> str:
    """Say what a closure costs."""
    return effect(row, words.money, more="lost", less="gained")


def caption_ranks(subject: Closed) -> str:
    """Say how to read the ranks."""
    number = ranks(subject)["crossing"].nunique()
    return (
        f"Rank by the mean loss of {subject.days} days shut from the first of the month ({counted_over()}), 1 costs "
        f"most, among the {number} crossings whose worst month is worst. Ranks next to each other may differ by less "
        "than chance: the table of single closures has the intervals."
    )


def draw_ranks(subject: Closed, title: str) -> Figure:
    """Draw the bump chart."""
    table = ranks(subject)
    table = table.assign(
        stage=[calendar.month_abbr[int(month[5:])] for month in table["month"]],
        label=table["crossing"].map(subject.name),
    )
    with rc_context(style.STYLE):
        subtitle = f"Rank of the loss by {subject.days} days shut, by month of {subject.year}; 1 costs most."
        figure, body = style.new_figure(title, subtitle, 4.6, free=True)
        left, bottom, width, height = body
        axes = figure.add_axes((left + 0.035, bottom + 0.06 * height, width * 0.76, height * 0.9))
        bump(axes, table, stage="stage", rank="rank", label="label")
    return figure


def grid(subject: Closed) -> pd.DataFrame:
    """Take the single closures."""
    return subject.singles


def finding_grid(subject: Closed) -> str:
    """Say how many closures clearly cost something, and how large a loss would have been seen."""
    singles = subject.singles
    if (singles["verdict"] == TOO_FEW).any():
        return f"Of {len(singles)} closures it cannot be said which clearly cost trade: too few runs."
    clear = singles[singles["verdict"] != UNCLEAR]
    crossings = clear.loc[clear["difference"] > 0, "crossing"].nunique()
    seen = singles["detectable"].median()
    would = f" (half of them would show {words.money(seen)} or more)" if np.isfinite(seen) else ""
    return (
        f"Of {len(singles)} closures {(clear['difference'] > 0).sum()} clearly cost trade, at "
        f"{words.counted(crossings, 'crossing')}{would}."
    )


def caption_grid(subject: Closed) -> str:
    """Say how to read the grid."""
    return (
        f"Each cell: {counted_over()}, with the crossing shut for {subject.days} days from the first of the month; "
        "million dollars, mean over runs. Bold: clear; grey and small: no clear difference. A crossing that its "
        "calendar shuts in that month anyway loses nothing."
    )


def draw_grid(subject: Closed, title: str) -> Figure:
    """Draw losses by crossing and month."""
    table = subject.singles.pivot(index="crossing", columns="month", values="difference")
    clear = subject.singles.assign(clear=subject.singles["verdict"] != UNCLEAR).pivot(
        index="crossing", columns="month", values="clear"
    )
    order = table.max(axis=1).sort_values(ascending=False).index
    table, clear = table.loc[order], clear.loc[order]
    with rc_context(style.STYLE):
        subtitle = f"Million dollars lost by {subject.days} days shut from the first of the month, {subject.year}."
        figure, _ = style.new_figure(title, subtitle, 0.6 + 0.27 * len(table))
        axes = figure.subplots()
        top = max(float(table.to_numpy().max()), 1e-9)
        axes.imshow(table.clip(lower=0).to_numpy(), cmap=style.LOAD_MAP, vmin=0, vmax=top, aspect="auto")
        for row, column in np.ndindex(*table.shape):
            value, known = float(table.iloc[row, column]), bool(clear.iloc[row, column])
            dark = value > 0.55 * top
            axes.text(
                column,
                row,
                words.number(value, digits=2),
                ha="center",
                va="center",
                size=9 if known else 7,
                weight="bold" if known else "normal",
                color="white" if dark else INK if known else GREY,
            )
        names = [calendar.month_abbr[int(month[5:])] for month in table.columns]
        axes.set_xticks(range(len(names)), names, color=INK)
        axes.set_yticks(range(len(table)), [filled(subject.name(each), ROW_COLUMNS) for each in order], color=INK)
        axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        axes.spines[:].set_visible(False)
    return figure


RANKS = Picture("closures_ranked", ranks, finding_ranks, caption_ranks, draw_ranks)
GRID = Picture(
    "closures_by_month",
    grid,
    finding_grid,
    caption_grid,
    draw_grid,
    tables={"single_closures": lambda each: each.singles},
)
