"""The levers, at the side of every view; the address holds them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from sim.explorer.app.telling import plain, value_told
from sim.explorer.levers import CHOICE, FACTOR, FLAG, LEVERS, Lever, Setting, defaults

FACTORS = 17
"""Places of a lever that multiplies."""


def show(why: str = "") -> dict[str, float] | None:
    """Show the levers and give their setting; None where the world has none.

    Parameters
    ----------
    why : str
        Why the world has no levers; empty: it has.
    """
    faults, group = st.session_state["faults"], None
    with st.sidebar:
        if why:
            st.info(plain(why))
        else:
            st.button("All as at first", on_click=_reset)
        if "" in faults:
            st.warning(plain(faults[""]))
        if why:
            return None
        if not st.session_state.get("levers_put"):
            _put(st.session_state["setting_read"])
            st.session_state["levers_put"] = True
        for lever in LEVERS.values():
            if lever.group != group:
                group = lever.group
                st.subheader(group)
            _control(lever)
            if lever.name in faults:
                st.warning(plain(faults[lever.name]))
    return {name: float(st.session_state[_key(name)]) for name in LEVERS}


def _key(name: str) -> str:
    return f"lever_{name}"


def _put(setting: Setting) -> None:
    for name, lever in LEVERS.items():
        st.session_state[_key(name)] = bool(setting[name]) if lever.kind == FLAG else setting[name]
        st.session_state[f"at_first_{name}"] = setting[name]


def _reset() -> None:
    st.session_state["faults"] = {}
    _put(defaults())


def _places(lever: Lever) -> list[float]:
    """Values that a lever can be put on; that of a link is one of them."""
    if lever.kind == CHOICE:
        return [float(place) for place in range(len(lever.words))]
    if lever.kind == FACTOR:
        known = [lever.rounded(each) for each in np.geomspace(lever.low, lever.high, FACTORS)]
    else:
        count = round((lever.high - lever.low) / lever.step)
        known = [lever.rounded(lever.low + place * lever.step) for place in range(count + 1)]
    return sorted({*known, lever.default, st.session_state[f"at_first_{lever.name}"]})


def _control(lever: Lever) -> None:
    """Show one lever; its words come from the table of levers."""
    said = {
        "label": lever.title,
        "key": _key(lever.name),
        "help": lever.help,
        "on_change": _forget,
        "args": (lever.name,),
    }
    if lever.kind == FLAG:
        st.checkbox(**said)
        return
    said |= {"options": _places(lever), "format_func": lambda value: value_told(lever, value)}
    if lever.kind == CHOICE:
        st.selectbox(**said)
    else:
        st.select_slider(**said)


def _forget(name: str) -> None:
    """Take back the fault of a lever that was moved."""
    st.session_state["faults"].pop(name, None)
