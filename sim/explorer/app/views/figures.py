"""The figures of the report, by their own functions, of what was run or opened last."""

from __future__ import annotations

import streamlit as st

from sim.explorer.app.asked import Asked
from sim.explorer.app.telling import plain
from sim.explorer.app.views.controls import steady
from sim.notebook import Study, open_results
from sim.report.plots import PICTURES, PLOTS
from sim.results.manifest import MANIFEST


def opened() -> Study | None:
    """Open the study that was run or chosen last, once as long as it stays the same; say how to get one if none was.

    Raises
    ------
    InputError
        If it can no longer be opened.
    """
    folder, state = st.session_state.get("folder"), st.session_state
    if folder is None:
        st.info("Run a regime truly, or open a stored study: it is shown here.")
        return None
    study = open_results(folder)
    key = (str(study.folder), (study.folder / MANIFEST).stat().st_mtime_ns)
    if state.get("opened", (None,))[0] != key:
        study.check_runs()
        state["opened"] = (key, study)
        state.pop("drawn", None)
    study = state["opened"][1]
    st.caption(plain(f"Study {study.signature[:8]}: {', '.join(study.regimes)}; {len(study.runs)} runs"))
    return study


def drawn(study: Study, name: str) -> bytes:
    """Draw a figure, and keep the last one.

    Parameters
    ----------
    study : Study
        As of `opened`.
    name : str
        Of a figure of the page, or `timeline`.

    Raises
    ------
    InputError
        If there is nothing to draw, with the reason.
    """
    state, key = st.session_state, (study.signature, len(study.runs), name)
    if state.get("drawn", (None,))[0] != key:
        with st.spinner("Drawing ..."):
            state["drawn"] = (key, getattr(study.plot, name)()._repr_png_())
    return state["drawn"][1]


def show(asked: Asked) -> None:
    """Show one figure, with its finding, and let it be taken away."""
    study = opened()
    if study is None:
        return
    names = [*PLOTS, "timeline", *(name for name in PICTURES if name not in PLOTS.values())]
    steady("figure", names)
    name = st.selectbox("Figure", names, format_func=lambda each: each.replace("_", " "), key="figure")
    png = drawn(study, name)
    st.image(png)
    picture = PICTURES.get(PLOTS.get(name, name))
    if picture is not None:
        st.caption(plain(picture.caption(study.plot.shown)))
    st.download_button("The figure", png, f"{name}.png", "image/png")
