"""Loops that set flags under a condition, held to their plain form: a compiler was seen to get one wrong."""

import numba
import numpy as np

from sim.kernels.firms.demography import LEAVES, leave
from sim.state import new_state
from tests.kernels.worlds import small

ROWS = 5000


@numba.njit
def leave_all(firms):
    """Close the firms whose fate it is."""
    fate = firms.fate
    for f in range(fate.size):
        if fate[f] == LEAVES:
            leave(f, firms)


def test_only_the_firms_that_leave_are_closed():
    world = small(1).world
    firms = new_state(world._replace(sizes=world.sizes._replace(rows=ROWS))).firms
    firms.active[:] = 1
    firms.capacity[:] = 1
    firms.fate[::7] = LEAVES
    leave_all(firms)
    wanted = np.ones(ROWS)
    wanted[::7] = 0
    assert (firms.active == wanted).all()
    assert (firms.capacity == wanted).all()
