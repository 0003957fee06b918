"""The table of instruments: every row is whole, and a new row alone makes an instrument."""

from dataclasses import replace

import numpy as np
import pytest

from sim.about import Sender
from sim.errors import InputError
from sim.policy import describe, instruments
from sim.policy.compile.regime import compile_rows, pack
from sim.policy.instruments import Instrument, InstrumentTable
from sim.policy.language import read
from sim.policy.language.measures import Enforcement, Measure, Scope
from sim.policy.rules import ANY_MARKET, FIRM_AXES, OWN_MARKET, Effect, Level, Rule
from sim.state import DIRECTIONS, KINDS
from sim.state.measures import COLUMNS, ROLES, STRONGEST, TABLES, TARIFF
from tests.limits import worlds

TABLES_OF = {
    "channels": {"channel", "by_class"},
    "routes": {"passage"},
    "cells": {"driver"},
    "places": {"subsidy"},
    "gates": set(),
    "classes": {"inspection"},
    "customs": {"customs_budget"},
}
KEYS = {*Scope.__dataclass_fields__, *Measure.__dataclass_fields__}
LEVY = Rule(
    plain="levies direct imports",
    level=Level("levy on direct imports", "share of the customs value", highest=2),
    market=OWN_MARKET,
    directions=("export",),
    effects=(Effect("tariff"),),
    stacks=True,
)


def test_no_two_words_stand_for_one_row() -> None:
    assert [each.name for each in Instrument] == list(Instrument.__members__)
    assert [each.number for each in Instrument] == list(range(len(Instrument)))
    assert len({each.rule.plain for each in Instrument}) == len(Instrument)


@pytest.mark.parametrize("instrument", Instrument, ids=lambda each: each.name)
def test_a_row_is_whole(instrument: Instrument) -> None:
    rule = instrument.rule
    assert rule.plain
    assert rule.combined
    assert rule.effects or rule.roles or rule.spares or rule.reach == "gates", "it would do nothing"
    tables = list(TABLES)
    assert {tables[COLUMNS[column][0]] for column in rule.writes} <= TABLES_OF[rule.reach], "it reaches none of these"
    if set(rule.writes) & set(TABLES["by_class"]):
        assert rule.firm_axes, "what it does is kept by class of firm"
    assert rule.market is ANY_MARKET or rule.market[0] in ("markets", "places", "hubs")
    assert set(rule.kinds) <= set(KINDS)
    assert rule.directions
    assert set(rule.directions) <= set(DIRECTIONS)
    assert set(rule.firm_axes) <= set(FIRM_AXES)
    assert {*rule.needs, *rule.keys} <= KEYS
    assert {*rule.spares, *dict(rule.against)} <= set(Instrument.__members__)
    assert rule.one_per in ("", "sender", "places", "cause")
    assert rule.one_way in ("", *Scope.__dataclass_fields__)
    for effect in rule.effects:
        assert effect.full == "level" or (
            "enforcement" in rule.keys and effect.full in Enforcement.__dataclass_fields__
        )
        assert effect.firms in ("any", "all", "some")


@pytest.mark.parametrize("instrument", [each for each in Instrument if each.rule.level], ids=lambda each: each.name)
def test_a_level_has_a_meaning_a_unit_and_bounds(instrument: Instrument) -> None:
    level = instrument.rule.level
    assert level.meaning
    assert level.unit
    assert level.lowest < level.highest
    assert level.default is None or level.lowest <= level.default <= level.highest


def test_every_column_and_role_is_some_instruments() -> None:
    assert {column for each in Instrument for column in each.rule.writes} == set(COLUMNS)
    assert {role for each in Instrument for role in each.rule.roles} == set(range(len(ROLES)))


@pytest.fixture
def levy(monkeypatch) -> InstrumentTable:
    """The new instrument, in a table of all others and its row."""
    table = InstrumentTable("Instrument", {**{each.name: each.rule for each in Instrument}, "levy": LEVY})
    for module in (instruments, read, describe):
        monkeypatch.setattr(module, "Instrument", table)
    return table["levy"]


def test_a_new_row_is_read_told_and_compiled(levy, regime_of, built, names, gates) -> None:
    keys = "sender: united_states, instrument: levy, start: 2022-06-06, level: 0.25, scope: {kinds: direct}"
    regime = regime_of(m=keys)
    assert (
        "United States levies direct imports; from 2022-06-06; levy on direct imports, share of the customs value"
        in (describe.describe(regime))
    )
    policy = pack(compile_rows(regime, built, names), built, names, gates)
    assert policy.channel_reach.tolist() == [0, 1, 2], "direct channels into the sender's market"
    assert (policy.effects.table.tolist(), policy.effects.column.tolist()) == ([0], [TARIFF])
    assert policy.effects.full.tolist() == [0.25]
    assert "| `levy` | levies direct imports | levy on direct imports, share of the customs value; 0 to 2 |" in (
        describe.instruments_table()
    )
    with pytest.raises(InputError, match="outside 0 to 2"):
        regime_of(m=keys.replace("0.25", "2.5"))
    with pytest.raises(InputError, match="cannot tell firms apart by 'listed'"):
        regime_of(m=keys.replace("kinds: direct", "listed: yes"))


def lanes_to_two_markets() -> tuple[worlds.Lane, ...]:
    return tuple(worlds.Lane((worlds.Way(days=(7.0,)),), market=market) for market in (0, 1))


def run_under(*measures: worlds.Measure) -> worlds.Run:
    world = worlds.make_world(worlds.Sketch(lanes=lanes_to_two_markets()))
    return worlds.Run(world, worlds.make_policy(world, measures), worlds.settled()).step(30)


def test_a_new_row_acts_on_its_channels_as_its_column_says(levy) -> None:
    """A levy beside a tariff is a tariff of both: the same bits of trade."""
    both = run_under(
        worlds.Measure(levy, 0.25, 3, channels=(0,)), worlds.Measure(Instrument.tariff, 0.5, 3, channels=(0,))
    )
    one = run_under(worlds.Measure(Instrument.tariff, 0.75, 3, channels=(0,)))
    assert both.state.in_force.channel[TARIFF].tolist() == [0.75, 0]
    assert both.state.lanes.dispatched.tolist() == one.state.lanes.dispatched.tolist()
    assert both.state.lanes.dispatched[0] < run_under().state.lanes.dispatched[0]


def test_effects_of_one_column_combine_as_their_rows_say(monkeypatch) -> None:
    """Where the row says that the strongest holds, two levies on one channel are one."""
    strongest = Rule(plain="levies", level=LEVY.level, effects=(Effect("tariff", STRONGEST),))
    taken = Rule(plain="rebates", level=LEVY.level, effects=(Effect("tariff", factor=-1.0),))
    table = InstrumentTable("Instrument", {"levy": strongest, "rebate": taken})
    levies = [worlds.Measure(table.levy, level, channels=(0,)) for level in (0.25, 0.5, 0.125)]
    assert run_under(*levies).state.in_force.channel[TARIFF].tolist() == [0.5, 0]
    rebate = worlds.Measure(table.rebate, 0.125, channels=(0, 1))
    assert np.allclose(run_under(*levies, rebate).state.in_force.channel[TARIFF], [0.375, -0.125])


SENDERS = {
    "harbour": Sender("Harbour", places=("kashgar",)),
    "inland": Sender("Inland", places=("chengdu",), blocs=("allies",)),
}


@pytest.mark.parametrize(
    ("said", "reached"),
    [
        ("sender: harbour", [1, 9]),
        ("sender: [harbour, inland]", [1, 2, 9]),
        ("sender: allies", [2]),
        ("sender: harbour, scope: {markets: united_states}", [1]),
        ("sender: china, scope: {places: urumqi, kinds: relabelled}", [3]),
        ("sender: china, scope: {markets: united_states}", [0, 1, 2, 5]),
    ],
)
def test_a_licence_is_for_what_leaves_the_places_of_its_sender_openly(said, reached, regime_of, built, names, gates):
    """Parcels and direct goods name their market; what goes by hubs is licensed only where the scope says so."""
    about = replace(names.about, senders={**names.about.senders, **SENDERS})
    mine = replace(names, about=about)
    regime = regime_of(m=f"{said}, instrument: export_licence, start: 2022-06-06, level: 0.5")
    mine.check(regime)
    policy = pack(compile_rows(regime, built, mine), built, mine, gates)
    assert policy.channel_reach.tolist() == reached
    assert policy.effects.full.tolist() == [0.5]


def test_a_market_has_no_places_at_home_to_license(regime_of, names):
    regime = regime_of(m="sender: kazakhstan, instrument: export_licence, start: 2022-06-06")
    with pytest.raises(InputError, match="'kazakhstan', the sender of 'm', has no places at home"):
        names.check(regime)


def test_a_sender_licenses_only_what_leaves_its_own_places(regime_of, names):
    mine = replace(names, about=replace(names.about, senders=SENDERS))
    regime = regime_of(m="sender: harbour, instrument: export_licence, start: 2022-06-06, scope: {places: urumqi}")
    with pytest.raises(InputError, match="the sender of 'm' does not rule over 'urumqi'"):
        mine.check(regime)


@pytest.mark.parametrize(
    ("said", "reached"),
    [("", [10]), (", scope: {crossings: khorgos, markets: france}", [7]), (", scope: {hubs: malaysia}", [3, 4])],
)
def test_a_hub_controls_what_goes_through_it(said, reached, regime_of, built, names, gates):
    regime = regime_of(m=f"sender: kazakhstan, instrument: transit_control, start: 2022-06-06, level: 0.5{said}")
    assert pack(compile_rows(regime, built, names), built, names, gates).channel_reach.tolist() == reached
