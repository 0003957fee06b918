"""The regime in words and as a timeline, chosen from the library or edited as text, and kept as a file."""

from __future__ import annotations

import streamlit as st

from sim.config import load
from sim.explorer.app import editing
from sim.explorer.app.asked import Asked
from sim.explorer.app.editing import EDITED, LEVERS, SOURCES
from sim.explorer.app.telling import plain
from sim.notebook import words_of
from sim.policy.describe import timeline_rows
from sim.policy.language.load import library
from sim.report import style
from sim.report.figures import timeline
from sim.world.tables.read import find_world, read_tables


def show(asked: Asked) -> None:
    """Show the regime that is asked about, and let it be edited."""
    if "edited_text" not in st.session_state:
        st.session_state["edited_text"] = asked.text
    source = st.radio("Ask about the regime of", SOURCES, index=SOURCES.index(st.session_state.get("source", LEVERS)),
                      horizontal=True, key="source_control")  # fmt: skip
    if source != st.session_state.get("source", LEVERS):
        st.session_state["source"] = source
        st.rerun()
    names = [name for name in library() if "/" not in name]
    left, right = st.columns(2)
    with left:
        st.selectbox("Regime of the library", names, key="library_choice")
        st.button("Put it into the text", on_click=_take, args=("library",))
        st.button("Put that of the levers into the text", on_click=_take, args=(asked.text,))
        bases = ["none", *(name for name in names if name != "none")]
        kept = st.session_state.get("kept_base", "none")
        st.session_state["kept_base"] = st.selectbox("Hold the text against", bases, index=bases.index(kept))
    text = right.text_area("The regime as text (YAML)", value=st.session_state["edited_text"], height=320,
                           key=f"editor_{st.session_state.get('taken', 0)}")  # fmt: skip
    if text != st.session_state["edited_text"]:
        st.session_state["edited_text"] = text
        if source == EDITED:
            st.rerun()
    _told(text if source == EDITED else asked.text, asked)
    _keep(text, asked)


def _take(what: str) -> None:
    """Put a regime into the text; what stood there can be taken back."""
    st.session_state["before"] = st.session_state["edited_text"]
    chosen = editing.library_text(st.session_state["library_choice"]) if what == "library" else what
    st.session_state["edited_text"] = chosen
    st.session_state["taken"] = st.session_state.get("taken", 0) + 1


def _told(text: str, asked: Asked) -> None:
    """Say what the regime does, and draw it."""
    checked = editing.check(text)
    if checked.regime is None:
        st.error(plain(checked.told))
        return
    for warning in checked.regime.warnings:
        st.warning(plain(str(warning)))
    config = load(words_of([], None, {name: value for name, value in asked.settings.items() if value is not None}))
    tables = read_tables(find_world(config.world))
    dated = timeline.Dated(checked.regime, timeline_rows(checked.regime, tables), config.start_date, config.end_date)
    if len(timeline.table(dated)):
        figure = timeline.PICTURE.draw(dated, timeline.PICTURE.finding(dated))
        st.image(style.png_of(figure, f"Source: reroute, regime {checked.regime.name}"))
    st.subheader("In words")
    st.code(checked.told, language=None, wrap_lines=True)


def _keep(text: str, asked: Asked) -> None:
    """Let the text be taken back, downloaded, and saved as a file that the command line runs."""
    if "before" in st.session_state and st.button("Take back the text that stood there before"):
        st.session_state["edited_text"] = st.session_state.pop("before")
        st.session_state["taken"] = st.session_state.get("taken", 0) + 1
        st.rerun()
    name = st.text_input("Save the text under a name", "my_regime", max_chars=40)
    st.download_button("Download it", text, "regime.yaml", "application/yaml")
    if st.button("Save it"):
        checked = editing.check(text, name)
        if checked.regime is None:
            st.error(f"Not saved: {plain(checked.told)}")
            return
        path = editing.save(text, name, asked.home / "regimes")
        st.success(f"Saved: {plain(str(path))}")
        st.code(f"reroute 'regimes=[none,{path}]'", language=None)
