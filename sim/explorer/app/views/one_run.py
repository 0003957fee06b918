"""Step one run of the mesa model, and read what a firm, a port or an authority says of itself."""

from __future__ import annotations

import numpy as np
import streamlit as st

from sim.config import load
from sim.explorer.app import editing
from sim.explorer.app.asked import Asked
from sim.explorer.app.telling import known_only, plain, why_it_still_goes
from sim.explorer.app.views.controls import steady
from sim.model import TradeModel
from sim.notebook import words_of

FIRM, PORT, CUSTOMS = WHO = ("a firm", "a crossing", "an authority")
HIT, ANY = "one hit by the ban", "any, by its number"
STEPS = (1, 4, 13, 52)


def show(asked: Asked) -> None:
    """Show the run, its week, and one of its agents."""
    checked = editing.check(asked.text, asked.world)
    if checked.regime is None:
        st.error(plain(checked.told))
        return
    st.session_state.setdefault("number", 0)
    number = st.number_input("Number of the run", 0, 9_999, key="number")
    if st.button("Begin a run of this regime"):
        with st.spinner("Building the world ..."):
            mine = asked.files()[1]
            words = words_of([mine], None, known_only(asked.run_settings))
            st.session_state["model"] = _begun(TradeModel.of(load(words), mine, int(number)), asked.settings["start"])
            st.session_state["model_about"] = asked.about
    model: TradeModel | None = st.session_state.get("model")
    if model is None:
        return
    if st.session_state["model_about"] != asked.about:
        st.warning("A control has moved since: this run is of what was set before.")
    starts = model.run.built.week_starts
    for place, weeks in zip(st.columns(len(STEPS)), STEPS, strict=True):
        if place.button(f"{weeks} week{'s' if weeks > 1 else ''} on"):
            for _ in range(min(weeks, len(starts) - model.week)):
                model.step()
    st.progress(model.week / len(starts), f"Week of {starts[model.week - 1]}, {model.week} of {len(starts)}")
    _agent(model)


def _begun(model: TradeModel, start: str) -> TradeModel:
    """Step through the weeks before the first day, in which the world settles, and the first week."""
    for _ in range(sum(str(each) < start for each in model.run.built.week_starts) + 1):
        model.step()
    return model


def _agent(model: TradeModel) -> None:
    """Show what one agent says of itself."""
    steady("who", WHO)
    who = st.radio("Look at", WHO, horizontal=True, key="who")
    if who == PORT:
        ports = list(model.ports)
        agent = st.selectbox("Crossing", ports, format_func=lambda each: f"{each.crossing}, {each.direction}")
    elif who == CUSTOMS:
        names = model.run.labels.authorities
        agent = st.selectbox("Authority", list(model.customs), format_func=lambda each: names[each.row])
    else:
        agent = _firm(model)
    if agent is None:
        return
    st.code(agent.explain(), language=None, wrap_lines=True)
    if who == FIRM:
        table = agent.explain_table()
        st.subheader("In other words")
        for line in why_it_still_goes(table):
            st.write(plain(line))
        st.dataframe(table.reset_index().round(3), hide_index=True)


def _firm(model: TradeModel) -> object | None:
    """Choose a firm: by its number, or that which expects least of those that reckon with inspections, else of all."""
    firms = [each for each in model.firms if each.active]
    steady("which_firm", (HIT, ANY))
    if st.radio("Which firm", (HIT, ANY), horizontal=True, key="which_firm") == ANY:
        return st.selectbox("Firm", firms, format_func=lambda each: f"{each.row}: {each.commodity}, {each.place}")
    hit = [each for each in firms if each.direction == "export" and each.made_here and np.max(each.risk) > 0]
    hit = hit or [each for each in firms if each.direction == "export" and float(each.margin) < 0]
    if not hit:
        st.info(
            "No firm that exports reckons with inspections or expects a loss in this week: go on until a measure is "
            "felt."
        )
        return None
    return min(hit, key=lambda each: float(each.margin))
