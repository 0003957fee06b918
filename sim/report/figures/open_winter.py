"""What the opening of a crossing in winter is worth: by month of the year, what of it is new, and to whom."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.comparison import TOO_FEW, UNCLEAR
from sim.analysis.decisions.seasons import IN_SHUT_MONTHS
from sim.analysis.decisions.winter import AT_GATE, AT_PLACE, TRADE, Opening
from sim.report import style, words
from sim.report.figures.panels import capital, difference_panel, dots_and_lines
from sim.report.figures.picture import Picture
from sim.report.findings import name_of
from sim.report.lettering import filled
from sim.report.looks import Look
from sim.report.style import COLOURS, GREY, INK, LIGHT_GREY
from sim.report.telling import effect

LETTERS = [calendar.month_abbr[month] for month in range(1, 13)]
SHUT_SHADE = "#eef3f8"
INSIDE = ("days", "spoilage")
"""Losses that stand in the accounts of others already: no party of their own."""

WIDE = (TRADE, AT_PLACE)
"""Where what differs spreads widely over runs: drawn on a scale of its own."""

APART = 0.16  # of the marks of two kinds of shocks in a month
ROW_COLUMNS = 50
PARTS_IN_WORDS = {
    IN_SHUT_MONTHS: "passes in months that used to be shut",
    "only_moved_in_time": "of it: only moved from other months",
    "came_off_other_ways": "of it: came off other ways, or goes on to others",
    "taken_from_other_partners": "of it: taken from other partners",
    "new_to_the_region": "of it: new to the trade of the region",
}


@dataclass(frozen=True)
class Opened:
    """An opening as its figures show it.

    Attributes
    ----------
    found : Opening
        What it is worth.
    gate, partner : str
        Crossing and market, as ids.
    names : mapping of str to str
        Of subjects, in words.
    parties : mapping of (str, str) to str
        `where` and `subject` of the rows of `found.parties` that are drawn, to their words.
    """

    found: Opening
    gate: str
    partner: str
    names: Mapping[str, str]
    parties: Mapping[tuple[str, str], str]

    @property
    def looks(self) -> dict[str, Look]:
        """How each kind of shocks is drawn."""
        kinds = dict.fromkeys(self.found.parts["shocks"]) if len(self.found.parts) else ()
        return {kind: Look(COLOURS[place]) for place, kind in enumerate(kinds)}

    def name(self, subject: str) -> str:
        """Name a subject in words."""
        return name_of(self.names, subject)

    @property
    def years(self) -> str:
        """The years averaged, in words."""
        first, last = self.found.years[0], self.found.years[-1]
        return f"{first} to {last}" if first != last else str(first)


def months(subject: Opened) -> pd.DataFrame:
    """Take what is drawn by month."""
    return subject.found.by_month


def finding_by_month(subject: Opened) -> str:
    """Say what passes in the months that used to be shut, and whether other months lose it."""
    parts = subject.found.parts
    first = parts[parts["shocks"] == next(iter(subject.looks))].set_index("subject")
    moved = first.loc["only_moved_in_time"]  # what other months gain is what was not moved out of them
    return (
        f"With {subject.name(subject.gate)} open in winter {effect(first.loc['in_shut_months'], words.money)} a year "
        f"passes it in winter; in all other months {effect(turned(moved), words.money)}."
    )


def turned(row: pd.Series) -> pd.Series:
    """Turn the sign of a difference and of its range over runs."""
    ends = {"run_q05": -row["run_q95"], "run_q95": -row["run_q05"]}
    return pd.Series({**row, "difference": -row["difference"], **ends})


def caption_by_month(subject: Opened) -> str:
    """Say how to read the months."""
    return (
        f"Mean month of {subject.years}, open all year less shut in winter, run by run. Shaded: months in which the "
        "crossing is shut without the opening. Above zero after the winter: firms that keep the way also use it then; "
        "below zero: what would have waited for the spring, or come before the winter. Dot: mean, hollow where there "
        "is no clear difference; line: 5 to 95 % of runs."
    )


def draw_by_month(subject: Opened, title: str) -> Figure:
    """Draw what passes the crossing, and the trade with the partner, by calendar month."""
    rows = months(subject)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, f"Million dollars a month, mean of {subject.years}.", 5.6, key_lines=1)
        grid = figure.subplots(2, 1, sharex=True)
        for axes, outcome, what in zip(
            grid,
            (AT_GATE, TRADE),
            (f"passes {subject.name(subject.gate)}", f"registered trade with {subject.name(subject.partner)}"),
            strict=True,
        ):
            _draw_months(axes, rows[rows["outcome"] == outcome], subject)
            axes.set_title(capital(f"{what}: difference"))
        style.add_key(
            figure,
            [
                Line2D([], [], color=look.colour, marker="o", lw=1.6, label=f"shocks on the road: {kind}")
                for kind, look in subject.looks.items()
            ],
            2,
        )
    return figure


def _draw_months(axes: Axes, rows: pd.DataFrame, subject: Opened) -> None:
    """Draw one outcome: dots and ranges, a colour a kind of shocks."""
    for month in rows.loc[rows["shut"], "month"].unique():
        axes.axvspan(month - 0.5, month + 0.5, color=SHUT_SHADE, lw=0, zorder=0)
    axes.axhline(0, color=GREY, lw=0.9, zorder=1)
    for place, (kind, look) in enumerate(subject.looks.items()):
        part = rows[rows["shocks"] == kind]
        at = part["month"] + (2 * place - 1) * APART
        known = np.isfinite(part["run_q05"])
        axes.vlines(at[known], part["run_q05"][known], part["run_q95"][known], color=look.colour, lw=1.6)
        clear = part["verdict"] != UNCLEAR
        for chosen, face in ((clear, look.colour), (~clear, "white")):
            axes.scatter(at[chosen], part["difference"][chosen], s=32, color=face, ec=look.colour, lw=1.2, zorder=3)
    axes.set_xticks(range(1, 13), LETTERS, color=INK)
    axes.set_xlim(0.5, 12.5)
    axes.grid(axis="y", color=LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)


def shown_rows(subject: Opened) -> pd.DataFrame:
    """Take the parts and the parties that are drawn, with their words."""
    if not len(subject.found.parts):
        return pd.DataFrame()
    parts = subject.found.parts.assign(row=subject.found.parts["subject"].map(PARTS_IN_WORDS))
    parties = subject.found.parties
    keys = list(zip(parties["where"], parties["subject"], strict=True))
    kept = [key in subject.parties for key in keys]
    words_of = [subject.parties[key] for key in keys if key in subject.parties]
    return pd.concat([parts.drop(columns="share"), parties[kept].assign(row=words_of)], ignore_index=True)


def finding_to_whom(subject: Opened) -> str:
    """Say who gains most clearly and who loses most clearly, with shocks as they happened."""
    rows = subject.found.parties[subject.found.parties["shocks"] == next(iter(subject.looks))]
    keys = zip(rows["where"], rows["subject"], strict=True)
    told = [key in subject.parties and key[0] not in WIDE and key[1] not in INSIDE for key in keys]
    rows = rows[told]
    if (rows["verdict"] == TOO_FEW).any():
        return "Who clearly gains or pays by the open winter cannot be said: too few runs."
    clear = rows[rows["verdict"] != UNCLEAR].sort_values("difference", kind="stable")
    if clear.empty:
        largest = words.money(rows["detectable"].max())
        return (
            f"Nobody clearly gains or pays by the open winter ({largest} a year or more would have been seen in any)."
        )
    ends = [clear.iloc[-1]] if clear["difference"].iloc[-1] > 0 else []
    ends += [clear.iloc[0]] if clear["difference"].iloc[0] < 0 else []
    sides = [f"{subject.parties[row['where'], row['subject']]} {better(row)} a year" for row in ends]
    nobody = "" if clear["difference"].iloc[-1] > 0 else "; nobody is clearly better off"
    return f"The open winter clearly leaves {'; '.join(sides)}{nobody}."


def better(row: pd.Series) -> str:
    """Say by how much somebody is better or worse off."""
    return effect(row, words.money, more="better", less="worse")


def caption_to_whom(subject: Opened) -> str:
    """Say how to read the rows."""
    return (
        "Above: what passes in months that used to be shut, and the four parts that add up to it; a part below zero "
        "adds to what passes in other months, or takes from it what others lose. Below: right is better off, trade and "
        "accounts; accounts overlap (days and spoilage are inside those of producers): do not add them up. "
        f"Mean year of {subject.years}."
    )


def draw_to_whom(subject: Opened, title: str) -> Figure:
    """Draw parts and parties, a panel a kind of shocks."""
    rows = shown_rows(subject)
    wide = [
        *PARTS_IN_WORDS.values(),
        *(subject.parties[key] for key in subject.parties if key[0] in WIDE and key[1] != subject.partner),
    ]
    groups = [[name for name in dict.fromkeys(rows["row"]) if (name in wide) == is_wide] for is_wide in (True, False)]
    with rc_context(style.STYLE):
        subtitle = f"Open all year less shut in winter, a year, mean of {subject.years}. {dots_and_lines(rows)}"
        figure, _ = style.new_figure(title, subtitle, 1.3 + 0.3 * sum(map(len, groups)))
        ratios = [len(names) for names in groups]
        grid = figure.subplots(2, len(subject.looks), sharex="row", sharey="row", squeeze=False, height_ratios=ratios)
        for place, (line, names) in enumerate(zip(grid, groups, strict=True)):
            at = np.arange(len(names))
            for axes, (kind, look) in zip(line, subject.looks.items(), strict=True):
                part = rows[rows["shocks"] == kind].set_index("row").reindex(names)
                difference_panel(axes, part, at, look, in_percent=False)
                axes.set_title(filled(f"Shocks on the road: {kind}", 46) if place == 0 else "")
            line[0].set_yticks(at, [filled(capital(name), ROW_COLUMNS) for name in names], color=INK)
            line[0].set_ylim(at[-1] + 0.6, -0.6)
        grid[0, 0].set_xlabel("million dollars a year: right is more")
        grid[1, 0].set_xlabel("million dollars a year: right is better off (another scale)")
    return figure


BY_MONTH = Picture(
    "opening_by_month",
    months,
    finding_by_month,
    caption_by_month,
    draw_by_month,
    tables={"by_month": months},
)
TO_WHOM = Picture(
    "opening_to_whom",
    shown_rows,
    finding_to_whom,
    caption_to_whom,
    draw_to_whom,
    tables={"parts": lambda subject: subject.found.parts, "parties": lambda subject: subject.found.parties},
)
PICTURES = (BY_MONTH, TO_WHOM)
