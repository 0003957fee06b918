"""Trade with each large market through time, one panel a market, with 90 % bands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.analysis.compared import once
from sim.analysis.observed import observed_trade
from sim.analysis.trade import trade_by_month
from sim.report import style, words
from sim.report.figures.panels import (
    BANDS_FOR_REGIMES,
    LINE_INCHES,
    PANELS_A_ROW,
    TITLE_COLUMNS,
    key,
    lines_of,
    named,
    period_marks,
    year_axis,
    year_of,
)
from sim.report.figures.picture import Picture
from sim.report.findings import brackets, called, change, idle, is_told, loudest, seen, total
from sim.report.shown import Shown
from sim.report.style import LIGHT_GREY, RegimeLook
from sim.report.words import vanishes

HEADROOM = 1.05  # over the highest observation: a model that misses it must show that it does


@once
def table(study: Shown) -> pd.DataFrame:
    """Bands by regime, partner and month: the largest partners, and the senders however small their trade."""
    return trade_by_month(study.results, study.against, study.markets, study.dates, always=study.sending)


@once
def observed(study: Shown) -> pd.DataFrame:
    """Find the published figures of the months shown."""
    return observed_trade(study.world.observed, study.results.months)


def finding(study: Shown) -> str:
    """State what a regime does to the region's trade as a whole: of several, the one that changes it most.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    row = total(study, "registered_trade", loudest(study))
    if row is None:
        return "Registered trade through time"
    if idle(study, row["regime"]):
        return f"{idle(study, row['regime'])}: nothing can be said of the region's whole trade"
    number, against = len(study.regimes) - 1 - len(study.idle), called(study, study.against)
    is_clear = is_told(row)
    each = f"Under each of {number} regimes the region's whole trade"
    if number > 1 and not is_clear:
        return f"{each} is not clearly different from that under {against}{brackets(seen(row))}"
    if number > 1 and vanishes(row["relative"]):
        return f"{each} differs by less than 0.1 % from that under {against}"
    words, _, rest = change(row).partition(" (")
    found = brackets(study.window_of(row["regime"]), rest.removesuffix(")"))
    than = f"{words} {'than' if is_clear else 'from that'} under {against}{found}"
    if number == 1:
        return f"Under {called(study, row['regime'])} the region's whole trade is {than}"
    return f"Of {number} regimes {called(study, row['regime'])} changes the region's whole trade most: it is {than}"


def caption(study: Shown) -> str:
    """Say how to read the figure."""
    bands = "Lines are medians over runs" + ("." if study.few else "; bands hold nine runs in ten.")
    cut = " A month that the study cuts is drawn at the rate of its days." if not study.dates.whole.all() else ""
    return (
        "The largest partners, and the senders of the regimes' measures however small their trade. Registered trade by "
        "month, exports and imports together, as the region's own books have it: by place of registration and declared "
        f"partner. {bands} {study.ranges}{cut} Black bars are published figures, spread evenly over the months they "
        f"cover. {study.observed}"
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw the comparison."""
    return trade_panels(table(study), observed(study), study.looks, study.names, title)


def trade_panels(
    bands: pd.DataFrame,
    observed: pd.DataFrame,
    looks: Mapping[str, RegimeLook],
    names: Mapping[str, str],
    title: str,
    what: str = "Registered trade, exports and imports",
) -> Figure:
    """Draw trade with each large market through time, one panel a market, with 90 % bands.

    With more than three regimes only the one that others are compared with keeps its band, else nothing could be seen.

    Parameters
    ----------
    bands : DataFrame
        From `trade_by_month`.
    observed : DataFrame
        `subject, from_month, to_month, musd_per_month`; may be empty.
    looks : mapping of str to RegimeLook
        Regimes in the order of the legend.
    names : mapping of str to str
        Subject to its name in words.
    title : str
        The finding.
    what : str
        What is drawn, for the line below the title.

    Returns
    -------
    Figure
    """
    panels = list(dict.fromkeys(bands["subject"]))
    rows = int(np.ceil(len(panels) / PANELS_A_ROW))
    titles = [named(names, subject, TITLE_COLUMNS // PANELS_A_ROW) for subject in panels]
    handles, columns, lines = key(looks, observed=not observed.empty)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            f"{what}, million dollars a month; {_lines(bands, looks)}. Scales differ between panels.",
            (1.75 + LINE_INCHES * (lines_of(titles) - 1)) * rows,
            key_lines=lines,
        )
        grid = figure.subplots(rows, min(PANELS_A_ROW, len(panels)), squeeze=False, sharex=True)
        for axes, subject, above in zip(grid.flat, panels, titles, strict=False):
            _trade_panel(axes, bands[bands["subject"] == subject], looks)
            marks = observed[observed["subject"] == subject]
            period_marks(axes, marks, "musd_per_month")
            if len(marks):
                axes.set_ylim(0, max(axes.get_ylim()[1], HEADROOM * marks["musd_per_month"].max()))
            axes.set_title(above)
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        style.add_key(figure, handles, columns)
    return figure


def _lines(bands: pd.DataFrame, looks: Mapping[str, RegimeLook]) -> str:
    """Say what lines and bands are."""
    if bands["q05"].isna().all():
        return "median of runs"
    few = len(looks) <= BANDS_FOR_REGIMES
    return f"{style.MEDIAN_AND_RANGE} of runs{'' if few else ' (band for the regime compared with only)'}"


def _trade_panel(axes: Axes, bands: pd.DataFrame, looks: Mapping[str, RegimeLook]) -> None:
    few = len(looks) <= BANDS_FOR_REGIMES
    for regime, look in looks.items():
        part = bands[bands["regime"] == regime]
        years = part["period"].map(year_of)
        if few or look.colour == style.AGAINST_COLOUR:
            axes.fill_between(years, part["q05"], part["q95"], color=look.colour, alpha=0.22, lw=0)
        axes.plot(years, part["median"], color=look.colour, ls=look.dash, lw=1.3)
    axes.set_ylim(0, None)
    axes.margins(x=0)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(value)))
    axes.grid(axis="y", color=LIGHT_GREY, lw=0.6)
    year_axis(axes, bands["period"].map(year_of).min(), bands["period"].map(year_of).max())


PICTURE = Picture(
    "trade_by_market",
    table,
    finding,
    caption,
    draw,
    tables={"trade_by_market": table, "observed_trade": observed},
    absent="trade through time, since no trade is stored",
    targets=("totals", "partners"),
)
