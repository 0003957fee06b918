"""The network of a world as its tables give it: places, the legs between them, crossings, and which are shut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report import style
from sim.report.figures import ground
from sim.report.figures.map_labels import Label, place_labels
from sim.report.figures.picture import Picture, write_png
from sim.report.subjects import short_name
from sim.report.words import counted
from sim.world.tables.read import Tables

MODES = {
    "road": (style.COLOURS[0], "-"),
    "rail": (style.COLOURS[1], "-"),
    "sea": (style.COLOURS[2], "--"),
    "ferry": (style.COLOURS[2], ":"),
    "air": (style.GREY, ":"),
    "transfer": (style.GREY, "-"),
}
"""Colour and dash of each means of transport."""

MARKS = {
    "origin": ("^", style.INK),
    "crossing": ("D", "#ffffff"),
    "market": ("s", style.GREY),
    "other": (".", style.GREY),
}
WORDS = {
    "origin": "where firms are",
    "crossing": "crossing; filled: shut on some days",
    "market": "market",
    "other": "other place",
}
CUT_LON, WIDEST = -30.0, 180.0
"""Where the map is cut, in the Atlantic, when places are farther apart than half the globe; degrees."""

BODY_INCHES, POINTS, NEAR_DEGREES = 5.6, 3.0, 18.0


def write_network(tables: Tables, folder: Path) -> Path:
    """Write the network of a world as `<world>.png`.

    Parameters
    ----------
    tables
        Of the world.
    folder
        Made if missing.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    world = tables.folder.name
    return write_png(PICTURE, tables, f"Source: tables of the world {world}", folder / f"{world}.png")


def table(tables: Tables) -> pd.DataFrame:
    """Collect the legs with the ends of each: `leg, mode, from_lon, from_lat, to_lon, to_lat`."""
    places = placed(tables).set_index("place")[["lon", "lat"]]
    ends = [
        places.loc[tables.legs[f"{end}_place"]].reset_index(drop=True).add_prefix(f"{end}_") for end in ("from", "to")
    ]
    return pd.concat([tables.legs[["leg", "mode"]].reset_index(drop=True), *ends], axis=1)


def placed(tables: Tables) -> pd.DataFrame:
    """Sort places by what they are, with longitudes that leave the map whole: `place, name, lon, lat, role, shut`."""
    places = tables.places[["place", "name", "lon", "lat"]].reset_index(drop=True)
    if np.ptp(places["lon"]) > WIDEST:
        places["lon"] = places["lon"].where(places["lon"] >= CUT_LON, places["lon"] + 360)
    shut = set(tables.calendars.loc[tables.calendars["open_share"] < 1, "crossing"])
    roles = {
        "crossing": set(tables.crossings["crossing"]),
        "origin": set(tables.firms["place"]),
        "market": set(tables.markets["place"]),
    }
    named = [next((role for role, members in roles.items() if place in members), "other") for place in places["place"]]
    return places.assign(name=places["name"].map(short_name), role=named, shut=places["place"].isin(shut))


def finding(tables: Tables) -> str:
    """Count what the network consists of."""
    parts = {
        "place": len(tables.places),
        "leg": len(tables.legs),
        "crossing": tables.crossings["crossing"].nunique(),
        "market": len(tables.markets),
    }
    name = tables.folder.name.replace("_", " ").capitalize()
    return f"{name}: {', '.join(counted(number, word) for word, number in parts.items())}"


def caption(_: Tables) -> str:
    """Say how to read the figure."""
    return "A line for each leg, straight and not along the road; a mark for each place, named where there is room."


def draw(tables: Tables, title: str) -> Figure:
    """Draw legs, places and their names on the ground of the map.

    Parameters
    ----------
    tables : Tables
        Of the world.
    title : str
        The finding.

    Returns
    -------
    Figure
    """
    places, legs = placed(tables), table(tables)
    near = _near(places)
    with rc_context(style.STYLE):
        figure, (left, bottom, width, height) = style.new_figure(
            title, caption(tables), BODY_INCHES, key_lines=3, free=True
        )
        if near.all():
            _panel(figure.add_axes((left, bottom, width, height)), places, legs, places)
        else:
            _panel(figure.add_axes((left, bottom, 0.6 * width, height)), places[near], legs, places)
            beside = figure.add_axes((left + 0.62 * width, bottom + 0.2 * height, 0.38 * width, 0.6 * height))
            beside.set_title("All of it")
            _panel(beside, places, legs, places[~near])
        style.add_key(figure, _key(legs, places), 4)
    return figure


def _near(places: pd.DataFrame) -> pd.Series:
    """Tell which places are near those of firms."""
    origins = places[places["role"] == "origin"]
    return np.hypot(places["lon"] - origins["lon"].mean(), places["lat"] - origins["lat"].mean()) <= NEAR_DEGREES


def _panel(axes: Axes, seen: pd.DataFrame, legs: pd.DataFrame, named: pd.DataFrame) -> None:
    """Draw what lies around some places, and name others that are seen there."""
    middle = ground.Region("", seen["lon"].mean(), seen["lat"].mean())
    west, east, south, north = box = ground.fill(axes, ground.around(seen, seen.head(0), middle))
    ground.draw_ground(axes, ground.outlines(), box)
    for leg in legs.itertuples():
        colour, dash = MODES[leg.mode]
        ends = [leg.from_lon, leg.to_lon], [leg.from_lat, leg.to_lat]
        axes.plot(*ends, color=colour, ls=dash, lw=0.8, alpha=0.7, zorder=3)
    _marks(axes, seen)
    inside = named[named["lon"].between(west, east) & named["lat"].between(south, north)]
    order = inside.sort_values("role", key=lambda roles: roles.map(list(MARKS).index), kind="stable")
    labels = [
        Label(row.name, row.lon, row.lat, POINTS, bold=row.role == "crossing", faint=row.role == "other")
        for row in order.itertuples()
    ]
    place_labels(axes, labels, size=7.5)


def _marks(axes: Axes, places: pd.DataFrame) -> None:
    for role, (marker, face) in MARKS.items():
        some = places[places["role"] == role]
        colours = np.where(some["shut"] & (role == "crossing"), style.INK, face)
        axes.scatter(some["lon"], some["lat"], s=20, marker=marker, c=colours.tolist(), ec=style.INK, lw=0.7, zorder=5)


def _key(legs: pd.DataFrame, places: pd.DataFrame) -> list[Line2D]:
    lines = [
        Line2D([], [], color=colour, ls=dash, label=mode)
        for mode, (colour, dash) in MODES.items()
        if (legs["mode"] == mode).any()
    ]
    marks = [
        Line2D([], [], ls="", marker=marker, mfc=face, mec=style.INK, ms=5, label=WORDS[role])
        for role, (marker, face) in MARKS.items()
        if (places["role"] == role).any()
    ]
    return lines + marks


PICTURE = Picture("network", table, finding, caption, draw, credit=ground.CREDIT)
