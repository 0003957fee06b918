"""The library against the shipped world: every name and cause is known there, and every regime compiles."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from sim.constants import NEVER
from sim.labels import Labels
from sim.policy.compile.capacity import compile_schedule
from sim.policy.compile.regime import compile_policy
from sim.policy.instruments import Instrument
from sim.policy.language.load import library, load_regime
from sim.policy.language.names import names_of
from sim.units import week_starts
from sim.world.graph import crossing_ids
from sim.world.tables.read import find_world, read_tables

REQUIRED = {
    "none",
    "observed",
    "uflpa",
    "uflpa_with_listings",
    "cotton_only",
    "us_eu",
    "coalition",
    "due_diligence",
    "secondary",
    "tracing",
    "transit_ban",
    "financial",
    "embargo",
    "targeted_listing_only",
    "lifted_2026",
    "expiry_2030",
    "khunjerab_seasonal",
    "khunjerab_year_round",
    "no_countermeasures",
}


@pytest.fixture(scope="module")
def shipped():
    """The shipped world with all its labels and one direct export channel for apparel to each market."""
    tables = read_tables(find_world("xinjiang"))
    markets = tuple(tables.markets["market"])
    many = np.arange(len(markets), dtype=np.int32)
    apparel = np.full(len(markets), list(tables.commodities["commodity"]).index("apparel"), dtype=np.int32)
    zeros, none = np.zeros(len(markets), dtype=np.int32), np.full(len(markets), -1, dtype=np.int32)
    arrays = SimpleNamespace(
        goods=SimpleNamespace(content_share=np.ones(len(tables.commodities), dtype=np.float32)),
        routes=SimpleNamespace(stop_gate=zeros, stop_route=many),
        channels=SimpleNamespace(
            route_start=np.arange(len(markets) + 1, dtype=np.int32),
            origin=zeros,
            commodity=apparel,
            direction=zeros,
            market=many,
            declared=many,
            hub=none,
            kind=zeros,
            inspection_class=none,
        ),
        cells=SimpleNamespace(market=many, commodity=apparel),
        authorities=SimpleNamespace(
            market=many,
            class_start=np.zeros(len(markets) + 1, dtype=np.int32),
            class_declared=zeros[:0],
            class_commodity=zeros[:0],
        ),
    )
    return SimpleNamespace(
        arrays=arrays,
        tables=tables,
        labels=Labels(
            markets=markets,
            commodities=tuple(tables.commodities["commodity"]),
            places=tuple(tables.places["place"]),
            crossings=crossing_ids(tables.places, tables.crossings),
            authorities=(),
            declared_origins=(),
            blocs={row.market: tuple(row.blocs.split()) for row in tables.markets.itertuples()},
        ),
        week_starts=week_starts(date(2021, 1, 1), date(2030, 12, 31)),
    )


def test_the_library_holds_what_is_promised():
    assert set(library()) >= REQUIRED


@pytest.mark.parametrize("name", sorted(library()))
def test_every_name_of_a_regime_is_known_in_the_shipped_world(shipped, name):
    names_of(shipped).check(load_regime(name))


def test_every_cause_of_the_world_is_in_the_background(shipped):
    switched = {measure.cause for measure in load_regime("none").measures} - {""}
    assert set(names_of(shipped).causes) == switched


def test_the_act_is_in_force_from_its_day_and_the_order_before_it_to_the_day_before(shipped):
    policy = compile_policy(load_regime("uflpa"), shipped)
    week = int(np.flatnonzero(shipped.week_starts == np.datetime64("2022-06-20"))[0])
    bans = policy.intensity[policy.instrument == Instrument.import_ban.number]
    np.testing.assert_allclose(sorted(bans[:, week]), [1 / 7, 6 / 7], rtol=1e-6)
    np.testing.assert_array_equal(bans.sum(axis=0)[week + 1 :], 1)


def test_the_pass_stays_open_in_winter_only_by_the_counter_measure(shipped):
    week = int(np.flatnonzero(shipped.week_starts == np.datetime64("2026-01-05"))[0])
    gate = 2 * shipped.labels.crossings.index("khunjerab")
    seasonal, usual = (compile_policy(load_regime(name), shipped) for name in ("khunjerab_seasonal", "none"))
    assert seasonal.schedule.capacity_t[gate, week] == 0
    assert usual.schedule.capacity_t[gate, week] > 0


@pytest.mark.parametrize("name", sorted(library()))
def test_the_shipped_world_loses_no_crossing_for_good(shipped, name):
    """So nothing turns back before a gate there but under a ban on transit."""
    schedule = compile_schedule(load_regime(name), shipped.tables, names_of(shipped), shipped.week_starts)
    assert (schedule.gone_week == NEVER).all()


def test_regimes_without_counter_measures_keep_the_shocks():
    kept = {measure.name for measure in load_regime("no_countermeasures").measures}
    assert {"pandemic", "red_sea_2023", "us_import_ban"} <= kept
    assert not {"hours_24", "free_trade_zone", "new_capacity"} & kept
