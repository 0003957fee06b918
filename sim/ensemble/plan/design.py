"""Which runs a study makes: draws of uncertain parameters and replications, the same for every regime.

A **draw** is one row of parameters, and of levels of measures where these are drawn too; draw 0 is the parameters as
they stand, drawn ones count from 1. Levels are further columns of the row, so that they are stored, named and sent
wherever a row goes. A **run** number is a replication: it names the random numbers of a run. Neither the regime nor the
draw enters the random numbers, so runs of one number share theirs under every regime and every draw, and differences
between them are paired.

Every draw has every run, or, where the design is **paired**, run 0 the first draw, run 1 the second, and so on: as many
runs then hold what is not known about parameters, and chance, as one set of parameters needs for chance alone.

Runs are cut into **blocks** of at most `BLOCK_RUNS`, in a way that does not depend on how many runs there are: a design
of few draws is cut along the runs of each draw, one of many draws along the draws of each run. More runs add blocks, or
fill the last. (Only a design whose draws grow past `BLOCK_RUNS` is cut anew.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.state import Parameters
from sim.store.blocks import BLOCK_RUNS, Block

DEFAULT_DRAW, FIRST_DRAW = 0, 1


class Design(NamedTuple):
    """Draws and replications; all regimes of a study share them."""

    draws: np.ndarray  # [draws, P + L] float64: a row of parameters each, then levels of measures in their own units
    first_draw: int  # number of the first row: 0 for the parameters as they stand, else 1
    runs: int  # replications of each draw; of a paired design as many as draws
    levels: tuple[str, ...] = ()  # names of the L levels, `level.MEASURE`
    paired: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of `draws`."""
        return (*Parameters._fields, *self.levels)

    @property
    def parameters(self) -> np.ndarray:
        """Parameters of each draw, [draws, P] float64."""
        return self.draws[:, : self.draws.shape[1] - len(self.levels)]

    @property
    def values_of_levels(self) -> dict[str, np.ndarray]:
        """Name of each level to its values, [draws] float64."""
        return dict(zip(self.levels, self.draws.T[self.draws.shape[1] - len(self.levels) :], strict=True))

    @property
    def size(self) -> int:
        """Number of runs of each regime."""
        return self.runs if self.paired else len(self.draws) * self.runs

    @property
    def draw_numbers(self) -> range:
        """Numbers of the draws."""
        return range(self.first_draw, self.first_draw + len(self.draws))

    @property
    def along_draws(self) -> bool:
        """Whether a block holds many draws of one run, and not many runs of one draw."""
        return len(self.draws) >= BLOCK_RUNS and not self.paired

    def upto(self, runs: int) -> Design:
        """Return the design with fewer run numbers; a paired one has their draws alone."""
        return self._replace(draws=self.draws[:runs] if self.paired else self.draws, runs=runs)

    def blocks(self) -> Iterator[Block]:
        """Cut the design into blocks, ordered so that a study of fewer runs comes first.

        Yields
        ------
        Block
            Starting at place 0; with `BLOCK_RUNS` runs but for the last of a line.
        """
        draws, runs = self.draw_numbers, range(self.runs)
        if self.paired:
            yield from map(Block, _stretches(draws), _stretches(runs))
        elif self.along_draws:
            for stretch in _stretches(draws):
                yield from (Block(stretch, runs[run : run + 1]) for run in runs)
        else:
            for stretch in _stretches(runs):
                yield from (Block(draws[i : i + 1], stretch) for i in range(len(draws)))

    def whole(self, block: Block) -> Block:
        """Fill a block up to its last place, if that needs no draw that the design lacks.

        Stored batches of a larger study may then serve a smaller one.
        """
        if self.along_draws or self.paired:
            return block
        return Block(block.draws, range(block.runs.start, block.runs.start + BLOCK_RUNS))

    def rows(self, block: Block) -> np.ndarray:
        """Row of each run of a block, [runs, P + L] float64."""
        return self.draws[block.draw_numbers - self.first_draw]


def _stretches(numbers: range) -> Iterator[range]:
    return (numbers[first : first + BLOCK_RUNS] for first in range(0, len(numbers), BLOCK_RUNS))


def defaults_only(parameters: tuple[float, ...], runs: int) -> Design:
    """Make the design of one draw: the parameters as they stand.

    Parameters
    ----------
    parameters
        In the order of `sim.state.Parameters`.
    runs
        Replications.

    Returns
    -------
    Design
        With the single draw 0.
    """
    return Design(np.array([parameters], dtype=np.float64), DEFAULT_DRAW, runs)
