"""One call: a few runs of one regime, simulated by the kernels and reduced to series.

The same function works in a thread of this process and in a worker elsewhere. A call takes about half a second and
holds no lock of the interpreter while it simulates, so threads keep all cores busy and Ctrl-C is answered between two.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.ensemble.series import Observation
from sim.kernels.room import new_records, new_state
from sim.kernels.week import simulate
from sim.state import Clock, Policy, Record, State, World

FIRM_WEEKS_A_CALL = 4_000_000
STATUS_COLUMNS = ("code", "week", "process", "entity")


class Context(NamedTuple):
    """What all calls of a study share; a worker gets it once."""

    world: World
    policies: Mapping[str, Policy]  # regime -> its compiled policy
    seed: int
    observation: Observation


class Call(NamedTuple):
    """A few runs of one regime."""

    regime: str
    runs: np.ndarray  # [n] int64: run numbers
    rows: np.ndarray  # [n, P] float64: parameters


class Answer(NamedTuple):
    """What a call returns."""

    values: np.ndarray  # [n, months, series] float32
    status: np.ndarray  # [n, 4] int64: STATUS_COLUMNS; code 0 is a run that ended well
    firm_weeks: float  # active firms times weeks, spin-up counted


_scratch = threading.local()


def answer(context: Context, call: Call) -> Answer:
    """Simulate the runs of a call.

    Parameters
    ----------
    context
        World, policies, seed and the series to keep.
    call
        Which runs.

    Returns
    -------
    Answer
        Series, status and work of each run; the values of a run that failed are those it had reached.
    """
    count = len(call.runs)
    record = new_records(context.world, count)
    status = np.zeros((count, len(STATUS_COLUMNS)), np.int64)
    policy = context.policies[call.regime]
    simulate(context.world, policy, call.rows, context.seed, call.runs, _state(context.world), record, status)
    return Answer(context.observation.of(record), status, _firm_weeks(context.world, record))


def runs_a_call(world: World) -> int:
    """Choose how many runs make a call of about half a second; any other number gives the same bits.

    Parameters
    ----------
    world
        Arrays of the world.

    Returns
    -------
    int
        At least 1.
    """
    return max(1, FIRM_WEEKS_A_CALL // (len(world.population.place) * world.sizes.weeks + 1))


def _state(world: World) -> State:
    """Scratch of this thread, made anew only for another world."""
    if getattr(_scratch, "world", None) is not world:
        _scratch.world, _scratch.state = world, new_state(world)
    return _scratch.state


def _firm_weeks(world: World, record: Record) -> float:
    """Active firms times weeks; in the spin-up their number holds."""
    weeks = record.active_firms.sum(axis=2) @ weeks_of_months(world.clock, world.sizes.months)
    spin_up = int(world.clock.spin_up_weeks[0]) * len(world.population.place)
    return float(weeks.sum()) + spin_up * len(weeks)


def weeks_of_months(clock: Clock, months: int) -> np.ndarray:
    """Length of each month in weeks, as far as it is observed.

    Parameters
    ----------
    clock
        Weeks and the months they touch.
    months
        Number of months.

    Returns
    -------
    numpy.ndarray
        [months] float64.
    """
    inside = clock.month >= 0
    return np.bincount(clock.month[inside], clock.flow_weight[inside], minlength=months)
