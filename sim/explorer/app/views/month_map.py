"""Crossings on the map, month by month: how full, closed, and how long goods wait."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from matplotlib import rc_context
from matplotlib.figure import Figure

from sim.analysis.crossings import crossings_by_month
from sim.ensemble.replay import stored_settings
from sim.explorer.app.asked import Asked
from sim.explorer.app.views.controls import steady
from sim.explorer.app.views.figures import opened
from sim.notebook import Study
from sim.report import style
from sim.report.figures.ground import CREDIT, around, draw_ground, fill, outlines, places_on_map, region
from sim.report.figures.map_labels import Label, place_labels
from sim.world.tables.read import Tables, find_world, read_tables

SMALLEST, LARGEST = 30.0, 700.0
"""Area of a circle, in square points: of no goods, and of the most that any crossing passes."""

FULL_LOAD = 0.95
"""Share of capacity from which on a crossing is told as full."""

KEY = "Goods on the way out. The larger a circle, the more tonnes a month; the darker, the fuller; white: closed."

WORDS = {
    "name": "crossing",
    "direction": "direction",
    "throughput_t": "passed, tonnes a month",
    "capacity_t": "capacity, tonnes a month",
    "load": "load, %",
    "wait_days": "wait, days",
    "closed": "closed",
}
"""Columns of the table, and what they are called there."""

FULL_DAYS = 7.0
"""Waits from which on a label tells them."""


def show(asked: Asked) -> None:
    """Show the crossings in a month."""
    study = opened()
    if study is None:
        return
    steady("map_regime", study.regimes, study.regimes[-1])
    regime = st.selectbox("Regime", study.regimes, key="map_regime")
    steady("month", study.months, study.months[-1])
    month = st.select_slider("Month", study.months, key="month")
    rows, tables = _rows(study, regime)
    mine = rows[rows["period"] == month]
    st.image(style.png_of(drawn(mine, rows["throughput_t"].max(), tables, month), f"Source: reroute{CREDIT}"))
    told = mine[list(WORDS)].assign(load=100.0 * mine["load"]).round({"throughput_t": 0, "capacity_t": 0, "load": 0})
    st.dataframe(told.round(1).rename(columns=WORDS), hide_index=True)


def _rows(study: Study, regime: str) -> tuple[pd.DataFrame, Tables]:
    """Crossings by month with their places; kept in the session."""
    key, kept = (str(study.folder), len(study.runs), regime), st.session_state.get("crossings")
    if kept is None or kept[0] != key:
        tables = read_tables(find_world(stored_settings(study).world))
        kept = (key, places_on_map(crossings_by_month(study, regime), tables), tables)
        st.session_state["crossings"] = kept
    return kept[1], kept[2]


def drawn(rows: pd.DataFrame, most_t: float, tables: Tables, month: str) -> Figure:
    """Draw the crossings of a month: circles as large as the tonnes, in the colour of the load; white while closed.

    Parameters
    ----------
    rows : DataFrame
        Of `crossings_by_month`, with `name, lon, lat`; where directions are apart, those on the way out are drawn.
    most_t : float
        Tonnes of the largest circle.
    tables : Tables
        Of the world.
    month : str
        For the title.
    """
    out = rows[rows["direction"] != "import"].sort_values("throughput_t", ascending=False)
    with rc_context(style.STYLE):
        figure = Figure(figsize=(9.0, 5.2))
        axes = figure.add_axes((0.01, 0.06, 0.98, 0.82))
        origin = region(tables)
        draw_ground(axes, outlines(), fill(axes, around(out, out, origin)))
        area = SMALLEST + (LARGEST - SMALLEST) * out["throughput_t"] / max(most_t, 1e-9)
        colours = style.LOAD_MAP(out["load"].fillna(0.0).clip(0.0, 1.0).to_numpy())
        colours[out["closed"].to_numpy(bool)] = 1.0
        axes.scatter(out["lon"], out["lat"], s=area, c=colours, edgecolor="#1d1d1f", zorder=5)
        labels = [Label(origin.name, origin.lon, origin.lat, 3.0, bold=True)]
        labels += [Label(f"{row.name} {_state(row)}", row.lon, row.lat, 9.0) for row in out.itertuples()]
        place_labels(axes, labels, size=8.0)
        axes.set_axis_off()
        figure.suptitle(found(out, month), x=0.02, ha="left", fontsize=11, fontweight="bold")
        figure.text(0.02, 0.9, KEY, fontsize=8, color=style.GREY)
    return figure


def found(rows: pd.DataFrame, month: str) -> str:
    """Say how many crossings are closed and full, and where goods wait longest.

    Parameters
    ----------
    rows : DataFrame
        Of a month, with `name, closed, load, wait_days`.
    month : str
        Its name.
    """
    open_ = rows[~rows["closed"].astype(bool)]
    full = int((open_["load"] >= FULL_LOAD).sum())
    said = f"{month}: {len(rows) - len(open_)} of {len(rows)} crossings closed, {full} full"
    waiting = open_["wait_days"].dropna()
    if waiting.empty or waiting.max() < 1.0:
        return said
    return f"{said}; goods wait longest at {open_.loc[waiting.idxmax(), 'name']}, {waiting.max():.0f} days"


def _state(row: object) -> str:
    if row.closed:
        return "closed"
    waits = f", {row.wait_days:.0f} days" if row.wait_days >= FULL_DAYS else ""
    return f"{row.load:.0%}{waits}"
