"""The figures of the report, by their own functions, of what was run or opened last."""

from __future__ import annotations

import streamlit as st

from sim.explorer.app.asked import Asked
from sim.explorer.app.telling import plain
from sim.notebook import Study, open_results
from sim.report.plots import PICTURES, PLOTS


def opened() -> Study | None:
    """Open the study that was run or chosen last; without one, say how to get one."""
    folder = st.session_state.get("folder")
    if folder is None:
        st.info("Run a regime truly, or open a stored study: its figures are shown here.")
        return None
    return open_results(folder)


def show(asked: Asked) -> None:
    """Show one figure, with its finding, and let it be taken away."""
    study = opened()
    if study is None:
        return
    st.caption(plain(f"Study {study.signature[:8]}: {', '.join(study.regimes)}; {len(study.runs)} runs"))
    names = [*PLOTS, "timeline", *(name for name in PICTURES if name not in PLOTS.values())]
    name = st.selectbox("Figure", names, format_func=lambda each: each.replace("_", " "), key="figure")
    with st.spinner("Drawing ..."):
        figure = getattr(study.plot, name)()
        png = figure._repr_png_()
    st.image(png)
    st.download_button("The figure", png, f"{name}.png", "image/png")
