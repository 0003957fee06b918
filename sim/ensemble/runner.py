"""Doing a study: what is missing is computed and stored batch by batch, then the study's own folder is written."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.ensemble.compute.calls import Answer, Call
from sim.ensemble.compute.executors import Executor, Threads
from sim.ensemble.compute.progress import Reporter
from sim.ensemble.stopping import Watch, is_enough, looks, told
from sim.ensemble.study import Piece, Study
from sim.ensemble.study_folder import Effort, Work, finish, is_finished
from sim.errors import InputError
from sim.results.results import Results
from sim.store.batch import STATUS_COLUMNS, encode
from sim.store.history_files import numbers
from sim.store.saving import Saving
from sim.store.store import Store
from sim.terminal import setting

SECONDS_A_CALL = 0.5
"""So that Ctrl-C is answered soon, and all cores stay busy to the end."""


def run_study(study: Study, executor: Executor | None = None, *, progress: bool = True) -> Results:
    """Do a study, or what is left of it.

    Parameters
    ----------
    study
        All its inputs.
    executor
        Where runs are computed; by default threads of this process, one a core. Changes no number.
    progress
        Tell how far it is.

    Returns
    -------
    Results
        Stored results, opened.

    Raises
    ------
    InputError
        If a parameter or level of a draw is out of its range. If the folder cannot be written, is in use by another
        process or of another version, or the disk is full.
    KeyboardInterrupt
        After Ctrl-C; the runs that were computed are stored, and the same call continues from there.
    """
    study.check_draws("draw {}".format)
    return carry_out(study, executor, progress=progress)


def carry_out(study: Study, executor: Executor | None = None, *, progress: bool = True) -> Results:
    """Do a study as `run_study` does, whatever its parameters: a number that is not finite ends its run."""
    executor = executor or Threads()
    total = study.design.size * len(study.scenarios)
    with Store(study.folder) as store, Reporter(total, shown=progress) as reporter, closing(executor):
        if study.saving:
            study.saving.begin()
        work = compute(study, store, executor, reporter)
        if not is_finished(study, work):
            finish(study, work, reporter)
        if study.saving:
            reporter.say(told_saved(study.saving))
    return Results(study.folder / study.signature)


def told_saved(saving: Saving) -> str:
    """Say where a history lies.

    Parameters
    ----------
    saving
        All runs written.

    Returns
    -------
    str
        One sentence.
    """
    return f"Every run as it stood at the end of {saving.last_day} is saved: {setting('history.load', saving.folder)}"


def compute(study: Study, store: Store, executor: Executor, reporter: Reporter) -> Work:
    """Compute and store what is missing, up to the run at which the study knows enough.

    Parameters
    ----------
    study
        All inputs.
    store
        Open for writing.
    executor
        Where.
    reporter
        Is told of every call and every look.

    Returns
    -------
    Work
        All batches, stored, and what was computed just now.
    """
    begun, effort, look = time.perf_counter(), Effort(), None
    watch = Watch(study) if study.until else None
    for runs in looks(study.design, study.until):
        missing = [piece for piece in study.pieces(store, runs) if piece.entry is None]
        reporter.found(study.upto(runs).size * len(study.scenarios) - sum(len(piece.block) for piece in missing))
        effort = work_off(study, store, missing, executor, reporter).plus(effort)
        pieces = list(study.pieces(store, runs))
        if watch:
            look = watch.look(pieces, runs)
            reporter.looked(told(look, study.until, study.against), max(look.half_width.values()))
            if is_enough(look, study.until):
                break
    return Work(study.upto(runs), pieces, effort, time.perf_counter() - begun, look)


def work_off(study: Study, store: Store, missing: Sequence[Piece], executor: Executor, reporter: Reporter) -> Effort:
    """Compute batches and store each as soon as its last run is done; whatever ends it early, what is done is stored.

    Parameters
    ----------
    study
        All inputs.
    store
        Open for writing.
    missing
        Which batches.
    executor
        Where.
    reporter
        Is told of every call.

    Returns
    -------
    Effort
        Runs and firm-weeks.
    """
    effort = Effort()
    calls = _Calls(study, missing)
    with closing(executor.answers(study.context, calls)) as answers:
        try:
            for index, answer in answers:
                full = calls.gather(index, answer)
                if full is not None:
                    _store(study, store, full)
                    calls.forget(full)
                effort = effort.plus(Effort(len(answer.status), answer.firm_weeks))
                reporter.advance(len(answer.status))
        except BaseException as error:  # before calls that are under way are waited for
            with suppress(InputError) if isinstance(error, InputError) else nullcontext():
                for part in calls.parts():
                    _store(study, store, part)
            raise
    return effort


class _Share(NamedTuple):
    """Runs `first` to `stop` (not included) of a batch: one call."""

    piece: Piece
    first: int
    stop: int


@dataclass
class _Gathering:
    """A batch that is coming together."""

    piece: Piece
    values: np.ndarray
    status: np.ndarray
    done: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.done = np.zeros(len(self.status), bool)

    def part(self, study: Study, first: int, stop: int) -> _Gathering:
        """Return the runs `first` to `stop` (not included) as a batch of their own."""
        return _Gathering(study.part(self.piece, first, stop), self.values[first:stop], self.status[first:stop])


class _Calls:
    """Calls of some batches, made as they are asked for, and the batches that come together from their answers.

    A call holds as many runs as took `SECONDS_A_CALL` at the speed of the last answer; the number changes no bit.
    """

    def __init__(self, study: Study, missing: Sequence[Piece]) -> None:
        self._study, self._missing = study, missing
        self._size = 1
        self._open: dict[int, _Share] = {}
        self._gathering: dict[str, _Gathering] = {}

    def __iter__(self) -> Iterator[Call]:
        index = 0
        for piece in self._missing:
            draws, runs, rows = piece.block.draw_numbers, piece.block.run_numbers, self._study.design.rows(piece.block)
            first = 0
            while first < len(runs):
                stop = min(first + self._size, len(runs))
                self._open[index] = _Share(piece, first, stop)
                yield self._study.call(piece.regime, draws[first:stop], runs[first:stop], rows[first:stop])
                index, first = index + 1, stop

    def gather(self, index: int, answer: Answer) -> _Gathering | None:
        """Add an answer to its batch; return the batch if that was the last."""
        share = self._open.pop(index)
        if answer.saved:
            self._save(share, answer)
        name = share.piece.digest
        if name not in self._gathering:
            self._gathering[name] = self._empty(share.piece, answer)
        batch = self._gathering[name]
        batch.values[share.first : share.stop] = answer.values
        batch.status[share.first : share.stop] = answer.status
        batch.done[share.first : share.stop] = True
        self._size = int(SECONDS_A_CALL * (share.stop - share.first) / answer.seconds) or 1
        return batch if batch.done.all() else None

    def forget(self, batch: _Gathering) -> None:
        """Let go of a batch that is stored."""
        del self._gathering[batch.piece.digest]

    def parts(self) -> Iterator[_Gathering]:
        """Give the stretches of runs that are done, of batches that are not stored, as batches of their own."""
        for batch in self._gathering.values():
            edges = np.flatnonzero(np.diff(batch.done, prepend=False, append=False))
            yield from (batch.part(self._study, *edge) for edge in edges.reshape(-1, 2).tolist())

    def _save(self, share: _Share, answer: Answer) -> None:
        """Write the saved states of an answer; before its batch, so that whatever is stored is also saved."""
        wanted = list(numbers(share.piece.regime, share.piece.block))[share.first : share.stop]
        self._study.saving.write(wanted, answer.saved)

    def _empty(self, piece: Piece, answer: Answer) -> _Gathering:
        count = len(piece.block)
        values = np.empty((count, *answer.values.shape[1:]), np.float32)
        return _Gathering(piece, values, np.zeros((count, len(STATUS_COLUMNS)), np.int64))


def _store(study: Study, store: Store, batch: _Gathering) -> None:
    piece, columns = batch.piece, study.observation.series["column"].tolist()
    data = encode(piece.regime, piece.block, study.months, columns, batch.values, batch.status)
    store.write(piece.digest, piece.family, piece.block.places.start, piece.block.places.stop, data)
