"""The address holds what is asked: the levers, or the text that is edited and what it is held against; and the view."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from sim.about import find_world, read_about
from sim.errors import InputError
from sim.explorer.app import editing
from sim.explorer.app.asked import Asked
from sim.explorer.app.editing import EDITED, LEVERS
from sim.explorer.app.telling import read_kindly
from sim.explorer.levers import Setting, written
from sim.explorer.runs import FOLDER

SETTING, TEXT, BASE, VIEW = KEYS = ("s", "t", "b", "v")

STAYS = (
    "year", "true_year", "runs", "number", "study_listed", "library_choice", "save_name", "study_folder", "figure",
    "map_regime", "month", "observed_figure", "observed_regime", "who", "which_firm", "outcome", "by", "subject",
)  # fmt: skip
"""Controls that keep their value while another view is shown."""


def begin(settings: Mapping[str, Any], views: Collection[str], *, has_levers: bool) -> None:
    """Take over what the address says, once a session, and keep controls that are not shown.

    Parameters
    ----------
    settings : mapping
        Of the command.
    views : collection of str
        Names of views in addresses.
    has_levers : bool
        Whether the world has levers.
    """
    state = st.session_state
    for key in STAYS:
        if key in state:
            state[key] = state[key]
    if "faults" in state:
        return
    setting, state["faults"] = read_kindly(st.query_params.get(SETTING, ""))
    state["setting_read"] = setting
    state["source"] = LEVERS if has_levers else EDITED
    base, *regimes = read_about(find_world(settings["world"])).regimes
    state["kept_base"], state["edited_text"] = base, None
    if not has_levers:
        state["edited_text"] = editing.library_text((regimes or [base])[0], settings["world"])
        state["faults"] = {}
    _read_text(settings)
    state["view_read"] = st.query_params.get(VIEW, "")
    if state["view_read"] and state["view_read"] not in views:
        _fault(f"The link asks for the view “{state['view_read'][:40]}”, which this app does not have.")
    for key in st.query_params:
        if key not in KEYS:
            _fault(f"The link has the key “{key[:40]}”, which this app does not know: it is left out.")


def _fault(sentence: str) -> None:
    faults = st.session_state["faults"]
    faults[""] = " ".join(filter(None, (faults.get("", ""), sentence)))


def _read_text(settings: Mapping[str, Any]) -> None:
    """Take over a text of the address, and what it is held against."""
    key, base = st.query_params.get(TEXT, ""), st.query_params.get(BASE, "")
    if not key:
        return
    try:
        st.session_state["edited_text"] = editing.kept(key, Path(settings["results_dir"]) / FOLDER)
        st.session_state["source"] = EDITED
    except InputError as fault:
        _fault(str(fault))
    if base in editing.library_of(settings["world"]):
        st.session_state["kept_base"] = base
    elif base:
        _fault(f"The link holds its text against “{base[:40]}”, which is no regime of the library here.")


def write(setting: Setting | None, asked: Asked, view: str) -> None:
    """Write what is asked into the address.

    Parameters
    ----------
    setting : mapping or None
        Of the levers; None where the world has none.
    asked : Asked
        What is asked.
    view : str
        Name of the view that is shown, as in addresses.
    """
    said = {SETTING: written(setting)} if setting is not None else {}
    if asked.setting is None:
        said |= {TEXT: editing.keep(asked.text, asked.base, asked.home).parent.name, BASE: asked.base}
    said[VIEW] = view
    if said != st.query_params.to_dict():
        st.query_params.from_dict(said)
