"""Days on which a measure sets a regime apart from another, counted by hand; and backgrounds that differ."""

from dataclasses import replace
from datetime import date

import pytest

from sim.policy.apart import ADDED, ALTERED, LEFT_OUT, days_apart, hardly_in_force, joined
from sim.policy.backgrounds import background_apart
from sim.policy.language.load import load_regime
from sim.world.tables.read import find_world, read_tables

FIRST, LAST = date(2021, 1, 1), date(2027, 12, 31)
BAN = "sender: united_states, instrument: import_ban, scope: {true_origin: region}"


@pytest.fixture(scope="module")
def tables():
    return read_tables(find_world("xinjiang"))


@pytest.fixture
def named(regime_of):
    """Write regimes of one measure, each under a name of its own."""

    def load(name: str, **measures: str):
        return replace(regime_of(**measures), name=name)

    return load


def test_the_ban_of_the_union_is_in_force_on_the_last_days_only(tables):
    found = hardly_in_force([load_regime("none"), load_regime("us_eu")], "none", FIRST, LAST, tables)
    (ban,) = found  # not the ban of the United States
    assert (ban.regime, ban.measure, ban.sender, ban.how) == ("us_eu", "eu_product_ban", "European Union", ADDED)
    assert (ban.days, ban.full_days, ban.compared) == (18, 18.0, 2556)  # 14 to 31 December
    assert (ban.begins, ban.needed_end) == (date(2027, 12, 14), date(2028, 12, 31))
    assert "18 of the 2,556 days" in ban.sentence
    assert "end=2028-12-31" in ban.sentence


def test_with_the_end_that_is_told_enough_is_in_force(tables):
    regimes = [load_regime("none"), load_regime("us_eu")]
    assert hardly_in_force(regimes, "none", FIRST, date(2028, 12, 31), tables) == []


@pytest.mark.parametrize(
    ("dates", "days", "full_days", "needed_end"),
    [
        ("start: 2030-03-01", 0, 0, date(2031, 12, 31)),
        ("start: 2019-01-01, end: 2020-12-31", 0, 0, None),
        ("start: 2021-01-01, end: 2021-01-30", 30, 30, None),
        ("start: 2027-01-01", 365, 365, date(2028, 12, 31)),
        ("start: 2027-01-01, phase_in: {shape: linear, weeks: 104}", 365, 365**2 / 2 / 728, date(2028, 12, 31)),
        ("start: 2010-01-01, phase_in: {shape: linear, weeks: 52}", 2556, 2556, date(2028, 12, 31)),
    ],
)
def test_days_in_force_are_those_of_the_calendar(dates, days, full_days, needed_end, named, tables):
    regimes = [named("base"), named("own", ban=f"{BAN}, {dates}")]
    (found,) = days_apart(regimes[1], regimes[0], FIRST, LAST, tables)
    assert (found.days, found.needed_end) == (days, needed_end)
    assert found.full_days == pytest.approx(full_days, abs=1e-6)
    assert ("never in force" in found.sentence) == (days == 0)


def test_stages_of_a_measure_are_judged_together_and_what_regimes_have_alike_is_told_once(named, tables):
    stages = {
        "first": f"{BAN}, start: 2021-01-01, end: 2021-05-31",  # 151 days
        "second": f"{BAN}, start: 2021-06-01, end: 2021-10-31",  # 153 days
    }
    regimes = [
        named("base"),
        named("staged", **stages),
        named("one", first=stages["first"]),
        named("two", first=stages["first"]),
    ]
    first, second = days_apart(regimes[1], regimes[0], FIRST, LAST, tables)
    assert (first.full_days, first.other_stages, second.full_days, second.other_stages) == (151, 153, 153, 151)
    assert not first.hardly  # 304 of 2,556 days
    alone = hardly_in_force(regimes, "base", FIRST, LAST, tables)
    assert [(each.regime, each.other_stages) for each in alone] == [("one", 0), ("two", 0)]
    (told,) = joined(alone)
    assert told.sentence.startswith("one, two: 'first' (United States) is in force on 151 of the 2,556 days")


def test_a_measure_of_another_scope_is_no_stage(named, tables):
    goods = BAN.replace("{true_origin: region}", "{true_origin: region, commodities: apparel}")
    own = named(
        "own", first=f"{BAN}, start: 2021-01-01, end: 2021-05-31", second=f"{goods}, start: 2021-06-01, end: 2022-12-31"
    )
    first, second = days_apart(own, named("base"), FIRST, LAST, tables)
    assert (first.hardly, second.hardly, first.other_stages) == (True, False, 0)


def test_a_measure_that_both_have_counts_on_the_days_on_which_it_differs(named, tables):
    base = named("base", ban=f"{BAN}, start: 2022-06-21")
    lifted, weaker = (
        named("lifted", ban=f"{BAN}, start: 2022-06-21, end: 2027-12-01"),
        named("weaker", ban=f"{BAN}, start: 2022-06-21, enforcement: {{budget: 0.5}}"),
    )
    (found,) = days_apart(lifted, base, FIRST, LAST, tables)
    assert (found.how, found.days, found.begins) == (ALTERED, 30, date(2027, 12, 2))
    (found,) = days_apart(weaker, base, FIRST, LAST, tables)
    assert (found.how, found.days) == (ALTERED, (LAST - date(2022, 6, 21)).days + 1)
    (found,) = days_apart(named("free"), base, FIRST, LAST, tables)
    assert (found.how, found.begins) == (LEFT_OUT, date(2022, 6, 21))


def test_sources_and_remarks_set_nothing_apart(named, tables):
    pair = [named("a", ban=f"{BAN}, start: 2022"), named("b", ban=f"{BAN}, start: 2022, note: a remark")]
    assert days_apart(*pair, FIRST, LAST, tables) == []


def test_regimes_on_one_background_do_not_differ_in_it():
    assert not background_apart(load_regime("us_eu"), load_regime("none"))
    assert background_apart(load_regime("us_eu"), load_regime("none")).sentence == ""


def test_a_background_that_is_replaced_is_named(named):
    own = named("own", ban=f"{BAN}, start: 2022", quake="sender: events, instrument: security, level: 0.1, start: 2022")
    apart = background_apart(own, load_regime("none"))
    assert (apart.adds, apart.alters) == (("quake",), ())
    assert {"pandemic", "hours_24", "us_de_minimis_china"} <= set(apart.lacks)
    assert "background of own is not that of none" in apart.sentence
    assert background_apart(load_regime("none"), own).lacks == ("quake",)


def test_what_is_left_out_of_the_background_or_altered_is_named():
    apart = background_apart(load_regime("observed_without_zone"), load_regime("observed"))
    assert (apart.lacks, apart.adds, apart.alters) == (("free_trade_zone",), (), ())
    apart = background_apart(load_regime("khunjerab_year_round"), load_regime("none"))
    assert apart.alters == ("khunjerab_year_round",)
