"""Controls whose choice stays while another view is shown, as long as it can still be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st


def steady(key: str, options: Sequence[Any], at_first: Any = None) -> None:
    """Put a control on what was chosen before, or on its first choice where that is no option any more.

    Parameters
    ----------
    key : str
        Of the control, which is shown after this call.
    options : sequence
        What can be chosen.
    at_first : optional
        The first choice; by default the first option.
    """
    now = st.session_state.get(key)
    fallback = options[0] if at_first is None else at_first
    st.session_state[key] = now if now in options else fallback
