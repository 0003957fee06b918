"""The map: crossings sized by throughput and coloured by load, flows from the region to its gates and markets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.compared import once
from sim.analysis.differences import yearly_means
from sim.report import style, words
from sim.report.figures import ground
from sim.report.figures.ground import Box, Outlines, Region, around, draw_ground, fill, markets_on_map, places_on_map
from sim.report.figures.map_labels import RINGS_POINTS, Label, place_labels
from sim.report.figures.picture import Picture
from sim.report.findings import called, name_of
from sim.report.shown import Shown
from sim.report.style import GREY, INK

FLOW = "#2f6f98"
LOAD_NORM = Normalize(0, 1)
LARGEST_RADIUS_POINTS, SMALLEST_RADIUS_POINTS = 13.0, 2.0
LARGEST_LINE_POINTS, SMALLEST_LINE_POINTS = 9.0, 0.5
BODY_INCHES = 6.0
NEAR_DEGREES = 17.0
WORLD_CUT_LON = -30.0  # in the Atlantic, so that the Pacific is whole
WORLD = (WORLD_CUT_LON, WORLD_CUT_LON + 360, -48.0, 74.0)
LABELLED_MARKETS = 14


class _Scale(NamedTuple):
    """Largest values drawn, for sizes of circles and lines."""

    throughput_t: float
    trade_musd: float

    def radius(self, throughput_t: float | pd.Series) -> float | np.ndarray:
        """Radius in points: area as throughput."""
        share = np.sqrt(np.asarray(throughput_t, dtype=float) / max(self.throughput_t, 1e-9))
        return np.maximum(LARGEST_RADIUS_POINTS * share, SMALLEST_RADIUS_POINTS)

    def line(self, trade_musd: float | pd.Series) -> float | np.ndarray:
        """Line width in points: proportional to value."""
        share = np.asarray(trade_musd, dtype=float) / max(self.trade_musd, 1e-9)
        return np.maximum(LARGEST_LINE_POINTS * share, SMALLEST_LINE_POINTS)


@once
def partners(study: Shown) -> pd.DataFrame:
    """Trade with each market under the main regime in the last year: `subject, trade_musd`, largest first."""
    values = yearly_means(study.results, study.main, "registered_trade", study.markets, study.last)
    values = values.rename(columns={"mean": "trade_musd"})
    return values.sort_values("trade_musd", ascending=False, kind="stable", ignore_index=True)


def gates(study: Shown) -> pd.DataFrame:
    """Crossings under the main regime in the last year, largest first."""
    return study.gates


@once
def table(study: Shown) -> pd.DataFrame:
    """Crossings that goods pass, with `name, lon, lat`."""
    if study.gates.empty:
        return study.gates
    found = places_on_map(study.gates, study.world)
    return found[found["throughput_t"] > 0]


def finding(study: Shown) -> str:
    """State which crossing carries most of the region's goods, and how full it is.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    if not study.gates["throughput_t"].any():
        return f"No goods of the region passed a crossing {words.during(study.last_year)}"
    row = study.gates.iloc[0]
    share = words.percent(row["throughput_t"] / study.gates["throughput_t"].sum())
    carried = f"{name_of(study.names, row['subject'])} carries most: {share} of the region's tonnes"
    return f"{carried} {words.during(study.last_year)}, at {words.percent(row['load'])} of its capacity"


def caption(_: Shown) -> str:
    """Say how to read the figure."""
    return (
        "Lines run from the region to the crossings its goods pass and to its partners; they show how much, not the "
        "road taken. A crossing's colour is its load with the goods of other provinces, on the way out of the region "
        "where directions are kept apart, else both ways together. Where circles crowd, some go without a name; the "
        "table has them all."
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw the main regime."""
    markets = markets_on_map(partners(study), study.world)
    period = f"Under {called(study, study.main)}, {words.span(study.last_year)}, mean of {study.runs} runs"
    return flow_map(table(study), markets, ground.region(study.world), ground.outlines(), title, period)


def flow_map(
    crossings: pd.DataFrame,
    markets: pd.DataFrame,
    region: Region,
    outlines: Outlines,
    title: str,
    period: str,
) -> Figure:
    """Draw the gates near the region large, and beside them the markets of the world and the gates far away.

    Parameters
    ----------
    crossings : DataFrame
        `name, lon, lat, throughput_t` (a year), `load` (share; missing if closed), `trade_musd` (a year).
    markets : DataFrame
        `name, lon, lat, trade_musd` (a year); largest first.
    region : Region
        Where flows begin.
    outlines : Outlines
        Land and borders.
    title : str
        The finding.
    period : str
        Regime and months, for the subtitle.

    Returns
    -------
    Figure
    """
    with rc_context(style.STYLE):
        figure, (left, bottom, width, height) = style.new_figure(
            title,
            f"{period}. Circle: tonnes of the region's goods through the crossing; colour: load, other "
            "provinces' goods included; line: value a year.",
            BODY_INCHES,
            free=True,
        )
        right, narrow = left + 0.655 * width, 0.345 * width
        boxes = (
            (left, bottom, 0.645 * width, height),
            (right, bottom + 0.20 * height, narrow, 0.37 * height),
            (right, bottom + 0.63 * height, narrow, 0.33 * height),
        )
        values = pd.concat([crossings["trade_musd"], markets["trade_musd"]])
        scale = _Scale(crossings["throughput_t"].max(), float(np.nanmax([0.0, *values])))
        main, distant, world = (figure.add_axes(box) for box in boxes)
        distant.set_title("Gates far from the region")
        world.set_title("Trade with partners")
        near = _distance(crossings, region) <= NEAR_DEGREES
        near_markets = markets[_distance(markets, region) <= NEAR_DEGREES]
        _gate_panel(main, crossings[near], near_markets, region, outlines, scale)
        _gate_panel(distant, crossings[~near], near_markets.head(0), region, outlines, scale)
        _market_panel(world, markets, near_markets["name"].tolist(), region, outlines, scale)
        _key(figure, (right, bottom, narrow, 0.17 * height), scale)
    return figure


def _distance(places: pd.DataFrame, region: Region) -> pd.Series:
    return np.hypot(places["lon"] - region.lon, places["lat"] - region.lat)


def _gate_panel(
    axes: Axes, gates: pd.DataFrame, markets: pd.DataFrame, region: Region, outlines: Outlines, scale: _Scale
) -> None:
    """Draw gates with their flows, and the markets near them for orientation."""
    box = fill(axes, around(gates, markets, region))
    markets = markets[markets["lon"].between(*box[:2]) & markets["lat"].between(*box[2:])]
    draw_ground(axes, outlines, box)
    _flows(axes, gates, region, scale)
    gates = gates.sort_values("throughput_t", ascending=False, kind="stable")
    radii = scale.radius(gates["throughput_t"])
    _circles(axes, gates, radii)
    labels = [Label(region.name, region.lon, region.lat, 3.0, bold=True)]
    for row, radius in zip(gates.itertuples(), radii, strict=True):
        state = "closed" if np.isnan(row.load) else words.percent(row.load)
        labels.append(Label(f"{row.name} {state}", row.lon, row.lat, radius + 0.6))
    labels += [Label(row.name, row.lon, row.lat, 2.0, faint=True) for row in markets.itertuples()]
    _squares(axes, markets)
    place_labels(axes, labels, size=8.0)


def _market_panel(
    axes: Axes, markets: pd.DataFrame, known: list[str], region: Region, outlines: Outlines, scale: _Scale
) -> None:
    """Draw flows to the markets of the world; those named in the large panel are not named again."""
    draw_ground(axes, outlines, WORLD)
    shifted = markets.assign(lon=np.where(markets["lon"] < WORLD_CUT_LON, markets["lon"] + 360, markets["lon"]))
    _flows(axes, shifted, region, scale)
    _squares(axes, shifted)
    named = shifted[~shifted["name"].isin(known)]["name"].head(LABELLED_MARKETS).tolist()
    labels = [
        Label(row.name if row.name in named else "", row.lon, row.lat, 2.0, faint=True) for row in shifted.itertuples()
    ]
    place_labels(axes, labels, size=7.0, reach_points=RINGS_POINTS[1])


def _flows(axes: Axes, places: pd.DataFrame, region: Region, scale: _Scale) -> None:
    """Draw an arc from the region to each place; arcs bow north and thin ones lie on top."""
    start = np.array([region.lon, region.lat])
    share = np.linspace(0, 1, 40)[:, None]
    ordered = places.sort_values("trade_musd", ascending=False, kind="stable")
    arcs = []
    for end in ordered[["lon", "lat"]].to_numpy():
        middle = (start + end) / 2 + np.array([0.0, 0.12 * abs(end[0] - start[0])])
        arcs.append((1 - share) ** 2 * start + 2 * share * (1 - share) * middle + share**2 * end)
    widths = scale.line(ordered["trade_musd"])
    axes.add_collection(LineCollection(arcs, colors=FLOW, alpha=0.45, lw=widths, capstyle="round"), autolim=False)


def _circles(axes: Axes, gates: pd.DataFrame, radii: np.ndarray) -> None:
    """Draw gates by load, large ones below; a closed gate is white."""
    colours = style.LOAD_MAP(LOAD_NORM(gates["load"].fillna(0.0)))
    colours[gates["load"].isna().to_numpy()] = 1.0
    axes.scatter(gates["lon"], gates["lat"], s=(2 * radii) ** 2, c=colours, ec=INK, lw=0.6, zorder=5)


def _squares(axes: Axes, markets: pd.DataFrame) -> None:
    axes.scatter(markets["lon"], markets["lat"], s=8, marker="s", color=GREY, zorder=4)


def _key(figure: Figure, box: Box, scale: _Scale) -> None:
    """Explain circles, lines and colours."""
    left, bottom, width, height = box
    axes = figure.add_axes(box)
    axes.set(xlim=(0, 100), ylim=(0, 40), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for x, share in ((8, 1.0), (22, 0.25), (33, 0.04)):
        tonnes = share * scale.throughput_t
        axes.scatter(x, 27, s=(2 * scale.radius(tonnes)) ** 2, fc="none", ec=INK, lw=0.8)
        axes.text(x, 15, words.tonnes(tonnes), ha="center", va="top", size=7.5)
    axes.text(0, 4, "through the crossing a year", size=7.5, color=GREY)
    for y, share in ((34, 1.0), (26, 0.3), (19, 0.05)):
        value = share * scale.trade_musd
        axes.plot([44, 54], [y, y], color=FLOW, alpha=0.6, lw=scale.line(value), solid_capstyle="round")
        axes.text(57, y, f"{words.money(value)} a year", va="center", size=7.5)
    colours = figure.add_axes((left + 0.44 * width, bottom + 0.2 * height, 0.5 * width, 0.1 * height))
    bar = figure.colorbar(ScalarMappable(LOAD_NORM, style.LOAD_MAP), cax=colours, orientation="horizontal")
    bar.ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    bar.ax.tick_params(labelsize=7.5, length=2)
    bar.outline.set_visible(False)
    axes.text(96, 10.5, "load", size=7.5, color=GREY)


PICTURE = Picture(
    "map",
    table,
    finding,
    caption,
    draw,
    tables={"crossings": gates, "partners": partners},
    credit=" \u00b7 Outlines: Natural Earth, public domain",
    absent="the map, since no goods of the region passed a crossing, or loads are not stored",
)
