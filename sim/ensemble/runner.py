"""Doing a study: what is missing is computed and stored batch by batch, then the study's own folder is written."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.ensemble.compute.calls import Answer, Call
from sim.ensemble.compute.executors import Executor, Threads
from sim.ensemble.compute.progress import Reporter
from sim.ensemble.cost import keep_pace
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
        if isinstance(executor, Threads):
            keep_pace(work.effort.timed, work.effort.seconds, executor.count)
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
        missing = [[piece for piece in pieces if piece.entry is None] for pieces in study.by_block(store, runs)]
        left = sum(len(piece.block) for pieces in missing for piece in pieces)
        reporter.found(study.upto(runs).size * len(study.scenarios) - left)
        effort = work_off(study, store, missing, executor, reporter).plus(effort)
        pieces = list(study.pieces(store, runs))
        if watch:
            look = watch.look(pieces, runs)
            reporter.looked(told(look, study.until, study.against), max(look.half_width.values()))
            if is_enough(look, study.until):
                break
    return Work(study.upto(runs), pieces, effort, time.perf_counter() - begun, look)


def work_off(
    study: Study, store: Store, missing: Sequence[Sequence[Piece]], executor: Executor, reporter: Reporter
) -> Effort:
    """Compute batches and store each as soon as its last run is done; whatever ends it early, what is done is stored.

    Parameters
    ----------
    study
        All inputs.
    store
        Open for writing.
    missing
        Which batches, block by block.
    executor
        Where.
    reporter
        Is told of every call.

    Returns
    -------
    Effort
        Runs and firm-weeks.
    """
    effort, begun = Effort(), 0.0
    calls = _Calls(study, missing)
    with closing(executor.answers(study.context, calls)) as answers:
        try:
            for index, answer in answers:
                for full in calls.gather(index, answer):
                    _store(study, store, full)
                    calls.forget(full)
                runs = answer.status[..., 0].size
                effort = effort.plus(Effort(runs, answer.firm_weeks, answer.firm_weeks if begun else 0.0))
                begun = begun or time.perf_counter()
                reporter.advance(runs)
        except BaseException as error:  # before calls that are under way are waited for
            with suppress(InputError) if isinstance(error, InputError) else nullcontext():
                for part in calls.parts():
                    _store(study, store, part)
            raise
    return effort._replace(seconds=time.perf_counter() - begun if begun else 0.0)


class _Share(NamedTuple):
    """Runs `first` to `stop` (not included) of a batch: what one call does for it."""

    piece: Piece
    first: int
    stop: int


def _share(piece: Piece, first: int, stop: int) -> _Share:
    """Give some places of a block as runs of a batch."""
    return _Share(piece, first - piece.block.first_place, stop - piece.block.first_place)


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

    A call does runs under all regimes that lack them, and as many as take `SECONDS_A_CALL` at the speed of the last
    answer, at least one; neither changes a bit.
    """

    def __init__(self, study: Study, missing: Sequence[Sequence[Piece]]) -> None:
        self._study, self._missing = study, missing
        self._weeks_a_call = 0.0
        self._open: dict[int, tuple[list[_Share], int]] = {}
        self._gathering: dict[str, _Gathering] = {}

    def __iter__(self) -> Iterator[Call]:
        study, index = self._study, 0
        for pieces, places in self._stretches():
            branch, block = study.branch([piece.regime for piece in pieces]), pieces[0].block
            weeks = max(1, branch.weeks(study.context.begin, study.world.sizes.weeks))
            draws, runs, rows = block.draw_numbers, block.run_numbers, study.design.rows(block)
            first = places.start
            while first < places.stop:
                stop = min(first + max(1, int(self._weeks_a_call / weeks)), places.stop)
                here = slice(first - block.first_place, stop - block.first_place)
                self._open[index] = [_share(piece, first, stop) for piece in pieces], weeks * (stop - first)
                yield study.call(branch, draws[here], runs[here], rows[here])
                index, first = index + 1, stop

    def _stretches(self) -> Iterator[tuple[list[Piece], range]]:
        """Cut the places of each block where a batch begins or ends: each cut needs the same batches throughout."""
        for pieces in self._missing:
            edges = {edge for piece in pieces for edge in (piece.block.places.start, piece.block.places.stop)}
            for first, stop in pairwise(sorted(edges)):
                here = [piece for piece in pieces if first in piece.block.places]
                for together in self._together(here):
                    yield together, range(first, stop)

    def _together(self, pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
        """Part batches whose runs go on from other saved states, and those that there is no room to gather at once."""
        most = self._study.regimes_a_call
        by_source: dict[str, list[Piece]] = {}
        for piece in pieces:
            by_source.setdefault(self._study.source(piece.regime), []).append(piece)
        for alike in by_source.values():
            yield from (alike[first : first + most] for first in range(0, len(alike), most))

    def gather(self, index: int, answer: Answer) -> list[_Gathering]:
        """Add an answer to its batches; return those that it was the last of."""
        shares, weeks = self._open.pop(index)
        self._weeks_a_call = SECONDS_A_CALL * weeks / answer.seconds
        for share, states in zip(shares, answer.saved, strict=False):  # nothing, where nothing is to be saved
            self._save(share, states)
        return [batch for place, share in enumerate(shares) if (batch := self._add(share, place, answer)).done.all()]

    def _add(self, share: _Share, place: int, answer: Answer) -> _Gathering:
        """Add what an answer says of one regime to its batch."""
        name = share.piece.digest
        if name not in self._gathering:
            self._gathering[name] = self._empty(share.piece, answer)
        batch = self._gathering[name]
        batch.values[share.first : share.stop] = answer.values[place]
        batch.status[share.first : share.stop] = answer.status[place]
        batch.done[share.first : share.stop] = True
        return batch

    def forget(self, batch: _Gathering) -> None:
        """Let go of a batch that is stored."""
        del self._gathering[batch.piece.digest]

    def parts(self) -> Iterator[_Gathering]:
        """Give the stretches of runs that are done, of batches that are not stored, as batches of their own."""
        for batch in self._gathering.values():
            edges = np.flatnonzero(np.diff(batch.done, prepend=False, append=False))
            yield from (batch.part(self._study, *edge) for edge in edges.reshape(-1, 2).tolist())

    def _save(self, share: _Share, states: Sequence[bytes]) -> None:
        """Write the saved states of runs; before their batch, so that whatever is stored is also saved."""
        wanted = list(numbers(share.piece.regime, share.piece.block))[share.first : share.stop]
        self._study.saving.write(wanted, states)

    def _empty(self, piece: Piece, answer: Answer) -> _Gathering:
        count = len(piece.block)
        values = np.empty((count, *answer.values.shape[2:]), np.float32)
        return _Gathering(piece, values, np.zeros((count, len(STATUS_COLUMNS)), np.int64))


def _store(study: Study, store: Store, batch: _Gathering) -> None:
    piece, columns = batch.piece, study.observation.series["column"].tolist()
    data = encode(piece.regime, piece.block, study.months, columns, batch.values, batch.status)
    store.write(piece.digest, piece.family, piece.block.places.start, piece.block.places.stop, data)
