"""The ground of the map: where things lie, land and borders, and the box that shows them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from pandas.api.typing import DataFrameGroupBy

from sim.paths import data
from sim.report.subjects import short_name
from sim.world.tables.read import Tables

SEA, LAND, BORDER = "#d9e7ee", "#f4f1e8", "#b3ab98"

CREDIT = " \u00b7 Outlines: Natural Earth. Borders imply no view."

Box = tuple[float, float, float, float]
"""West, east, south, north."""

NEAR_DEGREES = 17.0
"""From the region; home that lies farther from its own middle is scattered."""

MOST_GATES = 0.75
"""Part of the gates that are drawn large where home is scattered."""


class Outlines(NamedTuple):
    """Land and borders.

    Attributes
    ----------
    land : DataFrame
        `polygon, lon, lat`; the names of rings of water inside land begin with `water`.
    borders : DataFrame
        `polyline, lon, lat`.
    """

    land: pd.DataFrame
    borders: pd.DataFrame


class Region(NamedTuple):
    """Where flows begin, or what lies in the middle of the gates.

    Attributes
    ----------
    name : str
        Of the region; empty where home is scattered, so that flows begin at no one place.
    lon, lat : float
        Degrees.
    reach : float
        Degrees within which gates are near.
    """

    name: str
    lon: float
    lat: float
    reach: float = NEAR_DEGREES

    @property
    def scattered(self) -> bool:
        """Whether home has no middle that flows could be drawn from."""
        return not self.name


def outlines() -> Outlines:
    """Read the land outlines and borders that are shipped."""
    folder = data("land")
    return Outlines(pd.read_csv(folder / "land.csv"), pd.read_csv(folder / "borders.csv"))


def region(tables: Tables) -> Region:
    """Find where the region's flows begin: the middle of its origins; its name is that of the world.

    Where an origin lies far from that middle, as in a world of several senders, no place is named: the middle is then
    that of the gates, and its reach holds most of them.

    Parameters
    ----------
    tables : Tables
        Of the world.
    """
    origins = tables.places[["origin" in kinds.split() for kinds in tables.places["kinds"]]]
    name = tables.folder.name.replace("_", " ").title()
    home = Region(name, float(origins["lon"].mean()), float(origins["lat"].mean()))
    if distance(origins, home).max() <= NEAR_DEGREES:
        return home
    gates = tables.places[tables.places["place"].isin(tables.crossings["crossing"])]
    middle = Region("", float(gates["lon"].median()), float(gates["lat"].median()))
    return middle._replace(reach=float(distance(gates, middle).quantile(MOST_GATES)))


def distance(places: pd.DataFrame, region: Region) -> pd.Series:
    """Distance from the region, in degrees.

    Parameters
    ----------
    places : DataFrame
        `lon, lat`.
    region : Region
        Where flows begin.
    """
    return np.hypot(places["lon"] - region.lon, places["lat"] - region.lat)


def places_on_map(frame: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Add `name, lon, lat` to rows whose `subject` is a place; a market may have the same id.

    Parameters
    ----------
    frame : DataFrame
        With a column `subject`.
    tables : Tables
        Of the world.

    Returns
    -------
    DataFrame
        Without the rows that have no place.
    """
    places = tables.places.set_index("place")[["name", "lon", "lat"]]
    places["name"] = places["name"].map(short_name)
    return frame.merge(places, left_on="subject", right_index=True)


def markets_on_map(frame: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Add `name, lon, lat` to rows whose `subject` is a market.

    Parameters
    ----------
    frame : DataFrame
        With a column `subject`.
    tables : Tables
        Of the world.

    Returns
    -------
    DataFrame
        Without the rows that are no market.
    """
    places, markets = tables.places.set_index("place"), tables.markets.set_index("market")
    where = places[["lon", "lat"]].reindex(markets["place"]).set_axis(markets.index)
    return frame.merge(where.assign(name=markets["name"]), left_on="subject", right_index=True)


def around(gates: pd.DataFrame, markets: pd.DataFrame, region: Region) -> Box:
    """Find the box around gates, the longitudes of markets, and a region that is one place, with room for labels.

    Parameters
    ----------
    gates, markets : DataFrame
        With `lon, lat`.
    region : Region
        Where flows begin.
    """
    lon, lat = [*gates["lon"], *markets["lon"]], [*gates["lat"]]
    if not region.scattered or gates.empty:
        lon, lat = [*lon, region.lon], [*lat, region.lat]
    margin_lon, margin_lat = 1.5 + 0.06 * np.ptp(lon), 1.0 + 0.05 * np.ptp(lat)
    return min(lon) - margin_lon, max(lon) + margin_lon, min(lat) - margin_lat, max(lat) + margin_lat


def fill(axes: Axes, box: Box) -> Box:
    """Widen a box to the shape of its axes, so that a degree north is drawn as long as one east in the middle of it.

    Parameters
    ----------
    axes : Axes
        With its final position.
    box : Box
        To be seen whole.
    """
    west, east, south, north = box
    shape = axes.get_position().width * axes.figure.get_figwidth()
    shape /= axes.get_position().height * axes.figure.get_figheight()
    stretch = 1 / np.cos(np.deg2rad((south + north) / 2))
    wide = max(east - west, (north - south) * stretch * shape)
    high = wide / (stretch * shape)
    middle_lon, middle_lat = (west + east) / 2, (south + north) / 2
    return middle_lon - wide / 2, middle_lon + wide / 2, middle_lat - high / 2, middle_lat + high / 2


def draw_ground(axes: Axes, outlines: Outlines, box: Box) -> None:
    """Draw the land and borders that lie in a box.

    Parameters
    ----------
    axes : Axes
        Drawn on; the box becomes its limits.
    outlines : Outlines
        Land and borders.
    box : Box
        What is seen.
    """
    axes.set(xlim=box[:2], ylim=box[2:], xticks=[], yticks=[], facecolor=SEA)
    axes.spines[:].set_visible(False)
    lake = outlines.land["polygon"].str.startswith("water")
    for rings, colour in ((outlines.land[~lake], LAND), (outlines.land[lake], SEA)):
        shapes = _inside(rings.groupby("polygon", sort=False), box)
        axes.add_collection(PolyCollection(shapes, facecolors=colour, edgecolors=BORDER, lw=0.4), autolim=False)
    borders = _inside(outlines.borders.groupby("polyline", sort=False), box)
    axes.add_collection(LineCollection(borders, colors=BORDER, lw=0.5), autolim=False)


def _inside(lines: DataFrameGroupBy, box: Box) -> list[np.ndarray]:
    """Keep the lines that touch a box, in each turn of the globe that does; lines across 180 degrees stay whole."""
    kept = []
    for _, line in lines:
        points = np.column_stack([np.unwrap(line["lon"], period=360), line["lat"]])
        for turn in (-360.0, 0.0, 360.0):
            turned = points + [turn, 0.0]
            (west, south), (east, north) = turned.min(axis=0), turned.max(axis=0)
            if west < box[1] and east > box[0] and south < box[3] and north > box[2]:
                kept.append(turned)
    return kept
