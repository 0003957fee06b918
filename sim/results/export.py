"""Results in the forms of other programs: CSV files for spreadsheets, a labelled array for xarray."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from sim.errors import InputError
from sim.outcomes.names import ALL, BOTH
from sim.spreadsheets import harmless
from sim.store.batch import dictionary
from sim.store.files import plain_faults, whole_file

if TYPE_CHECKING:
    import xarray


HUB_COLUMNS = (
    "origin_date",
    "scenario_id",
    "target",
    "horizon",
    "target_end_date",
    "location",
    "output_type",
    "output_type_id",
    "run_grouping",
    "stochastic_run",
    "value",
)


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


def in_hub_columns(rows: pa.Table, months: Sequence[str]) -> pa.Table:
    """Name single runs as forecasting hubs do (samples of the Scenario Modeling Hub).

    Parameters
    ----------
    rows
        Single runs as rows: `regime, draw, run, month, outcome, subject, commodity, direction, unit, value`.
    months
        Of the study, `YYYY-MM`; horizons count from the first.

    Returns
    -------
    pyarrow.Table
        `HUB_COLUMNS`: a target is an outcome with its direction and commodity where it is not the sum over them, and
        its unit in brackets; `horizon` is in months, 1 is the first; `run_grouping` is the draw of parameters, which
        regimes share, `stochastic_run` the number of its luck. `output_type_id` is empty, as of all such samples.
    """
    table = rows.to_pandas()
    ends = {month: str(pd.Period(month).end_time.date()) for month in months}
    parts = [table[name].astype(str).where(~table[name].isin((ALL, BOTH)), "") for name in ("direction", "commodity")]
    target = table["outcome"].astype(str).str.cat(parts, sep=" ").str.split().str.join(" ")
    month = table["month"].astype(str)
    named = {
        "origin_date": f"{months[0]}-01",
        "scenario_id": table["regime"].astype(str),
        "target": target + " (" + table["unit"].astype(str) + ")",
        "horizon": month.map({name: place for place, name in enumerate(months, start=1)}),
        "target_end_date": month.map(ends),
        "location": table["subject"].astype(str),
        "output_type": "sample",
        "output_type_id": "",
        "run_grouping": table["draw"],
        "stochastic_run": table["run"],
        "value": table["value"],
    }
    return pa.Table.from_pandas(pd.DataFrame(named)[list(HUB_COLUMNS)], preserve_index=False)


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
