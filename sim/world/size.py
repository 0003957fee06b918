"""How much memory a world will take: told from its tables and settings, before any of it is taken."""

from collections.abc import Iterator, Mapping
from datetime import date
from math import prod
from typing import Protocol

import numpy as np
import pandas as pd

from sim.machine import Need, check_memory
from sim.state import FIRM_CLASSES, Held, Policy, Sizes, State, World, declared, lengths
from sim.world.tables.read import Tables

FIRST_ROW = 2
"""Of a table, as a spreadsheet counts: the first is the header."""

BUILDING_BYTES, BUILDING_BYTES_A_SLOT = 200, 24
"""What building takes for a firm beside its arrays, as measured: tables, and shares until they meet the base."""

TABLE_BYTES = 450
"""What a row of targets or of candidate channels takes while tables are joined, as measured."""

FEWER_FIRMS = "take fewer firms, or less of the others"
FEWER_ROWS = "take a shorter run, or tables of fewer rows"


class Sized(Protocol):
    """What settings say of the size of a world."""

    start: date
    end: date
    firms: int | None
    slots: int
    rows_factor: int
    runs_at_a_time: int


def declared_bytes(kind: type, sizes: Mapping[str, int], prefix: str = "") -> Iterator[tuple[str, Held, int]]:
    """Tell how large the arrays of a named tuple will be, before there is any.

    Parameters
    ----------
    kind
        `World`, `Policy`, `State` or a part of one.
    sizes
        Axis to its length, as far as they are known.
    prefix
        Begins every name.

    Yields
    ------
    name : str
        Path of fields.
    held : Held
        Its declaration.
    size : int
        Bytes; arrays with an axis whose length is not known are left out.
    """
    for name, how in declared(kind).items():
        if isinstance(how, Held):
            try:
                shape = lengths(how.axes, dict(sizes))
            except KeyError:
                continue
            yield prefix + name, how, prod(shape) * np.dtype(how.dtype).itemsize
        elif how is not Sizes:
            yield from declared_bytes(how, sizes, f"{prefix}{name}.")


def check_size(tables: Tables, settings: Sized, weeks: int) -> None:
    """Refuse a world that this machine has no memory for, as far as that follows from the number of rows and weeks.

    Parameters
    ----------
    tables
        A checked world.
    settings
        Dates, number of firms, sizes.
    weeks
        Of the spin-up and of the run.

    Raises
    ------
    InputError
        With the setting or table that asks for most.
    """
    firms = settings.firms or int(tables.firms["firms"].sum())
    sizes = {
        "T": weeks,
        "C": len(tables.commodities),
        "G": 2 * tables.crossings["crossing"].nunique(),
        "M": len(tables.markets),
        "O": tables.firms["place"].nunique(),
        "D": tables.inspection_classes["sender"].nunique(),
        "H": len(tables.inspection_classes),
        "P": firms,
        "F": firms * settings.rows_factor,
        "Q": settings.slots,
        "B": FIRM_CLASSES,
    }
    found = {"firms": firms * (BUILDING_BYTES + BUILDING_BYTES_A_SLOT * settings.slots), "weeks": 0.0, "tables": 0.0}
    for kind in (World, Policy, State):
        times = settings.runs_at_a_time if kind is State else 1
        for _, held, size in declared_bytes(kind, sizes):
            part = "firms" if {"F", "P"} & set(held.names) else "weeks" if "T" in held.names else "tables"
            found[part] += times * size
    longest = max(
        ("commodities", "crossings", "inspection_classes", "markets"), key=lambda name: len(getattr(tables, name))
    )
    told = (
        f"{settings.start} to {settings.end}, {weeks:,} weeks with {sizes['G']:,} gates and {sizes['C']:,} commodities,"
    )
    check_memory(
        [
            Need(found["firms"], _firms_in_words(tables, settings), FEWER_FIRMS),
            Need(found["weeks"], f"The time from {told}", FEWER_ROWS),
            Need(found["tables"], f"{longest}.csv", FEWER_ROWS),
        ]
    )


def _firms_in_words(tables: Tables, settings: Sized) -> str:
    """Name the setting, or the row, that asks for the firms, and how much room each takes."""
    room = (
        f"behaviour.slots={settings.slots}, behaviour.rows_factor={settings.rows_factor} and "
        f"machine.threads={settings.runs_at_a_time}"
    )
    if settings.firms:
        return f"firms={settings.firms} with {room}"
    most = int(np.argmax(tables.firms["firms"].to_numpy(float)))
    return f"firms.csv row {most + FIRST_ROW}, {tables.firms['firms'].iloc[most]:,} firms with {room},"


def check_targets(hubs: pd.DataFrame, exports: pd.DataFrame) -> None:
    """Refuse tables of hubs and of demand whose joined rows this machine has no memory for.

    Parameters
    ----------
    hubs
        Rows of hubs.csv that take part.
    exports
        Rows of demand.csv that hubs may serve.

    Raises
    ------
    InputError
        With the market of which most rows are joined.
    """
    joined = (hubs["market"].value_counts() * exports["market"].value_counts()).dropna().sort_values(ascending=False)
    if len(joined):
        what = f"hubs.csv with {joined.index[0]} as market, each row with each of its rows of demand.csv,"
        check_memory([Need(TABLE_BYTES * float(joined.sum()), what, "leave rows out")])


def check_lanes(targets: pd.DataFrame, supply: pd.DataFrame) -> None:
    """Refuse candidate channels that this machine has no memory for.

    Parameters
    ----------
    targets
        Flows of the base year by commodity and direction.
    supply
        Places by commodity and direction.

    Raises
    ------
    InputError
        With the numbers that make them many.
    """
    branch = ["commodity", "direction"]
    pairs = float((targets.groupby(branch).size() * supply.groupby(branch).size()).sum())
    what = f"demand.csv and hubs.csv, {len(targets):,} flows from up to {supply['origin'].nunique():,} places,"
    check_memory([Need(TABLE_BYTES * pairs, what, "leave rows out")])
