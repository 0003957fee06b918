"""Route choice sets against complete enumeration, and path sizes against sums by hand."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.networks.route_sets import diverse_routes, path_sizes


def enumerated(ends, costs, pair, count, largest_shared_part):
    """All loopless routes in order of cost; keep one unless it shares too much with one kept before."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(pair)
    for leg, (tail, head) in enumerate(ends.tolist()):
        graph.add_edge(tail, head, key=leg)
    every = [[leg for _, _, leg in path] for path in nx.all_simple_edge_paths(graph, *pair)]
    kept = []
    for legs in sorted(every, key=lambda route: costs[route].sum()):
        shared = [costs[sorted(set(legs) & set(other))].sum() for other in kept]
        limits = [largest_shared_part * costs[other].sum() * (1 + 1e-12) for other in kept]
        if len(kept) < count and all(part <= limit for part, limit in zip(shared, limits, strict=True)):
            kept.append(legs)
    return kept


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), nodes=st.integers(3, 7), legs=st.integers(2, 16), part=st.floats(0, 0.99))
def test_sets_equal_complete_enumeration(seed, nodes, legs, part):
    draw = np.random.default_rng(seed)
    ends = draw.integers(0, nodes, (legs, 2))
    costs = draw.uniform(0.5, 5.0, legs)
    found = diverse_routes(ends, costs, [(0, nodes - 1)], count=4, largest_shared_part=part)[0]
    assert [route.tolist() for route in found] == enumerated(ends, costs, (0, nodes - 1), 4, part)


def test_parallel_legs_are_routes_of_their_own():
    found = diverse_routes(np.array([[0, 1]] * 3), np.array([3.0, 1.0, 2.0]), [(0, 1)])
    assert [route.tolist() for route in found[0]] == [[1], [2], [0]]


def test_no_route_gives_an_empty_set():
    found = diverse_routes(np.array([[0, 1]]), np.array([1.0]), [(1, 0), (0, 1), (0, 0)])
    assert [len(routes) for routes in found] == [0, 1, 0]


def test_routes_of_no_cost_are_told_apart():
    found = diverse_routes(np.array([[0, 1]] * 2), np.zeros(2), [(0, 1)])[0]
    assert [route.tolist() for route in found] == [[0], [1]]
    assert path_sizes(np.zeros(2), found) == pytest.approx([1.0, 1.0])


def test_path_sizes_by_hand():
    # Legs cost 8, 2 and 4: routes 0-1 and 0-2 share leg 0, route 3 stands alone.
    costs = np.array([8.0, 2.0, 4.0, 11.0])
    sizes = path_sizes(costs, [np.array([0, 1]), np.array([0, 2]), np.array([3])])
    assert sizes == pytest.approx([0.8 / 2 + 0.2, 8 / 12 / 2 + 4 / 12, 1.0])


def test_equal_routes_share_one_weight():
    assert path_sizes(np.array([1.0, 2.0]), [np.array([0, 1])] * 4) == pytest.approx([0.25] * 4)
