"""A row of the compiled policy: a measure, or the part of one that an exemption leaves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.policy.compile.reach import Mask
from sim.policy.instruments import Instrument
from sim.policy.language.measures import Measure


@dataclass(frozen=True)
class Row:
    """One row of the compiled policy.

    Parameters
    ----------
    measure
        The measure that it is part of.
    instrument
        What it does.
    daily
        Shape (7 T,): strength on each day.
    channels, cells, classes
        Shapes (K,), (N,) and (H,): what it reaches.
    firms
        Columns of `Policy.firm_scope`.
    part
        True when exemptions left only a part of the measure.
    spared
        True when exemptions changed the days on which it is in force.
    """

    measure: Measure
    instrument: Instrument
    level: float
    daily: NDArray[np.float64]
    channels: Mask
    cells: Mask
    classes: Mask
    firms: tuple[int, ...]
    part: bool = False
    spared: bool = False
