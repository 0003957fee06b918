"""From the text of a table to records, whatever spreadsheet saved it: what divides its cells, and decimal commas.

A spreadsheet set to a European language divides by semicolons and writes 0,05; some write a first line `sep=;`, put
tabs, or save empty columns behind the last one. All of this is read; cells themselves are judged elsewhere.
"""

import csv
import io
import re
from dataclasses import dataclass, field

DIVIDERS = (",", ";", "\t", "|")
FIRST_ROW = 2
"""Number of the first row under the header, as a spreadsheet shows it."""

MOST_LENGTHS_TOLD = 20
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*\r?\n', re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?", re.ASCII)


@dataclass
class Records:
    """The records of a table.

    Attributes
    ----------
    header
        Names of the columns; empty when the text is no CSV.
    rows
        Number of each record, as a spreadsheet shows it; records without any cell are left out.
    cells
        Cells of each, as many as the header has names, stripped of blanks at both ends.
    lengths
        Row and number of cells of the records that have another number, at most `MOST_LENGTHS_TOLD` of them.
    odd
        How many records have another number of cells.
    divider
        What divides the cells.
    """

    header: list[str]
    divider: str = ","
    rows: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    lengths: list[tuple[int, int]] = field(default_factory=list)
    odd: int = 0


def records_of(text: str) -> Records:
    r"""Divide the text of a table into records.

    Parameters
    ----------
    text
        Of a CSV file.

    Returns
    -------
    Records

    Examples
    --------
    >>> records = records_of("sep=;\nplace;days;\nurumqi;0,5;\n")
    >>> records.header, records.rows, records.cells, records.divider
    (['place', 'days'], [2], [['urumqi', '0,5']], ';')
    """
    divider, text = _divider(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider)
    try:
        records = Records(_without_empty_end(next(reader, [])), divider)
        for row, record in enumerate(reader, start=FIRST_ROW):
            cells = _without_empty_end(record, len(records.header))
            if any(cells):
                _take(records, row, cells)
    except csv.Error:
        return Records([])
    return records


def with_points(numbers: list[str]) -> list[str]:
    """Write decimal commas as points, where no number of a table is written with a point.

    Where both stand in one table, a comma may part thousands, and all is left as it is.

    Examples
    --------
    >>> with_points(["0,05", "7", "-1,5e3"])
    ['0.05', '7', '-1.5e3']
    >>> with_points(["1,234", "0.5"])
    ['1,234', '0.5']
    """
    if any("." in number for number in numbers):
        return numbers
    return [number.replace(",", ".") if _DECIMAL_COMMA.fullmatch(number) else number for number in numbers]


def _divider(text: str) -> tuple[str, str]:
    """Find what divides the cells, and take out the line that names it."""
    if named := _SEPARATOR_LINE.match(text):
        return named[1], text[named.end() :]
    header = text.partition("\n")[0]
    return max(DIVIDERS, key=header.count), text


def _without_empty_end(record: list[str], width: int = 0) -> list[str]:
    """Cells without blanks round them, and without the empty ones behind a width."""
    cells = [cell.strip() for cell in record]
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells


def _take(records: Records, row: int, cells: list[str]) -> None:
    if len(cells) == len(records.header):
        records.rows.append(row)
        records.cells.append(cells)
        return
    records.odd += 1
    if len(records.lengths) < MOST_LENGTHS_TOLD:
        records.lengths.append((row, len(cells)))
