"""The map: flows out of and into the region, as wide as they are large; crossings and their flows coloured by load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.compared import once
from sim.analysis.differences import yearly_means
from sim.outcomes.names import BOTH
from sim.report import style, words
from sim.report.figures import ground
from sim.report.figures.arrows import BACK, arrows
from sim.report.figures.ground import (
    Box,
    Outlines,
    Region,
    around,
    distance,
    draw_ground,
    fill,
    markets_on_map,
    places_on_map,
)
from sim.report.figures.map_labels import RINGS_POINTS, Label, place_labels
from sim.report.figures.picture import Picture
from sim.report.findings import called, name_of
from sim.report.lettering import filled
from sim.report.shown import Shown
from sim.report.style import GREY, INK
from sim.state import DIRECTIONS

OUT = "#2f6f98"
"""Colour of what leaves the region for partners."""

CLOSED = "#8a8a8a"
LEFT_OVER = ("rest of", "other ")
"""How names of markets begin that are no place, but what is left of the world."""

LOAD_NORM = Normalize(0, 1)
LARGEST_RADIUS_POINTS, SMALLEST_RADIUS_POINTS = 13.0, 2.0
LARGEST_LINE_POINTS, SMALLEST_LINE_POINTS = 9.0, 0.5
BODY_INCHES = 6.0
WORLD_CUT_LON = -30.0  # in the Atlantic, so that the Pacific is whole
WORLD = (WORLD_CUT_LON, WORLD_CUT_LON + 360, -58.0, 74.0)
LABELLED_MARKETS = 14
BESIDE_COLUMNS = 70


class Scale(NamedTuple):
    """Largest values drawn, for sizes of circles and lines."""

    throughput_t: float
    trade_musd: float

    def radius(self, throughput_t: float | pd.Series) -> float | np.ndarray:
        """Radius in points: area as throughput."""
        return _radius(throughput_t, self.throughput_t)

    def radius_of_value(self, trade_musd: float | pd.Series) -> float | np.ndarray:
        """Radius in points: area as value."""
        return _radius(trade_musd, self.trade_musd)

    def of_value(self, trade_musd: float | pd.Series) -> float | np.ndarray:
        """Line width in points, of a flow to or from a partner: proportional to value."""
        return _width(trade_musd, self.trade_musd)

    def of_tonnes(self, tonnes: float | pd.Series) -> float | np.ndarray:
        """Line width in points, of a flow through a crossing: proportional to tonnes."""
        return _width(tonnes, self.throughput_t)


def _radius(flow: float | pd.Series, largest: float) -> float | np.ndarray:
    share = np.sqrt(np.asarray(flow, dtype=float) / max(largest, 1e-9))
    return np.maximum(LARGEST_RADIUS_POINTS * share, SMALLEST_RADIUS_POINTS)


def _width(flow: float | pd.Series, largest: float) -> float | np.ndarray:
    share = np.asarray(flow, dtype=float) / max(largest, 1e-9)
    return np.maximum(LARGEST_LINE_POINTS * share, SMALLEST_LINE_POINTS)


@once
def partners(study: Shown) -> pd.DataFrame:
    """Trade with each market under the main regime in the last year, largest first.

    `subject, trade_musd` (a year), and `out` of the region and `back`, missing where directions are not kept apart.
    """
    values = _by_way(study, "registered_trade", study.markets).rename(columns={"mean": "trade_musd"})
    return values.sort_values("trade_musd", ascending=False, kind="stable", ignore_index=True)


def _by_way(study: Shown, outcome: str, subjects: Sequence[str]) -> pd.DataFrame:
    """Means a year under the main regime in the last year: `subject, mean, out, back`."""
    both, out = (
        yearly_means(study.results, study.main, outcome, subjects, study.last, way) for way in (BOTH, DIRECTIONS[0])
    )
    found = both.merge(out.rename(columns={"mean": "out"}), on="subject", how="left")
    return found.assign(back=(found["mean"] - found["out"]).clip(lower=0.0))


def gates(study: Shown) -> pd.DataFrame:
    """Crossings under the main regime in the last year, largest first."""
    return study.gates


@once
def table(study: Shown) -> pd.DataFrame:
    """Crossings that goods pass, with `name, lon, lat`."""
    if study.gates.empty:
        return study.gates
    ways = _by_way(study, "throughput", study.gates["subject"].tolist()).drop(columns="mean")
    found = places_on_map(study.gates.merge(ways, on="subject", how="left"), study.world)
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
    tonnes = "the region's tonnes" if row["direction"] == BOTH else "the tonnes that leave the region"
    carried = f"{name_of(study.names, row['subject'])} carries most: {share} of {tonnes}"
    return f"{carried} {words.during(study.last_year)}, at {words.percent(row['load'])} of its capacity"


def caption(_: Shown) -> str:
    """Say how to read the figure."""
    return (
        "Arrows run between the region and the crossings its goods pass, as wide as the tonnes, and between the "
        "region and its partners, as wide as the value; they show how much and which way, not the road taken. Where "
        "goods come from places far from each other, there are circles in their stead. The "
        "colour of a crossing, and of what leaves by it, is its load with the goods of others, on the way out "
        "of the region where directions are kept apart, else both ways together. What is left of the world is no "
        "place, so its trade is written on the map. Where circles crowd, some go without a name; the table has them "
        "all."
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
        `name, lon, lat, throughput_t` (a year), `load` (share; missing if closed), and of the tonnes `out` and `back`.
    markets : DataFrame
        `name, lon, lat, trade_musd` (a year), and of that `out` and `back`; largest first.
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
            f"{period}. Circle: tonnes that leave by the crossing; colour: its load, goods of others included. "
            f"{'Blue circle: value' if region.scattered else 'Arrows: tonnes each way; to and from partners, value'}.",
            BODY_INCHES,
            free=True,
        )
        right, narrow = left + 0.655 * width, 0.345 * width
        boxes = (
            (left, bottom + 0.02 * height, 0.645 * width, 0.98 * height),
            (right, bottom + 0.20 * height, narrow, 0.37 * height),
            (right, bottom + 0.63 * height, narrow, 0.33 * height),
        )
        no_place = markets["name"].str.lower().str.startswith(LEFT_OVER)
        left_over, markets = markets[no_place], markets[~no_place]
        tonnes = crossings[["throughput_t", "out", "back"]].max().max()
        scale = Scale(float(np.nanmax([0.0, tonnes])), float(np.nanmax([0.0, *markets["trade_musd"]])))
        main, distant, world = (figure.add_axes(box) for box in boxes)
        distant.set_title("Gates farther off" if region.scattered else "Gates far from the region")
        world.set_title("Trade with partners")
        near = distance(crossings, region) <= region.reach
        near_markets = markets[distance(markets, region) <= region.reach]
        _gate_panel(main, crossings[near], near_markets, region, outlines, scale)
        distant.set_visible(not near.all())
        if not near.all():
            _gate_panel(distant, crossings[~near], near_markets.head(0), region, outlines, scale)
        _market_panel(world, markets, near_markets["name"].tolist(), region, outlines, scale)
        _beside(world, left_over)
        _key(figure, (right, bottom + 0.02 * height, narrow, 0.16 * height), scale, arrows=not region.scattered)
    return figure


def east_of_cut(lon: float | pd.Series) -> float | np.ndarray:
    """Longitudes on the map of the world, which begins in the Atlantic.

    Parameters
    ----------
    lon : float or Series
        Degrees, -180 to 180.
    """
    return np.where(np.asarray(lon) < WORLD_CUT_LON, np.asarray(lon) + 360, lon)[()]


def _gate_panel(
    axes: Axes, gates: pd.DataFrame, markets: pd.DataFrame, region: Region, outlines: Outlines, scale: Scale
) -> None:
    """Draw gates with their flows, and the markets near them for orientation."""
    box = fill(axes, around(gates, markets, region))
    markets = markets[markets["lon"].between(*box[:2]) & markets["lat"].between(*box[2:])]
    draw_ground(axes, outlines, box)
    colours = [CLOSED if np.isnan(load) else style.LOAD_MAP(LOAD_NORM(load)) for load in gates["load"]]
    if not region.scattered:
        arrows(axes, gates.assign(colour=colours), region, scale.of_tonnes, "throughput_t")
    gates = gates.sort_values("throughput_t", ascending=False, kind="stable")
    radii = scale.radius(gates["throughput_t"])
    _circles(axes, gates, radii)
    labels = [] if region.scattered else [Label(region.name, region.lon, region.lat, 3.0, bold=True)]
    for row, radius in zip(gates.itertuples(), radii, strict=True):
        state = "closed" if np.isnan(row.load) else words.percent(row.load)
        labels.append(Label(f"{row.name} {state}", row.lon, row.lat, radius + 0.6))
    labels += [Label(row.name, row.lon, row.lat, 2.0, faint=True) for row in markets.itertuples()]
    _squares(axes, markets)
    place_labels(axes, labels, size=8.0)


def _market_panel(
    axes: Axes, markets: pd.DataFrame, known: list[str], region: Region, outlines: Outlines, scale: Scale
) -> None:
    """Draw flows to the markets of the world; those named in the large panel are not named again."""
    draw_ground(axes, outlines, WORLD)
    shifted, region = markets.assign(lon=east_of_cut(markets["lon"])), region._replace(lon=east_of_cut(region.lon))
    radii = np.full(len(shifted), 2.0)
    if region.scattered:
        radii = scale.radius_of_value(shifted["trade_musd"])
        axes.scatter(shifted["lon"], shifted["lat"], s=(2 * radii) ** 2, c=OUT, ec=INK, lw=0.4, alpha=0.85, zorder=4)
    else:
        arrows(axes, shifted.assign(colour=OUT), region, scale.of_value, "trade_musd")
        _squares(axes, shifted)
    known = [] if region.scattered else known
    named = shifted[~shifted["name"].isin(known)]["name"].head(LABELLED_MARKETS).tolist()
    labels = [
        Label(row.name if row.name in named else "", row.lon, row.lat, radius, faint=True)
        for row, radius in zip(shifted.itertuples(), radii, strict=True)
    ]
    place_labels(axes, labels, size=7.0, reach_points=RINGS_POINTS[1])


def _beside(axes: Axes, left_over: pd.DataFrame) -> None:
    """Write the trade with what is left of the world, which is no place."""
    told = [f"{row.name}: {words.money(row.trade_musd)} a year" for row in left_over.itertuples(index=False)]
    if told:
        text = filled(f"Not on the map: {'; '.join(told)}", BESIDE_COLUMNS)
        axes.text(0.01, 0.02, text, transform=axes.transAxes, size=7, color=INK, va="bottom", zorder=10)


def _circles(axes: Axes, gates: pd.DataFrame, radii: np.ndarray) -> None:
    """Draw gates by load, large ones below; a closed gate is white."""
    colours = style.LOAD_MAP(LOAD_NORM(gates["load"].fillna(0.0)))
    colours[gates["load"].isna().to_numpy()] = 1.0
    axes.scatter(gates["lon"], gates["lat"], s=(2 * radii) ** 2, c=colours, ec=INK, lw=0.6, zorder=5)


def _squares(axes: Axes, markets: pd.DataFrame) -> None:
    axes.scatter(markets["lon"], markets["lat"], s=8, marker="s", color=GREY, zorder=4)


def _key(figure: Figure, box: Box, scale: Scale, *, arrows: bool) -> None:
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
    _lines_of_key(axes, scale) if arrows else _values_of_key(axes, scale)
    colours = figure.add_axes((left + 0.44 * width, bottom + 0.2 * height, 0.5 * width, 0.1 * height))
    bar = figure.colorbar(ScalarMappable(LOAD_NORM, style.LOAD_MAP), cax=colours, orientation="horizontal")
    bar.ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    bar.ax.tick_params(labelsize=7.5, length=2)
    bar.outline.set_visible(False)
    axes.text(96, 10.5, "load", size=7.5, color=GREY)


def _lines_of_key(axes: Axes, scale: Scale) -> None:
    for y, share in ((34, 1.0), (26, 0.3), (19, 0.05)):
        value = share * scale.trade_musd
        axes.plot([44, 51], [y, y], color=OUT, alpha=0.7, lw=scale.of_value(value), solid_capstyle="butt")
        tonnes = words.tonnes(share * scale.throughput_t)
        axes.text(53, y, f"{words.money(value)} or {tonnes}", va="center", size=7.5)
    for x, colour, what in ((44, OUT, "to partners"), (72, BACK, "from partners")):
        axes.text(x, 39.5, what, size=7.5, color=colour, va="center", weight="bold")


def _values_of_key(axes: Axes, scale: Scale) -> None:
    for x, share in ((53, 1.0), (73, 0.25), (92, 0.04)):
        value = share * scale.trade_musd
        axes.scatter(x, 29, s=(2 * scale.radius_of_value(value)) ** 2, c=OUT, ec=INK, lw=0.4, alpha=0.85)
        axes.text(x, 19.5, words.money(value), ha="center", va="top", size=7.5)
    axes.text(44, 39.5, "trade with the partner a year", size=7.5, color=GREY, va="center")


PICTURE = Picture(
    "map",
    table,
    finding,
    caption,
    draw,
    tables={"crossings": gates, "partners": partners},
    credit=ground.CREDIT,
    absent="the map, since no goods of the region passed a crossing, or loads are not stored",
)
