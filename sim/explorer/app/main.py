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
from sim.explorer.app.views import sidebar

VIEWS = {
    "Answer at once": "answer",
    "Regime in words": "regime",
    "Run it truly": "true_runs",
    "Figures": "figures",
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
    setting = sidebar.show()
    view = st.radio("View", list(VIEWS), horizontal=True, key="view")
    mine = st.session_state.get("edited_text") if st.session_state.get("source") == EDITED else None
    if mine is None:
        asked = Asked(setting, editing.text_of(setting), editing.base_text(setting), settings())
    else:
        asked = Asked(None, mine, st.session_state.get("kept_base", "none"), settings())
        st.info("The regime edited as text is asked about; the levers at the side have no effect on it.")
    try:
        import_module(f"sim.explorer.app.views.{VIEWS[view]}").show(asked)
    except InputError as fault:
        st.error(plain(str(fault)))
    except Exception:  # a session never ends in a traceback
        traceback.print_exc()
        st.error("This view could not be shown; the terminal in which the app runs says why. Nothing edited is lost.")


if __name__ == "__main__":
    main()
