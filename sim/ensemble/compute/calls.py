"""One call: a few runs of one regime, simulated by the kernels and reduced to series.

The same function works in a thread of this process and in a worker elsewhere. A call takes about half a second and
holds no lock of the interpreter while it simulates, so threads keep all cores busy and Ctrl-C is answered between two.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.errors import InputError
from sim.kernels.compiler.jit import by_reference
from sim.kernels.start import settle
from sim.kernels.week import CODE, FINE, NO_ROOM, ODD_SERIES, ODD_START, WEEK, simulate
from sim.outcomes.outcomes import Record, new_records
from sim.outcomes.series import Observation
from sim.policy.compile.levels import Level, at_levels
from sim.state import Clock, Parameters, Policy, State, World, more_rows, new_state, reset, single
from sim.store.batch import STATUS_COLUMNS
from sim.store.saved_state import pack, unpack


class Context(NamedTuple):
    """What all calls of a study share; a worker gets it once."""

    world: World
    policies: Mapping[str, Policy]  # regime -> its compiled policy
    seed: int
    observation: Observation
    begin: int = 0  # the first week: 0, or the one after the week that histories reach
    save: int = 0  # weeks after which the state of each run is saved; 0: never
    levels: Mapping[str, tuple[Level | None, ...]] = {}  # regime -> measures of the last columns of rows

    def policy(self, regime: str, row: np.ndarray) -> Policy:
        """Give the policy of a regime at the levels of a row [P + L]."""
        levels = self.levels.get(regime, ())
        return at_levels(self.policies[regime], levels, row[len(row) - len(levels) :])


class Call(NamedTuple):
    """A few runs of one regime."""

    regime: str
    runs: np.ndarray  # [n] int64: run numbers
    rows: np.ndarray  # [n, P + L] float64: parameters, then levels of measures
    histories: tuple[bytes, ...] = ()  # saved states that the runs continue from; none: all begin at the base
    files: tuple[str, ...] = ()  # where they lie, to be named when one is at fault


class Answer(NamedTuple):
    """What a call returns."""

    values: np.ndarray  # [n, months, series] float32
    status: np.ndarray  # [n, 4] int64: STATUS_COLUMNS; code 0 is a run that ended well
    firm_weeks: float  # active firms times weeks, spin-up counted
    seconds: float
    saved: tuple[bytes, ...] = ()  # the state of each run at the week to save


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

    Raises
    ------
    InputError
        If a saved state is none of this world.
    """
    begun, count = time.perf_counter(), len(call.runs)
    record = new_records(context.world, count)
    status = np.zeros((count, len(STATUS_COLUMNS)), np.int64)
    done, saved, world = 0.0, [], by_reference(context.world)
    for i in range(count):
        known = world, by_reference(context.policy(call.regime, call.rows[i]))
        before, *states = _one_run(context, known, call, i, record, status[i])
        done += before
        saved += states
    values, firm_weeks = context.observation.of(record), _firm_weeks(context.world, record) - done
    _look_at(values, status)
    return Answer(values, status, firm_weeks, time.perf_counter() - begun, tuple(saved))


def _one_run(
    context: Context, known: tuple[object, object], call: Call, i: int, records: Record, status: np.ndarray
) -> tuple[float | bytes, ...]:
    """Simulate run `i` of a call, from the base or from a saved state.

    `known` are references to the world and the policy. Writes row `i` of `records`, and `status` [4]; returns the
    firm-weeks that were done before, and the state to save, if any.
    """
    world, record = context.world, Record(*(field[i : i + 1] for field in records))
    state = _state(world)
    done: list[float | bytes] = [0.0]
    if context.begin:
        state = _go_on_from(call, i, world, state, record, status)
        done[0] = _firm_weeks(world, record)
    numbers, key = single(call.rows[i, : len(Parameters._fields)]), np.array([context.seed, call.runs[i]], np.uint64)
    if not context.begin:
        reset(world, state)
        settle(known[0], numbers, by_reference(state))
    for span in pairwise(sorted({context.begin, context.save or world.sizes.weeks, world.sizes.weeks})):
        if status[0] == 0:
            state = _go_on(world, known, (numbers, key), span, (state, record, status))
        if span[1] == context.save:
            done.append(pack(state, record, status))
    _scratch.state = state
    return tuple(done)


def _go_on_from(call: Call, i: int, world: World, state: State, record: Record, status: np.ndarray) -> State:
    """Read the saved state of run `i`; one that holds a number which is not finite is a run that failed."""
    try:
        state, odd = unpack(call.histories[i], world, state, record, status)
    except InputError as error:
        raise InputError(f"{call.files[i]}: {error}") from None
    if odd >= 0 and status[0] == FINE:
        status[:] = ODD_START, 0, 0, odd
    return state


def _look_at(values: np.ndarray, status: np.ndarray) -> None:
    """List runs as failed whose series hold a number that is not finite; writes ``status`` [runs, 4]."""
    for i in np.flatnonzero((status[:, 0] == FINE) & ~np.isfinite(values).all(axis=(1, 2))):
        month, series = np.argwhere(~np.isfinite(values[i]))[0]
        status[i] = ODD_SERIES, month, 0, series


def _go_on(
    world: World,
    known: tuple[object, object],
    chosen: tuple[Parameters, np.ndarray],
    span: tuple[int, int],
    changing: tuple[State, Record, np.ndarray],
) -> State:
    """Simulate a span of weeks; where a firm finds no free row the run goes on with more rows, to the same bits.

    `chosen` are parameters and key. Writes record and status of `changing`; returns the state.
    """
    (state, record, status), (week, last) = changing, span
    while True:
        simulate(*known, *chosen, np.array([week, last]), by_reference(state), by_reference(record), status)
        if status[CODE] != NO_ROOM:
            return state
        state, week = more_rows(world, state), status[WEEK]
        status[:] = 0


def _state(world: World) -> State:
    """Scratch of this thread, made anew only for another world; it may have grown in an earlier run."""
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
