"""A world that stands on another one: its tables hold only the rows that differ, found by what tells rows apart."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from sim.world.tables.faults import key_words
from sim.world.tables.parsing import MOST_TOLD, more, nearest
from sim.world.tables.schema import Table

MOST_HINTS = 10
"""Faults of a table for which the nearest row of the base is sought."""


class Overlaid(NamedTuple):
    """A table of a world that stands on another one.

    Attributes
    ----------
    whole
        All rows, in the order of the base; the index says of which world and row each is.
    own
        Its own rows alone, completed from the base; the index is the row of its own file.
    faults
        One sentence each.
    """

    whole: pd.DataFrame
    own: pd.DataFrame
    faults: list[str]


def overlaid(table: Table, base: pd.DataFrame, own: pd.DataFrame, name: str) -> Overlaid:
    """Put the rows of a world over those of its base.

    Parameters
    ----------
    table
        Their schema.
    base
        Text of all columns.
    own
        Text of the columns that tell rows apart, and of any others: what it has not stays as in the base.
    name
        Of the base, for errors.

    Returns
    -------
    Overlaid
    """
    keys = list(table.told_apart)
    places = {key: place for place, key in enumerate(_keys(base, keys))}
    found = [(row, key, places.get(key)) for row, key in zip(own.index, _keys(own, keys), strict=True)]
    lacking = [(row, key) for row, key, place in found if place is None]
    faults = [] if table.may_grow else list(_lacking(table, lacking, list(places), name))
    faults += more(table.file, len(lacking) - MOST_TOLD) if faults else []
    faults += _doubles(table, found)
    whole = labelled(base, name)
    full = own.reindex(columns=base.columns)
    for column in base.columns.difference(own.columns):
        cells = base[column].tolist()
        full[column] = ["" if place is None else cells[place] for _, _, place in found]
    labels = whole.index.tolist()
    kept = {place: number for number, (_, _, place) in enumerate(found) if place is not None}
    cells = whole.to_numpy(dtype=object).copy()
    for place, number in kept.items():
        cells[place] = full.iloc[number].to_numpy()
        labels[place] = found[number][0]
    whole = pd.DataFrame(cells, index=labels, columns=base.columns, dtype=object)
    is_new = pd.Series([place is None for _, _, place in found], index=full.index, dtype=bool)
    if not table.may_grow:
        return Overlaid(whole, full[~is_new], faults)
    return Overlaid(pd.concat([whole, full[is_new]]), full, faults)


def labelled(base: pd.DataFrame, name: str) -> pd.DataFrame:
    """Let the rows of a base say that they are; those of a base of the base say so already.

    Parameters
    ----------
    base
        Text, or typed.
    name
        Of the world it is of.
    """
    labels = [row if isinstance(row, str) else f"{row} of its base {name}" for row in base.index]
    return base.set_axis(labels, axis=0)


def _keys(frame: pd.DataFrame, keys: list[str]) -> list[tuple[str, ...]]:
    return list(frame[keys].itertuples(index=False, name=None))


def _doubles(table: Table, found: list[tuple[int, tuple[str, ...], int | None]]) -> Iterator[str]:
    """Tell rows that stand twice; in tables with a key each of their cells is told of elsewhere."""
    first: dict[tuple[str, ...], int] = {}
    for row, key, _ in found if not table.key else ():
        if (before := first.setdefault(key, row)) != row:
            yield f"{table.file} row {row}: {key_words(table.told_apart, key)} stands in row {before} already."


def _lacking(
    table: Table, rows: list[tuple[int, tuple[str, ...]]], known: list[tuple[str, ...]], name: str
) -> Iterator[str]:
    """Tell rows that the base does not have, the first of them with the nearest one that it has."""
    for number, (row, key) in enumerate(rows[:MOST_TOLD]):
        hint = nearest(" ".join(key), [" ".join(each) for each in known]) if number < MOST_HINTS else ""
        yield (
            f"{table.file} row {row}: its base {name} has no row with {key_words(table.told_apart, key)}{hint}; "
            "a world overrides rows of its base and adds none."
        )
