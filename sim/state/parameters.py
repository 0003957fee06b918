"""The behavioural numbers of one run, as kernels take them."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable

import numpy as np

from sim.parameters import BEHAVIOUR, names_of

Parameters = namedtuple("Parameters", names_of(BEHAVIOUR), module=__name__)
Parameters.__doc__ = "Behaviour, one float32 each; `sim/data/parameters.csv` declares name, meaning, unit and source."


def single(numbers: Iterable[float]) -> Parameters:
    """Make the parameters of a run from numbers of any precision.

    Parameters
    ----------
    numbers
        One for each field, in their order: a row of a design, or `config.behaviour.values()`.
    """
    return Parameters._make(np.float32(number) for number in numbers)
