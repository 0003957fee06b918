"""Charts of a comparison of regimes: each takes tables made by `sim.analysis.tables` and returns a Figure.

Nothing is computed here but positions on paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from sim.analysis import crossings
from sim.analysis.comparison import UNCLEAR
from sim.analysis.reading import BOTH
from sim.report import style, words
from sim.report.style import GREY, INK, LIGHT_GREY, Look

Names = Mapping[str, str]
BANDS_FOR_REGIMES = 3
PANELS_A_ROW = 4


def _named(names: Names, subject: str) -> str:
    name = names.get(subject, subject.replace("_", " "))
    return name[0].upper() + name[1:]


def _year(month: str) -> float:
    """Place the middle of a month (`2023-02`) or quarter (`2023 Q1`) on an axis of years."""
    if "Q" in month:
        return int(month[:4]) + (int(month[-1]) - 0.5) / 4
    return int(month[:4]) + (int(month[5:7]) - 0.5) / 12


def _year_axis(axes: Axes, first: float, last: float) -> None:
    axes.set_xlim(np.floor(first), np.ceil(last))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))


def trade_by_market(
    bands: pd.DataFrame, observed: pd.DataFrame, looks: Mapping[str, Look], names: Names, title: str
) -> Figure:
    """Draw trade with each large market through time, one panel a market, with 90 % bands.

    With more than three regimes only the one that others are compared with keeps its band, else nothing could be seen.

    Parameters
    ----------
    bands : DataFrame
        From `tables.trade_by_month`.
    observed : DataFrame
        `subject, from_month, to_month, musd_per_month`; may be empty.
    looks : mapping of str to Look
        Regimes in the order of the legend.
    names : mapping of str to str
        Subject to its name in words.
    title : str
        The finding.

    Returns
    -------
    Figure
    """
    panels = list(dict.fromkeys(bands["subject"]))
    rows = int(np.ceil(len(panels) / PANELS_A_ROW))
    handles, columns, lines = key(looks, observed=not observed.empty)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            "Registered trade, exports and imports, million dollars a month; median and 5\u201395 % of runs"
            f"{'' if len(looks) <= BANDS_FOR_REGIMES else ' (band for the regime compared with only)'}. "
            "Scales differ between panels.",
            1.75 * rows,
            key_lines=lines,
        )
        grid = figure.subplots(rows, min(PANELS_A_ROW, len(panels)), squeeze=False, sharex=True)
        for axes, subject in zip(grid.flat, panels, strict=False):
            _trade_panel(axes, bands[bands["subject"] == subject], looks)
            _observed_marks(axes, observed[observed["subject"] == subject])
            axes.set_title(_named(names, subject))
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        style.add_key(figure, handles, columns)
    return figure


HEADROOM = 1.05  # over the highest observation: a model that misses it must show that it does


def _trade_panel(axes: Axes, bands: pd.DataFrame, looks: Mapping[str, Look]) -> None:
    few = len(looks) <= BANDS_FOR_REGIMES
    for regime, look in looks.items():
        part = bands[bands["regime"] == regime]
        years = part["period"].map(_year)
        if few or look.colour == style.AGAINST_COLOUR:
            axes.fill_between(years, part["q05"], part["q95"], color=look.colour, alpha=0.22, lw=0)
        axes.plot(years, part["median"], color=look.colour, ls=look.dash, lw=1.3)
    axes.set_ylim(0, None)
    axes.margins(x=0)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(value)))
    axes.grid(axis="y", color=LIGHT_GREY, lw=0.6)
    _year_axis(axes, bands["period"].map(_year).min(), bands["period"].map(_year).max())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))


def _observed_marks(axes: Axes, observed: pd.DataFrame) -> None:
    """Draw what was observed as a bar over its period with a dot in the middle."""
    for row in observed.itertuples():
        first, last = _year(row.from_month) - 0.5 / 12, _year(row.to_month) + 0.5 / 12
        axes.plot([first, last], [row.musd_per_month] * 2, color=INK, lw=1.2, zorder=4)
        axes.plot([(first + last) / 2], [row.musd_per_month], "o", color=INK, ms=3.5, zorder=5)
    if len(observed):
        axes.set_ylim(0, max(axes.get_ylim()[1], HEADROOM * observed["musd_per_month"].max()))


def key(looks: Mapping[str, Look], *, observed: bool) -> tuple[list[Line2D], int, int]:
    """Make a key of regimes with their purposes.

    Parameters
    ----------
    looks : mapping of str to Look
        Regimes in the order of the key.
    observed : bool
        With the mark of observations.

    Returns
    -------
    handles : list of Line2D
        With labels.
    columns, lines : int
        Of the key, and of its text.
    """
    columns = 1 if len(looks) <= BANDS_FOR_REGIMES else 2
    labels = [look.label(160 // columns) for look in looks.values()]
    handles = [
        Line2D([], [], color=look.colour, ls=look.dash, lw=3, label=label)
        for look, label in zip(looks.values(), labels, strict=True)
    ]
    if observed:
        handles.append(Line2D([], [], color=INK, marker="o", ms=4, lw=1.2, label="observed: mean of the period"))
    lines = [handle.get_label().count("\n") + 1 for handle in handles]
    rows = int(np.ceil(len(handles) / columns))
    return handles, columns, max(sum(lines[first : first + rows]) for first in range(0, len(lines), rows))


def difference_by_market(
    differences: pd.DataFrame, looks: Mapping[str, Look], names: Names, title: str, *, number: int | None = None
) -> Figure:
    """Draw paired differences by market with both intervals.

    A hollow dot means no clear difference. One regime gets a second panel in per cent; several get a panel each.

    Parameters
    ----------
    differences : DataFrame
        From `tables.differences` over one period, with a row `total` or without.
    looks : mapping of str to Look
        Regimes by name.
    names : mapping of str to str
        Subject to its name in words.
    title : str
        The finding.
    number : int, optional
        Markets shown at most, those whose trade changes most; by default 40, or 20 if there are several regimes.

    Returns
    -------
    Figure
    """
    parts = differences[differences["subject"] != "total"]
    regimes = list(dict.fromkeys(parts["regime"]))
    order = _order_of_change(parts, number or (40 if len(regimes) == 1 else 20))
    against, period = parts["against"].iloc[0], parts["period"].iloc[0]
    columns = [(regime, "musd") for regime in regimes]
    columns += [(regimes[0], "percent")] if len(regimes) == 1 else []
    with rc_context(style.STYLE):
        handles, key_columns, lines = key({name: looks[name] for name in [against, *regimes]}, observed=False)
        figure, _ = style.new_figure(
            title,
            f"Difference from {words.quoted(against)} in registered trade, average a year, "
            f"{words.span(period)}; runs compared in pairs. Dot: mean (hollow: no clear difference). "
            "Thin line: 5\u201395 % of runs. Thick line: 90 % interval of the mean."
            f"{_left_out(parts, order)}",
            0.8 + 0.2 * max(len(order), 8),
            key_lines=lines,
        )
        style.add_key(figure, handles, key_columns)
        grid = figure.subplots(1, len(columns), sharey=True, sharex=len(regimes) > 1, squeeze=False)[0]
        for axes, (regime, unit) in zip(grid, columns, strict=True):
            part = parts[parts["regime"] == regime].set_index("subject").loc[order]
            difference_panel(axes, part, np.arange(len(part)), looks[regime], in_percent=unit == "percent")
            axes.set_title(regime if len(regimes) > 1 else "")
            axes.xaxis.set_major_locator(MaxNLocator(max(2, 10 // len(columns))))
        grid[(len(regimes) - 1) // 2].set_xlabel("million dollars a year")
        grid[0].set_yticks(range(len(order)), [_named(names, subject) for subject in order], color=INK)
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


def difference_panel(axes: Axes, part: pd.DataFrame, rows: np.ndarray, look: Look, *, in_percent: bool) -> None:
    """Draw paired differences, a row each: dots, range over runs, interval of the mean.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    part : DataFrame
        Rows of one regime from `tables.differences`.
    rows : array
        Where each stands on the vertical axis.
    look : Look
        Of the regime.
    in_percent : bool
        As a share of the regime compared with instead of the table's unit.
    """
    scale = 1.0 / part["mean_against"].where(part["mean_against"] > 0) if in_percent else 1.0
    clear = (part["verdict"] != UNCLEAR).to_numpy()
    axes.axvline(0, color=GREY, lw=0.9, zorder=1)
    axes.hlines(rows, part["run_q05"] * scale, part["run_q95"] * scale, color=look.colour, lw=1.3)
    finite = np.isfinite(part["mean_low"])
    axes.hlines(
        rows[finite], (part["mean_low"] * scale)[finite], (part["mean_high"] * scale)[finite], color=look.colour, lw=4
    )
    for chosen, face in ((clear, look.colour), (~clear, "white")):
        axes.scatter(
            (part["difference"] * scale)[chosen], rows[chosen], s=30, color=face, ec=look.colour, lw=1.2, zorder=3
        )
    axes.grid(color=LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    if in_percent:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{words.number(value * 100, signed=True)} %"))
        axes.set_xlabel("per cent of the trade under the regime compared with")
    else:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(value, signed=True)))


def crossings_calendar(by_month: pd.DataFrame, order: Sequence[str], names: Names, title: str) -> Figure:
    """Draw the load of each crossing by month as a calendar; closed months are hatched.

    Parameters
    ----------
    by_month : DataFrame
        From `crossings.crossings_by_month` for one regime.
    order : sequence of str
        Crossings from top to bottom.
    names : mapping of str to str
        Subject to its name in words.
    title : str
        The finding.

    Returns
    -------
    Figure
    """
    months = list(dict.fromkeys(by_month["period"]))
    leaving = crossings.leaving_loads(by_month).set_index(["subject", "period"])
    loads = leaving["load"].unstack().loc[list(order), months]
    closed = leaving["closed"].unstack().loc[list(order), months].to_numpy()
    regime = by_month["regime"].iloc[0]
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            f"Load of each crossing by month under {words.quoted(regime)}, {_way(leaving)}: tonnes passed, other "
            "provinces' goods included, as a share of what open hours allow; median of runs.",
            0.5 + 0.24 * len(order),
            key_lines=1,
        )
        axes = figure.subplots()
        image = axes.imshow(loads, cmap=style.LOAD_MAP, norm=Normalize(0, 1), aspect="auto", interpolation="nearest")
        _hatch_closed(axes, closed)
        axes.set_yticks(range(len(order)), [_named(names, subject) for subject in order], color=INK)
        januaries = [position for position, month in enumerate(months) if month.endswith("-01")]
        axes.set_xticks([position + 5.5 for position in januaries], [months[position][:4] for position in januaries])
        axes.set_xlim(-0.5, len(months) - 0.5)
        axes.vlines([position - 0.5 for position in januaries[1:]], -0.5, len(order) - 0.5, color="white", lw=1.6)
        axes.hlines(np.arange(len(order) - 1) + 0.5, -0.5, len(months) - 0.5, color="white", lw=1.0)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        bar = figure.colorbar(
            image, ax=axes, shrink=0.6, pad=0.01, format=PercentFormatter(1.0, decimals=0, symbol=" %")
        )
        bar.set_label("load")
        bar.outline.set_visible(False)
        style.add_key(figure, [_closed_patch()], 1)
    return figure


def _way(leaving: pd.DataFrame) -> str:
    return "both directions together" if leaving["direction"].iloc[0] == BOTH else "exports"


def _closed_patch() -> Patch:
    return Patch(facecolor="#f2f2f2", edgecolor=GREY, hatch="////", lw=0, label="closed all month")


def _hatch_closed(axes: Axes, closed: np.ndarray) -> None:
    """Hatch runs of closed months, one rectangle a run."""
    for row, flags in enumerate(closed):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
        for first, last in edges.reshape(-1, 2):
            corner = (first - 0.5, row - 0.5)
            axes.add_patch(Rectangle(corner, last - first, 1, facecolor="#f2f2f2", edgecolor=GREY, hatch="////", lw=0))


def declared_origins(shares: pd.DataFrame, names: Names, title: str, *, number: int = 6) -> Figure:
    """Draw where detained goods were declared from: share of value by quarter, one panel an origin, with 90 % bands.

    Each panel has its own scale from zero, so that changes of small shares can be seen.

    Parameters
    ----------
    shares : DataFrame
        From `tables.declared_origins` for one regime.
    names : mapping of str to str
        Subject to its name in words.
    title : str
        The finding.
    number : int
        Origins shown at most: those with the largest detained value.

    Returns
    -------
    Figure
    """
    order = shares.groupby("subject")["detained_musd"].sum().nlargest(number).index.tolist()
    rows = int(np.ceil(len(order) / 3))
    regime = shares["regime"].iloc[0]
    first, last = shares["period"].map(_year).min() - 0.125, shares["period"].map(_year).max() + 0.125
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            f"Share of the value detained under {words.quoted(regime)} by the origin declared on the papers, by "
            "quarter: median and 5\u201395 % of runs. Scales differ between panels.",
            2.2 * rows,
        )
        grid = figure.subplots(rows, min(3, len(order)), sharex=True, squeeze=False)
        for position, (axes, subject) in enumerate(zip(grid.flat, order, strict=False)):
            part = shares[shares["subject"] == subject]
            years, colour = part["period"].map(_year), style.COLOURS[position % len(style.COLOURS)]
            axes.fill_between(years, part["q05"], part["q95"], color=colour, alpha=0.25, lw=0)
            axes.plot(years, part["median"], color=colour, lw=1.6)
            axes.set_title(_named(names, subject))
            axes.grid(axis="y", color=LIGHT_GREY, lw=0.6)
            axes.yaxis.set_major_locator(MaxNLocator(4))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{words.number(value * 100)} %"))
            axes.set_ylim(0, None)
            _year_axis(axes, first, last)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        for axes in grid.flat[len(order) :]:
            axes.set_visible(False)
    return figure
