"""The model as a mesa model: one run, week by week, to look into.

It owns a state and calls the same `advance` as the ensemble, so a run stepped here has the bits of that run in a sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim.agents import CustomsAgent, FirmAgent, IntermediaryAgent, PortAgent
from sim.config import Config
from sim.explain import Columns, remember
from sim.kernels.compiler.jit import by_reference
from sim.kernels.observe import observe
from sim.kernels.start import begin
from sim.kernels.week import advance, check_finite, check_room
from sim.outcomes.outcomes import new_records
from sim.policy.compile.regime import compile_policy
from sim.policy.language.load import load_regime
from sim.state import Policy, fitted, new_state, single
from sim.world.build import BuiltWorld
from sim.world.entities import why_stopped
from sim.world.frozen import frozen
from sim.world.open import world_of

AGENTS_AT_ONCE = 100_000


class ModelStopped(RuntimeError):
    """A run that produced a number that is not finite; names week, process and entity."""


class TradeModel(mesa.Model):
    """One run of a world under one regime.

    Parameters
    ----------
    built : BuiltWorld
        The world.
    policy : Policy
        A regime compiled against it (`sim.policy.compile.regime.compile_policy`).
    parameters : sequence of float
        Behaviour in the order of `sim.state.Parameters` (`config.behaviour.values()`).
    seed, run : int
        Key of the random draws: run `run` of a sweep with this seed.

    Attributes
    ----------
    state : State
        Arrays that change; agents are views of them.
    record : Record
        What was observed so far, [1, months, cells].
    week : int
        Weeks done, spin-up included.
    before : Columns or None
        What firms believed at the start of the last week done, for `explain`; up to 100,000 firms.
    """

    def __init__(
        self, built: BuiltWorld, policy: Policy, parameters: Sequence[float], seed: int = 1, run: int = 0
    ) -> None:
        super().__init__(seed=seed)
        self.built, self.policy = built, fitted(policy, built.arrays)
        self.parameters = single(parameters)
        self.key = np.uint64(seed), np.uint64(run)
        self.state = new_state(built.arrays)
        self.record = new_records(built.arrays, 1)
        self.week = 0
        self.before: Columns | None = None
        self._firms = AgentSet([], random=self.random)
        self._known = by_reference(built.arrays), by_reference(policy)
        self._changing = by_reference(self.state)
        self._observed = by_reference(self.record)
        begin(built.arrays, self.parameters, self.state)
        labels = built.labels
        self.ports = AgentSet([PortAgent(self, gate) for gate in range(2 * len(labels.crossings))], random=self.random)
        self.customs = AgentSet([CustomsAgent(self, row) for row in range(len(labels.authorities))], random=self.random)
        if self.state.rows_used[0] <= AGENTS_AT_ONCE:
            self._make_firms()

    @classmethod
    def of(cls, config: Config, regime: str, run: int = 0) -> TradeModel:
        """Open run `run` of the study that settings describe, under a regime of the library or of a file.

        Raises
        ------
        InputError
            If the world or the regime is at fault.
        """
        built = world_of(config)
        policy = frozen(compile_policy(load_regime(regime), built))
        return cls(built, policy, config.behaviour.values(), config.design.seed, run)

    @property
    def firms(self) -> AgentSet:
        """Agents of all rows in use, one for each row; above 100,000 they are made when first asked for."""
        return self._make_firms()

    def _make_firms(self) -> AgentSet:
        """Add agents for the rows that were taken into use since the last time."""
        for row in range(len(self._firms), int(self.state.rows_used[0])):
            self._firms.add(FirmAgent(self, row))
        return self._firms

    @cached_property
    def intermediaries(self) -> AgentSet:
        """Agents of all rows for intermediaries, at work or not."""
        rows = self.state.intermediaries.active.size
        return AgentSet([IntermediaryAgent(self, row) for row in range(rows)], random=self.random)

    @property
    def date(self) -> np.datetime64:
        """Monday of the week that the next step simulates."""
        return self.built.week_starts[min(self.week, self.weeks - 1)]

    @property
    def weeks(self) -> int:
        """Weeks from the first of the spin-up to the last of the run."""
        return self.built.arrays.sizes.weeks

    def step(self) -> None:
        """Simulate one week.

        Raises
        ------
        ModelStopped
            When a number is no longer finite, or an entrant finds no free row.
        """
        world, state = self.built.arrays, self._changing
        if self.state.rows_used[0] <= AGENTS_AT_ONCE:
            self.before = remember(self.state)
        advance(*self._known, self.parameters, self.week, *self.key, state)
        status = np.zeros(4, np.int64)
        if not (check_finite(self.week, state, status) and check_room(self.week, self.state.rows_used, status)):
            self.running = False
            first_monday = self.built.week_starts[0].item()
            raise ModelStopped(f"The run stopped: {why_stopped(status, first_monday, world, self.built.labels)}.")
        observe(self._known[0], self.week, state, self._observed, 0)
        self.week += 1
        self.running = self.week < self.weeks

    def run_all(self) -> None:
        """Simulate the weeks that are left."""
        while self.week < self.weeks:
            self.step()
