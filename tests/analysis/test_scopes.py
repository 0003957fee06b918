"""Goods in scope are those that the measures name: senders, commodities, kinds and days, whatever else is compared."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.analysis.cuts import cut_and_diverted, entering_in_scope
from sim.analysis.periods import Dates
from sim.analysis.scopes import InScope, Part, scopes
from sim.policy.apart import days_apart
from sim.policy.backgrounds import background_apart
from sim.policy.language.load import load_regime
from sim.world.tables.read import find_world, read_tables
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2022)
DATES = Dates(MONTHS)
LATE = {"ban": DATES.period(slice(0, 12))}


def test_days_kinds_and_commodities_choose_what_is_in_scope():
    scope = InScope(
        (
            Part(commodities=("cotton",), kinds=("direct",), end=date(2022, 6, 20)),
            Part(start=date(2022, 6, 21), spared=(Part(kinds=("parcel",), end=date(2022, 8, 31)),)),
        ),
        DATES,
    )
    assert scope.tells_commodities
    np.testing.assert_allclose(scope.share("direct", "cotton"), np.ones(12))
    half = np.array([0] * 5 + [10 / 30] + [1] * 6)
    np.testing.assert_allclose(scope.share("direct", "steel"), half)
    np.testing.assert_allclose(scope.share("embodied", "cotton"), half)
    np.testing.assert_allclose(scope.share("parcel", "steel"), [0] * 8 + [1] * 4)


def test_a_cut_study_counts_the_days_that_it_observed():
    cut = Dates(MONTHS[:2], date(2022, 1, 25), date(2022, 2, 10))
    scope = InScope((Part(start=date(2022, 1, 29), end=date(2022, 2, 5)),), cut)
    np.testing.assert_allclose(scope.share("direct"), [3 / 7, 5 / 10])


@pytest.fixture(scope="module")
def tables():
    return read_tables(find_world("xinjiang"))


def test_cotton_only_counts_cotton_and_the_ban_all_goods(tables):
    regimes = [load_regime(name) for name in ("none", "cotton_only", "uflpa")]
    found = scopes(regimes, "none", tables, DATES)
    assert [list(found[name]) for name in found] == [[], ["united_states"], ["united_states"]]
    cotton, ban = (found[name]["united_states"] for name in ("cotton_only", "uflpa"))
    assert cotton.share("direct", "apparel").tolist() == [1.0] * 12
    assert cotton.share("direct", "metals").tolist() == [0.0] * 12
    assert ban.share("direct", "metals").tolist() == [0.0] * 5 + [10 / 30] + [1.0] * 6


def test_the_scope_of_a_pair_is_the_same_whatever_else_is_compared(tables):
    regimes = [load_regime(name) for name in ("none", "uflpa", "us_eu")]
    alone, beside = (scopes(some, "none", tables, DATES)["uflpa"] for some in (regimes[:2], regimes))
    assert list(alone) == list(beside) == ["united_states"]
    members = tables.markets["market"][["eu" in blocs.split() for blocs in tables.markets["blocs"]]]
    assert list(scopes(regimes, "none", tables, DATES)["us_eu"]) == ["united_states", *members]
    assert list(scopes(regimes[1:], "uflpa", tables, DATES)["us_eu"]) == members.tolist()


def test_another_source_or_note_of_a_measure_puts_nothing_in_scope(tables):
    ban = load_regime("uflpa")
    remarked = tuple(replace(each, note="seen twice", source="assumed", low=0.0, high=9.0) for each in ban.measures)
    named = replace(ban, name="remarked", measures=remarked)
    assert scopes([ban, named], "uflpa", tables, DATES) == {"uflpa": {}, "remarked": {}}
    assert days_apart(named, ban, date(2022, 1, 1), date(2022, 12, 31), tables) == []
    assert not background_apart(named, ban)


def test_a_measure_elsewhere_or_on_imports_has_nothing_in_scope_at_the_border_of_its_sender(tables):
    none, ban = load_regime("none"), load_regime("uflpa")
    name = next(each.name for each in ban.measures if each.name == "us_import_ban")
    elsewhere = replace(
        ban,
        measures=tuple(
            replace(each, scope=replace(each.scope, markets=("japan",))) if each.name == name else each
            for each in ban.measures
        ),
    )
    found = scopes([none, elsewhere], "none", tables, DATES)["uflpa"]["united_states"]
    assert found.share("direct", "metals").tolist() == [0.0] * 12


def stored(by_commodity=True):
    """Cotton falls by half under the ban, steel stays and is ten times as much."""
    values = {}
    runs = np.linspace(1, 3, 21)[:, None] * np.ones(12)
    for kind, size in (("direct", 1.0), ("parcel", 0.25)):
        parts = {
            "cotton": {"none": size * runs, "ban": size * runs / 2},
            "steel": dict.fromkeys(("none", "ban"), 10 * runs),
        }
        values["sanctioned_trade", f"s/{kind}", "all", "export"] = {
            name: sum(part[name] for part in parts.values()) for name in ("none", "ban")
        }
        if by_commodity:
            values |= {("sanctioned_trade", f"s/{kind}", each, "export"): part for each, part in parts.items()}
    return SmallResults(MONTHS, "none", values)


def test_goods_out_of_scope_do_not_thin_out_a_cut():
    cotton = {"ban": {"s": InScope((Part(commodities=("cotton",)),), DATES)}}
    table = cut_and_diverted(stored(), "none", LATE, cotton).set_index("quantity")["mean"]
    lost, gained = 1.0 * 12, -0.25 * 12
    wanted = {"cut": 0.5, "cut_direct": 0.4, "other_ways_share": 0.2, "other_ways_share_against": 0.2}
    wanted |= {"direct_lost": lost, "other_ways_gained": gained, "diverted": gained / lost}
    assert {name: table[name] for name in wanted} == pytest.approx(wanted)
    row = entering_in_scope(stored(), "none", {"ban": [LATE["ban"]]}, cotton).iloc[0]
    assert (row["mean_against"], row["difference"]) == pytest.approx((1.25 * 2 * 12, -1.25 * 12))
    everything = cut_and_diverted(stored(), "none", LATE, {"ban": {"s": InScope((Part(),), DATES)}})
    assert everything["mean"][0] == pytest.approx(0.625 / 21.25)


def test_where_commodities_are_not_stored_nothing_is_said_of_some_of_them():
    cotton = {"ban": {"s": InScope((Part(commodities=("cotton",)),), DATES)}}
    assert cut_and_diverted(stored(by_commodity=False), "none", LATE, cotton).empty


def test_a_scope_of_half_a_period_counts_that_half():
    half = {"ban": {"s": InScope((Part(commodities=("cotton",), start=date(2022, 7, 1)),), DATES)}}
    row = entering_in_scope(stored(), "none", {"ban": [LATE["ban"]]}, half).iloc[0]
    assert row["difference"] == pytest.approx(-1.25 * 6)
