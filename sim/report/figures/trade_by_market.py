"""Trade with each large market through time, one panel a market, with 90 % bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.analysis.compared import once
from sim.analysis.indicators import MONTHS_A_YEAR
from sim.analysis.observed import observed_trade
from sim.analysis.trade import trade_by_month
from sim.report import style, words
from sim.report.figures.ends import label_ends
from sim.report.figures.events import Event, draw_events, events, key_of, number_events
from sim.report.figures.panels import (
    BANDS_FOR_REGIMES,
    LINE_INCHES,
    TITLE_COLUMNS,
    is_lettered,
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
from sim.report.style import LIGHT_GREY, RegimeLook, canvas
from sim.report.words import quoted, vanishes

PANEL_INCHES, STRIP_INCHES, NUMBERS_INCHES = 1.75, 0.8, 0.12
CLOSE, MOST_PANELS = 0.15, 0.5
"""Share of a panel below which lines are taken to lie on each other, and of panels from which strips follow."""
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
    return trade_panels(table(study), observed(study), study.looks, study.names, title, marked=events(study))


def trade_panels(
    bands: pd.DataFrame,
    observed: pd.DataFrame,
    looks: Mapping[str, RegimeLook],
    names: Mapping[str, str],
    title: str,
    what: str = "Registered trade, exports and imports",
    marked: Sequence[Event] = (),
) -> Figure:
    """Draw trade with each large market through time, one panel a market, with 90 % bands.

    With more than three regimes only the one that others are compared with keeps its band, else nothing could be seen,
    and letters stand at the ends of lines. Where the lines of regimes lie on each other, a strip below each panel shows
    their differences.

    Parameters
    ----------
    bands : DataFrame
        From `trade_by_month`; without its differences there are no strips.
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
    marked : sequence of Event
        Days with a line in each panel.

    Returns
    -------
    Figure
    """
    subjects = list(dict.fromkeys(bands["subject"]))
    rows, columns = int(np.ceil(len(subjects) / canvas().panels)), min(canvas().panels, len(subjects))
    titles = [named(names, subject, TITLE_COLUMNS // canvas().panels) for subject in subjects]
    strips = lie_on_each_other(bands)
    also = key_of(marked)
    handles, key_columns, lines = key(looks, observed=not observed.empty, also=also, letters=True)
    below = f" Below each panel: difference from {quoted(_against(looks).title)}, run by run." if strips else ""
    inches = PANEL_INCHES + STRIP_INCHES * strips + LINE_INCHES * (lines_of(titles) - 1) + NUMBERS_INCHES * bool(marked)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            f"{what}, million dollars a month; {_lines(bands, looks)}. Scales differ between panels.{below}",
            inches * rows,
            key_lines=lines,
        )
        figure.get_layout_engine().set(wspace=0.07 if len(looks) > BANDS_FOR_REGIMES else 0.0)
        style.add_key(figure, handles, key_columns)
        heights = [PANEL_INCHES, STRIP_INCHES] if strips else [PANEL_INCHES]
        grid = figure.subplots(rows * len(heights), columns, squeeze=False, sharex=True, height_ratios=heights * rows)
        levels, moves = list(grid[:: len(heights)].flat), list(grid[len(heights) - 1 :: len(heights)].flat)
        for axes, low, subject, above in zip(levels, moves, subjects, titles, strict=False):
            part = bands[bands["subject"] == subject]
            _trade_panel(axes, part, looks, observed[observed["subject"] == subject], marked)
            axes.set_title(above, pad=12 if marked else None)
            if strips:
                _strip(low, part, looks, marked)
        for axes in [*levels[len(subjects) :], *moves[len(subjects) :]]:
            axes.set_visible(False)
        _write_at_lines(figure, levels[: len(subjects)], bands, looks, marked)
    return figure


def _against(looks: Mapping[str, RegimeLook]) -> RegimeLook:
    return next(look for look in looks.values() if look.colour == style.AGAINST_COLOUR)


def lie_on_each_other(bands: pd.DataFrame) -> bool:
    """Say whether the lines of regimes can hardly be told apart in most panels, and their differences are known.

    Parameters
    ----------
    bands : DataFrame
        From `trade_by_month`.
    """
    if "difference_median" not in bands or bands["regime"].nunique() < 2:
        return False
    apart = bands.groupby(["subject", "period"])["median"].agg(["min", "max"])
    widest = (apart["max"] - apart["min"]).groupby("subject").max() / apart["max"].groupby("subject").max()
    return bool((widest < CLOSE).mean() >= MOST_PANELS)


def _lines(bands: pd.DataFrame, looks: Mapping[str, RegimeLook]) -> str:
    """Say what lines and bands are."""
    if bands["q05"].isna().all():
        return "median of runs"
    few = len(looks) <= BANDS_FOR_REGIMES
    return f"{style.MEDIAN_AND_RANGE} of runs{'' if few else ' (band for the regime compared with only)'}"


def _trade_panel(
    axes: Axes, bands: pd.DataFrame, looks: Mapping[str, RegimeLook], marks: pd.DataFrame, marked: Sequence[Event]
) -> None:
    """Draw levels, what was observed of them, and marked days."""
    draw_events(axes, marked)
    few = len(looks) <= BANDS_FOR_REGIMES
    _draw_lines(axes, bands, looks, banded=list(looks) if few else [_against(looks).name])
    axes.set_ylim(0, None)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(value)))
    axes.grid(axis="y", color=LIGHT_GREY, lw=0.6)
    year_axis(axes, bands["period"].map(year_of).min(), bands["period"].map(year_of).max())
    period_marks(axes, marks, "musd_per_month")
    if len(marks):
        axes.set_ylim(0, max(axes.get_ylim()[1], HEADROOM * marks["musd_per_month"].max()))


def _strip(axes: Axes, bands: pd.DataFrame, looks: Mapping[str, RegimeLook], marked: Sequence[Event]) -> None:
    """Draw differences from the regime compared with, below the levels."""
    draw_events(axes, marked)
    axes.axhline(0, color=style.AGAINST_COLOUR, lw=0.9)
    others = {name: look for name, look in looks.items() if look.colour != style.AGAINST_COLOUR}
    banded = list(others) if len(looks) <= BANDS_FOR_REGIMES else []
    _draw_lines(axes, bands, others, banded=banded, prefix="difference_")
    axes.yaxis.set_major_locator(MaxNLocator(2, symmetric=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(value, signed=True)))
    axes.tick_params(axis="y", labelsize=8)
    axes.grid(axis="y", color=LIGHT_GREY, lw=0.6)


def _draw_lines(
    axes: Axes, bands: pd.DataFrame, looks: Mapping[str, RegimeLook], *, banded: Sequence[str], prefix: str = ""
) -> None:
    """Draw medians, with markers once a year that do not fall on those of other regimes, and some bands."""
    for place, (regime, look) in enumerate(looks.items()):
        part = bands[bands["regime"] == regime]
        years = part["period"].map(year_of)
        if regime in banded:
            ends = part[f"{prefix}q05"], part[f"{prefix}q95"]
            axes.fill_between(years, *ends, color=look.colour, alpha=0.22, lw=0)
        every = (place * MONTHS_A_YEAR // len(looks), MONTHS_A_YEAR)
        style_of = {"color": look.colour, "ls": look.dash, "marker": look.marker, "markevery": every}
        axes.plot(years, part[f"{prefix}median"], lw=1.3, ms=3.2, **style_of)
    axes.margins(x=0)


def _write_at_lines(
    figure: Figure, grid: Sequence[Axes], bands: pd.DataFrame, looks: Mapping[str, RegimeLook], marked: Sequence[Event]
) -> None:
    """Write what stands beside lines, once panels have their places: numbers of days, letters of many regimes."""
    lettered = is_lettered(len(looks))
    if not (lettered or marked):
        return
    figure.draw_without_rendering()
    last = bands.groupby(["subject", "regime"], sort=False).last()
    for axes, subject in zip(grid, dict.fromkeys(bands["subject"]), strict=True):
        number_events(axes, marked)
        if lettered:
            ends = last.loc[subject]
            told = [
                (look.letter, year_of(ends.at[name, "period"]), ends.at[name, "median"]) for name, look in looks.items()
            ]
            label_ends(axes, told, [look.colour for look in looks.values()], size=7, points=4)


PICTURE = Picture(
    "trade_by_market",
    table,
    finding,
    caption,
    draw,
    tables={"trade_by_market": table, "observed_trade": observed},
    absent="trade through time, since no trade is stored",
    targets=("totals", "partners"),
    narrow=True,
)
