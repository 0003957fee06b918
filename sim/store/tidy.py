"""The tidy form of results: a row for each regime, draw, run, month and series, sorted by series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.outcomes.names import SERIES_COLUMNS
from sim.store.batch import dictionary, storage
from sim.store.files import whole_file

TIDY_COLUMNS = ("regime", "draw", "run", "month", *SERIES_COLUMNS, "value")
ROWS_A_GROUP = 1_000_000


class Frame(NamedTuple):
    """What the rows of every series have in common, in order: regime, draw, run, month."""

    regimes: Sequence[str]
    months: Sequence[str]
    draws: np.ndarray  # [runs] int
    runs: np.ndarray  # [runs] int
    done: np.ndarray  # [regimes, runs] bool: runs that ended well

    @property
    def rows(self) -> int:
        """Rows of one series."""
        return int(self.done.sum()) * len(self.months)

    def labels(self, series: int) -> dict[str, pa.Array]:
        """Make the columns `regime, draw, run, month` for some series.

        Parameters
        ----------
        series
            How many.

        Returns
        -------
        dict of str to pyarrow.Array
            [series * rows] each.
        """
        regime, run = np.nonzero(self.done)
        length = len(self.months)
        month = np.tile(np.arange(length), len(run))
        columns = [np.repeat(each, length) for each in (regime, self.draws[run], self.runs[run])]
        regime, draw, run, month = (np.tile(each.astype(np.int32), series) for each in (*columns, month))
        return {
            "regime": dictionary(regime, self.regimes),
            "draw": pa.array(draw),
            "run": pa.array(run),
            "month": dictionary(month, self.months),
        }


def tidy_rows(frame: Frame, series: pd.DataFrame, values: Sequence[np.ndarray]) -> pa.Table:
    """Lay series out as rows.

    Parameters
    ----------
    frame
        What the series have in common.
    series
        Rows of `Results.series`, with categorical columns if their dictionaries are to be those of a larger table.
    values
        For each regime [runs, months, series] float32, failed runs included.

    Returns
    -------
    pyarrow.Table
        Columns `TIDY_COLUMNS`.
    """
    done = [each[mask].reshape(-1, len(series)) for each, mask in zip(values, frame.done, strict=True)]
    value = np.concatenate(done).T.reshape(-1)
    names = {}
    for column in SERIES_COLUMNS:
        category = pd.Categorical(series[column])
        names[column] = dictionary(np.repeat(category.codes.astype(np.int32), frame.rows), list(category.categories))
    return pa.table({**frame.labels(len(series)), **names, "value": pa.array(value)})


def in_groups(frame: Frame, series: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Cut series into groups of about `ROWS_A_GROUP` rows, with one dictionary of names for all.

    Parameters
    ----------
    frame
        What the series have in common.
    series
        Rows of `Results.series`.

    Yields
    ------
    pandas.DataFrame
        Some rows of `series`.
    """
    series = series.astype(dict.fromkeys(SERIES_COLUMNS, "category"))
    count = max(1, ROWS_A_GROUP // max(1, frame.rows))
    for first in range(0, len(series), count):
        yield series.iloc[first : first + count]


def write_tidy(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write tidy rows to one Parquet file, whole or not at all.

    Parameters
    ----------
    path
        Its place.
    tables
        At least one; each becomes a row group.

    Raises
    ------
    InputError
        If the disk is full or cannot be written.
    """
    tables = iter(tables)
    first = next(tables)
    with whole_file(path) as file, pq.ParquetWriter(file, first.schema, **storage(["value"])) as writer:
        writer.write_table(first, row_group_size=len(first) or 1)
        for table in tables:
            writer.write_table(table, row_group_size=len(table))
