"""What was known at an origin, in the world and regime that are shipped."""

from datetime import date

import pandas as pd
import pytest

from sim.analysis.patterns.worlds import HAPPENED
from sim.backtest.known import Driver, drivers_of, later, signed, world_known, write_happened, write_known
from sim.parameters import LEVEL
from sim.policy.language.load import load_regime
from sim.world.tables.read import find_world, read_tables

pytestmark = pytest.mark.slow

WORLD = "xinjiang"
END_OF_2022, END_OF_2023 = date(2022, 12, 31), date(2023, 12, 31)
FAR = date(2024, 12, 31)


@pytest.fixture(scope="module")
def happened():
    return load_regime(HAPPENED)


def test_no_level_or_range_that_was_set_by_hand_is_left_in_a_driver(happened, tmp_path):
    drivers = drivers_of(happened, FAR)
    said = {each.name: each for each in load_regime(write_happened(tmp_path, drivers)).measures}
    before = {each.name: each for each in happened.measures}
    for each in drivers:
        low, high = said[each.name].ends
        assert (abs(low), abs(high)) in {(0.05, 2.0), (2.0, 0.05), (0.002, 0.1)}
        assert low * before[each.name].level > 0, "the sign stays"
    assert said.keys() == before.keys()
    assert {name for name in said if said[name].level != before[name].level} <= {each.name for each in drivers}


def test_what_began_later_is_left_out_and_what_began_before_stays(happened, tmp_path):
    gone = later(happened, END_OF_2022, WORLD)
    assert {"free_trade_zone", "hours_24", "red_sea_2023", "mexico_ban", "us_customs_budget_2024"} <= set(gone)
    assert {"us_import_ban", "goods_that_go_on", "pandemic", "new_capacity", "us_entity_list"}.isdisjoint(gone)
    assert {"free_trade_zone", "hours_24"}.isdisjoint(later(happened, END_OF_2023, WORLD))
    path = write_known(tmp_path, happened, drivers_of(happened, FAR), END_OF_2022, WORLD)
    known = {each.name: each for each in load_regime(path).measures}
    assert known.keys() == {each.name for each in happened.measures} - set(gone)


def test_a_driver_without_a_source_was_written_in_hindsight(happened):
    unsourced = {each.name for each in drivers_of(happened, FAR) if each.name in later(happened, END_OF_2023, WORLD)}
    assert unsourced == {"south_east_asia_and_belarus", "china_export_slump_2023", "attacks_on_the_karakoram_road"}


def test_lists_stop_growing_and_what_is_in_force_goes_on(happened, tmp_path):
    path = write_known(tmp_path, happened, drivers_of(happened, FAR), END_OF_2022, WORLD)
    known = {each.name: each for each in load_regime(path).measures}
    assert [steps for _, steps in known["us_entity_list"].schedule] == [20]
    assert known["pakistan_import_controls"].end.year == 2199
    assert known["us_silicon_order"].end == date(2022, 6, 20), "what ended before keeps its end"


def test_the_world_of_an_origin_has_no_row_that_begins_later_and_does_something(happened, tmp_path):
    copy = read_tables(world_known(tmp_path, WORLD, END_OF_2022))
    whole = read_tables(find_world(WORLD))
    assert copy.background["year"].max() <= 2022 < whole.background["year"].max()
    gone = {each.cause for each in happened.measures if each.name in later(happened, END_OF_2022, WORLD)}
    for table in (copy.crossings, copy.calendars):
        works = ~table["cause"].isin(gone - {""})
        begins = table["from_date"] > END_OF_2022
        told = table["announced"].where(table["announced"].notna(), table["from_date"])
        surprising = table[works & begins & (told > END_OF_2022)]
        assert set(surprising["cause"]) <= {""}, "only holidays"
        assert surprising.empty or "open_share" in table
    assert len(whole.crossings) > len(copy.crossings)
    holidays = (whole.calendars["cause"] == "").sum()
    assert (copy.calendars["cause"] == "").sum() == holidays


def test_sizes_get_the_sign_of_their_driver():
    driver = Driver("shut", -1.0, 0.05, 2.0)
    drawn = pd.DataFrame({LEVEL + "shut": [0.1, 1.0], "theta_market": [5.0, 6.0]})
    assert signed(drawn, [driver]).to_numpy().tolist() == [[-0.1, 5.0], [-1.0, 6.0]]
    assert driver.change == pytest.approx({"level": -(0.1**0.5), "low": -2.0, "high": -0.05})
