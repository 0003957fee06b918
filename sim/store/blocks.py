"""Blocks: the stretches of runs that are stored together, one batch each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCK_RUNS = 50
"""Most runs in a stored batch; part of the stored format."""


@dataclass(frozen=True)
class Block:
    """A stretch of runs that belong in one batch: many runs of one draw, many draws of one run, or pairs of the two.

    Attributes
    ----------
    draws, runs : range
        Numbers; one of the two holds a single number, or they pair one by one.
    first_place : int
        Place, of the block's `BLOCK_RUNS`, of the first of these runs.
    """

    draws: range
    runs: range
    first_place: int = 0

    def __len__(self) -> int:
        return max(len(self.draws), len(self.runs))

    @property
    def places(self) -> range:
        """Which of the block's places these runs take."""
        return range(self.first_place, self.first_place + len(self))

    @property
    def draw_numbers(self) -> np.ndarray:
        """Draw of each run, [runs] int64."""
        return np.resize(np.array(self.draws, dtype=np.int64), len(self))

    @property
    def run_numbers(self) -> np.ndarray:
        """Number of each run, [runs] int64."""
        return np.resize(np.array(self.runs, dtype=np.int64), len(self))

    def part(self, first: int, stop: int) -> Block:
        """Return some runs of a block, from `first` to `stop` (not included), counted from its own first."""
        draws, runs = (each[first:stop] if len(each) > 1 else each for each in (self.draws, self.runs))
        return Block(draws, runs, self.first_place + first)
