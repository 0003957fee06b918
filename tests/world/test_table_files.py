"""Files of tables: what is no table, what spreadsheets of other countries save, and damage anywhere in a file."""

import csv
import io
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.world.tables.files import LARGEST_MB
from sim.world.tables.parsing import MOST_TOLD
from sim.world.tables.read import check_tables, find_world, read_tables
from sim.world.tables.schema import NUMBERS, TABLES
from tests.world.copies import TINY, change


@pytest.mark.parametrize("table", [table.name for table in TABLES])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04\x00\x00\xff", "is a workbook; save the sheet as CSV in UTF-8"),
        (b"\x00\x01\xff", "is binary"),
        ("source\nUr\xfcmqi\n".encode("latin-1"), "row 2 is not UTF-8"),
        (b"a,b\n1,2\n", "is missing"),
    ],
)
def test_a_file_that_is_no_table(world, table, data, words):
    (world / f"{table}.csv").write_bytes(data)
    faults = check_tables(world)
    assert faults
    assert faults[0].startswith(f"{table}.csv")
    assert words in faults[0]


@pytest.mark.parametrize("table", [table.name for table in TABLES if not table.may_be_missing])
def test_a_table_that_is_missing(world, table):
    (world / f"{table}.csv").unlink()
    faults = check_tables(world)
    assert faults
    assert faults[0].startswith(f"{table}.csv")
    assert "is missing" in faults[0]


def test_a_header_without_rows(world):
    path = world / "markets.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert check_tables(world) == ["markets.csv has a header but no row."]


def test_columns_are_named(world):
    change(world, "demand", "market,commodity,direction,value_musd", "market,commodity,direction,value_mus")
    assert check_tables(world) == [
        "demand.csv row 1: column 'value_musd' is missing; the nearest is 'value_mus'.",
        "demand.csv row 1: column 'value_mus' is unknown; the nearest is 'value_musd'.",
    ]


def test_a_row_of_another_length(world):
    change(world, "markets", "0.05,,made_up,low,\nmiddleland", "0.05,,made_up,low\nmiddleland")
    assert check_tables(world) == ["markets.csv row 2: 9 fields stand under 10 columns."]


def test_blank_rows_and_a_byte_order_mark_do_no_harm(world):
    path = world / "markets.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(["\ufeff" + header, "", *rows, ""]), encoding="utf-8")
    assert check_tables(world) == []
    change(world, "markets", "overseas_port,US", "overseas_prt,US")
    assert check_tables(world)[0].startswith("markets.csv row 6: place 'overseas_prt'")


def test_all_faults_are_told_at_once(world):
    change(world, "legs", "gate_near,rail_gate", "gate_near,rail_gat")
    change(world, "demand", "overseas,machinery", "oversees,machinery")
    (world / "seasons.csv").unlink()
    told = check_tables(world)
    assert len(told) == 3
    with pytest.raises(InputError, match=r"^seasons.csv is missing. There are 2 more: reroute check world="):
        read_tables(world)


DIALECTS = {
    "semicolons and decimal commas": (";", ",", ""),
    "semicolons and decimal points": (";", ".", ""),
    "tabs": ("\t", ",", ""),
    "bars": ("|", ".", ""),
    "a line that names the divider": (";", ",", "sep=;\n"),
    "the same in quotes": (",", ".", '"sep=,"\r\n'),
}


def saved(folder, divider, decimal, before, end=""):
    """Write every table as another spreadsheet would."""
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            records = list(csv.reader(file))
        kinds = {column.name: column.kind for column in declared[path.stem].columns}
        numbers = [kinds[name] in NUMBERS for name in records[0]]
        text = io.StringIO()
        writer = csv.writer(text, delimiter=divider, lineterminator=end + "\r\n")
        for record in records:
            cells = zip(record, numbers, strict=True)
            writer.writerow([cell.replace(".", decimal) if number else cell for cell, number in cells])
        path.write_text(before + text.getvalue(), encoding="utf-8", newline="")


declared = {table.name: table for table in TABLES}


@pytest.fixture(scope="module")
def whole():
    """Tables of the tiny world as it is."""
    return read_tables(TINY)


@pytest.mark.parametrize(("divider", "decimal", "before"), DIALECTS.values(), ids=DIALECTS)
def test_tables_of_other_spreadsheets_are_read(world, whole, divider, decimal, before):
    saved(world, divider, decimal, before, end=divider * 3)
    tables = read_tables(world)
    for name in declared:
        pd.testing.assert_frame_equal(getattr(tables, name), getattr(whole, name))


def test_utf_16_is_read_and_rows_keep_their_numbers(world):
    saved(world, ";", ",", "sep=;\n")
    change(world, "markets", "overseas_port;US", "overseas_prt;US")
    for path in world.glob("*.csv"):
        path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert check_tables(world)[0].startswith("markets.csv row 5: place 'overseas_prt'")


@pytest.mark.parametrize(
    ("divider", "old", "new", "told"),
    [
        (",", "export,300,200", 'export,"300,5",200', "row 2: value_musd '300,5' is not a number; write a point"),
        (";", "export;300;200", "export;1.300,5;200", "row 2: value_musd '1.300,5' is not a number; write a point"),
        (";", "export;300;200", "export;1 300;200", "row 2: value_musd '1 300' is not a number."),
        (";", "export;300;200", "export;1,300;200.5", "row 2: value_musd '1,300' is not a number; write a point"),
        (";", "export;300;200;400", "export;300;200;400;;;;;;;;;9", "row 2: 20 fields stand under 12 columns."),
    ],
)
def test_numbers_that_could_mean_two_things_are_told(world, divider, old, new, told):
    saved(world, divider, ".", "")
    change(
        world,
        "demand",
        f"nearland;apparel;{old}".replace(";", divider),
        f"nearland;apparel;{new}".replace(";", divider),
    )
    assert check_tables(world)[0].startswith(f"demand.csv {told}")


NO_PLAIN_FILE = {
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
}


@pytest.mark.parametrize("make", NO_PLAIN_FILE.values(), ids=NO_PLAIN_FILE)
@pytest.mark.parametrize("name", ["demand.csv", "README.md"])
def test_only_plain_files_are_opened(world, name, make):
    (world / name).unlink()
    make(world / name)
    assert check_tables(world) == [f"{name} is not a plain file."]


def test_a_readme_that_cannot_be_printed_is_told_before_anything_runs(world):
    (world / "README.md").write_bytes("Türkei\n".encode("latin-1"))
    assert check_tables(world) == ["README.md row 1 is not UTF-8; save it as text in UTF-8."]
    (world / "README.md").unlink()
    assert check_tables(world) == []


def test_a_file_has_a_largest_size(world):
    (world / "demand.csv").write_bytes(b"a" * (LARGEST_MB * 1_000_000 + 1))
    assert check_tables(world) == [f"demand.csv is larger than {LARGEST_MB} MB, the most that a table may have."]


@pytest.mark.parametrize(
    "table", [table.name for table in TABLES if table.key and table.name not in {"supply", "bilateral"}]
)
def test_of_very_many_faults_the_first_are_told_and_the_others_counted(world, table):
    path = world / f"{table}.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*rows, *rows[1:2] * 2_000]), encoding="utf-8")
    told = [fault for fault in check_tables(world) if fault.startswith(f"{table}.csv")]
    assert all("stands in row 2 already" in fault for fault in told[:MOST_TOLD])
    assert told[MOST_TOLD] == f"{table}.csv has {2_000 - MOST_TOLD:,} more such faults."


def test_find_world_knows_paths_and_names(tmp_path):
    assert find_world(TINY) == TINY
    assert find_world(str(TINY)) == TINY
    with pytest.raises(InputError, match="world 'nowhere' is neither a shipped world nor a folder"):
        find_world("nowhere")
    with pytest.raises(InputError, match="neither"):
        find_world("")


CUTS = st.tuples(
    st.integers(0, 10**6),
    st.integers(0, 40),
    st.sampled_from([b'"', b",", b"\r", b"\n\n", b"-", b"1e999", b"\x80", b""]),
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([table.name for table in TABLES if (TINY / table.file).exists()]),
    st.lists(CUTS, min_size=1, max_size=5),
)
def test_no_damage_to_a_file_ends_in_an_exception(tmp_path_factory, table, cuts):
    folder = Path(shutil.copytree(TINY, tmp_path_factory.mktemp("damaged") / "world"))
    path = folder / f"{table}.csv"
    data = path.read_bytes()
    for place, length, inserted in cuts:
        start = place % (len(data) + 1)
        data = data[:start] + inserted + data[start + length :]
    path.write_bytes(data)
    assert all(fault.endswith(".") for fault in check_tables(folder))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("demand.xlsx", "'demand.xlsx' is there: save the sheet as CSV in UTF-8"),
        ("Demand.csv", "'Demand.csv' is there"),
    ],
)
def test_what_lies_beside_a_missing_table_is_named(world, name, words):
    (world / "demand.csv").rename(world / "old")
    (world / name).write_bytes(b"x")
    (fault,) = check_tables(world)
    assert fault.startswith("demand.csv is missing; ")
    assert words in fault


def test_a_country_that_is_named_twice(world):
    row = "farmland,Farland again,far_city,Germany,,0.04,,made_up,low,\n"
    change(world, "markets", "farland,Farland", f"{row}farland,Farland")
    assert check_tables(world) == [
        "markets.csv row 5: country 'DE' at place 'far_city' is market 'farmland' of row 4 already; keep one of them, "
        "or give 'farland' a place of its own."
    ]
