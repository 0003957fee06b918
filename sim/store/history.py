"""Saved histories: every run of a study as it stood at the end of a week, to be continued under any regime.

    history.json                 what all runs share: week, seed, digests of world and rules, regimes, parameters
    index.csv                    a line a run: regime, draw, run, SHA-256
    <regime>/<draw>-<run>.npz    state and record of one run; see `sim.store.saved_state`

A run is continued with its own number, so a history holds all that the past has to say, and the regimes that continue
from it differ from the first continued week on and never before.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from sim.constants import DAYS_PER_WEEK
from sim.errors import InputError
from sim.state import Parameters, World
from sim.store.blocks import Block
from sim.store.digest import digest
from sim.store.files import open_plain, plain_bytes, plain_faults, sha256, whole_file, write_text
from sim.store.provenance import version
from sim.store.saved_state import largest
from sim.store.sealed import UNREADABLE, fits, read_json, sealed, unsealed
from sim.units import monday_of

HISTORY_FORMAT = 2
"""Version of the stored form; a history of another is refused."""

LARGEST_STATE = 2**31
"""Bytes of a saved state, until it is known which world it is of."""

ABOUT, INDEX = "history.json", "index.csv"
INDEX_COLUMNS = ("regime", "draw", "run", "sha256")


class Number(NamedTuple):
    """A run of a history."""

    regime: str
    draw: int
    run: int

    def path(self, folder: Path) -> Path:
        """File of the run."""
        return folder / self.regime / f"{self.draw}-{self.run}.npz"


def numbers(regime: str, block: Block) -> Iterator[Number]:
    """List the runs of a block under a regime.

    Parameters
    ----------
    regime
        Its name.
    block
        Which runs.

    Yields
    ------
    Number
        In the order of the block.
    """
    for draw, run in zip(block.draw_numbers.tolist(), block.run_numbers.tolist(), strict=True):
        yield Number(regime, draw, run)


def week_after(day: date, first_monday: date) -> int:
    """Count the weeks from the first of a run to the end of the one that holds a day.

    Parameters
    ----------
    day
        Any day.
    first_monday
        Of the first week of the spin-up.

    Returns
    -------
    int
        Index of the week after.

    Examples
    --------
    >>> week_after(date(2021, 1, 10), date(2020, 12, 28))
    2
    """
    return (monday_of(day) - first_monday).days // DAYS_PER_WEEK + 1


class Planned(Protocol):
    """The runs that a study makes."""

    draws: np.ndarray
    first_draw: int
    runs: int

    def blocks(self) -> Iterator[Block]:
        """Give the blocks of runs of a regime."""


class Saved(Protocol):
    """What a history needs to know of the study that it saves or continues."""

    world: World
    first_monday: date
    save: int
    folder: Path
    months: Sequence[str]
    seed: int
    resolution: str
    design: Planned
    keys: Mapping[str, str]
    digests: Mapping[str, str]
    scenarios: Mapping[str, object]


class Saving:
    """A history that is being written, inside the store of its study.

    Parameters
    ----------
    study
        With `save`, the number of weeks after which states are written.
    """

    def __init__(self, study: Saved) -> None:
        self.last_day = study.first_monday + timedelta(days=DAYS_PER_WEEK * study.save - 1)
        self._about = _about(study, self.last_day)
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
        self._checksums = dict(_read_index(self.folder / INDEX))
        self._held.clear()
        write_text(self.folder / ABOUT, sealed(self._about))
        write_text(self.folder / INDEX, _lines([INDEX_COLUMNS, *_rows(self._checksums)]))

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
        written = {number: self._write_one(number, state) for number, state in zip(runs, states, strict=True)}
        index = self.folder / INDEX
        with plain_faults(index), index.open("a", encoding="utf-8", newline="") as file:
            file.write(_lines(_rows(written)))
            file.flush()
            os.fsync(file.fileno())
        self._checksums |= written
        self._held |= written.keys()

    def _write_one(self, number: Number, state: bytes) -> str:
        with whole_file(number.path(self.folder)) as file:
            file.write(state)
        return hashlib.sha256(state).hexdigest()


class History:
    """A saved history that is continued.

    Parameters
    ----------
    folder
        Where it lies.

    Raises
    ------
    InputError
        If there is none, or it is of another version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._about = _read_about(folder)
        self.week: int = self._about["week"]
        self.last_day = date.fromisoformat(self._about["last_day"])
        self.regimes: tuple[str, ...] = tuple(self._about["regimes"])
        self._checksums = dict(_read_index(folder / INDEX))
        self._largest = LARGEST_STATE

    def source(self, regime: str) -> str:
        """Name the saved regime that a regime continues from: the only one, or the one of its own name.

        Parameters
        ----------
        regime
            A regime that goes on.

        Raises
        ------
        InputError
            If the history holds several and none of that name.
        """
        if len(self.regimes) == 1:
            return self.regimes[0]
        if regime not in self.regimes:
            raise InputError(
                f"history.load={self.folder} holds {', '.join(self.regimes)} and not {regime}: continue regimes of "
                "these names, or save a history of one regime, from which every regime can go on."
            )
        return regime

    def key(self, regime: str) -> str:
        """Digest of what a regime continues from.

        Parameters
        ----------
        regime
            A regime that goes on.
        """
        return digest(self._about["digest"], self.source(regime))

    def checksums(self, regime: str, block: Block) -> list[str]:
        """SHA-256 of the saved states that the runs of a block continue from; empty where there is none.

        Parameters
        ----------
        regime
            A regime that goes on.
        block
            Which runs.
        """
        return [self._checksums.get(number, "") for number in numbers(self.source(regime), block)]

    def files(self) -> dict[Path, str]:
        """Give the file of every saved run with its SHA-256."""
        return {number.path(self.folder): checksum for number, checksum in self._checksums.items()}

    def path(self, regime: str, draw: int, run: int) -> Path:
        """File of the saved state that a run continues from.

        Parameters
        ----------
        regime
            The regime that goes on.
        draw, run
            Its number.
        """
        return Number(self.source(regime), draw, run).path(self.folder)

    def read(self, regime: str, draw: int, run: int) -> bytes:
        """Read the saved state of a run.

        Parameters
        ----------
        regime
            The regime that goes on.
        draw, run
            Its number.

        Returns
        -------
        bytes
            See `sim.store.saved_state`.

        Raises
        ------
        InputError
            If the file is missing, cut short, changed, or larger than any state of this world.
        """
        number, path = Number(self.source(regime), draw, run), self.path(regime, draw, run)
        try:
            data = plain_bytes(path, self._largest)
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror}): save the history again.") from None
        if hashlib.sha256(data).hexdigest() != self._checksums.get(number):
            raise InputError(f"{path} is cut short or was changed since it was saved: save the history again.")
        return data

    def check(self, study: Saved) -> None:
        """Refuse a study that cannot go on from here.

        Parameters
        ----------
        study
            The study that loads this history.

        Raises
        ------
        InputError
            If version, dates, firms, world, parameters or runs do not fit, or it saves what is past already.
        """
        asked = _about(study, self.last_day)
        self._largest = largest(study.world)
        if 0 < study.save <= self.week:
            raise InputError(f"history.save lies before {self.last_day}, the day up to which history.load is known.")
        for key, fault in _DIFFERENCES.items():
            if asked[key] != self._about[key]:
                told = fault.format(saved=_short(self._about[key]), asked=_short(asked[key]))
                raise InputError(f"history.load={self.folder} {told}")
        if self.week != week_after(self.last_day, study.first_monday) or self.week > study.world.sizes.weeks:
            raise InputError(f"history.load={self.folder} is of another week than its last day, or is spoilt.")
        self._check_draws(asked)
        for regime in study.scenarios:
            for block in study.design.blocks():
                self._check_runs(self.source(regime), block)

    def _check_draws(self, asked: dict) -> None:
        """Parameters set costs and base margins at the start, so a run goes on only with its own."""
        for draw, row in asked["draws"].items():
            if draw not in self._about["draws"]:
                raise InputError(f"history.load={self.folder} holds no draw {draw} of parameters.")
            saved = self._about["draws"][draw]
            if len(saved) != len(row):
                raise InputError(f"history.load={self.folder} was saved with other parameters: it has {len(saved)}.")
            different = [name for name, one, other in zip(Parameters._fields, row, saved, strict=True) if one != other]
            if different:
                raise InputError(
                    f"history.load={self.folder} was saved with other parameters: draw {draw} differs in "
                    f"{', '.join(different)}, and what they set at the start cannot be set again."
                )

    def _check_runs(self, source: str, block: Block) -> None:
        for number in numbers(source, block):
            if number not in self._checksums:
                raise InputError(
                    f"history.load={self.folder} does not hold run {number.run} of draw {number.draw} under {source}: "
                    "ask for fewer runs, or save more."
                )


_DIFFERENCES = {
    "sources": "was saved by other rules than those of this version: save it again.",
    "months": "was saved by a study of {saved}, and this one is of {asked}: give the same start and end.",
    "firms": "was saved with {saved} firms, and here are {asked}.",
    "world": "was saved in another world: its tables, days or sizes differ.",
}
"""What must be equal, in the order in which it is looked at, and what is said where it is not."""


def _about(study: Saved, last_day: date) -> dict:
    """All that the runs of a history share."""
    design, saved = study.design, study.save
    rows = {str(draw): row for draw, row in zip(design.draw_numbers, design.draws.tolist(), strict=True)}
    return {
        "format": HISTORY_FORMAT,
        "version": version(),
        "digest": digest(HISTORY_FORMAT, list(study.keys.items()), design.draws, design.first_draw, saved),
        "last_day": last_day.isoformat(),
        "week": saved,
        "months": [study.months[0], study.months[-1]],
        "firms": int(len(study.world.population.place)),
        "seed": study.seed,
        "resolution": study.resolution,
        "world": study.digests["world"],
        "sources": study.digests["sources"],
        "regimes": study.keys,
        "parameters": list(Parameters._fields),
        "draws": rows,
    }


def _short(value: object) -> str:
    return " to ".join(value) if isinstance(value, list) else str(value)


def _read_about(folder: Path) -> dict:
    """Read what all runs of a history share; it is held against its seal, types and names before it is believed."""
    spoilt = f"history.load={folder} is not the folder of a saved history, or it is spoilt: save it again."
    try:
        told = read_json(folder / ABOUT)
    except UNREADABLE:
        raise InputError(spoilt) from None
    written, by = told.get("format"), told.get("version")
    if isinstance(written, int) and written != HISTORY_FORMAT:
        raise InputError(
            f"history.load={folder} was written by reroute {by} (format {written}), and this is reroute {version()} "
            f"(format {HISTORY_FORMAT}): save it again."
        )
    about = unsealed(told)
    if about is None or not fits(about, _SHAPE) or not about["regimes"] or not all(map(_is_name, about["regimes"])):
        raise InputError(spoilt)
    try:
        date.fromisoformat(about["last_day"])
    except ValueError:
        raise InputError(spoilt) from None
    return about


def _is_name(regime: str) -> bool:
    """Tell whether a regime's name stays inside the folder of its history."""
    return regime not in ("", ".", "..") and not set("/\\\0") & set(regime)


_SHAPE = {
    "format": int,
    "digest": str,
    "last_day": str,
    "week": int,
    "months": [str],
    "firms": int,
    "seed": int,
    "world": str,
    "sources": str,
    "regimes": dict,
    "draws": dict,
}


def _rows(checksums: Mapping[Number, str]) -> list[tuple[object, ...]]:
    return [(*number, checksum) for number, checksum in checksums.items()]


def _lines(rows: Iterable[Sequence[object]]) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows(rows)
    return sink.getvalue()


def index_is_whole(folder: Path) -> bool:
    """Tell whether every line of a history's index can be read.

    Parameters
    ----------
    folder
        Of the history.
    """
    try:
        with open_plain(folder / INDEX) as file:
            heading, *lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return False
    return heading == ",".join(INDEX_COLUMNS) and lines[-1:] == [""] and all(map(_numbers, lines[:-1]))


def _read_index(path: Path) -> Iterator[tuple[Number, str]]:
    """Read which runs are saved; a line that was cut short or spoilt is left out."""
    try:
        with open_plain(path) as file:
            lines = file.read().decode("utf-8", "replace").split("\n")[1:]
    except OSError:
        return
    yield from filter(None, map(_numbers, lines))


def _numbers(line: str) -> tuple[Number, str] | None:
    """Read a line of the index; None if it cannot be one."""
    try:
        (words,) = csv.reader([line])
    except (csv.Error, ValueError):
        return None
    if len(words) != len(INDEX_COLUMNS) or not _NUMBERS.fullmatch(",".join(words[1:])) or not _is_name(words[0]):
        return None
    return Number(words[0], int(words[1]), int(words[2])), words[3]


_NUMBERS = re.compile(r"\d{1,9},\d{1,9},[0-9a-f]{64}", re.ASCII)
