"""Paired differences by market with both intervals, those that gain most above."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from sim.analysis.differences import differences
from sim.report import style, words
from sim.report.figures.panels import (
    LINE_INCHES,
    difference_panel,
    dots_and_lines,
    key,
    lines_of,
    name_below,
    named,
    panel_titles,
    panels,
    rows_and_columns,
    ticks,
    windows,
)
from sim.report.figures.picture import Picture
from sim.report.findings import brackets, called, idle, loudest, name_of, seen_everywhere, telling
from sim.report.shown import Shown
from sim.report.style import INK, RegimeLook, across
from sim.report.words import money, percent, with_article

FEW_PANELS = 8
LEAST_ROWS = 8


def table(study: Shown) -> pd.DataFrame:
    """Differences over the months in which regimes differ."""
    return study.by_market


def by_year(study: Shown) -> pd.DataFrame:
    """Differences by calendar year."""
    years = dict.fromkeys(study.periods, study.dates.years)
    return differences(study.results, "registered_trade", study.against, study.markets, years)


def finding(study: Shown) -> str:
    """State which market gains and which loses most, under the regime that changes the region's trade most.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    rows = _clear_markets(study)
    gains, losses = rows[rows["difference"] > 0], rows[rows["difference"] < 0]
    parts = []
    if len(losses):
        parts.append(f"with {_moved(losses.loc[losses['difference'].idxmin()], study.names)} falls most")
    if len(gains):
        parts.append(f"with {_moved(gains.loc[gains['difference'].idxmax()], study.names)} grows most")
    regime = called(study, loudest(study))
    if not parts and idle(study, loudest(study)):
        return f"{idle(study, loudest(study))}: nothing can be said of single markets"
    if not parts:
        would = brackets(seen_everywhere(study.by_market[study.by_market["regime"] == loudest(study)], money))
        return f"No market's trade differs clearly between {regime} and {called(study, study.against)}{would}"
    return f"Under {regime} trade {' and '.join(parts)}"


def fastest_gain(study: Shown) -> str:
    """Name the market that gains most in per cent; empty if that is also the one that gains most in dollars.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    gains = _clear_markets(study).query("difference > 0 and relative.notna()")
    if gains.empty or gains["relative"].idxmax() == gains["difference"].idxmax():
        return ""
    row = gains.loc[gains["relative"].idxmax()]
    return f"in per cent {with_article(name_of(study.names, row['subject']))} gains most ({percent(row['relative'])})"


def _clear_markets(study: Shown) -> pd.DataFrame:
    return telling(study.by_market[study.by_market["regime"] == loudest(study)])


def _moved(row: pd.Series, names: Mapping[str, str]) -> str:
    size = f"{money(row['difference'], signed=True)} a year, {percent(row['relative'], signed=True)}"
    return f"{with_article(name_of(names, row['subject']))} ({size})"


def caption(study: Shown) -> str:
    """Say how to read the figure."""
    paired = (
        f"Each run is compared with the run of the same number under {called(study, study.against)}, which has the "
        "same random draws."
    )
    lines = (
        " The thin line is what to expect of one future: nine runs in ten lie on it. The thick line says how well the "
        "mean is known from this number of runs. A hollow dot: one of the two includes zero, no clear difference; how "
        "large a one would have been seen stands in the table as `detectable`."
    )
    return f"{paired}{'' if study.few else lines} {study.ranges}"


def draw(study: Shown, title: str) -> Figure:
    """Draw the comparison."""
    return difference_rows(table(study), study.looks, study.names, title)


def difference_rows(
    differences: pd.DataFrame,
    looks: Mapping[str, RegimeLook],
    names: Mapping[str, str],
    title: str,
    *,
    number: int | None = None,
) -> Figure:
    """Draw paired differences by market with both intervals.

    A hollow dot means no clear difference. One regime gets a second panel in per cent; several get a panel each.

    Parameters
    ----------
    differences : DataFrame
        From `differences` over one period, with a row `total` or without.
    looks : mapping of str to RegimeLook
        Regimes by name.
    names : mapping of str to str
        Subject to its name in words.
    title : str
        The finding.
    number : int, optional
        Markets shown at most, those whose trade changes most; by default 40, or 20 if there are several regimes, and
        fewer on a narrow canvas.

    Returns
    -------
    Figure
    """
    parts = differences[differences["subject"] != "total"]
    regimes = list(dict.fromkeys(parts["regime"]))
    alone = len(regimes) == 1
    most = 40 if alone else 20 if len(regimes) <= FEW_PANELS else 12
    order = _order_of_change(parts, number or max(across(most), LEAST_ROWS))
    against = parts["against"].iloc[0]
    columns = [(regime, "musd") for regime in regimes] + ([(regimes[0], "percent")] if alone else [])
    labels = [named(names, subject) for subject in order]
    titles = panel_titles(parts, labels, looks)
    row_inches = 0.2 + LINE_INCHES * (lines_of(labels) - 1)
    with rc_context(style.STYLE):
        handles, key_columns, lines = key({name: looks[name] for name in [against, *regimes]}, observed=False)
        panel_inches = 0.4 + LINE_INCHES * lines_of(titles) + row_inches * max(len(order), 8)
        figure, _ = style.new_figure(
            title,
            f"Difference from {words.quoted(looks[against].title)} in registered trade, average a year, "
            f"{windows(parts)}; runs compared in pairs. {dots_and_lines(parts)}{_left_out(parts, order)}",
            0.4 + panel_inches * rows_and_columns(len(columns))[0],
            key_lines=lines,
        )
        style.add_key(figure, handles, key_columns)
        if alone:
            grid = list(figure.subplots(1, 2, sharey=True))
        else:
            grid = panels(figure, len(columns))
        for axes, (regime, unit), head in zip(grid, columns, titles * len(columns) if alone else titles, strict=False):
            part = parts[parts["regime"] == regime].set_index("subject").loc[order]
            difference_panel(axes, part, np.arange(len(part)), looks[regime], in_percent=unit == "percent")
            axes.set_title(head)
            axes.xaxis.set_major_locator(ticks(len(columns)))
        name_below(grid[:1] if alone else grid, "million dollars a year")
        grid[0].set_yticks(range(len(order)), labels, color=INK)
        grid[0].set_ylim(len(order) - 0.4, -0.6)
    return figure


def _left_out(parts: pd.DataFrame, order: list[str]) -> str:
    markets = parts["subject"].nunique()
    return f" The {len(order)} of {markets} markets that change most." if markets > len(order) else ""


def _order_of_change(parts: pd.DataFrame, number: int) -> list[str]:
    """Order markets from the largest gain to the largest loss under the first regime, keeping those that move most."""
    largest = parts["difference"].abs().groupby(parts["subject"], sort=False).max().nlargest(number).index
    first = parts[(parts["regime"] == parts["regime"].iloc[0]) & parts["subject"].isin(largest)]
    return first.sort_values("difference", ascending=False, kind="stable")["subject"].tolist()


PICTURE = Picture(
    "difference_by_market",
    table,
    finding,
    caption,
    draw,
    tables={"difference_by_market": table, "difference_by_market_and_year": by_year},
    absent="differences by market, since there is no second regime or no trade by market is stored",
    narrow=True,
)
