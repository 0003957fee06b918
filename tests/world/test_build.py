"""A tiny world compiled into arrays: what it must meet, whatever the numbers."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.state import EXPORT, IMPORT, KINDS, MAKER, TRADER, Channels, Population
from sim.world.build import BuiltWorld, Settings, build_world
from sim.world.clock import build_clock
from sim.world.network.layout import split_weeks
from sim.world.tables.read import read_tables
from sim.world.trade.channels import knowable, renumbered
from sim.world.trade.population import (
    COMPLIANCE_ORDER,
    MADE_HERE_ORDER,
    hashed_ranks,
    largest_remainder,
    pareto_quantiles,
)
from sim.world.trade.shoppers import visitors
from sim.world.trade.targets import WEEKS_PER_YEAR, base_targets

TINY = Path(__file__).parent / "tiny"
SETTINGS = Settings(date(2021, 1, 1), date(2021, 12, 31), spin_up_weeks=4, slots=4)


@pytest.fixture(scope="module")
def built() -> BuiltWorld:
    return build_world(read_tables(TINY), SETTINGS)


def test_base_demand_is_that_of_the_table(built: BuiltWorld) -> None:
    demand = built.tables.demand
    for direction, name in ((EXPORT, "export"), (IMPORT, "import")):
        mine = built.arrays.channels.direction == direction
        total = built.arrays.channels.base_flow[mine].sum() * WEEKS_PER_YEAR
        assert total == pytest.approx(demand.loc[demand["direction"] == name, "value_musd"].sum(), rel=1e-3)


def test_targets_split_demand_without_losing_any(built: BuiltWorld) -> None:
    targets = base_targets(built.tables)
    total = targets.groupby(["market", "commodity", "direction"])["flow_musd"].sum() * WEEKS_PER_YEAR
    wanted = built.tables.demand.set_index(["market", "commodity", "direction"])["value_musd"]
    assert np.allclose(total.sort_index(), wanted[wanted > 0].sort_index(), rtol=1e-12)
    assert (targets["flow_musd"] > 0).all()


def test_shares_of_every_firm_sum_to_one(built: BuiltWorld) -> None:
    population = built.arrays.population
    assert np.allclose(population.share.sum(axis=0), 1.0, atol=1e-6)
    assert (population.share[population.channel < 0] == 0).all()


@pytest.fixture(scope="module")
def with_traders() -> BuiltWorld:
    """Half of the private firms of a place are traders, and the two nearest markets have border trade."""
    tables = read_tables(TINY)
    firms = tables.firms.copy()
    firms.loc[[0, 4], "kind"] = "trader"
    markets = tables.markets.copy()
    markets.loc[:1, "blocs"] += " border_trade"
    return build_world(replace(tables, firms=firms, markets=markets), SETTINGS)


def test_traders_know_channels_to_markets_with_border_trade_only(with_traders: BuiltWorld) -> None:
    population, channels = with_traders.arrays.population, with_traders.arrays.channels
    traders = population.channel[:, population.kind == TRADER]
    assert (traders >= 0).any(axis=0).all()
    assert set(channels.market[traders[traders >= 0]]) <= {0, 1}
    assert set(channels.market[population.channel[:, population.kind == MAKER]].ravel()) == {0, 1, 2, 3}


def test_the_base_is_met_with_traders_and_their_part_follows_the_trade_open_to_them(
    built: BuiltWorld, with_traders: BuiltWorld
) -> None:
    arrays, population = with_traders.arrays, with_traders.arrays.population
    for world in (built.arrays, arrays):
        by_target = np.bincount(world.channels.cell, world.channels.base_flow)
        assert by_target == pytest.approx(np.bincount(built.arrays.channels.cell, built.arrays.channels.base_flow))
    groups = arrays.channels.group_start.size - 1
    volume = np.bincount(population.group, population.base_volume, groups)
    by_traders = np.bincount(population.group, population.base_volume * (population.kind == TRADER), groups) / volume
    traded = (
        np.bincount(arrays.channels.group, arrays.channels.base_flow * (arrays.channels.market < 2), groups) / volume
    )
    assert (by_traders <= 0.851 * traded).all()
    assert (by_traders[traded < 1e-9] == 0).all()
    assert by_traders.max() > 0.3
    assert volume == pytest.approx(np.bincount(arrays.channels.group, arrays.channels.base_flow), rel=1e-3)


def test_without_a_market_of_border_trade_traders_draw_like_makers(built: BuiltWorld) -> None:
    tables = read_tables(TINY)
    renamed = build_world(replace(tables, firms=tables.firms.assign(kind="trader")), SETTINGS)
    assert (renamed.arrays.population.channel == built.arrays.population.channel).all()
    assert (renamed.arrays.population.kind == TRADER).all()


def test_no_firm_knows_a_channel_twice_or_one_of_another_group(built: BuiltWorld) -> None:
    population, channels = built.arrays.population, built.arrays.channels
    for firm in range(population.place.size):
        known = population.channel[population.channel[:, firm] >= 0, firm]
        assert np.unique(known).size == known.size
        assert (channels.group[known] == population.group[firm]).all()


def test_firms_are_those_of_the_table(built: BuiltWorld) -> None:
    assert built.arrays.population.place.size == built.tables.firms["firms"].sum()


def test_the_area_of_a_zone_holds_the_firms_of_the_table_or_a_whole_place(built: BuiltWorld) -> None:
    population, firms = built.arrays.population, built.tables.firms
    for place, name in enumerate(built.labels.places):
        inside = firms[(firms["place"] == name) & (firms["zone"] == "yes")]["firms"].sum()
        mine = population.place == place
        assert population.in_area[mine].sum() == (inside or mine.sum()), name


def test_visitors_of_a_week_are_the_mean_of_its_days(built: BuiltWorld) -> None:
    came = built.arrays.shoppers.per_day
    assert came.shape == (len(built.labels.places), built.week_starts.size)
    weeks = {str(monday): came[:, t].tolist() for t, monday in enumerate(built.week_starts)}
    place = built.labels.places.index("north_town")
    assert weeks["2020-12-14"][place] == 0  # before the first row
    assert weeks["2020-12-28"][place] == pytest.approx(100 * 3 / 7)
    assert weeks["2021-06-07"] == [100.0 if o == place else 0.0 for o in range(len(built.labels.places))]


def test_the_last_row_of_visits_that_covers_a_day_holds() -> None:
    visits = read_tables(TINY).visits
    mondays = np.array(["2021-12-27", "2022-01-03", "2022-01-10", "2022-01-17", "2022-01-24"], "datetime64[D]")
    expected = [100, (2 * 100 + 5 * 300) / 7, 300, (2 * 300 + 5 * 100) / 7, 100]
    assert visitors(visits, ["north_town"], mondays)[0] == pytest.approx(expected)


def test_base_volume_is_the_flow_of_the_channels(built: BuiltWorld) -> None:
    assert built.arrays.population.base_volume.sum() == pytest.approx(built.arrays.channels.base_flow.sum(), rel=1e-6)


def test_watched_channels_lead_into_markets_with_customs(built: BuiltWorld) -> None:
    channels = built.arrays.channels
    markets = {built.labels.markets[m] for m in channels.market[channels.watched_channel]}
    assert markets == set(built.labels.authorities)
    assert (channels.watched[channels.watched_channel] == np.arange(channels.watched_channel.size)).all()


def test_relabelled_goods_are_declared_from_their_hub(built: BuiltWorld) -> None:
    channels, authorities = built.arrays.channels, built.arrays.authorities
    relabelled = np.flatnonzero(channels.kind == KINDS.index("relabelled"))
    assert relabelled.size
    for k in relabelled:
        declared = authorities.class_declared[channels.inspection_class[k]]
        if channels.inspection_class[k] >= 0:
            assert built.labels.declared_origins[declared] == built.labels.markets[channels.hub[k]]
        assert channels.declared[k] == channels.hub[k] != channels.market[k]


def test_stops_follow_each_other_to_the_market(built: BuiltWorld) -> None:
    routes = built.arrays.routes
    for route in range(routes.channel.size):
        stops = np.arange(routes.stop_start[route], routes.stop_start[route + 1])
        assert (routes.stop_next[stops[:-1]] == stops[1:]).all()
        assert routes.stop_next[stops[-1]] == -1
        assert (routes.stop_channel[stops] == routes.channel[route]).all()


def test_travel_from_gate_to_gate_takes_a_week_at_least(built: BuiltWorld) -> None:
    routes = built.arrays.routes
    later = np.setdiff1d(np.arange(routes.stop_gate.size), routes.stop_start[:-1])
    assert (routes.stop_whole_weeks[later] >= 1).all()


def test_arrays_are_read_only(built: BuiltWorld) -> None:
    with pytest.raises(ValueError, match="read-only"):
        built.arrays.channels.base_flow[0] = 1.0


def test_two_builds_have_the_same_bits(built: BuiltWorld) -> None:
    again = build_world(read_tables(TINY), SETTINGS)
    assert (again.arrays.channels.base_flow == built.arrays.channels.base_flow).all()
    assert (again.arrays.population.share == built.arrays.population.share).all()


def test_too_few_firms_are_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="firms=1 is too few"):
        build_world(read_tables(TINY), Settings(date(2021, 1, 1), date(2021, 3, 31), spin_up_weeks=1, firms=1))


def test_days_outside_the_run_count_in_no_month() -> None:
    mondays = np.array(["2020-12-21", "2020-12-28", "2021-01-25", "2021-02-01"], "datetime64[D]")
    tables = read_tables(TINY)
    clock = build_clock(mondays, date(2021, 1, 1), date(2021, 2, 3), tables.seasons, ["apparel", "machinery"], 1, 2019)
    assert clock.month.tolist() == [[-1, -1], [-1, 0], [0, -1], [1, -1]]
    assert clock.flow_weight[1].tolist() == [0, 3 / 7]
    assert clock.flow_weight[3].tolist() == [3 / 7, 0]
    assert clock.mean_weight[3].tolist() == [1, 0]
    assert clock.years[3] == pytest.approx((date(2021, 2, 1) - date(2019, 7, 2)).days / 365.2425)


def test_a_delay_is_split_so_that_its_mean_is_exact() -> None:
    days = np.array([0.0, 3.0, 7.0, 10.5, 60.0])
    whole, part = split_weeks(days)
    assert np.allclose((whole + part) * 7, days)


def test_sizes_are_pareto_quantiles() -> None:
    sizes = pareto_quantiles(1000, 1.5)
    assert sizes.sum() == pytest.approx(1)
    assert (np.diff(sizes) < 0).all()
    assert sizes[250] / sizes[750] == pytest.approx((250.5 / 750.5) ** (-1 / 1.5), rel=1e-9)


def test_whole_numbers_keep_their_sum() -> None:
    assert largest_remainder(np.array([0.2, 0.2, 0.6]), 4).tolist() == [1, 1, 2]


def test_ranks_below_a_share_hold_about_that_share_of_volume() -> None:
    volume = np.full(500, 2.0)
    goods = np.zeros(500, np.int32)
    made, complying = hashed_ranks(goods, volume, MADE_HERE_ORDER), hashed_ranks(goods, volume, COMPLIANCE_ORDER)
    for share in (0.1, 0.5, 0.9):
        for ranks in (made, complying):
            assert volume[ranks < share].sum() / volume.sum() == pytest.approx(share, abs=0.003)
    assert abs(np.corrcoef(made, complying)[0, 1]) < 4 / np.sqrt(500)


def test_every_channel_is_known_or_can_be_found_or_brought_along(built: BuiltWorld) -> None:
    channels, firms = built.arrays.channels, built.arrays.population
    pull = pd.Series(channels.inland_pull).groupby(channels.group).diff().fillna(pd.Series(channels.inland_pull))
    known = np.isin(np.arange(channels.group.size), firms.channel)
    assert (known | (channels.base_flow > 0) | (pull > 0)).all()


def made_up(kind: type, **arrays: np.ndarray):
    """Arrays of a kind, of which only some are filled."""
    return kind(**{name: arrays.get(name) for name in kind._fields})


def test_channels_that_nobody_can_know_are_left_out_and_nothing_else_changes() -> None:
    groups = {"group_start": np.array([0, 3, 4]), "group": np.array([0, 0, 0, 1])}
    channels = made_up(Channels, inland_pull=np.array([0.0, 0.2, 0.2, 0.1]), base_flow=np.zeros(4), **groups)
    firms = made_up(Population, channel=np.array([[2, -1]], np.int32))
    known = knowable(channels, firms)
    assert known.tolist() == [False, True, True, True]
    assert renumbered(firms, known).channel.tolist() == [[1, -1]]


def test_a_place_has_the_part_of_a_branch_that_supply_says(built: BuiltWorld) -> None:
    """Of machinery the south sends four fifths, though its firms have less of all trade; of the rest as before."""
    said = {"place": ["south_town"], "commodity": ["machinery"], "direction": ["export"], "share": [0.8]}
    world = build_world(replace(built.tables, supply=pd.DataFrame(said)), SETTINGS)

    def part(of: BuiltWorld, commodity: str) -> float:
        channels, labels = of.arrays.channels, of.labels
        branch = (channels.commodity == labels.commodities.index(commodity)) & (channels.direction == EXPORT)
        south = channels.origin == labels.places.index("south_town")
        return channels.base_flow[branch & south].sum() / channels.base_flow[branch].sum()

    assert part(world, "machinery") == pytest.approx(0.8, abs=0.01) != part(built, "machinery")
    assert part(world, "apparel") == pytest.approx(part(built, "apparel"), abs=0.01)


def test_a_place_trades_with_a_partner_what_the_table_of_pairs_says(built: BuiltWorld) -> None:
    """The south sells its neighbour half as much again as nearness alone gives it; what the market buys stays."""

    def sold(of: BuiltWorld) -> tuple[float, float]:
        channels, labels = of.arrays.channels, of.labels
        there = (channels.declared == labels.markets.index("nearland")) & (channels.direction == EXPORT)
        south = channels.origin == labels.places.index("south_town")
        return channels.base_flow[there & south].sum() * WEEKS_PER_YEAR, channels.base_flow[there].sum()

    wanted = 1.5 * sold(built)[0]
    said = {"place": ["south_town"], "market": ["nearland"], "direction": ["export"], "value_musd": [wanted]}
    world = build_world(replace(built.tables, bilateral=pd.DataFrame(said)), replace(SETTINGS, slots=16))
    assert sold(world)[0] == pytest.approx(wanted, rel=0.05)
    assert sold(world)[1] == pytest.approx(sold(built)[1], rel=0.01)
