"""What a world folder holds: every table and its columns, each with its kind, range, unit and meaning.

The schema is data: `sim.world.tables.read` reads by it, `sim.world.tables.faults` judges by it, and the README.md of
the shipped world prints it, so that a rule is written once. A new column is a row in the file of its subject, its cells
in the tables, and what reads it, by name.
"""

from sim.world.tables.schema.evidence import OBSERVED, SOURCES
from sim.world.tables.schema.goods import COMMODITY_FIGURES, GOODS, MONTHS
from sim.world.tables.schema.kinds import ASSUMED, EVERYTHING, NUMBERS, Column, Kind, Quantity, Table
from sim.world.tables.schema.traders import TRADERS
from sim.world.tables.schema.transport import CAPACITY, CROSSING_FIGURES, SIDES_OF_A_GATE, TRANSPORT

__all__ = [
    "ASSUMED",
    "CAPACITY",
    "COMMODITY_FIGURES",
    "CROSSING_FIGURES",
    "EVERYTHING",
    "MONTHS",
    "NUMBERS",
    "SIDES_OF_A_GATE",
    "TABLES",
    "Column",
    "Kind",
    "Quantity",
    "Table",
    "plain",
    "quantities_of",
]

TABLES: tuple[Table, ...] = (SOURCES, *TRANSPORT, *GOODS, *TRADERS, OBSERVED)
"""Every table of a world, those first that others refer to."""


def plain(number: float) -> str:
    """Write a bound: whole with all its figures, else with four."""
    if number != int(number):
        return f"{number:.4g}"
    return f"{int(number):,}" if abs(number) >= 10_000 else f"{int(number)}"


def quantities_of(table: str) -> tuple[Quantity, ...]:
    """Give what a table of figures may measure."""
    return next(each.quantities for each in TABLES if each.name == table)
