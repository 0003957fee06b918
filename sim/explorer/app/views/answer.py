"""The emulated answer: tiles, trade by market, differences, accounts; redrawn at once when a lever moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from sim.config import load
from sim.explorer.app.asked import Asked
from sim.explorer.app.telling import (
    Emulators,
    amount,
    band_told,
    emulated,
    emulators,
    is_change,
    known_only,
    plain,
    tiles,
)
from sim.explorer.app.views import charts
from sim.explorer.app.views.controls import steady
from sim.explorer.levers import without_levers
from sim.explorer.runs import stands_on
from sim.explorer.shown import DIVERTED, NEXT_TO_NONE, TILES
from sim.notebook import words_of
from sim.world.tables.read import find_world, read_tables

PAGE = "index.html"
TITLES = {
    "market": "Registered trade by declared partner",
    "difference": "Change of registered trade by partner, against the same world without any ban",
    "scope": "Goods in scope that enter the markets of those who ban",
    "account": "Who gains and who pays: change of accounts a year",
}
COLUMNS = 3


def show(asked: Asked) -> None:
    """Show what the emulators answer."""
    if why := without_levers(asked.world):
        st.info(plain(why))
        return
    page = asked.home / PAGE
    emulators_known = known(page)
    if emulators_known is None:
        st.info(
            f"No emulators are there yet: `reroute explore explorer.page={plain(str(page))}` fits them and writes the "
            "page. Until then, run it truly."
        )
        return
    if (theirs := emulators_known.said.get("stands_on")) and theirs != now_on(tuple(asked.settings.items())):
        st.warning(
            "The page was fitted to runs of another posterior, other data or other rules than are in force now: run it "
            f"truly, or write the page anew with {plain(f'reroute explore explorer.page={page}')}."
        )
    if asked.setting is None:
        st.info("Emulators answer for the levers alone: run a regime that is edited as text truly.")
        return
    answers = emulated(emulators_known, asked.setting)
    years = sorted(answers.loc[answers["slot"].str.len() == 4, "slot"].unique())
    steady("year", years, years[-1])
    year = st.select_slider("Year", years, key="year")
    show_tiles(answers, year)
    st.caption(
        "Emulated: formulas fitted to runs of the model. Bands hold 9 in 10 runs. What is grey is not vouched for."
    )
    trade = answers[(answers["subject"] == "trade") & (answers["view"] == "tile")]
    charts.course(trade, "Registered trade of the region by year")
    for view, title in TITLES.items():
        rows = answers[(answers["view"] == view) & (answers["slot"] == year)]
        if len(rows):
            charts.dots(rows, f"{title}, {year}")
    st.subheader("Run the same from the command line")
    st.code(asked.command(200), language=None, wrap_lines=True)
    st.download_button("The page, for a mail", page.read_bytes(), "explorer.html", "text/html")


def show_tiles(answers: pd.DataFrame, year: str) -> None:
    """Show the headline numbers of a year, those that are not vouched for in grey."""
    rows = tiles(answers, year)
    if rows.empty:
        st.info(f"In {year} no ban is in force, so nothing differs.")
        return
    places = st.columns(COLUMNS)
    for place, row in enumerate(rows.itertuples()):
        change = is_change(row)
        value = plain(amount(row.middle, row.unit, is_change=change))
        with places[place % COLUMNS].container(border=True):
            st.caption(plain(getattr(row, "words", TILES.get(row.subject, row.subject))))
            st.markdown(f"### {value}" if row.vouched else f"### :gray[{value}]")
            st.caption(_band(row, is_change=change) + _error(row))


def _band(row: Any, *, is_change: bool) -> str:
    """Say the band of a tile, or why it has none."""
    if pd.isna(row.middle):
        return "A share of nothing: the direct way loses next to nothing"
    told = plain(f"9 in 10 runs: {band_told(row.low, row.high, row.unit, is_change=is_change)}")
    nothing = row.subject == DIVERTED.subject and row.middle < NEXT_TO_NONE
    return told + ("  \nOther ways gain nothing, or lose as well" if nothing else "")


def _error(row: Any) -> str:
    """Say how far the emulator is off."""
    error = getattr(row, "error", None)
    if error is None or pd.isna(error):
        return ""
    return f"  \nEmulated, error {100 * error:.0f} % of the band" + ("" if row.vouched else "; not vouched for")


def known(page: Path) -> Emulators | None:
    """Read the page once for all sessions, and anew when it was written anew."""
    return _known(str(page), page.stat().st_mtime_ns if page.is_file() else 0)


@st.cache_resource(max_entries=2)
def _known(page: str, written: int) -> Emulators | None:
    return emulators(Path(page))


@st.cache_data(max_entries=4, ttl=60)
def now_on(settings: tuple[tuple[str, object], ...]) -> str:
    """Name what runs of these settings stand on now."""
    config = load(words_of([], None, known_only(dict(settings))))
    return stands_on(config, read_tables(find_world(config.world)))
