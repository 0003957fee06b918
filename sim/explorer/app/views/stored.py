"""Open a stored study and browse it without a run."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sim.explorer.app.asked import Asked
from sim.explorer.app.telling import plain
from sim.listing.studies import studies_in
from sim.notebook import open_results
from sim.report.page.csv import csv_text

BY = ("year", "month")


def show(asked: Asked) -> None:
    """List studies, open one, and show any outcome of it."""
    results = Path(asked.settings["results_dir"])
    if results.is_dir():
        told = [
            {"study": each.study, "written": each.written[:16], "runs": each.runs, "headline": each.headline}
            for each in studies_in(results)
        ]
        if told:
            st.dataframe(told, hide_index=True)
    place = st.text_input("Folder of a study", st.session_state.get("folder") or str(results), key="study_folder")
    if st.button("Open it"):
        study = open_results(place)
        study.check_runs()
        st.session_state["folder"] = str(study.folder)
    folder = st.session_state.get("folder")
    if folder is None:
        return
    study = open_results(folder)
    st.subheader(plain(f"Study {study.signature[:8]}"))
    st.write(plain(f"{', '.join(study.regimes)}; held against {study.against}; {len(study.runs)} runs"))
    outcome = st.selectbox("Outcome", list(study.series["outcome"].unique()), key="outcome")
    by = st.radio("By", BY, horizontal=True, key="by")
    table = study.quantiles(outcome, by=by)
    subject = st.selectbox("Subject", list(table["subject"].unique()), key="subject")
    mine = table[table["subject"] == subject]
    st.dataframe(mine, hide_index=True)
    st.download_button("The table", csv_text(mine), f"{outcome}.csv", "text/csv")
