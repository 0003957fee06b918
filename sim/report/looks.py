"""How what is no regime is drawn, where a figure is drawn by what draws regimes."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """A colour that stands for one subject in a figure."""

    colour: str
