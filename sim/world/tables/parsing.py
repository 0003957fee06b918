"""Reading one table: from bytes to a DataFrame of text, and from text to typed columns.

Rows keep the number that a spreadsheet shows (the header is row 1), because every fault is told with it.
"""

import math
import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import dates, errors, units
from sim.terminal import shown
from sim.world.countries import country_code, english_names
from sim.world.tables.files import MISSING, text_of
from sim.world.tables.records import Records, records_of, with_points
from sim.world.tables.schema import NUMBERS, Column, Kind, Table

Cell = str | float | int | date | None

MOST_TOLD = 100
"""Most faults of a table that are told one by one."""

LONGEST_TOLD = 150
"""Most letters of a name, and of a cell as it is told."""

NEAR = 0.5
"""Least likeness of a name that is told as the nearest."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*", re.ASCII)


def nearest(word: str, valid: Iterable[str]) -> str:
    """End of a sentence that names the nearest valid name; empty when none is near, or the word is no name."""
    if len(word) > LONGEST_TOLD:
        return ""
    return errors.nearest(word, valid, "; the nearest is '{}'", near=NEAR)


def quoted(text: str) -> str:
    """Tell a cell within one line: in quotes, letters that are not seen written out, and cut where it is long."""
    words = " ".join(text.split())
    return f"'{shown(words if len(words) <= LONGEST_TOLD else f'{words[:LONGEST_TOLD]}...')}'"


def more(file: str, faults: int) -> list[str]:
    """Count the faults of a file that are not told one by one."""
    return [f"{file} has {faults:,} more such fault{'s' * (faults > 1)}."] if faults > 0 else []


def read_text(
    folder: Path, table: Table, needed: tuple[str, ...] | None = None
) -> tuple[pd.DataFrame | None, list[str]]:
    """Read a table as text, without judging its cells.

    Parameters
    ----------
    folder
        Folder of the world.
    table
        Which table.
    needed
        Columns without which it cannot be read, in a world that stands on another one and needs no table; None: all.

    Returns
    -------
    frame : pandas.DataFrame or None
        Columns of text, stripped of blanks at both ends; the index is the row's number in a spreadsheet.
        None when the file cannot be read as this table; without rows where it is missing and may be.
    faults : list of str
        One sentence each.
    """
    text, fault = text_of(folder / table.file)
    names = [column.name for column in table.columns]
    if fault == MISSING and (table.may_be_missing or needed is not None):
        return pd.DataFrame(columns=names, dtype=object), []
    if fault:
        return None, [f"{table.file} {fault}."]
    records = records_of(text)
    faults = _header_faults(records.header, table, names if needed is None else needed)
    faults = faults or _length_faults(records, table)
    if faults:
        return None, faults
    if not records.rows and not table.may_be_empty and needed is None:
        return None, [f"{table.file} has a header but no row."]
    cells = np.array(records.cells, dtype=object).reshape(len(records.rows), len(records.header))
    frame = pd.DataFrame(cells, index=records.rows, columns=records.header, dtype=object)
    if records.divider != ",":
        _write_points(frame, table)
    return frame[[name for name in names if name in records.header]], []


def _write_points(frame: pd.DataFrame, table: Table) -> None:
    """Write the decimal commas of a spreadsheet that divides by other signs as points."""
    names = [column.name for column in table.columns if column.kind in NUMBERS and column.name in frame]
    written = with_points(frame[names].to_numpy().ravel().tolist())
    frame[names] = np.array(written, dtype=object).reshape(len(frame), len(names))


def _header_faults(header: list[str], table: Table, needed: Iterable[str]) -> list[str]:
    if not header:
        return [f"{table.file} is not a readable CSV file."]
    wanted = [column.name for column in table.columns]
    missing = [name for name in needed if name not in header]
    unknown = list(dict.fromkeys(name for name in header if name not in wanted))[:MOST_TOLD]
    twice = sorted(name for name in wanted if header.count(name) > 1)
    faults = [f"{table.file} row 1: column '{name}' is missing{nearest(name, unknown)}." for name in missing]
    faults += [f"{table.file} row 1: column {quoted(name)} is unknown{nearest(name, wanted)}." for name in unknown]
    return faults + [f"{table.file} row 1: column '{name}' stands there twice." for name in twice]


def _length_faults(records: Records, table: Table) -> list[str]:
    width = len(records.header)
    faults = [f"{table.file} row {row}: {cells} fields stand under {width} columns." for row, cells in records.lengths]
    return faults + more(table.file, records.odd - len(faults))


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
    texts = dict(zip(frame.columns, frame.to_numpy().T, strict=True))
    columns = {
        column.name: pd.array(_parsed(texts[column.name], column), dtype=dtypes[column.kind])
        if column.kind in dtypes
        else np.array([*_parsed(texts[column.name], column), None], dtype=object)[:-1]
        for column in table.columns
    }
    return pd.DataFrame(columns, index=frame.index)


def _parsed(cells: NDArray[np.object_], column: Column) -> list[Cell]:
    """Typed values of a column; the same text is parsed once."""
    values = {text: parse(text, column) for text in set(cells)}
    return [values[text] for text in cells]


def _number(text: str) -> float:
    if not text:
        return math.nan
    if _NUMBER.fullmatch(text) is None or not math.isfinite(float(text)):
        hint = "; write a point before decimals, and nothing between thousands" if "," in text else ""
        raise ValueError(f"is not a number{hint}")
    return float(text)


def _integer(text: str) -> int | None:
    number = _number(text)
    if not math.isnan(number) and not number.is_integer():
        raise ValueError("is not a whole number")
    return None if math.isnan(number) else int(number)


def _identifier(text: str) -> str:
    if text and _IDENTIFIER.fullmatch(text) is None:
        raise ValueError("is not a name of lower-case letters, digits and single underscores")
    if len(text) > LONGEST_TOLD:
        raise ValueError(f"is a name of more than {LONGEST_TOLD} letters")
    return text


def _country(text: str) -> str:
    code = country_code(text)
    if text and not code:
        raise ValueError(f"is not a country such as DE or Germany{nearest(text, english_names().values())}")
    return code


def _in_words(read: Callable[[str], object], words: str) -> Callable[[str], None]:
    """Call a reader of sim.units and put its error into the words of a fault."""

    def check(text: str) -> None:
        try:
            read(text)
        except ValueError:
            raise ValueError(f"is not {words}") from None

    return check


_check_date = _in_words(dates.first_day, "a date such as 2023, 2023-02 or 2023-02-11")
_check_season = _in_words(units.season_number, "a day of the year such as 04-01")
_check_weekdays = _in_words(units.weekday_numbers, "a choice of weekdays such as all, mon-fri or sat,sun")


def _first(text: str) -> date:
    return _within(text, dates.first_day)


def _last(text: str) -> date:
    return _within(text, dates.last_day)


def _within(text: str, read: Callable[[str], date]) -> date:
    _check_date(text)
    day = read(text)
    if not dates.FIRST_DAY <= day <= dates.LAST_DAY:
        raise ValueError(f"lies outside the years {dates.FIRST_DAY.year} to {dates.LAST_DAY.year}")
    return day


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
