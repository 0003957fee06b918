"""Published figures beside what was simulated: as the figures of the report draw them, and as a table."""

from __future__ import annotations

import streamlit as st

from sim.explorer.app import observed
from sim.explorer.app.asked import Asked
from sim.explorer.app.telling import plain
from sim.explorer.app.views.controls import steady
from sim.explorer.app.views.figures import drawn, opened
from sim.notebook import Study
from sim.report.page.csv import csv_text
from sim.report.shown import Shown

DECIMALS = 1


def show(asked: Asked) -> None:
    """Show what was published of the months of a study, and what it simulates."""
    study = opened()
    if study is None:
        return
    for sentence in study.plot.facts["basis"]:
        st.caption(plain(sentence))
    shown = study.plot.shown
    pictures = observed.pictures(shown)
    if not pictures:
        _as_published(study)
        return
    names = [each.name for each in pictures]
    steady("observed_figure", names)
    name = st.selectbox("Figure", names, format_func=lambda each: each.replace("_", " "), key="observed_figure")
    picture = next(each for each in pictures if each.name == name)
    st.image(drawn(study, name))
    st.caption(plain(picture.caption(shown)))
    _table(shown)


def _table(shown: Shown) -> None:
    """Show the table, of one regime."""
    steady("observed_regime", shown.regimes, observed.likeliest(shown))
    st.subheader("Each published figure beside the band")
    regime = st.selectbox("Simulated under", shown.regimes, format_func=shown.titles.get, key="observed_regime")
    rows = observed.table(shown, regime)
    if rows.empty:
        st.info("Nothing that is published of these months is simulated by the same name.")
        return
    inside = int(rows["inside"].sum())
    st.write(
        f"{inside} of {len(rows)} published figures lie in the 90 % band, in million dollars a month. They are of the "
        "world as it happened: hold them against the regime that says what happened."
    )
    st.dataframe(rows.round(DECIMALS), hide_index=True)
    st.download_button("The table", csv_text(rows), "observed_beside_simulated.csv", "text/csv")


def _as_published(study: Study) -> None:
    """Show the table of published figures as the world has it, where no figure draws any of these months."""
    rows = study.plot.tables.observed
    months = study.months
    mine = rows[(rows["from_date"].astype(str) >= months[0]) & (rows["to_date"].astype(str).str[:7] <= months[-1])]
    if mine.empty:
        st.info("The world has no published figures of these months.")
        return
    st.info(
        "No figure of the report draws what is published of this world in these months; this is what its table has."
    )
    st.dataframe(mine.dropna(axis="columns", how="all"), hide_index=True)
    st.download_button("The table", csv_text(mine), "observed.csv", "text/csv")
