"""A column and a figure are declared in one row of the schema; reading, checking and the README follow."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import InputError
from sim.world.tables import schema
from sim.world.tables.read import Tables, check_tables, find_world, read_tables
from sim.world.tables.readme import columns_tables
from sim.world.tables.schema import NUMBERS, Column, Kind, Quantity, Table

TINY = Path(__file__).parent / "tiny"
SHELF_DAYS = Column("shelf_days", "days after which the goods are worth nothing", Kind.NUMBER, "days", True, 1, 1e4)
DENSITY = Quantity("tonnes_per_teu", "mass of a loaded box", ("t/teu",), 1.0, 30.0)


def declare(monkeypatch: pytest.MonkeyPatch, name: str, changed: dict) -> None:
    """Change the declaration of a table."""
    tables = tuple(replace(table, **changed) if table.name == name else table for table in schema.TABLES)
    monkeypatch.setattr(schema, "TABLES", tables)


def declared(name: str) -> Table:
    return next(table for table in schema.TABLES if table.name == name)


@pytest.fixture
def with_column(monkeypatch, tmp_path):
    """A world whose commodities have one column more."""
    declare(monkeypatch, "commodities", {"columns": (*declared("commodities").columns, SHELF_DAYS)})
    folder = Path(shutil.copytree(TINY, tmp_path / "world"))
    file = folder / "commodities.csv"
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    cells = [f"{row},{days}" for row, days in zip(rows, (30, 700.5), strict=True)]
    file.write_text("\n".join([f"{header},shelf_days", *cells, ""]), encoding="utf-8")
    return folder


@pytest.fixture
def with_figure(monkeypatch, tmp_path):
    """A world whose commodities have one figure more."""
    table = declared("commodity_figures")
    quantities = (*table.quantities, DENSITY)
    words = tuple(each.name for each in quantities)
    columns = tuple(replace(each, words=words) if each.name == "quantity" else each for each in table.columns)
    declare(monkeypatch, "commodity_figures", {"columns": columns, "quantities": quantities})
    folder = Path(shutil.copytree(TINY, tmp_path / "world"))
    with (folder / "commodity_figures.csv").open("a", encoding="utf-8") as file:
        file.write("apparel,tonnes_per_teu,9.5,8,11,t/teu,assumed,assumed,\n")
        file.write("machinery,tonnes_per_teu,14,11,18,t/teu,assumed,assumed,\n")
    return folder


def test_a_declared_column_is_read_by_name(with_column):
    commodities = read_tables(with_column).commodities
    assert commodities["shelf_days"].tolist() == [30.0, 700.5]
    assert commodities["shelf_days"].dtype == "float64"


@pytest.mark.parametrize(
    ("cell", "what"), [("soon", "'soon' is not a number"), ("0.5", "'0.5' must be at least 1"), ("", "is empty")]
)
def test_a_bad_cell_of_a_declared_column_is_named(with_column, cell, what):
    file = with_column / "commodities.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("700.5", cell), encoding="utf-8")
    with pytest.raises(InputError, match=rf"^commodities\.csv row 3: shelf_days {what}\.$"):
        read_tables(with_column)


def test_a_world_without_a_declared_column_is_told_which(monkeypatch):
    declare(monkeypatch, "commodities", {"columns": (*declared("commodities").columns, SHELF_DAYS)})
    assert check_tables(TINY) == ["commodities.csv row 1: column 'shelf_days' is missing."]


def test_a_declared_figure_is_read_by_name(with_figure):
    figures = read_tables(with_figure).commodity_figures
    boxes = figures[figures["quantity"] == "tonnes_per_teu"].set_index("commodity")["value"]
    assert boxes.to_dict() == {"apparel": 9.5, "machinery": 14.0}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",14,11,18,", ",40,11,48,", "row 19: value '40' of tonnes_per_teu must be between 1 and 30 t/teu."),
        ("18,t/teu", "18,kg", "row 19: unit 'kg' does not measure tonnes_per_teu; use t/teu."),
        ("machinery,tonnes_per_teu", "machinery,tonnes_per_tu", "row 19: quantity 'tonnes_per_tu' is not in the words"),
    ],
)
def test_a_bad_cell_of_a_declared_figure_is_named(with_figure, old, new, sentence):
    file = with_figure / "commodity_figures.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert check_tables(with_figure)[0].startswith(f"commodity_figures.csv {sentence}")


def test_a_declared_figure_is_asked_for(with_figure):
    shutil.copy(TINY / "commodity_figures.csv", with_figure)
    assert check_tables(with_figure) == [
        f"commodity_figures.csv: commodity '{name}' has no row of quantity tonnes_per_teu."
        for name in ("apparel", "machinery")
    ]


def test_every_column_says_what_it_is_and_every_number_its_unit():
    columns = [(table.name, column) for table in schema.TABLES for column in table.columns]
    assert [(table, column.name) for table, column in columns if not column.meaning] == []
    assert [(table, column.name) for table, column in columns if column.kind in NUMBERS and not column.unit] == []
    assert all(quantity.meaning and quantity.units for table in schema.TABLES for quantity in table.quantities)


def test_every_number_has_bounds_and_room_for_ten_times_what_the_shipped_world_holds():
    tables = read_tables(find_world("xinjiang"))
    for table in schema.TABLES:
        for column in (each for each in table.columns if each.kind in NUMBERS):
            assert column.lowest < column.highest, (table.name, column.name)
            if len(getattr(tables, table.name)) and not (
                column.unit.startswith(("share", "degrees", "year", "month", "factor")) or column.unit == "see unit"
            ):
                most = getattr(tables, table.name)[column.name].astype(float).max()
                assert 10 * most <= column.highest, (table.name, column.name)
        frame = getattr(tables, table.name)
        for quantity in table.quantities:
            rows = frame[frame["quantity"] == quantity.name]
            for unit, high in zip(rows["unit"], rows[["value", "high"]].max(axis=1), strict=True):
                room = 1 if unit in {"h/day", "share", "share/day", "1"} else 10
                assert room * high <= quantity.bounds(unit)[1], (quantity.name, high, unit)


def test_names_are_declared_once():
    for table in schema.TABLES:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names), table.name
        assert {*table.key, *(name for ends in table.ranges for name in ends)} <= set(names), table.name


def test_a_world_has_a_frame_for_every_table_and_the_readme_prints_it():
    tables = read_tables(TINY)
    assert isinstance(tables, Tables)
    printed = columns_tables()
    for table in schema.TABLES:
        assert isinstance(getattr(tables, table.name), pd.DataFrame)
        assert f"`{table.file}`" in printed
