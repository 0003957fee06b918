"""What Streamlit runs for each session, from the top at each change of a control."""

from __future__ import annotations

import json
import os
import traceback
from importlib import import_module
from typing import Any

import streamlit as st

from sim.errors import InputError
from sim.explorer.app import editing
from sim.explorer.app.asked import Asked
from sim.explorer.app.editing import EDITED
from sim.explorer.app.serve import SETTINGS
from sim.explorer.app.telling import plain
from sim.explorer.app.views import linked, sidebar
from sim.explorer.levers import Setting, without_levers

VIEWS = {
    "Answer at once": "answer",
    "Regime in words": "regime",
    "Run it truly": "true_runs",
    "Figures": "figures",
    "Observed figures": "beside",
    "Crossings by month": "month_map",
    "One run, week by week": "one_run",
    "Stored studies": "stored",
}
# Name of a view to its module, which is imported when it is first shown. (A text here would be shown by Streamlit.)

PLAIN = {"results_dir": "results", "world": "xinjiang", "start": "2021-01-01", "end": "2028-12-31", "firms": None}


def settings() -> dict[str, Any]:
    """Read the settings of the command that started the app."""
    return PLAIN | json.loads(os.environ.get(SETTINGS, "{}"))


def main() -> None:
    """Show the levers, and the view that is chosen."""
    st.set_page_config(page_title="reroute: explorer", layout="wide")
    st.title("Move a lever, see the band move")
    try:
        _show(settings())
    except InputError as fault:
        st.error(plain(str(fault)))
    except Exception:  # a session never ends in a traceback
        traceback.print_exc()
        st.error("This view could not be shown; the terminal in which the app runs says why. Nothing edited is lost.")


def _show(said: dict[str, Any]) -> None:
    why = without_levers(said["world"])
    if not why:
        st.caption("The levers are at the side; on a phone behind the two arrows at the top.")
    linked.begin(said, VIEWS.values(), has_levers=not why)
    setting = sidebar.show(why)
    view = _view(at_first="regime" if why else "answer")
    asked = _asked(setting, said)
    linked.write(setting, asked, view)
    remark = st.empty()  # always there: what is typed below would be lost if its place moved
    if setting is not None and asked.setting is None:
        remark.info("The regime edited as text is asked about; the levers at the side have no effect on it.")
    import_module(f"sim.explorer.app.views.{view}").show(asked)


def _view(at_first: str) -> str:
    """Let a view be chosen, and name its module.

    The view that is shown is handed on as the control's first choice at each run. A browser may forget a choice that
    was only written into the state: it then marks the first choice, and a click on what is marked asks for nothing.
    """
    names = {module: name for name, module in VIEWS.items()}
    now = st.session_state.get("view", names.get(st.session_state["view_read"], names[at_first]))
    return VIEWS[st.radio("View", list(VIEWS), index=list(VIEWS).index(now), horizontal=True, key="view")]


def _asked(setting: Setting | None, said: dict[str, Any]) -> Asked:
    """Put together what is asked: the regime of the levers, or the text that is edited."""
    if st.session_state["source"] == EDITED:
        return Asked(None, st.session_state["edited_text"], st.session_state["kept_base"], said)
    return Asked(setting, editing.text_of(setting), editing.base_text(setting), said)


if __name__ == "__main__":
    main()
