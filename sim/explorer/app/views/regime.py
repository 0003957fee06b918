"""The regime in words and as a timeline, chosen from the library or edited as text, and kept as a file."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sim.config import load
from sim.explorer.app import editing
from sim.explorer.app.asked import Asked
from sim.explorer.app.editing import EDITED, SOURCES
from sim.explorer.app.telling import known_only, plain
from sim.explorer.levers import without_levers
from sim.notebook import words_of
from sim.policy.describe import timeline_rows
from sim.policy.language.measures import Regime
from sim.report import style
from sim.report.figures import timeline
from sim.report.page.assumptions import measures_apart
from sim.terminal import setting
from sim.world.tables.read import Tables, find_world, read_tables


def show(asked: Asked) -> None:
    """Show the regime that is asked about, and let it be edited."""
    state, has_levers = st.session_state, not without_levers(asked.world)
    if state["edited_text"] is None:
        state["edited_text"] = asked.text
    if has_levers:
        _source()
    left, right = st.columns(2)
    with left:
        _library(asked, has_levers=has_levers)
    text = right.text_area("The regime as text (YAML)", value=state["edited_text"], height=320,
                           key=f"editor_{state.get('taken', 0)}")  # fmt: skip
    if text != state["edited_text"]:
        state["edited_text"], state["source"] = text, EDITED
        st.rerun()
    _told(asked)
    _keep(text, asked)


def _source() -> None:
    """Choose whether the levers or the text say what is asked."""
    now = st.session_state["source"]
    st.session_state["source_control"] = now
    st.radio("Ask about the regime of", SOURCES, horizontal=True, key="source_control", on_change=_chosen)


def _chosen() -> None:
    st.session_state["source"] = st.session_state["source_control"]


def _library(asked: Asked, *, has_levers: bool) -> None:
    """Put a regime of the library, or that of the levers, into the text; choose what it is held against."""
    names = editing.library_of(asked.world)
    st.selectbox("Regime of the library", names, key="library_choice")
    st.button("Put it into the text", on_click=_take, args=("library", asked.world))
    if has_levers:
        st.button("Put that of the levers into the text", on_click=_take, args=(asked.text, asked.world))
    now = st.session_state["kept_base"]
    st.session_state["kept_base"] = st.selectbox("Hold the text against", names, index=names.index(now))
    if st.session_state["kept_base"] != now and st.session_state["source"] == EDITED:
        st.rerun()


def _take(what: str, world: str) -> None:
    """Put a regime into the text; what stood there can be taken back."""
    state = st.session_state
    state["before"] = state["edited_text"]
    state["edited_text"] = editing.library_text(state["library_choice"], world) if what == "library" else what
    state["taken"], state["source"] = state.get("taken", 0) + 1, EDITED


def _told(asked: Asked) -> None:
    """Say what the regime does, draw it, and list in what it differs from what it is held against."""
    mine, base = asked.checked()
    if mine.regime is None:
        st.error(plain(mine.told))
        return
    for warning in mine.regime.warnings:
        st.warning(plain(str(warning)))
    config = load(words_of([], None, known_only(asked.settings)))
    tables = read_tables(find_world(config.world))
    dated = timeline.Dated(mine.regime, timeline_rows(mine.regime, tables), config.start_date, config.end_date)
    if len(timeline.table(dated)):
        figure = timeline.PICTURE.draw(dated, timeline.PICTURE.finding(dated))
        st.image(style.png_of(figure, f"Source: reroute, regime {mine.regime.name}"))
    st.subheader("In words")
    st.code(mine.told, language=None, wrap_lines=True)
    if base.regime is not None:
        apart([base.regime, mine.regime], base.regime.name, tables)


def apart(regimes: list[Regime], against: str, tables: Tables) -> None:
    """List the measures that not all regimes have alike, as the page of a study does.

    Parameters
    ----------
    regimes : list of Regime
        Of different names.
    against : str
        Name of the one that others are held against.
    tables : Tables
        Of the world.
    """
    st.subheader("What the regimes do not have alike")
    rows = measures_apart(regimes, against, tables)
    if not rows:
        st.info("No measure of a sender differs: these regimes are the same.")
        return
    st.dataframe(pd.DataFrame(rows), hide_index=True)


def _keep(text: str, asked: Asked) -> None:
    """Let the text be taken back, downloaded, and saved as a file that the command line runs."""
    state = st.session_state
    if "before" in state and st.button("Take back the text that stood there before"):
        state["edited_text"] = state.pop("before")
        state["taken"] = state.get("taken", 0) + 1
        st.rerun()
    state.setdefault("save_name", "my_regime")
    name = st.text_input("Save the text under a name", max_chars=40, key="save_name")
    st.download_button("Download it", text, "regime.yaml", "application/yaml")
    if st.button("Save it"):
        editing.check_name(name, asked.world)
        checked = editing.check(text, asked.world, name)
        if checked.regime is None:
            st.error(f"Not saved: {plain(checked.told)}")
            return
        path = editing.save(text, name, asked.home / "regimes", asked.world)
        st.success(f"Saved: {plain(str(path))}")
        words = [setting("regimes", [state["kept_base"], str(path)]), setting("world", asked.world)]
        st.code(" ".join(["reroute", *words]), language=None)
