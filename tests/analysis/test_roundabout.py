"""Counts of trade that goes round, on flows small enough to work out by hand: one sender, one hub, one market."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis import roundabout
from sim.errors import InputError
from sim.world.tables.read import find_world
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2021, 2022)
LATE = np.array(MONTHS) >= "2022-01"


def flow(before, after):
    return {"observed": np.where(LATE, after, before) * np.array([[1.0], [2.0]])}


@pytest.fixture(scope="module")
def flows():
    """Direct sales fall from 100 to 40 a month, those to the hub grow from 10 to 25, of which 12 reach the target."""
    values = {
        ("registered_from", "maker/target", "all", "export"): flow(100, 40),
        ("registered_from", "maker/hub", "all", "export"): flow(10, 25),
        ("registered_from", "other/target", "all", "export"): flow(50, 60),
        ("registered_from", "maker/target", "chips", "export"): flow(20, 0),
        ("via_hub_from", "maker/hub", "all", "export"): flow(2, 12),
        ("via_hub_from", "maker/hub", "chips", "export"): flow(0, 5),
        ("partner_imports", "hub", "all", "export"): flow(9, 15),
        ("throughput", "pass", "all", "export"): flow(4, 6),
        ("throughput", "port", "all", "export"): flow(4, 2),
    }
    return roundabout.flows_of(SmallResults(MONTHS, "observed", values), "observed", "target")


@pytest.mark.parametrize(
    ("kind", "senders", "partners", "goods", "value"),
    [
        ("returned", "maker", "hub", "*", 25),  # 15 of 60
        ("by_hubs", "maker", "*", "*", 12),  # 12 of 100
        ("by_hubs", "maker", "*", "chips", 25),
        ("hub_level", "*", "hub", "*", 600),
        ("level", "maker", "target", "*", 40),
        ("change", "maker", "target", "*", -60),
        ("arrived", "*", "target", "*", 100 * 112 / 152 - 100),
        ("part", "other", "", "*", 100 * 60 / 112),
        ("part", "other", "hub", "*", 100 * 72 / 112),
        ("booked", "maker", "hub", "*", 60),
        ("gate", "", "pass port", "*", 0),
        ("gate_part", "", "pass port", "*", 75),
    ],
)
def test_each_count_is_what_it_says(flows, tmp_path, kind, senders, partners, goods, value):
    row = f"one,{kind},{senders},{partners},{goods},2022-01,2022-12,2021-01,2021-12,1,0,2,percent,no"
    figures = table(tmp_path, row)
    runs = roundabout.simulated(flows, figures)
    assert runs.loc["one"].to_numpy() == pytest.approx([value, value])


def test_months_that_a_study_lacks_are_left_out(flows, tmp_path):
    row = "one,change,maker,target,*,2024-01,2024-12,2021-01,2021-12,1,0,2,percent,no"
    figures = table(tmp_path, row)
    found = roundabout.compared(figures, roundabout.simulated(flows, figures))
    assert found["median"].isna().all()
    assert not found["inside"].any()


def test_a_figure_is_inside_when_the_band_holds_it(flows, tmp_path):
    row = "one,change,maker,target,*,2022-01,2022-12,2021-01,2021-12,{},-70,-50,percent,no"
    for value, inside in ((-60, True), (-55, False)):
        figures = table(tmp_path, row.format(value))
        found = roundabout.compared(figures, roundabout.simulated(flows, figures)).iloc[0]
        assert (found["inside"], found["near"]) == (inside, True)


def test_the_rival_says_that_nothing_changed(flows, tmp_path):
    row = "one,change,maker,target,*,2022-01,2022-12,2021-01,2021-12,-60,-70,{},percent,no"
    for high, rival in ((-50, False), (10, True)):
        figures = table(tmp_path, row.format(high))
        found = roundabout.compared(figures, roundabout.simulated(flows, figures)).iloc[0]
        assert (found["met"], found["no_change"], found["met_by_no_change"]) == (True, 0, rival)


def table(folder, row):
    (folder / roundabout.FILE).write_text(",".join(roundabout.COLUMNS) + f"\n{row}\n", encoding="utf-8")
    return roundabout.read_figures(folder)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("one,grown,a,b,*,2022-01,2022-12,,,1,0,2,percent,no", "row 2: kind"),
        ("one,change,a,b,*,2022-01,2022-12,,,3,0,2,percent,no", "row 2: low, value and high"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, row, told):
    with pytest.raises(InputError, match=told):
        table(tmp_path, row)


def test_the_shipped_list_is_long_and_names_what_the_world_has():
    folder = find_world("russia")
    figures = roundabout.read_figures(folder)
    assert (figures["is_input"] == "no").sum() >= 25
    assert figures["figure"].is_unique


def test_bands_of_a_refit_stand_beside_the_first(flows, tmp_path):
    row = "one,change,maker,target,*,2022-01,2022-12,2021-01,2021-12,-60,-70,-50,percent,no"
    figures = table(tmp_path, row)
    first = roundabout.compared(figures, roundabout.simulated(flows, figures))
    other = roundabout.compared(figures, roundabout.simulated(flows, figures) + 30)
    found = roundabout.with_refit(first, other).iloc[0]
    assert (found["median"], found["refitted_median"]) == pytest.approx((-60, -30))
    assert (found["inside"], found["refitted_inside"]) == (True, False)


def test_a_rival_is_held_against_the_range(flows, tmp_path):
    row = "one,change,maker,target,*,2022-01,2022-12,2021-01,2021-12,-60,-70,-50,percent,no"
    figures = table(tmp_path, row)
    runs = roundabout.simulated(flows, figures)
    for said, met in ((-55.0, True), (-40.0, False), (float("nan"), False)):
        found = roundabout.compared(figures, runs, pd.Series({"one": said})).iloc[0]
        assert found["met_by_growth_goes_on"] == met
