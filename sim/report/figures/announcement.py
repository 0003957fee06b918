"""What is shipped ahead of a ban, by how long before its start it is announced."""

from __future__ import annotations

from itertools import cycle
from typing import NamedTuple

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report import style
from sim.report.figures.dot_rows import draw_rows
from sim.report.figures.picture import Picture
from sim.report.style import COLOURS, GREY


class Announced(NamedTuple):
    """What an announcement changes.

    Attributes
    ----------
    sums : DataFrame
        `ban, anticipation, believed, lead_weeks, window, panel` and the columns of `comparison.paired_difference`,
        million dollars: against the same ban without an announcement, before and after its start.
    months : DataFrame
        `ban, anticipation, believed, lead_weeks, month` (from the start), `q05, median, q95`: difference of a month,
        million dollars.
    told : tuple of str
        Findings of the pictures.
    """

    sums: pd.DataFrame
    months: pd.DataFrame
    told: tuple[str, ...]


def _draw_sums(subject: Announced, title: str) -> Figure:
    subtitle = "Goods of the region that enter the sender's market, against the same ban that nobody knew of before."
    rows = subject.sums.assign(row=[f"{r.lead_weeks} weeks ahead; {r.believed}" for r in subject.sums.itertuples()])
    return draw_rows(
        rows.sort_values(["anticipation", "lead_weeks"], kind="stable"),
        title,
        subtitle,
        "million dollars, sum over the months",
    )


def _draw_months(subject: Announced, title: str) -> Figure:
    months = subject.months[subject.months["anticipation"] == subject.months["anticipation"].max()]
    bans = list(dict.fromkeys(months["ban"]))
    believed = months["believed"].iloc[0]
    with rc_context(style.STYLE):
        subtitle = f"Difference of each month from the same ban without notice, median of runs, where {believed}."
        leads = sorted(months["lead_weeks"].unique())
        looks = dict(zip(leads, zip(cycle(COLOURS), cycle(("-", "--", ":", "-.")), strict=False), strict=False))
        figure, _ = style.new_figure(title, subtitle, 3.2, key_lines=1)
        grid = figure.subplots(1, len(bans), squeeze=False)[0]
        for axes, ban in zip(grid, bans, strict=True):
            mine = months[months["ban"] == ban]
            for lead, rows in mine.groupby("lead_weeks"):
                colour, dash = looks[lead]
                axes.fill_between(rows["month"], rows["q05"], rows["q95"], color=colour, alpha=0.13, lw=0)
                axes.plot(rows["month"], rows["median"], color=colour, lw=1.8, ls=dash)
            axes.axvline(0, color=GREY, lw=1.2, ls=":")
            axes.axhline(0, color=GREY, lw=0.8)
            axes.set_title(ban)
            axes.set_xlabel("months from the first day of the ban")
        grid[0].set_ylabel("million dollars a month")
        lines = [
            Line2D([], [], color=colour, ls=dash, lw=1.8, label=f"{lead} weeks ahead")
            for lead, (colour, dash) in looks.items()
        ]
        style.add_key(figure, lines, len(lines))
    return figure


SUMS = Picture(
    "shipped_ahead",
    lambda subject: subject.sums,
    lambda subject: subject.told[0],
    lambda subject: (
        "Before: from the earliest announcement to the start. After: the year from the start on. Where more before is "
        "less after, trade was only brought forward."
    ),
    _draw_sums,
    tables={"shipped_ahead": lambda subject: subject.sums, "by_month": lambda subject: subject.months},
)
MONTHS = Picture(
    "months_around_the_start",
    lambda subject: subject.months,
    lambda subject: subject.told[1],
    lambda subject: "Band: 5\u201395 % of runs. The dotted line is the first day of the ban.",
    _draw_months,
)
PICTURES = (SUMS, MONTHS)
