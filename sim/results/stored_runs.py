"""The runs of a stored study: where each lies, and their values, a few series at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa

from sim.errors import InputError
from sim.results.manifest import block_of, size_of
from sim.store.batch import decode, told_by
from sim.store.blocks import BLOCK_RUNS
from sim.store.files import sha256
from sim.store.store import batch_path
from sim.store.tidy import Frame

BLOCKS_A_STRETCH = 1_000
UNREADABLE = (OSError, ValueError, KeyError, TypeError, pa.ArrowException)
"""What reading a file that is no batch may raise."""


class StoredRuns:
    """Values of a study's runs, read from its batches.

    Parameters
    ----------
    store
        Folder of the store.
    manifest
        Of the study.

    Raises
    ------
    InputError
        On reading: if the bytes of a batch are not those that the manifest tells, or it holds other runs.
    """

    def __init__(self, store: Path, manifest: dict) -> None:
        self._store, self._manifest, self._design = store, manifest, manifest["design"]
        self._held: dict[str, tuple[int, ...]] = {}  # digests of batches that were held against the manifest, and when

    @cached_property
    def frame(self) -> Frame:
        """All runs of the design, draw by draw, and which of them ended well: those that a batch holds."""
        first, draws, runs = (self._design[name] for name in ("first_draw", "draws", "runs"))
        regimes, months = self._manifest["regimes"], self._manifest["months"]
        done = np.zeros((len(regimes), size_of(self._design)), bool)
        for batch in self._manifest["batches"]:
            draw, run = self._done(batch)
            wanted = run < runs
            done[regimes.index(batch["regime"]), self._place(draw[wanted], run[wanted])] = True
        numbers, times = np.arange(first, first + draws), 1 if self._design["paired"] else runs
        return Frame(regimes, months, np.repeat(numbers, times), np.resize(np.arange(runs), done.shape[1]), done)

    def _place(self, draw: np.ndarray, run: np.ndarray) -> np.ndarray:
        """Place of runs among all of a regime."""
        return run if self._design["paired"] else (draw - self._design["first_draw"]) * self._design["runs"] + run

    @cached_property
    def complete(self) -> np.ndarray:
        """Runs that ended well under every regime, [runs of a regime] bool."""
        return self.frame.done.all(axis=0)

    def read(self, regime: str, columns: Sequence[str]) -> np.ndarray:
        """Read some series of all runs of a regime.

        Parameters
        ----------
        regime
            Its name.
        columns
            Names of the series.

        Returns
        -------
        numpy.ndarray
            [runs of a regime, months, columns] float32, zero where a run failed.
        """
        values = self._empty(len(self.frame.draws), columns)
        for batch in self._manifest["batches"]:
            if batch["regime"] == regime:
                draw, run, found = self._decode(batch, columns)
                values[self._place(draw, run)] = found
        return values

    def stretches(self, columns: Sequence[str]) -> Iterator[dict[str, np.ndarray]]:
        """Read some series of all regimes, some blocks of runs at a time.

        Parameters
        ----------
        columns
            Names of the series.

        Yields
        ------
        dict of str to numpy.ndarray
            Regime to [runs, months, columns] float32: the same complete runs under each.
        """
        blocks: dict[tuple[int, int], list[dict]] = defaultdict(list)
        for batch in self._manifest["batches"]:
            blocks[self._block(batch)].append(batch)
        left = iter(blocks.values())
        while stretch := list(islice(left, BLOCKS_A_STRETCH)):
            yield self._stretch(stretch, columns)

    def _stretch(self, blocks: list[list[dict]], columns: Sequence[str]) -> dict[str, np.ndarray]:
        """Values of some blocks; a run's place is that in its block."""
        size = len(blocks) * BLOCK_RUNS
        values = {regime: self._empty(size, columns) for regime in self.frame.regimes}
        done = {regime: np.zeros(size, bool) for regime in self.frame.regimes}
        for number, batches in enumerate(blocks):
            for batch in batches:
                draw, run, found = self._decode(batch, columns)
                place = number * BLOCK_RUNS + self._place_in_block(draw, run)
                values[batch["regime"]][place] = found
                done[batch["regime"]][place] = True
        complete = np.all(list(done.values()), axis=0)
        return {regime: each[complete] for regime, each in values.items()}

    def _decode(self, batch: dict, columns: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draw, run and values of a batch's runs that ended well; those that the study did not ask for are left out."""
        draw, run = self._done(batch)
        path = batch_path(self._store, batch["digest"])
        try:
            self._hold(batch, path, draw, run)
            found = decode(path, columns, len(self._manifest["months"]))
        except UNREADABLE:
            raise InputError(
                f"{path} is missing or spoilt: the command that made the study does its runs again."
            ) from None
        wanted = run < self._design["runs"]
        return draw[wanted], run[wanted], found[wanted]

    def _done(self, batch: dict) -> tuple[np.ndarray, np.ndarray]:
        """Draw and run of the runs of a batch that ended well, as the manifest tells."""
        block = block_of(batch)
        draw, run = block.draw_numbers, block.run_numbers
        for _, failed_draw, failed_run, *_ in batch["failures"]:
            stays = (draw != failed_draw) | (run != failed_run)
            draw, run = draw[stays], run[stays]
        return draw, run

    def _hold(self, batch: dict, path: Path, draw: np.ndarray, run: np.ndarray) -> None:
        """Hold the file of a batch against the manifest: its bytes, and what it says of itself.

        A file that is as it was held is not read again.
        """
        now = path.stat()
        stamp = now.st_ino, now.st_size, now.st_mtime_ns
        if self._held.get(batch["digest"]) == stamp:
            return
        if sha256(path) != batch["sha256"]:
            raise ValueError("its bytes are not those that were written")
        told = told_by(path, len(self._manifest["months"]))
        runs = list(zip(draw.tolist(), run.tolist(), strict=True))
        is_its = told.regimes <= {batch["regime"]} and told.done == runs
        is_its &= not told.done or list(told.months) == list(self._manifest["months"])
        if not is_its or [list(each) for each in told.failures] != [list(each) for each in batch["failures"]]:
            raise ValueError("it holds other runs than the manifest tells")
        self._held[batch["digest"]] = stamp

    def _empty(self, runs: int, columns: Sequence[str]) -> np.ndarray:
        return np.zeros((runs, len(self._manifest["months"]), len(columns)), np.float32)

    def _block(self, batch: dict) -> tuple[int, int]:
        """Name the block of a batch: its line, and how far along."""
        draw, run = batch["draws"][0], batch["runs"][0]
        if self._along_draws:
            return run, (draw - self._design["first_draw"]) // BLOCK_RUNS
        return 0 if self._design["paired"] else draw, run // BLOCK_RUNS

    def _place_in_block(self, draw: np.ndarray, run: np.ndarray) -> np.ndarray:
        return (draw - self._design["first_draw"] if self._along_draws else run) % BLOCK_RUNS

    @property
    def _along_draws(self) -> bool:
        """As in `Design.along_draws`."""
        return self._design["draws"] >= BLOCK_RUNS and not self._design["paired"]
