"""One call: a few runs of one regime, simulated by the kernels and reduced to series.

The same function works in a thread of this process and in a worker elsewhere. A call takes about half a second and
holds no lock of the interpreter while it simulates, so threads keep all cores busy and Ctrl-C is answered between two.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.ensemble.series import Observation
from sim.kernels.room import new_records, new_state
from sim.kernels.week import simulate
from sim.state import Clock, Policy, Record, State, World

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
    seconds: float


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
    begun, count = time.perf_counter(), len(call.runs)
    record = new_records(context.world, count)
    status = np.zeros((count, len(STATUS_COLUMNS)), np.int64)
    policy = context.policies[call.regime]
    span = np.array([0, context.world.sizes.weeks])
    simulate(context.world, policy, call.rows, context.seed, call.runs, span, _state(context.world), record, status)
    values, firm_weeks = context.observation.of(record), _firm_weeks(context.world, record)
    return Answer(values, status, firm_weeks, time.perf_counter() - begun)


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
