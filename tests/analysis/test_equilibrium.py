"""Reference equilibria against answers by hand, against enumeration, and against what must always hold."""

import itertools

import networkx as nx
import numpy as np
import pytest

from sim.errors import InputError
from sim.networks.equilibrium import (
    ConvergenceError,
    capacitated_equilibrium,
    least_cost_flow,
    user_equilibrium,
)
from tests.analysis.small_networks import ONE_PAIR, crossings, demand_of, links_of, surplus


def grid(side, pairs, scale, seed=3):
    """A square of two-way streets and random demand between `pairs` origins and as many destinations."""
    draw = np.random.default_rng(seed)
    streets = [edge for edge in nx.DiGraph(nx.grid_2d_graph(side, side)).edges]
    links = links_of(*[(f"{tail}", f"{head}", draw.uniform(1, 5), draw.uniform(50, 200), 0.15, 4.0)
                       for tail, head in streets])  # fmt: skip
    places = draw.permutation(sorted(set(links["from_place"])))
    rows = [(o, d, scale * draw.uniform(1, 6)) for o in places[:pairs] for d in places[pairs : 2 * pairs]]
    return links, demand_of(*rows)


def bpr(links, flow):
    return links["cost"] * (1 + links["alpha"] * (flow / links["capacity"]) ** links["beta"])


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
