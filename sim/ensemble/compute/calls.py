"""One call: a few runs under some regimes, simulated by the kernels and reduced to series.

What the regimes of a run share is simulated once; where they part, each goes on from a copy of the state and the record
(`sim.ensemble.compute.shared_past`).

The same function works in a thread of this process and in a worker elsewhere. A call takes about half a second, or as
long as one run under all its regimes, and holds no lock of the interpreter while it simulates, so threads keep all
cores busy. Ctrl-C is answered between two calls, and where regimes part.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.ensemble.compute.shared_past import Branch
from sim.errors import InputError
from sim.kernels.compiler.jit import by_reference
from sim.kernels.start import settle
from sim.kernels.week import CODE, FINE, NO_ROOM, ODD_SERIES, ODD_START, WEEK, simulate
from sim.outcomes.outcomes import Record, new_records
from sim.outcomes.series import Observation
from sim.policy.compile.levels import Level, at_levels
from sim.state import Clock, Parameters, Policy, Scratch, State, World, more_rows, new_state, reset, single
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
    """A few runs under some regimes."""

    branch: Branch  # the regimes, and where they part
    runs: np.ndarray  # [n] int64: run numbers
    rows: np.ndarray  # [n, P + L] float64: parameters, then levels of measures
    histories: tuple[bytes, ...] = ()  # saved states that the runs continue from; none: all begin at the base
    files: tuple[str, ...] = ()  # where they lie, to be named when one is at fault


class Answer(NamedTuple):
    """What a call returns; regimes in the order of its branch."""

    values: np.ndarray  # [regimes, n, months, series] float32
    status: np.ndarray  # [regimes, n, 4] int64: STATUS_COLUMNS; code 0 is a run that ended well
    firm_weeks: float  # active firms times weeks that were simulated, spin-up counted
    seconds: float
    saved: tuple[tuple[bytes, ...], ...] = ()  # by regime: the state of each run at the week to save


class _Run(NamedTuple):
    """One run as it stands."""

    state: State
    record: Record  # arrays [1, months, cells]
    status: np.ndarray  # [4] int64

    def copy(self) -> _Run:
        """Return a run that goes on by itself; working room, which holds nothing between weeks, serves both."""
        lasting = (each if isinstance(each, Scratch) else _copied(each) for each in self.state)
        return _Run(State(*lasting), _copied(self.record), self.status.copy())


def _copied(part: np.ndarray | tuple) -> np.ndarray | tuple:
    return part.copy() if isinstance(part, np.ndarray) else type(part)(*map(_copied, part))


_scratch = threading.local()


def answer(context: Context, call: Call, is_stopped: Callable[[], bool] = lambda: False) -> Answer:
    """Simulate the runs of a call.

    Parameters
    ----------
    context
        World, policies, seed and the series to keep.
    call
        Which runs, and under which regimes.
    is_stopped
        Asked where regimes part: whether nobody waits for the answer any more.

    Returns
    -------
    Answer
        Series, status and work of each run; the values of a run that failed are those it had reached.

    Raises
    ------
    InputError
        If a saved state is none of this world.
    CancelledError
        If it is stopped.
    """
    begun, regimes, count = time.perf_counter(), call.branch.regimes, len(call.runs)
    series = context.world.sizes.months, len(context.observation.series)
    values = np.empty((len(regimes), count, *series), np.float32)
    status = np.zeros((len(regimes), count, len(STATUS_COLUMNS)), np.int64)
    saved, firm_weeks, world = [], 0.0, by_reference(context.world)
    for i in range(count):
        futures = _Futures(context, world, call.rows[i], call.runs[i], is_stopped)
        _scratch.state = futures.go_on(call.branch, context.begin, _begun(context, world, call, i)).state
        for place, name in enumerate(regimes):
            values[place, i], status[place, i] = futures.ends[name]
        saved.append([futures.saved[name] for name in regimes] if context.save else [])
        firm_weeks += futures.firm_weeks
    _look_at(values, status)
    return Answer(values, status, firm_weeks, time.perf_counter() - begun, tuple(zip(*saved, strict=True)))


def _begun(context: Context, known: object, call: Call, i: int) -> _Run:
    """Let run `i` of a call begin, at the base or from a saved state; `known` is a reference to the world."""
    world = context.world
    run = _Run(_state(world), new_records(world, 1), np.zeros(len(STATUS_COLUMNS), np.int64))
    if context.begin:
        return run._replace(state=_go_on_from(call, i, world, run.state, run.record, run.status))
    reset(world, run.state)
    settle(known, _parameters(call.rows[i]), by_reference(run.state))
    return run


class _Futures:
    """What becomes of one run under some regimes: they are walked depth first.

    Attributes
    ----------
    ends : dict of str to tuple
        Regime to series [months, series] and status [4].
    saved : dict of str to bytes
        Regime to the state at the week to save.
    firm_weeks : float
        That were simulated.
    """

    def __init__(
        self, context: Context, world: object, row: np.ndarray, run: int, is_stopped: Callable[[], bool]
    ) -> None:
        self._context, self._world, self._row, self._is_stopped = context, world, row, is_stopped
        self._key = np.array([context.seed, run], np.uint64)
        self.ends: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self.saved: dict[str, bytes] = {}
        self.firm_weeks = 0.0

    def go_on(self, branch: Branch, first: int, run: _Run) -> _Run:
        """Simulate regimes from week `first` to their ends; returns what became of the run itself, not its copies."""
        if self._is_stopped():
            raise CancelledError
        save, weeks = self._context.save, self._context.world.sizes.weeks
        stop = max(first, min(branch.stop, weeks))
        for span in pairwise(sorted({first, stop, *([save] if first < save < stop else [])})):
            run = self._simulated(branch.regimes[0], span, run)
            if span[1] == save:
                self.saved |= dict.fromkeys(branch.regimes, pack(*run))
        if not branch.parted:
            end = self._context.observation.of(run.record)[0], run.status
            self.ends |= dict.fromkeys(branch.regimes, end)
            return run
        for copied in branch.parted[:-1]:
            self.go_on(copied, stop, run.copy())
        return self.go_on(branch.parted[-1], stop, run)

    def _simulated(self, regime: str, span: tuple[int, int], run: _Run) -> _Run:
        """Simulate a span of weeks, unless the run has failed."""
        world, before = self._context.world, _firm_weeks(self._context.world, run.record, span[0])
        if run.status[CODE] == FINE:
            known = self._world, by_reference(self._context.policy(regime, self._row))
            run = run._replace(state=_go_on(world, known, (_parameters(self._row), self._key), span, run))
            self.firm_weeks += _firm_weeks(world, run.record, span[1]) - before
        return run


def _parameters(row: np.ndarray) -> Parameters:
    """Give the parameters of a row, which levels follow."""
    return single(row[: len(Parameters._fields)])


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
    """List runs as failed whose series hold a number that is not finite; writes ``status`` [regimes, runs, 4]."""
    for place in zip(*np.nonzero((status[..., CODE] == FINE) & ~np.isfinite(values).all(axis=(2, 3))), strict=True):
        month, series = np.argwhere(~np.isfinite(values[place]))[0]
        status[place] = ODD_SERIES, month, 0, series


def _go_on(
    world: World,
    known: tuple[object, object],
    chosen: tuple[Parameters, np.ndarray],
    span: tuple[int, int],
    run: _Run,
) -> State:
    """Simulate a span of weeks; where a firm finds no free row the run goes on with more rows, to the same bits.

    `chosen` are parameters and key. Writes record and status of the run; returns its state.
    """
    (state, record, status), (week, last) = run, span
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


def _firm_weeks(world: World, record: Record, week: int) -> float:
    """Active firms times weeks, up to a week; in the spin-up their number holds."""
    weeks = record.active_firms.sum(axis=2) @ weeks_of_months(world.clock, world.sizes.months)
    return float(weeks.sum()) + min(week, int(world.clock.spin_up_weeks[0])) * len(world.population.place)


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
