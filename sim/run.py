"""One run of a world under one regime, week by week: what a model, a replay or a test steps and looks into.

It owns a state and calls the same `advance` as the ensemble, so a run stepped here has the bits of that run in a sweep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import index
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.config import Config
from sim.errors import InputError
from sim.kernels.compiler.jit import by_reference
from sim.kernels.firms.demography import is_waiting
from sim.kernels.observe import observe
from sim.kernels.start import begin
from sim.kernels.week import advance, check_finite
from sim.labels import Labels
from sim.outcomes.outcomes import new_records
from sim.policy.compile.levels import at_named_levels
from sim.policy.compile.regime import compile_regime
from sim.policy.language.load import load_regime
from sim.state import Policy, State, World, check_rows, fitted, misplaced, more_rows, new_state, single
from sim.state.measures import BURDEN, CLOSED, SAVED, TARIFF
from sim.stops import why_stopped
from sim.world.build import BuiltWorld
from sim.world.frozen import frozen
from sim.world.open import world_of

MANY_FIRMS = 100_000
"""Above so many firms a run does not remember what each believed before, and agents are made when asked for."""


LARGEST_KEY = 2**63 - 1
"""Largest seed and number of a run, which are keys of random draws."""


class RunStopped(RuntimeError):
    """A run that produced a number that is not finite; names week, process and entity."""


class Columns(NamedTuple):
    """What firms believe and what is published about channels, as of the end of a week."""

    generation: NDArray[np.uint32]
    channel: NDArray[np.int32]
    share: NDArray[np.float32]
    relationship: NDArray[np.float32]
    price_belief: NDArray[np.float32]
    risk: NDArray[np.float32]
    unit_cost: NDArray[np.float32]
    net_revenue: NDArray[np.float32]
    friction: NDArray[np.float32]
    access_cost: NDArray[np.float32]
    closed: NDArray[np.float32]
    tariff: NDArray[np.float32]
    saved: NDArray[np.float32]
    refusing: NDArray[np.float32]
    burden: NDArray[np.float32]


def columns_of(state: State) -> Columns:
    """Pick the columns, as views."""
    firms, lanes, in_force, rows = state.firms, state.lanes, state.in_force, state.rows_used[0]
    slots = (firms.channel, firms.share, firms.relationship, firms.price_belief, firms.risk)
    closed, tariff, saved = in_force.channel[CLOSED], in_force.channel[TARIFF], in_force.channel[SAVED]
    public = (
        lanes.net_revenue,
        lanes.friction,
        lanes.access_cost,
        closed,
        tariff,
        saved,
        in_force.refusing,
        in_force.by_class[BURDEN],
    )
    return Columns(firms.generation[:rows], *(column[:, :rows] for column in slots), firms.unit_cost[:rows], *public)


class Run:
    """One run of a world under one regime.

    Parameters
    ----------
    built : BuiltWorld
        The world.
    policy : Policy
        A regime compiled against it (`sim.policy.compile.regime.compile_policy`); perhaps at levels of its own.
    parameters : sequence of float
        Behaviour in the order of `sim.state.Parameters` (`config.behaviour.values()`).
    seed, number : int
        Key of the random draws: run `number` of a sweep with this seed.

    Attributes
    ----------
    state : State
        Arrays that change.
    record : Record
        What was observed so far, [1, months, cells].
    week : int
        Weeks done, spin-up included.
    before : Columns or None
        What firms believed at the start of the last week done; up to 100,000 firms.

    Raises
    ------
    InputError
        If the policy was compiled against another world, or seed or number is no whole number from 0 on.
    """

    def __init__(
        self, built: BuiltWorld, policy: Policy, parameters: Sequence[float], seed: int = 1, number: int = 0
    ) -> None:
        seed, number = _whole("The seed", seed, LARGEST_KEY), _whole("The number of a run", number, LARGEST_KEY)
        self.built, self.policy = built, fitted(policy, built.arrays)
        check_rows(np.array([parameters]), lambda _: "the parameters of the run")
        self.parameters = single(parameters)
        self.seed, self.number = seed, number
        self.state = new_state(built.arrays)
        self.record = new_records(built.arrays, 1)
        self.week = 0
        self.before: Columns | None = None
        self._key = np.uint64(seed), np.uint64(number)
        self._known = by_reference(built.arrays), by_reference(policy)
        self._changing = by_reference(self.state)
        self._observed = by_reference(self.record)
        begin(built.arrays, self.parameters, self.state)

    @classmethod
    def of(cls, config: Config, regime: str, number: int = 0, levels: Mapping[str, float] | None = None) -> Run:
        """Open a run of the study that settings describe, under a regime of the library or of a file.

        Parameters
        ----------
        config
            Checked settings.
        regime
            A name of the library, or a path.
        number
            Of the run.
        levels
            Levels of measures other than those of the regime, each in its own unit and within its range.

        Raises
        ------
        InputError
            If the world, the regime or a level is at fault.
        """
        built = world_of(config)
        compiled = compile_regime(load_regime(regime, built.tables.folder), built)
        policy = at_named_levels(frozen(compiled.policy), compiled.levels, levels or {})
        return cls(built, policy, config.behaviour.values(), config.design.seed, number)

    @property
    def world(self) -> World:
        """Arrays of the world."""
        return self.built.arrays

    @property
    def labels(self) -> Labels:
        """Names of what the arrays number."""
        return self.built.labels

    @property
    def weeks(self) -> int:
        """Weeks from the first of the spin-up to the last of the run."""
        return self.world.sizes.weeks

    @property
    def date(self) -> np.datetime64:
        """Monday of the week that the next step simulates; after the last step, of the last week."""
        return self.built.week_starts[min(_whole("The week", self.week, self.weeks), self.weeks - 1)]

    def step(self) -> None:
        """Simulate one week.

        Raises
        ------
        InputError
            After the last week, and if `week` or a number of the state was set to what the run does not have.
        RunStopped
            When a number is no longer finite.
        """
        self._check_week()
        if odd := misplaced(self.state, self.world):
            raise InputError(f"The state of the run holds {odd}.")
        if self.state.rows_used[0] <= MANY_FIRMS:
            self.before = Columns(*(column.copy() for column in columns_of(self.state)))
        self._advance()
        status = np.zeros(4, np.int64)
        if not check_finite(self.week, self._changing, status):
            first_monday = self.built.week_starts[0].item()
            raise RunStopped(f"The run stopped: {why_stopped(status, first_monday, self.world, self.labels)}.")
        observe(self._known[0], self.week, self._changing, self._observed, 0)
        self.week += 1

    def run_all(self) -> None:
        """Simulate the weeks that are left."""
        while self.week < self.weeks:
            self.step()

    def _advance(self) -> None:
        """Do a week; where a firm finds no free row it goes on with more rows."""
        advance(*self._known, self.parameters, self.week, *self._key, self._changing)
        while is_waiting(self.state.rows_used):
            self.state = more_rows(self.world, self.state)
            self._changing = by_reference(self.state)
            advance(*self._known, self.parameters, self.week, *self._key, self._changing)

    def _check_week(self) -> None:
        """Compiled code does not look at its indices: a week that is none would write into foreign memory."""
        if self.week == self.weeks:
            raise InputError(f"The run is over: its last week, that of {self.date}, has been simulated.")
        self.week = _whole("The week", self.week, self.weeks - 1)


def _whole(name: str, value: object, most: int) -> int:
    """Refuse what is no whole number from 0 to `most`, before it reaches compiled code."""
    try:
        number = index(value)
    except TypeError:
        raise InputError(f"{name} is a whole number, not {value!r}.") from None
    if not 0 <= number <= most:
        raise InputError(f"{name} is from 0 to {most}, not {number}.")
    return number
