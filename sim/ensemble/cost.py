"""What a study will cost before it runs: runs, minutes and megabytes, at the pace of the last studies here."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numba

from sim.ensemble.study import Piece, Study
from sim.machine import usable_cores
from sim.store.files import write_text
from sim.store.store import Entry, batch_path, stored_batches

PACE = Path(numba.config.CACHE_DIR) / "pace.json"
"""Beside the machine code: other code has another pace."""

LEAST_SECONDS = 2.0
"""A study that took less tells little of the pace."""

KEPT_PACES = 9
"""Studies whose pace is kept: a short one, or one beside other work, counts for as little as it took."""

STORED_SHARE = 0.31
"""Bytes on disk of a byte of series, as measured (docs/sweeps.md)."""

SECONDS_A_MINUTE, BYTES_A_MB = 60.0, 1e6


class Cost(NamedTuple):
    """What is left to do of a study.

    Attributes
    ----------
    runs, stored : int
        Of all regimes together: to be computed, and there already.
    firm_weeks : float
        Firms at the start times weeks to be simulated; what regimes share counts once.
    stored_bytes : float
        That the new runs take on disk, about.
    """

    runs: int
    stored: int
    firm_weeks: float
    stored_bytes: float

    def seconds(self, threads: int, pace: float | None) -> float | None:
        """Give the time it takes.

        Parameters
        ----------
        threads
            Of this machine that work on it.
        pace
            Firm-weeks a second of one thread; None if it is not known.
        """
        return self.firm_weeks / (pace * min(threads, usable_cores())) if pace else None


class _Index:
    """What a store knows, read without a lock; files are taken to be whole, which the run itself looks at."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._entries = folder, defaultdict(list)
        for entry in stored_batches(folder)[0] if (folder / "batches").is_dir() else ():
            self._entries[entry.family].append(entry)

    def entries(self, family: str) -> list[Entry]:
        return self._entries[family]

    def intact(self, entry: Entry) -> bool:
        return batch_path(self._folder, entry.digest).is_file()


def cost_of(study: Study) -> Cost:
    """Count what is left to do of a study; nothing is written.

    Parameters
    ----------
    study
        All its inputs.

    Returns
    -------
    Cost
        At most: a rule to stop may end it earlier.
    """
    missing = [[piece for piece in pieces if piece.entry is None] for pieces in study.by_block(_Index(study.folder))]
    runs = sum(len(piece.block) for pieces in missing for piece in pieces)
    weeks = sum(_weeks(study, missing))
    firms = len(study.world.population.place)
    whole = study.design.size * len(study.scenarios)
    return Cost(runs, whole - runs, float(weeks) * firms, STORED_SHARE * runs * study.run_bytes)


def _weeks(study: Study, missing: list[list[Piece]]) -> Iterator[int]:
    """Count the weeks of each block of runs."""
    known: dict[tuple[str, ...], int] = {}
    for pieces in filter(None, missing):
        regimes = tuple(dict.fromkeys(piece.regime for piece in pieces))
        if regimes not in known:
            by_source = defaultdict(list)
            for regime in regimes:
                by_source[study.source(regime)].append(regime)
            span = study.context.begin, study.world.sizes.weeks
            known[regimes] = sum(study.branch(alike).weeks(*span) for alike in by_source.values())
        yield known[regimes] * max(len(piece.block) for piece in pieces)


def told(cost: Cost, threads: int, pace: float | None) -> str:
    """Say what is left to do.

    Parameters
    ----------
    cost
        Of a study.
    threads, pace
        As of `Cost.seconds`.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> print(told(Cost(200, 0, 3.6e8, 21e6), 1, 1e6))
    200 runs to compute: about 6 minutes at the pace of the last studies here, 21 MB on disk.
    >>> print(told(Cost(0, 200, 0.0, 0.0), 1, 1e6))
    All 200 runs are stored: nothing to compute.
    >>> print(told(Cost(40, 160, 1e6, 4.2e6), 1, None))
    40 runs to compute (160 are stored) and 4.2 MB on disk; the pace of this machine is known after a study.
    """
    if not cost.runs:
        return f"All {cost.stored:,} runs are stored: nothing to compute."
    there = f" ({cost.stored:,} are stored)" if cost.stored else ""
    disk = f"{float(f'{cost.stored_bytes / BYTES_A_MB:.2g}'):,g} MB on disk"
    seconds = cost.seconds(threads, pace)
    noun = "run" if cost.runs == 1 else "runs"
    if seconds is None:
        return f"{cost.runs:,} {noun} to compute{there} and {disk}; the pace of this machine is known after a study."
    return f"{cost.runs:,} {noun} to compute{there}: {_duration(seconds)} at the pace of the last studies here, {disk}."


def _duration(seconds: float) -> str:
    minutes = seconds / SECONDS_A_MINUTE
    if minutes < 1:
        return "less than a minute"
    if minutes < SECONDS_A_MINUTE:
        return f"about {minutes:.0f} minute{'' if round(minutes) == 1 else 's'}"
    return f"about {minutes / SECONDS_A_MINUTE:.1f} hours"


def known_pace() -> float | None:
    """Give the firm-weeks a second of one thread, over the last studies on this machine; None if unknown."""
    paces = _kept()
    return sum(firm_weeks for firm_weeks, _ in paces) / sum(seconds for _, seconds in paces) if paces else None


def keep_pace(firm_weeks: float, seconds: float, threads: int) -> None:
    """Remember the pace of a study that was just done; one that took too short to tell is passed over.

    Parameters
    ----------
    firm_weeks
        That were simulated once start and compilation were over.
    seconds
        That these took.
    threads
        Of this machine that worked on it.
    """
    if seconds < LEAST_SECONDS or not firm_weeks:
        return
    paces = [*_kept(), (firm_weeks, seconds * min(threads, usable_cores()))][-KEPT_PACES:]
    with suppress(OSError):
        write_text(PACE, json.dumps({"firm_weeks_and_thread_seconds": paces}) + "\n")


def _kept() -> list[tuple[float, float]]:
    """Read firm-weeks and thread-seconds of the last studies; a file that cannot be read knows none."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        stored = json.loads(PACE.read_text("utf-8"))["firm_weeks_and_thread_seconds"]
        pairs = [(float(firm_weeks), float(seconds)) for firm_weeks, seconds in stored]
        return [pair for pair in pairs if min(pair) > 0]
    return []
