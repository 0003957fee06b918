"""Results in the forms of other programs: CSV files for spreadsheets, a labelled array for xarray."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv

from sim.errors import InputError
from sim.spreadsheets import harmless
from sim.store.batch import dictionary
from sim.store.files import plain_faults, whole_file

if TYPE_CHECKING:
    import xarray

    from sim.results.results import Results


def write_csv(results: Results, folder: Path, outcome: str | None, **which: str | list[str]) -> list[Path]:
    """Write `quantiles.csv`, `differences.csv` (of two regimes or more), and of a single outcome `runs.csv`.

    Tables are written an outcome, or a million rows, at a time.

    Parameters
    ----------
    results
        The study.
    folder
        Made if missing.
    outcome
        Its name; None for all.
    **which
        As in `Results.select`.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        If there is no such series, or the folder cannot be written.
    """
    outcomes = [outcome] if outcome else results.series["outcome"].unique().tolist()
    for name in outcomes:
        results.select(name, **which)
    tables = {"quantiles": (pa.Table.from_pandas(results.quantiles(name, **which)) for name in outcomes)}
    if len(results.regimes) > 1:
        tables["differences"] = (pa.Table.from_pandas(results.paired(name, **which)) for name in outcomes)
    if outcome:
        tables["runs"] = results.tidy_tables(results.select(outcome, **which))
    with plain_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / f"{name}.csv", parts) for name, parts in tables.items()]


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


def labelled(results: Results, outcome: str, **which: str | list[str]) -> xarray.DataArray:
    """Read an outcome as a labelled array; see `Results.to_xarray`."""
    try:
        make = import_module("xarray").DataArray
    except ModuleNotFoundError:
        raise InputError("to_xarray needs the package xarray: pip install 'reroute[xarray]'.") from None
    chosen = results.select(outcome, **which)
    names = {name: ("series", chosen[name].to_numpy(str)) for name in ("subject", "commodity", "direction")}
    numbers = {name: ("sample", results.runs[name].to_numpy()) for name in ("draw", "run")}
    return make(
        np.stack([results.wide(regime, chosen["column"].tolist()) for regime in results.regimes]),
        dims=("regime", "sample", "month", "series"),
        coords={"regime": list(results.regimes), "month": list(results.months), **numbers, **names},
        name=outcome,
        attrs={"units": chosen["unit"].iloc[0], "against": results.against, "signature": results.signature},
    )
