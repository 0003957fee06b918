"""Blocks: the stretches of runs that are stored together, one batch each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCK_RUNS = 50
"""Most runs in a stored batch; part of the stored format."""


@dataclass(frozen=True)
class Block:
    """A stretch of runs that belong in one batch: many runs of one draw, or many draws of one run.

    Attributes
    ----------
    draws, runs : range
        Numbers; one of the two holds a single number.
    first_place : int
        Place, of the block's `BLOCK_RUNS`, of the first of these runs.
    """

    draws: range
    runs: range
    first_place: int = 0

    def __len__(self) -> int:
        return len(self.draws) * len(self.runs)

    @property
    def places(self) -> range:
        """Which of the block's places these runs take."""
        return range(self.first_place, self.first_place + len(self))

    @property
    def draw_numbers(self) -> np.ndarray:
        """Draw of each run, [runs] int64."""
        return np.repeat(np.arange(self.draws.start, self.draws.stop), len(self.runs))

    @property
    def run_numbers(self) -> np.ndarray:
        """Number of each run, [runs] int64."""
        return np.tile(np.arange(self.runs.start, self.runs.stop), len(self.draws))

    def part(self, first: int, stop: int) -> Block:
        """Return the places `first` to `stop` (not included) of a block that starts at place 0."""
        if len(self.draws) > 1:
            return Block(self.draws[first:stop], self.runs, first)
        return Block(self.draws, self.runs[first:stop], first)
