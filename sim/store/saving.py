"""Saving histories: every run of a study as it stood at the end of a week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sim.constants import DAYS_PER_WEEK
from sim.store.blocks import Block
from sim.store.files import plain_faults, sha256, write_bytes, write_text
from sim.store.history_files import ABOUT, INDEX, INDEX_COLUMNS, Number, Saved, about, numbers, rows, saved_runs
from sim.store.index import add_lines, write_index
from sim.store.sealed import sealed


class Saving:
    """A history that is being written, inside the store of its study.

    Parameters
    ----------
    study
        With `save`, the number of weeks after which states are written.
    """

    def __init__(self, study: Saved) -> None:
        self.last_day = study.first_monday + timedelta(days=DAYS_PER_WEEK * study.save - 1)
        self._about = about(study, self.last_day)
        self.folder = study.folder / "histories" / f"{self.last_day}_{self._about['digest']}"
        self._checksums: dict[Number, str] = {}
        self._held: set[Number] = set()  # whose bytes were held against the index

    def begin(self) -> None:
        """Make the folder, and read what it holds already.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        with plain_faults(self.folder):
            for regime in self._about["regimes"]:
                (self.folder / regime).mkdir(parents=True, exist_ok=True)
        self._checksums, _ = saved_runs(self.folder)
        self._held.clear()
        write_text(self.folder / ABOUT, sealed(self._about))
        write_index(self.folder / INDEX, INDEX_COLUMNS, rows(self._checksums))

    def holds(self, regime: str, block: Block) -> bool:
        """Tell whether all runs of a block are saved and intact; each file is read once.

        Parameters
        ----------
        regime
            Its name.
        block
            Which runs.
        """
        return all(self._is_intact(number) for number in numbers(regime, block))

    def _is_intact(self, number: Number) -> bool:
        expected = self._checksums.get(number)
        if number not in self._held and expected and sha256(number.path(self.folder)) == expected:
            self._held.add(number)
        return number in self._held

    def write(self, runs: Iterable[Number], states: Sequence[bytes]) -> None:
        """Save some runs of one regime.

        Parameters
        ----------
        runs
            Their numbers.
        states
            Their bytes.

        Raises
        ------
        InputError
            If the disk is full or cannot be written; what was saved before is kept.
        """
        folder = self.folder
        written = {number: write_bytes(number.path(folder), state) for number, state in zip(runs, states, strict=True)}
        add_lines(folder / INDEX, rows(written))
        self._checksums |= written
        self._held |= written.keys()
