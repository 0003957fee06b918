"""The state of one run as the bytes of a file: every array of its state and record by the path of its fields.

The file is a zip of arrays (npz) that holds no pickled object. New fields are carried without a change here; working
room, which holds nothing between weeks, is left out.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np

from sim.errors import InputError
from sim.outcomes.outcomes import Record
from sim.state import State, lasting

COMPRESSION_LEVEL = 1
"""Half of the space for a tenth of the time that the best would take."""

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
        for name, array in _parts(state, record, status):
            one = io.BytesIO()
            np.lib.format.write_array(one, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy")  # without the time of day
            file.writestr(entry, one.getvalue(), zipfile.ZIP_DEFLATED, COMPRESSION_LEVEL)
    return sink.getvalue()


def unpack(data: bytes, state: State, record: Record, status: np.ndarray) -> None:
    """Read the state of a run into arrays of the right shapes, which are overwritten.

    Parameters
    ----------
    data
        As `pack` wrote it.
    state, record, status
        Written; as new ones of the same world are.

    Raises
    ------
    InputError
        If the bytes are no saved state, or one of other arrays than these.
    """
    wanted = dict(_parts(state, record, status))
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            _check_names(set(file.files), wanted.keys())
            for name, array in wanted.items():
                _fill(array, file[name], name)
    except FAULTS as error:
        raise InputError(f"A saved state cannot be read ({error}): save the history again.") from None


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


def _parts(state: State, record: Record, status: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    yield from ((name, array) for name, _, array in lasting(state, "state."))
    yield from ((f"record.{name}", array) for name, array in zip(record._fields, record, strict=True))
    yield "status", status
