"""Faults of the cells of a table: types, ranges, words, references, keys. One plain sentence each.

Every sentence names file, row, column and value, and the nearest valid name where there is one.
Faults that need more than one table at a time are in `sim.world.tables.consistency`.
"""

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from sim.about import WORLD_FILE
from sim.world.countries import country_code
from sim.world.tables.parsing import MOST_TOLD, more, nearest, parse, quoted
from sim.world.tables.schema import ASSUMED, NUMBERS, Column, Kind, Quantity, Table, plain

Ids = Mapping[str, frozenset[str]]
"""Ids of every table that others refer to, by table."""

Countries = Mapping[str, tuple[str, ...]]
"""Markets of each country."""

MARKETS = "markets"

ORIGINS = "origins"
"""Addresses at home that `world.yaml` declares: ids beside those of the tables."""

NOTHING: frozenset[str] = frozenset()

MOST_COMPARED = 20_000
"""Most pairs of names that are held against each other for the sentences about one table."""

Wrong = tuple[str, str, frozenset[str]]
"""What is wrong, empty when nothing is; the wrong word; the valid ones."""

SOUND: Wrong = ("", "", NOTHING)


class Fault(NamedTuple):
    """What is wrong in a row, and the names among which the nearest to a wrong word is sought once it is told."""

    row: int
    what: str
    word: str = ""
    valid: frozenset[str] = NOTHING


def cell_faults(frame: pd.DataFrame, table: Table, ids: Ids, countries: Countries) -> list[str]:
    """Faults within one table, and names in it that the tables it refers to do not have.

    Parameters
    ----------
    frame
        Text as `sim.world.tables.parsing.read_text` gives it.
    table
        Its schema.
    ids
        Ids of the tables that could be read; a reference to one that could not is not judged.
    countries
        Markets of each country: where a country stands in place of a market, that market is the nearest name.

    Returns
    -------
    list of str
        One sentence a fault, sorted by row: at most `MOST_TOLD`, and one that counts those behind them.
    """
    found = [fault for column in table.columns for fault in _column_faults(frame, table, column, ids)]
    found += _key_faults(frame, table)
    found += _range_faults(frame, table)
    found += _date_faults(frame, table)
    found += _quantity_faults(frame, table)
    found.sort(key=lambda fault: fault.row)
    told = found[:MOST_TOLD]
    hints = _hints(told, ids.get(MARKETS, NOTHING), countries)
    return [f"{table.file} row {each.row}: {each.what}{hints.get(each.word, '')}." for each in told] + more(
        table.file, len(found) - len(told)
    )


def _hints(told: list[Fault], markets: frozenset[str], countries: Countries) -> dict[str, str]:
    """End of the sentence about each wrong word; the last of very many are left without."""
    hints: dict[str, str] = {"": ""}
    compared = 0
    for fault in told:
        if fault.word not in hints and compared < MOST_COMPARED:
            compared += len(fault.valid)
            meant = countries.get(country_code(fault.word), ()) if markets and markets <= fault.valid else ()
            hints[fault.word] = f"; the nearest is '{meant[0]}'" if meant else nearest(fault.word, sorted(fault.valid))
    return hints


def _column_faults(frame: pd.DataFrame, table: Table, column: Column, ids: Ids) -> Iterator[Fault]:
    """Faults of the cells of a column; the same text is judged once."""
    cells = frame[column.name].tolist()
    valid = _valid(column, ids)
    found = {text: _cell_fault(text, column, valid) for text in dict.fromkeys(cells)}
    wrong = {text: (f"{column.name} {what}", *hint) for text, (what, *hint) in found.items() if what}
    if wrong:
        yield from (Fault(row, *wrong[text]) for row, text in zip(frame.index, cells, strict=True) if text in wrong)


def _valid(column: Column, ids: Ids) -> frozenset[str] | None:
    """Words that a cell may hold; None where those of another file are not known."""
    named = [name for name in (column.refers_to, column.declared) if name]
    if not ids.keys() >= set(named):
        return None
    return frozenset(column.words).union(*(ids[name] for name in named))


def _cell_fault(text: str, column: Column, valid: frozenset[str] | None) -> Wrong:
    """Judge one cell; without valid words a reference is not judged."""
    if not text:
        return ("is empty", "", NOTHING) if column.required else SOUND
    try:
        value = parse(text, column)
    except ValueError as error:
        return f"{quoted(text)} {error}", "", NOTHING
    if column.kind in {Kind.WORD, Kind.WORDS}:
        return SOUND if valid is None else _word_fault(text, column, valid)
    if column.kind in NUMBERS:
        return _bound_fault(text, float(value), column), "", NOTHING
    return SOUND


def _word_fault(text: str, column: Column, valid: frozenset[str]) -> Wrong:
    words = text.split() if column.kind is Kind.WORDS else [text]
    where = f"{column.refers_to}.csv" if column.refers_to else f"the words {', '.join(column.words)}"
    where += f" or the {column.declared} of {WORLD_FILE}" if column.declared else ""
    for word in words:
        if word not in valid:
            return f"{quoted(word)} is not in {where}", word, valid
    return SOUND


def _bound_fault(text: str, value: float, column: Column) -> str:
    if column.lowest is not None and value < column.lowest:
        return f"{quoted(text)} must be at least {plain(column.lowest)}"
    if column.highest is not None and value > column.highest:
        return f"{quoted(text)} must be at most {plain(column.highest)}{_unit_words(value, column.unit)}"
    return ""


def _unit_words(value: float, unit: str) -> str:
    """Say in which unit a figure is that is too large for it."""
    if unit.startswith("share"):
        return f" ({unit}: {value:g} % is written {value / 100:g})"
    return f" ({unit})"


def _key_faults(frame: pd.DataFrame, table: Table) -> Iterator[Fault]:
    if not table.key:
        return
    first: dict[tuple[str, ...], int] = {}
    for row, *values in zip(frame.index, *(frame[name].tolist() for name in table.key), strict=True):
        before = first.setdefault(tuple(values), row)
        if before != row:
            told = ", ".join(f"{name} {quoted(value)}" for name, value in zip(table.key, values, strict=True))
            yield Fault(row, f"{told} stands in row {before} already")


def _range_faults(frame: pd.DataFrame, table: Table) -> Iterator[Fault]:
    """Low above value, value above high, and an assumed figure without its range."""
    for low_name, name, high_name in table.ranges:
        cells = zip(frame[low_name], frame[name], frame[high_name], frame["source"], strict=True)
        for row, (low, value, high, source) in zip(frame.index, cells, strict=True):
            if ASSUMED in source.split() and not (low and high):
                yield Fault(row, f"{name} {quoted(value)} is assumed, so {low_name} and {high_name} must be given")
            if _float(low) > _float(value):
                yield Fault(row, f"{low_name} {quoted(low)} is above {name} {quoted(value)}")
            if _float(value) > _float(high):
                yield Fault(row, f"{name} {quoted(value)} is above {high_name} {quoted(high)}")


def _float(text: str) -> float:
    """Compare as a number; NaN, which compares with nothing, for a cell judged elsewhere."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _date_faults(frame: pd.DataFrame, table: Table) -> Iterator[Fault]:
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
            yield Fault(row, f"{last.name} {quoted(end)} is before {first.name} {quoted(begin)}")


def _quantity_faults(frame: pd.DataFrame, table: Table) -> Iterator[Fault]:
    """Bounds and units that depend on the quantity of a row."""
    quantities = {each.name: each for each in table.quantities}
    if not quantities:
        return
    ends = [name for names in table.ranges for name in names]
    for row, name, unit, *texts in frame[["quantity", "unit", *ends]].itertuples():
        quantity = quantities.get(name)
        if quantity is None:  # which is a fault of its own
            continue
        if unit not in quantity.units:
            yield Fault(row, f"unit {quoted(unit)} does not measure {name}; use {' or '.join(quantity.units)}")
            continue
        for end, text in zip(ends, texts, strict=True):
            if what := _outside(text, quantity, unit):
                yield Fault(row, f"{end} {quoted(text)} of {name} {what}")


def _outside(text: str, quantity: Quantity, unit: str) -> str:
    """Say which bounds a figure does not keep; empty where it keeps them, or is judged elsewhere."""
    lowest, highest = quantity.bounds(unit)
    value = _float(text)
    if math.isnan(value) or lowest <= value <= highest:
        return ""
    words = "" if unit == "1" else f" {unit}"
    percent = f": {value:g} % is written {value / 100:g}" if unit.startswith("share") and value > highest else ""
    return f"must be between {plain(lowest)} and {plain(highest)}{words}{percent}"
