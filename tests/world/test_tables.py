"""Every kind of fault is told in one sentence with file, row, column and value; a sound world has none."""

import pandas as pd
import pytest

from sim.dates import FIRST_DAY, LAST_DAY
from sim.world.tables.read import check_tables, read_tables
from tests.world.copies import TINY, change


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
        "road_pass,far,both,capacity,,,15,10",
        "road_pass,far,both,capacity,,,-15,",
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
        "rail_gate,far,import",
        "near_city,far,import",
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
        "hubs.csv row 3: no route leads from hub 'nearland' on to market 'overseas' abroad.",
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
        "legs.csv row 11: the leg from_place 'north_town' to_place 'far_city' joins home and abroad where "
        "crossings.csv has no crossing.",
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


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("far_city,nearland,export,5", "place 'far_city'"),
        ("north_town,nowhere,export,5", "market 'nowhere'"),
        ("north_town,nearland,export,-5", "value_musd"),
    ],
)
def test_a_pair_that_cannot_trade_is_told(world, row, told):
    head = "place,market,direction,value_musd,low,high,source,confidence,note"
    (world / "bilateral.csv").write_text(f"{head}\n{row},1,9,made_up,low,\n", encoding="utf-8")
    faults = check_tables(world)
    assert any(fault.startswith("bilateral.csv row 2:") and told in fault for fault in faults), faults


def test_substitution_is_said_of_all_goods_or_of_none(world):
    with (world / "commodity_figures.csv").open("a", encoding="utf-8") as file:
        file.write("apparel,substitution,4,2,8,1,made_up,low,\n")
    assert any("has no row of quantity substitution" in fault for fault in check_tables(world))
