"""Where a run stands: what every process of a week is told of it."""

from __future__ import annotations

from typing import NamedTuple


class Moment(NamedTuple):
    """Plain numbers of one week of one run."""

    week: int  # from the first one of the spin-up
    seed: int  # uint64; with `run`, the key of every draw
    run: int  # uint64
    first: bool  # of a span that another regime may have led up to
    rows: int  # of firms in use as the week begins
    spinning_up: bool
