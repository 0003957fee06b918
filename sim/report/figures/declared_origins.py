"""Where detained goods were declared from: share of value by quarter, one panel an origin, with 90 % bands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.analysis import origins, reading
from sim.analysis.compared import once
from sim.analysis.observed import observed_origins
from sim.report import style, words
from sim.report.figures.panels import (
    LINE_INCHES,
    TITLE_COLUMNS,
    lines_of,
    named,
    period_marks,
    year_axis,
    year_of,
)
from sim.report.figures.picture import Picture
from sim.report.findings import brackets, called, name_of, range_over_runs
from sim.report.shown import Shown
from sim.report.style import LIGHT_GREY
from sim.report.words import percent, with_article

PANELS_A_ROW = 3
MARKS = " Black bars are published shares over the months that they cover. {observed}"
HEADROOM, LEAST_TOP = 1.08, 1e-3


@once
def table(study: Shown) -> pd.DataFrame:
    """Shares by quarter under the main regime; no rows if detentions are not stored by origin."""
    if not reading.parts(study.results, "detained"):
        return pd.DataFrame()
    return origins.declared_origins(study.results, study.main, study.dates.quarters)


@once
def over_period(study: Shown) -> pd.DataFrame:
    """Shares over the months in which regimes differ, largest first."""
    if not reading.parts(study.results, "detained"):
        return pd.DataFrame()
    return origins.declared_origins_over_period(study.results, study.main, study.period)


@once
def observed(study: Shown) -> pd.DataFrame:
    """Find the published shares of the months shown."""
    return observed_origins(study.world.observed, study.results.months)


def finding(study: Shown) -> str:
    """State where most detained goods were declared from.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    if over_period(study).empty:
        return f"Nothing was detained under {called(study, study.main)} in the months compared"
    row = over_period(study).iloc[0]
    origin = with_article(name_of(study.names, row["subject"]))
    share = f"{percent(row['mean'])} of the value detained under {called(study, study.main)} was declared from {origin}"
    return f"{share}{brackets(range_over_runs(row['q05'], row['q95']))}"


def caption(study: Shown) -> str:
    """Say how to read the figure."""
    return (
        "What customs stop is counted as whole consignments: also those of which only a part is from the region, and "
        "false alarms, which hold nothing from it. Where lawful trade is large, most of the value is false alarms. "
        "Consignments that are released in the end are counted as well. Only whole quarters are drawn. "
        f"{study.ranges}{'' if observed(study).empty else MARKS.format(observed=study.observed)}"
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw the comparison."""
    return origin_panels(table(study), observed(study), study.names, title, under=study.titles[study.main])


def origin_panels(
    shares: pd.DataFrame, published: pd.DataFrame, names: Mapping[str, str], title: str, *, under: str, number: int = 6
) -> Figure:
    """Draw where detained goods were declared from: share of value by quarter, one panel an origin, with 90 % bands.

    Each panel has its own scale from zero, so that changes of small shares can be seen.

    Parameters
    ----------
    shares : DataFrame
        From `origins.declared_origins` for one regime.
    published : DataFrame
        From `observed_origins`; may be empty.
    names : mapping of str to str
        Subject to its name in words.
    title : str
        The finding.
    under : str
        What the regime is called.
    number : int
        Origins shown at most: those with the largest detained value.

    Returns
    -------
    Figure
    """
    order = shares.groupby("subject")["detained_musd"].sum().nlargest(number).index.tolist()
    rows = int(np.ceil(len(order) / PANELS_A_ROW))
    titles = [named(names, subject, TITLE_COLUMNS // PANELS_A_ROW) for subject in order]
    few = shares["q05"].isna().all()
    too = "" if published.empty else "; black: published"
    first, last = shares["period"].map(year_of).min() - 0.125, shares["period"].map(year_of).max() + 0.125
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            f"Share of the value detained under {words.quoted(under)} by the origin declared on the papers, by "
            f"quarter: {'median' if few else style.MEDIAN_AND_RANGE} of runs{too}. Scales differ between panels.",
            (2.2 + LINE_INCHES * (lines_of(titles) - 1)) * rows,
        )
        grid = figure.subplots(rows, min(PANELS_A_ROW, len(order)), sharex=True, squeeze=False)
        for position, (axes, subject) in enumerate(zip(grid.flat, order, strict=False)):
            part = shares[shares["subject"] == subject]
            years, colour = part["period"].map(year_of), style.COLOURS[position % len(style.COLOURS)]
            axes.fill_between(years, part["q05"], part["q95"], color=colour, alpha=0.25, lw=0)
            axes.plot(years, part["median"], color=colour, lw=1.6)
            axes.set_title(titles[position])
            axes.grid(axis="y", color=LIGHT_GREY, lw=0.6)
            axes.yaxis.set_major_locator(MaxNLocator(4))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{words.number(value * 100)} %"))
            marks = published[published["subject"] == subject]
            period_marks(axes, marks, "share")
            tops = (np.nanmax(part[["median", "q95"]].to_numpy()), marks["share"].max(), LEAST_TOP)
            axes.set_ylim(0, HEADROOM * np.nanmax(tops))
            year_axis(axes, first, last)
        for axes in grid.flat[len(order) :]:
            axes.set_visible(False)
    return figure


PICTURE = Picture(
    "declared_origins",
    table,
    finding,
    caption,
    draw,
    tables={"declared_origins": over_period, "declared_origins_by_quarter": table, "observed_origins": observed},
    on_paper=False,
    absent="where detained goods were declared from, since nothing was detained in a whole quarter or it is not stored",
    targets=("origins", "goods"),
)
