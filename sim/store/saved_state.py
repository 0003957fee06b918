"""The state of one run as the bytes of a file: every array of its state and record by the path of its fields.

The file is a zip of arrays (npz) that holds no pickled object. New fields are carried without a change here; working
room, which holds nothing between weeks, and rows that no firm has held are left out.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from tokenize import TokenError

import numpy as np

from sim.errors import InputError
from sim.machine import Need, check_memory
from sim.outcomes.outcomes import Record, new_records
from sim.state import Firms, State, World, lasting, misplaced, new_state, reset, with_rows
from sim.state.axes import sizes_of
from sim.world.size import declared_bytes

COMPRESSION_LEVEL = 1
"""Half of the space for a tenth of the time that the best would take."""

FIRM_COLUMNS = "state.firms."
ROWS_USED = "state.rows_used"
MOST_TIMES = 64
"""A saved run has at most so many times the rows of the world: more than entry makes in a lifetime."""

FAULTS = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
HEADER_BYTES = 1024
"""More than numpy and a zip file write of an array beside its elements."""

STATUS_WORDS = 4
ROWS_AND_WAITING = 3


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


def unpack(data: bytes, world: World, state: State, record: Record, status: np.ndarray) -> tuple[State, int]:
    """Read the state of a run into arrays of the right shapes, which are overwritten.

    Whoever wrote it: names, sizes, types, shapes and every number that is the place of something are looked at before
    a kernel sees them. A file whose arrays would unfold to more than those of the world is refused unread.

    Parameters
    ----------
    data
        As `pack` wrote it.
    world
        Whose state it is.
    state, record, status
        Written; as new ones of the same world are.

    Returns
    -------
    state : State
        The one that was given, or one with more rows where it has too few for the firms.
    odd : int
        Place, among the parts of a state, of the first that holds a number which is not finite; -1 for none.

    Raises
    ------
    InputError
        If the bytes are no saved state, or one of other arrays than these.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            rows = _rows_used(file, world)
            if rows > state.firms.active.size:
                _check_room(world, rows)
                state = with_rows(world, state, rows)
            reset(world, state)
            wanted = dict(_parts(state, rows, record, status))
            _check_entries(file.infolist(), wanted)
            for name, array in wanted.items():
                _fill(array, file.read(f"{name}.npy"), name)
    except FAULTS as error:
        raise InputError(f"A saved state cannot be read ({error}): save the history again.") from None
    if odd := misplaced(state, world, "state."):
        raise InputError(f"A saved state holds {odd}: save the history again.")
    infinite = (place for place, array in enumerate(wanted.values()) if not np.isfinite(array).all())
    return state, next(infinite, -1)


def _rows_used(file: zipfile.ZipFile, world: World) -> int:
    """Read how many rows of firms a saved state holds; 0 where it does not say, which is refused later."""
    used, most, name = np.zeros(ROWS_AND_WAITING, np.int64), MOST_TIMES * world.sizes.rows, f"{ROWS_USED}.npy"
    if name in file.namelist() and file.getinfo(name).file_size <= 2 * HEADER_BYTES:
        _fill(used, file.read(name), ROWS_USED)
    if not 0 <= used[0] <= most:
        told = f"where numbers from 0 to {most} mean something: save the history again."
        raise InputError(f"A saved state holds {used[0]} in {ROWS_USED}, {told}")
    return int(used[0])


def _check_room(world: World, rows: int) -> None:
    """Refuse more rows for firms than this machine has memory for: whoever wrote a state may say how many it has."""
    size = sum(size for *_, size in declared_bytes(Firms, sizes_of(world) | {"F": rows}))
    check_memory([Need(size, f"A saved state with {rows:,} rows of firms", "save the history again, with fewer firms")])


def largest(world: World) -> int:
    """Bytes that a saved state of a world may have.

    Parameters
    ----------
    world
        Sets the shapes.
    """
    return sum(array.nbytes * _times(name) + 2 * HEADER_BYTES for name, array in _new_parts(world))


def _times(name: str) -> int:
    """Give how many times as large as in a new state an array may be."""
    return MOST_TIMES if name.startswith(FIRM_COLUMNS) else 1


def _new_parts(world: World) -> Iterator[tuple[str, np.ndarray]]:
    """List the arrays of a new state."""
    return _parts(new_state(world), world.sizes.rows, new_records(world, 1), np.zeros(STATUS_WORDS, np.int64))


def part_name(world: World, place: int) -> str:
    """Name a part of a state by its place.

    Parameters
    ----------
    world
        Sets the shapes.
    place
        As `unpack` returns it.
    """
    return [name for name, _ in _new_parts(world)][place]


def _check_entries(entries: list[zipfile.ZipInfo], wanted: Mapping[str, np.ndarray]) -> None:
    """Refuse other names than those of the arrays, and sizes that no such array has, before anything is unfolded."""
    found, names = {each.filename.removesuffix(".npy") for each in entries}, wanted.keys()
    for fault, odd in (("lacks", names - found), ("holds an unknown", found - names)):
        if odd:
            raise InputError(f"A saved state {fault} {min(odd)}: another version wrote it, save the history again.")
    if len(entries) > len(found):
        raise InputError("A saved state holds an array twice: save the history again.")
    for each in entries:
        array = wanted[each.filename.removesuffix(".npy")]
        if each.file_size > array.nbytes + HEADER_BYTES:
            raise InputError(
                f"A saved state holds {each.filename} of {each.file_size} bytes, and here it has {array.nbytes}: it "
                "belongs to another world or version."
            )


def _fill(array: np.ndarray, data: bytes, name: str) -> None:
    sink = io.BytesIO()
    np.lib.format.write_array_header_1_0(sink, np.lib.format.header_data_from_array_1_0(array))
    header = sink.getvalue()
    if not data.startswith(header) or len(data) != len(header) + array.nbytes:
        raise InputError(
            f"A saved state holds {name} as {_kind(data)}, and here it is {array.dtype} {array.shape}: it belongs to "
            "another world or version."
        )
    array[...] = np.frombuffer(data, array.dtype, array.size, len(header)).reshape(array.shape)


def _kind(data: bytes) -> str:
    """Say what an array file holds, as far as it can be read."""
    try:
        stream = io.BytesIO(data)
        np.lib.format.read_magic(stream)
        with warnings.catch_warnings(action="ignore"):
            shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    except (ValueError, SyntaxError, TokenError):
        return "something else"
    return f"{dtype} {shape}"


def _parts(state: State, rows: int, record: Record, status: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """List the arrays of a run by name; those of the firms up to a number of rows."""
    for name, _, array in lasting(state, "state."):
        yield name, array[..., :rows] if name.startswith(FIRM_COLUMNS) else array
    yield from ((f"record.{name}", array) for name, array in zip(record._fields, record, strict=True))
    yield "status", status
