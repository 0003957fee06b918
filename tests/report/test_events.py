"""Marked days: measures that set regimes apart are announced and begin, crossings close."""

from datetime import date
from types import SimpleNamespace

import numpy as np
from matplotlib import rc_context

from sim.analysis.periods import Dates
from sim.policy.language.load import load_regimes
from sim.report import style
from sim.report.figures.events import ANNOUNCED, CLOSURE, MOST, STARTS, Event, events
from sim.report.figures.trade_by_market import lie_on_each_other, trade_panels
from tests.report.test_figures import MONTHS, bands, looks, no_observations, overlapping


def study_of(tables, *names):
    return SimpleNamespace(laws=load_regimes(names), against=names[0], world=tables, dates=Dates(MONTHS))


def test_bans_are_marked_when_announced_and_when_in_force_and_how_customs_look_is_not(tables):
    found = events(study_of(tables, "none", "uflpa"))
    of_measures = [(each.day, each.kind) for each in found if each.kind != CLOSURE]
    begins, told = date(2022, 6, 21), date(2021, 12, 23)
    assert of_measures == [(date(2021, 1, 13), STARTS), (told, ANNOUNCED), (begins, STARTS)]
    assert [each.day for each in found if each.kind == CLOSURE][0] == date(2021, 3, 1)
    assert sorted(found, key=lambda each: each.day) == found


def test_what_both_regimes_have_is_not_marked(tables):
    found = events(study_of(tables, "uflpa", "us_eu"))
    assert {(each.day.year, each.kind) for each in found if each.kind != CLOSURE} == {(2024, ANNOUNCED), (2027, STARTS)}


def test_of_many_days_those_in_force_are_kept(tables):
    found = events(study_of(tables, "none", "us_eu", "coalition", "secondary", "tracing", "financial", "transit_ban"))
    assert len(found) == MOST
    assert date(2022, 6, 21) in {each.day for each in found if each.kind == STARTS}


def test_marked_days_and_letters_stand_apart():
    days = [date(2025, 7, 20), date(2025, 7, 21), date(2025, 9, 12)]
    marked = [Event(day, STARTS, f"A measure of a long name {day.day}") for day in days]
    table = bands([f"regime_{number}_of_a_long_name_without_blanks" for number in range(8)], ["total", "b"], MONTHS)
    figure = trade_panels(table, no_observations(), looks(8), {}, "A title", marked=marked)
    style.png_of(figure, "Source")
    assert overlapping(figure) == []


def close(apart):
    table = bands(["none", "ban"], ["total"], ["2021-01", "2021-02"])
    table["median"] = np.where(table["regime"] == "none", 100.0, 100.0 + apart)
    moved = {"difference_q05": apart - 1, "difference_median": apart, "difference_q95": apart + 1}
    return table.assign(**moved)


def test_differences_are_drawn_where_levels_lie_on_each_other():
    assert lie_on_each_other(close(1.0))
    assert not lie_on_each_other(close(50.0))
    assert not lie_on_each_other(close(1.0).drop(columns="difference_median"))
    names = style.looks_of(["none", "ban"], "none", {})
    with rc_context(style.STYLE):
        figure = trade_panels(close(1.0), no_observations(), names, {}, "A title")
    level, strip = figure.axes
    assert [line.get_ydata()[0] for line in level.lines] == [100.0, 101.0]
    assert strip.lines[-1].get_ydata().tolist() == [1.0, 1.0]
    assert len(strip.lines) == 2  # zero, and the regime; none of that compared with
