"""Choice sets on one graph: a pool of good paths for each pair of nodes, and the picks from it.

Which paths are good depends on the *day rate*: dollars that a tonne of the goods loses a day. Paths are searched
at a few day rates that span those asked for (exactly at each when there are few), and pooled; the set of a day rate
is then picked from the pool at its own costs: the cheapest, then each next cheapest that shares at most a given part
of the cost of every path picked before it.

A path over a hub is a path to the hub and one from there on; both are picked at the day rate, and their
combinations are the pool. Paths over planned arcs are kept apart: for each planned arc the cheapest of the pool.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.networks.route_sets import diverse_routes

SEARCHED_RATES = 4
"""Most day rates at which paths are searched."""

Pair = tuple[int, int]
ArcPath = tuple[int, ...]
"""Arcs in the order of the graph, from the region outwards."""


@dataclass(frozen=True)
class ArcCosts:
    """Freight and days of every arc [A], and whether it is only planned."""

    ends: NDArray[np.int64]
    usd_per_t: NDArray[np.float64]
    days: NDArray[np.float64]
    planned: NDArray[np.bool_]

    def at(self, day_rate: float) -> NDArray[np.float64]:
        """Generalised cost of every arc in dollars a tonne."""
        return self.usd_per_t + day_rate * self.days


@dataclass(frozen=True)
class ChoiceSet:
    """Paths open at base, cheapest first, and the cheapest over each planned arc."""

    open: tuple[ArcPath, ...] = ()
    planned: tuple[ArcPath, ...] = ()


@dataclass(frozen=True)
class Limits:
    """Size of a choice set: paths open at base, and the largest shared part of their cost."""

    count: int
    largest_shared_part: float


def searched_rates(day_rates: Iterable[float]) -> list[float]:
    """Day rates that span others: lowest, highest and evenly chosen ones between.

    Examples
    --------
    >>> searched_rates([9, 1, 2, 3, 4, 5, 6])
    [1, 3, 5, 9]
    """
    rates = sorted(set(day_rates))
    chosen = np.linspace(0, len(rates) - 1, min(SEARCHED_RATES, len(rates))).round().astype(int)
    return [rates[number] for number in chosen]


class Pools:
    """Paths between pairs of nodes of one graph, searched when first asked for."""

    def __init__(self, arcs: ArcCosts, rates: Sequence[float], limits: Limits) -> None:
        self.arcs, self.rates, self.limits = arcs, rates, limits
        self.open: dict[Pair, dict[ArcPath, None]] = {}
        self.planned: dict[Pair, dict[ArcPath, None]] = {}

    def search(self, pairs: Iterable[Pair]) -> None:
        """Fill the pools of pairs that were not searched before."""
        fresh = sorted({pair for pair in pairs if pair not in self.open})
        self.open.update({pair: {} for pair in fresh})
        self.planned.update({pair: {} for pair in fresh})
        open_arcs, planned_arcs = np.flatnonzero(~self.arcs.planned), np.flatnonzero(self.arcs.planned)
        for rate in self.rates if fresh else ():
            costs = self.arcs.at(rate)
            found = diverse_routes(
                self.arcs.ends[open_arcs],
                costs[open_arcs],
                fresh,
                count=self.limits.count,
                largest_shared_part=self.limits.largest_shared_part,
            )
            trees = Trees(self.arcs.ends, costs, fresh)
            for pair, paths in zip(fresh, found, strict=True):
                self.open[pair].update((tuple(open_arcs[path].tolist()), None) for path in paths)
                over_plans = (trees.path_over(pair, arc) for arc in planned_arcs.tolist())
                self.planned[pair].update((path, None) for path in over_plans if path)

    def choice_set(self, pair: Pair, costs: NDArray[np.float64]) -> ChoiceSet:
        """Choice set of a pair at the costs of one day rate."""
        return self._pick(list(self.open[pair]), list(self.planned[pair]), costs)

    def over_hub(self, to_hub: ChoiceSet, onward: ChoiceSet, costs: NDArray[np.float64]) -> ChoiceSet:
        """Choice set of the paths to a hub joined with those from there on."""
        joined = _joined(to_hub.open, onward.open)
        plans = [
            *_joined(to_hub.planned, onward.open),
            *_joined(to_hub.open, onward.planned),
            *_joined(to_hub.planned, onward.planned),
        ]
        return self._pick(joined, plans, costs)

    def _pick(self, paths: list[ArcPath], plans: list[ArcPath], costs: NDArray[np.float64]) -> ChoiceSet:
        """Diverse paths, and plans that are not dearer than a full set of them."""
        kept = pick_diverse(paths, costs, self.limits)
        price = costs.tolist()
        dearest = _cost(kept[-1], price) if len(kept) == self.limits.count else np.inf
        priced = sorted((_cost(path, price), path) for path in plans)
        cheapest: dict[int, ArcPath] = {}
        for cost, path in priced:
            if cost < dearest:
                for arc in path:
                    if self.arcs.planned[arc]:
                        cheapest.setdefault(arc, path)
        return ChoiceSet(kept, tuple(dict.fromkeys(cheapest.values())))


def _joined(first: Sequence[ArcPath], second: Sequence[ArcPath]) -> list[ArcPath]:
    """Every path of the first followed by every one of the second, with an arc used twice only for want of others."""
    paths = [before + after for before, after in product(first, second)]
    return [path for path in paths if len(set(path)) == len(path)] or paths


def pick_diverse(paths: Sequence[ArcPath], costs: NDArray[np.float64], limits: Limits) -> tuple[ArcPath, ...]:
    """Pick the cheapest path, then each next cheapest that shares little with those picked.

    Parameters
    ----------
    paths
        Different paths; arcs of the graph.
    costs
        Cost of every arc of the graph, shape (A,).
    limits
        How many, and how much of the cost of a path picked before may be shared.

    Returns
    -------
    tuple of paths
        Cheapest first; paths of equal cost in the order of their arcs.
    """
    price = costs.tolist()
    order = sorted((_cost(path, price), path) for path in paths)
    picked: list[tuple[float, ArcPath, frozenset[int]]] = []
    for cost, path in order:
        if len(picked) == limits.count:
            break
        arcs = frozenset(path)
        # The tolerance keeps a path that shares exactly the largest part.
        if all(
            _cost(arcs & used, price) <= limits.largest_shared_part * (1 + 1e-12) * before for before, _, used in picked
        ):
            picked.append((cost, path, arcs))
    return tuple(path for _, path, _ in picked)


def _cost(arcs: Iterable[int], price: Sequence[float]) -> float:
    """Sum of the costs of a few arcs; plain floats, since most paths are too short for an array to pay."""
    return sum([price[arc] for arc in arcs])


class Trees:
    """Cheapest ways from every first and to every second node of some pairs, planned arcs included."""

    def __init__(self, ends: NDArray[np.int64], costs: NDArray[np.float64], pairs: Sequence[Pair]) -> None:
        self.ends = ends
        # scipy reads a stored zero as no arc, and adds up parallel arcs: only the cheapest of them is stored.
        lengths = np.maximum(costs, 1e-9)
        order = np.lexsort((lengths, ends[:, 1], ends[:, 0]))
        kept = order[np.unique(ends[order], axis=0, return_index=True)[1]]
        self.arc = {(tail, head): arc for arc, (tail, head) in zip(kept.tolist(), ends[kept].tolist(), strict=True)}
        nodes = max(int(ends.max()), *(max(pair) for pair in pairs)) + 1
        matrix = csr_array((lengths[kept], (ends[kept, 0], ends[kept, 1])), shape=(nodes, nodes))
        self.first = {node: row for row, node in enumerate(sorted({pair[0] for pair in pairs}))}
        self.second = {node: row for row, node in enumerate(sorted({pair[1] for pair in pairs}))}
        self.onward = dijkstra(matrix, indices=list(self.first), return_predecessors=True)
        self.back = dijkstra(matrix.T.tocsr(), indices=list(self.second), return_predecessors=True)

    def path_over(self, pair: Pair, arc: int) -> ArcPath:
        """Cheapest path of a pair over one arc; empty where there is none or it would meet a node twice."""
        first, second = self.first[pair[0]], self.second[pair[1]]
        tail, head = self.ends[arc].tolist()
        if not np.isfinite(self.onward[0][first, tail] + self.back[0][second, head]):
            return ()
        before = _chain(self.onward[1][first], tail)[::-1]
        after = _chain(self.back[1][second], head)
        if len({*before, *after}) < len(before) + len(after):
            return ()
        return (
            *(self.arc[step] for step in pairwise(before)),
            arc,
            *(self.arc[step] for step in pairwise(after)),
        )


def _chain(previous: NDArray[np.int32], node: int) -> list[int]:
    """Nodes from one node back to the root of a tree."""
    nodes = [node]
    while previous[nodes[-1]] >= 0:
        nodes.append(int(previous[nodes[-1]]))
    return nodes
