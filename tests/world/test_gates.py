"""Capacities exact to the day, what is known when, and passage costs, against figures worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.constants import LONGEST_WAIT_DAYS, NEVER
from sim.dates import FIRST_DAY, LAST_DAY
from sim.units import week_starts
from sim.world.graph import crossing_ids
from sim.world.network.calendars import Cause
from sim.world.network.gates import compile_gates, passage_costs
from sim.world.tables.read import read_tables

TINY = read_tables(Path(__file__).parent / "tiny")
RAIL_OUT, RAIL_IN, PASS_OUT, PASS_IN, PORT_OUT, PORT_IN = range(6)
PASS_WEEK = 15 * 7 * 18.0  # the other side's 15 trucks bind, whatever the Chinese side does
EMPTY = {"season_from": "", "season_to": "", "weekdays": "all", "cause": "", "announced": None, "side": "both"}


def spell(begin="", end="", share=0.0, **other):
    return {
        "crossing": "road_pass",
        "direction": "both",
        "from_date": date.fromisoformat(begin) if begin else FIRST_DAY,
        "to_date": date.fromisoformat(end) if end else LAST_DAY,
        "open_share": share,
        **EMPTY,
        **other,
    }


def with_calendar(*spells):
    return replace(TINY, calendars=pd.DataFrame(list(spells), columns=list(TINY.calendars.columns)))


def weeks_of(begin, end):
    return week_starts(date.fromisoformat(begin), date.fromisoformat(end))


def compiled(tables, begin="2021-01-04", end="2026-12-27", **causes):
    weeks = weeks_of(begin, end)
    return compile_gates(tables, causes, weeks), {str(week): number for number, week in enumerate(weeks)}


def test_gates_are_numbered_in_the_order_of_places():
    schedule, _ = compiled(TINY)
    assert crossing_ids(TINY.places, TINY.crossings) == ("rail_gate", "road_pass", "east_port")
    assert schedule.capacity_t[RAIL_OUT, 0] == pytest.approx(3 * 1200 * 7)
    assert schedule.capacity_t[RAIL_IN, 0] == pytest.approx(1 * 1200 * 7)
    assert schedule.capacity_t[PORT_OUT, 0] == pytest.approx(1e7 * 7 / 365.2425)
    assert all(array.flags.c_contiguous for array in schedule)


def test_opening_inside_a_week_passes_its_exact_share():
    tables = with_calendar(spell(season_from="12-01", season_to="03-31"))
    schedule, week = compiled(tables)
    weekly = schedule.capacity_t[PASS_OUT]
    assert weekly[week["2026-03-23"]] == 0.0
    assert weekly[week["2026-03-30"]] == pytest.approx(PASS_WEEK * 5 / 7, rel=1e-15)
    assert weekly[week["2026-04-06"]] == pytest.approx(PASS_WEEK, rel=1e-15)
    assert weekly[week["2025-11-24"]] == pytest.approx(PASS_WEEK, rel=1e-15)
    assert weekly[week["2025-12-01"]] == 0.0


def test_the_short_opening_inside_a_closed_season():
    tables = with_calendar(
        spell(season_from="12-01", season_to="03-31"),
        spell("2024-01-02", "2024-01-16", share=1.0),
        spell("2024-09-20", share=1.0),
    )
    schedule, week = compiled(tables)
    weekly = schedule.capacity_t[PASS_IN] / PASS_WEEK
    assert weekly[week["2023-12-25"]] == 0.0
    assert weekly[week["2024-01-01"]] == pytest.approx(6 / 7)
    assert weekly[week["2024-01-08"]] == pytest.approx(1)
    assert weekly[week["2024-01-15"]] == pytest.approx(2 / 7)
    assert weekly[week["2024-01-22"]] == 0.0
    assert weekly[week["2025-01-13"]] == pytest.approx(1)


def test_weekends_and_the_last_row_of_the_file():
    shut = spell(weekdays="sat-sun")
    schedule, _ = compiled(with_calendar(shut))
    assert schedule.capacity_t[PASS_OUT, 0] == pytest.approx(PASS_WEEK * 5 / 7)
    schedule, _ = compiled(with_calendar(shut, spell(share=0.5)))
    assert schedule.capacity_t[PASS_OUT, 0] == pytest.approx(PASS_WEEK / 2)
    schedule, _ = compiled(with_calendar(spell(share=0.5), shut))
    assert schedule.capacity_t[PASS_OUT, 0] == pytest.approx(PASS_WEEK * 5 / 7 / 2)


def test_one_direction_and_one_side():
    schedule, _ = compiled(with_calendar(spell(direction="import", side="far")))
    assert schedule.capacity_t[PASS_OUT, 0] == pytest.approx(PASS_WEEK)
    assert schedule.capacity_t[PASS_IN, 0] == 0.0


def test_hours_on_one_side_leave_the_other_binding():
    tables = with_calendar()
    schedule, _ = compiled(tables, longer_hours=Cause())
    assert schedule.capacity_t[PASS_OUT] == pytest.approx(PASS_WEEK)
    crossings = tables.crossings.copy()
    crossings.loc[crossings["side"] == "far", "value"] = 200.0
    schedule, week = compiled(replace(tables, crossings=crossings), longer_hours=Cause())
    weekly = schedule.capacity_t[PASS_OUT] / (20 * 7 * 18)
    assert weekly[week["2023-08-07"]] == pytest.approx(1)
    assert weekly[week["2023-08-14"]] == pytest.approx(3)


def test_headroom_of_hours_begins_after_the_last_dated_record_and_the_other_side_binds():
    """Eight of 24 hours at 20 trucks a day: 60 with all hours, of which the other side takes 15, or 30."""
    schedule, _ = compiled(with_calendar())
    assert (schedule.hours_headroom[[RAIL_OUT, PASS_OUT, PORT_OUT]] == 1).all()
    crossings = TINY.crossings.copy()
    crossings.loc[(crossings["side"] == "far") & (crossings["quantity"] == "capacity"), "value"] = 30.0
    shut = spell("2024-02-05", "2024-02-11")
    tables = replace(with_calendar(shut), crossings=crossings)
    schedule, week = compiled(tables)
    headroom = schedule.hours_headroom[PASS_IN]
    assert headroom == pytest.approx(np.where(np.arange(headroom.size) == week["2024-02-05"], 1.0, 1.5))
    crossings.loc[crossings["cause"] == "longer_hours", "value"] = 12.0
    schedule, week = compiled(tables, longer_hours=Cause())
    assert (schedule.hours_headroom[PASS_IN, : week["2023-08-14"] + 1] == 1).all()
    # 12 hours pass 30 trucks already, as many as the other side
    assert (schedule.hours_headroom[PASS_IN] == 1).all()
    crossings.loc[crossings["cause"] == "longer_hours", "value"] = 10.0
    schedule, week = compiled(tables, longer_hours=Cause())
    assert schedule.hours_headroom[PASS_IN, week["2023-08-21"]] == pytest.approx(30 / 25)
    assert (schedule.hours_headroom[PASS_IN, : week["2023-08-14"] + 1] == 1).all()


def test_plans_begin_after_the_last_recorded_expansion():
    """A cut and its end are no expansion."""
    schedule, _ = compiled(with_calendar())
    assert (schedule.plans_from_week == 0).all()
    rows = TINY.crossings[(TINY.crossings["side"] == "far") & (TINY.crossings["quantity"] == "capacity")]
    cut = rows.assign(value=5.0, from_date=date(2024, 5, 1), to_date=date(2024, 8, 1))
    wider = rows.assign(value=18.0, from_date=date(2023, 3, 15))
    tables = replace(with_calendar(), crossings=pd.concat([TINY.crossings, wider, cut], ignore_index=True))
    schedule, week = compiled(tables)
    assert schedule.plans_from_week[[PASS_OUT, PASS_IN]].tolist() == [week["2023-03-20"]] * 2
    assert schedule.plans_from_week[RAIL_OUT] == 0
    # on five days a week: 15 trucks a day, then 18, whatever is cut
    tables = replace(with_calendar(spell(weekdays="sat-sun")), crossings=tables.crossings)
    schedule, week = compiled(tables)
    trucks_a_day = schedule.ordinary_t[PASS_OUT] / (5 * 18.0)
    assert trucks_a_day[week["2023-03-06"]] == pytest.approx(15)
    assert trucks_a_day[week["2023-03-20"] :] == pytest.approx(18)


def test_hours_count_only_beside_the_hours_they_were_measured_at():
    crossings = TINY.crossings[TINY.crossings["quantity"] != "nominal_hours"]
    schedule, _ = compiled(replace(with_calendar(), crossings=crossings))
    assert schedule.capacity_t[PASS_OUT, 0] == pytest.approx(PASS_WEEK)


def test_a_crossing_without_capacity_yet_is_shut():
    crossings = TINY.crossings.copy()
    crossings.loc[crossings["crossing"] == "road_pass", "from_date"] = date(2023, 8, 16)
    schedule, week = compiled(replace(with_calendar(), crossings=crossings))
    weekly = schedule.capacity_t[PASS_OUT]
    assert np.all(weekly[: week["2023-08-14"]] == 0.0)
    assert weekly[week["2023-08-14"]] == pytest.approx(PASS_WEEK * 5 / 7)


def test_a_cause_out_of_force_leaves_no_trace():
    with_rows, _ = compiled(TINY)
    kept = TINY.calendars[TINY.calendars["cause"] == ""]
    figures = TINY.crossings[TINY.crossings["cause"] == ""]
    without, _ = compiled(replace(TINY, calendars=kept, crossings=figures))
    for name, array in with_rows._asdict().items():
        np.testing.assert_array_equal(array, getattr(without, name))


def test_causes_move_the_ends_of_their_rows():
    tables = with_calendar(
        spell("2022-02-07", "2022-02-13", cause="storm"),
        spell("2022-03-07", "2022-03-13", cause="storm"),
    )
    schedule, week = compiled(tables, storm=Cause(active_from=date(2022, 1, 31), active_to=date(2022, 3, 10)))
    weekly = schedule.capacity_t[PASS_OUT] / PASS_WEEK
    shut = {"2022-01-31": 0, "2022-02-07": 0, "2022-02-14": 1, "2022-02-28": 1, "2022-03-07": 3 / 7, "2022-03-14": 1}
    for monday, share in shut.items():
        assert weekly[week[monday]] == pytest.approx(share)
    schedule, week = compiled(tables, storm=Cause(active_from=date(2022, 3, 1)))
    assert schedule.capacity_t[PASS_OUT, week["2022-02-07"]] == pytest.approx(PASS_WEEK)
    assert schedule.capacity_t[PASS_OUT, week["2022-03-07"]] == 0.0
    schedule, week = compiled(tables, storm=Cause(active_to=date(2022, 2, 9)))
    assert schedule.capacity_t[PASS_OUT, week["2022-02-07"]] == pytest.approx(PASS_WEEK * 4 / 7)
    assert schedule.capacity_t[PASS_OUT, week["2022-03-07"]] == pytest.approx(PASS_WEEK)


def known_at(schedule, gate, week, seen):
    return schedule.known_capacity_t[schedule.version[gate, seen], week]


def test_a_measure_is_known_from_its_announcement():
    tables = with_calendar(
        spell("2022-03-07", "2022-03-13", cause="strike", announced=date(2022, 2, 16)),
    )
    schedule, week = compiled(tables, strike=Cause())
    strike = week["2022-03-07"]
    assert known_at(schedule, PASS_OUT, strike, week["2022-02-07"]) == pytest.approx(PASS_WEEK)
    assert known_at(schedule, PASS_OUT, strike, week["2022-02-14"]) == 0.0
    assert known_at(schedule, PASS_OUT, strike + 1, week["2022-02-14"]) == pytest.approx(PASS_WEEK)


def test_a_shock_is_known_on_its_first_day():
    schedule, week = compiled(with_calendar(spell("2022-03-09", "2022-03-20", cause="storm")), storm=Cause())
    storm = week["2022-03-14"]
    assert known_at(schedule, PASS_OUT, storm, week["2022-02-28"]) == pytest.approx(PASS_WEEK)
    assert known_at(schedule, PASS_OUT, storm, week["2022-03-07"]) == 0.0


def test_an_end_that_nobody_knows_is_taken_never_to_come():
    tables = with_calendar(spell("2021-03-01", "2022-06-15", cause="pandemic"))
    schedule, week = compiled(tables, pandemic=Cause(end_known=False))
    after = week["2023-05-01"]
    assert known_at(schedule, PASS_OUT, after, week["2021-02-22"]) == pytest.approx(PASS_WEEK)
    assert known_at(schedule, PASS_OUT, after, week["2021-03-01"]) == 0.0
    assert known_at(schedule, PASS_OUT, after, week["2022-06-06"]) == 0.0
    assert known_at(schedule, PASS_OUT, after, week["2022-06-13"]) == pytest.approx(PASS_WEEK)
    known, _ = compiled(tables, pandemic=Cause())
    assert known_at(known, PASS_OUT, after, week["2021-03-01"]) == pytest.approx(PASS_WEEK)


def test_a_short_opening_is_not_taken_to_last():
    tables = with_calendar(
        spell("2021-03-01", "2022-06-15", cause="pandemic"),
        spell("2021-07-05", "2021-07-18", share=1.0, cause="pandemic"),
    )
    schedule, week = compiled(tables, pandemic=Cause(end_known=False))
    opening = week["2021-07-05"]
    assert known_at(schedule, PASS_OUT, opening + 1, opening) == pytest.approx(PASS_WEEK)
    assert known_at(schedule, PASS_OUT, opening + 2, opening) == 0.0


def gone(schedule, gate):
    """First week from which a gate never opens again, as known in each week."""
    return schedule.gone_week[schedule.version[gate]]


def test_a_gate_that_shuts_without_an_end_is_gone_from_its_first_whole_week():
    """Shut from Wednesday on, told on the Tuesday of a week before."""
    closed = {"announced": date(2022, 2, 15), "cause": "strike"}
    schedule, week = compiled(with_calendar(spell("2022-03-02", **closed)), strike=Cause())
    told = week["2022-02-14"]
    assert (gone(schedule, PASS_OUT)[:told] == NEVER).all()
    assert (gone(schedule, PASS_OUT)[told:] == week["2022-03-07"]).all()
    assert schedule.capacity_t[PASS_OUT, week["2022-02-28"]] == pytest.approx(PASS_WEEK * 2 / 7)
    assert (gone(schedule, RAIL_OUT) == NEVER).all()
    one_way, _ = compiled(with_calendar(spell("2022-03-02", direction="export")))
    assert (gone(one_way, PASS_OUT) == week["2022-03-07"]).all()
    assert (gone(one_way, PASS_IN) == NEVER).all()


@pytest.mark.parametrize(
    ("spells", "cause"),
    [
        ([spell(season_from="12-01", season_to="03-31")], Cause()),
        ([spell("2022-03-02", "2199-12-30")], Cause()),
        ([spell("2022-03-02", cause="strike")], Cause(end_known=False)),
        ([spell("2022-03-02", cause="strike")], Cause(active_to=date(2030, 1, 1))),
        ([spell("2022-03-02"), spell("2031-01-01", "2031-01-31", share=1.0)], Cause()),
        ([spell("2022-03-02"), spell(season_from="08-01", season_to="08-07", share=0.2)], Cause()),
    ],
    ids=["a season", "an end far off", "until it is lifted", "until a day", "a later opening", "a week a year"],
)
def test_a_gate_that_may_open_again_is_not_gone(spells, cause):
    schedule, _ = compiled(with_calendar(*spells), end="2022-12-25", strike=cause)
    assert (gone(schedule, PASS_OUT) == NEVER).all()


def test_a_gate_that_is_opened_again_by_surprise_is_gone_until_then():
    again = spell("2024-01-01", share=1.0, cause="longer_hours", announced=date(2023, 10, 1))
    schedule, week = compiled(with_calendar(spell("2022-03-02"), again), longer_hours=Cause())
    told = week["2023-09-25"]
    assert (gone(schedule, PASS_OUT)[:told] == week["2022-03-07"]).all()
    assert (gone(schedule, PASS_OUT)[told:] == NEVER).all()


def test_a_crossing_that_does_not_exist_yet_is_not_gone():
    rows = TINY.crossings.copy()
    ours = (rows["crossing"] == "road_pass") & (rows["quantity"] == "capacity")
    rows.loc[ours, "from_date"] = date(2024, 1, 1)
    rows.loc[ours, "announced"] = date(2023, 1, 1)
    schedule, _ = compiled(replace(with_calendar(), crossings=rows))
    assert (gone(schedule, PASS_OUT) == NEVER).all()


def test_how_long_a_run_lasts_does_not_decide_whether_a_gate_is_gone():
    tables = with_calendar(spell("2022-03-02", "2023-06-30"), spell("2025-01-01"))
    short, _ = compiled(tables, end="2022-12-25")
    long, week = compiled(tables)
    assert (gone(short, PASS_OUT) == NEVER).all()
    assert (gone(long, PASS_OUT) == week["2025-01-06"]).all()


def test_a_known_season_is_always_known():
    schedule, week = compiled(with_calendar(spell(season_from="12-01", season_to="03-31")))
    assert len(np.unique(schedule.version[PASS_OUT])) == 1
    assert known_at(schedule, PASS_OUT, week["2026-02-02"], 0) == 0.0


def test_days_to_the_next_open_day():
    schedule, week = compiled(with_calendar(spell(season_from="12-01", season_to="03-31")))
    wait = schedule.next_open_days[schedule.version[PASS_OUT, 0]]
    assert wait[week["2025-11-24"]] == 0
    assert wait[week["2025-12-01"]] == 31 + 31 + 28 + 31
    assert wait[week["2026-03-30"]] == 2
    assert wait[week["2026-12-21"]] == 11 + 31 + 28 + 31  # looks past the last week of the run
    shut, _ = compiled(with_calendar(spell("2021-03-01")))
    assert shut.next_open_days[shut.version[PASS_OUT, 0], -1] == LONGEST_WAIT_DAYS


def test_background_takes_the_nearest_year_given():
    schedule, week = compiled(TINY)
    tonnes = schedule.background_t[RAIL_OUT]
    assert tonnes[week["2021-01-04"]] == 12000  # 2021 is as near to 2019 as to 2023
    assert tonnes[week["2021-12-27"]] == pytest.approx((12000 * 5 + 15000 * 2) / 7)
    assert tonnes[week["2026-12-21"]] == 15000
    assert schedule.background_share[RAIL_OUT, week["2022-01-03"]] == pytest.approx(0.8)
    assert np.all(schedule.background_t[PASS_OUT] == 0)


def test_passage_costs_leave_causes_out_and_add_up_the_sides():
    costs = passage_costs(TINY, date(2018, 12, 31))
    assert costs.border_days.tolist() == [1, 1, 0.5, 0.5, 1, 1]
    assert costs.handling_days.tolist() == [1, 1, 0, 0, 3, 3]
    assert costs.base_fee_usd_per_t.tolist() == [10, 10, 10, 10, 5, 5]
    crossings = TINY.crossings.copy()
    hours = (crossings["crossing"] == "rail_gate") & (crossings["quantity"] == "border_hours")
    rows = crossings[hours].assign(side="near", value=6.0), crossings[hours].assign(side="far", value=30.0)
    crossings = pd.concat([crossings[~hours], *rows], ignore_index=True)
    assert passage_costs(replace(TINY, crossings=crossings), date(2018, 12, 31)).border_days[0] == 1.5


SPANS = st.tuples(st.integers(0, 700), st.integers(0, 200), st.sampled_from([0.0, 0.25, 1.0]), st.integers(0, 60))


@settings(max_examples=40, deadline=None)
@given(st.lists(SPANS, max_size=5), st.booleans())
def test_weeks_are_sums_of_days_and_the_present_is_known(spans, end_known):
    """A plain loop over days is the oracle; what is known of a week in that week is what happens."""
    first = date(2022, 1, 3)
    spells = [
        spell(
            (first + timedelta(begin)).isoformat(),
            (first + timedelta(begin + length)).isoformat(),
            share=share,
            cause="storm",
            announced=first + timedelta(begin - ahead) if ahead else None,
        )
        for begin, length, share, ahead in spans
    ]
    weeks = week_starts(first, date(2023, 12, 31))
    schedule = compile_gates(with_calendar(*spells), {"storm": Cause(end_known=end_known)}, weeks)
    shares = np.ones(7 * len(weeks))
    for begin, length, share, _ in spans:
        shares[begin : begin + length + 1] = share
    np.testing.assert_allclose(
        schedule.capacity_t[PASS_OUT], PASS_WEEK * shares.reshape(-1, 7).mean(axis=1), rtol=1e-12
    )
    present = schedule.known_capacity_t[schedule.version, np.arange(len(weeks))]
    np.testing.assert_array_equal(present, schedule.capacity_t)
