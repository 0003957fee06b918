"""Index files: a line a stored file, which ends with the file's SHA-256 and a check of the line itself.

Lines are added once the file that they name is whole and on the disk. A line that was cut short or spoilt is left out,
and the reader is told that the index is not whole.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from sim.plain_files import open_plain
from sim.store.files import plain_faults, sha256_of, write_text

Entry = TypeVar("Entry")

CHECK, CHECK_DIGITS = "check", 8
LINE = re.compile(r"(.*,[0-9a-f]{64})(?:,([0-9a-f]{8}))?", re.ASCII)
"""Older versions wrote no check; what they wrote is read, and counts as not whole, so that it is written anew."""


def write_index(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write an index anew, whole or not at all.

    Parameters
    ----------
    path
        Its place.
    columns
        Names; the last is that of the SHA-256.
    rows
        Their cells.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    write_text(path, f"{_heading(columns)}\n{_lines(rows)}")


def add_lines(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Add lines to an index; they are on the disk when this returns.

    Parameters
    ----------
    path
        Of the index.
    rows
        Their cells.

    Raises
    ------
    InputError
        If the disk is full or cannot be written.
    """
    with plain_faults(path), path.open("a", encoding="utf-8", newline="") as file:
        file.write(_lines(rows))
        file.flush()
        os.fsync(file.fileno())


def read_index(
    path: Path, columns: Sequence[str], entry: Callable[[list[str]], Entry | None]
) -> tuple[list[Entry], bool]:
    """Read an index.

    Parameters
    ----------
    path
        Of the index.
    columns
        As they were written.
    entry
        Makes of the cells of a line what they mean; None if they can be none.

    Returns
    -------
    entries : list
        Of every line that can be one, in order.
    is_whole : bool
        False if a line is left out, or the heading or the file is missing.
    """
    try:
        with open_plain(path) as file:
            heading, *lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return [], False
    cells = (_cells(line, len(columns)) for line in lines)
    entries = [found for found in (each and entry(each) for each in cells) if found]
    return entries, heading == _heading(columns) and lines[-1:] == [""] and len(entries) == len(lines) - 1


def _heading(columns: Sequence[str]) -> str:
    return ",".join([*columns, CHECK])


def _lines(rows: Iterable[Sequence[object]]) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows(rows)
    return "".join(f"{line},{_check(line)}\n" for line in sink.getvalue().splitlines())


def _check(line: str) -> str:
    return sha256_of(line.encode())[:CHECK_DIGITS]


def _cells(line: str, count: int) -> list[str] | None:
    """Read the cells of a line; None if it is not as it was written."""
    found = LINE.fullmatch(line)
    if not found or found[2] not in (None, _check(found[1])):
        return None
    try:
        (cells,) = csv.reader([found[1]])
    except (csv.Error, ValueError):
        return None
    return cells if len(cells) == count else None
