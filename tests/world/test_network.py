"""Routes of the tiny world against plain enumeration of all its paths, and against figures worked out by hand."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world.network.gates import passage_costs
from sim.world.network.routes import day_rates, find_routes, lanes_of
from sim.world.tables.read import read_tables

TINY = read_tables(Path(__file__).parent / "tiny")
CROSSINGS = ["rail_gate", "road_pass", "east_port"]
HOME = {"north_town", "south_town"}
PLACE = dict(zip(TINY.markets["market"], TINY.markets["place"], strict=True))


def routes_of(routes, **lane):
    """Numbers of the routes of one lane."""
    chosen = {"hub": "", "commodity": "machinery", "direction": "export", "by_air": False, **lane}
    match = np.logical_and.reduce([routes.of(column) == value for column, value in chosen.items()])
    return np.flatnonzero(match)


def element_costs(tables, commodity, direction):
    """Cost of each leg and gate in dollars a tonne, straight from the tables."""
    rate = day_rates(tables.commodity_figures)[commodity]
    legs = tables.legs
    costs = dict(zip(legs["leg"], legs["cost_usd_per_t"] + rate * legs["days"], strict=True))
    passage = passage_costs(tables, tables.about.base_day)
    usd = passage.base_fee_usd_per_t + passage.handling_cost_usd_per_t
    days = passage.handling_days + passage.border_days
    side = 0 if direction == "export" else 1
    return costs | {gate: usd[gate] + rate * days[gate] for gate in range(side, 6, 2)}


def all_paths(tables, origin, target, direction):
    """Every simple path that leaves China once: pairs of a leg and where it begins, outwards, and its gate."""
    side = 0 if direction == "export" else 1
    graph = nx.MultiDiGraph()
    for leg in tables.legs.itertuples():
        if leg.opens is None:
            graph.add_edge(leg.from_place, leg.to_place, leg.leg)
            graph.add_edge(leg.to_place, leg.from_place, leg.leg)
    paths = []
    for path in nx.all_simple_edge_paths(graph, origin, target):
        places = [origin, *(step[1] for step in path)]
        inside = [place in HOME for place in places]
        gates = [place for place in places if place in CROSSINGS]
        if len(gates) == 1 and inside == sorted(inside, reverse=True) and inside[places.index(gates[0]) - 1]:
            paths.append((*((step[2], step[0]) for step in path), (2 * CROSSINGS.index(gates[0]) + side, gates[0])))
    return paths


def greedy(paths, costs, count=6, shared=0.7):
    def price(elements):
        return sum(costs[element] for element, _ in elements)

    picked = []
    for path in sorted(paths, key=price):
        if len(picked) < count and all(price(set(path) & set(one)) <= shared * price(one) for one in picked):
            picked.append(path)
    return picked


ROUTES = find_routes(TINY)
ENDS = {leg.leg: {leg.from_place, leg.to_place} for leg in TINY.legs.itertuples()}


def elements_of(routes, number):
    """Legs with the place where each begins, outwards, and gates of a route; and the places on its way."""
    legs = routes.legs[number] if routes.of("direction")[number] == "export" else routes.legs[number][::-1]
    places = [routes.of("origin")[number]]
    for leg in legs:
        assert places[-1] in ENDS[leg]
        places.append(*(ENDS[leg] - {places[-1]}))
    gates = {(gate, CROSSINGS[gate // 2]) for gate in routes.gates[number]}
    return set(zip(legs, places, strict=False)) | gates, places


@pytest.mark.parametrize("direction", ["export", "import"])
@pytest.mark.parametrize("commodity", ["apparel", "machinery"])
@pytest.mark.parametrize("origin", ["north_town", "south_town"])
def test_choice_sets_are_those_of_plain_enumeration(origin, commodity, direction):
    lanes = pd.DataFrame(
        [(origin, market, "", commodity, direction, False) for market in PLACE], columns=ROUTES.lanes.columns
    )
    routes = find_routes(TINY, lanes)
    costs = element_costs(TINY, commodity, direction)
    for market, place in PLACE.items():
        expected = [set(path) for path in greedy(all_paths(TINY, origin, place, direction), costs)]
        mine = routes_of(routes, origin=origin, market=market, commodity=commodity, direction=direction)
        found = [elements_of(routes, route)[0] for route in mine if routes.opens[route] is None]
        assert found == expected


def test_every_route_runs_from_end_to_end_over_the_border_once():
    for number in range(len(ROUTES.legs)):
        _, places = elements_of(ROUTES, number)
        assert places[-1] == PLACE[ROUTES.of("market")[number]]
        hub = ROUTES.of("hub")[number]
        assert not hub or PLACE[hub] in places
        inside = [place in HOME for place in places]
        assert inside == sorted(inside, reverse=True)
        assert [place in CROSSINGS for place in places].count(True) == len(ROUTES.gates[number]) == 1
        assert ROUTES.gates[number] == (ROUTES.border_gate[number],)
        assert ROUTES.border_gate[number] % 2 == (0 if ROUTES.of("direction")[number] == "export" else 1)


def test_figures_of_one_route():
    route = routes_of(ROUTES, origin="north_town", market="middleland")[0]
    assert ROUTES.legs[route] == ("north_rail", "gate_near", "near_middle")
    assert ROUTES.gates[route] == (0,)
    assert ROUTES.gate_days[route] == (1.0,)
    assert ROUTES.last_days[route] == 3.0
    assert ROUTES.freight_usd_per_t[route] == 90.0
    assert ROUTES.opens[route] is None


def test_an_import_is_the_export_read_backwards():
    out = routes_of(ROUTES, origin="north_town", market="farland")
    back = routes_of(ROUTES, origin="north_town", market="farland", direction="import")
    assert [ROUTES.legs[route] for route in out] == [ROUTES.legs[route][::-1] for route in back]
    assert [ROUTES.gate_days[route][0] for route in back] == [ROUTES.last_days[route] for route in out]
    assert [gate + 1 for gate in ROUTES.border_gate[out]] == ROUTES.border_gate[back].tolist()


def test_path_sizes_of_two_routes_by_hand():
    """Two ways over the pass to Near City share a leg and the gate: north_pass 100 + 24 x 3, gate 10 + 24 x 0.5."""
    legs = TINY.legs[TINY.legs["leg"].isin(["north_pass", "pass_near", "pass_middle", "near_middle"])]
    routes = find_routes(replace(TINY, legs=legs.reset_index(drop=True)))
    mine = routes_of(routes, origin="north_town", market="nearland")
    shared, direct, around = 172 + 22, 80 + 48, 50 + 24 + 30 + 24
    expected = [(shared / 2 + own) / (shared + own) for own in (direct, around)]
    assert routes.path_size[mine] == pytest.approx(expected)


def test_a_plan_opens_later_and_takes_nothing_before():
    planned = [number for number, day in enumerate(ROUTES.opens) if day is not None]
    assert {ROUTES.opens[number] for number in planned} == {date(2026, 7, 1)}
    assert all("pass_far_planned" in ROUTES.legs[number] for number in planned)
    legs = TINY.legs[TINY.legs["opens"].isna()].reset_index(drop=True)
    without = find_routes(replace(TINY, legs=legs))
    base = [number for number in range(len(ROUTES.legs)) if ROUTES.opens[number] is None]
    assert without.legs == tuple(ROUTES.legs[number] for number in base)
    np.testing.assert_array_equal(without.path_size, ROUTES.path_size[base])


def test_a_plan_dearer_than_a_full_set_is_left_out():
    legs = TINY.legs.copy()
    legs.loc[legs["leg"] == "pass_far_planned", "cost_usd_per_t"] = 1e6
    routes = find_routes(replace(TINY, legs=legs), routes_per_lane=2)
    assert all(day is None for day in routes.opens)


def test_a_crossing_opens_with_its_first_capacity():
    crossings = TINY.crossings.copy()
    crossings.loc[crossings["crossing"] == "rail_gate", "from_date"] = date(2023, 5, 1)
    routes = find_routes(replace(TINY, crossings=crossings))
    over = routes.border_gate // 2 == 0
    assert over.any()
    assert {routes.opens[number] for number in np.flatnonzero(over)} == {date(2023, 5, 1)}


def test_a_third_country_crossing_is_a_gate_of_the_same_direction():
    rows = TINY.crossings[TINY.crossings["crossing"] == "road_pass"].assign(crossing="near_city")
    rows = rows[rows["cause"] == ""]
    crossings = pd.concat([TINY.crossings, rows], ignore_index=True)
    routes = find_routes(replace(TINY, crossings=crossings))
    out = routes_of(routes, origin="north_town", market="farland")
    route = next(number for number in out if routes.legs[number] == ("north_rail", "gate_near", "near_far"))
    assert routes.gates[route] == (0, 6)
    assert routes.gate_days[route] == (1.0, 2.0)
    assert routes.last_days[route] == 10.0
    assert routes.border_gate[route] == 0
    back = routes_of(routes, origin="north_town", market="farland", direction="import")
    route = next(number for number in back if routes.legs[number] == ("near_far", "gate_near", "north_rail"))
    assert routes.gates[route] == (7, 1)
    assert routes.gate_days[route] == (10.0, 2.0)
    assert routes.last_days[route] == 1.0
    assert routes.border_gate[route] == 1


def test_lanes_for_parcels_pass_airports_only():
    lanes = lanes_of(TINY).assign(by_air=True)
    assert len(find_routes(TINY, lanes).lane) == 0
    places = TINY.places.copy()
    places.loc[places["place"] == "east_port", "kinds"] = "seaport airport"
    routes = find_routes(replace(TINY, places=places), lanes)
    assert set(routes.border_gate // 2) == {2}


def test_lanes_of_the_tiny_world():
    lanes = lanes_of(TINY)
    direct = lanes[lanes["hub"] == ""]
    assert len(direct) == 2 * len(TINY.demand)
    over_hubs = lanes[lanes["hub"] != ""]
    assert len(over_hubs) == 2 * (2 + 2 + 1)
    assert set(over_hubs["direction"]) == {"export"}
    assert not lanes.duplicated().any()


def test_a_lane_out_of_reach_has_no_route():
    legs = TINY.legs[~TINY.legs["leg"].isin(["port_overseas", "far_overseas"])].reset_index(drop=True)
    routes = find_routes(replace(TINY, legs=legs))
    assert len(routes_of(routes, origin="north_town", market="overseas")) == 0
    assert len(routes.lanes) == len(ROUTES.lanes)


def test_a_border_crossing_is_no_way_through():
    """From the north the only way to the far country would be out over the gate, back over the pass and out by sea."""
    kept = ["north_rail", "gate_near", "pass_near", "south_pass", "port_far"]
    legs = TINY.legs[TINY.legs["leg"].isin(kept)]
    extra = legs.iloc[:1].assign(leg="south_port", from_place="south_town", to_place="east_port")
    routes = find_routes(replace(TINY, legs=pd.concat([legs, extra], ignore_index=True)))
    assert len(routes_of(routes, origin="north_town", market="farland")) == 0
    assert [routes.legs[route] for route in routes_of(routes, origin="south_town", market="farland")] == [
        ("south_port", "port_far")
    ]


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.floats(1, 500), min_size=len(TINY.legs), max_size=len(TINY.legs)),
    st.lists(st.floats(0.1, 40), min_size=len(TINY.legs), max_size=len(TINY.legs)),
    st.floats(0.3, 0.95),
)
def test_sets_are_sorted_diverse_and_their_path_sizes_count_every_element_once(usd, days, shared):
    """Sum over routes of path size x cost = cost of all legs and gates that the set uses, each counted once."""
    tables = replace(TINY, legs=TINY.legs.assign(cost_usd_per_t=usd, days=days))
    lanes = lanes_of(tables)
    lanes = lanes[(lanes["hub"] == "") & (lanes["origin"] == "north_town")]
    routes = find_routes(tables, lanes, largest_shared_part=shared)
    assert np.all(routes.path_size > 0)
    assert np.all(routes.path_size <= 1 + 1e-12)
    for lane, row in lanes.reset_index(drop=True).iterrows():
        costs = element_costs(tables, row["commodity"], row["direction"])
        mine = [number for number in np.flatnonzero(routes.lane == lane) if routes.opens[number] is None]
        sets = [elements_of(routes, number)[0] for number in mine]
        prices = [sum(costs[element] for element, _ in elements) for elements in sets]
        assert all(before <= after * (1 + 1e-12) for before, after in pairwise(prices))
        for later, elements in enumerate(sets):
            for before in range(later):
                common = sum(costs[element] for element, _ in elements & sets[before])
                assert common <= shared * prices[before] * (1 + 1e-9)
        union = sum(costs[element] for element, _ in set().union(*sets))
        assert np.dot(routes.path_size[mine], prices) == pytest.approx(union)
