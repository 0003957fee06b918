"""Loops that set flags under a condition, held to their plain form: a compiler was seen to get one wrong."""

import numba
import numpy as np

from sim.constants import SHUT
from sim.kernels.firms.demography import LEAVES, leave
from sim.kernels.roads.closures import block_channels, price_shut, replace_flags
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


@numba.njit
def shut_roads(new, start, opens_week, week, channel, shut, blocked, cost):
    """Take over the shut routes, block channels and price the routes; tells what changed."""
    routes = replace_flags(new, shut)
    channels = block_channels(start, opens_week, week, shut, blocked)
    price_shut(channel, shut, blocked, cost)
    return routes, channels


def test_only_shut_routes_of_open_channels_are_priced_as_shut():
    """Channels of one to five routes, a third of them shut, some of the others not yet open."""
    draw = np.random.default_rng(1)
    start = np.concatenate(([0], np.cumsum(draw.integers(1, 6, ROWS)))).astype(np.int32)
    channel = np.repeat(np.arange(ROWS), np.diff(start)).astype(np.int32)
    new = (draw.random(channel.size) < 1 / 3).astype(np.uint32)
    opens_week = np.where(draw.random(channel.size) < 0.1, 9, 0).astype(np.int32)
    shut, blocked = np.zeros(channel.size, np.uint8), np.zeros(ROWS, np.uint8)
    cost = draw.random(channel.size).astype(np.float32)
    before = cost.copy()
    assert shut_roads(new, start, opens_week, 5, channel, shut, blocked, cost) == (True, True)
    is_open = np.logical_or.reduceat((new == 0) & (opens_week <= 5), start[:-1])
    has_shut = np.logical_or.reduceat(new != 0, start[:-1])
    assert (shut == new).all()
    assert (blocked == (has_shut & ~is_open)).all()
    assert 0 < blocked.sum() < ROWS
    assert (cost == np.where((new != 0) & (blocked[channel] == 0), np.float32(SHUT), before)).all()
    assert shut_roads(new, start, opens_week, 5, channel, shut, blocked, cost) == (False, False)
