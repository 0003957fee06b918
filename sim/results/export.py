"""Results in the forms of other programs: CSV files for spreadsheets, a labelled array for xarray."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from sim.errors import InputError
from sim.spreadsheets import harmless
from sim.store.batch import dictionary
from sim.store.files import plain_faults, whole_file

if TYPE_CHECKING:
    import xarray


def write_csv(folder: Path, tables: Mapping[str, Iterable[pa.Table]], replace: bool) -> list[Path]:
    """Write tables as CSV files, a part at a time.

    Parameters
    ----------
    folder
        Made if missing.
    tables
        Parts of each table, by the name of its file.
    replace
        Whether files of these names that lie there already may be replaced.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        If a file is there already that may not be replaced, or the folder cannot be written; no new file is left then.
    """
    paths = [folder / f"{name}.csv" for name in tables]
    if kept := [path for path in paths if os.path.lexists(path) and not replace]:
        raise InputError(f"{kept[0]} is there already and is kept: name another place to write to (export.to).")
    with plain_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
    new = [path for path in paths if not path.exists()]
    try:
        return [_write(path, parts) for path, parts in zip(paths, tables.values(), strict=True)]
    except BaseException:  # so that the same command can be given again
        for path in new:
            path.unlink(missing_ok=True)
        raise


def _write(path: Path, tables: Iterable[pa.Table]) -> Path:
    tables = map(_plain, tables)
    first = next(tables)
    with whole_file(path) as file, pyarrow.csv.CSVWriter(file, first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)
    return path


def _plain(table: pa.Table) -> pa.Table:
    """Take away what pandas adds, and mark text that a spreadsheet would run."""
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        texts = column.dictionary_encode() if is_text else column
        columns[name] = _marked(texts) if pa.types.is_dictionary(texts.type) else column
    return pa.table(columns)


def _marked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array(
        [dictionary(chunk.indices, list(map(harmless, chunk.dictionary.to_pylist()))) for chunk in column.chunks]
    )


def labelled(values: np.ndarray, chosen: pd.DataFrame, runs: pd.DataFrame, **words: object) -> xarray.DataArray:
    """Put names to the values of some series.

    Parameters
    ----------
    values
        [regimes, samples, months, series].
    chosen
        The series: `subject, commodity, direction, unit`.
    runs
        `draw` and `run` of each sample.
    **words
        `outcome`; `regimes` and `months`, names of the first and third dimension; all else becomes an attribute.

    Raises
    ------
    InputError
        If xarray is not installed.
    """
    try:
        make = import_module("xarray").DataArray
    except ModuleNotFoundError:
        raise InputError("to_xarray needs xarray: python -m pip install xarray") from None
    names = {name: ("series", chosen[name].to_numpy(str)) for name in ("subject", "commodity", "direction")}
    numbers = {name: ("sample", runs[name].to_numpy()) for name in ("draw", "run")}
    known = {"regime": list(words.pop("regimes")), "month": list(words.pop("months"))}
    return make(
        values,
        dims=("regime", "sample", "month", "series"),
        coords={**known, **numbers, **names},
        name=words.pop("outcome"),
        attrs={"units": chosen["unit"].iloc[0], **words},
    )
