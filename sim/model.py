"""The model as a mesa model: a face of a run, whose rows are seen as agents."""

from __future__ import annotations

from functools import cached_property

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim.agents import CustomsAgent, FirmAgent, IntermediaryAgent, PortAgent
from sim.config import Config
from sim.outcomes.outcomes import Record
from sim.run import MANY_FIRMS, Run, RunStopped
from sim.state import State


class TradeModel(mesa.Model):
    """A run as mesa sees it.

    Parameters
    ----------
    run : Run
        The run that is stepped and looked into.
    """

    def __init__(self, run: Run) -> None:
        super().__init__(seed=run.seed)
        self.run = run
        self._firms = AgentSet([], random=self.random)
        gates, authorities = range(2 * len(run.labels.crossings)), range(len(run.labels.authorities))
        self.ports = AgentSet([PortAgent(self, run, gate) for gate in gates], random=self.random)
        self.customs = AgentSet([CustomsAgent(self, run, row) for row in authorities], random=self.random)
        if run.state.rows_used[0] <= MANY_FIRMS:
            self._make_firms()

    @classmethod
    def of(cls, config: Config, regime: str, run: int = 0) -> TradeModel:
        """Open run `run` of the study that settings describe, under a regime of the library or of a file.

        Raises
        ------
        InputError
            If the world or the regime is at fault.
        """
        return cls(Run.of(config, regime, run))

    @property
    def firms(self) -> AgentSet:
        """Agents of all rows in use, one for each row; above 100,000 they are made when first asked for."""
        return self._make_firms()

    def _make_firms(self) -> AgentSet:
        """Add agents for the rows that were taken into use since the last time."""
        for row in range(len(self._firms), int(self.state.rows_used[0])):
            self._firms.add(FirmAgent(self, self.run, row))
        return self._firms

    @cached_property
    def intermediaries(self) -> AgentSet:
        """Agents of all rows for intermediaries, at work or not."""
        rows = range(self.state.intermediaries.active.size)
        return AgentSet([IntermediaryAgent(self, self.run, row) for row in rows], random=self.random)

    @property
    def state(self) -> State:
        """Arrays that change; agents are views of them."""
        return self.run.state

    @property
    def record(self) -> Record:
        """What was observed so far, [1, months, cells]."""
        return self.run.record

    @property
    def week(self) -> int:
        """Weeks done, spin-up included."""
        return self.run.week

    @property
    def weeks(self) -> int:
        """Weeks from the first of the spin-up to the last of the run."""
        return self.run.weeks

    @property
    def date(self) -> np.datetime64:
        """Monday of the week that the next step simulates."""
        return self.run.date

    def step(self) -> None:
        """Simulate one week.

        Raises
        ------
        InputError
            After the last week.
        RunStopped
            When a number is no longer finite.
        """
        try:
            self.run.step()
        except RunStopped:
            self.running = False
            raise
        self.running = self.week < self.weeks

    def run_all(self) -> None:
        """Simulate the weeks that are left."""
        while self.week < self.weeks:
            self.step()
