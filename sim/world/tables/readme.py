"""The tables of columns in the README of the shipped world, printed from the schema."""

from collections.abc import Iterator

from sim.about import WORLD_FILE
from sim.world.tables.schema import NUMBERS, TABLES, Column, Quantity, Table, plain


def columns_tables() -> str:
    """Print every table of a world: its columns, and what its figures may measure.

    Returns
    -------
    str
        Markdown.
    """
    return "\n\n".join(part for table in TABLES for part in _parts(table))


def _parts(table: Table) -> Iterator[str]:
    yield f"`{table.file}`{_told_apart(table)}"
    yield _markdown(("column", "what it is", "kind", "unit", "allowed", "may be empty"), map(_column, table.columns))
    if table.quantities:
        yield f"Quantities of `{table.file}`:"
        yield _markdown(("quantity", "what it is", "unit", "allowed"), map(_quantity, table.quantities))


def _told_apart(table: Table) -> str:
    return f", one row for each {', '.join(f'`{name}`' for name in table.key)}" if table.key else ""


def _column(column: Column) -> tuple[str, ...]:
    empty = "" if column.required else "yes"
    return f"`{column.name}`", column.meaning, column.kind.value, column.unit, _allowed(column), empty


def _quantity(quantity: Quantity) -> tuple[str, ...]:
    bounds = _bounds(quantity.lowest, quantity.highest)
    told = f"{bounds} {quantity.units[0]}" if quantity.sizes else bounds
    return f"`{quantity.name}`", quantity.meaning, ", ".join(f"`{unit}`" for unit in quantity.units), told


def _allowed(column: Column) -> str:
    if column.kind in NUMBERS:
        return _bounds(column.lowest, column.highest)
    words = [f"`{word}`" for word in column.words]
    ids = [f"ids of `{column.refers_to}.csv`"] if column.refers_to else []
    ids += [f"`{column.declared}` of `{WORLD_FILE}`"] if column.declared else []
    return ", ".join(words + ids)


def _bounds(lowest: float, highest: float) -> str:
    return f"{plain(lowest)} to {plain(highest)}"


def _markdown(header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    rule = tuple("---" for _ in header)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
