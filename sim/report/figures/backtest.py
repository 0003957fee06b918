"""Back-test: predicted totals as fans with what was published, and the error of every held-out target."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.analysis.claims import MUSD_PER_BN_YUAN
from sim.backtest.origins import VERSIONS
from sim.backtest.scoring import EVERY, TOTALS
from sim.backtest.study import BackTest
from sim.outcomes.names import BOTH, TOTAL
from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.lettering import filled

COLOURS = dict(zip(VERSIONS, (style.COLOURS[1], style.COLOURS[4]), strict=True))
LETTERS = 48
"""Of a line of a name beside the axis."""

FARTHEST = 3.0
"""Error on a log or logit scale beyond which a dot is drawn at the edge: a factor of 20."""

Months = tuple[float, float]


def totals(found: BackTest) -> pd.DataFrame:
    """List the published increments of all trade that were predicted, in bn yuan a month.

    Returns
    -------
    DataFrame
        `year, version, target, from_month, to_month, published, q05, q25, median, q75, q95`.
    """
    table = pd.concat([each.table for each in found.scored.values()], ignore_index=True)
    mine = table[(table["row"] == TOTALS) & (table["subject"] == TOTAL) & (table["direction"] == BOTH)].copy()
    months = [len(pd.period_range(*each, freq="M")) for each in zip(mine["from_month"], mine["to_month"], strict=True)]
    values = ["published", "q05", "q25", "median", "q75", "q95"]
    mine[values] = mine[values].div(np.array(months) * MUSD_PER_BN_YUAN, axis=0)
    return mine[["year", "version", "target", "from_month", "to_month", *values]]


def known_totals(found: BackTest) -> pd.DataFrame:
    """List the published increments of all trade that the first origin was fitted to, in bn yuan a month."""
    origin = found.predicted[0].origin
    rows = origin.rows.loc[origin.fitted.index]
    meant = (rows["row"] == TOTALS) & (rows["subjects"] == TOTAL) & (rows["direction"] == BOTH)
    told = rows.loc[meant, ["from_month", "to_month"]].assign(value=origin.fitted.loc[meant.index[meant], "value"])
    months = [len(pd.period_range(*each, freq="M")) for each in zip(told["from_month"], told["to_month"], strict=True)]
    return told.assign(value=told["value"] / (np.array(months) * MUSD_PER_BN_YUAN))


def finding(found: BackTest) -> str:
    """Say in how many of the rows of totals the model is better than its best rival, and how many intervals hold."""
    rows = found.rows[found.rows["row"] == TOTALS]
    won = int((rows["winner"] == "reroute").sum())
    every = found.rows[found.rows["row"] == EVERY]
    held = words.percent(float(np.average(every["coverage_90"], weights=every["targets"])))
    return (
        f"Predicted totals are better than the best rival in {won} of {len(rows)} cases; intervals of 90 % hold {held} "
        "of all held-out figures."
    )


def caption(found: BackTest) -> str:
    """Say what the fans are."""
    return (
        "Each year is predicted from what was published by the end of the year before. Bars: intervals of 50 and 90 % "
        "of the figure that would be published: parameters, luck, discrepancy of the group and error of the figure. "
        "Lines: published; one that is a difference of rounded sums, as the last of 2024, widens its interval. Above "
        "as it happened, below without what came after the origin."
    )


def draw(found: BackTest, title: str) -> Figure:
    """Draw the fans of both versions, one below the other."""
    table, known = totals(found), known_totals(found)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            "Registered trade, bn yuan a month, in the periods that were published. Black: published; bars: predicted "
            "from the end of the year before, 50 and 90 % intervals, line: median.",
            6.4,
            key_lines=1,
        )
        panels = figure.subplots(len(VERSIONS), 1, sharex=True, sharey=True)
        for axes, version in zip(panels, VERSIONS, strict=True):
            _draw_version(axes, table[table["version"] == version], known, COLOURS[version])
            axes.set_title(version)
            axes.set_ylabel("bn yuan a month")
            axes.set_ylim(bottom=0)
        for origin in (each.origin.year for each in found.predicted):
            for axes in panels:
                axes.axvline(origin, color=style.GREY, lw=0.8, ls=":")
        first = int(known["from_month"].min()[:4])
        last = found.predicted[-1].origin.year + 1
        panels[-1].set_xlim(first, last)
        panels[-1].set_xticks(range(first, last + 1))
        style.add_key(
            figure,
            [
                Line2D([], [], color=style.INK, lw=2.4, label="published"),
                *(Patch(color=colour, alpha=0.5, label=f"predicted, {name}") for name, colour in COLOURS.items()),
                Line2D([], [], color=style.GREY, lw=0.8, ls=":", label="origins"),
            ],
            4,
        )
    return figure


def _span(first: str, last: str) -> Months:
    """Place of months on an axis of years."""
    begin, end = pd.Period(first, "M"), pd.Period(last, "M")
    return begin.year + (begin.month - 1) / 12, end.year + end.month / 12


def _draw_version(axes: Axes, table: pd.DataFrame, known: pd.DataFrame, colour: str) -> None:
    """Draw what one version predicts, and what was published."""
    for row in known.itertuples():
        axes.plot(_span(row.from_month, row.to_month), [row.value] * 2, color=style.INK, lw=2.4, solid_capstyle="butt")
    for row in table.itertuples():
        left, right = _span(row.from_month, row.to_month)
        inside = 0.06 * (right - left)
        for (low, high), alpha in (((row.q05, row.q95), 0.25), ((row.q25, row.q75), 0.45)):
            size = right - left - 2 * inside, high - low
            axes.add_patch(Rectangle((left + inside, low), *size, color=colour, alpha=alpha, lw=0))
        axes.plot([left + inside, right - inside], [row.median] * 2, color=colour, lw=2)
        axes.plot([left, right], [row.published] * 2, color=style.INK, lw=2.4, solid_capstyle="butt")
    axes.margins(y=0.05)


def residuals(found: BackTest) -> pd.DataFrame:
    """List every held-out target with its error, in both versions, in the order of the table of targets."""
    columns = ["year", "version", "row", "target", "published", "median", "error", "error_low", "error_high", "wis"]
    return pd.concat([each.table[columns] for each in found.scored.values()], ignore_index=True)


def finding_of_residuals(found: BackTest) -> str:
    """Say how many medians lie within a factor of 1.25."""
    near = residuals(found).assign(near=lambda table: table["error"].abs() < np.log(1.25)).groupby("version")["near"]
    told = [f"{words.percent(float(near.mean()[name]))} {name}" for name in VERSIONS]
    return f"Medians lie within a quarter of the published figure for {' and '.join(told)}."


def caption_of_residuals(found: BackTest) -> str:
    """Say what the dots are."""
    return (
        "Error of the median and of the ends of the 90 % interval, on the scale of the target: log of predicted over "
        f"published, of shares the difference of logits (a quarter is then one of the odds). Beyond {FARTHEST:g} they "
        "are drawn at the edge."
    )


def draw_residuals(found: BackTest, title: str) -> Figure:
    """Draw the error of each target, a column a year."""
    table = residuals(found)
    years = sorted(table["year"].unique())
    most = int(table.groupby(["year", "version"]).size().max())
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            "Predicted over published, log scale (of shares: difference of logits). Dot: median; line: 90 % interval.",
            0.8 + 0.24 * most,
            key_lines=1,
        )
        panels = np.atleast_1d(figure.subplots(1, len(years)))
        for axes, year in zip(panels, years, strict=True):
            _draw_year(axes, table[table["year"] == year])
            axes.set_title(f"predicted for {year}")
            axes.set_ylim(most - 0.4, -0.6)
        handles = [Line2D([], [], color=colour, marker="o", label=name) for name, colour in COLOURS.items()]
        style.add_key(figure, handles, 2)
    return figure


def _draw_year(axes: Axes, table: pd.DataFrame) -> None:
    """Draw the targets of a year, both versions side by side, with lines between the groups."""
    names = list(dict.fromkeys(zip(table["row"], table["target"], strict=True)))
    for version, beside in zip(VERSIONS, (-0.17, 0.17), strict=True):
        mine = table[table["version"] == version].set_index(["row", "target"]).loc[names]
        place = np.arange(len(names)) + beside
        low, middle, high = (np.clip(mine[name], -FARTHEST, FARTHEST) for name in ("error_low", "error", "error_high"))
        axes.hlines(place, low, high, color=COLOURS[version], lw=1.4)
        axes.plot(middle, place, "o", color=COLOURS[version], ms=3.5)
    for number, (one, other) in enumerate(pairwise(names)):
        if one[0] != other[0]:
            axes.axhline(number + 0.5, color=style.LIGHT_GREY, lw=0.8)
    axes.vlines(0, -0.6, len(names) - 0.4, color=style.INK, lw=0.9)
    axes.set_yticks(range(len(names)), [_short(name) for _, name in names], fontsize=7)
    axes.set_xlim(-FARTHEST - 0.1, FARTHEST + 0.1)
    axes.set_xlabel("log of predicted over published")


def _short(name: str) -> str:
    """Shorten the name of a target, and break it, for the room beside the axis."""
    for long, short in (("January", "Jan"), ("February", "Feb"), ("September", "Sep"), ("October", "Oct")):
        name = name.replace(long, short)
    for long, short in (("November", "Nov"), ("December", "Dec"), ("August", "Aug"), ("the United States", "US")):
        name = name.replace(long, short)
    name = name.replace("consignments", "cons.").replace("the United Kingdom", "UK").replace("machinery and ", "")
    return filled(name, LETTERS)


FANS = Picture("backtest_totals", totals, finding, caption, draw, tables={"backtest_totals": totals})
RESIDUALS = Picture(
    "backtest_residuals",
    residuals,
    finding_of_residuals,
    caption_of_residuals,
    draw_residuals,
    tables={"backtest_targets": residuals},
)
PICTURES = (FANS, RESIDUALS)
