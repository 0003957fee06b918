"""An agent as a view: a row number, and properties that read and write the row of a run's arrays.

Nothing is copied, so nothing can disagree: what an agent shows is what the kernels compute with, and what is written
to it is what they go on with.
"""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from sim.run import Run


class StateColumn:
    """One number of an agent: an element of a column of the state.

    Parameters
    ----------
    part : str
        Named tuple of `sim.state.State` that holds the column.
    name : str, optional
        Its field; by default the name of the attribute.
    """

    def __init__(self, part: str, name: str = "") -> None:
        self.part, self.name = part, name

    def __set_name__(self, owner: type, attribute: str) -> None:
        """Take the field's name from the attribute."""
        self.name = self.name or attribute

    def _array(self, agent: RowView) -> np.ndarray:
        return getattr(getattr(agent.run.state, self.part), self.name)

    def __get__(self, agent: RowView | None, owner: type) -> Any:
        """Read the agent's element; of a table of slots its column, as a view."""
        if agent is None:
            return self
        array = self._array(agent)
        return array[agent.row].item() if array.ndim == 1 else array[:, agent.row]

    def __set__(self, agent: RowView, value: Any) -> None:
        """Write the agent's element."""
        array = self._array(agent)
        array[..., agent.row] = value


class RowView(mesa.Agent):
    """An agent that is a row of a run's arrays.

    Parameters
    ----------
    model : mesa.Model
        Whose agent it is.
    run : Run
        Whose arrays it reads and writes.
    row : int
        Row in the arrays of its kind.
    """

    def __init__(self, model: mesa.Model, run: Run, row: int) -> None:
        super().__init__(model)
        self.run, self.row = run, row


def when(run: Run) -> str:
    """Name the last week done."""
    if run.week == 0:
        return "before the first week"
    return f"week of {run.built.week_starts[run.week - 1]}"
