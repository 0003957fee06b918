"""Every kind of fault is told in one sentence with file, row, column and value; a sound world has none."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.units import FIRST_DAY, LAST_DAY
from sim.world.tables.read import check_tables, find_world, read_tables
from sim.world.tables.schema import TABLES

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
    ("firms", "north_town,state,no,2,", "north_town,state,no,2.5,", "firms '2.5' is not a whole number."),
    ("firms", "15,0.24,1.06", "15,0.24,0", "firms.csv row 6: size_tail '0' must be above 0."),
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
        "crossings.csv row 12: value '25' of hours must be between 0 and 24.",
    ),
    (
        "sources",
        "made_up,A made-up",
        "made_it,A made-up",
        "legs.csv row 2: source 'made_up' is not in sources.csv; the nearest is 'made_it'.",
    ),
    ("places", "Far City,DE", "Far City,Germany", "country 'Germany' is not a country code of two capital letters."),
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
    path.write_text(rows[0] + "north_town,private,no,0,1,1.06,2022,made_up,low,\n", encoding="utf-8")
    assert check_tables(world) == [
        "firms.csv row 2: place 'north_town' has a trade_share but no firm.",
        "demand.csv row 2: market 'nearland' has demand but firms.csv has no firm to supply it.",
    ]


def test_a_crossing_without_capacity(world):
    path = world / "crossings.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if "east_port,both,both,capacity" not in row), encoding="utf-8")
    assert "crossings.csv row 15: crossing 'east_port' has no row of quantity capacity." in check_tables(world)


@pytest.mark.parametrize("table", [table.name for table in TABLES])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "is missing"),
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04\x00\x00\xff", "is binary"),
        ("source\nUr\xfcmqi\n".encode("latin-1"), "row 2 is not UTF-8"),
        (b"a,b\n1,2\n", "is missing"),
    ],
)
def test_a_file_that_is_no_table(world, table, data, words):
    path = world / f"{table}.csv"
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)
    faults = check_tables(world)
    assert faults
    assert faults[0].startswith(f"{table}.csv")
    assert words in faults[0]


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
    change(world, "markets", "0.05,made_up,low,\nmiddleland", "0.05,made_up,low\nmiddleland")
    assert check_tables(world) == ["markets.csv row 2: 8 fields stand under 9 columns."]


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
