"""Differences by month of the year: what regimes only postpone falls in one season and comes back in another."""

from __future__ import annotations

import calendar
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.analysis.compared import once
from sim.analysis.indicators import MONTHS_A_YEAR
from sim.analysis.trade import seasons
from sim.outcomes.names import TOTAL
from sim.report import style, words
from sim.report.figures.ends import label_ends
from sim.report.figures.panels import (
    BANDS_FOR_REGIMES,
    LINE_INCHES,
    TITLE_COLUMNS,
    is_lettered,
    key,
    lines_of,
    named,
    rows_and_columns,
)
from sim.report.figures.picture import Picture
from sim.report.findings import brackets, called, idle, loudest, name_of, seen_everywhere, telling
from sim.report.shown import Shown
from sim.report.style import LIGHT_GREY, RegimeLook
from sim.report.words import with_article

COLUMNS = ["regime", "subject", "month", "runs", "difference", "run_q05", "run_q95"]
COLUMNS += ["mean_low", "mean_high", "verdict", "detectable"]
PANELS, PANEL_INCHES = 8, 1.75
MONTH_LETTERS = [name[0] for name in calendar.month_abbr[1:]]


@once
def every(study: Shown) -> pd.DataFrame:
    """Differences by month of the year, of the whole region and of every market."""
    rows = seasons(study.results, study.against, [TOTAL, *study.markets], study.periods)
    return rows[COLUMNS] if len(rows) else rows


@once
def table(study: Shown) -> pd.DataFrame:
    """Those of the whole region, and of the markets whose months differ most from each other."""
    rows = every(study)
    if rows.empty or rows["month"].nunique() < MONTHS_A_YEAR:
        return pd.DataFrame()
    swing = (
        rows.groupby(["subject", "regime"], sort=False)["difference"].agg(np.ptp).groupby("subject", sort=False).max()
    )
    largest = swing.drop(TOTAL, errors="ignore").nlargest(PANELS - 1).index
    kept = [subject for subject in (TOTAL, *largest) if subject in swing.index]
    order = {subject: place for place, subject in enumerate(kept)}
    return rows[rows["subject"].isin(kept)].sort_values("subject", key=lambda each: each.map(order), kind="stable")


def finding(study: Shown) -> str:
    """State in which month and market trade differs most, under the regime that changes the region's trade most.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    regime = loudest(study)
    if idle(study, regime):
        return f"{idle(study, regime)}: nothing can be said of seasons"
    rows = table(study)[(table(study)["regime"] == regime) & (table(study)["subject"] != TOTAL)]
    clear = telling(rows)
    if clear.empty:
        would = seen_everywhere(rows, words.money).replace(" a year ", " a month ")
        none = "In no month of the year does trade with a market differ clearly"
        return f"{none} under {called(study, regime)}{brackets(would)}"
    largest = clear.loc[clear["difference"].abs().idxmax()]
    same = clear[clear["subject"] == largest["subject"]]
    other = same[np.sign(same["difference"]) != np.sign(largest["difference"])]
    told = [_month(largest)]
    if len(other):
        told.append(_month(other.loc[other["difference"].abs().idxmax()]))
    market = with_article(name_of(study.names, largest["subject"]))
    return f"Under {called(study, regime)} trade with {market} differs most in {' and in '.join(told)}"


def _month(row: pd.Series) -> str:
    size = f"{words.money(row['difference'], signed=True)} a month"
    ends = [row["run_q05"], row["run_q95"]]
    found = f"9 in 10 runs: {words.interval(*ends, _signed)}" if np.isfinite(ends).all() else ""
    return f"{calendar.month_name[int(row['month'])]}{brackets(size, found)}"


def _signed(value: float) -> str:
    return words.number(value, signed=True)


def caption(study: Shown) -> str:
    """Say how to read the figure."""
    return (
        f"Each run is compared with the run of the same number under {called(study, study.against)}; a month is the "
        "mean of that month over the years compared. What is only postponed falls in one season and comes back in "
        "another. The whole region, and the markets whose months differ most from each other; dots differ clearly. "
        f"{study.ranges}"
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw the comparison."""
    return season_panels(table(study), study.looks, study.names, title)


def season_panels(rows: pd.DataFrame, looks: Mapping[str, RegimeLook], names: Mapping[str, str], title: str) -> Figure:
    """Draw differences by month of the year, one panel a market.

    Parameters
    ----------
    rows : DataFrame
        From `seasons`.
    looks : mapping of str to RegimeLook
        Regimes in the order of the key.
    names : mapping of str to str
        Subject to its name in words.
    title : str
        The finding.

    Returns
    -------
    Figure
    """
    subjects, regimes = (list(dict.fromkeys(rows[column])) for column in ("subject", "regime"))
    high, wide = rows_and_columns(len(subjects))
    titles = [named(names, subject, TITLE_COLUMNS // wide) for subject in subjects]
    against = next(look for look in looks.values() if look.colour == style.AGAINST_COLOUR)
    handles, columns, lines = key({name: looks[name] for name in regimes}, observed=False, letters=True)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            f"Difference from {words.quoted(against.title)} in registered trade by month of the year, million dollars "
            "a month. Scales differ between panels.",
            (PANEL_INCHES + LINE_INCHES * (lines_of(titles) - 1)) * high,
            key_lines=lines,
        )
        style.add_key(figure, handles, columns)
        grid = figure.subplots(high, wide, squeeze=False, sharex=True)
        for axes, subject, above in zip(grid.flat, subjects, titles, strict=False):
            _panel(axes, rows[rows["subject"] == subject], {name: looks[name] for name in regimes})
            axes.set_title(above)
        for axes in grid.flat[len(subjects) :]:
            axes.set_visible(False)
        if is_lettered(len(regimes)):
            _letters(figure, list(grid.flat[: len(subjects)]), rows, {name: looks[name] for name in regimes})
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, looks: Mapping[str, RegimeLook]) -> None:
    """Draw lines through the months, bands of few regimes, and full dots where a difference is clear."""
    axes.axhline(0, color=style.AGAINST_COLOUR, lw=0.9)
    for regime, look in looks.items():
        part = rows[rows["regime"] == regime]
        if len(looks) < BANDS_FOR_REGIMES:
            axes.fill_between(part["month"], part["run_q05"], part["run_q95"], color=look.colour, alpha=0.22, lw=0)
        axes.plot(part["month"], part["difference"], color=look.colour, ls=look.dash, lw=1.3)
        clear = telling(part)
        axes.plot(clear["month"], clear["difference"], look.marker or "o", color=look.colour, ms=4)
    axes.set_xlim(0.6, MONTHS_A_YEAR + 0.4)
    axes.set_xticks(range(1, MONTHS_A_YEAR + 1), MONTH_LETTERS)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(value, signed=True)))
    axes.grid(axis="y", color=LIGHT_GREY, lw=0.6)


def _letters(figure: Figure, grid: list[Axes], rows: pd.DataFrame, looks: Mapping[str, RegimeLook]) -> None:
    """Write letters at the ends of lines, once panels have their places."""
    figure.get_layout_engine().set(wspace=0.07)
    figure.draw_without_rendering()
    last = rows[rows["month"] == MONTHS_A_YEAR].set_index(["subject", "regime"])["difference"]
    for axes, subject in zip(grid, dict.fromkeys(rows["subject"]), strict=True):
        ends = [(look.letter, MONTHS_A_YEAR, last.get((subject, name), np.nan)) for name, look in looks.items()]
        label_ends(axes, ends, [look.colour for look in looks.values()], size=7, points=4)


PICTURE = Picture(
    "seasons",
    table,
    finding,
    caption,
    draw,
    tables={"difference_by_month_of_year": every},
    on_paper=False,
    absent="differences by month of the year, since less than a year is compared, or there is no second regime",
)
