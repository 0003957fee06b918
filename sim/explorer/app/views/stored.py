"""Open a stored study and browse it without a run: in what its regimes differ, any outcome, and files to take away."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sim.errors import InputError
from sim.explorer.app.asked import Asked
from sim.explorer.app.taking import files_of, has_report, write_report
from sim.explorer.app.telling import plain
from sim.explorer.app.views.controls import steady
from sim.explorer.app.views.figures import opened
from sim.explorer.app.views.regime import apart
from sim.listing.studies import studies_in
from sim.notebook import Study, open_results
from sim.report.page.csv import csv_text

BY = ("year", "month")
LISTED_SECONDS = 20
"""A list of studies that is older is made anew."""


def show(asked: Asked) -> None:
    """List studies, open one, and show any outcome of it."""
    results = str(asked.settings["results_dir"])
    listed, why = _listed(results)
    if why:
        st.info(plain(why))
    else:
        st.dataframe(listed, hide_index=True)
    _open({each["folder"]: f"{each['study']} {each['signature']}" for each in listed if each["folder"]}, results)
    study = opened() if st.session_state.get("folder") else None
    if study is None:
        return
    st.subheader(plain(f"Study {study.signature[:8]}"))
    try:
        _take(study)
        apart(list(study.plot.shown.laws.values()), study.against, study.plot.tables)
    except InputError as fault:  # its world or a file of its regimes may be gone: numbers can be read all the same
        st.warning(plain(str(fault)))
    _table(study)


@st.cache_data(ttl=LISTED_SECONDS, max_entries=4)
def _listed(results: str) -> tuple[list[dict[str, str]], str]:
    """List the studies of a folder of results; or say why there are none."""
    try:
        found = studies_in(Path(results))
    except InputError as fault:
        return [], str(fault)
    rows = [
        {"study": each.study, "signature": each.signature[:8], "written": each.written[:16].replace("T", " "),
         "runs": each.runs, "headline": each.headline, "folder": str(each.folder or "")}
        for each in found
    ]  # fmt: skip
    return rows, ""


def _open(known: dict[str, str], results: str) -> None:
    """Open one of the studies that are listed, or one whose folder is named."""
    if known:
        steady("study_listed", list(known))
        place = st.selectbox("Study", list(known), format_func=known.get, key="study_listed")
        if st.button("Open it"):
            _opened(place)
    with st.expander("Open one that lies elsewhere"):
        st.session_state.setdefault("study_folder", results)
        place = st.text_input("Folder of a study", key="study_folder")
        if st.button("Open the folder"):
            _opened(place)


def _opened(place: str) -> None:
    """Take a study over, or say why it cannot be."""
    try:
        with st.spinner("Opening ..."):
            study = open_results(place)
            study.check_runs()
        st.session_state["folder"] = str(study.folder)
    except InputError as fault:
        st.error(plain(str(fault)))


def _take(study: Study) -> None:
    """Let page, tables, figures and the command be taken away."""
    if not has_report(study):
        st.caption("Its page, tables and figures were not written yet.")
        if st.button("Write them"):
            with st.spinner("Drawing the page ..."):
                write_report(study)
            st.rerun()
    files = files_of(study)
    if files:
        for place, each in zip(st.columns(len(files)), files, strict=True):
            place.download_button(each.words, each.content, each.name, each.mime)
    st.caption("The command that makes this study again:")
    st.code(study.plot.facts["command"], language=None, wrap_lines=True)


def _table(study: Study) -> None:
    """Show any outcome of any subject."""
    st.subheader("Any number of it")
    outcomes = list(study.series["outcome"].unique())
    steady("outcome", outcomes)
    outcome = st.selectbox("Outcome", outcomes, format_func=lambda each: each.replace("_", " "), key="outcome")
    steady("by", BY)
    by = st.radio("By", BY, horizontal=True, key="by")
    table = study.quantiles(outcome, by=by)
    subjects = list(table["subject"].unique())
    steady("subject", subjects)
    subject = st.selectbox("Subject", subjects, key="subject")
    mine = table[table["subject"] == subject]
    st.dataframe(mine, hide_index=True)
    st.download_button("The table", csv_text(mine), f"{outcome}.csv", "text/csv")
