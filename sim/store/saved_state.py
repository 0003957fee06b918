"""The state of one run as the bytes of a file: every array of its state and record by the path of its fields.

The file is a zip of arrays (npz) that holds no pickled object. New fields are carried without a change here; working
room, which holds nothing between weeks, and rows that no firm has held are left out.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np

from sim.errors import InputError
from sim.outcomes.outcomes import Record
from sim.state import State, World, lasting, reset, with_rows

COMPRESSION_LEVEL = 1
"""Half of the space for a tenth of the time that the best would take."""

FIRM_COLUMNS = "state.firms."
ROW_FLAGS = f"{FIRM_COLUMNS}active"
FAULTS = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


def pack(state: State, record: Record, status: np.ndarray) -> bytes:
    """Write the state of a run.

    Parameters
    ----------
    state
        At the end of a week.
    record
        Arrays [1, months, cells]: what was observed up to then.
    status
        [4] int64: how the run stands; code 0 is a run that can go on.

    Returns
    -------
    bytes
        The same for equal arrays.
    """
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as file:
        for name, array in _parts(state, int(state.rows_used[0]), record, status):
            one = io.BytesIO()
            np.lib.format.write_array(one, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy")  # without the time of day
            file.writestr(entry, one.getvalue(), zipfile.ZIP_DEFLATED, COMPRESSION_LEVEL)
    return sink.getvalue()


def unpack(data: bytes, world: World, state: State, record: Record, status: np.ndarray) -> State:
    """Read the state of a run into arrays of the right shapes, which are overwritten.

    Parameters
    ----------
    data
        As `pack` wrote it.
    world
        Of the run.
    state, record, status
        Written; as new ones of the same world are.

    Returns
    -------
    State
        The one that was given, or one with more rows where it has too few for the firms.

    Raises
    ------
    InputError
        If the bytes are no saved state, or one of other arrays than these.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            _check_names(set(file.files), {name for name, _ in _parts(state, 0, record, status)})
            rows = file[ROW_FLAGS].size
            if rows > state.firms.active.size:
                state = with_rows(world, state, rows)
            reset(world, state)
            for name, array in _parts(state, rows, record, status):
                _fill(array, file[name], name)
    except FAULTS as error:
        raise InputError(f"A saved state cannot be read ({error}): save the history again.") from None
    if state.rows_used[0] != rows:
        raise InputError(f"A saved state says {state.rows_used[0]} rows of firms and holds {rows}: save it again.")
    return state


def _check_names(found: set[str], wanted: set[str]) -> None:
    for fault, names in (("lacks", wanted - found), ("holds an unknown", found - wanted)):
        if names:
            raise InputError(f"A saved state {fault} {min(names)}: another version wrote it, save the history again.")


def _fill(array: np.ndarray, found: np.ndarray, name: str) -> None:
    if found.shape != array.shape or found.dtype != array.dtype:
        raise InputError(
            f"A saved state holds {name} as {found.dtype} {found.shape}, and here it is {array.dtype} {array.shape}: "
            "it belongs to another world or version."
        )
    array[...] = found


def _parts(state: State, rows: int, record: Record, status: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """List the arrays of a run by name; those of the firms up to a number of rows."""
    for name, _, array in lasting(state, "state."):
        yield name, array[..., :rows] if name.startswith(FIRM_COLUMNS) else array
    yield from ((f"record.{name}", array) for name, array in zip(record._fields, record, strict=True))
    yield "status", status
