"""Every kind of fault is told in one sentence with file, row, column and value; a sound world has none."""

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
from sim.units import FIRST_DAY, LAST_DAY
from sim.world.tables.files import LARGEST_MB
from sim.world.tables.parsing import MOST_TOLD
from sim.world.tables.read import check_tables, find_world, read_tables
from sim.world.tables.schema import NUMBERS, TABLES

TINY = Path(__file__).parent / "tiny"


@pytest.fixture
def world(tmp_path):
    return Path(shutil.copytree(TINY, tmp_path / "world"))


def change(folder, table, old, new):
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} must stand once in {table}.csv"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_tiny_world_is_sound():
    assert check_tables(TINY) == []


def test_tables_are_typed():
    tables = read_tables(TINY)
    assert tables.folder == TINY
    assert tables.legs["days"].dtype == "float64"
    assert tables.firms["firms"].sum() == 48
    winter = tables.calendars.iloc[0]
    assert (winter["from_date"], winter["to_date"]) == (FIRST_DAY, LAST_DAY)
    assert tables.crossings["announced"].isna().sum() == len(tables.crossings) - 1
    assert isinstance(tables.observed.index, pd.RangeIndex)


FAULTS = [
    (
        "legs",
        "gate_near,rail_gate,near_city",
        "gate_near,rail_gate,near_citty",
        "legs.csv row 7: to_place 'near_citty' is not in places.csv; the nearest is 'near_city'.",
    ),
    (
        "crossings",
        "road_pass,other,both,capacity,,,15,10",
        "road_pass,other,both,capacity,,,-15,",
        "crossings.csv row 9: value '-15' must be at least 0.",
    ),
    (
        "calendars",
        "2022-01-12,2022-01-18",
        "2022-01-12,2021",
        "calendars.csv row 5: to_date '2021' is before from_date '2022-01-12'.",
    ),
    (
        "calendars",
        "2022-01-12,2022-01-18",
        "12.01.2022,2022-01-18",
        "calendars.csv row 5: from_date '12.01.2022' is not a date such as 2023, 2023-02 or 2023-02-11.",
    ),
    (
        "calendars",
        "12-01,03-31,all",
        "12-01,,all",
        "calendars.csv row 2: season_from '12-01' and season_to '' must be given together.",
    ),
    (
        "calendars",
        "sat-sun,0",
        "sunday,0",
        "calendars.csv row 3: weekdays 'sunday' is not a choice of weekdays such as all, mon-fri or sat,sun.",
    ),
    (
        "calendars",
        "strike,2022-01-05",
        "Strike!,2022-01-05",
        "calendars.csv row 5: cause 'Strike!' is not a name of lower-case letters, digits and single underscores.",
    ),
    (
        "calendars",
        "rail_gate,other,import",
        "near_city,other,import",
        "calendars.csv row 5: crossing 'near_city' has no row in crossings.csv.",
    ),
    ("demand", "nearland,apparel,export,300", "nearland,apparel,export,many", "value_musd 'many' is not a number."),
    ("demand", "nearland,apparel,export,300", "nearland,apparel,export,nan", "value_musd 'nan' is not a number."),
    (
        "demand",
        "nearland,apparel,export,300,200",
        "nearland,apparel,export,300,301",
        "demand.csv row 2: low '301' is above value_musd '300'.",
    ),
    (
        "demand",
        "nearland,apparel,export,300,200,400",
        "nearland,apparel,export,300,200,299",
        "demand.csv row 2: value_musd '300' is above high '299'.",
    ),
    (
        "demand",
        "nearland,machinery,export,300",
        "nearland,apparel,export,300",
        "demand.csv row 3: market 'nearland', commodity 'apparel', direction 'export' stands in row 2 already.",
    ),
    (
        "demand",
        "overseas,machinery",
        "oversees,machinery",
        "demand.csv row 11: market 'oversees' is not in markets.csv; the nearest is 'overseas'.",
    ),
    (
        "hubs",
        "middleland,overseas,relabelled,apparel",
        "overseas,overseas,relabelled,apparel",
        "hubs.csv row 4: hub 'overseas' is its own market.",
    ),
    (
        "hubs",
        "middleland,overseas,relabelled,apparel",
        ",overseas,relabelled,apparel",
        "hubs.csv row 4: hub is empty, but kind 'relabelled' goes over one.",
    ),
    (
        "legs",
        "far_overseas,far_city,overseas_port",
        "far_overseas,east_port,overseas_port",
        "hubs.csv row 3: no route leads from hub 'nearland' on to market 'overseas' outside China.",
    ),
    (
        "hubs",
        "middleland,overseas,relabelled,apparel,0.12",
        "middleland,overseas,relabeled,apparel,0.12",
        "hubs.csv row 4: kind 'relabeled' is not in the words transit_declared, relabelled, embodied, parcel; "
        "the nearest is 'relabelled'.",
    ),
    (
        "hubs",
        "nearland,farland,transit_declared,*,0.1,0.03,0.25,0.1,0,0.2",
        "nearland,farland,transit_declared,*,0.1,0.03,,0.1,0,0.2",
        "hubs.csv row 2: markup '0.1' is assumed, so markup_low and markup_high must be given.",
    ),
    (
        "commodity_figures",
        "apparel,elasticity,3.8,2.1",
        "apparel,elasticity,0,0",
        "commodity_figures.csv row 6: value '0' of elasticity must be between 0.05 and 100.",
    ),
    (
        "markets",
        "eu west,0.04",
        "eu west,4",
        "markets.csv row 4: base_tariff '4' must be at most 1.5 (share of the value: 4 % is written 0.04).",
    ),
    (
        "demand",
        "nearland,apparel,export,300,200,400",
        "nearland,apparel,export,300000000,,",
        "demand.csv row 2: value_musd '300000000' must be at most 1,000,000 (million USD/year).",
    ),
    (
        "demand",
        "200,400,0.05,0,0.1,made_up,low,\nnearland,machinery,export",
        "200,400,5,0,,made_up,low,\nnearland,machinery,export",
        "demand.csv row 2: trend_per_year '5' must be at most 1 (share/year: 5 % is written 0.05).",
    ),
    ("legs", "rail,500,1,0.5,2,", "rail,500,1e6,0.5,,", "legs.csv row 2: days '1e6' must be at most 600 (days)."),
    (
        "legs",
        "rail,500,1,0.5,2,",
        "rail,500,1,0.5,1e12,",
        "legs.csv row 2: days_high '1e12' must be at most 600 (days).",
    ),
    (
        "legs",
        "rail,500,1",
        "rail,500000,1",
        "legs.csv row 2: distance_km '500000' must be at most 250,000 (km).",
    ),
    (
        "legs",
        "rail,500,1",
        "rail,50000,1",
        "legs.csv row 2: distance_km 50,000 is more than 20 times the straight line between its places (412 km).",
    ),
    (
        "firms",
        "private,no,maker,24,",
        "private,no,maker,1e12,",
        "firms.csv row 2: firms '1e12' must be at most 10,000,000 (firms).",
    ),
    ("seasons", "apparel,2,0.8", "apparel,2,80", "seasons.csv row 3: factor '80' must be at most 12 (factor)."),
    (
        "commodity_figures",
        "apparel,made_here_share,0.4,0.1,0.7",
        "apparel,made_here_share,0.4,0.1,70",
        "high '70' of made_here_share must be between 0 and 1 share: 70 % is written 0.7.",
    ),
    (
        "crossings",
        "10,5,20,mt/year",
        "1e7,5,,mt/year",
        "crossings.csv row 15: value '1e7' of capacity must be between 0 and 1304 mt/year",
    ),
    (
        "calendars",
        "2022-01-12,2022-01-18",
        "0001-01-12,2022-01-18",
        "calendars.csv row 5: from_date '0001-01-12' lies outside the years 1900 to 2199.",
    ),
    (
        "commodity_figures",
        "machinery,content_share,0.2,0.05,0.5,share,assumed,assumed,\n",
        "",
        "commodity_figures.csv: commodity 'machinery' has no row of quantity content_share.",
    ),
    (
        "seasons",
        "apparel,2,0.8",
        "apparel,2,1.8",
        "seasons.csv: the factors of commodity 'apparel' have mean 1.0833 instead of 1.",
    ),
    (
        "firms",
        "15,0.24,1.06",
        "15,0.34,1.06",
        "firms.csv: column trade_share sums to 1.1000 instead of 1.",
    ),
    (
        "firms",
        "south_town,private,no",
        "near_city,private,no",
        "firms.csv row 6: place 'near_city' is none of inland_origin, origin in places.csv.",
    ),
    ("firms", "north_town,state,no,maker,2,", "north_town,state,no,maker,2.5,", "firms '2.5' is not a whole number."),
    (
        "visits",
        "north_town,2022-01-05",
        "near_city,2022-01-05",
        "visits.csv row 3: place 'near_city' has no row in firms.csv, so nobody sells there.",
    ),
    ("visits", "2021,,100,50", "2021,,100,150", "visits.csv row 2: low '150' is above visitors_per_day '100'."),
    ("firms", "15,0.24,1.06", "15,0.24,0", "firms.csv row 6: size_tail '0' must be at least 0.1."),
    (
        "crossings",
        "3,2,4,trains/day",
        "3,2,4,trains/weak",
        "crossings.csv row 2: unit 'trains/weak' does not measure capacity; use",
    ),
    (
        "crossings",
        "2023-08-14,,24,20,24,h/day",
        "2023-08-14,,25,20,25,h/day",
        "crossings.csv row 12: value '25' of hours must be between 0 and 24 h/day.",
    ),
    (
        "sources",
        "made_up,A made-up",
        "made_it,A made-up",
        "legs.csv row 2: source 'made_up' is not in sources.csv; the nearest is 'made_it'.",
    ),
    (
        "places",
        "far_city,Far City",
        "near_city,Far City",
        "places.csv row 9: place 'near_city' stands in row 7 already.",
    ),
    (
        "places",
        "market transit,43",
        "markt transit,43",
        "places.csv row 8: kinds 'markt' is not in the words",
    ),
    (
        "legs",
        "far_overseas,far_city,overseas_port",
        "far_overseas,overseas_port,overseas_port",
        "legs.csv row 15: to_place 'overseas_port' is where the leg begins.",
    ),
    (
        "legs",
        "near_far,near_city,far_city",
        "near_far,north_town,far_city",
        "legs.csv row 11: the leg from_place 'north_town' to_place 'far_city' crosses China's border "
        "where crossings.csv has no crossing.",
    ),
]


@pytest.mark.parametrize(("table", "old", "new", "sentence"), FAULTS)
def test_a_fault_is_told(world, table, old, new, sentence):
    change(world, table, old, new)
    faults = check_tables(world)
    assert any(sentence in fault for fault in faults), faults
    assert all(fault.endswith(".") and "\n" not in fault for fault in faults)


def test_trade_in_thousands_shows_in_the_mean_firm(world):
    path = world / "demand.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    thousands = [",".join([*each[:3], *(f"{figure}000" for figure in each[3:6]), *each[6:]]) for each in cells]
    path.write_text("\n".join([header, *thousands]), encoding="utf-8")
    assert check_tables(world) == [
        "demand.csv: column value_musd counts million USD/year, and sums to 1,200,000 for the 48 firms of firms.csv, "
        "above 5,000 a firm."
    ]


def test_a_million_firms_are_a_world(world):
    change(world, "firms", "private,no,maker,24,", "private,no,maker,1000000,")
    assert check_tables(world) == []


def test_a_world_without_any_trade(world):
    path = world / "demand.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    path.write_text("\n".join([header, *(",".join([*c[:3], "0", "0", "0", *c[6:]]) for c in cells)]), encoding="utf-8")
    assert check_tables(world) == ["demand.csv: every value_musd is 0; a world needs trade in the base year."]


def test_trade_and_shares_too_small_to_be_any(world):
    change(world, "demand", "nearland,apparel,export,300,200", "nearland,apparel,export,1e-300,0")
    change(world, "firms", "2,0.05,1.06", "2,0,1.06")
    change(world, "firms", "24,0.5,1.06", "24,0.55,1.06")
    assert check_tables(world) == [
        "firms.csv row 4: place 'north_town' has firms but a trade_share of none; leave the row out.",
        "demand.csv row 2: value_musd 1e-300 is less than a dollar a year; its unit is million USD/year.",
    ]


def test_a_market_that_no_route_reaches(world):
    for leg in ("port_overseas", "far_overseas"):
        path = world / "legs.csv"
        rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(row for row in rows if not row.startswith(leg)), encoding="utf-8")
    assert check_tables(world)[0] == (
        "markets.csv row 5: no export route joins market 'overseas' (place 'overseas_port') "
        "and a place with firms over legs.csv and crossings.csv."
    )


def test_one_way_legs_leave_imports_without_a_route(world):
    path = world / "legs.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",yes,", ",no,"), encoding="utf-8")
    faults = check_tables(world)
    assert len(faults) == 2
    assert all("no import route joins market" in fault for fault in faults)


def test_demand_without_a_firm(world):
    path = world / "firms.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(rows[0] + "north_town,private,no,maker,0,1,1.06,2022,made_up,low,\n", encoding="utf-8")
    assert check_tables(world) == [
        "firms.csv row 2: place 'north_town' has a trade_share but no firm.",
        "demand.csv row 2: market 'nearland' has demand but firms.csv has no firm to supply it.",
    ]


def test_a_crossing_without_capacity(world):
    path = world / "crossings.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if "east_port,both,both,capacity" not in row), encoding="utf-8")
    assert "crossings.csv row 15: crossing 'east_port' has no row of quantity capacity." in check_tables(world)


def test_a_world_may_do_without_a_table_of_visits(world):
    (world / "visits.csv").unlink()
    assert check_tables(world) == []
    assert read_tables(world).visits.empty


@pytest.mark.parametrize("table", [table.name for table in TABLES])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04\x00\x00\xff", "is binary"),
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


@pytest.mark.parametrize(("divider", "decimal", "before"), DIALECTS.values(), ids=DIALECTS)
def test_tables_of_other_spreadsheets_are_read(world, divider, decimal, before):
    saved(world, divider, decimal, before, end=divider * 3)
    tables = read_tables(world)
    for name in declared:
        pd.testing.assert_frame_equal(getattr(tables, name), getattr(read_tables(TINY), name))


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


@pytest.mark.parametrize("table", [table.name for table in TABLES if table.key])
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
@given(st.sampled_from([table.name for table in TABLES]), st.lists(CUTS, min_size=1, max_size=5))
def test_no_damage_to_a_file_ends_in_an_exception(tmp_path_factory, table, cuts):
    folder = Path(shutil.copytree(TINY, tmp_path_factory.mktemp("damaged") / "world"))
    path = folder / f"{table}.csv"
    data = path.read_bytes()
    for place, length, inserted in cuts:
        start = place % (len(data) + 1)
        data = data[:start] + inserted + data[start + length :]
    path.write_bytes(data)
    assert all(fault.endswith(".") for fault in check_tables(folder))
