"""What lies in the folder of saved histories: what all runs share, and an index of the state of each.

history.json                 week, seed, digests of world and rules, regimes, parameters
index.csv                    a line a run: regime, draw, run, SHA-256, check of the line itself
<regime>/<draw>-<run>.npz    state and record of one run; see `sim.store.saved_state`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from sim.errors import InputError
from sim.state import World
from sim.store.blocks import Block
from sim.store.digest import digest
from sim.store.index import read_index
from sim.store.provenance import version
from sim.store.sealed import UNREADABLE, fits, read_json, unsealed

HISTORY_FORMAT = 2
"""Version of the stored form; a history of another is refused."""

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


class Planned(Protocol):
    """The runs that a study makes."""

    draws: np.ndarray
    first_draw: int
    runs: int

    @property
    def columns(self) -> Sequence[str]:
        """Name the columns of `draws`."""

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


def about(study: Saved, last_day: date) -> dict:
    """Give all that the runs of a history share.

    Parameters
    ----------
    study
        That saves or continues it.
    last_day
        Up to which the history is known.
    """
    design, saved = study.design, study.save
    draws = {str(draw): row for draw, row in zip(design.draw_numbers, design.draws.tolist(), strict=True)}
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
        "parameters": list(design.columns),
        "draws": draws,
    }


def read_about(folder: Path) -> dict:
    """Read what all runs of a history share; it is held against its seal, types and names before it is believed.

    Parameters
    ----------
    folder
        Of the history.

    Raises
    ------
    InputError
        If it is spoilt, or of another version.
    """
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
    shared = unsealed(told)
    if shared is None or not fits(shared, _SHAPE) or not shared["regimes"] or not all(map(_is_name, shared["regimes"])):
        raise InputError(spoilt)
    try:
        date.fromisoformat(shared["last_day"])
    except ValueError:
        raise InputError(spoilt) from None
    return shared


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
    "resolution": str,
    "regimes": {str: str},
    "parameters": [str],
    "draws": {str: [float]},
}


def saved_runs(folder: Path) -> tuple[dict[Number, str], bool]:
    """Read which runs are saved.

    Parameters
    ----------
    folder
        Of the history.

    Returns
    -------
    checksums : dict of Number to str
        SHA-256 of the state of every run of which a line tells; one that was cut short or spoilt is left out.
    is_whole : bool
        False if one is left out, or the heading or the file is missing.
    """
    entries, is_whole = read_index(folder / INDEX, INDEX_COLUMNS, _entry)
    return dict(entries), is_whole


def rows(checksums: Mapping[Number, str]) -> list[tuple[object, ...]]:
    """Give the cells of the lines of the index.

    Parameters
    ----------
    checksums
        Run to the SHA-256 of its state.
    """
    return [(*number, checksum) for number, checksum in checksums.items()]


def _entry(cells: list[str]) -> tuple[Number, str] | None:
    """Read a line of the index; None if it is none."""
    regime, draw, run, checksum = cells
    if not _NUMBERS.fullmatch(",".join(cells[1:])) or not _is_name(regime):
        return None
    return Number(regime, int(draw), int(run)), checksum


_NUMBERS = re.compile(r"\d{1,9},\d{1,9},[0-9a-f]{64}", re.ASCII)
