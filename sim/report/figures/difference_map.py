"""The map of differences: where more and where less passes under a regime than under the one it is compared with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.compared import once
from sim.report import style, words
from sim.report.figures import ground
from sim.report.figures.flow_map import LEFT_OVER, WORLD, east_of_cut
from sim.report.figures.ground import (
    Outlines,
    Region,
    around,
    distance,
    draw_ground,
    fill,
    markets_on_map,
    places_on_map,
)
from sim.report.figures.map_labels import Label, place_labels
from sim.report.figures.picture import Picture
from sim.report.findings import brackets, called, idle, is_told, loudest, name_of, seen_everywhere, telling
from sim.report.shown import Shown
from sim.report.style import COLOURS, INK

MORE, LESS = COLOURS[1], COLOURS[0]
BODY_INCHES, LARGEST_POINTS, SMALLEST_POINTS = 5.4, 15.0, 2.0
NAMED = 12
MARKER_LEGEND_POINTS = 7


@once
def table(study: Shown) -> pd.DataFrame:
    """Differences by crossing and by market under the regime that changes the region's trade most."""
    parts = []
    for rows, place, what in (
        (study.by_crossing, places_on_map, "crossing"),
        (study.by_market, markets_on_map, "market"),
    ):
        if len(rows):
            parts.append(place(rows[rows["regime"] == loudest(study)], study.world).assign(what=what))
    columns = ["what", "regime", "subject", "name", "lon", "lat", "unit", "difference", "run_q05", "run_q95", "verdict"]
    found = pd.concat(parts, ignore_index=True)[columns] if len(parts) > 1 else pd.DataFrame()
    return found[found["difference"] != 0] if len(found) else found


def finding(study: Shown) -> str:
    """State at which crossing and with which market most changes.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    regime = loudest(study)
    if idle(study, regime):
        return f"{idle(study, regime)}: nothing can be said of places"
    clear = telling(table(study))
    told = []
    for what, show in (("crossing", words.tonnes), ("market", words.money)):
        part = clear[clear["what"] == what] if len(clear) else clear
        if len(part):
            row = part.loc[part["difference"].abs().idxmax()]
            more = "more" if row["difference"] > 0 else "less"
            verb = "passes" if what == "crossing" else "is traded with"
            place = name_of(study.names, row["subject"]) if what == "crossing" else words.with_article(row["name"])
            ends = (row["run_q05"], row["run_q95"])
            found = f"9 in 10 runs: {words.interval(*ends, show)}" if np.isfinite(ends).all() else ""
            told.append(f"{show(abs(row['difference']))} a year {more} {verb} {place}{brackets(found)}")
    if not told:
        rows = study.by_crossing[study.by_crossing["regime"] == regime]
        would = brackets(seen_everywhere(rows, words.tonnes))
        against = called(study, study.against)
        return f"At no place does {called(study, regime)} differ clearly from {against}{would}"
    return f"Under {called(study, regime)} {' and '.join(told)}"


def caption(study: Shown) -> str:
    """Say how to read the figure."""
    return (
        "Circles are as large as the difference of the mean: of tonnes at crossings, of dollars with partners. Full "
        "circles differ clearly, hollow ones do not. What is left of the world is no place and is not drawn. "
        f"{study.ranges}"
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw the comparison."""
    regime = loudest(study)
    period = f"{called(study, regime)} less {called(study, study.against)}, {words.span(study.periods[regime].name)}"
    return difference_map(table(study), ground.region(study.world), ground.outlines(), title, period)


def difference_map(rows: pd.DataFrame, region: Region, outlines: Outlines, title: str, period: str) -> Figure:
    """Draw the gates near the region, and beside them the markets of the world.

    Parameters
    ----------
    rows : DataFrame
        `what` (crossing or market), `name, lon, lat, difference, verdict`.
    region : Region
        Where flows begin.
    outlines : Outlines
        Land and borders.
    title : str
        The finding.
    period : str
        Regimes and months, for the subtitle.

    Returns
    -------
    Figure
    """
    gates, markets = rows[rows["what"] == "crossing"], rows[rows["what"] == "market"]
    is_near = distance(gates, region) <= region.reach
    near, far = gates[is_near], gates[~is_near]
    markets = markets[~markets["name"].str.lower().str.startswith(LEFT_OVER)]
    shifted = markets.assign(lon=east_of_cut(markets["lon"]))
    with rc_context(style.STYLE):
        figure, (left, bottom, width, height) = style.new_figure(
            title, f"{period}, mean a year. Circle: size of the difference.", BODY_INCHES, key_lines=1, free=True
        )
        right, half = left + 0.505 * width, 0.49 * width
        main = figure.add_axes((left, bottom + 0.01 * height, half, 0.92 * height))
        world = figure.add_axes((right, bottom + 0.5 * height, half, 0.43 * height))
        distant = figure.add_axes((right, bottom + 0.01 * height, half, 0.42 * height))
        near_by, far_off = ("", "farther off") if region.scattered else (" near the region", "far from the region")
        main.set_title(f"At crossings{near_by}, tonnes a year")
        world.set_title("With partners, dollars a year")
        distant.set_title(f"At gates {far_off}, tonnes a year")
        draw_ground(main, outlines, fill(main, around(near, markets.head(0), region)))
        draw_ground(world, outlines, WORLD)
        distant.set_visible(len(far) > 0)
        draw_ground(distant, outlines, fill(distant, around(far, markets.head(0), region)))
        largest = gates["difference"].abs().max()
        home = None if region.scattered else Label(region.name, region.lon, region.lat, 3.0, bold=True)
        _circles(main, near, largest, words.tonnes, home)
        _circles(
            world,
            shifted,
            shifted["difference"].abs().max(),
            words.money,
            home and home._replace(text="", x=east_of_cut(home.x)),
        )
        _circles(distant, far, largest, words.tonnes, home)
        style.add_key(figure, _key(), 4)
    return figure


def _circles(axes: Axes, rows: pd.DataFrame, largest: float, show: Callable[[float], str], home: Label | None) -> None:
    """Draw circles, large ones below, and name those that differ most."""
    ordered = rows.reindex(rows["difference"].abs().sort_values(ascending=False, kind="stable").index)
    sizes = ordered["difference"].abs().to_numpy()
    radii = np.maximum(LARGEST_POINTS * np.sqrt(sizes / largest), SMALLEST_POINTS)
    labels = [home] if home else []
    if home:
        axes.plot(home.x, home.y, "o", color=INK, ms=4, scalex=False, scaley=False)
    for place, (row, radius) in enumerate(zip(ordered.to_dict("records"), radii, strict=True)):
        colour = MORE if row["difference"] > 0 else LESS
        face = colour if is_told(pd.Series(row)) else "none"
        axes.scatter(row["lon"], row["lat"], s=(2 * radius) ** 2, fc=face, ec=colour, lw=1.1, alpha=0.85, zorder=5)
        sign = "+" if row["difference"] > 0 else words.MINUS
        named = f"{row['name']} {sign}{show(abs(row['difference']))}" if place < NAMED else ""
        labels.append(Label(named, row["lon"], row["lat"], radius + 0.6))
    place_labels(axes, labels, size=7.5)


def _key() -> list[Line2D]:
    def mark(colour: str, face: str, label: str) -> Line2D:
        return Line2D([], [], ls="", marker="o", ms=MARKER_LEGEND_POINTS, mec=colour, mfc=face, label=label)

    return [
        mark(MORE, MORE, "more"),
        mark(LESS, LESS, "less"),
        mark(MORE, "none", "more, no clear difference"),
        mark(LESS, "none", "less, no clear difference"),
    ]


PICTURE = Picture(
    "difference_map",
    table,
    finding,
    caption,
    draw,
    tables={"difference_by_place": table},
    credit=ground.CREDIT,
    on_paper=False,
    absent="the map of differences, since there is no second regime, or throughput or trade is not stored",
)
