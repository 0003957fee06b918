"""Reference equilibria against answers by hand, against enumeration, and against what must always hold."""

import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.networks.equilibrium import (
    ConvergenceError,
    capacitated_equilibrium,
    least_cost_flow,
    user_equilibrium,
)

ROOT = Path(__file__).parents[2]
COLUMNS = ["from_place", "to_place", "cost", "capacity", "alpha", "beta"]
ONE_PAIR = pd.DataFrame([("a", "b", 10.0)], columns=["from_place", "to_place", "volume"])


def links_of(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def demand_of(*rows):
    return pd.DataFrame(rows, columns=["from_place", "to_place", "volume"])


def grid(side, pairs, scale, seed=3):
    """A square of two-way streets and random demand between `pairs` origins and as many destinations."""
    draw = np.random.default_rng(seed)
    streets = [edge for edge in nx.DiGraph(nx.grid_2d_graph(side, side)).edges]
    links = links_of(*[(f"{tail}", f"{head}", draw.uniform(1, 5), draw.uniform(50, 200), 0.15, 4.0)
                       for tail, head in streets])  # fmt: skip
    places = draw.permutation(sorted(set(links["from_place"])))
    rows = [(o, d, scale * draw.uniform(1, 6)) for o in places[:pairs] for d in places[pairs : 2 * pairs]]
    return links, demand_of(*rows)


def crossings(seed=3, slack=1.15):
    """Four origins and three markets, joined by five crossings with capacity; every route is in the default set."""
    draw = np.random.default_rng(seed)
    demand = demand_of(*[(f"o{o}", f"m{m}", draw.uniform(20, 60)) for o in range(4) for m in range(3)])
    share = draw.uniform(0.7, 1.6, 5)
    capacity = slack * demand["volume"].sum() * share / share.sum()
    rows = [(f"in{x}", f"out{x}", 0.001, capacity[x], 0.15, 4.0) for x in range(5)]
    rows += [(f"o{o}", f"in{x}", draw.uniform(0.02, 0.10), np.inf, 0.0, 1.0) for o in range(4) for x in range(5)]
    rows += [(f"out{x}", f"m{m}", draw.uniform(0.02, 0.10), np.inf, 0.0, 1.0) for x in range(5) for m in range(3)]
    return links_of(*rows), demand


def bpr(links, flow):
    return links["cost"] * (1 + links["alpha"] * (flow / links["capacity"]) ** links["beta"])


def surplus(flows, demand):
    """What arrives less what leaves at each place, less what demand asks for: zero everywhere."""
    arriving = flows.groupby("to_place")["flow"].sum().sub(flows.groupby("from_place")["flow"].sum(), fill_value=0)
    asked = demand.groupby("to_place")["volume"].sum().sub(demand.groupby("from_place")["volume"].sum(), fill_value=0)
    return arriving.sub(asked, fill_value=0)


# --- user equilibrium, deterministic


@pytest.mark.slow
def test_braess_network_gets_worse_by_a_link():
    # Outer routes 10 + 10 x + 50 + x, middle road of cost 2: by hand two units on each of the three routes.
    links = links_of(
        ("s", "a", 10.0, 1.0, 1.0, 1.0), ("b", "t", 10.0, 1.0, 1.0, 1.0), ("s", "b", 50.0, 50.0, 1.0, 1.0),
        ("a", "t", 50.0, 50.0, 1.0, 1.0), ("a", "b", 2.0, 1.0, 0.0, 1.0),
    )  # fmt: skip
    demand = demand_of(("s", "t", 6.0))
    with_link, _ = user_equilibrium(links, demand, gap=1e-10)
    without, _ = user_equilibrium(links.iloc[:4], demand, gap=1e-10)
    assert with_link["flow"].to_numpy() == pytest.approx([4, 4, 2, 2, 2], abs=1e-6)
    assert without["flow"].to_numpy() == pytest.approx([3, 3, 3, 3], abs=1e-6)
    assert with_link["cost"].to_numpy()[[0, 3]].sum() == pytest.approx(102)
    assert without["cost"].to_numpy()[[0, 3]].sum() == pytest.approx(93)


def test_two_routes_bpr_closed_form():
    # The congested route takes what brings it to the cost of the other: 1 + 0.15 (x / 4)^4 = 2.
    links = links_of(("a", "b", 1.0, 4.0, 0.15, 4.0), ("a", "b", 2.0, 1.0, 0.0, 1.0))
    flows, gap = user_equilibrium(links, ONE_PAIR, gap=1e-12)
    full = 4 * (1 / 0.15) ** 0.25
    assert flows["flow"].to_numpy() == pytest.approx([full, 10 - full], rel=1e-8)
    assert flows["cost"].to_numpy() == pytest.approx([2.0, 2.0], rel=1e-8)
    assert gap <= 1e-12


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_gap_measured_independently_at_scale(scale):
    links, demand = grid(16, 25, scale)
    flows, gap = user_equilibrium(links, demand)
    assert flows["cost"].to_numpy() == pytest.approx(bpr(links, flows["flow"]).to_numpy(), rel=1e-12)
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(flows[["from_place", "to_place", "cost"]].itertuples(index=False, name=None))
    least = {origin: nx.single_source_dijkstra_path_length(graph, origin) for origin in set(demand["from_place"])}
    cheapest = sum(volume * least[o][d] for o, d, volume in demand.itertuples(index=False, name=None))
    total = flows["flow"] @ flows["cost"]
    assert (total - cheapest) / total == pytest.approx(gap, abs=1e-9)
    assert gap <= 1e-5
    assert surplus(flows, demand).abs().max() < 1e-9 * demand["volume"].sum()


def test_links_of_no_cost_carry_flow():
    links = links_of(("a", "c", 0.0, 1.0, 0.15, 4.0), ("c", "b", 0.0, 1.0, 0.15, 4.0), ("a", "b", 1.0, 1.0, 0.15, 4.0))
    flows, gap = user_equilibrium(links, ONE_PAIR)
    assert flows["flow"].tolist() == [10.0, 10.0, 0.0]
    assert gap == 0


def test_a_gap_out_of_reach_raises():
    # At twice the capacity cost is 1e300, and a Newton step takes off a thousandth of the flow.
    links = links_of(("a", "b", 1.0, 5.0, 0.15, 1000.0), ("a", "b", 1.0, 6.0, 0.15, 1000.0))
    with pytest.raises(ConvergenceError, match=r"stays at a relative gap of 1.0e\+00; 1.0e-05 was asked"):
        user_equilibrium(links, ONE_PAIR)


# --- user equilibrium, logit


def test_logit_two_routes_closed_form():
    links = links_of(("a", "b", 1.0, 1.0, 0.0, 1.0), ("a", "b", 1.5, 1.0, 0.0, 1.0))
    flows, _ = user_equilibrium(links, ONE_PAIR, theta=3.0)
    assert flows["flow"].to_numpy() == pytest.approx([10 / (1 + np.exp(-1.5)), 10 / (1 + np.exp(1.5))], rel=1e-12)


def test_logit_two_congested_routes_at_a_known_answer():
    # For flows 6 and 4 the scale follows: log(6 / 4) = theta (cost of the second - cost of the first).
    links = links_of(("a", "b", 1.0, 5.0, 0.15, 4.0), ("a", "b", 1.6, 3.0, 0.15, 4.0))
    costs = bpr(links, np.array([6.0, 4.0]))
    theta = np.log(1.5) / (costs[1] - costs[0])
    flows, gap = user_equilibrium(links, ONE_PAIR, theta=theta, gap=1e-10)
    assert flows["flow"].to_numpy() == pytest.approx([6.0, 4.0], abs=1e-7)
    assert gap <= 1e-10


def test_overlapping_routes_are_weighted_by_path_size():
    # Two of three routes share the first half of their cost: path sizes 0.75, 0.75 and 1 at equal cost.
    links = links_of(
        ("a", "c", 1.0, 1.0, 0.0, 1.0), ("c", "b", 1.0, 1.0, 0.0, 1.0), ("c", "d", 0.5, 1.0, 0.0, 1.0),
        ("d", "b", 0.5, 1.0, 0.0, 1.0), ("a", "b", 2.0, 1.0, 0.0, 1.0),
    )  # fmt: skip
    expected = np.array([6.0, 3.0, 3.0, 3.0, 4.0])
    default, _ = user_equilibrium(links, ONE_PAIR, theta=2.0)
    told = [["a", "c", "b"], ["a", "c", "d", "b"], [4]]
    given_routes, _ = user_equilibrium(links, ONE_PAIR, theta=2.0, routes=told)
    assert default["flow"].to_numpy() == pytest.approx(expected)
    assert given_routes["flow"].to_numpy() == pytest.approx(expected)


def test_a_scale_beyond_the_digits_of_cost_raises():
    links = links_of(("a", "b", 1.0, 5.0, 0.15, 4.0), ("a", "b", 1.6, 3.0, 0.15, 4.0))
    with pytest.raises(ConvergenceError, match="logit equilibrium stays at a gap"):
        user_equilibrium(links, ONE_PAIR, theta=1e18)


@pytest.mark.parametrize("theta", [1e3, 1e6, 1e9])
def test_a_steep_scale_nears_the_deterministic_answer(theta):
    links = links_of(("a", "b", 1.0, 5.0, 0.15, 4.0), ("a", "b", 1.6, 3.0, 0.15, 4.0))
    flows, gap = user_equilibrium(links, ONE_PAIR, theta=theta)
    deterministic, _ = user_equilibrium(links, ONE_PAIR, gap=1e-14)
    # Cost of the routes differs by log(f1 / f2) / theta; a unit of flow moves it by about one.
    assert flows["flow"].to_numpy() == pytest.approx(deterministic["flow"].to_numpy(), abs=2 / theta + 1e-8)
    assert gap <= 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("theta", [6.0, 40.0, 200.0])
def test_logit_equals_patient_averaging(theta):
    links, demand = crossings()
    routes = [[o, f"in{x}", f"out{x}", m] for o, m in demand.iloc[:, :2].to_numpy() for x in range(5)]
    flows, _ = user_equilibrium(links, demand, theta=theta, routes=routes)
    number = {ends: row for row, ends in enumerate(zip(links["from_place"], links["to_place"], strict=True))}
    legs = np.array([[number[step] for step in itertools.pairwise(route)] for route in routes])
    flow = np.zeros(len(links))
    for _ in range(5000):
        costs = bpr(links, flow).to_numpy()[legs].sum(axis=1).reshape(-1, 5)
        weight = np.exp(-theta * (costs - costs.min(axis=1, keepdims=True)))
        chosen = demand["volume"].to_numpy()[:, None] * weight / weight.sum(axis=1, keepdims=True)
        loaded = np.bincount(legs.ravel(), np.repeat(chosen.ravel(), 3), len(links))
        flow += 0.05 * (loaded - flow)
    assert flows["flow"].to_numpy() == pytest.approx(flow, abs=1e-5 * demand["volume"].max())


def test_logit_at_scale_nears_the_deterministic_answer():
    links, demand = grid(16, 25, 1.0)
    flows, gap = user_equilibrium(links, demand, theta=40.0)
    deterministic, _ = user_equilibrium(links, demand)
    assert gap <= 1e-5
    assert surplus(flows, demand).abs().max() < 1e-9 * demand["volume"].sum()
    # The routes of the logit case are few and chosen without congestion: it costs more, though not much.
    ratio = (flows["flow"] @ flows["cost"]) / (deterministic["flow"] @ deterministic["cost"])
    assert 1 <= ratio < 1.2


# --- least-cost flow


def enumerated_least_cost(links, demand):
    """Least cost over all whole-number divisions of demand over all routes (capacities are whole: one is optimal)."""
    graph = nx.DiGraph()
    for number, row in enumerate(links.itertuples()):
        graph.add_edge(row.from_place, row.to_place, row=number)
    ways = []
    for origin, destination, volume in demand.itertuples(index=False, name=None):
        routes = [[graph.edges[step]["row"] for step in itertools.pairwise(path)]
                  for path in nx.all_simple_paths(graph, origin, destination)]  # fmt: skip
        splits = itertools.combinations_with_replacement(routes, int(volume))
        ways.append([np.bincount(np.concatenate(split), minlength=len(links)) for split in splits])
    loads = [sum(parts) for parts in itertools.product(*ways)]
    return min(load @ links["cost"] for load in loads if (load <= links["capacity"]).all())


@pytest.mark.parametrize("seed", range(6))
def test_least_cost_equals_enumeration(seed):
    # One origin: with a single commodity and whole capacities some optimum is whole.
    draw = np.random.default_rng(seed)
    ends = [("a", "b"), ("a", "c"), ("b", "c"), ("c", "b"), ("b", "d"), ("c", "d")]
    links = links_of(*[(*pair, draw.uniform(1, 5), draw.integers(3, 6), 0.0, 1.0) for pair in ends])
    demand = demand_of(("a", "d", 4.0), ("a", "c", 1.0))
    flows = least_cost_flow(links, demand)
    assert flows["flow"] @ flows["cost"] == pytest.approx(enumerated_least_cost(links, demand), rel=1e-9)
    assert list(flows.columns) == ["from_place", "to_place", "flow", "cost"]


def test_least_cost_without_any_limit_is_shortest_paths():
    links, demand = crossings()
    flows = least_cost_flow(links.assign(capacity=np.inf), demand)
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(links[["from_place", "to_place", "cost"]].itertuples(index=False, name=None))
    cheapest = sum(q * nx.dijkstra_path_length(graph, o, d) for o, d, q in demand.itertuples(index=False, name=None))
    assert flows["flow"] @ flows["cost"] == pytest.approx(cheapest, rel=1e-9)


def test_demand_beyond_capacity_names_the_pair():
    links = links_of(("a", "b", 1.0, 4.0, 0.0, 1.0), ("c", "b", 1.0, 9.0, 0.0, 1.0))
    demand = demand_of(("a", "b", 7.0), ("c", "b", 5.0))
    with pytest.raises(InputError, match=r"3 of 12 stay behind, most from a to b \(3 of 7\)"):
        least_cost_flow(links, demand)
    with pytest.raises(InputError, match=r"3 of 12 stay behind, most from a to b \(3 of 7\)"):
        capacitated_equilibrium(links, demand, 1.0)


# --- capacitated equilibrium


def test_multiplier_by_hand_on_two_routes():
    # 2 of 5 fit on the cheap route: log(2 / 3) = theta (3 - 1 - multiplier).
    links = links_of(("a", "b", 1.0, 2.0, 0.0, 1.0), ("a", "b", 3.0, 9.0, 0.0, 1.0))
    flows, gap = capacitated_equilibrium(links, demand_of(("a", "b", 5.0)), theta=4.0)
    assert flows["flow"].to_numpy() == pytest.approx([2.0, 3.0], abs=1e-8)
    assert flows["multiplier"].to_numpy() == pytest.approx([2 + np.log(1.5) / 4, 0.0], abs=1e-8)
    assert list(flows.columns) == ["from_place", "to_place", "flow", "cost", "multiplier"]
    assert gap <= 1e-9


def test_slack_capacity_has_no_multiplier_and_plain_logit_flow():
    links, demand = crossings()
    roomy = links.assign(capacity=1e6, alpha=0.0)
    flows, _ = capacitated_equilibrium(roomy, demand, theta=40.0)
    plain, _ = user_equilibrium(roomy, demand, theta=40.0)
    assert (flows["multiplier"] == 0).all()
    assert flows["flow"].to_numpy() == pytest.approx(plain["flow"].to_numpy(), rel=1e-12)


def test_capacity_that_is_just_enough():
    links = links_of(("a", "b", 1.0, 3.0, 0.0, 1.0), ("a", "b", 1.0, 7.0, 0.0, 1.0))
    flows, _ = capacitated_equilibrium(links, ONE_PAIR, theta=2.0)
    assert flows["flow"].to_numpy() == pytest.approx([3.0, 7.0], abs=1e-7)
    assert flows["multiplier"].diff().iloc[1] == pytest.approx(np.log(3 / 7) / 2, abs=1e-7)


def test_full_links_in_a_row_share_one_sum_of_multipliers():
    links = links_of(
        ("a", "c", 0.5, 2.0, 0.0, 1.0), ("c", "b", 0.5, 2.0, 0.0, 1.0), ("a", "b", 3.0, np.inf, 0.0, 1.0)
    )  # fmt: skip
    flows, _ = capacitated_equilibrium(links, demand_of(("a", "b", 5.0)), theta=4.0)
    assert flows["multiplier"].iloc[:2].sum() == pytest.approx(2 + np.log(1.5) / 4, abs=1e-8)


def test_closed_links_are_left_out():
    links = links_of(("a", "b", 1.0, 0.0, 0.0, 1.0), ("a", "b", 3.0, 20.0, 0.0, 1.0))
    flows, _ = capacitated_equilibrium(links, ONE_PAIR, theta=1.0)
    assert flows["flow"].tolist() == [0.0, 10.0]


@pytest.mark.parametrize("theta", [6.0, 40.0, 400.0, 4000.0])
def test_large_scale_nears_the_planner_within_the_entropy_bound(theta):
    links, demand = crossings()
    flows, _ = capacitated_equilibrium(links, demand, theta)
    planned = least_cost_flow(links, demand)
    excess = flows["flow"] @ flows["cost"] - planned["flow"] @ planned["cost"]
    # All five routes of a pair are disjoint: every path size is one, and the largest log(sum PS / PS) is log 5.
    assert -1e-9 <= excess <= demand["volume"].sum() * np.log(5) / theta


@pytest.mark.parametrize("scale", [0.5, 0.7])
def test_complementary_slackness_at_scale(scale):
    links, demand = grid(16, 25, scale)
    flows, _ = capacitated_equilibrium(links, demand, theta=6.0)
    spare = (links["capacity"] - flows["flow"]) / demand["volume"].sum()
    assert (flows["multiplier"] > 0).any()
    assert spare.min() >= -1e-9
    assert np.minimum(6.0 * flows["multiplier"], spare).abs().max() <= 1e-9
    assert surplus(flows, demand).abs().max() < 1e-9 * demand["volume"].sum()


# --- what must hold for every network


def over_all_routes(links, demand):
    """Capacitated equilibrium over every loopless route, so that it can carry whatever the network can."""
    graph = nx.DiGraph(zip(links["from_place"], links["to_place"], strict=True))
    pairs = set(zip(demand["from_place"], demand["to_place"], strict=True))
    routes = [route for pair in sorted(pairs) for route in nx.all_simple_paths(graph, *pair)]
    return capacitated_equilibrium(links, demand, theta=2.0, routes=routes)[0]


SOLVERS = {
    "deterministic": lambda links, demand, **given: user_equilibrium(links, demand, **given)[0],
    "logit": lambda links, demand, **given: user_equilibrium(links, demand, theta=2.0, **given)[0],
    "planner": least_cost_flow,
    "capacitated": lambda links, demand, **given: capacitated_equilibrium(links, demand, theta=2.0, **given)[0],
}
ON_ANY_NETWORK = SOLVERS | {"capacitated": over_all_routes}


def random_case(seed):
    """A ring with chords, so that every pair is joined; the ring alone has capacity for all demand."""
    draw = np.random.default_rng(seed)
    places = [f"p{number}" for number in range(draw.integers(3, 8))]
    demand = demand_of(*[(*draw.choice(places, 2, replace=False), draw.uniform(0, 10)) for _ in range(6)])
    total = demand["volume"].sum()
    chords = {tuple(draw.choice(places, 2, replace=False)): draw.uniform(0.05, 0.5) for _ in range(draw.integers(9))}
    ring = dict.fromkeys(zip(places, places[1:] + places[:1], strict=True), 1.1)
    part = chords | ring
    return links_of(*[(*ends, draw.uniform(0.5, 5), part[ends] * total, 0.15, 4.0) for ends in part]), demand


@pytest.mark.parametrize("solver", ON_ANY_NETWORK.values(), ids=ON_ANY_NETWORK)
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_flow_is_conserved_and_not_negative(solver, seed):
    links, demand = random_case(seed)
    flows = solver(links, demand)
    assert (flows["flow"] >= 0).all()
    assert np.isfinite(flows[["flow", "cost"]].to_numpy()).all()
    assert surplus(flows, demand).abs().max() <= 1e-9 * demand["volume"].sum()


@pytest.mark.parametrize("solver", ON_ANY_NETWORK.values(), ids=ON_ANY_NETWORK)
@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_no_bit(solver, seed):
    links, demand = random_case(seed)
    mixed = solver(links.sample(frac=1, random_state=seed), demand.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(mixed.sort_index(), solver(links, demand), check_exact=True)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**32 - 1))
def test_hard_capacity_is_kept(seed):
    links, demand = random_case(seed)
    within = links["capacity"] + 1e-9 * demand["volume"].sum()
    assert (ON_ANY_NETWORK["planner"](links, demand)["flow"] <= within).all()
    assert (ON_ANY_NETWORK["capacitated"](links, demand)["flow"] <= within).all()


def test_rows_of_one_pair_add_up_and_empty_ones_play_no_part():
    links, demand = crossings()
    halves = pd.concat([demand.assign(volume=demand["volume"] / 2)] * 2 + [demand_of(("m0", "nowhere", 0.0))])
    whole, _ = user_equilibrium(links, demand, theta=40.0)
    parts, _ = user_equilibrium(links, halves, theta=40.0)
    assert parts["flow"].to_numpy() == pytest.approx(whole["flow"].to_numpy(), rel=1e-9)


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
def test_demand_inside_a_place_uses_no_link_and_stops_nothing(solver):
    links, demand = crossings()
    flows = solver(links, pd.concat([demand, demand_of(("o0", "o0", 9.0), ("m0", "m0", 1.0))]))
    pd.testing.assert_frame_equal(flows, solver(links, demand), check_exact=True)


NAMED_ANEW = {
    "text in links, numbers in demand": (str, int),
    "numbers in links, text in demand": (int, str),
    "floats in links, as pandas reads them beside empty cells": (float, str),
}


@pytest.mark.parametrize("solver", list(SOLVERS.values())[:3], ids=list(SOLVERS)[:3])
@pytest.mark.parametrize(("in_links", "in_demand"), NAMED_ANEW.values(), ids=NAMED_ANEW)
def test_a_place_is_one_place_by_number_or_by_text(solver, in_links, in_demand):
    links, demand = random_case(7)
    numbers = {place: number for number, place in enumerate(sorted({*links["from_place"], *links["to_place"]}))}

    def named(table, kind):
        return table.assign(
            **{side: [kind(numbers[place]) for place in table[side]] for side in ("from_place", "to_place")}
        )

    flows = solver(named(links, in_links), named(demand, in_demand))
    same = solver(named(links, str), named(demand, str))
    pd.testing.assert_series_equal(flows["flow"], same["flow"], check_exact=True)


def test_a_place_named_both_ways_within_the_links_is_one_place():
    links = links_of((1, "2", 1.0, 1.0, 0.0, 1.0), (2, "3", 1.0, 1.0, 0.0, 1.0))
    flows, _ = user_equilibrium(links, demand_of(("1", 3, 2.0)))
    assert flows["flow"].tolist() == [2.0, 2.0]
    flows, _ = user_equilibrium(links, demand_of(("1", 3, 2.0)), theta=1.0, routes=[[1, 2, 3]])
    assert flows["flow"].tolist() == [2.0, 2.0]


def with_detour():
    """Two short links through place 2, and a way round it that costs three times as much."""
    rows = [(1, 2, 1.0), (2, 3, 1.0), (1, 4, 2.0), (4, 5, 2.0), (5, 3, 2.0), (5, 2, 2.0)]
    return links_of(*[(tail, head, cost, 10.0, 1.0, 0.0) for tail, head, cost in rows])


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
def test_no_trip_passes_a_place_that_is_barred_to_through_traffic(solver):
    demand = demand_of((1, 2, 1.0), (1, 3, 4.0), (2, 2, 9.0))
    flows = solver(with_detour(), demand, no_through=[1, "2", 3.0])
    assert flows.loc[[1, 2, 3, 4], "flow"].tolist() == pytest.approx([0.0, 4.0, 4.0, 4.0], abs=1e-3)
    assert flows.loc[[0, 5], "flow"].sum() == pytest.approx(1.0)
    onward = solver(with_detour(), demand_of((2, 3, 5.0)), no_through=[2])
    assert onward["flow"].tolist() == pytest.approx([0.0, 5.0, 0.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("solver", list(SOLVERS.values())[:3], ids=list(SOLVERS)[:3])
@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_barring_places_that_nobody_could_pass_changes_nothing(solver, seed):
    """A place that no link leaves, and one that none enters, cannot be passed anyway."""
    links, demand = random_case(seed)
    ends = pd.DataFrame([["begin", links["from_place"].iloc[0]], [links["to_place"].iloc[0], "end"]])
    more = links.iloc[:2].assign(from_place=ends[0].to_numpy(), to_place=ends[1].to_numpy())
    wide = pd.concat([links, more.assign(capacity=np.inf)], ignore_index=True)
    asked = pd.concat([demand, demand_of(("begin", "end", 1e-6))])
    barred = solver(wide, asked, no_through=["begin", "end"])
    assert barred["flow"].to_numpy() == pytest.approx(solver(wide, asked)["flow"].to_numpy(), rel=1e-6, abs=1e-6)


def test_a_route_through_a_barred_place_is_told():
    with pytest.raises(InputError, match="'1 to 2 to 3' is broken or passes a place twice, or one that none may pass"):
        user_equilibrium(with_detour(), demand_of((1, 3, 4.0)), theta=1.0, routes=[[1, 2, 3]], no_through=[2])
    with pytest.raises(InputError, match="No through traffic at 22: no link names it. The nearest .* is '2'"):
        user_equilibrium(with_detour(), demand_of((1, 3, 4.0)), no_through=[22])


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
def test_without_demand_nothing_flows(solver):
    links, demand = crossings()
    flows = solver(links, demand.iloc[:0])
    assert (flows["flow"] == 0).all()
    assert flows["cost"].to_numpy() == pytest.approx(links["cost"].to_numpy())


# --- bad input


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda links, demand: (links, demand_of(("m0", "o0", 1.0))), "from m0 to o0 cannot be carried: no links lead"),
        (lambda links, demand: (links, demand_of(("o0", "m00", 1.0))), "no link names 'm00'.*nearest.*'m0'"),
        (lambda links, demand: (links, demand_of(("o0", "m0", -1.0))), r"Row 0 of demand \(o0 to m0\): volume"),
        (lambda links, demand: (links, demand_of(("o0", None, 1.0))), "Row 0 of demand has no to_place"),
        (lambda links, demand: (links.assign(cost=np.nan), demand), r"Row 0 of links \(in0 to out0\): cost"),
        (lambda links, demand: (links.rename(columns={"cost": "costs"}), demand), "no column 'cost'; .*'costs'"),
    ],
)
def test_bad_tables_are_told_in_a_sentence(solver, change, sentence):
    with pytest.raises(InputError, match=sentence):
        solver(*change(*crossings()))


@pytest.mark.parametrize(
    ("settings_given", "sentence"),
    [
        ({"theta": 0.0}, "theta must be a finite number above zero, not 0.0"),
        ({"gap": float("nan")}, "gap must be a finite number above zero, not nan"),
        ({"routes": [["a", "b"]]}, "only with a logit scale"),
        ({"theta": 1.0, "routes": []}, "from a to b has no route among those given"),
        ({"theta": 1.0, "routes": [["a", "b"]]}, "needs one link from a to b, and there are 2. Tell it by index"),
        ({"theta": 1.0, "routes": [["a", "c"], [0]]}, "needs one link from a to c, and there are 0"),
        ({"theta": 1.0, "routes": [["a"]]}, "'a' is neither a sequence of two or more places nor"),
        ({"theta": 1.0, "routes": [[0, 1]]}, "'0 to 1' is broken or passes a place twice"),
    ],
)
def test_bad_settings_are_told_in_a_sentence(settings_given, sentence):
    links = links_of(
        ("a", "b", 1.0, 1.0, 0.0, 1.0), ("a", "b", 2.0, 1.0, 0.0, 1.0), ("c", "a", 1.0, 1.0, 0.0, 1.0)
    )  # fmt: skip
    with pytest.raises(InputError, match=sentence):
        user_equilibrium(links, ONE_PAIR, **settings_given)


def test_costs_beyond_the_range_of_numbers_are_refused():
    links = links_of(("a", "b", 1.0, 1e-200, 0.15, 4.0))
    with pytest.raises(InputError, match=r"Row 0 of links \(a to b\): its cost .* is beyond the range of numbers"):
        user_equilibrium(links, ONE_PAIR)


def test_rising_costs_need_capacity():
    links = links_of(("a", "b", 1.0, 0.0, 0.15, 4.0))
    with pytest.raises(InputError, match=r"Row 0 of links \(a to b\): capacity must be above zero"):
        user_equilibrium(links, ONE_PAIR)


def test_the_room_is_imported_where_no_folder_can_be_written(tmp_path):
    """Neither beside the sources nor at home: a read-only install of a user without a home."""
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in [tmp_path / "sim", *(each for each in (tmp_path / "sim").rglob("*") if each.is_dir())]:
        (folder / "__pycache__").touch()
    nowhere = {"PYTHONPATH": str(tmp_path), "HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none"}
    command = [sys.executable, "-c", "from sim.analysis.equilibrium import user_equilibrium as f; print(f.__name__)"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "REROUTE_"))} | nowhere
    answer = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (answer.stdout, answer.returncode) == ("user_equilibrium\n", 0), answer.stderr
