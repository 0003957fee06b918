"""The stored form of a batch: one Parquet file, a float32 column a series, a row for each run and month.

Byte-stream splitting and zstd halve what noise leaves to be saved, and any reader of Parquet understands the file by
itself. A run that failed has no rows; its number and status stand in the file's own metadata.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.store.blocks import Block
from sim.store.digest import FORMAT

LABELS = ("regime", "draw", "run", "month")
COMPRESSION_LEVEL = 3
STATUS_COLUMNS = ("code", "week", "process", "entity")
"""What the kernels say of a run that stopped, in this order; code 0 is a run that ended well."""


class Failure(NamedTuple):
    """A run that stopped early: where, and why (`code` and `process` as in `sim.kernels.week`)."""

    regime: str
    draw: int
    run: int
    code: int
    week: int
    process: int
    entity: int


def encode(
    regime: str, block: Block, months: Sequence[str], columns: Sequence[str], values: np.ndarray, status: np.ndarray
) -> bytes:
    """Write a batch as the bytes of a Parquet file.

    Parameters
    ----------
    regime
        Its name.
    block
        Which runs.
    months
        `YYYY-MM` each.
    columns
        Names of the series.
    values
        [runs, months, series] float32.
    status
        [runs, 4] int64: code 0 is a run that ended well.

    Returns
    -------
    bytes
        The file.
    """
    fine = status[:, 0] == 0
    count, length = int(fine.sum()), len(months)
    labels = {
        "regime": dictionary(np.zeros(count * length, np.int32), [regime]),
        "draw": pa.array(np.repeat(block.draw_numbers[fine].astype(np.int32), length)),
        "run": pa.array(np.repeat(block.run_numbers[fine].astype(np.int32), length)),
        "month": dictionary(np.tile(np.arange(length, dtype=np.int32), count), months),
    }
    series = np.ascontiguousarray(values[fine].reshape(count * length, len(columns)).T)
    table = pa.table({**labels, **dict(zip(columns, map(pa.array, series), strict=True))})
    failures = failures_of(regime, block, status)
    told = {"format": str(FORMAT), "failures": json.dumps(failures), "status": json.dumps(STATUS_COLUMNS)}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(told), sink, **storage(columns))
    return sink.getvalue().to_pybytes()


def storage(value_columns: Sequence[str]) -> dict[str, object]:
    """Options of the Parquet writer for label columns and float columns.

    Parameters
    ----------
    value_columns
        Names of the float columns.

    Returns
    -------
    dict
        Keywords of `pyarrow.parquet.write_table`.
    """
    return {
        "compression": "zstd",
        "compression_level": COMPRESSION_LEVEL,
        "use_dictionary": [*LABELS, "outcome", "subject", "commodity", "direction", "unit"],
        "column_encoding": dict.fromkeys(value_columns, "BYTE_STREAM_SPLIT"),
        "write_statistics": list(LABELS),
    }


def dictionary(codes: np.ndarray, names: Sequence[str]) -> pa.DictionaryArray:
    """Make a column of few texts.

    Parameters
    ----------
    codes
        [rows] int32: index in `names`.
    names
        The texts.

    Returns
    -------
    pyarrow.DictionaryArray
        Of type dictionary<int32, string>.
    """
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))


def failures_of(regime: str, block: Block, status: np.ndarray) -> list[Failure]:
    """List the runs of a batch that failed.

    Parameters
    ----------
    regime
        Its name.
    block
        Which runs.
    status
        [runs, 4] int64.

    Returns
    -------
    list of Failure
        Empty when all ended well.
    """
    draws, runs = block.draw_numbers.tolist(), block.run_numbers.tolist()
    return [Failure(regime, draws[i], runs[i], *status[i].tolist()) for i in np.flatnonzero(status[:, 0])]


class Told(NamedTuple):
    """What the file of a batch says of itself."""

    regimes: set[str]  # a single one; none if every run failed
    months: tuple[str, ...]  # of each run that ended well; empty if none did
    done: list[tuple[int, int]]  # draw and run of each run that ended well, in the order of the rows
    failures: list[Failure]


def told_by(path: Path, months: int) -> Told:
    """Read which runs a stored batch holds.

    Parameters
    ----------
    path
        File of the batch.
    months
        Rows of each run.

    Returns
    -------
    Told
        From the columns of labels.

    Raises
    ------
    ValueError
        If the rows are not whole runs of the same months.
    """
    table = _read(path, LABELS)
    draw, run = (table.column(name).to_numpy().reshape(-1, months) for name in ("draw", "run"))
    names = np.array(table.column("month").to_pylist(), object).reshape(-1, months)
    if any((each != each[:, :1]).any() for each in (draw, run)) or (names != names[:1]).any():
        raise ValueError("its rows are not runs of the same months")
    done = list(zip(draw[:, 0].tolist(), run[:, 0].tolist(), strict=True))
    regimes = set(table.column("regime").unique().to_pylist())
    return Told(regimes, tuple(names[0]) if len(names) else (), done, stored_failures(path))


def stored_failures(path: Path) -> list[Failure]:
    """Read which runs of a stored batch failed.

    Parameters
    ----------
    path
        File of the batch.

    Returns
    -------
    list of Failure
        Empty when all ended well.
    """
    return [Failure(*each) for each in json.loads(pq.read_metadata(path).metadata[b"failures"])]


def decode(path: Path, columns: Sequence[str], months: int) -> np.ndarray:
    """Read some series of a stored batch.

    Parameters
    ----------
    path
        File of the batch.
    columns
        Names of the series.
    months
        Rows of each run.

    Returns
    -------
    numpy.ndarray
        [runs that ended well, months, series] float32.
    """
    table = _read(path, columns)
    values = np.empty((table.num_rows, len(columns)), np.float32)
    for index, name in enumerate(columns):
        values[:, index] = table.column(name).to_numpy()
    return values.reshape(-1, months, len(columns))


def _read(path: Path, columns: Sequence[str]) -> pa.Table:
    """Read columns of one file; `pq.read_table` would take names of folders such as `run=1` for columns."""
    with pq.ParquetFile(path) as file:
        return file.read(columns=list(columns))
