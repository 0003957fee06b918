"""Reading one table: from bytes to a DataFrame of text, and from text to typed columns.

Rows keep the number that a spreadsheet shows (the header is row 1), because every fault is told with it.
"""

import csv
import io
import math
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from sim import errors, units
from sim.world.tables.schema import Column, Kind, Table

Cell = str | float | int | date | None

FIRST_ROW = 2
"""Number of the first row under the header, as a spreadsheet shows it."""

nearest = partial(errors.nearest, told="; the nearest is '{}'", near=0.5)
"""End of a sentence that names the nearest valid name; empty when none is near."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}")
_IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*", re.ASCII)


def read_text(folder: Path, table: Table) -> tuple[pd.DataFrame | None, list[str]]:
    """Read a table as text, without judging its cells.

    Parameters
    ----------
    folder
        Folder of the world.
    table
        Which table.

    Returns
    -------
    frame : pandas.DataFrame or None
        Columns of text, stripped of blanks at both ends; the index is the row's number in a spreadsheet.
        None when the file cannot be read as this table.
    faults : list of str
        One sentence each.
    """
    text, fault = _decode(folder / table.file)
    if fault:
        return None, [f"{table.file} {fault}."]
    faults = _header_faults(text, table) or _length_faults(text, table)
    if faults:
        return None, faults
    frame = pd.read_csv(
        io.StringIO(text), dtype=str, keep_default_na=False, na_filter=False, skip_blank_lines=False, index_col=False
    )
    frame.columns = frame.columns.str.strip()
    frame = frame[[column.name for column in table.columns]].apply(lambda cells: cells.str.strip())
    frame.index += FIRST_ROW
    frame = frame[(frame != "").any(axis=1)]
    if frame.empty and not table.may_be_empty:
        return None, [f"{table.file} has a header but no row."]
    return frame, []


def _decode(path: Path) -> tuple[str, str]:
    """Text of a file, or the fault that stands in the way."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "", "is missing"
    except OSError as error:
        return "", f"cannot be read ({error.strerror})"
    if not data.strip():
        return "", "is empty"
    if b"\0" in data:
        return "", "is binary; a table is a CSV file in UTF-8"
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        return "", f"row {row} is not UTF-8; save it as CSV in UTF-8"


def _records(text: str) -> list[list[str]]:
    """Read the records as the csv module sees them; none when it cannot."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return list(reader)
    except csv.Error:
        return []


def _header_faults(text: str, table: Table) -> list[str]:
    records = _records(text)
    if not records:
        return [f"{table.file} is not a readable CSV file."]
    header = [name.strip() for name in records[0]]
    wanted = [column.name for column in table.columns]
    missing = [name for name in wanted if name not in header]
    unknown = [name for name in header if name not in wanted]
    twice = sorted({name for name in header if header.count(name) > 1})
    faults = [f"{table.file} row 1: column '{name}' is missing{nearest(name, unknown)}." for name in missing]
    faults += [f"{table.file} row 1: column '{name}' is unknown{nearest(name, wanted)}." for name in unknown]
    return faults + [f"{table.file} row 1: column '{name}' stands there twice." for name in twice]


def _length_faults(text: str, table: Table) -> list[str]:
    width = len(table.columns)
    return [
        f"{table.file} row {row}: {len(record)} fields stand under {width} columns."
        for row, record in enumerate(_records(text)[1:], start=FIRST_ROW)
        if len(record) not in {0, width}
    ]


def parse(text: str, column: Column) -> Cell:
    """Typed value of one cell.

    Raises
    ------
    ValueError
        With words that fit behind "value '...'", such as "is not a number".
    """
    return _PARSERS[column.kind](text)


def typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Typed copy of a table whose cells have no fault.

    Returns
    -------
    pandas.DataFrame
        Same columns and index, types as `Kind` says.
    """
    dtypes = {Kind.NUMBER: "float64", Kind.INTEGER: "Int64"}
    columns = {
        column.name: pd.Series(
            [parse(text, column) for text in frame[column.name]],
            index=frame.index,
            dtype=dtypes.get(column.kind, "object"),
        )
        for column in table.columns
    }
    return pd.DataFrame(columns)


def _number(text: str) -> float:
    if not text:
        return math.nan
    if _NUMBER.fullmatch(text) is None or not math.isfinite(float(text)):
        raise ValueError("is not a number")
    return float(text)


def _integer(text: str) -> int | None:
    number = _number(text)
    if not math.isnan(number) and not number.is_integer():
        raise ValueError("is not a whole number")
    return None if math.isnan(number) else int(number)


def _identifier(text: str) -> str:
    if text and _IDENTIFIER.fullmatch(text) is None:
        raise ValueError("is not a name of lower-case letters, digits and single underscores")
    return text


def _country(text: str) -> str:
    if text and _COUNTRY.fullmatch(text) is None:
        raise ValueError("is not a country code of two capital letters")
    return text


def _in_words(read: Callable[[str], object], words: str) -> Callable[[str], None]:
    """Call a reader of sim.units and put its error into the words of a fault."""

    def check(text: str) -> None:
        try:
            read(text)
        except ValueError:
            raise ValueError(f"is not {words}") from None

    return check


_check_date = _in_words(units.first_day, "a date such as 2023, 2023-02 or 2023-02-11")
_check_season = _in_words(units.season_number, "a day of the year such as 04-01")
_check_weekdays = _in_words(units.weekday_numbers, "a choice of weekdays such as all, mon-fri or sat,sun")


def _first(text: str) -> date:
    _check_date(text)
    return units.first_day(text)


def _last(text: str) -> date:
    _check_date(text)
    return units.last_day(text)


def _day(text: str) -> date | None:
    return _first(text) if text else None


def _season(text: str) -> str:
    if text:
        _check_season(text)
    return text


def _weekdays(text: str) -> str:
    _check_weekdays(text)
    return text


_PARSERS: dict[Kind, Callable[[str], Cell]] = {
    Kind.TEXT: str,
    Kind.IDENTIFIER: _identifier,
    Kind.COUNTRY: _country,
    Kind.WORD: str,
    Kind.WORDS: str,
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.FIRST_DAY: _first,
    Kind.LAST_DAY: _last,
    Kind.DAY: _day,
    Kind.SEASON_DAY: _season,
    Kind.WEEKDAYS: _weekdays,
}
