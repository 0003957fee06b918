"""Tables of other houses: their columns found under any of the names that they go by, their rows as text."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InputError, nearest
from sim.importers.files import read, refuse
from sim.world.tables.records import Records, records_of, with_points

Names = Mapping[str, tuple[str, ...]]
"""Column to the names by which it goes, in small letters without blanks and marks."""


def table_of(key: str, path: str | Path, needed: Names, optional: Names, numbers: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read the columns of a table that are known by one of several names.

    Parameters
    ----------
    key
        Setting that names the file, for errors.
    path
        A CSV file, whatever divides its cells.
    needed, optional
        Columns and their names.
    numbers
        Columns whose decimal commas are written as points, where commas do not divide the cells.

    Returns
    -------
    DataFrame
        Text; the index is the row of a spreadsheet. Optional columns that are not there are missing.

    Raises
    ------
    InputError
        With every column that is missing and every row of another length.
    """
    records = records_of(read(key, path))
    file = Path(path).name
    header = {plain(name): place for place, name in reversed(list(enumerate(records.header)))}
    found = {
        column: next((header[name] for name in names if name in header), None)
        for column, names in {**needed, **optional}.items()
    }
    refuse(
        f"{file} row 1: there is no column '{needed[column][0]}'"
        f"{nearest(needed[column][0], header, '; the nearest is {!r}')}."
        for column in needed
        if found[column] is None
    )
    refuse(_lengths(records, file))
    if not records.rows:
        raise InputError(f"{file} has a header but no row.")
    cells = np.array(records.cells, dtype=object).reshape(len(records.rows), len(records.header))
    frame = pd.DataFrame(
        {column: cells[:, place] for column, place in found.items() if place is not None}, index=records.rows
    )
    for name in numbers if records.divider != "," else ():
        frame[name] = with_points(frame[name].tolist())
    return frame


def plain(name: str) -> str:
    """Write the name of a column in small letters, without blanks and marks.

    Examples
    --------
    >>> plain("Trade Value (US$)"), plain("start_date")
    ('tradevalueus', 'startdate')
    """
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _lengths(records: Records, file: str) -> list[str]:
    width = len(records.header)
    told = [f"{file} row {row}: {cells} fields stand under {width} columns." for row, cells in records.lengths]
    left = records.odd - len(told)
    return told + ([f"{file} has {left:,} more such faults."] if left else [])
