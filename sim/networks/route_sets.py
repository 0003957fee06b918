"""Route choice sets: the cheapest loopless routes of a pair, kept diverse, and their path sizes.

A choice set is built greedily. The first route is the cheapest; each further one is the cheapest
among those that share at most a given part of the cost of every route chosen before it (measured on
the route chosen before, which is never the dearer one). That is a shortest path with one limited
resource per chosen route, and label setting finds it exactly [1]_, [2]_: a label is a partial route,
labels leave the heap in order of cost so far plus the exact cost still to go, and one that is
neither cheaper nor shares less than a label expanded before at the same node is dropped. A label
that closes a loop is always dropped so, which is why all routes are loopless.

References
----------
.. [1] Desrochers, M. and Soumis, F. (1988). A generalized permanent labelling algorithm for the
   shortest path problem with time windows. INFOR 26(3), 191-212.
.. [2] Chondrogiannis, T. et al. (2020). Finding k-shortest paths with limited overlap. The VLDB
   Journal 29, 1023-1047.
.. [3] Ben-Akiva, M. and Bierlaire, M. (1999). Discrete choice methods and their applications to
   short term travel decisions. In: Handbook of Transportation Science, Kluwer, 5-33.
"""

import heapq
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.networks.compiled import compiled

LARGEST_SEARCH = 50_000
"""Labels after which the search for one more route ends and the set stays as it is."""


def path_sizes(costs: NDArray[np.float64], legs: Sequence[NDArray[np.integer]]) -> NDArray[np.float64]:
    """Path size of every route of one choice set.

    Parameters
    ----------
    costs
        Cost of every leg of the network at free flow, shape (legs,), any unit, not negative.
    legs
        One array of leg numbers for each of the R routes of the set.

    Returns
    -------
    numpy.ndarray
        Shape (R,), each in (0, 1]: 1 for a route that shares no leg, 1/n for n equal routes.

    Notes
    -----
    ``PS_r = sum over legs a of r: (c_a / C_r) / (number of routes of the set that use a)`` [3]_.
    A route that costs nothing has each of its legs count alike, as the limit of equal small costs.
    """
    users = np.bincount(np.concatenate(legs), minlength=len(costs)) if legs else np.zeros(0)
    sizes = np.empty(len(legs))
    for route, used in enumerate(legs):
        weights = costs[used] if costs[used].sum() > 0 else np.ones(len(used))
        sizes[route] = (weights / users[used]).sum() / weights.sum()
    return sizes


def diverse_routes(
    ends: NDArray[np.integer],
    costs: NDArray[np.float64],
    pairs: Sequence[tuple[int, int]],
    *,
    count: int = 6,
    largest_shared_part: float = 0.7,
) -> list[list[NDArray[np.int64]]]:
    """Cheapest loopless routes of each pair of nodes, kept diverse.

    Parameters
    ----------
    ends
        Nodes where each leg begins and ends, shape (legs, 2), numbered from 0; parallel legs are allowed.
    costs
        Cost of each leg at free flow, shape (legs,), not negative.
    pairs
        Pairs (origin node, destination node).
    count
        Routes wanted for each pair; fewer are given where no more exist.
    largest_shared_part
        Largest part of the cost of a chosen route that a later one may share with it, 0 to 1.

    Returns
    -------
    list of list of numpy.ndarray
        For each pair its routes, cheapest first, each an array of leg numbers in order of travel.
        The list of a pair that no route joins, or whose two nodes are one, is empty.
    """
    graph = _Graph(ends, costs, pairs)
    searched: dict[tuple[int, int], list[NDArray[np.int64]]] = {}
    for pair in pairs:
        if pair not in searched:
            searched[pair] = graph.routes(pair, count, largest_shared_part)
    return [searched[pair] for pair in pairs]


class _Legs(NamedTuple):
    """Legs sorted by their first node: those of node n are first[n] .. first[n + 1] - 1."""

    first: NDArray[np.int64]
    heads: NDArray[np.int64]
    lengths: NDArray[np.float64]


class _Graph:
    """Legs by first node, and the exact cost from every node to each destination asked for."""

    def __init__(self, ends: NDArray[np.integer], costs: NDArray[np.float64], pairs: Sequence[tuple[int, int]]) -> None:
        tails, heads = np.asarray(ends, dtype=np.int64).reshape(-1, 2).T
        nodes = max(int(np.max(ends, initial=-1)), max((max(pair) for pair in pairs), default=-1)) + 1
        # A leg that costs nothing would leave two routes of no cost undistinguished: it gets a trace of cost.
        trace = 1e-9 * (np.mean(costs) or 1.0) if len(costs) else 0.0
        lengths = np.maximum(np.asarray(costs, dtype=np.float64), trace)
        self.order, self.onward = _sorted_by(tails, heads, lengths, nodes)
        _, self.back = _sorted_by(heads, tails, lengths, nodes)
        self.to_go: dict[int, NDArray[np.float64]] = {}

    def routes(self, pair: tuple[int, int], count: int, largest_shared_part: float) -> list[NDArray[np.int64]]:
        origin, destination = pair
        if destination not in self.to_go:
            self.to_go[destination] = _costs_from(self.back, destination)
        to_go = self.to_go[destination]
        if origin == destination or not np.isfinite(to_go[origin]):
            return []
        chosen: list[NDArray[np.int64]] = []
        used = np.zeros((count, len(self.order)), dtype=np.bool_)
        limits = np.zeros(count)
        while len(chosen) < count:
            known = len(chosen)
            legs = _cheapest_within(self.onward, to_go, pair, used[:known], limits[:known])
            if len(legs) == 0:
                break
            chosen.append(legs)
            used[known, legs] = True
            # The tolerance keeps a route that shares exactly the largest part.
            limits[known] = largest_shared_part * self.onward.lengths[legs].sum() * (1 + 1e-12)
        return [self.order[legs] for legs in chosen]


def _sorted_by(
    tails: NDArray[np.int64], heads: NDArray[np.int64], lengths: NDArray[np.float64], nodes: int
) -> tuple[NDArray[np.int64], _Legs]:
    order = np.argsort(tails, kind="stable")
    first = np.searchsorted(tails[order], np.arange(nodes + 1)).astype(np.int64)
    return order, _Legs(first, heads[order], lengths[order])


@compiled
def _costs_from(legs: _Legs, start: int) -> NDArray[np.float64]:
    """Cost of the cheapest way from one node to every other (Dijkstra); infinite where there is none."""
    costs = np.full(legs.first.size - 1, np.inf)
    costs[start] = 0.0
    heap = [(0.0, start)]
    while heap:
        cost, node = heapq.heappop(heap)
        if cost > costs[node]:
            continue
        for leg in range(legs.first[node], legs.first[node + 1]):
            nearer = cost + legs.lengths[leg]
            if nearer < costs[legs.heads[leg]]:
                costs[legs.heads[leg]] = nearer
                heapq.heappush(heap, (nearer, legs.heads[leg]))
    return costs


@compiled
def _cheapest_within(
    legs: _Legs,
    to_go: NDArray[np.float64],
    pair: tuple[int, int],
    used: NDArray[np.bool_],
    limits: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Cheapest route whose cost on legs of each route in ``used`` stays within ``limits``; empty if none."""
    origin, destination = pair
    limited = limits.size
    node = np.empty(LARGEST_SEARCH, np.int64)
    leg_in = np.empty(LARGEST_SEARCH, np.int64)
    parent = np.empty(LARGEST_SEARCH, np.int64)
    cost = np.empty(LARGEST_SEARCH)
    shared = np.empty((LARGEST_SEARCH, limited))
    expanded = np.full(legs.first.size - 1, -1)  # last label expanded at each node; `older` links to those before it
    older = np.empty(LARGEST_SEARCH, np.int64)
    node[0], leg_in[0], parent[0], cost[0], shared[0] = origin, -1, -1, 0.0, 0.0
    labels = 1
    heap = [(to_go[origin], 0)]
    while heap:
        _, label = heapq.heappop(heap)
        here = node[label]
        if here == destination:
            return _trace(label, parent, leg_in)
        if _is_dominated(shared, label, expanded[here], older):
            continue
        older[label] = expanded[here]
        expanded[here] = label
        for leg in range(legs.first[here], legs.first[here + 1]):
            head = legs.heads[leg]
            if labels == LARGEST_SEARCH:
                return np.empty(0, np.int64)
            if not np.isfinite(to_go[head]):
                continue
            within = True
            for route in range(limited):
                shared[labels, route] = shared[label, route] + (legs.lengths[leg] if used[route, leg] else 0.0)
                within = within and shared[labels, route] <= limits[route]
            if within:
                node[labels], leg_in[labels], parent[labels] = head, leg, label
                cost[labels] = cost[label] + legs.lengths[leg]
                heapq.heappush(heap, (cost[labels] + to_go[head], labels))
                labels += 1
    return np.empty(0, np.int64)


@compiled
def _is_dominated(shared: NDArray[np.float64], label: int, rival: int, older: NDArray[np.int64]) -> bool:
    """Whether a label expanded before at the same node (so not dearer) shares no more with any chosen route."""
    while rival >= 0:
        dominated = True
        for route in range(shared.shape[1]):
            if shared[rival, route] > shared[label, route]:
                dominated = False
                break
        if dominated:
            return True
        rival = older[rival]
    return False


@compiled
def _trace(label: int, parent: NDArray[np.int64], leg_in: NDArray[np.int64]) -> NDArray[np.int64]:
    """Legs of the route that ends in a label, in order of travel."""
    length = 0
    back = label
    while parent[back] >= 0:
        length += 1
        back = parent[back]
    legs = np.empty(length, np.int64)
    for position in range(length - 1, -1, -1):
        legs[position] = leg_in[label]
        label = parent[label]
    return legs
