"""Faults of the cells of a table: types, ranges, words, references, keys. One plain sentence each.

Every sentence names file, row, column and value, and the nearest valid name where there is one.
Faults that need more than one table at a time are in `sim.world.tables.consistency`.
"""

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from sim.world.tables.reading import nearest, parse
from sim.world.tables.schema import ASSUMED, Column, Kind, Table

Ids = Mapping[str, frozenset[str]]
"""Ids of every table that others refer to, by table."""


def cell_faults(frame: pd.DataFrame, table: Table, ids: Ids) -> list[str]:
    """Faults within one table, and names in it that the tables it refers to do not have.

    Parameters
    ----------
    frame
        Text as `sim.world.tables.reading.read_text` gives it.
    table
        Its schema.
    ids
        Ids of the tables that could be read; a reference to one that could not is not judged.

    Returns
    -------
    list of str
        One sentence a fault, sorted by row.
    """
    found = [fault for column in table.columns for fault in _column_faults(frame, table, column, ids)]
    found += _key_faults(frame, table)
    found += _range_faults(frame, table)
    found += _date_faults(frame, table)
    found += _quantity_faults(frame, table)
    return [f"{table.file} row {row}: {what}." for row, what in sorted(found, key=lambda fault: fault[0])]


def _column_faults(frame: pd.DataFrame, table: Table, column: Column, ids: Ids) -> Iterator[tuple[int, str]]:
    for row, text in frame[column.name].items():
        what = _cell_fault(text, column, ids)
        if what:
            yield row, f"{column.name} {what}"


def _cell_fault(text: str, column: Column, ids: Ids) -> str:
    """Say what is wrong with one cell; empty when nothing is."""
    if not text:
        return "is empty" if column.required else ""
    try:
        value = parse(text, column)
    except ValueError as error:
        return f"'{text}' {error}"
    if column.kind in {Kind.WORD, Kind.WORDS}:
        return _word_fault(text, column, ids)
    if isinstance(value, float | int):
        return _bound_fault(text, float(value), column)
    return ""


def _word_fault(text: str, column: Column, ids: Ids) -> str:
    if column.refers_to and column.refers_to not in ids:
        return ""
    valid = set(column.words) | ids.get(column.refers_to, frozenset())
    words = text.split() if column.kind is Kind.WORDS else [text]
    where = f"{column.refers_to}.csv" if column.refers_to else f"the words {', '.join(column.words)}"
    for word in words:
        if word not in valid:
            return f"'{word}' is not in {where}{nearest(word, valid)}"
    return ""


def _bound_fault(text: str, value: float, column: Column) -> str:
    if column.positive and value <= 0:
        return f"'{text}' must be above 0"
    if column.lowest is not None and value < column.lowest:
        return f"'{text}' must be at least {column.lowest:g}"
    if column.highest is not None and value > column.highest:
        return f"'{text}' must be at most {column.highest:g}"
    return ""


def _key_faults(frame: pd.DataFrame, table: Table) -> Iterator[tuple[int, str]]:
    if not table.key:
        return
    key = list(table.key)
    for row in frame.index[frame.duplicated(key)]:
        same = (frame[key] == frame.loc[row, key]).all(axis=1)
        first = same.index[same.to_numpy()][0]
        values = ", ".join(f"{name} '{frame.loc[row, name]}'" for name in key)
        yield row, f"{values} stands in row {first} already"


def _range_faults(frame: pd.DataFrame, table: Table) -> Iterator[tuple[int, str]]:
    """Low above value, value above high, and an assumed figure without its range."""
    for low_name, name, high_name in table.ranges:
        cells = zip(frame[low_name], frame[name], frame[high_name], frame["source"], strict=True)
        for row, (low, value, high, source) in zip(frame.index, cells, strict=True):
            if ASSUMED in source.split() and not (low and high):
                yield row, f"{name} '{value}' is assumed, so {low_name} and {high_name} must be given"
            if _float(low) > _float(value):
                yield row, f"{low_name} '{low}' is above {name} '{value}'"
            if _float(value) > _float(high):
                yield row, f"{name} '{value}' is above {high_name} '{high}'"


def _float(text: str) -> float:
    """Compare as a number; NaN, which compares with nothing, for a cell judged elsewhere."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _date_faults(frame: pd.DataFrame, table: Table) -> Iterator[tuple[int, str]]:
    kinds = {column.kind: column for column in table.columns}
    if Kind.FIRST_DAY not in kinds:
        return
    first, last = kinds[Kind.FIRST_DAY], kinds[Kind.LAST_DAY]
    for row, begin, end in zip(frame.index, frame[first.name], frame[last.name], strict=True):
        try:
            backwards = parse(end, last) < parse(begin, first)
        except ValueError:
            continue
        if backwards:
            yield row, f"{last.name} '{end}' is before {first.name} '{begin}'"


def _quantity_faults(frame: pd.DataFrame, table: Table) -> Iterator[tuple[int, str]]:
    """Bounds and units that depend on the quantity of a row."""
    quantities = {each.name: each for each in table.quantities}
    if not quantities:
        return
    cells = zip(frame.index, frame["quantity"], frame["value"], frame["unit"], strict=True)
    for row, name, text, unit in cells:
        quantity = quantities.get(name)
        if quantity is None:  # which is a fault of its own
            continue
        value, bounded = _float(text), quantity.lowest is not None
        if bounded and not (math.isnan(value) or quantity.lowest <= value <= quantity.highest):
            yield row, f"value '{text}' of {name} must be between {quantity.lowest:g} and {quantity.highest:g}"
        if unit not in quantity.units:
            yield row, f"unit '{unit}' does not measure {name}; use {' or '.join(quantity.units)}"
