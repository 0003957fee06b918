"""All tables of a study's report in one workbook for a spreadsheet, with a first sheet that explains them.

Equal tables give equal bytes. Text is written as text: what begins like a formula is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from math import isfinite
from pathlib import Path

import pandas as pd

from sim.constants import YUAN_PER_USD
from sim.errors import InputError
from sim.results.labels import Words, with_words
from sim.results.meanings import COLUMNS, TABLES, Meaning
from sim.results.money import in_unit
from sim.results.reading import Reading
from sim.results.told import PAGE, command, headline
from sim.spreadsheets import unmarked
from sim.store.files import plain_faults, write_bytes

WORKBOOK, READ_ME = "tables.xlsx", "Read me"
NOT_LISTED = Meaning("A table of this study's own: its columns and answer.md say what it holds", "as its columns say")
MOST_ROWS = 1_000_000
"""Rows of a sheet; a spreadsheet takes 1,048,576."""

LONGEST_NAME = 31
"""Letters of a sheet's name."""

WIDEST, NARROWEST, ROWS_LOOKED_AT = 48, 9, 200
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Stands as the day on which the file was made, so that equal tables give equal bytes."""

PLAIN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
}

Rows = Sequence[Sequence[object]]


def write_workbook(results: Reading, words: Words, path: Path, unit: str) -> Path:
    """Write the tables of a report.

    Parameters
    ----------
    results
        Of a study with a report.
    words
        What codes are called.
    path
        Of the file; its folder is made if missing.
    unit
        Of money, as of `in_unit`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the study has no report, there is no such unit, or the file cannot be written.
    """
    found = tables_of(results.folder)
    tables = {
        name: with_words(in_unit(frame, unit, meaning_of(results.folder, name).amounts), words)
        for name, frame in found.items()
        if len(frame) <= MOST_ROWS
    }
    left_out = [name for name in found if name not in tables]
    sheets = {READ_ME: _read_me(results, tables, left_out, unit)}
    sheets |= {name: [list(frame.columns), *_rows(frame)] for name, frame in tables.items()}
    with plain_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, workbook(sheets))
    return path


def meaning_of(folder: Path, table: str) -> Meaning:
    """Say what a table is of; names of tables have one meaning on a page, and another in studies of their own.

    Parameters
    ----------
    folder
        Of the study.
    table
        File stem.
    """
    return TABLES.get(table, NOT_LISTED) if (folder / PAGE).is_file() else NOT_LISTED


def tables_of(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables of a report: the headline numbers first, the others by name.

    Parameters
    ----------
    folder
        Of the study.

    Returns
    -------
    dict of str to pandas.DataFrame
        File stem to table, text as it was before it was marked for spreadsheets.

    Raises
    ------
    InputError
        If there is none.
    """
    files = {path.stem: path for path in sorted((folder / "tables").glob("*.csv"))}
    if not files:
        raise InputError(f"{folder} holds no tables: the command that made the study writes its report.")
    ordered = [name for name in TABLES if name in files] + [name for name in files if name not in TABLES]
    return {name: _read(files[name]) for name in ordered}


def _read(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{name: frame[name].map(unmarked) for name in texts})


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    """Make a workbook.

    Parameters
    ----------
    sheets
        Name to rows of cells: text, numbers, or None for an empty one. The first row is bold and stays in view.

    Returns
    -------
    bytes
        The file, equal for equal sheets.
    """
    file = BytesIO()
    book = import_module("xlsxwriter").Workbook(file, PLAIN)
    book.set_properties({"created": MADE, "author": "reroute"})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    names: list[str] = []
    for name, rows in sheets.items():
        names.append(sheet_name(name, names))
        sheet = book.add_worksheet(names[-1])
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                form = bold if not number else wrapped if name == READ_ME else None
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell, form)
                elif cell is not None:
                    sheet.write_number(number, place, cell, form)
        for place, width in enumerate(_widths(rows)):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()


def sheet_name(name: str, taken: Sequence[str]) -> str:
    """Shorten a name to what a sheet can bear, unlike those that are taken.

    Parameters
    ----------
    name
        Of a table.
    taken
        Names of other sheets.

    Examples
    --------
    >>> sheet_name("difference_by_market_and_crossing_and_year", [])
    'difference_by_market_and_crossi'
    >>> sheet_name("difference_by_market_and_crossing", ["difference_by_market_and_crossi"])
    'difference_by_market_and_cros~2'
    """
    plain = "".join("_" if each in "[]:*?/\\'" else each for each in name)
    short, folded = plain[:LONGEST_NAME], {each.casefold() for each in taken}
    number = 2
    while short.casefold() in folded:
        ending = f"~{number}"
        short, number = plain[: LONGEST_NAME - len(ending)] + ending, number + 1
    return short


def _widths(rows: Rows) -> list[int]:
    columns: dict[int, int] = {}
    for row in rows[:ROWS_LOOKED_AT]:
        for place, cell in enumerate(row):
            columns[place] = max(columns.get(place, NARROWEST), len(str(cell)) + 1 if isinstance(cell, str) else 0)
    return [min(width, WIDEST) for _, width in sorted(columns.items())]


def _rows(frame: pd.DataFrame) -> list[list[object]]:
    """Give the cells of a table; missing ones are empty."""
    rows = frame.itertuples(index=False, name=None)
    return [[None if pd.isna(cell) else _cell(cell) for cell in row] for row in rows]


def _cell(cell: object) -> object:
    """Give a number as it is, all else as text; so also a number without end, which no cell can hold."""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool) and isfinite(cell)
    return cell if is_number else str(cell)


def _read_me(results: Reading, tables: Mapping[str, pd.DataFrame], left_out: Sequence[str], unit: str) -> Rows:
    """Say what the workbook holds: the study, its sheets with units, its columns."""
    told = unit.replace("_", " ")
    at = f" at {YUAN_PER_USD:g} yuan a dollar, the rate at which figures in yuan were read" if "yuan" in unit else ""
    taken, sheets = [READ_ME], []
    for name, frame in tables.items():
        meaning = meaning_of(results.folder, name)
        taken.append(sheet_name(name, taken))
        kept = meaning.unit if unit == "m_usd" else meaning.unit.replace("million dollars", told)
        sheets.append([taken[-1], meaning.what, kept, float(len(frame))])
    missing = [[name, "longer than a sheet: see the CSV file beside the page", "", None] for name in left_out]
    return [
        ["reroute: tables of a study"],
        ["finding", headline(results.folder) or "none is told"],
        ["regimes", ", ".join(results.regimes)],
        ["compared with", results.against],
        ["months", f"{results.months[0]} to {results.months[-1]}"],
        ["runs", f"{len(results.runs)} of each regime"],
        ["money", f"{told}{at}"],
        ["signature", results.signature],
        ["made by", command(results.folder) or "see config.yaml of the study"],
        ["limits", "what the study cannot say stands on its page and in answer.md: read it before a number is quoted"],
        [],
        ["sheet", "what", "unit", "rows"],
        *sheets,
        *missing,
        [],
        ["column", "what it holds"],
        *([name, what] for name, what in COLUMNS.items()),
    ]
